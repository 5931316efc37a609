//! The text of a record as it is spelt, kept while its tree is read.

use std::io::Read;

use super::scanner::Scanner;
use super::tree::RECORD_BYTES;

/// The text of a record, as long as it is wanted.
#[derive(Default)]
pub(super) struct Kept {
    wanted: bool,
    /// What is not in the buffer any more.
    bytes: Vec<u8>,
    /// Where in the buffer the rest begins and ends.
    from: usize,
    to: usize,
    is_open: bool,
    is_long: bool,
}

impl<R: Read> Scanner<R> {
    /// From now on each [record](Self::record)'s text can be had ([`kept`](Self::kept)).
    pub(crate) fn keep_records(&mut self) {
        self.kept.wanted = true;
    }

    /// The text of the record that was read last; none unless asked for, or when it is longer than
    /// a record may be.
    pub(crate) fn kept(&self) -> Option<&[u8]> {
        let kept = &self.kept;
        match (kept.wanted && !kept.is_open && !kept.is_long, kept.bytes.is_empty()) {
            (false, _) => None,
            // It lies whole in the buffer still, as nearly all do.
            (true, true) => self.buffer.get(kept.from..kept.to),
            (true, false) => Some(&kept.bytes),
        }
    }

    /// What is read from here on belongs to a record.
    pub(super) fn begin_keeping(&mut self) {
        if self.kept.wanted {
            self.kept.bytes.clear();
            (self.kept.from, self.kept.is_open, self.kept.is_long) = (self.at, true, false);
        }
    }

    /// The record ends here.
    pub(super) fn end_keeping(&mut self) {
        if self.kept.is_open {
            if !self.kept.bytes.is_empty() {
                self.spill();
            }
            (self.kept.to, self.kept.is_open) = (self.at, false);
        }
    }

    /// Puts aside what was read of the record that is being read, before the buffer goes on.
    pub(super) fn spill(&mut self) {
        let kept = &mut self.kept;
        if !kept.is_open {
            return;
        }
        let read = self.buffer.get(kept.from..self.at).unwrap_or_default();
        if kept.bytes.len() + read.len() > RECORD_BYTES as usize {
            kept.is_long = true;
            kept.bytes = Vec::new();
        } else if !kept.is_long {
            kept.bytes.extend_from_slice(read);
        }
        kept.from = 0;
    }
}
