//! A component with its settings, ready to run commands, and what may change of it while calls run.

use crate::component::Component;
use crate::deadline::Deadline;
use crate::generation::Generation;
use crate::reload::{Reload, ReloadError};
use soar_contract::audit::Audit;
use soar_contract::platform::Platform;
use soar_contract::secret::Secret;
use soar_contract::settings::{ConfigurationError, Settings};
use soar_network::cover::Redactor;
use soar_network::gate::Lookups;
use soar_network::keyring::Keyring;
use soar_network::observer::Observer;
use soar_network::transport::{Source, Transport};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

/// The longest that a request waits until it is known whose its credential is.
const PATIENCE: Duration = Duration::from_secs(2);

/// A component with its settings, a way to its server, and a platform. Cheap to clone: clones are one instance, and what
/// [`rotate`](Self::rotate) and [`reload`](Self::reload) change is changed for all of them.
#[derive(Clone)]
pub struct Instance {
    shared: Arc<Shared>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) platform: Arc<dyn Platform>,
    pub(crate) observer: Arc<dyn Observer>,
    /// Where calls are recorded.
    pub(crate) audit: Option<Arc<dyn Audit>>,
    /// What the audit calls it.
    pub(crate) name: Option<Arc<str>>,
}

/// What all clones of an instance have in common.
struct Shared {
    generation: RwLock<Arc<Generation>>,
    /// Held while a new version is made of the present one.
    changing: Mutex<()>,
    ring: Keyring,
}

impl Instance {
    /// An instance that nobody follows yet.
    pub(crate) fn new(
        component: Component,
        settings: Settings,
        transport: Arc<dyn Transport>,
        platform: Arc<dyn Platform>,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, ConfigurationError> {
        let ring = Keyring::default();
        let generation = Generation::new(component, settings, &*transport, &ring, None)?;
        let shared = Shared { generation: RwLock::new(generation.into()), changing: Mutex::default(), ring };
        Ok(Self { shared: shared.into(), transport, platform, observer, audit: None, name: None })
    }

    /// The same instance, followed by an observer from here on.
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

    /// The same instance, with every call and every request from here recorded.
    #[must_use]
    pub fn with_audit(mut self, audit: Arc<dyn Audit>) -> Self {
        self.audit = Some(audit);
        self
    }

    /// Takes the credentials of this instance and of its transport out of what is shown and kept: those of now, and those of calls
    /// that still run with earlier ones. Ask again after a [`rotate`](Self::rotate).
    #[must_use]
    pub fn redactor(&self) -> Arc<Redactor> {
        self.ring().covering().now()
    }

    /// The component that new calls run.
    #[must_use]
    pub fn component(&self) -> Component {
        self.generation().component.clone()
    }

    /// Puts new credentials in the place of those with the same names, for all calls that begin from now on; the others stay. A
    /// call that is under way ends with what it began with. As long as one is, the old credentials are covered as the
    /// new ones are: in what components read, in the audit, in failures. An empty one is none, as if it were not configured.
    ///
    /// # Errors
    /// As an instance with them would be refused; then nothing changes.
    ///
    /// ```
    /// # use soar::{ConfigurationError, Instance, Secret};
    /// # fn use_it(instance: &Instance, new: Secret) -> Result<(), ConfigurationError> {
    /// instance.rotate([("bot_access_token", new)])
    /// # }
    /// ```
    pub fn rotate<N: Into<String>>(
        &self,
        secrets: impl IntoIterator<Item = (N, Secret)>,
    ) -> Result<(), ConfigurationError> {
        let _changing = self.shared.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.generation();
        let given = before.given.clone().with_secrets(secrets);
        self.publish(Generation::new(before.component.clone(), given, &*self.transport, self.ring(), Some(&before))?);
        Ok(())
    }

    /// Puts another version of the component, or other settings, in the place of this one, for all calls that begin from now on. A
    /// call that is under way ends with the component that it began with. The transport stays: make a new instance
    /// where the new settings ask for another one.
    ///
    /// # Errors
    /// If it is another integration, a parameter that is in use has become one of another kind, or the settings don't fit; then nothing changes.
    pub fn reload(&self, reload: impl Into<Reload>) -> Result<(), ReloadError> {
        let reload = reload.into();
        let _changing = self.shared.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.generation();
        let given = reload.settings(&before.component, &before.given)?;
        self.publish(Generation::new(reload.component, given, &*self.transport, self.ring(), Some(&before))?);
        Ok(())
    }

    fn publish(&self, generation: Generation) {
        let mut now = self.shared.generation.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *now, generation.into());
        drop(now);
        // Not with the lock held: much may end with it.
        drop(before);
    }

    /// What a call that begins now runs with.
    pub(crate) fn generation(&self) -> Arc<Generation> {
        self.shared.generation.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How a call learns whose its credentials are, or why it does not. Only where an audit is kept, which alone has it, and only
    /// of a server: what a recording answers is nobody's, and in a dry run nothing is sent that need not be.
    pub(crate) fn lookups(&self, generation: &Generation, deadline: Deadline) -> Result<Lookups, &'static str> {
        match self.transport.source() {
            _ if self.audit.is_none() => return Err("there is no audit"),
            Source::Live if !self.transport.virtual_time() => {}
            Source::DryRun => return Err("it is not asked for in a dry run"),
            _ => return Err("a recording answers"),
        }
        // Of a call with little time it takes little.
        let left = Duration::from_millis(deadline.left(&generation.limits));
        Ok(Lookups {
            accounts: generation.accounts.clone(),
            policy: generation.policy(generation.component.accounts()),
            keys: generation.keys.clone(),
            told: generation.told.clone(),
            patience: PATIENCE.min(left / 4),
            hurried: left / 4 < PATIENCE,
            waited: Arc::default(),
        })
    }

    pub(crate) fn ring(&self) -> &Keyring {
        &self.shared.ring
    }
}
