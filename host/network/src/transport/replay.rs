use std::sync::Arc;

use http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, HeaderName, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderValue, Method, StatusCode};

use super::collect::{Held, Line, Room, collect};
use super::{Answering, BODY_LIMIT, Below, BodyOf, Inbound, Outbound, Source, Transport, TransportError};
use crate::net_error::NetErrorKind;
use crate::recording::{Answer, Asked, Content, Exchange, Matcher, Recording, Redactor, Request};

/// Answers from a recording, in no time: each recorded exchange answers once, equal requests in
/// recorded order.
///
/// Neither the origin of a request counts nor the sub-path below which its server lives, where the request says what that is
/// ([`Below`]) and the recording has nothing at its very path.
#[derive(Clone, Debug)]
pub struct Replay {
    matcher: Arc<Matcher>,
    room: Room,
    name: Option<String>,
}

/// The most of requests that is in memory at once, in bytes.
const AT_ONCE: u64 = 2 * BODY_LIMIT;

impl Replay {
    /// Plays `recording` from its beginning.
    pub fn new(recording: Recording) -> Replay {
        Replay { matcher: Arc::new(Matcher::new(recording)), room: Room::new(AT_ONCE), name: None }
    }

    /// The same, with a name for the audit: of the recorded case, or of the file.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Replay {
        Replay { name: Some(name.into()), ..self }
    }

    /// The exchanges that have answered nobody yet, in recorded order, without those that can't
    /// answer (see [`Exchange::is_playable`]).
    pub fn unused(&self) -> Vec<Arc<Exchange>> {
        self.matcher.unused()
    }
}

impl Transport for Replay {
    fn send(&self, request: Outbound) -> Answering {
        let (matcher, room) = (self.matcher.clone(), self.room.clone());
        Box::pin(async move {
            let heard = Heard::of(request, &room).await?;
            let found = matcher.take(&heard.asked, &heard.volatile, heard.below.as_ref()).await;
            answer(&heard.method, &found.map_err(TransportError::Miss)?.answer, &heard.line)
        })
    }

    fn virtual_time(&self) -> bool {
        true
    }

    fn source(&self) -> Source {
        Source::Replay
    }

    fn recorded(&self) -> Option<String> {
        self.name.clone()
    }
}

/// A request as a recording is searched for it.
pub(super) struct Heard {
    pub(super) method: Method,
    pub(super) asked: Asked,
    /// The fields of its body that don't count.
    pub(super) volatile: Arc<[String]>,
    below: Option<Below>,
    pub(super) line: Line,
    /// The room that its body takes, until it is answered.
    _held: Held,
}

impl Heard {
    /// Reads a request to its end.
    pub(super) async fn of(request: Outbound, room: &Room) -> Result<Heard, TransportError> {
        let Outbound { request, volatile, below, .. } = request;
        let (parts, body) = request.into_parts();
        let line = Line::of(&parts, &Redactor::default());
        let (body, held) = collect(body, BodyOf::Request, BODY_LIMIT, room, &line).await?;
        let asked = Asked::of(&Request::of(&parts, body));
        Ok(Heard { method: parts.method, asked, volatile, below, line, _held: held })
    }
}

/// A recorded answer as the component gets it.
pub(super) fn answer(method: &Method, answer: &Answer, line: &Line) -> Result<Inbound, TransportError> {
    let status = StatusCode::from_u16(answer.status).map_err(|error| {
        let Line { method, url } = line;
        let words = format!("{method} {url}: the recorded status {}: {error}", answer.status);
        TransportError::failed(NetErrorKind::HttpProtocolError, words)
    })?;
    let body = match &answer.content {
        Content::Kept(body) => body.clone(),
        Content::Lost(_) | Content::Unplayable(_) => Default::default(),
    };
    let mut response = http::Response::new(());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let is_coded = answer.is_coded();
    for (name, value) in &answer.headers {
        // A browser's file may hold what is no header; the answer is still worth playing.
        let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes()))
        else {
            continue;
        };
        // How the body was carried, which a recording has undone.
        let is_undone = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE].contains(&name)
            || (name == CONTENT_ENCODING && !is_coded);
        if !is_undone {
            headers.append(name, value);
        }
    }
    let has_length = method != Method::HEAD && status != StatusCode::NO_CONTENT && status != StatusCode::NOT_MODIFIED;
    if has_length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    Ok(response.map(|()| body.into()).into())
}
