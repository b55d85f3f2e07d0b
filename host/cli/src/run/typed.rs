//! What was typed: the command and what it is called with.

use super::super::advice::describe;
use super::super::problem::Problem;
use super::super::words;
use super::Run;
use soar::CommandHandle;
use soar::manifest::{Command, listed};
use soar::text;
use soar_case::Investigation;
use std::path::Path;

/// A call as it was typed.
pub struct Typed<'a> {
    /// The command.
    pub command: CommandHandle<'a>,
    /// The arguments, in their order.
    pub pairs: Vec<(String, String)>,
    /// The investigation.
    pub investigation: Option<Investigation>,
}

impl<'a> Typed<'a> {
    /// Reads the words of the command line, and the files that stand for values.
    pub fn read(run: &Run, command: CommandHandle<'a>) -> Result<Self, Problem> {
        let investigation = run.investigation.as_ref().map(|id| Investigation {
            id: id.clone(),
            war_room_url: run.war_room_url.clone(),
            playground: false,
        });
        Ok(Self { command, pairs: arguments(run, &command)?, investigation })
    }
}

fn arguments(run: &Run, command: &Command) -> Result<Vec<(String, String)>, Problem> {
    let mut strays = Vec::new();
    let mut pairs = words::arguments(&run.words, command).unwrap_or_else(|wrong| {
        strays = wrong;
        Vec::new()
    });
    for (name, path) in &run.value_files {
        match words::value_from(Path::new(path)) {
            Ok(value) => pairs.push((name.clone(), value)),
            Err(error) => strays.push((name.clone(), format!("--value-file {}: {error}", text::line(name)))),
        }
    }
    if strays.is_empty() {
        return Ok(pairs);
    }
    let message = listed(strays.iter().map(|(_, message)| message));
    Err(Problem::arguments(strays, message).hint(describe(command)))
}
