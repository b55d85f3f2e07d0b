//! A loaded component: its manifest, its documentation, and the functions behind its commands.

mod functions;
mod handle;

pub(crate) use functions::Function;
pub use handle::{ArgumentInfo, CommandHandle};

use crate::describe;
use crate::load::{self, Prepared};
use crate::machine::{LoadError, Running};
use crate::store::StoreData;
use crate::wit::Docs;
use functions::functions;
use soar_contract::digest::digest;
use soar_contract::failure::{Cause, Failure};
use soar_contract::kinds::Kinds;
use soar_contract::limits::Limits;
use soar_contract::manifest::Integration;
use soar_contract::settings::Settings;
use soar_network::policy::{Narrowing, Network, NetworkError, Rules};
use std::sync::{Arc, OnceLock};
use wasmtime::Engine;
use wasmtime::component::InstancePre;

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
    pre: InstancePre<StoreData>,
    component: wasmtime::component::Component,
    bytes: Arc<[u8]>,
    manifest: Arc<Integration>,
    /// In the order of the manifest's commands, one for each.
    functions: Vec<Function>,
    /// How the accounts behind its secrets are learnt.
    accounts: Rules,
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
        let (functions, accounts) = functions.map_err(LoadError::Manifest)?;
        let (docs, digest) = (OnceLock::new(), OnceLock::new());
        let manifest = manifest.into();
        let inner =
            Inner { engine, running, limits, pre, component, bytes, manifest, functions, accounts, docs, digest };
        Ok(Self(Arc::new(inner)))
    }

    /// What the component says of itself.
    #[must_use]
    pub fn manifest(&self) -> &Integration {
        &self.0.manifest
    }

    pub(crate) fn shared_manifest(&self) -> Arc<Integration> {
        self.0.manifest.clone()
    }

    /// The command with this name or alias.
    ///
    /// # Errors
    /// If there is none; the failure names the one that was probably meant.
    pub fn command(&self, name: &str) -> Result<CommandHandle<'_>, Failure> {
        let alias = |command: &CommandHandle<'_>| command.aliases.iter().any(|alias| alias == name);
        let found = self.commands().find(|command| command.name == name).or_else(|| self.commands().find(alias));
        found.ok_or_else(|| {
            let nearest = self.manifest().nearest(name).map(str::to_owned);
            Failure::new(name, Cause::UnknownCommand { nearest })
        })
    }

    /// All commands, in the manifest's order.
    pub fn commands(&self) -> impl Iterator<Item = CommandHandle<'_>> {
        let commands = self.0.manifest.commands.iter().zip(&self.0.functions);
        commands.map(|(entry, function)| CommandHandle::new(self, entry, function))
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

    /// Holds what an administrator says of the network against what all commands declare.
    ///
    /// # Errors
    /// If a pattern can't be read or is of no endpoint of any command; the error names it.
    pub fn narrowing(&self, network: &Network) -> Result<Narrowing, NetworkError> {
        let rules = self.0.functions.iter().flat_map(|function| function.rules.iter());
        Narrowing::parse(network, rules.chain(self.0.accounts.iter()))
    }

    /// The requests by which the host learns whose a secret is, where an audit is kept: one for each secret that says so.
    #[must_use]
    pub fn accounts(&self) -> &Rules {
        &self.0.accounts
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

    pub(crate) fn pre(&self) -> &InstancePre<StoreData> {
        &self.0.pre
    }
}
