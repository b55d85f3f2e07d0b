//! Writing a case.

use super::{CALL, Case, CaseError, ENTRY, EXCHANGES, FILES, READABLE, call};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(super) fn write(
    case: &Case,
    folder: &Path,
    files: &BTreeMap<String, PathBuf>,
    replace: bool,
) -> Result<(), CaseError> {
    if taken(folder, replace)? {
        // Not by renaming: whatever else lies in the folder stays.
        return content(case, folder, files);
    }
    let part = beside(folder);
    let written = content(case, &part, files).and_then(|()| fs::rename(&part, folder).map_err(unwritable(folder)));
    written.inspect_err(|_| drop(fs::remove_dir_all(&part)))
}

/// Whether there is a case at the place already, which may be replaced.
fn taken(folder: &Path, replace: bool) -> Result<bool, CaseError> {
    if fs::symlink_metadata(folder).is_err() {
        return Ok(false);
    }
    if !replace {
        return Err(CaseError::Exists(folder.into()));
    }
    fs::read_dir(folder).map_err(unwritable(folder))?;
    if !may_replace(folder) {
        return Err(CaseError::NotACase(folder.into()));
    }
    Ok(true)
}

pub(super) fn may_replace(folder: &Path) -> bool {
    folder.join(CALL).is_file() || fs::read_dir(folder).is_ok_and(|mut found| found.next().is_none())
}

fn content(case: &Case, folder: &Path, files: &BTreeMap<String, PathBuf>) -> Result<(), CaseError> {
    fs::create_dir_all(folder).map_err(unwritable(folder))?;
    for (name, from) in files {
        let to = folder.join(FILES).join(name);
        fs::create_dir_all(to.parent().unwrap_or(folder)).map_err(unwritable(&to))?;
        fs::copy(from, &to).map_err(unwritable(&to))?;
    }
    whole(&folder.join(EXCHANGES), &case.exchanges)?;
    whole(&folder.join(ENTRY), pretty(&case.entry).as_bytes())?;
    whole(&folder.join(READABLE), format!("{}\n", case.readable).as_bytes())?;
    whole(&folder.join(CALL), pretty(&call::to_json(&case.call)).as_bytes())
}

pub(super) fn whole(path: &Path, content: &[u8]) -> Result<(), CaseError> {
    let part = beside(path);
    let write = || {
        let mut file = fs::File::create(&part)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&part, path)
    };
    write().inspect_err(|_| drop(fs::remove_file(&part))).map_err(unwritable(path))
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> CaseError {
    let path = path.to_path_buf();
    move |error| CaseError::Unwritable { path: path.clone(), error }
}
