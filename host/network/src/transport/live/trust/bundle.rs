//! The certificates in a file, and what else a file can be.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{Error, PemObject as _};
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::FromDer as _;
use x509_parser::revocation_list::CertificateRevocationList;

use super::certificate::Certificate;

/// The certificates of a PEM file in their order, and words about each that can't be read.
///
/// # Errors
/// What the file is instead, if it has none.
pub(super) fn read(file: &[u8]) -> Result<(Vec<CertificateDer<'static>>, Vec<String>), String> {
    let (mut found, mut odd) = (Vec::new(), Vec::new());
    for section in CertificateDer::pem_slice_iter(&lines(file)) {
        match section {
            Ok(certificate) => found.push(first(certificate)),
            Err(error) => odd.push(words(&error)),
        }
    }
    match (found.is_empty(), odd.first()) {
        (false, _) => Ok((found, odd)),
        (true, Some(why)) => Err(why.clone()),
        (true, None) => Err(format!("it has no certificate{}", what(file))),
    }
}

/// The file's lines as the parser of PEM reads them: without blanks around them or a mark of their encoding before them,
/// and with the usual label for certificates.
fn lines(file: &[u8]) -> Vec<u8> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut lines = Vec::with_capacity(file.len());
    for line in file.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let line = line.trim_ascii();
        lines.extend_from_slice(match line {
            b"-----BEGIN TRUSTED CERTIFICATE-----" | b"-----BEGIN X509 CERTIFICATE-----" => {
                b"-----BEGIN CERTIFICATE-----"
            }
            b"-----END TRUSTED CERTIFICATE-----" | b"-----END X509 CERTIFICATE-----" => b"-----END CERTIFICATE-----",
            line => line,
        });
        lines.push(b'\n');
    }
    lines
}

/// The certificate alone: OpenSSL writes behind it what it is trusted for.
fn first(certificate: CertificateDer<'static>) -> CertificateDer<'static> {
    match sequence(&certificate) {
        Some((content, head)) if head + content.len() < certificate.len() => {
            CertificateDer::from(certificate[..head + content.len()].to_vec())
        }
        _ => certificate,
    }
}

/// What a sequence of ASN.1 at the beginning holds, and how many bytes are before that.
fn sequence(der: &[u8]) -> Option<(&[u8], usize)> {
    let [0x30, length, rest @ ..] = der else { return None };
    let (length, head) = match length {
        0x80 => return Some((rest, 2)),
        0..0x80 => (usize::from(*length), 2),
        _ => {
            let bytes = usize::from(length & 0x7f);
            let digits = rest.get(..bytes).filter(|digits| digits.len() <= 4)?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), 2 + bytes)
        }
    };
    Some((der.get(head..)?.get(..length)?, head))
}

fn words(error: &Error) -> String {
    match error {
        Error::MissingSectionEnd { .. } => {
            "a section end is missing: there is no line -----END CERTIFICATE-----, so the file is cut".to_owned()
        }
        Error::IllegalSectionStart { .. } => {
            "a line that begins with -----BEGIN does not end with five hyphens".to_owned()
        }
        Error::Base64Decode(_) => "a certificate in it is not base64 between its first and its last line".to_owned(),
        _ => "a certificate in it can't be read as PEM".to_owned(),
    }
}

/// Labels of PEM, what they stand for, and how to come from there to certificates.
const LABELS: [(&str, &str); 9] = [
    (
        "PKCS7",
        "a PKCS#7 bundle in PEM; `openssl pkcs7 -print_certs -in FILE -out ca.pem` takes the certificates out of it",
    ),
    (
        "CMS",
        "a PKCS#7 bundle in PEM; `openssl pkcs7 -print_certs -in FILE -out ca.pem` takes the certificates out of it",
    ),
    ("CERTIFICATE REQUEST", "a request for a certificate: the CA's answer to it belongs here"),
    ("NEW CERTIFICATE REQUEST", "a request for a certificate: the CA's answer to it belongs here"),
    ("X509 CRL", "a list of revoked certificates (CRL)"),
    ("PRIVATE KEY", "a private key: no key belongs here"),
    ("PUBLIC KEY", "a public key: the certificate that has it belongs here"),
    ("PGP", "keys or text of PGP, which are no certificates"),
    ("SSH2", "a key of SSH, which is no certificate"),
];

/// What a file without a certificate in PEM is: `, but …`.
fn what(file: &[u8]) -> String {
    if file.trim_ascii().is_empty() {
        return ": it is empty".to_owned();
    }
    let but = binary(file).map(str::to_owned).or_else(|| labelled(file)).or_else(|| plain(file).map(str::to_owned));
    but.map_or_else(String::new, |but| format!(", but {but}"))
}

fn binary(file: &[u8]) -> Option<&'static str> {
    const UTF_16: &str = "text in UTF-16; `iconv -f UTF-16 -t UTF-8 FILE > ca.pem` makes a PEM file of it";
    match file {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'-', 0, b'-', 0, ..] | [0, b'-', 0, b'-', ..] => return Some(UTF_16),
        [0xfe, 0xed, 0xfe, 0xed, ..] | [0xce, 0xce, 0xce, 0xce, ..] => {
            return Some(
                "a keystore of Java; `keytool -exportcert -rfc -keystore FILE -alias NAME -file ca.pem` takes a certificate out of it",
            );
        }
        [0x1f, 0x8b, ..] | [b'P', b'K', 3, 4, ..] => return Some("an archive: unpack it first"),
        _ => {}
    }
    let (content, _) = sequence(file)?;
    Some(match content {
        _ if Certificate::read(file).is_some() => {
            "one in DER; `openssl x509 -inform DER -in FILE -out ca.pem` makes a PEM file of it"
        }
        // The identifier of signed data.
        [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2, ..] => {
            "a PKCS#7 bundle in DER; `openssl pkcs7 -inform DER -print_certs -in FILE -out ca.pem` takes the certificates out of it"
        }
        // Its version is 3.
        [2, 1, 3, 0x30, ..] => {
            "a PKCS#12 store; `openssl pkcs12 -nokeys -in FILE -out ca.pem` takes the certificates out of it"
        }
        [2, 1, 0 | 1, ..] => "a private key in DER: no key belongs here",
        _ if X509CertificationRequest::from_der(file).is_ok() => {
            "a request for a certificate in DER: the CA's answer to it belongs here"
        }
        _ if CertificateRevocationList::from_der(file).is_ok() => "a list of revoked certificates (CRL) in DER",
        _ => "DER that is no certificate",
    })
}

fn labelled(file: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(file);
    let label = text.lines().find_map(|line| line.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----"))?;
    let known = LABELS.iter().find(|(known, _)| label == *known || label.starts_with("PGP") && *known == "PGP");
    let known = known.or_else(|| LABELS.iter().find(|(known, _)| label.ends_with(known)));
    Some(known.map_or_else(|| "PEM of another kind".to_owned(), |(_, what)| (*what).to_owned()))
}

fn plain(file: &[u8]) -> Option<&'static str> {
    let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file).trim_ascii_start();
    let begins = |with: &[u8]| text.get(..with.len()).is_some_and(|text| text.eq_ignore_ascii_case(with));
    if begins(b"<!doctype html") || begins(b"<html") {
        return Some("an HTML page: was a page for people saved in place of the file?");
    }
    if begins(b"ssh-") || begins(b"ecdsa-sha2-") {
        return Some("a key of SSH, which is no certificate");
    }
    // How a certificate of 128 bytes or more begins.
    if begins(b"MII") {
        return Some("base64 without the lines -----BEGIN CERTIFICATE----- and -----END CERTIFICATE----- around it");
    }
    (begins(b"{") || begins(b"[")).then_some("JSON: the certificate has to be taken out of it")
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! odd {
        ($name:literal) => {
            include_bytes!(concat!("../../../../../testing/certificates/", $name))
        };
    }

    const PEM: &[u8] = odd!("v1.pem");
    const DER: &[u8] = odd!("v1.der");

    #[test]
    fn certificates_are_found_however_the_file_is_written() {
        let text = str::from_utf8(PEM).unwrap();
        let indented: String = text.lines().map(|line| format!("    {line}  \n")).collect();
        for file in [
            text.to_owned(),
            text.trim_end().to_owned(),
            text.replace('\n', "\r\n"),
            text.replace('\n', "\r"),
            format!("\u{feff}{text}"),
            format!("# our CA\nCertificate:\n    Data:\n        Version: 1 (0x0)\n{text}the end"),
            indented,
            text.replace("CERTIFICATE", "X509 CERTIFICATE"),
            str::from_utf8(odd!("trusted.pem")).unwrap().to_owned(),
            format!("{}{text}", str::from_utf8(odd!("v1.key")).unwrap()),
        ] {
            let (found, odd) = read(file.as_bytes()).unwrap();
            assert_eq!((found, odd.len()), (vec![CertificateDer::from(DER)], 0), "{file}");
        }
        let not_text = [b"\xe9\xff\n", PEM].concat();
        assert_eq!(read(&not_text).unwrap().0.len(), 1);
    }

    #[test]
    fn one_that_is_broken_stops_no_other() {
        let broken = "-----BEGIN CERTIFICATE-----\n(=)\n-----END CERTIFICATE-----\n";
        let file = [PEM, broken.as_bytes(), PEM, &PEM[..200]].concat();
        let (found, odd) = read(&file).unwrap();
        assert_eq!(found.len(), 2);
        assert!(odd[0].contains("not base64") && odd[1].contains("-----END CERTIFICATE-----"), "{odd:?}");
    }

    #[test]
    fn a_file_of_another_kind_is_named() {
        let text = str::from_utf8(PEM).unwrap();
        let utf_16 = |turn: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(turn).collect::<Vec<u8>>();
        let key = str::from_utf8(odd!("v1.key")).unwrap();
        let marked = |mark: &[u8], text: Vec<u8>| [mark, &text].concat();
        for (file, words) in [
            (DER.to_vec(), "one in DER; `openssl x509 -inform DER -in FILE"),
            (marked(&[0xff, 0xfe], utf_16(u16::to_le_bytes)), "text in UTF-16; `iconv -f UTF-16"),
            (marked(&[0xfe, 0xff], utf_16(u16::to_be_bytes)), "text in UTF-16"),
            (utf_16(u16::to_le_bytes), "text in UTF-16"),
            (utf_16(u16::to_be_bytes), "text in UTF-16"),
            (odd!("p7.pem").to_vec(), "a PKCS#7 bundle in PEM; `openssl pkcs7 -print_certs"),
            (odd!("p7.der").to_vec(), "a PKCS#7 bundle in DER; `openssl pkcs7 -inform DER -print_certs"),
            (odd!("store.p12").to_vec(), "a PKCS#12 store; `openssl pkcs12 -nokeys"),
            (key.into(), "a private key: no key"),
            (key.replace("PRIVATE", "ENCRYPTED PRIVATE").into(), "a private key: no key"),
            (key.replace("PRIVATE", "OPENSSH PRIVATE").into(), "a private key: no key"),
            (odd!("key.der").to_vec(), "a private key in DER"),
            (odd!("request.pem").to_vec(), "a request for a certificate"),
            (text.replace("CERTIFICATE", "X509 CRL").into(), "a list of revoked certificates"),
            (text.replace("CERTIFICATE", "ODD").into(), "PEM of another kind"),
            (b"\r\n <!DOCTYPE html><title>Login</title>".to_vec(), "an HTML page"),
            (b"ssh-ed25519 AAAA me".to_vec(), "a key of SSH"),
            (text.lines().filter(|line| !line.starts_with('-')).collect::<String>().into(), "base64 without the lines"),
            (vec![0xfe, 0xed, 0xfe, 0xed, 0, 0], "a keystore of Java"),
            (b"PK\x03\x04".to_vec(), "an archive"),
            (b"{\"ca\": \"...\"}".to_vec(), "JSON"),
            (vec![0x30, 3, 2, 1, 9], "DER that is no certificate"),
        ] {
            let said = read(&file).unwrap_err();
            assert!(said.starts_with("it has no certificate, but ") && said.contains(words), "{words}: {said}");
        }
        assert_eq!(read(b"\n\n").unwrap_err(), "it has no certificate: it is empty");
        assert_eq!(read(b"what?").unwrap_err(), "it has no certificate");
    }

    #[test]
    fn no_file_is_too_odd() {
        proptest::proptest!(|(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..64), cut in 0..DER.len())| {
            drop(read(&bytes));
            drop(read(&[&[0x30, 0x82][..], &bytes].concat()));
            drop(read(&[&DER[..cut], &bytes].concat()));
        });
    }
}
