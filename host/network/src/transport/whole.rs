//! A body that is kept whole until it is passed on.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;

use super::collect::{Held, Line, Room};
use super::{Body, BodyOf, TransportError};
use crate::net_error::NetErrorKind;
use crate::recording::nameless;

/// The most of a body that stays in memory, in bytes. What is longer goes to a file without a name.
const MEMORY: usize = 1 << 20;

/// How much of a file is passed on at once, in bytes.
const PART: usize = 64 << 10;

/// A whole body.
#[derive(Clone)]
pub(super) enum Whole {
    /// A short one.
    Memory(Bytes),
    /// A long one, and its length.
    File(Arc<Stored>, u64),
}

/// A file that is read by one at a time, and room for it.
pub(super) struct Stored {
    file: Mutex<File>,
    _held: Held,
}

impl Whole {
    /// All of a body, if it isn't longer than `limit` bytes; what doesn't stay in memory is in `folder`, if there is room.
    pub async fn of(
        mut body: Body,
        of: BodyOf,
        limit: u64,
        (folder, room): (&Path, &Room),
        line: &Line,
    ) -> Result<Whole, TransportError> {
        let mut memory = BytesMut::new();
        let (mut file, mut held) = (None::<File>, Held::default());
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|error| line.broken(of, error))?.into_data() else {
                continue;
            };
            length += data.len() as u64;
            if length > limit {
                return Err(line.too_long(of, limit));
            }
            memory.extend_from_slice(&data);
            if memory.len() > MEMORY {
                if !held.more(memory.len(), room) {
                    return Err(line.no_room(of, room));
                }
                let moved = moved(&mut file, &mut memory, folder);
                moved.map_err(|error| line.unkept(&error))?;
            }
        }
        match file {
            None => Ok(Whole::Memory(memory.freeze())),
            Some(_) => {
                moved(&mut file, &mut memory, folder).map_err(|error| line.unkept(&error))?;
                Ok(file.map_or(Whole::Memory(Bytes::new()), |file| {
                    Whole::File(Arc::new(Stored { file: Mutex::new(file), _held: held }), length)
                }))
            }
        }
    }

    /// To be passed on.
    pub fn body(&self) -> Body {
        match self {
            Whole::Memory(bytes) => bytes.clone().into(),
            Whole::File(file, length) => {
                let passing = Passing { file: file.clone(), at: 0, length: *length };
                Body::new(passing.map_err(|error| NetErrorKind::InternalError(Some(error.to_string())).into()))
            }
        }
    }

    /// To be read here.
    pub fn reader(&self) -> Reader {
        match self {
            Whole::Memory(bytes) => Reader::Memory(Cursor::new(bytes.clone())),
            Whole::File(file, length) => Reader::File(Passing { file: file.clone(), at: 0, length: *length }),
        }
    }
}

fn moved(file: &mut Option<File>, memory: &mut BytesMut, folder: &Path) -> io::Result<()> {
    let file = match file {
        Some(file) => file,
        None => file.insert(nameless(folder)?),
    };
    file.write_all(memory)?;
    memory.clear();
    Ok(())
}

/// Reads a whole body.
pub(super) enum Reader {
    Memory(Cursor<Bytes>),
    File(Passing),
}

impl Read for Reader {
    fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
        match self {
            Reader::Memory(cursor) => cursor.read(part),
            Reader::File(passing) => passing.read(part),
        }
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match (self, to) {
            (Reader::Memory(cursor), to) => cursor.seek(to),
            (Reader::File(passing), SeekFrom::Start(at)) => {
                passing.at = at;
                Ok(at)
            }
            (Reader::File(_), _) => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

/// A file that others may be reading, too.
pub(super) struct Passing {
    file: Arc<Stored>,
    at: u64,
    length: u64,
}

impl Read for Passing {
    fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let now = left.min(part.len());
        let mut file = self.file.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        file.read_exact(&mut part[..now])?;
        self.at += now as u64;
        Ok(now)
    }
}

impl http_body::Body for Passing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let mut part = vec![0; PART];
        Poll::Ready(match self.read(&mut part) {
            Ok(0) => None,
            Ok(read) => {
                part.truncate(read);
                Some(Ok(Frame::data(part.into())))
            }
            Err(error) => Some(Err(error)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.at >= self.length
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length.saturating_sub(self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_in_files_has_so_much_room_together() {
        let folder = tempfile::tempdir().unwrap();
        let room = Room::new(5 << 20);
        let line = Line { method: "POST".into(), url: "http://h/".into() };
        let whole = async |size: usize| {
            let body = vec![0; size].into();
            Whole::of(body, BodyOf::Request, 64 << 20, (folder.path(), &room), &line).await
        };
        let first = whole(3 << 20).await.unwrap();
        let passing = first.body();
        drop(first);
        // It is still on its way.
        let error = whole(3 << 20).await.err().expect("there is no room").to_string();
        assert!(error.contains("more than 5.0 MiB at once"), "{error}");
        assert!(whole(MEMORY).await.is_ok(), "what is in memory needs none");
        drop(passing);
        assert!(whole(3 << 20).await.is_ok());
    }
}
