#![no_main]

use soar_fuzz::checks::answers;

libfuzzer_sys::fuzz_target!(init: soar_fuzz::sow(&answers::TARGET), |input: &[u8]| answers::check(input));
