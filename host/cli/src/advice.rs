//! What to do next when a call has failed.

use super::environment;
use super::instance::InstanceFile;
use super::load::Loaded;
use super::problem::Problem;
use soar::Failure;
use soar::failure::{Cause, Reason};
use soar::files::shown;
use soar::manifest::{Command, Parameter, ParameterKind};

/// What a failed call is told about.
pub struct Advisor<'a> {
    /// The component.
    pub loaded: &'a Loaded,
    /// The command.
    pub command: &'a Command,
    /// The instance file, if one was named.
    pub file: Option<&'a InstanceFile>,
    /// Whether the answers came with soar.
    pub bundled: bool,
    /// Whether settings come from the environment, too.
    pub environment: bool,
}

/// What other programs need no more for than its variable.
fn unused_proxy(failure: &Failure, is_set: &dyn Fn(&str) -> bool) -> Option<String> {
    let cause = match &failure.cause {
        Cause::Reason { known: Some(known), .. } => known,
        _ => "",
    };
    let own = if cause.starts_with("https:") { ["HTTPS_PROXY", "https_proxy"] } else { ["HTTP_PROXY", "http_proxy"] };
    let name = own
        .into_iter()
        .chain(["ALL_PROXY", "all_proxy"])
        .find(|name| is_set(name))
        .filter(|_| !cause.contains(" through the proxy "))?;
    Some(format!(
        "{name} is set, and this call did not go that way: with proxy = true in the instance file, or --set proxy=true, \
         it does, unless NO_PROXY names the server"
    ))
}

/// The parameter that is not configured, if that is why a command failed.
fn missing(failure: &Failure) -> Option<&str> {
    let (parameter, reason) = match &failure.cause {
        Cause::Configuration(error) => (&error.parameter, &error.reason),
        Cause::Reason { reason, .. } => match &**reason {
            Reason::Configuration(error) => (&error.parameter, &error.reason),
            _ => return None,
        },
        _ => return None,
    };
    (reason == "it is not configured").then_some(parameter)
}

impl Advisor<'_> {
    /// Adds what to do next.
    pub fn advise(&self, problem: Problem) -> Problem {
        let Self { command, bundled, .. } = *self;
        let Some(failure) = problem.failure() else { return problem };
        let hint = match failure.kind() {
            "argument" if bundled => format!("{}. Recorded calls: soar examples {}", describe(command), command.name),
            "argument" => describe(command),
            "configuration" => return self.configure(problem),
            "limit" => "Limits come from [limits] in the instance file and from --limit NAME=VALUE".to_owned(),
            "network" => {
                match unused_proxy(failure, &|name| std::env::var_os(name).is_some_and(|value| !value.is_empty())) {
                    Some(hint) => hint,
                    None => return problem,
                }
            }
            "replay_miss" if bundled => {
                return problem.and(format!("\nRecorded calls: soar examples {}", command.name));
            }
            _ => return problem,
        };
        problem.hint(hint)
    }

    /// Adds where a setting could come from.
    fn configure(&self, problem: Problem) -> Problem {
        let missing = problem.failure().and_then(missing);
        let source =
            missing.and_then(|name| self.loaded.component.manifest().parameter(name)).map(|it| self.source(it));
        let problem = match source {
            Some(source) => problem.and(format!(": {source}")),
            None => problem,
        };
        problem.hint(
            "Settings come from --instance FILE, the environment, --env and --set: soar settings shows which count",
        )
    }

    fn variable(&self, parameter: &Parameter) -> Option<String> {
        environment::variable(self.loaded.component.manifest(), parameter, self.loaded.bundled)
    }

    fn source(&self, parameter: &Parameter) -> String {
        let name = &parameter.name;
        let secret = parameter.kind == ParameterKind::Secret;
        match (self.file, self.variable(parameter).filter(|_| self.environment)) {
            (Some(file), _) if secret => {
                format!("{name} = {{ env = \"NAME\" }} or {{ file = \"PATH\" }} in {}", shown(&file.path))
            }
            (Some(file), _) => format!("{name} = \"…\" in {}", shown(&file.path)),
            (None, Some(variable)) if secret => format!("{variable} in the environment"),
            (None, Some(variable)) => format!("{variable} in the environment, or --set {name}=VALUE"),
            (None, None) => format!("--set {name}=VALUE"),
        }
    }
}

/// Where the arguments of a command are described.
pub fn describe(command: &Command) -> String {
    format!("Arguments: soar describe {}", command.name)
}
