//! Docket's part in Markdown: between two comment lines, with the marker line behind it.

use std::collections::BTreeSet;

use super::{ManagedProblem, pair};
use crate::issue::Marker;

/// The line before Docket's part, in Markdown.
pub const BEGIN: &str = "<!-- docket:begin -->";
/// The line after it.
pub const END: &str = "<!-- docket:end -->";

const ITEM: &str = "<!-- docket:item ";

/// A section between its lines, followed by the marker.
pub(super) fn frame(section: &str, marker: &Marker) -> String {
    format!("{BEGIN}\n{section}\n{END}\n\n{}", marker.line())
}

/// The comment by which a line of the list is known again.
pub(in crate::render) fn item_comment(identity: &str) -> String {
    let key: String = identity.chars().filter(char::is_ascii_hexdigit).take(16).collect();
    format!("{ITEM}{} -->", key.to_ascii_lowercase())
}

/// Where Docket's part stands in a text: from the beginning of the first fence line to the
/// end of the last, without its line end. `Ok(None)` when there is none.
pub(super) fn find(text: &str) -> Result<Option<(usize, usize)>, ManagedProblem> {
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
    pair(&begins, &ends)
}

/// Puts a section (from fence to fence) into a text, and the marker behind all of it where it
/// is missing.
pub(super) fn merge(live: &str, section: &str, missing: Option<Marker>) -> Result<String, ManagedProblem> {
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
    if let Some(marker) = missing {
        out.push_str(&line_end(&out).repeat(2));
        out.push_str(&marker.line());
    }
    Ok(out)
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
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
