//! Walks a JSON text from front to back with a fixed buffer.
//!
//! Invariants: nesting costs one byte per level and is limited by [`DEPTH`]; line and column
//! are those of the decoded text; how the reader cuts its chunks does not matter.

use std::io::Read;

use super::fault::Fault;
use super::tree::RECORD_BYTES;

/// How deeply values may nest. Deeper is an error, never a stack overflow.
pub(crate) const DEPTH: usize = 20_000;

/// How much of a name is kept.
const KEY_BYTES: usize = 64 * 1024;

const BUFFER: usize = 64 * 1024;
/// What [`Scanner::ahead`] needs, and more.
const LEAST_BUFFER: usize = 64;

/// What a value begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    Word,
}

/// Things that are not JSON but were read all the same, with the line of the first of each.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Repairs {
    /// `NaN` and `Infinity`, read as absent.
    pub not_numbers: (u64, u64),
    /// Halves of surrogate pairs, read as U+FFFD.
    pub surrogates: (u64, u64),
    /// NUL characters, read as U+FFFD.
    pub nuls: (u64, u64),
    /// Raw control characters inside strings.
    pub controls: (u64, u64),
}

impl Repairs {
    pub(super) fn note(slot: &mut (u64, u64), line: u64) {
        if slot.0 == 0 {
            slot.1 = line;
        }
        slot.0 += 1;
    }

    /// What two passes over the same text repaired together: what both saw counts once, raw
    /// control characters are seen only where texts are read, so each pass saw its own.
    pub(crate) fn merged(&self, other: &Self) -> Self {
        let more = |a: (u64, u64), b: (u64, u64)| if a.0 >= b.0 { a } else { b };
        let first = |a: (u64, u64), b: (u64, u64)| if a.0 == 0 { b } else { a };
        let both = |a: (u64, u64), b: (u64, u64)| (a.0 + b.0, first(a, b).1);
        Self {
            not_numbers: more(self.not_numbers, other.not_numbers),
            surrogates: more(self.surrogates, other.surrogates),
            nuls: more(self.nuls, other.nuls),
            controls: both(self.controls, other.controls),
        }
    }

    /// One sentence for each kind, with the line of its first occurrence.
    pub(crate) fn sentences(&self) -> Vec<(String, u64)> {
        [
            (self.not_numbers, "NaN or Infinity, which JSON does not know; read as absent"),
            (self.surrogates, "half of a surrogate pair in a text; replaced by \u{FFFD}"),
            (self.nuls, "NUL character in a text; replaced by \u{FFFD}"),
            (self.controls, "control character in a text that JSON wants escaped; read as it is"),
        ]
        .into_iter()
        .filter(|((count, _), _)| *count > 0)
        .map(|((count, line), what)| (format!("{count} × {what}."), line))
        .collect()
    }
}

/// Where an object or array is being read; see [`Scanner::key`] and [`Scanner::item`].
#[derive(Debug)]
pub(crate) struct Members {
    first: bool,
}

/// The text of a record, as long as it is wanted.
#[derive(Default)]
struct Kept {
    wanted: bool,
    /// What is not in the buffer any more.
    bytes: Vec<u8>,
    /// Where in the buffer the rest begins and ends.
    from: usize,
    to: usize,
    is_open: bool,
    is_long: bool,
}

/// A streaming reader of JSON.
pub(crate) struct Scanner<R> {
    from: R,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    /// Bytes before the buffer.
    before: u64,
    line: u64,
    /// Offset of the current line's first byte.
    line_start: u64,
    open: Vec<u8>,
    kept: Kept,
    /// What was repaired on the way.
    pub(crate) repairs: Repairs,
}

impl<R: Read> Scanner<R> {
    pub(crate) fn new(from: R) -> Self {
        Self::with_buffer(from, BUFFER)
    }

    /// The same for a text of this length: a record in a line takes no more than it is long.
    pub(crate) fn of_length(from: R, length: usize) -> Self {
        Self::with_buffer(from, length.clamp(LEAST_BUFFER, BUFFER))
    }

    fn with_buffer(from: R, bytes: usize) -> Self {
        Self {
            from,
            buffer: vec![0; bytes],
            at: 0,
            end: 0,
            before: 0,
            line: 1,
            line_start: 0,
            open: Vec::new(),
            kept: Kept::default(),
            repairs: Repairs::default(),
        }
    }

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
    fn spill(&mut self) {
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

    /// Bytes of text read so far.
    pub(crate) fn offset(&self) -> u64 {
        self.before + self.at as u64
    }

    /// Line of the next byte, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Column of the next byte, from 1, in bytes.
    pub(crate) fn column(&self) -> u64 {
        self.offset() - self.line_start + 1
    }

    pub(super) fn fail<T>(&self, message: impl Into<String>) -> Result<T, Fault> {
        Err(Fault::Syntax { message: message.into(), line: self.line, column: self.column() })
    }

    fn at_end<T>(&self) -> Result<T, Fault> {
        Err(Fault::End { line: self.line, column: self.column() })
    }

    /// Makes at least one byte available; false at the end of the text.
    pub(super) fn fill(&mut self) -> Result<bool, Fault> {
        if self.at < self.end {
            return Ok(true);
        }
        self.before += self.end as u64;
        self.spill();
        self.at = 0;
        self.end = 0;
        loop {
            match self.from.read(&mut self.buffer) {
                Ok(count) => {
                    self.end = count;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The bytes at hand; empty only at the end of the text.
    pub(super) fn chunk(&mut self) -> Result<&[u8], Fault> {
        self.fill()?;
        Ok(&self.buffer[self.at..self.end])
    }

    pub(super) fn advance(&mut self, count: usize) {
        self.at += count;
    }

    pub(super) fn chunk_is_used_up(&self) -> bool {
        self.at >= self.end
    }

    /// The next `N` bytes without consuming them; `None` when the text ends before.
    pub(super) fn ahead<const N: usize>(&mut self) -> Result<Option<[u8; N]>, Fault> {
        while self.end - self.at < N {
            self.spill();
            // Move what is left to the front and read on behind it.
            self.buffer.copy_within(self.at..self.end, 0);
            self.before += self.at as u64;
            self.end -= self.at;
            self.at = 0;
            let count = match self.from.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                outcome => outcome?,
            };
            if count == 0 {
                return Ok(None);
            }
            self.end += count;
        }
        let mut out = [0; N];
        out.copy_from_slice(&self.buffer[self.at..self.at + N]);
        Ok(Some(out))
    }

    /// Counts a line end that was just passed.
    pub(super) fn newline(&mut self) {
        self.line += 1;
        self.line_start = self.offset();
    }

    /// The next byte, which must exist; it is consumed.
    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        if !self.fill()? {
            return self.at_end();
        }
        let byte = self.buffer[self.at];
        self.at += 1;
        Ok(byte)
    }

    /// The next byte behind white space, not consumed; `None` at the end of the text.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Fault> {
        while self.fill()? {
            while self.at < self.end {
                match self.buffer[self.at] {
                    b'\n' => {
                        self.at += 1;
                        self.newline();
                    }
                    b' ' | b'\t' | b'\r' => self.at += 1,
                    byte => return Ok(Some(byte)),
                }
            }
        }
        Ok(None)
    }

    fn must_peek(&mut self) -> Result<u8, Fault> {
        match self.peek()? {
            Some(byte) => Ok(byte),
            None => self.at_end(),
        }
    }

    /// What the next value is; nothing of it is consumed.
    pub(crate) fn kind(&mut self) -> Result<Kind, Fault> {
        match self.must_peek()? {
            b'{' => Ok(Kind::Object),
            b'[' => Ok(Kind::Array),
            b'"' => Ok(Kind::String),
            b'-' | b'0'..=b'9' => Ok(Kind::Number),
            b't' | b'f' | b'n' | b'N' | b'I' => Ok(Kind::Word),
            other => self.fail(format!("expected a value and found {}", shown(other))),
        }
    }

    /// Goes into the object or array that comes next.
    pub(crate) fn enter(&mut self) -> Result<Members, Fault> {
        match self.must_peek()? {
            b'{' | b'[' => {
                self.at += 1;
                Ok(Members { first: true })
            }
            other => self.fail(format!("expected {{ or [ and found {}", shown(other))),
        }
    }

    /// The next key of the object; `None` behind its end. The value has to be read or skipped.
    pub(crate) fn key(&mut self, members: &mut Members) -> Result<Option<String>, Fault> {
        if !self.more(members, b'}')? {
            return Ok(None);
        }
        if self.must_peek()? != b'"' {
            return self.fail("expected a name in quotes");
        }
        let key = self.string(KEY_BYTES)?;
        self.colon()?;
        Ok(Some(key))
    }

    /// True when the array has a next element, which has to be read or skipped.
    pub(crate) fn item(&mut self, members: &mut Members) -> Result<bool, Fault> {
        self.more(members, b']')
    }

    fn more(&mut self, members: &mut Members, closer: u8) -> Result<bool, Fault> {
        let next = self.must_peek()?;
        if members.first {
            members.first = false;
            if next == closer {
                self.at += 1;
                return Ok(false);
            }
            return Ok(true);
        }
        match next {
            b',' => {
                self.at += 1;
                // A comma promises another member.
                if self.must_peek()? == closer {
                    return self.fail(format!("a comma stands before {}", shown(closer)));
                }
                Ok(true)
            }
            byte if byte == closer => {
                self.at += 1;
                Ok(false)
            }
            other => self.fail(format!("expected , or {} and found {}", shown(closer), shown(other))),
        }
    }

    pub(super) fn colon(&mut self) -> Result<(), Fault> {
        match self.must_peek()? {
            b':' => {
                self.at += 1;
                Ok(())
            }
            other => self.fail(format!("expected : and found {}", shown(other))),
        }
    }

    /// Passes over the next value, however deep, checking its syntax.
    pub(crate) fn skip(&mut self) -> Result<(), Fault> {
        let mut open = std::mem::take(&mut self.open);
        open.clear();
        let outcome = self.skip_with(&mut open);
        self.open = open;
        outcome
    }

    fn skip_with(&mut self, open: &mut Vec<u8>) -> Result<(), Fault> {
        loop {
            match self.kind()? {
                kind @ (Kind::Object | Kind::Array) => {
                    self.at += 1;
                    let closer = if kind == Kind::Object { b'}' } else { b']' };
                    if self.must_peek()? == closer {
                        self.at += 1;
                    } else {
                        open.push(closer);
                        if open.len() > DEPTH {
                            return self.fail(format!("values are nested more than {DEPTH} levels deep"));
                        }
                        if kind == Kind::Object {
                            self.skip_key()?;
                        }
                        continue;
                    }
                }
                Kind::String => self.skip_string()?,
                Kind::Number => drop(self.number()?),
                Kind::Word => drop(self.word()?),
            }
            // A value is complete: close what it completes.
            loop {
                let Some(closer) = open.last().copied() else { return Ok(()) };
                let mut members = Members { first: false };
                if self.more(&mut members, closer)? {
                    if closer == b'}' {
                        self.skip_key()?;
                    }
                    break;
                }
                open.pop();
            }
        }
    }

    fn skip_key(&mut self) -> Result<(), Fault> {
        if self.must_peek()? != b'"' {
            return self.fail("expected a name in quotes");
        }
        self.skip_string()?;
        self.colon()
    }

    /// True when nothing but white space follows.
    pub(crate) fn is_over(&mut self) -> Result<bool, Fault> {
        Ok(self.peek()?.is_none())
    }

    /// Checks that nothing but white space follows.
    pub(crate) fn finish(&mut self) -> Result<(), Fault> {
        match self.peek()? {
            None => Ok(()),
            Some(other) => self.fail(format!("the report is complete, but {} follows", shown(other))),
        }
    }
}

/// A byte as people can read it.
pub(super) fn shown(byte: u8) -> String {
    match byte {
        b'!'..=b'~' => format!("«{}»", char::from(byte)),
        0x80.. => "a character that is not ASCII".to_owned(),
        _ => format!("the control character {byte:#04x}"),
    }
}
