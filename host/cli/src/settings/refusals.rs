//! What is wrong with settings, and what would be right.

use super::Sources;
use crate::environment;
use crate::instance::InstanceFile;
use crate::kind::Kind;
use crate::place::Place;
use crate::problem::Problem;
use soar::files::shown;
use soar::manifest::{Parameter, ParameterKind};
use soar::names::nearest;
use soar::text;

impl Sources<'_> {
    /// A token and the server that it goes to come from one place, and so does how that is reached.
    pub(super) fn mixed(&self, file: &InstanceFile, parameter: &Parameter, variable: &str) -> Problem {
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

    /// What comes from the environment, of which nothing counts.
    pub(super) fn left_out(&self, file: &InstanceFile, parameter: &Parameter, variable: &str) -> Problem {
        let (name, path) = (&parameter.name, shown(&file.path));
        wrong(
            parameter,
            format!(
                "{path}: {name}: it comes from {} in the environment, and --no-env takes nothing from there; expected {name} = \
                 {{ file = \"PATH\" }} in {path}, or no --no-env",
                text::line(variable)
            ),
        )
    }

    /// The variable to advise for a parameter.
    pub(super) fn variable(&self, parameter: &Parameter) -> String {
        environment::variable(self.integration, parameter, self.bundled).unwrap_or_else(|| "NAME".into())
    }

    pub(super) fn secret_set(&self, parameter: &Parameter) -> Problem {
        let (name, variable) = (&parameter.name, self.variable(parameter));
        wrong(
            parameter,
            format!(
                "--set {name}: it is a secret, and others on this machine can read command lines; expected {variable} in the \
                 environment, or {name} = {{ env = \"NAME\" }} or {{ file = \"PATH\" }} in an instance file"
            ),
        )
    }

    pub(super) fn unknown(&self, place: &str, name: &str) -> Problem {
        let names = || self.integration.parameters.iter().map(|parameter| parameter.name.as_str());
        let advice = match nearest(name, names()) {
            Some(nearest) => format!("did you mean {nearest}?"),
            None => format!("expected one of {}", names().collect::<Vec<_>>().join(", ")),
        };
        Problem::wrong(Kind::Configuration, format!("{}: there is no such parameter; {advice}", text::line(place)))
            .of_parameter(name)
    }
}

/// A setting that is wrong.
pub(super) fn wrong(parameter: &Parameter, message: String) -> Problem {
    Problem::wrong(Kind::Configuration, message).of_parameter(parameter.name.as_str())
}

/// A place from which a parameter can't be taken, and why.
pub(super) fn refused(parameter: &Parameter, place: &Place, why: &str) -> Problem {
    let name = &parameter.name;
    wrong(
        parameter,
        match place {
            Place::File(path) => format!("{path}: {name}: {why}"),
            Place::Env(_) => format!("--env {name}: {why}"),
            _ => format!("{name}: {why}"),
        },
    )
}
