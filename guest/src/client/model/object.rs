//! The fields of an object of the server's.

use super::super::json::Json;
use super::super::{id, name};
use std::cell::RefCell;
use std::fmt;

/// Where an answer is not what it should be: `$[3].create_at: expected a number, found text`.
#[derive(Debug, PartialEq)]
pub struct Mismatch {
    path: String,
    expected: &'static str,
    found: &'static str,
}

impl Mismatch {
    /// A text that is not what it should be.
    pub(super) fn shape(expected: &'static str, found: &'static str) -> Self {
        Self { path: String::new(), expected, found }
    }

    pub(super) fn new(expected: &'static str, found: &Json<'_>) -> Self {
        let found = match found {
            Json::Null => "nothing",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::Str(_) => "text",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        };
        Self { path: String::new(), expected, found }
    }

    /// The same, seen from one step further out.
    pub(super) fn below(mut self, step: &str) -> Self {
        self.path.insert_str(0, step);
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, expected, found } = self;
        write!(f, "${path}: expected {expected}, found {found}")
    }
}

pub(super) type Read<T> = Result<T, Mismatch>;

/// The fields of an object. One that is wrong is read as empty, and noted: one way out for each record is a fraction
/// of the code of one for each field.
pub(super) struct Object<'a> {
    value: &'a Json<'a>,
    wrong: RefCell<Option<Mismatch>>,
}

impl<'a> Object<'a> {
    /// Reads a record; an error where the first field is wrong.
    pub(super) fn read<T>(value: &'a Json<'a>, record: impl FnOnce(&Self) -> T) -> Read<T> {
        if !matches!(value, Json::Object(_)) {
            return Err(Mismatch::new("an object", value));
        }
        let object = Self { value, wrong: RefCell::new(None) };
        let record = record(&object);
        object.wrong.into_inner().map_or(Ok(record), Err)
    }

    pub(super) fn note(&self, name: &str, mismatch: Mismatch) {
        self.wrong.borrow_mut().get_or_insert_with(|| mismatch.below(&format!(".{name}")));
    }

    pub(super) fn field<T>(
        &self,
        name: &str,
        expected: &'static str,
        read: impl Fn(&'a Json<'a>) -> Option<T>,
    ) -> Option<T> {
        let value = super::super::json::field(self.value, name);
        let read = read(value);
        if read.is_none() && !value.is_null() {
            self.note(name, Mismatch::new(expected, value));
        }
        read
    }

    pub(super) fn optional(&self, name: &str) -> Option<String> {
        self.field(name, "text", |value| Some(value.as_str()?.into()))
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.optional(name).unwrap_or_default()
    }

    /// An id, which can't be missing.
    pub(super) fn id(&self, name: &str) -> String {
        let id = self.text(name);
        if id.is_empty() {
            self.note(name, Mismatch::new("an ID", &Json::Null));
        } else if !id::is_id(&id) {
            self.note(name, Mismatch::shape(id::SHAPE, "another text"));
        }
        id
    }

    /// A name by which people and programs know the thing.
    pub(super) fn name(&self, field: &str) -> String {
        let given = self.text(field);
        if !given.is_empty() && !name::is_given(&given) {
            self.note(field, Mismatch::shape("a name in one word", "another text"));
        }
        given
    }

    pub(super) fn number(&self, name: &str) -> i64 {
        self.field(name, "a whole number", Json::as_i64).unwrap_or_default()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.field(name, "a boolean", Json::as_bool).unwrap_or_default()
    }

    pub(super) fn inner<T: Default>(&self, name: &str, read: impl Fn(&'a Json<'a>) -> Read<T>) -> T {
        read(super::super::json::field(self.value, name)).unwrap_or_else(|mismatch| {
            self.note(name, mismatch);
            T::default()
        })
    }
}
