//! Loading the component from the cache of precompiled ones.

use crate::figure::{Measured, median};
use crate::sandbox;
use anyhow::Result;
use std::time::Instant;

const RUNS: usize = 300;

pub fn measure() -> Result<Vec<Measured>> {
    sandbox::runtime()?.block_on(async {
        let bytes = mattermost_component::INTEGRATION;
        let host = sandbox::host(0)?;
        // Fills the cache.
        drop(host.load(bytes).await?);
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let start = Instant::now();
            let component = host.load(bytes).await?;
            times.push(start.elapsed());
            drop(component);
        }
        Ok(vec![
            Measured::new("component_bytes", bytes.len() as f64, 1),
            Measured::new("load_ms", median(times) * 1e3, RUNS),
        ])
    })
}
