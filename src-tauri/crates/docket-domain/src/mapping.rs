//! Applications, and which project of which tracker their issues go to.

use crate::id::{ApplicationId, ConnectionId, MappingId};
use crate::time::Timestamp;

wire! {
    /// What findings belong to: a product, a service, a repository.
    #[derive(Eq)]
    pub struct Application {
        /// Row id.
        pub id: ApplicationId,
        /// Unique name.
        pub name: String,
        /// When it was made.
        pub created: Timestamp,
        /// Active findings.
        pub active: u64,
        /// All findings.
        pub findings: u64,
    }
}

wire! {
    /// A place that issues can be created in.
    #[derive(Eq)]
    pub struct Target {
        /// What it is called in the tracker (`acme/shop`).
        pub key: String,
        /// The tracker's id that survives renames.
        pub stable_id: Option<String>,
        /// Readable name.
        pub name: String,
        /// Web address.
        pub url: Option<String>,
        /// Not visible to the public.
        pub private: bool,
        /// Why issues cannot be created there («archived», «issues are switched off»), if so.
        pub closed: Option<String>,
    }
}

wire! {
    /// Applications bound to one project of one connection.
    #[derive(Eq)]
    pub struct Mapping {
        /// Row id.
        pub id: MappingId,
        /// The person's name for it.
        pub label: String,
        /// The connection.
        pub connection: ConnectionId,
        /// Its label.
        pub connection_label: String,
        /// Tracker kind id.
        pub kind: String,
        /// Target key (`acme/shop`).
        pub target: String,
        /// The target's id that survives renames, once seen.
        pub target_stable_id: Option<String>,
        /// The applications whose findings may go there.
        pub applications: Vec<ApplicationId>,
        /// Labels set on every issue.
        pub labels: Vec<String>,
        /// Also set a label `severity: high` that names the group's highest severity.
        pub severity_label: bool,
        /// Assignees' login names.
        pub assignees: Vec<String>,
        /// Milestone by title.
        pub milestone: Option<String>,
        /// Off: nothing is pushed through it.
        pub active: bool,
        /// When it was made.
        pub created: Timestamp,
    }
}

wire! {
    /// One choice that the tracker offers.
    #[derive(Eq)]
    pub struct Choice {
        /// What is stored and sent.
        pub value: String,
        /// What people read.
        pub label: String,
        /// More about it (a label's description, a milestone's due date).
        pub note: Option<String>,
    }
}

wire! {
    /// What a target offers, live.
    #[derive(Eq)]
    pub struct TargetFields {
        /// The target itself.
        pub target: Target,
        /// Existing labels.
        pub labels: Vec<Choice>,
        /// Open milestones.
        pub milestones: Vec<Choice>,
        /// People who can be assigned.
        pub assignees: Vec<Choice>,
        /// The account may set labels, assignees and milestones.
        pub may_set_fields: bool,
        /// A list was cut here; search on the server for more.
        pub truncated: bool,
    }
}
