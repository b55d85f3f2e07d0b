use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use wasmtime_wasi_http::Error as HttpError;

use super::{Body, BodyOf, TransportError};
use crate::recording::Redactor;

/// The request that errors name.
pub(super) struct Line {
    pub method: String,
    /// Without credentials.
    pub url: String,
}

impl Line {
    pub fn of(request: &http::request::Parts, redactor: &Redactor) -> Line {
        Line { method: request.method.to_string(), url: redactor.url(&request.uri.to_string()) }
    }

    /// A body that broke off.
    pub fn broken(&self, of: BodyOf, error: HttpError) -> TransportError {
        let Line { method, url } = self;
        let words = format!("{method} {url}: reading the {of}: {error}");
        TransportError::Failed(error, words)
    }

    /// A body that goes over its limit.
    pub fn too_long(&self, body: BodyOf, limit: u64) -> TransportError {
        TransportError::TooLong { method: self.method.clone(), url: self.url.clone(), body, limit }
    }

    /// A temporary file that can't be used.
    pub fn unkept(&self, error: &std::io::Error) -> TransportError {
        let Line { method, url } = self;
        let words = format!("{method} {url}: what is recorded of it can't be kept: {error}");
        // The component is not told the URL as it is recorded: where something was taken out, a guess was right.
        TransportError::Failed(
            HttpError::InternalError(Some(format!("what is recorded can't be kept: {error}"))),
            words,
        )
    }
}

/// All of a body, if it isn't longer than `limit` bytes.
pub(super) async fn collect(mut body: Body, of: BodyOf, limit: u64, line: &Line) -> Result<Bytes, TransportError> {
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| line.broken(of, error))?.into_data() else {
            continue;
        };
        if all.len() as u64 + data.len() as u64 > limit {
            return Err(line.too_long(of, limit));
        }
        all.extend_from_slice(&data);
    }
    Ok(all.freeze())
}

/// A body from memory.
pub(super) fn full(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(HttpError::from).boxed_unsync()
}
