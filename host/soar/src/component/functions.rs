//! The functions behind commands, and what a manifest must be beside them.

use super::READABLE;
use crate::lower::{Interfaces, Signature};
use crate::weight::Weight;
use soar_contract::arguments::{self, ArgumentError};
use soar_contract::manifest::{Command, Integration, ParameterKind, check, check_defaults};
use soar_contract::outputs;
use soar_contract::ty::{Record, Type};
use soar_network::policy::Rules;
use std::collections::BTreeSet;
use wasmtime::Engine;
use wasmtime::component::ComponentExportIndex;

/// The WIT function behind a command.
pub(crate) struct Function {
    pub(crate) index: ComponentExportIndex,
    /// The record of arguments; none for a command that takes none.
    pub(crate) arguments: Option<Record>,
    /// The record that it gives.
    pub(crate) result: Record,
    /// The type of why it failed; none if it does not say.
    pub(crate) error: Option<Type>,
    /// What the result takes of the host's memory.
    pub(crate) weight: Weight,
    /// What the command may ask of the server.
    pub(crate) rules: Rules,
}

/// Finds the function of each command, in the order of the commands, and how accounts are learnt, and holds the manifest against it: one function for
/// each command, one field for each argument, nothing left over, every rule readable.
pub(super) fn functions(
    engine: &Engine,
    component: &wasmtime::component::Component,
    manifest: &Integration,
) -> Result<(Vec<Function>, Rules), String> {
    check(manifest)?;
    check_server(manifest)?;
    check_defaults(manifest)?;
    let mut interfaces = Interfaces::of(engine, component);
    let mut names = BTreeSet::new();
    let mut functions = Vec::with_capacity(manifest.commands.len());
    for command in &manifest.commands {
        for name in std::iter::once(&command.name).chain(&command.aliases) {
            if !names.insert(name) {
                return Err(format!("two commands are called {name}"));
            }
        }
        let refuse = |why: String| format!("{}: {why}", command.name);
        let function = function(&mut interfaces, command).map_err(refuse)?;
        check_credentials(command, manifest).map_err(refuse)?;
        check_own_defaults(command, function.arguments.as_ref()).map_err(|error| refuse(error.to_string()))?;
        functions.push(function);
    }
    Ok((functions, Rules::of_accounts(&manifest.parameters)?))
}

fn function(interfaces: &mut Interfaces<'_>, command: &Command) -> Result<Function, String> {
    let Signature { index, arguments, result } = interfaces.function(&command.interface, &command.function)?;
    let weight = Weight::of(&result)?;
    let rules = Rules::parse(&command.endpoints)?;
    check_arguments(command, arguments.as_ref())?;
    let Type::Result(ok, error) = &result else { return Err("it gives something other than a result".into()) };
    let Some(Type::Record(result)) = ok.ty() else { return Err("its result is no record".into()) };
    check_outputs(command, result)?;
    Ok(Function { index, arguments, result: result.clone(), error: error.ty().cloned(), weight, rules })
}

fn check_arguments(command: &Command, record: Option<&Record>) -> Result<(), String> {
    let mut fields: BTreeSet<String> =
        record.into_iter().flat_map(Record::fields).map(|field| field.name.clone()).collect();
    let mut names = BTreeSet::new();
    for argument in &command.arguments {
        for name in std::iter::once(&argument.name).chain(&argument.aliases) {
            if !names.insert(name) {
                return Err(format!("two arguments are called {name}"));
            }
        }
        if !fields.remove(&argument.field) {
            return Err(format!("the argument {} has no field {} of its own", argument.name, argument.field));
        }
    }
    match fields.first() {
        Some(field) => Err(format!("no argument fills the field {field}")),
        None => Ok(()),
    }
}

/// Every default must follow its argument's own rules.
fn check_own_defaults(command: &Command, record: Option<&Record>) -> Result<(), ArgumentError> {
    for field in record.into_iter().flat_map(Record::fields) {
        if let Some(argument) = command.argument_of_field(&field.name) {
            arguments::default(argument, &field.ty)?;
        }
    }
    Ok(())
}

/// The most paths of the context that a command fills. Each is shown with what is said of it.
const PATHS: usize = 1_000;

fn check_outputs(command: &Command, result: &Record) -> Result<(), String> {
    // Once through the fields: there may be thousands, and outputs.
    let (mut has_text, mut missing, mut filled) = (false, command.outputs.iter().collect::<Vec<_>>(), 0);
    for field in result.fields() {
        has_text |= field.name == READABLE && matches!(field.ty, Type::String);
        let before = missing.len();
        missing.retain(|output| output.field != field.name);
        if missing.len() < before {
            filled += (before - missing.len()) * outputs::count(&field.ty);
        }
    }
    if !has_text {
        return Err(format!("its result has no text {}", READABLE));
    }
    if let Some(output) = missing.first() {
        return Err(format!("its result has no field {} for {}", output.field, output.prefix));
    }
    match filled <= PATHS {
        true => Ok(()),
        false => Err(format!("its outputs fill {filled} paths of the context; expected {PATHS} at most")),
    }
}

/// All endpoints are below one URL, so there must be one, and no other.
fn check_server(manifest: &Integration) -> Result<(), String> {
    let mut servers = manifest.of_kind(ParameterKind::ServerUrl);
    match (servers.next(), servers.next()) {
        (Some(one), Some(two)) => Err(format!(
            "{} and {} are both parameters of the kind server-url; expected one, below which all endpoints are",
            one.name, two.name
        )),
        (None, _) => match manifest.commands.iter().find(|command| !command.endpoints.is_empty()) {
            Some(command) => Err(format!(
                "{} has endpoints, but no parameter is of the kind server-url; expected one, below which they are",
                command.name
            )),
            None if manifest.parameters.iter().any(|parameter| parameter.account.is_some()) => {
                Err("a secret says how its account is learnt, but no parameter is of the kind server-url".into())
            }
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

fn check_credentials(command: &Command, manifest: &Integration) -> Result<(), String> {
    for credential in command.endpoints.iter().filter_map(|endpoint| endpoint.credential.as_ref()) {
        if manifest.parameter(credential).is_none_or(|parameter| parameter.kind != ParameterKind::Secret) {
            return Err(format!("{credential} is not a secret parameter"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use soar_contract::manifest::{Endpoint, Parameter};

    fn manifest(servers: &[&str], endpoints: &[&str]) -> Integration {
        let parameter = |name: &&str| Parameter {
            name: (*name).into(),
            title: String::new(),
            description: String::new(),
            kind: ParameterKind::ServerUrl,
            required: false,
            default: None,
            options: Vec::new(),
            environment: None,
            account: None,
        };
        let endpoint = |path: &&str| Endpoint {
            method: "GET".into(),
            path: (*path).into(),
            credential: None,
            volatile: Vec::new(),
            query: Vec::new(),
            headers: Vec::new(),
        };
        let command = Command {
            name: "chat-get-team".into(),
            aliases: Vec::new(),
            interface: String::new(),
            function: String::new(),
            arguments: Vec::new(),
            outputs: Vec::new(),
            permissions: String::new(),
            changes: false,
            endpoints: endpoints.iter().map(endpoint).collect(),
        };
        Integration {
            name: "chat".into(),
            title: "Chat".into(),
            version: "1.0.0".into(),
            parameters: servers.iter().map(parameter).collect(),
            commands: vec![command],
        }
    }

    #[test]
    fn endpoints_are_below_one_server() {
        assert_eq!(check_server(&manifest(&["url"], &["/teams"])), Ok(()));
        assert_eq!(check_server(&manifest(&["url"], &[])), Ok(()));
        assert_eq!(check_server(&manifest(&[], &[])), Ok(()));
        let error = check_server(&manifest(&["url", "other_url"], &[])).unwrap_err();
        assert!(error.contains("url and other_url") && error.contains("expected one"), "{error}");
        let error = check_server(&manifest(&[], &["/teams"])).unwrap_err();
        assert!(error.contains("chat-get-team") && error.contains("server-url"), "{error}");
    }

    #[test]
    fn a_command_fills_so_many_paths_of_the_context() {
        let item = Type::record([("id", Type::String), ("name", Type::String)]);
        let result = Record::new([(READABLE, Type::String), ("people", Type::list(item)), ("note", Type::String)]);
        let mut command = manifest(&["url"], &[]).commands.remove(0);
        let output = |field: &str| soar_contract::manifest::Output {
            prefix: "Chat.People".into(),
            key: "id".into(),
            field: field.into(),
            names: Vec::new(),
        };
        command.outputs = vec![output("people"); PATHS / 2];
        assert_eq!(check_outputs(&command, &result), Ok(()));
        command.outputs.push(output("note"));
        let error = check_outputs(&command, &result).unwrap_err();
        assert!(error.contains("fill 1001 paths") && error.contains("expected 1000 at most"), "{error}");
    }
}
