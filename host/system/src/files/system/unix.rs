//! Files on Unix.

use super::super::error::What;
use super::super::folder::Folder;
use cap_fs_ext::MetadataExt as _;
use cap_std::fs::{DirBuilder, DirBuilderExt, OpenOptions, OpenOptionsExt};
use rustix::fs::OFlags;
use std::ffi::OsStr;
use std::fs::{File, FileType, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

const OTHERS_WRITE: u32 = 0o022;

/// Whether what is in a folder stays in its place: the folder belongs to this user or to root, and others may not write
/// it, or may move only what is theirs.
pub fn check_shared(metadata: &Metadata, folder: &Path, shut: bool) -> Result<(), String> {
    const STICKY: u32 = 0o1000;
    let folder = folder.display();
    if !metadata.is_dir() {
        return Err(format!("{folder} is no folder"));
    }
    if !is_trusted(metadata.uid()) {
        return Err(format!("{folder} belongs to another user, who could put something else there"));
    }
    if !shut && metadata.mode() & OTHERS_WRITE != 0 && metadata.mode() & STICKY == 0 {
        return Err(format!("{folder} may be written by others, who could put something else there"));
    }
    Ok(())
}

/// Whether only its owner may enter a folder.
pub fn is_shut(metadata: &Metadata) -> bool {
    metadata.mode() & 0o011 == 0
}

/// Whether it is this user or root who says where a link leads.
pub fn check_link(metadata: &Metadata, link: &Path) -> Result<(), String> {
    match is_trusted(metadata.uid()) {
        true => Ok(()),
        false => Err(format!("{} is a link of another user", link.display())),
    }
}

/// Whether a thing belongs to this user or to root, and nobody else may write it.
pub fn check_own(metadata: &Metadata, what: &str) -> Result<(), String> {
    if !is_trusted(metadata.uid()) {
        return Err(format!("{what} belongs to another user"));
    }
    if metadata.mode() & OTHERS_WRITE != 0 {
        return Err(format!("{what} may be written by others"));
    }
    Ok(())
}

/// Whether only this user can know what a file holds, and brought it to its place.
pub fn check_secret(metadata: &Metadata) -> Result<(), String> {
    if metadata.mode() & 0o077 != 0 {
        return Err("it may be read by others".into());
    }
    if MetadataExt::nlink(metadata) != 1 {
        return Err("it has another name, too".into());
    }
    Ok(())
}

/// Whether it is the user that this process acts as, or root, who can do everything anyway.
fn is_trusted(user: u32) -> bool {
    user == 0 || user == rustix::process::geteuid().as_raw()
}

/// What an open file is.
pub fn kind(_: &File, metadata: &Metadata) -> io::Result<What> {
    Ok(What::of(metadata.file_type()))
}

/// What a thing is that the standard library has no name for on every system.
pub fn special(kind: FileType) -> Option<What> {
    match () {
        () if kind.is_fifo() => Some(What::Pipe),
        () if kind.is_socket() => Some(What::Socket),
        () if kind.is_block_device() || kind.is_char_device() => Some(What::Device),
        () => None,
    }
}

/// The same of what cap-std says.
pub fn special_in_folder(kind: &cap_std::fs::FileType) -> Option<What> {
    use cap_fs_ext::FileTypeExt;
    match () {
        () if kind.is_fifo() => Some(What::Pipe),
        () if kind.is_socket() => Some(What::Socket),
        () if kind.is_block_device() || kind.is_char_device() => Some(What::Device),
        () => None,
    }
}

/// Whether an open file has this name still.
pub fn has_name(folder: &Folder, name: &OsStr, file: &File) -> bool {
    let (open, named) = (file.metadata(), folder.dir().symlink_metadata(name));
    open.and_then(|open| {
        let named = named?;
        Ok((MetadataExt::dev(&open), MetadataExt::ino(&open)) == (named.dev(), named.ino()))
    })
    .unwrap_or(false)
}

/// Opens a file for reading, and waits for nobody: not for the other end of a pipe either. A terminal that is refused must
/// not become this process's before.
pub fn open(path: &Path) -> io::Result<File> {
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    std::os::unix::fs::OpenOptionsExt::custom_flags(File::options().read(true), flags).open(path)
}

/// The same of what is opened in a folder.
pub fn leave_terminals(options: &mut OpenOptions) {
    options.custom_flags(OFlags::NOCTTY.bits().cast_signed());
}

/// The permissions of a file that is made.
pub fn set_mode(options: &mut OpenOptions, mode: u32) {
    options.mode(mode);
}

/// A folder that is made is for this user alone.
pub fn for_owner(builder: &mut DirBuilder) {
    builder.mode(0o700);
}

/// Makes the folders of a path that there are not, for this user alone.
pub fn make_folders(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// Waits until the disk has what is in a folder by which name.
pub fn sync(folder: &Folder) -> io::Result<()> {
    folder.dir().open(".").and_then(|folder| folder.sync_all())
}
