//! How a command ends: exit code, and what is said when it did not work.

use std::io;
use std::process::ExitCode;

use docket_domain::{Code, Problem};
use serde_json::Value;

/// How it ended. The numbers are promised to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// 0: all of it.
    Done,
    /// 1: it did not work.
    Failed,
    /// 2: the command was not right; nothing was done.
    WrongUsage,
    /// 3: some of it worked.
    Partly,
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        Self::from(match end {
            End::Done => 0,
            End::Failed => 1,
            End::WrongUsage => 2,
            End::Partly => 3,
        })
    }
}

/// Why a command stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something to tell.
    Told {
        /// What went wrong.
        problem: Problem,
        /// The exit code.
        end: End,
        /// Beside the problem in the JSON document: what is known all the same.
        beside: Vec<(&'static str, Value)>,
    },
    /// Whoever read the output (`| head`) has gone: nobody is left to be told.
    NobodyReads,
}

impl Failure {
    /// Ends with another exit code than the problem's own.
    pub fn ending(problem: Problem, end: End) -> Self {
        Self::Told { problem, end, beside: Vec::new() }
    }

    /// Wrong usage.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::ending(Problem::bad_input(message).hint(hint), End::WrongUsage)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let end = if problem.code == Code::BadInput { End::WrongUsage } else { End::Failed };
        Self::ending(problem, end)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::NobodyReads;
        }
        let problem = Problem::new(Code::Store, format!("The output could not be written: {error}."));
        Self::ending(problem, End::Failed)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        if error.is_io() { io::Error::from(error).into() } else { Problem::internal(error).into() }
    }
}
