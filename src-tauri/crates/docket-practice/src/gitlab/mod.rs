//! A practice GitLab on loopback: stateful, checked where a contract exists, with the faults of its GitHub sibling.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use docket_practice::gitlab::{GitLabSetup, PracticeGitLab, Tier};
//! use docket_practice::{Fault, matching};
//!
//! let practice = PracticeGitLab::start(GitLabSetup::demo().tier(Tier::Premium)).await?;
//! practice.faults().next(matching("POST", "/issues"), Fault::StoreThenCut);
//! // … a client works with practice.url() and practice.token() …
//! assert_eq!(practice.issues("acme/shop").len(), 4);
//! assert!(practice.violations().is_empty() && practice.triggered().is_empty());
//! practice.stop().await;
//! # Ok::<(), docket_practice::StartError>(()) }).unwrap();
//! ```
//!
//! # What is checked against what
//! - **Answers that hold issues**: the vendor's own response schema (`contracts/gitlab-issue-response.schema.json`, MIT);
//!   a disagreement is 597.
//! - **Requests**: a table written from the vendor's documents (`operations.rs`). The vendor's description of its API is
//!   under a licence that keeps it out of this repository; a test compares the table with a transcription by hand where
//!   one is at hand, and says so. Unknown query names, unknown body keys, wrong types, a misspelt `state_event` and a wrong
//!   content type are refused with 598, unknown addresses with 599, and all of it is written down
//!   ([`PracticeGitLab::violations`]). A trailing slash, a missing required key, an empty update and `milestone` beside
//!   `milestone_id` get the vendor's own refusal, and are written down all the same.
//! - **GraphQL**: a stub written by hand, for the status of work items only. It is not the vendor's schema.
//!
//! # Decisions where the documents leave room
//! - Planner and higher access may plan (labels, assignees, milestone, dates, weight, confidentiality). Below, these are
//!   dropped without a word; only `confidential` is kept on creation. An author or assignee may also edit and close.
//! - Assignees who are not members, and milestones that the project does not have, are dropped without a word.
//! - Lists of labels are taken apart at commas, also inside an array's entries.
//! - Labels that a quick action names are not made; those that a request names are.
//! - Quick actions count also in comments (`<!-- … -->`) and in updates of a description: the harsher reading.
//! - Titles are searched for mentions and references as plain text; quick actions in them are only text.
//! - Mentions count when the name exists, references when the issue does; both outside of code. Character references
//!   (`&#64;`) count as the character, a backslash before the sign keeps it from counting.
//! - Outside of a relative root another program's server is imitated: 404 in HTML, which is no violation.
//! - A project whose issues are off answers 403 to every request about them, reading included.
//! - Statuses of the work items' categories are told in lower case, as public clients see them; `allowedStatuses` is a
//!   plain list.
//! - Every answer to a reading request carries an `ETag`; `If-None-Match` gets 304, which counts against the limits.
//! - A moved issue stays readable as closed with `moved_to_id`; a renamed project answers 404 at its old path.
//!
//!
//! # Uploaded files
//! The reference tells of the request, its answer and the download's role (Guest); the rest is read off the vendor's public
//! source, or decided here:
//! - Every account that sees a project may upload, whatever its role, and also when the project is archived: neither the
//!   reference nor the source asks for more. A token needs `api`.
//! - Names keep letters and digits of any script, `_`, `.`, `-` and `+`; everything else becomes `_`, what stands before a
//!   slash of either kind goes, dots alone get a `_` in front, and an empty name is `unnamed`. `alt` and `markdown` of
//!   pictures and films lose their ending and gain a `!`, as at the vendor's.
//! - More than the limit is 413 in plain words, after account and project were looked at, as the part in front of the
//!   application does it. A missing file is 400 `file is missing`, one without a file name 400 `file is invalid`.
//! - No limit of a pace is published for uploads: they count as requests only.
//! - Downloads are always attachments of no kind; the vendor shows pictures. Pages ask for no account, so files on pages do
//!   not either. Outsiders get 403 from the API in public projects, by the reference's word.
//! - Lists, downloads by number and deletions of uploads are absent, and issues that are moved leave their files behind.
//!
//! # Deliberately absent
//! Everything that Docket does not ask for: merge requests, boards, epics, time tracking, e-mail, webhooks, archives.

mod act;
mod change;
mod contract;
mod graphql;
mod lab;
mod look;
mod model;
mod multipart;
mod oauth;
mod operations;
mod pace;
mod pages;
mod paging;
mod practice;
mod quick;
mod refusal;
mod render;
mod routes;
mod seed;
mod setup;
mod sow;
mod strike;
mod tokens;
mod uploads;
mod web;
mod who;

pub use look::{IssueSnapshot, ProjectChange, Someone, Trigger, Triggered};
pub use practice::PracticeGitLab;
pub use seed::{Access, GroupSeed, IssueSeed, Issues, ProjectSeed, Tier, Visibility};
pub use setup::{GitLabLimits, GitLabSetup};
pub use tokens::TokenSeed;
pub use uploads::UploadSnapshot;
