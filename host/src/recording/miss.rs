use std::fmt;

use serde::Serialize;

use super::difference::{self, Difference, plain};
use super::matching::Asked;
use super::{Part, Redactor};
use crate::text;

/// How many differences are told.
const TOLD: usize = 8;

/// The longest URL that is told, in characters.
const LONGEST_URL: usize = 1000;

/// How much of a path is compared when none is the same, in characters.
const COMPARED: usize = 512;

/// A request that has no answer in the recording. It holds no credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Miss {
    /// The method asked for.
    pub method: String,
    /// The URL asked for.
    pub url: String,
    /// The recorded request that came closest; none if the recording is empty.
    pub closest: Option<Closest>,
}

/// The recorded request that came closest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Closest {
    /// Its place in the recording; the first is 0.
    pub entry: usize,
    /// Its method.
    pub method: String,
    /// Its URL.
    pub url: String,
    /// Why it didn't answer.
    pub why: Why,
}

/// Why a recorded exchange didn't answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Why {
    /// The request is the recorded one, but each of these exchanges has answered already.
    UsedUp {
        /// How many the recording has.
        requests: usize,
    },
    /// The request is the recorded one, but its answer isn't in the recording.
    NoAnswer,
    /// The requests differ.
    Differs {
        /// In what; the first few.
        differences: Vec<Difference>,
    },
}

impl std::error::Error for Miss {}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Miss { method, url, .. } = self;
        write!(f, "no recorded request matches {method} {url}")?;
        let Some(closest) = &self.closest else {
            return write!(f, "\n  the recording is empty");
        };
        let Closest { entry, method, url, why } = closest;
        write!(f, "\n  closest: {method} {url} (entry {entry})")?;
        match why {
            Why::UsedUp { requests: 1 } => {
                write!(f, "\n  used up: the recording has 1 such request")
            }
            Why::UsedUp { requests } => {
                write!(f, "\n  used up: the recording has {requests} such requests")
            }
            Why::NoAnswer => write!(f, "\n  its answer is not in the recording"),
            Why::Differs { differences } => {
                for difference in differences {
                    write!(f, "\n  {difference}")?;
                }
                if differences.len() == TOLD {
                    write!(f, "\n  and perhaps more")?;
                }
                Ok(())
            }
        }
    }
}

/// Why nothing answers; `equal` are the recorded requests that are this one.
pub(super) fn of(asked: &Asked, recorded: &[Asked], playable: &[bool], equal: &[usize], volatile: &[String]) -> Miss {
    let used_up: Vec<usize> = equal.iter().copied().filter(|index| playable[*index]).collect();
    let closest = match (used_up.last(), equal.last()) {
        (Some(last), _) => Some((*last, Why::UsedUp { requests: used_up.len() })),
        (None, Some(last)) => Some((*last, Why::NoAnswer)),
        (None, None) => differing(asked, recorded, volatile),
    };
    Miss {
        method: plain(&asked.method),
        url: shown(&asked.url),
        closest: closest.map(|(entry, why)| Closest {
            entry,
            method: plain(&recorded[entry].method),
            url: shown(&recorded[entry].url),
            why,
        }),
    }
}

fn differing(asked: &Asked, recorded: &[Asked], volatile: &[String]) -> Option<(usize, Why)> {
    let differences = |index: usize| difference::between(&recorded[index], asked, volatile, TOLD);
    let here = (0..recorded.len())
        .filter(|index| {
            let recorded = &recorded[*index];
            recorded.method == asked.method && difference::is_same_path(&recorded.path, &asked.path)
        })
        .map(|index| (index, differences(index)))
        .min_by_key(|(_, differences)| differences.len());
    let (index, differences) = match here {
        Some(found) => found,
        None => {
            let index = most_similar(asked, recorded)?;
            // How the rest differs says nothing when the path is another.
            let mut differences = differences(index);
            differences.retain(|each| matches!(each.part, Part::Method | Part::Path));
            (index, differences)
        }
    };
    Some((index, Why::Differs { differences }))
}

fn most_similar(asked: &Asked, recorded: &[Asked]) -> Option<usize> {
    let cut = |asked: &Asked| -> String {
        let path = asked.path.join(&b'/');
        String::from_utf8_lossy(&path).chars().take(COMPARED).collect()
    };
    let path = cut(asked);
    let score = |other: &Asked| {
        let similarity = strsim::normalized_levenshtein(&path, &cut(other));
        let method = if other.method == asked.method { 0.1 } else { 0.0 };
        similarity + method
    };
    let mut best: Option<(usize, f64)> = None;
    for (index, other) in recorded.iter().enumerate() {
        let score = score(other);
        if best.is_none_or(|(_, best)| score > best) {
            best = Some((index, score));
        }
    }
    best.map(|(index, _)| index)
}

fn shown(url: &str) -> String {
    text::word(&Redactor::default().url(url), LONGEST_URL).into_owned()
}
