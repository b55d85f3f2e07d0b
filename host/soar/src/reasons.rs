//! Why a body ended, as a component asks for it.

use crate::store::StoreData;
use wasmtime::component::{Linker, Resource};
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, Host as _, HostFutureIncomingResponse as _, IoError};
use wasmtime_wasi_http::p2::types::HostFutureIncomingResponse;
use wasmtime_wasi_http::{Error, WasiHttpView as _};

/// `wasi:http` 48 keeps the error of an answer's body as hosts have it and looks for it as components have it, so that it
/// finds none: each would be the same to a component, one that is worth another try and one that is not.
pub(crate) fn add_to_linker(linker: &mut Linker<StoreData>) -> Result<()> {
    linker.allow_shadowing(true);
    let mut types = linker.instance("wasi:http/types@0.2.12")?;
    types.func_wrap(
        "http-error-code",
        |mut store: StoreContextMut<'_, StoreData>, (error,): (Resource<IoError>,)| {
            Ok((reason(store.data_mut(), &error)?,))
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
}

fn reason(state: &mut StoreData, error: &Resource<IoError>) -> Result<Option<ErrorCode>> {
    let kept = state.table.get_mut(error)?;
    if kept.is::<Error>() {
        let taken = std::mem::replace(kept, wasmtime::Error::msg("it is being read")).downcast::<Error>()?;
        // It is converted like one that came instead of an answer. Nothing else that is public does that.
        let answer = state.table.push(HostFutureIncomingResponse::Ready(Err(taken)))?;
        let told = state.http().get(Resource::new_borrow(answer.rep()))?;
        state.table.delete(answer)?;
        if let Some(Ok(Err(code))) = told {
            *state.table.get_mut(error)? = code.into();
        }
    }
    state.http().http_error_code(Resource::new_borrow(error.rep()))
}
