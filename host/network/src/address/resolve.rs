use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use tokio::sync::Semaphore;

/// The addresses of a name, to come.
pub type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Finds the addresses of names.
pub trait Resolve: Send + Sync + 'static {
    /// All addresses of a name, those first that should be tried first.
    fn resolve(&self, name: &str) -> Resolving;
}

/// The most names that are looked up at once in this process: each takes one of the runtime's threads for blocking work.
const MOST: usize = 32;
static TURNS: Semaphore = Semaphore::const_new(MOST);

/// Asks the system, as every other program on this machine does.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Resolve for System {
    fn resolve(&self, name: &str) -> Resolving {
        let name = name.to_owned();
        Box::pin(async move {
            let _turn = TURNS.acquire().await.map_err(io::Error::other)?;
            Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
        })
    }
}
