//! How a person wants findings to become issues: keys, sizes, and what was changed by hand.
//!
//! Groups are named by their marker without a target ([`super::name_of`]), so that a change by
//! hand means the same group whatever mapping is chosen, and names nothing at all once the group
//! is gone: then it is said and left out, never guessed.

use crate::id::FindingId;
use crate::issue::{IssueRef, Marker};
use crate::mapping::Template;
use crate::plan::GroupKey;
use crate::problem::Problem;

words! {
    /// What becomes of findings that are in another issue of the target already.
    #[derive(Default)]
    pub enum Held {
        /// They stay where they are and are left out.
        #[default]
        Stay = "stay", "Stay where they are";
        /// They get this issue as well: several issues for one finding.
        Also = "also", "Get this issue as well";
        /// They move here. The issues that they leave say so; one that is left by all is closed.
        Move = "move", "Move here";
    }
}

words! {
    /// How an issue that people wrote is attached.
    pub enum AttachAs {
        /// Docket adds its own part to the text, and keeps it up to date; the rest is left alone.
        Section = "section", "Docket's own part in its text";
        /// Docket only comments; the text is never touched.
        Comment = "comment", "A comment";
    }
}

wire! {
    /// A change by hand to the groups that the keys make.
    #[derive(Eq)]
    pub enum GroupEdit {
        /// Findings go into another group, or (without one) into a group of their own.
        Move {
            /// Which.
            findings: Vec<FindingId>,
            /// The name of the group; none: a new one.
            to: Option<Marker>,
        },
        /// Everything of one group goes into another.
        Merge {
            /// The name of the group that ends.
            from: Marker,
            /// The name of the group that stays.
            into: Marker,
        },
        /// Findings are not pushed.
        LeaveOut {
            /// Which.
            findings: Vec<FindingId>,
        },
        /// A whole group is not pushed.
        LeaveOutGroup {
            /// The group's name.
            group: Marker,
        },
        /// A group goes into an issue that is there already.
        Attach {
            /// The group's name.
            group: Marker,
            /// The issue.
            issue: IssueRef,
            /// How.
            how: AttachAs,
        },
        /// A group's issue is written in its own way.
        Write {
            /// The group's name.
            group: Marker,
            /// How; replaces the mapping's.
            template: Template,
        },
    }
}

wire! {
    /// How findings become issues.
    #[derive(Default, Eq)]
    pub struct GroupBy {
        /// Keys, in order; empty: one issue for each finding.
        pub keys: Vec<GroupKey>,
        /// How many folders of a path count for [`GroupKey::Directory`]; none: all of them.
        #[serde(default)]
        pub depth: Option<u32>,
        /// The query of [`GroupKey::Query`].
        #[serde(default)]
        pub query: Option<String>,
        /// Most findings in one issue; none: no limit. Larger groups are split ([`super::split`]).
        #[serde(default)]
        pub most: Option<u32>,
        /// What becomes of findings that are in another issue already.
        #[serde(default)]
        pub held: Held,
        /// Changes by hand, in the order in which they were made.
        #[serde(default)]
        pub edits: Vec<GroupEdit>,
    }
}

impl GroupBy {
    /// By these keys and nothing else.
    pub fn keys(keys: &[GroupKey]) -> Self {
        Self { keys: keys.to_vec(), ..Self::default() }
    }

    /// The keys that count: each once, in their order; `All` swallows every other.
    pub fn effective_keys(&self) -> Vec<GroupKey> {
        super::effective_keys(&self.keys)
    }

    /// The query that findings are asked, when it is one of the keys.
    pub fn asked(&self) -> Option<&str> {
        let asks = self.effective_keys().contains(&GroupKey::Query);
        self.query.as_deref().map(str::trim).filter(|query| asks && !query.is_empty())
    }

    /// Findings that a person left out, whatever their status.
    pub fn left_out(&self) -> impl Iterator<Item = FindingId> + '_ {
        self.edits
            .iter()
            .flat_map(|edit| match edit {
                GroupEdit::LeaveOut { findings } => findings.as_slice(),
                _ => &[],
            })
            .copied()
    }

    /// Refuses what means nothing.
    ///
    /// # Errors
    /// A largest size or a depth of zero; the key «Query» without a query, or with one that
    /// cannot be read.
    pub fn check(&self) -> Result<(), Problem> {
        let wrong = |field: &str, message: &str, hint: &str| {
            Err(Problem::bad_input(message).hint(hint.to_owned()).with("field", field))
        };
        if self.most == Some(0) {
            return wrong(
                "most",
                "An issue of at most 0 findings can hold none.",
                "Say 1 or more, or nothing.",
            );
        }
        if self.depth == Some(0) {
            return wrong(
                "depth",
                "A depth of 0 folders tells no files apart.",
                "Say 1 for the topmost folder, or nothing for the whole path.",
            );
        }
        if self.effective_keys().contains(&GroupKey::Query) {
            let Some(query) = self.asked() else {
                return wrong(
                    "query",
                    "To group by a query, a query is needed.",
                    "For example: severity:critical",
                );
            };
            crate::query::parse(query).map_err(|mistake| {
                Problem::bad_input(format!("The query to group by cannot be read: {}", mistake.message))
                    .with("field", "query")
            })?;
        }
        Ok(())
    }

    /// In a line for people: `rule, directory to 2 folders, at most 50`.
    pub fn words(&self) -> String {
        let keys: Vec<String> = self.effective_keys().iter().map(|key| self.key_words(*key)).collect();
        let mut words = if keys.is_empty() { "one issue each".to_owned() } else { keys.join(", ") };
        if let Some(most) = self.most {
            words = format!("{words}, at most {most}");
        }
        match self.edits.len() {
            0 => words,
            1 => format!("{words}, 1 change by hand"),
            n => format!("{words}, {n} changes by hand"),
        }
    }

    fn key_words(&self, key: GroupKey) -> String {
        match (key, self.depth, self.asked()) {
            (GroupKey::Directory, Some(1), _) => "topmost directory".to_owned(),
            (GroupKey::Directory, Some(n), _) => format!("directory to {n} folders"),
            (GroupKey::Query, _, Some(query)) => format!("«{query}»"),
            _ => key.label().to_lowercase(),
        }
    }
}

impl From<&[GroupKey]> for GroupBy {
    fn from(keys: &[GroupKey]) -> Self {
        Self::keys(keys)
    }
}

impl From<Vec<GroupKey>> for GroupBy {
    fn from(keys: Vec<GroupKey>) -> Self {
        Self { keys, ..Self::default() }
    }
}
