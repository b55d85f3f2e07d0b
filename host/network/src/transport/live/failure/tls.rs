//! What TLS stumbles over.

use rustls::{
    AlertDescription as Alert, CertificateError, Error as Tls, InvalidMessage, OtherError, PeerIncompatible,
    PeerMisbehaved,
};

use super::LONGEST;
use crate::net_error::{NetError, NetErrorKind};
use crate::transport::live::trust::Distrust;
use soar_contract::text;

pub(super) fn tls(error: &Tls) -> NetError {
    let words = match error {
        Tls::InvalidCertificate(error) => {
            let words = format!("the server's certificate is not trusted: {}", certificate(error));
            return NetError::new(NetErrorKind::TlsCertificateError, words);
        }
        Tls::NoCertificatesPresented => {
            return NetError::new(NetErrorKind::TlsCertificateError, "the server showed no certificate");
        }
        Tls::InvalidCertRevocationList(_) => {
            return NetError::new(NetErrorKind::TlsCertificateError, "a list of revoked certificates can't be read");
        }
        Tls::AlertReceived(alert) => return refused(*alert),
        Tls::InvalidMessage(message) => return NetError::new(NetErrorKind::TlsProtocolError, unread(*message)),
        Tls::PeerIncompatible(lack) => return NetError::new(NetErrorKind::TlsProtocolError, incompatible(lack)),
        Tls::PeerMisbehaved(fault) => return NetError::new(NetErrorKind::TlsProtocolError, misbehaved(fault)),
        Tls::InappropriateMessage { .. } | Tls::InappropriateHandshakeMessage { .. } => {
            "the server, or something before it, sent a message of TLS that has no place there"
        }
        Tls::DecryptError => "what came can't be decrypted: something on the way has changed it",
        Tls::PeerSentOversizedRecord => "the server sent more at once than TLS allows",
        Tls::NoApplicationProtocol => "the server speaks neither HTTP/1.1 nor HTTP/2 there",
        Tls::FailedToGetCurrentTime => "this machine's clock is before 1970: no certificate can be checked",
        Tls::FailedToGetRandomBytes => "this machine gives no random bytes",
        Tls::UnsupportedNameType => "the host in url is no name that certificates have",
        Tls::General(words) => {
            let words = format!("TLS failed: {}", text::word(words, LONGEST));
            return NetError::new(NetErrorKind::TlsProtocolError, words);
        }
        _ => "TLS failed for a reason that has no words",
    };
    NetError::new(NetErrorKind::TlsProtocolError, words)
}

/// Our own words, if ours looked at it.
fn certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::Other(OtherError(inner)) => inner.downcast_ref::<Distrust>().map(ToString::to_string),
        _ => None,
    }
    .unwrap_or_else(|| "it could not be checked: ca_file of [network] names certificates to trust".to_owned())
}

const CLIENT: &str = "client_certificate and client_key of [network] say which one is shown";

/// The alerts of TLS (RFC 8446, 6.2) by their names, and what the server means by them.
const ALERTS: [(Alert, &str, &str); 33] = [
    (Alert::CloseNotify, "close_notify", "it ends the connection"),
    (Alert::UnexpectedMessage, "unexpected_message", NOISE),
    (Alert::BadRecordMac, "bad_record_mac", NOISE),
    (Alert::DecryptionFailed, "decryption_failed", NOISE),
    (Alert::RecordOverflow, "record_overflow", NOISE),
    (Alert::DecompressionFailure, "decompression_failure", NOISE),
    (
        Alert::HandshakeFailure,
        "handshake_failure",
        "it has no cipher or key in common with this client (TLS 1.2 or 1.3, ECDHE with AES-GCM or ChaCha20), or wants a client certificate",
    ),
    (Alert::NoCertificate, "no_certificate", "it wants a client certificate"),
    (Alert::BadCertificate, "bad_certificate", "it does not take the client certificate, or wants one"),
    (Alert::UnsupportedCertificate, "unsupported_certificate", "it does not take client certificates of this kind"),
    (Alert::CertificateRevoked, "certificate_revoked", "the client certificate is revoked"),
    (Alert::CertificateExpired, "certificate_expired", "the client certificate is out of its time"),
    (Alert::CertificateUnknown, "certificate_unknown", "it does not take the client certificate, or wants one"),
    (Alert::IllegalParameter, "illegal_parameter", NOISE),
    (Alert::UnknownCA, "unknown_ca", "it does not know the CA of the client certificate"),
    (Alert::AccessDenied, "access_denied", "whom the client certificate names has no access"),
    (Alert::DecodeError, "decode_error", NOISE),
    (Alert::DecryptError, "decrypt_error", "a signature is not right: is client_key the key of client_certificate?"),
    (Alert::ExportRestriction, "export_restriction", OLD),
    (Alert::ProtocolVersion, "protocol_version", OLD),
    (
        Alert::InsufficientSecurity,
        "insufficient_security",
        "it wants other ciphers than this client has: ECDHE with AES-GCM or ChaCha20",
    ),
    (Alert::InternalError, "internal_error", "it failed: look into its log"),
    (Alert::InappropriateFallback, "inappropriate_fallback", NOISE),
    (Alert::UserCanceled, "user_canceled", "it was stopped there"),
    (Alert::NoRenegotiation, "no_renegotiation", NOISE),
    (Alert::MissingExtension, "missing_extension", NOISE),
    (Alert::UnsupportedExtension, "unsupported_extension", NOISE),
    (Alert::CertificateUnobtainable, "certificate_unobtainable", "it can't get the client certificate"),
    (Alert::UnrecognisedName, "unrecognized_name", "it knows no host of this name: is the one in url right?"),
    (Alert::BadCertificateStatusResponse, "bad_certificate_status_response", NOISE),
    (Alert::UnknownPSKIdentity, "unknown_psk_identity", "it only knows clients with a key that was agreed on before"),
    (Alert::CertificateRequired, "certificate_required", "it wants a client certificate"),
    (Alert::NoApplicationProtocol, "no_application_protocol", "it speaks neither HTTP/1.1 nor HTTP/2 there"),
];

const NOISE: &str = "it does not understand this client's TLS: a proxy or a firewall between them may have changed it; its log may say more";
const OLD: &str = "it does not speak TLS 1.2 or 1.3, and older ones are not safe: turn these on at the server";

fn refused(alert: Alert) -> NetError {
    let number = u8::from(alert);
    let (name, meaning) = ALERTS
        .iter()
        .find(|(known, ..)| *known == alert)
        .map_or_else(|| (format!("number {number}"), NOISE), |(_, name, meaning)| ((*name).to_owned(), *meaning));
    let client = if meaning.contains("client certificate") { format!(" ({CLIENT})") } else { String::new() };
    let words = format!("the server refused TLS with {name}: {meaning}{client}");
    NetError::new(NetErrorKind::TlsAlertReceived { alert_id: Some(number), alert_message: Some(name) }, words)
}

fn unread(message: InvalidMessage) -> String {
    match message {
        // The first bytes of something else.
        InvalidMessage::InvalidContentType
        | InvalidMessage::UnknownProtocolVersion
        | InvalidMessage::MessageTooLarge
        | InvalidMessage::InvalidEmptyPayload => {
            "what answers there is not TLS (is it http, not https?): the port in url may be that of something else"
                .to_owned()
        }
        InvalidMessage::CertificatePayloadTooLarge | InvalidMessage::HandshakePayloadTooLarge => {
            "the server sends more certificates than TLS has room for".to_owned()
        }
        _ => "the server's TLS can't be read: something on the way may have changed it".to_owned(),
    }
}

fn incompatible(lack: &PeerIncompatible) -> &'static str {
    match lack {
        PeerIncompatible::ServerDoesNotSupportTls12Or13
        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
        | PeerIncompatible::SupportedVersionsExtensionRequired => {
            "the server speaks neither TLS 1.2 nor 1.3, and older ones are not safe: turn these on at the server"
        }
        PeerIncompatible::NoCipherSuitesInCommon
        | PeerIncompatible::NoKxGroupsInCommon
        | PeerIncompatible::NoSignatureSchemesInCommon
        | PeerIncompatible::NoEcPointFormatsInCommon => {
            "the server has no cipher in common with this client: ECDHE with AES-GCM or ChaCha20, over X25519, P-256 or P-384"
        }
        PeerIncompatible::NoCertificateRequestSignatureSchemesInCommon => {
            "the server wants a client certificate with another kind of key: client_certificate of [network] says which one is shown"
        }
        PeerIncompatible::ExtendedMasterSecretExtensionRequired => {
            "the server's TLS 1.2 lacks what keeps sessions apart (extended master secret): it has to be renewed"
        }
        _ => "the server's TLS lacks something that this client needs: it may be very old",
    }
}

fn misbehaved(fault: &PeerMisbehaved) -> &'static str {
    match fault {
        PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme | PeerMisbehaved::SignedKxWithWrongAlgorithm => {
            "the server signs in a way that this client did not offer: its certificate's key, or its TLS, may be very old"
        }
        PeerMisbehaved::SelectedUnofferedApplicationProtocol => "the server speaks neither HTTP/1.1 nor HTTP/2 there",
        PeerMisbehaved::AttemptedDowngradeToTls12WhenTls13IsSupported => {
            "something between this client and the server wants an older TLS than both can do"
        }
        _ => "the server, or something before it, does not keep to TLS",
    }
}
