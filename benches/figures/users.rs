//! A long list from a server that takes its time for each page.

use crate::figure::{Measured, median};
use crate::native::Native;
use crate::sandbox::{self, Call};
use crate::server::Server;
use anyhow::{Result, ensure};
use std::time::Instant;

const USERS: usize = 10_000;
const TURNS: usize = 15;

pub fn measure() -> Result<Vec<Measured>> {
    sandbox::runtime()?.block_on(async {
        let server = Server::start()?;
        let instance = sandbox::live(&sandbox::component().await?, &server.url)?;
        let native = Native::new(&server.url);
        let call = Call::new("mattermost-list-users", &[("limit", "10000")]);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for turn in 0..=TURNS {
            let start = Instant::now();
            let entry = call.run(&instance).await?;
            let our = start.elapsed();
            let count = entry.context["Mattermost"]["User"].as_array().map_or(0, Vec::len);
            drop(entry);
            let start = Instant::now();
            let users = native.users(USERS).await?;
            let their = start.elapsed();
            ensure!(count == USERS && users.len() == USERS, "{count} and {} users came", users.len());
            // The first turn warms up.
            if turn > 0 {
                ours.push(our);
                theirs.push(their);
            }
        }
        let (ours, theirs) = (median(ours), median(theirs));
        Ok(vec![
            Measured::new("list_users_ratio", ours / theirs, TURNS),
            Measured::new("list_users_ms", ours * 1e3, TURNS),
            Measured::new("native_list_users_ms", theirs * 1e3, TURNS),
        ])
    })
}
