//! Many commands at once that wait for a slow server.

use crate::figure::Measured;
use crate::memory;
use crate::sandbox::{self, Call};
use crate::server::Server;
use anyhow::{Result, bail, ensure};
use soar::transport::{Live, LiveOptions};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const COMMANDS: usize = 10_000;
const PATIENCE: Duration = Duration::from_secs(120);

pub fn measure() -> Result<Vec<Measured>> {
    sandbox::runtime()?.block_on(async {
        let server = Server::start()?;
        let options = LiveOptions::new().with_connections(COMMANDS + 1);
        let component = sandbox::load(COMMANDS as u32).await?;
        let instance =
            sandbox::instance(&component, &server.url, Arc::new(Live::new(options)?), soar::Embedded::new())?;
        let warm = Call::new("mattermost-get-team", &[("team_name", "panw")]);
        for _ in 0..100 {
            warm.run(&instance).await?;
        }
        let held = Arc::new(Call::new("mattermost-get-team", &[("team_name", "held")]));
        let before = memory::resident()?;
        let mut calls = JoinSet::new();
        for _ in 0..COMMANDS {
            let (held, instance) = (held.clone(), instance.clone());
            calls.spawn(async move { held.run(&instance).await.map(drop) });
        }
        let start = Instant::now();
        loop {
            let waiting = server.waiting().await?;
            if waiting == COMMANDS {
                break;
            }
            if let Some(ended) = calls.try_join_next() {
                ended??;
                bail!("a command ended without waiting");
            }
            ensure!(start.elapsed() < PATIENCE, "{waiting} of {COMMANDS} commands wait");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let grown = memory::resident()?.saturating_sub(before);
        server.release().await?;
        while let Some(ended) = calls.join_next().await {
            ended??;
        }
        let kib = grown as f64 / 1024.0 / COMMANDS as f64;
        Ok(vec![Measured::new("kib_per_command", kib, COMMANDS)])
    })
}
