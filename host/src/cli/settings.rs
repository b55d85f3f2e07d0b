//! What an instance is configured with, gathered from where it may come from.

use super::environment::{self, Lookup, Named};
use super::instance::{InstanceFile, Value};
use super::network;
use super::output::Problem;
use super::secret_files::SecretFolders;
use soar::Secret;
use soar::Settings;
use soar::contract::{Command, Integration, Parameter, ParameterKind, nearest};
use soar::files::shown;
use soar::text;
use std::cell::LazyCell;
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
}

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
        let mut settings = Settings::default();
        if let Some(file) = self.file {
            settings.network = file.network.policy.clone();
            settings.limits = file.limits.clone();
        }
        for (name, text) in self.limits {
            network::set_limit(&mut settings.limits, name, text)
                .map_err(|message| Problem::wrong("configuration", format!("--limit {message}")))?;
        }
        let mut gathered = Gathered { settings, explicit: BTreeMap::new(), others: Vec::new(), warnings: Vec::new() };
        for parameter in &self.integration.parameters {
            if parameter.kind == ParameterKind::Secret {
                self.secret(parameter, lookup, &mut gathered)?;
            } else {
                self.parameter(parameter, lookup, &mut gathered)?;
            }
        }
        Ok(gathered)
    }

    fn parameter(&self, parameter: &Parameter, lookup: Lookup<'_>, gathered: &mut Gathered) -> Result<(), Problem> {
        let name = &parameter.name;
        let set = self.set.iter().rev().find(|(set, _)| set == name).map(|(_, value)| value.clone());
        let file = || match self.file?.value(name)? {
            Value::Text(text) => Some(text.clone()),
            Value::Environment(_) | Value::File(_) => None,
        };
        let explicit = match set {
            Some(value) => Some(value),
            None => self.named(parameter, lookup)?.or_else(file),
        };
        let value = match &explicit {
            Some(value) => Some(value.clone()),
            None => self.in_environment(parameter, lookup)?,
        };
        if let Some(explicit) = explicit {
            gathered.explicit.insert(name.clone(), explicit);
        }
        if let Some(value) = value {
            gathered.settings.parameters.insert(name.clone(), value);
        }
        Ok(())
    }

    fn secret(&self, parameter: &Parameter, lookup: Lookup<'_>, gathered: &mut Gathered) -> Result<(), Problem> {
        let name = &parameter.name;
        let in_file = self.file.and_then(|file| Some((file, file.value(name)?)));
        if let Some((file, Value::Text(_))) = in_file {
            gathered.warnings.push(format!(
                "{}: {name} is a secret in plain text; better: {name} = {{ env = \"{}\" }} or {name} = {{ file = \"PATH\" }}",
                shown(&file.path),
                self.variable(parameter)
            ));
        }
        // Read once, whether it is to be sent or to be taken out of a recording.
        let from_file = LazyCell::new(|| in_file.map(|(file, value)| self.resolve(file, parameter, value, lookup)));
        let secret = match self.sends {
            None => Some(Secret::new(PLACEHOLDER.into())),
            Some(command) if !is_sent(command, name) => None,
            Some(_) => match self.named(parameter, lookup)? {
                Some(value) => Some(Secret::new(value)),
                None if in_file.is_some() => from_file.clone().transpose()?,
                None => self.in_environment(parameter, lookup)?.map(Secret::new),
            }
            .map(Secret::trimmed),
        };
        if self.recorded && self.sends.is_some() {
            match from_file.clone() {
                Some(Ok(secret)) => gathered.others.push(secret.trimmed()),
                // What can't be read now may have been given all the same. A variable that is not set is nowhere.
                Some(Err(problem)) if secret.is_none() && matches!(in_file, Some((_, Value::File(_)))) => {
                    gathered.warnings.push(format!("{}; so it is not taken out of the recording", problem.message));
                }
                _ => {}
            }
            gathered.others.extend(self.others(parameter, lookup).map(|value| Secret::new(value).trimmed()));
        }
        if let Some(secret) = secret {
            gathered.settings.secrets.insert(name.clone(), secret);
        }
        Ok(())
    }

    /// What the environment has for a secret, named or not, sent or not: an argument may have it in it.
    fn others(&self, parameter: &Parameter, lookup: Lookup<'_>) -> impl Iterator<Item = String> {
        let named = self.named(parameter, lookup).ok().flatten();
        let variable = environment::variable(self.integration, parameter, self.bundled);
        let own = variable.and_then(|variable| set(&variable, lookup).ok());
        named.into_iter().chain(own)
    }

    /// The secret that an instance file refers to.
    fn resolve(
        &self,
        file: &InstanceFile,
        parameter: &Parameter,
        value: &Value,
        lookup: Lookup<'_>,
    ) -> Result<Secret, Problem> {
        let refuse = |why: String| wrong(parameter, format!("{}: {}: {why}", shown(&file.path), parameter.name));
        match value {
            Value::Text(text) => Ok(Secret::new(text.clone())),
            Value::Environment(variable) => set(variable, lookup).map(Secret::new).map_err(refuse),
            Value::File(path) => self.folders.read(path, &file.folder).map_err(refuse),
        }
    }

    /// What `--env` gives to a parameter.
    fn named(&self, parameter: &Parameter, lookup: Lookup<'_>) -> Result<Option<String>, Problem> {
        for named in self.named.iter().rev() {
            if self.parameter_of(named)?.name == parameter.name {
                let refuse = |why| wrong(parameter, format!("--env {}: {why}", parameter.name));
                return set(&named.variable, lookup).map(Some).map_err(refuse);
            }
        }
        Ok(None)
    }

    /// The parameter that a variable of `--env` is for.
    fn parameter_of(&self, named: &Named) -> Result<&Parameter, Problem> {
        let Named { parameter, variable } = named;
        let shown = text::line(variable);
        let refuse = |message| Problem::wrong("configuration", message);
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

    /// What the environment gives without being asked. An empty variable counts as none.
    fn in_environment(&self, parameter: &Parameter, lookup: Lookup<'_>) -> Result<Option<String>, Problem> {
        let variable = environment::variable(self.integration, parameter, self.bundled);
        let Some(variable) = variable.filter(|_| self.environment) else { return Ok(None) };
        let Ok(value) = set(&variable, lookup) else { return Ok(None) };
        if let Some(file) = self.file.filter(|_| is_of_one_instance(parameter.kind)) {
            return Err(self.mixed(file, parameter, &variable));
        }
        self.check_own(parameter, &variable)?;
        Ok(Some(value))
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

    /// A token and the server that it goes to come from one place, and so does how that is reached.
    fn mixed(&self, file: &InstanceFile, parameter: &Parameter, variable: &str) -> Problem {
        let (name, path) = (&parameter.name, shown(&file.path));
        let (in_file, named) = match parameter.kind {
            ParameterKind::Secret if self.bundled => {
                (format!("{name} = {{ env = \"{variable}\" }}"), format!("--env {variable}"))
            }
            ParameterKind::Secret => {
                (format!("{name} = {{ env = \"{variable}\" }}"), format!("--env {name}={variable}"))
            }
            _ => (format!("{name} = …"), format!("--env {variable}")),
        };
        wrong(
            parameter,
            format!(
                "{name}: it is in the environment ({variable}) and not in {path}, and what belongs to one server is not \
                 taken from two places; expected {in_file} in {path}, or {named} to say that it is meant"
            ),
        )
    }

    /// The variable to advise for a parameter.
    fn variable(&self, parameter: &Parameter) -> String {
        environment::variable(self.integration, parameter, self.bundled).unwrap_or_else(|| "NAME".into())
    }

    fn secret_set(&self, parameter: &Parameter) -> Problem {
        let (name, variable) = (&parameter.name, self.variable(parameter));
        wrong(
            parameter,
            format!(
                "--set {name}: it is a secret, and others on this machine can read command lines; expected {variable} in the \
                 environment, or {name} = {{ env = \"NAME\" }} or {{ file = \"PATH\" }} in an instance file"
            ),
        )
    }

    fn unknown(&self, place: &str, name: &str) -> Problem {
        let names = || self.integration.parameters.iter().map(|parameter| parameter.name.as_str());
        let advice = match nearest(name, names()) {
            Some(nearest) => format!("did you mean {nearest}?"),
            None => format!("expected one of {}", names().collect::<Vec<_>>().join(", ")),
        };
        Problem::wrong("configuration", format!("{}: there is no such parameter; {advice}", text::line(place)))
            .with("parameter", name)
    }
}

fn wrong(parameter: &Parameter, message: String) -> Problem {
    Problem::wrong("configuration", message).with("parameter", parameter.name.as_str())
}

/// The value of a variable that must have one.
fn set(variable: &str, lookup: Lookup<'_>) -> Result<String, String> {
    let value = lookup(variable).filter(|value| !value.is_empty());
    value.ok_or_else(|| format!("{} is not set in the environment; expected the value there", text::line(variable)))
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
