use super::testing::{
    around, branches, carried, doubled_types, empty_data, living, long_function, many_elements, many_locals,
    named_types, nested_components, nested_instances, nested_lists, nested_types, sparse_data, table_work, tangled,
    tenfold_instances, wide_blocks, wide_calls, wide_functions, wide_table,
};
use super::*;
use proptest::prelude::*;

fn over(bytes: &[u8]) -> Option<Limit> {
    let limits = Limits::default();
    match outline(bytes, &limits).and_then(|_| weigh(bytes, &limits)) {
        Ok(()) => None,
        Err(Unfit::Over(exceeded)) => Some(exceeded.limit),
        Err(Unfit::Damaged(why)) => panic!("{why}"),
    }
}

#[test]
fn what_is_inside_of_something_is_counted_however_it_is_written() {
    for make in [nested_types, nested_components, nested_lists, nested_instances] {
        assert_eq!(over(&make(50)), None);
        assert_eq!(over(&make(70)), Some(Limit::ComponentDepth));
        assert_eq!(over(&make(20_000)), Some(Limit::ComponentDepth));
    }
}

#[test]
fn what_is_used_twice_counts_twice() {
    assert_eq!(over(&doubled_types(10)), None);
    assert_eq!(over(&doubled_types(40)), Some(Limit::ComponentTypes));
    // Names too: they are shown wherever a type is used.
    assert_eq!(over(&named_types(100, 10, 200)), None);
    assert_eq!(over(&named_types(100, 100_000 - 10, 200)), Some(Limit::ComponentTypes));
    assert_eq!(over(&tenfold_instances(3)), None);
    assert_eq!(over(&tenfold_instances(9)), Some(Limit::ComponentParts));
}

#[test]
fn code_weighs_what_the_compiler_has_to_do_for_it() {
    for (module, limit) in [
        (long_function(500_000), None),
        (long_function(600_000), Some(Limit::FunctionCode)),
        (many_locals(100, 1_000), None),
        (many_locals(400, 50_000), Some(Limit::ComponentCode)),
        (wide_blocks(100), None),
        (wide_blocks(1_000), Some(Limit::FunctionCode)),
        (wide_calls(200), None),
        (wide_calls(1_000), Some(Limit::FunctionCode)),
        (tangled(100, 100), None),
        (carried(10_000, 1_000), None),
        (carried(20_000, 10_000), Some(Limit::FunctionCode)),
        (branches(15_000, 0), None),
        (branches(40_000, 0), Some(Limit::FunctionCode)),
        (branches(0, 5_000), None),
        (branches(0, 15_000), Some(Limit::FunctionCode)),
        (table_work(2_000, 0), None),
        (table_work(5_000, 0), Some(Limit::FunctionCode)),
        (table_work(0, 6_000), None),
        (table_work(0, 60_000), Some(Limit::FunctionCode)),
        (wide_functions(100), None),
        (wide_functions(2_000), Some(Limit::ComponentCode)),
        (many_elements(10_000), None),
        (many_elements(100_000), Some(Limit::FunctionCode)),
        (tangled(1, 3_000), None),
        (tangled(1, 5_000), Some(Limit::FunctionCode)),
        (tangled(2_000, 1_000), Some(Limit::FunctionCode)),
    ] {
        assert_eq!(over(&around(&module)), limit);
    }
    let many = long_function(400_000);
    let component = (0..50).fold(nested_components(1), |component, _| testing::added(component, &many));
    assert_eq!(over(&component), Some(Limit::ComponentBytes));
}

/// It would compile for half a minute: no list of shapes is whole, which is why the compiler is a process of its own.
#[test]
fn weights_do_not_know_every_shape() {
    assert_eq!(over(&around(&living(300, 3_000))), None);
}

fn times(count: usize, module: &wasm_encoder::Module) -> Vec<u8> {
    (0..count).fold(nested_components(1), |component, _| testing::added(component, module))
}

#[test]
fn what_is_made_of_data_and_tables_is_counted_in_modules_that_are_never_used_too() {
    let most = SPARSE as i32 - 2;
    assert_eq!(over(&times(16, &sparse_data(most))), None);
    assert_eq!(over(&times(17, &sparse_data(most))), Some(Limit::ComponentBytes));
    assert_eq!(over(&times(17, &empty_data(most))), Some(Limit::ComponentBytes));
    // The engine makes no image of what is so far apart.
    assert_eq!(over(&times(100, &sparse_data(16 << 20))), None);
    assert_eq!(over(&times(4, &wide_table(20_000))), None);
    assert_eq!(over(&times(6, &wide_table(20_000))), Some(Limit::ComponentParts));
    assert_eq!(over(&times(1, &wide_table(1_000_000))), Some(Limit::ComponentParts));
}

#[test]
fn what_it_exports_is_known() {
    let package = include_bytes!("../wit/sample.wasm");
    let outline = outline(package, &Limits::default()).unwrap();
    assert!(outline.exports.iter().any(|name| name == "talk"), "{outline:?}");
}

#[test]
fn what_is_no_component_says_so() {
    for (bytes, words) in [
        (&b"\0asm\x01\0\0\0"[..], "core module"),
        (b"\0asm", "unexpected end"),
        (b"\0asm\x0d\0\x01\0\x07\x02\x01\x42", "unexpected end"),
        (b"\0asm\x0d\0\x01\0\x07\x03\x01\x70\x05", "there is no type 5"),
    ] {
        let unfit = outline(bytes, &Limits::default()).unwrap_err();
        assert!(matches!(&unfit, Unfit::Damaged(why) if why.contains(words)), "{bytes:?}: {unfit}");
    }
}

proptest! {
    #[test]
    fn never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut package = include_bytes!("../wit/sample.wasm").to_vec();
        *at.get_mut(&mut package) = byte;
        let limits = Limits::default();
        let _ = outline(&package, &limits).and_then(|_| weigh(&package, &limits));
        package.truncate(cut.index(package.len()));
        let _ = outline(&package, &limits).and_then(|_| weigh(&package, &limits));
    }
}
