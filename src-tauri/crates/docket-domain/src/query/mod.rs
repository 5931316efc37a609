//! The query language of the findings table: one text for the query bar, the facets, the
//! command line and saved views.
//!
//! ```text
//! severity:high,critical tool:semgrep rule:"sql*" path:src/** seen:<7d "free text" -path:test/**
//! ```
//! A space means *and*, a comma inside a field *or*, a leading minus *not*. There are no
//! hidden conditions: closed findings are shown unless `status:` says otherwise.
//!
//! Pure: text to [`Query`] and back, mistakes with their place, completion at a caret. The
//! store turns a `Query` into SQL. Positions are bytes; [`utf16`] and [`from_utf16`]
//! translate for the window.

mod complete;
mod edit;
mod parse;
mod print;
#[cfg(test)]
mod tests;

use crate::assessment::{Reason, Status};
use crate::component::FindingKind;
use crate::id::FindingId;
use crate::problem::Problem;
use crate::severity::Severity;
use crate::time::Timestamp;

pub use complete::{Completion, Completions, Wanted, complete, insertion};
pub use edit::facet_field;
pub use parse::{Span, parse, spans};

words! {
    /// The fields of the language.
    pub enum Field {
        /// Severity in force.
        Severity = "severity", "severity in force";
        /// Status in force.
        Status = "status", "status in force";
        /// Finer reason.
        Reason = "reason", "finer reason under the status";
        /// Tool that reported it.
        Tool = "tool", "tool that reported it";
        /// Rule id.
        Rule = "rule", "rule id";
        /// File path of any of its places.
        Path = "path", "file path";
        /// CVE or another vulnerability id.
        Cve = "cve", "CVE or another vulnerability id";
        /// CWE number.
        Cwe = "cwe", "CWE number";
        /// Package.
        Component = "component", "package name or package URL";
        /// Broad kind.
        Kind = "kind", "broad kind";
        /// Application.
        App = "app", "application";
        /// Branch.
        Branch = "branch", "branch";
        /// Who owns its file.
        Owner = "owner", "who owns the file";
        /// Whether an issue is linked.
        Linked = "linked", "is in an issue";
        /// Whether a triage proposal waits.
        Proposal = "proposal", "has a suggestion waiting";
        /// When it was last seen.
        Seen = "seen", "last seen";
        /// When it was first seen.
        First = "first", "first seen";
        /// Row id.
        Id = "id", "number of the finding";
    }
}

/// A whole query: every term must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// The terms, in the order written.
    pub terms: Vec<Term>,
}

/// One term.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// With a leading minus: what must not hold.
    pub negated: bool,
    /// The condition.
    pub condition: Condition,
}

/// What one term asks for. Values of one term are alternatives.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Severity in force.
    Severity(Vec<Severity>),
    /// Status in force.
    Status(Vec<Status>),
    /// Finer reason.
    Reason(Vec<Reason>),
    /// Broad kind.
    Kind(Vec<FindingKind>),
    /// Text fields: tool, rule, path, cve, cwe, component, app, branch, owner.
    Text(Field, Vec<Pattern>),
    /// An issue is linked, or none is.
    Linked(bool),
    /// A triage proposal waits, or none does.
    Proposal(bool),
    /// First or last seen.
    Time(Field, Vec<TimeTest>),
    /// Exactly these findings.
    Id(Vec<FindingId>),
    /// Free text; `phrase` when quoted: these words next to each other.
    Free {
        /// The words.
        text: String,
        /// Quoted: a phrase of whole words. Else one word, which may go on.
        phrase: bool,
    },
}

/// A value of a text field. `*` stands for any characters (also `/`), `?` for one, in
/// quotation marks too. An empty pattern means that nothing is known (`branch:""`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(pub String);

impl Pattern {
    /// True when it has a wildcard.
    pub fn is_wild(&self) -> bool {
        self.0.contains(['*', '?'])
    }
}

/// A condition on a point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeTest {
    /// `<7d`: less than this long ago.
    Within(Span64),
    /// `>7d`: longer ago than this.
    Before(Span64),
    /// `<2026-01-01`: before this day began (UTC).
    Until(Day),
    /// `>=2026-01-01`: since this day began (UTC).
    Since(Day),
    /// `>2026-01-01`: after this day ended.
    After(Day),
    /// `<=2026-01-01`: before this day ended.
    Through(Day),
    /// `2026-01-01`: on this day.
    On(Day),
}

/// A length of time as written: a number and its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span64 {
    /// How many.
    pub count: u32,
    /// Of what: `h`, `d`, `w`, `m` (30 days) or `y` (365 days).
    pub unit: char,
}

impl Span64 {
    /// In milliseconds.
    pub fn millis(self) -> i64 {
        let hours: i64 = match self.unit {
            'h' => 1,
            'w' => 24 * 7,
            'm' => 24 * 30,
            'y' => 24 * 365,
            _ => 24,
        };
        i64::from(self.count) * hours * 3_600_000
    }
}

/// A calendar day in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub jiff::civil::Date);

impl Day {
    /// Its first instant.
    pub fn begin(self) -> Timestamp {
        let midnight = self.0.to_zoned(jiff::tz::TimeZone::UTC);
        Timestamp(midnight.map_or(0, |zoned| zoned.timestamp().as_millisecond()))
    }

    /// The first instant of the next day.
    pub fn end(self) -> Timestamp {
        self.begin().plus_millis(24 * 3_600_000)
    }
}

impl TimeTest {
    /// The half-open range `[from, to)` of instants that pass, given the present one.
    pub fn range(self, now: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
        match self {
            Self::Within(span) => (Some(now.plus_millis(1 - span.millis())), None),
            Self::Before(span) => (None, Some(now.plus_millis(-span.millis()))),
            Self::Until(day) => (None, Some(day.begin())),
            Self::Since(day) => (Some(day.begin()), None),
            Self::After(day) => (Some(day.end()), None),
            Self::Through(day) => (None, Some(day.end())),
            Self::On(day) => (Some(day.begin()), Some(day.end())),
        }
    }
}

/// What is wrong with a query, and where (bytes).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Begin of the wrong piece.
    pub from: usize,
    /// Its end.
    pub to: usize,
    /// What is wrong and what is possible, in words.
    pub message: String,
    /// A replacement for the piece that would be right, if one suggests itself.
    pub suggestion: Option<String>,
}

impl From<Mistake> for Problem {
    fn from(mistake: Mistake) -> Self {
        let problem = Self::bad_input(format!("The query is not understood: {}", mistake.message))
            .with("from", mistake.from)
            .with("to", mistake.to);
        match mistake.suggestion {
            Some(text) => problem.with("suggestion", text),
            None => problem,
        }
    }
}

impl std::str::FromStr for Query {
    type Err = Mistake;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text)
    }
}

/// The position in UTF-16 units of a byte position.
pub fn utf16(text: &str, byte: usize) -> u32 {
    text.char_indices().take_while(|(at, _)| *at < byte).map(|(_, c)| c.len_utf16() as u32).sum()
}

/// The byte position of a position in UTF-16 units; the end when it lies beyond.
pub fn from_utf16(text: &str, units: u32) -> usize {
    let mut passed = 0;
    for (at, c) in text.char_indices() {
        if passed >= units {
            return at;
        }
        passed += c.len_utf16() as u32;
    }
    text.len()
}
