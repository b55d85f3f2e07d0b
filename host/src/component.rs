//! A loaded component: its manifest, its documentation, and the functions behind its commands.

use crate::contract::{Argument, Command, Integration, ParameterKind, check_defaults};
use crate::digest::digest;
use crate::entry::Failure;
use crate::host::{LoadError, Running};
use crate::instance::{ConfigurationError, Instance, Settings};
use crate::kinds::Kinds;
use crate::limits::Limits;
use crate::load::{self, Prepared};
use crate::outputs::{self, OutputPath};
use crate::platform::Platform;
use crate::policy::{Narrowing, Network, NetworkError, Rules};
use crate::state::State;
use crate::transport::Transport;
use crate::weight::Weight;
use crate::wit::Docs;
use crate::{arguments, describe, schema};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use wasmtime::Engine;
use wasmtime::component::types::{ComponentItem, Record, Type};
use wasmtime::component::{ComponentExportIndex, InstancePre};

/// The field of every result with the text for people.
pub(crate) const READABLE: &str = "readable";

/// A loaded integration. Cheap to clone.
#[derive(Clone)]
pub struct Component(Arc<Inner>);

struct Inner {
    engine: Engine,
    running: Running,
    /// Those that it was loaded with.
    limits: Arc<Limits>,
    pre: InstancePre<State>,
    component: wasmtime::component::Component,
    bytes: Arc<[u8]>,
    manifest: Integration,
    functions: BTreeMap<String, Function>,
    docs: OnceLock<Option<Docs>>,
    digest: OnceLock<String>,
}

/// The WIT function behind a command.
pub(crate) struct Function {
    pub(crate) index: ComponentExportIndex,
    /// The record of arguments; none for a command that takes none.
    pub(crate) arguments: Option<Record>,
    /// The result's type, `result<record, error>`.
    pub(crate) result: Type,
    /// What the result takes of the host's memory.
    pub(crate) weight: Weight,
    /// What the command may ask of the server.
    pub(crate) rules: Rules,
}

impl Component {
    pub(crate) async fn new(
        engine: Engine,
        running: Running,
        limits: Arc<Limits>,
        Prepared { component, pre }: Prepared,
        bytes: Arc<[u8]>,
    ) -> Result<Self, LoadError> {
        let manifest = describe::describe(&engine, &running, limits.clone(), &pre).await?;
        let (engine_too, component_too) = (engine.clone(), component.clone());
        // What a manifest can have a host do is bounded; yet it is not for a thread that calls run on.
        let (manifest, functions) = load::aside(move || {
            let functions = functions(&engine_too, &component_too, &manifest);
            (manifest, functions)
        })
        .await?;
        let functions = functions.map_err(LoadError::Manifest)?;
        let (docs, digest) = (OnceLock::new(), OnceLock::new());
        let inner = Inner { engine, running, limits, pre, component, bytes, manifest, functions, docs, digest };
        Ok(Self(Arc::new(inner)))
    }

    /// What the component says of itself.
    #[must_use]
    pub fn manifest(&self) -> &Integration {
        &self.0.manifest
    }

    /// The command with this name or alias.
    ///
    /// # Errors
    /// If there is none; the failure names the one that was probably meant.
    pub fn command(&self, name: &str) -> Result<&Command, Failure> {
        let manifest = self.manifest();
        manifest.command(name).ok_or_else(|| {
            let nearest = manifest.nearest(name);
            let meant = nearest.map(|nearest| format!("; did you mean {nearest}?")).unwrap_or_default();
            let failure = Failure::wrong(name, "unknown_command", format!("there is no command {name:?}{meant}"));
            match nearest {
                Some(nearest) => failure.with("nearest", nearest),
                None => failure,
            }
        })
    }

    /// The documentation of its WIT, if it carries any that can be read.
    #[must_use]
    pub fn docs(&self) -> Option<&Docs> {
        let decode = || {
            Docs::within(&self.0.bytes, &self.0.limits)
                .inspect_err(|error| tracing::warn!(%error, "no documentation"))
                .ok()
                .flatten()
        };
        self.0.docs.get_or_init(decode).as_ref()
    }

    /// The interfaces that it imports, with their versions.
    #[must_use]
    pub fn imports(&self) -> Vec<String> {
        self.0.component.component_type().imports(&self.0.engine).map(|(name, _)| name.to_owned()).collect()
    }

    /// The interfaces that it exports, with their versions.
    #[must_use]
    pub fn exports(&self) -> Vec<String> {
        self.0.component.component_type().exports(&self.0.engine).map(|(name, _)| name.to_owned()).collect()
    }

    /// Its size in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.bytes.len()
    }

    /// The digest of its bytes, by which it is known whatever it calls itself: `sha256:` and 64 digits.
    #[must_use]
    pub fn digest(&self) -> &str {
        self.0.digest.get_or_init(|| digest(&self.0.bytes))
    }

    /// The JSON Schema of a command's arguments, by their names in playbooks.
    #[must_use]
    pub fn schema(&self, command: &Command) -> serde_json::Value {
        let arguments = self.function(command).and_then(|function| function.arguments.as_ref());
        // Defaults are read when the component is loaded: what is left to go wrong is a command of another component.
        schema::command_schema(command, arguments, self.docs()).unwrap_or_default()
    }

    /// The arguments of a command: name in playbooks, what it takes in words, whether it must be given.
    #[must_use]
    pub fn argument_kinds(&self, command: &Command) -> Vec<(String, String, bool)> {
        let Some(record) = self.function(command).and_then(|function| function.arguments.as_ref()) else {
            return Vec::new();
        };
        let kind = |argument: &Argument| {
            let field = record.fields().find(|field| field.name == argument.field)?;
            // That it may be left out is said by `required`.
            let expected = arguments::expected(argument, &arguments::given_type(&field.ty));
            Some((argument.name.clone(), expected, arguments::required(argument, &field.ty)))
        };
        command.arguments.iter().filter_map(kind).collect()
    }

    /// The paths in the context that a command fills, in the order of its outputs.
    #[must_use]
    pub fn output_paths(&self, command: &Command) -> Vec<OutputPath> {
        let Some(Type::Result(result)) = self.function(command).map(|function| function.result.clone()) else {
            return Vec::new();
        };
        let Some(Type::Record(record)) = result.ok() else { return Vec::new() };
        let describe = |path: &[&str]| {
            let docs = self.docs()?.result_field(&command.interface, &command.function, &path.join("."))?;
            Some(docs.to_owned())
        };
        command.outputs.iter().flat_map(|output| outputs::paths(output, &record, describe)).collect()
    }

    /// What a command may ask of its server; none for a command of another component.
    #[must_use]
    pub fn rules(&self, command: &Command) -> Option<&Rules> {
        self.function(command).map(|function| &function.rules)
    }

    /// Holds what an administrator says of the network against what all commands declare.
    ///
    /// # Errors
    /// If a pattern can't be read or is of no endpoint of any command; the error names it.
    pub fn narrowing(&self, network: &Network) -> Result<Narrowing, NetworkError> {
        Narrowing::parse(network, self.0.functions.values().flat_map(|function| function.rules.iter()))
    }

    /// The kinds of the parameters that these settings have, to be held against those of the last use.
    #[must_use]
    pub fn kinds(&self, settings: &Settings) -> Kinds {
        Kinds::used(self.manifest(), settings)
    }

    /// An instance: the component with its settings, a way to its server, and a platform.
    ///
    /// # Errors
    /// If a setting is missing or wrong; the error names it.
    pub fn instance(
        &self,
        settings: Settings,
        transport: Arc<dyn Transport>,
        platform: Arc<dyn Platform>,
    ) -> Result<Instance, ConfigurationError> {
        Instance::new(self.clone(), settings, transport, platform)
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn running(&self) -> &Running {
        &self.0.running
    }

    pub(crate) fn pre(&self) -> &InstancePre<State> {
        &self.0.pre
    }

    pub(crate) fn function(&self, command: &Command) -> Option<&Function> {
        self.0.functions.get(&command.name)
    }
}

/// Finds the function of each command, and holds the manifest against it: one function for each command, one field for
/// each argument, nothing left over, every rule readable.
fn functions(
    engine: &Engine,
    component: &wasmtime::component::Component,
    manifest: &Integration,
) -> Result<BTreeMap<String, Function>, String> {
    check_server(manifest)?;
    check_defaults(manifest)?;
    let mut names = BTreeSet::new();
    let mut functions = BTreeMap::new();
    for command in &manifest.commands {
        for name in std::iter::once(&command.name).chain(&command.aliases) {
            if !names.insert(name) {
                return Err(format!("two commands are called {name}"));
            }
        }
        let refuse = |why: String| format!("{}: {why}", command.name);
        let function = function(engine, component, command).map_err(refuse)?;
        check_arguments(command, function.arguments.as_ref()).map_err(refuse)?;
        check_outputs(command, &function.result).map_err(refuse)?;
        check_credentials(command, manifest).map_err(refuse)?;
        schema::command_schema(command, function.arguments.as_ref(), None)
            .map_err(|error| refuse(error.to_string()))?;
        functions.insert(command.name.clone(), function);
    }
    Ok(functions)
}

fn function(
    engine: &Engine,
    component: &wasmtime::component::Component,
    command: &Command,
) -> Result<Function, String> {
    let ty = component.component_type();
    let (interface, instance) = ty
        .exports(engine)
        .find_map(|(name, item)| match item.ty {
            ComponentItem::ComponentInstance(instance) if name.split('@').next() == Some(&command.interface) => {
                Some((name.to_owned(), instance))
            }
            _ => None,
        })
        .ok_or_else(|| format!("no exported interface {}", command.interface))?;
    let missing = || format!("no function {} in {interface}", command.function);
    let Some(ComponentItem::ComponentFunc(function)) =
        instance.get_export(engine, &command.function).map(|item| item.ty)
    else {
        return Err(missing());
    };
    let mut params = function.params();
    let arguments = match (params.next(), params.next()) {
        (None, _) => None,
        (Some((_, Type::Record(record))), None) => Some(record),
        _ => return Err(format!("{} takes something other than one record", command.function)),
    };
    let mut results = function.results();
    let (Some(result @ Type::Result(_)), None) = (results.next(), results.next()) else {
        return Err(format!("{} gives something other than a result", command.function));
    };
    let (_, interface) = component.get_export(None, &interface).ok_or_else(missing)?;
    let index = component.get_export_index(Some(&interface), &command.function).ok_or_else(missing)?;
    let weight = Weight::of(&result)?;
    Ok(Function { index, arguments, result, weight, rules: Rules::parse(&command.endpoints)? })
}

fn check_arguments(command: &Command, record: Option<&Record>) -> Result<(), String> {
    let mut fields: BTreeSet<String> =
        record.into_iter().flat_map(Record::fields).map(|field| field.name.to_owned()).collect();
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

fn check_outputs(command: &Command, result: &Type) -> Result<(), String> {
    let Type::Result(result) = result else { return Err("it gives something other than a result".into()) };
    let Some(Type::Record(record)) = result.ok() else { return Err("its result is no record".into()) };
    if !record.fields().any(|field| field.name == READABLE && matches!(field.ty, Type::String)) {
        return Err(format!("its result has no text {}", READABLE));
    }
    match command.outputs.iter().find(|output| !record.fields().any(|field| field.name == output.field)) {
        Some(output) => Err(format!("its result has no field {} for {}", output.field, output.prefix)),
        None => Ok(()),
    }
}

/// All endpoints are below one URL, so there must be one, and no other.
fn check_server(manifest: &Integration) -> Result<(), String> {
    let mut servers = manifest.parameters.iter().filter(|parameter| parameter.kind == ParameterKind::ServerUrl);
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
    use crate::contract::{Endpoint, Parameter};

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
}
