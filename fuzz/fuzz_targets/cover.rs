#![no_main]

use soar_fuzz::checks::cover;

libfuzzer_sys::fuzz_target!(init: soar_fuzz::sow(&cover::TARGET), |input: &[u8]| cover::check(input));
