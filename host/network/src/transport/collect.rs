use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use bytesize::ByteSize;
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Body, BodyOf, TransportError};
use crate::cover::Redactor;
use crate::net_error::{NetError, NetErrorKind};

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
    pub fn broken(&self, of: BodyOf, error: NetError) -> TransportError {
        let Line { method, url } = self;
        let words = format!("{method} {url}: reading the {of}: {error}");
        TransportError::failed(error.kind, words)
    }

    /// A body that goes over its limit.
    pub fn too_long(&self, body: BodyOf, limit: u64) -> TransportError {
        TransportError::TooLong { method: self.method.clone(), url: self.url.clone(), body, limit }
    }

    /// A body for which there is no room beside others.
    pub fn no_room(&self, of: BodyOf, room: &Room) -> TransportError {
        let Line { method, url } = self;
        let why = format!("bodies have more than {} at once", ByteSize::b(room.most).display().iec());
        let words = format!("{method} {url}: reading the {of}: {why}");
        TransportError::failed(NetErrorKind::InternalError(Some(why)), words)
    }

    /// A temporary file that can't be used.
    pub fn unkept(&self, error: &std::io::Error) -> TransportError {
        let Line { method, url } = self;
        let words = format!("{method} {url}: what is recorded of it can't be kept: {error}");
        // The component is not told the URL as it is recorded: where something was taken out, a guess was right.
        TransportError::failed(
            NetErrorKind::InternalError(Some(format!("what is recorded can't be kept: {error}"))),
            words,
        )
    }
}

/// So much of bodies may be in memory at once.
#[derive(Clone, Debug)]
pub(super) struct Room {
    free: Arc<Semaphore>,
    most: u64,
}

/// Room that is held, until this is dropped.
#[derive(Debug, Default)]
pub(super) struct Held(Option<OwnedSemaphorePermit>);

impl Room {
    /// For so many bytes.
    pub fn new(most: u64) -> Room {
        let permits = usize::try_from(most).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Room { free: Arc::new(Semaphore::new(permits)), most }
    }

    fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        self.free.clone().try_acquire_many_owned(u32::try_from(bytes).ok()?).ok()
    }
}

impl Held {
    /// Holds so much more, if there is room.
    pub fn more(&mut self, bytes: usize, room: &Room) -> bool {
        let more = room.take(bytes);
        let has_room = more.is_some();
        match (&mut self.0, more) {
            (Some(held), Some(more)) => held.merge(more),
            (held, more) => *held = held.take().or(more),
        }
        has_room
    }
}

/// All of a body, if it isn't longer than `limit` bytes and there is room.
pub(super) async fn collect(
    mut body: Body,
    of: BodyOf,
    limit: u64,
    room: &Room,
    line: &Line,
) -> Result<(Bytes, Held), TransportError> {
    let (mut all, mut held) = (BytesMut::new(), Held::default());
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| line.broken(of, error))?.into_data() else {
            continue;
        };
        if all.len() as u64 + data.len() as u64 > limit {
            return Err(line.too_long(of, limit));
        }
        if !held.more(data.len(), room) {
            return Err(line.no_room(of, room));
        }
        all.extend_from_slice(&data);
    }
    Ok((all.freeze(), held))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bodies_have_so_much_room_together() {
        let room = Room::new(10);
        let line = Line { method: "POST".into(), url: "http://h/".into() };
        let take = async |size| collect(vec![0; size].into(), BodyOf::Request, 8, &room, &line).await;
        let (body, held) = take(6).await.unwrap();
        assert_eq!(body.len(), 6);
        let error = take(5).await.expect_err("there is no room").to_string();
        assert!(error.contains("more than 10 B at once"), "{error}");
        // What was begun in vain holds nothing.
        take(4).await.unwrap();
        drop(held);
        take(8).await.unwrap();
    }
}
