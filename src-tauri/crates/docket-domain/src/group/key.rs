//! The value of a key, and its spelling in one line.
//!
//! Spelling: control characters and `\` are written with a backslash (`\n`, `\\`, `\u{7}`);
//! [`MISSING`] (`\-`) says that there is no value and cannot be the spelling of any text.
//! A rule is `tool:rule`, with `:` inside the tool's name written `\:`, because rule ids are
//! unique only within their tool. The spelling is part of markers: it never changes.

use std::fmt::Write;

use crate::group::GroupView;
use crate::plan::GroupKey;
use crate::severity::Severity;

/// The spelling of «there is no value».
pub const MISSING: &str = r"\-";

/// The values of a query: it matches, or not.
pub(super) const YES: &str = "yes";
pub(super) const NO: &str = "no";

/// The value of one key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    /// The report does not say.
    Missing,
    /// The severity.
    Severity(Severity),
    /// A text, perhaps empty.
    Text(String),
    /// A rule of a tool.
    Rule { tool: Option<String>, rule: String },
}

/// What makes findings belong together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bucket {
    /// The application; `None` when everything goes into one issue.
    pub application: Option<String>,
    /// One value for each key; without keys the identity.
    pub values: Vec<Value>,
}

impl Value {
    fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Missing, |text| Self::Text(text.to_owned()))
    }

    /// The spelling of this value.
    pub fn encode(&self) -> String {
        match self {
            Self::Missing => MISSING.to_owned(),
            Self::Severity(severity) => severity.as_str().to_owned(),
            Self::Text(text) => escape(text),
            Self::Rule { tool, rule } => {
                let tool =
                    tool.as_deref().map_or_else(|| MISSING.to_owned(), |t| escape(t).replace(':', r"\:"));
                format!("{tool}:{}", escape(rule))
            }
        }
    }
}

pub(super) fn bucket_of(view: &GroupView<'_>, keys: &[GroupKey], depth: Option<u32>) -> Bucket {
    if keys == [GroupKey::All] {
        return Bucket { application: None, values: Vec::new() };
    }
    let values = if keys.is_empty() {
        vec![Value::Text(view.identity.to_owned())]
    } else {
        keys.iter().map(|key| value_of(view, *key, depth)).collect()
    };
    Bucket { application: Some(view.application_name.to_owned()), values }
}

fn value_of(view: &GroupView<'_>, key: GroupKey, depth: Option<u32>) -> Value {
    match key {
        GroupKey::Rule => view.rule.map_or(Value::Missing, |rule| Value::Rule {
            tool: view.tool.map(str::to_owned),
            rule: rule.to_owned(),
        }),
        GroupKey::Severity => Value::Severity(view.severity),
        GroupKey::Component => Value::text(view.component),
        GroupKey::File => Value::text(view.path),
        GroupKey::Directory => {
            Value::text(view.path.map(|path| topmost(directory_of(path), depth.unwrap_or(u32::MAX))))
        }
        GroupKey::Cve => Value::text(view.cve),
        GroupKey::Cwe => Value::text(view.cwe),
        GroupKey::PackageManager => Value::text(view.package_manager),
        GroupKey::Owner => Value::text(view.owner),
        GroupKey::Tool => Value::text(view.tool),
        GroupKey::FixedVersion => Value::text(view.fixed_version),
        GroupKey::Import => Value::text(view.import.map(|(digest, _)| digest)),
        GroupKey::Query => Value::text(view.matches.map(|matches| if matches { YES } else { NO })),
        GroupKey::Application => Value::Text(view.application_name.to_owned()),
        // Handled in `bucket_of`; alone it has no value.
        GroupKey::All => Value::Missing,
    }
}

/// The folder of a path with `/` separators: `.` for a file at the top, `/` at the root.
fn directory_of(path: &str) -> &str {
    match path.trim_end_matches('/').rsplit_once('/') {
        None => ".",
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
    }
}

/// The first `depth` folders of a folder; one that is not so deep is whole.
fn topmost(folder: &str, depth: u32) -> &str {
    let lead = folder.len() - folder.trim_start_matches('/').len();
    let ends = folder[lead..].match_indices('/').map(|(at, _)| lead + at);
    match ends.enumerate().find(|(nth, _)| *nth as u64 + 1 >= u64::from(depth)) {
        Some((_, end)) => &folder[..end],
        None => folder,
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str(r"\\"),
            '\n' => out.push_str(r"\n"),
            '\r' => out.push_str(r"\r"),
            '\t' => out.push_str(r"\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                // Writing into a String cannot fail.
                write!(out, "\\u{{{:x}}}", u32::from(c)).unwrap_or_default();
            }
            c => out.push(c),
        }
    }
    out
}

/// The values of a group in one line: their spellings, separated by tabs (no spelling
/// contains one).
pub fn encode_values(values: &[String]) -> String {
    values.join("\t")
}

/// The reverse of [`encode_values`].
pub fn decode_values(line: &str) -> Vec<String> {
    line.split('\t').map(str::to_owned).collect()
}
