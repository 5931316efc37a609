//! Why a JSON text cannot be read any further.

use std::io;

use docket_domain::{Code, Problem};

/// Why the scanner stopped.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The bytes could not be had.
    Io(io::Error),
    /// The text ends inside a value.
    End {
        /// Line from 1.
        line: u64,
        /// Column from 1, in bytes.
        column: u64,
    },
    /// The text is not JSON here.
    Syntax {
        /// What was expected or found.
        message: String,
        /// Line from 1.
        line: u64,
        /// Column from 1, in bytes.
        column: u64,
    },
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Io(error) => crate::intake::io_problem(error),
            Fault::End { line, column } => {
                Problem::new(Code::Report, format!("The report is cut off: it ends inside line {line}."))
                    .hint("Download or copy it again, or run the scanner again; nothing was imported.")
                    .with("line", line)
                    .with("column", column)
            }
            Fault::Syntax { message, line, column } => Problem::new(
                Code::Report,
                format!("The report is not valid JSON at line {line}, column {column}: {message}."),
            )
            .hint("Write the report again with the scanner; nothing was imported.")
            .with("line", line)
            .with("column", column),
        }
    }
}
