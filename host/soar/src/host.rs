//! The engine, and the loading of components into it.

use crate::cache::Cache;
use crate::compiler::Compiler;
use crate::component::Component;
use crate::engine::{LoadError, Running, engine};
use crate::epoch::Ticker;
use crate::linker;
use crate::load::{self, Loader};
use crate::place::Places;
use soar_contract::limits::{Late, Limit, Limits, in_time};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use wasmtime::component::Linker;
use wasmtime::{Engine, MemoryCreator};

/// Where components are loaded and run. Cheap to clone.
#[derive(Clone)]
pub struct Host(Arc<Inner>);

struct Inner {
    engine: Engine,
    loader: Arc<Loader>,
    limits: Arc<Limits>,
    running: Running,
}

/// How a host is set up.
#[derive(Clone, Default)]
pub struct HostOptions {
    /// The folder of precompiled components; none to compile on every start. It is used if nobody but this user can change
    /// what is in it, or which folder the path means.
    pub cache: Option<PathBuf>,
    /// What compiles components, in a process for each that is not in the cache: so `load_memory` and `load_time` hold whatever a
    /// component is made of, and what nobody waits for any more ends. None to compile in this process, where only the
    /// limits of a component's parts and of its code bound what it takes: for components that you trust.
    pub compiler: Option<Compiler>,
    /// For how many calls at once memory is set aside, so that they start faster; further calls wait for their turn. 0
    /// to ask the system for memory in each call. It costs about 4 GiB of address space a call, and none of memory;
    /// where the address space is too short, the host does without: see [`Host::pool`]. A component in a pool has one
    /// memory, and 8 tables at most, none larger than `limits` says here.
    pub pool: u32,
    /// How many of these places one instance may have at once, so that its calls, which may wait for a slow server,
    /// leave room for those of others; half of them unless told. Its further calls wait, and fail with the kind `busy`
    /// when their time is over.
    pub share: Option<u32>,
    /// What loading a component may take, and what it may use when it is asked what it is.
    pub limits: Limits,
    /// Makes the components' memories instead of the engine, without a pool. For tests that search them.
    pub memories: Option<Arc<dyn MemoryCreator>>,
}

impl fmt::Debug for HostOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cache, compiler, pool, share, limits, memories: _ } = self;
        f.debug_struct("HostOptions")
            .field("cache", cache)
            .field("compiler", compiler)
            .field("pool", pool)
            .field("share", share)
            .field("limits", limits)
            .finish_non_exhaustive()
    }
}

impl Host {
    /// Sets a host up.
    ///
    /// # Errors
    /// If the machine can't run WebAssembly as needed.
    pub fn new(options: HostOptions) -> Result<Self, LoadError> {
        let refuse = |error: wasmtime::Error| LoadError::Engine(format!("{error:#}"));
        let (engine, places) = engine(options.pool, &options.limits, options.memories.as_ref()).map_err(refuse)?;
        let mut linker = Linker::new(&engine);
        linker::add_to_linker(&mut linker).map_err(refuse)?;
        let ticker = Ticker::start(&engine)
            .map_err(|error| LoadError::Engine(format!("no thread to interrupt components from: {error}")))?;
        let running = Running { ticker: ticker.into(), places: Places::new(places, options.share) };
        let limits = Arc::new(options.limits);
        // Code for other memories is other code.
        let compiler = options.compiler.filter(|_| options.memories.is_none());
        let cache = options.cache.map(Cache::new);
        let loader = Loader::new(engine.clone(), linker, cache, compiler, limits.clone()).into();
        Ok(Self(Arc::new(Inner { engine, loader, limits, running })))
    }

    /// Whether calls run in memory that was set aside for them.
    #[must_use]
    pub fn pool(&self) -> bool {
        self.0.running.places.are_set_aside()
    }

    /// Loads a component and asks it what it is. Like calls, on a tokio runtime with its timer enabled; what takes longer
    /// than some milliseconds is done on a thread of its own. If the future is dropped, or its time is over, the process that
    /// compiles it ends; without one ([`HostOptions::compiler`]) it is compiled to its end all the same.
    ///
    /// # Errors
    /// If it is no component, not one of the contract, imports what this host does not offer, describes itself wrongly, or
    /// is larger than a component may be, in one way or another.
    pub async fn load(&self, bytes: &[u8]) -> Result<Component, LoadError> {
        let Inner { engine, loader, limits, running } = &*self.0;
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
            let component = Component::new(engine.clone(), running.clone(), limits.clone(), prepared, bytes).await?;
            if let Some(keep) = keep {
                load::aside(keep).await?;
            }
            Ok(component)
        };
        in_time(deadline, load).await.unwrap_or_else(|Late| Err(LoadError::Limit(limits.over(Limit::LoadTime))))
    }
}
