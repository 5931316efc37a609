//! Former rows as bytes: written while an import changes them, read when it is taken back.
//!
//! A part begins with the names of the tables and columns that its rows have, so that a part written
//! before a migration can be read after it: a column that came later keeps what it has. Rows follow
//! one after the other, each value with its kind. Parts are deflated: rows of one report have much in
//! common.

use std::io::{Read as _, Write as _};

use docket_domain::Problem;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rusqlite::types::{Value, ValueRef};

/// Appends a number: seven bits a byte, the lowest first.
pub(super) fn put_number(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push((n as u8 & 0x7f) | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends a value.
pub(super) fn put_value(out: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => out.push(0),
        ValueRef::Integer(n) => {
            out.push(1);
            // The sign goes to the lowest bit, so that small numbers stay short.
            put_number(out, ((n << 1) ^ (n >> 63)) as u64);
        }
        ValueRef::Real(n) => {
            out.push(2);
            out.extend_from_slice(&n.to_bits().to_le_bytes());
        }
        ValueRef::Text(text) => {
            out.push(3);
            put_bytes(out, text);
        }
        ValueRef::Blob(bytes) => {
            out.push(4);
            put_bytes(out, bytes);
        }
    }
}

/// Appends a text.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_bytes(out, text.as_bytes());
}

/// Reads what was put, in the same order.
pub(super) struct Unpacked {
    bytes: Vec<u8>,
    at: usize,
}

impl Unpacked {
    /// Of bytes that [`deflated`] gave.
    pub(super) fn inflate(packed: &[u8]) -> Result<Self, Problem> {
        let mut bytes = Vec::new();
        DeflateDecoder::new(packed).read_to_end(&mut bytes).map_err(|_| damaged())?;
        Ok(Self { bytes, at: 0 })
    }

    /// Nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(super) fn byte(&mut self) -> Result<u8, Problem> {
        let byte = self.bytes.get(self.at).copied().ok_or_else(damaged)?;
        self.at += 1;
        Ok(byte)
    }

    pub(super) fn number(&mut self) -> Result<u64, Problem> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(damaged())
    }

    fn bytes(&mut self) -> Result<Vec<u8>, Problem> {
        let length = usize::try_from(self.number()?).map_err(|_| damaged())?;
        let end = self.at.checked_add(length).ok_or_else(damaged)?;
        let bytes = self.bytes.get(self.at..end).ok_or_else(damaged)?.to_vec();
        self.at = end;
        Ok(bytes)
    }

    pub(super) fn text(&mut self) -> Result<String, Problem> {
        String::from_utf8(self.bytes()?).map_err(|_| damaged())
    }

    pub(super) fn value(&mut self) -> Result<Value, Problem> {
        Ok(match self.byte()? {
            0 => Value::Null,
            1 => {
                let n = self.number()?;
                Value::Integer((n >> 1) as i64 ^ -((n & 1) as i64))
            }
            2 => {
                let mut bits = [0; 8];
                for byte in &mut bits {
                    *byte = self.byte()?;
                }
                Value::Real(f64::from_bits(u64::from_le_bytes(bits)))
            }
            3 => Value::Text(self.text()?),
            4 => Value::Blob(self.bytes()?),
            _ => return Err(damaged()),
        })
    }
}

/// Makes bytes smaller.
pub(super) fn deflated(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut to = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    to.write_all(bytes).map_err(Problem::internal)?;
    to.finish().map_err(Problem::internal)
}

fn damaged() -> Problem {
    Problem::internal("what an import noted of the former state cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back_as_it_was() {
        let values = [
            Value::Null,
            Value::Integer(0),
            Value::Integer(-1),
            Value::Integer(i64::MIN),
            Value::Integer(i64::MAX),
            Value::Integer(1_795_255_200_000),
            Value::Real(-0.5),
            Value::Text(String::new()),
            Value::Text("Grüße \u{1F600}".to_owned()),
            Value::Blob(vec![0, 255, 128]),
        ];
        let mut bytes = Vec::new();
        for value in &values {
            put_value(&mut bytes, ValueRef::from(value));
        }
        let mut read = Unpacked::inflate(&deflated(&bytes).unwrap()).unwrap();
        for value in &values {
            assert_eq!(&read.value().unwrap(), value, "packed and unpacked");
        }
        assert!(read.is_done(), "and nothing more");
    }

    #[test]
    fn damaged_bytes_are_a_problem_and_never_a_panic() {
        let mut bytes = Vec::new();
        put_value(&mut bytes, ValueRef::Text(b"some text"));
        for cut in 0..bytes.len() {
            let packed = deflated(&bytes[..cut]).unwrap();
            assert!(Unpacked::inflate(&packed).unwrap().value().is_err(), "cut at {cut}");
        }
        let mut long = deflated(&[3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]).unwrap();
        assert!(Unpacked::inflate(&long).unwrap().value().is_err(), "a length beyond the end");
        long.truncate(2);
        assert!(Unpacked::inflate(&long).is_err(), "cut while packed");
    }
}
