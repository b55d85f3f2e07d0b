//! Whether an audit is as it was written.

use super::chain::{self, Chain, Link};
use serde::de::IgnoredAny;
use serde::{Serialize, Serializer};
use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead, Read};

/// The most bytes of a line: no record has so many.
const LONGEST: u64 = 16 << 20;

/// Reads the files of an audit in their order, and finds the first line that is not as it was written.
///
/// What that proves: whoever changed, left out, put in or moved a line did not make the chain again from there on. Whoever can write
/// the file can do that, and can cut lines off its end: publish the hash of the last line elsewhere from time to time, and look
/// for it with [`looking_for`](Self::looking_for).
#[derive(Debug, Default)]
pub struct Verifier {
    chain: Chain,
    wanted: Option<String>,
    found: bool,
    calls: Calls,
}

/// What is in one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Checked {
    /// How many records were read, up to the first line that is wrong.
    pub records: u64,
    /// How many of them have no hash, as soar wrote none before; nothing is proved of them.
    pub unchained: u64,
    /// The lines that are not whole, counted from 1: the program or the machine stopped while it wrote them. A request whose
    /// leaving one was to tell of did not leave.
    pub torn: Vec<u64>,
    /// The number of the first record that has one.
    pub first: Option<u64>,
    /// The number of the last one.
    pub last: Option<u64>,
    /// The hash of the last one.
    pub last_hash: Option<String>,
    /// The first line that is not as it was written.
    pub wrong: Option<Wrong>,
}

/// A line that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Wrong {
    /// Which one, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    #[serde(serialize_with = "as_text")]
    pub why: Why,
}

fn as_text<S: Serializer>(why: &Why, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(why)
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Why {
    /// It is something else.
    #[error("it is no record of an audit")]
    NoRecord,
    /// It was changed.
    #[error("it was changed: its hash is of other words")]
    Changed,
    /// Its hash was taken away, or it was put in.
    #[error("it has no hash, and lines before it have one")]
    Unchained,
    /// The beginning is not there.
    #[error(
        "it has the number {0}, and no line before it has one: expected number 1, or the file before this one first"
    )]
    Begins(u64),
    /// A second beginning.
    #[error("it begins a new chain, after the line with the number {0}")]
    BeginsAgain(u64),
    /// Lines are not there.
    #[error("it has the number {number}; expected {expected}: lines before it are missing")]
    Missing {
        /// Its number.
        number: u64,
        /// The number that should come.
        expected: u64,
    },
    /// It stands elsewhere than where it was written.
    #[error("it has the number {number}; expected {expected}: it is out of order, or there twice")]
    Moved {
        /// Its number.
        number: u64,
        /// The number that should come.
        expected: u64,
    },
    /// Another one was written before it.
    #[error("it was written after another line than the one before it")]
    After,
    /// A record of a call or a request that had ended, or begun, already.
    #[error("{0}")]
    Order(String),
}

impl Verifier {
    /// One that has read nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, which looks for the line with this hash: what was the last one when it was published.
    #[must_use]
    pub fn looking_for(self, hash: impl Into<String>) -> Self {
        Self { wanted: Some(hash.into()), ..self }
    }

    /// Whether a line had the hash that was looked for.
    #[must_use]
    pub fn found(&self) -> bool {
        self.found
    }

    /// Reads a file, up to the first line that is wrong. A file begins a chain of its own, or goes on with that of the one
    /// before it.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn file(&mut self, mut from: impl BufRead) -> io::Result<Checked> {
        let mut checked = Checked::default();
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            if from.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            let whole = line.strip_suffix(b"\n").unwrap_or(&line);
            if whole.is_empty() {
                continue;
            }
            let Some(link) = Link::read(whole) else {
                if is_torn(whole) {
                    checked.torn.push(number);
                    continue;
                }
                checked.wrong = Some(Wrong { line: number, why: Why::NoRecord });
                break;
            };
            if let Err(why) = self.record(whole, &link, &mut checked) {
                checked.wrong = Some(Wrong { line: number, why });
                break;
            }
            checked.records += 1;
        }
        Ok(checked)
    }

    fn record(&mut self, line: &[u8], link: &Link, checked: &mut Checked) -> Result<(), Why> {
        let (Some(event), Some(call)) = (&link.event, &link.call) else { return Err(Why::NoRecord) };
        match (link.sequence, &link.hash) {
            (Some(sequence), Some(hash)) => {
                if chain::hash(line, hash).as_ref() != Some(hash) {
                    return Err(Why::Changed);
                }
                self.follows(sequence, link.previous.as_deref(), checked.first.is_none())?;
                self.found |= self.wanted.as_ref() == Some(hash);
                self.chain = Chain { sequence, last: Some(hash.clone()) };
                checked.first.get_or_insert(sequence);
                checked.last = Some(sequence);
                checked.last_hash = Some(hash.clone());
            }
            _ if checked.first.is_some() => return Err(Why::Unchained),
            _ => checked.unchained += 1,
        }
        self.calls.note(event, call, link.request)
    }

    /// Whether a line of this number, which was written after the one with this hash, comes next.
    fn follows(&self, number: u64, previous: Option<&str>, is_first: bool) -> Result<(), Why> {
        let Chain { sequence, last } = &self.chain;
        let expected = sequence.saturating_add(1);
        match previous {
            None if number == 1 && is_first => Ok(()),
            None if number == 1 => Err(Why::BeginsAgain(*sequence)),
            _ if last.is_none() => Err(Why::Begins(number)),
            _ if number > expected => Err(Why::Missing { number, expected }),
            _ if number < expected => Err(Why::Moved { number, expected }),
            previous if previous != last.as_deref() => Err(Why::After),
            _ => Ok(()),
        }
    }
}

/// Whether it is the beginning of a record.
fn is_torn(line: &[u8]) -> bool {
    const BEGINNING: &[u8] = br#"{"event":""#;
    // Of what was not on the disk yet some file systems keep the length: zeros.
    let written = line.len() - line.iter().rev().take_while(|byte| **byte == 0).count();
    let line = &line[..written];
    // What ends as JSON does was written to its end: then it is something else, or two of them. A number may break off at its
    // point, which is no end of one.
    let breaks_off = |line: &[u8]| serde_json::from_slice::<IgnoredAny>(line).is_err_and(|error| error.is_eof());
    (breaks_off(line) || breaks_off(&[line, b"0"].concat()))
        && (line.starts_with(BEGINNING) || BEGINNING.starts_with(line))
}

/// What has been recorded of each call.
#[derive(Debug, Default)]
struct Calls {
    open: HashMap<String, HashMap<u64, Request>>,
    ended: HashSet<String>,
}

/// What has been recorded of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Leaving,
    Ended,
}

impl Calls {
    fn note(&mut self, event: &str, call: &str, request: Option<u64>) -> Result<(), Why> {
        let order = |what: String| Err(Why::Order(what));
        if self.ended.contains(call) {
            return order(format!("it is of the call {}, which had ended", soar_contract::text::word(call, 64)));
        }
        let new = match event {
            "sending" => Request::Leaving,
            "request" => Request::Ended,
            "call" => {
                self.open.remove(call);
                self.ended.insert(call.to_owned());
                return Ok(());
            }
            // One that a later soar writes.
            _ => return Ok(()),
        };
        let Some(request) = request else { return Err(Why::NoRecord) };
        let before = self.open.entry(call.to_owned()).or_default().insert(request, new);
        match (before, new) {
            (None, _) | (Some(Request::Leaving), Request::Ended) => Ok(()),
            (Some(Request::Leaving), Request::Leaving) => order(format!("request {request} of its call leaves twice")),
            (Some(Request::Ended), _) => order(format!("request {request} of its call had ended")),
        }
    }
}

#[cfg(test)]
mod tests;
