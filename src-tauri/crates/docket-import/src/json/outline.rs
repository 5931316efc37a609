//! The top of a JSON text that may be cut anywhere: enough to recognise a format.

use super::scanner::{Kind, Scanner};

/// How deep the paths of an [`Outline`] go.
const DEPTH: usize = 6;

/// How long a path may be: a name of 60 KB with ten thousand things in it would be kept for each.
const PATH_BYTES: usize = 512;

/// How many elements of a report that is an array are looked at: the first may be an error, or
/// tell of a part in which nothing was found.
const ELEMENTS: usize = 4;

/// What can be told from the beginning of a JSON text.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    /// True when the text begins with an object.
    pub(crate) is_object: bool,
    /// Top-level keys with their texts (empty for other values), as far as the head goes.
    pub(crate) keys: Vec<(String, String)>,
    /// For each top-level array of objects that was begun: its key (empty when the text itself is
    /// the array) and the first object's keys; of the text itself those of its first objects.
    pub(crate) inner: Vec<(String, String)>,
    /// Every key of the first objects (of an array that is the text itself, of its first few) down
    /// to [`DEPTH`], by its path, with its text (empty for other values). Arrays leave no trace in a
    /// path: `results.packages.package`.
    paths: Vec<(String, String)>,
}

impl Outline {
    /// Reads as far as the text allows; a cut or broken text gives what came before.
    pub(crate) fn of(text: &str) -> Self {
        let mut outline = Self::default();
        let mut scanner = Scanner::new(text.as_bytes());
        match scanner.kind().ok() {
            Some(Kind::Object) => {
                outline.is_object = true;
                outline.read(&mut scanner);
            }
            Some(Kind::Array) => {
                outline.first_object("", &mut scanner);
            }
            _ => {}
        }
        outline.walk("", DEPTH, &mut Scanner::new(text.as_bytes()));
        outline
    }

    /// Any fault just ends the reading: the head is cut somewhere.
    fn walk(&mut self, prefix: &str, depth: usize, scanner: &mut Scanner<&[u8]>) -> Option<()> {
        match scanner.kind().ok()? {
            Kind::Object if depth > 0 => {
                let mut members = scanner.enter().ok()?;
                while let Some(key) = scanner.key(&mut members).ok()? {
                    let path = if prefix.is_empty() { key.to_string() } else { format!("{prefix}.{key}") };
                    if path.len() > PATH_BYTES {
                        scanner.skip().ok()?;
                    } else if matches!(scanner.kind(), Ok(Kind::String)) {
                        let text = scanner.string(256).ok()?;
                        self.paths.push((path, text));
                    } else {
                        self.paths.push((path.clone(), String::new()));
                        self.walk(&path, depth - 1, scanner)?;
                    }
                }
            }
            Kind::Array if depth > 0 => {
                let mut items = scanner.enter().ok()?;
                let mut left = if depth == DEPTH { ELEMENTS } else { 1 };
                while scanner.item(&mut items).ok()? {
                    if left > 0 {
                        self.walk(prefix, depth - 1, scanner)?;
                    } else {
                        scanner.skip().ok()?;
                    }
                    left = left.saturating_sub(1);
                }
            }
            _ => scanner.skip().ok()?,
        }
        Some(())
    }

    /// The text at a path of keys, the first objects of arrays included; empty when its value is
    /// no text.
    pub(crate) fn path(&self, path: &str) -> Option<&str> {
        self.paths.iter().find(|(known, _)| known == path).map(|(_, text)| text.as_str())
    }

    /// True when all these paths are there.
    pub(crate) fn has_paths(&self, paths: &[&str]) -> bool {
        paths.iter().all(|path| self.path(path).is_some())
    }

    /// Any fault just ends the reading: the head is cut somewhere.
    fn read(&mut self, scanner: &mut Scanner<&[u8]>) -> Option<()> {
        let mut members = scanner.enter().ok()?;
        while let Some(key) = scanner.key(&mut members).ok()? {
            match scanner.kind() {
                Ok(Kind::String) => {
                    let text = scanner.string(256).ok()?;
                    self.keys.push((key.to_string(), text));
                }
                Ok(Kind::Array) if key.len() <= PATH_BYTES => {
                    self.keys.push((key.to_string(), String::new()));
                    self.first_object(&key, scanner)?;
                }
                _ => {
                    self.keys.push((key.to_string(), String::new()));
                    scanner.skip().ok()?;
                }
            }
        }
        Some(())
    }

    fn first_object(&mut self, key: &str, scanner: &mut Scanner<&[u8]>) -> Option<()> {
        let mut items = scanner.enter().ok()?;
        let mut left = if key.is_empty() && !self.is_object { ELEMENTS } else { 1 };
        while scanner.item(&mut items).ok()? {
            if left > 0 && scanner.kind().ok()? == Kind::Object {
                let mut members = scanner.enter().ok()?;
                while let Some(name) = scanner.key(&mut members).ok()? {
                    self.inner.push((key.to_owned(), name.to_string()));
                    scanner.skip().ok()?;
                }
            } else {
                scanner.skip().ok()?;
            }
            left = left.saturating_sub(1);
        }
        Some(())
    }

    /// The text under a top-level key; empty when its value is no text.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.keys.iter().rev().find(|(name, _)| name == key).map(|(_, text)| text.as_str())
    }

    /// True when the first object of a top-level array has this key.
    pub(crate) fn has_inner(&self, key: &str, name: &str) -> bool {
        self.inner.iter().any(|(outer, inner)| outer == key && inner == name)
    }

    /// True when the text is an array whose first objects have all these keys.
    pub(crate) fn first_has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.has_inner("", name))
    }

    /// True when the text is an object with all these keys.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.text(name).is_some())
    }
}
