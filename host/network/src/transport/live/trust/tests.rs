//! Why certificates are not trusted, each in words.

use std::slice::from_ref as only;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    KeyPair, NameConstraints, date_time_ymd,
};
use rustls::RootCertStore;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};

use super::verifier::Checking;
use crate::transport::live::failure;

type Ca = CertifiedIssuer<'static, KeyPair>;

fn params(name: &str, names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2030, 1, 1);
    params
}

fn with(mut params: CertificateParams, change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    change(&mut params);
    params
}

fn ca_params(name: &str) -> CertificateParams {
    with(params(name, &[]), |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained))
}

fn root(params: CertificateParams) -> Ca {
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn below(params: CertificateParams, above: &Ca) -> Ca {
    CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), above).unwrap()
}

fn leaf(params: CertificateParams, above: &Ca) -> CertificateDer<'static> {
    params.signed_by(&KeyPair::generate().unwrap(), above).unwrap().der().clone()
}

fn der(ca: &Ca) -> CertificateDer<'static> {
    CertificateDer::from(ca.der().to_vec())
}

/// What is said of a server that shows these, if those are in the file, on 2027-01-01; none if it is trusted.
fn said(shown: &[CertificateDer<'_>], own: &[CertificateDer<'static>], host: &str) -> Option<String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(own.iter().cloned());
    let checking = Checking { provider: Arc::new(ring::default_provider()), roots, own: own.to_vec() };
    let name = ServerName::try_from(host).unwrap();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(1_798_761_600));
    let error = checking.verify_server_cert(&shown[0], &shown[1..], &name, &[], now).err()?;
    let words = failure::cause(&error, failure::Stage::Request).message;
    failure::assert_words(&words);
    Some(words)
}

/// That this is said, with all these words.
fn distrusted(shown: &[CertificateDer<'_>], own: &[CertificateDer<'static>], words: &[&str]) {
    let said = said(shown, own, "chat.test").expect("it must not be trusted");
    for word in [&["the server's certificate is not trusted: "], words].concat() {
        assert!(said.contains(word), "{word:?}: {said}");
    }
}

#[test]
fn what_is_right_is_trusted() {
    let ca = root(ca_params("CA"));
    let middle = below(ca_params("Middle"), &ca);
    let server = leaf(params("server", &["chat.test"]), &middle);
    assert_eq!(said(&[server.clone(), der(&middle)], &[der(&ca)], "chat.test"), None);
    // One in the middle is as good.
    assert_eq!(said(only(&server), &[der(&middle)], "chat.test"), None);
    assert_eq!(said(only(&server), only(&server), "chat.test"), None);
}

#[test]
fn who_issued_it_is_not_known() {
    let (ca, other) = (root(ca_params("Example CA")), root(ca_params("Other CA")));
    let middle = below(ca_params("Middle CA"), &ca);
    let server = leaf(params("server", &["chat.test", "www.chat.test"]), &middle);
    let all =
        ["CN=server", "\"chat.test\" and \"www.chat.test\"", "valid from 2020-01-01 00:00 UTC to 2030-01-01 00:00 UTC"];
    distrusted(only(&server), &[der(&other)], &all);
    distrusted(
        only(&server),
        &[der(&other)],
        &["CN=Middle CA\" is missing", "no certificate but its own", "in ca_file"],
    );
    distrusted(&[server.clone(), der(&middle)], &[der(&other)], &["CN=Example CA\" is missing", "in ca_file"]);
    let whole = [server, der(&middle), der(&ca)];
    distrusted(&whole, &[der(&other)], &["its CA \"CN=Example CA\", which the server sent, is neither", "ca_file"]);
    distrusted(&[der(&ca)], &[], &["CA"]);
    let own = params("own", &["chat.test"]).self_signed(&KeyPair::generate().unwrap()).unwrap();
    distrusted(&[own.der().clone()], &[], &["self-signed", "ca_file", "insecure = true"]);
    let renewed = params("own", &["chat.test"]).self_signed(&KeyPair::generate().unwrap()).unwrap();
    distrusted(&[renewed.der().clone()], &[own.der().clone()], &["another certificate of this subject", "ca_file"]);
    // They issued each other.
    let round = [leaf(params("a", &["chat.test"]), &ca), der(&middle), der(&middle), der(&middle)];
    distrusted(&round, &[der(&other)], &["CN=Example CA\" is missing"]);
}

#[test]
fn it_is_out_of_its_time() {
    let ca = root(ca_params("CA"));
    let old = leaf(with(params("s", &["chat.test"]), |params| params.not_after = date_time_ymd(2024, 2, 29)), &ca);
    distrusted(&[old], &[der(&ca)], &["it expired on 2024-02-29 00:00 UTC", "clock says 2027-01-01 00:00 UTC"]);
    let new = leaf(with(params("s", &["chat.test"]), |params| params.not_before = date_time_ymd(2028, 1, 1)), &ca);
    distrusted(&[new], &[der(&ca)], &["it is valid from 2028-01-01 00:00 UTC on", "clock says 2027-01-01 00:00 UTC"]);
    let middle = below(with(ca_params("Middle"), |params| params.not_after = date_time_ymd(2025, 1, 1)), &ca);
    let server = leaf(params("s", &["chat.test"]), &middle);
    distrusted(&[server, der(&middle)], &[der(&ca)], &["CN=Middle\", which the server sent", "expired on 2025-01-01"]);
    let never = leaf(with(params("s", &["a.test"]), |params| params.not_after = date_time_ymd(9999, 12, 31)), &ca);
    distrusted(&[never], &[der(&ca)], &["to the end of the year 9999"]);
}

#[test]
fn it_is_for_another() {
    let ca = root(ca_params("CA"));
    let server = leaf(params("s", &["a.test", "10.1.2.3", "fd00::1"]), &ca);
    let words = ["it is for \"a.test\", \"10.1.2.3\" and \"fd00::1\", and not for \"chat.test\"", "in url"];
    distrusted(only(&server), &[der(&ca)], &words);
    // In the file itself it is for no other name, either.
    distrusted(only(&server), only(&server), &words);
    for address in ["10.1.2.3", "fd00::1"] {
        assert_eq!(said(only(&server), &[der(&ca)], address), None);
    }
}

#[test]
fn it_has_no_name() {
    let ca = root(ca_params("CA"));
    let words = ["no subjectAltName", "\"chat.test\" was looked for", "-addext subjectAltName=DNS:chat.test"];
    distrusted(&[leaf(params("chat.test", &[]), &ca)], &[der(&ca)], &words);
    let many: Vec<String> = (0..1000).map(|number| format!("a{number}.test")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    distrusted(&[leaf(params("s", &many), &ca)], &[der(&ca)], &["\"a7.test\" and 992 more"]);
    let odd = "a\u{202e}\"\n".repeat(1000);
    distrusted(&[leaf(params(&odd, &["a.test"]), &ca)], &[der(&ca)], &[r#"CN=a\u{202e}\"\na"#]);
}

#[test]
fn it_is_not_for_servers() {
    let ca = root(ca_params("CA"));
    let mut client = params("s", &["chat.test"]);
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    distrusted(&[leaf(client, &ca)], &[der(&ca)], &["not for servers but for clients", "serverAuth"]);
    let mut code = params("s", &["chat.test"]);
    code.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning];
    distrusted(&[leaf(code, &ca)], &[der(&ca)], &["it is not for servers:", "serverAuth"]);
}

#[test]
fn a_ca_is_not_what_it_should_be() {
    let (ca, again) = (root(ca_params("CA")), root(ca_params("CA")));
    let server = leaf(params("s", &["chat.test"]), &ca);
    distrusted(&[server], &[der(&again)], &["\"CN=CA\" that is known here did not sign it", "ca_file"]);
    // A CA's own, signed by another.
    let middle = below(ca_params("Middle"), &ca);
    distrusted(&[der(&middle)], &[der(&ca)], &["certificate of a CA (CA:TRUE)", "ca_file"]);
    let plain = below(params("Plain", &["b.test"]), &ca);
    let server = leaf(params("s", &["chat.test"]), &plain);
    distrusted(&[server, der(&plain)], &[der(&ca)], &["\"CN=Plain\" signed it, and is no CA"]);
    let mut narrow = ca_params("Narrow");
    let permitted_subtrees = vec![GeneralSubtree::DnsName("other.test".into())];
    narrow.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: vec![] });
    let narrow = root(narrow);
    let server = leaf(params("s", &["chat.test"]), &narrow);
    distrusted(&[server], &[der(&narrow)], &["may not sign for \"chat.test\""]);
    // Those of a root are not looked at.
    let short = with(ca_params("Short"), |params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
    let short = below(short, &ca);
    let middle = below(ca_params("Middle"), &short);
    let server = leaf(params("s", &["chat.test"]), &middle);
    distrusted(&[server, der(&middle), der(&short)], &[der(&ca)], &["so many CAs below it"]);
}

#[test]
fn it_is_old_or_odd() {
    const VERSION_1: &[u8] = include_bytes!("../../../../../testing/certificates/v1.der");
    let version_1 = CertificateDer::from(VERSION_1);
    distrusted(only(&version_1), &[], &["X.509 version 1", "openssl req -x509", "insecure = true"]);
    distrusted(only(&version_1), only(&version_1), &["X.509 version 1", "subjectAltName"]);
    distrusted(&[CertificateDer::from(&b"odd"[..])], &[], &["can't be read as an X.509 certificate"]);
    let ca = root(ca_params("CA"));
    let mut critical = params("s", &["chat.test"]);
    let mut extension = rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99_999], vec![5, 0]);
    extension.set_criticality(true);
    critical.custom_extensions = vec![extension];
    distrusted(&[leaf(critical, &ca)], &[der(&ca)], &["must be understood"]);
    // A bit of the signature, and then of what is signed.
    let server = leaf(params("s", &["chat.test"]), &ca);
    let mut changed = server.to_vec();
    *changed.last_mut().unwrap() ^= 1;
    distrusted(&[CertificateDer::from(changed)], &[der(&ca)], &["did not sign it"]);
}

#[test]
fn every_reason_of_rustls_has_words() {
    use rustls::CertificateError as Wrong;
    use rustls::pki_types::AlgorithmIdentifier;
    let ca = root(ca_params("CA"));
    let server = leaf(params("s", &["chat.test"]), &ca);
    let name = ServerName::try_from("chat.test").unwrap();
    let shown = super::distrust::Shown { certificate: &server, others: &[], name: &name, own: &[] };
    let now = UnixTime::since_unix_epoch(Duration::from_secs(1_798_761_600));
    let old = UnixTime::since_unix_epoch(Duration::from_secs(1_000_000_000));
    // The identifier of SHA-1 with RSA, as it stands in a certificate.
    let sha_1 = vec![6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5];
    let supported_algorithms: Vec<AlgorithmIdentifier> = Vec::new();
    for (error, words) in [
        (Wrong::BadEncoding, "not encoded as X.509 wants it"),
        (Wrong::Expired, "not valid now"),
        (Wrong::ExpiredContext { time: now, not_after: old }, "not valid now"),
        (Wrong::NotValidYet, "not valid now"),
        (Wrong::NotValidYetContext { time: old, not_before: now }, "not valid now"),
        (Wrong::Revoked, "revoked"),
        (Wrong::UnknownRevocationStatus, "can't be told whether"),
        (Wrong::ExpiredRevocationList, "can't be told whether"),
        (Wrong::ExpiredRevocationListContext { time: now, next_update: old }, "can't be told whether"),
        (Wrong::UnhandledCriticalExtension, "critical"),
        (Wrong::UnknownIssuer, "is missing"),
        (Wrong::BadSignature, "did not sign it"),
        (
            Wrong::UnsupportedSignatureAlgorithmContext { signature_algorithm_id: sha_1.clone(), supported_algorithms },
            "SHA-256 or longer",
        ),
        (
            Wrong::UnsupportedSignatureAlgorithmForPublicKeyContext {
                signature_algorithm_id: sha_1.clone(),
                public_key_algorithm_id: sha_1,
            },
            "SHA-256 or longer",
        ),
        (Wrong::NotValidForName, "and not for \"chat.test\""),
        (Wrong::InvalidPurpose, "serverAuth"),
        (Wrong::InvalidOcspResponse, "can't be checked"),
        (Wrong::ApplicationVerificationFailure, "can't be checked"),
    ] {
        for said in [super::distrust::of(&error, &shown, now), super::distrust::of_signature(&error, &server)] {
            let said = failure::cause(&said, failure::Stage::Request).message;
            failure::assert_words(&said);
        }
        let said = failure::cause(&super::distrust::of(&error, &shown, now), failure::Stage::Request).message;
        assert!(said.contains(words) && said.contains("CN=s"), "{words}: {said}");
    }
}
