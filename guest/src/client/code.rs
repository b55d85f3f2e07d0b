//! What the host says instead of an answer, in words.

use crate::text::Line;
use wasip2::http::types::{ErrorCode, TlsAlertReceivedPayload};

/// What happened to a request.
pub fn words(code: &ErrorCode) -> String {
    match code {
        ErrorCode::TlsAlertReceived(TlsAlertReceivedPayload { alert_message: Some(alert), .. }) => {
            format!("it ended TLS with the alert {}", Line(alert))
        }
        ErrorCode::HttpResponseContentCoding(Some(what)) => {
            format!("the answer is packed in a way that can't be read: {}", Line(what))
        }
        ErrorCode::HttpResponseTransferCoding(Some(what)) => {
            format!("the answer is sent in a way that can't be read: {}", Line(what))
        }
        ErrorCode::InternalError(Some(reason)) => Line(reason).to_string(),
        _ => plain(code).into(),
    }
}

fn plain(code: &ErrorCode) -> &'static str {
    match code {
        ErrorCode::DnsTimeout => "its name could not be looked up in time",
        ErrorCode::DnsError(_) | ErrorCode::DestinationNotFound => "its name could not be found",
        ErrorCode::DestinationUnavailable => "it can't be reached now",
        ErrorCode::DestinationIpProhibited => "its address is not allowed",
        ErrorCode::DestinationIpUnroutable => "there is no way to its address",
        ErrorCode::ConnectionRefused => "the connection was refused",
        ErrorCode::ConnectionTerminated => "the connection broke off",
        ErrorCode::ConnectionTimeout => "no connection could be made in time",
        ErrorCode::ConnectionReadTimeout => "the answer stopped coming: no more of it came in time",
        ErrorCode::ConnectionWriteTimeout => "the request was not taken in time",
        ErrorCode::ConnectionLimitReached => "too many connections are open",
        ErrorCode::TlsProtocolError => "TLS failed: does it speak https?",
        ErrorCode::TlsCertificateError => "its certificate is not trusted",
        ErrorCode::TlsAlertReceived(_) => "it ended TLS with an alert",
        ErrorCode::HttpRequestDenied
        | ErrorCode::HttpRequestLengthRequired
        | ErrorCode::HttpRequestBodySize(_)
        | ErrorCode::HttpRequestMethodInvalid
        | ErrorCode::HttpRequestUriInvalid
        | ErrorCode::HttpRequestUriTooLong
        | ErrorCode::HttpRequestHeaderSectionSize(_)
        | ErrorCode::HttpRequestHeaderSize(_)
        | ErrorCode::HttpRequestTrailerSectionSize(_)
        | ErrorCode::HttpRequestTrailerSize(_) => "the host does not send such a request",
        ErrorCode::HttpResponseIncomplete => "the answer broke off",
        ErrorCode::HttpResponseTimeout => "no answer came in time",
        ErrorCode::HttpResponseBodySize(_) => "the answer is larger than the host takes",
        ErrorCode::HttpResponseHeaderSectionSize(_)
        | ErrorCode::HttpResponseHeaderSize(_)
        | ErrorCode::HttpResponseTrailerSectionSize(_)
        | ErrorCode::HttpResponseTrailerSize(_) => "the headers of the answer are larger than the host takes",
        ErrorCode::HttpResponseTransferCoding(_) | ErrorCode::HttpResponseContentCoding(_) => {
            "the answer is packed in a way that can't be read"
        }
        ErrorCode::HttpUpgradeFailed | ErrorCode::HttpProtocolError => "what was answered is not HTTP as it should be",
        ErrorCode::LoopDetected => "the request goes round in a loop",
        ErrorCode::ConfigurationError => "the host is not set up for it",
        ErrorCode::InternalError(_) => "the host failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_for_people() {
        let alert = |message: Option<&str>| {
            let alert_message = message.map(Into::into);
            words(&ErrorCode::TlsAlertReceived(TlsAlertReceivedPayload { alert_id: Some(40), alert_message }))
        };
        assert_eq!(alert(Some("handshake\nfailure")), r"it ended TLS with the alert handshake\nfailure");
        assert_eq!(alert(None), "it ended TLS with an alert");
        assert_eq!(words(&ErrorCode::InternalError(Some("a\u{1b}".into()))), r"a\u{1b}");
        assert_eq!(words(&ErrorCode::InternalError(None)), "the host failed");
        assert!(words(&ErrorCode::HttpResponseContentCoding(Some("br".into()))).ends_with("read: br"));
    }
}
