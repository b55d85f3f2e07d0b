//! Why a certificate is not trusted, in words.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError as Wrong, Error, ExtendedKeyPurpose, OtherError};
use webpki::Error as Pki;

use super::certificate::{Certificate, date};

/// What is not trusted: which certificate, why, and what to set. Stands in an error of rustls.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(in crate::transport::live) struct Distrust(String);

/// What a server showed, and what is known here.
pub(super) struct Shown<'a> {
    /// The server's own.
    pub certificate: &'a CertificateDer<'a>,
    /// Those between it and its CA.
    pub others: &'a [CertificateDer<'a>],
    /// The host that was asked for.
    pub name: &'a ServerName<'a>,
    /// All of the file.
    pub own: &'a [CertificateDer<'static>],
}

impl Shown<'_> {
    /// Whether the certificate is in the file itself.
    pub fn is_own(&self) -> bool {
        self.own.iter().any(|own| own == self.certificate)
    }

    fn host(&self) -> String {
        self.name.to_str().into_owned()
    }
}

const SET_CA: &str = "put its certificate into a PEM file, and name that in ca_file of [network]";
const ANY: &str = "insecure = true takes any certificate";
const SHOW: &str = "openssl s_client -showcerts shows what the server sends";

/// The error for a certificate, with words in it.
pub(super) fn of(error: &Wrong, shown: &Shown<'_>, now: UnixTime) -> Error {
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    wrapped(match Certificate::read(shown.certificate) {
        Some(read) => told(&why(error, shown, &read, now), &read),
        // Nothing of it can be said.
        None => format!("it can't be read as an X.509 certificate: the server needs another one, or {ANY}"),
    })
}

/// The error for a signature in the handshake.
pub(super) fn of_signature(error: &Wrong, certificate: &CertificateDer<'_>) -> Error {
    let Some(read) = Certificate::read(certificate) else {
        return wrapped(format!("it can't be read as an X.509 certificate: the server needs another one, or {ANY}"));
    };
    let why = match error {
        _ if weak(&read).is_some() => too_short(&read),
        Wrong::BadSignature => "the server did not show that it has the key of its certificate".to_owned(),
        _ => unsupported(&[&read]),
    };
    wrapped(told(&why, &read))
}

fn told(why: &str, read: &Certificate<'_>) -> String {
    let end = if why.ends_with('?') { "" } else { "." };
    format!("{why}{end} It is the certificate of {}", read.describe())
}

fn wrapped(words: String) -> Error {
    Wrong::Other(OtherError(Arc::new(Distrust(words)))).into()
}

fn why(error: &Wrong, shown: &Shown<'_>, read: &Certificate<'_>, now: i64) -> String {
    let host = quoted_host(shown);
    match error {
        Wrong::Expired | Wrong::ExpiredContext { .. } => out_of_time(shown, read, now),
        Wrong::NotValidYet | Wrong::NotValidYetContext { .. } => out_of_time(shown, read, now),
        Wrong::UnknownIssuer => unknown_issuer(shown, read),
        Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => not_for_name(shown, read),
        Wrong::BadSignature => bad_signature(shown, read),
        Wrong::InvalidPurpose => purpose(&[]),
        Wrong::InvalidPurposeContext { presented, .. } => purpose(presented),
        Wrong::Revoked => "its CA has revoked it: the server needs another one".to_owned(),
        Wrong::UnknownRevocationStatus | Wrong::ExpiredRevocationList | Wrong::ExpiredRevocationListContext { .. } => {
            "it can't be told whether its CA has revoked it".to_owned()
        }
        Wrong::UnhandledCriticalExtension => {
            format!("it has an extension that must be understood (critical), and is not known here: {ANY}")
        }
        Wrong::BadEncoding => format!("it is not encoded as X.509 wants it: the server needs another one, or {ANY}"),
        Wrong::Other(OtherError(inner)) => match inner.downcast_ref::<Pki>() {
            Some(error) => of_pki(error, shown, read),
            None => odd(),
        },
        Wrong::UnsupportedSignatureAlgorithmContext { .. }
        | Wrong::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            let others: Vec<_> = shown.others.iter().filter_map(|other| Certificate::read(other)).collect();
            unsupported(&std::iter::once(read).chain(&others).collect::<Vec<_>>())
        }
        Wrong::ApplicationVerificationFailure | Wrong::InvalidOcspResponse => {
            format!("it can't be checked for {host}: {ANY}")
        }
        // The names of these have changed from version to version.
        _ => unsupported(&[read]),
    }
}

fn of_pki(error: &Pki, shown: &Shown<'_>, read: &Certificate<'_>) -> String {
    match error {
        // As `openssl req -x509` makes it: the mark of a CA is not what is wrong with it.
        Pki::CaUsedAsEndEntity if read.is_of_itself() => unknown_issuer(shown, read),
        Pki::CaUsedAsEndEntity => format!(
            "it is the certificate of a CA (CA:TRUE), which a server may show only if it is in ca_file as it is: {SET_CA}; {SHOW}"
        ),
        Pki::EndEntityUsedAsCa => {
            format!(
                "{} signed it, and is no CA (CA:FALSE): put the server's own certificate into ca_file",
                read.issuer()
            )
        }
        Pki::UnsupportedCertVersion => version_1(shown, read),
        Pki::NameConstraintViolation => {
            format!("a CA above it may not sign for {} (its name constraints)", quoted_host(shown))
        }
        Pki::PathLenConstraintViolated => "a CA above it may not have so many CAs below it".to_owned(),
        Pki::MaximumPathDepthExceeded
        | Pki::MaximumPathBuildCallsExceeded
        | Pki::MaximumSignatureChecksExceeded
        | Pki::MaximumNameConstraintComparisonsExceeded => {
            "there are too many certificates between it and its CA: the server sends some that it should not".to_owned()
        }
        Pki::EmptyEkuExtension => purpose(&[]),
        Pki::UnsupportedCriticalExtension => {
            format!("it has an extension that must be understood (critical), and is not known here: {ANY}")
        }
        _ => odd(),
    }
}

fn odd() -> String {
    format!("it, or one above it, is not made as X.509 wants it: the server needs another one, or {ANY}")
}

fn quoted_host(shown: &Shown<'_>) -> String {
    format!("\"{}\"", shown.host())
}

/// Which certificate's time it is, and what the clock says.
fn out_of_time(shown: &Shown<'_>, read: &Certificate<'_>, now: i64) -> String {
    let others: Vec<_> = shown.others.iter().filter_map(|other| Certificate::read(other)).collect();
    let clock = format!("this machine's clock says {}", date(now));
    for (index, one) in std::iter::once(read).chain(&others).enumerate() {
        let which = match index {
            0 => "it".to_owned(),
            _ => format!("the certificate of {}, which the server sent for its CA,", one.subject()),
        };
        if now > one.not_after() {
            let ended = date(one.not_after());
            return format!("{which} expired on {ended} ({clock}): it has to be renewed on the server, or {ANY}");
        }
        if now < one.not_before() {
            return format!("{which} is valid from {} on, and {clock}: is that right?", date(one.not_before()));
        }
    }
    format!("it, or one above it, is not valid now ({clock}): it has to be renewed on the server, or {ANY}")
}

/// Which issuer is missing.
fn unknown_issuer(shown: &Shown<'_>, read: &Certificate<'_>) -> String {
    if let Some(words) = renewed(shown, read) {
        return words;
    }
    if read.is_of_itself() {
        return format!(
            "it is self-signed, and neither in ca_file nor among this machine's CAs: {SET_CA}; {SHOW}; {ANY}"
        );
    }
    let others: Vec<_> = shown.others.iter().filter_map(|other| Certificate::read(other)).collect();
    let last = last_above(read, &others);
    if last.is_of_itself() {
        let root = last.subject();
        return format!(
            "its CA {root}, which the server sent, is neither in ca_file nor among this machine's CAs: {SET_CA}"
        );
    }
    let sent = match shown.others {
        [] => {
            "the server sent no certificate but its own; if this CA is one between it and a root, the server has to send the CA's, too"
        }
        _ => "what the server sent ends there",
    };
    format!(
        "the certificate of its CA {} is missing: it is neither in ca_file nor among this machine's CAs ({sent}). {}",
        last.issuer(),
        capital(SET_CA)
    )
}

/// Whether the file has an earlier one of the server.
fn renewed(shown: &Shown<'_>, read: &Certificate<'_>) -> Option<String> {
    let other = shown.own.iter().filter_map(|own| Certificate::read(own)).find(|other| other.is_named_as(read))?;
    let until = date(other.not_after());
    Some(format!(
        "ca_file has another certificate of this subject, valid to {until}, and not this one: was it renewed? {}; {SHOW}",
        capital(SET_CA)
    ))
}

/// The last certificate of the way up that the server sent.
fn last_above<'a>(read: &'a Certificate<'a>, others: &'a [Certificate<'a>]) -> &'a Certificate<'a> {
    let mut last = read;
    // Each is gone to once at most, however they go round.
    for _ in others {
        match others.iter().find(|other| !last.is_of_itself() && last.is_issued_by(other)) {
            Some(next) => last = next,
            None => break,
        }
    }
    last
}

fn not_for_name(shown: &Shown<'_>, read: &Certificate<'_>) -> String {
    let host = quoted_host(shown);
    match read.names() {
        Some(names) => format!(
            "it is for {names}, and not for {host}: use one of its names in url, or give the server a certificate with this one"
        ),
        None => format!(
            "it has no names of servers (no subjectAltName; a common name is no longer looked at), and {host} was looked for: {}",
            another(shown)
        ),
    }
}

fn version_1(shown: &Shown<'_>, read: &Certificate<'_>) -> String {
    let version = if read.is_version_1() { "1" } else { "other than 3" };
    format!(
        "it is an X.509 version {version} certificate, which can't have the names of servers (subjectAltName): {}",
        another(shown)
    )
}

/// How to make one that can be used.
fn another(shown: &Shown<'_>) -> String {
    let host = shown.host();
    let kind = if matches!(shown.name, ServerName::IpAddress(_)) { "IP" } else { "DNS" };
    format!(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN={host} -addext subjectAltName={kind}:{host} \
         -keyout server.key -out server.pem makes one with it; {ANY}"
    )
}

/// How many bits its key has, if they are too few.
fn weak(read: &Certificate<'_>) -> Option<usize> {
    read.rsa_bits().filter(|bits| *bits < 2048)
}

fn too_short(read: &Certificate<'_>) -> String {
    let bits = weak(read).unwrap_or_default();
    format!("its RSA key has {bits} bits, and 2048 are the least: the server needs a new key and certificate, or {ANY}")
}

/// A CA of the right name with another key, as a rule.
fn bad_signature(shown: &Shown<'_>, read: &Certificate<'_>) -> String {
    let above = shown.others.iter().map(|other| &other[..]).chain(shown.own.iter().map(|own| &own[..]));
    let weak = above.filter_map(Certificate::read).find(|other| weak(other).is_some());
    if let Some(other) = weak {
        return format!("the key of {} is too short: {}", other.subject(), too_short(&other));
    }
    if read.is_of_itself()
        && let Some(words) = renewed(shown, read)
    {
        return words;
    }
    format!(
        "the CA {} that is known here did not sign it: does ca_file have an older one of the same name? {}",
        read.issuer(),
        capital(SET_CA)
    )
}

fn unsupported(certificates: &[&Certificate<'_>]) -> String {
    let each = certificates.iter().take(4).map(|read| format!("of {} {}", read.subject(), read.kinds()));
    format!(
        "it, or one above it, has a key or a signature of a kind that is not taken ({}); expected are RSA from 2048 bits on, ECDSA \
         with P-256 or P-384, or Ed25519, with SHA-256 or longer; {ANY}",
        each.collect::<Vec<_>>().join("; ")
    )
}

fn purpose(presented: &[ExtendedKeyPurpose]) -> String {
    let known = presented.iter().filter_map(|purpose| match purpose {
        ExtendedKeyPurpose::ClientAuth => Some("clients"),
        ExtendedKeyPurpose::ServerAuth => Some("servers"),
        ExtendedKeyPurpose::Other(_) => None,
    });
    let known: Vec<_> = known.collect();
    let only = if known.is_empty() { String::new() } else { format!(" but for {}", known.join(" and ")) };
    format!(
        "it is not for servers{only}: its extendedKeyUsage lacks serverAuth. The server needs another one, or put this one into ca_file"
    )
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(char::to_uppercase).into_iter().flatten().chain(letters).collect()
}
