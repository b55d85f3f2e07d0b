//! Credentials: kept by the host, seen by a component as placeholders that are new in each call.

use crate::echo::Echoes;
use http::HeaderValue;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use zeroize::Zeroizing;

/// A credential's value. It is wiped from memory when dropped, and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Keeps a value.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
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
pub(crate) struct Sealed(Vec<Seal>);

struct Seal {
    parameter: String,
    placeholder: String,
    secret: Secret,
}

impl Sealed {
    /// Seals each secret parameter behind a placeholder of its own.
    pub(crate) fn new(secrets: &BTreeMap<String, Secret>) -> Self {
        let seal = |(parameter, secret): (&String, &Secret)| Seal {
            parameter: parameter.clone(),
            placeholder: placeholder(),
            secret: secret.clone(),
        };
        Self(secrets.iter().map(seal).collect())
    }

    /// What the component reads in place of each secret: parameter and placeholder.
    pub(crate) fn placeholders(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|seal| (seal.parameter.as_str(), seal.placeholder.as_str()))
    }

    /// What covers the secrets in answers.
    pub(crate) fn echoes(&self) -> Echoes {
        Echoes::new(self.0.iter().map(|seal| (seal.secret.expose(), seal.placeholder.as_str())))
    }

    /// The header to send in place of `header`, if it is the placeholder of one of `credentials` as a bearer token.
    pub(crate) fn open(&self, header: &HeaderValue, credentials: &[String]) -> Option<HeaderValue> {
        let token = header.to_str().ok()?.strip_prefix("Bearer ")?;
        let seal = self.0.iter().find(|seal| seal.placeholder == token && credentials.contains(&seal.parameter))?;
        let value = Zeroizing::new(format!("Bearer {}", seal.secret.expose()));
        let mut header = HeaderValue::from_str(&value).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

/// 128 random bits, from the keys that the standard library draws for its hash maps.
fn placeholder() -> String {
    let half = || RandomState::new().build_hasher().finish();
    format!("sealed-{:016x}{:016x}", half(), half())
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
        let (a, b) = (["a".to_owned()], ["b".to_owned()]);
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
