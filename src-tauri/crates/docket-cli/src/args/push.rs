//! `docket plan …`, `docket apply …` and their kin.

use clap::Args;
use docket_domain::PlanId;

use super::findings::RowsFormat;
use super::values::{self, Keys};

/// `docket plan …`
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// Which findings; all unless given. Those that are not active are skipped, with the reason
    #[arg(default_value = "", hide_default_value = true)]
    pub query: String,
    /// The mapping: label or number
    #[arg(long, value_name = "NAME")]
    pub mapping: String,
    /// rule, severity, component, package_manager, file, directory, cve, cwe, tool, application, several with commas;
    /// none for one issue each, all for one issue
    #[expect(clippy::doc_markdown, reason = "these words are the help, and are typed as they stand")]
    #[arg(long, value_name = "KEYS", value_parser = values::keys)]
    pub group_by: Keys,
    /// Only findings of this application: name or number
    #[arg(long, value_name = "NAME")]
    pub app: Option<String>,
}

/// `docket plan-show …`
#[derive(Debug, Args)]
pub(crate) struct PlanShowArgs {
    /// The plan's number
    pub plan: PlanId,
    /// Show this step with the text of its issue
    #[arg(long, value_name = "N")]
    pub step: Option<u32>,
    /// How the steps are written: with their issues, states, reasons, warnings and times
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with = "step")]
    pub format: Option<RowsFormat>,
}

/// `docket apply …` and `docket retry …`
#[derive(Debug, Args)]
pub(crate) struct ApplyArgs {
    /// The plan's number
    pub plan: PlanId,
    /// Do not ask; needed where nobody can be asked
    #[arg(short, long)]
    pub yes: bool,
    /// Yes to publishing where everybody can read it, for this one time
    #[arg(long)]
    pub public: bool,
}

/// `docket push …`
#[derive(Debug, Args)]
pub(crate) struct PushArgs {
    #[command(flatten)]
    pub plan: PlanArgs,
    /// Do not ask; needed where nobody can be asked
    #[arg(short, long)]
    pub yes: bool,
    /// Yes to publishing where everybody can read it, for this one time
    #[arg(long)]
    pub public: bool,
}
