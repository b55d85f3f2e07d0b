//! The engine, and the loading of components into it.

use crate::cache::Cache;
use crate::compiler::Compiler;
use crate::component::Component;
use crate::epoch::Ticker;
use crate::limits::{Exceeded, Late, Limit, Limits, in_time};
use crate::load::{self, Loader};
use crate::outline;
use crate::place::Places;
use crate::state;
use crate::text;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use wasmtime::component::Linker;
use wasmtime::{Config, Engine, MemoryCreator, PoolingAllocationConfig};

/// The name of the interface by which a component of the contract is known, without its version.
pub(crate) const MANIFEST: &str = "soar:platform/manifest@";
/// The same with the version of the contract that this host speaks.
pub(crate) const CONTRACT: &str = "soar:platform/manifest@0.1.0";

/// Where components are loaded and run. Cheap to clone.
#[derive(Clone)]
pub struct Host(Arc<Inner>);

struct Inner {
    engine: Engine,
    loader: Arc<Loader>,
    limits: Arc<Limits>,
    running: Running,
}

/// What all calls of a host share while they run.
#[derive(Clone)]
pub(crate) struct Running {
    pub(crate) ticker: Arc<Ticker>,
    pub(crate) places: Places,
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

/// Why a component could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The engine could not be set up.
    #[error("the WebAssembly engine could not be set up: {0}")]
    Engine(String),
    /// The bytes are no component.
    #[error("not a WebAssembly component: {}", text::block(.0))]
    NotAComponent(String),
    /// It is a component, but not one of the contract.
    #[error("a component of another contract: {}", text::block(.0))]
    OtherContract(String),
    /// It is of the contract, and its own description of itself is wrong.
    #[error("the component's manifest is wrong: {}", text::block(.0))]
    Manifest(String),
    /// What compiles it could not be started, or stopped.
    #[error("the component could not be compiled: {}", text::block(.0))]
    Compiler(String),
    /// Loading it takes more than it may.
    #[error("the component is {0}")]
    Limit(Exceeded),
    /// There was no room to load it in, in time.
    #[error("the component could not be loaded: {}", text::block(.0))]
    Busy(String),
}

impl Host {
    /// Sets a host up.
    ///
    /// # Errors
    /// If the machine can't run WebAssembly as needed.
    pub fn new(options: HostOptions) -> Result<Self, LoadError> {
        let refuse = |error: wasmtime::Error| LoadError::Engine(format!("{error:#}"));
        let (engine, places) = engine(&options).map_err(refuse)?;
        let mut linker = Linker::new(&engine);
        state::add_to_linker(&mut linker).map_err(refuse)?;
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

/// What code is compiled for, wherever that is done.
pub(crate) fn config() -> Config {
    let mut config = Config::new();
    config.epoch_interruption(true);
    // As the images of memories are counted before anything is compiled.
    config.memory_guaranteed_dense_image_size(outline::SPARSE);
    config
}

/// The engine, and how many calls it has places for, if it has set any aside.
fn engine(options: &HostOptions) -> wasmtime::Result<(Engine, Option<u32>)> {
    let mut config = config();
    if let Some(memories) = &options.memories {
        // Whatever they are, code checks each access.
        config.with_host_memory(memories.clone()).memory_reservation(0).memory_guard_size(0);
        config.memory_reservation_for_growth(0).memory_init_cow(false);
        return Ok((Engine::new(&config)?, None));
    }
    if options.pool == 0 {
        return Ok((Engine::new(&config)?, None));
    }
    let mut pooled = config.clone();
    pooled.allocation_strategy(pool(options.pool, &options.limits));
    match Engine::new(&pooled) {
        Ok(engine) => Ok((engine, Some(options.pool))),
        Err(error) => {
            tracing::warn!(places = options.pool, %error, "no memory could be set aside for calls: each asks the system");
            Ok((Engine::new(&config)?, None))
        }
    }
}

/// The most core instances, memories and tables that a component of a call in the pool may have.
const PARTS: u32 = 8;

fn pool(calls: u32, limits: &Limits) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    let parts = calls.saturating_mul(PARTS);
    pool.total_component_instances(calls)
        .total_stacks(calls)
        .total_memories(calls)
        .total_core_instances(parts)
        .total_tables(parts)
        .max_core_instances_per_component(PARTS)
        .max_tables_per_component(PARTS)
        .max_memories_per_component(1)
        .table_elements(limits.count(Limit::TableElements))
        .pagemap_scan(wasmtime::Enabled::Auto)
        .linear_memory_keep_resident(1024 * 1024)
        .table_keep_resident(KEPT)
        .async_stack_keep_resident(KEPT);
    pool
}

/// So much of a place's memory stays with it when its call has ended, in bytes: clearing it is faster than giving it
/// back and asking for it anew.
const KEPT: usize = 64 * 1024;
