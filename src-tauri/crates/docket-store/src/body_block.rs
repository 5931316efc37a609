//! Bodies that lie together. What a first import brings is read one at a time and written by the
//! hundred thousand: some fifty bodies packed together take a third of what they take alone, and less
//! time.
//!
//! A body in a block is told by a BLOB in its place: [`IN_BLOCK`], then the number of the block, the
//! first byte within the unpacked block and the length, each in seven bits a byte, the lowest first. A
//! body that is written anew lies alone again. A block goes when the last body in it has gone.

use docket_domain::Problem;
use rusqlite::types::ValueRef;
use zstd::bulk::Compressor;

use crate::access::Tx;
use crate::body::damaged;

/// How much text is packed together, bytes.
pub(crate) const BLOCK: usize = 64 * 1024;
/// How hard is packed.
const LEVEL: i32 = 1;
/// Stands where the number of a dictionary stands in a body that lies alone.
pub(crate) const IN_BLOCK: u8 = 2;
/// Stands before the length and the frame of a packed block.
const WHOLE: u8 = 3;
/// Bytes before the frame.
const HEAD: usize = 5;

/// The body of a finding `b` (a row of `finding_body`) as JSON, wherever it lies.
pub(crate) const BODY: &str =
    "unpacked(b.body, (SELECT k.bytes FROM main.body_block k WHERE k.id = block_of(b.body)))";

/// Where a body lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BodyAt {
    pub block: i64,
    pub at: u32,
    pub length: u32,
}

impl BodyAt {
    /// Appends what stands in the body's place.
    pub fn write(self, out: &mut Vec<u8>) {
        out.push(IN_BLOCK);
        for number in [self.block as u64, self.at.into(), self.length.into()] {
            let mut rest = number;
            while rest >= 0x80 {
                out.push((rest as u8 & 0x7f) | 0x80);
                rest >>= 7;
            }
            out.push(rest as u8);
        }
    }

    /// Where a body lies, unless it lies alone.
    pub fn read(body: ValueRef<'_>) -> Result<Option<Self>, Problem> {
        let ValueRef::Blob([IN_BLOCK, rest @ ..]) = body else { return Ok(None) };
        let mut rest = rest.iter();
        let mut number = || {
            let mut n = 0_u64;
            for shift in (0..63).step_by(7) {
                let byte = rest.next()?;
                n |= u64::from(byte & 0x7f) << shift;
                if *byte < 0x80 {
                    return Some(n);
                }
            }
            None
        };
        let mut next = || number().ok_or_else(|| damaged("where its body lies is cut off"));
        let (block, at, length) = (next()?, next()?, next()?);
        let short = |n: u64| u32::try_from(n).map_err(damaged);
        Ok(Some(Self { block: block as i64, at: short(at)?, length: short(length)? }))
    }

    /// The body, out of its unpacked block.
    pub fn within(self, block: &[u8]) -> Result<&str, Problem> {
        let from = self.at as usize;
        let bytes =
            block.get(from..from + self.length as usize).ok_or_else(|| damaged("its block is too short"))?;
        std::str::from_utf8(bytes).map_err(damaged)
    }
}

/// Packs blocks.
pub(crate) struct BlockPacker(Compressor<'static>);

impl BlockPacker {
    pub fn new() -> Result<Self, Problem> {
        Compressor::new(LEVEL).map(Self).map_err(Problem::internal)
    }

    pub fn pack(&mut self, text: &[u8]) -> Result<Vec<u8>, Problem> {
        let mut out = vec![0; HEAD + zstd::zstd_safe::compress_bound(text.len())];
        out[0] = WHOLE;
        out[1..HEAD].copy_from_slice(&(text.len() as u32).to_le_bytes());
        let written = self.0.compress_to_buffer(text, &mut out[HEAD..]).map_err(Problem::internal)?;
        out.truncate(HEAD + written);
        // It waits for the writer; what is left over would wait with it.
        out.shrink_to_fit();
        Ok(out)
    }
}

/// The text of a packed block.
pub(crate) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let (Some(&WHOLE), Some(length), Some(frame)) = (bytes.first(), bytes.get(1..HEAD), bytes.get(HEAD..))
    else {
        return Err(damaged("its block is packed in a way that is not known"));
    };
    let length = length.iter().rev().fold(0, |sum, &byte| sum << 8 | usize::from(byte));
    let text = zstd::bulk::decompress(frame, length.min(crate::body::LONGEST)).map_err(damaged)?;
    if text.len() == length {
        Ok(text)
    } else {
        Err(damaged(format!("{} of {length} bytes of its block", text.len())))
    }
}

/// The number that the next blocks are counted from.
pub(crate) fn base(tx: &Tx<'_>) -> Result<i64, Problem> {
    tx.number("SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'body_block'), 0)", [])
}

/// Lets blocks go in which no body is any more.
pub(crate) fn sweep(tx: &Tx<'_>) -> Result<(), Problem> {
    tx.execute(
        "DELETE FROM body_block WHERE NOT EXISTS (SELECT 1 FROM finding_body b WHERE b.finding BETWEEN \
         body_block.first AND body_block.last AND block_of(b.body) = body_block.id)",
        [],
    )
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_body_lies_is_read_as_it_was_written() {
        for (block, at, length) in
            [(1, 0, 0), (127, 128, 16_384), (i64::from(u32::MAX) * 9, u32::MAX, u32::MAX)]
        {
            let place = BodyAt { block, at, length };
            let mut bytes = Vec::new();
            place.write(&mut bytes);
            assert_eq!(BodyAt::read(ValueRef::Blob(&bytes)).unwrap(), Some(place));
            for cut in 1..bytes.len() {
                assert!(BodyAt::read(ValueRef::Blob(&bytes[..cut])).is_err(), "{place:?} cut at {cut}");
            }
        }
        assert_eq!(BodyAt::read(ValueRef::Blob(&[1, 2, 3])).unwrap(), None, "one that lies alone");
        assert_eq!(BodyAt::read(ValueRef::Text(b"{}")).unwrap(), None, "one of an older Docket");
    }

    #[test]
    fn a_block_that_is_damaged_is_a_problem_and_never_a_panic() {
        let text = "{\"title\":\"some text\"}".repeat(200);
        let whole = BlockPacker::new().unwrap().pack(text.as_bytes()).unwrap();
        assert_eq!(unpack(&whole).unwrap(), text.as_bytes(), "as it was");
        assert!(whole.len() * 20 < text.len(), "{} of {} bytes", whole.len(), text.len());
        for cut in 0..whole.len() {
            assert!(unpack(&whole[..cut]).is_err(), "cut at {cut}");
        }
        let mut other = whole.clone();
        other[1..HEAD].fill(0xff);
        assert!(unpack(&other).is_err(), "a length that asks for all memory");
        for (at, length) in [(0, 5_000), (4_200, 1), (u32::MAX, 1)] {
            assert!(BodyAt { block: 1, at, length }.within(text.as_bytes()).is_err(), "{length} from {at}");
        }
        assert!(BodyAt { block: 1, at: 1, length: 1 }.within("é".as_bytes()).is_err(), "half a character");
    }
}
