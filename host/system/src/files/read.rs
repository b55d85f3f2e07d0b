//! Reading a file that was named by a person or an embedder.

use super::error::{Error, Problem, What};
use super::system;
use super::write;
use soar_contract::secret::Secret;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A regular file, open for reading.
#[derive(Debug)]
pub struct Opened {
    file: File,
    path: PathBuf,
    size: u64,
}

impl Opened {
    /// Takes a file that was opened without waiting, if it is a regular one.
    pub(super) fn new(file: File, path: PathBuf) -> Result<Self, Error> {
        let metadata = file.metadata().map_err(Error::of(&path))?;
        match system::kind(&file, &metadata).map_err(Error::of(&path))? {
            What::File => Ok(Self { file, path, size: metadata.len() }),
            other => Err(Error::new(path, Problem::NotAFile(other))),
        }
    }

    /// Its path when it was opened.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its size in bytes when it was opened.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The file itself, at its beginning.
    #[must_use]
    pub fn into_file(self) -> File {
        self.file
    }

    /// The file itself, at its beginning, if it has no more than `most` bytes.
    ///
    /// # Errors
    /// If it has more.
    pub fn at_most(self, most: u64) -> Result<File, Error> {
        match self.size > most {
            true => Err(Error::new(self.path, Problem::TooLarge { most })),
            false => Ok(self.file),
        }
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Its content.
    ///
    /// # Errors
    /// If it can't be read, or has more than `most` bytes; also if it grows beyond that meanwhile.
    pub fn read(self, most: u64) -> Result<Vec<u8>, Error> {
        let Self { file, path, size } = self;
        bounded(file, &path, size, most)
    }
}

/// Opens a regular file, and does not wait for anybody: not for the other end of a pipe either.
///
/// # Errors
/// If it can't be opened, or is a folder, a pipe, a device or a socket.
pub fn open(path: &Path) -> Result<Opened, Error> {
    let file = system::open(path).map_err(|error| unopened(path, error))?;
    Opened::new(file, path.into())
}

/// Reads a regular file.
///
/// # Errors
/// Like [`open`], or if it has more than `most` bytes.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    open(path)?.read(most)
}

/// Reads a regular file whose path is that of the file itself, and not of a link: one that is written again, in its
/// place.
///
/// # Errors
/// Like [`read`], or if it is a link.
pub fn read_unlinked(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let (folder, name) = write::place(path)?;
    folder.open_named(name)?.read(most)
}

/// Reads a regular file that is text.
///
/// # Errors
/// Like [`read`], or if it is not UTF-8.
pub fn read_text(path: &Path, most: u64) -> Result<String, Error> {
    text(read(path, most)?, path)
}

/// Reads a file that holds a credential, and perhaps a line break after it.
///
/// # Errors
/// Like [`open`], or if it has more than 64 KiB or is not UTF-8.
pub fn secret(path: impl AsRef<Path>) -> Result<Secret, Error> {
    open(path.as_ref())?.secret()
}

/// Reads what a person gave as the source of a value: a file, a pipe such as `<(command)`, or standard input if it is
/// `-`. It waits for whoever writes to the pipe.
///
/// # Errors
/// If it can't be read, is a folder, has more than `most` bytes, or is not UTF-8.
pub fn read_given(path: &Path, most: u64) -> Result<String, Error> {
    if path == Path::new("-") {
        let path = Path::new("standard input");
        return text(bounded(io::stdin().lock(), path, 0, most)?, path);
    }
    let file = File::open(path).map_err(Error::of(path))?;
    let metadata = file.metadata().map_err(Error::of(path))?;
    match What::of(metadata.file_type()) {
        What::Folder => Err(Error::new(path, Problem::NotAFile(What::Folder))),
        _ => text(bounded(file, path, metadata.len(), most)?, path),
    }
}

impl Opened {
    /// The credential that it holds, without a line break after it. No other copy of it stays in memory.
    ///
    /// # Errors
    /// If it can't be read, has more than 64 KiB, or is not UTF-8.
    pub fn secret(self) -> Result<Secret, Error> {
        let path = self.path.clone();
        let bytes = Zeroizing::new(self.read(super::most::SECRET)?);
        match str::from_utf8(&bytes) {
            Ok(text) => Ok(Secret::new(text.trim_end_matches(['\r', '\n']).to_owned())),
            Err(error) => Err(Error::new(path, Problem::NotText { at: error.valid_up_to() })),
        }
    }
}

fn text(bytes: Vec<u8>, path: &Path) -> Result<String, Error> {
    String::from_utf8(bytes)
        .map_err(|error| Error::new(path, Problem::NotText { at: error.utf8_error().valid_up_to() }))
}

/// Reads to the end, or to one byte more than there may be.
fn bounded(mut from: impl Read, path: &Path, size: u64, most: u64) -> Result<Vec<u8>, Error> {
    let too_large = || Error::new(path, Problem::TooLarge { most });
    if size > most {
        return Err(too_large());
    }
    // Room at once, and for the standard library's look at what comes after the end: a secret that outgrows its place
    // leaves a copy there, and one that has less than 32 bytes of room comes by way of the stack.
    let mut bytes = Vec::with_capacity(usize::try_from(size).map_err(|_| too_large())?.saturating_add(64));
    from.by_ref().take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(Error::of(path))?;
    match bytes.len() as u64 > most {
        true => Err(too_large()),
        false => Ok(bytes),
    }
}

/// A socket can't be opened at all, and the system's word for that is a riddle.
fn unopened(path: &Path, error: io::Error) -> Error {
    match std::fs::metadata(path).map(|found| What::of(found.file_type())) {
        Ok(what @ (What::Socket | What::Folder)) => Error::new(path, Problem::NotAFile(what)),
        _ => Error::new(path, error),
    }
}
