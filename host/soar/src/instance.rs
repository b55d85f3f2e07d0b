//! A component with its settings, ready to run commands.

use crate::component::Component;
use crate::deadline::Deadline;
use crate::place::Share;
use crate::resolved::{self, Resolved};
use soar_contract::audit::Audit;
use soar_contract::contract::Command;
use soar_contract::limits::Limits;
use soar_contract::platform::Platform;
use soar_contract::secret::Secret;
use soar_contract::settings::{ConfigurationError, Settings};
use soar_network::accounts::Accounts;
use soar_network::address::Private;
use soar_network::cover::{Redactor, Secrets};
use soar_network::gate::Lookups;
use soar_network::observer::{Nobody, Observer};
use soar_network::policy::{Narrowing, Origin, Policy, Rules};
use soar_network::transport::{Source, Transport};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// The longest that a request waits until it is known whose its credential is.
const PATIENCE: Duration = Duration::from_secs(2);

/// A component with its settings, a way to its server, and a platform. Cheap to clone.
#[derive(Clone)]
pub struct Instance {
    pub(crate) component: Component,
    pub(crate) settings: Arc<Settings>,
    /// None for an integration whose commands have no endpoints.
    origin: Option<Arc<Origin>>,
    narrowing: Narrowing,
    /// By command, the first secret that its endpoints need and that is not configured.
    missing: Arc<BTreeMap<String, ConfigurationError>>,
    /// Where its calls run.
    pub(crate) places: Share,
    /// The secrets that some command sends to the server.
    pub(crate) sent: Arc<BTreeSet<String>>,
    /// What the transport tells whoever answers, on its own account.
    pub(crate) told: Arc<[Secret]>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) platform: Arc<dyn Platform>,
    pub(crate) observer: Arc<dyn Observer>,
    /// Whether private networks are open to it, whatever the transport was made with.
    pub(crate) private: Private,
    pub(crate) limits: Arc<Limits>,
    /// Takes credentials out of what is kept and said of a call.
    pub(crate) redactor: Arc<Redactor>,
    /// Whose its credentials are.
    accounts: Arc<Accounts>,
    /// Where calls are recorded.
    pub(crate) audit: Option<Arc<dyn Audit>>,
    /// What the audit calls it.
    pub(crate) name: Option<Arc<str>>,
}

impl Component {
    /// An instance: the component with its settings, a way to its server, and a platform.
    ///
    /// # Errors
    /// If a setting is missing or wrong; the error names it.
    pub fn instance(
        &self,
        settings: Settings,
        transport: Arc<dyn Transport>,
        platform: Arc<dyn Platform>,
    ) -> Result<Instance, ConfigurationError> {
        Instance::new(self.clone(), settings, transport, platform)
    }
}

impl Instance {
    fn new(
        component: Component,
        settings: Settings,
        transport: Arc<dyn Transport>,
        platform: Arc<dyn Platform>,
    ) -> Result<Self, ConfigurationError> {
        let Resolved { settings, origin, missing } = resolved::resolve(component.manifest(), settings)?;
        let told = resolved::told(component.manifest(), &settings, origin.as_ref(), &*transport)?;
        let narrowing = component.narrowing(&settings.network)?;
        let endpoints = component.manifest().commands.iter().flat_map(|command| &command.endpoints);
        let sent = endpoints.filter_map(|endpoint| endpoint.credential.clone()).collect::<BTreeSet<_>>();
        let of_transport = transport.secrets();
        let secrets = settings.secrets.values().chain(&of_transport).map(Secret::expose);
        let redactor = Arc::new(Redactor::new(Secrets::new(secrets)));
        let parameters = component.manifest().parameters.iter();
        let accounts = parameters.filter_map(|it| Some((it.name.clone(), it.account.clone()?))).collect();
        Ok(Self {
            limits: Arc::new(settings.limits.clone()),
            places: component.running().places.share(),
            private: if settings.network.private == Some(false) { Private::Never } else { Private::IfOwn },
            component,
            redactor,
            accounts: Accounts::new(accounts).into(),
            audit: None,
            name: None,
            origin: origin.map(Arc::new),
            narrowing,
            missing: missing.into(),
            sent: sent.into(),
            told: told.into(),
            transport,
            platform,
            observer: Arc::new(Nobody),
            settings: settings.into(),
        })
    }

    /// The same instance, followed by an observer.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = observer;
        self
    }

    /// The same instance with a name, by which the audit and `tracing` tell it from others.
    #[must_use]
    pub fn named(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The same instance, with every call and every request recorded.
    #[must_use]
    pub fn with_audit(mut self, audit: Arc<dyn Audit>) -> Self {
        self.audit = Some(audit);
        self
    }

    /// Takes the credentials of this instance and of its transport out of what is shown and kept.
    #[must_use]
    pub fn redactor(&self) -> &Arc<Redactor> {
        &self.redactor
    }

    /// What a command with these rules may reach.
    pub(crate) fn policy(&self, rules: &Rules) -> Policy {
        match &self.origin {
            Some(origin) => Policy::new(origin.clone(), rules.clone()).narrowed(self.narrowing.clone()),
            None => Policy::default(),
        }
    }

    /// How a call learns whose its credentials are, or why it does not. Only where an audit is kept, which alone has it, and only
    /// of a server: what a recording answers is nobody's, and in a dry run nothing is sent that need not be.
    pub(crate) fn lookups(&self, deadline: Deadline) -> Result<Lookups, &'static str> {
        match self.transport.source() {
            _ if self.audit.is_none() => return Err("there is no audit"),
            Source::Live if !self.transport.virtual_time() => {}
            Source::DryRun => return Err("it is not asked for in a dry run"),
            _ => return Err("a recording answers"),
        }
        // Of a call with little time it takes little.
        let left = Duration::from_millis(deadline.left(&self.limits));
        Ok(Lookups {
            accounts: self.accounts.clone(),
            policy: self.policy(self.component.accounts()),
            settings: self.settings.clone(),
            told: self.told.clone(),
            patience: PATIENCE.min(left / 4),
        })
    }

    /// The first secret that a command's endpoints need and that is not configured.
    pub(crate) fn missing_secret(&self, command: &Command) -> Option<&ConfigurationError> {
        self.missing.get(&command.name)
    }
}
