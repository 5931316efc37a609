//! Bytes into UTF-8 text, whatever they were.
//!
//! A byte order mark decides; without one, NUL bytes in the first four tell UTF-16. Anything
//! else is UTF-8, and bytes that are not valid UTF-8 are read one by one as Windows-1252 (what
//! older tools and spreadsheets write) and counted. What comes out is always valid UTF-8, and
//! it does not depend on how the reader cuts its chunks.

use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

const CHUNK: usize = 64 * 1024;
/// From this size on a reader's own buffer is filled, without a copy.
const DIRECT: usize = 32 * 1024;

/// Decoded text.
pub(crate) struct Text {
    from: Box<dyn Read + Send>,
    decoder: Option<Decoder>,
    /// Undecoded bytes: all that were read ahead, later an incomplete character.
    raw: Vec<u8>,
    out: Vec<u8>,
    at: usize,
    ended: bool,
    /// How many bytes were not UTF-8.
    pub(crate) foreign: u64,
}

impl Text {
    pub(crate) fn new(mut from: Box<dyn Read + Send>) -> io::Result<Self> {
        let mut raw = Vec::new();
        (&mut from).take(4).read_to_end(&mut raw)?;
        let (decoder, mark) = match raw.as_slice() {
            [0xEF, 0xBB, 0xBF, ..] => (None, 3),
            [0xFF, 0xFE, ..] => (Some(UTF_16LE), 2),
            [0xFE, 0xFF, ..] => (Some(UTF_16BE), 2),
            [a, 0, b, 0] if *a > 0 && *b > 0 => (Some(UTF_16LE), 0),
            [0, a, 0, b] if *a > 0 && *b > 0 => (Some(UTF_16BE), 0),
            _ => (None, 0),
        };
        raw.drain(..mark);
        let decoder = decoder.map(encoding_rs::Encoding::new_decoder_without_bom_handling);
        Ok(Self { from, decoder, raw, out: Vec::new(), at: 0, ended: false, foreign: 0 })
    }

    /// Puts line breaks in the place of the first bytes of the text, as many as are in them, so that
    /// what follows keeps its lines. Nothing may have been read before.
    pub(crate) fn blank(&mut self, bytes: usize) -> io::Result<()> {
        let mut preface = vec![0; bytes];
        self.read_exact(&mut preface)?;
        preface.retain(|byte| *byte == b'\n');
        preface.extend_from_slice(&self.out[self.at..]);
        self.out = preface;
        self.at = 0;
        Ok(())
    }

    /// Decodes the next chunk into `out`; leaves it empty only at the end.
    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.at = 0;
        while self.out.is_empty() && !self.ended {
            let kept = self.raw.len();
            self.raw.resize(kept + CHUNK, 0);
            let count = loop {
                match self.from.read(&mut self.raw[kept..]) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    outcome => break outcome?,
                }
            };
            self.raw.truncate(kept + count);
            self.ended = count == 0;
            match self.decoder.take() {
                Some(mut decoder) => {
                    let mut text = String::with_capacity(self.raw.len() * 3 + 16);
                    let _ = decoder.decode_to_string(&self.raw, &mut text, self.ended);
                    self.raw.clear();
                    self.out = text.into_bytes();
                    self.decoder = Some(decoder);
                }
                None => self.decode_utf8(),
            }
        }
        Ok(())
    }

    /// Reads UTF-8 right into a reader's buffer, as far as it is valid; what is not is left for
    /// [`refill`](Self::refill), as is the end of the text. Zero says nothing but that.
    fn read_direct(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let kept = self.raw.len();
        let (begin, room) = buffer.split_at_mut(kept);
        let count = match self.from.read(room) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
            outcome => outcome?,
        };
        if count == 0 {
            return Ok(0);
        }
        begin.copy_from_slice(&self.raw);
        self.raw.clear();
        let all = &buffer[..kept + count];
        let valid = match std::str::from_utf8(all) {
            Ok(_) => all.len(),
            Err(error) => error.valid_up_to(),
        };
        self.raw.extend_from_slice(&all[valid..]);
        Ok(valid)
    }

    fn decode_utf8(&mut self) {
        let mut rest = self.raw.as_slice();
        while !rest.is_empty() {
            match std::str::from_utf8(rest) {
                Ok(_) => {
                    self.out.extend_from_slice(rest);
                    rest = &[];
                }
                Err(error) => {
                    let (valid, bad) = rest.split_at(error.valid_up_to());
                    self.out.extend_from_slice(valid);
                    if error.error_len().is_none() && !self.ended {
                        // A character goes on in the next chunk.
                        rest = bad;
                        break;
                    }
                    let (text, _) = WINDOWS_1252.decode_without_bom_handling(&bad[..1]);
                    self.out.extend_from_slice(text.as_bytes());
                    self.foreign += 1;
                    rest = &bad[1..];
                }
            }
        }
        let used = self.raw.len() - rest.len();
        self.raw.drain(..used);
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.out.len() {
            // What is left of the chunk before is part of a character, or nothing.
            if self.decoder.is_none() && buffer.len() >= DIRECT && self.raw.len() <= 4 {
                let count = self.read_direct(buffer)?;
                if count > 0 {
                    return Ok(count);
                }
            }
            self.refill()?;
        }
        let count = buffer.len().min(self.out.len() - self.at);
        buffer[..count].copy_from_slice(&self.out[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Trickle(Vec<u8>, usize, usize);

    impl Read for Trickle {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.2.min(buffer.len()).min(self.0.len() - self.1);
            buffer[..count].copy_from_slice(&self.0[self.1..self.1 + count]);
            self.1 += count;
            Ok(count)
        }
    }

    fn decoded(bytes: &[u8], chunk: usize) -> (Vec<u8>, u64) {
        let mut text = Text::new(Box::new(Trickle(bytes.to_vec(), 0, chunk))).unwrap();
        let mut out = Vec::new();
        text.read_to_end(&mut out).unwrap();
        (out, text.foreign)
    }

    /// The same for a reader whose own buffer is large enough to be filled directly.
    fn decoded_directly(bytes: &[u8], chunk: usize) -> (Vec<u8>, u64) {
        let mut text = Text::new(Box::new(Trickle(bytes.to_vec(), 0, chunk))).unwrap();
        let (mut out, mut buffer) = (Vec::new(), vec![0; DIRECT]);
        loop {
            match text.read(&mut buffer).unwrap() {
                0 => return (out, text.foreign),
                count => out.extend_from_slice(&buffer[..count]),
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_become_the_same_text_in_any_chunks(bytes in prop::collection::vec(any::<u8>(), 0..200), chunk in 1_usize..8) {
            let (whole, foreign) = decoded(&bytes, 4096);
            prop_assert!(std::str::from_utf8(&whole).is_ok(), "what comes out is text");
            prop_assert_eq!(decoded(&bytes, chunk), (whole.clone(), foreign), "chunks do not matter");
            for chunk in [chunk, 4096] {
                prop_assert_eq!(decoded_directly(&bytes, chunk), (whole.clone(), foreign), "nor does the buffer");
            }
        }

        #[test]
        fn text_survives_every_encoding(text in "[^\u{feff}\u{0}]{2,40}", chunk in 1_usize..8) {
            let units = || std::iter::once(0xFEFF).chain(text.encode_utf16());
            let encodings = [
                text.as_bytes().to_vec(),
                [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
                units().flat_map(u16::to_le_bytes).collect(),
                units().flat_map(u16::to_be_bytes).collect(),
            ];
            for bytes in encodings {
                let want = (text.clone().into_bytes(), 0);
                prop_assert_eq!(decoded_directly(&bytes, chunk), want.clone(), "from {:?}", bytes);
                prop_assert_eq!(decoded(&bytes, chunk), want, "from {:?}", bytes);
            }
        }
    }

    #[test]
    fn foreign_bytes_are_read_as_windows_1252_and_counted() {
        let (text, foreign) = decoded(b"Sch\xE4dlich \x80 \xE2\x82\xAC", 3);
        assert_eq!(
            (String::from_utf8(text).unwrap().as_str(), foreign),
            ("Schädlich € €", 2),
            "both euro signs"
        );
    }
}
