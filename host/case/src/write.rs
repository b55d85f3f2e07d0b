//! Writing a case.

use super::{CALL, Call, Case, CaseError, ENTRY, EXCHANGES, FILES, READABLE, Redacted, call};
use soar_contract::text::json;
use soar_network::recording::Redactor;
use soar_system::files::{self, Existing, Folder, Readers, most};
use std::collections::BTreeMap;
use std::io::{self, Read, Seek};
use std::ops::Range;
use std::path::{Path, PathBuf};

pub(super) fn write(
    case: &Case,
    folder: &Path,
    exchanges: impl Read,
    files: &BTreeMap<String, PathBuf>,
    redactor: &Redactor,
    replace: bool,
) -> Result<Redacted, CaseError> {
    let mut redacted = Redacted::new();
    let fill = |folder: &Folder| {
        redacted = content(case, folder, exchanges, files, redactor)?;
        Ok(())
    };
    match taken(folder, replace)? {
        // Not as a new folder: whatever else lies in this one stays.
        Some(there) => fill(&there)?,
        None => files::write_folder(folder, fill)?,
    }
    Ok(redacted)
}

/// The case at the place already, which may be replaced; none if there is nothing.
pub(super) fn taken(folder: &Path, replace: bool) -> Result<Option<Folder>, CaseError> {
    let there = match Folder::open_unlinked(folder) {
        Ok(_) if !replace => return Err(CaseError::Exists(folder.into())),
        Ok(there) => there,
        Err(error) if error.is_missing() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    match there.has_file(CALL) || there.is_empty()? {
        true => Ok(Some(there)),
        false => Err(CaseError::NotACase(folder.into())),
    }
}

fn content(
    case: &Case,
    folder: &Folder,
    exchanges: impl Read,
    files: &BTreeMap<String, PathBuf>,
    redactor: &Redactor,
) -> Result<Redacted, files::Error> {
    let write = |name: &str, content: &[u8]| folder.write(name, content, Readers::Owner, Existing::Replace);
    let mut redacted = Redacted::new();
    for (name, from) in files {
        let places = copy(folder, name, from, redactor)?;
        if !places.is_empty() {
            redacted.insert(name.clone(), places);
        }
    }
    folder.write(EXCHANGES, exchanges, Readers::Owner, Existing::Replace)?;
    write(ENTRY, json::pretty(&case.entry).as_bytes())?;
    write(READABLE, format!("{}\n", case.readable).as_bytes())?;
    // The last: what has it is a case.
    let call = Call { redacted: redacted.clone(), ..case.call.clone() };
    write(CALL, json::pretty(&call::to_json(&call)).as_bytes())?;
    Ok(redacted)
}

/// Copies a file into a case, without the secrets in it. Where they were.
fn copy(folder: &Folder, name: &str, from: &Path, redactor: &Redactor) -> Result<Vec<Range<usize>>, files::Error> {
    let failed = |error: io::Error| files::Error { path: from.into(), problem: error.into() };
    // What is looked through is what is copied, whatever becomes of the file meanwhile.
    let mut whole = folder.nameless()?;
    let mut from = files::open(from)?.at_most(most::ATTACHED)?.take(most::ATTACHED);
    let copied = io::copy(&mut from, &mut whole).and_then(|_| whole.rewind());
    copied.map_err(failed)?;
    let mut starred = folder.nameless()?;
    let places = redactor.starred(whole, &starred).map_err(failed)?;
    starred.rewind().map_err(failed)?;
    folder.write(&format!("{FILES}/{name}"), starred, Readers::Owner, Existing::Replace)?;
    Ok(places)
}
