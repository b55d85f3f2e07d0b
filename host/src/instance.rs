//! A component with its settings, ready to run commands.

use crate::address::Private;
use crate::arguments::{self, Unknown};
use crate::audit::Audit;
use crate::call;
use crate::component::Component;
use crate::contract::{Command, Integration, Parameter, ParameterKind};
use crate::credentials::{NOT_GUESSABLE, Secret};
use crate::entry::{Entry, Failure};
use crate::limits::Limits;
use crate::place::Share;
use crate::platform::Platform;
use crate::policy::{Narrowing, Network, NetworkError, Origin, Policy, Rules};
use crate::recording::{Redactor, Secrets};
use crate::transport::Transport;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What an instance is configured with, by parameter name.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Parameters that are no secrets.
    pub parameters: BTreeMap<String, String>,
    /// Credentials.
    pub secrets: BTreeMap<String, Secret>,
    /// What each call may use.
    pub limits: Limits,
    /// What of the declared requests an administrator allows.
    pub network: Network,
    /// Whether whoever runs the component has looked at what it does. One that nobody has reviewed gets no credential
    /// that is short enough to be guessed: it can have the server repeat millions of guesses, and see which of them the
    /// host takes for the credential.
    pub reviewed: bool,
}

/// A setting that is missing or wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {reason}; expected {expected}")]
pub struct ConfigurationError {
    /// The parameter, by its name in the manifest, or `network.allow` and the like.
    pub parameter: String,
    /// What was wrong with it.
    pub reason: String,
    /// What would be right.
    pub expected: String,
}

impl From<NetworkError> for ConfigurationError {
    fn from(NetworkError { key, reason, expected }: NetworkError) -> Self {
        Self { parameter: key.into(), reason, expected }
    }
}

impl ConfigurationError {
    /// The failure of a command that is called all the same.
    #[must_use]
    pub fn failure(&self, command: &str) -> Failure {
        Failure::wrong(command, "configuration", self.to_string())
            .with("parameter", self.parameter.as_str())
            .with("reason", self.reason.as_str())
            .with("expected", self.expected.as_str())
    }
}

/// Follows what a call sends; every method may be left out. Called from whatever thread the request is on.
pub trait Observer: Send + Sync + 'static {
    /// A request starts: its method and path without credentials, of long ones the beginning, and the size of its body in bytes
    /// if it is known.
    fn request(&self, method: &str, path: &str, size: Option<u64>) {
        let _ = (method, path, size);
    }

    /// So many more bytes of a request's body were sent.
    fn sent(&self, bytes: u64) {
        let _ = bytes;
    }

    /// A request was answered.
    fn answered(&self, status: u16) {
        let _ = status;
    }
}

/// Looks away.
pub(crate) struct Nobody;

impl Observer for Nobody {}

/// What a command is called with.
#[derive(Clone, Copy, Debug)]
pub enum Given<'a> {
    /// Text by argument name, as playbooks and people give it.
    Strings {
        /// Name and value, in any order.
        pairs: &'a [(String, String)],
        /// What to do with a name that the command does not know.
        unknown: Unknown,
    },
    /// JSON by argument name. Text follows the rules for text; anything else must be of the argument's type.
    Json {
        /// Value by name.
        values: &'a Map<String, Value>,
        /// What to do with a name that the command does not know.
        unknown: Unknown,
    },
}

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
    /// Where calls are recorded.
    pub(crate) audit: Option<Arc<dyn Audit>>,
}

impl Instance {
    pub(crate) fn new(
        component: Component,
        mut settings: Settings,
        transport: Arc<dyn Transport>,
        platform: Arc<dyn Platform>,
    ) -> Result<Self, ConfigurationError> {
        let mut origin = None;
        for parameter in &component.manifest().parameters {
            if parameter.kind == ParameterKind::Secret {
                continue;
            }
            if let Some(default) = &parameter.default {
                settings.parameters.entry(parameter.name.clone()).or_insert_with(|| default.clone());
            }
            if parameter.kind == ParameterKind::ListOfText
                && let Some(value) = settings.parameters.get_mut(&parameter.name)
                && let Some(items) = arguments::texts(value)
            {
                // As arguments may be: a list in brackets, or separated by commas as the component reads it.
                *value = items.join(",");
            }
            match settings.parameters.get(&parameter.name).filter(|value| !value.is_empty()) {
                Some(value) => origin = check(parameter, value)?.or(origin),
                // What has endpoints has one, as loading it made sure: without it they would be nowhere.
                None if parameter.required || parameter.kind == ParameterKind::ServerUrl => {
                    return Err(missing(parameter));
                }
                None => {}
            }
        }
        for secret in settings.secrets.values_mut() {
            *secret = secret.clone().trimmed();
        }
        if let Some(error) = settings.secrets.iter().find_map(|(name, secret)| unsendable(name, secret)) {
            return Err(error);
        }
        let parameters = settings.parameters.keys().map(|name| (name, false));
        let secrets = settings.secrets.keys().map(|name| (name, true));
        if let Some(error) =
            parameters.chain(secrets).find_map(|(name, secret)| misplaced(component.manifest(), name, secret))
        {
            return Err(error);
        }
        if !settings.reviewed
            && let Some(error) = settings.secrets.iter().find_map(|(name, secret)| guessable(name, secret))
        {
            return Err(error);
        }
        let told = told(&component, &settings, origin.as_ref(), &*transport)?;
        let narrowing = component.narrowing(&settings.network)?;
        let commands = component.manifest().commands.iter();
        let endpoints = commands.clone().flat_map(|command| &command.endpoints);
        let sent = endpoints.filter_map(|endpoint| endpoint.credential.clone()).collect::<BTreeSet<_>>();
        let missing = commands
            .filter_map(|command| {
                Some((command.name.clone(), missing_secret(component.manifest(), command, &settings)?))
            })
            .collect::<BTreeMap<_, _>>();
        let limits = Arc::new(settings.limits.clone());
        let places = component.running().places.share();
        let of_transport = transport.secrets();
        let secrets = settings.secrets.values().chain(&of_transport).map(Secret::expose);
        let redactor = Arc::new(Redactor::new(Secrets::new(secrets)));
        Ok(Self {
            component,
            limits,
            redactor,
            audit: None,
            origin: origin.map(Arc::new),
            narrowing,
            missing: missing.into(),
            sent: sent.into(),
            told: told.into(),
            places,
            private: if settings.network.private == Some(false) { Private::Never } else { Private::IfOwn },
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

    /// Runs a command, each time in a sandbox of its own.
    ///
    /// # Errors
    /// If the call is wrong or the command fails.
    pub async fn call(&self, command: &str, arguments: Given<'_>) -> Result<Entry, Failure> {
        call::call(self, command, arguments).await
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

fn missing_secret(manifest: &Integration, command: &Command, settings: &Settings) -> Option<ConfigurationError> {
    let needed = |parameter: &&Parameter| {
        parameter.kind == ParameterKind::Secret
            && command.endpoints.iter().any(|endpoint| endpoint.credential.as_ref() == Some(&parameter.name))
    };
    let absent =
        |parameter: &&Parameter| settings.secrets.get(&parameter.name).is_none_or(|secret| secret.expose().is_empty());
    manifest.parameters.iter().filter(needed).find(absent).map(missing)
}

/// A setting that the integration does not have, or that stands among those of the other kind: what is among the
/// parameters the component reads as it is, and what is among the secrets only as a placeholder.
fn misplaced(manifest: &Integration, name: &str, secret: bool) -> Option<ConfigurationError> {
    let (reason, expected) = match manifest.parameter(name).map(|parameter| parameter.kind == ParameterKind::Secret) {
        None => (
            "the integration has no such parameter",
            manifest.parameters.iter().map(|parameter| parameter.name.as_str()).collect::<Vec<_>>().join(", "),
        ),
        Some(true) if !secret => ("it is a secret", "it among the secrets of the settings".into()),
        Some(false) if secret => ("it is no secret", "it among the parameters of the settings".into()),
        Some(_) => return None,
    };
    Some(ConfigurationError { parameter: name.into(), reason: reason.into(), expected })
}

fn missing(parameter: &Parameter) -> ConfigurationError {
    // Not with the variable that the manifest names: whether that counts, and for whom, is for the platform to say.
    ConfigurationError {
        parameter: parameter.name.clone(),
        reason: "it is not configured".into(),
        expected: format!("{} in the instance", parameter.title),
    }
}

/// A secret that can't go into a header could never be sent, and the server would see its placeholder instead; one with
/// something around it is none. What is wrong is said, and nothing of the secret.
fn unsendable(name: &str, secret: &Secret) -> Option<ConfigurationError> {
    let value = secret.expose();
    let mut letters = value.chars();
    let ends = (letters.next().unwrap_or_default(), letters.next_back().unwrap_or_default());
    let begins = |word: &str| value.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let reason = if matches!(ends, ('"', '"') | ('\'', '\'') | ('`', '`') | ('“' | '„', '”' | '“') | ('‘', '’'))
    {
        "it is in quotation marks, which are no part of a token"
    } else if begins("authorization:") {
        "it begins with \"Authorization:\": that is a whole header, of which the token is the last word"
    } else if begins("bearer ") {
        "it begins with \"Bearer \", which is put before it when it is sent"
    } else if value.contains(['\r', '\n']) {
        "it has a line break in it: is there more in it than the token?"
    } else if value.contains(char::is_whitespace) {
        "it has a blank in it"
    } else if value.contains(char::is_control) {
        "it has a control character in it"
    } else if !value.is_ascii() {
        "it has a character in it that is no ASCII, which no token has"
    } else {
        return None;
    };
    Some(ConfigurationError {
        parameter: name.into(),
        reason: reason.into(),
        expected: "the token alone, as the server showed it".into(),
    })
}

/// A secret that a component could find by having the server repeat guesses.
fn guessable(name: &str, secret: &Secret) -> Option<ConfigurationError> {
    secret.is_guessable().then(|| ConfigurationError {
        parameter: name.into(),
        reason: "it is so short that a component which nobody has reviewed could guess it".into(),
        expected: format!("a token of {NOT_GUESSABLE} characters at least, or a component that was reviewed"),
    })
}

/// What the transport tells whoever answers, on its own account: what answers are looked through for. Not for what could
/// be guessed: an answer full of guesses would tell whoever made it which one is right, by the end of the call.
fn told(
    component: &Component,
    settings: &Settings,
    origin: Option<&Origin>,
    transport: &dyn Transport,
) -> Result<Vec<Secret>, ConfigurationError> {
    let origin = origin.and_then(|origin| origin.url().parse().ok());
    let told = origin.map(|origin| transport.told(&origin)).unwrap_or_default();
    if !told.iter().any(Secret::is_guessable) {
        return Ok(told);
    }
    if settings.reviewed {
        return Ok(Vec::new());
    }
    let manifest = component.manifest();
    let parameter = manifest.of_kind(ParameterKind::Proxy).chain(manifest.of_kind(ParameterKind::ServerUrl)).next();
    Err(ConfigurationError {
        parameter: parameter.map(|parameter| parameter.name.clone()).unwrap_or_default(),
        reason:
            "the proxy's password is so short that a component which nobody has reviewed could guess it, and for a URL \
                 with http:// the proxy's answers reach the component"
                .into(),
        expected: format!(
            "a URL with https://, a password of {NOT_GUESSABLE} characters at least, or a component that was reviewed"
        ),
    })
}

/// Holds a value against its parameter's kind; gives the origin if it is one.
fn check(parameter: &Parameter, value: &str) -> Result<Option<Origin>, ConfigurationError> {
    let refuse =
        |reason: String, expected: String| ConfigurationError { parameter: parameter.name.clone(), reason, expected };
    let option = |value: &str| match parameter.options.iter().any(|option| option.eq_ignore_ascii_case(value)) {
        true => Ok(()),
        false => Err(refuse(format!("{value:?} is not allowed"), format!("one of {}", parameter.options.join(", ")))),
    };
    match parameter.kind {
        ParameterKind::ServerUrl => {
            return Origin::parse(value).map(Some).map_err(|error| refuse(error.reason, error.expected));
        }
        ParameterKind::Boolean | ParameterKind::Insecure | ParameterKind::Proxy
            if !matches!(value.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no") =>
        {
            return Err(refuse(format!("{value:?} is neither true nor false"), "true or false".into()));
        }
        ParameterKind::ListOfText if !parameter.options.is_empty() => {
            value.split(',').map(str::trim).filter(|item| !item.is_empty()).try_for_each(option)?;
        }
        ParameterKind::Text if !parameter.options.is_empty() => option(value)?,
        _ => {}
    }
    Ok(None)
}
