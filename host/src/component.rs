//! A loaded component: its manifest, its documentation, and the functions behind its commands.

mod functions;

pub(crate) use functions::Function;

use crate::contract::{Argument, Command, Integration};
use crate::digest::digest;
use crate::engine::{LoadError, Running};
use crate::entry::Failure;
use crate::kinds::Kinds;
use crate::limits::Limits;
use crate::load::{self, Prepared};
use crate::outputs::{self, OutputPath};
use crate::policy::{Narrowing, Network, NetworkError, Rules};
use crate::settings::Settings;
use crate::state::State;
use crate::wit::Docs;
use crate::{arguments, describe, schema};
use functions::functions;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use wasmtime::Engine;
use wasmtime::component::InstancePre;
use wasmtime::component::types::Type;

/// The field of every result with the text for people.
pub(crate) const READABLE: &str = "readable";

/// So many commands are looked at where the caller is.
const FEW: usize = 100;

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

impl Component {
    pub(crate) async fn new(
        engine: Engine,
        running: Running,
        limits: Arc<Limits>,
        Prepared { component, pre, .. }: Prepared,
        bytes: Arc<[u8]>,
    ) -> Result<Self, LoadError> {
        let manifest = describe::describe(&engine, &running, limits.clone(), &pre).await?;
        let light = manifest.commands.len() <= FEW && load::is_light(&bytes, &limits);
        let (engine_too, component_too) = (engine.clone(), component.clone());
        let check = move || {
            let functions = functions(&engine_too, &component_too, &manifest);
            (manifest, functions)
        };
        // What a manifest can have a host do is bounded; yet much of it is not for a thread that calls run on.
        let (manifest, functions) = if light { check() } else { load::aside(check).await? };
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
