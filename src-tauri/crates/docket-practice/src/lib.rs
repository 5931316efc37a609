//! A practice GitHub on loopback: stateful, contract-checked, with faults that can be switched on. Beside it stands a
//! practice GitLab ([`gitlab`]) on the same sockets, with the same faults and the same log.
//!
//! It is used by the command line (`docket practice`), by the app's first journey and by every test that needs a GitHub.
//! It shares no code with the client, so that a misreading of the vendor's documents shows up as a disagreement.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use docket_practice::{Fault, Practice, Setup, matching};
//!
//! let practice = Practice::start(Setup::demo()).await?;
//! practice.faults().next(matching("POST", "/issues"), Fault::StoreThenCut);
//! // … a client works with practice.url() and practice.token() …
//! assert_eq!(practice.issues("acme/shop").len(), 6);
//! assert!(practice.violations().is_empty());
//! practice.stop().await;
//! # Ok::<(), docket_practice::StartError>(()) }).unwrap();
//! ```
//!
//! # What it is
//! - **State**, not canned answers: what is created is listed, closed, reopened and read back ([`Setup`], [`RepoSeed`],
//!   [`IssueSeed`], [`TokenSeed`]; [`Practice::issues`] looks inside; [`Practice::someone`] acts as another person).
//! - **The vendor's contract on both sides**: every request and every answer is checked against GitHub's own OpenAPI
//!   description and GraphQL schema (`contracts/README.md`), for the API versions 2022-11-28 and 2026-03-10 and for
//!   Enterprise Server 3.19 (whose GraphQL schema is taken to be the older one of the two that are kept). A disagreement is written down ([`Practice::violations`]) and answered with a status that no
//!   server uses, so that it cannot be overlooked: 598 the client's request, 599 no such operation, 597 this server's own
//!   answer. A trailing slash is answered 404 as the vendor does, and still written down as 599. Keys that no schema
//!   knows are refused too, although the vendor's schemas would let them pass.
//! - **The behaviour that no schema shows**: silent drops of labels, assignees and milestone, `Link` pages, `ETag` and
//!   304, scopes and permissions, single sign-on, 301/404/410, primary and secondary limits on a clock that tests move
//!   ([`ClockHand`], [`Setup::compress_time`], [`Limits`]).
//! - **Faults** ([`FAULTS`]): by plan ([`Practice::faults`]), from the command line ([`FaultRule`]'s text form), or per
//!   request with the header `X-Practice-Fault: NAME[=NUMBER]`.
//! - **Pages** for a browser at [`Practice::web_url`], without scripts; everything that was written by others is escaped.
//! - **TLS** in good and bad forms ([`Tls`]) and a forward proxy ([`PracticeProxy`]).
//!
//! # Addresses
//! On github.com's layout the API lives at the root (`/repos/…`, `/graphql`) beside the pages (`/acme/shop/issues`); `/`
//! is the API's root unless the client accepts `text/html`. On Enterprise Server's layout ([`Setup::enterprise`]) the API
//! lives at `/api/v3` and `/api/graphql`, and everything else is a page.
//!
//! # Decisions where the documents leave room
//! - Triage and higher roles may set labels, assignees and milestones; only those who may push make new labels by naming
//!   them. Below triage all three are dropped.
//! - Content-creating requests are the creations of issues, comments, labels and milestones.
//! - `/organizations/{id}` and `/repositories/{id}/…` are served although no contract lists them; the latter is checked as
//!   the operation that it stands for.
//! - Events of an issue carry no `state_reason` outside the timeline, because the vendor's schema has none there.
//! - An error status that an operation does not list must have the vendor's general error shape.
//!
//! # Azure DevOps
//! [`PracticeAzure`] is a practice Azure DevOps Boards of the same make: state, a contract on both sides (the vendor's own
//! only where [`azure_contract_folder`] finds it, see [`PracticeAzure::contract_checked`]), faults, pages. [`AzureSetup`] describes it (Services or a Server, processes, projects, people, tokens), [`PracticeAzure::someone`]
//! acts as another person, and the identity service's sign-in with a code lives beside it. Faults of this crate that are
//! GitHub's alone are refused with 400 there.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use docket_practice::{AzureSetup, PracticeAzure};
//!
//! let azure = PracticeAzure::start(AzureSetup::demo()).await?;
//! // … a client works with azure.url() and azure.token() …
//! azure.someone("kim@contoso.example").moves_to_state(1, "Closed").unwrap();
//! assert_eq!(azure.work_items("Web Shop")[0].state, "Closed");
//! assert!(azure.violations().is_empty());
//! azure.stop().await;
//! # Ok::<(), docket_practice::StartError>(()) }).unwrap();
//! ```
//!
//! # Inside
//! `running` and `serve` turn sockets into requests and apply faults on the wire for any kind of server (`site` tells how
//! a new kind plugs in). `github` joins the practice GitHub to them; its `core` leads a request through contract, admission
//! (`admission`, `limits`, `access`), operation (`routes`) and contract again; `change` is the only place that changes
//! the world (`model`); `render` writes the vendor's shapes; `graphql` and `web` answer the other two spaces.

#![allow(
    clippy::unnecessary_box_returns,
    reason = "a refusal travels boxed through every Result here; functions that make one return it ready to travel"
)]

mod access;
mod admission;
mod azure;
mod board;
mod board_seed;
mod change;
mod clock;
mod contract;
mod core;
mod demo;
mod faults;
mod github;
pub mod gitlab;
mod graphql;
mod hidden;
mod identity;
mod limits;
mod log;
mod look;
mod look_projects;
mod model;
mod paging;
mod practice;
mod proxy;
mod render;
mod reply;
mod routes;
mod running;
mod seed;
mod serve;
mod setup;
pub mod shelf;
mod sign_in;
mod site;
mod sow;
mod strike;
mod text;
mod tls;
mod web;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use azure::{
    AttachmentSnapshot, AzureChange, AzureFlavour, AzureLimits, AzureProcess, AzureRefused, AzureSetup,
    PatSeed, PracticeAzure, ProjectSeed, RefusedLogin, SomeoneAzure, UploadedFile, WorkItemSeed,
    WorkItemSnapshot, azure_contract_folder,
};
pub use board_seed::BoardSeed;
pub use clock::{Clock, ClockHand};
pub use faults::{FAULTS, Fault, FaultPlan, FaultRule, FaultSyntax, Matching, matching};
pub use gitlab::{GitLabSetup, PracticeGitLab};
pub use identity::{Identity, IdentityDialect, IdentityFault, IdentitySetup};
pub use log::{Credential, Logged, Violation};
pub use look::{IssueSnapshot, NotThere, RepoChange, Someone};
pub use look_projects::{ProjectItem, ProjectOption};
pub use practice::Practice;
pub use proxy::{PracticeProxy, ProxyAsked};
pub use running::StartError;
pub use seed::{IssueSeed, RepoSeed, Role, TokenKind, TokenSeed};
pub use setup::{Flavour, Limits, Setup};
pub use tls::Tls;

/// The lock's content, also after another thread panicked while holding it: the data are plain values that are
/// changed one field at a time, so there is nothing half-done to fear.
pub(crate) fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
