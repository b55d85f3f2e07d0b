//! An answer before it is written, by whatever protocol.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::BodyExt as _;
use soar_network::transport::{Inbound, TransportError};

use super::behaviour::Behaviour;

/// What is answered, and how it ends.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether it is said how long the body is.
    pub is_announced: bool,
    pub lines: Lines,
    pub ending: Ending,
    /// What HTTP/2 does not have.
    pub old_headers: &'static [(&'static str, &'static str)],
}

/// How HTTP/1.1's headers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    Usual,
    /// One of them on two lines.
    Folded,
    /// With blanks before the colon.
    Blanks,
}

/// How it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With all of the body.
    Whole,
    /// With nothing more after so many bytes.
    Stalls(usize),
    /// With the connection after so many bytes.
    Cut(usize),
    /// Never: the body is followed by these bytes again and again.
    Endless(&'static [u8]),
    /// It does not begin.
    Silent,
    /// It does not begin: the connection ends.
    HangsUp,
}

impl Reply {
    fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Reply {
        let (is_announced, lines, ending, old_headers) = (true, Lines::Usual, Ending::Whole, &[][..]);
        Reply { status, headers, body, is_announced, lines, ending, old_headers }
    }

    /// None, for the reason given.
    pub fn none(ending: Ending) -> Reply {
        Reply { ending, ..Reply::new(500, Vec::new(), Vec::new()) }
    }

    /// A page of a gateway's.
    pub fn gateway(status: u16) -> Reply {
        let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
        let page = format!("<html><head><title>{status}</title></head><body>error code: {status}</body></html>\n");
        Reply::new(status, headers, page.into_bytes())
    }

    /// What a script says.
    pub async fn of(result: Result<Inbound, TransportError>) -> Reply {
        let Ok(answer) = result else { return Reply::none(Ending::HangsUp) };
        let (parts, mut body) = answer.response.into_parts();
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let mut reply = Reply::new(parts.status.as_u16(), headers, Vec::new());
        while let Some(frame) = body.frame().await {
            match frame.map(http_body::Frame::into_data) {
                Ok(Ok(data)) => reply.body.extend_from_slice(&data),
                Ok(Err(_)) => {}
                Err(_) => {
                    // It is longer than what comes.
                    reply.ending = Ending::Cut(reply.body.len());
                    reply.body.push(b' ');
                    break;
                }
            }
        }
        reply
    }

    /// Changes it as a behaviour of answers does.
    pub async fn show(&mut self, behaviour: &Behaviour) {
        match *behaviour {
            Behaviour::Sends(name, value) => self.headers.push((name.to_owned(), value.to_owned())),
            Behaviour::Unannounced => self.is_announced = false,
            Behaviour::EmptyGzip => {
                self.is_announced = false;
                self.body.clear();
                self.headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
            }
            Behaviour::BehindGzip(more) => {
                self.encoded(&["gzip"]).await;
                self.body.extend_from_slice(more);
            }
            Behaviour::Encodings(codings) => self.encoded(codings).await,
            Behaviour::Endless(coding, once, again) => {
                self.is_announced = false;
                self.body = once.to_vec();
                self.headers.push(("content-encoding".to_owned(), coding.to_owned()));
                self.ending = Ending::Endless(again);
            }
            Behaviour::FoldsHeaders => self.lines = Lines::Folded,
            Behaviour::BlanksBeforeColons => self.lines = Lines::Blanks,
            Behaviour::StallsAfter(bytes) => self.ending = Ending::Stalls(bytes),
            Behaviour::CutsAfter(bytes) => self.ending = Ending::Cut(bytes),
            Behaviour::OldHeaders(headers) => self.old_headers = headers,
            _ => {}
        }
    }

    async fn encoded(&mut self, codings: &[&str]) {
        if codings.iter().any(|coding| coding.contains("gzip")) {
            self.body = packed(&self.body);
        }
        let headers = codings.iter().map(|coding| ("content-encoding".to_owned(), (*coding).to_owned()));
        self.headers.extend(headers);
    }

    /// So much of the body as is sent before something else happens.
    pub fn sent(&self) -> &[u8] {
        match self.ending {
            Ending::Stalls(bytes) | Ending::Cut(bytes) => &self.body[..bytes.min(self.body.len())],
            _ => &self.body,
        }
    }
}

/// A gzip stream of these bytes.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}
