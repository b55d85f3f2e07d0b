#![no_main]

use soar_fuzz::checks::unpack;

libfuzzer_sys::fuzz_target!(init: soar_fuzz::sow(&unpack::TARGET), |input: &[u8]| unpack::check(input));
