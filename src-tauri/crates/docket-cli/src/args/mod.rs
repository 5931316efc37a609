//! Everything that can be typed: commands, options and their help, in one place. Help, man
//! pages, shell completions and the parser are all made from these declarations.
//!
//! Deliberately absent: what the commands do (see [`crate::commands`]).

mod connection;
mod findings;
mod mapping;
mod push;
mod template;
mod values;
mod watch;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;
use docket_domain::PlanId;
use docket_practice::FaultRule;
use docket_practice::shelf::SERVERS;

pub(crate) use connection::{ConnectionCommand, ConnectionFlags, NewSecretFlags};
pub(crate) use findings::{AssessArgs, FindingsArgs, RowsFormat, SuggestionsArgs};
pub(crate) use mapping::{MappingCommand, MappingFlags, OfferFlags};
pub(crate) use push::{ApplyArgs, PlanArgs, PlanShowArgs, PushArgs, UndoArgs};
pub(crate) use template::{TemplateCommand, TemplateFlags};
pub(crate) use values::Named;
pub(crate) use watch::{WatchAddArgs, WatchCommand};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed
  2  wrong usage: nothing was done
  3  partly done: some of it worked

Environment:
  DOCKET_DATA_DIR  the data folder, unless --data-dir is given
  DOCKET_LOG       what goes into the log file (info, debug, …)
  NO_COLOR         no colours, whatever its value";

/// Turns security findings into issues, on your own machine.
#[derive(Debug, Parser)]
#[command(name = "docket", version, after_help = EXIT_CODES, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The data folder, instead of `DOCKET_DATA_DIR` or the platform's own
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Every command")]
    pub data_dir: Option<PathBuf>,
    /// One JSON document on standard output, and nothing else there
    #[arg(long, global = true, help_heading = "Every command")]
    pub json: bool,
    /// Say nothing on standard error but errors
    #[arg(short, long, global = true, help_heading = "Every command")]
    pub quiet: bool,
    /// No progress on standard error
    #[arg(long, global = true, help_heading = "Every command")]
    pub no_progress: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Applications: what findings belong to
    #[command(subcommand)]
    App(AppCommand),
    /// Read reports into an application
    Import(ImportArgs),
    /// Watched folders: their new reports are imported as they land
    #[command(subcommand)]
    Watch(WatchCommand),
    /// List imports, newest first
    Imports(ImportsArgs),
    /// Take an import back whole, as if the report had never been read
    ImportUndo(ImportUndoArgs),
    /// List the report formats that can be read; of one, everything with an example
    Formats {
        /// The format's id
        id: Option<String>,
    },
    /// List findings
    Findings(FindingsArgs),
    /// Show everything about one finding
    #[command(visible_alias = "show")]
    Finding {
        /// The finding's number, as `docket findings` shows it
        id: docket_domain::FindingId,
        /// Only the record that it was made of, as the report had it
        #[arg(long)]
        raw: bool,
    },
    /// Decide about findings: set their status
    Assess(AssessArgs),
    /// Answer what reports suggest about findings: suppressed by a tool, reported by two
    Suggestions(SuggestionsArgs),
    /// Connections to issue trackers
    #[command(subcommand)]
    Connection(ConnectionCommand),
    /// Mappings: which applications' findings go to which project
    #[command(subcommand)]
    Mapping(MappingCommand),
    /// Show how findings would group into issues; nothing is stored, the tracker is not asked
    Group(PlanArgs),
    /// Templates: how issues are written
    #[command(subcommand)]
    Template(TemplateCommand),
    /// Plan a push and show the plan; nothing is written to the tracker
    Plan(PlanArgs),
    /// List plans
    Plans,
    /// Show a plan, or one step of it with the issue's text
    PlanShow(PlanShowArgs),
    /// Make a plan anew, of what is so now
    PlanAgain {
        /// The plan's number
        plan: PlanId,
    },
    /// Give a plan a name
    PlanName {
        /// The plan's number
        plan: PlanId,
        /// Its name; empty takes the name away
        name: String,
    },
    /// Do what a plan says, from where it stands
    Apply(ApplyArgs),
    /// Plan and apply in one go
    Push(PushArgs),
    /// Try the failed steps of a plan again
    Retry(ApplyArgs),
    /// Take back what a plan did: shown as a plan first
    Undo(UndoArgs),
    /// Give a plan up: what was not sent stays unsent
    Cancel {
        /// The plan's number
        plan: PlanId,
    },
    /// List the latest long-running work
    Jobs {
        /// How many
        #[arg(long, default_value_t = 20, value_name = "N")]
        limit: u32,
    },
    /// List the issues that findings are linked to
    Issues {
        /// How many, newest first; all unless given
        #[arg(long, value_name = "N")]
        limit: Option<u64>,
    },
    /// Run a practice GitHub on this computer until Ctrl-C
    Practice(PracticeArgs),
    /// Show the data folder, the keychain's state, and counts
    Status,
    /// Write a completion script for a shell to standard output
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the manual page to standard output, or every page into a folder
    Man {
        /// Write one page a command into this folder
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        out: Option<PathBuf>,
    },
}

/// `docket app …`
#[derive(Debug, Subcommand)]
pub(crate) enum AppCommand {
    /// Add an application
    Add {
        /// Its name
        name: String,
    },
    /// List applications
    List,
    /// Give an application another name
    Rename {
        /// Its name or number
        old: String,
        /// The new name
        new: String,
    },
    /// Show or set who owns which file, as a CODEOWNERS file says
    Owners {
        /// Its name or number
        name: String,
        /// Take the rules from this file (- for standard input)
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "clear")]
        file: Option<PathBuf>,
        /// Forget the rules
        #[arg(long)]
        clear: bool,
        /// With --file: only say what the rules would come to
        #[arg(long, requires = "file")]
        dry_run: bool,
    },
    /// Remove an application with its findings and imports
    Remove {
        /// Its name or number
        name: String,
        /// Do not ask
        #[arg(short, long)]
        yes: bool,
    },
}

/// `docket import …`
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct ImportArgs {
    /// Reports (plain, gzip or zip), folders of reports, or - for standard input
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// The application: name or number
    #[arg(long, value_name = "NAME")]
    pub app: String,
    /// Make the application when there is none of this name
    #[arg(long)]
    pub create_app: bool,
    /// The report's format (see `docket formats`); recognised by content unless given
    #[arg(long, value_name = "ID")]
    pub format: Option<String>,
    /// The branch that was scanned; as the report says unless given
    #[arg(long, value_name = "BRANCH")]
    pub branch: Option<String>,
    /// Only say what would change
    #[arg(long)]
    pub dry_run: bool,
    /// Close what is not found any more even when that is nearly everything
    #[arg(long, alias = "close-anyway")]
    pub allow_mass_close: bool,
    /// Read a report in even when it seems to belong to another application or branch
    #[arg(long)]
    pub allow_mismatch: bool,
    /// For CSV: which column holds what, as title=Summary,severity=Risk
    #[arg(long, value_name = "MAP")]
    pub columns: Option<String>,
}

/// `docket imports`
#[derive(Debug, Args)]
pub(crate) struct ImportsArgs {
    /// Only those of this application: name or number
    #[arg(long, value_name = "NAME")]
    pub app: Option<String>,
    /// How many, newest first
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub limit: u32,
}

/// `docket import-undo …`
#[derive(Debug, Args)]
pub(crate) struct ImportUndoArgs {
    /// The import's number, as `docket imports` shows it
    pub import: docket_domain::ImportId,
    /// Only say what it would do
    #[arg(long)]
    pub dry_run: bool,
    /// Keep the findings that it brought and that people have judged, or that are in issues
    #[arg(long)]
    pub keep_judged: bool,
    /// Do not ask; needed where nobody can be asked
    #[arg(short, long)]
    pub yes: bool,
}

/// The practice servers by name; one that was called shorter once still is.
fn practice_servers() -> PossibleValuesParser {
    let servers = SERVERS.iter().map(|(name, about)| {
        let value = PossibleValue::new(*name).help(*about);
        name.split_once('-').map_or(value.clone(), |(short, _)| value.alias(short))
    });
    PossibleValuesParser::new(servers)
}

/// `docket practice …`
#[derive(Debug, Args)]
pub(crate) struct PracticeArgs {
    /// Which tracker
    #[arg(default_value = SERVERS[0].0, value_name = "TRACKER", value_parser = practice_servers())]
    pub tracker: String,
    /// Listen on this port; a free one unless given
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub port: u16,
    /// Something that goes wrong on purpose: NAME[=NUMBER][@METHOD:PATH-END][#N|#N+]; may be repeated
    #[arg(long = "fault", value_name = "FAULT")]
    pub faults: Vec<FaultRule>,
    /// List the faults and end
    #[arg(long)]
    pub list_faults: bool,
    /// Behave as a self-managed server of this version (3.19.2 for github, 7.0 for azure)
    #[arg(long, value_name = "VERSION", visible_alias = "enterprise")]
    pub server: Option<String>,
    /// Speak https with a certificate of a private authority, whose file is named
    #[arg(long)]
    pub tls: bool,
}
