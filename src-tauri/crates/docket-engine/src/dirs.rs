//! Where Docket keeps its things on this computer.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use docket_domain::{Code, Problem};

/// The environment variable that names another data folder.
pub const DATA_DIR_VARIABLE: &str = "DOCKET_DATA_DIR";

/// The data folder: `given` (a `--data-dir`), else `DOCKET_DATA_DIR`, else the platform's
/// own (`~/.local/share/docket`, `~/Library/Application Support/Docket`, `%LOCALAPPDATA%\Docket`).
/// It is made when missing, readable by its owner alone.
///
/// # Errors
/// The folder cannot be made or written, or no home folder is known.
pub fn data_dir(given: Option<&Path>) -> Result<PathBuf, Problem> {
    let from_environment = std::env::var_os(DATA_DIR_VARIABLE).filter(|value| !value.is_empty());
    let dir = match (given, from_environment) {
        (Some(dir), _) => dir.to_owned(),
        (None, Some(dir)) => PathBuf::from(dir),
        (None, None) => platform_dir()?,
    };
    make(&dir)?;
    std::path::absolute(&dir).map_err(|error| refused(&dir, &error))
}

fn platform_dir() -> Result<PathBuf, Problem> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || variable(if cfg!(windows) { "USERPROFILE" } else { "HOME" });
    let dir = if cfg!(windows) {
        variable("LOCALAPPDATA")
            .or_else(|| home().map(|h| h.join("AppData").join("Local")))
            .map(|d| d.join("Docket"))
    } else if cfg!(target_os = "macos") {
        home().map(|h| h.join("Library").join("Application Support").join("Docket"))
    } else {
        variable("XDG_DATA_HOME")
            .filter(|dir| dir.is_absolute())
            .or_else(|| home().map(|h| h.join(".local").join("share")))
            .map(|d| d.join("docket"))
    };
    dir.ok_or_else(|| {
        Problem::new(Code::Store, "No home folder is known for this account.")
            .hint(format!("Name a data folder with --data-dir or {DATA_DIR_VARIABLE}."))
    })
}

fn make(dir: &Path) -> Result<(), Problem> {
    if dir.as_os_str() == OsStr::new("") {
        return Err(Problem::bad_input("The data folder's name is empty."));
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|error| refused(dir, &error))
}

fn refused(dir: &Path, error: &std::io::Error) -> Problem {
    Problem::new(Code::Store, format!("The data folder {} cannot be used: {error}.", dir.display()))
        .hint(format!("Choose another one with --data-dir or {DATA_DIR_VARIABLE}, or change its rights."))
        .with("folder", dir.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_folder_is_made_and_a_file_in_its_place_is_named() {
        let room = tempfile::tempdir().unwrap();
        let wanted = room.path().join("a").join("b c");
        assert_eq!(data_dir(Some(&wanted)).unwrap(), wanted, "made as given");
        assert!(wanted.is_dir(), "exists now");
        let file = room.path().join("file");
        std::fs::write(&file, b"x").unwrap();
        let problem = data_dir(Some(&file)).unwrap_err();
        assert_eq!(problem.code, Code::Store, "a file is no folder");
        assert!(problem.message.contains("file"), "names it: {problem}");
    }
}
