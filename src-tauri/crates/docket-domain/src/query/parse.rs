//! Text to [`Query`]. Every mistake names its place, what was wrong, and what is possible.

use super::print::is_plain_word;
use super::{Condition, Day, Field, Mistake, Pattern, Query, Span64, Term, TimeTest};
use crate::id::FindingId;

/// Longest query in bytes; more is a paste gone wrong.
const LONGEST: usize = 20_000;

/// A term's place in the text, for colouring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// First byte, the minus included.
    pub from: usize,
    /// Behind its last byte.
    pub to: usize,
    /// The field's name as written; none for free text.
    pub field: Option<String>,
    /// With a leading minus.
    pub negated: bool,
}

/// One value as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub from: usize,
    pub to: usize,
    pub text: String,
    pub quoted: bool,
}

/// One term as written, not yet understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raw {
    pub from: usize,
    pub to: usize,
    pub negated: bool,
    /// Name and its place, when there is a colon.
    pub field: Option<(String, usize, usize)>,
    pub values: Vec<Value>,
    /// A quotation mark was not closed.
    pub open_quote: Option<usize>,
}

/// Reads a query.
pub fn parse(text: &str) -> Result<Query, Mistake> {
    if text.len() > LONGEST {
        return Err(Mistake {
            from: LONGEST,
            to: text.len(),
            message: format!("it is longer than {LONGEST} characters."),
            suggestion: None,
        });
    }
    let terms = split(text).iter().map(term).collect::<Result<_, _>>()?;
    Ok(Query { terms })
}

/// Where each term stands, also in a text that has mistakes.
pub fn spans(text: &str) -> Vec<Span> {
    split(text)
        .into_iter()
        .map(|raw| Span {
            from: raw.from,
            to: raw.to,
            field: raw.field.map(|(name, ..)| name),
            negated: raw.negated,
        })
        .collect()
}

/// Splits at white space outside quotation marks.
pub(super) fn split(text: &str) -> Vec<Raw> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
        } else {
            let raw = one(text, at);
            at = raw.to;
            out.push(raw);
        }
    }
    out
}

fn one(text: &str, from: usize) -> Raw {
    let mut at = from;
    let next = |at: usize| text[at..].chars().next();
    let negated = next(at) == Some('-') && next(at + 1).is_some_and(|c| !c.is_whitespace());
    if negated {
        at += 1;
    }
    let name_end = text[at..].find(|c: char| !c.is_alphanumeric() && c != '_').map_or(text.len(), |n| at + n);
    let mut field = None;
    // `https://…` is an address, not a field.
    if name_end > at && next(name_end) == Some(':') && !text[name_end..].starts_with("://") {
        field = Some((text[at..name_end].to_owned(), at, name_end));
        at = name_end + 1;
    }
    let mut raw = Raw { from, to: at, negated, field, values: Vec::new(), open_quote: None };
    loop {
        let value = value(text, at, raw.field.is_some(), &mut raw.open_quote);
        at = value.to;
        raw.values.push(value);
        if raw.field.is_some() && next(at) == Some(',') {
            at += 1;
        } else {
            break;
        }
    }
    raw.to = at;
    raw
}

/// One value up to white space or, within a field, a comma. A quoted part may stand anywhere in it.
fn value(text: &str, from: usize, in_field: bool, open_quote: &mut Option<usize>) -> Value {
    let mut out = Value { from, to: from, text: String::new(), quoted: false };
    let mut chars = text[from..].char_indices().peekable();
    let mut inside = None;
    out.to = text.len();
    while let Some((n, c)) = chars.next() {
        match (c, inside) {
            ('"', None) => {
                // Quoted free text is a term of its own: `"a b"c` are two.
                if !in_field && n > 0 {
                    out.to = from + n;
                    break;
                }
                inside = Some(from + n);
                out.quoted = true;
            }
            ('"', Some(_)) => {
                inside = None;
                if !in_field {
                    out.to = from + n + 1;
                    break;
                }
            }
            ('\\', Some(_)) if matches!(chars.peek(), Some((_, '"' | '\\'))) => {
                out.text.extend(chars.next().map(|(_, c)| c));
            }
            (c, None) if c.is_whitespace() || (c == ',' && in_field) => {
                out.to = from + n;
                break;
            }
            (c, _) => out.text.push(c),
        }
    }
    if let Some(at) = inside {
        *open_quote = Some(at);
    }
    out
}

fn term(raw: &Raw) -> Result<Term, Mistake> {
    if let Some(at) = raw.open_quote {
        return Err(Mistake {
            from: at,
            to: raw.to,
            message: "a quotation mark is opened and never closed; add \" at the end.".to_owned(),
            suggestion: None,
        });
    }
    let condition = match &raw.field {
        None => free(raw)?,
        Some((name, from, to)) => field(find_field(name, *from, *to)?, raw)?,
    };
    Ok(Term { negated: raw.negated, condition })
}

fn free(raw: &Raw) -> Result<Condition, Mistake> {
    let (text, phrase) = raw.values.first().map_or(("", false), |v| (v.text.as_str(), v.quoted));
    if text.trim().is_empty() {
        return Err(Mistake {
            from: raw.from,
            to: raw.to,
            message: "there are no words between the quotation marks.".to_owned(),
            suggestion: None,
        });
    }
    // A word that would not read back as itself (it begins with a minus) counts as quoted.
    Ok(Condition::Free { text: text.to_owned(), phrase: phrase || !is_plain_word(text) })
}

fn find_field(name: &str, from: usize, to: usize) -> Result<Field, Mistake> {
    let wanted = name.to_lowercase();
    let synonym = match wanted.as_str() {
        "application" => Some(Field::App),
        "file" => Some(Field::Path),
        "is" => Some(Field::Status),
        "package" => Some(Field::Component),
        _ => None,
    };
    let known = Field::ALL.iter().copied().find(|f| f.as_str() == wanted).or(synonym);
    known.ok_or_else(|| {
        let names: Vec<&str> = Field::ALL.iter().map(|f| f.as_str()).collect();
        let near = nearest(&wanted, &names);
        Mistake {
            from,
            to,
            message: match near {
                Some(near) => format!("there is no field «{name}»; did you mean {near}?"),
                None => format!(
                    "there is no field «{name}». Fields are {}. To search for these words, put them in quotation marks.",
                    names.join(", ")
                ),
            },
            suggestion: near.map(str::to_owned),
        }
    })
}

fn field(field: Field, raw: &Raw) -> Result<Condition, Mistake> {
    let values = &raw.values;
    if let Some(empty) = values.iter().find(|v| v.text.is_empty() && !v.quoted) {
        return Err(Mistake {
            from: raw.from,
            to: empty.to.max(raw.to),
            message: format!("{field}: has no value; {}", possible(field)),
            suggestion: None,
        });
    }
    Ok(match field {
        Field::Severity => Condition::Severity(closed(field, values)?),
        Field::Status => Condition::Status(closed(field, values)?),
        Field::Reason => Condition::Reason(closed(field, values)?),
        Field::Kind => Condition::Kind(closed(field, values)?),
        Field::Linked => Condition::Linked(yes_no(field, values)?),
        Field::Proposal => Condition::Proposal(yes_no(field, values)?),
        Field::Seen | Field::First => {
            Condition::Time(field, values.iter().map(|v| time(field, v)).collect::<Result<_, _>>()?)
        }
        Field::Id => Condition::Id(values.iter().map(id).collect::<Result<_, _>>()?),
        Field::Tool
        | Field::Rule
        | Field::Path
        | Field::Cve
        | Field::Cwe
        | Field::Component
        | Field::App
        | Field::Branch
        | Field::Owner => Condition::Text(field, values.iter().map(|v| Pattern(v.text.clone())).collect()),
    })
}

/// What a field takes, as the end of a sentence.
pub(super) fn possible(field: Field) -> String {
    match closed_words(field) {
        Some(words) => format!("possible are {}.", words.join(", ")),
        None => match field {
            Field::Seen | Field::First => {
                "write a time like <7d (less than 7 days ago), >3m, or >2026-01-01.".to_owned()
            }
            Field::Id => "write a number.".to_owned(),
            Field::Cwe => "write a number like 89.".to_owned(),
            Field::Cve => "write an id like CVE-2024-1234 or CVE-2024-*.".to_owned(),
            _ => "write a value; * stands for anything, \"\" for none.".to_owned(),
        },
    }
}

/// The values of a field with a closed list.
pub(super) fn closed_words(field: Field) -> Option<Vec<&'static str>> {
    macro_rules! words_of {
        ($type:ty) => {
            Some(<$type>::ALL.iter().map(|v| v.as_str()).collect())
        };
    }
    match field {
        Field::Severity => words_of!(crate::severity::Severity),
        Field::Status => words_of!(crate::assessment::Status),
        Field::Reason => words_of!(crate::assessment::Reason),
        Field::Kind => words_of!(crate::component::FindingKind),
        Field::Linked | Field::Proposal => Some(vec!["yes", "no"]),
        _ => None,
    }
}

fn closed<T: std::str::FromStr>(field: Field, values: &[Value]) -> Result<Vec<T>, Mistake> {
    values.iter().map(|v| v.text.parse().map_err(|_| no_such_value(field, v))).collect()
}

fn no_such_value(field: Field, value: &Value) -> Mistake {
    let words = closed_words(field).unwrap_or_default();
    let near = nearest(&value.text.to_lowercase(), &words);
    let head = format!("{field} has no value «{}»", value.text);
    Mistake {
        from: value.from,
        to: value.to,
        message: match near {
            Some(near) => format!("{head}; did you mean {near}?"),
            None => format!("{head}; {}", possible(field)),
        },
        suggestion: near.map(str::to_owned),
    }
}

fn yes_no(field: Field, values: &[Value]) -> Result<bool, Mistake> {
    if let [_, second, ..] = values {
        return Err(Mistake {
            from: second.from,
            to: second.to,
            message: format!("{field}: takes one value, yes or no."),
            suggestion: None,
        });
    }
    let value = &values[0];
    match value.text.to_lowercase().as_str() {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err(no_such_value(field, value)),
    }
}

fn id(value: &Value) -> Result<FindingId, Mistake> {
    value.text.trim_start_matches('#').parse::<i64>().map(FindingId).map_err(|_| Mistake {
        from: value.from,
        to: value.to,
        message: format!("«{}» is not a number; id: takes numbers of findings.", value.text),
        suggestion: None,
    })
}

fn time(field: Field, value: &Value) -> Result<TimeTest, Mistake> {
    let wrong = || Mistake {
        from: value.from,
        to: value.to,
        message: format!("«{}» is not a time; {}", value.text, possible(field)),
        suggestion: None,
    };
    let text = value.text.as_str();
    let cut = text.find(|c| !matches!(c, '<' | '>' | '=')).ok_or_else(wrong)?;
    let (sign, rest) = text.split_at(cut);
    if let Ok(date) = rest.parse::<jiff::civil::Date>() {
        let day = Day(date);
        return match sign {
            "" | "=" => Ok(TimeTest::On(day)),
            "<" => Ok(TimeTest::Until(day)),
            "<=" => Ok(TimeTest::Through(day)),
            ">" => Ok(TimeTest::After(day)),
            ">=" => Ok(TimeTest::Since(day)),
            _ => Err(wrong()),
        };
    }
    let unit = rest.chars().last().filter(|c| "hdwmy".contains(*c)).ok_or_else(wrong)?;
    let count: u32 = rest[..rest.len() - 1].parse().map_err(|_| wrong())?;
    let span = Span64 { count, unit };
    match sign {
        "" | "<" | "<=" => Ok(TimeTest::Within(span)),
        ">" | ">=" => Ok(TimeTest::Before(span)),
        _ => Err(wrong()),
    }
}

/// The known word that a mistyped one most likely means: at most two slips away (one in a
/// short word), or one that it begins.
pub(super) fn nearest<'a>(typed: &str, known: &[&'a str]) -> Option<&'a str> {
    let typed: Vec<char> = typed.chars().take(40).collect();
    let begins: String = typed.iter().collect();
    if typed.len() >= 2 {
        let mut starting = known.iter().filter(|k| k.starts_with(&begins));
        if let (Some(only), None) = (starting.next(), starting.next()) {
            return Some(only);
        }
    }
    let reach = if typed.len() <= 3 { 1 } else { 2 };
    known
        .iter()
        .map(|k| (slips(&typed, &k.chars().collect::<Vec<_>>()), *k))
        .filter(|(n, _)| *n <= reach)
        .min_by_key(|(n, _)| *n)
        .map(|(_, k)| k)
}

/// Edits between two words; swapped neighbours count as one.
fn slips(a: &[char], b: &[char]) -> usize {
    let mut rows: Vec<Vec<usize>> =
        (0..=a.len()).map(|i| (0..=b.len()).map(|j| if i == 0 { j } else { i }).collect()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}
