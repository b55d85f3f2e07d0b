//! Which kinds the parameters of an instance had when it was used.

use crate::manifest::{Integration, ParameterKind};
use crate::settings::Settings;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// The kinds of the parameters that an instance was used with, by their names.
///
/// A component says itself which of its parameters are secrets. A platform that keeps this from one use of an instance
/// to the next notices when another component, or another version of it, declares as text what was a secret: its value would
/// be handed out.
///
/// ```
/// # use soar_contract::kinds::Kinds;
/// // `now` is what the loaded component says of the instance's settings.
/// # fn use_it(now: Kinds, kept: &Kinds) -> Result<Kinds, String> {
/// match kept.changes(&now).first() {
///     Some(change) => Err(change.to_string()),
///     None => Ok(kept.clone().and(now)), // keep this
/// }
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds(BTreeMap<String, ParameterKind>);

/// A parameter whose kind is another than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindChange {
    /// Its name.
    pub parameter: String,
    /// What it was.
    pub before: ParameterKind,
    /// What it is now.
    pub now: ParameterKind,
}

impl Kinds {
    /// Those of the parameters that have a value in these settings.
    pub fn used(manifest: &Integration, settings: &Settings) -> Self {
        let used = manifest.parameters.iter().filter(|parameter| {
            settings.parameters.contains_key(&parameter.name) || settings.secrets.contains_key(&parameter.name)
        });
        Self(used.map(|parameter| (parameter.name.clone(), parameter.kind)).collect())
    }

    /// Each name with its kind.
    pub fn iter(&self) -> impl Iterator<Item = (&str, ParameterKind)> {
        self.0.iter().map(|(name, kind)| (name.as_str(), *kind))
    }

    /// The parameters that are of another kind now.
    #[must_use]
    pub fn changes(&self, now: &Self) -> Vec<KindChange> {
        let change = |(parameter, now): (&String, &ParameterKind)| {
            let before = *self.0.get(parameter).filter(|before| *before != now)?;
            Some(KindChange { parameter: parameter.clone(), before, now: *now })
        };
        now.0.iter().filter_map(change).collect()
    }

    /// These, and those of a later use: what to keep for the next.
    #[must_use]
    pub fn and(mut self, later: Self) -> Self {
        self.0.extend(later.0);
        self
    }

    /// As an object, to be kept.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.0.iter().map(|(name, kind)| (name.clone(), kind.name().into())).collect::<Map<_, _>>().into()
    }

    /// What was kept; none if it is something else.
    #[must_use]
    pub fn from_json(kept: &Value) -> Option<Self> {
        let kind = |(name, kind): (&String, &Value)| Some((name.clone(), ParameterKind::named(kind.as_str()?)?));
        kept.as_object()?.iter().map(kind).collect::<Option<_>>().map(Self)
    }
}

impl FromIterator<(String, ParameterKind)> for Kinds {
    fn from_iter<T: IntoIterator<Item = (String, ParameterKind)>>(kinds: T) -> Self {
        Self(kinds.into_iter().collect())
    }
}

impl fmt::Display for KindChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { parameter, before, now } = self;
        write!(
            f,
            "{parameter} was of the kind {} when this instance was used before, and is of the kind {} now",
            before.name(),
            now.name()
        )?;
        match before {
            ParameterKind::Secret => write!(f, ": the component would read what was kept from it"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(pairs: &[(&str, ParameterKind)]) -> Kinds {
        pairs.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect()
    }

    #[test]
    fn a_change_is_noticed_and_what_is_new_or_gone_is_none() {
        let before = kinds(&[("token", ParameterKind::Secret), ("team", ParameterKind::Text)]);
        assert_eq!(before.changes(&before), []);
        assert_eq!(before.changes(&kinds(&[("other", ParameterKind::Text)])), []);
        let now = kinds(&[("token", ParameterKind::Text), ("team", ParameterKind::Text)]);
        let changes = before.changes(&now);
        let [change] = &changes[..] else { panic!("{changes:?}") };
        assert_eq!(
            change.to_string(),
            "token was of the kind secret when this instance was used before, and is of the kind text now: the component \
             would read what was kept from it"
        );
        assert_eq!(before.clone().and(now.clone()), now);
        assert_eq!(before.clone().and(kinds(&[("url", ParameterKind::ServerUrl)])).changes(&now).len(), 1);
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let all: Vec<_> = ParameterKind::ALL.into_iter().map(|kind| (kind.name(), kind)).collect();
        let kinds = kinds(&all);
        assert_eq!(kinds.iter().count(), ParameterKind::ALL.len());
        assert_eq!(Kinds::from_json(&kinds.to_json()), Some(kinds));
        for wrong in ["[]", "{\"a\": 1}", "{\"a\": \"riddle\"}"] {
            assert_eq!(Kinds::from_json(&serde_json::from_str(wrong).unwrap()), None);
        }
    }
}
