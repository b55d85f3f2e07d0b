//! `soar commands`.

use super::output::Output;
use super::problem::Problem;
use super::table::Table;
use super::terminal;
use serde_json::{Value, json};
use soar::Component;
use soar::text;

/// Lists the commands.
pub fn list(component: &Component, output: Output) -> Result<(), Problem> {
    if output.json {
        let commands = component.commands().map(|command| {
            let about = command.about().unwrap_or_default();
            json!({ "name": command.name, "aliases": command.aliases, "description": about, "changes": command.changes })
        });
        return output.json(&json!({ "commands": commands.collect::<Vec<Value>>() }));
    }
    let mut table = Table::new(["Command", "What it does", "Changes"]);
    for command in component.commands() {
        let names = std::iter::once(&command.name).chain(&command.aliases).map(|name| text::line(name));
        let names = names.collect::<Vec<_>>().join(", ");
        let about = command.about().unwrap_or_default();
        table.row([names, first_sentence(about).to_owned(), if command.changes { "yes" } else { "no" }.to_owned()]);
    }
    output.page(&format!("{}\nOne of them: soar describe COMMAND\n", table.render(Some(terminal::page()))))
}

/// The first sentence of a text, without its full stop.
pub fn first_sentence(text: &str) -> &str {
    let line = text.split("\n\n").next().unwrap_or_default();
    let end = line.find(". ").unwrap_or(line.len());
    line[..end].trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::first_sentence;

    #[test]
    fn a_sentence_ends_with_its_full_stop() {
        assert_eq!(first_sentence("Lists groups. Minimum version: 5.11"), "Lists groups");
        assert_eq!(first_sentence("Lists groups."), "Lists groups");
        assert_eq!(first_sentence("Version 5.11 only\n\nMore."), "Version 5.11 only");
        assert_eq!(first_sentence(""), "");
    }
}
