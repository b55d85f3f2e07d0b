//! A component's requests through the gate, as `wasi:http` has them: where its types and the network's own meet.

use http::{HeaderName, Request, Response};
use http_body_util::BodyExt as _;
use soar_network::body::Body;
use soar_network::gate::Gate;
use soar_network::net_error::{NetError, NetErrorKind as Kind};
use soar_network::policy;
use soar_network::transport::Timeouts;
use std::sync::Arc;
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error, ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpHooks,
};

type Io = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Sending = Box<dyn Future<Output = Result<(Response<WasiBody>, Io), Error>> + Send>;

/// What `wasi:http` asks when a component sends a request.
pub(crate) struct Hooks {
    pub(crate) gate: Gate,
}

impl WasiHttpHooks for Hooks {
    fn is_forbidden_header(&mut self, name: &HeaderName) -> bool {
        is_forbidden(name)
    }

    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::new(is_forbidden)
    }

    fn send_request(&mut self, request: Request<WasiBody>, options: Option<RequestOptions>, _io: Io) -> Sending {
        let timeouts = options.map(timeouts).unwrap_or_default();
        // It is under way from here, whenever somebody waits for it.
        let answering = self.gate.send(request.map(|body| body.map_err(broken)), timeouts);
        Box::new(async move {
            let response = answering.await.map_err(told)?;
            Ok((response.map(given), Box::new(async { Ok(()) }) as Io))
        })
    }
}

fn timeouts(options: RequestOptions) -> Timeouts {
    Timeouts {
        connect: options.connect_timeout,
        first_byte: options.first_byte_timeout,
        between_bytes: options.between_bytes_timeout,
    }
}

/// A server's cookies are credentials too: what it sets, the component must not read.
fn is_forbidden(name: &HeaderName) -> bool {
    DEFAULT_FORBIDDEN_HEADERS.contains(name) || policy::is_forbidden(name.as_str())
}

/// An answer's body as a component gets it.
fn given(body: Body) -> WasiBody {
    body.map_err(told).boxed_unsync()
}

/// Why a component's own body broke off.
fn broken(error: Error) -> NetError {
    let words = error.to_string();
    let kind = match error {
        Error::HttpRequestBodySize(size) => Kind::HttpRequestBodySize(size),
        Error::HttpProtocolError => Kind::HttpProtocolError,
        _ => Kind::InternalError(Some(words.clone())),
    };
    NetError::new(kind, words)
}

/// The error code of a failure: of its words for people the component gets none.
fn told(error: NetError) -> Error {
    match error.kind {
        Kind::DnsTimeout => Error::DnsTimeout,
        Kind::DnsError => Error::DnsError { rcode: None, info_code: None },
        Kind::DestinationUnavailable => Error::DestinationUnavailable,
        Kind::DestinationIpProhibited => Error::DestinationIpProhibited,
        Kind::DestinationIpUnroutable => Error::DestinationIpUnroutable,
        Kind::ConnectionRefused => Error::ConnectionRefused,
        Kind::ConnectionTerminated => Error::ConnectionTerminated,
        Kind::ConnectionTimeout => Error::ConnectionTimeout,
        Kind::ConnectionReadTimeout => Error::ConnectionReadTimeout,
        Kind::ConnectionWriteTimeout => Error::ConnectionWriteTimeout,
        Kind::ConnectionLimitReached => Error::ConnectionLimitReached,
        Kind::TlsProtocolError => Error::TlsProtocolError,
        Kind::TlsCertificateError => Error::TlsCertificateError,
        Kind::TlsAlertReceived { alert_id, alert_message } => Error::TlsAlertReceived { alert_id, alert_message },
        Kind::HttpRequestDenied => Error::HttpRequestDenied,
        Kind::HttpRequestUriInvalid => Error::HttpRequestUriInvalid,
        Kind::HttpRequestBodySize(size) => Error::HttpRequestBodySize(size),
        Kind::HttpRequestHeaderSectionSize => Error::HttpRequestHeaderSectionSize(None),
        Kind::HttpRequestTrailerSectionSize(size) => Error::HttpRequestTrailerSectionSize(size),
        Kind::HttpResponseIncomplete => Error::HttpResponseIncomplete,
        Kind::HttpResponseHeaderSectionSize => Error::HttpResponseHeaderSectionSize(None),
        Kind::HttpResponseBodySize(size) => Error::HttpResponseBodySize(size),
        Kind::HttpResponseTrailerSectionSize => Error::HttpResponseTrailerSectionSize(None),
        Kind::HttpResponseTransferCoding(coding) => Error::HttpResponseTransferCoding(coding),
        Kind::HttpResponseContentCoding(coding) => Error::HttpResponseContentCoding(coding),
        Kind::HttpResponseTimeout => Error::HttpResponseTimeout,
        Kind::HttpProtocolError => Error::HttpProtocolError,
        Kind::ConfigurationError => Error::ConfigurationError,
        Kind::InternalError(words) => Error::InternalError(words),
        // A later kind of the network is none that components know.
        _ => Error::InternalError(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_cookies_and_tokens_are_not_for_the_component() {
        for (name, forbidden) in
            [("set-cookie", true), ("cookie", true), ("token", true), ("host", true), ("etag", false)]
        {
            assert_eq!(is_forbidden(&HeaderName::from_static(name)), forbidden, "{name}");
        }
    }

    /// Whoever reads a log of either finds the other.
    #[test]
    fn a_failure_has_the_words_of_its_error_code() {
        let some = || Some("words".to_owned());
        for kind in [
            Kind::DnsError,
            Kind::DestinationIpProhibited,
            Kind::TlsAlertReceived { alert_id: Some(40), alert_message: some() },
            Kind::TlsAlertReceived { alert_id: None, alert_message: None },
            Kind::HttpRequestBodySize(None),
            Kind::HttpRequestBodySize(Some(5)),
            Kind::HttpRequestHeaderSectionSize,
            Kind::HttpRequestTrailerSectionSize(Some(0)),
            Kind::HttpResponseHeaderSectionSize,
            Kind::HttpResponseBodySize(Some(1)),
            Kind::HttpResponseTrailerSectionSize,
            Kind::HttpResponseTransferCoding(some()),
            Kind::HttpResponseContentCoding(None),
            Kind::HttpRequestUriInvalid,
            Kind::InternalError(None),
            Kind::InternalError(some()),
        ] {
            let words = kind.to_string();
            assert_eq!(told(kind.into()).to_string(), words);
        }
    }
}
