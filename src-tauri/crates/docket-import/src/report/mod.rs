//! What most formats share: a format says where its records stand and what one of them means; the
//! walk over the text, the places, warnings, progress, limits and the count of what was lost are
//! here.
//!
//! Four kinds: [`Json`](json::JsonReport) (objects, arrays, one value a line), XML
//! ([`xml::XmlReport`]), tables ([`table::TableReport`]) and pages ([`pages::PageReport`]). Each reads one record at a time;
//! memory holds what surrounds the records (the *cover*) and one record.
//!
//! Deliberately absent: what any field means.

/// What a [`Format`](crate::Format) says about itself, from the [`Card`] of the reader inside it.
macro_rules! told_by_card {
    () => {
        fn id(&self) -> &'static str {
            self.0.card().id
        }

        fn label(&self) -> &'static str {
            self.0.card().label
        }

        fn about(&self) -> &'static str {
            self.0.card().about
        }

        fn extensions(&self) -> &'static [&'static str] {
            self.0.card().extensions
        }

        fn versions(&self) -> &'static str {
            self.0.card().versions
        }

        fn example(&self) -> &'static str {
            self.0.card().example
        }
    };
}

pub(crate) mod blocks;
pub(crate) mod code;
mod first;
pub(crate) mod json;
mod names;
mod out;
pub(crate) mod pages;
pub(crate) mod raw;
pub(crate) mod table;
pub(crate) mod web;
mod wrapped;
pub(crate) mod xml;

use docket_domain::{Completeness, Problem, Run, Tool};

pub(crate) use names::{Named, Names};
pub(crate) use out::Out;

use crate::clean;
use crate::format::ReadOptions;

/// How many records are read between two reports of progress.
const PROGRESS_EVERY: usize = 128;

/// What people and files know a format by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Card {
    /// Stable id.
    pub id: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// One sentence: what it is and who writes it.
    pub about: &'static str,
    /// Usual endings of file names, without the dot.
    pub extensions: &'static [&'static str],
    /// The tool that writes it, as people know it.
    pub tool: &'static str,
    /// Which versions of the tool or of the format are read, for people («schema 2, and the array
    /// of before»).
    pub versions: &'static str,
    /// A small report of our own making, with at least one finding: for people, tests and fuzzing.
    pub example: &'static str,
}

impl Card {
    /// A run of the card's tool that tells everything.
    pub fn run(&self, _options: &ReadOptions) -> Run {
        run_of(self.tool)
    }
}

/// A complete run of a tool of which nothing else is known.
pub(crate) fn run_of(tool: &str) -> Run {
    Run {
        tool: Tool { name: clean::title(tool), version: None, uri: None },
        branch: None,
        revision: None,
        repository: None,
        category: None,
        started: None,
        completeness: Completeness::Complete,
    }
}

/// What a run comes to when `lost` of its records could not be read.
pub(crate) fn end_of(completeness: Completeness, lost: u64) -> Completeness {
    if lost > 0 && completeness.may_close() {
        Completeness::Partial { reason: format!("{lost} of its records could not be read") }
    } else {
        completeness
    }
}

/// What a run comes to whose report does not end as such reports do.
pub(crate) fn end_without(completeness: Completeness, lacks: &str) -> Completeness {
    if completeness.may_close() {
        Completeness::Partial { reason: format!("the report seems to be cut off: {lacks}") }
    } else {
        completeness
    }
}

/// The same as [`end_of`], when the tool may have said inside the report that it failed.
///
/// # Errors
/// It failed and found nothing.
fn end_with(out: &Out, tool: &str, completeness: Completeness, lost: u64) -> Result<Completeness, Problem> {
    match &out.failure {
        Some(says) if !out.has_findings => Err(failed(tool, says)),
        Some(says) if completeness.may_close() => {
            Ok(Completeness::Partial { reason: clean::title(&format!("the tool says: {says}")) })
        }
        _ => Ok(end_of(completeness, lost + out.cut)),
    }
}

/// The file is of this format and holds no results, because the tool failed: one clear error.
pub(crate) fn failed(tool: &str, says: &str) -> Problem {
    let says = clean::title(says);
    let words = if says.is_empty() { String::new() } else { format!(" It says: {says}") };
    Problem::new(
        docket_domain::Code::Report,
        format!("{tool} wrote an error in place of results, so nothing was imported.{words}"),
    )
    .hint("Run the scan again and import its report. Nothing was closed.")
}

/// The file has the outer shape of a format and lacks what makes it a report.
pub(crate) fn not_such_a_report(label: &str, lacks: &str) -> Problem {
    Problem::new(docket_domain::Code::Report, format!("This is not a report of {label}: {lacks}."))
        .hint("Choose the file that the scanner wrote, or another format.")
}
