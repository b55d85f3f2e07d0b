//! `soar audit`.

use super::kind::Kind;
use super::output::Output;
use super::problem::Problem;
use clap::{Args, Subcommand, ValueHint};
use serde_json::{Value, json};
use soar::audit::{Checked, Verifier};
use soar::files::{self, shown};
use soar::{Actor, CorrelationId, CorrelationIdError, text};
use std::io::BufReader;
use std::path::PathBuf;

/// What is asked of an audit.
#[derive(Debug, Subcommand)]
pub enum Asked {
    /// Find out whether the files are as they were written, and which line is the first that is not.
    #[command(after_help = VERIFY_HELP)]
    Verify(Verify),
}

/// What `soar audit verify` takes.
#[derive(Args, Debug)]
pub struct Verify {
    /// The files that --audit wrote, in the order in which they were.
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
    /// Look for this hash, which was the last one when it was published: all up to its line is as it was then.
    #[arg(long, value_name = "HASH", value_parser = hash)]
    last_hash: Option<String>,
}

const VERIFY_HELP: &str = "\
Each line has a number and a hash, and repeats the hash of the line before it. Whoever can write
the file can make all hashes again, or cut lines off its end: publish the last hash elsewhere, and
look for it with --last-hash. docs/audit.md says what that proves.

Examples:
  soar audit verify audit.jsonl
  soar audit verify audit.1.jsonl audit.jsonl --last-hash sha256:… --json

Exit codes: 0 all records are as they were written, 1 something is not, 2 a file can't be read,
3 nothing is wrong, and records have no hash: an older soar made none, or they were taken away.";

/// Records without a hash, of which nothing is proved.
const UNPROVED: u8 = 3;

/// Answers what is asked of an audit, and gives the exit code.
pub fn audit(asked: &Asked, output: Output) -> Result<u8, Problem> {
    let Asked::Verify(verify) = asked;
    verify.verify(output)
}

impl Verify {
    fn verify(&self, output: Output) -> Result<u8, Problem> {
        let unreadable = |error: files::Error| Problem::wrong(Kind::Audit, error.to_string());
        let mut verifier = Verifier::new();
        if let Some(hash) = &self.last_hash {
            verifier = verifier.looking_for(hash);
        }
        let mut files = Vec::new();
        for path in &self.files {
            let file = files::open(path).map_err(unreadable)?.into_file();
            let checked = verifier.file(BufReader::new(file));
            files.push(checked.map_err(|error| Problem::wrong(Kind::Audit, format!("{}: {error}", shown(path))))?);
        }
        let found = self.last_hash.as_ref().map(|_| verifier.found());
        let code = match files.iter().any(|checked| checked.wrong.is_some()) || found == Some(false) {
            true => 1,
            false if files.iter().any(|checked| checked.unchained > 0) => UNPROVED,
            false => 0,
        };
        match output.json {
            true => output.json(&self.object(&files, found, code)),
            false => output.text(&self.text(&files, found)),
        }?;
        Ok(code)
    }

    fn object(&self, files: &[Checked], found: Option<bool>, code: u8) -> Value {
        let file = |(path, checked): (&PathBuf, &Checked)| {
            let mut file = json!({ "file": path.to_string_lossy() });
            if let (Value::Object(file), Ok(Value::Object(checked))) = (&mut file, serde_json::to_value(checked)) {
                file.extend(checked);
            }
            file
        };
        let files: Vec<_> = self.files.iter().zip(files).map(file).collect();
        json!({ "whole": code == 0, "files": files, "last_hash_found": found })
    }

    fn text(&self, files: &[Checked], found: Option<bool>) -> String {
        let mut text = String::new();
        for (path, checked) in self.files.iter().zip(files) {
            text.push_str(&format!("{}: {}\n", shown(path), said(checked)));
        }
        match (found, &self.last_hash) {
            (Some(true), Some(hash)) => {
                text.push_str(&format!("{hash} is there, and all before it in its chain as it was then\n"))
            }
            (Some(false), Some(hash)) => {
                text.push_str(&format!(
                    "no line has the hash {hash}: lines that were there when it was published are gone or changed\n"
                ));
            }
            _ => {}
        }
        text
    }
}

/// What is said of a file, on one line.
fn said(checked: &Checked) -> String {
    if let Some(wrong) = &checked.wrong {
        return format!("line {}: {}", wrong.line, text::line(&wrong.why.to_string()));
    }
    let mut said = match (checked.first, checked.last, &checked.last_hash) {
        (Some(first), Some(last), Some(hash)) => format!("whole, records {first} to {last}, the last hash is {hash}"),
        _ if checked.records > 0 => "no record has a hash, so nothing is proved of them".to_owned(),
        _ => "no record".to_owned(),
    };
    if checked.unchained > 0 && checked.first.is_some() {
        said.push_str(&format!(
            "; {} records before them have no hash, and nothing is proved of those",
            checked.unchained
        ));
    }
    if !checked.torn.is_empty() {
        let lines: Vec<_> = checked.torn.iter().take(10).map(u64::to_string).collect();
        let more = if checked.torn.len() > lines.len() { ", …" } else { "" };
        said.push_str(&format!("; not written to their ends: line {}{more}", lines.join(", ")));
    }
    said
}

/// A hash as `soar audit verify` shows it.
fn hash(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let is_one = digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_one.then(|| format!("sha256:{digits}")).ok_or_else(|| "expected \"sha256:\" and 64 digits of 0 to f".to_owned())
}

/// Who asks for a call: what may be printed, as an id may.
pub fn actor(text: &str) -> Result<Actor, CorrelationIdError> {
    CorrelationId::new(text).map(|id| Actor::new(id.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_is_shown() {
        let digits = "0a".repeat(32);
        assert_eq!(hash(&format!("sha256:{digits}")), Ok(format!("sha256:{digits}")));
        assert_eq!(hash(&digits), Ok(format!("sha256:{digits}")));
        for wrong in ["", "sha256:", &digits[1..], &digits.to_uppercase(), &format!("sha512:{digits}")] {
            assert!(hash(wrong).is_err(), "{wrong}");
        }
    }
}
