//! Settings held against what an integration declares.

use soar_contract::arguments;
use soar_contract::manifest::{Command, Integration, Parameter, ParameterKind};
use soar_contract::secret::{NOT_GUESSABLE, Secret};
use soar_contract::settings::{ConfigurationError, Settings};
use soar_network::policy::Origin;
use soar_network::transport::Transport;
use std::collections::BTreeMap;

/// Settings that are right.
pub(crate) struct Resolved {
    /// With what was left out, and without what is around a value and no part of it.
    pub(crate) settings: Settings,
    /// None for an integration whose commands have no endpoints.
    pub(crate) origin: Option<Origin>,
    /// By command, the first secret that its endpoints need and that is not configured.
    pub(crate) missing: BTreeMap<String, ConfigurationError>,
}

/// Holds settings against a manifest.
///
/// # Errors
/// If one is missing or wrong; the error names it.
pub(crate) fn resolve(manifest: &Integration, mut settings: Settings) -> Result<Resolved, ConfigurationError> {
    let mut origin = None;
    for parameter in manifest.parameters.iter().filter(|parameter| parameter.kind != ParameterKind::Secret) {
        complete(parameter, &mut settings.parameters);
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
    let secrets = || settings.secrets.iter();
    let names =
        settings.parameters.keys().map(|name| (name, false)).chain(settings.secrets.keys().map(|name| (name, true)));
    let wrong = secrets()
        .find_map(|(name, secret)| unsendable(name, secret))
        .or_else(|| names.into_iter().find_map(|(name, secret)| misplaced(manifest, name, secret)))
        .or_else(|| secrets().filter(|_| !settings.reviewed).find_map(|(name, secret)| guessable(name, secret)));
    if let Some(error) = wrong {
        return Err(error);
    }
    let missing = |command: &Command| Some((command.name.clone(), missing_secret(manifest, command, &settings)?));
    let missing = manifest.commands.iter().filter_map(missing).collect();
    Ok(Resolved { settings, origin, missing })
}

/// Puts in what the manifest says of a parameter that is left out, and a list as the component reads it.
fn complete(parameter: &Parameter, values: &mut BTreeMap<String, String>) {
    if let Some(default) = &parameter.default {
        values.entry(parameter.name.clone()).or_insert_with(|| default.clone());
    }
    if parameter.kind == ParameterKind::ListOfText
        && let Some(value) = values.get_mut(&parameter.name)
        && let Some(items) = arguments::texts(value)
    {
        // As arguments may be: a list in brackets, or separated by commas as the component reads it.
        *value = items.join(",");
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
    } else if is_left_open(value) {
        "it is the name of a value, such as ${TOKEN}, in whose place nothing has put the value"
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

/// Whether a text is what shells, templates and manuals have where a value belongs: `${TOKEN}`, `$TOKEN`, `{{token}}`, `<token>`.
fn is_left_open(value: &str) -> bool {
    let between = |start, end| value.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    let is_variable = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    [("${", "}"), ("{{", "}}"), ("<", ">")].into_iter().any(|(start, end)| between(start, end).is_some())
        || value.strip_prefix('$').is_some_and(is_variable)
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
pub(crate) fn told(
    manifest: &Integration,
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
