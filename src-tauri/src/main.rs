//! The desktop program: everything is in the library, so that tests can reach it.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    docket_desktop::run()
}
