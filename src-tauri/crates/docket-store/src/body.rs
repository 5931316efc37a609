//! The body of a finding as it lies in the database: packed, because bodies are half of everything
//! and are read one at a time.
//!
//! A single body of some 1,300 bytes packs badly by itself; with a dictionary of the shapes that all
//! bodies share it packs to a third. A packed body is a BLOB: the number of its dictionary, its length
//! unpacked (4 bytes, lowest first), and a Zstandard frame without magic extras. A body that an older
//! Docket wrote is TEXT and stays as it is until it is written anew. Bodies of a first import lie
//! [together](crate::body_block). In statements, [`BODY`](crate::body_block::BODY) is the JSON of any.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::LazyLock;

use docket_domain::Problem;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::CParameter;

use crate::body_block::{self, BodyAt};
use crate::fault::sql;

/// How hard is packed.
const LEVEL: i32 = -1;

/// What bodies have in common. Packed bodies cannot be read without it, so it never changes: a better
/// one gets another number.
const SHAPES: &[u8] = include_bytes!("body.dict");
/// The number of [`SHAPES`].
const BY_SHAPES: u8 = 1;
/// Bytes before the frame.
const HEAD: usize = 5;
/// A body is never longer; what says so is damaged.
pub(crate) const LONGEST: usize = 256 * 1024 * 1024;

static TO_PACK: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(SHAPES, LEVEL));
static TO_UNPACK: LazyLock<DecoderDictionary<'static>> = LazyLock::new(|| DecoderDictionary::copy(SHAPES));

thread_local! {
    // One for each thread that reads: setting one up takes longer than unpacking a body.
    static READER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
    // The block that was unpacked last, packed and unpacked: bodies are often read in order.
    static LAST_BLOCK: RefCell<(Vec<u8>, Vec<u8>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

/// Packs bodies.
pub(crate) struct BodyPacker(Compressor<'static>);

impl BodyPacker {
    pub(crate) fn new() -> Result<Self, Problem> {
        let mut compressor = Compressor::with_prepared_dictionary(&TO_PACK).map_err(refused)?;
        // The length and the dictionary stand before the frame already.
        for parameter in [CParameter::ContentSizeFlag(false), CParameter::DictIdFlag(false)] {
            compressor.set_parameter(parameter).map_err(refused)?;
        }
        Ok(Self(compressor))
    }

    /// Appends the packed body.
    pub(crate) fn pack(&mut self, body: &[u8], out: &mut Vec<u8>) -> Result<(), Problem> {
        out.push(BY_SHAPES);
        out.extend_from_slice(&(body.len() as u32).to_le_bytes());
        let from = out.len();
        out.resize(from + zstd::zstd_safe::compress_bound(body.len()), 0);
        let written = self.0.compress_to_buffer(body, &mut out[from..]).map_err(refused)?;
        out.truncate(from + written);
        Ok(())
    }
}

/// The JSON of a body, packed or not.
pub(crate) fn unpack(body: ValueRef<'_>) -> Result<Cow<'_, str>, Problem> {
    let bytes = match body {
        ValueRef::Text(text) => return std::str::from_utf8(text).map(Cow::Borrowed).map_err(damaged),
        ValueRef::Blob(bytes) => bytes,
        _ => return Err(damaged("neither text nor bytes")),
    };
    let (Some(&number), Some(length), Some(frame)) = (bytes.first(), bytes.get(1..HEAD), bytes.get(HEAD..))
    else {
        return Err(damaged("too short"));
    };
    if number != BY_SHAPES {
        return Err(damaged(format!("packed in a way that is not known ({number})")));
    }
    let length = length.iter().rev().fold(0, |sum, &byte| sum << 8 | usize::from(byte));
    if length > LONGEST {
        return Err(damaged("too long"));
    }
    let text = READER.with_borrow_mut(|reader| {
        let reader = match reader {
            Some(reader) => reader,
            None => {
                reader.insert(Decompressor::with_prepared_dictionary(&TO_UNPACK).map_err(|e| e.to_string())?)
            }
        };
        reader.decompress(frame, length).map_err(|e| e.to_string())
    });
    let text = text.map_err(damaged)?;
    if text.len() != length {
        return Err(damaged(format!("{} of {length} bytes", text.len())));
    }
    String::from_utf8(text).map(Cow::Owned).map_err(damaged)
}

/// The JSON of a body that may lie in a block.
fn unpack_in(body: ValueRef<'_>, block: ValueRef<'_>) -> Result<String, Problem> {
    let Some(place) = BodyAt::read(body)? else { return unpack(body).map(Cow::into_owned) };
    let ValueRef::Blob(bytes) = block else { return Err(damaged("the block that it lies in is gone")) };
    LAST_BLOCK.with_borrow_mut(|last| {
        if last.0 != bytes {
            *last = (bytes.to_vec(), body_block::unpack(bytes)?);
        }
        place.within(&last.1).map(str::to_owned)
    })
}

/// Makes `block_of(body)` and `unpacked(body, bytes of its block)` known to a connection's statements.
pub(crate) fn register(conn: &Connection) -> Result<(), Problem> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let failed = |problem: Problem| rusqlite::Error::UserFunctionError(problem.to_string().into());
    conn.create_scalar_function("block_of", 1, flags, move |context| {
        BodyAt::read(context.get_raw(0)).map(|place| place.map(|place| place.block)).map_err(failed)
    })
    .map_err(sql)?;
    conn.create_scalar_function("unpacked", 2, flags, move |context| {
        unpack_in(context.get_raw(0), context.get_raw(1)).map_err(failed)
    })
    .map_err(sql)
}

fn refused(cause: impl std::fmt::Display) -> Problem {
    Problem::internal(format!("a finding could not be packed: {cause}"))
}

pub(crate) fn damaged(cause: impl std::fmt::Display) -> Problem {
    Problem::new(docket_domain::Code::Store, "A finding cannot be unpacked.")
        .hint("The database may be damaged: import the report again.")
        .because(cause.to_string())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    fn packed(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        BodyPacker::new().unwrap().pack(text.as_bytes(), &mut out).unwrap();
        out
    }

    #[test]
    fn what_was_packed_is_unpacked_and_text_is_taken_as_it_is() {
        for text in ["", "{}", "Grüße \u{1F600}", &"{\"title\":\"x\"}".repeat(30_000)] {
            let bytes = packed(text);
            assert_eq!(unpack(ValueRef::Blob(&bytes)).unwrap(), text, "as it was");
            assert_eq!(unpack(ValueRef::Text(text.as_bytes())).unwrap(), text, "what an older Docket wrote");
        }
    }

    #[test]
    fn a_body_packs_to_a_third() {
        let mut found = docket_domain::Found::new("java/sql", "Value flows into a query without validation");
        found.locations.push(docket_domain::Location::nowhere());
        let text = docket_domain::identity::record_text(&found);
        let bytes = packed(&text);
        assert!(bytes.len() * 3 < text.len(), "{} of {} bytes", bytes.len(), text.len());
    }

    #[test]
    fn the_dictionary_never_changes() {
        assert_eq!(
            docket_domain::identity::hex(&Sha256::digest(SHAPES)),
            "e74c834c207cf7ee44a95cc15d7211a8e5e718fcef44b19a3e8464dc025e9ad8",
            "packed bodies need the very bytes: a better dictionary gets another number"
        );
    }

    #[test]
    fn damaged_bodies_are_a_problem_and_never_a_panic() {
        let whole = packed("{\"title\":\"some text\"}");
        for cut in 0..whole.len() {
            assert!(unpack(ValueRef::Blob(&whole[..cut])).is_err(), "cut at {cut}");
        }
        let mut other = whole.clone();
        other[0] = 9;
        assert!(unpack(ValueRef::Blob(&other)).is_err(), "another dictionary");
        other = whole;
        other[1..HEAD].fill(0xff);
        assert!(unpack(ValueRef::Blob(&other)).is_err(), "a length that asks for all memory");
        assert!(unpack(ValueRef::Null).is_err(), "nothing");
    }
}
