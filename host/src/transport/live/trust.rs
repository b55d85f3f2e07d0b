//! Whose certificates are believed, and which one is shown.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use zeroize::Zeroizing;

use crate::files;

use super::options::{Identity, LiveOptions, OptionsError};
use super::pem::Pem;

const CERTIFICATES: &str = "a PEM file with one certificate or more (-----BEGIN CERTIFICATE-----)";
const KEY: &str = "a PEM file with the certificate's private key, not encrypted (-----BEGIN PRIVATE KEY-----)";

/// What TLS is set up with.
pub(super) struct Trust {
    anyone: bool,
    /// Beside the machine's own.
    roots: RootCertStore,
    identity: Option<Arc<CertifiedKey>>,
    /// Built when first needed: reading the machine's certificates takes milliseconds.
    config: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl Trust {
    /// Reads the files.
    ///
    /// # Errors
    /// If one of them is not what it should be.
    pub fn load(options: &LiveOptions) -> Result<Trust, OptionsError> {
        let mut roots = RootCertStore::empty();
        if let Some(path) = &options.ca {
            for certificate in certificates(path)? {
                roots.add(certificate).map_err(|error| refuse(path, error.to_string(), CERTIFICATES))?;
            }
        }
        let identity = options.identity.as_ref().map(identity).transpose()?;
        Ok(Trust { anyone: options.any_certificate, roots, identity, config: OnceLock::new() })
    }

    /// TLS as these and the machine's certificates allow it, or without looking at certificates.
    ///
    /// # Errors
    /// Words for people when there are no certificates to check others against.
    pub fn config(&self) -> Result<Arc<ClientConfig>, String> {
        self.config.get_or_init(|| self.build().map(Arc::new)).clone()
    }

    fn build(&self) -> Result<ClientConfig, String> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| format!("TLS can't be set up: {error}"))?;
        let builder = if self.anyone {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Anyone(provider)))
        } else {
            let mut roots = self.roots.clone();
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                let why = found.errors.first().map_or("there are none".to_owned(), ToString::to_string);
                return Err(format!("this machine's CA certificates can't be read: {why}"));
            }
            builder.with_root_certificates(roots)
        };
        let mut config = match &self.identity {
            Some(identity) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(identity.clone()))),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn refuse(pem: &Pem, problem: String, expected: &'static str) -> OptionsError {
    OptionsError { what: files::shown(pem.path()), problem, expected }
}

fn read(pem: &Pem, expected: &'static str) -> Result<Arc<Zeroizing<Vec<u8>>>, OptionsError> {
    pem.content().map_err(|error| refuse(pem, error.problem.to_string(), expected))
}

fn certificates(path: &Pem) -> Result<Vec<CertificateDer<'static>>, OptionsError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(path, CERTIFICATES)?).collect();
    let found = found.map_err(|error| refuse(path, error.to_string(), CERTIFICATES))?;
    if found.is_empty() {
        return Err(refuse(path, "it has no certificate".into(), CERTIFICATES));
    }
    Ok(found)
}

fn identity(identity: &Identity) -> Result<Arc<CertifiedKey>, OptionsError> {
    let Identity { certificate, key: path } = identity;
    let chain = certificates(certificate)?;
    let text = read(path, KEY)?;
    let key = PrivateKeyDer::from_pem_slice(&text).map_err(|error| {
        let is_encrypted = memchr::memmem::find(&text, b"ENCRYPTED").is_some();
        let problem = match error {
            _ if is_encrypted => "the private key is encrypted".to_owned(),
            pem::Error::NoItemsFound => "it has no private key".to_owned(),
            error => error.to_string(),
        };
        refuse(path, problem, KEY)
    })?;
    let provider = ring::default_provider();
    let key = CertifiedKey::from_der(chain, key, &provider).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => {
            refuse(path, format!("it is not the key of the certificate in {}", files::shown(certificate.path())), KEY)
        }
        error => refuse(path, error.to_string(), KEY),
    })?;
    Ok(Arc::new(key))
}

/// Believes every certificate. Signatures are checked still: they are what TLS itself needs.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
