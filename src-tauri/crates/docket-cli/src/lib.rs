//! The command line of Docket, straight on the engine.
//!
//! Results go to standard output, everything else (progress, questions, errors) to standard
//! error. With `--json` standard output carries exactly one JSON document, also when
//! something fails. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partly done.
//!
//! Deliberately absent: rules of any kind (they are the engine's), and secrets as arguments.

mod args;
mod ask;
mod call;
mod commands;
mod end;
mod pick;
mod progress;
mod refuse;
mod table;
mod terminal;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, Parser};
use docket_domain::Problem;

use crate::args::{Cli, Command};
use crate::end::{End, Failure};
use crate::terminal::Terminal;

/// Runs the command line that this process was started with.
pub fn main() -> ExitCode {
    let typed: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&typed) {
        Ok(cli) => cli,
        Err(error) => return refuse::refuse(&error, &typed).into(),
    };
    let terminal = Terminal::new(&cli.global);
    let end = match run(cli, &terminal) {
        Ok(end) => end,
        Err(failure) => terminal.fail(failure),
    };
    end.into()
}

/// The command tree, for documentation and for tests that walk it.
pub fn command() -> clap::Command {
    Cli::command()
}

fn run(cli: Cli, terminal: &Terminal) -> Result<End, Failure> {
    match cli.command {
        Command::Completions { shell } => commands::manual::completions(terminal, shell),
        Command::Man { out } => commands::manual::man(terminal, out.as_deref()),
        Command::Practice(practice) if practice.list_faults => commands::practice::list_faults(terminal),
        command => on_runtime(cli.global.data_dir.as_deref(), command, terminal),
    }
}

/// Everything that needs the data folder.
fn on_runtime(
    given: Option<&std::path::Path>,
    command: Command,
    terminal: &Terminal,
) -> Result<End, Failure> {
    let dir = docket_engine::data_dir(given)?;
    let log = docket_engine::logging::to_file(&dir);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Problem::internal)?;
    let result = runtime.block_on(commands::dispatch(dir, command, terminal));
    // A thread may still sit in a read of standard input; nobody waits for it.
    runtime.shutdown_timeout(Duration::from_millis(100));
    drop(log);
    result
}
