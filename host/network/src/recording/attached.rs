//! Bodies that a tool put into files of their own.

use std::collections::HashMap;

use bytes::Bytes;

use super::UNPACKED;
use soar_contract::text;
use soar_system::files::{Folder, Inside, Problem};

/// Where the bodies are that a recording has by name: beside it, in its archive, or nowhere.
pub(super) trait Beside {
    /// The file of this plain name, of no more than so many bytes.
    ///
    /// # Errors
    /// In words that go on from the name of the file.
    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, String>;
}

/// Reads bodies, each once: many entries can name the same.
pub(super) struct Attached<'a> {
    beside: &'a dyn Beside,
    read: HashMap<String, Result<Bytes, String>>,
    /// How much may be read yet, in bytes: of all together, as they are in memory at once.
    left: u64,
}

impl<'a> Attached<'a> {
    pub fn new(beside: &'a dyn Beside) -> Self {
        Self { beside, read: HashMap::new(), left: UNPACKED }
    }

    /// The body in the file of this name, or why it can't be had, in words.
    pub fn body(&mut self, name: &str) -> Result<Bytes, String> {
        let shown = text::quoted(&text::cut(name, 100));
        // Before it is kept by its name: that can be of any length.
        // And not a hidden one: what lies there by such a name is somebody's settings, and no body.
        if name.contains('/') || name.starts_with('.') || Inside::parse(name).is_none() {
            return Err(format!(
                "its body is in {shown}, which is not the name of a file beside the recording, and nothing else is read"
            ));
        }
        if let Some(read) = self.read.get(name) {
            return read.clone();
        }
        let read = match self.beside.read(name, self.left) {
            Ok(bytes) => {
                self.left = self.left.saturating_sub(bytes.len() as u64);
                Ok(Bytes::from(bytes))
            }
            Err(why) => {
                // What was read until it was too much was read: the next one is not begun.
                if why == too_large() {
                    self.left = 0;
                }
                Err(format!("its body is in the file {shown}, {why}"))
            }
        };
        self.read.insert(name.to_owned(), read.clone());
        read
    }
}

/// For a recording that came as bytes alone.
pub(super) struct Nowhere;

impl Beside for Nowhere {
    fn read(&self, _: &str, _: u64) -> Result<Vec<u8>, String> {
        Err("and files beside a recording are not read here".into())
    }
}

impl Beside for Folder {
    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, String> {
        Folder::read(self, name, most).map_err(|error| match error.problem {
            _ if error.is_missing() => "which is not beside the recording".into(),
            Problem::TooLarge { .. } => too_large(),
            problem => format!("which can't be read: {problem}"),
        })
    }
}

impl Attached<'_> {
    /// How much may be unpacked yet, in bytes.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// So much was unpacked.
    pub fn take(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes as u64);
    }
}

pub(super) fn too_large() -> String {
    use bytesize::ByteSize;
    let most = ByteSize::b(UNPACKED).display().iec();
    format!("and the bodies beside the recording have more than {most} together, the most that is read of them")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// Files that are larger than may be read of all, and how much was read of them.
    struct Large(Cell<u64>);

    impl Beside for Large {
        fn read(&self, _: &str, most: u64) -> Result<Vec<u8>, String> {
            self.0.set(self.0.get() + most);
            Err(too_large())
        }
    }

    #[test]
    fn what_is_too_large_is_read_once() {
        let large = Large(Cell::new(0));
        let mut attached = Attached::new(&large);
        for number in 0..1000 {
            assert!(attached.body(&format!("{number}.json")).is_err());
        }
        assert_eq!(large.0.get(), UNPACKED);
    }
}
