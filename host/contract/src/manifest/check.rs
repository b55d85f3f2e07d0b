//! What a manifest may say. What is shown of it, completed in shells, or written into paths, contexts and records comes
//! from here, so it must be what it seems to be, and no more than anybody needs.

use super::{AccountLookup, Argument, Command, Endpoint, Integration, Output, Parameter, ParameterKind};
use crate::text::{is_hidden, word};
use std::collections::BTreeSet;

#[cfg(test)]
mod tests;

/// The most commands.
const COMMANDS: usize = 500;
/// The most endpoints of one command, and of all.
const ENDPOINTS: (usize, usize) = (100, 5_000);
/// The most arguments of a command.
const ARGUMENTS: usize = 200;
/// The most outputs of a command, and names of their own in each.
const OUTPUTS: (usize, usize) = (100, 500);
/// The most parameters.
const PARAMETERS: usize = 100;
/// The most other names of a command or an argument.
const ALIASES: usize = 20;
/// The most values that an argument or a parameter is limited to.
const OPTIONS: usize = 500;
/// The most names of the query, headers and volatile fields of an endpoint.
const FIELDS: usize = 64;
/// The most segments of an output's prefix.
const SEGMENTS: usize = 16;
/// The most characters: of a name, of a title or the name of something in WIT, of a path, a default or an option, and
/// of a description.
const NAME: usize = 64;
const TITLE: usize = 200;
const VALUE: usize = 1_000;
/// The most characters of a description.
pub const DESCRIPTION: usize = 4_000;

/// Holds all that a manifest says against what it may say.
///
/// # Errors
/// What is wrong, where, and what would be right.
pub fn check(manifest: &Integration) -> Result<(), String> {
    let at = Place(String::new());
    at.name("the integration's name", &manifest.name)?;
    at.line("the title", &manifest.title, TITLE)?;
    let version = |c: char| c.is_ascii_alphanumeric() || ".-+".contains(c);
    if manifest.version.is_empty() || manifest.version.len() > NAME || !manifest.version.chars().all(version) {
        return Err(format!("the version is \"{}\"; expected one such as 1.0.0", word(&manifest.version, NAME)));
    }
    at.few("parameters", manifest.parameters.len(), PARAMETERS)?;
    at.few("commands", manifest.commands.len(), COMMANDS)?;
    let endpoints = manifest.commands.iter().map(|command| command.endpoints.len()).sum();
    at.few("endpoints", endpoints, ENDPOINTS.1)?;
    let mut names = BTreeSet::new();
    for parameter in &manifest.parameters {
        check_parameter(parameter)?;
        if !names.insert(&parameter.name) {
            return Err(format!("two parameters are called {}", parameter.name));
        }
    }
    manifest.commands.iter().try_for_each(check_command)?;
    check_roots(manifest)
}

/// Where something stands, in words for an error.
struct Place(String);

impl Place {
    fn refuse<T>(&self, why: String) -> Result<T, String> {
        match self.0.is_empty() {
            true => Err(why),
            false => Err(format!("{}: {why}", self.0)),
        }
    }

    /// A name that people and shells can write as it is.
    fn name(&self, what: &str, name: &str) -> Result<(), String> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if name.len() <= NAME && name.chars().all(fits) && name.starts_with(|c: char| fits(c) && c != '-' && c != '.') {
            return Ok(());
        }
        self.refuse(format!(
            "{what} is \"{}\"; expected 1 to {NAME} characters of A to Z, a to z, 0 to 9 and ._-, the first no dot or dash",
            word(name, NAME)
        ))
    }

    fn names(&self, what: &str, names: &[String], most: usize) -> Result<(), String> {
        self.few(what, names.len(), most)?;
        names.iter().try_for_each(|name| self.name(&format!("one of its {what}"), name))
    }

    /// Text of one line.
    fn line(&self, what: &str, text: &str, most: usize) -> Result<(), String> {
        if let Some(hidden) = text.chars().find(|c| is_hidden(*c)) {
            let shown = word(text, NAME);
            return self.refuse(format!(
                "{what} is \"{shown}\"; expected one line of visible characters, without {}",
                hidden.escape_unicode()
            ));
        }
        self.long(what, text, most)
    }

    /// Text of several lines, which is shown as such: what hides in it is seen there.
    fn text(&self, what: &str, text: &str) -> Result<(), String> {
        self.long(what, text, DESCRIPTION)
    }

    fn long(&self, what: &str, text: &str, most: usize) -> Result<(), String> {
        match text.chars().count() {
            count if count <= most => Ok(()),
            count => self.refuse(format!("{what} has {count} characters; expected {most} at most")),
        }
    }

    fn lines(&self, what: &str, texts: &[String], most: usize) -> Result<(), String> {
        self.few(what, texts.len(), most)?;
        texts.iter().try_for_each(|text| self.line(&format!("one of its {what}"), text, VALUE))
    }

    fn few(&self, what: &str, count: usize, most: usize) -> Result<(), String> {
        match count <= most {
            true => Ok(()),
            false => self.refuse(format!("it has {count} {what}; expected {most} at most")),
        }
    }
}

fn check_parameter(parameter: &Parameter) -> Result<(), String> {
    Place(String::new()).name("the name of a parameter", &parameter.name)?;
    let at = Place(format!("the parameter {}", parameter.name));
    at.line("its title", &parameter.title, TITLE)?;
    at.text("its description", &parameter.description)?;
    at.line("its default", parameter.default.as_deref().unwrap_or_default(), VALUE)?;
    at.lines("options", &parameter.options, OPTIONS)?;
    check_account(&at, parameter)?;
    parameter.environment.as_ref().map_or(Ok(()), |name| at.name("its environment variable", name))
}

/// How an account is learnt: by a request in which nothing is variable.
fn check_account(at: &Place, parameter: &Parameter) -> Result<(), String> {
    let Some(AccountLookup { path, id, name }) = &parameter.account else { return Ok(()) };
    if parameter.kind != ParameterKind::Secret {
        return at.refuse("it has an account, and is no secret".into());
    }
    at.line("the path of its account", path, VALUE)?;
    if !path.starts_with('/') || path.contains(['{', '}', '*', '?', '#']) {
        let shown = word(path, NAME);
        return at.refuse(format!(
            "the path of its account is \"{shown}\"; expected one without variable parts and a query"
        ));
    }
    at.line("the field of its account's name", name.as_deref().unwrap_or_default(), NAME)?;
    match id.is_empty() {
        true => at.refuse("its account has no field for its id".into()),
        false => at.line("the field of its account's id", id, NAME),
    }
}

fn check_command(command: &Command) -> Result<(), String> {
    Place(String::new()).name("the name of a command", &command.name)?;
    let at = Place(command.name.clone());
    at.names("aliases", &command.aliases, ALIASES)?;
    at.line("its interface", &command.interface, TITLE)?;
    at.line("its function", &command.function, TITLE)?;
    at.text("what it says of permissions", &command.permissions)?;
    at.few("arguments", command.arguments.len(), ARGUMENTS)?;
    at.few("outputs", command.outputs.len(), OUTPUTS.0)?;
    at.few("endpoints", command.endpoints.len(), ENDPOINTS.0)?;
    command.arguments.iter().try_for_each(|argument| check_argument(&at, argument))?;
    if command.arguments.iter().filter(|argument| argument.bare).count() > 1 {
        return at.refuse("several of its arguments may be given without their names; expected one at most".into());
    }
    command.outputs.iter().try_for_each(|output| check_output(&at, output))?;
    command.endpoints.iter().try_for_each(|endpoint| check_endpoint(&at, endpoint))
}

fn check_argument(command: &Place, argument: &Argument) -> Result<(), String> {
    command.name("the name of an argument", &argument.name)?;
    let at = Place(format!("{}: the argument {}", command.0, argument.name));
    at.names("aliases", &argument.aliases, ALIASES)?;
    at.line("its field", &argument.field, TITLE)?;
    at.line("its default", argument.default.as_deref().unwrap_or_default(), VALUE)?;
    at.lines("options", &argument.options, OPTIONS)
}

fn check_output(command: &Place, output: &Output) -> Result<(), String> {
    let segments = output.prefix.split('.').count();
    command.few("segments in the prefix of an output", segments, SEGMENTS)?;
    output.prefix.split('.').try_for_each(|segment| command.name("a segment of an output's prefix", segment))?;
    let at = Place(format!("{}: the output {}", command.0, output.prefix));
    at.name("its key", &output.key)?;
    at.line("its field", &output.field, TITLE)?;
    at.few("names of its own", output.names.len(), OUTPUTS.1)?;
    for (path, name) in &output.names {
        at.line("the path of a name", path, TITLE)?;
        at.name("a name", name)?;
    }
    Ok(())
}

fn check_endpoint(command: &Place, endpoint: &Endpoint) -> Result<(), String> {
    command.line("the method of an endpoint", &endpoint.method, NAME)?;
    command.line("the path of an endpoint", &endpoint.path, VALUE)?;
    let at = Place(format!("{}: the endpoint {} {}", command.0, endpoint.method, endpoint.path));
    at.line("its credential", endpoint.credential.as_deref().unwrap_or_default(), NAME)?;
    at.lines("volatile fields", &endpoint.volatile, FIELDS)?;
    at.lines("names of the query", &endpoint.query, FIELDS)?;
    at.lines("headers", &endpoint.headers, FIELDS)
}

/// An integration has one place in the context, so that none writes where another's outputs are.
fn check_roots(manifest: &Integration) -> Result<(), String> {
    let mut first: Option<(&str, &str)> = None;
    for command in &manifest.commands {
        for output in &command.outputs {
            let root = output.prefix.split('.').next().unwrap_or_default();
            match first {
                None => first = Some((root, &command.name)),
                Some((known, _)) if known == root => {}
                Some((known, by)) => {
                    return Err(format!(
                        "{}: the output {} begins with {root}, and one of {by} with {known}; expected one beginning for \
                         all outputs of an integration",
                        command.name, output.prefix
                    ));
                }
            }
        }
    }
    Ok(())
}
