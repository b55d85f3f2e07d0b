//! What a component may import: what is not here can't be linked.

use crate::bindings::{files, investigations};
use crate::clock;
use crate::reasons;
use crate::store::{StoreData, previous};
use soar_contract::limits::Limit;
use wasmtime::component::{HasSelf, Linker, Resource};
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi_config::WasiConfig;
use wasmtime_wasi_http::WasiHttpView as _;
use wasmtime_wasi_http::p2::bindings::http::types::{HostOutgoingRequest as HostOutgoingRequestTrait, Method};
use wasmtime_wasi_http::p2::types::HostOutgoingRequest;

/// Adds all of it.
pub(crate) fn add_to_linker(linker: &mut Linker<StoreData>) -> Result<()> {
    wasmtime_wasi_io::add_to_linker_async(linker)?;
    clock::add_to_linker(linker, |state| clock::View { clock: &mut state.clock, table: &mut state.table })?;
    wasmtime_wasi_config::add_to_linker(linker, |state: &mut StoreData| WasiConfig::from(&state.config))?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
    limit_first_lines(linker)?;
    reasons::add_to_linker(linker)?;
    files::add_to_linker::<_, HasSelf<StoreData>>(linker, |state| state)?;
    investigations::add_to_linker::<_, HasSelf<StoreData>>(linker, |state| state)?;
    previous::add_to_linker(linker)
}

/// `wasi:http` keeps a method and an authority of any length for each request that is not sent yet.
fn limit_first_lines(linker: &mut Linker<StoreData>) -> Result<()> {
    /// In bytes. Those that there are have less than half of it.
    const LONGEST: usize = 64;
    type Request = Resource<HostOutgoingRequest>;
    type Caller<'a> = StoreContextMut<'a, StoreData>;
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
