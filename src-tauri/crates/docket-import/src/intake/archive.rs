//! Zip archives and the limits on everything that is compressed.

use std::fmt;
use std::io::{self, Read, Write};

use docket_domain::{Code, Problem};
use zip::ZipArchive;
use zip::result::ZipError;

use super::source::Source;
use super::{SPOOL_BYTES, fpr, io_problem};
use crate::clean;

/// How many files an archive may hold.
const MAX_ENTRIES: usize = 1000;
/// How large one unpacked report may be.
const MAX_UNPACKED: u64 = 16 * 1024 * 1024 * 1024;
/// How much larger than its packed form, once it is larger than [`RATIO_FREE`].
const MAX_RATIO: u64 = 300;
/// Up to this size the ratio does not matter.
const RATIO_FREE: u64 = 64 * 1024 * 1024;

/// A compressed file that unpacks to more than is reasonable.
#[derive(Debug)]
pub(crate) struct Bomb {
    unpacked: u64,
    packed: u64,
}

impl fmt::Display for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mb = |bytes: u64| bytes.div_ceil(1024 * 1024);
        write!(
            f,
            "The compressed report unpacks to more than {} MB out of {} MB, which looks like an attack on the disk.",
            mb(self.unpacked),
            mb(self.packed)
        )
    }
}

impl std::error::Error for Bomb {}

/// Unpacked bytes, refused beyond the limits.
pub(crate) struct Limited<R> {
    from: R,
    packed: u64,
    count: u64,
}

impl<R: Read> Limited<R> {
    pub(crate) fn new(from: R, packed: u64) -> Self {
        Self { from, packed, count: 0 }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.count += count as u64;
        let too_dense = self.count > RATIO_FREE && self.count / self.packed.max(1) > MAX_RATIO;
        if self.count > MAX_UNPACKED || too_dense {
            return Err(io::Error::other(Bomb { unpacked: self.count, packed: self.packed }));
        }
        Ok(count)
    }
}

/// One file of an archive.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    index: usize,
    /// Its name with its folders inside the archive.
    pub(crate) name: String,
}

fn archive(source: &Source) -> Result<ZipArchive<Source>, Problem> {
    ZipArchive::new(source.again()).map_err(zip_problem)
}

/// The files in the archive that can be reports, in the archive's order.
pub(super) fn entries(source: &Source) -> Result<Vec<Entry>, Problem> {
    let archive = archive(source)?;
    // Fortify's archive holds thousands of files and one report.
    for (index, name) in archive.file_names().enumerate() {
        let name = clean::line(&name.map_err(zip_problem)?);
        if name == fpr::ANALYSIS {
            return Ok(vec![Entry { index, name }]);
        }
    }
    if archive.len() > MAX_ENTRIES {
        return Err(Problem::new(
            Code::Report,
            format!(
                "The archive holds {} files; Docket reads archives of up to {MAX_ENTRIES}.",
                archive.len()
            ),
        )
        .hint("Unpack it and import the reports that you need."));
    }
    let mut names = Vec::new();
    for (index, name) in archive.file_names().enumerate() {
        let name = clean::line(&name.map_err(zip_problem)?);
        let leaf = super::leaf(&name);
        let hidden = leaf.is_empty() || leaf.starts_with('.') || name.starts_with("__MACOSX/");
        if !hidden {
            names.push(Entry { index, name });
        }
    }
    if names.is_empty() {
        return Err(Problem::new(Code::Report, "The archive holds no files.")
            .hint("Check that the right archive was chosen."));
    }
    Ok(names)
}

/// One file of the archive, unpacked (in memory, or in a temporary file when it is large).
pub(super) fn unpack(source: &Source, entry: &Entry) -> Result<Source, Problem> {
    let mut archive = archive(source)?;
    let file = archive.by_index(entry.index).map_err(zip_problem)?;
    let packed = file.compressed_size();
    let mut spool = tempfile::SpooledTempFile::new(SPOOL_BYTES);
    let mut bytes = io::copy(&mut Limited::new(file, packed), &mut spool)
        .and_then(|bytes| spool.flush().map(|()| bytes))
        .map_err(|error| io_problem(error).with("entry", &entry.name))?;
    if entry.name == fpr::ANALYSIS
        && let Ok(decisions) = archive.by_name(fpr::DECISIONS)
    {
        let packed = decisions.compressed_size();
        let mut text = Vec::new();
        let read = Limited::new(decisions, packed).take(fpr::DECISIONS_BYTES).read_to_end(&mut text);
        bytes = read
            .and_then(|_| fpr::join(&mut spool, bytes, &text))
            .map_err(|error| io_problem(error).with("entry", fpr::DECISIONS))?;
    }
    Ok(Source::from_spool(spool).with_len(bytes))
}

fn zip_problem(error: ZipError) -> Problem {
    match error {
        ZipError::Io(error) => io_problem(error),
        ZipError::UnsupportedArchive(what) => Problem::new(
            Code::Report,
            "The archive is packed or encrypted in a way that Docket does not read.",
        )
        .hint("Unpack it and import the reports inside.")
        .because(what),
        other => Problem::new(Code::Report, "The zip archive is damaged.")
            .hint("Download or copy it again; nothing was imported.")
            .because(other),
    }
}
