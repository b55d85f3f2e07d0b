//! `soar examples`.

use super::bundled::fixtures;
use super::load;
use super::output::{Output, Problem};
use super::quote::quote;
use super::replay;
use super::terminal::BOLD;
use serde_json::{Map, Value, json};
use soar::Component;
use soar::case::Case;
use soar::contract::Command;
use soar::text;
use std::path::Path;

/// Shows the recorded calls of a command, or of all.
pub fn examples(component: &Component, file: Option<&Path>, name: Option<&str>, output: Output) -> Result<(), Problem> {
    let commands: Vec<&Command> = match name {
        Some(name) => vec![load::command(component, name)?],
        None => component.manifest().commands.iter().collect(),
    };
    let mut examples = Vec::new();
    for command in commands {
        examples.extend(of_command(component, file, command)?);
    }
    if output.json {
        return output.json(&json!({ "examples": examples.iter().map(Example::to_json).collect::<Vec<_>>() }));
    }
    if examples.is_empty() {
        let of = name.map(|name| format!(" of {name}")).unwrap_or_default();
        return output.text(&format!("No recorded calls{of} come with soar.\n"));
    }
    let mut text = String::new();
    for Example { case, line, .. } in &examples {
        let about = if case.call.about.is_empty() { &case.name } else { &case.call.about };
        // A comment to a shell, so that more than one can be pasted at once.
        text.push_str(&format!("{BOLD}# {}{BOLD:#}\n{}\n\n", text::line(about), pasted(line)));
    }
    output.verbatim(text.trim_end_matches('\n')).and_then(|()| output.verbatim("\n"))
}

/// A line as it is read by whoever pastes it, and by the shell: a break in a value stays one.
fn pasted(line: &str) -> String {
    line.split('\n').map(text::line).collect::<Vec<_>>().join("\n")
}

struct Example {
    case: Case,
    line: String,
}

fn of_command(component: &Component, file: Option<&Path>, command: &Command) -> Result<Vec<Example>, Problem> {
    let mut cases = Vec::new();
    for (folder, name) in replay::cases(&fixtures(), command)? {
        cases.push(replay::read(&fixtures(), &folder, &name)?);
    }
    let named: Vec<bool> = cases.iter().map(|case| !answers(component, command, case, &cases)).collect();
    let example = |(case, named): (Case, bool)| {
        let line = line(&case, file, named);
        Example { case, line }
    };
    Ok(cases.into_iter().zip(named).map(example).collect())
}

/// Whether the call of a case is answered from it without naming it: it is the first with this call that succeeded, or
/// the first at all if none did.
fn answers(component: &Component, command: &Command, case: &Case, cases: &[Case]) -> bool {
    let same = || cases.iter().filter(|other| other.call.has_arguments(component, command, &case.call.arguments));
    let first = same().find(|other| other.succeeded()).or_else(|| same().next());
    first.is_some_and(|first| std::ptr::eq(first, case))
}

/// The call as a line for a shell.
fn line(case: &Case, file: Option<&Path>, named: bool) -> String {
    let mut words = vec!["soar".to_owned(), "run".to_owned(), case.command.clone()];
    if let Some(file) = file {
        words.extend(["--component".to_owned(), file.display().to_string()]);
    }
    if named {
        words.extend(["--case".to_owned(), case.name.clone()]);
    }
    words.extend(case.call.arguments.iter().map(|(name, value)| format!("{name}={value}")));
    words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ")
}

impl Example {
    fn to_json(&self) -> Value {
        let Self { case, line } = self;
        let arguments = case.call.arguments.iter().map(|(name, value)| (name.clone(), Value::from(value.clone())));
        json!({
            "command": case.command,
            "case": case.name,
            "about": case.call.about,
            "source": case.call.source,
            "arguments": arguments.collect::<Map<_, _>>(),
            "succeeds": case.succeeded(),
            "line": line,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use soar::case::Call;

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
        assert_eq!(line(&case, None, false), r"soar run send message='it'\''s done; really' to=a,b header=");
        assert_eq!(line(&case, None, true).split(" message").next(), Some("soar run send --case 'two people'"));
        let other = line(&case, Some(Path::new("my own.wasm")), false);
        assert!(other.starts_with("soar run send --component 'my own.wasm' message="), "{other}");
    }
}
