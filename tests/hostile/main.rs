//! Components that attack the host: each is stopped, and says by what. `guest/hostile/README.md` has the table.

use soar_support as support;

#[path = "../../host/soar/src/outline/testing.rs"]
#[allow(dead_code)]
mod outline;

mod attack;
mod compiling;
mod credentials;
mod endpoints;
mod limits;
mod loading;
mod origins;
mod outputs;
mod oversize;
mod previous;
mod records;
mod smuggling;
mod variables;
mod waiting;
mod words;

use {
    credentials::*, endpoints::*, limits::*, loading::*, origins::*, outputs::*, smuggling::*, variables::*,
    waiting::*, words::*,
};

/// An attack whose test is missing, or has another name, does not compile.
macro_rules! assert_test_exists {
    ($name:ident) => {
        const _: fn() = $name;
    };
}

hostile_components::for_each_attack!(assert_test_exists);

#[test]
fn the_table_names_each_attack_and_the_file_of_its_test() {
    let folder = support::root().join("guest/hostile");
    let readme = std::fs::read_to_string(folder.join("README.md")).expect("a file");
    for (name, _) in hostile_components::ALL {
        let row = readme.lines().find(|line| line.starts_with('|') && line.contains(&format!("`{name}`")));
        let file = row.and_then(|row| row.trim_end_matches(" |").rsplit('`').nth(1)).unwrap_or_default();
        let tests = std::fs::read_to_string(support::root().join("tests/hostile").join(file)).unwrap_or_default();
        assert!(tests.contains(&format!("#[test]\npub fn {name}() {{")), "{name}: {row:?}");
    }
}
