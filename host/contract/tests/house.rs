//! The arrows of the house: which crate may depend on which, and that no rooms of a crate import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each crate below `host/`, and those of ours that it may depend on.
const CRATES: [(&str, &[&str]); 6] = [
    ("contract", &[]),
    ("system", &["contract"]),
    ("network", &["contract", "system"]),
    ("soar", &["contract", "network", "system"]),
    ("case", &["contract", "network", "system"]),
    ("cli", &["case", "soar"]),
];

/// What only one crate may know: the word at the beginning of a dependency's name, and the crate.
const KNOWN_TO_ONE: [(&str, &str); 5] =
    [("wasmtime", "soar"), ("hyper", "network"), ("rustls", "network"), ("h2", "network"), ("clap", "cli")];

type Graph = BTreeMap<String, BTreeSet<String>>;

fn host() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The names of a manifest's dependencies, those for tests left out.
fn dependencies(manifest: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]") && !line.contains("dev-dependencies");
        } else if inside && let Some((name, _)) = line.split_once(['.', ' ', '=']) {
            names.insert(name);
        }
    }
    names
}

/// The files of a room with what is in them, without tests.
fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if ["tests", "properties", "samples", "testing"].contains(&name) {
            continue;
        }
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a text");
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
            found.push((path, code));
        }
    }
}

/// The path of a file's module below its crate: the first part is its room.
fn module(path: &Path, source: &Path) -> Vec<String> {
    let inside = path.strip_prefix(source).expect("a file of the crate").with_extension("");
    let parts = inside.iter().map(|part| part.to_string_lossy().into_owned());
    parts.filter(|part| !["lib", "main", "mod"].contains(&&**part)).collect()
}

/// The rooms of a crate, each with those that it imports.
fn rooms(source: &Path) -> Graph {
    let mut files = Vec::new();
    sources(source, &mut files);
    let files: Vec<_> = files.into_iter().map(|(path, code)| (module(&path, source), code)).collect();
    let names: BTreeSet<&String> = files.iter().filter_map(|(module, _)| module.first()).collect();
    let mut graph = Graph::new();
    for (module, code) in &files {
        let Some(room) = module.first() else { continue };
        let others = imported(code, module.len()).into_iter().filter(|name| names.contains(name) && name != room);
        graph.entry(room.clone()).or_default().extend(others);
    }
    graph
}

/// The words behind each path to the crate's root, by `crate::` or by as many `super::` as the module is deep.
fn imported(code: &str, depth: usize) -> BTreeSet<String> {
    let code: String =
        code.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect();
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let word = |text: &str| text.chars().take_while(|c| is_part(*c)).collect::<String>();
    let mut found = BTreeSet::new();
    for root in ["crate::".to_owned(), "super::".repeat(depth)] {
        for (at, _) in code.match_indices(&root) {
            // Not the end of another name, nor of more `super::` than that.
            if code[..at].ends_with(|c| is_part(c) || c == ':') {
                continue;
            }
            let rest = &code[at + root.len()..];
            match rest.strip_prefix('{').and_then(|group| {
                Some(group.split_once("};")?.0.trim_end_matches(|c: char| c == ',' || c.is_whitespace()))
            }) {
                Some(group) => found.extend(group.split(',').map(|part| word(part.trim()))),
                None => found.extend([word(rest)]),
            }
        }
    }
    found
}

/// A circle of the graph, if it has one.
fn circle(graph: &Graph) -> Option<Vec<String>> {
    let mut left = graph.clone();
    loop {
        let leaf = left.iter().find(|(_, others)| others.iter().all(|other| !left.contains_key(other)));
        match leaf.map(|(name, _)| name.clone()) {
            Some(name) => left.remove(&name),
            None if left.is_empty() => return None,
            None => return Some(left.into_keys().collect()),
        };
    }
}

#[test]
fn a_circle_is_found() {
    let graph = |edges: &[(&str, &str)]| {
        let mut graph = Graph::new();
        for (from, to) in edges {
            graph.entry((*from).into()).or_default().insert((*to).into());
            graph.entry((*to).into()).or_default();
        }
        graph
    };
    assert_eq!(circle(&graph(&[("a", "b"), ("b", "c"), ("a", "c")])), None);
    assert_eq!(circle(&graph(&[("a", "b"), ("b", "c"), ("c", "b")])).unwrap(), ["a", "b", "c"]);
    let names = |code, depth| imported(code, depth).into_iter().collect::<Vec<_>>();
    assert_eq!(names("use crate::policy::{self, Rule};\n// crate::no\ntext(crate::Entry)", 1), ["Entry", "policy"]);
    assert_eq!(names("use crate::{\n    address, body::{Body, Part},\n};", 1), ["Part", "address", "body"]);
    assert_eq!(names("use super::a; use super::super::b; use mycrate::c;", 1), ["a", "super"]);
    assert_eq!(names("use super::a; use super::super::b;", 2), ["b"]);
}

#[test]
fn no_rooms_of_a_crate_import_each_other_in_a_circle() {
    for (name, _) in CRATES {
        let graph = rooms(&host().join(name).join("src"));
        assert!(graph.len() > 1 || name == "case", "{name} has no rooms: {graph:?}");
        assert_eq!(circle(&graph), None, "rooms of {name} that import each other, or what does");
    }
}

#[test]
fn each_crate_depends_on_those_below_it_alone() {
    let mut seen = BTreeSet::new();
    for (name, may) in CRATES {
        let manifest = fs::read_to_string(host().join(name).join("Cargo.toml")).expect("a manifest");
        let dependencies = dependencies(&manifest);
        let ours: BTreeSet<&str> = dependencies
            .iter()
            .filter_map(|dependency| match *dependency {
                "soar" => Some("soar"),
                other => other.strip_prefix("soar-"),
            })
            .collect();
        assert_eq!(ours, may.iter().copied().collect(), "what {name} depends on");
        for (word, crate_of_it) in KNOWN_TO_ONE {
            let known = dependencies.iter().any(|dependency| dependency.starts_with(word));
            assert!(!known || name == crate_of_it, "{name} knows {word}, which is for {crate_of_it}");
            if known {
                seen.insert(word);
            }
        }
    }
    assert_eq!(seen.len(), KNOWN_TO_ONE.len(), "each of these is known to one: {seen:?}");
    let folders = fs::read_dir(host()).expect("a folder").map(|entry| entry.expect("an entry").path());
    let folders: BTreeSet<String> = folders
        .filter(|path| path.join("Cargo.toml").exists())
        .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .filter(|name| name != "testing")
        .collect();
    assert_eq!(folders, CRATES.iter().map(|(name, _)| (*name).to_owned()).collect(), "crates below host/");
}
