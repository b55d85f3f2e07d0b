use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use serde_json::Value;

use super::address::{Address, Pair, pairs};
use super::redact::is_form;
use super::redactions::{anything, marked};
use super::{Exchange, Miss, Recording, Request, Unreadable, base, difference, miss};
use crate::policy::Below;
use crate::turns::Turns;

/// The longest body that is compared as JSON or as a form, in bytes; a longer one must be the same letter by letter. A tree of
/// it takes up to sixty times its size in memory.
const JSON: usize = 1 << 20;

/// What decides whether a request is a recorded one: not its origin, not its headers.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The URL as a person shall see it.
    pub(super) url: String,
    /// The path's segments, decoded.
    pub(crate) path: Vec<Vec<u8>>,
    /// The query, by name; equal names in the order written.
    pub(crate) query: Vec<Pair>,
    pub(crate) body: Bytes,
    is_form: bool,
    payload: OnceLock<Payload>,
}

/// A body as far as it is understood.
#[derive(Clone, Debug)]
pub(crate) enum Payload {
    Json(Value),
    /// By name; equal names in the order written.
    Form(Vec<Pair>),
    Other,
}

impl Asked {
    pub fn of(request: &Request) -> Asked {
        let url = marked(request.url.as_bytes(), &request.redactions.url);
        let url = String::from_utf8_lossy(&url);
        let address = Address::of(&url);
        Asked {
            method: request.method.clone(),
            path: address.segments(),
            query: by_name(address.pairs()),
            body: match marked(&request.body, &request.redactions.body) {
                Cow::Borrowed(_) => request.body.clone(),
                Cow::Owned(body) => Bytes::from(body),
            },
            is_form: is_form(&request.media_type),
            payload: OnceLock::new(),
            url: request.url.clone(),
        }
    }

    /// The body, understood when somebody asks: most requests differ in something else.
    pub(crate) fn payload(&self) -> &Payload {
        self.payload.get_or_init(|| match self.is_form {
            _ if self.body.len() > JSON => Payload::Other,
            true => Payload::Form(by_name(pairs(&self.body))),
            false => serde_json::from_slice(&self.body).map_or(Payload::Other, Payload::Json),
        })
    }
}

/// So much of a recording is compared before it is the turn of others, in bytes.
const TURN: u64 = 1 << 20;

/// How much there is to compare of a request, in bytes.
pub(crate) fn cost(request: &Request) -> u64 {
    /// Of what is done for each.
    const EACH: usize = 256;
    (EACH + request.url.len() + request.body.len()) as u64
}

fn by_name(mut pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
    pairs
}

/// Whether a recorded text is this one; what was taken out stands for anything.
pub(crate) fn covers(recorded: &[u8], actual: &[u8]) -> bool {
    let word = anything().as_bytes();
    let Some(at) = find(recorded, word) else {
        return recorded == actual;
    };
    let Some(mut rest) = actual.strip_prefix(&recorded[..at]) else {
        return false;
    };
    let mut pattern = &recorded[at + word.len()..];
    while let Some(at) = find(pattern, word) {
        let Some(found) = find(rest, &pattern[..at]) else {
            return false;
        };
        rest = &rest[found + at..];
        pattern = &pattern[at + word.len()..];
    }
    rest.ends_with(pattern)
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, part)
}

/// What a recording has, for comparing and for misses.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub exchanges: Vec<Arc<Exchange>>,
    pub unreadable: Vec<Unreadable>,
    /// What of the file is not in it.
    pub left_out: Option<String>,
}

impl From<Recording> for Recorded {
    fn from(recording: Recording) -> Self {
        let left_out = recording.left_out();
        let exchanges = recording.exchanges.into_iter().map(Arc::new).collect();
        Self { exchanges, unreadable: recording.unreadable, left_out }
    }
}

/// Hands out the exchanges of a recording, each once.
///
/// A recording may have been made to take memory: what is compared of it is made anew for each request.
#[derive(Debug)]
pub(crate) struct Matcher {
    recorded: Recorded,
    hasher: RandomState,
    /// By the hash of their path.
    by_path: HashMap<u64, Vec<usize>>,
    /// Those from whose path something was taken out.
    anywhere: Vec<usize>,
    used: Mutex<Vec<bool>>,
    /// Held while something is compared: one tree is enough.
    comparing: tokio::sync::Mutex<()>,
}

impl Matcher {
    pub fn new(recording: Recording) -> Matcher {
        let recorded = Recorded::from(recording);
        let exchanges = &recorded.exchanges;
        let hasher = RandomState::new();
        let mut by_path: HashMap<_, Vec<usize>> = HashMap::new();
        let mut anywhere = Vec::new();
        for (index, exchange) in exchanges.iter().enumerate() {
            let Request { url, redactions, .. } = &exchange.request;
            let path = Address::of(url);
            if redactions.url.iter().any(|mark| mark.start < path.origin.len() + path.path.len()) {
                anywhere.push(index);
            } else {
                by_path.entry(hasher.hash_one(path.segments())).or_default().push(index);
            }
        }
        Matcher {
            used: Mutex::new(vec![false; exchanges.len()]),
            recorded,
            hasher,
            by_path,
            anywhere,
            comparing: Default::default(),
        }
    }

    /// The first exchange with this request that was not taken before; `volatile` names the fields
    /// of a JSON body that don't count. Others have their turn while it is looked for: a call has a deadline.
    ///
    /// Where nothing has this path, `below` says what of it is the server's sub-path, and that is another one in the recording.
    pub async fn take(
        &self,
        asked: &Asked,
        volatile: &[String],
        below: Option<&Below>,
    ) -> Result<Arc<Exchange>, Box<Miss>> {
        let _comparing = self.comparing.lock().await;
        let moved = below.and_then(|below| self.moved(asked, below));
        let asked = moved.as_ref().unwrap_or(asked);
        let here = self.by_path.get(&self.hasher.hash_one(&asked.path)).into_iter().flatten();
        let mut candidates: Vec<usize> = here.chain(&self.anywhere).copied().collect();
        candidates.sort_unstable();
        let (mut turns, mut equal) = (Turns::new(TURN), Vec::new());
        for index in candidates.iter().copied() {
            turns.give().await;
            let exchange = &self.recorded.exchanges[index];
            turns.took(cost(&exchange.request) + asked.body.len() as u64);
            let recorded = Asked::of(&exchange.request);
            if !difference::is_same(&recorded, asked, volatile) {
                continue;
            }
            if exchange.is_playable() && !std::mem::replace(&mut self.used()[index], true) {
                return Ok(exchange.clone());
            }
            equal.push(index);
        }
        Err(Box::new(miss::of(asked, &self.recorded, &candidates, &equal, volatile, &mut turns).await))
    }

    /// The same request below the sub-path of the recording, if that is another one.
    fn moved(&self, asked: &Asked, below: &Below) -> Option<Asked> {
        if self.by_path.contains_key(&self.hasher.hash_one(&asked.path)) {
            return None;
        }
        let requests =
            self.recorded.exchanges.iter().map(|exchange| (&*exchange.request.method, &*exchange.request.url));
        let base = base::of(requests, &below.rules)?;
        // The first part of a path is what stands before its first slash.
        let declared = asked.path.get(1 + below.depth..)?;
        let sub_path = Address::of(&base).path.into_owned();
        let sub_path = sub_path.split('/').skip(1).filter(|part| !part.is_empty()).map(|part| part.as_bytes().to_vec());
        let path: Vec<Vec<u8>> = [Vec::new()].into_iter().chain(sub_path).chain(declared.iter().cloned()).collect();
        (path != asked.path).then(|| Asked { path, ..asked.clone() })
    }

    /// The exchanges that nobody took and somebody could have, in order.
    pub fn unused(&self) -> Vec<Arc<Exchange>> {
        let used = self.used();
        self.recorded
            .exchanges
            .iter()
            .zip(used.iter())
            .filter(|(exchange, used)| !**used && exchange.is_playable())
            .map(|(exchange, _)| exchange.clone())
            .collect()
    }

    fn used(&self) -> MutexGuard<'_, Vec<bool>> {
        // Flags are right after a panic too.
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redacted_stands_for_anything() {
        for (recorded, actual, expected) in [
            ("a", "a", true),
            ("a", "b", false),
            ("[redacted]", "", true),
            ("a[redacted]c", "abc", true),
            ("a[redacted]c", "abd", false),
            ("a[redacted]b[redacted]c", "a1b2c", true),
            ("a[redacted]b[redacted]c", "a12c", false),
            ("a[redacted]a", "a", false),
            ("a[redacted]", "b", false),
        ] {
            let recorded = recorded.replace("[redacted]", anything());
            let covered = covers(recorded.as_bytes(), actual.as_bytes());
            assert_eq!(covered, expected, "{recorded} {actual}");
        }
    }
}
