//! A file that is read and written again, with nobody of this program in between.

use super::error::{Error, Problem, What};
use super::folder::Folder;
use super::read::Opened;
use super::system;
use super::write::{self, Existing, Readers};
use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::fs::OpenOptions;
use std::ffi::{OsStr, OsString};
use std::fs::{File, TryLockError};
use std::io::{self, Seek};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long is waited until it is tried again.
const AGAIN: Duration = Duration::from_millis(10);

/// A regular file, locked by this process until it is dropped. Where a file system has no locks, it is only open.
#[derive(Debug)]
pub struct Locked {
    folder: Folder,
    name: OsString,
    file: File,
}

/// Locks a regular file against others who lock it, and waits for them so long; makes it for this user alone with
/// `content` in it if there is none. Its path is that of the file itself, and not of a link.
///
/// # Errors
/// If it can't be opened or made, is no regular file, or somebody else has it for longer than `patience`.
pub fn lock(path: &Path, content: &[u8], patience: Duration) -> Result<Locked, Error> {
    let until = Instant::now() + patience;
    let (folder, name) = write::place(path)?;
    loop {
        let file = match open(&folder, name, path) {
            Err(error) if error.is_missing() => {
                match folder.write_named(name, content, Readers::Owner, Existing::Refuse) {
                    // Of two processes one is first.
                    Ok(()) | Err(Error { problem: Problem::Exists, .. }) => continue,
                    Err(error) => return Err(error),
                }
            }
            opened => opened?.into_file(),
        };
        match file.try_lock() {
            Ok(()) if system::has_name(&folder, name, &file) => return Ok(Locked { folder, name: name.into(), file }),
            // Whoever had it has put a new one in its place.
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(AGAIN),
            Err(TryLockError::WouldBlock) => return Err(Error::new(path, Problem::Locked { waited: patience })),
            Err(TryLockError::Error(_)) => return Ok(Locked { folder, name: name.into(), file }),
        }
    }
}

impl Locked {
    /// What is in it.
    ///
    /// # Errors
    /// If it can't be read, or has more than `most` bytes.
    pub fn read(&self, most: u64) -> Result<Vec<u8>, Error> {
        let path = self.folder.path().join(&self.name);
        let mut file = self.file.try_clone().map_err(Error::of(&path))?;
        file.rewind().map_err(Error::of(&path))?;
        Opened::new(file, path)?.read(most)
    }

    /// Puts a new one in its place, whole or not at all.
    ///
    /// # Errors
    /// If it can't be written; then there is what was there before.
    pub fn replace(self, content: &[u8]) -> Result<(), Error> {
        self.folder.write_named(&self.name, content, Readers::Owner, Existing::Replace)
    }
}

/// Opens the regular file of this very name, without waiting for anybody: to write as well if that may be, as locks over a
/// network need it.
fn open(folder: &Folder, name: &OsStr, path: &Path) -> Result<Opened, Error> {
    let open = |writing: bool| {
        let mut options = OpenOptions::new();
        options.read(true).write(writing).follow(FollowSymlinks::No).nonblock(true);
        system::leave_terminals(&mut options);
        folder.dir().open_with(name, &options)
    };
    let opened = match open(true) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => open(false),
        opened => opened,
    };
    match opened {
        Ok(file) => Opened::new(file.into_std(), path.into()),
        Err(error) => Err(match folder.what(name) {
            Some(What::File) | None => Error::new(path, error),
            Some(other) => Error::new(path, Problem::NotAFile(other)),
        }),
    }
}
