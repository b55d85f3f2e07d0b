//! Requests that a proxy reads and answers, as they are for `http://` URLs.

use http::{Request, Response};

use super::options::LiveOptions;
use super::origin::Origin;
use super::proxy::Via;
use super::refusal::Refusal;
use crate::net_error::NetErrorKind;
use crate::transport::{Body, TransportError};

/// Sends a request to a proxy as it is: what the proxy refuses is no answer of the server's.
pub(super) async fn exchange(
    origin: &Origin,
    via: &Via,
    request: Request<Body>,
    options: &LiveOptions,
) -> Result<Response<Body>, TransportError> {
    let site = &origin.site;
    let told = via.authorization.is_some();
    let place = format!("{} through the proxy {}", site.name, via.name);
    let asking = via.verdict.ask(&site.name, told).await.map_err(|refusal| refusal.error(&place))?;
    let response = match super::exchange(origin, request, options).await {
        Ok(response) => response,
        Err(error) => {
            if told && is_told(&error) {
                drop(asking.refused(unclear()));
            }
            return Err(error);
        }
    };
    match Refusal::of_answer(response.status(), response.headers(), told) {
        Some(refusal) => Err(asking.refused(refusal).error(&place)),
        // One that fails has not looked at the password, perhaps.
        None if response.status().is_server_error() => {
            // But who asks for it has.
            if told && response.headers().contains_key(http::header::PROXY_AUTHENTICATE) {
                drop(asking.refused(unclear()));
            }
            Ok(response)
        }
        None => {
            asking.accepted();
            Ok(response)
        }
    }
}

fn unclear() -> Refusal {
    Refusal::Unreached("the proxy gave no answer that says whether it took the password".to_owned())
}

/// Whether what failed was sent, perhaps.
fn is_told(error: &TransportError) -> bool {
    let TransportError::Failed(error) = error else { return false };
    !matches!(
        error.kind,
        NetErrorKind::DnsTimeout
            | NetErrorKind::DnsError
            | NetErrorKind::DestinationUnavailable
            | NetErrorKind::DestinationIpUnroutable
            | NetErrorKind::ConnectionRefused
            | NetErrorKind::ConnectionTimeout
            | NetErrorKind::ConnectionLimitReached
    )
}
