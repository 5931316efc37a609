//! A person's own way of writing issues, in a language for templates (minijinja's).
//!
//! Two templates, one for the title and one for the text. They speak of the group and its
//! findings ([`context`]), and may ask for the parts that Docket would write
//! (`{{ docket.checklist }}`, or all of it: `{{ default }}`), so that a person changes only what
//! they like to. Docket's frame and its marker are not part of it: they stand around whatever a
//! template writes.
//!
//! Invariants, each held by a test:
//! * nothing that comes from a finding acts in a tracker, wherever a template prints it;
//! * a run ends, and what it writes is bounded ([`engine`]);
//! * a template that fails never keeps an issue from being written;
//! * what is wrong is said with its line and column.
//!
//! Deliberately absent: how values are written ([`crate::render`]) and how long texts may be.

mod context;
mod engine;
mod fault;
mod filters;
mod limits;
mod old;
mod sample;

use minijinja::Value;
use serde::Deserialize;

use crate::mapping::Template;
use crate::problem::Problem;

pub(crate) use context::{Block, Whole};
pub(crate) use engine::{Bit, CLOSE, OPEN, Run, Token, bits};
pub use fault::Fault;

/// What stands for Docket's own form in a text's template.
pub const BESIDE: &str = "{{ default }}";

/// What a template's two halves wrote.
pub(crate) struct Written {
    pub title: Option<Run>,
    pub body: Option<Run>,
    pub faults: Vec<Fault>,
}

/// Runs both templates; one that is empty writes nothing.
pub(crate) fn run(template: &Template, whole: Whole) -> Written {
    let whole = Value::from_object(whole);
    let mut faults = Vec::new();
    let mut part = |source: &str, form, name: &str| {
        if source.trim().is_empty() {
            return None;
        }
        engine::run(source, form, &whole).map_err(|fault| faults.push(fault.within(name))).ok()
    };
    let title = part(&template.title, engine::Form::Title, "title");
    let body = part(&template.body, engine::Form::Body, "body");
    Written { title, body, faults }
}

/// What is wrong with a template, without any finding: how it is written, names that do not
/// exist, and whether it can be run on findings of which everything and of which hardly
/// anything is known.
pub fn faults(template: &Template) -> Vec<Fault> {
    let mut found = Vec::new();
    for (name, source) in [("title", &template.title), ("body", &template.body)] {
        match engine::names(source) {
            Ok(names) => {
                found.extend(names.iter().filter_map(|path| strange(source, path)).map(|f| f.within(name)));
            }
            Err(fault) => found.push(fault.within(name)),
        }
    }
    for (name, source) in [("title", &template.title), ("body", &template.body)] {
        if let Some((at, word)) = old::left(source) {
            let message = format!("«{{{word}}}» is text: names stand in two braces.");
            let fault = Fault::at(source, at, word.len() + 2, message).within(name);
            found.push(fault.hint(format!("Write {{{{ {word} }}}}.")));
        }
    }
    if found.is_empty() {
        for whole in sample::all() {
            found.extend(run(template, whole).faults);
        }
    }
    found.sort_by(|a, b| {
        (&b.part, a.line, a.column, &a.message).cmp(&(&a.part, b.line, b.column, &b.message))
    });
    found.dedup();
    found
}

/// Refuses a template with anything wrong in it.
///
/// # Errors
/// The first fault, with its line, column and what to write instead.
pub fn check(template: &Template) -> Result<(), Problem> {
    faults(template).into_iter().next().map_or(Ok(()), |fault| Err(fault.into()))
}

/// Every name that templates know, by what holds it (`""` for the names at the top), with what
/// it stands for.
pub fn reference() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    context::reference()
}

/// The reference of everything that templates know, as Markdown: what `docs/templates.md` holds.
pub fn manual() -> String {
    let mut out = String::new();
    for (of, names) in context::reference() {
        let (heading, prefix) = match of {
            "" => ("### For the title and the text", ""),
            "finding" => ("### Of a finding (`finding`, and each of `findings`)", "finding."),
            "severities[]" => ("### Of each of `severities`", "…"),
            "references[]" => ("### Of each of a finding's `references`", "…"),
            "evidence[]" => ("### Of each of a finding's `evidence`", "…"),
            _ => ("### Docket's own parts (text only)", "docket."),
        };
        out.extend([heading, "\n\n| name | what it stands for |\n|---|---|\n"]);
        let prefix = if prefix == "…" { "" } else { prefix };
        out.extend(names.into_iter().map(|(name, says)| format!("| `{prefix}{name}` | {says} |\n")));
        out.push('\n');
    }
    out.push_str("### Filters\n\n| name | what it does |\n|---|---|\n");
    out.extend(
        filters::FILTERS.iter().map(|(name, says)| format!("| `{name}` | {} |\n", says.replace('|', "\\|"))),
    );
    out
}

/// Every filter, with what it does.
pub fn filters() -> &'static [(&'static str, &'static str)] {
    filters::FILTERS
}

/// A fault as a warning beside a text for which Docket's own form stood in.
pub(crate) fn words_of(fault: &Fault) -> String {
    let what = if fault.part == "title" { "title" } else { "text" };
    format!(
        "The {what}'s template failed in line {}, column {} ({}), so Docket's own {what} is used.",
        fault.line,
        fault.column,
        fault.message.trim_end_matches('.')
    )
}

/// A fault when a name that a template takes from outside does not exist.
fn strange(source: &str, path: &str) -> Option<Fault> {
    let tables = context::reference();
    let has = |of: &str, name: &str| {
        tables.iter().any(|(table, names)| *table == of && names.iter().any(|(known, _)| *known == name))
    };
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    if has("", first) {
        let rest = rest?.split('.').next()?;
        // What lists and texts have is found by running.
        let known = !matches!(first, "finding" | "docket") || has(first, rest);
        if known {
            return None;
        }
    }
    let at = position(source, path).or_else(|| position(source, first)).unwrap_or(0);
    Some(fault::strange(source, at, path))
}

/// Where a name stands by itself.
fn position(source: &str, name: &str) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    source.match_indices(name).map(|(at, _)| at).find(|at| {
        let (before, behind) = (&source[..*at], &source[at + name.len()..]);
        !before.ends_with(|c| part(c) || c == '.') && !behind.starts_with(part)
    })
}

/// Without empty brackets and doubled spaces that a missing value left behind in a title.
pub(crate) fn tidied(text: &str) -> String {
    let mut text = text.to_owned();
    for empty in ["[]", "()", "«»", "[ ]", "( )"] {
        text = text.replace(empty, "");
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_matches([' ', ':', '-', '·', ',']).trim().to_owned()
}

/// A template as it may lie in a database: of today, or with a heading and `{words}`.
#[derive(Deserialize)]
pub(crate) struct Stored {
    #[serde(default)]
    title: String,
    body: Option<String>,
    heading: Option<String>,
}

impl From<Stored> for Template {
    fn from(stored: Stored) -> Self {
        match (stored.body, stored.heading) {
            (Some(body), _) => Self { title: stored.title, body },
            (None, Some(heading)) => Self { title: old::title(&stored.title), body: old::body(&heading) },
            (None, None) => Self { title: stored.title, body: String::new() },
        }
    }
}

#[cfg(test)]
mod tests;
