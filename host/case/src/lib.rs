//! Recorded cases: a call, what went over the wire, and the entry that came of it.
//!
//! A case is a folder `<command>/<case>/` with `call.json`, `exchanges.har`, `entry.json` and `entry.md`. The files that
//! calls name lie in `files/` beside the commands' folders, or in the case's own `files/`.

use serde_json::{Map, Value};
use soar_network::recording::Redactor;
use soar_system::files::{self, Folder, Inside, most};
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

mod call;
mod near;
mod same;
mod write;

const CALL: &str = "call.json";
const EXCHANGES: &str = "exchanges.har";
const ENTRY: &str = "entry.json";
const READABLE: &str = "entry.md";
const FILES: &str = "files";

/// A recorded case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The command, by the name that it was called by.
    pub command: String,
    /// The case's name: its folder's.
    pub name: String,
    /// The call.
    pub call: Call,
    /// What went over the wire, as HAR 1.2.
    pub exchanges: Vec<u8>,
    /// The object that programs get: with `context` and `readable`, or with `error`.
    pub entry: Value,
    /// The text that people get: Markdown, or the line of an error.
    pub readable: String,
}

/// The call of a case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Call {
    /// What the case shows, in one line for people.
    pub about: String,
    /// Where and when it was recorded.
    pub source: String,
    /// The arguments as a playbook gives them, in their order.
    pub arguments: Vec<(String, String)>,
    /// The instance's parameters, without secrets.
    pub parameters: BTreeMap<String, String>,
    /// The investigation that it ran in, if any.
    pub investigation: Option<Investigation>,
    /// The files that it could open: a path relative to a folder of files, by entry id.
    pub files: BTreeMap<String, String>,
    /// Where in the copies of those files there are `*` for a secret.
    pub redacted: Redacted,
    /// Its place among the calls of its command that are shown first, from 1: the first is the ordinary one. None if it
    /// is not among them.
    pub example: Option<u64>,
}

/// Where in files something was taken out, in bytes, in their order; by the path of the file.
pub type Redacted = BTreeMap<String, Vec<Range<usize>>>;

pub use near::{Distance, Reading};
pub use soar_contract::callcontext::Investigation;

impl Call {
    /// Whether this is the content of the file at a path, of which the case has a copy.
    #[must_use]
    pub fn is_file(&self, path: &str, copy: &[u8], content: &[u8]) -> bool {
        let places = self.redacted.get(path).map(Vec::as_slice).unwrap_or_default();
        let mut at = 0;
        copy.len() == content.len()
            && places.iter().all(|place| {
                let between = at..place.start;
                at = place.end;
                copy.get(between.clone()).is_some_and(|copy| content.get(between) == Some(copy))
            })
            && copy.get(at..).is_some_and(|copy| content.get(at..) == Some(copy))
    }
}

impl Case {
    /// Whether the command succeeded.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.entry.get("error").is_none()
    }

    /// The cases of a command, by name, in the order of their names. A command without a folder has none.
    ///
    /// # Errors
    /// If the folder can't be read.
    pub fn names(source: &dyn Source, command: &str) -> Result<Vec<String>, CaseError> {
        plain(command)?;
        match source.folders(command) {
            Ok(mut names) => {
                names.retain(|name| name != FILES);
                names.sort();
                Ok(names)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(CaseError::Unreadable { file: command.into(), error }),
        }
    }

    /// The commands that have a folder of cases, in the order of their names.
    ///
    /// # Errors
    /// If the folder can't be read.
    pub fn commands(source: &dyn Source) -> Result<Vec<String>, CaseError> {
        let mut names = source.folders("").map_err(|error| CaseError::Unreadable { file: ".".into(), error })?;
        names.retain(|name| name != FILES);
        names.sort();
        Ok(names)
    }

    /// Reads a case.
    ///
    /// # Errors
    /// If a file is missing, can't be read, or is not as it should be: which file, which field, and what would be right.
    pub fn read(source: &dyn Source, command: &str, name: &str) -> Result<Self, CaseError> {
        let call = Self::read_call(source, command, name)?;
        let exchanges = Self::read_exchanges(source, command, name)?;
        let path = place(command, name, ENTRY)?;
        let entry = json(&path, &file(source, &path, most::CONTEXT)?)?;
        if !entry.is_object() {
            return Err(CaseError::Wrong { file: path, message: "expected an object".into() });
        }
        let mut readable = text(source, &place(command, name, READABLE)?)?;
        // The file ends as text files do.
        if readable.ends_with('\n') {
            readable.pop();
        }
        Ok(Self { command: command.into(), name: name.into(), call, exchanges, entry, readable })
    }

    /// Reads only the call of a case.
    ///
    /// # Errors
    /// Like [`Case::read`].
    pub fn read_call(source: &dyn Source, command: &str, name: &str) -> Result<Call, CaseError> {
        let path = place(command, name, CALL)?;
        let value = json(&path, &file(source, &path, most::INSTANCE)?)?;
        call::from_json(value).map_err(|message| CaseError::Wrong { file: path, message })
    }

    /// Reads only what went over the wire: HAR, as it is in the file.
    ///
    /// # Errors
    /// Like [`Case::read`].
    pub fn read_exchanges(source: &dyn Source, command: &str, name: &str) -> Result<Vec<u8>, CaseError> {
        file(source, &place(command, name, EXCHANGES)?, most::RECORDING)
    }

    /// Finds one of the case's files by the path in its call: the place in `source` where it is, and its content, of
    /// `most` bytes. None if there is no such file.
    ///
    /// # Errors
    /// If there is something that is no such file, or can't be read.
    pub fn find_file(
        source: &dyn Source,
        command: &str,
        name: &str,
        path: &str,
        most: u64,
    ) -> Result<Option<(String, Vec<u8>)>, CaseError> {
        let shared = format!("{FILES}/{path}");
        for place in [place(command, name, &shared)?, shared] {
            match source.file(&place, most) {
                Ok(content) => return Ok(Some((place, content))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(CaseError::Unreadable { file: place, error }),
            }
        }
        Ok(None)
    }

    /// Writes the case as the folder `folder`, whole or not at all, with copies of the given files in its own `files/`.
    /// The copies have `*` in place of the redactor's secrets; where, stands in the call, and is returned.
    ///
    /// # Errors
    /// Like [`check_place`], or if it can't be written.
    pub fn write(
        &self,
        folder: &Path,
        files: &BTreeMap<String, PathBuf>,
        redactor: &Redactor,
        replace: bool,
    ) -> Result<Redacted, CaseError> {
        self.write_with(folder, &*self.exchanges, files, redactor, replace)
    }

    /// The same with exchanges that are somewhere else, such as in a file.
    ///
    /// # Errors
    /// Like [`Case::write`], or if the exchanges can't be read.
    pub fn write_with(
        &self,
        folder: &Path,
        exchanges: impl io::Read,
        files: &BTreeMap<String, PathBuf>,
        redactor: &Redactor,
        replace: bool,
    ) -> Result<Redacted, CaseError> {
        write::write(self, folder, exchanges, files, redactor, replace)
    }
}

/// Whether a case may be written as this folder: whether there is nothing, or what may be replaced if `replace` is set,
/// a case or an empty folder.
///
/// # Errors
/// If the place is taken; by what.
pub fn check_place(folder: &Path, replace: bool) -> Result<(), CaseError> {
    write::taken(folder, replace).map(drop)
}

/// Whether a name can be that of a file of a case.
#[must_use]
pub fn is_file_name(name: &str) -> bool {
    Inside::parse(name).is_some()
}

/// Where cases are read from. Paths are relative to the folder of all commands, with `/` between their parts.
pub trait Source: Send + Sync {
    /// The content of a file.
    ///
    /// # Errors
    /// If there is none, or it can't be read, or it has more than `most` bytes.
    fn file(&self, path: &str, most: u64) -> io::Result<Vec<u8>>;

    /// The names of the folders in a folder; the empty path is the folder of all commands.
    ///
    /// # Errors
    /// If there is no such folder, or it can't be read.
    fn folders(&self, path: &str) -> io::Result<Vec<String>>;
}

/// A folder of the file system is a source. Nothing in it is reached by a link.
impl Source for Folder {
    fn file(&self, path: &str, most: u64) -> io::Result<Vec<u8>> {
        Ok(self.read(path, most)?)
    }

    fn folders(&self, path: &str) -> io::Result<Vec<String>> {
        Ok(match path {
            "" => self.folders()?,
            path => self.folder(path)?.folders()?,
        })
    }
}

/// Why a case could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// A file or folder could not be read.
    #[error("{}: {error}", files::shown(Path::new(file)))]
    Unreadable {
        /// The file, in the source.
        file: String,
        /// Why.
        error: io::Error,
    },
    /// A file is not as it should be.
    #[error("{}: {message}", files::shown(Path::new(file)))]
    Wrong {
        /// The file, in the source.
        file: String,
        /// The field, what was wrong with it, and what would be right.
        message: String,
    },
    /// The place to write to is taken.
    #[error("{} exists already", files::shown(.0))]
    Exists(PathBuf),
    /// The place to write to is a folder of something else.
    #[error("{} is not the folder of a case: it is not empty and has no call.json", files::shown(.0))]
    NotACase(PathBuf),
    /// A file could not be written, or is in the way.
    #[error(transparent)]
    Unwritable(#[from] files::Error),
}

/// The path of a case's file in a source.
fn place(command: &str, name: &str, file: &str) -> Result<String, CaseError> {
    plain(command)?;
    plain(name)?;
    Ok([command, name, file].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"))
}

/// A command and a case have the name of one folder, or none where the source is that folder itself.
fn plain(name: &str) -> Result<(), CaseError> {
    match name.is_empty() || (Inside::parse(name).is_some() && !name.contains('/')) {
        true => Ok(()),
        false => {
            let message = "expected the name of a folder, without \"/\", \"..\" and the like".into();
            Err(CaseError::Wrong { file: name.into(), message })
        }
    }
}

fn file(source: &dyn Source, path: &str, most: u64) -> Result<Vec<u8>, CaseError> {
    source.file(path, most).map_err(|error| CaseError::Unreadable { file: path.into(), error })
}

fn text(source: &dyn Source, path: &str) -> Result<String, CaseError> {
    String::from_utf8(file(source, path, most::CONTEXT)?)
        .map_err(|_| CaseError::Wrong { file: path.into(), message: "expected UTF-8".into() })
}

fn json(path: &str, bytes: &[u8]) -> Result<Value, CaseError> {
    files::json(bytes).map_err(|error| CaseError::Wrong { file: path.into(), message: error.to_string() })
}

type Object = Map<String, Value>;

#[cfg(test)]
mod tests;
