//! Strings, numbers and words: the parts of JSON that need repair.

use std::io::Read;

use super::fault::Fault;
use super::repairs::Repairs;
use super::scanner::{Scanner, shown};
use super::tree::Json;

impl<R: Read> Scanner<R> {
    /// The string that comes next, its escapes resolved. At most `limit` bytes are kept.
    pub(crate) fn string(&mut self, limit: usize) -> Result<String, Fault> {
        self.byte()?;
        let rest = self.at_hand();
        let plain = plain_run(rest);
        if rest.get(plain) == Some(&b'"') && limit > 0 {
            // As nearly all are: it lies whole in the buffer and has no escape.
            let text = owned(&rest[..plain]);
            self.advance(plain + 1);
            return Ok(text);
        }
        self.string_in_parts(limit)
    }

    fn string_in_parts(&mut self, limit: usize) -> Result<String, Fault> {
        let mut out: Vec<u8> = Vec::new();
        loop {
            let chunk = self.chunk()?;
            let plain = plain_run(chunk);
            if out.len() < limit {
                out.extend_from_slice(&chunk[..plain]);
            }
            self.advance(plain);
            match self.byte_or_more(plain)? {
                None => {}
                Some(b'"') => break,
                Some(b'\\') => {
                    let c = self.escape()?;
                    if out.len() < limit {
                        push(c, &mut out);
                    }
                }
                Some(control) => {
                    let c = self.raw_control(control);
                    push(c, &mut out);
                }
            }
        }
        // The text is UTF-8 by construction; a limit may have cut a character.
        Ok(String::from_utf8(out)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// The special byte behind a plain run, or `None` when the run ended with the chunk.
    #[inline]
    fn byte_or_more(&mut self, plain: usize) -> Result<Option<u8>, Fault> {
        if plain > 0 && self.chunk_is_used_up() {
            return Ok(None);
        }
        self.byte().map(Some)
    }

    fn raw_control(&mut self, control: u8) -> char {
        let line = self.line();
        if control == 0 {
            Repairs::note(&mut self.repairs.nuls, line);
            return '\u{FFFD}';
        }
        Repairs::note(&mut self.repairs.controls, line);
        if control == b'\n' {
            self.newline();
        }
        char::from(control)
    }

    pub(super) fn skip_string(&mut self) -> Result<(), Fault> {
        self.byte()?;
        loop {
            let chunk = self.chunk()?;
            let plain = memchr::memchr3(b'"', b'\\', b'\n', chunk).unwrap_or(chunk.len());
            self.advance(plain);
            match self.byte_or_more(plain)? {
                None => {}
                Some(b'"') => return Ok(()),
                Some(b'\\') => drop(self.escape()?),
                Some(_) => self.newline(),
            }
        }
    }

    /// The character behind a backslash.
    #[inline]
    fn escape(&mut self) -> Result<char, Fault> {
        Ok(match self.byte()? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            other => return self.fail(format!("\\ is followed by {}", shown(other))),
        })
    }

    fn unicode_escape(&mut self) -> Result<char, Fault> {
        let line = self.line();
        let first = self.hex4()?;
        if first == 0 {
            Repairs::note(&mut self.repairs.nuls, line);
            return Ok('\u{FFFD}');
        }
        if !(0xD800..0xE000).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or('\u{FFFD}'));
        }
        // A high half may be followed by its low half; anything else stays where it is.
        if first < 0xDC00
            && let Some(low) = self.low_half()?
        {
            return Ok(
                char::from_u32(0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00)).unwrap_or('\u{FFFD}')
            );
        }
        Repairs::note(&mut self.repairs.surrogates, line);
        Ok('\u{FFFD}')
    }

    /// Takes `\uDC00`–`\uDFFF` if it comes next; otherwise leaves everything in place.
    fn low_half(&mut self) -> Result<Option<u32>, Fault> {
        let ahead = self.ahead::<6>()?;
        let Some([b'\\', b'u', digits @ ..]) = ahead else { return Ok(None) };
        let Some(value) = std::str::from_utf8(&digits).ok().and_then(|d| u32::from_str_radix(d, 16).ok())
        else {
            return Ok(None);
        };
        if !(0xDC00..0xE000).contains(&value) {
            return Ok(None);
        }
        self.advance(6);
        Ok(Some(value))
    }

    fn hex4(&mut self) -> Result<u32, Fault> {
        let mut value = 0;
        for _ in 0..4 {
            let byte = self.byte()?;
            let Some(digit) = char::from(byte).to_digit(16) else {
                return self.fail(format!("\\u wants four hexadecimal digits and found {}", shown(byte)));
            };
            value = value * 16 + digit;
        }
        Ok(value)
    }

    /// The characters that make up a number or a word.
    fn token(&mut self) -> Result<String, Fault> {
        let mut out = Vec::new();
        loop {
            let chunk = self.chunk()?;
            if chunk.is_empty() {
                break;
            }
            let length = chunk.iter().position(|byte| !is_of_token(*byte)).unwrap_or(chunk.len());
            out.extend_from_slice(&chunk[..length]);
            let whole = length == chunk.len();
            self.advance(length);
            if !whole {
                break;
            }
            if out.len() > 4096 {
                return self.fail("a number is longer than 4096 characters");
            }
        }
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    /// The number that comes next; `Null` for infinities and numbers beyond the range of f64.
    #[inline]
    pub(super) fn number(&mut self) -> Result<Json, Fault> {
        match self.small_number() {
            Some(number) => Ok(Json::Int(number)),
            None => self.any_number(),
        }
    }

    /// The number that comes next, consumed, if it has some digits and nothing else, and its end is
    /// at hand.
    fn small_number(&mut self) -> Option<i64> {
        let rest = self.at_hand();
        let mut number = 0;
        let mut length = 0;
        // Fewer digits than the range of i64 has.
        while let Some(digit) = rest.get(length).filter(|byte| byte.is_ascii_digit() && length < 18) {
            number = number * 10 + i64::from(digit - b'0');
            length += 1;
        }
        let leading_zero = length > 1 && rest.first() == Some(&b'0');
        if length == 0 || leading_zero || rest.get(length).is_none_or(|byte| is_of_token(*byte)) {
            return None;
        }
        self.advance(length);
        Some(number)
    }

    fn any_number(&mut self) -> Result<Json, Fault> {
        let (line, column) = (self.line(), self.column());
        let token = self.token()?;
        if token == "-Infinity" {
            Repairs::note(&mut self.repairs.not_numbers, line);
            return Ok(Json::Null);
        }
        if !is_number(&token) {
            if self.peek()?.is_none() {
                return Err(Fault::End { line, column });
            }
            return Err(Fault::Syntax { message: format!("«{token}» is not a number"), line, column });
        }
        if let Ok(whole) = token.parse::<i64>() {
            return Ok(Json::Int(whole));
        }
        match token.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Json::Float(number)),
            _ => {
                Repairs::note(&mut self.repairs.not_numbers, line);
                Ok(Json::Null)
            }
        }
    }

    /// `true`, `false`, `null`, and the words that stand for no number.
    pub(super) fn word(&mut self) -> Result<Json, Fault> {
        const WORDS: [(&[u8], Json); 3] =
            [(b"true", Json::Bool(true)), (b"false", Json::Bool(false)), (b"null", Json::Null)];
        let rest = self.at_hand();
        for (word, value) in WORDS {
            let behind = rest.strip_prefix(word).and_then(<[u8]>::first);
            if behind.is_some_and(|byte| !is_of_token(*byte)) {
                self.advance(word.len());
                return Ok(value);
            }
        }
        self.any_word()
    }

    fn any_word(&mut self) -> Result<Json, Fault> {
        let (line, column) = (self.line(), self.column());
        match self.token()?.as_str() {
            "true" => Ok(Json::Bool(true)),
            "false" => Ok(Json::Bool(false)),
            "null" => Ok(Json::Null),
            "NaN" | "Infinity" => {
                Repairs::note(&mut self.repairs.not_numbers, line);
                Ok(Json::Null)
            }
            _ if self.peek()?.is_none() => Err(Fault::End { line, column }),
            token => Err(Fault::Syntax { message: format!("«{token}» is not a value"), line, column }),
        }
    }
}

/// The text of these bytes, which are UTF-8 unless the scanner was given something else.
fn owned(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn push(c: char, out: &mut Vec<u8>) {
    match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => out.push(byte),
        _ => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

/// What a number or a word may be made of, and what misspelt ones are.
fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

/// How many bytes stand before the next quote, backslash or control character.
fn plain_run(chunk: &[u8]) -> usize {
    let end = memchr::memchr2(b'"', b'\\', chunk).unwrap_or(chunk.len());
    let run = &chunk[..end];
    // Without a branch for each byte: nearly every run has none of them.
    if run.iter().map(|byte| u8::from(*byte < 0x20)).fold(0, |has, one| has | one) > 0 {
        return run.iter().position(|byte| *byte < 0x20).unwrap_or(end);
    }
    end
}

/// The grammar of RFC 8259.
fn is_number(token: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let token = token.strip_prefix('-').unwrap_or(token);
    let (mantissa, exponent) = match token.find(['e', 'E']) {
        Some(at) => (&token[..at], Some(&token[at + 1..])),
        None => (token, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}
