//! Files of certificates and keys.

use soar_contract::digest::digest;
use soar_system::files::{self, Opened};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// A PEM file: one that is read when it is needed, by its path, or what an open one was found to hold.
#[derive(Clone, PartialEq, Eq)]
pub struct Pem {
    path: PathBuf,
    /// None if it has not been read.
    content: Option<Arc<Zeroizing<Vec<u8>>>>,
}

impl Pem {
    /// What an open file holds, so that its path isn't followed again.
    ///
    /// # Errors
    /// If it can't be read, or has more than 1 MiB.
    pub fn read(opened: Opened) -> Result<Self, files::Error> {
        let path = opened.path().to_path_buf();
        let content = Zeroizing::new(opened.read(files::most::PEM)?);
        Ok(Self { path, content: Some(Arc::new(content)) })
    }

    /// Its path, for messages if it has been read.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The digest of what it holds, if that has been read: `sha256:…`.
    #[must_use]
    pub fn digest(&self) -> Option<String> {
        self.content.as_ref().map(|content| digest(content))
    }

    pub(super) fn content(&self) -> Result<Arc<Zeroizing<Vec<u8>>>, files::Error> {
        match &self.content {
            Some(content) => Ok(content.clone()),
            None => files::read(&self.path, files::most::PEM).map(|content| Arc::new(Zeroizing::new(content))),
        }
    }
}

impl From<PathBuf> for Pem {
    fn from(path: PathBuf) -> Self {
        Self { path, content: None }
    }
}

impl From<&Path> for Pem {
    fn from(path: &Path) -> Self {
        path.to_path_buf().into()
    }
}

impl From<&str> for Pem {
    fn from(path: &str) -> Self {
        Path::new(path).into()
    }
}

/// It may be a key.
impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pem({:?})", self.path)
    }
}
