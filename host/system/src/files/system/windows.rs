//! Files on Windows: without its permissions, which are lists of who may do what.

use super::super::error::What;
use super::super::folder::Folder;
use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt};
use cap_std::fs::{DirBuilder, OpenOptions};
use std::ffi::OsStr;
use std::fs::{File, FileType, Metadata};
use std::io;
use std::path::Path;
use winapi_util::file::{information, typ};

/// Why nothing here is believed to be this user's alone.
const UNKNOWN: &str = "soar can't find out on this system who may change or read it";

/// Not known.
pub fn check_shared(_: &Metadata, _: &Path, _: bool) -> Result<(), String> {
    Err(UNKNOWN.into())
}

/// Not known.
pub fn is_shut(_: &Metadata) -> bool {
    false
}

/// Not known.
pub fn check_link(_: &Metadata, _: &Path) -> Result<(), String> {
    Err(UNKNOWN.into())
}

/// Not known.
pub fn check_own(_: &Metadata, _: &str) -> Result<(), String> {
    Err(UNKNOWN.into())
}

/// Not known.
pub fn check_secret(_: &Metadata) -> Result<(), String> {
    Err(UNKNOWN.into())
}

/// What an open file is: a pipe and a device have names of files here, such as `NUL`.
pub fn kind(file: &File, metadata: &Metadata) -> io::Result<What> {
    let kind = typ(file)?;
    Ok(match () {
        () if kind.is_disk() => What::of(metadata.file_type()),
        () if kind.is_pipe() => What::Pipe,
        () if kind.is_char() => What::Device,
        () => What::Other,
    })
}

/// Only open files say it.
pub fn special(_: FileType) -> Option<What> {
    None
}

/// Only open files say it.
pub fn special_in_folder(_: &cap_std::fs::FileType) -> Option<What> {
    None
}

/// Whether an open file has this name still.
pub fn has_name(folder: &Folder, name: &OsStr, file: &File) -> bool {
    let identity = |file: &File| information(file).map(|found| (found.volume_serial_number(), found.file_index()));
    let named = folder.dir().open_with(name, OpenOptions::new().read(true).follow(FollowSymlinks::No));
    let named = named.and_then(|named| identity(&named.into_std()));
    identity(file).and_then(|open| Ok(open == named?)).unwrap_or(false)
}

/// Opens a file for reading; here nothing waits for the other end of a pipe.
pub fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// A terminal does not become this process's by being opened.
pub fn leave_terminals(_: &mut OpenOptions) {}

/// The folder says who may read a file in it.
pub fn set_mode(_: &mut OpenOptions, _: u32) {}

/// The folder above says who may enter one in it.
pub fn for_owner(_: &mut DirBuilder) {}

/// Makes the folders of a path that there are not; the one above them says who may enter them.
pub fn make_folders(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

/// A folder can't be asked for that.
pub fn sync(_: &Folder) -> io::Result<()> {
    Ok(())
}
