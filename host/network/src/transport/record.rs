use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::coding;
use super::collect::{Line, Room};
use super::doubted::doubted;
use super::whole::Whole;
use super::{Answering, BODY_LIMIT, BodyOf, Inbound, Outbound, Transport, TransportError};
use crate::recording::{Answer, ENTRIES, Exchange, Recording, Redactor, Request, Secrets, Spool};
use bytes::Bytes;
use bytesize::ByteSize;
use http::HeaderValue;
use http::header::ACCEPT_ENCODING;
use jiff::Timestamp;
use soar_contract::secret::Secret;
use soar_system::files::most;

/// Passes requests on to another transport and keeps what was asked and answered.
///
/// Bodies are read whole before they are passed on. A request that fails leaves nothing in the recording. Only short
/// bodies are in memory, and only while they pass: the rest is in files without a name, which are gone with it.
#[derive(Clone)]
pub struct Record {
    inner: Arc<dyn Transport>,
    redactor: Arc<Redactor>,
    folder: PathBuf,
    body_limit: u64,
    limit: u64,
    room: Room,
    spool: Arc<Mutex<Spool>>,
}

impl Record {
    /// Records what passes to `inner`. None of the `secrets` will be in the recording, nor in the folder for temporary
    /// files where it is until it is written; only long bodies are there as they are while they pass.
    pub fn new(inner: Arc<dyn Transport>, secrets: Secrets) -> Record {
        let folder = std::env::temp_dir();
        Record {
            inner,
            redactor: Arc::new(Redactor::new(secrets)),
            spool: Arc::new(Mutex::new(Spool::new(&folder))),
            folder,
            body_limit: BODY_LIMIT,
            limit: most::RECORDING,
            // Those that pass are kept, too.
            room: Room::new(most::RECORDING),
        }
    }

    /// The same, from its beginning, with its files in another folder.
    pub fn with_folder(self, folder: impl Into<PathBuf>) -> Record {
        let folder = folder.into();
        Record { spool: Arc::new(Mutex::new(Spool::new(&folder))), folder, ..self }
    }

    /// The same with another limit for each body, in bytes, instead of [`BODY_LIMIT`].
    pub fn with_body_limit(self, limit: u64) -> Record {
        Record { body_limit: limit, ..self }
    }

    /// The same with another limit for all of it, in bytes as a HAR file has them, instead of [`most::RECORDING`], the
    /// most that is read of one.
    pub fn with_limit(self, limit: u64) -> Record {
        Record { limit, ..self }
    }

    /// What takes the secrets out of what is kept.
    #[must_use]
    pub fn redactor(&self) -> &Arc<Redactor> {
        &self.redactor
    }

    /// What was kept until now, without credentials. All of it will be in memory.
    ///
    /// # Errors
    /// If a temporary file can't be read.
    pub fn recording(&self) -> io::Result<Recording> {
        self.spool().recording()
    }

    /// Writes what was kept until now as a HAR file, without credentials and without having it in memory.
    ///
    /// # Errors
    /// If a temporary file can't be read, or the HAR file can't be written.
    pub fn write(&self, out: impl io::Write) -> io::Result<()> {
        self.spool().write(out)
    }

    fn spool(&self) -> MutexGuard<'_, Spool> {
        self.spool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails if the recording is full.
    fn check_room(&self, line: &Line) -> Result<(), TransportError> {
        let spool = self.spool();
        let (count, size) = (spool.len(), spool.size());
        drop(spool);
        match () {
            () if count >= ENTRIES => Err(full(line, format!("{ENTRIES} exchanges"))),
            () if size >= self.limit => Err(full(line, ByteSize::b(self.limit).display().iec().to_string())),
            () => Ok(()),
        }
    }

    async fn pass(self, outbound: Outbound) -> Result<Inbound, TransportError> {
        if outbound.aside {
            return self.inner.send(outbound).await;
        }
        let (mut parts, body) = outbound.request.into_parts();
        let line = Line::of(&parts, &self.redactor);
        self.check_room(&line)?;
        let asked = Whole::of(body, BodyOf::Request, self.body_limit, (&self.folder, &self.room), &line).await?;
        parts.headers.remove(ACCEPT_ENCODING);
        let request = Request::of(&parts, Bytes::new());
        // A recording holds no coded bodies: secrets could not be found in them.
        parts.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let place = self.spool().begin();

        let (started, clock) = (Timestamp::now(), Instant::now());
        let sent = Outbound { request: http::Request::from_parts(parts, asked.body()), ..outbound };
        let inbound = self.inner.send(sent).await?;
        let (parts, body) = inbound.response.into_parts();
        if coding::Codings::of(&parts.headers).is_packed() || coding::transfer(&parts.headers).is_some() {
            // Nothing of it is kept, and whoever asked will refuse it.
            return Ok(Inbound { response: http::Response::from_parts(parts, body), ..inbound });
        }
        let body = doubted(&parts.headers, body);
        let answered = Whole::of(body, BodyOf::Answer, self.body_limit, (&self.folder, &self.room), &line).await?;
        let exchange = Exchange {
            started,
            time: (clock.elapsed().as_secs_f64() * 10_000.0).round() / 10.0,
            comment: None,
            request,
            answer: Answer::of(&parts, Bytes::new()),
        };
        let kept = self.spool().keep(place, &exchange, &self.redactor, asked.reader(), answered.reader());
        kept.map_err(|error| line.unkept(&error))?;
        if self.spool().size() > self.limit {
            self.spool().forget(place);
            return Err(full(&line, ByteSize::b(self.limit).display().iec().to_string()));
        }
        Ok(Inbound { response: http::Response::from_parts(parts, answered.body()), ..inbound })
    }
}

impl Transport for Record {
    fn send(&self, request: Outbound) -> Answering {
        Box::pin(self.clone().pass(request))
    }

    fn virtual_time(&self) -> bool {
        self.inner.virtual_time()
    }

    fn secrets(&self) -> Vec<Secret> {
        self.inner.secrets()
    }

    fn told(&self, origin: &http::Uri) -> Vec<Secret> {
        self.inner.told(origin)
    }
}

fn full(line: &Line, most: String) -> TransportError {
    TransportError::Full { method: line.method.clone(), url: line.url.clone(), most }
}
