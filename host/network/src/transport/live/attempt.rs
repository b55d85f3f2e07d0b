//! One try to get an answer.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use h2::Reason;
use http::{Extensions, Request, Response};
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::client::legacy::{Error as ClientError, connect::Connected};
use tokio::time::Instant;

use super::alarm::{Alarm, after};
use super::connector::Unopened;
use super::failure::{self, Stage};
use super::link::Link;
use super::open::{no_connection, unsent};
use super::origin::{Origin, Sender};
use super::outgoing::{Leaving, Outgoing};
use super::site::Wanting;
use super::uses::{Kept, Use};
use crate::net_error::{NetError, NetErrorKind};
use crate::transport::{Reached, TransportError};

/// How long each part of an exchange may take.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub connect: Duration,
    pub first_byte: Duration,
    pub between_bytes: Duration,
}

/// Headers are packed to a quarter of what they are, or less.
const LOOSEST: usize = 4;

/// Why there is no answer.
pub(super) enum Unanswered {
    /// The server did not take the request: it may be sent again whatever it is.
    NotTaken(TransportError),
    /// The connection had been used, and was ended before anything of the request was sent.
    Unsent(TransportError),
    /// The server may have taken it, and an answer to another try is likely: of a kept connection that had ended, or by
    /// another protocol. What reads may be sent again.
    Taken(TransportError),
    /// There is nothing to be gained by sending it again.
    Failed(TransportError),
}

/// A try that is under way. When it is dropped before something came, its connection is used by nobody again: it may be
/// dead without knowing, and whoever gives up does not wait to find out.
struct Attempt<'a> {
    origin: &'a Origin,
    capture: CaptureConnection,
    reached: Option<&'a Reached>,
    /// The connection, when there is one, and how much had come by it.
    used: Option<(Use, u64)>,
    wanting: Option<Wanting>,
    is_heard: bool,
}

/// Sends a request and waits for the beginning of the answer.
pub(super) async fn attempt(
    origin: &Origin,
    sender: &Sender,
    mut request: Request<Leaving>,
    outgoing: &Outgoing,
    (times, reached): (Times, Option<&Reached>),
) -> Result<(Response<Incoming>, Use), Unanswered> {
    let capture = capture_connection(&mut request);
    let wanting = Some(origin.site.wants());
    let mut attempt = Attempt { origin, capture, reached, used: None, wanting, is_heard: false };
    let begun = Instant::now();
    let mut answering = pin!(sender.request(request));
    let mut alarm = Alarm::default();
    let answered = poll_fn(|context| {
        let polled = answering.as_mut().poll(context);
        if attempt.used.is_none() || polled.is_ready() {
            attempt.look(outgoing);
        }
        if let Poll::Ready(answered) = polled {
            return Poll::Ready(Some(answered));
        }
        let deadline = match attempt.used {
            Some(_) => after(outgoing.last(), times.first_byte),
            None if times.connect < attempt.longest_connect() => after(begun, times.connect),
            // Whoever opens the connection has a deadline of its own, and knows what it waits for.
            None => return Poll::Pending,
        };
        alarm.poll(deadline, context).map(|()| None)
    })
    .await;
    match answered {
        Some(Ok(mut response)) => {
            attempt.is_heard = true;
            attempt.used.iter().for_each(|(used, _)| used.link().begins_to_answer());
            // It would keep the connection for as long as somebody has the answer.
            response.extensions_mut().remove::<Kept>();
            match attempt.used.take() {
                Some((used, _)) => Ok((response, used)),
                None => Err(Unanswered::Failed(attempt.fail(NetErrorKind::InternalError(None), "no connection"))),
            }
        }
        Some(Err(error)) => Err(attempt.unanswered(error)),
        None => Err(attempt.late(times)),
    }
}

impl Attempt<'_> {
    /// Looks which connection the request goes by.
    fn look(&mut self, outgoing: &Outgoing) {
        let Some(link) = link(self.capture.connection_metadata().as_ref()) else { return };
        if self.used.as_ref().is_some_and(|(used, _)| used.link().is(&link)) {
            return;
        }
        // Waiting for a connection was nobody's fault.
        outgoing.moved();
        self.wanting = None;
        self.reached.iter().for_each(|reached| reached.set(link.peer()));
        let heard = link.heard();
        self.used = Some((Use::of(link), heard));
    }

    fn longest_connect(&self) -> Duration {
        self.origin.longest_connect()
    }

    /// What errors call where the request went.
    fn place(&self) -> String {
        match &self.used {
            Some((used, _)) => self.origin.site.at(used.link().peer()),
            None => self.origin.site.name.clone(),
        }
    }

    fn fail(&self, kind: NetErrorKind, words: &str) -> TransportError {
        TransportError::failed(kind, format!("{}: {words}", self.place()))
    }

    /// Whether nothing of the request was sent, for sure.
    fn is_unsent(&self) -> bool {
        self.used.as_ref().is_some_and(|(used, _)| used.link().is_unused() || used.link().is_unbegun())
    }

    fn late(&self, times: Times) -> Unanswered {
        let waited = times.first_byte.as_secs_f64();
        Unanswered::Failed(match &self.used {
            Some((used, _)) if used.link().cut_unless_shared_with_others() && used.link().is_unbegun() => self.fail(
                NetErrorKind::DestinationUnavailable,
                &format!("the server took no request within {waited} s: nothing was sent"),
            ),
            Some(_) => self.fail(NetErrorKind::HttpResponseTimeout, &format!("no answer within {waited} s")),
            None => no_connection(&self.place(), times.connect),
        })
    }

    fn is_silent(&self) -> bool {
        self.used.as_ref().is_some_and(|(used, heard)| used.link().heard() == *heard)
    }

    fn unanswered(&mut self, error: ClientError) -> Unanswered {
        let Some((used, _)) = &self.used else { return self.unopened(&error) };
        let link = used.link().clone();
        let (is_silent, is_unsent) = (self.is_silent(), self.is_unsent());
        // What has failed once is not tried again.
        self.poison();
        if link.answers() == 0 {
            self.origin.site.is_bad(link.peer().ip());
        }
        if let Some(why) = link.why() {
            // Told once: it would do so again.
            return Unanswered::Failed(self.fail(NetErrorKind::InternalError(Some(why.to_owned())), why));
        }
        let failed = failure::of(&error, Stage::Request, &self.place());
        if let Some(unanswered) = find::<h2::Error>(&error).and_then(|error| self.refused(error, &link)) {
            return unanswered;
        }
        if is_unsent {
            let failed = unsent(failed);
            return if link.answers() > 0 { Unanswered::Unsent(failed) } else { Unanswered::Failed(failed) };
        }
        if link.says().reason() == Some(u32::from(Reason::HTTP_1_1_REQUIRED)) {
            self.leave_http2();
            return Unanswered::Taken(self.fail(NetErrorKind::ConnectionTerminated, "the server wants HTTP/1.1"));
        }
        match failed {
            TransportError::Failed(NetError { kind: NetErrorKind::ConnectionTerminated, .. })
                if link.answers() > 0 && is_silent =>
            {
                link.ended_suddenly();
                Unanswered::Taken(failed)
            }
            failed => Unanswered::Failed(failed),
        }
    }

    fn leave_http2(&self) {
        if self.origin.site.without_http2() {
            self.origin.renew();
        }
    }

    /// What an error of HTTP/2 says of the request.
    fn refused(&self, error: &h2::Error, link: &Link) -> Option<Unanswered> {
        let reason = error.reason()?;
        let not_taken = |words: &str| self.fail(NetErrorKind::DestinationUnavailable, words);
        if error.is_remote() && reason == Reason::HTTP_1_1_REQUIRED {
            self.leave_http2();
            return Some(Unanswered::NotTaken(not_taken("the server wants HTTP/1.1 for this request")));
        }
        if error.is_remote() && error.is_reset() && reason == Reason::REFUSED_STREAM {
            let words = "the server refused the request before it looked at it (HTTP/2's REFUSED_STREAM)";
            return Some(Unanswered::NotTaken(not_taken(words)));
        }
        if error.is_remote() && error.is_go_away() {
            let reason = failure::name(reason);
            let words =
                format!("the server ended the connection before it took the request (HTTP/2's GOAWAY, {reason})");
            let error = not_taken(&words);
            // Whoever says that it is too much is not asked again at once.
            let is_too_much = link.says().reason() == Some(u32::from(Reason::ENHANCE_YOUR_CALM));
            return Some(if is_too_much { Unanswered::Failed(error) } else { Unanswered::NotTaken(error) });
        }
        if error.is_library() && link.says().head() * LOOSEST > self.origin.longest_head() {
            let words = "the answer's headers are more than this client reads";
            return Some(Unanswered::Failed(self.fail(NetErrorKind::HttpResponseHeaderSectionSize, words)));
        }
        if error.is_library() && error.is_reset() && reason == Reason::PROTOCOL_ERROR {
            self.leave_http2();
            let what = match link.says().forbidden() {
                Some(name) => format!("has a header that HTTP/2 forbids ({name})"),
                None => "is none that HTTP/2 allows".to_owned(),
            };
            let words = format!("the answer {what}: HTTP/1.1 is spoken from now on");
            return Some(Unanswered::Taken(self.fail(NetErrorKind::HttpProtocolError, &words)));
        }
        None
    }

    /// There was no connection for the request.
    fn unopened(&self, error: &ClientError) -> Unanswered {
        match find::<Unopened>(error) {
            Some(unopened) => match unopened.take() {
                Some(error) => Unanswered::Failed(error),
                None => Unanswered::NotTaken(self.fail(NetErrorKind::DestinationUnavailable, "no connection")),
            },
            // What was opened broke before the request had it; hyper's words for the second are none for people.
            None => {
                match unsent(failure::of(error, Stage::Request, &self.place())) {
                    TransportError::Failed(NetError { kind: kind @ NetErrorKind::DestinationUnavailable, .. }) => {
                        Unanswered::Failed(self.fail(
                            kind,
                            "the server ended the connection, or said something, before it was asked anything",
                        ))
                    }
                    failed => Unanswered::Failed(failed),
                }
            }
        }
    }

    fn poison(&self) {
        if let Some(connected) = self.capture.connection_metadata().as_ref() {
            connected.poison();
        }
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.is_heard {
            return;
        }
        self.used.iter().for_each(|(used, _)| used.link().requests().are_uncertain());
        if self.is_silent() {
            self.poison();
        }
    }
}

/// What the connector has said of a connection.
fn link(connected: Option<&Connected>) -> Option<Link> {
    let mut extensions = Extensions::new();
    connected?.get_extras(&mut extensions);
    extensions.get::<Kept>().map(|kept| kept.link().clone())
}

/// The cause of a kind, somewhere below an error.
fn find<'a, E: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a E> {
    std::iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref())
}
