//! Who looks at a server's certificate.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::certificate::Certificate;
use super::distrust::{self, Shown};

/// Believes what a CA has signed that is trusted, and a certificate that is in the file of these itself.
#[derive(Debug)]
pub(super) struct Checking {
    pub provider: Arc<CryptoProvider>,
    pub roots: RootCertStore,
    /// All of the file, byte for byte.
    pub own: Vec<CertificateDer<'static>>,
}

impl Checking {
    fn check(&self, shown: &Shown<'_>, now: UnixTime) -> Result<(), Error> {
        if shown.is_own() {
            return in_time_and_by_name(shown, now);
        }
        let parsed = ParsedCertificate::try_from(shown.certificate)?;
        let algorithms = self.provider.signature_verification_algorithms.all;
        verify_server_cert_signed_by_trust_anchor(&parsed, &self.roots, shown.others, now, algorithms)?;
        verify_server_name(&parsed, shown.name)
    }

    /// Whether whoever is there has the key of the certificate.
    fn signature(
        &self,
        certificate: &CertificateDer<'_>,
        verified: Result<HandshakeSignatureValid, Error>,
    ) -> Result<HandshakeSignatureValid, Error> {
        verified.map_err(|error| match error {
            Error::InvalidCertificate(error) => distrust::of_signature(&error, certificate),
            error => error,
        })
    }
}

/// Somebody said that it is this one: who signed it, and for what, was judged then. Its names and its time hold.
fn in_time_and_by_name(shown: &Shown<'_>, now: UnixTime) -> Result<(), Error> {
    let read = Certificate::read(shown.certificate).ok_or(CertificateError::BadEncoding)?;
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    if seconds < read.not_before() {
        return Err(CertificateError::NotValidYet.into());
    }
    if seconds > read.not_after() {
        return Err(CertificateError::Expired.into());
    }
    verify_server_name(&ParsedCertificate::try_from(shown.certificate)?, shown.name)
}

impl ServerCertVerifier for Checking {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = Shown { certificate, others, name, own: &self.own };
        match self.check(&shown, now) {
            Ok(()) => Ok(ServerCertVerified::assertion()),
            Err(Error::InvalidCertificate(error)) => Err(distrust::of(&error, &shown, now)),
            Err(error) => Err(error),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        self.signature(certificate, verify_tls12_signature(message, certificate, signed, algorithms))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        self.signature(certificate, verify_tls13_signature(message, certificate, signed, algorithms))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Believes every certificate, and reads none: not even which key is in it.
///
/// So no signature is checked either. It would show that the server has the key of the certificate that it showed. But
/// whoever is on the way may show a certificate of their own and sign with its key: with any certificate accepted, the check
/// stops nobody, and only servers with old certificates (X.509 version 1, RSA of 1024 bits, SHA-1) would be kept out. What keeps
/// others from reading along doesn't need it: the keys of the session come from an exchange of fresh ones, which both sides confirm.
#[derive(Debug)]
pub(super) struct Anyone(pub Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let checked = self.0.signature_verification_algorithms.supported_schemes();
        // A server with another kind of key may have nothing else to sign with.
        let more = [
            SignatureScheme::ECDSA_NISTP521_SHA512,
            SignatureScheme::ED448,
            SignatureScheme::RSA_PKCS1_SHA1,
            SignatureScheme::ECDSA_SHA1_Legacy,
        ];
        checked.into_iter().chain(more).collect()
    }
}
