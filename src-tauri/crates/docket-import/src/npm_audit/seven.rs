//! npm 7 and later: by package, each with the advisories about it and the packages through which
//! it is vulnerable.

use docket_domain::{Found, Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::identifiers::Identifiers;
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static NPM_AUDIT_7: Reads<Npm7> = Reads(Npm7);

static CARD: Card = Card {
    id: "npm-audit-7",
    label: "npm audit JSON",
    about: "What `npm audit --json` writes since npm 7.",
    extensions: &["json"],
    tool: "npm audit",
    versions: "auditReportVersion 2 (npm 7 and later)",
    example: include_str!("example7.json"),
};

/// Where the packages stand in what `npm audit fix --json` writes: it tells first what it changed.
const FIX: &str = "audit.vulnerabilities";

/// Reads it.
pub(crate) struct Npm7;

impl JsonReport for Npm7 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let known = outline.has(&["auditReportVersion"]) || outline.has_paths(&["audit.auditReportVersion"]);
        if known { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["vulnerabilities", FIX]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let list = if cover.has(FIX) { FIX } else { "vulnerabilities" };
        super::run_of(&CARD, cover, list, options)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let name = record.line("name").or_else(|| at.key.map(str::to_owned)).ok_or("it names no package")?;
        let via = record.get("via").items();
        let own = via.iter().filter(|one| one.is_map());
        let mut has_own = false;
        for advisory in own {
            has_own = true;
            let mut found = about(advisory, &name);
            common(&mut found, record);
            out.finding(found);
        }
        if !has_own {
            let through = record.lines("via").join(", ");
            let title = format!("{name} depends on vulnerable versions of {through}");
            let mut found = make::dependency("npm-audit/depends-on-vulnerable", Some(title), None);
            found.identifiers.clear();
            found.component = make::package("npm", Some(name), None, None);
            make::severity(&mut found, record.get("severity").text());
            found.description = make::described([
                ("Vulnerable through", Some(through)),
                ("Vulnerable versions", record.line("range")),
            ]);
            common(&mut found, record);
            out.finding(found);
        }
        Ok(())
    }
}

/// An advisory about the package itself. Its severity is its own: that of the package is the
/// worst of all that it is vulnerable through.
fn about(advisory: &Json, name: &str) -> Found {
    let url = advisory.line("url").unwrap_or_default();
    let mut known = Identifiers::default();
    known.scan(&url);
    let ids = known.into_vec();
    let number = advisory.line("source");
    let rule = ids.first().map(|id| id.value.clone()).or_else(|| number.clone()).unwrap_or_default();
    let about = advisory.line("dependency").unwrap_or_else(|| name.to_owned());
    let component = make::package("npm", Some(about), None, None);
    let mut found = make::dependency(&rule, advisory.line("title"), component);
    found.identifiers.retain(|id| id.scheme != "ID");
    found.description = make::described([("Vulnerable versions", advisory.line("range"))]);
    make::severity(&mut found, advisory.get("severity").text());
    make::identifiers(&mut found, [], advisory.lines("cwe").iter().map(String::as_str));
    let score = advisory.at("cvss.score").number().filter(|score| *score > 0.0);
    make::opinions(&mut found, make::opinion(advisory.at("cvss.vectorString").text(), score, None));
    make::severity_from_cvss(&mut found);
    make::references(&mut found, [url.as_str()]);
    if let Some(number) = number {
        found.partial_fingerprints.insert("npm advisory".to_owned(), number);
    }
    found
}

/// What the package says for all of them: where it is, and how it is fixed.
fn common(found: &mut Found, package: &Json) {
    let nodes = package.lines("nodes");
    found.locations = nodes.iter().take(super::CHAINS).map(|path| make::place(path, None)).collect();
    let fix = package.get("fixAvailable");
    found.remediation = match (fix.line("name"), fix.line("version"), fix.bool()) {
        (Some(name), Some(version), _) => {
            let major = fix.get("isSemVerMajor").bool() == Some(true);
            Some(format!("Update {name} to {version}{}.", if major { ", a major version" } else { "" }))
        }
        (_, _, Some(true)) => Some("`npm audit fix` updates it.".to_owned()),
        (_, _, Some(false)) => Some("There is no fix yet.".to_owned()),
        _ => None,
    };
    if package.get("isDirect").bool() == Some(true) {
        found.tags.push("direct".to_owned());
    }
}
