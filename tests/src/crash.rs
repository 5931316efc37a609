//! One piece of work in a process of its own, for the tests that kill it (see [`docket_tests::work`]).
//! For tests alone; never shipped.

fn main() -> std::process::ExitCode {
    docket_tests::work::main(&std::env::args().skip(1).collect::<Vec<_>>())
}
