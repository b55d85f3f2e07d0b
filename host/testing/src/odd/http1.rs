//! A connection of HTTP/1.1, written by hand: no library writes what is odd.

use std::fmt::Write as _;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};

use super::behaviour::Behaviour;
use super::reading::{Reading, parts};
use super::reply::{Ending, Lines, Reply};
use super::serving::{Serving, line};

/// Answers requests until the connection ends.
pub async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, serving: Arc<Serving>) {
    let closes_after = serving.each(|behaviour| match behaviour {
        Behaviour::ClosesAfter(answers) => Some(*answers),
        _ => None,
    });
    let closes_upon = serving.each(|behaviour| match behaviour {
        Behaviour::ClosesUpon(answers) => Some(*answers),
        _ => None,
    });
    let mut reading = Reading::new(stream);
    let mut answers = 0;
    while closes_after.is_none_or(|most| answers < most) {
        let Some(head) = reading.head().await else { return };
        serving.count(|counts| counts.requests += 1);
        let parts = parts(&head);
        let line = line(&parts);
        let breaks = serving.shown(&line, |behaviour| match behaviour {
            Behaviour::BreaksUpload(bytes) => Some(*bytes),
            _ => None,
        });
        if let Some(bytes) = breaks {
            reading.exactly(bytes).await;
            return;
        }
        let Some(body) = reading.body(&parts).await else { return };
        if closes_upon == Some(answers) {
            break;
        }
        let reply = serving.reply(parts, body).await;
        if write(&mut reading.stream, &reply).await.is_none() {
            return;
        }
        answers += 1;
    }
    // In good order, as a server does that has had enough.
    drop(reading.stream.shutdown().await);
}

/// Writes an answer, if it is whole and another one may follow.
async fn write(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), reply: &Reply) -> Option<()> {
    match reply.ending {
        Ending::HangsUp => {
            stream.shutdown().await.ok()?;
            return None;
        }
        Ending::Silent => return gone(stream).await,
        _ => {}
    }
    stream.write_all(head(reply).as_bytes()).await.ok()?;
    body(stream, reply, reply.sent()).await?;
    match reply.ending {
        Ending::Stalls(_) => gone(stream).await,
        Ending::Cut(_) => None,
        Ending::Endless(again) => {
            let again = again.repeat((64 * 1024 / again.len()).max(1));
            loop {
                body(stream, reply, &again).await?;
            }
        }
        _ if reply.is_announced => Some(()),
        _ => stream.write_all(b"0\r\n\r\n").await.ok(),
    }?;
    stream.flush().await.ok()
}

/// Writes bytes of the body, in a chunk if nobody was told how many there are.
async fn body(stream: &mut (impl AsyncWrite + Unpin), reply: &Reply, bytes: &[u8]) -> Option<()> {
    if reply.is_announced {
        stream.write_all(bytes).await.ok()?;
    } else if !bytes.is_empty() {
        stream.write_all(format!("{:x}\r\n", bytes.len()).as_bytes()).await.ok()?;
        stream.write_all(bytes).await.ok()?;
        stream.write_all(b"\r\n").await.ok()?;
    }
    stream.flush().await.ok()
}

/// Waits until the client has gone.
async fn gone(stream: &mut (impl AsyncRead + Unpin)) -> Option<()> {
    let mut reading = Reading::new(stream);
    while reading.exactly(1).await.is_some() {}
    None
}

fn head(reply: &Reply) -> String {
    let colon = if reply.lines == Lines::Blanks { " : " } else { ": " };
    let mut head = format!("HTTP/1.1 {} \r\n", reply.status);
    let mut field = |name: &str, value: &str| write!(head, "{name}{colon}{value}\r\n").expect("memory");
    reply.headers.iter().for_each(|(name, value)| field(name, value));
    reply.old_headers.iter().for_each(|(name, value)| field(name, value));
    if reply.lines == Lines::Folded {
        field("x-folded", "one,\r\n\t two");
    }
    match reply.status {
        204 | 304 => {}
        _ if reply.is_announced => field("content-length", &reply.body.len().to_string()),
        _ => field("transfer-encoding", "chunked"),
    }
    head + "\r\n"
}
