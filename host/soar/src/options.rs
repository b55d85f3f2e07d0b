//! How an engine is set up.

use crate::compiler::Compiler;
use soar_contract::limits::Limits;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use wasmtime::MemoryCreator;

/// How an [`Engine`](crate::Engine) is set up.
///
/// ```
/// use soar::{EngineOptions, Limit, Limits};
/// use std::time::Duration;
///
/// let options = EngineOptions::new()
///     .with_cache("/var/cache/soar")
///     .with_pool(100)
///     .with_limits(Limits::default().with(Limit::LoadTime, Duration::from_secs(30)));
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct EngineOptions {
    /// The folder of precompiled components; none to compile on every start. It is used if nobody but this user can change
    /// what is in it, or which folder the path means.
    pub cache: Option<PathBuf>,
    /// What compiles components, in a process for each that is not in the cache: so `load_memory` and `load_time` hold whatever a
    /// component is made of, and what nobody waits for any more ends. None to compile in this process, where only the
    /// limits of a component's parts and of its code bound what it takes: for components that you trust.
    pub compiler: Option<Compiler>,
    /// For how many calls at once memory is set aside, so that they start faster; further calls wait for their turn. 0
    /// to ask the system for memory in each call. It costs about 4 GiB of address space a call, and none of memory;
    /// where the address space is too short, the engine does without: see [`Engine::pool`](crate::Engine::pool). A component in a pool has one
    /// memory, and 8 tables at most, none larger than `limits` says here.
    pub pool: u32,
    /// How many of these places one instance may have at once, so that its calls, which may wait for a slow server,
    /// leave room for those of others; half of them unless told. Its further calls wait, and fail with the kind `busy`
    /// when their time is over.
    pub share: Option<u32>,
    /// What loading a component may take, and what it may use when it is asked what it is.
    pub limits: Limits,
    /// Makes the components' memories instead of the engine, without a pool.
    pub(crate) memories: Option<Arc<dyn MemoryCreator>>,
}

impl EngineOptions {
    /// No cache, no process to compile in, no pool, the limits that there are unless told.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with a folder of precompiled components.
    #[must_use]
    pub fn with_cache(self, folder: impl Into<PathBuf>) -> Self {
        Self { cache: Some(folder.into()), ..self }
    }

    /// The same with a program that compiles components.
    #[must_use]
    pub fn with_compiler(self, compiler: Compiler) -> Self {
        Self { compiler: Some(compiler), ..self }
    }

    /// The same with memory set aside for so many calls at once.
    #[must_use]
    pub fn with_pool(self, pool: u32) -> Self {
        Self { pool, ..self }
    }

    /// The same with at most so many of these places for one instance.
    #[must_use]
    pub fn with_share(self, share: u32) -> Self {
        Self { share: Some(share), ..self }
    }

    /// The same with limits of loading.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
}

impl fmt::Debug for EngineOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cache, compiler, pool, share, limits, memories: _ } = self;
        f.debug_struct("EngineOptions")
            .field("cache", cache)
            .field("compiler", compiler)
            .field("pool", pool)
            .field("share", share)
            .field("limits", limits)
            .finish_non_exhaustive()
    }
}
