//! `docs/failures.md` has each kind of failure and each field, and no other: those that the code has.

use crate::support;
use std::collections::BTreeSet;
use std::path::Path;

/// The code of the host, without tests.
fn sources(folder: &Path, all: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && name != "tests" {
            sources(&path, all);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            let text = std::fs::read_to_string(&path).expect("text");
            all.push(text.split("#[cfg(test)]").next().unwrap_or_default().to_owned());
        }
    }
}

/// The text between quotation marks that is the next in a call's arguments after these words.
fn literals<'s>(source: &'s str, after: &'s str) -> impl Iterator<Item = &'s str> {
    source.match_indices(after).filter_map(move |(at, _)| {
        let rest = &source[at + after.len()..];
        let start = rest.find(['"', ')', ';', '{', '}']).filter(|start| rest[*start..].starts_with('"'))?;
        let end = rest[start + 1..].find('"')?;
        let literal = &rest[start + 1..start + 1 + end];
        literal.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_').then_some(literal)
    })
}

/// The names of a record's fields.
fn record<'s>(source: &'s str, name: &str) -> Vec<&'s str> {
    let (_, rest) = source.split_once(&format!("pub struct {name} {{")).expect("a record");
    let (body, _) = rest.split_once("\n}").expect("its end");
    body.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split(':').next()).collect()
}

/// The words in code style in the first column of the tables of a part of the page.
fn documented(page: &str, from: &str, to: &str) -> BTreeSet<String> {
    let (_, rest) = page.split_once(from).expect("a heading");
    let part = rest.split(to).next().unwrap_or_default();
    let first = part.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    first.flat_map(|cell| cell.split(", ")).map(|word| word.trim_matches('`').to_owned()).collect()
}

#[test]
fn each_kind_and_each_field_is_documented() {
    let mut all = Vec::new();
    sources(&support::root().join("host/src"), &mut all);
    let page = std::fs::read_to_string(support::root().join("docs/failures.md")).expect("a page");
    let contract = std::fs::read_to_string(support::root().join("host/src/contract/failure.rs")).expect("code");

    let mut kinds: BTreeSet<String> = BTreeSet::new();
    let mut fields: BTreeSet<String> = BTreeSet::new();
    for source in &all {
        for after in ["Failure::new(", "Failure::wrong(", "Problem::wrong(", "Problem::failed(", "Problem { kind: "] {
            kinds.extend(literals(source, after).map(str::to_owned));
        }
        for after in [".with(", "fields.insert("] {
            fields.extend(literals(source, after).map(str::to_owned));
        }
    }
    let (_, arms) = contract.split_once("pub fn kind(").expect("the kinds of the contract");
    let (arms, _) = arms.split_once("\n    }").expect("their end");
    kinds.extend(literals(arms, "(_) => ").map(str::to_owned));
    let argument = std::fs::read_to_string(support::root().join("host/src/contract/argument.rs")).expect("code");
    for (source, name) in [
        (&argument, "ArgumentFailure"),
        (&contract, "ConfigurationFailure"),
        (&contract, "ApiFailure"),
        (&contract, "Incomplete"),
    ] {
        fields.extend(record(source, name).into_iter().map(str::to_owned));
    }
    // Under another name, as ours is called so.
    assert!(fields.remove("message") && fields.insert("server_message".into()));

    assert!(kinds.len() > 30 && fields.len() > 20, "{kinds:?} {fields:?}");
    assert_eq!(documented(&page, "## Kinds", "## Fields"), kinds);
    assert_eq!(documented(&page, "## Fields", "## Nothing"), fields);
    // Those that a kind is said to have are fields.
    let (_, tables) = page.split_once("## Kinds").expect("a heading");
    let (tables, _) = tables.split_once("## Fields").expect("a heading");
    for row in tables.lines().filter(|line| line.starts_with("| `")) {
        let last = row.rsplit('|').nth(1).unwrap_or_default();
        for word in last.split('`').skip(1).step_by(2) {
            assert!(fields.contains(word), "{word}: {row}");
        }
    }
    // The short table has each kind, too.
    assert_eq!(documented(&page, "## At a glance", "## Kinds"), kinds);
}
