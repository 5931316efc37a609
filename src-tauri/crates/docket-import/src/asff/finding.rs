//! One finding of the AWS Security Finding Format in normal form.

use docket_domain::{FindingKind, Found, Location, Presence, Severity, SeveritySource, SuppressionStatus};

use crate::clean;
use crate::exploit;
use crate::json::Json;
use crate::make;
use crate::words;

/// Reads one finding.
pub(super) fn found(record: &Json) -> Found {
    let mut found = make::found(&rule(record), &record.line("Title").unwrap_or_default());
    found.kind = FindingKind::Cloud;
    rate(&mut found, record);
    found.locations = record.get("Resources").items().iter().filter_map(resource).collect();
    let about = [
        ("", record.block("Description")),
        ("Product", record.any_line(&["ProductName", "ProductFields.ProviderName"])),
        ("Account", record.any_line(&["AwsAccountName", "AwsAccountId"])),
        ("Region", record.line("Region")),
        ("Addresses", addresses(record)),
        ("Requirements", clean::some_line(&record.lines("Compliance.RelatedRequirements").join(", "))),
    ];
    found.description = make::described(about);
    let advice = record.at("Remediation.Recommendation");
    found.remediation = advice.block("Text").filter(|text| text != "None Provided");
    make::references(
        &mut found,
        [advice.get("Url").text(), record.get("SourceUrl").text()].into_iter().flatten(),
    );
    make::fingerprint(&mut found, "Id", record.line("Id"));
    found.tags = record.lines("Types");
    vulnerabilities(&mut found, record);
    judge(&mut found, record);
    found
}

/// What the finding is an instance of. `GeneratorId` is that of the detector, not of what it saw,
/// for `GuardDuty` and `Inspector`.
fn rule(record: &Json) -> String {
    let vulnerability = record.get("Vulnerabilities").items().first().and_then(|item| item.line("Id"));
    let control = record.any_line(&["Compliance.SecurityControlId", "ProductFields.ControlId"]);
    let generator = record.line("GeneratorId");
    let check = generator.clone().filter(|id| !id.starts_with("arn:") && id != "AWSInspector");
    vulnerability
        .or(control)
        .or(check)
        .or_else(|| record.lines("Types").into_iter().next())
        .or(generator)
        .unwrap_or_default()
}

/// `Label`, else `Normalized` in the bands of the schema, else the provider's own.
fn rate(found: &mut Found, record: &Json) {
    let given = record.get("Severity");
    let label = given.line("Label").or_else(|| record.line("FindingProviderFields.Severity.Label"));
    if label.is_some() {
        make::severity(found, label.as_deref());
        return;
    }
    if let Some(number) = given.get("Normalized").number() {
        found.severity = match number {
            n if n < 1.0 => Severity::Info,
            n if n < 40.0 => Severity::Low,
            n if n < 70.0 => Severity::Medium,
            n if n < 90.0 => Severity::High,
            _ => Severity::Critical,
        };
        found.severity_source = SeveritySource::Result;
        found.severity_raw = Some(number.to_string());
        return;
    }
    // What the product itself said, where that is a word.
    let original = given.line("Original").filter(|word| words::severity(word).is_some());
    make::severity(found, original.as_deref());
}

fn resource(item: &Json) -> Option<Location> {
    let about = [item.line("Type"), item.line("Region")].into_iter().flatten().collect::<Vec<_>>().join(", ");
    make::resource(item.line("Id"), clean::some_line(&about))
}

fn addresses(record: &Json) -> Option<String> {
    let all = record.get("Resources").items().iter();
    let all = all.flat_map(|item| item.at("Details.AwsEc2Instance").lines("IpV4Addresses"));
    clean::some_line(&all.collect::<Vec<_>>().join(", "))
}

/// Packages and code that the finding is about. All packages of a finding share its one Id; the
/// first is its component, all are told.
fn vulnerabilities(found: &mut Found, record: &Json) {
    let mut packages = Vec::new();
    for item in record.get("Vulnerabilities").items() {
        let related = item.lines("RelatedVulnerabilities");
        for id in item.line("Id").iter().chain(&related) {
            make::advisory(found, id);
        }
        let opinions = item.get("Cvss").items().iter().filter_map(|given| {
            make::opinion(
                given.get("BaseVector").text(),
                given.get("BaseScore").number(),
                given.get("Source").text(),
            )
        });
        make::opinions(found, opinions);
        exploit::epss(found, item.get("EpssScore").number(), None, None);
        let vendor = item.line("Vendor.Url");
        let urls = item.lines("ReferenceUrls");
        make::references(found, vendor.iter().chain(&urls).map(String::as_str));
        packages.extend(item.get("VulnerablePackages").items());
        for code in item.get("CodeVulnerabilities").items() {
            found.kind = FindingKind::Code;
            make::identifiers(found, [], code.lines("Cwes").iter().map(String::as_str));
            let file = code.get("FilePath");
            if let Some(path) = file.any_line(&["FilePath", "FileName"]) {
                let mut place = make::place(&path, file.line_number("StartLine"));
                place.end_line = file.line_number("EndLine");
                found.locations.insert(0, place);
            }
        }
    }
    make::identifiers(found, record.line("Title").iter().map(String::as_str), []);
    let told: Vec<String> = packages.iter().filter_map(|package| told(package)).collect();
    let Some(first) = packages.first() else { return of_trivy(found, record) };
    found.kind = FindingKind::Dependency;
    found.component =
        make::component(first.line("Name"), first.line("Version"), None, first.line("FixedInVersion"));
    if let Some(path) = first.line("FilePath") {
        let mut place = make::place(&path, None);
        place.logical = found.locations.first().and_then(|place| place.logical.clone());
        found.locations.insert(0, place);
    }
    let own = std::mem::take(&mut found.description);
    let told = (told.len() > 1).then(|| told.join("; "));
    found.description = make::described([("", Some(own)), ("Packages", told)]);
    if found.remediation.is_none() {
        found.remediation = first.block("Remediation");
    }
}

/// Trivy's template has no list of vulnerabilities; it puts the flaw and the package with the resource.
fn of_trivy(found: &mut Found, record: &Json) {
    let said = record.get("Resources").items().iter().map(|item| item.at("Details.Other"));
    let Some(said) = said.into_iter().find(|said| said.line("PkgName").is_some()) else { return };
    found.kind = FindingKind::Dependency;
    let fixed = said.line("Patched Package");
    found.component = make::component(said.line("PkgName"), said.line("Installed Package"), None, fixed);
    if let Some(id) = said.line("CVE ID") {
        make::advisory(found, &id);
        found.rule = id;
    }
    let opinions = [("V3", "3.1"), ("V2", "2.0")].into_iter().filter_map(|(key, version)| {
        let vector = said.line(&format!("NvdCvssVector{key}"));
        let score = said.get(&format!("NvdCvssScore{key}")).number().filter(|score| *score > 0.0);
        make::opinion_of(version, vector.as_deref(), score, Some("nvd"))
    });
    make::opinions(found, opinions.collect::<Vec<_>>());
}

fn told(package: &Json) -> Option<String> {
    let name = [package.line("Name")?, package.line("Version").unwrap_or_default()].join(" ");
    let fixed =
        package.line("FixedInVersion").map(|fixed| format!(" (fixed in {fixed})")).unwrap_or_default();
    Some(format!("{}{fixed}", name.trim()))
}

/// What Security Hub and its users say about the finding's life.
fn judge(found: &mut Found, record: &Json) {
    let is =
        |path: &str, word: &str| record.at(path).text().is_some_and(|text| text.eq_ignore_ascii_case(word));
    if is("RecordState", "ARCHIVED") || is("Workflow.Status", "RESOLVED") {
        found.presence = Presence::Absent;
    }
    if is("Workflow.Status", "SUPPRESSED") {
        make::suppressed(found, SuppressionStatus::Accepted, "suppressed", record.block("Note.Text"));
    }
    // A check that could not decide; the last spelling is Prowler's for what a person has to look at.
    found.needs_review =
        ["WARNING", "NOT_AVAILABLE", "INFOED", "MANUALED"].iter().any(|word| is("Compliance.Status", word));
}
