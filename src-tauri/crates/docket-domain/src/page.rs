//! Pages, facets and selections: how a million findings are looked at without holding them.

use crate::finding::FindingRow;
use crate::id::{ApplicationId, FindingId};
use crate::severity::Severity;

words! {
    /// What findings can be sorted by.
    pub enum SortKey {
        /// Most severe first.
        Severity = "severity", "Severity";
        /// Title.
        Title = "title", "Finding";
        /// Rule id.
        Rule = "rule", "Rule";
        /// Application name.
        Application = "application", "Application";
        /// Path, component or endpoint.
        Place = "place", "Where";
        /// Tool.
        Tool = "tool", "Tool";
        /// Status.
        Status = "status", "Status";
        /// First seen.
        FirstSeen = "first_seen", "First seen";
        /// Last seen.
        LastSeen = "last_seen", "Last seen";
    }
}

wire! {
    /// One sort key and its direction. Ties are broken by id, so that pages never overlap.
    #[derive(Copy, Eq)]
    pub struct Sort {
        /// By what.
        pub key: SortKey,
        /// Largest first instead of smallest first.
        pub descending: bool,
    }
}

wire! {
    /// Where a page begins.
    pub enum PageStart {
        /// At this row of the whole result, from 0. Fine anywhere; far in, slower than `After`.
        Offset { /// Row number.
            rows: u64 },
        /// Behind the row that this cursor names (from [`FindingPage::next`]).
        After { /// Opaque text.
            cursor: String },
    }
}

wire! {
    /// One page of findings.
    pub struct FindingPage {
        /// The rows.
        pub rows: Vec<FindingRow>,
        /// How many match in all.
        pub total: u64,
        /// Cursor behind the last row, if more follow.
        pub next: Option<String>,
    }
}

words! {
    /// What the findings are counted by at the side of the table.
    pub enum Facet {
        /// Severity.
        Severity = "severity", "Severity";
        /// Status.
        Status = "status", "Status";
        /// Tool.
        Tool = "tool", "Tool";
        /// Application.
        Application = "app", "Application";
        /// Rule.
        Rule = "rule", "Rule";
        /// CWE.
        Cwe = "cwe", "CWE";
        /// Component.
        Component = "component", "Component";
        /// Branch.
        Branch = "branch", "Branch";
        /// Who owns its file.
        Owner = "owner", "Owner";
        /// Has an issue or not.
        Linked = "linked", "In an issue";
    }
}

wire! {
    /// One value of a facet with its count.
    pub struct FacetValue {
        /// The facet.
        pub facet: Facet,
        /// The value as the query language spells it.
        pub value: String,
        /// The value as people read it.
        pub label: String,
        /// How many findings of the query (without this facet's own condition) have it.
        pub count: u64,
    }
}

wire! {
    /// Which findings are meant: ids, or everything that a query matches, minus exceptions.
    pub enum Selection {
        /// Exactly these.
        Ids { /// The findings.
            ids: Vec<FindingId> },
        /// Everything that the query matches now, but these.
        Matching {
            /// The query's text.
            query: String,
            /// Only in this application.
            application: Option<ApplicationId>,
            /// Left out.
            except: Vec<FindingId>,
        },
    }
}

wire! {
    /// A selection in numbers, for the words above the table.
    pub struct SelectionCount {
        /// How many findings.
        pub total: u64,
        /// How many of each severity.
        pub severities: Vec<(Severity, u64)>,
        /// How many are in an issue already.
        pub linked: u64,
        /// About how many something is suggested.
        pub suggested: u64,
    }
}
