//! `docket`, the command line. Everything is in the library, so that documentation and
//! tests see the same command tree as people do.

fn main() -> std::process::ExitCode {
    docket_cli::main()
}
