//! The platform of one call: files by entry id, and an investigation.

use bytes::Bytes;
use soar::Embedded;
use soar::{Answer, File, FileError, Investigation, Platform};
use std::collections::BTreeMap;
use std::io::Cursor;

/// The embedded platform, with files of a recorded case behind those given by path.
pub struct CallPlatform {
    /// The files that were given for this call.
    pub embedded: Embedded,
    /// The investigation that was given, or the recorded case's.
    pub investigation: Option<Investigation>,
    /// The recorded case's files by entry id: name and content, which is there once however often it is open.
    pub files: BTreeMap<String, (String, Bytes)>,
}

impl Platform for CallPlatform {
    fn investigation(&self) -> Option<Investigation> {
        self.investigation.clone()
    }

    fn open<'a>(&'a self, entry_id: &'a str) -> Answer<'a, Result<File, FileError>> {
        Box::pin(async move {
            match (self.embedded.open(entry_id).await, self.files.get(entry_id)) {
                (Err(FileError::NotFound), Some((name, content))) => {
                    let size = content.len() as u64;
                    Ok(File { name: name.clone(), size, content: Box::new(Cursor::new(content.clone())) })
                }
                (opened, _) => opened,
            }
        })
    }
}
