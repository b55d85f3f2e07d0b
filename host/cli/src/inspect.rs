//! `soar inspect`.

use super::describe::{self, heading};
use super::environment;
use super::load::Loaded;
use super::output::Output;
use super::problem::Problem;
use super::table::Table;
use super::terminal::{self, BOLD};
use serde_json::{Value, json};
use soar::Component;
use soar::manifest::{Parameter, ParameterKind};
use soar::policy::Rule;
use soar::text;
use std::collections::BTreeMap;

/// Shows what a component is and what it may reach.
pub fn inspect(loaded: &Loaded, output: Output) -> Result<(), Problem> {
    let reaches = reaches(&loaded.component);
    if output.json {
        output.json(&to_json(loaded, &reaches))
    } else {
        output.page(&text(loaded, &reaches, terminal::page()))
    }
}

/// The variable that a parameter comes from without being asked for, which need not be the one that it would like.
fn variable(loaded: &Loaded, parameter: &Parameter) -> Option<String> {
    environment::variable(loaded.component.manifest(), parameter, loaded.bundled)
}

/// A request that some commands may make.
struct Reach<'a> {
    rule: &'a Rule,
    commands: Vec<&'a str>,
}

/// The endpoints of all commands, each once, by path and method.
fn reaches(component: &Component) -> Vec<Reach<'_>> {
    let mut reaches: BTreeMap<_, Reach<'_>> = BTreeMap::new();
    for command in component.commands() {
        for rule in command.rules().iter() {
            let key = (rule.path(), rule.method(), rule.credential(), describe::target(rule));
            reaches
                .entry(key)
                .or_insert_with(|| Reach { rule, commands: Vec::new() })
                .commands
                .push(&command.entry().name);
        }
    }
    reaches.into_values().collect()
}

fn text(loaded: &Loaded, reaches: &[Reach<'_>], width: u16) -> String {
    let component = &loaded.component;
    let manifest = component.manifest();
    let mut text = format!(
        "{BOLD}{} {}{BOLD:#} ({})\n",
        text::line(&manifest.title),
        text::line(&manifest.version),
        text::line(&manifest.name)
    );
    text.push_str(&format!("{} bytes, {} commands\n", grouped(component.size()), manifest.commands.len()));
    text.push_str(&format!("{}\n", component.digest()));
    if let Some(docs) = component.docs() {
        let worlds = docs.worlds_of(&component.exports()).collect::<Vec<_>>().join(", ");
        text.push_str(&format!("contract {}, world {}\n", text::line(&docs.package()), text::line(&worlds)));
    }
    for (title, names) in [("Imports", component.imports()), ("Exports", component.exports())] {
        text.push_str(&heading(title));
        for name in names {
            text.push_str(&format!("{}\n", text::line(&name)));
        }
    }
    text.push_str(&heading("Parameters"));
    let mut table = Table::new(["Name", "Environment", "Type", "Required", "Default", "Description"]);
    for parameter in &manifest.parameters {
        let environment = variable(loaded, parameter).unwrap_or_default();
        let about = match &*parameter.description {
            "" => parameter.title.clone(),
            description => format!("{}. {description}", parameter.title),
        };
        let required = if parameter.required { "yes" } else { "no" };
        table.row([
            &*text::line(&parameter.name),
            &environment,
            &kind(parameter),
            required,
            parameter.default.as_deref().unwrap_or_default(),
            &about,
        ]);
    }
    text.push_str(&table.render(Some(width)));

    text.push_str(&heading("May reach, on the configured server alone"));
    let mut table = Table::new(["Request", "Credential", "Commands"]);
    for reach in reaches {
        table.row([
            &*describe::request(reach.rule),
            reach.rule.credential().unwrap_or("none"),
            &reach.commands.join("\n"),
        ]);
    }
    text.push_str(&table.render(Some(width)));
    let mut table = Table::new(["Request", "Credential"]);
    for rule in component.accounts().iter() {
        table.row([&*describe::request(rule), rule.credential().unwrap_or("none")]);
    }
    text.push_str(&describe::for_the_audit(&table, width));
    text
}

fn to_json(loaded: &Loaded, reaches: &[Reach<'_>]) -> Value {
    let component = &loaded.component;
    let manifest = component.manifest();
    let docs = component.docs();
    let parameters = manifest.parameters.iter().map(|parameter| {
        json!({
            "name": parameter.name,
            "title": parameter.title,
            "description": parameter.description,
            "type": kind_name(parameter.kind),
            "required": parameter.required,
            "default": parameter.default,
            "options": parameter.options,
            "environment": variable(loaded, parameter),
        })
    });
    let reaches = reaches.iter().map(|reach| {
        let mut object = describe::endpoint(reach.rule);
        object["commands"] = json!(reach.commands);
        object
    });
    json!({
        "name": manifest.name,
        "title": manifest.title,
        "version": manifest.version,
        "digest": component.digest(),
        "size": component.size(),
        "contract": docs.map(|docs| docs.package()),
        "worlds": docs.map(|docs| docs.worlds_of(&component.exports()).collect::<Vec<_>>()).unwrap_or_default(),
        "imports": component.imports(),
        "exports": component.exports(),
        "parameters": parameters.collect::<Vec<_>>(),
        "commands": manifest.commands.iter().map(|command| &command.name).collect::<Vec<_>>(),
        "endpoints": reaches.collect::<Vec<_>>(),
        "accounts": component.accounts().iter().map(describe::endpoint).collect::<Vec<_>>(),
    })
}

fn kind(parameter: &Parameter) -> String {
    match (kind_name(parameter.kind), parameter.options.is_empty()) {
        (name, true) => name.to_owned(),
        (name, false) => format!("{name}, of\n{}", parameter.options.join("\n")),
    }
}

fn kind_name(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::Text => "text",
        ParameterKind::Boolean => "boolean",
        ParameterKind::Insecure => "boolean (any certificate)",
        ParameterKind::Proxy => "boolean (system's proxy)",
        ParameterKind::ListOfText => "list of text",
        ParameterKind::ServerUrl => "server URL",
        ParameterKind::Secret => "secret",
    }
}

/// A number with its thousands apart.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut output = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            output.push(',');
        }
        output.push(digit);
    }
    output
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
