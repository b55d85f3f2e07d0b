//! The credentials of a body that are known by their names.

use super::Secrets;
use super::places::Places;
use super::redact::{is_secret_field, is_secret_parameter};
use crate::cover::{Decoding, decode};

mod json;
#[cfg(test)]
mod tests;

pub(super) use json::Json;

/// The longest name that is looked at, in bytes as written: those of credentials are short.
const NAME: usize = 256;

/// Goes through a query or a form that comes in parts.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// How much of the text was seen.
    at: usize,
    name: Vec<u8>,
    /// Where the value begins; nothing before the `=`.
    value: Option<usize>,
}

impl Form {
    /// One that begins at this place of a text.
    pub fn at(at: usize) -> Self {
        Self { at, ..Self::default() }
    }

    pub fn part(&mut self, part: &[u8], places: &mut Places) {
        for byte in part {
            match (byte, self.value) {
                (b'&', _) => self.pair(places),
                (b'=', None) => self.value = Some(self.at + 1),
                (_, None) if self.name.len() < NAME => self.name.push(*byte),
                _ => {}
            }
            self.at += 1;
        }
    }

    pub fn end(mut self, places: &mut Places) {
        self.pair(places);
    }

    fn pair(&mut self, places: &mut Places) {
        if let Some(start) = self.value.take() {
            let names = super::address::pairs(&self.name);
            if names.first().is_some_and(|(name, _)| is_secret_parameter(name)) {
                places.add(start..self.at, false);
            }
        }
        self.name.clear();
    }
}
