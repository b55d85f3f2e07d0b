#![no_main]

use arbitrary::Unstructured;
use soar_fuzz::checks::load;
use wasm_smith::{Component, Config};

libfuzzer_sys::fuzz_target!(init: soar_fuzz::sow(&load::TARGET), |input: &[u8]| {
    let Some((b's', bytes)) = input.split_first() else { return load::check(input) };
    if let Ok(component) = Component::new(Config::default(), &mut Unstructured::new(bytes)) {
        load::check(&[b"i", &component.to_bytes()[..]].concat());
    }
});
