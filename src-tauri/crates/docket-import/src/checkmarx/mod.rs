//! Checkmarx: `CxSAST`'s XML, the results of Checkmarx One's API and command line, and its JSON
//! reports of two generations.

mod one;
mod report;
mod report_lists;
mod xml;

pub(crate) use one::CHECKMARX_ONE;
pub(crate) use report::CHECKMARX_REPORT;
pub(crate) use xml::CHECKMARX;

use docket_domain::{Component, Found, Location, Presence, SuppressionStatus};

use crate::clean;
use crate::json::Json;
use crate::make;
use crate::report::code::{decided, flow};

/// `Stored_XSS` as people read it.
fn readable(query: &str) -> String {
    clean::title(&query.replace('_', " "))
}

/// What people decided: the words of API and reports, with or without underscores.
fn state(found: &mut Found, state: Option<&str>, status: Option<&str>, comment: Option<String>) {
    let word = state.unwrap_or_default().replace([' ', '_'], "").to_ascii_lowercase();
    let said = state.unwrap_or_default();
    match word.as_str() {
        "notexploitable" => decided(found, SuppressionStatus::Accepted, said, comment),
        "proposednotexploitable" => decided(found, SuppressionStatus::UnderReview, said, comment),
        _ => {}
    }
    if status.is_some_and(|status| status.eq_ignore_ascii_case("fixed")) {
        found.presence = Presence::Absent;
    }
}

/// The way of a value: the flaw lies at its end.
fn nodes(found: &mut Found, nodes: &[Json]) {
    let steps: Vec<Location> = nodes.iter().map(node).collect();
    if let Some(sink) = steps.last() {
        found.locations.push(sink.clone());
    }
    if steps.len() > 1 {
        flow(found, steps);
    }
}

fn node(node: &Json) -> Location {
    let mut place = make::place(&node.line("fileName").unwrap_or_default(), node.line_number("line"));
    place.start_column = node.line_number("column");
    place.logical = node.line("fullName").or_else(|| node.line("method"));
    place.message = node.line("name").or_else(|| node.line("node"));
    place.snippet = node.get("code").text().and_then(|code| make::snippet(code, place.start_line));
    place
}

/// Checkmarx's own name of a flaw that has no public one (`Cx8fd408ac-dd80`).
fn own_name(found: &mut Found, id: &str) {
    if id.starts_with("Cx") && found.identifiers.iter().all(|known| known.scheme == "CWE") {
        make::identifier(found, "CX", id);
    }
}

/// `Npm-jquery-ui-1.10.4`: manager, name and version.
fn package(id: &str, version: Option<String>, fixed: Option<String>) -> Option<Component> {
    let (_, rest) = id.split_once('-')?;
    let by_version = version.as_deref().and_then(|version| rest.strip_suffix(version)?.strip_suffix('-'));
    // The version begins behind the last `-` that a digit follows.
    let by_digit = || {
        let digit = |at: &usize| rest[at + 1..].starts_with(|c: char| c.is_ascii_digit());
        rest.match_indices('-').map(|(at, _)| at).find(digit)
    };
    let (name, version) = match by_version {
        Some(name) => (name, version),
        None => match by_digit() {
            Some(at) => (&rest[..at], clean::some_line(&rest[at + 1..])),
            None => (rest, version),
        },
    };
    make::component(clean::some_line(name), version, None, fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_taken_apart() {
        for (id, name, version) in [
            ("Npm-jquery-ui-1.10.4", "jquery-ui", Some("1.10.4")),
            (
                "Maven-com.thoughtworks.xstream:xstream-1.4.5",
                "com.thoughtworks.xstream:xstream",
                Some("1.4.5"),
            ),
            ("Npm-noversion", "noversion", None),
        ] {
            let found = package(id, None, None).map(|found| (found.name, found.version));
            assert_eq!(found, Some((name.to_owned(), version.map(str::to_owned))), "parts of {id}");
        }
        assert_eq!(package("plain", None, None), None, "no manager, no package");
    }
}
