//! Docket's own part of an issue's text, and how it is replaced without touching the rest.
//!
//! Two forms, told apart by what a text carries. In Markdown ([`lines`]) the part stands between
//! two comment lines, [`BEGIN`] and [`END`], and the marker line stands behind it. In HTML
//! ([`visible`]) servers strip comments, so the part begins and ends with a short visible line,
//! and the last carries the marker.
//!
//! What people write before, between and behind stays byte for byte, line ends included. In
//! Markdown, boxes that they ticked stay ticked, known by the comment behind each line of the
//! list; HTML fields have no boxes.

mod lines;
mod visible;

use std::fmt;

use crate::issue::Marker;
use crate::text::Flavour;
use crate::text::dialect::Markup;

pub(super) use lines::item_comment;
pub use lines::{BEGIN, END};

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

/// A section of Markdown between its lines, followed by the marker.
pub fn frame(section: &str, marker: &Marker) -> String {
    lines::frame(section, marker)
}

/// A section in the form that its flavour needs; for HTML `section` is HTML.
pub fn frame_as(flavour: Flavour, section: &str, marker: &Marker) -> String {
    match flavour.dialect().markup {
        Markup::Markdown => lines::frame(section, marker),
        Markup::Html => visible::frame(section, marker),
    }
}

/// Puts a newly rendered body ([`frame_as`]) into the text that the issue has now.
///
/// No part of Docket's in it (somebody removed it, or it was never there): the new one is added
/// at the end. Nothing of substance changed: the very same text comes back. What a server or an
/// editor made of HTML (other elements, attributes, blanks, entities) is nothing of substance.
pub fn merge(live: &str, rendered: &str) -> Result<String, ManagedProblem> {
    let marker = Marker::find_all(rendered).pop();
    let carried = Marker::find_all(live);
    if let Some(marker) = &marker
        && !carried.is_empty()
        && !carried.contains(marker)
    {
        return Err(ManagedProblem::Foreign);
    }
    if let Some(part) = lines::find(rendered)? {
        let marker = marker.filter(|marker| !carried.contains(marker));
        lines::merge(live, &rendered[part.0..part.1], marker)
    } else if let Some(part) = visible::find(rendered)? {
        visible::merge(live, &rendered[part.0..part.1])
    } else {
        Ok(live.to_owned())
    }
}

/// Docket's part of a text, from its first line to its last; none when it is not there whole.
pub fn part(text: &str) -> Option<&str> {
    let (from, to) = place(text)?;
    text.get(from..to)
}

/// A text without Docket's part and marker, for an issue that is to be as people wrote it.
pub fn without(text: &str, part: &str) -> String {
    let Some((before, behind)) = text.split_once(part) else { return text.to_owned() };
    let mut behind = behind.to_owned();
    for marker in Marker::find_all(&behind) {
        behind = behind.replace(&marker.line(), "");
    }
    let (before, behind) = (before.trim_end_matches(['\r', '\n']), behind.trim_matches(['\r', '\n']));
    if behind.is_empty() || before.is_empty() {
        return format!("{before}{behind}");
    }
    format!("{before}\n\n{behind}")
}

fn place(text: &str) -> Option<(usize, usize)> {
    match lines::find(text) {
        Ok(None) => visible::find(text).ok().flatten(),
        Ok(found) => found,
        Err(_) => None,
    }
}

/// How many characters of a text are not Docket's: what a new section has to leave room for.
pub fn outside_chars(live: &str) -> usize {
    let part = match lines::find(live) {
        Ok(None) => visible::find(live),
        found => found,
    };
    match part {
        Ok(Some((from, to))) => live[..from].chars().count() + live[to..].chars().count(),
        Ok(None) | Err(_) => live.chars().count(),
    }
}

/// Which of the beginnings and ends that were found are one part.
fn pair(begins: &[usize], ends: &[usize]) -> Result<Option<(usize, usize)>, ManagedProblem> {
    match (begins, ends) {
        ([], []) => Ok(None),
        ([begin], [end]) if begin < end => Ok(Some((*begin, *end))),
        ([_], [] | [_]) | ([], [_]) => Err(ManagedProblem::Cut),
        _ => Err(ManagedProblem::Twice),
    }
}

#[cfg(test)]
mod tests;
