//! The component in the host, as an application has it.

use anyhow::{Result, anyhow, ensure};
use soar::audit::{CallRecord, RequestRecord, SendingRecord};
use soar::transport::{Live, LiveOptions, Transport};
use soar::{Audit, Component, Embedded, Engine, EngineOptions, Entry, Given, Instance, Secret, Settings};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::runtime::Runtime;

/// The token that both sides send.
pub const TOKEN: &str = "bottokenbottokenbottoken26";
/// The entry id of the file that is uploaded.
pub const ENTRY: &str = "85@109";
/// For how many calls memory is set aside where no more is said.
const POOL: u32 = 32;

/// One core: what is measured runs on the thread that measures.
pub fn runtime() -> Result<Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

/// A folder of precompiled components for the benchmarks alone.
pub fn cache() -> PathBuf {
    folder().join("bench-cache")
}

/// A host with memory set aside for so many calls at once.
pub fn host(pool: u32) -> Result<Engine> {
    // One instance may have them all: it is what is measured.
    let host = Engine::new(EngineOptions::new().with_cache(cache()).with_pool(pool).with_share(pool))?;
    ensure!(host.pool() == (pool > 0), "no memory could be set aside for {pool} calls");
    Ok(host)
}

/// The component in a host with a pool, as a server has it.
pub async fn component() -> Result<Component> {
    load(POOL).await
}

pub async fn load(pool: u32) -> Result<Component> {
    Ok(host(pool)?.load(mattermost_component::INTEGRATION).await?)
}

pub fn instance(component: &Component, url: &str, transport: Arc<dyn Transport>, files: Embedded) -> Result<Instance> {
    let settings = Settings::new()
        .with_parameters([("url", url), ("team_name", "panw")])
        .with_secrets(["bot_access_token", "personal_access_token"].map(|name| (name, Secret::new(TOKEN.into()))));
    Ok(component.instance(settings).transport(transport).platform(Arc::new(files)).build()?)
}

/// An instance at a server.
pub fn live(component: &Component, url: &str) -> Result<Instance> {
    instance(component, url, Arc::new(Live::new(LiveOptions::default())?), Embedded::new())
}

/// A command with its arguments.
pub struct Call {
    command: &'static str,
    pairs: Vec<(String, String)>,
}

impl Call {
    pub fn new(command: &'static str, pairs: &[(&str, &str)]) -> Self {
        Self { command, pairs: pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect() }
    }

    pub async fn run(&self, instance: &Instance) -> Result<Entry> {
        let given = Given::strings(self.pairs.iter().cloned());
        instance.call(self.command, given).await.map_err(|failure| anyhow!("{}: {failure}", self.command))
    }
}

/// An audit that keeps nothing but the most memory that a sandbox had, in bytes.
#[derive(Default)]
pub struct Memory(AtomicU64);

impl Memory {
    pub fn most(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Audit for Memory {
    fn sending(&self, _: &SendingRecord<'_>) -> io::Result<()> {
        Ok(())
    }

    fn request(&self, _: &RequestRecord<'_>) -> io::Result<()> {
        Ok(())
    }

    fn call(&self, call: &CallRecord<'_>) -> io::Result<()> {
        self.0.fetch_max(call.memory_bytes.unwrap_or(0), Ordering::Relaxed);
        Ok(())
    }
}
