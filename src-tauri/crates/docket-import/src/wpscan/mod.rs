//! `WPScan`'s JSON: vulnerabilities of `WordPress`, its theme and plugins, and what is interesting.
//! `WPScan` states no severity; with an account of the larger kind there is a CVSS score.

use docket_domain::{Completeness, FindingKind, Found, Problem, Run};

use crate::evidence;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, failed, not_such_a_report};

/// The format.
pub(crate) static WPSCAN: Reads<Wpscan> = Reads(Wpscan);

static CARD: Card = Card {
    id: "wpscan",
    label: "WPScan JSON",
    about: "What WPScan writes with `--format json`.",
    extensions: &["json"],
    tool: "WPScan",
    versions: "3",
    example: include_str!("example.json"),
};

const CORE: &str = "version.vulnerabilities";
const THEME: &str = "main_theme.vulnerabilities";

/// Reads it.
pub(crate) struct Wpscan;

impl JsonReport for Wpscan {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let site = outline.has(&["target_url", "effective_url"]) || outline.has(&["scan_aborted"]);
        let named = head.text.contains("WPScan");
        if site && named {
            Confidence::Certain
        } else if outline.has(&["target_url", "interesting_findings"]) {
            Confidence::Likely
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[
            "interesting_findings",
            CORE,
            THEME,
            "plugins",
            "themes",
            "timthumbs",
            "config_backups",
            "db_exports",
        ]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if let Some(says) = top.line("scan_aborted") {
            return Err(failed(CARD.tool, &says));
        }
        if top.get("target_url").is_null() {
            return Err(not_such_a_report(CARD.label, "it has no «target_url»"));
        }
        let mut run = CARD.run(options);
        run.tool.version = top.line("banner.version");
        run.category = top.line("target_url");
        if let Some(says) = top.line("vuln_api.error") {
            let reason = format!("vulnerabilities were not looked up: {says}");
            run.completeness = Completeness::Partial { reason };
        }
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let top = at.cover;
        match at.list {
            "interesting_findings" => out.finding(interesting(record)),
            CORE => {
                let version = top.line("version.number");
                out.finding(vulnerability(record, "WordPress", version, top));
            }
            THEME => {
                let name = top.line("main_theme.slug").unwrap_or_default();
                out.finding(vulnerability(record, &name, top.line("main_theme.version.number"), top));
            }
            "plugins" | "themes" | "timthumbs" => {
                let slug =
                    record.line("slug").or_else(|| at.key.map(crate::clean::title)).unwrap_or_default();
                for one in out.objects(record.get("vulnerabilities")) {
                    out.part(one);
                    out.finding(vulnerability(one, &slug, record.line("version.number"), top));
                }
            }
            _ => out.finding(lying_open(at, record)),
        }
        Ok(())
    }
}

fn interesting(record: &Json) -> Found {
    let kind = record.line("type").unwrap_or_default();
    let title = record.line("to_s").unwrap_or_else(|| kind.clone());
    let mut found = make::found(&kind, &title);
    found.kind = FindingKind::Web;
    let list = record.lines("interesting_entries");
    found.description = make::described([
        ("", Some(title)),
        ("Found by", record.line("found_by")),
        ("Confidence", record.line("confidence").map(|number| format!("{number} %"))),
    ]);
    evidence::text(&mut found, "Entries", Some(list.join("\n")));
    found.endpoint = make::endpoint(record.line("url").as_deref(), None, None);
    refer(&mut found, record.get("references"));
    found
}

fn vulnerability(record: &Json, package: &str, version: Option<String>, top: &Json) -> Found {
    let title = record.line("title").unwrap_or_default();
    let references = record.get("references");
    let id = references.lines("wpvulndb").into_iter().next();
    let rule = id.as_ref().map_or_else(|| title.clone(), |id| format!("WPVDB-{id}"));
    let mut found = make::found(&rule, &title);
    found.kind = FindingKind::Dependency;
    found.description = make::described([
        ("", record.block("description")),
        ("Affected since", record.line("introduced_in")),
    ]);
    evidence::text(&mut found, "Proof of concept", record.block("poc"));
    let fixed = record.line("fixed_in");
    found.remediation = fixed.as_ref().map(|fixed| format!("Update {package} to {fixed}."));
    found.component = make::component(crate::clean::some_line(package), version, None, fixed);
    found.endpoint =
        make::endpoint(top.line("effective_url").or_else(|| top.line("target_url")).as_deref(), None, None);
    make::opinions(
        &mut found,
        make::opinion(record.get("cvss").get("vector").text(), record.at("cvss.score").number(), None),
    );
    make::severity_from_cvss(&mut found);
    refer(&mut found, references);
    let cwe = record.lines("cwe");
    make::identifiers(&mut found, [], cwe.iter().map(String::as_str));
    found
}

/// Numbers of CVEs come without their prefix.
fn refer(found: &mut Found, references: &Json) {
    let cves: Vec<String> = references
        .lines("cve")
        .into_iter()
        .map(|cve| if cve.to_ascii_uppercase().starts_with("CVE") { cve } else { format!("CVE-{cve}") })
        .collect();
    make::identifiers(found, cves.iter().map(String::as_str), []);
    let database = references.lines("wpvulndb");
    let database = database.iter().map(|id| format!("https://wpscan.com/vulnerability/{id}/"));
    let urls: Vec<String> = references.lines("url").into_iter().chain(database).collect();
    make::references(found, urls.iter().map(String::as_str));
}

/// A backup or an export that everybody can fetch; its address is the key.
fn lying_open(at: &At<'_>, record: &Json) -> Found {
    let url = at.key.map(str::to_owned).or_else(|| record.line("url")).unwrap_or_default();
    let what = if at.list == "db_exports" { "Export of the database" } else { "Backup of the configuration" };
    let mut found = make::found(at.list, &format!("{what} can be fetched: {url}"));
    found.kind = FindingKind::Web;
    found.description = make::described([("Found by", record.line("found_by"))]);
    found.endpoint = make::endpoint(Some(&url), None, None);
    found
}
