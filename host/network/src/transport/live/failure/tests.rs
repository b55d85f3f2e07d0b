//! Each cause of the table, as the crates give it.

use std::io;

use rustls::{AlertDescription, CertificateError, InvalidMessage, PeerIncompatible, PeerMisbehaved};

use super::*;

/// That words are for people: no Debug form, no number of a system, no seconds since 1970.
pub(in crate::transport::live) fn assert_words(words: &str) {
    // What is in quotation marks is somebody else's: an address may have two colons.
    let ours: String = words.split('"').step_by(2).collect();
    for odd in ["::", "{ ", "Payload", "Error", "Some(", "(os error", "OID"] {
        assert!(!ours.contains(odd), "{odd:?}: {words}");
    }
    let mut digits = words.split(|character: char| !character.is_ascii_digit());
    assert!(digits.all(|number| number.len() < 10), "{words}");
    let name = words.split_whitespace().find(|word| {
        let word = word.trim_matches(|character: char| !character.is_alphanumeric());
        let humps =
            word.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
        // Two are `ChaCha20` and `subjectAltName`.
        humps.count() > 2
    });
    assert_eq!(name, None, "{words}");
    assert!(words.len() > 10 && words.chars().all(|character| !character.is_control()), "{words}");
}

/// What is told of an error, which has these words in it.
fn told(error: impl std::error::Error + 'static, stage: Stage, expected: &str) -> NetErrorKind {
    let NetError { kind, message } = cause(&error, stage);
    assert_words(&message);
    assert!(message.contains(expected), "{expected:?}: {message}");
    kind
}

/// As tokio-rustls hands it on.
fn wrapped(error: rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

#[test]
fn io_errors() {
    use Stage::{Body, Connect, Request};
    use io::ErrorKind as Kind;
    for (error, stage, expected, words) in [
        (Kind::ConnectionRefused, Connect, "connection refused", "nothing listens there"),
        (Kind::TimedOut, Connect, "connection timeout", "no connection in time"),
        (Kind::TimedOut, Request, "connection read timeout", "timed out"),
        (Kind::ConnectionReset, Request, "connection terminated", "was reset"),
        (Kind::ConnectionReset, Connect, "connection terminated", "was reset"),
        (Kind::ConnectionAborted, Request, "connection terminated", "was given up"),
        (Kind::BrokenPipe, Request, "connection terminated", "while the request was sent"),
        (Kind::NotConnected, Request, "connection terminated", "was closed before an answer came"),
        (Kind::UnexpectedEof, Request, "connection terminated", "was closed before an answer came"),
        (Kind::UnexpectedEof, Body, "incomplete HTTP response", "in the middle of the answer"),
        (Kind::HostUnreachable, Connect, "destination IP address is unroutable", "the host can't be reached"),
        (Kind::NetworkUnreachable, Connect, "destination IP address is unroutable", "no way to that network"),
        (Kind::NetworkDown, Connect, "destination IP address is unroutable", "network is down"),
        (Kind::AddrNotAvailable, Connect, "destination IP address is unroutable", "no address or port left"),
        (Kind::AddrInUse, Connect, "destination IP address is unroutable", "no address or port left"),
        (Kind::PermissionDenied, Connect, "destination IP address is unroutable", "firewall or a sandbox"),
        (Kind::OutOfMemory, Connect, "connection limit reached", "no memory left"),
    ] {
        let kind = told(io::Error::from(error), stage, words);
        assert_eq!(kind.to_string(), expected, "{error} {stage:?}");
    }
    let eof = io::Error::new(Kind::UnexpectedEof, "tls handshake eof");
    told(eof, Request, "closed before TLS was set up");
}

#[cfg(unix)]
#[test]
fn what_a_machine_has_no_more_of() {
    use rustix::io::Errno;
    for (number, words) in [
        (Errno::MFILE, "ulimit -n"),
        (Errno::NFILE, "this machine has too many files"),
        (Errno::NOBUFS, "no buffers left"),
        (Errno::AFNOSUPPORT, "addresses of this kind"),
        // One that has no kind of its own.
        (Errno::PROTO, "the connection failed: Protocol error"),
        (Errno::HOSTUNREACH, "the host can't be reached"),
        (Errno::ACCESS, "firewall or a sandbox"),
    ] {
        let NetError { kind, message: said } = cause(&io::Error::from(number), Stage::Connect);
        assert!(said.contains(words) && !said.contains("os error"), "{words}: {said}");
        // Nothing was sent: not one of those that leave it open.
        assert!(!matches!(kind, NetErrorKind::ConnectionTerminated | NetErrorKind::HttpProtocolError), "{said}");
    }
}

#[test]
fn names() {
    let lookup = |words: &str| io::Error::other(format!("failed to lookup address information: {words}"));
    for (words, meaning) in [
        ("Name or service not known", "no such name"),
        ("Name does not resolve", "no such name"),
        ("nodename nor servname provided, or not known", "no such name"),
        ("Temporary failure in name resolution", "no name server answered"),
        ("Try again", "no name server answered"),
        ("No address associated with hostname", "no address of a kind"),
        ("Non-recoverable failure in name resolution", "refused to answer"),
        ("Something else", "Something else"),
    ] {
        let said = unresolved(&lookup(words));
        assert_words(&said);
        assert!(said.contains(meaning) && !said.contains("lookup"), "{words}: {said}");
    }
}

#[test]
fn tls_errors() {
    use rustls::Error as Tls;
    for (error, words) in [
        (Tls::InvalidMessage(InvalidMessage::InvalidContentType), "is it http, not https?"),
        (Tls::InvalidMessage(InvalidMessage::UnknownProtocolVersion), "is it http, not https?"),
        (Tls::InvalidMessage(InvalidMessage::MissingData("ServerHello")), "can't be read"),
        (Tls::InvalidMessage(InvalidMessage::CertificatePayloadTooLarge), "more certificates"),
        (Tls::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13), "neither TLS 1.2 nor 1.3"),
        (Tls::PeerIncompatible(PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig), "neither TLS 1.2 nor 1.3"),
        (Tls::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon), "no cipher in common"),
        (Tls::PeerIncompatible(PeerIncompatible::NoKxGroupsInCommon), "no cipher in common"),
        (Tls::PeerIncompatible(PeerIncompatible::NoCertificateRequestSignatureSchemesInCommon), "client_certificate"),
        (Tls::PeerIncompatible(PeerIncompatible::ExtendedMasterSecretExtensionRequired), "extended master secret"),
        (Tls::PeerIncompatible(PeerIncompatible::NullCompressionRequired), "very old"),
        (Tls::PeerMisbehaved(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme), "did not offer"),
        (Tls::PeerMisbehaved(PeerMisbehaved::SelectedUnofferedApplicationProtocol), "neither HTTP/1.1 nor HTTP/2"),
        (Tls::PeerMisbehaved(PeerMisbehaved::AttemptedDowngradeToTls12WhenTls13IsSupported), "older TLS"),
        (Tls::PeerMisbehaved(PeerMisbehaved::TooManyKeyUpdateRequests), "does not keep to TLS"),
        (
            Tls::InappropriateMessage { expect_types: vec![], got_type: rustls::ContentType::ApplicationData },
            "has no place there",
        ),
        (Tls::DecryptError, "can't be decrypted"),
        (Tls::PeerSentOversizedRecord, "more at once"),
        (Tls::NoApplicationProtocol, "neither HTTP/1.1 nor HTTP/2"),
        (Tls::FailedToGetCurrentTime, "clock"),
        (Tls::FailedToGetRandomBytes, "random"),
        (Tls::UnsupportedNameType, "the host in url"),
        (Tls::General("no\nway".into()), r"TLS failed: no\nway"),
        (Tls::BadMaxFragmentSize, "TLS failed"),
        (Tls::EncryptError, "TLS failed"),
    ] {
        let kind = told(wrapped(error), Stage::Request, words);
        assert!(matches!(kind, NetErrorKind::TlsProtocolError), "{words}");
    }
    for (error, words) in [
        (Tls::NoCertificatesPresented, "showed no certificate"),
        (Tls::InvalidCertRevocationList(rustls::CertRevocationListError::ParseError), "list of revoked"),
        (Tls::InvalidCertificate(CertificateError::UnknownIssuer), "ca_file"),
    ] {
        let kind = told(wrapped(error), Stage::Request, words);
        assert!(matches!(kind, NetErrorKind::TlsCertificateError), "{words}");
    }
}

#[test]
fn alerts() {
    for (number, name, words) in [
        (40, "handshake_failure", "no cipher or key in common"),
        (42, "bad_certificate", "client_certificate and client_key"),
        (43, "unsupported_certificate", "client_certificate and client_key"),
        (44, "certificate_revoked", "client_certificate and client_key"),
        (45, "certificate_expired", "client_certificate and client_key"),
        (46, "certificate_unknown", "client_certificate and client_key"),
        (48, "unknown_ca", "client_certificate and client_key"),
        (49, "access_denied", "client_certificate and client_key"),
        (51, "decrypt_error", "client_key"),
        (70, "protocol_version", "does not speak TLS 1.2 or 1.3"),
        (71, "insufficient_security", "other ciphers"),
        (80, "internal_error", "look into its log"),
        (112, "unrecognized_name", "is the one in url right?"),
        (116, "certificate_required", "client_certificate and client_key"),
        (120, "no_application_protocol", "neither HTTP/1.1 nor HTTP/2"),
        (200, "number 200", "does not understand"),
    ] {
        let alert = AlertDescription::from(number);
        let kind = told(wrapped(rustls::Error::AlertReceived(alert)), Stage::Request, words);
        let NetErrorKind::TlsAlertReceived { alert_id, alert_message } = kind else { panic!("{kind:?}") };
        assert_eq!((alert_id, alert_message.as_deref()), (Some(number), Some(name)));
    }
    // Each number has words.
    for number in 0..=255 {
        told(
            rustls::Error::AlertReceived(AlertDescription::from(number)),
            Stage::Request,
            "the server refused TLS with",
        );
    }
}

#[test]
fn http_2_reasons() {
    for (number, name, meaning) in [
        (0, "NO_ERROR", "without a fault"),
        (1, "PROTOCOL_ERROR", "does not keep to HTTP/2"),
        (2, "INTERNAL_ERROR", "look into its log"),
        (7, "REFUSED_STREAM", "has done nothing of it"),
        (8, "CANCEL", "no longer wanted"),
        (11, "ENHANCE_YOUR_CALM", "ask less at once"),
        (13, "HTTP_1_1_REQUIRED", "wants HTTP/1.1"),
        (99, "a reason without a name", "not one of HTTP/2's"),
    ] {
        let error = || h2::Error::from(h2::Reason::from(number));
        told(error(), Stage::Request, name);
        told(error(), Stage::Request, meaning);
        assert!(matches!(told(error(), Stage::Body, name), NetErrorKind::HttpResponseIncomplete));
    }
}

/// What hyper makes of an answer.
async fn answered(answer: &'static [u8]) -> hyper::Error {
    use http_body_util::BodyExt as _;
    use tokio::io::AsyncWriteExt as _;
    let (client, mut server) = tokio::io::duplex(64 * 1024);
    let io = hyper_util::rt::TokioIo::new(client);
    let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
    tokio::spawn(connection);
    let request = http_body_util::Empty::<bytes::Bytes>::new().boxed();
    let asking = sender.send_request(::http::Request::new(request));
    let answering = async {
        // Only after the request: it would come unasked.
        let mut part = [0; 1024];
        tokio::io::AsyncReadExt::read(&mut server, &mut part).await.unwrap();
        server.write_all(answer).await.unwrap();
        drop(server);
    };
    let (answer, ()) = tokio::join!(asking, answering);
    answer.expect_err("no answer")
}

#[tokio::test]
async fn what_is_not_http() {
    for (answer, words) in [
        (&b""[..], "was closed before an answer came"),
        (b"HTTP/1.1 200", "was closed before an answer came"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "what was answered is not HTTP"),
        // An alert of TLS.
        (b"\x15\x03\x01\x00\x02\x02\x46", "what was answered is not HTTP"),
        (b"HTTP/1.1 20x OK\r\n\r\n", "its status is no number"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", "what was answered is not HTTP (invalid content-length"),
        (b"HTTP/1.1 200 OK\r\na b: c\r\n\r\n", "what was answered is not HTTP (invalid HTTP header"),
    ] {
        told(answered(answer).await, Stage::Request, words);
    }
    let not_tls = answered(b"\x15\x03\x01\x00\x02\x02\x46").await;
    let of = |place| super::of(&not_tls, Stage::Request, place).to_string();
    assert!(of("http://chat.test:443").ends_with("begin with https://"), "{}", of("http://chat.test:443"));
    assert!(!of("https://chat.test:443").contains("wants TLS"));
    let hung_up = answered(b"").await;
    let of = |place| super::of(&hung_up, Stage::Request, place).to_string();
    assert!(of("http://chat.test:8443 at 10.0.0.1:8443").ends_with("begin with https://"));
    assert!(of("http://chat.test:8065").ends_with("before an answer came"));
}

#[test]
fn what_nobody_knows() {
    let NetError { kind, message: words } = cause(&io::Error::other("no\nidea".repeat(100)), Stage::Request);
    assert!(matches!(kind, NetErrorKind::HttpProtocolError));
    assert!(words.starts_with(r"the connection failed: no\nidea") && words.len() < 300, "{words}");
}
