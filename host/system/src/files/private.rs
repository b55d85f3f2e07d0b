//! A folder that nobody but its user can change.

use super::error::{Error, Problem};
use super::folder::Folder;
use super::read::Opened;
use super::system;
use super::write::{Existing, Readers};
use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::path::{Component, Path, PathBuf};

/// A folder that belongs to this user and that nobody else can change: not what is in it, and not which folder its path
/// means. What lies in it is what this user put there. On a system whose permissions soar does not know
/// ([`PERMISSIONS`](super::PERMISSIONS)) no folder is one.
#[derive(Debug)]
pub struct Private(Folder);

impl Private {
    /// Opens the folder, if it is one that nobody else can change.
    ///
    /// # Errors
    /// If there is none, or if somebody else could change it, or which one the path means; the error says who and how.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let Way { real, missing, .. } = Way::to(path)?;
        match missing.is_empty() {
            true => Self::of(path, &real),
            false => Err(Error::new(path, io::Error::from(io::ErrorKind::NotFound))),
        }
    }

    /// The folder at the end of a way that was checked.
    fn of(path: &Path, real: &Path) -> Result<Self, Error> {
        let folder = match (real.parent(), real.file_name()) {
            // Not through a link that came there meanwhile.
            (Some(above), Some(name)) => Folder::open(above)?.open_folder(name)?,
            _ => Folder::open(real)?,
        };
        system::check_own(&folder.metadata()?, "the folder")
            .map_err(|why| Error::new(path, Problem::NotPrivate(why)))?;
        Ok(Self(folder))
    }

    /// Opens the folder, and makes it for this user alone if there is none.
    ///
    /// # Errors
    /// Like [`Private::open`], or if it can't be made.
    pub fn make(path: &Path) -> Result<Self, Error> {
        let Way { real, missing, .. } = Way::to(path)?;
        if missing.is_empty() {
            return Self::of(path, &real);
        }
        let mut above = Folder::open(&real)?;
        for name in missing {
            above = match above.make_new(&name) {
                // Somebody was faster: who, is found out now.
                Err(Error { problem: Problem::Exists, .. }) => above.open_folder(&name)?,
                made => made?,
            };
        }
        Self::open(path)
    }

    /// Opens a file in it; none if there is none of this name.
    ///
    /// # Errors
    /// If it can't be opened, is no regular file, belongs to somebody else, or may be written by others.
    pub fn file(&self, name: &str) -> Result<Option<Opened>, Error> {
        match self.0.file(name) {
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
            Ok(opened) => {
                let path = self.0.path().join(name);
                let metadata = opened.file().metadata().map_err(Error::of(&path))?;
                system::check_own(&metadata, "it").map_err(|why| Error::new(path, Problem::NotPrivate(why)))?;
                Ok(Some(opened))
            }
        }
    }

    /// Opens a file in it that only this user can read; none if there is none of this name.
    ///
    /// # Errors
    /// Like [`Private::file`], or if others may read it, or know it by another name.
    pub fn secret_file(&self, name: &str) -> Result<Option<Opened>, Error> {
        let Some(opened) = self.file(name)? else { return Ok(None) };
        let path = self.0.path().join(name);
        let metadata = opened.file().metadata().map_err(Error::of(&path))?;
        match system::check_secret(&metadata) {
            Ok(()) => Ok(Some(opened)),
            Err(why) => Err(Error::new(path, Problem::NotPrivate(why))),
        }
    }

    /// Writes a file in it, whole or not at all, for this user alone.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn write(&self, name: &str, content: &[u8], existing: Existing) -> Result<(), Error> {
        self.0.write(name, content, Readers::Owner, existing)
    }

    /// Its path, for messages.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// The way from the root to a folder, through folders in which nobody else can put another thing in the place of the
/// next, and by links of nobody else: the path means the same when it is used. From the root down, so that each part
/// means what it meant when the one above was checked.
struct Way {
    /// What there is of it, without links.
    real: PathBuf,
    /// Of each folder in it whether it, or one above, is one that only its owner may enter: below, others reach nothing.
    shut: Vec<bool>,
    /// The names after that which there are not.
    missing: Vec<OsString>,
    /// What `real` is like, if that is known already.
    known: Option<Metadata>,
}

/// As many links as the system would follow.
const LINKS: usize = 40;

impl Way {
    fn to(path: &Path) -> Result<Self, Error> {
        let private = |why: String| Error::new(path, Problem::NotPrivate(why));
        let whole = std::path::absolute(path).map_err(Error::of(path))?;
        let mut way = Self { real: PathBuf::new(), shut: Vec::new(), missing: Vec::new(), known: None };
        let mut links = 0;
        // The next is the last.
        let mut parts = reversed(&whole);
        while let Some(part) = parts.pop() {
            let part = Path::new(&part);
            if part.has_root() || part.components().any(|part| matches!(part, Component::Prefix(_))) {
                way.real.push(part);
                way.shut.clear();
                way.known = None;
                continue;
            }
            if part == Path::new("..") {
                way.real.pop();
                way.shut.pop();
                way.known = None;
                continue;
            }
            way.enter().map_err(Error::of(path))?.map_err(private)?;
            let next = way.real.join(part);
            let found = match next.symlink_metadata() {
                Ok(found) => found,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    parts.push(part.into());
                    way.missing = parts.into_iter().rev().collect();
                    return match way.missing.iter().any(|part| part == "..") {
                        true => Err(Error::new(path, error)),
                        false => Ok(way),
                    };
                }
                Err(error) => return Err(Error::new(path, error)),
            };
            if !found.is_symlink() {
                way.real = next;
                way.known = Some(found);
                continue;
            }
            system::check_link(&found, &next).map_err(private)?;
            links += 1;
            if links > LINKS {
                return Err(Error::new(path, Problem::NotPrivate("it leads through too many links".into())));
            }
            // Its folder has been entered, and is again.
            way.shut.pop();
            parts.extend(reversed(&next.read_link().map_err(Error::of(path))?));
        }
        Ok(way)
    }

    /// Checks the folder that it has come to, before something is looked for there.
    fn enter(&mut self) -> io::Result<Result<(), String>> {
        let metadata = match self.known.take() {
            Some(known) => known,
            None => self.real.symlink_metadata()?,
        };
        let shut = self.shut.last().copied().unwrap_or_default();
        self.shut.push(shut || system::is_shut(&metadata));
        Ok(system::check_shared(&metadata, &self.real, shut))
    }
}

/// The parts of a path, the first at the end.
fn reversed(path: &Path) -> Vec<OsString> {
    let mut parts: Vec<_> = path.components().map(|part| part.as_os_str().to_owned()).collect();
    parts.reverse();
    parts
}

/// Whether a file is this user's, and nobody else can read or write it, here or by another name of it.
pub(super) fn check_alone(metadata: &Metadata) -> Result<(), String> {
    system::check_own(metadata, "it").and_then(|()| system::check_secret(metadata))
}
