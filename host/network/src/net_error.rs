//! Why a request has no answer, or a body no end: the network's own error.

use std::convert::Infallible;
use std::fmt;

/// Why a request has no answer, or a body no end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetError {
    /// What it is to a component.
    pub kind: NetErrorKind,
    /// Words for people. They hold no credentials, and are not for the component: a server's words may be in them.
    pub message: String,
}

/// What a failure is to a component: the names are those of the error codes of `wasi:http`, and so are the words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetErrorKind {
    /// The host's name was not looked up in time.
    DnsTimeout,
    /// The host's name has no address.
    DnsError,
    /// Nothing was sent: the server did not take the request, or can't be reached.
    DestinationUnavailable,
    /// The address may not be connected to.
    DestinationIpProhibited,
    /// There is no way to the address.
    DestinationIpUnroutable,
    /// Nothing listens there.
    ConnectionRefused,
    /// The connection ended too early.
    ConnectionTerminated,
    /// There was no connection in time.
    ConnectionTimeout,
    /// No more of the answer came in time.
    ConnectionReadTimeout,
    /// No more of the request was taken in time.
    ConnectionWriteTimeout,
    /// There can be no more connections.
    ConnectionLimitReached,
    /// TLS failed.
    TlsProtocolError,
    /// The server's certificate is not trusted.
    TlsCertificateError,
    /// The server ended TLS.
    TlsAlertReceived {
        /// The alert's number.
        alert_id: Option<u8>,
        /// Its name.
        alert_message: Option<String>,
    },
    /// The request is not allowed.
    HttpRequestDenied,
    /// The request's URL is none.
    HttpRequestUriInvalid,
    /// The request's body has another size than was said, or is longer than it may be: the size in bytes.
    HttpRequestBodySize(Option<u64>),
    /// The request's headers are more than they may be.
    HttpRequestHeaderSectionSize,
    /// The request's trailers are more than they may be: how much they may be, in bytes.
    HttpRequestTrailerSectionSize(Option<u32>),
    /// The answer ended too early.
    HttpResponseIncomplete,
    /// The answer's headers are more than they may be.
    HttpResponseHeaderSectionSize,
    /// The answer's body is longer than it may be: how long it may be, in bytes.
    HttpResponseBodySize(Option<u64>),
    /// The answer's trailers are more than they may be.
    HttpResponseTrailerSectionSize,
    /// The answer was packed on its way in a way that nobody here undoes: which.
    HttpResponseTransferCoding(Option<String>),
    /// The answer is packed in a way that can't be undone: which, and why.
    HttpResponseContentCoding(Option<String>),
    /// There was no answer in time.
    HttpResponseTimeout,
    /// What came is not HTTP, or breaks its rules.
    HttpProtocolError,
    /// The host's settings don't let it through.
    ConfigurationError,
    /// Anything else: in words that the component may read.
    InternalError(Option<String>),
}

impl NetError {
    /// A failure of a kind, with words for people.
    pub fn new(kind: NetErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

/// In the words of its kind.
impl From<NetErrorKind> for NetError {
    fn from(kind: NetErrorKind) -> Self {
        let message = kind.to_string();
        Self { kind, message }
    }
}

impl From<Infallible> for NetError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl fmt::Display for NetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for NetError {}

impl fmt::Display for NetErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = |f: &mut fmt::Formatter<'_>, what: &str, size: &Option<u64>| {
            write!(f, "HTTP {what} size exceeds limit")?;
            size.map_or(Ok(()), |size| write!(f, ": {size} bytes"))
        };
        let coding = |f: &mut fmt::Formatter<'_>, which: &str, coding: &Option<String>| {
            write!(f, "unsupported HTTP response {which} coding")?;
            coding.as_ref().map_or(Ok(()), |coding| write!(f, ": {coding:?}"))
        };
        f.write_str(match self {
            Self::DnsTimeout => "DNS lookup timed out",
            Self::DnsError => "DNS error",
            Self::DestinationUnavailable => "destination unavailable",
            Self::DestinationIpProhibited => "destination IP address is prohibited",
            Self::DestinationIpUnroutable => "destination IP address is unroutable",
            Self::ConnectionRefused => "connection refused",
            Self::ConnectionTerminated => "connection terminated",
            Self::ConnectionTimeout => "connection timeout",
            Self::ConnectionReadTimeout => "connection read timeout",
            Self::ConnectionWriteTimeout => "connection write timeout",
            Self::ConnectionLimitReached => "connection limit reached",
            Self::TlsProtocolError => "TLS protocol error",
            Self::TlsCertificateError => "TLS certificate error",
            Self::TlsAlertReceived { alert_id, alert_message } => {
                f.write_str("TLS alert received")?;
                alert_id.map_or(Ok(()), |id| write!(f, ": alert id {id}"))?;
                return alert_message.as_ref().map_or(Ok(()), |message| write!(f, ": {message}"));
            }
            Self::HttpRequestDenied => "HTTP request denied",
            Self::HttpRequestUriInvalid => "invalid HTTP request URI",
            Self::HttpRequestBodySize(bytes) => return size(f, "request body", bytes),
            Self::HttpRequestHeaderSectionSize => return size(f, "request header section", &None),
            Self::HttpRequestTrailerSectionSize(bytes) => {
                return size(f, "request trailer section", &bytes.map(u64::from));
            }
            Self::HttpResponseIncomplete => "incomplete HTTP response",
            Self::HttpResponseHeaderSectionSize => return size(f, "response header section", &None),
            Self::HttpResponseBodySize(bytes) => return size(f, "response body", bytes),
            Self::HttpResponseTrailerSectionSize => return size(f, "response trailer section", &None),
            Self::HttpResponseTransferCoding(which) => return coding(f, "transfer", which),
            Self::HttpResponseContentCoding(which) => return coding(f, "content", which),
            Self::HttpResponseTimeout => "HTTP response timeout",
            Self::HttpProtocolError => "HTTP protocol error",
            Self::ConfigurationError => "configuration error",
            Self::InternalError(None) => "internal error",
            Self::InternalError(Some(words)) => return write!(f, "internal error: {words}"),
        })
    }
}
