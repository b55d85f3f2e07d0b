//! Another component, or other settings, for an instance that runs.

use crate::component::Component;
use soar_contract::kinds::KindChange;
use soar_contract::settings::{ConfigurationError, Settings};
use soar_contract::text;

/// What an instance is to go on with: another version of its component, with the settings that it has or with others.
#[derive(Clone)]
pub struct Reload {
    pub(crate) component: Component,
    settings: Option<Settings>,
    reviewed: Option<bool>,
    kinds: bool,
}

/// Why an instance stays as it was.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReloadError {
    /// The component is of another integration.
    #[error(
        "the component is the integration {}, and the instance is one of {}",
        text::quoted(now),
        text::quoted(before)
    )]
    OtherIntegration {
        /// The instance's.
        before: String,
        /// The component's.
        now: String,
    },
    /// Parameters that are in use are of other kinds in the new component.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Kinds(Vec<KindChange>),
    /// A setting does not fit the component.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
}

impl Reload {
    /// Another version of the component, with the settings that the instance has.
    #[must_use]
    pub fn new(component: Component) -> Self {
        Self { component, settings: None, reviewed: None, kinds: false }
    }

    /// The same with other settings, all of them.
    #[must_use]
    pub fn with_settings(self, settings: Settings) -> Self {
        Self { settings: Some(settings), ..self }
    }

    /// The same for a component that was reviewed. That the one before it was says nothing of this one.
    #[must_use]
    pub fn with_reviewed(self, reviewed: bool) -> Self {
        Self { reviewed: Some(reviewed), ..self }
    }

    /// The same, also if parameters that are in use are of other kinds now: where a secret has become a text, the component
    /// reads what was kept from it.
    #[must_use]
    pub fn with_changed_kinds(self) -> Self {
        Self { kinds: true, ..self }
    }

    /// The settings to go on with, if it may go on.
    pub(crate) fn settings(&self, before: &Component, given: &Settings) -> Result<Settings, ReloadError> {
        let (was, is) = (&before.manifest().name, &self.component.manifest().name);
        if was != is {
            return Err(ReloadError::OtherIntegration { before: was.clone(), now: is.clone() });
        }
        let mut settings = self.settings.clone().unwrap_or_else(|| given.clone());
        // It was said of the other component, whoever has repeated it.
        let is_same = before.digest() == self.component.digest();
        settings.reviewed = self.reviewed.unwrap_or(settings.reviewed && is_same);
        let changes = before.kinds(given).changes(&self.component.kinds(&settings));
        if !self.kinds && !changes.is_empty() {
            return Err(ReloadError::Kinds(changes));
        }
        Ok(settings)
    }
}

impl From<Component> for Reload {
    fn from(component: Component) -> Self {
        Self::new(component)
    }
}
