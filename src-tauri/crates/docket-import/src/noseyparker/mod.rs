//! Nosey Parker: findings (one credential each) with every place where they match.

use docket_domain::{FindingKind, Found, Location, SuppressionStatus};

use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::code::{decided, masked, masked_runs, partial, span};
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static NOSEYPARKER: Reads<NoseyParker> = Reads(NoseyParker);

static CARD: Card = Card {
    id: "noseyparker",
    label: "Nosey Parker JSON",
    about: "What `noseyparker report --format json` or `jsonl` writes: leaked credentials with all their places.",
    extensions: &["jsonl", "json"],
    tool: "Nosey Parker",
    versions: "0.13 to 0.24",
    example: include_str!("example.jsonl"),
};

/// Reads it.
pub(crate) struct NoseyParker;

impl JsonReport for NoseyParker {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let keys = ["rule_name", "matches", "num_matches"];
        if outline.has(&keys) || outline.first_has(&keys) { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[""]
    }

    /// One finding is one credential; each match is a place of it.
    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let name = record.line("rule_name").ok_or("it has no rule_name")?;
        let rule = record.line("rule_text_id").unwrap_or_else(|| name.clone());
        let mut found = make::found(&rule, &name);
        found.kind = FindingKind::Secret;
        for one in record.get("matches").items() {
            place(one, &mut found);
        }
        found.description = make::described([
            ("Matches", record.line("num_matches")),
            ("Comment", record.block("comment")),
            ("Score", record.line("mean_score")),
        ]);
        // A hash of rule and matched text.
        make::fingerprint(&mut found, "finding_id", record.line("finding_id"));
        let statuses = record.get("statuses");
        let rejected = statuses.items().iter().any(|status| status.text() == Some("reject"))
            || record.get("status").text() == Some("reject");
        if rejected {
            decided(&mut found, SuppressionStatus::Accepted, "reject", record.block("comment"));
        }
        out.rule(make::rule(&rule, Some(name).filter(|name| *name != rule)));
        out.finding(found);
        Ok(())
    }
}

/// Where one match lies: a blob may be known as a file and as part of a repository's history.
fn place(one: &Json, found: &mut Found) {
    let provenance = one.get("provenance").items();
    let blob = provenance.iter().find_map(|from| {
        // The key that holds the first commit has had several names.
        let keys = ["commit_provenance", "first_commit"];
        let commit = keys.iter().map(|key| from.get(key)).find(|commit| commit.is_map())?;
        Some((commit.line("blob_path")?, commit.at("commit_metadata").line("commit_id")))
    });
    let file = provenance.iter().find_map(|from| from.line("path"));
    let (path, commit) = match (blob, file) {
        (Some((path, commit)), _) => (Some(path), commit),
        (None, file) => (file, None),
    };
    let keys = ["start.line", "end.line", "start.column", "end.column"];
    let mut place: Location = span(&path.unwrap_or_default(), one.at("location.source_span"), keys);
    let snippet = one.get("snippet");
    let parts = ["before", "matching", "after"].iter().filter_map(|key| snippet.get(key).text());
    let hidden = |text: &str| match one.get("match_content").text() {
        Some(credential) => masked(text, credential),
        None => masked_runs(text),
    };
    place.snippet =
        snippet.get("matching").text().and_then(|text| make::snippet(&hidden(text), place.start_line));
    place.context = make::snippet(&hidden(&parts.collect::<String>()), None);
    place.message = commit.as_ref().map(|commit| format!("Commit {commit}"));
    partial(found, "commit", commit.filter(|_| found.locations.is_empty()));
    found.locations.push(place);
}
