//! The files that a person means by a path: a file is itself, a folder is everything in it and in
//! its folders.
//!
//! Nothing outside of the folder is ever reached through it: links to folders are not entered, and
//! a link to a file counts only when that file lies in the folder too. Hidden files are version
//! control's and package managers' business. What was passed over is said, never swallowed.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use docket_domain::{Problem, Timestamp};

use crate::engine::{Engine, blocking};

/// Files that one folder may hold.
pub const MOST_FILES: usize = 20_000;
/// Folders below each other.
pub const DEEPEST: usize = 32;
/// Things passed over that are named; the rest is counted.
const NAMED: usize = 100;

/// A file that a path led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Its path below the folder that was given, parts separated by `/`; its name when it was
    /// given itself.
    pub within: String,
    /// It was found in a folder: it may be something else than a report.
    pub in_folder: bool,
    /// Size in bytes.
    pub bytes: u64,
    /// When it was changed last.
    pub modified: Timestamp,
}

/// Why something in a folder was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its name begins with a dot, or the system hides it.
    Hidden,
    /// A link that leads out of the folder, or to a folder.
    Link,
    /// It cannot be read: a matter of rights, or it went away meanwhile.
    Unreadable,
    /// Neither a file nor a folder.
    Special,
    /// Too many folders below each other.
    TooDeep,
    /// The folder holds more files than are looked at.
    TooMany,
}

impl Why {
    /// In words, behind a path.
    pub fn words(self) -> String {
        match self {
            Self::Hidden => "hidden, left alone".to_owned(),
            Self::Link => "a link that leads out of the folder or to a folder, not followed".to_owned(),
            Self::Unreadable => "cannot be read; check your rights".to_owned(),
            Self::Special => "neither a file nor a folder, left alone".to_owned(),
            Self::TooDeep => format!("more than {DEEPEST} folders deep, not looked at"),
            Self::TooMany => format!("beyond {MOST_FILES} files, not looked at"),
        }
    }
}

/// Everything that some paths led to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gathered {
    /// The files, those of a folder in the order of their paths.
    pub files: Vec<Found>,
    /// The first things that were passed over.
    pub passed: Vec<(PathBuf, Why)>,
    /// How many there were in all.
    pub passed_count: u64,
}

impl Gathered {
    fn pass(&mut self, path: &Path, why: Why) {
        self.passed_count += 1;
        if self.passed.len() < NAMED {
            self.passed.push((path.to_owned(), why));
        }
    }
}

impl Engine {
    /// The files behind these paths. Blocks no async thread; nothing is opened.
    ///
    /// # Errors
    /// One of the folders cannot be read at all.
    pub async fn import_gather(&self, paths: Vec<PathBuf>) -> Result<Gathered, Problem> {
        blocking(move || gather(&paths)).await
    }
}

/// The files behind these paths; one that is no folder is taken as it is, also when it is not there.
pub(crate) fn gather(paths: &[PathBuf]) -> Result<Gathered, Problem> {
    let mut out = Gathered::default();
    for path in paths {
        if path.is_dir() {
            folder(path, &mut out)?;
        } else {
            let within = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            // What cannot be asked now is told when it is read.
            let (bytes, modified) = std::fs::metadata(path).map_or((0, Timestamp(0)), |facts| mark(&facts));
            out.files.push(Found { path: path.clone(), within, in_folder: false, bytes, modified });
        }
    }
    Ok(out)
}

/// Everything in one folder.
///
/// # Errors
/// The folder itself cannot be read.
pub(crate) fn folder(root: &Path, out: &mut Gathered) -> Result<(), Problem> {
    let refused = |error: io::Error| {
        Problem::bad_input(format!("The folder {} cannot be read: {error}.", root.display()))
            .hint("Check its name and your rights.")
            .with("folder", root.display())
    };
    let real = std::fs::canonicalize(root).map_err(refused)?;
    let first = std::fs::read_dir(root).map_err(refused)?;
    let mut walk = Walk { real: &real, files: Vec::new(), out };
    walk.entries(first, root, "", 1);
    let mut files = walk.files;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    out.files.append(&mut files);
    Ok(())
}

/// Size and time of last change.
pub(crate) fn mark(facts: &Metadata) -> (u64, Timestamp) {
    let modified = facts.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let millis = modified.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    (facts.len(), Timestamp(millis))
}

struct Walk<'a> {
    /// Where the folder really is.
    real: &'a Path,
    files: Vec<Found>,
    out: &'a mut Gathered,
}

impl Walk<'_> {
    fn entries(&mut self, entries: std::fs::ReadDir, folder: &Path, within: &str, depth: usize) {
        for entry in entries {
            match entry {
                Ok(entry) => self.entry(&entry, within, depth),
                Err(_) => self.out.pass(folder, Why::Unreadable),
            }
        }
    }

    fn entry(&mut self, entry: &std::fs::DirEntry, within: &str, depth: usize) {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let within = if within.is_empty() { name.clone() } else { format!("{within}/{name}") };
        let Ok(kind) = entry.file_type() else { return self.out.pass(&path, Why::Unreadable) };
        if name.starts_with('.') || is_hidden(entry) {
            return self.out.pass(&path, Why::Hidden);
        }
        if kind.is_dir() {
            return self.deeper(&path, &within, depth);
        }
        if kind.is_symlink() && !self.stays_inside(&path) {
            return self.out.pass(&path, Why::Link);
        }
        // Of a link: what it leads to.
        let facts = match std::fs::metadata(&path) {
            Ok(facts) if facts.is_file() => facts,
            Ok(_) => return self.out.pass(&path, Why::Special),
            Err(_) => return self.out.pass(&path, Why::Unreadable),
        };
        if self.files.len() >= MOST_FILES {
            return self.out.pass(&path, Why::TooMany);
        }
        let (bytes, modified) = mark(&facts);
        self.files.push(Found { path, within, in_folder: true, bytes, modified });
    }

    fn deeper(&mut self, path: &Path, within: &str, depth: usize) {
        if depth >= DEEPEST {
            return self.out.pass(path, Why::TooDeep);
        }
        match std::fs::read_dir(path) {
            Ok(entries) => self.entries(entries, path, within, depth + 1),
            Err(_) => self.out.pass(path, Why::Unreadable),
        }
    }

    fn stays_inside(&self, link: &Path) -> bool {
        std::fs::canonicalize(link).is_ok_and(|to| to.is_file() && to.starts_with(self.real))
    }
}

#[cfg(windows)]
fn is_hidden(entry: &std::fs::DirEntry) -> bool {
    use std::os::windows::fs::MetadataExt;
    const HIDDEN: u32 = 2;
    entry.metadata().is_ok_and(|facts| facts.file_attributes() & HIDDEN != 0)
}

#[cfg(not(windows))]
fn is_hidden(_: &std::fs::DirEntry) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(gathered: &Gathered) -> Vec<&str> {
        gathered.files.iter().map(|file| file.within.as_str()).collect()
    }

    #[test]
    fn a_folder_is_everything_in_it_and_hidden_files_are_said() {
        let room = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(room.path().join("b/c/.git")).unwrap();
        for name in ["z.json", "b/a.sarif", "b/c/x.xml", "b/c/.git/config", ".hidden"] {
            std::fs::write(room.path().join(name), "1234").unwrap();
        }
        let gathered = gather(&[room.path().to_owned()]).unwrap();
        assert_eq!(names(&gathered), ["b/a.sarif", "b/c/x.xml", "z.json"], "in the order of their paths");
        assert!(
            gathered.files.iter().all(|file| file.bytes == 4 && file.modified.0 > 0),
            "with size and time"
        );
        assert_eq!(gathered.passed_count, 2, "the hidden file and the hidden folder: {:?}", gathered.passed);
        assert!(gathered.passed.iter().all(|(_, why)| *why == Why::Hidden), "and why: {:?}", gathered.passed);
    }

    #[test]
    fn a_file_is_itself_also_when_it_is_not_there() {
        let gathered = gather(&["/nowhere/a.sarif".into()]).unwrap();
        assert_eq!(names(&gathered), ["a.sarif"], "opening it will say that it is missing");
        assert!(!gathered.files[0].in_folder, "it was meant");
    }

    #[test]
    fn too_many_folders_below_each_other_are_not_entered() {
        let room = tempfile::tempdir().unwrap();
        let mut deep = room.path().to_owned();
        for _ in 0..DEEPEST + 3 {
            deep.push("d");
        }
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(deep.join("a.sarif"), "x").unwrap();
        let gathered = gather(&[room.path().to_owned()]).unwrap();
        assert!(gathered.files.is_empty(), "it lies too deep");
        assert_eq!(gathered.passed[0].1, Why::TooDeep, "which is said");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_outside_is_reached_through_a_folder() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret.json"), "{}").unwrap();
        let room = tempfile::tempdir().unwrap();
        std::fs::write(room.path().join("real.json"), "{}").unwrap();
        symlink(room.path().join("real.json"), room.path().join("inside.json")).unwrap();
        symlink(outside.path().join("secret.json"), room.path().join("outside.json")).unwrap();
        symlink(outside.path(), room.path().join("folder")).unwrap();
        symlink(room.path(), room.path().join("circle")).unwrap();
        symlink(room.path().join("gone"), room.path().join("broken.json")).unwrap();
        let locked = room.path().join("locked");
        std::fs::create_dir(&locked).unwrap();
        std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
        let root_reads_all = std::fs::read_dir(&locked).is_ok();
        let gathered = gather(&[room.path().to_owned()]).unwrap();
        std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(
            names(&gathered),
            ["inside.json", "real.json"],
            "a link within the folder is a file of it"
        );
        let links = gathered.passed.iter().filter(|(_, why)| *why == Why::Link).count();
        assert_eq!(links, 4, "out of it, to a folder, in a circle, to nothing: {:?}", gathered.passed);
        let unreadable = gathered.passed.iter().filter(|(_, why)| *why == Why::Unreadable).count();
        assert_eq!(unreadable, usize::from(!root_reads_all), "a folder without rights is said");
    }
}
