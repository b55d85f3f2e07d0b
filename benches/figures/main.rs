//! Measures the figures that the project has goals for: `cargo bench --bench figures`, or some with `-- live`.
//!
//! Each group of figures runs in a process of its own, so that none sees the memory and the warmth that another left.
//! Results go to the terminal, to `target/bench.json`, and when all were measured to the chart `docs/bench.svg`.
#![allow(missing_docs)]

mod chart;
mod cli;
mod figure;
mod flight;
mod http;
mod live;
mod load;
mod machine;
mod memory;
mod native;
mod pages;
mod replay;
mod report;
mod sandbox;
mod server;
mod upload;
mod users;

use anyhow::{Context, Result, bail};
use figure::{FIGURES, Group, Measured};
use std::process::{Command, ExitCode, Stdio};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        [server::SERVE] => server::run().map(|()| true),
        ["--group", name] => group(name).map(|()| true),
        // Cargo adds `--bench`.
        _ => all(&words.into_iter().filter(|word| !word.starts_with("--")).collect::<Vec<_>>()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Measures what the filters name, each group in a process of its own. Whether nothing failed.
fn all(filters: &[&str]) -> Result<bool> {
    let wanted = |name: &str| filters.is_empty() || filters.iter().any(|filter| name.contains(filter));
    let before = machine::Machine::now();
    let (mut measured, mut whole) = (Vec::new(), true);
    for group in Group::ALL {
        let figures = FIGURES.iter().filter(|figure| figure.group == group);
        if !figures.clone().any(|figure| wanted(figure.name)) {
            continue;
        }
        eprintln!("measuring {} …", figures.map(|figure| figure.name).collect::<Vec<_>>().join(", "));
        match apart(group) {
            Ok(values) => measured.extend(values),
            Err(error) => {
                eprintln!("{}: {error:#}", group.name());
                whole = false;
            }
        }
    }
    if measured.is_empty() && whole {
        bail!("no figure is called {}; there are: {}", filters.join(" or "), figure::names());
    }
    report::table(&measured);
    report::write(&measured, &before)?;
    if FIGURES
        .iter()
        .filter(|figure| figure.goal.is_some())
        .all(|figure| figure::value(&measured, figure.name).is_some())
    {
        chart::write(&measured, &before)?;
    }
    Ok(whole)
}

/// Runs a group in a process of its own.
fn apart(group: Group) -> Result<Vec<Measured>> {
    let mut command = Command::new(std::env::current_exe()?);
    let output = command.args(["--group", group.name()]).stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("not measured ({})", output.status);
    }
    serde_json::from_slice(&output.stdout).context("what was measured is no JSON")
}

/// Measures a group, here.
fn group(name: &str) -> Result<()> {
    let group = Group::ALL.into_iter().find(|group| group.name() == name).context("no such group")?;
    let measured = match group {
        Group::Live => live::measure(),
        Group::Replay => replay::measure(),
        Group::Cli => cli::measure(),
        Group::Flight => flight::measure(),
        Group::Load => load::measure(),
        Group::Upload => upload::measure(),
        Group::Users => users::measure(),
    }?;
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}
