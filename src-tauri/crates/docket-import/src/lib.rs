//! Scanner reports in, findings out.
//!
//! A report is taken in as bytes ([`Intake`]: plain, gzip or zip; UTF-8 or UTF-16), its format is
//! guessed or named ([`detect`]), and [`read()`] streams it into a [`Sink`]. Memory does not grow
//! with the number of findings: a format may read its input twice, but keeps only what all
//! records share (rules, artefacts, runs).
//!
//! A record that cannot be read costs that record and becomes a warning with its place; a file
//! that cannot be read is one [`Problem`](docket_domain::Problem) with the place, and the caller
//! throws away what the sink got so far. A run whose silence must not close anything says so in
//! its [`Completeness`](docket_domain::Completeness).
//!
//! Adding a format is one folder and one line in `register!`. Deliberately absent: SQL, HTTP,
//! identity of findings.

mod clean;
mod cvss;
mod fields;
mod format;
mod identifiers;
mod intake;
mod json;
mod path;
mod read;
mod sink;
mod words;

pub use format::{Confidence, Format, Guess, Head, ReadOptions, detect};
pub use intake::{Input, Intake, from_bytes, from_reader, open};
pub use read::{ReadSummary, read};
pub use sink::{Collected, CollectedRun, Sink, Stop};

/// Declares the formats: each is a folder of its own with a unit value that is a [`Format`].
/// The order is the order in which people see them.
macro_rules! register {
    ($($module:ident :: $format:ident),+ $(,)?) => {
        $(pub mod $module;)+
        static FORMATS: &[&dyn Format] = &[$(&$module::$format),+];
    };
}

register! {
    sarif::Sarif,
    generic_json::GenericJson,
    generic_csv::GenericCsv,
}

/// Every format that Docket reads.
pub fn formats() -> &'static [&'static dyn Format] {
    FORMATS
}

/// The format with this id, if there is one. Case does not matter.
pub fn by_id(id: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.id().eq_ignore_ascii_case(id.trim()))
}
