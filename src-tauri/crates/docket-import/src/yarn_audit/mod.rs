//! What Yarn writes line by line: `yarn audit --json` (Yarn 1) and `yarn npm audit --json`
//! (Yarn 4). Yarn 2 and 3 write npm 6's shape.

use docket_domain::Found;

use crate::clean;
use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::npm_audit;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static YARN_AUDIT: Reads<Yarn> = Reads(Yarn);

static CARD: Card = Card {
    id: "yarn-audit",
    label: "Yarn audit JSON lines",
    about: "What `yarn audit --json` (Yarn 1) and `yarn npm audit --json` (Yarn 4) write.",
    extensions: &["json", "jsonl", "ndjson"],
    tool: "Yarn audit",
    versions: "Yarn 1 and 4",
    example: include_str!("example.jsonl"),
};

/// Reads it.
pub(crate) struct Yarn;

impl JsonReport for Yarn {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        if outline.has_paths(&["value", "children.Severity"]) {
            return Confidence::Certain;
        }
        let is_event = outline.has(&["type", "data"]) && outline.keys.len() == 2;
        let says = |word: &str| head.text.contains(word);
        match is_event {
            true if says("\"auditAdvisory\"") || says("\"auditSummary\"") => Confidence::Certain,
            true if says("\"type\":\"error\"") && says("audit") => Confidence::Likely,
            _ => Confidence::No,
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[""]
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.get("children").is_null() {
            out.finding(berry(record)?);
            return Ok(());
        }
        match record.get("type").text() {
            // One line for each way to the package: together they are the advisory.
            Some("auditAdvisory") => {
                let advisory = record.at("data.advisory");
                let found = npm_audit::advisory(advisory)?;
                let id = advisory.line("id").unwrap_or_else(|| found.rule.clone());
                let chain = record.line("data.resolution.path");
                let held = out.hold(&id, chain.as_ref().map_or(0, |chain| chain.len() + 256), || found)?;
                let known =
                    |chain: &str| held.locations.iter().any(|at| at.logical.as_deref() == Some(chain));
                if let Some(chain) = chain.filter(|chain| held.locations.len() < 100 && !known(chain)) {
                    held.locations.extend(make::logical(&chain));
                }
            }
            Some("error") => out.failed(record.line("data").unwrap_or_default()),
            _ => {}
        }
        Ok(())
    }

    fn holds(&self) -> bool {
        true
    }

    fn end(&self, out: &mut Out) {
        for found in out.take_held().into_values() {
            out.finding(found);
        }
    }
}

/// A line of Yarn 4: a package, and what is wrong with it.
fn berry(record: &Json) -> Result<Found, String> {
    let name = record.line("value").ok_or("it names no package")?;
    let flaw = record.get("children");
    let id = flaw.line("ID").unwrap_or_default();
    let url = flaw.line("URL").unwrap_or_default();
    let mut ids = crate::identifiers::Identifiers::default();
    ids.scan(&url);
    let rule = ids.into_vec().first().map_or_else(|| id.clone(), |known| known.value.clone());
    let versions = flaw.lines("Tree Versions");
    let component = make::package("npm", Some(name.clone()), versions.first().cloned(), None);
    let issue = flaw.block("Issue");
    let title = issue.as_deref().map(clean::first_sentence).map(str::to_owned);
    let mut found = make::dependency(&rule, title, component);
    found.identifiers.retain(|known| !matches!(known.scheme.as_str(), "ID"));
    if flaw.get("ID").text().is_some_and(|id| id.ends_with("(deprecation)")) {
        found.tags.push("deprecated".to_owned());
        found.identifiers.clear();
    }
    found.description = make::described([
        ("", issue),
        ("Vulnerable versions", flaw.line("Vulnerable Versions")),
        ("Installed versions", Some(versions.join(", ")).filter(|_| versions.len() > 1)),
    ]);
    make::severity(&mut found, flaw.get("Severity").text());
    make::references(&mut found, [url.as_str()]);
    let dependents = flaw.lines("Dependents");
    let chains = dependents.iter().take(100).filter_map(|by| make::logical(&format!("{by}>{name}")));
    found.locations = chains.collect();
    Ok(found)
}
