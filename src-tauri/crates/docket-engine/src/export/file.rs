//! A file that is written whole or not at all.

use std::io::{BufWriter, Write};
use std::path::Path;

use docket_domain::{Code, Problem};
use tempfile::NamedTempFile;

use crate::engine::blocking;

/// A file on its way: it lies beside its place until it is whole.
pub(super) struct Draft {
    out: BufWriter<NamedTempFile>,
    path: std::path::PathBuf,
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

fn refused(path: &Path, cause: impl std::fmt::Display) -> Problem {
    Problem::new(Code::BadInput, format!("{} could not be written.", path.display()))
        .hint("Choose another folder, or make room. What was there before is as it was.")
        .because(cause)
}

/// Begins a file.
pub(super) fn begin(path: &Path) -> Result<Draft, Problem> {
    let folder = path.parent().filter(|_| path.is_absolute() && path.file_name().is_some());
    let folder = folder.ok_or_else(|| {
        Problem::bad_input(format!("«{}» is not the whole path of a file.", path.display()))
    })?;
    let file = beside(folder).map_err(|error| refused(path, error))?;
    Ok(Draft { out: BufWriter::new(file), path: path.to_owned() })
}

#[cfg(unix)]
fn beside(folder: &Path) -> std::io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    // A file like any other that the person makes: what they mask is masked.
    tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn beside(folder: &Path) -> std::io::Result<NamedTempFile> {
    NamedTempFile::new_in(folder)
}

/// Puts it into its place.
pub(super) async fn end(draft: Draft) -> Result<(), Problem> {
    blocking(move || {
        let Draft { out, path } = draft;
        let file = out.into_inner().map_err(|error| refused(&path, error.error()))?;
        file.as_file().sync_all().map_err(|error| refused(&path, error))?;
        file.persist(&path).map_err(|error| refused(&path, error.error))?;
        Ok(())
    })
    .await
}
