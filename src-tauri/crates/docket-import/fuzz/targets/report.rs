//! Any bytes, as a report of any format: see `tests/common/holds.rs` for what must hold.
#![no_main]

use docket_import_fuzz::{holds, mutate, name_of, parts, seeds};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(init: seeds::write_if_asked(), |case: &[u8]| {
    let (id, body) = parts(case);
    let _ = holds::holds(&name_of(id), Some(id), body);
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::change(data, size, max_size, seed, fuzzer_mutate)
});
