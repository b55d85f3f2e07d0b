//! A folder that is opened once, below which everything is reached.

use super::error::{Error, Problem, What};
use super::inside::Inside;
use super::read::Opened;
use super::system;
use super::write::{self, Existing, Readers};
use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, DirBuilder, OpenOptions};
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The most entries that are read of a folder.
const ENTRIES: usize = 10_000;

/// A folder that is open. What it offers is below it, whatever becomes of its path meanwhile; links are not followed,
/// unless it is said.
#[derive(Debug)]
pub struct Folder {
    dir: Dir,
    /// For messages.
    path: PathBuf,
}

impl Folder {
    /// Opens the folder at a path that a person or an embedder gave: links in it are followed.
    ///
    /// # Errors
    /// If there is none, or it can't be opened.
    pub fn open(path: &Path) -> Result<Self, Error> {
        match Dir::open_ambient_dir(path, ambient_authority()) {
            Ok(dir) => Ok(Self { dir, path: path.into() }),
            Err(error) => Err(match std::fs::metadata(path).map(|found| What::of(found.file_type())) {
                Ok(What::Folder) | Err(_) => Error::new(path, error),
                Ok(other) => Error::new(path, Problem::NotAFolder(other)),
            }),
        }
    }

    /// Opens the folder at a path whose last name is the folder itself, and no link to it.
    ///
    /// # Errors
    /// Like [`Folder::open`], or if it is a link.
    pub fn open_unlinked(path: &Path) -> Result<Self, Error> {
        let (above, name) = write::place(path)?;
        above.open_folder(name)
    }

    /// Opens the folder at an absolute path that leads through no link, as a canonical one does: what came in the place of a
    /// part of it meanwhile is not followed.
    ///
    /// # Errors
    /// Like [`Folder::open`], or if a part of the path is a link.
    pub fn open_real(path: &Path) -> Result<Self, Error> {
        let mut folder = Self::open(path.ancestors().last().unwrap_or(path))?;
        for part in path.components() {
            match part {
                Component::Normal(name) => folder = folder.open_folder(name)?,
                Component::RootDir | Component::Prefix(_) => {}
                Component::CurDir | Component::ParentDir => return Err(Error::new(path, Problem::Outside)),
            }
        }
        Ok(folder)
    }

    /// Its path when it was opened.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder that it lies in.
    ///
    /// # Errors
    /// If it can't be opened.
    pub fn parent(&self) -> Result<Self, Error> {
        let path = self.path.join("..");
        let dir = self.dir.open_parent_dir(ambient_authority()).map_err(Error::of(&path))?;
        Ok(Self { dir, path })
    }

    /// The folder at a path below.
    ///
    /// # Errors
    /// If there is none, if it is something else, such as a link, or if the path could lead elsewhere.
    pub fn folder(&self, path: &str) -> Result<Self, Error> {
        let inside = self.inside(path)?;
        self.walk(inside.names())
    }

    /// Opens the regular file at a path below.
    ///
    /// # Errors
    /// If there is none, if it or a folder on the way is something else, such as a link, or if the path could lead
    /// elsewhere.
    pub fn file(&self, path: &str) -> Result<Opened, Error> {
        let (folders, name) = self.inside(path)?.split();
        self.walk(folders)?.open_named(name.as_ref())
    }

    /// Reads the regular file at a path below.
    ///
    /// # Errors
    /// Like [`Folder::file`], or if it has more than `most` bytes.
    pub fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, Error> {
        self.file(path)?.read(most)
    }

    /// Opens the regular file at a path below, which may be reached by links as long as they stay below: where secrets
    /// are mounted they do.
    ///
    /// # Errors
    /// If there is none, if it is something else, or if the path or a link leads elsewhere.
    pub fn file_by_links(&self, path: &Path) -> Result<Opened, Error> {
        let whole = self.path.join(path);
        match self.dir.open_with(path, &reading(FollowSymlinks::Yes)) {
            Ok(file) => Opened::new(file.into_std(), whole),
            // What cap-std itself refuses: the system has said nothing.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none() => {
                Err(Error::new(whole, Problem::LeadsOut(self.path.clone())))
            }
            Err(error) => Err(Error::new(whole, error)),
        }
    }

    /// The names of the folders in it that are no links, without those that begin with a dot.
    ///
    /// # Errors
    /// If it can't be read, or has more than 10,000 entries.
    pub fn folders(&self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        for (index, entry) in self.dir.entries().map_err(Error::of(&self.path))?.enumerate() {
            if index == ENTRIES {
                return Err(Error::new(&self.path, Problem::TooMany { most: ENTRIES }));
            }
            let entry = entry.map_err(Error::of(&self.path))?;
            if entry.file_type().map_err(Error::of(&self.path))?.is_dir()
                && let Some(name) = entry.file_name().to_str()
                && !name.starts_with('.')
            {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    /// Whether a regular file of this name is in it.
    #[must_use]
    pub fn has_file(&self, name: &str) -> bool {
        self.what(name.as_ref()) == Some(What::File)
    }

    /// Whether there is nothing in it.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn is_empty(&self) -> Result<bool, Error> {
        Ok(self.dir.entries().map_err(Error::of(&self.path))?.next().is_none())
    }

    /// The folder of this name in it, made for this user alone if there is none.
    ///
    /// # Errors
    /// If it can't be made, or something else has the name.
    pub fn make(&self, name: &str) -> Result<Self, Error> {
        match self.make_new(name.as_ref()) {
            Err(Error { problem: Problem::Exists, .. }) => self.walk([name].into_iter()),
            made => made,
        }
    }

    /// Writes a file at a path below whole or not at all, and makes the folders on the way.
    ///
    /// # Errors
    /// If it can't be written, or if something on the way is no folder.
    pub fn write(&self, path: &str, content: impl Read, readers: Readers, existing: Existing) -> Result<(), Error> {
        let (folders, name) = self.inside(path)?.split();
        let mut made: Option<Folder> = None;
        for folder in folders {
            made = Some(made.as_ref().unwrap_or(self).make(folder)?);
        }
        made.as_ref().unwrap_or(self).write_named(name.as_ref(), content, readers, existing)
    }

    /// A new file in it, to write to and to read from, that has no name any more: nobody else reaches it, and it is gone
    /// when it is closed.
    ///
    /// # Errors
    /// If it can't be made.
    pub fn nameless(&self) -> Result<std::fs::File, Error> {
        write::nameless(self)
    }

    fn inside<'a>(&self, path: &'a str) -> Result<Inside<'a>, Error> {
        Inside::parse(path).ok_or_else(|| Error::new(self.path.join(path), Problem::Outside))
    }

    fn walk<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<Self, Error> {
        let mut folder = Self { dir: self.dir.try_clone().map_err(Error::of(&self.path))?, path: self.path.clone() };
        for name in names {
            folder = folder.open_folder(name.as_ref())?;
        }
        Ok(folder)
    }

    /// The folder of this very name in it.
    pub(super) fn open_folder(&self, name: &OsStr) -> Result<Self, Error> {
        let path = self.path.join(name);
        match self.dir.open_dir_nofollow(name) {
            Ok(dir) => Ok(Self { dir, path }),
            Err(error) => Err(match self.what(name) {
                Some(What::Folder) | None => Error::new(path, error),
                Some(other) => Error::new(path, Problem::NotAFolder(other)),
            }),
        }
    }

    /// The regular file of this very name in it.
    pub(super) fn open_named(&self, name: &OsStr) -> Result<Opened, Error> {
        let path = self.path.join(name);
        match self.dir.open_with(name, &reading(FollowSymlinks::No)) {
            Ok(file) => Opened::new(file.into_std(), path),
            Err(error) => Err(match self.what(name) {
                Some(What::File) | None => Error::new(path, error),
                Some(other) => Error::new(path, Problem::NotAFile(other)),
            }),
        }
    }

    /// What has this name in it. For messages, and for what may be another thing in a moment.
    pub(super) fn what(&self, name: &OsStr) -> Option<What> {
        let kind = self.dir.symlink_metadata(name).ok()?.file_type();
        // Of the kinds that there are cap-std names the usual three.
        Some(match () {
            () if kind.is_file() => What::File,
            () if kind.is_dir() => What::Folder,
            () if kind.is_symlink() => What::Link,
            () => system::special_in_folder(&kind).unwrap_or(What::Other),
        })
    }

    /// A new folder of this very name in it, for this user alone.
    pub(super) fn make_new(&self, name: &OsStr) -> Result<Self, Error> {
        let mut builder = DirBuilder::new();
        system::for_owner(&mut builder);
        match self.dir.create_dir_with(name, &builder) {
            Ok(()) => self.open_folder(name),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(Error::new(self.path.join(name), Problem::Exists))
            }
            Err(error) => Err(Error::new(self.path.join(name), error)),
        }
    }

    /// A file of this very name in it, whole or not at all.
    pub(super) fn write_named(
        &self,
        name: &OsStr,
        content: impl Read,
        readers: Readers,
        existing: Existing,
    ) -> Result<(), Error> {
        write::whole(self, name, content, readers, existing)
    }

    /// What the open folder is like.
    pub(super) fn metadata(&self) -> Result<std::fs::Metadata, Error> {
        let file = self.dir.try_clone().map_err(Error::of(&self.path))?.into_std_file();
        file.metadata().map_err(Error::of(&self.path))
    }

    /// Waits until the disk has what is in it by which name, where a folder can be asked for that.
    pub(super) fn sync(&self) -> Result<(), Error> {
        system::sync(self).map_err(Error::of(&self.path))
    }

    pub(super) fn dir(&self) -> &Dir {
        &self.dir
    }
}

/// Reading that waits for nobody.
fn reading(follow: FollowSymlinks) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).follow(follow).nonblock(true);
    system::leave_terminals(&mut options);
    options
}
