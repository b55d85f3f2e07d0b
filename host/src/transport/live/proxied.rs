//! Requests that a proxy reads and answers, as they are for `http://` URLs.

use http::{Request, Response};

use super::Live;
use super::refusal::Refusal;
use crate::address::Private;
use crate::transport::{Body, TransportError};

impl Live {
    /// Sends a request that may go to a proxy as it is: what the proxy refuses is no answer of the server's.
    pub(super) async fn answer_by_proxy(self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let options = &self.0.opener.options;
        let private = match request.extensions().get::<Private>() {
            Some(Private::Never) => Private::Never,
            _ => options.private,
        };
        let site = self.0.origins.of(request.uri(), private, &self.0.opener)?.site.clone();
        // Whoever digs a tunnel asks by itself.
        let Some(via) = site.via.as_ref().filter(|_| !site.is_https) else { return self.answer(request).await };
        let told = via.authorization.is_some();
        let place = format!("{} through the proxy {}", site.name, via.name);
        let asking = via.verdict.ask(&site.name, told).await.map_err(|refusal| refusal.error(&place))?;
        let response = match self.answer(request).await {
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
}

fn unclear() -> Refusal {
    Refusal::Unreached("the proxy gave no answer that says whether it took the password".to_owned())
}

/// Whether what failed was sent, perhaps.
fn is_told(error: &TransportError) -> bool {
    use wasmtime_wasi_http::Error;
    let TransportError::Failed(error, _) = error else { return false };
    !matches!(
        error,
        Error::DnsTimeout
            | Error::DnsError { .. }
            | Error::DestinationUnavailable
            | Error::DestinationIpUnroutable
            | Error::ConnectionRefused
            | Error::ConnectionTimeout
            | Error::ConnectionLimitReached
    )
}
