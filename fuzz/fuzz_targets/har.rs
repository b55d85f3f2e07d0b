#![no_main]

use soar_fuzz::checks::har;

libfuzzer_sys::fuzz_target!(init: soar_fuzz::sow(&har::TARGET), |input: &[u8]| har::check(input));
