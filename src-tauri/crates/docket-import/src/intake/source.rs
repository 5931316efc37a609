//! Bytes that can be read from the beginning again and again.

use std::fmt;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::MultiGzDecoder;

use super::Seekable;
use super::archive::Limited;

/// Seekable bytes, shared by the passes over them. Each pass keeps its own position, so that
/// two passes do not disturb each other.
#[derive(Clone)]
pub(crate) struct Source {
    file: Arc<Mutex<Box<dyn Seekable>>>,
    len: u64,
    at: u64,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({} bytes, at {})", self.len, self.at)
    }
}

impl Source {
    fn new(file: Box<dyn Seekable>) -> Self {
        Self { file: Arc::new(Mutex::new(file)), len: 0, at: 0 }
    }

    pub(super) fn from_file(file: std::fs::File) -> Self {
        Self::new(Box::new(file))
    }

    pub(super) fn from_spool(spool: tempfile::SpooledTempFile) -> Self {
        Self::new(Box::new(spool))
    }

    pub(super) fn from_bytes(bytes: Arc<[u8]>) -> Self {
        Self::new(Box::new(Cursor::new(bytes)))
    }

    /// Reads everything once: size and SHA-256; none if it was not to go on.
    pub(super) fn digest(&mut self, goes_on: impl Fn() -> bool) -> io::Result<Option<(u64, String)>> {
        self.len = u64::MAX;
        self.at = 0;
        let digest = super::digest(self, goes_on)?;
        self.len = digest.as_ref().map_or(0, |(bytes, _)| *bytes);
        self.at = 0;
        Ok(digest)
    }

    pub(super) fn with_len(mut self, len: u64) -> Self {
        self.len = len;
        self
    }

    /// The same bytes from the beginning.
    pub(super) fn again(&self) -> Self {
        Self { file: Arc::clone(&self.file), len: self.len, at: 0 }
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // What was appended after the digest is not part of what was given.
        let room = usize::try_from(self.len.saturating_sub(self.at)).unwrap_or(usize::MAX).min(buffer.len());
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let count = file.read(&mut buffer[..room])?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => i128::from(at),
            SeekFrom::End(by) => i128::from(self.len) + i128::from(by),
            SeekFrom::Current(by) => i128::from(self.at) + i128::from(by),
        };
        self.at = u64::try_from(target).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

/// How the given bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zip,
}

impl Packing {
    pub(super) fn of(source: &Source) -> io::Result<Self> {
        let mut first = Vec::new();
        source.again().take(4).read_to_end(&mut first)?;
        Ok(match first.as_slice() {
            [0x1F, 0x8B, ..] => Self::Gzip,
            b"PK\x03\x04" | b"PK\x05\x06" | b"PK\x07\x08" => Self::Zip,
            _ => Self::Plain,
        })
    }

    /// The unpacked bytes; `done` counts the packed ones.
    pub(super) fn unpacked(self, source: Source, done: Arc<AtomicU64>) -> Box<dyn Read + Send> {
        let packed = source.len();
        let counted = Counted { from: source, done };
        match self {
            Self::Gzip => {
                let counted = BufReader::with_capacity(128 * 1024, counted);
                Box::new(Limited::new(MultiGzDecoder::new(counted), packed))
            }
            // Its readers have large buffers themselves.
            Self::Plain | Self::Zip => Box::new(counted),
        }
    }
}

/// Counts what passes through.
struct Counted {
    from: Source,
    done: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.done.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
