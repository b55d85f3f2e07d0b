//! A body that is said to be packed in a way that nobody here undoes.
//!
//! A credential in something packed would not be found, and a component could unpack what it gets. A name that is not
//! registered, such as `utf-8` or `text/html`, is a server's mistake as a rule, and what comes is as it should be. But it can
//! be one that some server packs with all the same, whatever it was asked for. So what comes under such a name passes for as
//! long as it is text: what is packed is none after a few bytes.

use super::Body;
use super::coding::Codings;
use crate::net_error::{NetError, NetErrorKind};
use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// What a body may be that is said to be packed.
enum May {
    /// Nothing was packed.
    BeEmpty,
    /// And this is the beginning of a character, which the next part ends.
    BeText(Vec<u8>),
}

struct Doubted {
    body: Body,
    may: May,
    /// In which way.
    name: String,
    is_over: bool,
}

/// The body of an answer with these headers, which ends with an error where it is something packed.
pub(crate) fn doubted(headers: &HeaderMap, body: Body) -> Body {
    let codings = Codings::of(headers);
    if codings.is_packed() {
        return Doubted::over(body, May::BeEmpty, &codings);
    }
    text(&codings, body)
}

/// The body of an answer with these codings, of which those that are known are undone.
pub(super) fn text(codings: &Codings, body: Body) -> Body {
    if !codings.is_unknown() {
        return body;
    }
    Doubted::over(body, May::BeText(Vec::new()), codings)
}

impl Doubted {
    fn over(body: Body, may: May, codings: &Codings) -> Body {
        Body::new(Doubted { body, may, name: codings.names().to_owned(), is_over: false })
    }

    /// Why a part can't pass, if it can't.
    fn wrong(&mut self, part: &[u8]) -> Option<String> {
        match &mut self.may {
            May::BeEmpty => (!part.is_empty()).then(|| self.name.clone()),
            May::BeText(begun) => {
                let text = [&std::mem::take(begun)[..], part].concat();
                match std::str::from_utf8(&text) {
                    Ok(_) => None,
                    Err(error) if error.error_len().is_none() => {
                        *begun = text[error.valid_up_to()..].to_vec();
                        None
                    }
                    Err(_) => Some(format!("{}, a name of nothing that is known, around what is no text", self.name)),
                }
            }
        }
    }
}

impl HttpBody for Doubted {
    type Data = Bytes;
    type Error = NetError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, NetError>>> {
        let this = &mut *self;
        if this.is_over {
            return Poll::Ready(None);
        }
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame
            && let Some(name) = frame.data_ref().and_then(|part| this.wrong(part))
        {
            this.is_over = true;
            return Poll::Ready(Some(Err(NetErrorKind::HttpResponseContentCoding(Some(name)).into())));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.is_over || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
