//! Servers with TLS, as somebody meets them who sets the program up.

use super::program::Ran;
use super::trust::{Checkout, TEAM};
use crate::support::PERSONAL_TOKEN;
use crate::support::loopback;
use crate::support::odd::Own;

/// A run at a server that shows this, with these lines in the instance file and this in `ca.pem`.
fn ran(own: &Own, lines: &str, ca: &[u8]) -> Ran {
    let checkout = Checkout::with(|script| loopback::serve_tls(script, own.server()));
    let path = checkout.put("checkout/ca.pem", "");
    std::fs::write(path, ca).expect("written");
    let file = checkout.file(&format!("personal_access_token = {{ env = \"MINE\" }}\n{lines}"));
    checkout.run(&file, &[&TEAM[..], &["--trust", "--json"]].concat(), &[("MINE", PERSONAL_TOKEN)])
}

const CA_FILE: &str = "[network]\nca_file = \"ca.pem\"";

#[test]
fn a_server_is_trusted_by_its_own_certificate() {
    let own = Own::new(&["127.0.0.1"]);
    ran(&own, CA_FILE, own.pem.as_bytes()).ends(0);
}

#[test]
fn one_that_is_not_trusted_is_told_with_what_to_set() {
    let failed = ran(&Own::new(&["127.0.0.1", "chat.test"]), "", b"").ends(1);
    let error = &failed.object()["error"];
    assert_eq!(error["kind"], "network", "{failed:?}");
    let cause = error["cause"].as_str().expect("text");
    for words in ["not trusted: it is self-signed", "ca_file", "insecure = true", "\"127.0.0.1\" and \"chat.test\""] {
        assert!(cause.contains(words), "{words}: {cause}");
    }
    for message in [cause, error["message"].as_str().expect("text")] {
        for odd in ["ErrorCode", "::", "{ ", "Payload"] {
            assert!(!message.contains(odd), "{message}");
        }
    }
}

#[test]
fn old_certificates_are_taken_where_any_is() {
    for own in [Own::version_1(), Own::rsa_1024()] {
        let ran = ran(&own, "insecure = true", b"").ends(0);
        assert!(ran.err.contains("certificate"), "it is warned of: {ran:?}");
    }
}

#[test]
fn a_file_of_another_kind_is_named_before_anything_is_sent() {
    const DER: &[u8] = include_bytes!("../../host/testing/certificates/v1.der");
    const BUNDLE: &[u8] = include_bytes!("../../host/testing/certificates/p7.der");
    let wide: Vec<u8> = "\u{feff}-----BEGIN".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (file, words) in [
        (DER, "one in DER; `openssl x509 -inform DER"),
        (BUNDLE, "a PKCS#7 bundle in DER; `openssl pkcs7"),
        (&wide, "text in UTF-16"),
    ] {
        let ran = ran(&Own::new(&["127.0.0.1"]), CA_FILE, file).ends(2);
        let message = ran.object()["error"]["message"].as_str().expect("text").to_owned();
        assert!(message.contains(words) && message.contains("ca.pem"), "{words}: {message}");
    }
}
