//! Room on a disk, for what can't be done again.

use super::error::Error;
use super::write;
use std::fs::File;
use std::path::Path;

/// Room that nobody else takes until it is dropped.
#[derive(Debug)]
pub struct Reserved(#[expect(dead_code, reason = "the file has the room as long as it is open")] File);

/// Takes so many bytes of the disk that a path is on; where a file system can't say, only that a file can be made there.
///
/// # Errors
/// If there is not so much, or no file can be made beside the path.
pub fn reserve(path: &Path, bytes: u64) -> Result<Reserved, Error> {
    let (folder, _) = write::place(path)?;
    let file = folder.nameless()?;
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{FallocateFlags, fallocate};
        use rustix::io::Errno;
        match fallocate(&file, FallocateFlags::empty(), 0, bytes) {
            Err(error) if [Errno::NOSPC, Errno::FBIG, Errno::DQUOT].contains(&error) => {
                return Err(Error::new(path, std::io::Error::from(error)));
            }
            _ => {}
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = bytes;
    Ok(Reserved(file))
}
