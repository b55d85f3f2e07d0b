//! What the pages for people say is what the program does: where their links lead, which keys there are, what is printed.

use super::program;
use crate::support;
use soar::manifest::ParameterKind;
use std::collections::BTreeSet;
use std::path::Path;

/// A page of the repository.
pub fn page(name: &str) -> String {
    std::fs::read_to_string(support::root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What stands in a page between these words.
pub fn between(name: &str, from: &str, to: &str) -> String {
    let text = page(name);
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("{name} lacks {from:?}"));
    rest.split_once(to).unwrap_or_else(|| panic!("{name} lacks {to:?}")).0.to_owned()
}

/// The reference: each file of `docs/` that is a page.
fn references() -> Vec<String> {
    let folder = std::fs::read_dir(support::root().join("docs")).expect("a folder");
    let names = folder.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
    let mut names: Vec<_> = names.filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}")).collect();
    names.sort();
    names
}

fn pages() -> Vec<String> {
    let others = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "fixtures/README.md", "wit/README.md"];
    others.map(str::to_owned).into_iter().chain(references()).collect()
}

/// The text without what is code.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

/// Where the links and pictures of a page lead.
fn links(text: &str) -> Vec<String> {
    let text = prose(text);
    text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())).collect()
}

/// The anchors of a page: its headings, as readers of Markdown name them.
fn anchors(text: &str) -> BTreeSet<String> {
    let slug = |heading: &str| {
        let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    };
    let text = prose(text);
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| slug(line.trim_start_matches('#'))).collect()
}

#[test]
fn the_readme_is_a_front_door() {
    let readme = page("README.md");
    assert!(readme.lines().count() <= 130, "{} lines", readme.lines().count());
    let longest = readme.lines().map(|line| line.chars().count()).max();
    assert!(longest <= Some(150), "{longest:?}");
    let linked: BTreeSet<_> = links(&readme).into_iter().collect();
    for page in references() {
        assert!(linked.contains(&page), "the README does not lead to {page}");
    }
}

#[test]
fn links_lead_somewhere() {
    for name in pages() {
        let text = page(&name);
        let folder = Path::new(&name).parent().expect("a folder");
        for link in links(&text) {
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            // Nobody but this project is needed to read on.
            assert!(!path.contains(':'), "{name} leads to {link}");
            let target = if path.is_empty() { Path::new(&name).to_owned() } else { folder.join(path) };
            assert!(support::root().join(&target).exists(), "{name} leads to {link}");
            if !anchor.is_empty() {
                let target = page(target.to_str().expect("a name"));
                assert!(anchors(&target).contains(anchor), "{name} leads to {link}");
            }
        }
    }
}

#[test]
fn the_help_names_the_pages() {
    let help = super::soar(&["--help"]).ends(0).out;
    for name in ["run", "instance", "policy", "network", "limits", "failures", "files", "audit", "rehearsal"] {
        assert!(help.contains(&format!("docs/{name}.md")), "{name}: {help}");
    }
    for (verb, name) in [("run", "run"), ("run", "instance"), ("policy", "policy"), ("settings", "instance")] {
        let help = super::soar(&[verb, "--help"]).ends(0).out;
        assert!(help.contains(&format!("docs/{name}.md")), "{verb}: {help}");
    }
    let all = ["", "run", "commands", "describe", "policy", "settings", "inspect", "examples", "extract", "completion"];
    for verb in all {
        let words: Vec<_> = [verb, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let help = super::soar(&words).ends(0).out;
        for rest in help.split("docs/").skip(1) {
            let name = rest.split_once(".md").expect("a page").0;
            assert!(support::root().join(format!("docs/{name}.md")).exists(), "docs/{name}.md");
        }
    }
}

#[test]
fn the_table_of_parameters_is_the_components() {
    let component = support::component();
    let parameters = &component.manifest().parameters;
    let row = |name: &str| {
        let line = page("docs/instance.md").lines().find(|line| line.starts_with(&format!("| `{name}` |")))?.to_owned();
        Some(line)
    };
    for parameter in parameters {
        let required = if parameter.required { "yes" } else { "no" };
        let variable = parameter.environment.as_ref().map_or("none".to_owned(), |name| format!("`{name}`"));
        let start = format!("| `{}` | {required} | {variable} |", parameter.name);
        let row = row(&parameter.name).unwrap_or_else(|| panic!("{} is not there", parameter.name));
        assert!(row.starts_with(&start), "{row}: {start}");
        assert_eq!(row.contains("secret"), parameter.kind == ParameterKind::Secret, "{row}");
    }
    let table = between("docs/instance.md", "| key | required | variable | what |\n|---|---|---|---|\n", "\n\n");
    assert_eq!(table.lines().count(), parameters.len());
}

#[test]
fn the_instance_file_of_the_readme_can_be_used() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ca.pem"), include_str!("ca.pem")).expect("a file");
    std::fs::write(folder.path().join("chat.toml"), between("README.md", "```toml\n", "```")).expect("a file");
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &["settings", "--instance", "chat.toml", "--json"]);
    command.current_dir(folder.path()).envs(program::variables("https://old.example.com"));
    let ran = program::run(command, b"").ends(0);
    assert!(ran.out.contains("https://chat.example.com") && ran.out.contains("ca.pem"), "{ran:?}");
}

#[test]
fn the_settings_that_are_shown_are_those_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("chat.toml"), between("docs/instance.md", "```toml\n", "```")).expect("a file");
    let shown = between("docs/instance.md", "$ soar settings --instance chat.toml --limit time='90 s'\n", "```");
    let (table, note) = shown.split_once("note: ").expect("a note");
    let arguments = ["settings", "--instance", "chat.toml", "--limit", "time=90 s"];
    let mut command = program::command(env!("CARGO_BIN_EXE_soar"), &arguments);
    command.current_dir(folder.path()).env("MATTERMOST_URL", "https://old.example.com").env("CHAT_BOT_TOKEN", "x");
    // Columns are as wide as what is in them: no long path.
    command.env("SOAR_CACHE", "cache");
    let ran = program::run(command, b"");
    // Whether a machine has /run/secrets is its own matter, and so how it ends.
    let (printed, _) = ran.out.rsplit_once("folder of the cache").unwrap_or_else(|| panic!("{ran:?}"));
    assert_eq!(printed, table);
    assert!(ran.err.contains(note), "{ran:?}");
}

/// What `docs/versions.md` says of today.
#[test]
fn the_versions_are_those_of_today() {
    let versions = page("docs/versions.md");
    let (manifest, wit) = (page("Cargo.toml"), page("wit/platform/manifest.wit"));
    let value = |key: &str| {
        let (_, rest) = manifest.split_once(&format!("\n{key} = \"")).expect("a key");
        rest.split_once('"').expect("its end").0.to_owned()
    };
    let contract = wit.lines().next().expect("a line").trim_end_matches(';');
    assert!(versions.contains(&format!("`{contract}`")), "{contract}");
    assert!(versions.contains(&format!("the Rust that it needs ({})", value("rust-version"))), "{manifest}");
    assert!(versions.contains(&format!("host and integration are at {}", value("version"))), "{manifest}");
}

#[test]
fn the_tables_of_the_network_have_every_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("chat.toml");
    std::fs::write(&file, "[network]\nxxxxxxxxxx = 1\n").expect("a file");
    let arguments = ["policy", "mattermost-get-team", "--instance", file.to_str().expect("a path")];
    let ran = super::soar(&arguments).ends(2);
    let (_, keys) = ran.err.split_once("expected one of ").unwrap_or_else(|| panic!("{ran:?}"));
    let keys: BTreeSet<_> = keys.split(|c: char| c.is_whitespace() || c == ',').filter(|key| !key.is_empty()).collect();
    let table = |name| between(name, "| key in `[network]` | what |\n|---|---|\n", "\n\n");
    let tables = [table("docs/policy.md"), table("docs/network.md")].join("\n");
    let cells = tables.lines().filter_map(|line| line.split(" | ").next());
    let documented: BTreeSet<_> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert_eq!(documented, keys);
}

/// The stations of `docs/walk.md` are functions in files that are there, each file once.
#[test]
fn the_walk_goes_through_the_code_as_it_is() {
    let text = page("docs/walk.md");
    let mut passed = BTreeSet::new();
    for row in text.lines().filter(|line| line.starts_with("| ") && line.contains(".rs` |")) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let &[_, number, file, function, what, _] = cells.as_slice() else { panic!("{row}") };
        let (file, function) = (file.trim_matches('`'), function.trim_matches('`'));
        let code = page(file);
        assert!(code.contains(&format!("fn {function}(")) || code.contains(&format!("fn {function}<")), "{row}");
        assert!(!what.is_empty() && passed.insert(file.to_owned()), "{row}");
        assert_eq!(number, passed.len().to_string(), "{row}");
    }
    assert!((10..=15).contains(&passed.len()), "{passed:?}");
    // Other paths of the page are there, too.
    for path in text.split('`').skip(1).step_by(2).filter(|path| path.starts_with("host/")) {
        assert!(support::root().join(path).exists(), "{path}");
    }
}

/// The tests that pages and scripts name are there to be run.
#[test]
fn the_tests_that_the_pages_name_are_there() {
    let scripts = [".ci/run", ".ci/times", "docs/picture.sh"].map(str::to_owned);
    let mut named = BTreeSet::new();
    for name in pages().into_iter().chain(scripts) {
        let is_part = |c: &char| c.is_alphanumeric() || *c == '_';
        named.extend(
            page(&name).split("--test ").skip(1).map(|rest| rest.chars().take_while(is_part).collect::<String>()),
        );
    }
    let manifest = page("host/cli/Cargo.toml");
    for name in &named {
        let files = [format!("host/contract/tests/{name}.rs"), format!("host/network/tests/{name}/main.rs")];
        let is_there = files.iter().any(|file| support::root().join(file).exists());
        assert!(is_there || manifest.contains(&format!("[[test]]\nname = \"{name}\"\n")), "{name}");
    }
    assert!(named.len() > 4, "{named:?}");
}

/// The words of a line as a shell reads them: in these pages a word may be in single quotes, or a part of it.
pub fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (index, part) in line.split('\'').enumerate() {
        let mut pieces = if index % 2 == 0 { part.split(' ').collect::<Vec<_>>() } else { vec![part] }.into_iter();
        words.last_mut().expect("one").push_str(pieces.next().unwrap_or_default());
        words.extend(pieces.map(str::to_owned));
    }
    words.into_iter().filter(|word| !word.is_empty()).collect()
}

#[test]
fn what_the_pages_show_is_printed() {
    let mut shown = 0;
    for name in ["docs/run.md", "docs/rehearsal.md"] {
        let text = page(name);
        let blocks = text.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
        for block in blocks {
            for part in block.split("$ soar ").skip(1) {
                let (line, expected) = part.split_once('\n').expect("a line, and what it prints");
                // What needs a server is not for here.
                if line.contains("--live") {
                    continue;
                }
                let words = words(line);
                let words: Vec<_> = words.iter().map(String::as_str).collect();
                let ran = super::soar(&words);
                assert_eq!(format!("{}{}", ran.err, ran.out), expected, "{name}: {line}");
                shown += 1;
            }
        }
    }
    assert!(shown >= 3, "{shown}");
}
