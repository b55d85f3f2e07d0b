//! Commands on a server on this machine, through the sandbox and by the native client, by turns.

use crate::figure::{Measured, median};
use crate::http::Bare;
use crate::native::Native;
use crate::sandbox::{self, Call};
use crate::server::Server;
use anyhow::{Result, ensure};
use std::time::{Duration, Instant};

/// How often the sides take turns, and how many calls each makes at its turn.
const TURNS: usize = 150;
const CALLS: usize = 20;

pub fn measure() -> Result<Vec<Measured>> {
    sandbox::runtime()?.block_on(async {
        let server = Server::start()?;
        let instance = sandbox::live(&sandbox::component().await?, &server.url)?;
        let native = Native::new(&server.url);
        let mut bare = Bare::new(server.authority(), "/api/v4/teams/name/panw")?;
        let team = Call::new("mattermost-get-team", &[("team_name", "panw")]);
        let channels = Call::new("mattermost-list-channels", &[("team", "panw")]);

        ensure!(team.run(&instance).await?.raw["team"]["name"] == "panw", "another team came");
        ensure!(native.team("panw").await?.name == "panw", "another team came");
        let ours = channels.run(&instance).await?.raw["channels"].as_array().map_or(0, Vec::len);
        ensure!(ours > 0 && ours == native.channels("panw").await?.len(), "other channels came");

        let mut times: [Vec<Duration>; 5] = Default::default();
        for turn in 0..=TURNS {
            let mut round: [Vec<Duration>; 5] = Default::default();
            for _ in 0..CALLS {
                let start = Instant::now();
                team.run(&instance).await?;
                round[0].push(start.elapsed());
            }
            for _ in 0..CALLS {
                let start = Instant::now();
                native.team("panw").await?;
                round[1].push(start.elapsed());
            }
            for _ in 0..CALLS {
                let start = Instant::now();
                channels.run(&instance).await?;
                round[2].push(start.elapsed());
            }
            for _ in 0..CALLS {
                let start = Instant::now();
                native.channels("panw").await?;
                round[3].push(start.elapsed());
            }
            for _ in 0..CALLS {
                let start = Instant::now();
                bare.exchange()?;
                round[4].push(start.elapsed());
            }
            // The first turn warms up.
            if turn > 0 {
                times.iter_mut().zip(round).for_each(|(times, round)| times.extend(round));
            }
        }
        let runs = TURNS * CALLS;
        let [team, native_team, channels, native_channels, bare] = times.map(median);
        Ok(vec![
            Measured::new("live_ratio_get_team", team / native_team, runs),
            Measured::new("live_ratio_list_channels", channels / native_channels, runs),
            Measured::new("live_get_team_us", team * 1e6, runs),
            Measured::new("native_get_team_us", native_team * 1e6, runs),
            Measured::new("live_list_channels_us", channels * 1e6, runs),
            Measured::new("native_list_channels_us", native_channels * 1e6, runs),
            Measured::new("bare_exchange_us", bare * 1e6, runs),
        ])
    })
}
