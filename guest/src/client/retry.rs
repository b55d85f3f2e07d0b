//! When a request is sent again. Pure: no clock and no request in here.

use super::endpoint::{Endpoint, Method};
use crate::bindings::wasi::http::types::ErrorCode;

/// The most times a request is sent.
const ATTEMPTS: u32 = 3;
/// The longest that a request waits between its attempts, in all, in milliseconds.
const PATIENCE: u64 = 30_000;
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

/// What there has been of a request so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct History {
    /// How often it was sent.
    pub attempts: u32,
    /// How long it has waited between attempts, in milliseconds.
    pub waited: u64,
    /// How long ago the first attempt began, in milliseconds.
    pub elapsed: u64,
}

/// After how many milliseconds to send the request again; never when there is none.
pub fn again(repeat: Repeat, outcome: Outcome, history: History) -> Option<u64> {
    let (may, named) = match outcome {
        Outcome::Answer(429, after) => (repeat != Repeat::Never, after),
        Outcome::Answer(502..=504, after) => (matches!(repeat, Repeat::Safe | Repeat::Keyed), after),
        Outcome::Answer(..) => (false, None),
        Outcome::Failure(Reach::NotSent) => (repeat != Repeat::Never, None),
        Outcome::Failure(Reach::Broken) => (matches!(repeat, Repeat::Safe | Repeat::Keyed), None),
        Outcome::Failure(Reach::Lost | Reach::Refused) => (false, None),
    };
    if !may || history.attempts >= ATTEMPTS {
        return None;
    }
    let wait = (BACKOFF << history.attempts.saturating_sub(1)).max(u64::from(named.unwrap_or_default()) * 1000);
    let patient = history.waited + wait <= PATIENCE;
    let known = repeat != Repeat::Keyed || history.elapsed + wait < KEY_LIFE;
    (patient && known).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::endpoint;

    fn history(attempts: u32, waited: u64, elapsed: u64) -> History {
        History { attempts, waited, elapsed }
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
        let first = history(1, 0, 10);
        for outcome in [Outcome::Answer(502, None), Outcome::Answer(504, Some(1)), Outcome::Failure(Reach::Broken)] {
            assert_eq!(again(Repeat::Once, outcome, first), None);
            assert!(again(Repeat::Safe, outcome, first).is_some());
            assert!(again(Repeat::Keyed, outcome, first).is_some());
        }
        for outcome in [Outcome::Answer(429, None), Outcome::Failure(Reach::NotSent)] {
            assert_eq!(again(Repeat::Once, outcome, first), Some(500));
            assert_eq!(again(Repeat::Never, outcome, first), None);
        }
    }

    #[test]
    fn three_attempts_with_growing_waits() {
        let failure = Outcome::Failure(Reach::Broken);
        assert_eq!(again(Repeat::Safe, failure, history(1, 0, 0)), Some(500));
        assert_eq!(again(Repeat::Safe, failure, history(2, 500, 500)), Some(1000));
        assert_eq!(again(Repeat::Safe, failure, history(3, 1500, 1500)), None);
        assert_eq!(again(Repeat::Safe, Outcome::Answer(500, None), history(1, 0, 0)), None);
        assert_eq!(again(Repeat::Safe, Outcome::Answer(404, None), history(1, 0, 0)), None);
    }

    #[test]
    fn what_the_server_asks_for_is_kept_up_to_30_seconds() {
        let busy = |seconds| Outcome::Answer(429, Some(seconds));
        assert_eq!(again(Repeat::Safe, busy(30), history(1, 0, 0)), Some(30_000));
        assert_eq!(again(Repeat::Safe, busy(31), history(1, 0, 0)), None);
        assert_eq!(again(Repeat::Safe, busy(20), history(2, 20_000, 20_000)), None);
        // None at all would ask a busy server again at once.
        assert_eq!(again(Repeat::Safe, busy(0), history(1, 0, 0)), Some(500));
    }

    #[test]
    fn a_post_is_repeated_only_while_its_key_is_known() {
        let broken = Outcome::Failure(Reach::Broken);
        assert_eq!(again(Repeat::Keyed, broken, history(1, 0, 29_000)), Some(500));
        assert_eq!(again(Repeat::Keyed, broken, history(1, 0, 29_500)), None);
        assert!(again(Repeat::Safe, broken, history(1, 0, 29_500)).is_some());
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
