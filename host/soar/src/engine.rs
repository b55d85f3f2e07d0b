//! The engine, and the loading of components into it.

use crate::cache::Cache;
use crate::component::Component;
use crate::epoch::Ticker;
use crate::linker;
use crate::load::{self, Loader};
use crate::machine::{LoadError, Running, machine};
use crate::options::EngineOptions;
use crate::place::Places;
use soar_contract::limits::{Late, Limit, Limits, in_time};
use std::sync::Arc;
use wasmtime::component::Linker;

/// Where components are loaded and run. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    machine: wasmtime::Engine,
    loader: Arc<Loader>,
    limits: Arc<Limits>,
    running: Running,
}

impl Engine {
    /// Sets an engine up.
    ///
    /// # Errors
    /// If the machine can't run WebAssembly as needed.
    pub fn new(options: EngineOptions) -> Result<Self, LoadError> {
        let refuse = |error: wasmtime::Error| LoadError::Engine(format!("{error:#}"));
        let (machine, places) = machine(options.pool, &options.limits, options.memories.as_ref()).map_err(refuse)?;
        let mut linker = Linker::new(&machine);
        linker::add_to_linker(&mut linker).map_err(refuse)?;
        let ticker = Ticker::start(&machine)
            .map_err(|error| LoadError::Engine(format!("no thread to interrupt components from: {error}")))?;
        let running = Running { ticker: ticker.into(), places: Places::new(places, options.share) };
        let limits = Arc::new(options.limits);
        // Code for other memories is other code.
        let compiler = options.compiler.filter(|_| options.memories.is_none());
        let cache = options.cache.map(Cache::new);
        let loader = Loader::new(machine.clone(), linker, cache, compiler, limits.clone()).into();
        Ok(Self(Arc::new(Inner { machine, loader, limits, running })))
    }

    /// Whether calls run in memory that was set aside for them.
    #[must_use]
    pub fn pool(&self) -> bool {
        self.0.running.places.are_set_aside()
    }

    /// Loads a component and asks it what it is. Like calls, on a tokio runtime with its timer enabled; what takes longer
    /// than some milliseconds is done on a thread of its own. If the future is dropped, or its time is over, the process that
    /// compiles it ends; without one ([`EngineOptions::with_compiler`]) it is compiled to its end all the same.
    ///
    /// # Errors
    /// If it is no component, not one of the contract, imports what this host does not offer, describes itself wrongly, or
    /// is larger than a component may be, in one way or another.
    pub async fn load(&self, bytes: &[u8]) -> Result<Component, LoadError> {
        let Inner { machine, loader, limits, running } = &*self.0;
        if bytes.get(..4) != Some(b"\0asm") {
            return Err(LoadError::NotAComponent("it does not begin as WebAssembly does".into()));
        }
        let deadline = limits.after(Limit::LoadTime);
        let load = async {
            // Before a copy is made.
            loader.check_size(bytes)?;
            let bytes: Arc<[u8]> = bytes.into();
            let mut prepared = loader.prepare(&bytes, deadline).await?;
            let keep = prepared.keeper();
            let component = Component::new(machine.clone(), running.clone(), limits.clone(), prepared, bytes).await?;
            if let Some(keep) = keep {
                load::aside(keep).await?;
            }
            Ok(component)
        };
        in_time(deadline, load).await.unwrap_or_else(|Late| Err(LoadError::Limit(limits.over(Limit::LoadTime))))
    }
}
