//! Docket's SQLite file: the only crate that knows SQL.
//!
//! [`Store`] opens (and brings up to date) `docket.db` in a data folder. Transactions are
//! closures: `store.read(|r| findings::page(r, …))`, `store.write(|tx| …)`. One thread
//! writes, a few read; each closure sees one consistent state. What nobody waits for is
//! written in a lull ([`Store::write_later`]). Several processes may work on one data folder:
//! SQLite's WAL lets them read side by side and write one after the other, [`leases`] keep
//! exclusive work apart, and [`Store::changes`] tells one process of the other's writes.
//!
//! The modules are plain functions over [`Read`] and [`Tx`] (a `Tx` reads too).
//! A report enters through [`Staging`]: nothing of it is visible before it is whole.
//!
//! Deliberately absent: HTTP, file formats, secrets (only where a secret is kept is
//! stored), and any clock but the one passed to [`Store::open`].

mod access;
mod again;
mod alive;
mod body;
mod body_block;
mod columns;
mod fault;
mod filter;
mod log;
mod open;
mod queue;
mod recovery;
mod staging;
mod store;
mod told;

pub mod applications;
pub mod connections;
pub mod counts;
pub mod exchanges;
pub mod facts;
pub mod findings;
pub mod imports;
pub mod jobs;
mod labels;
pub mod leases;
pub mod links;
pub mod mappings;
pub mod marker_index;
pub mod owners;
pub mod pace;
pub mod plans;
pub mod proposals;
pub mod push;
pub mod raw;
pub mod settings;
pub mod take_back;
pub mod watch;

pub use access::{Read, Tx};
pub use again::again;
pub use open::DATABASE_FILE;
pub use staging::{Batch, FinishOptions, Glance, Preparer, RunIndex, Source, Staging};
pub use store::{Recovered, Store};
