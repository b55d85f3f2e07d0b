//! What a certificate says of itself, for people.

use std::net::{Ipv4Addr, Ipv6Addr};

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::objects::{oid_registry, oid2abbrev, oid2sn};
use x509_parser::oid_registry::{OID_X509_EXT_BASIC_CONSTRAINTS, Oid};
use x509_parser::parse_x509_certificate;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{X509Name, X509Version};

use soar_contract::text;

/// The most names of one certificate that are shown, and the most characters of each.
const MOST_NAMES: usize = 8;
const LONGEST: usize = 100;

/// A certificate, in words that are safe to show.
pub(super) struct Certificate<'a>(X509Certificate<'a>);

impl<'a> Certificate<'a> {
    /// Reads one; none if it is none, or if bytes follow it.
    pub fn read(der: &'a [u8]) -> Option<Certificate<'a>> {
        let (rest, certificate) = parse_x509_certificate(der).ok()?;
        rest.is_empty().then_some(Certificate(certificate))
    }

    /// Whose it is, in quotation marks.
    pub fn subject(&self) -> String {
        name(self.0.subject())
    }

    /// Who signed it, in quotation marks.
    pub fn issuer(&self) -> String {
        name(self.0.issuer())
    }

    /// Whether it says of itself that it is signed with its own key.
    pub fn is_of_itself(&self) -> bool {
        self.0.subject().as_raw() == self.0.issuer().as_raw()
    }

    /// Whether its issuer has the other's name.
    pub fn is_issued_by(&self, other: &Certificate<'_>) -> bool {
        self.0.issuer().as_raw() == other.0.subject().as_raw()
    }

    /// Whether both have the same subject.
    pub fn is_named_as(&self, other: &Certificate<'_>) -> bool {
        self.0.subject().as_raw() == other.0.subject().as_raw()
    }

    /// Whether it is of X.509's first version, which has no extensions.
    pub fn is_version_1(&self) -> bool {
        self.0.version() == X509Version::V1
    }

    /// Whether it may sign others, by what it says of itself.
    pub fn is_authority(&self) -> bool {
        // Of version 1 nothing is said of that, and roots of that kind are still around.
        if self.0.version() != X509Version::V3 {
            return true;
        }
        match self.0.get_extension_unique(&OID_X509_EXT_BASIC_CONSTRAINTS) {
            Ok(Some(_)) | Err(_) => self.0.is_ca(),
            Ok(None) => matches!(self.0.key_usage(), Ok(Some(usage)) if usage.value.key_cert_sign()),
        }
    }

    /// From when it is valid, in seconds since 1970.
    pub fn not_before(&self) -> i64 {
        self.0.validity().not_before.timestamp()
    }

    /// Until when it is valid, in seconds since 1970.
    pub fn not_after(&self) -> i64 {
        self.0.validity().not_after.timestamp()
    }

    /// Its public key as it stands in it.
    pub fn public_key(&self) -> &[u8] {
        self.0.public_key().raw
    }

    /// The bits of its key, if that is one of RSA.
    pub fn rsa_bits(&self) -> Option<usize> {
        match self.0.public_key().parsed() {
            Ok(PublicKey::RSA(key)) => {
                let zeros = key.modulus.iter().take_while(|byte| **byte == 0).count();
                Some(8 * (key.modulus.len() - zeros))
            }
            _ => None,
        }
    }

    /// The kinds of its key and of its issuer's signature: `rsaEncryption, signed with sha1WithRSAEncryption`.
    pub fn kinds(&self) -> String {
        let algorithm = &self.0.public_key().algorithm;
        let curve = algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok());
        let key = curve.and_then(|oid| kind(&oid)).or_else(|| kind(&algorithm.algorithm));
        let unknown = || "a kind that has no common name".to_owned();
        let signature = kind(&self.0.signature_algorithm.algorithm);
        format!(
            "its key is {}, and it is signed with {}",
            key.unwrap_or_else(unknown),
            signature.unwrap_or_else(unknown)
        )
    }

    /// The names of servers that it is for, in quotation marks, or none.
    pub fn names(&self) -> Option<String> {
        let extension = self.0.subject_alternative_name().ok().flatten()?;
        let mut names = extension.value.general_names.iter().filter_map(server);
        let mut shown: Vec<String> = names.by_ref().take(MOST_NAMES).map(|name| quoted(&name)).collect();
        match names.count() {
            0 => {}
            more => shown.push(format!("{more} more")),
        }
        (!shown.is_empty()).then(|| list(&shown))
    }

    /// All of it in a sentence's part.
    pub fn describe(&self) -> String {
        let names = self.names().unwrap_or_else(|| "no server by name (it has no subjectAltName)".to_owned());
        let issuer = match self.is_of_itself() {
            true => "itself".to_owned(),
            false => self.issuer(),
        };
        let (from, to) = (date(self.not_before()), date(self.not_after()));
        format!("{}, for {names}, issued by {issuer}, valid from {from} to {to}", self.subject())
    }
}

/// A time as people write it; seconds since 1970.
pub(super) fn date(seconds: i64) -> String {
    match jiff::Timestamp::from_second(seconds) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        // What never ends has the last second of 9999.
        Err(_) => "the end of the year 9999".to_owned(),
    }
}

/// `a, b and c`.
fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

fn quoted(words: &str) -> String {
    text::quoted(&match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &words[..end]),
        None => words.to_owned(),
    })
}

/// The common name of an algorithm.
fn kind(oid: &Oid<'_>) -> Option<String> {
    oid2sn(oid, oid_registry()).ok().map(str::to_owned)
}

fn name(name: &X509Name<'_>) -> String {
    let part = |attribute: &x509_parser::x509::AttributeTypeAndValue<'_>| {
        let value = attribute.as_str().map_or_else(|_| String::from_utf8_lossy(attribute.as_slice()), Into::into);
        match oid2abbrev(attribute.attr_type(), oid_registry()) {
            Ok(kind) => format!("{kind}={value}"),
            Err(_) => value.into_owned(),
        }
    };
    let parts: Vec<String> = name.iter_attributes().take(MOST_NAMES).map(part).collect();
    if parts.is_empty() { "a subject without a name".to_owned() } else { quoted(&parts.join(", ")) }
}

fn server(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|bytes| Ipv4Addr::from(bytes).to_string()),
            16 => <[u8; 16]>::try_from(*bytes).ok().map(|bytes| Ipv6Addr::from(bytes).to_string()),
            _ => None,
        },
        _ => None,
    }
}
