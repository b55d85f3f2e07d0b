//! The engine, and the loading of components into it.

use crate::cache::{self, Cache};
use crate::component::Component;
use crate::state::{self, State};
use std::path::PathBuf;
use std::sync::Arc;
use wasmtime::component::Linker;
use wasmtime::{Config, Engine};

/// The name of the interface by which a component of the contract is known, without its version.
const MANIFEST: &str = "soar:platform/manifest@";
/// The same with the version of the contract that this host speaks.
pub(crate) const CONTRACT: &str = "soar:platform/manifest@0.1.0";

/// Where components are loaded and run. Cheap to clone.
#[derive(Clone)]
pub struct Host(Arc<Inner>);

struct Inner {
    engine: Engine,
    linker: Linker<State>,
    cache: Option<Cache>,
}

/// How a host is set up.
#[derive(Clone, Debug, Default)]
pub struct HostOptions {
    /// The folder of precompiled components; none to compile on every start.
    pub cache: Option<PathBuf>,
}

/// Why a component could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The engine could not be set up.
    #[error("the WebAssembly engine could not be set up: {0}")]
    Engine(String),
    /// The bytes are no component.
    #[error("not a WebAssembly component: {0}")]
    NotAComponent(String),
    /// It is a component, but not one of the contract.
    #[error("a component of another contract: {0}")]
    OtherContract(String),
    /// It is of the contract, and its own description of itself is wrong.
    #[error("the component's manifest is wrong: {0}")]
    Manifest(String),
}

impl Host {
    /// Sets a host up.
    ///
    /// # Errors
    /// If the machine can't run WebAssembly as needed.
    pub fn new(options: HostOptions) -> Result<Self, LoadError> {
        let refuse = |error: wasmtime::Error| LoadError::Engine(format!("{error:#}"));
        let engine = Engine::new(&Config::new()).map_err(refuse)?;
        let mut linker = Linker::new(&engine);
        state::add_to_linker(&mut linker).map_err(refuse)?;
        Ok(Self(Arc::new(Inner { engine, linker, cache: options.cache.map(Cache::new) })))
    }

    /// Loads a component and asks it what it is.
    ///
    /// # Errors
    /// If it is no component, not one of the contract, imports what this host does not offer, or describes itself
    /// wrongly.
    pub async fn load(&self, bytes: &[u8]) -> Result<Component, LoadError> {
        let Inner { engine, linker, cache } = &*self.0;
        if bytes.get(..4) != Some(b"\0asm") {
            return Err(LoadError::NotAComponent("it does not begin as WebAssembly does".into()));
        }
        let component = match cache {
            Some(cache) => cache.load(engine, bytes)?,
            None => cache::compile(engine, bytes)?,
        };
        check_contract(
            &component.component_type().exports(engine).map(|(name, _)| name.to_owned()).collect::<Vec<_>>(),
        )?;
        let pre = linker.instantiate_pre(&component).map_err(|error| {
            LoadError::OtherContract(format!("it imports what this host does not offer: {error:#}"))
        })?;
        Component::new(engine.clone(), component, pre, bytes).await
    }
}

fn check_contract(exports: &[String]) -> Result<(), LoadError> {
    if exports.iter().any(|name| name == CONTRACT) {
        return Ok(());
    }
    let found = match exports.iter().find(|name| name.starts_with(MANIFEST)) {
        Some(other) => format!("it exports {other}"),
        None if exports.is_empty() => "it exports nothing".into(),
        None => format!("it exports {}", exports.join(", ")),
    };
    Err(LoadError::OtherContract(format!("{found}; expected {CONTRACT}")))
}
