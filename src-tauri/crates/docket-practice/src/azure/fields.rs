//! The catalogue of fields: reference name, display name, kind and who may write them.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    PlainText,
    Html,
    History,
    Integer,
    Double,
    Moment,
    Tree,
    Person,
    Flag,
}

impl Kind {
    /// As the vendor writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::PlainText => "plainText",
            Self::Html => "html",
            Self::History => "history",
            Self::Integer => "integer",
            Self::Double => "double",
            Self::Moment => "dateTime",
            Self::Tree => "treePath",
            Self::Person => "identity",
            Self::Flag => "boolean",
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub reference: &'static str,
    pub name: &'static str,
    pub kind: Kind,
    pub read_only: bool,
}

const fn writable(reference: &'static str, name: &'static str, kind: Kind) -> Field {
    Field { reference, name, kind, read_only: false }
}

const fn fixed(reference: &'static str, name: &'static str, kind: Kind) -> Field {
    Field { reference, name, kind, read_only: true }
}

pub(crate) const CATALOGUE: &[Field] = &[
    fixed("System.Id", "ID", Kind::Integer),
    fixed("System.Rev", "Rev", Kind::Integer),
    fixed("System.AreaId", "Area ID", Kind::Integer),
    fixed("System.IterationId", "Iteration ID", Kind::Integer),
    fixed("System.WorkItemType", "Work Item Type", Kind::Text),
    fixed("System.CreatedDate", "Created Date", Kind::Moment),
    fixed("System.CreatedBy", "Created By", Kind::Person),
    fixed("System.ChangedDate", "Changed Date", Kind::Moment),
    fixed("System.ChangedBy", "Changed By", Kind::Person),
    fixed("System.CommentCount", "Comment Count", Kind::Integer),
    fixed("Microsoft.VSTS.Common.StateChangeDate", "State Change Date", Kind::Moment),
    writable("System.TeamProject", "Team Project", Kind::Text),
    writable("System.Title", "Title", Kind::Text),
    writable("System.Description", "Description", Kind::Html),
    writable("System.History", "History", Kind::History),
    writable("System.State", "State", Kind::Text),
    writable("System.Reason", "Reason", Kind::Text),
    writable("System.AreaPath", "Area Path", Kind::Tree),
    writable("System.IterationPath", "Iteration Path", Kind::Tree),
    writable("System.AssignedTo", "Assigned To", Kind::Person),
    writable("System.Tags", "Tags", Kind::PlainText),
    writable("Microsoft.VSTS.Common.Priority", "Priority", Kind::Integer),
    writable("Microsoft.VSTS.Common.Severity", "Severity", Kind::Text),
    writable("Microsoft.VSTS.Common.AcceptanceCriteria", "Acceptance Criteria", Kind::Html),
    writable("Microsoft.VSTS.TCM.ReproSteps", "Repro Steps", Kind::Html),
    writable("Microsoft.VSTS.TCM.SystemInfo", "System Info", Kind::Html),
    writable("Microsoft.VSTS.Scheduling.RemainingWork", "Remaining Work", Kind::Double),
    writable("Custom.SecurityTeam", "Security Team", Kind::Text),
    writable("Custom.Confirmed", "Confirmed", Kind::Flag),
];

/// Fields that every type has.
pub(crate) const EVERYWHERE: &[&str] = &[
    "System.Id",
    "System.Rev",
    "System.AreaId",
    "System.IterationId",
    "System.WorkItemType",
    "System.CreatedDate",
    "System.CreatedBy",
    "System.ChangedDate",
    "System.ChangedBy",
    "System.CommentCount",
    "Microsoft.VSTS.Common.StateChangeDate",
    "System.TeamProject",
    "System.Title",
    "System.Description",
    "System.History",
    "System.State",
    "System.Reason",
    "System.AreaPath",
    "System.IterationPath",
    "System.AssignedTo",
    "System.Tags",
];

/// A field by its reference name or its display name, in any case.
pub(crate) fn field(name: &str) -> Option<&'static Field> {
    CATALOGUE.iter().find(|f| f.reference.eq_ignore_ascii_case(name) || f.name.eq_ignore_ascii_case(name))
}
