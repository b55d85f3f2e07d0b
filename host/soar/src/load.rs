//! Reading, compiling and linking components.
//!
//! Compiling takes as long as it takes, and nothing within a process can interrupt it. So it is done in a process of its own, if
//! the host has a compiler, and is kept from the threads that calls run on, as is what is large or may be deep; whoever
//! waits for it may give up; and only some are compiled at once, whoever waits. What is small and was compiled before
//! needs none of that.

use crate::cache::{self, Cache, Found, Room};
use crate::compiler::{Compiler, Ender};
use crate::machine::LoadError;
use crate::outline::{self, Unfit};
use crate::store::StoreData;
use crate::version::{MANIFEST, Version};
use soar_contract::limits::{Late, Limit, Limits, in_time};
use soar_contract::text;
use std::sync::Arc;
use std::thread;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::Instant;
use wasmtime::Engine;
use wasmtime::component::{Component, InstancePre, Linker};

/// So many components are compiled at once, those included that nobody waits for any more.
const AT_ONCE: usize = 4;
/// A component of at most so many bytes is small.
const LIGHT: usize = 1 << 20;
/// Of a thread that reads what may be as deep as its limit says, in bytes.
const STACK: usize = 64 << 20;

/// What loads the components of a host.
pub(crate) struct Loader {
    engine: Engine,
    linker: Linker<StoreData>,
    cache: Option<Cache>,
    compiler: Option<Compiler>,
    limits: Arc<Limits>,
    turns: Arc<Semaphore>,
}

/// A component that is ready to be asked what it is.
pub(crate) struct Prepared {
    pub(crate) component: Component,
    pub(crate) pre: InstancePre<StoreData>,
    /// Where its code is to be kept, if it was compiled now.
    room: Option<Room>,
}

impl Prepared {
    /// What keeps its code, if it was compiled now: when it has said what it is, so that what is refused leaves nothing.
    pub(crate) fn keeper(&mut self) -> Option<impl FnOnce() + Send + use<>> {
        let component = self.component.clone();
        self.room.take().map(|room| move || room.keep(&component))
    }
}

impl Loader {
    pub(crate) fn new(
        engine: Engine,
        linker: Linker<StoreData>,
        cache: Option<Cache>,
        compiler: Option<Compiler>,
        limits: Arc<Limits>,
    ) -> Self {
        Self { engine, linker, cache, compiler, limits, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    pub(crate) fn check_size(&self, bytes: &[u8]) -> Result<(), LoadError> {
        match bytes.len() as u64 <= self.limits.number(Limit::ComponentBytes) {
            true => Ok(()),
            false => Err(LoadError::Limit(self.limits.over(Limit::ComponentBytes))),
        }
    }

    /// Finds a component in the cache, or compiles and links it.
    pub(crate) async fn prepare(
        self: &Arc<Self>,
        bytes: &Arc<[u8]>,
        deadline: Option<Instant>,
    ) -> Result<Prepared, LoadError> {
        let room = match self.find(bytes).await? {
            Ok(prepared) => return Ok(prepared),
            Err(room) => room,
        };
        let turn = match in_time(deadline, self.turns.clone().acquire_owned()).await {
            Ok(turn) => turn.map_err(|error| LoadError::Engine(error.to_string()))?,
            Err(Late) => {
                let why = format!("{AT_ONCE} components are being compiled, and none was ready in time");
                return Err(LoadError::Busy(why));
            }
        };
        let (loader, bytes, ender) = (self.clone(), bytes.clone(), Ender::default());
        let _ends = ender.when_dropped();
        aside(move || {
            let prepared = loader.compile(&bytes, &ender).and_then(|component| loader.link(component));
            // Until it has ended, whether or not somebody waits for it.
            drop(turn);
            prepared.map(|prepared| Prepared { room, ..prepared })
        })
        .await?
    }

    /// What the cache has, which needs no turn, or where to keep it.
    async fn find(self: &Arc<Self>, bytes: &Arc<[u8]>) -> Result<Result<Prepared, Option<Room>>, LoadError> {
        if is_light(bytes, &self.limits) {
            return self.find_here(bytes);
        }
        let (loader, bytes) = (self.clone(), bytes.clone());
        aside(move || loader.find_here(&bytes)).await?
    }

    /// What was compiled before was looked at before, if it was by the same rules.
    fn find_here(&self, bytes: &[u8]) -> Result<Result<Prepared, Option<Room>>, LoadError> {
        let Some(cache) = &self.cache else { return Ok(Err(None)) };
        match cache.find(&self.engine, bytes, (Version::spoken(), self.limits.of_loading())) {
            Found::Kept(component) => self.link(component).map(Ok),
            Found::Nothing(room) => Ok(Err(room)),
        }
    }

    fn compile(&self, bytes: &[u8], ender: &Ender) -> Result<Component, LoadError> {
        let refuse = |unfit| match unfit {
            Unfit::Damaged(why) => LoadError::NotAComponent(why),
            Unfit::Over(exceeded) => LoadError::Limit(exceeded),
        };
        let outline = outline::outline(bytes, &self.limits).map_err(refuse)?;
        check_contract(&outline.exports)?;
        outline::weigh(bytes, &self.limits).map_err(refuse)?;
        match &self.compiler {
            Some(compiler) => {
                cache::compiled(&self.engine, &compiler.compile(&self.engine, bytes, &self.limits, ender)?)
            }
            None => cache::compile(&self.engine, bytes),
        }
    }

    fn link(&self, component: Component) -> Result<Prepared, LoadError> {
        let pre = self.linker.instantiate_pre(&component).map_err(|error| {
            LoadError::OtherContract(format!("it imports what this host does not offer: {error:#}"))
        })?;
        Ok(Prepared { component, pre, room: None })
    }
}

/// Whether all but compiling is done sooner where the caller is than a thread is there for it: in a few milliseconds at
/// most, and without being deep.
pub(crate) fn is_light(bytes: &[u8], limits: &Limits) -> bool {
    bytes.len() <= LIGHT && limits.number(Limit::ComponentDepth) <= Limits::default().number(Limit::ComponentDepth)
}

/// Does something on a thread of its own, with a stack for what is deep. It goes on when nobody waits any more.
pub(crate) async fn aside<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> Result<T, LoadError> {
    let (done, ended) = oneshot::channel();
    thread::Builder::new()
        .name("soar-load".into())
        .stack_size(STACK)
        .spawn(move || drop(done.send(what())))
        .map_err(|error| LoadError::Engine(format!("no thread to load a component on: {error}")))?;
    ended.await.map_err(|_| LoadError::Engine("it stopped while it loaded a component".into()))
}

fn check_contract(exports: &[String]) -> Result<(), LoadError> {
    if exports.iter().any(|name| Version::ALL.iter().any(|version| name == version.manifest())) {
        return Ok(());
    }
    let found = match exports.iter().find(|name| name.starts_with(MANIFEST)) {
        Some(other) => format!("it exports {}", text::word(other, LONGEST)),
        None if exports.is_empty() => "it exports nothing".into(),
        None => format!("it exports {}", some(exports)),
    };
    Err(LoadError::OtherContract(format!("{found}; expected {}", Version::spoken())))
}

/// So much of a name is shown.
const LONGEST: usize = 80;

/// The first names of many.
fn some(names: &[String]) -> String {
    const SHOWN: usize = 10;
    let mut text = names.iter().take(SHOWN).map(|name| text::word(name, LONGEST)).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}
