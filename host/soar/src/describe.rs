//! What a component says of itself when it is loaded.

use crate::bindings::{manifest, previous};
use crate::clock::Clock;
use crate::embedded::Embedded;
use crate::machine::{LoadError, Running};
use crate::meter;
use crate::store::StoreData;
use crate::version::Version;
use soar_contract::limits::{Late, Limit, Limits, in_time};
use soar_contract::manifest::Integration;
use soar_network::address::Private;
use soar_network::cover::Covering;
use soar_network::credentials::Sealed;
use soar_network::gate::Gate;
use soar_network::observer::Nobody;
use soar_network::policy::Policy;
use soar_network::trail::Trail;
use soar_network::transport::{Answering, NetErrorKind, Outbound, Transport, TransportError};
use std::sync::Arc;
use tokio::sync::Semaphore;
use wasmtime::component::{ComponentExportIndex, Instance, InstancePre, Lift};
use wasmtime::{Engine, Store};
use wasmtime_wasi_config::WasiConfigVariables;

/// Asks a component what it is, in a store that reaches nothing and in which nothing differs from load to load: no
/// time, no settings, no random bits, so that what it declares once it declares always.
pub(crate) async fn describe(
    engine: &Engine,
    running: &Running,
    limits: Arc<Limits>,
    pre: &InstancePre<StoreData>,
) -> Result<Integration, LoadError> {
    let _ticking = running.ticker.run();
    let gate = Gate {
        policy: Policy::default(),
        sealed: Sealed::default(),
        transport: Arc::new(Nowhere),
        observer: Arc::new(Nobody),
        limits: limits.clone(),
        trail: Trail::new(None),
        private: Private::Never,
        redactor: Covering::default(),
        turns: Arc::new(Semaphore::new(1)),
        lookups: Err("no request is made"),
        aside: false,
    };
    let state = StoreData::new(WasiConfigVariables::new(), gate, Arc::new(Embedded::new()), Arc::default());
    let state = state.with_clock(Clock::frozen());
    let deadline = limits.deadline();
    let _place = running.places.any(deadline).await.map_err(|busy| LoadError::Manifest(busy.to_string()))?;
    let busy = state.meter.busy();
    match in_time(deadline, busy.during(ask(engine, state, pre))).await {
        Ok(Ok(manifest)) => Ok(manifest),
        Ok(Err(error)) => Err(match meter::exceeded(&error, &limits) {
            Some(exceeded) => LoadError::Manifest(exceeded.to_string()),
            None => LoadError::Manifest(format!("{error:#}")),
        }),
        Err(Late) => Err(LoadError::Manifest(limits.over(Limit::Time).to_string())),
    }
}

async fn ask(engine: &Engine, state: StoreData, pre: &InstancePre<StoreData>) -> wasmtime::Result<Integration> {
    let mut store = state.store(engine);
    let instance = pre.instantiate_async(&mut store).await?;
    let found = Version::ALL
        .into_iter()
        .find_map(|version| Some((version, instance.get_export_index(&mut store, None, version.manifest())?)));
    let Some((version, manifest)) = found else {
        return Err(wasmtime::Error::msg(format!("it has no {}", Version::spoken())));
    };
    let describe = instance
        .get_export_index(&mut store, Some(&manifest), "describe")
        .ok_or_else(|| wasmtime::Error::msg(format!("{} has no function describe", version.manifest())))?;
    match version {
        Version::Own => answer::<manifest::Integration>(&mut store, &instance, describe, version).await,
        Version::Previous => answer::<previous::manifest::Integration>(&mut store, &instance, describe, version).await,
    }
}

/// What its `describe` gives, which must be of the type that this version of the contract has.
async fn answer<T: Lift + Into<Integration> + 'static>(
    store: &mut Store<StoreData>,
    instance: &Instance,
    describe: ComponentExportIndex,
    version: Version,
) -> wasmtime::Result<Integration> {
    let describe = instance.get_typed_func::<(), (T,)>(&mut *store, describe).map_err(|error| {
        // That it can't be called from Rust, which comes first, is nothing to who made the component.
        let why: Vec<String> = error.chain().skip(1).map(ToString::to_string).collect();
        let contract = version.manifest();
        wasmtime::Error::msg(format!("its function describe is not the one of {contract}: {}", why.join(": ")))
    })?;
    let (integration,) = describe.call_async(&mut *store, ()).await?;
    Ok(integration.into())
}

/// A transport that reaches nothing.
struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, _: Outbound) -> Answering {
        let error = TransportError::failed(NetErrorKind::HttpRequestDenied, "no request may be made here");
        Box::pin(async { Err(error) })
    }
}

#[cfg(test)]
mod tests;
