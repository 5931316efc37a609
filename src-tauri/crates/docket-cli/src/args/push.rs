//! `docket plan …`, `docket apply …` and their kin.

use clap::Args;
use docket_domain::group::{AttachAs, Held};
use docket_domain::{FindingId, PlanId};

use super::findings::RowsFormat;
use super::values::{self, Keys, Named};

/// `docket plan …`
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// Which findings; all unless given. Those that are not active are skipped, with the reason
    #[arg(default_value = "", hide_default_value = true)]
    pub query: String,
    /// The mapping: label or number
    #[arg(long, value_name = "NAME")]
    pub mapping: String,
    /// rule, severity, component, fixed_version, package_manager, file, directory (directory:2 to two folders), cve,
    /// cwe, tool, application, owner, import, query (with --group-query), several with commas; none for one issue each, all
    /// for one issue
    #[expect(clippy::doc_markdown, reason = "these words are the help, and are typed as they stand")]
    #[arg(long, value_name = "KEYS", value_parser = values::keys)]
    pub group_by: Keys,
    /// Group by whether findings match this query
    #[arg(long, value_name = "QUERY")]
    pub group_query: Option<String>,
    /// Most findings in one issue; larger groups are split, most severe first
    #[arg(long, value_name = "N")]
    pub max_size: Option<u32>,
    /// Findings that are in another issue already: stay there, get this issue also, or move here
    #[arg(long, default_value = "stay", value_name = "WHAT")]
    pub held: Held,
    /// Put findings into another group, or with =new into one of their own; may be repeated
    #[arg(long = "move", value_name = "FINDINGS=GROUP", value_parser = values::moved)]
    pub moves: Vec<(Vec<FindingId>, Option<String>)>,
    /// Put one group into another; may be repeated
    #[arg(long = "merge", value_name = "GROUP=GROUP", value_parser = values::merged)]
    pub merges: Vec<(String, String)>,
    /// Do not push these findings
    #[arg(long, value_name = "FINDINGS", value_parser = values::findings)]
    pub leave_out: Vec<Vec<FindingId>>,
    /// Put a group, or everything, into an issue that is there: its number or address; may be repeated
    #[arg(long = "attach", value_name = "[GROUP=]ISSUE", value_parser = values::attached)]
    pub attach: Vec<(Named, String)>,
    /// How: section (Docket's part in the text) or comment
    #[arg(long, default_value = "section", value_name = "HOW", requires = "attach")]
    pub attach_as: AttachAs,
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
    /// With --step: what it changes about the issue as it is in the tracker right now
    #[arg(long, requires = "step")]
    pub diff: bool,
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
    /// Pause after so many steps
    #[arg(long, value_name = "N")]
    pub pause_after: Option<u64>,
    /// Yes to publishing where everybody can read it, for this one time
    #[arg(long)]
    pub public: bool,
}

/// `docket undo …`
#[derive(Debug, Args)]
pub(crate) struct UndoArgs {
    /// The plan's number
    pub plan: PlanId,
    /// Only these steps; all that were done unless given
    #[arg(long, value_name = "N", value_delimiter = ',')]
    pub step: Option<Vec<u32>>,
    /// Only plan it and show the plan
    #[arg(long)]
    pub plan_only: bool,
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
