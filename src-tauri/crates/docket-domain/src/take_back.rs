//! What taking an import back does, or would do.
//!
//! The rule (`docs/decisions/0007-taking-an-import-back.md`): afterwards everything is as if the
//! report had never been read, but what people did since stays. Deliberately absent: how the former
//! state is kept, which is the store's business.

use crate::delta::Import;
use crate::problem::Problem;

wire! {
    /// An import taken back, or a look at what that would do. Counts are findings.
    pub struct TakeBack {
        /// The import.
        pub import: Import,
        /// It found these first: they go, with everything about them.
        pub removed: u64,
        /// It found these first too, but a person judged them or they are in an issue: they stay as
        /// they are. `judged` and `in_issues` together.
        pub kept: u64,
        /// Of those that stay: judged, commented on or moved by a person, and in no issue.
        pub judged: u64,
        /// Of those that stay: in an issue, or on their way into one.
        pub in_issues: u64,
        /// It changed what is said about these: they say again what they said before.
        pub restored: u64,
        /// It did not find these any more: they are open again, unless a person decided otherwise.
        pub opened: u64,
        /// It found these again after they were closed: they are closed again.
        pub closed: u64,
        /// Suggestions that came with it and wait for an answer: they go.
        pub proposals: u64,
        /// It changed these, but they went to another application since: they stay as they are.
        /// Known only once it is done.
        pub left_alone: u64,
        /// Why it cannot be taken back at all.
        pub obstacle: Option<Problem>,
    }
}
