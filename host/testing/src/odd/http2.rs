//! A connection of HTTP/2: `h2` reads and writes it, and [`Frames`] what `h2` would not.

use std::sync::Arc;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use http::{Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};

use super::behaviour::Behaviour;
use super::frames::{Frames, Wire};
use super::reply::{Ending, Reply};
use super::serving::{Serving, line};

/// Answers requests until the connection ends.
pub async fn serve<S>(stream: S, serving: Arc<Serving>)
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let (read, write) = tokio::io::split(stream);
    let (frames, writing) = Frames::to(write);
    let writing = tokio::spawn(writing);
    let wire = Wire { read, frames: frames.clone(), begun: Vec::new() };
    if let Ok(mut connection) = h2::server::handshake(wire).await {
        take(&mut connection, &frames, &serving).await;
        frames.end();
        // A client that reads nothing keeps it until it goes.
        drop(writing.await);
    }
}

/// Takes streams for as long as the connection is to be there.
async fn take<S>(connection: &mut h2::server::Connection<S, Bytes>, frames: &Frames, serving: &Arc<Serving>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let number = |pick: fn(&Behaviour) -> Option<usize>| serving.each(pick).unwrap_or(usize::MAX);
    let closes_upon = number(|behaviour| match behaviour {
        Behaviour::ClosesUpon(answers) => Some(*answers),
        _ => None,
    });
    let goes_away_after = number(|behaviour| match behaviour {
        Behaviour::GoesAwayAfter(streams) => Some(*streams),
        _ => None,
    });
    let mut closes_after = number(|behaviour| match behaviour {
        Behaviour::ClosesAfter(answers) => Some(*answers),
        _ => None,
    });
    let (mut taken, mut last, mut ignored) = (0, 0, Vec::new());
    loop {
        let next = tokio::select! {
            biased;
            () = frames.answered(closes_after) => return,
            next = connection.accept() => next,
        };
        let Some(Ok((request, respond))) = next else { return };
        serving.count(|counts| counts.requests += 1);
        if taken == goes_away_after {
            if ignored.is_empty() {
                frames.go_away(last, 0);
                closes_after = taken;
            }
            // Not even with a reset.
            ignored.push((request, respond));
            continue;
        }
        if taken == closes_upon {
            return;
        }
        (taken, last) = (taken + 1, u32::from(respond.stream_id()));
        tokio::spawn(answer(request, respond, frames.clone(), serving.clone()));
    }
}

async fn answer(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    frames: Frames,
    serving: Arc<Serving>,
) -> Option<()> {
    let (parts, mut stream) = request.into_parts();
    let line = line(&parts);
    let reset = serving.shown(&line, |behaviour| match behaviour {
        Behaviour::Refuses => Some(Reason::REFUSED_STREAM),
        Behaviour::WantsHttp1 => Some(Reason::HTTP_1_1_REQUIRED),
        _ => None,
    });
    if let Some(reason) = reset {
        respond.send_reset(reason);
        return None;
    }
    if serving.does(&line, |behaviour| matches!(behaviour, Behaviour::WantsHttp1AtOnce)) {
        frames.go_away(0, Reason::HTTP_1_1_REQUIRED.into());
        frames.end();
        return std::future::pending().await;
    }
    let flood = serving.shown(&line, |behaviour| match behaviour {
        Behaviour::FloodsInPlace(frame) => Some((*frame, true)),
        Behaviour::FloodsAfter(frame) => Some((*frame, false)),
        _ => None,
    });
    if let Some((frame, true)) = flood {
        frames.flood(frame).await;
        return None;
    }
    let mut body = Vec::new();
    while let Some(part) = stream.data().await {
        let part = part.ok()?;
        stream.flow_control().release_capacity(part.len()).ok()?;
        body.extend_from_slice(&part);
    }
    let reply = serving.reply(parts, body.into()).await;
    write(respond, &frames, &reply).await?;
    if let Some((frame, false)) = flood {
        // Nothing of the answer is behind it.
        frames.answered(1).await;
        frames.flood(frame).await;
    }
    Some(())
}

/// Writes an answer.
async fn write(mut respond: SendResponse<Bytes>, frames: &Frames, reply: &Reply) -> Option<()> {
    match reply.ending {
        Ending::Silent => return std::future::pending().await,
        Ending::HangsUp => {
            frames.end();
            return std::future::pending().await;
        }
        _ => {}
    }
    let stream = u32::from(respond.stream_id());
    if !reply.old_headers.is_empty() {
        frames.beside(stream, reply.old_headers);
    }
    let start = Response::builder().status(reply.status);
    let mut response = reply.headers.iter().fold(start, |response, (name, value)| response.header(name, value));
    if reply.is_announced {
        response = response.header("content-length", reply.body.len());
    }
    let response = response.body(()).expect("a response");
    let is_bare = reply.is_announced && reply.body.is_empty();
    let mut body = respond.send_response(response, is_bare).ok()?;
    if is_bare {
        return Some(());
    }
    let sent = reply.sent();
    match reply.ending {
        Ending::Stalls(_) => {
            send(&mut body, sent, false).await?;
            std::future::pending().await
        }
        Ending::Cut(_) => {
            send(&mut body, sent, false).await?;
            // The library would forget what it has not written.
            frames.written(stream, sent.len()).await;
            frames.reset(stream, Reason::INTERNAL_ERROR.into());
            std::future::pending().await
        }
        Ending::Endless(again) => {
            send(&mut body, sent, false).await?;
            let again = again.repeat((16 * 1024 / again.len()).max(1));
            loop {
                send(&mut body, &again, false).await?;
            }
        }
        _ => send(&mut body, sent, true).await,
    }
}

/// Sends bytes as the client has room for them.
async fn send(body: &mut SendStream<Bytes>, mut bytes: &[u8], is_last: bool) -> Option<()> {
    if is_last && bytes.is_empty() {
        return body.send_data(Bytes::new(), true).ok();
    }
    while !bytes.is_empty() {
        body.reserve_capacity(bytes.len());
        let room = std::future::poll_fn(|context| body.poll_capacity(context)).await?.ok()?;
        let (now, later) = bytes.split_at(room.min(bytes.len()));
        body.send_data(Bytes::copy_from_slice(now), is_last && later.is_empty()).ok()?;
        bytes = later;
    }
    Some(())
}
