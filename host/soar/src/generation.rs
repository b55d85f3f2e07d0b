//! What the calls of an instance run with from one change of it to the next.

use crate::component::Component;
use crate::place::Share;
use crate::resolved::{self, Resolved};
use soar_contract::limits::Limits;
use soar_contract::manifest::Command;
use soar_contract::secret::Secret;
use soar_contract::settings::{ConfigurationError, Settings};
use soar_network::accounts::Accounts;
use soar_network::address::Private;
use soar_network::keyring::{Keyring, Keys};
use soar_network::policy::{Narrowing, Origin, Policy, Rules};
use soar_network::transport::Transport;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A component and settings that fit each other. A call ends with the one that it began with.
pub(crate) struct Generation {
    pub(crate) component: Component,
    /// The settings as they were given: what another component makes of them is for it to say.
    pub(crate) given: Settings,
    /// The same as this component takes them.
    pub(crate) settings: Settings,
    /// None for an integration whose commands have no endpoints.
    origin: Option<Arc<Origin>>,
    narrowing: Narrowing,
    /// By command, the first secret that its endpoints need and that is not configured.
    missing: BTreeMap<String, ConfigurationError>,
    /// Where its calls run.
    pub(crate) places: Share,
    /// The secrets, and which of them some command sends to the server.
    pub(crate) keys: Arc<Keys>,
    /// What the transport tells whoever answers, on its own account.
    pub(crate) told: Arc<[Secret]>,
    /// Whose its credentials are.
    pub(crate) accounts: Arc<Accounts>,
    /// Whether private networks are open to it, whatever the transport was made with.
    pub(crate) private: Private,
    pub(crate) limits: Arc<Limits>,
}

impl Generation {
    /// Holds settings against a component; in place of an earlier version, if there is one.
    ///
    /// # Errors
    /// If a setting is missing or wrong; the error names it.
    pub(crate) fn new(
        component: Component,
        given: Settings,
        transport: &dyn Transport,
        ring: &Keyring,
        before: Option<&Self>,
    ) -> Result<Self, ConfigurationError> {
        let Resolved { settings, origin, missing } = resolved::resolve(component.manifest(), given.clone())?;
        let told = resolved::told(component.manifest(), &settings, origin.as_ref(), transport)?;
        let narrowing = component.narrowing(&settings.network)?;
        let endpoints = component.manifest().commands.iter().flat_map(|command| &command.endpoints);
        let sent = endpoints.filter_map(|endpoint| endpoint.credential.clone()).collect();
        let parameters = component.manifest().parameters.iter();
        let accounts = parameters.filter_map(|it| Some((it.name.clone(), it.account.clone()?))).collect();
        // Calls under way have places of the same share.
        let same_engine = |before: &&Self| Arc::ptr_eq(&before.component.running().ticker, &component.running().ticker);
        let places = match before.filter(same_engine) {
            Some(before) => before.places.clone(),
            None => component.running().places.share(),
        };
        Ok(Self {
            limits: Arc::new(settings.limits.clone()),
            private: if settings.network.private == Some(false) { Private::Never } else { Private::IfOwn },
            // Last: from now on they are covered.
            keys: ring.add(settings.secrets.clone(), sent, transport.secrets()),
            component,
            given,
            settings,
            origin: origin.map(Arc::new),
            narrowing,
            missing,
            places,
            told: told.into(),
            accounts: Accounts::new(accounts).into(),
        })
    }

    /// What a command with these rules may reach.
    pub(crate) fn policy(&self, rules: &Rules) -> Policy {
        match &self.origin {
            Some(origin) => Policy::new(origin.clone(), rules.clone()).narrowed(self.narrowing.clone()),
            None => Policy::default(),
        }
    }

    /// The first secret that a command's endpoints need and that is not configured.
    pub(crate) fn missing_secret(&self, command: &Command) -> Option<&ConfigurationError> {
        self.missing.get(&command.name)
    }
}
