use std::cell::Cell;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, Serializer};

/// How much of a body is read at once, in bytes: base64 has no rest of it.
const PART: usize = 48 << 10;

/// A body as it will be written: its bytes are here or in a file.
#[derive(Clone, Copy)]
pub(super) enum Written<'a> {
    Memory(&'a [u8], bool),
    File { stored: Stored, file: &'a File, failed: &'a Cell<Option<io::ErrorKind>> },
}

/// Where a body is in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stored {
    pub at: u64,
    pub length: u64,
    /// Whether it is UTF-8.
    pub is_text: bool,
}

impl<'a> Written<'a> {
    /// No body.
    pub const NONE: Written<'static> = Written::Memory(&[], true);

    pub fn memory(body: &'a [u8]) -> Self {
        Self::Memory(body, std::str::from_utf8(body).is_ok())
    }

    pub fn length(&self) -> u64 {
        match self {
            Self::Memory(body, _) => body.len() as u64,
            Self::File { stored, .. } => stored.length,
        }
    }

    /// How it is encoded as a text, if it is none.
    pub fn encoding(&self) -> Option<&'static str> {
        let (Self::Memory(_, is_text) | Self::File { stored: Stored { is_text, .. }, .. }) = self;
        (!is_text).then_some("base64")
    }
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Memory(body, true) => serializer.serialize_str(&String::from_utf8_lossy(body)),
            Self::Memory(body, false) => serializer.serialize_str(&STANDARD.encode(body)),
            Self::File { .. } => serializer.collect_str(self),
        }
    }
}

/// What is in a file passes through in parts.
impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::File { stored, file, failed } = self else { return Ok(()) };
        let mut left = stored.length;
        let mut part = vec![0; PART];
        // The beginning of a character whose end is in the next part.
        let mut cut = 0;
        let mut file: &File = file;
        let mut read = |at: u64, part: &mut [u8]| {
            let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(part));
            // Serialization has no words for it: whoever has the cell does.
            read.inspect_err(|error| failed.set(Some(error.kind()))).is_ok()
        };
        while left > 0 {
            let now = usize::try_from(left).map_or(PART, |left| left.min(PART - cut));
            if !read(stored.at + stored.length - left, &mut part[cut..cut + now]) {
                return Ok(());
            }
            left -= now as u64;
            let whole = &part[..cut + now];
            if !stored.is_text {
                f.write_str(&STANDARD.encode(whole))?;
                continue;
            }
            let text = match std::str::from_utf8(whole) {
                Ok(text) => text.len(),
                Err(error) => error.valid_up_to(),
            };
            f.write_str(&String::from_utf8_lossy(&whole[..text]))?;
            let end = cut + now;
            part.copy_within(text..end, 0);
            cut = end - text;
        }
        Ok(())
    }
}
