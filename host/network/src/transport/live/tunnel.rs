//! Through a proxy that only passes bytes on.

use std::future::poll_fn;
use std::pin::pin;

use bytes::Bytes;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::uri::Authority;
use http::{Method, Request, Uri};
use http_body_util::Empty;
use hyper::client::conn::http1::Builder;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::failure::{self, Stage};
use super::options::LiveOptions;
use super::proxy::Via;
use super::refusal::Refusal;
use super::site::Site;
use crate::net_error::{NetError, NetErrorKind};
use crate::transport::TransportError;

/// Asks the proxy for a connection to the site, unless it has refused one to others.
pub(super) async fn dig(
    tcp: TcpStream,
    site: &Site,
    via: &Via,
    place: &str,
    options: &LiveOptions,
) -> Result<TcpStream, TransportError> {
    let refuse = |error: &(dyn std::error::Error + 'static)| failure::of(error, Stage::Request, place);
    let told = via.authorization.is_some();
    let asking = via.verdict.ask_by_turns(&site.name, told).await.map_err(|refusal| refusal.error(place))?;
    let target = format!("{}:{}", site.guard.host(), site.port);
    let authority = Authority::try_from(target).map_err(|error| refuse(&error))?;
    let mut request = Request::new(Empty::<Bytes>::new());
    *request.method_mut() = Method::CONNECT;
    let host = http::HeaderValue::from_str(authority.as_str()).map_err(|error| refuse(&error))?;
    request.headers_mut().insert(HOST, host);
    *request.uri_mut() = Uri::from(authority);
    if let Some(credentials) = &via.authorization {
        request.headers_mut().insert(PROXY_AUTHORIZATION, credentials.clone());
    }

    let built = Builder::new().max_header_size(options.max_head).handshake(TokioIo::new(tcp)).await;
    let (mut sender, mut connection) = built.map_err(|error| refuse(&error))?;
    let answered = {
        let mut answering = pin!(sender.send_request(request));
        let mut is_over = false;
        let answered = poll_fn(|context| {
            if !is_over {
                is_over = connection.poll_without_shutdown(context).is_ready();
            }
            answering.as_mut().poll(context)
        });
        answered.await
    };
    let refusal = match &answered {
        Ok(answer) => Refusal::of_tunnel(answer.status(), answer.headers(), told),
        Err(error) => Some(unanswered(error)),
    };
    if let Some(refusal) = refusal {
        return Err(asking.refused(refusal).error(place));
    }
    let parts = connection.into_parts();
    if !parts.read_buf.is_empty() {
        let refusal = Refusal::Target("the proxy sent bytes of its own into the tunnel".to_owned());
        return Err(asking.refused(refusal).error(place));
    }
    asking.accepted();
    Ok(parts.io.into_inner())
}

/// What it means that CONNECT has no answer. Nothing was sent to the server in any case.
fn unanswered(error: &hyper::Error) -> Refusal {
    let NetError { kind, message } = failure::cause(error, Stage::Request);
    match kind {
        NetErrorKind::HttpProtocolError
        | NetErrorKind::HttpResponseHeaderSectionSize
        | NetErrorKind::InternalError(_) => Refusal::Target(format!("what answers there is no HTTP proxy: {message}")),
        _ => Refusal::Unreached(format!("the proxy did not answer: {message}")),
    }
}
