//! Walks a JSON text from front to back with a fixed buffer.
//!
//! Invariants: nesting costs one byte per level and is limited by [`DEPTH`]; line and column
//! are those of the decoded text; how the reader cuts its chunks does not matter.

use std::io::Read;

use super::fault::Fault;
use super::kept::Kept;
use super::key::{Key, Keys};
use super::repairs::Repairs;
use super::tree::Json;

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

/// Where an object or array is being read; see [`Scanner::key`] and [`Scanner::item`].
#[derive(Debug)]
pub(crate) struct Members {
    first: bool,
}

/// A streaming reader of JSON.
pub(crate) struct Scanner<R> {
    from: R,
    pub(super) buffer: Vec<u8>,
    pub(super) at: usize,
    end: usize,
    /// Bytes before the buffer.
    before: u64,
    line: u64,
    /// Offset of the current line's first byte.
    line_start: u64,
    open: Vec<u8>,
    pub(super) kept: Kept,
    keys: Keys,
    /// Of the objects and lists that are being read into trees: what is complete of them.
    pub(super) fields: Vec<(Key, Json)>,
    pub(super) items: Vec<Json>,
    /// What was repaired on the way.
    pub(crate) repairs: Repairs,
}

impl<R: Read> Scanner<R> {
    pub(crate) fn new(from: R) -> Self {
        Self::with_buffer(from, BUFFER)
    }

    /// The same for a text of this length: a record in a line takes no more than it is long. `keys`
    /// are those of the lines before ([`into_keys`](Self::into_keys)).
    pub(crate) fn of_length(from: R, length: usize, keys: Keys) -> Self {
        Self { keys, ..Self::with_buffer(from, length.clamp(LEAST_BUFFER, BUFFER)) }
    }

    /// The names that were read.
    pub(crate) fn into_keys(self) -> Keys {
        self.keys
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
            keys: Keys::default(),
            fields: Vec::new(),
            items: Vec::new(),
            repairs: Repairs::default(),
        }
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

    #[cold]
    fn unexpected<T>(&self, wanted: &str, found: u8) -> Result<T, Fault> {
        self.fail(format!("expected {wanted} and found {}", shown(found)))
    }

    #[cold]
    fn not_closed<T>(&self, closer: u8, found: u8) -> Result<T, Fault> {
        self.fail(format!("expected , or {} and found {}", shown(closer), shown(found)))
    }

    #[cold]
    fn loose_comma<T>(&self, closer: u8) -> Result<T, Fault> {
        self.fail(format!("a comma stands before {}", shown(closer)))
    }

    #[cold]
    fn at_end<T>(&self) -> Result<T, Fault> {
        Err(Fault::End { line: self.line, column: self.column() })
    }

    /// Makes at least one byte available; false at the end of the text.
    #[inline]
    pub(super) fn fill(&mut self) -> Result<bool, Fault> {
        if self.at < self.end { Ok(true) } else { self.read_on() }
    }

    #[cold]
    fn read_on(&mut self) -> Result<bool, Fault> {
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
    #[inline]
    pub(super) fn chunk(&mut self) -> Result<&[u8], Fault> {
        self.fill()?;
        Ok(&self.buffer[self.at..self.end])
    }

    /// The bytes at hand, which may be none.
    #[inline]
    pub(super) fn at_hand(&self) -> &[u8] {
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }

    #[inline]
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
    #[inline]
    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        if !self.fill()? {
            return self.at_end();
        }
        let byte = self.buffer[self.at];
        self.at += 1;
        Ok(byte)
    }

    /// The next byte behind white space, not consumed; `None` at the end of the text.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Fault> {
        match self.at_hand() {
            [byte, ..] if *byte > b' ' => Ok(Some(*byte)),
            _ => self.behind_blanks(),
        }
    }

    fn behind_blanks(&mut self) -> Result<Option<u8>, Fault> {
        while self.fill()? {
            while let [byte, ..] = self.at_hand() {
                match byte {
                    b'\n' => {
                        self.at += 1;
                        self.newline();
                        self.pass_indent();
                    }
                    b' ' | b'\t' | b'\r' => self.at += 1,
                    byte => return Ok(Some(*byte)),
                }
            }
        }
        Ok(None)
    }

    /// Passes over the blanks that a line begins with, many at a time.
    fn pass_indent(&mut self) {
        const EIGHT: &[u8] = b"        ";
        let rest = self.at_hand();
        let blanks = rest.chunks_exact(EIGHT.len()).take_while(|blanks| *blanks == EIGHT).count();
        self.at += blanks * EIGHT.len();
    }

    #[inline]
    fn must_peek(&mut self) -> Result<u8, Fault> {
        match self.peek()? {
            Some(byte) => Ok(byte),
            None => self.at_end(),
        }
    }

    /// What the next value is; nothing of it is consumed.
    #[inline]
    pub(crate) fn kind(&mut self) -> Result<Kind, Fault> {
        match self.must_peek()? {
            b'{' => Ok(Kind::Object),
            b'[' => Ok(Kind::Array),
            b'"' => Ok(Kind::String),
            b'-' | b'0'..=b'9' => Ok(Kind::Number),
            b't' | b'f' | b'n' | b'N' | b'I' => Ok(Kind::Word),
            other => self.unexpected("a value", other),
        }
    }

    /// Goes into the object or array that comes next.
    #[inline]
    pub(crate) fn enter(&mut self) -> Result<Members, Fault> {
        match self.must_peek()? {
            b'{' | b'[' => {
                self.at += 1;
                Ok(Members { first: true })
            }
            other => self.unexpected("{ or [", other),
        }
    }

    /// The next key of the object; `None` behind its end. The value has to be read or skipped.
    pub(crate) fn key(&mut self, members: &mut Members) -> Result<Option<Key>, Fault> {
        if !self.more(members, b'}')? {
            return Ok(None);
        }
        if self.must_peek()? != b'"' {
            return self.fail("expected a name in quotes");
        }
        let key = if let Some(key) = self.known_key() {
            key
        } else {
            let text = self.string(KEY_BYTES)?;
            self.keys.remember(&text)
        };
        self.colon()?;
        Ok(Some(key))
    }

    /// The name that comes next, consumed, if it is one that was read before.
    #[inline]
    fn known_key(&mut self) -> Option<Key> {
        let rest = self.buffer.get(self.at + 1..self.end)?;
        let length = memchr::memchr(b'"', rest)?;
        let key = self.keys.known(&rest[..length])?.clone();
        self.at += length + 2;
        Some(key)
    }

    /// True when the array has a next element, which has to be read or skipped.
    #[inline]
    pub(crate) fn item(&mut self, members: &mut Members) -> Result<bool, Fault> {
        self.more(members, b']')
    }

    #[inline]
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
                if self.must_peek()? == closer { self.loose_comma(closer) } else { Ok(true) }
            }
            byte if byte == closer => {
                self.at += 1;
                Ok(false)
            }
            other => self.not_closed(closer, other),
        }
    }

    #[inline]
    pub(super) fn colon(&mut self) -> Result<(), Fault> {
        match self.must_peek()? {
            b':' => {
                self.at += 1;
                Ok(())
            }
            other => self.unexpected(":", other),
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

    /// True when nothing but white space follows, or lines of a log.
    pub(crate) fn is_over(&mut self) -> Result<bool, Fault> {
        Ok(match self.peek()? {
            None => true,
            Some(next) => self.begins_log(next),
        })
    }

    /// Whether this byte, which is the next one, begins a line that is no JSON: then the text that
    /// was wanted as JSON is over, and what else came the same way follows (`2>&1`).
    fn begins_log(&self, next: u8) -> bool {
        self.line > 1
            && self.column() == 1
            && !matches!(next, b'{' | b'}' | b'[' | b']' | b'"' | b',' | b':' | b'`')
    }

    /// Checks that nothing but white space follows, or lines of a log, which are noted.
    pub(crate) fn finish(&mut self) -> Result<(), Fault> {
        match self.peek()? {
            None => Ok(()),
            Some(next) if self.begins_log(next) => {
                Repairs::note(&mut self.repairs.logs, self.line);
                Ok(())
            }
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
