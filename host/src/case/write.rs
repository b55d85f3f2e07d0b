//! Writing a case.

use super::{CALL, Case, CaseError, ENTRY, EXCHANGES, FILES, READABLE, call};
use crate::files::{self, Existing, Folder, Readers, most};
use crate::text::json;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

pub(super) fn write(
    case: &Case,
    folder: &Path,
    files: &BTreeMap<String, PathBuf>,
    replace: bool,
) -> Result<(), CaseError> {
    match taken(folder, replace)? {
        // Not as a new folder: whatever else lies in this one stays.
        Some(there) => Ok(content(case, &there, files)?),
        None => Ok(files::write_folder(folder, |part| content(case, part, files))?),
    }
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

fn content(case: &Case, folder: &Folder, files: &BTreeMap<String, PathBuf>) -> Result<(), files::Error> {
    let write = |name: &str, content: &[u8]| folder.write(name, content, Readers::Owner, Existing::Replace);
    for (name, from) in files {
        let from = files::open(from)?.at_most(most::ATTACHED)?;
        folder.write(&format!("{FILES}/{name}"), from.take(most::ATTACHED), Readers::Owner, Existing::Replace)?;
    }
    write(EXCHANGES, &case.exchanges)?;
    write(ENTRY, json::pretty(&case.entry).as_bytes())?;
    write(READABLE, format!("{}\n", case.readable).as_bytes())?;
    // The last: what has it is a case.
    write(CALL, json::pretty(&call::to_json(&case.call)).as_bytes())
}
