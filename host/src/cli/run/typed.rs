//! What was typed: the command and what it is called with.

use super::super::advice::describe;
use super::super::output::Problem;
use super::super::words;
use super::Run;
use soar::case::Investigation;
use soar::contract::Command;
use soar::text;
use std::path::Path;

/// A call as it was typed.
pub struct Typed<'a> {
    /// The command.
    pub command: &'a Command,
    /// The arguments, in their order.
    pub pairs: Vec<(String, String)>,
    /// The investigation.
    pub investigation: Option<Investigation>,
}

impl<'a> Typed<'a> {
    /// Reads the words of the command line, and the files that stand for values.
    pub fn read(run: &Run, command: &'a Command) -> Result<Self, Problem> {
        let investigation = run.investigation.as_ref().map(|id| Investigation {
            id: id.clone(),
            war_room_url: run.war_room_url.clone(),
            playground: false,
        });
        Ok(Self { command, pairs: arguments(run, command)?, investigation })
    }
}

fn arguments(run: &Run, command: &Command) -> Result<Vec<(String, String)>, Problem> {
    let names: Vec<&str> = command
        .arguments
        .iter()
        .flat_map(|argument| argument.aliases.iter().chain([&argument.name]))
        .map(String::as_str)
        .collect();
    let refuse = |argument: &str, message: String| {
        Problem::wrong("argument", message).with("argument", argument).hint(describe(command))
    };
    let mut pairs = words::arguments(&run.words, &names).map_err(|(word, message)| refuse(&word, message))?;
    for (name, path) in &run.value_files {
        let value = words::value_from(Path::new(path))
            .map_err(|error| refuse(name, format!("--value-file {}: {error}", text::line(name))))?;
        pairs.push((name.clone(), value));
    }
    Ok(pairs)
}
