//! `soar run --record`.

use super::output::Problem;
use super::run::Run;
use soar::case::{self, Call, Case, Investigation};
use soar::recording::Recording;
use soar::{Entry, Failure};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

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
    pub recording: Recording,
    /// What came of it.
    pub result: &'a Result<Entry, Failure>,
}

/// Refuses a path before anything is sent.
pub fn check(path: &Path, force: bool) -> Result<(), Problem> {
    let refuse = |message: String| Err(Problem::wrong("record", format!("--record {}: {message}", path.display())));
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if path.file_name().is_none() || !parent.is_dir() {
        return refuse(format!("there is no folder {}", parent.display()));
    }
    let Ok(found) = fs::metadata(path) else { return Ok(()) };
    if !force {
        return refuse("it exists already; expected another path, or --force".into());
    }
    match (is_har(path), found.is_dir()) {
        (true, true) => refuse("it is a folder; expected a file".into()),
        (false, false) => refuse("it is a file; expected a folder, or a path ending in .har".into()),
        _ => Ok(()),
    }
}

/// Saves a HAR file or the folder of a case.
pub fn save(path: &Path, recorded: &Recorded<'_>) -> Result<(), Problem> {
    let exchanges = recorded.recording.write();
    let saved = if is_har(path) {
        case::write_whole(path, exchanges.as_bytes())
    } else {
        let (case, files) = case(path, recorded, exchanges.into_bytes());
        case.write(path, &files, recorded.run.force)
    };
    saved.map_err(|error| Problem::failed("record", error.to_string()))
}

fn is_har(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("har"))
}

/// The case, and the files to copy for it by their names there.
fn case(path: &Path, recorded: &Recorded<'_>, exchanges: Vec<u8>) -> (Case, BTreeMap<String, PathBuf>) {
    let Recorded { run, pairs, parameters, investigation, result, .. } = recorded;
    let today = jiff::Timestamp::now().to_string().chars().take(10).collect::<String>();
    let mut names = BTreeMap::new();
    let mut copies = BTreeMap::new();
    for (entry, path) in &run.files {
        let path = Path::new(path);
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = if copies.contains_key(name) { format!("{}/{name}", names.len()) } else { name.to_owned() };
        names.insert(entry.clone(), name.clone());
        if path.is_file() {
            copies.insert(name, path.to_path_buf());
        }
    }
    let (entry, readable) = match result {
        Ok(entry) => (entry.to_json(), entry.readable.clone()),
        Err(failure) => (failure.to_json(), failure.to_string()),
    };
    let call = Call {
        about: run.about.clone().unwrap_or_default(),
        source: run.source.clone().unwrap_or_else(|| format!("recorded {today}")),
        arguments: pairs.to_vec(),
        parameters: parameters.clone(),
        investigation: investigation.clone(),
        files: names,
    };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    (Case { command: run.command.clone(), name, call, exchanges, entry, readable }, copies)
}
