//! When a request is sent again. Pure: no clock and no request in here.

use super::endpoint::{Endpoint, Method};
use wasip2::http::types::ErrorCode;

/// The most times a request is sent while nothing of the call gets on.
const ATTEMPTS: u32 = 3;
/// For how long the server knows the key of a post again, in milliseconds.
const KEY_LIFE: u64 = 30_000;
/// The wait after the first attempt when the server names none, in milliseconds; it doubles.
const BACKOFF: u64 = 500;

/// How often the server may see a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Repeat {
    /// As often as needed: it reads, or leaves the same state however often it is done.
    Safe,
    /// As often as needed, while the server knows its key.
    Keyed,
    /// Once: sent again only when the server surely did not do it.
    Once,
    /// Its body can't be sent again.
    Never,
}

impl Repeat {
    /// What a request of this kind allows.
    pub fn of(endpoint: &Endpoint) -> Self {
        match endpoint.method {
            Method::Get | Method::Put | Method::Delete => Self::Safe,
            Method::Post if endpoint.has_key() => Self::Keyed,
            Method::Post => Self::Once,
        }
    }
}

/// How far a request came that got no answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reach {
    /// The server never saw it.
    NotSent,
    /// The server may have done it.
    Broken,
    /// It makes no sense to send it again; the server may have done it.
    Lost,
    /// It can't be sent.
    Refused,
}

/// How far a request came that failed so.
pub fn reach(code: &ErrorCode) -> Reach {
    match code {
        ErrorCode::DnsTimeout
        | ErrorCode::DnsError(_)
        | ErrorCode::DestinationNotFound
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::ConnectionRefused
        | ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionLimitReached => Reach::NotSent,
        ErrorCode::ConnectionTerminated | ErrorCode::HttpResponseIncomplete | ErrorCode::HttpProtocolError => {
            Reach::Broken
        }
        ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout
        | ErrorCode::HttpResponseHeaderSectionSize(_)
        | ErrorCode::HttpResponseHeaderSize(_)
        | ErrorCode::HttpResponseBodySize(_)
        | ErrorCode::HttpResponseTrailerSectionSize(_)
        | ErrorCode::HttpResponseTrailerSize(_)
        | ErrorCode::HttpResponseTransferCoding(_)
        | ErrorCode::HttpResponseContentCoding(_)
        | ErrorCode::HttpUpgradeFailed
        | ErrorCode::InternalError(_) => Reach::Lost,
        _ => Reach::Refused,
    }
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    /// An answer: its status, and after how many seconds to ask again if the server said so.
    Answer(u16, Option<u32>),
    /// None.
    Failure(Reach),
}

impl Outcome {
    /// Whether the server surely did not do the request.
    pub fn is_undone(self) -> bool {
        matches!(self, Self::Answer(429, _) | Self::Failure(Reach::NotSent | Reach::Refused))
    }
}

/// What there has been of a request so far.
#[derive(Clone, Copy, Debug)]
pub struct History {
    /// How often it was sent since another request of the call was last answered.
    pub attempts: u32,
    /// How long ago the first attempt began that the server may have done, in milliseconds; none without one.
    pub exposed: Option<u64>,
    /// For how long the call may still wait, in milliseconds.
    pub left: u64,
}

/// Whether a status says that the server or what is before it failed for a moment: a gateway's, a CDN's, or that the
/// request took too long to arrive.
fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 502..=504 | 520..=524 | 529 | 530)
}

/// After how many milliseconds to send the request again; never when there is none.
pub fn again(repeat: Repeat, outcome: Outcome, history: History) -> Option<u64> {
    let twice = matches!(repeat, Repeat::Safe | Repeat::Keyed);
    let (may, named) = match outcome {
        // Too many, or too early: neither was done.
        Outcome::Answer(429 | 425, after) => (repeat != Repeat::Never, after),
        Outcome::Answer(status, after) => (twice && is_passing(status), after),
        Outcome::Failure(Reach::NotSent) => (repeat != Repeat::Never, None),
        Outcome::Failure(Reach::Broken) => (twice, None),
        Outcome::Failure(Reach::Lost | Reach::Refused) => (false, None),
    };
    if !may || history.attempts >= ATTEMPTS {
        return None;
    }
    let before = history.attempts.saturating_sub(1);
    let backoff = match outcome {
        // Who counts requests by the second has forgotten none after half of one.
        Outcome::Answer(429, _) => BACKOFF << (before * 2 + 1),
        _ => BACKOFF << before,
    };
    let wait = backoff.max(u64::from(named.unwrap_or_default()) * 1000);
    let known = repeat != Repeat::Keyed || history.exposed.is_none_or(|age| age + wait < KEY_LIFE);
    (wait <= history.left && known).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::endpoint;

    /// The longest that a call may wait in these tests, in milliseconds.
    const LEFT: u64 = 60_000;

    fn history(attempts: u32) -> History {
        History { attempts, exposed: None, left: LEFT }
    }

    #[test]
    fn requests_know_how_often_they_may_be_sent() {
        assert_eq!(Repeat::of(&endpoint::USERS), Repeat::Safe);
        assert_eq!(Repeat::of(&endpoint::GROUP_MEMBERS_REMOVE), Repeat::Safe);
        assert_eq!(Repeat::of(&endpoint::CHANNEL_MEMBER_ROLES), Repeat::Safe);
        assert_eq!(Repeat::of(&endpoint::POSTS), Repeat::Keyed);
        assert_eq!(Repeat::of(&endpoint::CHANNEL_CREATE), Repeat::Once);
    }

    #[test]
    fn a_write_is_never_doubled() {
        let first = history(1);
        for outcome in [
            Outcome::Answer(502, None),
            Outcome::Answer(504, Some(1)),
            Outcome::Answer(408, None),
            Outcome::Answer(524, None),
            Outcome::Failure(Reach::Broken),
        ] {
            assert_eq!(again(Repeat::Once, outcome, first), None);
            assert!(again(Repeat::Safe, outcome, first).is_some());
            assert!(again(Repeat::Keyed, outcome, first).is_some());
        }
        for (outcome, wait) in [(Outcome::Answer(429, None), 1000), (Outcome::Failure(Reach::NotSent), 500)] {
            assert_eq!(again(Repeat::Once, outcome, first), Some(wait));
            assert_eq!(again(Repeat::Never, outcome, first), None);
        }
    }

    #[test]
    fn three_attempts_with_growing_waits() {
        let failure = Outcome::Failure(Reach::Broken);
        assert_eq!(again(Repeat::Safe, failure, history(1)), Some(500));
        assert_eq!(again(Repeat::Safe, failure, history(2)), Some(1000));
        assert_eq!(again(Repeat::Safe, failure, history(3)), None);
        assert_eq!(again(Repeat::Once, Outcome::Answer(425, None), history(1)), Some(500));
        for status in [500, 501, 404, 525, 526, 400] {
            assert_eq!(again(Repeat::Safe, Outcome::Answer(status, None), history(1)), None, "{status}");
        }
    }

    #[test]
    fn who_limits_the_rate_is_waited_for_as_long_as_the_call_may_wait() {
        let busy = |seconds| Outcome::Answer(429, seconds);
        for (attempts, wait) in [(1, Some(1000)), (2, Some(4000)), (3, None)] {
            assert_eq!(again(Repeat::Once, busy(None), history(attempts)), wait);
        }
        assert_eq!(again(Repeat::Safe, busy(Some(60)), history(1)), Some(LEFT));
        assert_eq!(again(Repeat::Safe, busy(Some(61)), history(1)), None);
        // None at all would ask a busy server again at once.
        assert_eq!(again(Repeat::Safe, busy(Some(0)), history(1)), Some(1000));
    }

    #[test]
    fn a_post_is_repeated_only_while_its_key_is_known() {
        let broken = Outcome::Failure(Reach::Broken);
        let exposed = |age| History { exposed: Some(age), ..history(1) };
        assert_eq!(again(Repeat::Keyed, broken, exposed(29_000)), Some(500));
        assert_eq!(again(Repeat::Keyed, broken, exposed(29_500)), None);
        assert!(again(Repeat::Safe, broken, exposed(29_500)).is_some());
        // What the server never had needs no key.
        assert_eq!(again(Repeat::Keyed, Outcome::Answer(429, Some(40)), history(1)), Some(40_000));
    }

    #[test]
    fn failures_say_how_far_the_request_came() {
        assert_eq!(reach(&ErrorCode::ConnectionRefused), Reach::NotSent);
        assert_eq!(reach(&ErrorCode::ConnectionTerminated), Reach::Broken);
        assert_eq!(reach(&ErrorCode::HttpResponseTimeout), Reach::Lost);
        assert_eq!(reach(&ErrorCode::HttpRequestDenied), Reach::Refused);
        assert_eq!(reach(&ErrorCode::TlsCertificateError), Reach::Refused);
    }
}
