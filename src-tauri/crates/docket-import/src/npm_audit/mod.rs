//! What `npm audit --json` writes, before and after npm 7, and `pnpm audit` and
//! `yarn npm audit` (Yarn 2 and 3), which keep npm 6's shape.

mod seven;

use docket_domain::{Found, Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::identifiers::Identifiers;
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads, did_not_look};
use crate::report::{Card, Out, failed, not_such_a_report};

pub(crate) use seven::NPM_AUDIT_7;

/// The format of npm 6.
pub(crate) static NPM_AUDIT: Reads<Npm6> = Reads(Npm6);

static CARD: Card = Card {
    id: "npm-audit",
    label: "npm 6, pnpm, Yarn 2 and 3 audit JSON",
    about: "What `npm audit --json` (npm 6), `pnpm audit --json` and `yarn npm audit --json` write.",
    extensions: &["json"],
    tool: "npm audit",
    versions: "npm 6, pnpm 5 and later, Yarn 2 and 3",
    example: include_str!("example.json"),
};

/// How many chains of packages are kept for one finding.
const CHAINS: usize = 100;

/// Reads it.
pub(crate) struct Npm6;

impl JsonReport for Npm6 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        if outline.has(&["advisories"]) && (outline.has(&["metadata"]) || outline.has(&["actions"])) {
            return Confidence::Certain;
        }
        if outline.has(&["advisories"]) && head.text.contains("\"module_name\"") {
            return Confidence::Certain;
        }
        // `{"error": {"code": "ENOLOCK", "summary": …}}`
        let code = outline.path("error.code").unwrap_or_default();
        let error = outline.has_paths(&["error.summary"]) || code.starts_with("ERR_PNPM");
        if error && !code.is_empty() { Confidence::Likely } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["advisories"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        run_of(&CARD, cover, "advisories", options)
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        out.finding(advisory(record)?);
        Ok(())
    }
}

fn run_of(card: &Card, cover: &Cover, list: &'static str, options: &ReadOptions) -> Result<Run, Problem> {
    let error = cover.top.get("error");
    if !error.is_null() {
        let says = ["summary", "message", "detail"].iter().find_map(|key| error.line(key));
        let says = says.or_else(|| cover.top.line("message")).or_else(|| error.line("code"));
        return Err(failed(card.tool, &says.unwrap_or_default()));
    }
    let run = card.run(options);
    if cover.has(list) {
        return Ok(run);
    }
    if cover.top.get("metadata").is_null() {
        return Err(not_such_a_report(card.label, &format!("it has no {list}")));
    }
    Ok(did_not_look(run, format!("it has no {list}, not even none")))
}

/// An advisory in the shape of npm's registry, which Yarn 1 writes too.
pub(crate) fn advisory(item: &Json) -> Result<Found, String> {
    // The registry has had advisories without a package; what else they say counts.
    let name = item.line("module_name");
    if name.is_none() && item.line("title").is_none() {
        return Err("it names neither a package nor a flaw".to_owned());
    }
    let url = item.line("url").unwrap_or_default();
    let mut known = Identifiers::default();
    known.scan(&item.line("github_advisory_id").unwrap_or_default());
    known.scan(&url);
    let ids = known.into_vec();
    let advisory = ids.iter().find(|id| id.scheme == "GHSA").map(|id| id.value.clone());
    let number = item.line("id");
    let rule = advisory.or_else(|| number.clone()).unwrap_or_default();
    let installed: Vec<String> = {
        let mut all: Vec<String> =
            item.get("findings").items().iter().filter_map(|one| one.line("version")).collect();
        all.dedup();
        all
    };
    let fixed = item.line("patched_versions").and_then(|range| make::first_of_range(&range));
    let component = make::package("npm", name, installed.first().cloned(), fixed);
    let mut found = make::dependency(&rule, item.line("title"), component);
    // npm's own numbers are no public names.
    found.identifiers.retain(|id| id.scheme != "ID");
    found.description = make::described([
        ("", item.block("overview")),
        ("Vulnerable versions", item.line("vulnerable_versions")),
        ("Installed versions", Some(installed.join(", ")).filter(|_| installed.len() > 1)),
        ("Affected", item.line("metadata.affected_components")),
    ]);
    make::severity(&mut found, item.get("severity").text());
    for cve in item.lines("cves") {
        make::advisory(&mut found, &cve);
    }
    let texts: Vec<String> = item.line("github_advisory_id").into_iter().chain([url.clone()]).collect();
    // One text may hold several: `["CWE-173","CWE-200"]`.
    let cwes = item.lines("cwe");
    make::identifiers(&mut found, texts.iter().map(String::as_str), cwes.iter().map(String::as_str));
    let score = item.at("cvss.score").number().filter(|score| *score > 0.0);
    make::opinions(&mut found, make::opinion(item.at("cvss.vectorString").text(), score, None));
    make::severity_from_cvss(&mut found);
    if let Some(text) = item.block("recommendation").filter(|text| text != "None") {
        found.remediation = Some(text);
    }
    make::references(&mut found, [url.as_str()]);
    make::references_in(&mut found, &item.block("references").unwrap_or_default());
    let chains = item.get("findings").items().iter().flat_map(|one| one.lines("paths"));
    found.locations = chains.take(CHAINS).filter_map(|chain| make::logical(&chain)).collect();
    if let Some(number) = number {
        found.partial_fingerprints.insert("npm advisory".to_owned(), number);
    }
    Ok(found)
}
