//! The program `soar`: what it prints, where, and how it ends.

mod accounts;
mod audit;
mod cache;
mod certificates;
mod chain;
mod cover;
mod ends;
mod environment;
mod examples;
mod failures;
mod hostile_files;
mod inputs;
mod instance;
mod loading;
mod pages;
mod picture;
mod policy;
mod proxies;
mod recordings;
mod rehearsal;
mod saving;
mod screens;
mod settings;
mod show;
mod signed;
mod times;
mod tls;
mod trust;
mod trusted_component;
mod words;
mod writers;
mod zipped;

use crate::support::program::{self, Ran};

/// Runs `soar` with these arguments.
fn soar(arguments: &[&str]) -> Ran {
    program::run(program::command(env!("CARGO_BIN_EXE_soar"), arguments), b"")
}

/// Runs `soar` with an instance at this server in its environment.
fn live(url: &str, arguments: &[&str]) -> Ran {
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), arguments);
    command.envs(program::variables(url));
    program::run(command, b"")
}
