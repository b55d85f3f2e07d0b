use std::sync::Arc;

use super::collect::Room;
use super::replay::{Heard, answer};
use super::{Answering, BODY_LIMIT, Outbound, Source, Transport, TransportError};
use crate::recording::nothing_fits;
use crate::rehearsal::{Binding, Carried, Ended, Session};

/// Answers from a recording, in no time, with what differs bound (see [`rehearsal`](crate::rehearsal)).
#[derive(Clone, Debug)]
pub struct Rehearse {
    session: Arc<tokio::sync::Mutex<Session>>,
    room: Room,
    name: Option<String>,
}

/// The most of requests that is in memory at once, in bytes.
const AT_ONCE: u64 = 2 * BODY_LIMIT;

impl Rehearse {
    /// Rehearses one call.
    pub fn new(session: Session) -> Rehearse {
        Rehearse { session: Arc::new(tokio::sync::Mutex::new(session)), room: Room::new(AT_ONCE), name: None }
    }

    /// The same, with a name for the audit: of the recorded case, or of the file.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Rehearse {
        Rehearse { name: Some(name.into()), ..self }
    }

    /// What was bound so far.
    pub async fn binding(&self) -> Binding {
        self.session.lock().await.binding().clone()
    }

    /// What the answers told, for the next call.
    pub async fn carried(&self) -> Carried {
        self.session.lock().await.carried().clone()
    }

    /// Whether a list was asked for beyond what was recorded of it.
    pub async fn ended(&self) -> Option<Ended> {
        self.session.lock().await.ended()
    }
}

impl Transport for Rehearse {
    fn send(&self, request: Outbound) -> Answering {
        let (session, room) = (self.session.clone(), self.room.clone());
        Box::pin(async move {
            let heard = Heard::of(request, &room).await?;
            let mut session = session.lock().await;
            match session.answer(&heard.asked, &heard.volatile).await {
                Ok(found) => answer(&heard.method, &found, &heard.line),
                Err(unanswered) => {
                    let (asked, volatile) = (&heard.asked, &heard.volatile);
                    let miss = nothing_fits(asked, session.recorded(), &unanswered.here, volatile).await;
                    Err(TransportError::Miss(Box::new(miss)))
                }
            }
        })
    }

    fn virtual_time(&self) -> bool {
        true
    }

    fn source(&self) -> Source {
        Source::Rehearsal
    }

    fn recorded(&self) -> Option<String> {
        self.name.clone()
    }
}
