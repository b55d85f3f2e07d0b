//! Credentials: kept by the host, seen by a component as placeholders that are new in each call.

use crate::echo::Echoes;
use http::HeaderValue;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use zeroize::Zeroizing;

/// A credential's value. It is wiped from memory when its last clone is dropped, and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<Zeroizing<String>>);

impl Secret {
    /// Keeps a value.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(Arc::new(Zeroizing::new(value)))
    }

    /// The value, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The credentials of one call, each behind a placeholder.
#[derive(Default)]
pub(crate) struct Sealed {
    seals: Vec<Seal>,
    echoes: Echoes,
}

struct Seal {
    parameter: String,
    placeholder: Arc<str>,
    secret: Secret,
}

impl Sealed {
    /// Seals each secret parameter behind a placeholder of its own.
    pub(crate) fn new(secrets: &BTreeMap<String, Secret>) -> Self {
        let seal = |(parameter, secret): (&String, &Secret)| Seal {
            parameter: parameter.clone(),
            placeholder: placeholder(secret.expose().len()).into(),
            secret: secret.clone(),
        };
        let seals: Vec<Seal> = secrets.iter().map(seal).collect();
        let echoes = Echoes::new(seals.iter().map(|seal| (seal.secret.clone(), seal.placeholder.clone())));
        Self { seals, echoes }
    }

    /// What the component reads in place of each secret: parameter and placeholder.
    pub(crate) fn placeholders(&self) -> impl Iterator<Item = (&str, &str)> {
        self.seals.iter().map(|seal| (seal.parameter.as_str(), &*seal.placeholder))
    }

    /// What swaps the secrets back where a server echoes them.
    pub(crate) fn echoes(&self) -> &Echoes {
        &self.echoes
    }

    /// The header to send in place of `header`, if it is the placeholder of one of `credentials` as a bearer token.
    pub(crate) fn open(&self, header: &HeaderValue, credentials: &[&str]) -> Option<HeaderValue> {
        let token = header.to_str().ok()?.strip_prefix("Bearer ")?;
        let seal = self
            .seals
            .iter()
            .find(|seal| *seal.placeholder == *token && credentials.contains(&seal.parameter.as_str()))?;
        let value = Zeroizing::new(format!("Bearer {}", seal.secret.expose()));
        let mut header = HeaderValue::from_str(&value).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

/// Letters and digits in the shape of the servers' own tokens: as long as the secret, so that swapping them changes no
/// length, and with 124 random bits at least. They come from the keys that the standard library draws for its hash maps.
fn placeholder(length: usize) -> String {
    const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    // 12 letters of one number of 64 bits.
    let letters = std::iter::repeat_with(|| RandomState::new().build_hasher().finish()).flat_map(|mut number| {
        std::iter::repeat_with(move || {
            let letter = LETTERS[(number % 36) as usize];
            number /= 36;
            char::from(letter)
        })
        .take(12)
    });
    letters.take(length.max(24)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> Sealed {
        Sealed::new(&BTreeMap::from([
            ("a".into(), Secret::new("token-a".into())),
            ("b".into(), Secret::new("token-b".into())),
        ]))
    }

    fn bearer(value: &str) -> HeaderValue {
        HeaderValue::from_str(&format!("Bearer {value}")).unwrap()
    }

    #[test]
    fn a_placeholder_opens_for_its_own_credential_alone() {
        let sealed = sealed();
        let (_, placeholder) = sealed.placeholders().next().unwrap();
        let (a, b) = (["a"], ["b"]);
        assert_eq!(sealed.open(&bearer(placeholder), &a).unwrap(), "Bearer token-a");
        assert!(sealed.open(&bearer(placeholder), &b).is_none());
        assert!(sealed.open(&bearer("token-a"), &a).is_none());
        assert!(sealed.open(&HeaderValue::from_str(placeholder).unwrap(), &a).is_none());
    }

    #[test]
    fn placeholders_are_new_each_time_and_hold_nothing_of_the_secret() {
        let (one, two) = (sealed(), sealed());
        let placeholders: Vec<_> =
            one.placeholders().chain(two.placeholders()).map(|(_, placeholder)| placeholder).collect();
        for (index, placeholder) in placeholders.iter().enumerate() {
            assert!(!placeholder.contains("token"));
            assert!(!placeholders[..index].contains(placeholder));
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert!(!format!("{:?}", Secret::new("token-a".into())).contains("token-a"));
    }
}
