//! The platform that comes with the host: files from a folder, one investigation.

use crate::files::{self, Problem, What};
use crate::platform::{Answer, File, FileError, Investigation, Platform};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A platform of one process, for the command line and for tests.
#[derive(Clone, Debug, Default)]
pub struct Embedded {
    investigation: Option<Investigation>,
    files: BTreeMap<String, PathBuf>,
}

impl Embedded {
    /// A platform without an investigation and without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs commands in this investigation.
    #[must_use]
    pub fn investigation(mut self, investigation: Investigation) -> Self {
        self.investigation = Some(investigation);
        self
    }

    /// Puts the file at `path` behind an entry id.
    #[must_use]
    pub fn file(mut self, entry_id: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.files.insert(entry_id.into(), path.into());
        self
    }
}

impl Platform for Embedded {
    fn investigation(&self) -> Option<Investigation> {
        self.investigation.clone()
    }

    fn open<'a>(&'a self, entry_id: &'a str) -> Answer<'a, Result<File, FileError>> {
        Box::pin(async move {
            let path = self.files.get(entry_id).ok_or(FileError::NotFound)?;
            open(path).await
        })
    }
}

async fn open(path: &Path) -> Result<File, FileError> {
    let wanted = path.to_path_buf();
    let opened = tokio::task::spawn_blocking(move || files::open(&wanted)).await;
    let opened = opened.map_err(|error| FileError::Unreadable(format!("{}: {error}", path.display())))?;
    let opened = opened.map_err(|error| match &error.problem {
        Problem::NotAFile(What::Folder) => FileError::NotAFile("a folder".into()),
        Problem::NotAFile(_) => FileError::NotAFile("a device or a pipe".into()),
        _ if error.is_missing() => FileError::Unreadable(format!("there is no file at {}", path.display())),
        _ => FileError::Unreadable(error.to_string()),
    })?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let size = opened.size();
    Ok(File { name, size, content: Box::new(tokio::fs::File::from_std(opened.into_file())) })
}
