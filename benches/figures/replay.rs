//! Commands on recorded answers, one after another on one core, each in a fresh sandbox.

use crate::figure::{Measured, median};
use crate::machine;
use crate::pages;
use crate::sandbox::{self, Call};
use anyhow::{Result, ensure};
use soar::transport::Replay;
use soar::{Embedded, Instance};
use std::sync::Arc;
use std::time::Instant;

const BATCHES: usize = 41;
const CALLS: usize = 500;

pub fn measure() -> Result<Vec<Measured>> {
    sandbox::runtime()?.block_on(async {
        let component = sandbox::component().await?;
        let recording = pages::recording("mattermost-get-team/panw")?;
        let call = Call::new("mattermost-get-team", &[("team_name", "panw")]);
        // A recording answers once: each call has one of its own, which is not part of what is measured.
        let fresh = || {
            let transport = Arc::new(Replay::new(recording.clone()));
            sandbox::instance(&component, "http://127.0.0.1:8065", transport, Embedded::new())
        };
        ensure!(call.run(&fresh()?).await?.context["Mattermost"]["Team"]["name"] == "panw", "another team came");
        let (mut times, mut busy) = (Vec::new(), Vec::new());
        for batch in 0..=BATCHES {
            let instances: Vec<Instance> = (0..CALLS).map(|_| fresh()).collect::<Result<_>>()?;
            let (start, before) = (Instant::now(), machine::busy());
            for instance in &instances {
                call.run(instance).await?;
            }
            // The first batch warms up.
            if batch > 0 {
                times.push(start.elapsed());
                busy.extend(before.and_then(|before| machine::busy()?.checked_sub(before)));
            }
        }
        let per_second = CALLS as f64 / median(times);
        let mut measured = vec![Measured::new("replay_per_second", per_second, BATCHES * CALLS)];
        // Where the machine has other work, what is left of it for this is not what a call takes.
        if !busy.is_empty() {
            measured.push(Measured::new("replay_cpu_us", median(busy) / CALLS as f64 * 1e6, BATCHES * CALLS));
        }
        Ok(measured)
    })
}
