//! The contract: the seed's names to the letter, every word of it documented, and nothing imported beyond it.

use crate::support;

use serde_json::Value;
use soar::manifest::{Command, ParameterKind, Reason};
use std::collections::BTreeSet;
use wit_parser::{Docs, Resolve, TypeDefKind, WorldItem};

fn seed() -> serde_json::Map<String, Value> {
    support::map(serde_json::from_str(include_str!("seed.json")).expect("JSON"))
}

fn commands() -> Vec<Command> {
    support::component().manifest().commands.clone()
}

/// The WIT of the repository, in the order in which its packages need each other.
fn wit() -> Resolve {
    let mut resolve = Resolve::default();
    for folder in ["deps/io", "deps/clocks", "deps/config", "deps/http", "platform", "mattermost"] {
        resolve.push_path(support::root().join("wit").join(folder)).expect("WIT");
    }
    resolve
}

#[test]
fn the_component_imports_wasi_and_the_platform_alone() {
    let wasi = ["wasi:http/", "wasi:io/", "wasi:clocks/", "wasi:config/"];
    let platform = ["wasi:http/", "wasi:io/", "wasi:clocks/", "wasi:config/", "soar:platform/"];
    for (bytes, allowed) in
        [(mattermost_component::COMMANDS, &wasi[..]), (mattermost_component::INTEGRATION, &platform[..])]
    {
        // From the binary itself, without the host.
        let decoded = wit_parser::decoding::decode(bytes).expect("a component");
        let wit_parser::decoding::DecodedWasm::Component(resolve, world) = decoded else { panic!("not a component") };
        let imports: Vec<String> =
            resolve.worlds[world].imports.keys().map(|key| resolve.name_world_key(key)).collect();
        assert!(!imports.is_empty());
        for import in imports {
            assert!(allowed.iter().any(|prefix| import.starts_with(prefix)), "imports {import}");
        }
    }
}

/// What a component costs whoever keeps it, sends it and compiles it: more is a decision, not an accident.
const LARGEST: usize = 500_000;

#[test]
fn the_component_is_small() {
    for bytes in [mattermost_component::COMMANDS, mattermost_component::INTEGRATION] {
        assert!(bytes.len() <= LARGEST, "{} bytes", bytes.len());
    }
}

#[test]
fn the_world_commands_runs_without_a_platform() {
    let component =
        support::runtime().block_on(support::host().load(mattermost_component::COMMANDS)).expect("it loads");
    let names: BTreeSet<_> = component.manifest().commands.iter().map(|command| command.name.clone()).collect();
    let all: BTreeSet<_> = commands().into_iter().map(|command| command.name).collect();
    assert_eq!(all.difference(&names).collect::<Vec<_>>(), ["mattermost-send-file"]);
}

#[test]
fn every_command_of_the_seed_is_there_with_its_arguments() {
    let component = support::component();
    for (name, command) in seed() {
        let found = component.command(&name).unwrap_or_else(|_| panic!("no command {name}"));
        let infos = found.arguments();
        for (argument, required) in command["arguments"].as_object().expect("an object") {
            let found = found.argument(argument).unwrap_or_else(|| panic!("{name} has no argument {argument}"));
            let info = infos.iter().find(|info| info.argument.name == found.name).expect("what it takes");
            // Closing the channel that mirrors the investigation comes with mirroring; until then it must be named.
            let closes = found.name == "channel" && name.ends_with("close-channel");
            assert_eq!(info.required, required.as_bool() == Some(true) || closes, "{name} {argument}");
        }
    }
}

#[test]
fn every_output_of_the_seed_is_a_field_of_the_result() {
    let component = support::component();
    for (name, command) in seed() {
        let found = component.command(&name).expect("the command");
        let paths: BTreeSet<String> = found.outputs().into_iter().map(|output| output.path).collect();
        for path in command["outputs"].as_array().expect("a list") {
            assert!(paths.contains(path.as_str().expect("text")), "{name} has no output {path}; it has {paths:?}");
        }
    }
}

#[test]
fn each_function_is_one_command() {
    // That each command has one function, and each argument one field, the host sees to when it loads the component.
    let resolve = wit();
    let (_, package) = resolve.packages.iter().find(|(_, package)| package.name.namespace == "mattermost").expect("it");
    let mut functions = BTreeSet::new();
    for (name, interface) in &package.interfaces {
        for function in resolve.interfaces[*interface].functions.keys() {
            functions.insert((format!("mattermost:integration/{name}"), function.clone()));
        }
    }
    let commands: BTreeSet<_> = commands().into_iter().map(|command| (command.interface, command.function)).collect();
    assert_eq!(commands, functions);
}

#[test]
fn every_word_of_the_contract_is_documented() {
    let mut bare = Vec::new();
    let mut check = |what: String, docs: &Docs| {
        if docs.contents.as_deref().is_none_or(|docs| docs.trim().is_empty()) {
            bare.push(what);
        }
    };
    let resolve = wit();
    for (_, package) in resolve.packages.iter().filter(|(_, package)| package.name.namespace != "wasi") {
        for (name, world) in &package.worlds {
            check(format!("world {name}"), &resolve.worlds[*world].docs);
        }
        for (name, interface) in &package.interfaces {
            let interface = &resolve.interfaces[*interface];
            check(format!("interface {name}"), &interface.docs);
            for (function, item) in &interface.functions {
                check(format!("{name}.{function}"), &item.docs);
            }
            for (ty, id) in &interface.types {
                let def = &resolve.types[*id];
                match &def.kind {
                    // Documented where it is defined.
                    TypeDefKind::Type(_) => continue,
                    TypeDefKind::Record(record) => {
                        record.fields.iter().for_each(|field| check(format!("{name}.{ty}.{}", field.name), &field.docs))
                    }
                    TypeDefKind::Variant(variant) => {
                        variant.cases.iter().for_each(|case| check(format!("{name}.{ty}.{}", case.name), &case.docs))
                    }
                    TypeDefKind::Enum(cases) => {
                        cases.cases.iter().for_each(|case| check(format!("{name}.{ty}.{}", case.name), &case.docs))
                    }
                    _ => {}
                }
                check(format!("{name}.{ty}"), &def.docs);
            }
        }
    }
    assert!(bare.is_empty(), "without documentation: {bare:#?}");
}

/// The kinds of failure that a component can give are the cases of the contract's `error`, with those of `refusal` in the place of
/// `refused`.
#[test]
fn the_hosts_reasons_are_the_cases_of_the_contract() {
    let resolve = wit();
    let errors = resolve.interfaces.iter().find(|(_, interface)| interface.name.as_deref() == Some("errors"));
    let (_, errors) = errors.expect("the interface");
    let mut cases: BTreeSet<String> = BTreeSet::new();
    let mut add = |name: &str| cases.insert(name.replace('-', "_"));
    for name in ["error", "refusal"] {
        match &resolve.types[errors.types[name]].kind {
            TypeDefKind::Variant(error) => error.cases.iter().for_each(|case| assert!(add(&case.name))),
            TypeDefKind::Enum(refusal) => refusal.cases.iter().for_each(|case| assert!(add(&case.name))),
            other => panic!("{other:?}"),
        }
    }
    assert!(cases.remove("refused"), "{cases:?}");
    assert_eq!(cases, Reason::KINDS.map(str::to_owned).into());
}

#[test]
fn the_documentation_survives_in_the_component() {
    let component = support::component();
    let docs = component.docs().expect("documentation");
    for command in component.commands() {
        let interface = &command.interface;
        assert!(docs.function(interface, &command.function).is_some(), "{}", command.name);
        for argument in &command.arguments {
            let text = docs.argument(interface, &command.function, &argument.field);
            assert!(text.is_some_and(|text| !text.is_empty()), "{} {}", command.name, argument.name);
        }
        for output in command.outputs() {
            assert!(output.description.is_some(), "{} {}", command.name, output.path);
        }
    }
}

#[test]
fn the_worlds_are_the_two_of_the_design() {
    let resolve = wit();
    let worlds: BTreeSet<_> = resolve.worlds.iter().map(|(_, world)| world.name.as_str()).collect();
    assert!(worlds.is_superset(&BTreeSet::from(["commands", "integration", "platform"])), "{worlds:?}");
    let exported = |name: &str| {
        let (_, world) = resolve.worlds.iter().find(|(_, world)| world.name == name).expect("the world");
        world.exports.iter().filter(|(_, item)| matches!(item, WorldItem::Interface { .. })).count()
    };
    assert_eq!(exported("integration"), exported("commands") + 1);
}

#[test]
fn secrets_are_parameters_that_the_environment_may_give() {
    let component = support::component();
    let environment = |name: &str| {
        let parameter = component.manifest().parameters.iter().find(|parameter| parameter.name == name);
        parameter.unwrap_or_else(|| panic!("no parameter {name}")).environment.clone().unwrap_or_default()
    };
    assert_eq!(environment("url"), "MATTERMOST_URL");
    assert_eq!(environment("bot_access_token"), "MATTERMOST_ACCESS_TOKEN");
    assert_eq!(environment("personal_access_token"), "MATTERMOST_PERSONAL_ACCESS_TOKEN");
    assert_eq!(environment("team_name"), "MATTERMOST_TEAM_NAME");
    for parameter in &component.manifest().parameters {
        assert_eq!(parameter.kind == ParameterKind::Secret, parameter.name.ends_with("_token"), "{}", parameter.name);
    }
}

#[test]
fn the_host_acts_on_two_parameters_which_are_off_unless_the_instance_says_so() {
    let component = support::component();
    for (name, kind, title) in [
        ("insecure", ParameterKind::Insecure, "Trust any certificate (not secure)"),
        ("proxy", ParameterKind::Proxy, "Use system proxy settings"),
    ] {
        let parameter = component.manifest().parameter(name).expect("the parameter");
        assert_eq!((parameter.kind, parameter.title.as_str(), parameter.required), (kind, title, false));
        assert_eq!((parameter.default.as_deref(), parameter.environment.as_deref()), (None, None));
    }
    let options = |name: &str, value: &str| {
        let parameters = [(name, value)];
        let settings = soar::Settings::new().with_parameters(parameters);
        soar::transport::LiveOptions::for_instance(component.manifest(), &settings).expect("options")
    };
    for (value, is_on) in [("true", true), ("YES", true), ("false", false), ("no", false), ("", false), ("1", false)] {
        assert_eq!(options("insecure", value).any_certificate, is_on, "{value}");
    }
    assert!(!options("team_name", "true").any_certificate);
    assert!(options("team_name", "true").proxy.is_none());
}

#[test]
fn the_host_library_does_not_know_mattermost() {
    let files = support::files(&support::root().join("host"));
    assert!(files.len() > 200, "{} files", files.len());
    for (name, bytes) in files {
        if name.starts_with("cli/") {
            continue;
        }
        // Some files are no text: certificates of tests.
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(!text.contains("mattermost"), "host/{name}");
    }
}

#[test]
fn files_are_opened_in_one_place() {
    const CALLS: [&str; 9] = [
        "File::open(",
        "File::create(",
        "fs::read",
        "fs::write",
        "fs::copy",
        "fs::rename",
        "fs::hard_link",
        "fs::create_dir",
        "OpenOptions::new(",
    ];
    // What is read for signals is of the system itself.
    const OTHERS: [&str; 1] = ["cli/src/signals.rs"];
    // Where they are, and what is no part of a program.
    const APART: [&str; 2] = ["system/src/files/", "testing/"];
    for (name, bytes) in support::files(&support::root().join("host")) {
        let is_apart = APART.iter().any(|place| name.starts_with(place)) || OTHERS.contains(&&*name);
        if is_apart || name.contains("tests") || !name.ends_with(".rs") {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for call in CALLS {
            assert!(!code.contains(call), "host/{name}: {call} … is for host/system/src/files");
        }
    }
}

/// The names in backticks, `a/{b,c}.rs` as two.
fn names(cell: &str) -> Vec<String> {
    let parts = |name: &str| match name.split_once('{').and_then(|(head, rest)| Some((head, rest.split_once('}')?))) {
        Some((head, (middle, tail))) => middle.split(',').map(|part| format!("{head}{part}{tail}")).collect(),
        None => vec![name.to_owned()],
    };
    cell.split('`').skip(1).step_by(2).flat_map(parts).collect()
}

#[test]
fn the_threat_model_names_code_and_tests_that_exist() {
    let root = support::root();
    let text = std::fs::read_to_string(root.join("docs/security.md")).expect("it is there");
    let exists = |name: &str| {
        let crates = ["case", "cli", "contract", "network", "soar", "system"];
        let inside = crates.map(|host| format!("host/{host}/src/{name}"));
        // A name may begin with its crate's.
        let (host, rest) = name.split_once('/').unwrap_or((name, ""));
        let others = [name.to_owned(), format!("fuzz/fuzz_targets/{name}"), format!("host/{host}/src/{rest}")];
        let mut places = inside.iter().chain(&others).map(|place| place.trim_end_matches('/'));
        places.any(|place| root.join(place).exists() || root.join(format!("{place}.rs")).exists())
    };
    let mut promises = 0;
    for row in text.lines().skip_while(|line| *line != "## What is promised").filter(|line| line.starts_with("| ")) {
        let cells: Vec<_> = row.split(" | ").collect();
        let &[promise, code, tests] = cells.as_slice() else { panic!("{row}") };
        if promise == "| promise" {
            continue;
        }
        promises += 1;
        for cell in [code, tests] {
            for name in names(cell) {
                assert!(exists(&name), "{name} of {promise:?}");
            }
        }
    }
    assert!(promises > 20, "{promises}");
}

#[test]
fn a_file_that_is_no_component_of_the_contract_is_refused() {
    let load = |bytes: &[u8]| {
        support::runtime().block_on(support::host().load(bytes)).err().expect("it must not load").to_string()
    };
    assert!(load(b"").contains("not a WebAssembly component"));
    assert!(load(b"#!/bin/sh\necho hello").contains("not a WebAssembly component"));
    // A core module: magic and version 1.
    assert!(load(b"\0asm\x01\0\0\0").contains("not a WebAssembly component"));
    // An empty component: magic, version 13, layer 1.
    let error = load(b"\0asm\x0d\0\x01\0");
    assert!(error.contains("another contract") && error.contains("soar:platform/manifest@0.2.0"), "{error}");
    // Ours, cut.
    assert!(load(&mattermost_component::INTEGRATION[..20_000]).contains("not a WebAssembly component"));
}

/// The bundled component with one name in place of another, as long as that.
fn renamed(from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = mattermost_component::INTEGRATION.to_vec();
    let places: Vec<_> = bytes.windows(from.len()).enumerate().filter(|(_, seen)| *seen == from.as_bytes()).collect();
    let places: Vec<_> = places.into_iter().map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "{from}");
    for at in places {
        bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

/// What `docs/versions.md` says that a host compares.
#[test]
fn versions_and_types_are_compared_as_the_page_says() {
    let load = |bytes: Vec<u8>| support::runtime().block_on(support::host().load(&bytes));
    let refused = |bytes| load(bytes).err().expect("it must not load").to_string();
    for version in ["0.2.1", "0.3.0", "0.1.1"] {
        let other = format!("soar:platform/manifest@{version}");
        let error = refused(renamed("soar:platform/manifest@0.2.0", &other));
        let spoken = "expected soar:platform/manifest@0.2.0 or soar:platform/manifest@0.1.0";
        assert!(error.contains(&format!("exports {other}; {spoken}")), "{error}");
    }
    // The types of the version before are not these.
    let error = refused(renamed("soar:platform/manifest@0.2.0", "soar:platform/manifest@0.1.0"));
    assert!(error.contains("its function describe is not the one of soar:platform/manifest@0.1.0"), "{error}");
    // An import of the same track is the same one; one of another is not.
    load(renamed("soar:platform/files@0.2.0", "soar:platform/files@0.2.9")).expect("it loads");
    let error = refused(renamed("soar:platform/files@0.2.0", "soar:platform/files@0.3.0"));
    assert!(error.contains("it imports what this host does not offer"), "{error}");
    // Commands are found whatever their version is.
    load(renamed("mattermost:integration/teams@0.1.0", "mattermost:integration/teams@7.0.0")).expect("it loads");
    // A case of another name makes another type.
    let error = refused(renamed("list-of-text", "list-of-word"));
    assert!(error.contains("the component's manifest is wrong"), "{error}");
    let page = std::fs::read_to_string(support::root().join("docs/versions.md")).expect("a page");
    for words in
        ["soar:platform/manifest@0.2.0", "soar:platform/manifest@0.1.0", "it imports what this host does not offer"]
    {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn what_runs_commands_may_be_shared_between_threads() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<soar::Engine>();
    shared::<soar::Component>();
    shared::<soar::Instance>();
    fn moved<T: Send>(value: T) -> T {
        value
    }
    let (script, pairs) = (support::world::script(), support::pairs(&[("team_name", "panw")]));
    let instance = support::instance(&script);
    let given = soar::Given::strings(pairs.iter().cloned());
    let entry = support::runtime().block_on(moved(instance.call("mattermost-get-team", given)));
    assert_eq!(entry.expect("it works").context["Mattermost"]["Team"]["name"], "panw");
}
