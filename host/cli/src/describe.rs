//! `soar describe`.

use super::load;
use super::output::Output;
use super::problem::Problem;
use super::table::Table;
use super::terminal::{self, BOLD};
use super::wrap::wrap;
use serde_json::{Value, json};
use soar::policy::{Rule, Rules};
use soar::text;
use soar::{ArgumentInfo, CommandHandle, Component, OutputPath};

/// Shows what a command takes, gives, needs and may reach.
pub fn describe(component: &Component, name: &str, output: Output) -> Result<(), Problem> {
    let command = load::command(component, name)?;
    let described = Described::new(command);
    if output.json { output.json(&described.to_json()) } else { output.page(&described.text(terminal::page())) }
}

/// A command with its documentation.
struct Described<'a> {
    command: CommandHandle<'a>,
    about: &'a str,
    arguments: Vec<ArgumentInfo<'a>>,
    outputs: Vec<OutputPath>,
    rules: &'a Rules,
}

impl<'a> Described<'a> {
    fn new(command: CommandHandle<'a>) -> Self {
        Self {
            command,
            about: command.about().unwrap_or_default(),
            arguments: command.arguments(),
            outputs: command.outputs(),
            rules: command.rules(),
        }
    }

    fn text(&self, width: u16) -> String {
        let Self { command, about, arguments, outputs, rules } = self;
        let mut text = format!("{BOLD}{}{BOLD:#}\n{}\n", text::line(&command.name), indented(about, width));
        if !command.aliases.is_empty() {
            text.push_str(&format!("Also called {}.\n", text::line(&command.aliases.join(", "))));
        }
        let changes =
            if command.changes { "Changes something on the server." } else { "Changes nothing on the server." };
        text.push_str(&format!("{changes}\n"));

        text.push_str(&heading("Arguments"));
        let mut table = Table::new(["Name", "Type", "Required", "Default", "Description"]);
        for ArgumentInfo { argument, takes, required, about } in arguments {
            let names = std::iter::once(&argument.name).chain(&argument.aliases).map(|name| text::line(name));
            let names = names.collect::<Vec<_>>().join("\nor ");
            let required = if *required { "yes" } else { "no" };
            let default = argument.default.as_deref().unwrap_or_default();
            table.row([&names, takes, required, default, about.unwrap_or_default()]);
        }
        text.push_str(&if table.is_empty() { "None.\n".to_owned() } else { table.render(Some(width)) });
        if let Some(bare) = command.bare_argument() {
            let (command, bare) = (text::line(&command.name), text::line(&bare.name));
            let line = format!("{bare} may be given without its name: soar run {command} {}", bare.to_uppercase());
            text.push_str(&format!("{}\n", wrap(&line, Some(width))));
        }

        text.push_str(&heading("Context outputs"));
        let mut table = Table::new(["Path", "Type", "Description"]);
        for field in outputs {
            table.row([&*text::line(&field.path), field.kind, field.description.as_deref().unwrap_or_default()]);
        }
        text.push_str(&if table.is_empty() { "None.\n".to_owned() } else { table.render(Some(width)) });

        text.push_str(&heading("Permissions"));
        text.push_str(&if command.permissions.is_empty() {
            "None.\n".to_owned()
        } else {
            indented(&command.permissions, width)
        });

        text.push_str(&heading("Endpoints"));
        let mut table = Table::new(["Request", "Credential"]);
        for rule in rules.iter() {
            table.row([&*request(rule), rule.credential().unwrap_or("none")]);
        }
        text.push_str(&if table.is_empty() { "None.\n".to_owned() } else { table.render(Some(width)) });
        let mut table = Table::new(["Request", "Credential"]);
        for rule in command.accounts() {
            table.row([&*request(rule), rule.credential().unwrap_or("none")]);
        }
        text.push_str(&for_the_audit(&table, width));
        text.push_str(&format!("\nRecorded calls: soar examples {}\n", text::line(&command.name)));
        text
    }

    fn to_json(&self) -> Value {
        let Self { command, about, arguments, outputs, rules } = self;
        let arguments = arguments.iter().map(|ArgumentInfo { argument, takes, required, about }| {
            json!({
                "name": argument.name,
                "aliases": argument.aliases,
                "type": takes,
                "required": required,
                "default": argument.default,
                "options": argument.options,
                "bare": argument.bare,
                "description": about.unwrap_or_default(),
            })
        });
        let outputs = outputs
            .iter()
            .map(|field| json!({ "path": field.path, "type": field.kind, "description": field.description }));
        json!({
            "name": command.name,
            "aliases": command.aliases,
            "description": about,
            "changes": command.changes,
            "arguments": arguments.collect::<Vec<_>>(),
            "outputs": outputs.collect::<Vec<_>>(),
            "permissions": command.permissions,
            "endpoints": rules.iter().map(endpoint).collect::<Vec<_>>(),
            "accounts": command.accounts().map(endpoint).collect::<Vec<_>>(),
            "schema": command.schema(),
        })
    }
}

/// What of a server a command may ask for: the path, the names that its query may have, headers beside the usual ones.
pub fn target(rule: &Rule) -> String {
    let mut target = rule.target();
    for header in rule.headers() {
        target.push_str(&format!("\nwith the header {header}"));
    }
    target
}

/// The same with its method.
pub fn request(rule: &Rule) -> String {
    format!("{} {}", rule.method(), target(rule))
}

/// The same for programs.
pub fn endpoint(rule: &Rule) -> Value {
    json!({
        "method": rule.method(),
        "path": rule.path(),
        "query": rule.query(),
        "headers": rule.headers().collect::<Vec<_>>(),
        "credential": rule.credential(),
    })
}

/// What the host asks beside what a command may, with a table of it; nothing if it asks nothing.
pub fn for_the_audit(table: &Table, width: u16) -> String {
    if table.is_empty() {
        return String::new();
    }
    format!(
        "\nWith --audit, soar first asks the server which account each token belongs to:\n\n{}",
        table.render(Some(width))
    )
}

/// Words of a component that may have several lines: none of them begins where a heading of ours does.
fn indented(words: &str, width: u16) -> String {
    let mut indented = String::new();
    for line in words.trim_end().lines() {
        indented.push_str(wrap(&format!("  {}", text::line(line)), Some(width)).trim_end());
        indented.push('\n');
    }
    indented
}

/// A heading with a line of space above it.
pub fn heading(text: &str) -> String {
    format!("\n{BOLD}{text}{BOLD:#}\n")
}
