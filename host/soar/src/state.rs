//! What one call's store holds, and the interfaces that are served from it.

mod previous;

use crate::bindings::{files, investigations};
use crate::clock::{self, Clock};
use crate::content::Content;
use crate::meter::Meter;
use crate::reasons;
use crate::wasi_http::Hooks;
use soar_contract::callcontext::CallContext;
use soar_contract::limits::{Exceeded, Limit};
use soar_contract::platform::{FileError, Platform};
use soar_network::gate::Gate;
use soar_network::trail::Stop;
use std::sync::Arc;
use wasmtime::component::{HasSelf, Linker, Resource, ResourceTable};
use wasmtime::{Engine, Result, Store, StoreContextMut, UpdateDeadline};
use wasmtime_wasi_config::{WasiConfig, WasiConfigVariables};
use wasmtime_wasi_http::p2::bindings::http::types::{HostOutgoingRequest as HostOutgoingRequestTrait, Method};
use wasmtime_wasi_http::p2::types::HostOutgoingRequest;
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};
use wasmtime_wasi_io::IoView;
use wasmtime_wasi_io::streams::DynInputStream;

/// The state of one call. It is made for the call and dropped with it.
pub(crate) struct State {
    pub(crate) table: ResourceTable,
    pub(crate) clock: Clock,
    pub(crate) config: WasiConfigVariables,
    pub(crate) http: WasiHttpCtx,
    pub(crate) hooks: Hooks,
    pub(crate) platform: Arc<dyn Platform>,
    pub(crate) context: Arc<CallContext>,
    pub(crate) meter: Meter,
    /// One for each file that is open, and one here.
    files: Arc<()>,
}

impl State {
    /// The state of a new call.
    pub(crate) fn new(
        config: WasiConfigVariables,
        gate: Gate,
        platform: Arc<dyn Platform>,
        context: Arc<CallContext>,
    ) -> Self {
        let clock = Clock::new(gate.transport.virtual_time());
        let limits = gate.limits.clone();
        let hooks = Hooks { gate };
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.count(Limit::Resources));
        let mut http = WasiHttpCtx::new();
        // A component that goes a little over is told by the host which limit it was; this is for what goes far over.
        http.set_field_size_limit(limits.count(Limit::HeaderBytes).saturating_mul(4));
        Self { table, clock, config, http, hooks, platform, context, meter: Meter::new(limits), files: Arc::default() }
    }

    /// The same with another clock.
    pub(crate) fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// A store with this state, in which code runs only as long and as large as its limits allow.
    pub(crate) fn store(self, engine: &Engine) -> Store<Self> {
        /// As much as any manifest is; a call says for itself how much its result may be.
        const HANDED_OVER: usize = 64 << 20;
        let output = self.hooks.gate.limits.count(Limit::Output).min(HANDED_OVER);
        let mut store = Store::new(engine, self);
        store.limiter(|state| &mut state.meter);
        store.set_hostcall_fuel(output);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut store| {
            let state = store.data_mut();
            state.meter.check_time()?;
            match state.hooks.gate.trail.stopped() {
                // No request leaves any more, and the component alone can say what was done before: it may end by itself.
                Some(Stop::Refused(_)) | None => Ok(UpdateDeadline::Yield(1)),
                Some(stop) => Err(wasmtime::Error::new(stop)),
            }
        });
        store
    }
}

/// Adds everything that a component may import. What is not here can't be linked.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> Result<()> {
    wasmtime_wasi_io::add_to_linker_async(linker)?;
    clock::add_to_linker(linker, |state| clock::View { clock: &mut state.clock, table: &mut state.table })?;
    wasmtime_wasi_config::add_to_linker(linker, |state: &mut State| WasiConfig::from(&state.config))?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
    limit_first_lines(linker)?;
    reasons::add_to_linker(linker)?;
    files::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    investigations::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    previous::add_to_linker(linker)
}

/// `wasi:http` keeps a method and an authority of any length for each request that is not sent yet.
fn limit_first_lines(linker: &mut Linker<State>) -> Result<()> {
    /// In bytes. Those that there are have less than half of it.
    const LONGEST: usize = 64;
    type Request = Resource<HostOutgoingRequest>;
    type Caller<'a> = StoreContextMut<'a, State>;
    linker.allow_shadowing(true);
    let mut types = linker.instance("wasi:http/types@0.2.12")?;
    types.func_wrap(
        "[method]outgoing-request.set-method",
        |mut store: Caller<'_>, (request, method): (Request, Method)| {
            if matches!(&method, Method::Other(name) if name.len() > LONGEST) {
                return Err(store.data().too_long());
            }
            Ok((HostOutgoingRequestTrait::set_method(&mut store.data_mut().http(), request, method)?,))
        },
    )?;
    types.func_wrap(
        "[method]outgoing-request.set-authority",
        |mut store: Caller<'_>, (request, authority): (Request, Option<String>)| {
            let allowed = store.data().hooks.gate.limits.count(Limit::HeaderBytes);
            if authority.as_ref().is_some_and(|authority| authority.len() > allowed) {
                return Err(store.data().too_long());
            }
            Ok((HostOutgoingRequestTrait::set_authority(&mut store.data_mut().http(), request, authority)?,))
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
}

impl State {
    /// Why the first line of a request is not kept.
    fn too_long(&self) -> wasmtime::Error {
        Exceeded { limit: Limit::HeaderBytes, allowed: self.hooks.gate.limits.get(Limit::HeaderBytes) }.into()
    }
}

impl IoView for State {
    fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.hooks }
    }
}

impl investigations::Host for State {
    async fn current(&mut self) -> Result<Option<investigations::Investigation>> {
        Ok(self.context.investigation.clone().map(|investigation| investigations::Investigation {
            id: investigation.id,
            war_room_url: investigation.war_room_url,
            playground: investigation.playground,
        }))
    }
}

impl files::Host for State {
    async fn open(&mut self, entry_id: String) -> Result<Result<files::File, files::FileError>> {
        let allowed = self.hooks.gate.limits.get(Limit::OpenFiles);
        if Arc::strong_count(&self.files) as u64 > allowed {
            return Err(Exceeded { limit: Limit::OpenFiles, allowed }.into());
        }
        let open = self.files.clone();
        let (platform, context) = (self.platform.clone(), self.context.clone());
        let file = match platform.open(&context, &entry_id).await {
            Ok(file) => file,
            Err(FileError::NotFound) => return Ok(Err(files::FileError::NotFound)),
            Err(FileError::NotAFile(what)) => return Ok(Err(files::FileError::NotAFile(what))),
            Err(FileError::Unreadable(why)) => return Ok(Err(files::FileError::Unreadable(why))),
        };
        let content: DynInputStream = Box::new(Content::new(file.content, open));
        let content: Resource<DynInputStream> = self.table.push(content)?;
        Ok(Ok(files::File { name: file.name, size: file.size, content }))
    }
}
