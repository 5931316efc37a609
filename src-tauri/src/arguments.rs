//! The few words that the desktop program understands on its command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// Data folder instead of the platform's.
    pub data_dir: Option<PathBuf>,
    /// Reports that the window offers to import, as «Open with Docket» hands them over.
    pub reports: Vec<PathBuf>,
}

impl Arguments {
    /// Reads `--data-dir DIR` (or `--data-dir=DIR`) and paths of reports, relative ones as
    /// seen from `folder`; any other option is refused in words. Behind `--` everything is a
    /// path.
    pub fn parse(words: impl Iterator<Item = OsString>, folder: &Path) -> Result<Self, String> {
        let mut arguments = Self::default();
        let mut words = words;
        let mut only_paths = false;
        while let Some(word) = words.next() {
            let text = word.to_string_lossy();
            if only_paths || !text.starts_with('-') {
                arguments.reports.push(folder.join(&word));
            } else if text == "--" {
                only_paths = true;
            } else if text == "--data-dir" {
                let dir = words.next().ok_or("--data-dir wants a folder behind it.")?;
                arguments.data_dir = Some(dir.into());
            } else if let Some(dir) = text.strip_prefix("--data-dir=") {
                arguments.data_dir = Some(dir.into());
            } else {
                return Err(format!(
                    "docket-desktop does not know «{text}». It understands --data-dir DIR and paths of reports; for everything else there is the command line, `docket --help`."
                ));
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, String> {
        Arguments::parse(words.iter().map(OsString::from), Path::new("/home/me"))
    }

    #[test]
    fn a_data_folder_is_understood_and_nonsense_is_named() {
        assert_eq!(parse(&["--data-dir", "/x"]).unwrap().data_dir, Some("/x".into()), "two words");
        assert_eq!(parse(&["--data-dir=/x y"]).unwrap().data_dir, Some("/x y".into()), "one word");
        assert!(parse(&["--data-dir"]).unwrap_err().contains("folder"), "says what is missing");
        assert!(parse(&["--frobnicate"]).unwrap_err().contains("--frobnicate"), "names the stranger");
    }

    #[test]
    fn reports_are_paths_seen_from_where_they_were_typed() {
        let arguments = parse(&["a.sarif", "--data-dir", "/x", "/abs/b.json", "--", "--odd.sarif"]).unwrap();
        let wanted: Vec<PathBuf> =
            vec!["/home/me/a.sarif".into(), "/abs/b.json".into(), "/home/me/--odd.sarif".into()];
        assert_eq!(arguments.reports, wanted, "relative, absolute, and one that looks like an option");
    }
}
