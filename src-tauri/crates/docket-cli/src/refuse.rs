//! What is said when the command line itself cannot be understood.

use std::ffi::OsString;

use clap::error::ErrorKind;
use docket_domain::Problem;

use crate::end::End;
use crate::terminal::{self, complain, without_secrets};

/// Shows help and version, or says what is wrong with the command line: on standard error,
/// and with `--json` as the one document too.
pub(crate) fn refuse(error: &clap::Error, typed: &[OsString]) -> End {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return if error.print().is_ok() { End::Done } else { End::Failed };
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // Printing help goes wrong only when nobody reads it.
        let _ = error.print();
        if !wants_json(typed) {
            return End::WrongUsage;
        }
    }
    // The parser quotes what was typed; a token may be among it.
    let words = without_secrets(&error.render().to_string());
    let words = words.trim_start_matches("error: ").trim_end();
    if error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        complain(&format!("docket: {words}"));
    }
    if wants_json(typed) {
        let (message, rest) = words.split_once("\n\n").unwrap_or((words, ""));
        let problem = match error.kind() {
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                Problem::bad_input("A command is missing.").hint("`docket --help` lists the commands.")
            }
            _ => Problem::bad_input(message).hint(rest),
        };
        let answer = serde_json::json!({ "error": problem });
        if terminal::document(&answer).is_err() {
            return End::WrongUsage;
        }
    }
    End::WrongUsage
}

fn wants_json(typed: &[OsString]) -> bool {
    typed.iter().skip(1).take_while(|word| *word != "--").any(|word| word == "--json")
}
