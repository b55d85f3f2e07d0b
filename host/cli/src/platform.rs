//! The platform of one call: files by entry id.

use bytes::Bytes;
use soar::{BoxFuture, CallContext, Embedded, File, FileError, Platform};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

/// The embedded platform, with files of a recorded case behind those given by path.
pub struct CallPlatform {
    /// The files that were given for this call.
    pub embedded: Embedded,
    /// The recorded case's files by entry id: name and content, which is there once however often it is open.
    pub files: BTreeMap<String, (String, Bytes)>,
    /// The entry that was asked for and has no file.
    pub missing: Missing,
}

/// An entry without a file. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Missing(Arc<Mutex<Option<String>>>);

impl Missing {
    fn set(&self, entry: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(entry.to_owned());
    }

    /// The last one that was asked for.
    pub fn entry(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Platform for CallPlatform {
    fn open<'a>(&'a self, context: &'a CallContext, entry_id: &'a str) -> BoxFuture<'a, Result<File, FileError>> {
        Box::pin(async move {
            match (self.embedded.open(context, entry_id).await, self.files.get(entry_id)) {
                (Err(FileError::NotFound), Some((name, content))) => {
                    let size = content.len() as u64;
                    Ok(File { name: name.clone(), size, content: Box::new(Cursor::new(content.clone())) })
                }
                (opened, _) => {
                    if matches!(opened, Err(FileError::NotFound)) {
                        self.missing.set(entry_id);
                    }
                    opened
                }
            }
        })
    }
}
