//! Mend (WhiteSource): alerts of the API, inventories of its command line, findings of API 3.

use docket_domain::{Cvss, Found, Presence, Problem, Run, SuppressionStatus};

use crate::exploit;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static MEND: Reads<Mend> = Reads(Mend);

static CARD: Card = Card {
    id: "mend",
    label: "Mend SCA JSON",
    about: "Vulnerabilities of Mend (WhiteSource): API 1, the unified agent's report, API 3.",
    extensions: &["json"],
    tool: "Mend",
    versions: "API 1 (`vulnerabilities`), agent (`libraries`), API 3 (`response`)",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Mend;

impl JsonReport for Mend {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let alerts = outline.has_paths(&["vulnerabilities.library", "vulnerabilities.severity"])
            || outline.has_paths(&["vulnerabilities.library.keyUuid"])
            || outline.has_paths(&["vulnerabilities.topFix", "vulnerabilities.scoreMetadataVector"]);
        let inventory =
            outline.has(&["projectVitals", "libraries"]) || outline.has_inner("libraries", "keyUuid");
        let findings = outline.has_paths(&["response.findingInfo"])
            || outline.has_paths(&["components.response.vulnerability"])
            || (outline.has(&["response", "supportToken"]) && outline.path("additionalData").is_some());
        if alerts || inventory || findings {
            return Confidence::Certain;
        }
        let bare = outline.keys.len() == 1
            && outline.has(&["vulnerabilities"])
            && !head.cut
            && outline.path("vulnerabilities.id").is_none()
            && outline.inner.is_empty();
        if bare { Confidence::Maybe } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["vulnerabilities", "libraries", "response", "components"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.lists.is_empty() {
            return Err(not_such_a_report(
                CARD.label,
                "it has neither vulnerabilities, libraries nor a response",
            ));
        }
        let mut run = CARD.run(options);
        run.category = cover.top.line("projectVitals.name");
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        match at.list {
            "libraries" => {
                for flaw in record.get("vulnerabilities").items() {
                    out.part(flaw);
                    out.finding(found(flaw, flaw, record));
                }
                if record.get("vulnerabilities").items().is_empty() {
                    out.passed();
                }
            }
            "response" => out.finding(of_platform(record)),
            // Several answers of the API, by the component that was asked for.
            "components" => {
                for item in out.objects(record.get("response")) {
                    out.part(item);
                    out.finding(of_platform(item));
                }
            }
            _ => out.finding(found(record, record, record.get("library"))),
        }
        Ok(())
    }
}

/// A finding of API 3.
fn of_platform(record: &Json) -> Found {
    let mut found = found(record.get("vulnerability"), record, record.get("component"));
    judge(&mut found, record.get("findingInfo"));
    if let Some(id) = record.line("uuid") {
        found.partial_fingerprints.insert("mend finding".to_owned(), id);
    }
    found
}

/// A flaw of a library. API 3 keeps fixes and the vector beside the flaw, in `around`.
fn found(flaw: &Json, around: &Json, library: &Json) -> Found {
    let id = flaw.line("name").or_else(|| around.line("name")).unwrap_or_default();
    let mut found = make::dependency(&id, None, component(library));
    let fix = around.get("topFix");
    let origin = fix.line("fixResolution").map(|text| match fix.line("message") {
        Some(message) if !text.starts_with(&message) => format!("{message}: {text}"),
        _ => text,
    });
    found.remediation = origin.or_else(|| fix.block("message"));
    found.description = make::described([
        ("", flaw.block("description")),
        ("Project", flaw.line("project").or_else(|| around.line("project.name"))),
        ("Effective", around.line("effective").filter(|text| text != "NO_SHIELD")),
    ]);
    // The words of CVSS 3 are the newer ones.
    let word = flaw.line("cvss3_severity").or_else(|| flaw.line("severity"));
    make::severity(&mut found, word.as_deref());
    let newest = flaw.get("cvss3_score").number().or_else(|| {
        let listed = flaw.get("vulnerabilityScoring").items().iter();
        let mut third =
            listed.filter(|one| one.get("type").text().is_some_and(|kind| kind.starts_with("CVSS_3")));
        third.find_map(|one| one.get("score").number())
    });
    let plain = flaw.get("score").number();
    let is_third = flaw.get("type").text().is_some_and(|kind| kind.starts_with("CVSS_3"));
    let vector = around.line("scoreMetadataVector").or_else(|| flaw.line("scoreMetadataVector"));
    make::opinions(&mut found, make::opinion(vector.as_deref(), newest.or(plain.filter(|_| is_third)), None));
    let second = plain.filter(|_| !is_third && newest.is_some());
    let second = make::opinion(None, second, None);
    make::opinions(&mut found, second.map(|opinion| Cvss { version: "2.0".to_owned(), ..opinion }));
    make::severity_from_cvss(&mut found);
    for of in [flaw, around] {
        exploit::epss_percent(&mut found, of.at("threatAssessment.epssPercentage").number(), None);
    }
    let links: Vec<String> = ["url", "topFix.url"].iter().filter_map(|key| around.line(key)).collect();
    let more = flaw.get("references").items().iter().filter_map(|one| one.line("url"));
    let links: Vec<String> = links.into_iter().chain(more).collect();
    make::references(&mut found, links.iter().map(String::as_str));
    let files = flaw.get("sourceFiles").items().iter().filter_map(|file| file.line("localPath"));
    let paths = around.get("locations").items().iter().filter_map(|one| one.line("path"));
    let mut files: Vec<String> = files.chain(library.line("path")).chain(paths).take(100).collect();
    files.dedup();
    found.locations = files.iter().map(|path| make::place(path, None)).collect();
    let kind = library.line("type").or_else(|| library.line("libraryType"));
    found.tags = kind.into_iter().chain(library.line("dependencyType")).collect();
    found
}

fn component(library: &Json) -> Option<docket_domain::Component> {
    let kind = library.line("type").or_else(|| library.line("libraryType")).unwrap_or_default();
    let (group, artifact) = (library.line("groupId"), library.line("artifactId"));
    let version = library.line("version");
    // A file's name is no coordinate: `axis.jar`, `lru-cache-5.1.1.tgz`.
    match (kind.as_str(), &group, &artifact) {
        ("MAVEN_ARTIFACT", Some(group), Some(artifact)) => {
            make::package("maven", Some(format!("{group}:{artifact}")), version, None)
        }
        ("NODE_PACKAGED_MODULE", Some(name), _) => make::package("npm", Some(name.clone()), version, None),
        ("GO_PACKAGE", Some(name), _) => make::package("go", Some(name.clone()), version, None),
        _ => make::component(artifact.or_else(|| library.line("name")).or(group), version, None, None),
    }
}

/// What was decided in Mend.
fn judge(found: &mut Found, info: &Json) {
    let state = info.line("status").unwrap_or_default();
    match state.as_str() {
        "LIBRARY_REMOVED" => found.presence = Presence::Absent,
        "IGNORED" | "SUPPRESSED" | "LIBRARY_WHITELIST" | "LIBRARY_IN_HOUSE" => {
            let why = info.block("comment.text").or_else(|| info.block("comment"));
            let kind = state.to_ascii_lowercase();
            found.suppressions.push(make::suppression(SuppressionStatus::Accepted, &kind, why));
        }
        _ => {}
    }
}
