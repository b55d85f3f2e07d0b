#![no_main]

use soar_fuzz::checks::values;

libfuzzer_sys::fuzz_target!(init: soar_fuzz::sow(&values::TARGET), |input: &[u8]| values::check(input));
