//! What a group is about, in one line for people.
//!
//! The line is plain text, not Markdown: whoever shows it escapes it.

use std::collections::BTreeSet;

use crate::group::GroupView;
use crate::group::key::{Bucket, NO, Value};
use crate::plan::GroupKey;
use crate::text::headline;

/// What the members of a group have in common, gathered without keeping their texts.
#[derive(Debug, Default)]
pub(super) struct Subject {
    title: Common,
    rule: Common,
    version: Common,
    place: Common,
    file: Common,
}

/// A text that is either the same in all members, or one of several.
#[derive(Debug, Default)]
struct Common {
    smallest: Option<String>,
    mixed: bool,
}

impl Common {
    fn add(&mut self, text: Option<&str>) {
        match (&self.smallest, text) {
            (Some(have), Some(new)) if have == new => {}
            (Some(have), Some(new)) => {
                self.mixed = true;
                if new < have.as_str() {
                    self.smallest = Some(new.to_owned());
                }
            }
            (None, Some(new)) => self.smallest = Some(new.to_owned()),
            (_, None) => {}
        }
    }

    fn same(&self) -> Option<&str> {
        self.smallest.as_deref().filter(|_| !self.mixed)
    }
}

impl Subject {
    pub fn add(&mut self, view: &GroupView<'_>) {
        self.title.add(Some(view.title));
        self.rule.add(view.rule_title);
        self.version.add(view.component_version);
        self.file.add(view.import.map(|(_, file)| file));
        let place = view.path.map(|path| match view.line {
            Some(line) => format!("{path}:{line}"),
            None => path.to_owned(),
        });
        self.place.add(place.as_deref());
    }

    pub fn title(
        &self,
        keys: &[GroupKey],
        query: &str,
        bucket: &Bucket,
        count: usize,
        applications: &BTreeSet<String>,
    ) -> String {
        let own = || {
            let title = self.title.smallest.as_deref().map(headline);
            title.filter(|title| !title.is_empty()).map(str::to_owned)
        };
        if keys.is_empty() {
            return own().unwrap_or_else(|| "Finding without a title".to_owned());
        }
        if keys == [GroupKey::All] {
            return match applications.len() {
                1 => {
                    let name = applications.first().map_or("", String::as_str);
                    format!("{} in {name}", findings(count))
                }
                n => format!("{} in {n} applications", findings(count)),
            };
        }
        let mut words = Words::default();
        for (key, value) in keys.iter().zip(&bucket.values) {
            self.take(&mut words, *key, query, value);
        }
        if count == 1 && words.what.is_empty() {
            // One finding speaks for itself better than «src/a.rs: 1 finding».
            if let Some(title) = own() {
                words.what.push(title);
            }
        }
        words.sentence(count, self.place.same())
    }

    fn take(&self, words: &mut Words, key: GroupKey, query: &str, value: &Value) {
        let text = match value {
            Value::Missing => None,
            Value::Severity(severity) => Some(severity.label().to_owned()),
            Value::Text(text) => Some(text.clone()),
            Value::Rule { rule, .. } => {
                let named = self.rule.smallest.as_deref().or(self.title.same());
                Some(
                    named
                        .map_or_else(|| rule.clone(), |name| headline(name).trim_end_matches('.').to_owned()),
                )
            }
        };
        let Some(text) = text else {
            words.without.push(match key {
                GroupKey::Rule => "a rule",
                GroupKey::Component => "a component",
                GroupKey::File | GroupKey::Directory => "a file",
                GroupKey::Cve => "a CVE",
                GroupKey::Cwe => "a CWE",
                GroupKey::PackageManager => "a package manager",
                GroupKey::Owner => "an owner",
                GroupKey::Tool => "a tool name",
                GroupKey::FixedVersion => "a fixed version",
                GroupKey::Severity
                | GroupKey::Application
                | GroupKey::All
                | GroupKey::Import
                | GroupKey::Query => return,
            });
            return;
        };
        match key {
            GroupKey::Rule | GroupKey::Cve | GroupKey::Cwe => words.what.push(text),
            GroupKey::Component => {
                words.vulnerabilities = true;
                words.place.push(match self.version.same() {
                    Some(version) => format!("{text} {version}"),
                    None => text,
                });
            }
            GroupKey::File | GroupKey::Directory => {
                let exact = words.place.iter().any(|known| known.starts_with(&text));
                if !exact {
                    words.place.push(text);
                }
            }
            GroupKey::Severity => words.severity = Some(text),
            GroupKey::FixedVersion => {
                words.vulnerabilities = true;
                words.whose.push(format!("fixed in {text}"));
            }
            GroupKey::Import => words.whose.push(self.file.smallest.clone().unwrap_or(text)),
            GroupKey::Query => {
                let query = query.trim();
                words.whose.push(if text == NO { format!("not {query}") } else { query.to_owned() });
            }
            GroupKey::Tool | GroupKey::Application | GroupKey::PackageManager | GroupKey::Owner => {
                words.whose.push(text);
            }
            GroupKey::All => {}
        }
    }
}

/// The parts of the line.
#[derive(Debug, Default)]
struct Words {
    what: Vec<String>,
    place: Vec<String>,
    without: Vec<&'static str>,
    severity: Option<String>,
    whose: Vec<String>,
    vulnerabilities: bool,
}

impl Words {
    /// «SQL injection in src/db (12 places, High)», «lodash 4.17.20: 3 vulnerabilities», …
    fn sentence(self, count: usize, only_place: Option<&str>) -> String {
        let counted = if self.vulnerabilities && self.what.is_empty() {
            if count == 1 { "1 vulnerability".to_owned() } else { format!("{count} vulnerabilities") }
        } else {
            findings(count)
        };
        let without = if self.without.is_empty() {
            String::new()
        } else {
            format!(" without {}", self.without.join(" and "))
        };
        let mut notes: Vec<String> = Vec::new();
        let line = match (self.what.is_empty(), self.place.is_empty()) {
            (false, no_place) => {
                if count > 1 {
                    notes.push(format!("{count} places"));
                }
                let place = if count == 1 && !self.vulnerabilities {
                    only_place.map(str::to_owned).or_else(|| (!no_place).then(|| self.place.join(", ")))
                } else {
                    (!no_place).then(|| self.place.join(", "))
                };
                let what = self.what.join(", ");
                match place {
                    Some(place) => format!("{what} in {place}{without}"),
                    None => format!("{what}{without}"),
                }
            }
            (true, false) => format!("{}: {counted}{without}", self.place.join(", ")),
            (true, true) => match self.whose.first() {
                Some(whose) if without.is_empty() => format!("{whose}: {counted}"),
                _ if without.is_empty() => match &self.severity {
                    Some(severity) => return format!("{severity}: {counted}"),
                    None => counted,
                },
                _ => {
                    notes.extend(self.whose.first().cloned());
                    format!("{counted}{without}")
                }
            },
        };
        let said_whose = self.what.is_empty() && self.place.is_empty();
        notes.extend(self.severity);
        notes.extend(self.whose.into_iter().skip(usize::from(said_whose)));
        if notes.is_empty() { line } else { format!("{line} ({})", notes.join(", ")) }
    }
}

fn findings(count: usize) -> String {
    if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") }
}
