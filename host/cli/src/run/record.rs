//! `soar run --record`.

use super::super::cover::Covered;
use super::super::kind::Kind;
use super::super::problem::Problem;
use super::Run;
use soar::Entry;
use soar::files::{self, Existing, Folder, Readers, Reserved, most, shown};
use soar::recording::Redactor;
use soar::transport::Record;
use soar_case::{Call, Case, CaseError, Investigation, Redacted};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Seek;
use std::path::{Path, PathBuf};

/// So much is kept free on the disk while the command runs, in bytes.
const ROOM: u64 = 1 << 20;

/// What there is to save.
pub struct Recorded<'a> {
    /// The command line.
    pub run: &'a Run,
    /// The arguments.
    pub pairs: &'a [(String, String)],
    /// The parameters, without secrets.
    pub parameters: BTreeMap<String, String>,
    /// The investigation.
    pub investigation: Option<Investigation>,
    /// The exchanges.
    pub recorder: &'a Record,
    /// What came of it, without credentials.
    pub result: &'a Result<Entry, Covered>,
    /// What takes the credentials out of the rest.
    pub redactor: &'a Redactor,
}

/// Refuses a path that could not be written, before anything is sent: what the command does can't be taken back. The room
/// that is kept free for it until then.
pub fn check(run: &Run, path: &Path) -> Result<Reserved, Problem> {
    let refuse = |message: String| Problem::wrong(Kind::Record, format!("--record {}: {message}", shown(path)));
    if path.file_name().is_none() {
        return Err(refuse("it has no name; expected a folder, or a path ending in .har".into()));
    }
    match is_har(path) {
        true => match std::fs::symlink_metadata(path) {
            Ok(_) if !run.force => return Err(refuse(EXISTS.into())),
            Ok(found) if found.is_dir() => return Err(refuse("it is a folder; expected a file".into())),
            _ => {}
        },
        false => {
            soar_case::check_place(path, run.force).map_err(|error| refuse(taken(&error)))?;
            run.files.iter().try_for_each(|(_, file)| check_copy(Path::new(file))).map_err(refuse)?;
        }
    }
    files::check_writable(path).map_err(|error| refuse(format!("it can't be written: {error}")))?;
    files::reserve(path, ROOM).map_err(|error| refuse(format!("there is no room for it: {}", error.problem)))
}

const EXISTS: &str = "it exists already; expected another path, or --force";

fn taken(error: &CaseError) -> String {
    match error {
        CaseError::Exists(_) => EXISTS.into(),
        CaseError::NotACase(_) => "it is not the folder of a case: it is not empty and has no call.json".into(),
        CaseError::Unwritable(error) => match error.problem {
            files::Problem::NotAFolder(what) => format!("it is {what}; expected a folder, or a path ending in .har"),
            _ => error.problem.to_string(),
        },
        error => error.to_string(),
    }
}

/// Whether a file could be copied into a case. One that is not there may be what the case is about.
fn check_copy(file: &Path) -> Result<(), String> {
    match files::open(file) {
        Ok(_) if !file.file_name().and_then(|name| name.to_str()).is_some_and(soar_case::is_file_name) => {
            Err(format!("{}: a file of a case can't have this name", shown(file)))
        }
        Ok(opened) => opened.at_most(most::ATTACHED).map(drop).map_err(|error| error.to_string()),
        Err(_) => Ok(()),
    }
}

/// Saves a HAR file or the folder of a case; what else is to be said about it.
pub fn save(path: &Path, recorded: &Recorded<'_>) -> Result<Option<String>, Problem> {
    let har = har(path, recorded.recorder).map_err(|error| Problem::failed(Kind::Record, error.to_string()))?;
    let saved = if is_har(path) {
        // What came there meanwhile stays, and the recording is not lost: the call can't be made again.
        let existing = if recorded.run.force { Existing::Replace } else { Existing::Beside };
        files::write(path, har, Readers::Owner, existing).map(|()| None).map_err(|error| error.to_string())
    } else {
        let (case, files) = case(path, recorded);
        let written = case.write_with(path, har, &files, recorded.redactor, recorded.run.force);
        written.map(|redacted| covered(&redacted)).map_err(|error| error.to_string())
    };
    saved.map_err(|error| Problem::failed(Kind::Record, error))
}

/// The folder that a recording is written to.
pub fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The exchanges as a file that has no name yet.
fn har(path: &Path, recorder: &Record) -> Result<File, files::Error> {
    let mut har = Folder::open(folder(path))?.nameless()?;
    let written = recorder.write(&har).and_then(|()| har.rewind());
    written.map_err(|error| files::Error { path: path.into(), problem: error.into() })?;
    Ok(har)
}

fn covered(redacted: &Redacted) -> Option<String> {
    let names: Vec<String> = redacted.keys().map(|name| shown(Path::new(name))).collect();
    let message =
        || format!("there were credentials in {}: the copy in the case has * in their place", names.join(", "));
    (!names.is_empty()).then(message)
}

fn is_har(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("har"))
}

/// The case, and the files to copy for it by their names there.
fn case(path: &Path, recorded: &Recorded<'_>) -> (Case, BTreeMap<String, PathBuf>) {
    let Recorded { run, pairs, parameters, investigation, result, redactor, .. } = recorded;
    let today = jiff::Timestamp::now().to_string().chars().take(10).collect::<String>();
    let mut names = BTreeMap::new();
    let mut copies = BTreeMap::new();
    for (entry, path) in &run.files {
        let path = Path::new(path);
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = &*redactor.text(name);
        let name = if copies.contains_key(name) { format!("{}/{name}", names.len()) } else { name.to_owned() };
        names.insert(redactor.text(entry), name.clone());
        if files::open(path).is_ok() {
            copies.insert(name, path.to_path_buf());
        }
    }
    let (entry, readable) = match result {
        Ok(entry) => (entry.to_json(), entry.readable.clone()),
        Err(covered) => {
            let report = covered.report();
            (report.to_json(), report.to_string())
        }
    };
    let call = Call {
        about: run.about.as_deref().map(|about| redactor.text(about)).unwrap_or_default(),
        source: run.source.as_deref().map_or_else(|| format!("recorded {today}"), |source| redactor.text(source)),
        arguments: pairs.iter().map(|(name, value)| (name.clone(), redactor.text(value))).collect(),
        parameters: parameters.iter().map(|(name, value)| (name.clone(), redactor.text(value))).collect(),
        investigation: investigation.as_ref().map(|given| Investigation {
            id: redactor.text(&given.id),
            war_room_url: given.war_room_url.as_deref().map(|url| redactor.text(url)),
            playground: given.playground,
        }),
        files: names,
        redacted: Redacted::new(),
        example: None,
    };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    (Case { command: run.command.clone(), name, call, exchanges: Vec::new(), entry, readable }, copies)
}
