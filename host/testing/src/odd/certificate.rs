//! What a server shows to TLS clients.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};

use super::authority::{Authority, builder};

/// Whose certificate it is. All are for 127.0.0.1, localhost and chat.test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// One of an authority, which is in the `ca_file`.
    Issued,
    /// The server's own, marked as a CA, as `openssl req -x509` makes it; it is itself in the `ca_file`.
    SelfSigned,
    /// The server's own, of X.509 version 1, as `openssl x509 -req` makes it.
    Version1,
}

/// A TLS server, and the `ca_file` of whoever trusts it.
pub struct Shown {
    pub config: ServerConfig,
    pub ca: PathBuf,
    /// Its folder.
    _authority: Authority,
}

const NAMES: [&str; 3] = ["127.0.0.1", "localhost", "chat.test"];

impl Certificate {
    /// A server that shows it.
    pub fn shown(self) -> Shown {
        let authority = Authority::new();
        let (config, ca) = match self {
            Self::Issued => (authority.server(&NAMES), authority.file()),
            Self::SelfSigned => {
                let key = KeyPair::generate().expect("a key");
                let mut params = CertificateParams::new(NAMES.map(str::to_owned)).expect("names");
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
                let certificate = params.self_signed(&key).expect("a certificate");
                let der = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
                let chain = vec![certificate.der().clone()];
                let config = builder().with_no_client_auth().with_single_cert(chain, der).expect("a pair");
                (config, authority.write("self-signed.pem", &certificate.pem()))
            }
            Self::Version1 => {
                let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("certificates");
                let ca = folder.join("version1.pem");
                let chain = vec![CertificateDer::from_pem_file(&ca).expect("a certificate")];
                let key = PrivateKeyDer::from_pem_file(folder.join("version1.key")).expect("a key");
                let key = rustls::crypto::ring::sign::any_supported_type(&key).expect("a key");
                // Unseen: the library can't read it.
                let resolver = SingleCertAndKey::from(CertifiedKey::new(chain, key));
                (builder().with_no_client_auth().with_cert_resolver(Arc::new(resolver)), ca)
            }
        };
        Shown { config, ca, _authority: authority }
    }
}
