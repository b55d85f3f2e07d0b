//! The platform that comes with the host: files from a folder.

use soar_contract::callcontext::CallContext;
use soar_contract::platform::{BoxFuture, File, FileError, Platform};
use soar_system::files::{self, Problem, What};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A platform of one process, for the command line and for tests. Every call may read all of its files.
#[derive(Clone, Debug, Default)]
pub struct Embedded {
    files: BTreeMap<String, PathBuf>,
}

impl Embedded {
    /// A platform without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts the file at `path` behind an entry id.
    #[must_use]
    pub fn file(mut self, entry_id: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.files.insert(entry_id.into(), path.into());
        self
    }
}

impl Platform for Embedded {
    fn open<'a>(&'a self, _: &'a CallContext, entry_id: &'a str) -> BoxFuture<'a, Result<File, FileError>> {
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
