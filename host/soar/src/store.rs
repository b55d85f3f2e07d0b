//! What one call's store holds, and the interfaces that are served from it.

pub(crate) mod previous;

use crate::bindings::{files, investigations};
use crate::clock::Clock;
use crate::content::Content;
use crate::meter::Meter;
use crate::wasi_http::Hooks;
use soar_contract::callcontext::CallContext;
use soar_contract::limits::Limit;
use soar_contract::platform::{FileError, Platform};
use soar_network::gate::Gate;
use soar_network::trail::Stop;
use std::sync::Arc;
use wasmtime::component::{Resource, ResourceTable};
use wasmtime::{Engine, Result, Store, UpdateDeadline};
use wasmtime_wasi_config::WasiConfigVariables;
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};
use wasmtime_wasi_io::IoView;
use wasmtime_wasi_io::streams::DynInputStream;

/// The state of one call. It is made for the call and dropped with it.
pub(crate) struct StoreData {
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

impl StoreData {
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

impl StoreData {
    /// Why the first line of a request is not kept.
    pub(crate) fn too_long(&self) -> wasmtime::Error {
        self.hooks.gate.limits.over(Limit::HeaderBytes).into()
    }
}

impl IoView for StoreData {
    fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }
}

impl WasiHttpView for StoreData {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.hooks }
    }
}

impl investigations::Host for StoreData {
    async fn current(&mut self) -> Result<Option<investigations::Investigation>> {
        Ok(self.context.investigation.clone().map(|investigation| investigations::Investigation {
            id: investigation.id,
            war_room_url: investigation.war_room_url,
            playground: investigation.playground,
        }))
    }
}

impl files::Host for StoreData {
    async fn open(&mut self, entry_id: String) -> Result<Result<files::File, files::FileError>> {
        let limits = &self.hooks.gate.limits;
        if Arc::strong_count(&self.files) as u64 > limits.number(Limit::OpenFiles) {
            return Err(limits.over(Limit::OpenFiles).into());
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
