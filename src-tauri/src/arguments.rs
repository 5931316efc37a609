//! The few words that the desktop program understands on its command line.

use std::ffi::OsString;
use std::path::PathBuf;

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// Data folder instead of the platform's.
    pub data_dir: Option<PathBuf>,
}

impl Arguments {
    /// Reads `--data-dir DIR` (or `--data-dir=DIR`); anything else is refused in words.
    pub fn parse(words: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut arguments = Self::default();
        let mut words = words.peekable();
        while let Some(word) = words.next() {
            let text = word.to_string_lossy();
            if text == "--data-dir" {
                let dir = words.next().ok_or("--data-dir wants a folder behind it.")?;
                arguments.data_dir = Some(dir.into());
            } else if let Some(dir) = text.strip_prefix("--data-dir=") {
                arguments.data_dir = Some(dir.into());
            } else {
                return Err(format!(
                    "docket-desktop does not know «{text}». It understands --data-dir DIR; for everything else there is the command line, `docket --help`."
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
        Arguments::parse(words.iter().map(OsString::from))
    }

    #[test]
    fn a_data_folder_is_understood_and_nonsense_is_named() {
        assert_eq!(parse(&["--data-dir", "/x"]).unwrap().data_dir, Some("/x".into()), "two words");
        assert_eq!(parse(&["--data-dir=/x y"]).unwrap().data_dir, Some("/x y".into()), "one word");
        assert!(parse(&["--data-dir"]).unwrap_err().contains("folder"), "says what is missing");
        assert!(parse(&["--frobnicate"]).unwrap_err().contains("--frobnicate"), "names the stranger");
    }
}
