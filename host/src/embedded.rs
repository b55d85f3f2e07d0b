//! The platform that comes with the host: files from a folder, one investigation.

use crate::platform::{Answer, File, FileError, Investigation, Platform};
use std::collections::BTreeMap;
use std::io::ErrorKind;
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
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => FileError::Unreadable(format!("there is no file at {}", path.display())),
        _ => FileError::Unreadable(format!("{}: {error}", path.display())),
    };
    let metadata = tokio::fs::metadata(path).await.map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(FileError::NotAFile("a folder".into()));
    }
    if !metadata.is_file() {
        return Err(FileError::NotAFile("a device or a pipe".into()));
    }
    let content = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(File { name, size: metadata.len(), content: Box::new(content) })
}
