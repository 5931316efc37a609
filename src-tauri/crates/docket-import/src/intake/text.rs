//! Bytes into UTF-8 text, whatever they were.
//!
//! A byte order mark decides; without one, NUL bytes in the first four tell UTF-16. Anything
//! else is UTF-8, and bytes that are not valid UTF-8 are read one by one as Windows-1252 (what
//! older tools and spreadsheets write) and counted. What comes out is always valid UTF-8, and
//! it does not depend on how the reader cuts its chunks.

use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

const CHUNK: usize = 64 * 1024;

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

    proptest! {
        #[test]
        fn any_bytes_become_the_same_text_in_any_chunks(bytes in prop::collection::vec(any::<u8>(), 0..200), chunk in 1_usize..8) {
            let (whole, foreign) = decoded(&bytes, 4096);
            prop_assert!(std::str::from_utf8(&whole).is_ok(), "what comes out is text");
            prop_assert_eq!(decoded(&bytes, chunk), (whole, foreign), "chunks do not matter");
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
                prop_assert_eq!(decoded(&bytes, chunk), (text.clone().into_bytes(), 0), "from {:?}", bytes);
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
