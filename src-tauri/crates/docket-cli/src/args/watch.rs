//! `docket watch …`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use docket_domain::WatchId;

/// `docket watch …`
#[derive(Debug, Subcommand)]
pub(crate) enum WatchCommand {
    /// Watch a folder: its new reports are imported as they land
    Add(WatchAddArgs),
    /// List watched folders; of one, what became of its files
    List {
        /// The folder's number
        id: Option<WatchId>,
        /// Also files that are no reports
        #[arg(long, requires = "id")]
        all: bool,
    },
    /// Import nothing from a folder until it is resumed
    Pause {
        /// The folder's number
        id: WatchId,
    },
    /// Go on with a paused folder, or try a file again
    Resume {
        /// The folder's number
        id: WatchId,
        /// Try this file again although it did not change: its path below the folder
        #[arg(long, value_name = "PATH")]
        file: Option<String>,
    },
    /// Stop watching a folder; what was imported stays
    Remove {
        /// The folder's number
        id: WatchId,
    },
    /// Watch here until Ctrl-C, or look once
    Run {
        /// Look at each folder once and end, for cron and the like
        #[arg(long)]
        once: bool,
    },
}

/// `docket watch add …`
#[derive(Debug, Args)]
pub(crate) struct WatchAddArgs {
    /// The folder
    #[arg(value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// Which files, and where they go: {app}/{branch}/*.sarif takes both names from the folders
    #[arg(long, value_name = "PATTERN", default_value = "**")]
    pub pattern: String,
    /// The application: name or number; none when the pattern says {app}
    #[arg(long, value_name = "NAME")]
    pub app: Option<String>,
    /// Add applications that do not exist yet
    #[arg(long)]
    pub create_apps: bool,
    /// The branch that was scanned; as the pattern or the report says unless given
    #[arg(long, value_name = "BRANCH")]
    pub branch: Option<String>,
    /// Look every so many seconds: for network folders, of which the system tells nothing
    #[arg(long, value_name = "SECONDS")]
    pub poll: Option<u32>,
    /// Leave alone what lies in the folder now
    #[arg(long)]
    pub only_new: bool,
    /// Only show where the files that are there would go
    #[arg(long)]
    pub dry_run: bool,
}
