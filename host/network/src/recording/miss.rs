use std::cmp::Reverse;
use std::fmt;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde::Serialize;

use super::address::Address;
use super::difference::{self, Difference, plain};
use super::matching::{Asked, Recorded, cost};
use super::{Exchange, Part, Redactor, unreadable};
use crate::turns::Turns;
use soar_contract::text;

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
    /// Of other recorded requests, in words of one line: one that is the same and can't answer, or where they go if none of
    /// them is of the kind that was asked for.
    pub others: Option<String>,
    /// What of the file is not in the recording, in words of one line.
    pub left_out: Option<String>,
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
    /// The request is the recorded one, but its answer can't be given again.
    Unplayable {
        /// Why, in words of one line.
        why: String,
    },
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
        match &self.closest {
            Some(Closest { entry, why: Why::Unplayable { why }, .. }) => {
                write!(
                    f,
                    "no recorded answer to {method} {url}\n  entry {entry} is this request, and can't answer it: {why}"
                )?;
                return self.more(f);
            }
            _ => write!(f, "no recorded request matches {method} {url}")?,
        }
        if let Some(closest) = &self.closest {
            closest.fmt(f)?;
        } else {
            write!(f, "\n  the recording is empty")?;
        }
        self.more(f)
    }
}

impl Miss {
    /// What else there is to say of the recording.
    fn more(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut more = [&self.others, &self.left_out].into_iter().flatten();
        more.try_for_each(|words| write!(f, "\n  {words}"))
    }
}

impl fmt::Display for Closest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Closest { entry, method, url, why } = self;
        write!(f, "\n  closest: {method} {url} (entry {entry})")?;
        match why {
            Why::UsedUp { requests: 1 } => {
                write!(f, "\n  used up: the recording has 1 such request")
            }
            Why::UsedUp { requests } => {
                write!(f, "\n  used up: the recording has {requests} such requests")
            }
            Why::Unplayable { why } => write!(f, "\n  it can't answer: {why}"),
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
    recorded: &Recorded,
    here: &[usize],
    equal: &[usize],
    volatile: &[String],
    turns: &mut Turns,
) -> Miss {
    let exchanges = &recorded.exchanges[..];
    let used_up: Vec<usize> = equal.iter().copied().filter(|index| exchanges[*index].is_playable()).collect();
    let closest = match (used_up.last(), equal.last()) {
        (Some(last), _) => Some((*last, Why::UsedUp { requests: used_up.len() })),
        (None, Some(last)) => {
            let why = exchanges[*last].unplayable().unwrap_or_default().into_owned();
            Some((*last, Why::Unplayable { why }))
        }
        (None, None) => match differing(asked, exchanges, here, volatile, turns).await {
            // It could have stood for the request.
            Some((index, Why::Differs { differences })) if differences.is_empty() => {
                let why = exchanges[index].unplayable().unwrap_or_default().into_owned();
                Some((index, if why.is_empty() { Why::Differs { differences } } else { Why::Unplayable { why } }))
            }
            found => found,
        },
    };
    let is_like = |(index, _): &(usize, Why)| begins_alike(&asked.url, &exchanges[*index].request.url);
    let others = match &closest {
        Some((_, Why::UsedUp { .. })) => equal.iter().find_map(|index| {
            let why = exchanges[*index].unplayable()?;
            let entry = unreadable::entry(&recorded.unreadable, *index);
            Some(format!("entry {entry} is this request as well, and can't answer it: {why}"))
        }),
        Some(closest) if !is_like(closest) => Some(others(exchanges)),
        _ => None,
    };
    Miss {
        method: plain(&asked.method),
        url: shown(&asked.url),
        closest: closest.map(|(index, why)| Closest {
            entry: unreadable::entry(&recorded.unreadable, index),
            method: plain(&exchanges[index].request.method),
            url: shown(&exchanges[index].request.url),
            why,
        }),
        others,
        left_out: recorded.left_out.clone(),
    }
}

/// Why nothing stands for a request, where a recorded one may differ from it; `here` are those of its route.
pub(crate) async fn nothing_fits(asked: &Asked, recorded: &Recorded, here: &[usize], volatile: &[String]) -> Miss {
    of(asked, recorded, here, &[], volatile, &mut Turns::new(1 << 20)).await
}

/// Whether two URLs have any part of their paths in common, at its place: one of another site has none.
fn begins_alike(one: &str, other: &str) -> bool {
    let (one, other) = (Address::of(one), Address::of(other));
    one.path.split('/').skip(1).zip(other.path.split('/').skip(1)).any(|(one, other)| one == other && !one.is_empty())
}

/// How many requests there are, and where they go.
fn others(exchanges: &[Arc<Exchange>]) -> String {
    /// How many servers are told.
    const SERVERS: usize = 3;
    let mut servers: Vec<(String, usize)> = Vec::new();
    for exchange in exchanges {
        let origin = Address::of(&exchange.request.url).origin.into_owned();
        match servers.iter().position(|(server, _)| *server == origin) {
            Some(at) => servers[at].1 += 1,
            // The rest is not told by name.
            None if servers.len() < NEAREST => servers.push((origin, 1)),
            None => {}
        }
    }
    servers.retain(|(server, _)| !server.is_empty());
    servers.sort_by_key(|(_, count)| Reverse(*count));
    let mut told: Vec<String> = servers.iter().take(SERVERS).map(|(server, _)| shown_origin(server)).collect();
    if servers.len() > SERVERS {
        told.push("others".into());
    }
    let requests = match exchanges.len() {
        1 => "1 request".to_owned(),
        count => format!("{count} requests"),
    };
    match told.is_empty() {
        true => format!("the recording has {requests}, none of them over HTTP"),
        false => format!("the recording has {requests} to {}, and none like this one", told.join(", ")),
    }
}

fn shown_origin(origin: &str) -> String {
    text::word(origin, LONGEST_URL / 10).into_owned()
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
