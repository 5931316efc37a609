//! How a query could go on at the caret.

use super::Field;
use super::Pattern;
use super::parse::{Raw, closed_words, split};

/// One way to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Text that replaces `from..to` of [`Completions`].
    pub insert: String,
    /// Shown.
    pub label: String,
    /// Shown beside it.
    pub note: Option<String>,
}

/// Values that only the store knows: of this field, beginning with this text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The field.
    pub field: Field,
    /// What is typed of the value so far, unquoted.
    pub prefix: String,
}

/// Everything that could stand at the caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completions {
    /// Begin of the piece that a completion replaces (bytes).
    pub from: usize,
    /// Its end.
    pub to: usize,
    /// Known completions.
    pub items: Vec<Completion>,
    /// Further values that the store can offer; spell them with [`insertion`].
    pub wanted: Option<Wanted>,
}

/// Completes at `caret` (bytes).
pub fn complete(text: &str, caret: usize) -> Completions {
    let mut caret = caret.min(text.len());
    while !text.is_char_boundary(caret) {
        caret -= 1;
    }
    // What stands behind the caret is not read: it may be unfinished in its own way.
    let before = &text[..caret];
    let Some(raw) = split(before).into_iter().last().filter(|raw| raw.to == caret) else {
        return fields("", caret, caret);
    };
    match &raw.field {
        None => match raw.values.first() {
            Some(value) if value.quoted => nothing(caret),
            Some(value) => fields(&value.text, value.from, caret),
            None => nothing(caret),
        },
        Some((name, ..)) => values(&raw, name, caret),
    }
}

/// How an offered value is spelt in the text.
pub fn insertion(value: &str) -> String {
    Pattern(value.to_owned()).to_string()
}

fn nothing(caret: usize) -> Completions {
    Completions { from: caret, to: caret, items: Vec::new(), wanted: None }
}

fn fields(typed: &str, from: usize, to: usize) -> Completions {
    let typed = typed.to_lowercase();
    let items = Field::ALL
        .iter()
        .filter(|f| f.as_str().starts_with(&typed))
        .map(|f| Completion {
            insert: format!("{f}:"),
            label: format!("{f}:"),
            note: Some(f.label().to_owned()),
        })
        .collect();
    Completions { from, to, items, wanted: None }
}

fn values(raw: &Raw, name: &str, caret: usize) -> Completions {
    let Some(field) = Field::ALL.iter().copied().find(|f| f.as_str().eq_ignore_ascii_case(name)) else {
        return nothing(caret);
    };
    let Some(value) = raw.values.last() else { return nothing(caret) };
    let typed = value.text.to_lowercase();
    let taken: Vec<&str> = raw.values[..raw.values.len() - 1].iter().map(|v| v.text.as_str()).collect();
    let (items, wanted) = match field {
        Field::Seen | Field::First => (times(&typed), None),
        Field::Id => (Vec::new(), None),
        _ => match closed_words(field) {
            Some(words) => (closed(&words, &typed, &taken), None),
            None => (Vec::new(), Some(Wanted { field, prefix: value.text.clone() })),
        },
    };
    Completions { from: value.from, to: caret, items, wanted }
}

fn closed(words: &[&str], typed: &str, taken: &[&str]) -> Vec<Completion> {
    words
        .iter()
        .filter(|w| w.starts_with(typed) && !taken.iter().any(|t| t.eq_ignore_ascii_case(w)))
        .map(|w| Completion { insert: (*w).to_owned(), label: (*w).to_owned(), note: None })
        .collect()
}

fn times(typed: &str) -> Vec<Completion> {
    [
        ("<1d", "in the last day"),
        ("<7d", "in the last 7 days"),
        ("<1m", "in the last 30 days"),
        (">7d", "longer than 7 days ago"),
        (">3m", "longer than 90 days ago"),
    ]
    .into_iter()
    .filter(|(text, _)| text.starts_with(typed))
    .map(|(text, note)| Completion {
        insert: text.to_owned(),
        label: text.to_owned(),
        note: Some(note.to_owned()),
    })
    .collect()
}
