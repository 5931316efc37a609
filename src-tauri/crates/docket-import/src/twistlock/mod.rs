//! Prisma Cloud Compute (Twistlock): the JSON of `twistcli images scan` and the table of the
//! console.

mod table;

use docket_domain::{FindingKind, Found, Problem, Run, Severity};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};
use crate::words;

pub(crate) use table::TWISTLOCK_CSV;

/// The format.
pub(crate) static TWISTLOCK: Reads<Twistlock> = Reads(Twistlock);

static CARD: Card = Card {
    id: "twistlock",
    label: "Prisma Cloud (Twistlock) JSON",
    about: "What `twistcli images scan --output-file` writes: vulnerabilities and compliance.",
    extensions: &["json"],
    tool: "Prisma Cloud",
    versions: "twistcli of Prisma Cloud Compute 19 and later",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Twistlock;

impl JsonReport for Twistlock {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let counted = ["vulnerabilityDistribution", "complianceDistribution"];
        if counted.iter().any(|key| outline.has_inner("results", key)) {
            return Confidence::Certain;
        }
        let repository =
            outline.has(&["repository", "vulnerabilities"]) && counted.iter().any(|key| outline.has(&[key]));
        let flaw = outline.has_paths(&["results.vulnerabilities.packageName", "results.distro"]);
        if repository || flaw || outline.has_inner("results", "vulnerabilityScanPassed") {
            return Confidence::Certain;
        }
        let shape = outline.has_inner("results", "distro")
            && (outline.has_inner("results", "packages") || outline.has_inner("results", "compliances"));
        if shape { Confidence::Likely } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "results"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let is_repository = cover.has("") && cover.top.has_key("vulnerabilities");
        if !cover.has("results") && !is_repository {
            return Err(not_such_a_report(CARD.label, "it has neither results nor vulnerabilities"));
        }
        let mut run = CARD.run(options);
        run.category = cover.top.line("repository");
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        let image = record.any_line(&["name", "repository", "id"]).map(|name| clean::title(&name));
        for item in out.objects(record.get("vulnerabilities")) {
            out.part(item);
            out.finding(vulnerability(item, image.as_deref()));
        }
        for list in ["compliances", "complianceIssues"] {
            for item in out.objects(record.get(list)) {
                out.part(item);
                out.finding(compliance(item, image.as_deref()));
            }
        }
        Ok(())
    }
}

/// The words of Prisma Cloud: its own and those of distributions.
fn word(word: &str) -> Option<Severity> {
    match word.trim().to_ascii_lowercase().as_str() {
        // Debian's word for what hardly matters.
        "unimportant" => Some(Severity::Low),
        other => words::severity(other),
    }
}

/// `fixed in 1.2, 1.3` as the versions it names.
fn fixed_in(status: Option<String>) -> Option<String> {
    clean::some_line(status?.trim().strip_prefix("fixed in ")?)
}

fn vulnerability(item: &Json, image: Option<&str>) -> Found {
    let id = item.any_line(&["id", "cve"]).unwrap_or_default();
    let package = item.line("packageName");
    let version = item.line("packageVersion");
    let named = [package.as_deref(), version.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let mut found = make::found(&id, format!("{id} in {named}").trim_end_matches(" in "));
    found.kind = FindingKind::Dependency;
    let status = item.line("status");
    let causes = match item.get("riskFactors") {
        Json::Map(fields) => fields.iter().filter_map(|(name, _)| clean::some_line(name)).collect(),
        _ => item.lines("riskFactors"),
    };
    found.description = make::described([
        ("", item.block("description")),
        ("Image", image.map(str::to_owned)),
        ("Status", status.clone()),
        ("Risk factors", clean::some_line(&causes.join(", "))),
        ("Affected versions", clean::some_line(&item.lines("impactedVersions").join(", "))),
        ("Layer", item.block("layerInstruction")),
    ]);
    make::severity_as(&mut found, item.get("severity").text(), word);
    make::opinions(&mut found, make::opinion(item.get("vector").text(), item.get("cvss").number(), None));
    make::severity_from_cvss(&mut found);
    let fixed = fixed_in(status);
    found.remediation = fixed.as_ref().map(|fixed| format!("Update to {fixed}."));
    found.component = make::component(package, version, None, fixed);
    found
        .locations
        .extend(item.line("packagePath").or_else(|| item.line("path")).map(|path| make::place(&path, None)));
    make::advisory(&mut found, &id);
    make::references(&mut found, item.get("link").text());
    found.tags = item.line("packageType").or_else(|| item.line("type")).into_iter().collect();
    found
}

fn compliance(item: &Json, image: Option<&str>) -> Found {
    let title = item.line("title").unwrap_or_default();
    let mut found = make::found(&item.line("id").unwrap_or_else(|| title.clone()), &title);
    found.kind = FindingKind::Iac;
    found.description = make::described([
        ("", item.block("description")),
        ("Cause", item.block("cause")),
        ("Image", image.map(str::to_owned)),
        ("Layer", item.block("layerInstruction")),
    ]);
    make::severity_as(&mut found, item.get("severity").text(), word);
    found.tags = item.line("category").into_iter().collect();
    found
}
