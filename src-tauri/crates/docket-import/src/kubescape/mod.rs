//! Kubescape: resources with the controls that they pass or fail.

use docket_domain::{FindingKind, Found, Problem, Run, Severity, SeveritySource};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads, did_not_look};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static KUBESCAPE: Reads<Kubescape> = Reads(Kubescape);

static CARD: Card = Card {
    id: "kubescape",
    label: "Kubescape JSON",
    about: "What `kubescape scan --format json` writes: clusters and manifests.",
    extensions: &["json"],
    tool: "Kubescape",
    versions: "format version v2",
    example: include_str!("example.json"),
};

/// How many resources are looked through for the one that a result is about, when it does not
/// stand at the same position.
const SEARCHED: usize = 1000;

/// Reads it.
pub(crate) struct Kubescape;

impl JsonReport for Kubescape {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let says = outline.text("summaryDetails").is_some()
            && ["clusterName", "customerGUID", "results"].iter().any(|key| outline.text(key).is_some());
        if says { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["results"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if !top.get("summaryDetails").is_map() {
            return Err(not_such_a_report(CARD.label, "it has no summaryDetails"));
        }
        let mut run = CARD.run(options);
        run.tool.version = top.line("metadata.scanMetadata.kubescapeVersion");
        run.category =
            top.any_line(&["clusterName", "metadata.contextMetadata.clusterContextMetadata.contextName"]);
        let git = top.at("metadata.targetMetadata.gitRepoContextMetadata");
        run.branch = git.line("branch").filter(|branch| branch != "none");
        run.started =
            top.line("generationTime").filter(|at| !at.starts_with("0001")).and_then(|at| at.parse().ok());
        if !cover.has("results") {
            return Ok(did_not_look(run, "the report has no results"));
        }
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let id = record.line("resourceID").ok_or("it has no resourceID")?;
        let resource = &resource(&id, at, record).shared(&["object"]);
        let id = clean::cut_bytes(id, 4096).0;
        for control in out.objects(record.get("controls")) {
            out.part(control);
            if has_failed(control) {
                out.finding(found(control, &id, resource, at.cover));
            } else {
                out.passed();
            }
        }
        Ok(())
    }
}

/// `skipped` is a control that was not decided; exceptions make `passed`. Before version 2.1 only
/// the rules of a control had a status.
fn has_failed(control: &Json) -> bool {
    match control.any_line(&["status.status", "status"]) {
        Some(status) => status == "failed",
        None => control.get("rules").items().iter().any(|rule| rule.get("status").text() == Some("failed")),
    }
}

/// What the report says about the resource of a result.
fn resource<'a>(id: &str, at: &At<'a>, record: &'a Json) -> &'a Json {
    if record.get("resource").is_map() {
        return record;
    }
    let all = at.cover.get("resources").items();
    let is_it = |item: &&Json| item.get("resourceID").text() == Some(id);
    all.get(at.index).filter(is_it).or_else(|| all.iter().take(SEARCHED).find(is_it)).unwrap_or(&Json::Null)
}

fn found(control: &Json, id: &str, resource: &Json, cover: &Json) -> Found {
    let rule = control.line("controlID").unwrap_or_default();
    let about = cover.get("summaryDetails").get("controls").get(&rule);
    let mut found =
        make::found(&rule, &control.line("name").or_else(|| about.line("name")).unwrap_or_default());
    found.kind = FindingKind::Iac;
    rate(&mut found, control, about);
    let rules =
        control.get("rules").items().iter().filter(|rule| rule.get("status").text() != Some("passed"));
    let paths: Vec<String> = rules.flat_map(|rule| rule.get("paths").items()).filter_map(path).collect();
    found.description = make::described([
        ("", about.block("description")),
        ("Category", about.line("category.name")),
        ("Paths", clean::some_block(&paths.join("; "))),
        ("Category below", about.line("category.subCategory.name")),
    ]);
    found.remediation = about.block("remediation");
    let source = resource.get("source");
    if let Some(file) = source.any_line(&["relativePath", "path"]) {
        let mut place = make::place(&file, None);
        place.logical = Some(id.to_owned());
        found.locations.push(place);
    } else {
        found.locations.extend(make::resource(Some(id.to_owned()), None));
    }
    found.tags = about.line("category.name").into_iter().collect();
    found
}

/// The control's own word, else its `scoreFactor` in Kubescape's bands.
fn rate(found: &mut Found, control: &Json, about: &Json) {
    let word = control.line("severity").or_else(|| about.line("severity"));
    if word.is_some() {
        make::severity(found, word.as_deref());
        return;
    }
    let Some(factor) = about.get("scoreFactor").number().or_else(|| control.get("scoreFactor").number())
    else {
        return;
    };
    found.severity = match factor {
        f if f >= 9.0 => Severity::Critical,
        f if f >= 7.0 => Severity::High,
        f if f >= 4.0 => Severity::Medium,
        f if f >= 1.0 => Severity::Low,
        _ => return,
    };
    found.severity_source = SeveritySource::Rule;
    found.severity_raw = Some(factor.to_string());
}

/// `spec.x = value`, or the path that is wrong.
fn path(item: &Json) -> Option<String> {
    let wanted = item.get("fixPath");
    match (wanted.line("path"), item.any_line(&["failedPath", "reviewPath", "deletePath"])) {
        (Some(path), _) => Some(format!("set {path} to {}", wanted.line("value").unwrap_or_default())),
        (None, Some(path)) => Some(path),
        (None, None) => None,
    }
}
