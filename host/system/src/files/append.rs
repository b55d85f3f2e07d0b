//! A file that lines are appended to.

use super::error::{Error, Problem, What};
use super::folder::Folder;
use super::private::check_alone;
use super::read::Opened;
use super::system;
use super::write::parent;
use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::fs::OpenOptions;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Opens a regular file to append lines to it, and makes it for this user alone if there is none. Where a last line has no end,
/// [`end_line`] gives it one, so that the next does not go on with it.
///
/// One that is there already is this user's own, no link and no other file's second name, and nobody else can read or
/// write it: what is written there would go into a file that somebody else chose, or reads, or changes later.
///
/// # Errors
/// If it can't be opened, read or written, is a link, a folder, a pipe, a device or a socket, or is not this user's alone; and
/// on a system whose permissions soar does not know ([`PERMISSIONS`](super::PERMISSIONS)).
pub fn append(path: &Path) -> Result<File, Error> {
    if !system::PERMISSIONS {
        let why = "soar can't find out on this system who may read or write it; expected none";
        return Err(Error::new(path, Problem::NotPrivate(why.into())));
    }
    // Such as `.` and `/`.
    let name = path.file_name().ok_or_else(|| Error::new(path, Problem::NotAFile(What::Folder)))?;
    let folder = Folder::open(parent(path))?;
    let opened = open(&folder, name, path)?;
    let is_new = opened.size() == 0;
    let file = opened.into_file();
    let metadata = file.metadata().map_err(Error::of(path))?;
    check_alone(&metadata).map_err(|why| {
        let right = "expected a file that this user alone can read and write, as chmod 600 makes it, or none";
        Error::new(path, Problem::NotPrivate(format!("{why}; {right}")))
    })?;
    if is_new {
        // Not only what is in it has to last, but that it is there.
        folder.sync()?;
    }
    Ok(file)
}

/// Opens the regular file of this very name, without waiting for anybody.
fn open(folder: &Folder, name: &OsStr, path: &Path) -> Result<Opened, Error> {
    let mut options = OpenOptions::new();
    options.create(true).append(true).read(true).follow(FollowSymlinks::No).nonblock(true);
    system::set_mode(&mut options, 0o600);
    system::leave_terminals(&mut options);
    match folder.dir().open_with(name, &options) {
        Ok(file) => Opened::new(file.into_std(), path.into()),
        Err(error) => Err(match folder.what(name) {
            Some(What::File) | None => Error::new(path, error),
            Some(other) => Error::new(path, Problem::NotAFile(other)),
        }),
    }
}

/// Ends the last line of a file that was opened to append to it, if it has no end. Whoever shares the file with others has it
/// locked then: a line that one of them writes just now is not to be ended.
///
/// # Errors
/// If the file can't be read or written.
pub fn end_line(file: &mut File) -> io::Result<()> {
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(-1)).is_ok() {
        file.read_exact(&mut last)?;
    }
    if last != [b'\n'] {
        file.write_all(b"\n")?;
        file.sync_data()?;
    }
    Ok(())
}
