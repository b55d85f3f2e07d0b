//! What a component of the contract's version before may import: the same, served by the same code. It goes with the next version.

use super::StoreData;
use crate::bindings::{files, investigations, previous};
use wasmtime::Result;
use wasmtime::component::{HasSelf, Linker};

/// Adds what a component of it may import.
pub(crate) fn add_to_linker(linker: &mut Linker<StoreData>) -> Result<()> {
    previous::files::add_to_linker::<_, HasSelf<StoreData>>(linker, |state| state)?;
    previous::investigations::add_to_linker::<_, HasSelf<StoreData>>(linker, |state| state)
}

impl previous::files::Host for StoreData {
    async fn open(&mut self, entry_id: String) -> Result<Result<previous::files::File, previous::files::FileError>> {
        Ok(match files::Host::open(self, entry_id).await? {
            Ok(files::File { name, size, content }) => Ok(previous::files::File { name, size, content }),
            Err(files::FileError::NotFound) => Err(previous::files::FileError::NotFound),
            Err(files::FileError::NotAFile(what)) => Err(previous::files::FileError::NotAFile(what)),
            Err(files::FileError::Unreadable(why)) => Err(previous::files::FileError::Unreadable(why)),
        })
    }
}

impl previous::investigations::Host for StoreData {
    async fn current(&mut self) -> Result<Option<previous::investigations::Investigation>> {
        let current = investigations::Host::current(self).await?;
        Ok(current.map(|investigations::Investigation { id, war_room_url, playground }| {
            previous::investigations::Investigation { id, war_room_url, playground }
        }))
    }
}
