//! The nouns and the pure rules of Docket.
//!
//! Everything here is a value or a function of values: no files, no network, no SQL, no
//! clock of its own. Disk, trackers, keychain and time sit at the edge and are passed in.
//! What crosses the wire to the window derives its TypeScript behind the feature `ts`.
//!
//! Deliberately absent: tokio, SQL, HTTP, Tauri, file formats.

#[macro_use]
mod macros;

pub mod assessment;
pub mod check;
pub mod component;
pub mod connection;
pub mod delta;
pub mod evidence;
pub mod exploit;
pub mod finding;
pub mod found;
pub mod group;
pub mod id;
pub mod identity;
pub mod issue;
pub mod job;
pub mod location;
pub mod mapping;
pub mod member;
pub mod mismatch;
pub mod offer;
pub mod owners;
pub mod page;
pub mod plan;
pub mod planning;
pub mod problem;
pub mod query;
pub mod raw;
pub mod render;
pub mod secret;
pub mod severity;
pub mod take_back;
pub mod template;
pub mod text;
pub mod time;
pub mod twin;
pub mod watch;

pub use assessment::{Assessment, Reason, Status, StatusSource};
pub use component::{Component, Cvss, Endpoint, FindingKind, Identifier, Reference};
pub use connection::{
    AuthKind, Connection, Field, FieldKind, Network, ProxySetting, SecretRef, TrackerKindCard,
};
pub use delta::{Completeness, Delta, Import, ImportState, Place, Preview, RunSummary, Warning};
pub use evidence::Evidence;
pub use exploit::{Epss, Exploitation, KnownExploited};
pub use finding::{FindingDetail, FindingRow, HistoryEntry, IssueLink, Proposal, ProposalState};
pub use found::{Found, Presence, Rule, Run, Suppression, SuppressionStatus, Tool};
pub use id::*;
pub use issue::{IssueChange, IssueDraft, IssueFile, IssueRef, IssueSeen, IssueState, Marker, StateReason};
pub use location::{Flow, Location, Snippet};
pub use mapping::{
    Application, Destination, FieldValue, Mapping, MappingDefaults, Target, Template, ValueMap, Visibility,
};
pub use member::{Candidate, Member};
pub use mismatch::{Mismatch, MismatchKind};
pub use offer::{Choice, ChoiceList, ChoicePage, MappingField, MappingFieldKind, TargetFields, ValueField};
pub use owners::{OwnerCount, OwnerMistake, Owners, Ownership};
pub use page::{Facet, FacetValue, FindingPage, PageStart, Selection, Sort, SortKey};
pub use plan::{Action, Group, GroupKey, Plan, PlanCounts, PlanState, Step, StepState};
pub use problem::{Code, Problem};
pub use raw::{RawForm, RawRecord};
pub use secret::Secret;
pub use severity::{Severity, SeveritySource};
pub use take_back::TakeBack;
pub use text::leak::{Guard, LeakClass, LeakPlace, Leaks, OwnPattern, Sieve, Taken};
pub use time::{Clock, Timestamp};
pub use watch::{Pattern, WatchFileState, WatchedBy, WatchedFile, WatchedFolder};
