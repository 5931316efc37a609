//! Gitleaks: the JSON of version 8 and that of the versions before.

mod table;

pub(crate) use table::GITLEAKS_CSV;

use docket_domain::{FindingKind, Found, Location};

use crate::clean;
use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::code::{masked, partial, span};
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static GITLEAKS: Reads<Gitleaks> = Reads(Gitleaks);

static CARD: Card = Card {
    id: "gitleaks",
    label: "Gitleaks JSON",
    about: "What `gitleaks --report-format json` writes: leaked credentials in files and commits.",
    extensions: &["json"],
    tool: "Gitleaks",
    versions: "8 (RuleID), and 2 to 7 (offender)",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Gitleaks;

impl JsonReport for Gitleaks {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let new = outline.first_has(&["RuleID", "StartLine", "File"]);
        let old = outline.first_has(&["offender", "rule", "file"])
            || outline.first_has(&["offender", "rule", "commit"]);
        let line =
            outline.has(&["RuleID", "StartLine", "File"]) || outline.has(&["offender", "rule", "commit"]);
        if new || old || line { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[""]
    }

    fn record(&self, _at: &At<'_>, leak: &Json, out: &mut Out) -> Result<(), String> {
        let found = if leak.get("RuleID").is_null() { old(leak, out)? } else { new(leak, out)? };
        out.finding(found);
        Ok(())
    }
}

/// Version 8.
fn new(leak: &Json, out: &mut Out) -> Result<Found, String> {
    let rule = leak.line("RuleID").ok_or("it has no RuleID")?;
    let description = leak.line("Description");
    let mut found = make::found(&rule, &description.clone().unwrap_or_else(|| format!("{rule} found")));
    found.kind = FindingKind::Secret;
    let path = leak.line("File").or_else(|| leak.line("SymlinkFile")).unwrap_or_default();
    let mut place = span(&path, leak, ["StartLine", "EndLine", "StartColumn", "EndColumn"]);
    let credential = leak.get("Secret").text().unwrap_or_default();
    let code = leak.get("Match").text().map(|text| masked(text, credential));
    place.snippet = code.and_then(|code| make::snippet(&code, place.start_line));
    put(&mut found, place);
    commit(leak, &mut found, ["Commit", "Author", "Email", "Date", "Message"]);
    let link = leak.line("Link").or_else(|| leak.line("LeakURL"));
    make::references(&mut found, link.iter().map(String::as_str));
    found.tags = leak.lines("Tags");
    // Commit, file, rule and line: what Gitleaks itself takes in its ignore file.
    make::fingerprint(&mut found, "Fingerprint", leak.line("Fingerprint"));
    out.rule(docket_domain::Rule { short: description, ..make::rule(&rule, None) });
    Ok(found)
}

/// Versions 2 to 7.
fn old(leak: &Json, out: &mut Out) -> Result<Found, String> {
    let rule = leak.line("rule").ok_or("it has no rule")?;
    let mut found = make::found(&rule, &format!("{rule} found"));
    found.kind = FindingKind::Secret;
    let path = leak.line("file").unwrap_or_default();
    let mut place = make::place(&path, leak.line_number("lineNumber"));
    let credential = leak.get("offender").text().unwrap_or_default();
    let code = leak.get("line").text().map(|text| masked(text, credential));
    place.snippet = code.and_then(|code| make::snippet(&code, place.start_line));
    put(&mut found, place);
    commit(leak, &mut found, ["commit", "author", "email", "date", "commitMessage"]);
    let link = leak.line("leakURL");
    make::references(&mut found, link.iter().map(String::as_str));
    let tags = leak.line("tags").unwrap_or_default();
    found.tags = tags.split(',').filter_map(clean::some_line).collect();
    out.rule(make::rule(&rule, None));
    Ok(found)
}

fn put(found: &mut Found, place: Location) {
    if place.path.is_some() {
        found.locations.push(place);
    }
}

/// The commit that brought it: one leak in two commits are two.
fn commit(leak: &Json, found: &mut Found, keys: [&str; 5]) {
    let [id, author, email, date, message] = keys;
    let who = [leak.line(author), leak.line(email).map(|email| format!("<{email}>"))];
    let who: Vec<String> = who.into_iter().flatten().collect();
    found.description = make::described([
        ("Commit", leak.line(id)),
        ("Author", Some(who.join(" "))),
        ("Date", leak.line(date).filter(|date| !date.starts_with("0001-"))),
        ("Message", leak.block(message)),
        ("Entropy", leak.line("Entropy").filter(|entropy| entropy != "0")),
        ("Repository", leak.line("repoURL").or_else(|| leak.line("repo").filter(|repo| repo != "."))),
    ]);
    partial(found, "commit", leak.line(id));
}
