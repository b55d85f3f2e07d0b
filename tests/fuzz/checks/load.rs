//! Whatever a component is made of, loading it ends with a component or an error, with nothing stopped on the way and
//! within the limits.
//!
//! An input is a letter and bytes: `c` and a component; `i` and a component that is put inside of one that says it is of the
//! contract, so that it is compiled whatever it is; `s` and bytes, of which wasm-smith makes a valid one that is put there: in
//! `fuzz/` alone, since wasm-smith would have the tests build another wasmtime than the program does.

use super::Target;
use outline::{
    around, doubled_types, long_function, many_locals, marked, nested_components, nested_instances, nested_lists,
    nested_types, tangled, tenfold_instances, wide_blocks, wide_calls,
};
use soar::{Component, Engine, EngineOptions, Limit, Limits, LoadError};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use wasm_encoder::{ComponentExportKind, ComponentExportSection, ComponentInstanceSection, RawSection};

#[path = "../../../host/soar/src/outline/testing.rs"]
#[allow(dead_code)]
mod outline;

pub const TARGET: Target = Target {
    name: "load",
    check,
    seeds,
    words: &[
        "c",
        "i",
        "\0asm\r\0\u{1}\0",
        "\u{7}\u{4}\u{1}B\u{1}\u{1}",
        "B\u{1}\u{1}",
        "A\u{1}\u{1}",
        "p\u{1}",
        "\u{7f}",
        "soar:wit",
    ],
};

/// The interface by which a component of the contract is known.
const CONTRACT: &str = "soar:platform/manifest@0.2.0";

pub fn check(input: &[u8]) {
    match input.split_first() {
        Some((b'c', bytes)) => load(bytes),
        Some((b'i', bytes)) => load(&inside(bytes)),
        _ => {}
    }
}

fn load(bytes: &[u8]) {
    match runtime().block_on(host().load(bytes)) {
        Ok(component) => look(&component),
        // A thread that stopped, or no end in a minute for less than a MiB: nothing else has these.
        Err(LoadError::Engine(why) | LoadError::Busy(why)) => panic!("{why}"),
        Err(LoadError::Limit(exceeded)) if exceeded.limit == Limit::LoadTime => panic!("{exceeded}"),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// What is shown of it.
fn look(component: &Component) {
    let manifest = component.manifest();
    assert!(manifest.commands.len() <= 500, "{} commands", manifest.commands.len());
    for command in component.commands() {
        let _ = command.schema();
        let _ = command.arguments();
        let _ = command.outputs();
    }
    let _ = component.imports();
    let _ = component.exports();
}

/// A component that has another one inside, and exports something by the contract's name.
fn inside(component: &[u8]) -> Vec<u8> {
    const COMPONENT: u8 = 4;
    let mut instances = ComponentInstanceSection::new();
    instances.export_items::<&str, _>([]);
    let mut exports = ComponentExportSection::new();
    exports.export(CONTRACT, ComponentExportKind::Instance, 0, None);
    let mut whole = wasm_encoder::Component::new();
    whole.section(&RawSection { id: COMPONENT, data: component }).section(&instances).section(&exports);
    whole.finish()
}

fn host() -> &'static Engine {
    static HOST: OnceLock<Engine> = OnceLock::new();
    HOST.get_or_init(|| {
        let limits = [
            (Limit::ComponentBytes, 1 << 20),
            (Limit::ComponentTypes, 100_000),
            (Limit::ComponentParts, 5_000),
            (Limit::ComponentCode, 600 << 10),
            (Limit::FunctionCode, 64 << 10),
            (Limit::Memory, 16 << 20),
        ];
        let limits = limits
            .into_iter()
            .fold(Limits::default().with(Limit::Cpu, Duration::from_millis(500)), |limits, (limit, amount)| {
                limits.with(limit, amount)
            });
        Engine::new(EngineOptions::new().with_limits(limits)).expect("a host")
    })
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime")
}

fn seeds(_: &Path) -> Vec<Vec<u8>> {
    let mut components = vec![
        include_bytes!("../../../host/soar/src/wit/sample.wasm").to_vec(),
        hostile_components::OTHER_HOST.to_vec(),
        mattermost_component::COMMANDS.to_vec(),
    ];
    for make in [nested_types, nested_components, nested_lists, nested_instances, doubled_types, tenfold_instances] {
        components.extend([2, 30, 100, 5_000].map(make));
    }
    for module in [
        long_function(200),
        long_function(20_000),
        many_locals(10, 10),
        many_locals(10, 60_000),
        wide_blocks(5),
        wide_blocks(500),
        wide_calls(5),
        tangled(5, 5),
        tangled(500, 500),
    ] {
        components.push(around(&module));
    }
    components.push(marked(hostile_components::OTHER_HOST.to_vec(), "soar:wit", &nested_types(5_000)));
    let seed = |letter: u8| move |component: &Vec<u8>| [&[letter][..], component].concat();
    // Bytes without any order are what it makes most of; these are the same each time.
    let mut state = 1_u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let made = (0..20).map(|_| std::iter::once(b's').chain((0..1_000).map(|_| byte())).collect()).collect::<Vec<_>>();
    let plain = components.iter().map(seed(b'c'));
    plain.chain(components.iter().map(seed(b'i'))).chain(made).collect()
}
