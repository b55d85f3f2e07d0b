//! What a server does that a test's client doesn't expect of it.

use super::limit::Limit;

/// One thing that is seen in front of real servers. Those of handshakes count connections, those of requests count requests:
/// [`Rule::times`], and [`Rule::at`] names the requests that are meant.
#[derive(Clone, Debug)]
pub enum Behaviour {
    // Of connections.
    /// Takes a connection and leaves a TLS handshake without an answer.
    SilentHandshake,
    /// Ends a connection when a TLS handshake has begun.
    BrokenHandshake,
    /// Ends each connection after so many answers, which don't announce it.
    ClosesAfter(usize),
    /// Ends each connection after so many answers as well, at the last moment: when another request has arrived, which
    /// then isn't done. What [`Behaviour::ClosesAfter`] is to a client that was quicker.
    ClosesUpon(usize),

    // Of requests.
    /// Reads a request, does nothing and ends the connection.
    HangsUpBefore,
    /// Reads a request, does what it says and ends the connection in place of an answer.
    HangsUpAfter,
    /// Resets the connection after so many bytes of a request's body (HTTP/1.1).
    BreaksUpload(usize),
    /// Does what a request would say without its body, as proxies that drop a DELETE's.
    DropsBody,

    // Of HTTP/2.
    /// Takes so many streams of a connection. When there is one more it says GOAWAY, with the id of the last one that it took, answers those
    /// and ends the connection; as nginx with `keepalive_requests`.
    GoesAwayAfter(usize),
    /// Resets a stream with REFUSED_STREAM.
    Refuses,
    /// Resets a stream with HTTP_1_1_REQUIRED; over HTTP/1.1 it answers.
    WantsHttp1,
    /// Ends a connection on which a stream was opened with a GOAWAY of HTTP_1_1_REQUIRED; over HTTP/1.1 it answers.
    WantsHttp1AtOnce,
    /// Sends these headers, which HTTP/2 does not have: of HTTP/1.1's connections, as a rule.
    OldHeaders(&'static [(&'static str, &'static str)]),
    /// In place of an answer sends these frames to no end.
    FloodsInPlace(Frame),
    /// After an answer sends these frames to no end, whatever is asked then.
    FloodsAfter(Frame),

    // In place of an answer.
    /// Never answers.
    Silent,
    /// Answers with this status and a gateway's page, and does nothing.
    Status(u16),
    /// Answers so many requests a second, and refuses others.
    Limits(Limit),

    // Of answers.
    /// Sends this header as well.
    Sends(&'static str, &'static str),
    /// Does not say how long the answer is.
    Unannounced,
    /// Says `gzip`, and sends a body of nothing without having said how long it is.
    EmptyGzip,
    /// Packs the body with gzip and sends these bytes behind it.
    BehindGzip(&'static [u8]),
    /// Sends these as values of `Content-Encoding`, each in a header of its own, and a body that is packed if `gzip` is in one of them.
    Encodings(&'static [&'static str]),
    /// Sends this as `Content-Encoding`, bytes once, and others to no end.
    Endless(&'static str, &'static [u8], &'static [u8]),
    /// Breaks a header of HTTP/1.1 into two lines.
    FoldsHeaders,
    /// Sends blanks before the colons of HTTP/1.1's headers.
    BlanksBeforeColons,
    /// Sends so many bytes of the body, and then nothing.
    StallsAfter(usize),
    /// Sends so many bytes of the body, and ends the connection; over HTTP/2 it resets the stream.
    CutsAfter(usize),
}

/// Frames of HTTP/2 that are of no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Which must be answered.
    Ping,
    /// Which must be answered, too.
    Settings,
    /// Of a type that nobody knows.
    Unknown,
}

/// HTTP/1.1's headers of connections.
pub const OF_CONNECTIONS: &[(&str, &str)] =
    &[("connection", "upgrade, keep-alive"), ("upgrade", "h2,h2c"), ("keep-alive", "timeout=5")];

/// A behaviour, and when it is shown.
#[derive(Clone, Debug)]
pub struct Rule {
    pub behaviour: Behaviour,
    /// How the request's line begins.
    pub at: &'static str,
    /// How often it is shown; for ever without.
    pub times: Option<usize>,
}

impl From<Behaviour> for Rule {
    fn from(behaviour: Behaviour) -> Rule {
        Rule { behaviour, at: "", times: None }
    }
}

impl Behaviour {
    /// Whether it changes an answer.
    pub fn is_of_answers(&self) -> bool {
        use Behaviour::{
            BehindGzip, BlanksBeforeColons, CutsAfter, EmptyGzip, Encodings, Endless, FoldsHeaders, OldHeaders, Sends,
            StallsAfter, Unannounced,
        };
        matches!(
            self,
            Sends(..)
                | Unannounced
                | EmptyGzip
                | BehindGzip(_)
                | Encodings(_)
                | Endless(..)
                | FoldsHeaders
                | BlanksBeforeColons
                | StallsAfter(_)
                | CutsAfter(_)
                | OldHeaders(_)
        )
    }

    /// Only so often.
    pub fn times(self, times: usize) -> Rule {
        Rule::from(self).times(times)
    }

    /// Only at requests whose line begins so: `GET `, `POST /api/v4/channels`.
    pub fn at(self, line: &'static str) -> Rule {
        Rule::from(self).at(line)
    }
}

impl Rule {
    /// Only so often.
    pub fn times(self, times: usize) -> Rule {
        Rule { times: Some(times), ..self }
    }

    /// Only at requests whose line begins so.
    pub fn at(self, at: &'static str) -> Rule {
        Rule { at, ..self }
    }
}
