//! `docs/failures.md` has each kind of failure and each field, and no other: those that the code has.

use crate::support;
use soar::Failure;
use soar::failure::{Cause, Reason};
use std::collections::BTreeSet;

// The kinds of the program, which are no part of the library.
#[path = "../../host/cli/src/kind.rs"]
mod kind;

/// The fields that `soar` puts beside an error.
const BESIDE: [&str; 6] = ["source", "requests", "complete", "case", "bound", "unsaved"];

/// The words in code style in the first column of the tables of a part of the page.
fn documented(page: &str, from: &str, to: &str) -> BTreeSet<String> {
    let (_, rest) = page.split_once(from).expect("a heading");
    let part = rest.split(to).next().unwrap_or_default();
    let first = part.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    first.flat_map(|cell| cell.split(", ")).map(|word| word.trim_matches('`').to_owned()).collect()
}

fn words(all: impl IntoIterator<Item = &'static str>) -> BTreeSet<String> {
    all.into_iter().map(str::to_owned).collect()
}

#[test]
fn each_kind_and_each_field_is_documented() {
    let page = std::fs::read_to_string(support::root().join("docs/failures.md")).expect("a page");
    let own = kind::Kind::ALL.iter().map(|kind| kind.name());
    let own = own.filter(|kind| !Reason::KINDS.contains(kind) && !Cause::KINDS.contains(kind));
    let tables = ["Of the contract", "Of the host,", "Of `soar` itself", "## Fields"];
    let kinds = [words(Reason::KINDS), words(Cause::KINDS), words(own)];
    for (between, kinds) in tables.windows(2).zip(&kinds) {
        assert_eq!(&documented(&page, between[0], between[1]), kinds);
    }
    // In JSON the server's message has another name, as ours is called so.
    let fields = Failure::FIELDS.map(|field| if field == "message" { "server_message" } else { field });
    let fields = words(fields.into_iter().chain(BESIDE));
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
    let kinds: BTreeSet<String> = kinds.into_iter().flatten().collect();
    assert_eq!(documented(&page, "## At a glance", "## Kinds"), kinds);
}
