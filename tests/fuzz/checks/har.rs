//! A HAR file is read or refused, and what is written of it is read as the same.
//!
//! An input is the file.

use super::Target;
use super::seeds;
use soar::recording::{Recording, Redactor};
use std::path::Path;

pub const TARGET: Target = Target {
    name: "har",
    check,
    seeds,
    words: &[
        "null",
        "{}",
        "[]",
        "\"\"",
        "-1",
        "1e999",
        "base64",
        "\"encoding\":\"base64\"",
        "\"text\":",
        "\"params\":[]",
        "\"_encoding\":\"base64\"",
        "%",
        "%ff",
        "+",
        "&",
        "=",
        "token=",
        "password",
        "Authorization",
        "cookie",
        "\\n",
        "\\u0000",
        "\\ud83d\\ude00",
        "http://",
        "://",
        "@",
        "#",
        "?",
        "9999-12-31T23:59:59.999Z",
        "-009999-01-01T00:00:00Z",
        "application/x-www-form-urlencoded",
        "application/json",
        "[redacted]",
    ],
};

pub fn check(input: &[u8]) {
    let Ok(recording) = Recording::read(input) else { return };
    let written = recording.write();
    let again = Recording::read(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(again, recording.redacted(&Redactor::default()), "{written}");
    assert_eq!(again.write(), written);
}

/// The recordings themselves, the short ones.
fn seeds(fixtures: &Path) -> Vec<Vec<u8>> {
    let files = seeds::cases(fixtures).into_iter().map(|case| case.bytes);
    let mut files: Vec<Vec<u8>> = files.filter(|bytes| bytes.len() < 4096).collect();
    files.sort();
    files.dedup();
    files
}
