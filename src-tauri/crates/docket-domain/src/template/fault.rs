//! What is wrong with a template, where, and what to write instead.

use minijinja::{Error, ErrorKind};

use super::context;
use super::filters::FILTERS;
use crate::problem::Problem;

wire! {
    /// What is wrong with a template.
    #[derive(Eq)]
    pub struct Fault {
        /// Which of the two: `title` or `body`.
        pub part: String,
        /// Line, from 1.
        pub line: u32,
        /// Column, from 1, in characters.
        pub column: u32,
        /// How many characters it is about; 0 when that is not known.
        pub length: u32,
        /// The line of the template.
        pub excerpt: String,
        /// What is wrong.
        pub message: String,
        /// What to write instead.
        pub hint: Option<String>,
    }
}

impl Fault {
    /// At a place of a template: `from` and `length` in bytes.
    pub(super) fn at(source: &str, from: usize, length: usize, message: String) -> Self {
        let from = floor(source, from.min(source.len()));
        let to = floor(source, (from + length).min(source.len()));
        let start = source[..from].rfind('\n').map_or(0, |at| at + 1);
        let end = source[start..].find('\n').map_or(source.len(), |at| start + at);
        Self {
            part: String::new(),
            line: source[..start].matches('\n').count() as u32 + 1,
            column: source[start..from].chars().count() as u32 + 1,
            length: source[from..to].chars().count() as u32,
            excerpt: crate::text::cut_line(source[start..end].trim_end(), 200),
            message,
            hint: None,
        }
    }

    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub(super) fn within(mut self, part: &str) -> Self {
        part.clone_into(&mut self.part);
        self
    }

    /// What the engine stumbled over.
    pub(super) fn of(source: &str, error: &Error) -> Self {
        let range = error.range().filter(|range| range.end <= source.len()).unwrap_or_else(|| {
            let line = error.line().unwrap_or(1).saturating_sub(1);
            let start: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
            start..start
        });
        let said = source.get(range.clone()).unwrap_or_default();
        let detail = error.detail().unwrap_or_default();
        let at = |message: String| Self::at(source, range.start, range.len(), message);
        match error.kind() {
            ErrorKind::SyntaxError => at(format!("This cannot be read as a template: {detail}.")),
            ErrorKind::UndefinedError => unknown_name(source, &at, said, range.start),
            ErrorKind::UnknownFilter => unknown_filter(&at, quoted(detail)),
            ErrorKind::UnknownTest => at(format!("There is no test «{}».", quoted(detail))),
            ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => {
                at(format!("Nothing can be called here: {detail}."))
                    .hint("Values are named without brackets behind.")
            }
            ErrorKind::OutOfFuel => at("The template takes too many steps.".to_owned())
                .hint("Go through «findings» once, not once for each finding."),
            ErrorKind::WriteFailure => at("The template cannot be written.".to_owned()),
            kind => at(if detail.is_empty() { format!("{kind}.") } else { format!("{}.", sentence(detail)) }),
        }
    }
}

/// The next place at or before `at` where a character begins.
fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The name in «filter foo is unknown».
fn quoted(detail: &str) -> &str {
    detail.split_whitespace().nth(1).unwrap_or(detail).trim_matches(['\'', '"', '`'])
}

fn unknown_name(source: &str, at: &dyn Fn(String) -> Fault, said: &str, from: usize) -> Fault {
    let name = said.trim();
    if name.is_empty() {
        return at("Something that is printed here does not exist.".to_owned());
    }
    // The engine marks the expression; what is wrong is its first name that is not known.
    let path = name.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).next().unwrap_or(name);
    let path = if path.is_empty() { name } else { path };
    let found = source[from..].find(path).map_or(from, |skip| from + skip);
    strange(source, found, path)
}

/// A name that stands for nothing, at a place of the source.
pub(super) fn strange(source: &str, from: usize, path: &str) -> Fault {
    let fault = Fault::at(source, from, path.len(), format!("«{path}» stands for nothing."));
    let (before, last) = path.rsplit_once('.').map_or(("", path), |(before, last)| (before, last));
    let known: Vec<&str> = context::reference()
        .into_iter()
        .filter(|(of, _)| if before.is_empty() { of.is_empty() } else { of_kind(before, of) })
        .flat_map(|(_, names)| names)
        .map(|(name, _)| name)
        .collect();
    let begin = if before.is_empty() { String::new() } else { format!("{before}.") };
    let near =
        nearest(last, &known).map(|name| format!("Did you mean «{begin}{name}»? ")).unwrap_or_default();
    fault.hint(format!("{near}Known are {}.", known.join(", ")))
}

/// Whether names of a table can follow: known by the first word, and what goes through a list
/// can be any of them but Docket's parts.
fn of_kind(before: &str, table: &str) -> bool {
    match before {
        "docket" | "finding" => table == before,
        _ => table == "finding",
    }
}

fn unknown_filter(at: &dyn Fn(String) -> Fault, name: &str) -> Fault {
    let fault = at(format!("There is no filter «{name}»."));
    if matches!(name, "safe" | "escape" | "e") {
        return fault.hint(
            "What comes from findings is always made harmless, and only that. For their Markdown there is «markdown», \
             for code «code» and «fence».",
        );
    }
    let known: Vec<&str> = FILTERS.iter().map(|(name, _)| *name).collect();
    let near = nearest(name, &known).map(|name| format!("Did you mean «{name}»? ")).unwrap_or_default();
    fault.hint(format!("{near}Known are {}.", known.join(", ")))
}

/// The known word that differs least, if it is near enough to be a slip.
fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = known.iter().map(|name| (distance(word, name), *name)).min()?;
    (near.0 <= word.chars().count().div_ceil(3)).then_some(near.1)
}

/// How many letters have to be put in, taken out, changed, or swapped with the next.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().take(64).collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, letter) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, theirs) in other.iter().enumerate() {
            let changed = rows[i][j] + usize::from(letter != theirs);
            let mut least = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == other[j - 1] && one[i - 1] == *theirs {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let of = if fault.part == "title" { "title" } else { "body" };
        let message = format!(
            "In the {of}'s template, line {}, column {}: {}",
            fault.line, fault.column, fault.message
        );
        let problem = Self::bad_input(message)
            .with("field", format!("template_{of}"))
            .with("line", fault.line)
            .with("column", fault.column)
            .with("excerpt", &fault.excerpt);
        match fault.hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        }
    }
}
