//! Requests that a proxy reads and answers, as they are for `http://` URLs.

use super::options::LiveOptions;
use super::origin::Origin;
use super::proxy::Via;
use super::refusal::Refusal;
use crate::net_error::NetErrorKind;
use crate::transport::{Inbound, Outbound, TransportError};

/// Sends a request to a proxy as it is: what the proxy refuses is no answer of the server's.
pub(super) async fn exchange(
    origin: &Origin,
    via: &Via,
    outbound: Outbound,
    options: &LiveOptions,
) -> Result<Inbound, TransportError> {
    let site = &origin.site;
    let told = via.authorization.is_some();
    let place = format!("{} through the proxy {}", site.name, via.name);
    let asking = via.verdict.ask(&site.name, told).await.map_err(|refusal| refusal.error(&place))?;
    let answer = match super::exchange(origin, outbound, options).await {
        Ok(answer) => answer,
        Err(error) => {
            if told && is_told(&error) {
                drop(asking.refused(unclear()));
            }
            return Err(error);
        }
    };
    match Refusal::of_answer(answer.status(), answer.headers(), told) {
        Some(refusal) => Err(asking.refused(refusal).error(&place)),
        // One that fails has not looked at the password, perhaps.
        None if answer.status().is_server_error() => {
            // But who asks for it has.
            if told && answer.headers().contains_key(http::header::PROXY_AUTHENTICATE) {
                drop(asking.refused(unclear()));
            }
            Ok(answer)
        }
        None => {
            asking.accepted();
            Ok(answer)
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
