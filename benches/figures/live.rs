//! Commands on a server on this machine, through the sandbox and by the native client, by turns.

use crate::figure::{Measured, median};
use crate::http::Bare;
use crate::native::Native;
use crate::pages;
use crate::sandbox::{self, Call};
use crate::server::Server;
use anyhow::{Result, ensure};
use soar::transport::Replay;
use soar::{Embedded, Instance};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Builder;

/// How often the sides take turns, and how many calls each makes at its turn.
const TURNS: usize = 150;
const CALLS: usize = 20;

/// Medians in seconds.
struct Medians {
    team: f64,
    native_team: f64,
    channels: f64,
    native_channels: f64,
    bare: f64,
    /// A call on recorded answers, right after a bare exchange.
    rested: f64,
}

/// How long a fast Mattermost takes for an answer, in milliseconds, and how often the sides take turns with one.
const REAL: u64 = 1;
const REAL_TURNS: usize = 20;

pub fn measure() -> Result<Vec<Measured>> {
    // The runtime of `#[tokio::main]`, and one of a single thread.
    let usual = Builder::new_multi_thread().enable_all().build()?.block_on(take_turns(0, TURNS))?;
    let one = sandbox::runtime()?.block_on(take_turns(0, TURNS))?;
    let real = Builder::new_multi_thread().enable_all().build()?.block_on(take_turns(REAL, REAL_TURNS))?;
    let measured = [
        ("live_ratio_get_team", usual.team / usual.native_team),
        ("live_ratio_list_channels", usual.channels / usual.native_channels),
        ("live_get_team_us", usual.team * 1e6),
        ("native_get_team_us", usual.native_team * 1e6),
        ("live_list_channels_us", usual.channels * 1e6),
        ("native_list_channels_us", usual.native_channels * 1e6),
        ("one_thread_ratio_get_team", one.team / one.native_team),
        ("one_thread_ratio_list_channels", one.channels / one.native_channels),
        ("one_thread_get_team_us", one.team * 1e6),
        ("one_thread_native_get_team_us", one.native_team * 1e6),
        ("bare_exchange_us", one.bare * 1e6),
        ("replay_after_wait_us", one.rested * 1e6),
    ];
    let of_real = [
        ("real_ratio_get_team", real.team / real.native_team),
        ("real_ratio_list_channels", real.channels / real.native_channels),
    ];
    let measured = measured.map(|(name, value)| Measured::new(name, value, TURNS * CALLS));
    let of_real = of_real.map(|(name, value)| Measured::new(name, value, REAL_TURNS * CALLS));
    Ok(measured.into_iter().chain(of_real).collect())
}

async fn take_turns(milliseconds: u64, times: usize) -> Result<Medians> {
    let server = Server::taking(milliseconds)?;
    let component = sandbox::component().await?;
    let instance = sandbox::live(&component, &server.url)?;
    let native = Native::new(&server.url);
    let mut bare = Bare::new(server.authority(), "/api/v4/teams/name/panw")?;
    let team = Call::new("mattermost-get-team", &[("team_name", "panw")]);
    let channels = Call::new("mattermost-list-channels", &[("team", "panw")]);

    ensure!(team.run(&instance).await?.context["Mattermost"]["Team"]["name"] == "panw", "another team came");
    ensure!(native.team("panw").await?.name == "panw", "another team came");
    let ours = channels.run(&instance).await?.context["Mattermost"]["Channel"].as_array().map_or(0, Vec::len);
    ensure!(ours > 0 && ours == native.channels("panw").await?.len(), "other channels came");

    let recording = pages::recording("mattermost-get-team/panw")?;
    let replay = || {
        let transport = Arc::new(Replay::new(recording.clone()));
        sandbox::instance(&component, "http://127.0.0.1:8065", transport, Embedded::new())
    };
    let mut all: [Vec<Duration>; 6] = Default::default();
    for turn in 0..=times {
        let round = [
            turns(async || team.run(&instance).await.map(drop)).await?,
            turns(async || native.team("panw").await.map(drop)).await?,
            turns(async || channels.run(&instance).await.map(drop)).await?,
            turns(async || native.channels("panw").await.map(drop)).await?,
            bare_turns(&mut bare)?,
            rested_turns(&mut bare, &team, replay).await?,
        ];
        // The first turn warms up.
        if turn > 0 {
            all.iter_mut().zip(round).for_each(|(times, round)| times.extend(round));
        }
    }
    let [team, native_team, channels, native_channels, bare, rested] = all.map(median);
    Ok(Medians { team, native_team, channels, native_channels, bare, rested })
}

async fn turns(call: impl AsyncFn() -> Result<()>) -> Result<[Duration; CALLS]> {
    let mut times = [Duration::ZERO; CALLS];
    for time in &mut times {
        let start = Instant::now();
        call().await?;
        *time = start.elapsed();
    }
    Ok(times)
}

/// What a sandbox takes when the processor has waited before, without the wait.
async fn rested_turns(
    bare: &mut Bare,
    call: &Call,
    instance: impl Fn() -> Result<Instance>,
) -> Result<[Duration; CALLS]> {
    let mut times = [Duration::ZERO; CALLS];
    for time in &mut times {
        let instance = instance()?;
        bare.exchange()?;
        let start = Instant::now();
        call.run(&instance).await?;
        *time = start.elapsed();
    }
    Ok(times)
}

fn bare_turns(bare: &mut Bare) -> Result<[Duration; CALLS]> {
    let mut times = [Duration::ZERO; CALLS];
    for time in &mut times {
        let start = Instant::now();
        bare.exchange()?;
        *time = start.elapsed();
    }
    Ok(times)
}
