//! JSON as reports really are: streamed, repaired where that is safe, with places.
//!
//! Why not `serde_json` alone: a record of the wrong shape must cost that record and not the
//! file, a property bag 5 000 levels deep must be passed over, `NaN`, lone surrogates, NUL and
//! duplicate keys must be survived, and every record needs its line. [`Scanner`] walks the text
//! with a fixed buffer; [`Json`] holds one record at a time. Tests compare both with `serde_json`.

mod fault;
mod gist;
mod kept;
mod key;
mod outline;
mod repairs;
mod scanner;
mod spans;
mod strings;
mod tree;

pub(crate) use fault::Fault;
pub(crate) use gist::gist;
pub(crate) use key::{Key, Keys};
pub(crate) use outline::Outline;
pub(crate) use repairs::Repairs;
pub(crate) use scanner::{Kind, Scanner};
pub(crate) use spans::{address, spans};
pub(crate) use tree::{Json, Record, Room};

#[cfg(test)]
mod tests;
