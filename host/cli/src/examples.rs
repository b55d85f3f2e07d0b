//! `soar examples`.

use super::bundled::fixtures;
use super::complete;
use super::load;
use super::output::Output;
use super::problem::Problem;
use super::quote::quote;
use super::replay;
use super::terminal::BOLD;
use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use serde_json::{Map, Value, json};
use soar::manifest::Command;
use soar::text;
use soar::{CommandHandle, Component};
use soar_case::Case;
use std::path::Path;

/// The most calls of a command that are shown first.
const FIRST: usize = 4;
/// The longest value that is shown whole, in characters.
const LONGEST: usize = 120;

/// What `soar examples` takes.
#[derive(Args, Debug)]
pub struct Asked {
    /// The command; all of them if none is given.
    #[arg(add = ArgValueCompleter::new(complete::commands))]
    command: Option<String>,
    /// Show all recorded calls, and not those alone that are worth a look first.
    #[arg(long)]
    all: bool,
}

/// Shows recorded calls of a command, or of all commands.
pub fn examples(component: &Component, file: Option<&Path>, asked: &Asked, output: Output) -> Result<(), Problem> {
    let commands: Vec<(CommandHandle<'_>, &str)> = match asked.command.as_deref() {
        Some(name) => vec![(load::command(component, name)?, name)],
        None => component.commands().map(|command| (command, command.entry().name.as_str())).collect(),
    };
    let mut of_commands = Vec::new();
    for (command, called) in commands {
        of_commands.push((command, of_command(file, command, called)?));
    }
    if output.json {
        let all = of_commands.iter().flat_map(|(_, examples)| examples).map(Example::to_json);
        return output.json(&json!({ "examples": all.collect::<Vec<_>>() }));
    }
    if of_commands.iter().all(|(_, examples)| examples.is_empty()) {
        let of = asked.command.as_deref().map(|name| format!(" of {name}")).unwrap_or_default();
        return output.text(&format!("No recorded calls{of} come with soar.\n"));
    }
    let mut text = String::new();
    for (command, examples) in &of_commands {
        text.push_str(&shown(command, examples, asked.all));
    }
    output.verbatim(text.trim_end_matches('\n')).and_then(|()| output.verbatim("\n"))
}

/// The calls of a command as they are shown. What is no call is a comment to a shell, so that more than one can be pasted at once.
fn shown(command: &Command, examples: &[Example], all: bool) -> String {
    let mut text = String::new();
    let mut is_cut = false;
    for example in examples.iter().filter(|example| all || example.first) {
        let Example { case, line, .. } = example;
        let about = if case.call.about.is_empty() { &case.name } else { &case.call.about };
        let fails = case.entry["error"]["kind"].as_str().map(|kind| format!(" (fails: {kind})")).unwrap_or_default();
        text.push_str(&format!("{BOLD}# {}{fails}{BOLD:#}\n", text::line(about)));
        match example.cut() {
            Some(cut) => {
                is_cut = true;
                text.push_str(&format!("# {}\n\n", text::line(&cut)));
            }
            None => text.push_str(&format!("{}\n\n", pasted(line))),
        }
    }
    let name = text::line(&command.name);
    if is_cut {
        text.push_str(&format!("# What ends with … is cut: soar examples {name} --json has it whole\n\n"));
    }
    let more = examples.iter().filter(|example| !all && !example.first).count();
    if more > 0 {
        text.push_str(&format!("# {more} more: soar examples {name} --all\n\n"));
    }
    text
}

/// A line as it is read by whoever pastes it, and by the shell: a break in a value stays one.
fn pasted(line: &str) -> String {
    line.split('\n').map(text::line).collect::<Vec<_>>().join("\n")
}

struct Example {
    case: Case,
    line: String,
    /// Its words, as they are quoted for a shell.
    words: Vec<String>,
    /// Whether it is one of those that are shown first.
    first: bool,
}

/// All calls of a command, those first that are shown first.
fn of_command(file: Option<&Path>, command: CommandHandle<'_>, called: &str) -> Result<Vec<Example>, Problem> {
    let mut cases = Vec::new();
    for (folder, name) in replay::cases(&fixtures(), &command)? {
        cases.push(replay::read(&fixtures(), &folder, &name)?);
    }
    let named: Vec<bool> = cases.iter().map(|case| !answers(command, case, &cases)).collect();
    let first = first(&cases, called);
    let example = |((index, case), named): ((usize, Case), bool)| {
        let words = words(&case, file, named);
        let line = words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ");
        (first.iter().position(|first| *first == index), Example { case, line, words, first: first.contains(&index) })
    };
    let mut examples: Vec<_> = cases.into_iter().enumerate().zip(named).map(example).collect();
    examples.sort_by_key(|(place, _)| place.unwrap_or(usize::MAX));
    Ok(examples.into_iter().map(|(_, example)| example).collect())
}

/// Which cases are shown first: those that say so, in their order, of the name that was asked for before those of another one.
/// Where none does, the shortest call that succeeded and the shortest that failed.
fn first(cases: &[Case], called: &str) -> Vec<usize> {
    let mut marked: Vec<usize> = (0..cases.len()).filter(|index| cases[*index].call.example.is_some()).collect();
    marked.sort_by_key(|index| (cases[*index].command != called, cases[*index].call.example));
    marked.truncate(FIRST);
    if !marked.is_empty() {
        return marked;
    }
    let length = |index: &usize| {
        let arguments = &cases[*index].call.arguments;
        arguments.iter().map(|(name, value)| name.len() + value.len() + 2).sum::<usize>()
    };
    let shortest = |succeeds: bool| {
        let fitting = (0..cases.len()).filter(|index| cases[*index].succeeded() == succeeds);
        fitting.min_by_key(length)
    };
    [true, false].into_iter().filter_map(shortest).collect()
}

/// Whether the call of a case is answered from it without naming it: it is the first with this call that succeeded, or
/// the first at all if none did.
fn answers(command: CommandHandle<'_>, case: &Case, cases: &[Case]) -> bool {
    let is_same = |other: &&Case| other.call.has_arguments(&command, command.record(), &case.call.arguments);
    let same = || cases.iter().filter(is_same);
    let first = same().min_by_key(|other| replay::place(other));
    first.is_some_and(|first| std::ptr::eq(first, case))
}

/// The words of the call in a shell.
fn words(case: &Case, file: Option<&Path>, named: bool) -> Vec<String> {
    let mut words = vec!["soar".to_owned(), "run".to_owned(), case.command.clone()];
    if let Some(file) = file {
        words.extend(["--component".to_owned(), file.display().to_string()]);
    }
    if named {
        words.extend(["--case".to_owned(), case.name.clone()]);
    }
    words.extend(case.call.arguments.iter().map(|(name, value)| format!("{name}={value}")));
    words
}

impl Example {
    /// The line with its long values cut, if it has any: nobody reads or pastes them.
    fn cut(&self) -> Option<String> {
        if self.words.iter().all(|word| word.chars().count() <= LONGEST) {
            return None;
        }
        let cut = |word: &String| match word.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", quote(&word[..end])),
            None => quote(word).into_owned(),
        };
        Some(self.words.iter().map(cut).collect::<Vec<_>>().join(" "))
    }

    fn to_json(&self) -> Value {
        let Self { case, line, first, .. } = self;
        let arguments = case.call.arguments.iter().map(|(name, value)| (name.clone(), Value::from(value.clone())));
        json!({
            "command": case.command,
            "case": case.name,
            "about": case.call.about,
            "source": case.call.source,
            "arguments": arguments.collect::<Map<_, _>>(),
            "succeeds": case.succeeded(),
            "kind": case.entry["error"]["kind"],
            "first": first,
            "line": line,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use soar_case::Call;

    #[test]
    fn a_line_can_be_pasted() {
        let arguments = [("message", "it's done; really"), ("to", "a,b"), ("header", "")];
        let arguments = arguments.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let case = Case {
            command: "send".into(),
            name: "two people".into(),
            call: Call { arguments, ..Call::default() },
            exchanges: Vec::new(),
            entry: json!({}),
            readable: String::new(),
        };
        let line = |case: &Case, file: Option<&Path>, named| {
            words(case, file, named).iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(line(&case, None, false), r"soar run send message='it'\''s done; really' to=a,b header=");
        assert_eq!(line(&case, None, true).split(" message").next(), Some("soar run send --case 'two people'"));
        let other = line(&case, Some(Path::new("my own.wasm")), false);
        assert!(other.starts_with("soar run send --component 'my own.wasm' message="), "{other}");
    }
}
