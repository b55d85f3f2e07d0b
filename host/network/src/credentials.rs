//! Credentials: kept by the host, seen by a component as placeholders that are new in each call.

use crate::echo::{Echo, Echoes};
use crate::keyring::{Keyring, Keys};
use crate::placeholder::placeholder;
use crate::trail::Trail;
use http::HeaderValue;
use soar_contract::secret::Secret;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use zeroize::Zeroizing;

/// What stands before a token in the `authorization` header.
const BEARER: &str = "Bearer ";

/// The header that carries a secret, wiped from memory like the secret itself; none if it can't stand in a header.
fn bearer(secret: &Secret) -> Option<HeaderValue> {
    let mut value = Zeroizing::new(Vec::with_capacity(BEARER.len() + secret.expose().len()));
    value.extend_from_slice(BEARER.as_bytes());
    value.extend_from_slice(secret.expose().as_bytes());
    let mut header = HeaderValue::from_maybe_shared(bytes::Bytes::from_owner(value)).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// The credentials of one call, each behind a placeholder.
#[derive(Default)]
pub struct Sealed {
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
    ///
    /// What the instance's server can know is covered where it repeats it: the parameters `sent`, which some command
    /// sends to it, and what the transport sends on its own account to whoever answers. To cover another one would only
    /// tell a component that it had guessed it.
    pub fn new(
        secrets: &BTreeMap<String, Secret>,
        sent: &BTreeSet<String>,
        of_transport: &[Secret],
        trail: &Trail,
    ) -> Self {
        Self::within((secrets, sent), of_transport, trail, Keyring::default())
    }

    /// The same for one of the bunches of a ring: the credentials of the others, which calls at the same time have, are covered, too.
    pub fn on(ring: &Keyring, keys: &Keys, of_transport: &[Secret], trail: &Trail) -> Self {
        Self::within((&keys.secrets, &keys.sent), of_transport, trail, ring.clone())
    }

    fn within(
        (secrets, sent): (&BTreeMap<String, Secret>, &BTreeSet<String>),
        of_transport: &[Secret],
        trail: &Trail,
        ring: Keyring,
    ) -> Self {
        let seal = |(parameter, secret): (&String, &Secret)| Seal {
            parameter: parameter.clone(),
            placeholder: placeholder(secret.expose().len()).into(),
            secret: secret.clone(),
        };
        let seals: Vec<Seal> = secrets.iter().map(seal).collect();
        let sent = seals.iter().filter(|seal| sent.contains(&seal.parameter)).map(|seal| Echo {
            name: seal.parameter.clone(),
            secret: seal.secret.clone(),
            placeholder: seal.placeholder.clone(),
            never: false,
        });
        let own = of_transport.iter().map(|secret| Echo {
            name: "of the proxy".into(),
            placeholder: placeholder(secret.expose().len()).into(),
            secret: secret.clone(),
            never: true,
        });
        let echoes = Echoes::within(sent.chain(own), trail.clone(), ring);
        Self { seals, echoes }
    }

    /// What the component reads in place of each secret: parameter and placeholder.
    pub fn placeholders(&self) -> impl Iterator<Item = (&str, &str)> {
        self.seals.iter().map(|seal| (seal.parameter.as_str(), &*seal.placeholder))
    }

    /// What swaps the secrets back where a server echoes them.
    pub(crate) fn echoes(&self) -> &Echoes {
        &self.echoes
    }

    /// What finds the placeholders in bytes that come in parts; none if there is nothing to find.
    pub(crate) fn watch(&self) -> Option<Watch> {
        let placeholders: Vec<_> = self.seals.iter().map(|seal| seal.placeholder.clone()).collect();
        (!placeholders.is_empty()).then(|| Watch { placeholders, tail: Vec::new() })
    }

    /// The header to send in place of `header`, and the parameter that it is from, if it is the placeholder of one of
    /// `credentials` as a bearer token.
    pub(crate) fn open(&self, header: &HeaderValue, credentials: &[&str]) -> Option<(HeaderValue, &str)> {
        let token = header.to_str().ok()?.strip_prefix(BEARER)?;
        let seal = self
            .seals
            .iter()
            .find(|seal| *seal.placeholder == *token && credentials.contains(&seal.parameter.as_str()))?;
        Some((bearer(&seal.secret)?, &seal.parameter))
    }
}

/// Finds placeholders in bytes that come in parts.
pub(crate) struct Watch {
    placeholders: Vec<Arc<str>>,
    /// The end of what has been seen, which may be a beginning.
    tail: Vec<u8>,
}

impl Watch {
    /// Whether a placeholder ends in this part.
    pub(crate) fn sees(&mut self, part: &[u8]) -> bool {
        let holds = |bytes: &[u8]| {
            self.placeholders.iter().any(|placeholder| memchr::memmem::find(bytes, placeholder.as_bytes()).is_some())
        };
        let longest = self.placeholders.iter().map(|placeholder| placeholder.len()).max().unwrap_or_default();
        let across = longest.saturating_sub(1);
        if holds(part) {
            return true;
        }
        self.tail.extend_from_slice(&part[..part.len().min(across)]);
        if holds(&self.tail) {
            return true;
        }
        if part.len() >= across {
            self.tail.clear();
            self.tail.extend_from_slice(&part[part.len() - across..]);
        } else {
            self.tail.drain(..self.tail.len().saturating_sub(across));
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sealed() -> Sealed {
        let secrets =
            BTreeMap::from([("a".into(), Secret::new("token-a".into())), ("b".into(), Secret::new("token-b".into()))]);
        Sealed::new(&secrets, &BTreeSet::from(["a".into(), "b".into()]), &[], &Trail::new(None))
    }

    fn bearer(value: &str) -> HeaderValue {
        HeaderValue::from_str(&format!("Bearer {value}")).unwrap()
    }

    #[test]
    fn a_placeholder_opens_for_its_own_credential_alone() {
        let sealed = sealed();
        let (_, placeholder) = sealed.placeholders().next().unwrap();
        let (a, b) = (["a"], ["b"]);
        assert_eq!(sealed.open(&bearer(placeholder), &a).unwrap(), (HeaderValue::from_static("Bearer token-a"), "a"));
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

    proptest! {
        #[test]
        fn a_placeholder_is_seen_however_the_bytes_are_cut(
            before in "[a-z0-9]{0,60}",
            after in "[a-z0-9]{0,60}",
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
            whole in any::<bool>(),
        ) {
            let sealed = sealed();
            let placeholder = sealed.placeholders().next().unwrap().1.to_owned();
            let gap = if whole { "" } else { "-" };
            let text = format!("{before}{}{gap}{}{after}", &placeholder[..9], &placeholder[9..]);
            let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            at.extend([0, text.len()]);
            at.sort_unstable();
            let mut watch = sealed.watch().unwrap();
            let mut seen = false;
            for pair in at.windows(2) {
                seen |= watch.sees(&text.as_bytes()[pair[0]..pair[1]]);
            }
            prop_assert_eq!(seen, whole);
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert!(!format!("{:?}", Secret::new("token-a".into())).contains("token-a"));
    }
}
