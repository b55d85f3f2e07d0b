//! What an instance is configured with, gathered from where it may come from.

mod astray;
mod candidates;
mod limits;
mod refusals;
mod rows;

pub use rows::{Row, Rows};

use super::environment::{self, Lookup, Named};
use super::instance::{InstanceFile, Value};
use super::kind::Kind;
use super::place::{Place, Unused};
use super::problem::Problem;
use super::secret_files::SecretFolders;
use candidates::{Candidate, Content};
use refusals::{refused, wrong};
use soar::Secret;
use soar::Settings;
use soar::files::shown;
use soar::manifest::{Command, Integration, Parameter, ParameterKind};
use soar::recording::Redactor;
use soar::text;
use std::collections::BTreeMap;

/// Where settings come from. What comes later wins: the environment, the instance file, `--env` and `--set`. Those of a
/// recorded case and defaults are for the others to fill in.
pub struct Sources<'a> {
    /// The integration, as its component says.
    pub integration: &'a Integration,
    /// Whether the component comes with soar, so that its manifest may name variables.
    pub bundled: bool,
    /// The instance file.
    pub file: Option<&'a InstanceFile>,
    /// Whether the variables count that nobody named for this call.
    pub environment: bool,
    /// Whether the user wants nothing from the environment.
    pub no_env: bool,
    /// Those of `--env`.
    pub named: &'a [Named],
    /// Those of `--set`.
    pub set: &'a [(String, String)],
    /// Those of `--limit`.
    pub limits: &'a [(String, String)],
    /// Where the files of secrets may be.
    pub folders: &'a SecretFolders,
    /// The command whose secrets are sent; none if nothing is, and a placeholder does for each.
    pub sends: Option<&'a Command>,
    /// Whether the call is recorded: then the secrets that it does not send are read as well, to be taken out.
    pub recorded: bool,
}

/// Settings, and what people should know about them.
#[derive(Debug)]
pub struct Gathered {
    /// The settings.
    pub settings: Settings,
    /// The parameters that were said for this call: in the instance file or on the command line.
    pub explicit: BTreeMap<String, String>,
    /// Secrets of the instance that are not sent, for a recording that must not have them either.
    pub others: Vec<Secret>,
    /// Warnings, each a line.
    pub warnings: Vec<String>,
    /// What was given and is not used, as something else comes before it.
    pub unused: Vec<Unused>,
    /// Variables that look as if a parameter came from them, each in a line that says what would be right.
    pub astray: Vec<String>,
}

/// So much of a value is shown, in characters.
const LONGEST: usize = 200;

/// What stands for each secret where nothing is sent.
const PLACEHOLDER: &str = "nothing-is-sent-in-a-replay";

/// The server's base URL, with its parameter.
pub fn server<'a>(integration: &'a Integration, settings: &'a Settings) -> Option<(&'a str, &'a str)> {
    let parameter = integration.of_kind(ParameterKind::ServerUrl).next()?;
    let url = settings.parameters.get(&parameter.name).filter(|url| !url.is_empty())?;
    Some((&parameter.name, url))
}

impl Sources<'_> {
    /// Refuses what is wrong whatever the values are. Nothing is read but the names.
    ///
    /// # Errors
    /// A name that is no parameter, a secret given with `--set`, or a source that a parameter may not have.
    pub fn check(&self) -> Result<(), Problem> {
        for (name, _) in self.set {
            match self.integration.parameter(name) {
                None => return Err(self.unknown(&format!("--set {name}"), name)),
                Some(parameter) if parameter.kind == ParameterKind::Secret => return Err(self.secret_set(parameter)),
                Some(_) => {}
            }
        }
        for named in self.named {
            let parameter = self.parameter_of(named)?;
            if self.set.iter().any(|(name, _)| *name == parameter.name) {
                let message = format!("{}: --env and --set both give it; expected one of them", parameter.name);
                return Err(wrong(parameter, message));
            }
        }
        let Some(file) = self.file else { return Ok(()) };
        for (key, value) in &file.values {
            let parameter = self.integration.parameter(key);
            let parameter =
                parameter.ok_or_else(|| self.unknown(&format!("{}: {}", shown(&file.path), text::line(key)), key))?;
            if let Value::Environment(variable) = value
                && self.no_env
            {
                return Err(self.left_out(file, parameter, variable));
            }
            let form = match value {
                Value::Text(_) => continue,
                Value::Environment(_) => "{ env = … }",
                Value::File(_) => "{ file = … }",
            };
            if parameter.kind != ParameterKind::Secret {
                let path = shown(&file.path);
                let message = format!(
                    "{path}: {}: {form} is for secrets alone, and this parameter is of the kind {}, which the component reads; \
                     expected the value itself, or --set {key}=VALUE",
                    parameter.name,
                    parameter.kind.name()
                );
                return Err(wrong(parameter, message));
            }
        }
        Ok(())
    }

    /// Gathers the settings. Of the secrets only those are read that the command sends.
    ///
    /// # Errors
    /// Like [`Sources::check`], or a reference to something that is not there, or settings of two instances mixed.
    pub fn gather(&self, lookup: Lookup<'_>) -> Result<Gathered, Problem> {
        self.check()?;
        let limits = self.limits()?;
        let mut settings = Settings::new().with_limits(limits.limits);
        if let Some(file) = self.file {
            settings.network = file.network.policy.clone();
        }
        let mut gathered = Gathered {
            settings,
            explicit: BTreeMap::new(),
            others: Vec::new(),
            warnings: Vec::new(),
            unused: limits.unused,
            astray: self.astray(lookup)?,
        };
        for parameter in &self.integration.parameters {
            if parameter.kind == ParameterKind::Secret {
                self.secret(parameter, lookup, &mut gathered)?;
            } else {
                self.parameter(parameter, lookup, &mut gathered)?;
            }
        }
        gathered.astray.extend(self.proxies_astray(&gathered.settings, lookup));
        Ok(gathered)
    }

    fn parameter(&self, parameter: &Parameter, lookup: Lookup<'_>, gathered: &mut Gathered) -> Result<(), Problem> {
        let name = &parameter.name;
        let found = self.candidates(parameter, lookup)?;
        let Some(chosen) = self.chosen(parameter, &found)? else { return Ok(()) };
        gathered.unused.extend(self.unused(parameter, &found));
        // What is in a file of secrets is for secrets alone: it was refused before.
        let value = chosen.text().unwrap_or_default().to_owned();
        if !matches!(chosen.place, Place::Variable(_)) {
            gathered.explicit.insert(name.clone(), value.clone());
        }
        gathered.settings.parameters.insert(name.clone(), value);
        Ok(())
    }

    fn secret(&self, parameter: &Parameter, lookup: Lookup<'_>, gathered: &mut Gathered) -> Result<(), Problem> {
        let name = &parameter.name;
        gathered.warnings.extend(self.in_plain_text(parameter));
        let Some(command) = self.sends else {
            gathered.settings.secrets.insert(name.clone(), Secret::new(PLACEHOLDER.into()));
            return Ok(());
        };
        let found = self.candidates(parameter, lookup)?;
        let mut secret = None;
        if is_sent(command, name)
            && let Some(chosen) = self.chosen(parameter, &found)?
        {
            gathered.unused.extend(self.unused(parameter, &found));
            let read = self.read(parameter, chosen)?.trimmed();
            if is_word(read.expose()) {
                gathered.warnings.push(format!(
                    "{name}: it is a short word; wherever an answer has that word, [redacted] is shown in its place. Is it the token?"
                ));
            }
            secret = Some(read);
        }
        if self.recorded {
            // Sent or not: an argument may have it in it.
            for candidate in found.iter().filter(|candidate| !matches!(candidate.content, Content::Missing(_))) {
                match self.read(parameter, candidate) {
                    Ok(other) => gathered.others.push(other.trimmed()),
                    // What can't be read now may have been given all the same.
                    Err(problem) if secret.is_none() => {
                        gathered
                            .warnings
                            .push(format!("{}; so it is not taken out of the recording", problem.message()));
                    }
                    Err(_) => {}
                }
            }
        }
        if let Some(secret) = secret {
            gathered.settings.secrets.insert(name.clone(), secret);
        }
        Ok(())
    }

    /// Of a secret that stands in the file as it is, what would be better.
    fn in_plain_text(&self, parameter: &Parameter) -> Option<String> {
        let (file, name) = (self.file?, &parameter.name);
        matches!(file.value(name)?, Value::Text(_)).then(|| {
            format!(
                "{}: {name} is a secret in plain text; better: {name} = {{ env = \"{}\" }} or {name} = {{ file = \"PATH\" }}",
                shown(&file.path),
                self.variable(parameter)
            )
        })
    }

    /// The place that a parameter comes from, the first of these, if it may come from there.
    fn chosen<'c>(&self, parameter: &Parameter, found: &'c [Candidate]) -> Result<Option<&'c Candidate>, Problem> {
        let Some(chosen) = found.first() else { return Ok(None) };
        if let Place::Variable(variable) = &chosen.place {
            if let Some(file) = self.file.filter(|_| is_of_one_instance(parameter.kind)) {
                return Err(self.mixed(file, parameter, variable));
            }
            self.check_own(parameter, variable)?;
        }
        match &chosen.content {
            Content::Value(_) | Content::InFile => Ok(Some(chosen)),
            Content::Missing(why) | Content::NoText(why) => Err(refused(parameter, &chosen.place, why)),
        }
    }

    /// The secret that a place has.
    fn read(&self, parameter: &Parameter, candidate: &Candidate) -> Result<Secret, Problem> {
        let refuse = |why: &str| refused(parameter, &candidate.place, why);
        match (&candidate.content, self.file.and_then(|file| Some((file, file.value(&parameter.name)?)))) {
            (Content::Value(value), _) => Ok(value.clone()),
            (Content::Missing(why) | Content::NoText(why), _) => Err(refuse(why)),
            (Content::InFile, Some((file, Value::File(path)))) => {
                self.folders.read(path, &file.folder).map_err(|why| refuse(&why))
            }
            (Content::InFile, _) => Err(refuse("it is in no file")),
        }
    }

    /// The parameter that a variable of `--env` is for.
    fn parameter_of(&self, named: &Named) -> Result<&Parameter, Problem> {
        let Named { parameter, variable } = named;
        let shown = text::line(variable);
        let refuse = |message| Problem::wrong(Kind::Configuration, message);
        let parameter = match parameter {
            Some(name) => {
                self.integration.parameter(name).ok_or_else(|| self.unknown(&format!("--env {name}"), name))?
            }
            None => match &environment::parameters_of(self.integration, variable, self.bundled)[..] {
                [parameter] => *parameter,
                [] => {
                    return Err(refuse(format!(
                        "--env {shown}: no parameter is known to come from it; expected --env PARAMETER={shown}"
                    )));
                }
                [one, other, ..] => {
                    return Err(refuse(format!(
                        "--env {shown}: {} and {} could both be meant; expected --env {}={shown} or --env {}={shown}",
                        one.name, other.name, one.name, other.name
                    )));
                }
            },
        };
        if !self.bundled && parameter.kind != ParameterKind::Secret {
            // A user who names the variable of a token for it must not find that this component reads it.
            let message = format!(
                "--env {shown}: to this component {} is no secret but of the kind {}, so it would read the variable; \
                 expected --set {}=VALUE if that is meant",
                parameter.name,
                parameter.kind.name(),
                parameter.name
            );
            return Err(wrong(parameter, message));
        }
        Ok(parameter)
    }

    /// Of a component that has `token` and `TOKEN` the one would be what was set for the other.
    fn check_own(&self, parameter: &Parameter, variable: &str) -> Result<(), Problem> {
        let is_other = |other: &&Parameter| {
            other.name != parameter.name
                && environment::variable(self.integration, other, self.bundled).as_deref() == Some(variable)
        };
        match self.integration.parameters.iter().find(is_other) {
            Some(other) if !self.bundled => Err(wrong(
                parameter,
                format!(
                    "{variable} could be for {} and for {} of this component; expected --env with the one that is meant, and no such \
                     variable",
                    parameter.name, other.name
                ),
            )),
            _ => Ok(()),
        }
    }
}

/// The value of a parameter that is no secret, for people: of a URL without a password that may be in it.
fn shown_value(kind: ParameterKind, value: &str) -> String {
    let value = match kind {
        ParameterKind::ServerUrl if value.contains(['@', '?', '#']) => Redactor::default().url(value),
        _ => value.to_owned(),
    };
    match value.is_empty() {
        true => "\"\"".to_owned(),
        false => text::word(&value, LONGEST).into_owned(),
    }
}

/// Whether a secret could be a word of any text.
fn is_word(secret: &str) -> bool {
    const SHORT: usize = 8;
    const LONG: usize = 16;
    let is_letters = secret.bytes().all(|byte| byte.is_ascii_alphabetic());
    !secret.is_empty() && (secret.len() < SHORT || is_letters && secret.len() < LONG)
}

/// Whether a command may send a secret.
fn is_sent(command: &Command, secret: &str) -> bool {
    command.endpoints.iter().any(|endpoint| endpoint.credential.as_deref() == Some(secret))
}

/// Whether a parameter says what is sent, where to, or who can read it on the way.
fn is_of_one_instance(kind: ParameterKind) -> bool {
    match kind {
        ParameterKind::Secret | ParameterKind::ServerUrl | ParameterKind::Insecure | ParameterKind::Proxy => true,
        ParameterKind::Text | ParameterKind::Boolean | ParameterKind::ListOfText => false,
    }
}

#[cfg(test)]
mod tests;
