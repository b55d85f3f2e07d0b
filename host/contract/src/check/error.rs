//! What is wrong with a value, and where.

use crate::names::short;
use crate::text;
use std::fmt;

/// A value that is not of its type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}expected {expected}, got {found}", if path.is_empty() { String::new() } else { format!("{path}: ") })]
pub struct ValueError {
    /// Where it is: `arguments.channels[3].create_at`; empty for the whole value.
    pub path: String,
    /// What would be right.
    pub expected: String,
    /// The beginning of what is there.
    pub found: String,
}

impl ValueError {
    /// Whether there is nothing where something must be.
    pub(crate) fn is_missing(&self) -> bool {
        self.found == NOTHING
    }
}

/// What is found where nothing is.
const NOTHING: &str = "nothing";

/// A place in a value, for errors: it costs nothing until there is one.
#[derive(Clone, Copy)]
pub enum Path<'a> {
    /// The whole value, by what it is called.
    Root(&'a str),
    /// A field of what stands at a place.
    Field(&'a Path<'a>, &'a str),
    /// An item of what stands at a place, from 0.
    Item(&'a Path<'a>, usize),
}

impl<'a> Path<'a> {
    /// The error of what stands here: what would be right, and what is there.
    pub fn error(self, expected: impl Into<String>, found: impl fmt::Display) -> ValueError {
        ValueError { path: text::line(&self.to_string()).into_owned(), expected: expected.into(), found: short(found) }
    }

    /// The error for a field that is not there.
    pub(crate) fn missing(self, expected: impl Into<String>) -> ValueError {
        self.error(expected, NOTHING)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root(name) => f.write_str(name),
            Path::Field(Path::Root(""), name) => f.write_str(name),
            Path::Field(parent, name) => write!(f, "{parent}.{name}"),
            Path::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}
