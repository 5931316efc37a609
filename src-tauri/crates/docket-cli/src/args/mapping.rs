//! `docket mapping …`.

use clap::{Args, Subcommand};

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
    /// Off (--active false): nothing is pushed through it
    #[arg(long, value_name = "YES", num_args = 0..=1, default_missing_value = "true")]
    pub active: Option<bool>,
}
