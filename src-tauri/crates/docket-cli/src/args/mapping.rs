//! `docket mapping …`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use docket_domain::LeakClass;

/// Where the help lists what keeps things on this computer.
const GUARD: &str = "What must not leave this computer";

/// What the live project is asked for.
#[derive(Debug, Args)]
pub(crate) struct OfferFlags {
    /// The mapping's label or number; or name a connection and a target
    pub name: Option<String>,
    /// A connection: label or number
    #[arg(long, value_name = "LABEL", requires = "target", conflicts_with = "name")]
    pub connection: Option<String>,
    /// A project: owner/repository, or its address
    #[arg(long, value_name = "TARGET", requires = "connection")]
    pub target: Option<String>,
    /// A field of the tracker's own that is chosen already: KEY=VALUE; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE", requires = "connection")]
    pub set: Vec<String>,
    /// Only this list, to its end: labels, milestones, people, or the key of one of the
    /// tracker's own fields
    #[arg(long, value_name = "LIST")]
    pub list: Option<String>,
    /// Only what contains this
    #[arg(long, value_name = "TEXT", requires = "list", default_value = "")]
    pub search: String,
}

/// `docket mapping …`
#[derive(Debug, Subcommand)]
pub(crate) enum MappingCommand {
    /// Add a mapping
    Add(Box<MappingFlags>),
    /// Change a mapping; what is not named stays
    Edit {
        /// Its label or number
        name: String,
        #[command(flatten)]
        flags: Box<MappingFlags>,
    },
    /// List mappings
    List,
    /// Show one mapping
    Show {
        /// Its label or number
        name: String,
    },
    /// Test everything that a mapping names against the live project; nothing is written
    Verify {
        /// Its label or number
        name: String,
    },
    /// Show what the live project offers: labels, people, milestones, its own fields, and
    /// where severity and status can be mapped
    Fields(Box<OfferFlags>),
    /// Make in the tracker what a mapping needs and the project lacks (labels, milestones,
    /// options), after asking
    Repair {
        /// Its label or number
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Show what a mapping would keep on this computer: of a finding, or of a text from standard
    /// input. Secrets are shown masked
    Guard {
        /// Its label or number
        name: String,
        /// A finding's number; without it the text is read from standard input
        #[arg(long, value_name = "N")]
        finding: Option<docket_domain::FindingId>,
    },
    /// Remove a mapping; its issues stay
    Remove {
        /// Its label or number
        name: String,
    },
}

/// What a mapping consists of.
#[derive(Debug, Args)]
pub(crate) struct MappingFlags {
    /// Your name for it; the target's name unless given
    #[arg(long, value_name = "TEXT")]
    pub label: Option<String>,
    /// The applications whose findings may go there: names or numbers; may be repeated
    #[arg(long = "app", value_name = "NAME")]
    pub apps: Vec<String>,
    /// The connection: label or number
    #[arg(long, value_name = "LABEL")]
    pub connection: Option<String>,
    /// The project: owner/repository, or its address
    #[arg(long, value_name = "TARGET")]
    pub target: Option<String>,
    /// Labels for every issue, separated by commas
    #[arg(long, value_name = "LABELS")]
    pub labels: Option<String>,
    /// Also a label for the highest severity («severity: high»)
    #[arg(long, value_name = "YES", num_args = 0..=1, default_missing_value = "true")]
    pub severity_label: Option<bool>,
    /// Login names, separated by commas
    #[arg(long, value_name = "NAMES")]
    pub assignees: Option<String>,
    /// A milestone, by its title
    #[arg(long, value_name = "TITLE")]
    pub milestone: Option<String>,
    /// A field of the tracker's own: KEY=VALUE, `KEY=` to clear; may be repeated. `mapping
    /// fields` shows the keys
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// The tracker's field that holds the severity; empty: none
    #[arg(long, value_name = "FIELD")]
    pub severity_field: Option<String>,
    /// What severities become there: critical=P0,high=P1; may be repeated
    #[arg(long = "severity", value_name = "SEVERITY=VALUE", value_delimiter = ',')]
    pub severities: Vec<String>,
    /// Turn the severities' values round: critical gets what info had
    #[arg(long)]
    pub invert_severities: bool,
    /// The tracker's field that holds the status; empty: none
    #[arg(long, value_name = "FIELD")]
    pub status_field: Option<String>,
    /// What statuses and their reasons become there: active=Doing,closed=Done; may be repeated
    #[arg(long = "status", value_name = "STATUS=VALUE", value_delimiter = ',')]
    pub statuses: Vec<String>,
    /// How titles are written, a template like «[{{ severity }}] {{ title }}»; empty: Docket's
    /// own way. `template reference` shows what can be named
    #[arg(long, value_name = "TEMPLATE")]
    pub title_template: Option<String>,
    /// How texts are written, a file with a template, `-` for standard input; an empty file:
    /// Docket's own way
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub body_template: Option<PathBuf>,
    /// Markdown above Docket's own text, with the same names; empty: none
    #[arg(long, value_name = "TEMPLATE", conflicts_with = "body_template")]
    pub heading: Option<String>,
    /// Classes that are not looked for before something is sent: credential, random, own, mail,
    /// host, address, home; several with commas
    #[arg(long, value_name = "CLASSES", value_delimiter = ',', help_heading = GUARD)]
    pub guard_off: Vec<LeakClass>,
    /// Classes that are looked for again
    #[arg(long, value_name = "CLASSES", value_delimiter = ',', help_heading = GUARD)]
    pub guard_on: Vec<LeakClass>,
    /// A text that may be sent: exact, or with * and ?; may be repeated
    #[arg(long, value_name = "TEXT", help_heading = GUARD)]
    pub guard_allow: Vec<String>,
    /// A text that was allowed and is not any more; may be repeated
    #[arg(long, value_name = "TEXT", help_heading = GUARD)]
    pub guard_disallow: Vec<String>,
    /// A regular expression whose finds are taken out: NAME=PATTERN, `NAME=` to remove it; may be
    /// repeated
    #[arg(long, value_name = "NAME=PATTERN", help_heading = GUARD)]
    pub guard_pattern: Vec<String>,
    /// Each issue also gets its findings as a file, where the tracker takes files (GitLab, Azure
    /// DevOps)
    #[arg(long, value_name = "YES", num_args = 0..=1, default_missing_value = "true")]
    pub findings_file: Option<bool>,
    /// Off (--active false): nothing is pushed through it
    #[arg(long, value_name = "YES", num_args = 0..=1, default_missing_value = "true")]
    pub active: Option<bool>,
}
