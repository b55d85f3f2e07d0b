//! Which recorded exchanges a call is answered from.

mod near;

use super::bundled::fixtures;
use super::kind::Kind;
use super::problem::Problem;
use bytes::Bytes;
use soar::files::{self, Folder, most, shown};
use soar::manifest::Command;
use soar::policy::Rules;
use soar::recording::{self, Recording, RecordingError};
use soar::{CommandHandle, Component};
use soar_case::{Call, Case, CaseError, Investigation, Source};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// A recording, and what it was recorded with.
#[derive(Clone)]
pub struct Plan {
    /// What it is called: the case, or the file as it was named.
    pub name: String,
    /// The exchanges.
    pub recording: Recording,
    /// The call, if it is that of a case.
    pub call: Option<Call>,
    /// The kind of the failure that the case ends with.
    pub fails: Option<String>,
    /// The instance's parameters.
    pub parameters: BTreeMap<String, String>,
    /// The investigation.
    pub investigation: Option<Investigation>,
    /// The files by entry id: name and content.
    pub files: BTreeMap<String, (String, Bytes)>,
    /// Whether it comes with soar.
    pub bundled: bool,
}

/// What answers a call that is not sent.
pub enum Chosen {
    /// What was recorded of this very call.
    Same(Box<Plan>),
    /// What was recorded of others, the nearest first.
    Near(Vec<Plan>),
    /// Nothing: each recorded call fails. The first of them, so that a wrong call is still told what is wrong with it.
    Failures(Box<Plan>),
}

impl Plan {
    /// The URL of the server that the command's requests were recorded from, with its sub-path; that of the first request if
    /// none of them is the command's.
    pub fn base(&self, command: &Command) -> String {
        let rules = Rules::parse(&command.endpoints).unwrap_or_default();
        recording::base(&self.recording, &rules).unwrap_or_else(|| self.origin())
    }

    /// The origin of the first request over HTTP, as a URL. Browsers record others too, such as `data:` and `wss:`.
    pub fn origin(&self) -> String {
        let urls = self.recording.exchanges.iter().filter_map(|exchange| url::Url::parse(&exchange.request.url).ok());
        let first = urls.into_iter().find(|url| matches!(url.scheme(), "http" | "https"));
        // Without any nothing was sent, and nothing will be.
        first.map_or_else(|| "https://replay.invalid".into(), |url| url.origin().ascii_serialization())
    }
}

pub use near::asked;

/// A call, so far as it decides which case answers it.
pub struct Asked<'a> {
    /// The command, by the name that it was called by.
    pub called: &'a str,
    /// The arguments.
    pub pairs: &'a [(String, String)],
    /// The parameters that were given for this call.
    pub explicit: &'a BTreeMap<String, String>,
    /// The investigation that was given.
    pub investigation: Option<&'a Investigation>,
    /// The files that were given: entry id and path.
    pub files: &'a [(String, String)],
}

/// A HAR file, or the folder of a case of this command.
pub fn from_path(path: &Path, command: &Command) -> Result<Plan, Problem> {
    let refuse = |error: String| Problem::wrong(Kind::Recording, format!("{}: {error}", shown(path)));
    if !path.is_dir() {
        let recording = Recording::open(path).map_err(|error| match error {
            RecordingError::File(error) => refuse(error.problem.to_string()),
            error => refuse(error.to_string()),
        })?;
        return Ok(Plan {
            name: shown(path),
            recording,
            call: None,
            fails: None,
            parameters: BTreeMap::new(),
            investigation: None,
            files: BTreeMap::new(),
            bundled: false,
        });
    }
    let folder = OneCase::open(path, command).map_err(|error| refuse(error.to_string()))?;
    let read = Case::read_call(&folder, "", "").and_then(|call| Ok((call, Case::read_exchanges(&folder, "", "")?)));
    // Not its entry: that may be anything, and nothing comes of it.
    let (call, exchanges) = read.map_err(|error| refuse(format!("not the folder of a recorded case: {error}")))?;
    let plan = plan(&folder, ("", ""), call, &exchanges, false).map_err(refuse)?;
    Ok(Plan { name: shown(path), ..plan })
}

/// The folder of a case, wherever it is.
struct OneCase {
    own: Folder,
    /// The files beside the folders of all commands, if the case lies in a folder of its command.
    shared: Option<Folder>,
}

impl OneCase {
    fn open(path: &Path, command: &Command) -> Result<Self, files::Error> {
        let own = Folder::open(path)?;
        let shared = || {
            let whole = path.canonicalize().ok()?;
            let of = whole.parent()?.file_name()?.to_str()?.to_owned();
            // Anywhere else what lies there is no part of a recording.
            let is_its_own = of == command.name || command.aliases.contains(&of);
            is_its_own.then(|| own.parent()?.parent()?.folder(SHARED)).and_then(Result::ok)
        };
        Ok(Self { shared: shared(), own })
    }
}

/// The name of the folder of files.
const SHARED: &str = "files";

impl Source for OneCase {
    fn file(&self, path: &str, most: u64) -> io::Result<Vec<u8>> {
        match (self.own.read(path, most), &self.shared, path.strip_prefix("files/")) {
            (Err(error), Some(shared), Some(name)) if error.is_missing() => Ok(shared.read(name, most)?),
            (read, ..) => Ok(read?),
        }
    }

    fn folders(&self, path: &str) -> io::Result<Vec<String>> {
        Source::folders(&self.own, path)
    }
}

/// The recorded answers that come with soar: those of the case with this very call, or else those of the others that
/// succeeded, the nearest first. With a name those of that case.
pub fn bundled(command: CommandHandle<'_>, asked: &Asked<'_>, name: Option<&str>) -> Result<Chosen, Problem> {
    choose(&fixtures(), command, asked, name)
}

fn choose(
    source: &dyn Source,
    command: CommandHandle<'_>,
    asked: &Asked<'_>,
    name: Option<&str>,
) -> Result<Chosen, Problem> {
    let mut found = cases(source, &command)?;
    // A case of the name that was typed goes before one of another name of the same command.
    found.sort_by_key(|(folder, _)| folder != asked.called);
    let none = |problem: Problem| problem.hint(format!("Recorded calls: soar examples {}", command.name));
    if let Some(name) = name {
        found.retain(|(_, case)| case == name);
        if found.is_empty() {
            let message = format!("no case {name:?} of {} comes with soar", command.name);
            return Err(none(Problem::wrong(Kind::Replay, message)));
        }
        found.truncate(1);
    }
    if let Some(case) = matching(source, command, asked, &found)? {
        return Ok(Chosen::Same(Box::new(bundled_plan(source, case)?)));
    }
    let plans = found.iter().map(|(folder, case)| bundled_plan(source, read(source, folder, case)?));
    let mut plans = plans.collect::<Result<Vec<_>, _>>()?;
    let first = plans.first().cloned();
    plans.retain(|plan| name.is_some() || plan.fails.is_none());
    near::sort(&mut plans, command, asked);
    match first {
        Some(first) if plans.is_empty() => Ok(Chosen::Failures(Box::new(first))),
        Some(_) => Ok(Chosen::Near(plans)),
        None => {
            let message =
                format!("no recorded answers of {} come with soar; expected --replay FILE or --live", command.name);
            Err(none(Problem::failed(Kind::ReplayMiss, message)))
        }
    }
}

/// The cases of a command under each of its names: folder and case.
pub fn cases(source: &dyn Source, command: &Command) -> Result<Vec<(String, String)>, Problem> {
    let mut found = Vec::new();
    for folder in std::iter::once(&command.name).chain(&command.aliases) {
        let names = Case::names(source, folder).map_err(|error| broken(&error))?;
        found.extend(names.into_iter().map(|name| (folder.clone(), name)));
    }
    Ok(found)
}

/// The case with this very call: the one whose [`place`] is first, and of several the first by name.
fn matching(
    source: &dyn Source,
    command: CommandHandle<'_>,
    asked: &Asked<'_>,
    cases: &[(String, String)],
) -> Result<Option<Case>, Problem> {
    let mut found: Option<((bool, u64), Case)> = None;
    for (folder, name) in cases {
        let call = Case::read_call(source, folder, name).map_err(|error| broken(&error))?;
        if !call.has_arguments(&command, command.record(), asked.pairs)
            || !fits(source, command.component(), asked, &call, (folder, name))
        {
            continue;
        }
        let case = read(source, folder, name)?;
        let place = place(&case);
        if found.as_ref().is_none_or(|(first, _)| place < *first) {
            found = Some((place, case));
        }
    }
    Ok(found.map(|(_, case)| case))
}

/// Which of several cases of one call answers it: one that succeeded, and the ordinary one of those; the least goes first.
pub fn place(case: &Case) -> (bool, u64) {
    (!case.succeeded(), case.call.example.unwrap_or(u64::MAX))
}

/// Whether what was given besides arguments is what the case was recorded with.
fn fits(
    source: &dyn Source,
    component: &Component,
    asked: &Asked<'_>,
    call: &Call,
    (folder, name): (&str, &str),
) -> bool {
    let parameter = |name: &String| {
        let default = || component.manifest().parameter(name).and_then(|parameter| parameter.default.as_ref());
        call.parameters.get(name).or_else(default)
    };
    let is_file = |entry: &String, given: &String| {
        let Some(path) = call.files.get(entry) else { return false };
        let found = Case::find_file(source, folder, name, path, most::ATTACHED);
        found.ok().flatten().is_some_and(|(_, copy)| {
            let given = files::read(Path::new(given), copy.len() as u64);
            given.is_ok_and(|given| call.is_file(path, &copy, &given))
        })
    };
    asked.explicit.iter().all(|(name, value)| parameter(name) == Some(value))
        && asked.investigation.is_none_or(|given| {
            call.investigation.as_ref().is_some_and(|recorded| {
                recorded.id == given.id
                    && given.war_room_url.as_ref().is_none_or(|url| recorded.war_room_url.as_ref() == Some(url))
            })
        })
        && asked.files.iter().all(|(entry, path)| is_file(entry, path))
}

/// Reads a case.
pub fn read(source: &dyn Source, folder: &str, name: &str) -> Result<Case, Problem> {
    Case::read(source, folder, name).map_err(|error| broken(&error))
}

fn bundled_plan(source: &dyn Source, case: Case) -> Result<Plan, Problem> {
    let kind = case.entry.pointer("/error/kind").and_then(serde_json::Value::as_str).map(str::to_owned);
    let fails = (!case.succeeded()).then(|| kind.unwrap_or_default());
    let Case { command, name, call, exchanges, .. } = case;
    let plan = plan(source, (&command, &name), call, &exchanges, true)
        .map_err(|error| Problem::failed(Kind::Recording, format!("{command}/{name}: {error}")))?;
    Ok(Plan { fails, ..plan })
}

fn plan(
    source: &dyn Source,
    (command, name): (&str, &str),
    call: Call,
    exchanges: &[u8],
    bundled: bool,
) -> Result<Plan, String> {
    let recording = Recording::read(exchanges).map_err(|error| format!("exchanges.har: {error}"))?;
    let mut files = BTreeMap::new();
    // Of all together: they are in memory at once.
    let mut left = most::ATTACHED;
    for (entry, path) in &call.files {
        // One that is not there may be what the case is about.
        let found = Case::find_file(source, command, name, path, left).map_err(|error| error.to_string())?;
        if let Some((_, content)) = found {
            left -= content.len() as u64;
            let file = path.rsplit('/').next().unwrap_or(path);
            files.insert(entry.clone(), (file.to_owned(), content.into()));
        }
    }
    Ok(Plan {
        name: name.to_owned(),
        recording,
        parameters: call.parameters.clone(),
        investigation: call.investigation.clone(),
        call: Some(call),
        fails: None,
        files,
        bundled,
    })
}

fn broken(error: &CaseError) -> Problem {
    Problem::failed(Kind::Recording, error.to_string())
}

#[cfg(test)]
mod tests;
