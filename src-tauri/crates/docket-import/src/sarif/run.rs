//! What the results of one run share (3.14).

use std::io::Read;

use docket_domain::{Completeness, FindingKind, Problem, Run, Timestamp, Tool};

use super::guess;
use super::place::Places;
use super::survey::Results;
use super::taxa::Taxonomies;
use super::tool::ToolFacts;
use crate::clean;
use crate::fields;
use crate::json::{Json, Kind, Record, Scanner};
use crate::path;

/// How many cached values of one kind (web requests, flow steps) a run may share.
const MAX_SHARED: usize = 100_000;

/// A level that an invocation sets for a rule (3.20.5).
#[derive(Debug)]
pub(super) struct Override {
    pub(super) descriptor: Json,
    pub(super) level: Option<String>,
    pub(super) rank: Option<f64>,
}

/// Everything of a run but its results.
#[derive(Debug)]
pub(super) struct RunFacts {
    pub(super) run: Run,
    pub(super) tool: ToolFacts,
    /// What the tool is there for.
    pub(super) trade: Option<FindingKind>,
    pub(super) places: Places,
    /// For each invocation its overrides.
    pub(super) invocations: Vec<Vec<Override>>,
    pub(super) web_requests: Vec<Json>,
    pub(super) web_responses: Vec<Json>,
    pub(super) results: Results,
    pub(super) has_tool: bool,
    /// Where the results are when they are not here.
    pub(super) external_results: Option<String>,
    pub(super) warnings: Vec<String>,
}

/// The parts of a run as they stand in the file, before they are put together: they may come in
/// any order and refer to each other.
#[derive(Default)]
struct Parts {
    tool: Option<ToolFacts>,
    taxonomies: Taxonomies,
    places: Places,
    invocations: Json,
    provenance: Json,
    automation: Json,
    external: Json,
    web_requests: Vec<Json>,
    web_responses: Vec<Json>,
    results: Results,
    warnings: Vec<String>,
}

impl RunFacts {
    /// Reads the run that comes next. `tick` is called now and then and may stop the reading.
    pub(super) fn read<R: Read>(
        scanner: &mut Scanner<R>,
        mut tick: impl FnMut() -> Result<(), Problem>,
    ) -> Result<Self, Problem> {
        tick()?;
        let mut parts = Parts::default();
        let mut nth = 0;
        let mut members = scanner.enter()?;
        while let Some(key) = scanner.key(&mut members)? {
            let kind = scanner.kind()?;
            match key.as_str() {
                "results" => {
                    nth += 1;
                    parts.results = survey_results(scanner, nth, &mut tick)?;
                }
                "tool" if kind == Kind::Object => {
                    parts.tool = Some(ToolFacts::read(scanner, &mut parts.warnings)?);
                }
                "taxonomies" if kind == Kind::Array => parts.taxonomies = Taxonomies::read(scanner)?,
                "artifacts" if kind == Kind::Array => {
                    parts.places.clear_artifacts();
                    each(scanner, &mut tick, |item| parts.places.artifact_of_run(&item))?;
                }
                "logicalLocations" if kind == Kind::Array => {
                    parts.places.clear_logical();
                    each(scanner, &mut tick, |item| parts.places.logical_of_run(&item))?;
                }
                "threadFlowLocations" if kind == Kind::Array => {
                    each(scanner, &mut tick, |item| keep(&mut parts.places.flow_steps, item))?;
                }
                "webRequests" if kind == Kind::Array => {
                    each(scanner, &mut tick, |item| keep(&mut parts.web_requests, item))?;
                }
                "webResponses" if kind == Kind::Array => {
                    each(scanner, &mut tick, |item| keep(&mut parts.web_responses, item))?;
                }
                "originalUriBaseIds" => parts.places.set_bases(&scanner.tree()?),
                "invocations" => parts.invocations = scanner.tree()?,
                "versionControlProvenance" => parts.provenance = scanner.tree()?,
                "automationDetails" => parts.automation = scanner.tree()?,
                "externalPropertyFileReferences" => parts.external = scanner.tree()?,
                _ => scanner.skip()?,
            }
        }
        Ok(parts.put_together())
    }

    /// Marks the run as one whose silence means nothing.
    pub(super) fn partial(&mut self, reason: &str) {
        if self.run.completeness.may_close() {
            self.run.completeness = Completeness::Partial { reason: reason.to_owned() };
        }
    }
}

fn keep(list: &mut Vec<Json>, item: Json) {
    if list.len() < MAX_SHARED {
        list.push(item);
    }
}

/// Each element of the array that comes next, as a tree.
fn each<R: Read>(
    scanner: &mut Scanner<R>,
    tick: &mut impl FnMut() -> Result<(), Problem>,
    mut take: impl FnMut(Json),
) -> Result<(), Problem> {
    let mut items = scanner.enter()?;
    let mut count = 0_u32;
    while scanner.item(&mut items)? {
        let Record { value, .. } = scanner.record()?;
        take(value.unwrap_or_default());
        count += 1;
        if count.is_multiple_of(1024) {
            tick()?;
        }
    }
    Ok(())
}

/// Passes over the results, checking their syntax.
fn survey_results<R: Read>(
    scanner: &mut Scanner<R>,
    nth: usize,
    tick: &mut impl FnMut() -> Result<(), Problem>,
) -> Result<Results, Problem> {
    match scanner.kind()? {
        Kind::Array => {
            let mut items = scanner.enter()?;
            let mut count = 0_u32;
            while scanner.item(&mut items)? {
                scanner.skip()?;
                count += 1;
                if count.is_multiple_of(256) {
                    tick()?;
                }
            }
            Ok(Results::Array { nth })
        }
        _ => Ok(match scanner.tree()? {
            Json::Null => Results::Null,
            other => Results::Wrong(other.what()),
        }),
    }
}

impl Parts {
    fn put_together(mut self) -> RunFacts {
        let has_tool = self.tool.is_some();
        let mut tool = self.tool.unwrap_or_default();
        tool.resolve_taxa(&self.taxonomies);
        tool.taxonomies = self.taxonomies;
        if tool.name().is_none() {
            self.warnings.push("The run does not name its tool; it is filed under «Unnamed tool».".into());
        }
        for invocation in self.invocations.items() {
            self.places.add_root(invocation.get("workingDirectory"));
        }
        self.places.set_repository_root(self.provenance.items());
        let run = Run {
            tool: Tool {
                name: tool.name().unwrap_or_else(|| "Unnamed tool".into()),
                version: tool.version(),
                uri: tool.uri(),
            },
            category: category(&self.automation),
            started: started(self.invocations.items()),
            completeness: Completeness::Complete,
            ..provenance(self.provenance.items())
        };
        let mut facts = RunFacts {
            trade: guess::trade_of(&run.tool.name),
            run,
            tool,
            places: self.places,
            invocations: self.invocations.items().iter().map(overrides).collect(),
            web_requests: self.web_requests,
            web_responses: self.web_responses,
            results: self.results,
            has_tool,
            external_results: None,
            warnings: self.warnings,
        };
        facts.judge(self.invocations.items());
        facts.note_external(&self.external);
        facts
    }
}

impl RunFacts {
    /// Whether the absence of a finding means anything: 3.14.23 and 3.20.14.
    fn judge(&mut self, invocations: &[Json]) {
        let no_results = match self.results {
            Results::Array { .. } => None,
            Results::Absent => Some("the report has no results at all, so the tool did not look".to_owned()),
            Results::Null => Some("the report says that the tool did not start its analysis".to_owned()),
            Results::Wrong(what) => Some(format!("the report has {what} where its results belong")),
        };
        let failure = invocations.iter().find_map(failure_of);
        if let Some(reason) = no_results.or(failure) {
            self.warnings.push(format!("This run did not finish: {reason}. Nothing is closed by it."));
            self.run.completeness = Completeness::Failed { reason };
            return;
        }
        if let Some(reason) = invocations.iter().find_map(trouble_of) {
            self.warnings.push(format!("This run had errors: {reason}. Nothing is closed by it."));
            self.run.completeness = Completeness::Partial { reason };
        }
    }

    /// Property files outside the report (3.14.2) are never fetched.
    fn note_external(&mut self, external: &Json) {
        for (property, references) in external.fields() {
            let references = match references {
                Json::List(items) => items.iter().collect(),
                Json::Null => Vec::new(),
                one => vec![one],
            };
            if references.is_empty() {
                continue;
            }
            let shown: Vec<String> = references
                .iter()
                .take(3)
                .map(|reference| {
                    let uri = reference
                        .get("location")
                        .get("uri")
                        .some_text()
                        .or(reference.get("guid").some_text());
                    clean::title(uri.unwrap_or("(not named)"))
                })
                .collect();
            let shown = shown.join(", ");
            if property == "results" {
                self.external_results = Some(shown);
                continue;
            }
            self.warnings.push(format!(
                "«{}» of this run stand in another file ({shown}), which Docket does not fetch.",
                clean::title(property)
            ));
            // Only what findings are known by makes the run incomplete.
            let matters = [
                "driver",
                "extensions",
                "artifacts",
                "logicalLocations",
                "invocations",
                "externalizedProperties",
            ];
            if matters.contains(&property.as_str()) {
                self.partial(&format!("its {property} stand in another file"));
            }
        }
    }
}

fn failure_of(invocation: &Json) -> Option<String> {
    let explained = ["exitCodeDescription", "processStartFailureMessage", "exitSignalName"]
        .iter()
        .find_map(|key| clean::some_line(invocation.get(key).some_text()?));
    if invocation.get("processStartFailureMessage").some_text().is_none()
        && invocation.get("executionSuccessful").bool() != Some(false)
    {
        return None;
    }
    let explained = explained
        .or_else(|| error_notification(invocation))
        .or_else(|| invocation.get("exitCode").whole().map(|code| format!("exit code {code}")));
    Some(match explained {
        Some(why) => format!("the tool says that it failed: {}", clean::title(&why)),
        None => "the tool says that it failed".to_owned(),
    })
}

fn trouble_of(invocation: &Json) -> Option<String> {
    error_notification(invocation).map(|why| format!("the tool reports «{}»", clean::title(&why)))
}

/// The first notification of level error, its words.
fn error_notification(invocation: &Json) -> Option<String> {
    ["toolExecutionNotifications", "toolConfigurationNotifications"]
        .iter()
        .flat_map(|key| invocation.get(key).items())
        .find(|notification| notification.get("level").text() == Some("error"))
        .map(|notification| {
            fields::plain_line(notification.get("message"))
                .or_else(|| clean::some_line(notification.get("descriptor").get("id").some_text()?))
                .unwrap_or_else(|| "an error without a message".into())
        })
}

fn overrides(invocation: &Json) -> Vec<Override> {
    invocation
        .get("ruleConfigurationOverrides")
        .items()
        .iter()
        .map(|entry| Override {
            descriptor: entry.get("descriptor").clone(),
            level: entry.get("configuration").get("level").some_text().map(str::to_owned),
            rank: entry.get("configuration").get("rank").number(),
        })
        .collect()
}

fn started(invocations: &[Json]) -> Option<Timestamp> {
    invocations.iter().find_map(|invocation| invocation.get("startTimeUtc").some_text()?.parse().ok())
}

/// `automationDetails.id` without what is behind its last `/`: that part names the single run (3.17).
fn category(automation: &Json) -> Option<String> {
    let id = automation.get("id").some_text()?;
    clean::some_line(id.rsplit_once('/').map_or(id, |(category, _)| category))
}

/// Repository, revision and branch of the first entry of `versionControlProvenance` (3.23).
fn provenance(entries: &[Json]) -> Run {
    let first = entries.first().unwrap_or(&Json::Null);
    let line = |key: &str| clean::some_line(first.get(key).some_text()?);
    let branch = line("branch");
    Run {
        tool: Tool { name: String::new(), version: None, uri: None },
        branch: branch.map(|branch| branch.strip_prefix("refs/heads/").unwrap_or(&branch).to_owned()),
        revision: line("revisionId"),
        repository: line("repositoryUri").map(|uri| path::without_login(&uri)),
        category: None,
        started: None,
        completeness: Completeness::Complete,
    }
}
