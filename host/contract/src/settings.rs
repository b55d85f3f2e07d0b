//! What an instance is configured with.

use crate::limits::Limits;
use crate::secret::Secret;
use std::collections::BTreeMap;

/// What an instance is configured with, by parameter name.
///
/// ```
/// use soar_contract::limits::{Limit, Limits};
/// use soar_contract::secret::Secret;
/// use soar_contract::settings::Settings;
/// use std::time::Duration;
///
/// let settings = Settings::new()
///     .with_parameters([("url", "https://chat.example.com"), ("team_name", "panw")])
///     .with_secret("bot_access_token", Secret::new("of a file, a vault".into()))
///     .with_limits(Limits::default().with(Limit::Time, Duration::from_secs(60)));
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
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

impl Settings {
    /// Nothing but the limits that there are unless told.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with these parameters, too.
    #[must_use]
    pub fn with_parameters<N: Into<String>, V: Into<String>>(
        mut self,
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.parameters.extend(pairs.into_iter().map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// The same with these credentials, too.
    #[must_use]
    pub fn with_secrets<N: Into<String>>(mut self, pairs: impl IntoIterator<Item = (N, Secret)>) -> Self {
        self.secrets.extend(pairs.into_iter().map(|(name, secret)| (name.into(), secret)));
        self
    }

    /// The same with this credential, too.
    #[must_use]
    pub fn with_secret(self, name: impl Into<String>, secret: Secret) -> Self {
        self.with_secrets([(name, secret)])
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same with what an administrator says of the network.
    #[must_use]
    pub fn with_network(self, network: Network) -> Self {
        Self { network, ..self }
    }

    /// The same for a component that was reviewed, or was not.
    #[must_use]
    pub fn with_reviewed(self, reviewed: bool) -> Self {
        Self { reviewed, ..self }
    }
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

/// What an administrator says of the network, as it stands in an instance's configuration. It narrows what the manifest
/// declares, and never widens it.
///
/// A pattern is a method and a path below the server's base URL, such as `GET /api/teams/{team}`. The method may be `*`,
/// a part of the path `*` or `{name}`, for any one; `**` at the end is any rest, also none. Behind a `?` names of the
/// query may follow, `DELETE /api/channels/*?permanent`: in `deny` such a request with any of these names is meant, in
/// `allow` one with no others. They are compared as rules are, letter by letter: a server for which two spellings are
/// the same is fenced in with `allow`, not with `deny`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// If there are any, a request must be of one of these, too.
    pub allow: Vec<String>,
    /// A request must not be of any of these.
    pub deny: Vec<String>,
    /// Whether addresses of private networks may be connected to. Left out: if the server's own host is in one.
    /// `Some(false)`: not even then. `Some(true)` is refused, since it would widen.
    pub private: Option<bool>,
}
