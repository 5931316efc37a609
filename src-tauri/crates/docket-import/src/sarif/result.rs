//! One result (3.27) in normal form.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use docket_domain::{Endpoint, Found, Location, Presence, Reference, Suppression, SuppressionStatus};

use super::message::{self, Message};
use super::run::RunFacts;
use super::severity::{self, ResultKind};
use super::tool::RuleMatch;
use super::{flows, guess};
use crate::clean;
use crate::cvss;
use crate::fields::{self, Notes};
use crate::format::ReadOptions;
use crate::identifiers::Identifiers;
use crate::json::Json;
use crate::path;

/// How many places of one kind a finding keeps.
const MAX_PLACES: usize = 1000;

/// What a result says.
pub(super) enum Reading<'a> {
    /// Nothing is wrong.
    Passed,
    /// A finding, with its rule.
    Found { found: Box<Found>, rule: RuleMatch<'a> },
}

/// Reads one result; an error says why it cannot be read.
pub(super) fn found<'a>(
    result: &Json,
    facts: &'a RunFacts,
    options: &ReadOptions,
    notes: &mut Notes,
) -> Result<Reading<'a>, String> {
    if !result.is_map() {
        return Err(format!("it is {}, not an object", result.what()));
    }
    let kind = ResultKind::of(result, notes);
    if kind == ResultKind::Passed {
        return Ok(Reading::Passed);
    }
    let (rule_id, rule) = rule_of(result, facts, notes);
    let related = located(result, "relatedLocations", facts, notes);
    let locations = locations_of(result, facts, notes);
    let named: LazyCell<BTreeMap<i64, String>, _> = LazyCell::new(|| {
        related.iter().chain(&locations).filter_map(|(id, place)| Some(((*id)?, place.short()?))).collect()
    });
    let message = message::of(result.get("message"), rule, &|id| named.get(&id).cloned());
    if message.is_none() && rule_id.is_empty() {
        return Err("it has neither a rule nor a message".to_owned());
    }
    if message.is_none() {
        notes.add("The result has no message; its rule's words stand in.");
    }
    let verdict = severity::verdict(result, kind, rule, facts, notes);
    let mut found = Found::new(rule_id, title_of(message.as_ref(), rule));
    found.severity = verdict.severity;
    found.severity_raw = verdict.raw;
    found.severity_source = verdict.source;
    found.presence = match result.get("baselineState").text() {
        Some("absent") => Presence::Absent,
        _ => Presence::Present,
    };
    found.needs_review = kind == ResultKind::Open;
    found.locations = locations.into_iter().map(|(_, place)| place).collect();
    found.related = related.into_iter().map(|(_, place)| place).collect();
    found.flows = flows::of(result, &facts.places, options.flow_steps, notes);
    found.endpoint = endpoint_of(result, facts, &found.locations);
    super::web::prove(&mut found, result, facts);
    identify(&mut found, result, rule, facts);
    found.remediation = remediation_of(result, notes);
    found.references = references_of(result);
    fingerprint(&mut found, result, notes);
    found.suppressions = suppressions_of(result, notes);
    found.tracked_in = fields::list(result, "workItemUris", notes)
        .iter()
        .filter_map(|uri| clean::some_line(&path::without_login(uri.some_text()?)))
        .collect();
    let plain = message.as_ref().map_or("", |m| m.plain.as_str());
    classify(&mut found, result, rule, facts, plain);
    found.description = message.map(Message::whole).unwrap_or_default();
    Ok(Reading::Found { found: Box::new(found), rule })
}

/// The id to file the result under, and the rule's description (3.27.5–3.27.7).
fn rule_of<'a>(result: &Json, facts: &'a RunFacts, notes: &mut Notes) -> (String, RuleMatch<'a>) {
    let reference = fields::map(result, "rule", notes);
    let id = fields::text(result, "ruleId", notes).or_else(|| fields::text(reference, "id", notes));
    let index = reference.get("index").index().or_else(|| result.get("ruleIndex").index());
    let rule = facts.tool.find(id.as_deref(), index, reference);
    if index.is_some_and(|index| index >= rule.component.rules.len()) {
        notes.add("«ruleIndex» points behind the end of the rules; the rule was looked up by its id.");
    }
    let id = id.or_else(|| rule.descriptor.map(|descriptor| descriptor.rule.id.clone()));
    (clean::line_of(id.unwrap_or_default()), rule)
}

/// The message's first sentence; the rule's words when it has none or is only a table of keys.
fn title_of(message: Option<&Message>, rule: RuleMatch<'_>) -> String {
    let described = rule.descriptor.map(|descriptor| &descriptor.rule);
    let short = described.and_then(|rule| rule.short.as_deref());
    if let Some(message) = message {
        let from_rule = short.filter(|_| message::is_key_value(&message.plain));
        let title = from_rule.map_or_else(|| message::title(message), clean::title);
        if !title.is_empty() {
            return title;
        }
    }
    let words = short
        .or_else(|| described.and_then(|rule| rule.name.as_deref()))
        .or_else(|| described.map(|rule| rule.id.as_str()))
        .filter(|words| !words.is_empty());
    clean::title(words.unwrap_or("Finding without a message"))
}

/// The locations under a key, with the ids that links point to.
fn located(result: &Json, key: &str, facts: &RunFacts, notes: &mut Notes) -> Vec<(Option<i64>, Location)> {
    let items = fields::list(result, key, notes);
    if items.len() > MAX_PLACES {
        notes.add(format!("«{key}» has {} entries; the first {MAX_PLACES} were kept.", items.len()));
    }
    items
        .iter()
        .take(MAX_PLACES)
        .map(|item| (item.get("id").whole(), facts.places.location(item, notes)))
        .collect()
}

/// Where it is; without locations the file that was looked at (3.27.13).
fn locations_of(result: &Json, facts: &RunFacts, notes: &mut Notes) -> Vec<(Option<i64>, Location)> {
    let locations = located(result, "locations", facts, notes);
    if !locations.is_empty() {
        return locations;
    }
    facts.places.artifact(result.get("analysisTarget")).map(|place| vec![(None, place)]).unwrap_or_default()
}

/// The web address: from `webRequest` (3.46), or from a location that is one.
fn endpoint_of(result: &Json, facts: &RunFacts, locations: &[Location]) -> Option<Endpoint> {
    let own = result.get("webRequest");
    let shared = own.get("index").index().and_then(|index| facts.web_requests.get(index));
    let request = shared.filter(|_| own.get("target").is_null()).unwrap_or(own);
    let target = request.get("target").some_text();
    let web_place =
        || locations.iter().find_map(|place| place.path.as_deref().filter(|path| path::is_web(path)));
    let header = |name: &str| {
        let headers = request.get("headers").fields();
        headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .and_then(|(_, value)| value.some_text())
    };
    let url = match target {
        Some(target) if path::is_web(target) => Some(target.to_owned()),
        Some(target) => match (web_place(), header("host")) {
            (Some(place), _) => Some(place.to_owned()),
            (None, Some(host)) => {
                let scheme = request.get("protocol").some_text().filter(|p| p.eq_ignore_ascii_case("https"));
                Some(format!("{}://{host}{target}", scheme.map_or("http", |_| "https")))
            }
            (None, None) => Some(target.to_owned()),
        },
        None => web_place().map(str::to_owned),
    };
    let method = clean::some_line(&request.get("method").spelt());
    if url.is_none() && method.is_none() {
        return None;
    }
    let url = url.map(|url| clean::line_exact(&path::without_login(&url)));
    let (host, port) =
        url.as_deref().and_then(path::host_and_port).map_or((None, None), |(h, p)| (Some(h), p));
    let parameters = request.get("parameters").fields();
    let parameter = match parameters {
        [(name, _)] => clean::some_line(name),
        _ => None,
    };
    Some(Endpoint { url, method: method.map(|m| m.to_ascii_uppercase()), host, port, parameter })
}

/// Identifiers and CVSS of the result and its rule.
fn identify(found: &mut Found, result: &Json, rule: RuleMatch<'_>, facts: &RunFacts) {
    let mut identifiers = Identifiers::default();
    identifiers.scan(&found.rule);
    if let Some(descriptor) = rule.descriptor {
        identifiers.extend(&descriptor.identifiers);
        found.cvss.clone_from(&descriptor.cvss);
        found.epss.clone_from(&descriptor.exploitation.epss);
        found.known_exploited.clone_from(&descriptor.exploitation.known_exploited);
    }
    for taxon in result.get("taxa").items() {
        facts.tool.taxonomies.resolve(taxon, &mut identifiers);
    }
    let properties = result.get("properties");
    guess::identifiers_of(properties, &mut identifiers);
    found.identifiers = identifiers.into_vec();
    for opinion in guess::cvss_of(properties) {
        match (opinion.vector.is_some(), opinion.score) {
            (true, _) => cvss::add_vector(&mut found.cvss, opinion),
            (false, Some(score)) if !found.cvss.iter().any(|known| known.score == Some(score)) => {
                cvss::add_score(&mut found.cvss, &opinion.version, score);
            }
            _ => {}
        }
    }
    cvss::fill_scores(&mut found.cvss);
    guess::exploitation(found, properties);
}

/// Component, kind and tags.
fn classify(found: &mut Found, result: &Json, rule: RuleMatch<'_>, facts: &RunFacts, message: &str) {
    let properties = result.get("properties");
    let tool = facts.run.tool.name.as_str();
    found.component = guess::component_of(tool, properties, &found.locations, message);
    let mut tags = guess::tags_of(properties);
    for tag in rule.descriptor.map(|descriptor| descriptor.rule.tags.as_slice()).unwrap_or_default() {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    found.tags = tags;
    found.kind = guess::kind_of(
        facts.trade,
        rule.descriptor,
        &found.rule,
        &found.tags,
        found.component.is_some(),
        found.endpoint.is_some(),
    );
}

/// What the proposed fixes say (3.55.2). The changes themselves are not kept.
fn remediation_of(result: &Json, notes: &mut Notes) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    for fix in fields::list(result, "fixes", notes) {
        if let Some(text) = fields::rich(fix.get("description"))
            && !words.contains(&text)
        {
            words.push(text);
        }
    }
    match words.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some(
            words
                .iter()
                .map(|text| format!("- {}", text.trim().replace('\n', "\n  ")))
                .collect::<Vec<_>>()
                .join("\n"),
        ),
    }
}

fn references_of(result: &Json) -> Vec<Reference> {
    let address = |value: &Json| clean::some_line(&path::without_login(value.some_text()?));
    let viewer = address(result.get("hostedViewerUri")).map(|url| ("In the scanner's viewer", url));
    let alert = address(result.get("properties").get("github/alertUrl")).map(|url| ("Alert on GitHub", url));
    viewer
        .into_iter()
        .chain(alert)
        .map(|(label, url)| Reference { label: Some(label.to_owned()), url })
        .collect()
}

/// Fingerprints by name (3.27.16, 3.27.17). `guid` names the result within one run only.
fn fingerprint(found: &mut Found, result: &Json, notes: &mut Notes) {
    found.fingerprints = named_texts(fields::map(result, "fingerprints", notes));
    found.partial_fingerprints = named_texts(fields::map(result, "partialFingerprints", notes));
    if let Some(guid) = result.get("correlationGuid").some_text() {
        found.fingerprints.insert("correlationGuid".to_owned(), clean::line(&guid.to_ascii_lowercase()));
    }
}

fn named_texts(values: &Json) -> BTreeMap<String, String> {
    let line = |value: &Json| match value {
        Json::Text(text) => clean::line(text),
        other => clean::line(&other.as_text()),
    };
    values
        .fields()
        .iter()
        .map(|(name, value)| (clean::line(name), line(value)))
        // Semgrep without a login writes these words instead of a fingerprint.
        .filter(|(_, value)| !matches!(value.as_str(), "" | "null" | "requires login"))
        .collect()
}

/// Suppressions (3.27.23, 3.35). `null` and `[]` both mean: not suppressed.
fn suppressions_of(result: &Json, notes: &mut Notes) -> Vec<Suppression> {
    let mut all = Vec::new();
    for entry in fields::list(result, "suppressions", notes) {
        if !entry.is_map() {
            notes.add(format!("A suppression is {}, not an object; it was left out.", entry.what()));
            continue;
        }
        let status = match entry.get("status").text() {
            None | Some("accepted") => SuppressionStatus::Accepted,
            Some("underReview") => SuppressionStatus::UnderReview,
            Some("rejected") => SuppressionStatus::Rejected,
            Some(other) => {
                // Not knowing what was decided is not a decision.
                notes.add(format!(
                    "The suppression status «{}» is unknown; it was read as under review.",
                    clean::title(other)
                ));
                SuppressionStatus::UnderReview
            }
        };
        all.push(Suppression {
            status,
            kind: clean::some_line(&entry.get("kind").spelt()).unwrap_or_else(|| "not stated".into()),
            justification: clean::some_block(&entry.get("justification").spelt()),
        });
    }
    all
}
