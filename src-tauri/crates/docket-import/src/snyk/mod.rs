//! Snyk: what `snyk test --json` writes about one project or several, images included, and the
//! issues of its REST API.

mod api;

use std::borrow::Cow;

use docket_domain::{Found, Problem, Run, SuppressionStatus};

use crate::exploit;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, failed, not_such_a_report};

pub(crate) use api::SNYK_API;

/// The format of the command line.
pub(crate) static SNYK: Reads<Snyk> = Reads(Snyk);

static CARD: Card = Card {
    id: "snyk",
    label: "Snyk JSON",
    about: "What `snyk test --json` and `snyk container test --json` write.",
    extensions: &["json"],
    tool: "Snyk",
    versions: "one project or an array of projects",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Snyk;

impl JsonReport for Snyk {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let project = outline.has_paths(&["vulnerabilities", "ok"])
            && ["dependencyCount", "packageManager", "licensesPolicy", "uniqueCount", "displayTargetFile"]
                .iter()
                .any(|key| outline.path(key).is_some());
        // The list comes first and may be longer than the head.
        let flaw = outline.path("vulnerabilities.packageManager").is_some()
            || outline.has_paths(&["vulnerabilities.packageName", "vulnerabilities.identifiers"]);
        let way = ["semver", "from", "upgradePath", "isUpgradable"];
        let flaw = flaw && way.iter().any(|key| outline.path(&format!("vulnerabilities.{key}")).is_some());
        // Reports of configurations have a reader of their own.
        if outline.path("infrastructureAsCodeIssues").is_some() {
            return Confidence::No;
        }
        // `snyk test --unmanaged` tells of each flaw once and beside the places.
        let unmanaged = outline.has_paths(&["issuesData", "issues", "vulnerabilities"]);
        if project || flaw || unmanaged {
            return Confidence::Certain;
        }
        let error = outline.keys.len() <= 4 && outline.has(&["ok", "error", "path"]);
        if error { Confidence::Likely } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "vulnerabilities", "filtered.ignore", "applications"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if let Some(says) = top.line("error") {
            return Err(failed(CARD.tool, &says));
        }
        if cover.has("") && top.is_map() {
            return Err(not_such_a_report(CARD.label, "it has no vulnerabilities"));
        }
        let mut run = CARD.run(options);
        run.category = top.line("projectName");
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        match at.list {
            "vulnerabilities" => out.finding(vulnerability(&whole(record, at.cover), at.cover)?),
            "filtered.ignore" => out.finding(ignored(&whole(record, at.cover), at.cover)?),
            _ => project(record, out)?,
        }
        Ok(())
    }
}

/// A project of several, or an application inside an image.
fn project(project: &Json, out: &mut Out) -> Result<(), String> {
    if let Some(says) = project.line("error") {
        return Err(format!("Snyk could not test it: {says}"));
    }
    if project.get("vulnerabilities").is_null() {
        return Err("it has no vulnerabilities, not even none".to_owned());
    }
    for item in project.get("vulnerabilities").items() {
        out.part(item);
        out.finding(vulnerability(&whole(item, project), project)?);
    }
    for item in project.at("filtered.ignore").items() {
        out.part(item);
        out.finding(ignored(&whole(item, project), project)?);
    }
    for application in project.get("applications").items() {
        for item in application.get("vulnerabilities").items() {
            out.part(item);
            out.finding(vulnerability(item, application)?);
        }
    }
    Ok(())
}

/// A vulnerability with what the project says of it in one place for all that have it.
fn whole<'a>(item: &'a Json, project: &Json) -> Cow<'a, Json> {
    let about = item.get("id").text().map_or(&Json::Null, |id| project.get("issuesData").get(id));
    match (about.shared(&[]), item) {
        (Json::Map(mut fields), Json::Map(own)) if !fields.is_empty() => {
            fields.extend(own.iter().cloned());
            Cow::Owned(Json::Map(fields))
        }
        _ => Cow::Borrowed(item),
    }
}

/// The file that the project was read from.
fn target(project: &Json) -> Option<String> {
    ["displayTargetFile", "targetFile"].iter().find_map(|key| project.line(key))
}

fn vulnerability(item: &Json, project: &Json) -> Result<Found, String> {
    let id = item.line("id").ok_or("it has no id")?;
    let name = ["packageName", "moduleName", "name"].iter().find_map(|key| item.line(key));
    let manager = item.line("packageManager").or_else(|| project.line("packageManager")).unwrap_or_default();
    let fixed = item.line("nearestFixedInVersion").or_else(|| {
        let fixed = item.lines("fixedIn").join(", ");
        Some(fixed).filter(|fixed| !fixed.is_empty())
    });
    let component = make::package(&manager, name, item.any_line(&["version", "packageVersion"]), fixed);
    let mut found = make::dependency(&id, item.line("title"), component);
    found.description = make::described([
        ("", item.block("description")),
        ("Exploit maturity", item.line("exploit").filter(|text| text != "Not Defined")),
        ("Image layer", item.line("dockerfileInstruction")),
    ]);
    // Until there was a «critical» for everyone, `severity` said «high» in its place.
    let word = item.line("severityWithCritical").or_else(|| item.line("severity"));
    make::severity(&mut found, word.as_deref());
    for (kind, ids) in item.get("identifiers").fields() {
        for id in ids.items().iter().filter_map(|id| id.some_text()) {
            match kind.as_str() {
                "CWE" => make::identifiers(&mut found, [], [id]),
                _ => make::advisory(&mut found, id),
            }
        }
    }
    exploit::epss_in(
        &mut found,
        item,
        "epssDetails.probability",
        "epssDetails.percentile",
        "epssDetails.date",
    );
    make::opinions(
        &mut found,
        make::opinion(item.get("CVSSv3").text(), item.get("cvssScore").number(), None),
    );
    let details = item.get("cvssDetails").items().iter().filter_map(|one| {
        make::opinion(
            one.get("cvssV3Vector").text(),
            one.get("cvssV3BaseScore").number(),
            one.get("assigner").text(),
        )
    });
    let sources = item.get("cvssSources").items().iter().filter_map(|one| {
        make::opinion(one.get("vector").text(), one.get("baseScore").number(), one.get("assigner").text())
    });
    make::opinions(&mut found, details.chain(sources).collect::<Vec<_>>());
    make::severity_from_cvss(&mut found);
    let urls = item.get("references").items().iter().filter_map(|one| one.get("url").text());
    make::references(&mut found, urls);
    // The first package of the chain is the project itself; `false` is no upgrade there.
    let upgrade = item.lines("upgradePath");
    if let Some(to) = upgrade.iter().find(|step| step.contains('@')) {
        found.remediation = Some(format!("Upgrade to {to}."));
    }
    let chain = item.lines("from").join(" > ");
    let place = target(project).map(|path| make::place(&path, None)).or_else(|| make::logical(&chain));
    found.locations = place
        .into_iter()
        .map(|mut place| {
            place.logical = crate::clean::some_line(&chain);
            place
        })
        .collect();
    found.tags = ["packageManager", "language", "type"].iter().filter_map(|key| item.line(key)).collect();
    found.tags.dedup();
    Ok(found)
}

/// What Snyk's policy file ignores.
fn ignored(item: &Json, project: &Json) -> Result<Found, String> {
    let mut found = vulnerability(item, project)?;
    let reasons = item.at("filtered.ignored").items().iter().chain(item.get("ignoreReasons").items());
    let why = reasons.filter_map(|one| one.line("reason")).collect::<Vec<_>>().join("; ");
    found.suppressions.push(make::suppression(SuppressionStatus::Accepted, "ignored", Some(why)));
    Ok(found)
}
