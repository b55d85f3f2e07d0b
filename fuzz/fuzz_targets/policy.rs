#![no_main]

use soar_fuzz::checks::policy;

libfuzzer_sys::fuzz_target!(init: soar_fuzz::sow(&policy::TARGET), |input: &[u8]| policy::check(input));
