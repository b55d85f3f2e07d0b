//! Certificates of a server's own making.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, Signer, SigningKey, SingleCertAndKey};
use rustls::{Error, ServerConfig, SignatureAlgorithm, SignatureScheme};

use super::authority::builder;

/// A server's certificate that it made itself, and what it signs with.
pub struct Own {
    /// The certificate as a file.
    pub pem: String,
    key: Arc<dyn SigningKey>,
}

impl Own {
    /// As `openssl req -x509` makes it: that of a CA, too.
    pub fn new(names: &[&str]) -> Own {
        Own::with(names, |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained))
    }

    /// One for these names, and as the test says.
    pub fn with(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Own {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Own { pem, key: signing(PrivateKeyDer::try_from(key.serialize_der()).unwrap()) }
    }

    /// One that was made elsewhere.
    pub fn of(pem: &str, key: &KeyPair) -> Own {
        Own { pem: pem.to_owned(), key: signing(PrivateKeyDer::try_from(key.serialize_der()).unwrap()) }
    }

    /// X.509 version 1, which has no names: `openssl x509 -req -signkey` makes it.
    pub fn version_1() -> Own {
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("../../certificates/v1.key")).unwrap();
        Own { pem: include_str!("../../certificates/v1.pem").to_owned(), key: signing(key) }
    }

    /// With an RSA key of 1024 bits. What this server signs is no signature: ring makes none with such a key.
    pub fn rsa_1024() -> Own {
        Own { pem: include_str!("../../certificates/rsa1024.pem").to_owned(), key: Arc::new(Unsigned) }
    }

    /// A server that shows it.
    pub fn server(&self) -> ServerConfig {
        let certificate = CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap();
        let shown = CertifiedKey::new(vec![certificate], self.key.clone());
        builder().with_no_client_auth().with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)))
    }
}

fn signing(key: PrivateKeyDer<'static>) -> Arc<dyn SigningKey> {
    any_supported_type(&key).unwrap()
}

/// Puts bytes of the right length where signatures belong.
#[derive(Debug)]
struct Unsigned;

impl SigningKey for Unsigned {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&SignatureScheme::RSA_PSS_SHA256).then(|| Box::new(Unsigned) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

impl Signer for Unsigned {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(vec![7; 128])
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::RSA_PSS_SHA256
    }
}
