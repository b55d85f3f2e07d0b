//! How an instance is made.

use crate::component::Component;
use crate::embedded::Embedded;
use crate::instance::Instance;
use soar_contract::audit::Audit;
use soar_contract::platform::Platform;
use soar_contract::settings::{ConfigurationError, Settings};
use soar_network::observer::{Nobody, Observer};
use soar_network::transport::{Live, LiveOptions, OptionsError, Transport};
use std::sync::Arc;

/// An instance in the making.
///
/// ```
/// # use soar::{Component, ConfigurationError, Instance, Platform, Settings};
/// # fn use_it(component: &Component, settings: Settings, platform: std::sync::Arc<dyn Platform>) -> Result<Instance, ConfigurationError> {
/// component.instance(settings).platform(platform).name("chat").build()
/// # }
/// ```
#[must_use]
pub struct InstanceBuilder {
    component: Component,
    settings: Settings,
    transport: Option<Arc<dyn Transport>>,
    platform: Option<Arc<dyn Platform>>,
    observer: Option<Arc<dyn Observer>>,
    audit: Option<Arc<dyn Audit>>,
    name: Option<Arc<str>>,
}

impl Component {
    /// An instance in the making: the component with its settings.
    pub fn instance(&self, settings: Settings) -> InstanceBuilder {
        InstanceBuilder {
            component: self.clone(),
            settings,
            transport: None,
            platform: None,
            observer: None,
            audit: None,
            name: None,
        }
    }
}

impl InstanceBuilder {
    /// The way to its server; [`Live`] with [`LiveOptions::for_instance`] unless told.
    pub fn transport(self, transport: Arc<dyn Transport>) -> Self {
        Self { transport: Some(transport), ..self }
    }

    /// The platform that it runs in; one without any file unless told.
    pub fn platform(self, platform: Arc<dyn Platform>) -> Self {
        Self { platform: Some(platform), ..self }
    }

    /// Who follows its calls.
    pub fn observer(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// Where its calls and requests are recorded.
    pub fn audit(self, audit: Arc<dyn Audit>) -> Self {
        Self { audit: Some(audit), ..self }
    }

    /// A name, by which the audit and `tracing` tell it from others.
    pub fn name(self, name: impl Into<Arc<str>>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// Makes the instance.
    ///
    /// # Errors
    /// If a setting is missing or wrong, or the network can't be reached as they say; the error names what.
    pub fn build(self) -> Result<Instance, ConfigurationError> {
        let Self { component, settings, transport, platform, observer, audit, name } = self;
        let transport = match transport {
            Some(transport) => transport,
            None => live(&component, &settings).map_err(refused)?,
        };
        let platform = platform.unwrap_or_else(|| Arc::new(Embedded::new()));
        let observer = observer.unwrap_or_else(|| Arc::new(Nobody));
        let mut instance = Instance::new(component, settings, transport, platform, observer)?;
        instance.audit = audit;
        instance.name = name;
        Ok(instance)
    }
}

fn live(component: &Component, settings: &Settings) -> Result<Arc<dyn Transport>, OptionsError> {
    Ok(Arc::new(Live::new(LiveOptions::for_instance(component.manifest(), settings)?)?))
}

fn refused(OptionsError { what, problem, expected }: OptionsError) -> ConfigurationError {
    ConfigurationError { parameter: what, reason: problem, expected: expected.to_owned() }
}
