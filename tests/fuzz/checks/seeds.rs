//! What was recorded, for inputs to start from.

use soar::files::{Folder, most};
use soar::manifest::Integration;
use soar::recording::Recording;
use soar_case::Case;
use std::path::Path;

/// Longer recordings are pages of many things: they cost time, and show nothing that a few things don't.
const LONGEST: usize = 32 * 1024;

/// A recorded call.
pub struct Recorded {
    pub command: String,
    pub arguments: Vec<(String, String)>,
    /// The file.
    pub bytes: Vec<u8>,
    pub recording: Recording,
}

/// The recorded calls that are not too long, in the order of their names.
pub fn cases(fixtures: &Path) -> Vec<Recorded> {
    let source = Folder::open(fixtures).expect("the folder of fixtures");
    let names = |command: &String| {
        let names = Case::names(&source, command).expect("a folder of cases");
        names.into_iter().map(move |name| (command.clone(), name)).collect::<Vec<_>>()
    };
    let all = Case::commands(&source).expect("a folder of commands");
    all.iter().flat_map(names).filter_map(|(command, name)| recorded(&source, command, &name)).collect()
}

fn recorded(source: &Folder, command: String, name: &str) -> Option<Recorded> {
    let bytes = source.read(&format!("{command}/{name}/exchanges.har"), most::RECORDING).expect("a recording");
    if bytes.len() > LONGEST {
        return None;
    }
    let arguments = Case::read_call(source, &command, name).expect("a call").arguments;
    let recording = Recording::read(&bytes).expect("a recording");
    Some(Recorded { command, arguments, bytes, recording })
}

/// What the component says of itself.
pub fn manifest() -> &'static Integration {
    super::answers::component().manifest()
}
