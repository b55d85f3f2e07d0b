use std::cmp::Reverse;
use std::fmt;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde::Serialize;

use super::address::Address;
use super::difference::{self, Difference, plain};
use super::matching::{Asked, cost};
use super::{Exchange, Part, Redactor};
use crate::text;
use crate::turns::Turns;

/// How many differences are told.
const TOLD: usize = 8;

/// The longest URL that is told, in characters.
const LONGEST_URL: usize = 1000;

/// How much of a path is compared when none is the same, in characters.
const COMPARED: usize = 200;

/// How many are compared more closely.
const NEAREST: usize = 100;

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

/// Why nothing answers; `here` are those that may have this path, `equal` those of them that are this request.
pub(super) async fn of(
    asked: &Asked,
    exchanges: &[Arc<Exchange>],
    here: &[usize],
    equal: &[usize],
    volatile: &[String],
    turns: &mut Turns,
) -> Miss {
    let used_up: Vec<usize> = equal.iter().copied().filter(|index| exchanges[*index].is_playable()).collect();
    let closest = match (used_up.last(), equal.last()) {
        (Some(last), _) => Some((*last, Why::UsedUp { requests: used_up.len() })),
        (None, Some(last)) => Some((*last, Why::NoAnswer)),
        (None, None) => differing(asked, exchanges, here, volatile, turns).await,
    };
    Miss {
        method: plain(&asked.method),
        url: shown(&asked.url),
        closest: closest.map(|(entry, why)| Closest {
            entry,
            method: plain(&exchanges[entry].request.method),
            url: shown(&exchanges[entry].request.url),
            why,
        }),
    }
}

/// Why nothing stands for a request, where a recorded one may differ from it; `here` are those of its route.
pub(crate) async fn nothing_fits(
    asked: &Asked,
    exchanges: &[Arc<Exchange>],
    here: &[usize],
    volatile: &[String],
) -> Miss {
    of(asked, exchanges, here, &[], volatile, &mut Turns::new(1 << 20)).await
}

async fn differing(
    asked: &Asked,
    exchanges: &[Arc<Exchange>],
    here: &[usize],
    volatile: &[String],
    turns: &mut Turns,
) -> Option<(usize, Why)> {
    let differences = |recorded: &Asked| difference::between(recorded, asked, volatile, TOLD);
    let same_method = here.iter().copied().filter(|index| exchanges[*index].request.method == asked.method);
    let mut nearest: Option<(usize, Vec<Difference>)> = None;
    for index in same_method.take(NEAREST) {
        turns.give().await;
        turns.took(cost(&exchanges[index].request) + asked.body.len() as u64);
        let recorded = Asked::of(&exchanges[index].request);
        if !difference::is_same_path(&recorded.path, &asked.path) {
            continue;
        }
        let found = differences(&recorded);
        if nearest.as_ref().is_none_or(|(_, nearest)| found.len() < nearest.len()) {
            nearest = Some((index, found));
        }
    }
    let (index, differences) = match nearest {
        Some(found) => found,
        None => {
            let index = most_similar(asked, exchanges)?;
            // How the rest differs says nothing when the path is another.
            let mut differences = differences(&Asked::of(&exchanges[index].request));
            differences.retain(|each| matches!(each.part, Part::Method | Part::Path));
            (index, differences)
        }
    };
    Some((index, Why::Differs { differences }))
}

/// The one whose path needs the fewest changes, of those that are like this one at a glance.
fn most_similar(asked: &Asked, exchanges: &[Arc<Exchange>]) -> Option<usize> {
    let path = cut(&asked.url);
    let parts = |path: &str| path.matches('/').count();
    let glance = |index: &usize| {
        let request = &exchanges[*index].request;
        let other = cut(&request.url);
        let same = path.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
        (request.method == asked.method, parts(&other) == parts(&path), same)
    };
    let mut nearest: Vec<usize> = (0..exchanges.len()).collect();
    nearest.sort_by_cached_key(|index| Reverse(glance(index)));
    nearest.truncate(NEAREST);
    nearest.sort_unstable();

    let score = |index: usize| {
        let request = &exchanges[index].request;
        let method = if request.method == asked.method { 0.1 } else { 0.0 };
        strsim::normalized_levenshtein(&path, &cut(&request.url)) + method
    };
    let mut best: Option<(usize, f64)> = None;
    for index in nearest {
        let score = score(index);
        if best.is_none_or(|(_, best)| score > best) {
            best = Some((index, score));
        }
    }
    best.map(|(index, _)| index)
}

/// The beginning of a URL's path, as it reads.
fn cut(url: &str) -> String {
    let path = Address::of(url).path;
    let path = &path[..path.floor_char_boundary(4 * COMPARED)];
    percent_decode_str(path).decode_utf8_lossy().chars().take(COMPARED).collect()
}

fn shown(url: &str) -> String {
    text::word(&Redactor::default().url(url), LONGEST_URL).into_owned()
}
