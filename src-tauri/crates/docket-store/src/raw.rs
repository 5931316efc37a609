//! Records as reports had them: packed together in blocks on their way in, unpacked one by one
//! when somebody asks.
//!
//! One record alone packs badly (a JSON object of 900 bytes to a half); some hundred together pack
//! to a sixth. A block is [`BLOCK`] bytes of records one behind the other; a finding knows block,
//! place and length. A block is packed by whichever thread has time ([`Press`]); what an import may bring is
//! counted there, so a few blocks more may come in. Records that are too long, or more than an import may bring, are not kept,
//! and whoever imports is told how many ([`Packer::left_out`]).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use docket_domain::{FindingId, ImportId, Problem, RawForm, RawRecord};
use zstd::bulk::{Compressor, decompress};

use crate::access::{Read, word};

/// How much text is packed together, bytes.
const BLOCK: usize = 256 * 1024;
/// The longest record that is kept, bytes.
const RECORD: usize = 1024 * 1024;
/// How much an import may bring, packed, bytes.
const IMPORT: u64 = 1024 * 1024 * 1024;
/// How hard is packed: beyond the first level, time doubles for a twentieth of the size.
const LEVEL: i32 = 1;

/// Where a record lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawAt {
    /// Number of the block within its import, from 1.
    pub(crate) block: u32,
    /// First byte within the unpacked block.
    pub(crate) at: u32,
    /// Length, bytes.
    pub(crate) length: u32,
}

/// Records packed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawBlock {
    pub(crate) number: u32,
    pub(crate) form: RawForm,
    pub(crate) length: u32,
    pub(crate) bytes: Vec<u8>,
}

/// A block that is full and not packed yet.
#[derive(Debug)]
pub struct Full {
    number: u32,
    form: RawForm,
    text: Vec<u8>,
    packed: Arc<AtomicU64>,
}

/// Packs full blocks, on whichever thread has time.
pub struct Press(Compressor<'static>);

impl Press {
    /// For the blocks of any import.
    pub fn new() -> Result<Self, Problem> {
        Compressor::new(LEVEL).map(Self).map_err(refused)
    }

    /// Packs a block.
    pub fn pack(&mut self, full: Full) -> Result<RawBlock, Problem> {
        let Full { number, form, text, packed } = full;
        let bytes = self.0.compress(&text).map_err(refused)?;
        packed.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(RawBlock { number, form, length: text.len() as u32, bytes })
    }
}

/// Lays the records of one import together.
pub struct Packer {
    text: Vec<u8>,
    form: RawForm,
    number: u32,
    packed: Arc<AtomicU64>,
    left_out: u64,
    room: u64,
}

fn refused(cause: impl std::fmt::Display) -> Problem {
    Problem::internal(format!("records could not be packed: {cause}"))
}

impl Default for Packer {
    fn default() -> Self {
        Self::new()
    }
}

impl Packer {
    /// Fills blocks whose numbers follow this one.
    pub fn after(number: u32) -> Self {
        Self {
            text: Vec::with_capacity(BLOCK),
            form: RawForm::Text,
            number: number + 1,
            packed: Arc::default(),
            left_out: 0,
            room: IMPORT,
        }
    }

    /// Fills the blocks of an import.
    #[must_use]
    pub fn new() -> Self {
        Self::after(0)
    }

    /// Lays a record into the block that is being filled, and gives each block that is full to
    /// `full`. None for a record that is not kept.
    pub fn add(
        &mut self,
        form: RawForm,
        record: &[u8],
        mut full: impl FnMut(Full) -> Result<(), Problem>,
    ) -> Result<Option<RawAt>, Problem> {
        if record.len() > RECORD || self.packed.load(Ordering::Relaxed) >= self.room {
            self.left_out += 1;
            return Ok(None);
        }
        let is_other = form != self.form && !self.text.is_empty();
        if is_other || self.text.len() + record.len() > BLOCK {
            self.close().map_or(Ok(()), &mut full)?;
        }
        self.form = form;
        let at = self.text.len() as u32;
        self.text.extend_from_slice(record);
        Ok(Some(RawAt { block: self.number, at, length: record.len() as u32 }))
    }

    /// The block that is being filled, if anything is in it.
    pub fn close(&mut self) -> Option<Full> {
        if self.text.is_empty() {
            return None;
        }
        let text = std::mem::replace(&mut self.text, Vec::with_capacity(BLOCK));
        let full = Full { number: self.number, form: self.form, text, packed: Arc::clone(&self.packed) };
        self.number += 1;
        Some(full)
    }

    /// How many records were not kept.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }
}

/// The unpacked text of a block.
pub(crate) fn unpacked(bytes: &[u8], length: usize) -> Result<Vec<u8>, Problem> {
    let damaged = |cause: String| {
        Problem::new(docket_domain::Code::Store, "A record of a report cannot be unpacked.")
            .hint("The database may be damaged: import the report again.")
            .because(cause)
    };
    // No block is longer than this: a damaged length asks for no more memory.
    let text =
        decompress(bytes, length.min(BLOCK.max(RECORD))).map_err(|cause| damaged(cause.to_string()))?;
    if text.len() == length { Ok(text) } else { Err(damaged(format!("{} of {length} bytes", text.len()))) }
}

/// What a finding was made of; none when it is not kept.
pub fn of(read: &Read<'_>, finding: FindingId) -> Result<Option<RawRecord>, Problem> {
    let found = read.first(
        "SELECT r.at, r.length, b.form, b.length AS unpacked, b.bytes, i.id AS import, i.file FROM finding_raw r \
         JOIN raw_block b ON b.id = r.block JOIN import i ON i.id = b.import \
         WHERE r.finding = ?1 ORDER BY r.block DESC LIMIT 1",
        [finding.0],
        |row| {
            Ok((
                row.get::<_, i64>("at")? as usize,
                row.get::<_, i64>("length")? as usize,
                word::<RawForm>(row, "form")?,
                row.get::<_, i64>("unpacked")? as usize,
                row.get::<_, Vec<u8>>("bytes")?,
                ImportId(row.get("import")?),
                row.get::<_, String>("file")?,
            ))
        },
    )?;
    let Some((at, length, form, full, bytes, import, file)) = found else { return Ok(None) };
    let block = unpacked(&bytes, full)?;
    let record = at.checked_add(length).and_then(|end| block.get(at..end)).unwrap_or_default();
    Ok(Some(RawRecord { form, text: String::from_utf8_lossy(record).into_owned(), file, import }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(records: &[(RawForm, &[u8])], room: u64) -> (Vec<Option<RawAt>>, Vec<RawBlock>, u64) {
        let mut packer = Packer { room, ..Packer::new() };
        let mut press = Press::new().unwrap();
        let mut blocks = Vec::new();
        let mut places = Vec::new();
        for (form, record) in records {
            let place = packer.add(*form, record, |block| {
                blocks.push(press.pack(block)?);
                Ok(())
            });
            places.push(place.unwrap());
        }
        blocks.extend(packer.close().map(|full| press.pack(full).unwrap()));
        (places, blocks, packer.left_out())
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        let long = vec![b'x'; BLOCK - 3];
        let records: Vec<(RawForm, &[u8])> = vec![
            (RawForm::Json, b"{\"a\":1}"),
            (RawForm::Json, &long),
            (RawForm::Json, b""),
            (RawForm::Csv, b"a,b\n1,2"),
        ];
        let (places, blocks, left_out) = pack(&records, IMPORT);
        assert_eq!(left_out, 0, "all of them fit");
        assert_eq!(blocks.len(), 3, "a block is closed when it is full, and when another form comes");
        for ((form, record), place) in records.iter().zip(places) {
            let place = place.expect("kept");
            let block = blocks.iter().find(|block| block.number == place.block).expect("its block");
            let text = unpacked(&block.bytes, block.length as usize).unwrap();
            let (at, length) = (place.at as usize, place.length as usize);
            assert_eq!(&text[at..at + length], *record, "as it was");
            assert_eq!(block.form, *form, "in its form");
        }
    }

    #[test]
    fn what_is_too_much_is_left_out_and_counted() {
        let long = vec![b'x'; RECORD + 1];
        let (places, _, left_out) = pack(&[(RawForm::Json, &long), (RawForm::Json, b"{}")], IMPORT);
        assert_eq!((places[0], places[1].is_some()), (None, true), "one record is too long");
        assert_eq!(left_out, 1, "and counted");
        let noise: Vec<u8> = (0..BLOCK as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let many: Vec<(RawForm, &[u8])> = (0..9).map(|_| (RawForm::Json, noise.as_slice())).collect();
        let (places, _, left_out) = pack(&many, 1);
        assert!(places[0].is_some() && places[8].is_none(), "an import has its share");
        assert!(left_out > 0, "and counted");
    }

    #[test]
    fn a_damaged_block_is_an_error() {
        assert!(unpacked(b"no block", 100).is_err(), "not what was written");
        assert!(unpacked(b"", usize::MAX).is_err(), "nothing at all");
    }
}
