//! Docket's use cases: the whole product without a window.
//!
//! [`Engine`] has one method group a use case: applications and findings, imports,
//! connections, mappings, plans and their application, the practice journey. Work that takes
//! time is a job with progress and cancellation. What the outside must provide is small:
//! a clock, a place for secrets, someone who listens.
//!
//! Deliberately absent: Tauri, the wire to the window, any one tracker's or format's words.

pub mod connections;
mod dirs;
mod engine;
mod events;
pub mod export;
mod findings;
pub mod grouping;
pub mod imports;
pub mod issues;
mod jobs;
mod leases;
mod listings;
pub mod logging;
mod many;
pub mod mappings;
mod owners;
mod parts;
pub mod practice;
mod push;
pub mod secrets;
mod sign_in;
mod status;
mod targets;
pub mod templates;
mod testing;
mod tokens;
mod trackers;
pub mod watch;

pub use dirs::{DATA_DIR_VARIABLE, data_dir};
pub use docket_tracker::{Exchange, Sleeper, TargetPage};
pub use engine::{Engine, Options};
pub use events::{EventSink, JobListener, JobRun, Silence};
pub use findings::QueryCompletion;
pub use jobs::nobody;
pub use push::{Consent, VERSION};
pub use status::{KeychainState, Settings};
