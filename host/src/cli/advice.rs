//! What to do next when a call has failed.

use super::environment;
use super::instance::InstanceFile;
use super::load::Loaded;
use super::output::Problem;
use serde_json::Value;
use soar::contract::{Command, Parameter, ParameterKind};
use soar::files::shown;

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
}

/// What other programs need no more for than its variable.
fn unused_proxy(problem: &Problem, is_set: &dyn Fn(&str) -> bool) -> Option<String> {
    let cause = problem.fields.get("cause").and_then(Value::as_str).unwrap_or_default();
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

impl Advisor<'_> {
    /// Adds what to do next.
    pub fn advise(&self, problem: Problem) -> Problem {
        let Self { command, bundled, .. } = *self;
        let hint = match problem.kind.as_str() {
            "argument" if bundled => format!("{}. Recorded calls: soar examples {}", describe(command), command.name),
            "argument" => describe(command),
            "configuration" => return self.configure(problem),
            "limit" => "Limits come from [limits] in the instance file and from --limit NAME=VALUE".to_owned(),
            "network" => {
                match unused_proxy(&problem, &|name| std::env::var_os(name).is_some_and(|value| !value.is_empty())) {
                    Some(hint) => hint,
                    None => return problem,
                }
            }
            "replay_miss" if bundled => {
                let calls = format!("Recorded calls: soar examples {}", command.name);
                return Problem { message: format!("{}\n{calls}", problem.message), ..problem };
            }
            _ => return problem,
        };
        problem.hint(hint)
    }

    /// Adds where a setting could come from.
    fn configure(&self, problem: Problem) -> Problem {
        let manifest = self.loaded.component.manifest();
        let parameter =
            problem.fields.get("parameter").and_then(Value::as_str).and_then(|name| manifest.parameter(name));
        let missing = problem.fields.get("reason").is_some_and(|reason| reason == "it is not configured");
        let message = match parameter.filter(|_| missing) {
            Some(parameter) => format!("{}: {}", problem.message, self.source(parameter)),
            None => problem.message.clone(),
        };
        Problem { message, ..problem }.hint(
            "Settings come from --instance FILE, the environment, --env and --set: soar settings shows which count",
        )
    }

    fn variable(&self, parameter: &Parameter) -> Option<String> {
        environment::variable(self.loaded.component.manifest(), parameter, self.loaded.bundled)
    }

    fn source(&self, parameter: &Parameter) -> String {
        let name = &parameter.name;
        let secret = parameter.kind == ParameterKind::Secret;
        match (self.file, self.variable(parameter)) {
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
