//! Components that are larger than they look: none of them is parsed, compiled or waited for without end.

use crate::attack;
use crate::outline::{
    added, around, doubled_types, long_function, many_locals, nested_components, nested_instances, nested_lists,
    nested_types, sparse_data, table_work, tangled, tenfold_instances, wide_blocks, wide_calls, wide_functions,
    wide_table,
};
use crate::support;
use soar::{Engine, EngineOptions, Limit, Limits, LoadError};
use std::time::Duration;

#[track_caller]
fn is_over(bytes: Vec<u8>, limit: Limit) {
    let error = attack::load(bytes.leak()).err().expect("it is refused");
    let LoadError::Limit(exceeded) = &error else { panic!("{error}") };
    assert_eq!(exceeded.limit, limit, "{error}");
    let words = error.to_string();
    assert!(words.contains(limit.name()) && words.contains("raise") && words.contains("--limit"), "{words}");
}

/// A component of the contract with a module more.
fn contract(module: &wasm_encoder::Module) -> Vec<u8> {
    added(hostile_components::OTHER_HOST.to_vec(), module)
}

#[test]
fn nothing_is_deeper_than_it_may_be() {
    for depth in [70, 5_000, 20_000] {
        is_over(nested_types(depth), Limit::ComponentDepth);
        is_over(nested_components(depth), Limit::ComponentDepth);
        is_over(nested_lists(depth), Limit::ComponentDepth);
        is_over(nested_instances(depth), Limit::ComponentDepth);
    }
}

#[test]
fn what_multiplies_is_counted_as_often() {
    is_over(doubled_types(60), Limit::ComponentTypes);
    is_over(tenfold_instances(15), Limit::ComponentParts);
    is_over(around(&many_locals(200_000, 0)), Limit::ComponentParts);
    is_over(contract(&wide_table(1_000_000)), Limit::ComponentParts);
    let images = (0..100).fold(contract(&sparse_data(1)), |bytes, _| added(bytes, &sparse_data(1_000_000)));
    is_over(images, Limit::ComponentBytes);
}

#[test]
fn no_function_is_compiled_that_takes_minutes() {
    is_over(contract(&long_function(3_800_000)), Limit::FunctionCode);
    is_over(contract(&table_work(40_000, 0)), Limit::FunctionCode);
    is_over(contract(&table_work(0, 60_000)), Limit::FunctionCode);
    is_over(contract(&wide_functions(2_000)), Limit::ComponentCode);
    is_over(contract(&wide_blocks(1_000)), Limit::FunctionCode);
    is_over(contract(&wide_calls(1_000)), Limit::FunctionCode);
    is_over(contract(&tangled(2_000, 1_000)), Limit::FunctionCode);
    is_over(contract(&tangled(1, 9_000)), Limit::FunctionCode);
    is_over(contract(&many_locals(400, 50_000)), Limit::ComponentCode);
    is_over([&b"\0asm"[..], &[0; 17 << 20]].concat(), Limit::ComponentBytes);
}

#[test]
fn what_is_of_another_contract_is_not_compiled() {
    // It would take seconds.
    let limits = Limits::default().with(Limit::FunctionCode, u64::MAX).with(Limit::ComponentCode, u64::MAX);
    let host = Engine::new(EngineOptions::new().with_limits(limits)).expect("a host");
    let bytes = around(&long_function(8 << 20));
    let error = support::runtime().block_on(host.load(&bytes)).err().expect("it is refused");
    assert!(matches!(error, LoadError::OtherContract(_)), "{error}");
}

#[test]
fn whoever_waits_for_a_component_may_give_up() {
    let host = support::host();
    support::runtime().block_on(async {
        // Compiling is not for the thread that waits: it would have ended when it is first asked.
        let bytes = contract(&long_function(300_000));
        tokio::select! {
            biased;
            _ = host.load(&bytes) => panic!("it was compiled on this thread"),
            () = std::future::ready(()) => {}
        }
    });
    let limits = Limits::default().with(Limit::LoadTime, Duration::from_millis(1));
    let host = Engine::new(EngineOptions::new().with_limits(limits)).expect("a host");
    let bytes = contract(&long_function(300_000));
    let error = support::runtime().block_on(host.load(&bytes)).err().expect("it takes longer");
    assert!(matches!(error, LoadError::Limit(exceeded) if exceeded.limit == Limit::LoadTime), "{error}");
}

#[test]
fn what_is_compiled_and_waited_for_by_nobody_keeps_its_place() {
    let limits = Limits::default().with(Limit::LoadTime, Duration::from_millis(1));
    let host = Engine::new(EngineOptions::new().with_limits(limits)).expect("a host");
    let bytes = contract(&long_function(300_000));
    support::runtime().block_on(async {
        for _ in 0..4 {
            tokio::select! { biased; _ = host.load(&bytes) => panic!("so soon"), () = std::future::ready(()) => {} }
        }
        let error = host.load(hostile_components::OTHER_HOST).await.err().expect("there is no place");
        assert!(matches!(error, LoadError::Busy(_)), "{error}");
    });
}

#[test]
fn what_is_usual_is_loaded() {
    for bytes in [mattermost_component::INTEGRATION, mattermost_component::COMMANDS] {
        attack::load(bytes).unwrap_or_else(|error| panic!("{error}"));
    }
}
