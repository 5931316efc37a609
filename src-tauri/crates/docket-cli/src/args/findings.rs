//! `docket findings …` and `docket assess …`.

use clap::{ArgGroup, Args, ValueEnum};
use docket_domain::{FindingId, Reason, Sort, Status};
use docket_engine::export::ExportFormat;

use super::values;

const QUERY_HELP: &str = "\
The query language is the window's: words that must occur, and fields:
  severity:critical,high  status:active  tool:semgrep  rule:sql*  app:shop
  path:src/**  cwe:79  cve:CVE-2024-1234  component:lodash  branch:main
  linked:no  seen:<7d  -status:closed";

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowsFormat {
    /// For people; fits the terminal
    Table,
    /// An array of rows
    Json,
    /// With a header, safe for spreadsheets
    Csv,
    /// A table
    #[value(alias = "md")]
    Markdown,
    /// Docket JSON with everything that is known of each, which Docket imports again
    Docket,
}

/// `docket findings …`
#[derive(Debug, Args)]
#[command(after_help = QUERY_HELP)]
pub(crate) struct FindingsArgs {
    /// What to list; everything unless given
    #[arg(default_value = "", hide_default_value = true)]
    pub query: String,
    /// Only findings of this application: name or number
    #[arg(long, value_name = "NAME")]
    pub app: Option<String>,
    /// Sort by these columns, a leading - turns one round: severity,-last-seen
    #[arg(
        long,
        value_name = "KEYS",
        value_delimiter = ',',
        allow_hyphen_values = true,
        value_parser = values::sort
    )]
    pub sort: Vec<Sort>,
    /// At most this many; all unless given
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// How they are written
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<RowsFormat>,
}

/// `docket assess …`
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).args(["query", "ids"])), after_help = QUERY_HELP)]
pub(crate) struct AssessArgs {
    /// Every finding that this query matches ('' for all)
    pub query: Option<String>,
    /// These findings; may be repeated or separated by commas
    #[arg(long = "id", value_name = "ID", value_delimiter = ',')]
    pub ids: Vec<FindingId>,
    /// Only findings of this application: name or number
    #[arg(long, value_name = "NAME", conflicts_with = "ids")]
    pub app: Option<String>,
    /// One of active, closed, false-positive, risk-accepted
    #[arg(long, value_name = "STATUS")]
    pub status: Status,
    /// The finer reason. Under closed: mitigated, duplicate, out-of-scope; under false-positive: not-affected; under
    /// active: in-review
    #[arg(long, value_name = "REASON")]
    pub reason: Option<Reason>,
    /// Why, in your words
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}

/// `docket suggestions …`
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("which").required(true).args(["query", "ids"])),
    group(ArgGroup::new("answer").required(true).args(["accept", "dismiss"])),
    after_help = QUERY_HELP
)]
pub(crate) struct SuggestionsArgs {
    /// What is suggested about every finding that this query matches ('' for all)
    pub query: Option<String>,
    /// About these findings; may be repeated or separated by commas
    #[arg(long = "id", value_name = "ID", value_delimiter = ',')]
    pub ids: Vec<FindingId>,
    /// Only findings of this application: name or number
    #[arg(long, value_name = "NAME", conflicts_with = "ids")]
    pub app: Option<String>,
    /// Take the suggestions over as your decisions
    #[arg(long)]
    pub accept: bool,
    /// Turn them down; they are not made again
    #[arg(long)]
    pub dismiss: bool,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}

impl RowsFormat {
    /// What the engine writes; none for the table, which is this program's own.
    pub fn exported(self) -> Option<ExportFormat> {
        match self {
            Self::Table => None,
            Self::Json => Some(ExportFormat::Json),
            Self::Csv => Some(ExportFormat::Csv),
            Self::Markdown => Some(ExportFormat::Markdown),
            Self::Docket => Some(ExportFormat::Docket),
        }
    }
}
