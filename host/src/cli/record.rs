//! `soar run --record`.

use super::output::Problem;
use super::run::Run;
use soar::case::{self, Call, Case, Investigation};
use soar::recording::{Recording, Redactor};
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
    /// What came of it, without credentials.
    pub result: &'a Result<Entry, Failure>,
    /// What takes the credentials out of the rest.
    pub redactor: &'a Redactor,
}

/// Refuses a path that could not be written, before anything is sent: what the command does can't be taken back.
pub fn check(path: &Path, force: bool) -> Result<(), Problem> {
    let refuse = |message: String| Err(Problem::wrong("record", format!("--record {}: {message}", path.display())));
    if path.file_name().is_none() {
        return refuse("it has no name; expected a folder, or a path ending in .har".into());
    }
    if let Ok(found) = fs::metadata(path) {
        if !force {
            return refuse("it exists already; expected another path, or --force".into());
        }
        match (is_har(path), found.is_dir()) {
            (true, true) => return refuse("it is a folder; expected a file".into()),
            (false, false) => return refuse("it is a file; expected a folder, or a path ending in .har".into()),
            (false, true) if !case::may_replace(path) => {
                return refuse("it is not the folder of a case: it is not empty and has no call.json".into());
            }
            _ => {}
        }
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let probe = parent.join(format!(".soar-{}", std::process::id()));
    let written =
        fs::create_dir_all(parent).and_then(|()| fs::File::create(&probe)).and_then(|_| fs::remove_file(&probe));
    match written {
        Ok(()) => Ok(()),
        Err(error) => refuse(format!("{} can't be written: {error}", parent.display())),
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
    let Recorded { run, pairs, parameters, investigation, result, redactor, .. } = recorded;
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
        arguments: pairs.iter().map(|(name, value)| (name.clone(), redactor.text(value))).collect(),
        parameters: parameters.iter().map(|(name, value)| (name.clone(), redactor.text(value))).collect(),
        investigation: investigation.clone(),
        files: names,
    };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    (Case { command: run.command.clone(), name, call, exchanges, entry, readable }, copies)
}
