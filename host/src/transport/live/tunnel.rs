//! Through a proxy that only passes bytes on.

use std::future::poll_fn;
use std::pin::pin;

use bytes::Bytes;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::uri::Authority;
use http::{Method, Request, StatusCode, Uri};
use http_body_util::Empty;
use hyper::client::conn::http1::Builder;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use wasmtime_wasi_http::Error as HttpError;

use super::failure::{self, Stage};
use super::options::LiveOptions;
use super::proxy::Via;
use super::site::Site;
use crate::transport::TransportError;

/// Asks the proxy for a connection to the site.
pub(super) async fn dig(
    tcp: TcpStream,
    site: &Site,
    via: &Via,
    place: &str,
    options: &LiveOptions,
) -> Result<TcpStream, TransportError> {
    let refuse = |error: &(dyn std::error::Error + 'static)| failure::of(error, Stage::Request, place);
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
    let status = {
        let mut answering = pin!(sender.send_request(request));
        let mut is_over = false;
        let answered = poll_fn(|context| {
            if !is_over {
                is_over = connection.poll_without_shutdown(context).is_ready();
            }
            answering.as_mut().poll(context)
        });
        answered.await.map_err(|error| refuse(&error))?.status()
    };
    if !status.is_success() {
        let words = match status {
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                "the proxy wants other credentials: expected them in its URL, http://user:password@host:port".to_owned()
            }
            status => format!("the proxy answered {status}"),
        };
        return Err(TransportError::Failed(HttpError::DestinationUnavailable, format!("{place}: {words}")));
    }
    let parts = connection.into_parts();
    if !parts.read_buf.is_empty() {
        let words = format!("{place}: the proxy sent bytes of its own into the tunnel");
        return Err(TransportError::Failed(HttpError::HttpProtocolError, words));
    }
    Ok(parts.io.into_inner())
}
