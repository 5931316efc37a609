//! A practice Azure DevOps Boards on loopback: stateful, contract-checked, with faults that can be switched on.
//!
//! Start with [`PracticeAzure::start`] and [`AzureSetup::demo`]. It is written from the vendor's documents and shares no
//! code with the client. What is not in the vendor's machine-readable documents is told below.
//!
//! # What judges
//! Requests are held against a hand-written table of operations and hand-written shapes of their bodies, always. The
//! vendor's own documents may not be kept in this repository; where [`azure_contract_folder`] finds them, bodies and every
//! answer are held against them too, and [`PracticeAzure::contract_checked`] says so. The product never has them.
//!
//! # Decisions where the documents leave room
//! - The document says that every path holds a project; the prose says that reads, updates, batches, fields, the recycle
//!   bin and queries also work without. The table lists those parts as optional.
//! - Versions before 7.1 are judged by 7.1, less what `editions` says that they lack. On Services every operation of 7.2 needs `-preview`; elsewhere only
//!   those that the document marks (comments) and the hand-written ones (`connectionData`, `resourceAreas`).
//! - From 7.2 on a comment needs `format`, although the document also has the operation without.
//! - A failed `test` is 412 `VS403351`; a token without the scope is 401 `TF400813`; a missing credential is 203 with a
//!   sign-in page (302 when so set up); a refused one is 401 unless the setup says otherwise.
//! - Inherited processes let every state follow every other; CMMI keeps the documented steps. A reason must be the
//!   default one or one of a short list.
//! - `validateOnly` answers what is stored for an update and id -1 for a creation.
//! - Which tags and attributes the sanitiser keeps is not published; what it takes out is kept in the history.
//! - What `errorPolicy=omit` leaves in place of a missing item is told in two ways by those who saw it: nothing, or null.
//!   The setup chooses; nothing is the default.
//! - Texts of refusals that facts and documents do not give (too many tags, unknown relation, bypassing rules) are in the
//!   vendor's shape, but their numbers are not proven.
//! - An upload is answered 201, as the vendor's older reference shows and its document does not (200). A file that is too
//!   large is 400 `TF237082`; the words about one that is not there, or one too many (100), are not proven.
//! - An attached file is told with the address of its upload without the query. Its name is the one in `attributes`, else
//!   the one in the address, else that of the upload. Other attributes than `name` and `comment` are a mistake, except those
//!   that the service itself tells.
//! - Downloads are always attachments of no kind, with and without `download`.
//! - A query knows AND only; anything it does not know is written down as a mistake, not answered wrongly.
//!
//! Absent: attachments in chunks and their deletion, boards, service hooks, graph, past versions (`asOf`), destroying work items, NTLM.
//!
//! # Inside
//! `operations` is the table, `contract` holds requests and answers against it, against `schemas` by hand and against those
//! of `vendor`, which `repairs` corrects. `core` leads a request through version, contract, credential, scopes and pace to `routes`; `rules` judges a document's
//! `patch` steps, `change` alone changes the `world`; `render` writes the vendor's shapes; `entra` is the identity service;
//! `web` the pages; `site` joins all to the sockets.

mod access;
mod change;
mod contract;
mod core;
mod editions;
mod entra;
mod fields;
mod files;
mod html;
mod look;
mod operations;
mod pace;
mod patch;
mod practice;
mod process;
mod refuse;
mod render;
mod render_item;
mod repairs;
mod routes;
mod rules;
mod schemas;
mod seed;
mod setup;
mod site;
mod sow;
mod vendor;
mod version;
mod web;
mod wiql;
mod world;

#[cfg(test)]
mod proof;

pub use files::{AttachmentSnapshot, UploadedFile};
pub use look::{AzureChange, AzureRefused, SomeoneAzure, WorkItemSnapshot};
pub use practice::PracticeAzure;
pub use seed::{PatSeed, ProjectSeed, WorkItemSeed};
pub use setup::{AzureFlavour, AzureLimits, AzureProcess, AzureSetup, RefusedLogin};
pub use vendor::azure_contract_folder;
