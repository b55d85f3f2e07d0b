//! Writing a file whole or not at all.

use super::error::{Error, Problem};
use super::folder::Folder;
use super::system;
use crate::random;
use cap_std::fs::{File, OpenOptions};
use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::path::Path;

/// Who may read what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// This user alone: 0600. On a system whose permissions soar does not know ([`PERMISSIONS`](super::PERMISSIONS)) the
    /// folder says who.
    Owner,
    /// Everyone whom the umask allows: 0644.
    Everyone,
}

/// What becomes of what is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It is replaced. A link is replaced itself, and what it leads to stays.
    Replace,
    /// It stays, and nothing is written.
    Refuse,
    /// It stays, and what was to be written is kept beside it, under a name that the error tells.
    Beside,
}

/// Writes a file whole or not at all.
///
/// # Errors
/// If it can't be written; then there is what was there before.
pub fn write(path: &Path, content: impl Read, readers: Readers, existing: Existing) -> Result<(), Error> {
    let (folder, name) = place(path)?;
    folder.write_named(name, content, readers, existing)
}

/// Makes a folder for this user alone, whole or not at all: `fill` puts into it what belongs there.
///
/// # Errors
/// If it can't be made, or `fill` says so. What is complete, and finds its place taken since a moment ago, is kept
/// beside it under a name that the error tells.
pub fn write_folder(path: &Path, fill: impl FnOnce(&Folder) -> Result<(), Error>) -> Result<(), Error> {
    let (above, name) = place(path)?;
    let part = temporary_name(name);
    let filled = above.make_new(&part).and_then(|folder| fill(&folder));
    if let Err(error) = filled {
        drop(above.dir().remove_dir_all(&part));
        return Err(error);
    }
    // An empty folder is replaced, and nothing else.
    match above.dir().rename(&part, above.dir(), name) {
        Ok(()) => Ok(()),
        Err(_) if above.what(name).is_some() => Err(Error::new(path, Problem::KeptAside(above.path().join(part)))),
        Err(error) => {
            drop(above.dir().remove_dir_all(&part));
            Err(Error::new(path, error))
        }
    }
}

/// Finds out whether a file could be written at a path, and makes the folders above it, for this user alone.
///
/// # Errors
/// If it could not.
pub fn check_writable(path: &Path) -> Result<(), Error> {
    let parent = parent(path);
    system::make_folders(parent).map_err(Error::of(parent))?;
    let (folder, name) = place(path)?;
    let (_, probe) = temporary(&folder, name, Readers::Owner)?;
    folder.dir().remove_file(&probe).map_err(Error::of(&folder.path().join(&probe)))
}

/// The folder of a path, open, and the name in it.
pub(super) fn place(path: &Path) -> Result<(Folder, &OsStr), Error> {
    let name = path.file_name().ok_or_else(|| Error::new(path, Problem::Outside))?;
    Ok((Folder::open(parent(path))?, name))
}

pub(super) fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

pub(super) fn whole(
    folder: &Folder,
    name: &OsStr,
    mut content: impl Read,
    readers: Readers,
    existing: Existing,
) -> Result<(), Error> {
    let path = folder.path().join(name);
    let (mut file, part) = temporary(folder, name, readers)?;
    let written = io::copy(&mut content, &mut file).and_then(|_| file.sync_all());
    let placed = written.and_then(|()| match existing {
        Existing::Replace => folder.dir().rename(&part, folder.dir(), name),
        Existing::Refuse | Existing::Beside => put_new(folder, &part, name),
    });
    match placed {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && existing == Existing::Beside => {
            Err(Error::new(path, Problem::KeptAside(folder.path().join(part))))
        }
        Err(error) => {
            drop(folder.dir().remove_file(&part));
            Err(match error.kind() {
                io::ErrorKind::AlreadyExists => Error::new(path, Problem::Exists),
                _ => Error::new(path, error),
            })
        }
    }
}

/// Gives a file its name, if nothing has it.
fn put_new(folder: &Folder, part: &OsStr, name: &OsStr) -> io::Result<()> {
    let dir = folder.dir();
    match dir.hard_link(part, dir, name) {
        Ok(()) => dir.remove_file(part),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Not every file system has links: there the name is taken first, and then what is ours is replaced.
        Err(_) => {
            drop(dir.open_with(name, &new(Readers::Owner))?);
            dir.rename(part, dir, name)
        }
    }
}

/// A new file with a name that nobody can know before, which says what it is for if it is left over.
fn temporary(folder: &Folder, name: &OsStr, readers: Readers) -> Result<(File, OsString), Error> {
    let part = temporary_name(name);
    match folder.dir().open_with(&part, &new(readers)) {
        Ok(file) => Ok((file, part)),
        Err(error) => Err(Error::new(folder.path().join(name), error)),
    }
}

/// A new file in a folder that has no name any more: nobody else reaches it, and it is gone when it is closed.
pub(super) fn nameless(folder: &Folder) -> Result<std::fs::File, Error> {
    let part = temporary_name("".as_ref());
    let path = folder.path().join(&part);
    let mut options = new(Readers::Owner);
    let file = folder.dir().open_with(&part, options.read(true)).map_err(Error::of(&path))?;
    folder.dir().remove_file(&part).map_err(Error::of(&path))?;
    Ok(file.into_std())
}

/// `.NAME.RANDOM.part`.
fn temporary_name(name: &OsStr) -> OsString {
    /// In bytes: with the rest of it a name may have 255.
    const LONGEST: usize = 200;
    let [random] = random::words();
    let mut part = OsString::from(".");
    if name.len() <= LONGEST {
        part.push(name);
    }
    part.push(format!(".{random:016x}.part"));
    part
}

/// Never what is there, and never through a link.
fn new(readers: Readers) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mode = match readers {
        Readers::Owner => 0o600,
        Readers::Everyone => 0o644,
    };
    system::set_mode(&mut options, mode);
    options
}
