//! A file that lines are appended to.

use super::error::Error;
use super::folder::Folder;
use super::read::{Opened, unopened};
use super::write::parent;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Opens a regular file to append lines to it, and makes it for this user alone if there is none. A last line that has no
/// end gets one, so that the next does not go on with it.
///
/// # Errors
/// If it can't be opened, read or written, or is a folder, a pipe, a device or a socket.
pub fn append(path: &Path) -> Result<File, Error> {
    let mut options = File::options();
    options.create(true).append(true).read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        // A pipe would take what nobody reads, and a terminal would become ours.
        options.mode(0o600).custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed());
    }
    let file = options.open(path).map_err(|error| unopened(path, error))?;
    let opened = Opened::new(file, path.into())?;
    let is_new = opened.size() == 0;
    let mut file = opened.into_file();
    end_line(&mut file).map_err(Error::of(path))?;
    if is_new {
        // Not only what is in it has to last, but that it is there.
        Folder::open(parent(path))?.sync()?;
    }
    Ok(file)
}

fn end_line(file: &mut File) -> io::Result<()> {
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
