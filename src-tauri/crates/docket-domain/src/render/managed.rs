//! Docket's own part of an issue's text, and how it is replaced without touching the rest.
//!
//! The part stands between the lines [`BEGIN`] and [`END`]; the marker line stands behind it.
//! What people write before, between and behind stays byte for byte, line ends included; boxes
//! that they ticked stay ticked, known by the comment behind each line of the list.

use std::collections::BTreeSet;
use std::fmt;

use crate::issue::Marker;

/// The line before Docket's part.
pub const BEGIN: &str = "<!-- docket:begin -->";
/// The line after it.
pub const END: &str = "<!-- docket:end -->";

const ITEM: &str = "<!-- docket:item ";

/// Why an issue's text is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagedProblem {
    /// Docket's part is there more than once.
    Twice,
    /// One of its two lines is missing, so it cannot be seen where it ends.
    Cut,
    /// The text carries the marker of another group.
    Foreign,
}

impl fmt::Display for ManagedProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Twice => "Docket's part is in this issue twice, so its text is left as it is. Delete one of them.",
            Self::Cut => {
                "The beginning or the end of Docket's part was removed from this issue, so its text is left as it \
                 is. Delete what is left of the part to get a new one."
            }
            Self::Foreign => "This issue carries the marker of another group, so its text is left as it is.",
        })
    }
}

impl std::error::Error for ManagedProblem {}

/// A section between its lines, followed by the marker.
pub fn frame(section: &str, marker: &Marker) -> String {
    format!("{BEGIN}\n{section}\n{END}\n\n{}", marker.line())
}

/// The comment by which a line of the list is known again.
pub(super) fn item_comment(identity: &str) -> String {
    let key: String = identity.chars().filter(char::is_ascii_hexdigit).take(16).collect();
    format!("{ITEM}{} -->", key.to_ascii_lowercase())
}

/// Where Docket's part stands in a text: from the beginning of the first fence line to the
/// end of the last, without its line end. `Ok(None)` when there is none.
fn find(text: &str) -> Result<Option<(usize, usize)>, ManagedProblem> {
    let (mut begins, mut ends) = (Vec::new(), Vec::new());
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        // Only lines of their own count: a quoted fence (`> <!-- … -->`) is somebody's words.
        match line.trim() {
            BEGIN => begins.push(at),
            END => ends.push(at + line.trim_end().len()),
            _ => {}
        }
        at += line.len();
    }
    match (begins.as_slice(), ends.as_slice()) {
        ([], []) => Ok(None),
        ([begin], [end]) if begin < end => Ok(Some((*begin, *end))),
        ([_], [] | [_]) | ([], [_]) => Err(ManagedProblem::Cut),
        _ => Err(ManagedProblem::Twice),
    }
}

/// Puts a newly rendered body ([`frame`]) into the text that the issue has now.
///
/// No part of Docket's in it (somebody removed it, or it was never there): the new one is added
/// at the end. Nothing of substance changed: the very same text comes back.
pub fn merge(live: &str, rendered: &str) -> Result<String, ManagedProblem> {
    let marker = Marker::find_all(rendered).pop();
    let carried = Marker::find_all(live);
    if let Some(marker) = &marker
        && !carried.is_empty()
        && !carried.contains(marker)
    {
        return Err(ManagedProblem::Foreign);
    }
    let Some((begin, end)) = find(rendered)? else { return Ok(live.to_owned()) };
    let section = &rendered[begin..end];
    let mut out = if let Some((from, to)) = find(live)? {
        let old = &live[from..to];
        let mut new = with_ticks(section, &ticked(old));
        if old.replace("\r\n", "\n") == new {
            old.clone_into(&mut new);
        } else if old.contains("\r\n") {
            new = new.replace('\n', "\r\n");
        }
        format!("{}{new}{}", &live[..from], &live[to..])
    } else {
        let nl = line_end(live);
        let section = section.replace('\n', nl);
        if live.trim().is_empty() { section } else { format!("{live}{nl}{nl}{section}") }
    };
    if let Some(marker) = marker
        && !carried.contains(&marker)
    {
        out.push_str(&line_end(&out).repeat(2));
        out.push_str(&marker.line());
    }
    Ok(out)
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// How many characters of a text are not Docket's: what a new section has to leave room for.
pub fn outside_chars(live: &str) -> usize {
    match find(live) {
        Ok(Some((from, to))) => live[..from].chars().count() + live[to..].chars().count(),
        Ok(None) | Err(_) => live.chars().count(),
    }
}

/// The items that are ticked in a section.
fn ticked(section: &str) -> BTreeSet<String> {
    section.lines().filter(|line| is_box(line, true)).filter_map(item_of).map(str::to_owned).collect()
}

fn item_of(line: &str) -> Option<&str> {
    let at = line.rfind(ITEM)? + ITEM.len();
    line[at..].trim_end().strip_suffix(" -->")
}

fn is_box(line: &str, checked: bool) -> bool {
    let line = line.trim_start();
    let rest = line.strip_prefix("- [").or_else(|| line.strip_prefix("* ["));
    rest.is_some_and(|rest| {
        if checked { rest.starts_with("x]") || rest.starts_with("X]") } else { rest.starts_with(" ]") }
    })
}

fn with_ticks(section: &str, ticked: &BTreeSet<String>) -> String {
    let mut out = String::with_capacity(section.len());
    for line in section.split_inclusive('\n') {
        if is_box(line, false) && item_of(line).is_some_and(|item| ticked.contains(item)) {
            out.push_str(&line.replacen("[ ]", "[x]", 1));
        } else {
            out.push_str(line);
        }
    }
    out
}

#[cfg(test)]
mod tests;
