//! Whose certificates are believed, and which one is shown.

mod bundle;
mod certificate;
mod distrust;
#[cfg(test)]
mod tests;
mod verifier;

use std::sync::{Arc, OnceLock};

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore};

use zeroize::Zeroizing;

use soar_system::files;

use super::options::{Identity, LiveOptions, OptionsError};
use super::pem::Pem;
use certificate::Certificate;
use verifier::{Anyone, Checking};

pub(super) use distrust::Distrust;

const CERTIFICATES: &str = "a PEM file with one certificate or more (-----BEGIN CERTIFICATE-----)";
const KEY: &str = "a PEM file with the certificate's private key, not encrypted (-----BEGIN PRIVATE KEY-----)";

/// What TLS is set up with.
pub(super) struct Trust {
    anyone: bool,
    /// CAs beside the machine's own.
    roots: RootCertStore,
    /// All certificates of the file.
    own: Vec<CertificateDer<'static>>,
    identity: Option<Arc<CertifiedKey>>,
    /// What was left out of the files, in lines for people.
    pub warnings: Vec<String>,
    /// Built when first needed: reading the machine's certificates takes milliseconds.
    config: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl Trust {
    /// Reads the files.
    ///
    /// # Errors
    /// If one of them is not what it should be.
    pub fn load(options: &LiveOptions) -> Result<Trust, OptionsError> {
        let mut warnings = Vec::new();
        let (roots, own) = match &options.ca {
            Some(ca) => trusted(ca, &mut warnings)?,
            None => (RootCertStore::empty(), Vec::new()),
        };
        let identity = options.identity.as_ref().map(|own| identity(own, &mut warnings)).transpose()?;
        Ok(Trust { anyone: options.any_certificate, roots, own, identity, warnings, config: OnceLock::new() })
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
        let verifier: Arc<dyn ServerCertVerifier> = if self.anyone {
            Arc::new(Anyone(provider))
        } else {
            let mut roots = self.roots.clone();
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() && self.own.is_empty() {
                let why = found.errors.first().map_or("there are none".to_owned(), ToString::to_string);
                return Err(format!(
                    "this machine's CA certificates can't be read ({why}): name a PEM file with those to trust in ca_file of \
                     [network]"
                ));
            }
            Arc::new(Checking { provider, roots, own: self.own.clone() })
        };
        let builder = builder.dangerous().with_custom_certificate_verifier(verifier);
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

fn certificates(path: &Pem, warnings: &mut Vec<String>) -> Result<Vec<CertificateDer<'static>>, OptionsError> {
    let (found, odd) = bundle::read(&read(path, CERTIFICATES)?).map_err(|why| refuse(path, why, CERTIFICATES))?;
    let file = files::shown(path.path());
    warnings.extend(odd.into_iter().map(|why| format!("{file}: a certificate in it is left out: {why}")));
    Ok(found)
}

/// The CAs of a file, and all of its certificates that can be read.
fn trusted(
    path: &Pem,
    warnings: &mut Vec<String>,
) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), OptionsError> {
    let mut roots = RootCertStore::empty();
    let mut own = Vec::new();
    let all = certificates(path, warnings)?;
    for (index, certificate) in all.iter().enumerate() {
        // An old or odd one in a company's bundle is no reason to trust none of the others.
        let mut leave_out = || {
            let (file, number) = (files::shown(path.path()), index + 1);
            let why = "it is not made as X.509 wants it";
            warnings.push(format!("{file}: a certificate in it (number {number} of those in PEM) is left out: {why}"));
        };
        match Certificate::read(certificate) {
            // Trusted as itself: what is signed with its key is not.
            Some(read) if !read.is_authority() => own.push(certificate.clone()),
            _ => match roots.add(certificate.clone()) {
                Ok(()) => own.push(certificate.clone()),
                Err(_) => leave_out(),
            },
        }
    }
    match own.is_empty() {
        true => {
            let why = "it has no certificate that can be read: those in it are not made as X.509 wants it".to_owned();
            Err(refuse(path, why, CERTIFICATES))
        }
        false => Ok((roots, own)),
    }
}

fn identity(identity: &Identity, warnings: &mut Vec<String>) -> Result<Arc<CertifiedKey>, OptionsError> {
    let Identity { certificate, key: path } = identity;
    let chain = certificates(certificate, warnings)?;
    let text = read(path, KEY)?;
    let key = PrivateKeyDer::from_pem_slice(&text).map_err(|error| {
        let is_encrypted = memchr::memmem::find(&text, b"ENCRYPTED").is_some();
        let problem = match error {
            _ if is_encrypted => {
                "the private key is encrypted; `openssl pkey -in FILE -out client.key` takes its password off"
            }
            pem::Error::NoItemsFound => "it has no private key",
            pem::Error::MissingSectionEnd { .. } => "the private key's last line is missing: the file is cut",
            _ => "its private key can't be read as PEM",
        };
        refuse(path, problem.to_owned(), KEY)
    })?;
    let key = ring::default_provider().key_provider.load_private_key(key).map_err(|_| {
        let problem = "its private key is of a kind that can't be used: RSA from 2048 bits on, ECDSA with P-256 or P-384, and Ed25519 can";
        refuse(path, problem.to_owned(), KEY)
    })?;
    // The server says whether it takes an old one; here it only has to be the key's.
    let shown = chain.first().and_then(|certificate| Certificate::read(certificate));
    let is_its = match (&shown, key.public_key()) {
        (Some(shown), Some(key)) => shown.public_key() == &key[..],
        (None, _) => return Err(refuse(certificate, "its first certificate can't be read".to_owned(), CERTIFICATES)),
        (_, None) => true,
    };
    match is_its {
        true => Ok(Arc::new(CertifiedKey::new(chain, key))),
        false => {
            let problem = format!("it is not the key of the certificate in {}", files::shown(certificate.path()));
            Err(refuse(path, problem, KEY))
        }
    }
}
