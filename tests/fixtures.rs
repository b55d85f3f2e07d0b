//! The recorded cases: each folder of `fixtures/` is a test, and adding one needs no Rust.
//!
//! With `SOAR_BLESS=1` the entries are rewritten as they come out now; look at the difference before you commit it.

use soar_support as support;
#[path = "fixtures/table.rs"]
mod table;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use soar::files::{self, Existing, Readers, most};
use soar::manifest::{Command, Endpoint};
use soar::policy::{Decision, Origin, Policy, Rules};
use soar::recording::Recording;
use soar::transport::{Answering, Outbound, Replay, Transport, TransportError};
use soar::{CallContext, Embedded, Given, Secret, Settings};
use soar_case::{Call, Case};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a case's folder holds.
const FILES: [&str; 4] = ["call.json", "entry.json", "entry.md", "exchanges.har"];
/// All that the fixtures may weigh, in bytes: they are inside of every `soar`.
const MOST: usize = 5_000_000;

fn main() {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = cases()
        .into_iter()
        .map(|place| {
            let name = format!("{}/{}", place.command, place.name);
            Trial::test(name, move || place.check())
        })
        .collect();
    // While entries are being written they can't be looked at together.
    for (name, check) in CHECKS.iter().filter(|_| !is_blessing()) {
        trials.push(Trial::test(*name, *check));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if is_blessing() {
        table::bless().expect("the table of fixtures/README.md");
    }
    conclusion.exit();
}

/// Whether what comes out is taken for what is right.
fn is_blessing() -> bool {
    std::env::var_os("SOAR_BLESS").is_some()
}

type Check = fn() -> Result<(), Failed>;

const CHECKS: &[(&str, Check)] = &[
    ("each_command_has_a_success_and_a_failure", each_command_has_a_success_and_a_failure),
    ("each_endpoint_of_a_command_is_used", each_endpoint_of_a_command_is_used),
    ("recordings_are_har_without_credentials", recordings_are_har_without_credentials),
    ("each_file_is_of_a_case_and_all_are_small", each_file_is_of_a_case_and_all_are_small),
    ("the_table_counts_what_is_there", table::counts_what_is_there),
    ("a_second_server_takes_nobodys_place", a_second_server_takes_nobodys_place),
];

/// A replay that keeps what it had no answer to: a call may end without it.
#[derive(Clone)]
struct Strict {
    replay: Replay,
    missed: Arc<Mutex<Vec<String>>>,
}

impl Transport for Strict {
    fn send(&self, outbound: Outbound) -> Answering {
        let request = &outbound.request;
        let (line, missed) = (format!("{} {}", request.method(), request.uri()), self.missed.clone());
        let answering = self.replay.send(outbound);
        Box::pin(async move {
            let answer = answering.await;
            if matches!(answer, Err(TransportError::Miss(_))) {
                missed.lock().expect("no panic").push(line);
            }
            answer
        })
    }

    fn virtual_time(&self) -> bool {
        self.replay.virtual_time()
    }
}

/// Where a case lies.
struct Place {
    command: String,
    name: String,
}

fn cases() -> Vec<Place> {
    let root = support::source();
    let mut places = Vec::new();
    for command in Case::commands(&root).expect("the folder of fixtures") {
        for name in Case::names(&root, &command).expect("the folder of a command") {
            places.push(Place { command: command.clone(), name });
        }
    }
    places
}

impl Place {
    fn folder(&self) -> PathBuf {
        support::fixtures().join(&self.command).join(&self.name)
    }

    fn path(&self, file: &str) -> String {
        format!("{}/{}/{file}", self.command, self.name)
    }

    fn call(&self) -> Result<Call, Failed> {
        Ok(Case::read_call(&support::source(), &self.command, &self.name)?)
    }

    fn recording(&self) -> Result<Recording, Failed> {
        Ok(Recording::read(support::source().read(&self.path("exchanges.har"), most::RECORDING)?)?)
    }

    fn entry(&self) -> Result<Value, Failed> {
        Ok(serde_json::from_slice(&support::source().read(&self.path("entry.json"), most::CONTEXT)?)?)
    }

    /// The call's files are there, and nothing else is.
    fn check_files(&self, call: &Call) -> Result<(), Failed> {
        for name in support::files(&self.folder()).into_keys() {
            let known = match name.strip_prefix("files/") {
                Some(path) => call.files.values().any(|file| file == path),
                None => FILES.contains(&name.as_str()),
            };
            if !known {
                return fail(format!("{name} is no file of a case, nor of its call"));
            }
        }
        Ok(())
    }

    fn platform(&self, call: &Call) -> Result<Embedded, Failed> {
        let root = support::fixtures();
        let mut platform = Embedded::new();
        for (entry, path) in &call.files {
            let found = Case::find_file(&support::source(), &self.command, &self.name, path, most::ATTACHED)?;
            let (place, _) = found.ok_or_else(|| format!("files.{entry}: no file {path:?}"))?;
            platform = platform.file(entry, root.join(place));
        }
        Ok(platform)
    }

    /// Replays the call, and gives the entry for programs and the text for people.
    fn replay(&self) -> Result<(Value, String), Failed> {
        let call = self.call()?;
        self.check_files(&call)?;
        let dummies = [("bot_access_token", support::BOT_TOKEN), ("personal_access_token", support::PERSONAL_TOKEN)];
        let settings = Settings::new()
            .with_parameters(call.parameters.clone())
            .with_secrets(dummies.map(|(name, value)| (name, Secret::new(value.to_owned()))));
        let replay = Strict { replay: Replay::new(self.recording()?), missed: Default::default() };
        let platform = self.platform(&call)?;
        let instance = support::component()
            .instance(settings)
            .transport(Arc::new(replay.clone()))
            .platform(Arc::new(platform))
            .build()?;
        let given = Given::strings(call.arguments.iter().cloned());
        let mut context = CallContext::new();
        context.investigation = call.investigation.clone();
        let result = support::runtime().block_on(async {
            tokio::time::timeout(Duration::from_secs(30), instance.call_in(&context, &self.command, given)).await
        })?;
        let missed = replay.missed.lock().map_err(|error| error.to_string())?.clone();
        let unused: Vec<String> = replay
            .replay
            .unused()
            .iter()
            .map(|exchange| format!("{} {}", exchange.request.method, exchange.request.url))
            .collect();
        match result {
            // Without an answer there is nothing to compare.
            Err(failure) if failure.kind() == "replay_miss" => fail(failure),
            // Nor where a refusal was recorded, and what explains it was not.
            _ if !missed.is_empty() => fail(format!("asked for and not recorded: {}", missed.join(", "))),
            _ if !unused.is_empty() => fail(format!("recorded and not asked for: {}", unused.join(", "))),
            Ok(entry) => Ok((entry.to_json(), entry.readable)),
            Err(failure) => Ok((failure.to_json(), failure.to_string())),
        }
    }

    fn check(&self) -> Result<(), Failed> {
        let (entry, readable) = self.replay()?;
        if is_blessing() {
            return self.bless(&entry, &readable);
        }
        let expected = self.entry()?;
        if entry != expected {
            return fail(format!("entry.json: expected\n{expected:#}\ngot\n{entry:#}"));
        }
        // The file ends as text files do.
        let expected = String::from_utf8(support::source().read(&self.path("entry.md"), most::CONTEXT)?)?;
        if format!("{readable}\n") != expected {
            return fail(format!("entry.md: expected\n{expected}\ngot\n{readable}"));
        }
        Ok(())
    }

    /// Takes what came out for what is right. A recording that was cut by hand becomes one of the recorder's form.
    fn bless(&self, entry: &Value, readable: &str) -> Result<(), Failed> {
        let folder = self.folder();
        let write = |name: &str, content: &[u8]| {
            files::write(&folder.join(name), content, Readers::Everyone, Existing::Replace)
        };
        write("exchanges.har", self.recording()?.write().as_bytes())?;
        write("entry.json", format!("{entry:#}\n").as_bytes())?;
        write("entry.md", format!("{readable}\n").as_bytes())?;
        Ok(())
    }
}

fn each_command_has_a_success_and_a_failure() -> Result<(), Failed> {
    let component = support::component();
    let mut found = BTreeSet::new();
    for place in cases() {
        let Some(command) = component.manifest().command(&place.command) else {
            return fail(format!("{}: there is no such command", place.command));
        };
        found.insert((command.name.clone(), place.entry()?.get("error").is_none()));
    }
    let wanted =
        component.manifest().commands.iter().flat_map(|command| [true, false].map(|ok| (command.name.clone(), ok)));
    let missing: Vec<String> = wanted
        .filter(|pair| !found.contains(pair))
        .map(|(command, succeeds)| {
            format!("{command} has no case that {}", if succeeds { "succeeds" } else { "fails" })
        })
        .collect();
    none(&missing)
}

fn each_endpoint_of_a_command_is_used() -> Result<(), Failed> {
    let mut missing = Vec::new();
    let places = cases();
    for command in &support::component().manifest().commands {
        let mut requests = Vec::new();
        for place in places.iter().filter(|place| is_of(place, command)) {
            requests.extend(place.recording()?.exchanges.into_iter().map(|exchange| exchange.request));
        }
        for endpoint in &command.endpoints {
            let mut used = false;
            for request in &requests {
                used = used || reaches(endpoint, &request.method, &request.url)?;
            }
            if !used {
                missing.push(format!("{}: {} {}", command.name, endpoint.method, endpoint.path));
            }
        }
    }
    none(&missing)
}

fn is_of(place: &Place, command: &Command) -> bool {
    place.command == command.name || command.aliases.contains(&place.command)
}

/// Whether a request goes to this endpoint.
fn reaches(endpoint: &Endpoint, method: &str, url: &str) -> Result<bool, Failed> {
    let uri: http::Uri = url.parse()?;
    let base = format!("{}://{}", uri.scheme_str().unwrap_or_default(), uri.authority().ok_or("no authority")?);
    let origin = Origin::parse(&base).map_err(|error| format!("{error:?}"))?;
    let policy = Policy::new(origin, Rules::parse(std::slice::from_ref(endpoint))?);
    Ok(matches!(policy.decide(&method.parse()?, &uri, &http::HeaderMap::new()), Decision::Allow { .. }))
}

fn recordings_are_har_without_credentials() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for place in cases() {
        let path = place.path("exchanges.har");
        let bytes = support::source().read(&path, most::RECORDING)?;
        // As others read it, and as we write it.
        let har::Spec::V1_2(log) = har::from_slice(&bytes)?.log else { return fail(format!("{path} is not HAR 1.2")) };
        if place.recording()?.write().as_bytes() != bytes {
            wrong.push(format!("{path} is not as the recorder writes it: SOAR_BLESS=1 rewrites it"));
        }
        for entry in log.entries {
            let headers = entry.request.headers.into_iter().chain(entry.response.headers);
            wrong.extend(
                headers
                    .filter(|header| is_credential(&header.name))
                    .map(|header| format!("{path} has the header {}", header.name)),
            );
            if !entry.request.cookies.is_empty() || !entry.response.cookies.is_empty() {
                wrong.push(format!("{path} has cookies"));
            }
        }
    }
    for (name, bytes) in support::files(&support::fixtures()) {
        let text = String::from_utf8_lossy(&bytes);
        if text.contains("Bearer ") {
            wrong.push(format!("{name} has a token"));
        }
    }
    none(&wrong)
}

fn is_credential(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    ["authorization", "cookie", "token", "secret", "password"].iter().any(|part| header.contains(part))
}

fn each_file_is_of_a_case_and_all_are_small() -> Result<(), Failed> {
    let mut used = BTreeSet::from(["README.md".to_owned()]);
    let mut wrong = Vec::new();
    for place in cases() {
        let call = place.call()?;
        for (what, text) in [("about", &call.about), ("source", &call.source)] {
            if text.trim().is_empty() || text.contains('\n') {
                wrong.push(format!("{}: {what} is not one line for people", place.path("call.json")));
            }
        }
        used.extend(FILES.map(|file| place.path(file)));
        for path in call.files.values() {
            let found = Case::find_file(&support::source(), &place.command, &place.name, path, most::ATTACHED)?;
            used.extend(found.map(|(place, _)| place));
        }
    }
    let files = support::files(&support::fixtures());
    wrong.extend(files.keys().filter(|name| !used.contains(*name)).map(|name| format!("{name} is of no case")));
    let size: usize = files.values().map(Vec::len).sum();
    if size > MOST {
        wrong.push(format!("the fixtures have {size} bytes; expected {MOST} at most"));
    }
    none(&wrong)
}

/// A call that the older server's case answers is answered by it still, unless it failed there and succeeds on the newer one.
fn a_second_server_takes_nobodys_place() -> Result<(), Failed> {
    let mut calls: BTreeMap<String, Vec<(bool, String)>> = BTreeMap::new();
    for place in cases() {
        let failed = place.entry()?.get("error").is_some();
        let mut call = place.call()?;
        call.arguments.sort();
        let same = format!("{} {:?} {:?}", place.command, call.arguments, call.files);
        calls.entry(same).or_default().push((failed, place.name));
    }
    let mut wrong = Vec::new();
    for (call, mut cases) in calls {
        // The order by name stays, as `soar run` looks.
        cases.sort_by_key(|(failed, _)| *failed);
        let is_new = |name: &str| name.ends_with("-11-6");
        let (failed, answers) = &cases[0];
        let other = cases.iter().find(|(too, name)| too == failed && !is_new(name));
        if let (true, Some((_, name))) = (is_new(answers), other) {
            wrong.push(format!("{answers} answers for {name}: {call}"));
        }
    }
    none(&wrong)
}

fn none(wrong: &[String]) -> Result<(), Failed> {
    if wrong.is_empty() { Ok(()) } else { fail(wrong.join("\n")) }
}

fn fail<T>(message: impl Display) -> Result<T, Failed> {
    Err(message.to_string().into())
}
