//! bundler-audit: vulnerable gems and insecure sources of a `Gemfile.lock`, as JSON and as text.

mod text;

use docket_domain::{FindingKind, Found};

use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

pub(crate) use text::BUNDLER_AUDIT_TEXT;

/// The format in JSON.
pub(crate) static BUNDLER_AUDIT: Reads<BundlerAudit> = Reads(BundlerAudit);

static CARD: Card = Card {
    id: "bundler-audit",
    label: "bundler-audit JSON",
    about: "What `bundle-audit check --format json` writes.",
    extensions: &["json"],
    tool: "bundler-audit",
    versions: "0.8 and later",
    example: include_str!("example.json"),
};

/// Reads JSON.
pub(crate) struct BundlerAudit;

impl JsonReport for BundlerAudit {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let outer = outline.has(&["version", "created_at", "results"]);
        let result = matches!(outline.path("results.type"), Some("unpatched_gem" | "insecure_source"));
        match (outer, result) {
            (true, true) => Confidence::Certain,
            (true, false) if outline.path("results.type").is_none() => Confidence::Likely,
            _ => Confidence::No,
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["results"]
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if record.get("type").text() == Some("insecure_source") {
            out.finding(insecure(&record.line("source").unwrap_or_default()));
            return Ok(());
        }
        let (gem, flaw) = (record.get("gem"), record.get("advisory"));
        let name = gem.line("name").ok_or("it names no gem")?;
        let sound = flaw.lines("patched_versions");
        let mut found = finding(
            &flaw.line("id").unwrap_or_default(),
            flaw.line("title"),
            name,
            gem.line("version"),
            Some(sound.join(", ")).filter(|sound| !sound.is_empty()),
        );
        found.description = flaw.block("description").unwrap_or_default();
        // These are written without their prefixes.
        for (prefix, key) in [("CVE-", "cve"), ("GHSA-", "ghsa"), ("OSVDB-", "osvdb")] {
            if let Some(id) = flaw.line(key) {
                make::advisory(&mut found, &format!("{prefix}{}", id.trim_start_matches(prefix)));
            }
        }
        make::severity(&mut found, flaw.get("criticality").text());
        let opinions = [("cvss_v4", "4.0"), ("cvss_v3", "3.1"), ("cvss_v2", "2.0")];
        let opinions = opinions.iter().filter_map(|(key, version)| {
            let opinion = make::opinion(None, flaw.get(key).number(), None)?;
            Some(docket_domain::Cvss { version: (*version).to_owned(), ..opinion })
        });
        make::opinions(&mut found, opinions);
        make::severity_from_cvss(&mut found);
        make::references(&mut found, flaw.get("url").text());
        out.finding(found);
        Ok(())
    }
}

/// A gem with a flaw. `sound` are the ranges without it.
fn finding(
    id: &str,
    title: Option<String>,
    gem: String,
    version: Option<String>,
    sound: Option<String>,
) -> Found {
    let first = sound.as_deref().and_then(make::first_of_range);
    let mut found = make::dependency(id, title, make::package("gem", Some(gem), version, first));
    found.remediation = sound.map(|sound| format!("Update to {sound}."));
    found.locations.push(make::place("Gemfile.lock", None));
    found
}

/// A source of gems that is not encrypted.
fn insecure(source: &str) -> Found {
    let mut found = make::found("insecure-source", &format!("Insecure source {source}"));
    found.kind = FindingKind::Dependency;
    found.endpoint = make::endpoint(Some(source), None, None);
    found.locations.push(make::place("Gemfile.lock", None));
    found
}
