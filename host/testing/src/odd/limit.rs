//! How many requests a server takes in a second.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::reply::Reply;

/// A limit, and how it is said that it is reached.
#[derive(Clone, Debug)]
pub struct Limit {
    most: usize,
    status: u16,
    retry_after: RetryAfter,
    taken: Arc<Mutex<VecDeque<Instant>>>,
}

/// What `Retry-After` says.
#[derive(Clone, Copy, Debug)]
pub enum RetryAfter {
    /// Nothing: there is none.
    Missing,
    /// So many seconds.
    Seconds(u64),
    /// The date that is so many seconds away.
    Date(i64),
}

impl Limit {
    /// So many in each second; others are answered with 429.
    pub fn a_second(most: usize) -> Limit {
        Limit { most, status: 429, retry_after: RetryAfter::Missing, taken: Arc::default() }
    }

    /// Others are answered with this status: nginx says 503.
    pub fn status(self, status: u16) -> Limit {
        Limit { status, ..self }
    }

    /// And with this header.
    pub fn retry_after(self, retry_after: RetryAfter) -> Limit {
        Limit { retry_after, ..self }
    }

    /// Takes a request, or says how it is refused.
    pub fn take(&self) -> Option<Reply> {
        let (now, mut taken) = (Instant::now(), self.taken.lock().expect("no panic"));
        while taken.front().is_some_and(|first| now - *first >= Duration::from_secs(1)) {
            taken.pop_front();
        }
        if taken.len() < self.most {
            taken.push_back(now);
            return None;
        }
        let mut reply = Reply::gateway(self.status);
        reply.headers.extend(self.retry_after.value().map(|value| ("retry-after".to_owned(), value)));
        Some(reply)
    }
}

impl RetryAfter {
    /// As it stands in the header.
    pub fn value(self) -> Option<String> {
        match self {
            Self::Missing => None,
            Self::Seconds(seconds) => Some(seconds.to_string()),
            Self::Date(seconds) => {
                let date = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
                Some(date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
            }
        }
    }
}
