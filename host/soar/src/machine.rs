//! The machine below the engine: how code is compiled and where it runs, and why a component does not get that far.

use crate::epoch::Ticker;
use crate::outline;
use crate::place::Places;
use soar_contract::limits::Limit;
use soar_contract::limits::{Exceeded, Limits};
use soar_contract::text;
use std::sync::Arc;
use wasmtime::{Config, Engine, MemoryCreator, PoolingAllocationConfig};

/// What all calls of an engine share while they run.
#[derive(Clone)]
pub(crate) struct Running {
    pub(crate) ticker: Arc<Ticker>,
    pub(crate) places: Places,
}

/// Why a component could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
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

/// What code is compiled for, wherever that is done.
pub(crate) fn config() -> Config {
    let mut config = Config::new();
    config.epoch_interruption(true);
    // As the images of memories are counted before anything is compiled.
    config.memory_guaranteed_dense_image_size(outline::SPARSE);
    config
}

/// The machine, and how many calls it has places for, if it has set any aside.
pub(crate) fn machine(
    calls: u32,
    limits: &Limits,
    memories: Option<&Arc<dyn MemoryCreator>>,
) -> wasmtime::Result<(Engine, Option<u32>)> {
    let mut config = config();
    if let Some(memories) = memories {
        // Whatever they are, code checks each access.
        config.with_host_memory(memories.clone()).memory_reservation(0).memory_guard_size(0);
        config.memory_reservation_for_growth(0).memory_init_cow(false);
        return Ok((Engine::new(&config)?, None));
    }
    if calls == 0 {
        return Ok((Engine::new(&config)?, None));
    }
    let mut pooled = config.clone();
    pooled.allocation_strategy(pool(calls, limits));
    match Engine::new(&pooled) {
        Ok(engine) => Ok((engine, Some(calls))),
        Err(error) => {
            tracing::warn!(places = calls, %error, "no memory could be set aside for calls: each asks the system");
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
