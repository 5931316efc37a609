//! Amazon Inspector (version 2): what `aws inspector2 list-findings` writes.

use docket_domain::{FindingKind, Found, Presence, SuppressionStatus};

use crate::clean;
use crate::exploit;
use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static AWS_INSPECTOR2: Reads<AwsInspector2> = Reads(AwsInspector2);

static CARD: Card = Card {
    id: "aws-inspector2",
    label: "Amazon Inspector",
    about: "What `aws inspector2 list-findings` writes: packages, code, network reachability.",
    extensions: &["json"],
    tool: "Amazon Inspector",
    versions: "API inspector2 (2020-06-08)",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct AwsInspector2;

impl JsonReport for AwsInspector2 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let listed =
            |list: &str| ["findingArn", "awsAccountId"].iter().all(|key| outline.has_inner(list, key));
        let is_event = outline.path("detail-type") == Some("Inspector2 Finding");
        if is_event || listed("findings") || listed("") || outline.has(&["findingArn", "awsAccountId"]) {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "findings"]
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        // An event of EventBridge holds the finding.
        let record = if record.get("detail").is_map() { record.get("detail") } else { record };
        if record.line("findingArn").is_none() && record.line("title").is_none() {
            return Err("it has neither a findingArn nor a title".to_owned());
        }
        out.finding(found(record));
        Ok(())
    }
}

fn found(record: &Json) -> Found {
    let package = record.get("packageVulnerabilityDetails");
    let code = match record.get("codeVulnerabilityDetails") {
        // Some exports have the details beside the rest.
        Json::Null if record.get("type").text() == Some("CODE_VULNERABILITY") => record,
        details => details,
    };
    let rule = package
        .line("vulnerabilityId")
        .or_else(|| code.any_line(&["ruleId", "detectorId"]))
        .or_else(|| record.line("type"))
        .unwrap_or_default();
    let mut found = make::found(&rule, &record.line("title").unwrap_or_default());
    found.kind = FindingKind::Cloud;
    make::severity(&mut found, record.get("severity").text());
    for item in record.get("resources").items() {
        let about =
            [item.line("type"), item.line("region")].into_iter().flatten().collect::<Vec<_>>().join(", ");
        found.locations.extend(make::resource(item.line("id"), clean::some_line(&about)));
    }
    found.description = make::described([
        ("", record.block("description")),
        ("Account", record.line("awsAccountId")),
        ("Packages", packages(package)),
        ("Network", network(record.get("networkReachabilityDetails"))),
        ("Exploit available", record.line("exploitAvailable").filter(|word| word != "NO")),
    ]);
    exploit::epss_in(&mut found, record, "epss.score", "epss.percentile", "epss.date");
    let advice = record.at("remediation.recommendation");
    found.remediation = advice.block("text").filter(|text| text != "None Provided");
    make::references(&mut found, advice.get("Url").text().or_else(|| advice.get("url").text()));
    make::fingerprint(&mut found, "findingArn", record.line("findingArn"));
    found.tags = record.line("type").into_iter().collect();
    if package.is_map() {
        of_package(&mut found, package);
    }
    if code.is_map() {
        of_code(&mut found, code);
    }
    let score = record.at("inspectorScoreDetails.adjustedCvss");
    make::opinions(
        &mut found,
        make::opinion(
            score.get("scoringVector").text(),
            score.get("score").number().or_else(|| record.get("inspectorScore").number()),
            Some("Amazon Inspector"),
        ),
    );
    make::severity_from_cvss(&mut found);
    match record.line("status").unwrap_or_default().as_str() {
        "CLOSED" => found.presence = Presence::Absent,
        "SUPPRESSED" => make::suppressed(&mut found, SuppressionStatus::Accepted, "suppressed", None),
        _ => {}
    }
    found
}

fn of_package(found: &mut Found, details: &Json) {
    found.kind = FindingKind::Dependency;
    let related = details.lines("relatedVulnerabilities");
    for id in details.line("vulnerabilityId").iter().chain(&related) {
        make::advisory(found, id);
    }
    let opinions = details.get("cvss").items().iter().filter_map(|given| {
        make::opinion(
            given.get("scoringVector").text(),
            given.get("baseScore").number(),
            given.get("source").text(),
        )
    });
    make::opinions(found, opinions);
    let source = details.line("sourceUrl");
    let urls = details.lines("referenceUrls");
    make::references(found, source.iter().chain(&urls).map(String::as_str));
    let Some(first) = details.get("vulnerablePackages").items().first() else { return };
    let fixed = first.line("fixedInVersion").filter(|version| version != "NotAvailable");
    found.component = make::component(first.line("name"), first.line("version"), None, fixed);
    if found.remediation.is_none() {
        found.remediation = first.block("remediation");
    }
    if let Some(path) = first.line("filePath") {
        let mut place = make::place(&path, None);
        place.logical = found.locations.first().and_then(|place| place.logical.clone());
        found.locations.insert(0, place);
    }
}

/// All packages of a finding share its one ARN; the first is its component, all are told.
fn packages(details: &Json) -> Option<String> {
    let items = details.get("vulnerablePackages").items();
    let told = items.iter().filter_map(|item| {
        let version = item.line("version").unwrap_or_default();
        let path = item.line("filePath").map(|path| format!(" in {path}")).unwrap_or_default();
        Some(format!("{} {version}{path}", item.line("name")?))
    });
    (items.len() > 1).then(|| told.collect::<Vec<_>>().join("; "))
}

fn of_code(found: &mut Found, details: &Json) {
    found.kind = FindingKind::Code;
    make::identifiers(found, [], details.lines("cwes").iter().map(String::as_str));
    let file = details.get("filePath");
    if let Some(path) = file.any_line(&["filePath", "fileName"]) {
        let mut place = make::place(&path, file.line_number("startLine"));
        place.end_line = file.line_number("endLine");
        place.logical = found.locations.first().and_then(|place| place.logical.clone());
        found.locations.insert(0, place);
    }
    make::references(found, details.lines("referenceUrls").iter().map(String::as_str));
    found.tags.extend(details.lines("detectorTags"));
}

/// `TCP 22-22 from igw-1 to i-2`.
fn network(details: &Json) -> Option<String> {
    let range = details.get("openPortRange");
    let ports = range.line("begin").map(|begin| {
        let end = range.line("end").filter(|end| *end != begin);
        end.map_or_else(|| begin.clone(), |end| format!("{begin}-{end}"))
    });
    let steps = details.at("networkPath.steps").items().iter().filter_map(|step| step.line("componentId"));
    let steps = steps.collect::<Vec<_>>().join(" → ");
    let told = [details.line("protocol"), ports, clean::some_line(&steps)];
    clean::some_line(&told.into_iter().flatten().collect::<Vec<_>>().join(" "))
}
