//! Reports as bytes: plain files, standard input, gzip, zip; UTF-8, UTF-16, and what is neither.
//!
//! An [`Intake`] is one thing that a person gave; it holds one [`Input`] for a plain or gzip file
//! and one for each file in a zip. Every input can be read from its beginning any number of
//! times. Compressed content is limited in size and ratio, so that a small file cannot fill the
//! disk or the memory.

mod archive;
mod fpr;
mod source;
mod text;

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use docket_domain::{Code, Place, Problem};
use sha2::{Digest, Sha256};

use crate::clean;
use crate::format::Head;
pub(crate) use archive::Entry;
use source::{Packing, Source};
pub(crate) use text::Text;

/// How much of a report is looked at to recognise its format, in bytes of decoded text.
const HEAD_BYTES: usize = 64 * 1024;

/// How much of it is looked through where its beginning does not tell.
const GIST_OF_BYTES: u64 = 64 * 1024 * 1024;

/// What standard input may hold in memory before it goes to a temporary file.
const SPOOL_BYTES: usize = 8 * 1024 * 1024;

/// One thing that was given to import.
#[derive(Debug)]
pub struct Intake {
    /// The file's name without its folder; `-` for standard input.
    pub name: String,
    /// Size in bytes as given (compressed if it was).
    pub bytes: u64,
    /// SHA-256 of the bytes as given, lower-case hex.
    pub sha256: String,
    source: Source,
    packing: Packing,
}

/// Opens a file.
pub fn open(path: &Path) -> Result<Intake, Problem> {
    open_while(path, || true)
}

/// Opens a file, which reads it once for its SHA-256, as long as `goes_on` says yes.
///
/// # Errors
/// The file cannot be read, or is empty; [`Code::Cancelled`] when it was not to go on.
pub fn open_while(path: &Path, goes_on: impl Fn() -> bool) -> Result<Intake, Problem> {
    let (name, file, _) = opened(path)?;
    Intake::of(&name, Source::from_file(file), goes_on)
        .map_err(|problem| problem.with("file", path.display()))
}

/// Opens a file without reading it: its SHA-256 stays empty. For a first look at its beginning.
pub(crate) fn open_unread(path: &Path) -> Result<Intake, Problem> {
    let (name, file, bytes) = opened(path)?;
    let source = Source::from_file(file).with_len(bytes);
    Intake::around(name, source, bytes, String::new()).map_err(|problem| problem.with("file", path.display()))
}

/// The file's name, the file, its size.
fn opened(path: &Path) -> Result<(String, File, u64), Problem> {
    // A name can hold anything but a slash; it is shown and logged.
    let name = clean::line_exact(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy());
    let refuse = |error: io::Error| {
        let what = match error.kind() {
            io::ErrorKind::NotFound => format!("There is no file «{name}» at that place."),
            io::ErrorKind::PermissionDenied => format!("Docket may not read «{name}»."),
            _ => format!("«{name}» cannot be opened."),
        };
        Problem::new(Code::Report, what)
            .hint("Check the path and its permissions.")
            .with("file", path.display())
            .because(error)
    };
    let file = File::open(path).map_err(refuse)?;
    let facts = file.metadata().map_err(refuse)?;
    if facts.is_dir() {
        return Err(Problem::new(Code::Report, format!("«{name}» is a folder, not a report."))
            .hint("Give the report files themselves."));
    }
    Ok((name, file, facts.len()))
}

/// Takes everything that a reader gives (standard input). `name` is only for people.
pub fn from_reader(name: &str, mut reader: impl Read) -> Result<Intake, Problem> {
    let mut spool = tempfile::SpooledTempFile::new(SPOOL_BYTES);
    io::copy(&mut reader, &mut spool).and_then(|_| spool.flush()).map_err(io_problem)?;
    Intake::of(name, Source::from_spool(spool), || true)
}

/// Takes bytes that are in memory already.
pub fn from_bytes(name: &str, bytes: impl Into<Arc<[u8]>>) -> Result<Intake, Problem> {
    Intake::of(name, Source::from_bytes(bytes.into()), || true)
}

impl Intake {
    fn of(name: &str, mut source: Source, goes_on: impl Fn() -> bool) -> Result<Self, Problem> {
        // A name can hold anything but a slash; it is shown and logged.
        let name = clean::line_exact(name);
        let digest = source.digest(goes_on).map_err(io_problem)?;
        let (bytes, sha256) = digest.ok_or_else(Problem::cancelled)?;
        Self::around(name, source, bytes, sha256)
    }

    fn around(name: String, source: Source, bytes: u64, sha256: String) -> Result<Self, Problem> {
        if bytes == 0 {
            return Err(Problem::new(Code::Report, format!("«{name}» is empty."))
                .hint("The scanner may have failed: look at its output and run it again."));
        }
        let packing = Packing::of(&source).map_err(io_problem)?;
        Ok(Self { name, bytes, sha256, source, packing })
    }

    /// The reports inside: one, or those of a zip (folders and hidden files left out).
    pub(crate) fn entries(&self) -> Result<Vec<Option<Entry>>, Problem> {
        match self.packing {
            Packing::Zip => Ok(archive::entries(&self.source)?.into_iter().map(Some).collect()),
            Packing::Plain | Packing::Gzip => Ok(vec![None]),
        }
    }

    /// One of the reports that [`Intake::entries`] lists.
    pub(crate) fn input(&self, entry: Option<&Entry>) -> Result<Input, Problem> {
        let done = Arc::new(AtomicU64::new(0));
        let (source, packing) = match entry {
            Some(entry) => (archive::unpack(&self.source, entry)?, Packing::Plain),
            None => (self.source.again(), self.packing),
        };
        let bytes = source.len();
        Ok(Input {
            name: entry.map_or_else(|| self.plain_name(), |entry| leaf(&entry.name).to_owned()),
            entry: entry.map(|entry| entry.name.clone()),
            source,
            packing,
            done,
            bytes,
            passes: 2,
            preface: 0,
        })
    }

    /// The name without the ending of the compression.
    fn plain_name(&self) -> String {
        match self.packing {
            Packing::Gzip => {
                let name = self.name.as_str();
                let end = name.len().saturating_sub(3);
                let gz = name.get(end..).is_some_and(|ending| ending.eq_ignore_ascii_case(".gz"));
                if gz { name[..end].to_owned() } else { name.to_owned() }
            }
            _ => self.name.clone(),
        }
    }

    /// The beginning of each report inside, for showing what it seems to be before importing.
    /// At most `limit` are looked at.
    pub fn heads(&self, limit: usize) -> Result<Vec<Head>, Problem> {
        let mut heads = Vec::new();
        for entry in self.entries()?.into_iter().take(limit) {
            heads.push(self.input(entry.as_ref())?.head()?);
        }
        Ok(heads)
    }
}

fn leaf(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// One report: text that can be read from the beginning any number of times.
#[derive(Debug)]
pub struct Input {
    name: String,
    entry: Option<String>,
    source: Source,
    packing: Packing,
    done: Arc<AtomicU64>,
    bytes: u64,
    passes: u64,
    /// How many bytes of decoded text stand before the report itself.
    preface: usize,
}

impl Input {
    /// The report's file name without folder and without the ending of a compression.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Says how often the format reads the whole input, for honest progress.
    pub(crate) fn expect_passes(&mut self, passes: u64) {
        self.passes = passes;
    }

    /// A new pass over the text from its beginning.
    pub(crate) fn text(&mut self) -> Result<Text, Problem> {
        let raw = self.source.again();
        let mut text = Text::new(self.packing.unpacked(raw, Arc::clone(&self.done))).map_err(io_problem)?;
        if self.preface > 0 {
            text.blank(self.preface).map_err(io_problem)?;
        }
        Ok(text)
    }

    /// Says that the report begins behind so many bytes of its decoded text.
    pub(crate) fn begins_behind(&mut self, preface: usize) {
        self.preface = preface;
    }

    /// True when the report does not begin where the text does.
    pub(crate) fn has_preface(&self) -> bool {
        self.preface > 0
    }

    /// The beginning of the text.
    pub(crate) fn head(&mut self) -> Result<Head, Problem> {
        let before = self.done.load(Ordering::Relaxed);
        let mut bytes = Vec::new();
        let mut text = self.text()?;
        (&mut text).take(HEAD_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(io_problem)?;
        self.done.store(before, Ordering::Relaxed);
        let cut = bytes.len() > HEAD_BYTES;
        bytes.truncate(HEAD_BYTES);
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            // Only the last character can be incomplete.
            let end = error.utf8_error().valid_up_to();
            String::from_utf8_lossy(&error.as_bytes()[..end]).into_owned()
        });
        Ok(Head::new(Some(self.name.clone()), text, cut))
    }

    /// The gist of a text that is JSON, as a beginning of it: what `head` has no room for.
    pub(crate) fn gist(&mut self) -> Result<Head, Problem> {
        let before = self.done.load(Ordering::Relaxed);
        let text = crate::json::gist(self.text()?.take(GIST_OF_BYTES));
        self.done.store(before, Ordering::Relaxed);
        Ok(Head::new(Some(self.name.clone()), text, true))
    }

    /// The first bytes as they are (unpacked, not decoded): to name what is no text at all.
    pub(crate) fn first_bytes(&mut self) -> Result<Vec<u8>, Problem> {
        let raw = self.source.again();
        let mut bytes = Vec::new();
        self.packing
            .unpacked(raw, Arc::new(AtomicU64::new(0)))
            .take(1024)
            .read_to_end(&mut bytes)
            .map_err(io_problem)?;
        Ok(bytes)
    }

    /// Bytes read so far over all passes, and how many they will be.
    pub(crate) fn progress(&self) -> (u64, u64) {
        let total = self.bytes * self.passes;
        (self.done.load(Ordering::Relaxed).min(total), total)
    }

    /// A place in this report.
    pub(crate) fn place(&self, record: Option<String>, line: Option<u64>, column: Option<u64>) -> Place {
        Place { file: self.entry.clone(), record, line, column }
    }
}

/// What a failed read means for a person.
pub(crate) fn io_problem(error: io::Error) -> Problem {
    if let Some(limit) = error.get_ref().and_then(|inner| inner.downcast_ref::<archive::Bomb>()) {
        return Problem::new(Code::Report, limit.to_string())
            .hint("If the report is really that large, unpack it first and import the plain file.");
    }
    let message = match error.kind() {
        io::ErrorKind::UnexpectedEof => "The compressed file is cut off.",
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => "The compressed file is damaged.",
        _ => "The report could not be read from the disk.",
    };
    Problem::new(Code::Report, message)
        .hint("Download or copy it again; nothing was imported.")
        .because(error)
}

/// Size and SHA-256 of everything that a reader gives; none if it was not to go on.
fn digest(
    reader: &mut (impl Read + ?Sized),
    goes_on: impl Fn() -> bool,
) -> io::Result<Option<(u64, String)>> {
    let mut sha = Sha256::new();
    let mut buffer = vec![0; 128 * 1024];
    let mut bytes = 0;
    loop {
        if !goes_on() {
            return Ok(None);
        }
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                sha.update(&buffer[..count]);
                bytes += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let hex = sha.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        hex.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        hex.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
        hex
    });
    Ok(Some((bytes, hex)))
}

/// A seekable thing.
pub(crate) trait Seekable: Read + Seek + Send {}
impl<T: Read + Seek + Send> Seekable for T {}
