//! One finding of Docket's own JSON. The fields are those of the normal form.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;

use docket_domain::{
    Component, Cvss, Endpoint, Evidence, Flow, Found, Identifier, Location, Presence, Problem, Reference,
    Rule, Severity, SeveritySource, Snippet, Suppression, SuppressionStatus,
};

use crate::clean;
use crate::cvss;
use crate::evidence;
use crate::exploit;
use crate::fields::{self, Notes};
use crate::format::ReadOptions;
use crate::identifiers::Identifiers;
use crate::json::Json;
use crate::path;
use crate::words;

/// Reads one finding; an error says why it cannot be read.
pub(super) fn found(
    value: &Json,
    rules: &HashMap<String, Rule>,
    options: &ReadOptions,
    notes: &mut Notes,
) -> Result<Found, String> {
    if !value.is_map() {
        return Err(format!("it is {}, not an object", value.what()));
    }
    let rule = fields::text(value, "rule", notes).map(|rule| clean::line(&rule)).unwrap_or_default();
    let description =
        fields::text(value, "description", notes).map(|text| clean::block(&text)).unwrap_or_default();
    let own_title = fields::text(value, "title", notes).map(|title| clean::title(&title));
    let title = own_title
        .or_else(|| rules.get(&rule).and_then(|rule| rule.short.clone().or_else(|| rule.name.clone())))
        .or_else(|| Some(clean::title(clean::first_sentence(&description))).filter(|title| !title.is_empty()))
        .or_else(|| Some(rule.clone()).filter(|rule| !rule.is_empty()))
        .ok_or("it has neither a title nor a description nor a rule")?;
    let mut found = Found::new(rule, title);
    found.description = description;
    found.cvss = opinions(value, notes);
    rate(&mut found, value, rules, notes);
    found.kind = word(value, "kind", notes).unwrap_or(found.kind);
    found.presence = word(value, "presence", notes).unwrap_or(Presence::Present);
    found.needs_review = value.get("needs_review").bool().unwrap_or(false);
    found.locations =
        fields::list(value, "locations", notes).iter().map(|item| location(item, notes)).collect();
    if found.locations.is_empty() && (!value.get("path").is_null() || !value.get("logical").is_null()) {
        // The short form: one place, written beside the title.
        found.locations.push(location(&without_message(value), notes));
    }
    found.related = fields::list(value, "related", notes).iter().map(|item| location(item, notes)).collect();
    found.flows = flows(value, options.flow_steps, notes);
    found.component = component(fields::map(value, "component", notes));
    found.endpoint = endpoint(value, notes);
    found.identifiers = identifiers(value, notes);
    found.remediation = fields::text(value, "remediation", notes).map(|text| clean::block(&text));
    let chance = fields::map(value, "epss", notes);
    exploit::epss_in(&mut found, chance, "score", "percentile", "date");
    known_exploited(&mut found, value.get("known_exploited"));
    for piece in fields::list(value, "evidence", notes) {
        let said = |key: &str| evidence::of(piece.get(key));
        let [label, method, url] = ["label", "method", "url"].map(|key| piece.line(key));
        let [request, response, payload, text] = ["request", "response", "payload", "text"].map(said);
        evidence::add(&mut found, Evidence { label, method, url, request, response, payload, text });
    }
    found.references = references(value, notes);
    found.fingerprints = texts_by_name(value, "fingerprints", notes);
    found.partial_fingerprints = texts_by_name(value, "partial_fingerprints", notes);
    found.suppressions = suppressions(value, notes);
    found.tags = lines(value, "tags", notes);
    found.tracked_in = lines(value, "tracked_in", notes).iter().map(|url| path::without_login(url)).collect();
    Ok(found)
}

/// `true`, or an object with what the catalogue says.
fn known_exploited(found: &mut Found, value: &Json) {
    if value.is_map() {
        let ransomware = value.get("ransomware").bool() == Some(true);
        let (added, due) = (value.line("added"), value.line("due"));
        exploit::exploited(found, value.line("source").as_deref(), added, due, ransomware);
    } else if value.bool() == Some(true) {
        exploit::exploited(found, None, None, None, false);
    }
}

fn without_message(value: &Json) -> Json {
    let fields = value.fields().iter().filter(|(key, _)| key != "message" && key != "snippet");
    Json::Map(fields.cloned().collect())
}

/// Severity: the finding's word or score, its CVSS score, its rule's severity; else unknown.
fn rate(found: &mut Found, value: &Json, rules: &HashMap<String, Rule>, notes: &mut Notes) {
    let raw = fields::text(value, "severity", notes).map(|raw| clean::title(&raw));
    if let Some(raw) = raw {
        match words::severity_or_score(&raw) {
            Some((severity, source)) => {
                found.severity = severity;
                found.severity_source = source;
            }
            None => notes.add(format!("«{raw}» is no severity; it is shown as unknown.")),
        }
        found.severity_raw = Some(raw);
        return;
    }
    if let Some(score) = cvss::leading_score(&found.cvss) {
        found.severity = Severity::from_score(score);
        found.severity_source = SeveritySource::Score;
        found.severity_raw = Some(score.to_string());
    } else if let Some(severity) = rules.get(&found.rule).and_then(|rule| rule.severity) {
        found.severity = severity;
        found.severity_source = SeveritySource::Rule;
    }
}

/// A field that holds one of a closed list of words.
fn word<T: FromStr<Err = Problem>>(value: &Json, key: &str, notes: &mut Notes) -> Option<T> {
    let text = fields::text(value, key, notes)?;
    match text.parse() {
        Ok(word) => Some(word),
        Err(problem) => {
            notes.add(format!("«{key}»: {}", problem.message));
            None
        }
    }
}

fn lines(value: &Json, key: &str, notes: &mut Notes) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for item in fields::list(value, key, notes) {
        if let Some(line) = clean::some_line(&item.spelt())
            && !out.contains(&line)
        {
            out.push(line);
        }
    }
    out
}

fn texts_by_name(value: &Json, key: &str, notes: &mut Notes) -> BTreeMap<String, String> {
    let texts = fields::map(value, key, notes).fields().iter();
    texts.filter_map(|(name, text)| Some((clean::line(name), clean::some_line(&text.spelt())?))).collect()
}

fn location(value: &Json, notes: &mut Notes) -> Location {
    let mut place = Location::nowhere();
    if let Some(spelt) = fields::text(value, "path", notes) {
        let path =
            path::of_file_uri(&spelt).map_or_else(|| path_or_address(&spelt), |path| path::normal(&path));
        place.uri = (path != spelt).then(|| clean::line_exact(&spelt));
        place.path = Some(path).filter(|path| !path.is_empty());
    }
    place.start_line = fields::ordinal(value, "line", notes);
    place.end_line =
        fields::ordinal(value, "end_line", notes).filter(|end| place.start_line.is_some_and(|s| s <= *end));
    place.start_column = fields::ordinal(value, "column", notes);
    place.end_column = fields::ordinal(value, "end_column", notes);
    place.logical = fields::text(value, "logical", notes).map(|name| clean::line(&name));
    place.message = fields::text(value, "message", notes).map(|text| clean::block(&text));
    place.snippet = fields::text(value, "snippet", notes).map(|text| Snippet {
        text: clean::cut_bytes(clean::block(&text), clean::SNIPPET_BYTES).0,
        start_line: place.start_line,
    });
    place
}

fn path_or_address(spelt: &str) -> String {
    if path::scheme(spelt).is_some() { path::without_login(spelt) } else { path::normal(spelt) }
}

fn flows(value: &Json, limit: usize, notes: &mut Notes) -> Vec<Flow> {
    let mut room = limit;
    let mut flows = Vec::new();
    for flow in fields::list(value, "flows", notes) {
        let steps = fields::list(flow, "steps", notes);
        if steps.len() > room {
            notes.add(format!("The flows have more than {limit} steps; the rest was left out."));
        }
        let kept: Vec<Location> = steps.iter().take(room).map(|step| location(step, notes)).collect();
        room -= kept.len();
        if !kept.is_empty() {
            flows.push(Flow { message: fields::rich(flow.get("message")), steps: kept });
        }
    }
    flows
}

fn component(value: &Json) -> Option<Component> {
    let line = |key: &str| clean::some_line(&value.get(key).spelt());
    let purl = line("purl").filter(|purl| purl.starts_with("pkg:"));
    Some(Component {
        name: line("name").or_else(|| purl.clone())?,
        version: line("version"),
        fixed_version: line("fixed_version"),
        purl,
    })
}

/// `endpoint` as an object, or the short form `url`.
fn endpoint(value: &Json, notes: &mut Notes) -> Option<Endpoint> {
    let given = fields::map(value, "endpoint", notes);
    let line = |key: &str| clean::some_line(&given.get(key).spelt());
    let url = line("url").or_else(|| clean::some_line(&value.get("url").spelt()));
    let url = url.map(|url| path::without_login(&url));
    let (url_host, url_port) =
        url.as_deref().and_then(path::host_and_port).map_or((None, None), |(host, port)| (Some(host), port));
    let host = line("host").or(url_host);
    if url.is_none() && host.is_none() {
        return None;
    }
    Some(Endpoint {
        method: line("method").map(|method| method.to_ascii_uppercase()),
        port: given.get("port").whole().and_then(|port| u16::try_from(port).ok()).or(url_port),
        parameter: line("parameter"),
        host,
        url,
    })
}

fn identifiers(value: &Json, notes: &mut Notes) -> Vec<Identifier> {
    let mut known = Identifiers::default();
    let mut others: Vec<Identifier> = Vec::new();
    for item in fields::list(value, "identifiers", notes) {
        let text = item.as_text_or_empty();
        if item.is_map() {
            let part = |key: &str| clean::some_line(item.get(key).some_text()?);
            if let (Some(scheme), Some(value)) = (part("scheme"), part("value")) {
                others.push(Identifier { scheme: scheme.to_ascii_uppercase(), value });
            }
            continue;
        }
        let mut one = Identifiers::default();
        one.scan(&text);
        if one.is_empty() {
            notes.add(format!(
                "«{}» is no identifier that Docket knows; write it with its scheme.",
                clean::title(&text)
            ));
        }
        known.extend(&one);
    }
    for item in fields::list(value, "cwe", notes) {
        known.cwe(&item.as_text_or_empty());
    }
    let mut all = known.into_vec();
    all.extend(others.into_iter().filter(|other| !other.value.is_empty()));
    all.dedup();
    all
}

fn opinions(value: &Json, notes: &mut Notes) -> Vec<Cvss> {
    let mut opinions: Vec<Cvss> = Vec::new();
    for item in fields::list(value, "cvss", notes) {
        let vector = item.get("vector").some_text().or_else(|| item.some_text()).and_then(cvss::of_vector);
        let score = item.get("score").number().or_else(|| item.number());
        let score = score.filter(|score| (0.0..=10.0).contains(score));
        if vector.is_none() && score.is_none() {
            notes.add("A «cvss» entry has neither a vector nor a score from 0 to 10; it was left out.");
            continue;
        }
        let stated = clean::some_line(&item.get("version").spelt());
        let mut opinion = vector.unwrap_or_else(|| Cvss {
            version: stated.unwrap_or_else(|| "3.1".into()),
            vector: None,
            score: None,
            source: None,
        });
        opinion.score = score;
        opinion.source = clean::some_line(&item.get("source").spelt());
        opinions.push(opinion);
    }
    cvss::fill_scores(&mut opinions);
    opinions
}

fn references(value: &Json, notes: &mut Notes) -> Vec<Reference> {
    let one = |item: &Json| {
        let url = item.get("url").some_text().or_else(|| item.some_text())?;
        Some(Reference {
            label: clean::some_line(&item.get("label").spelt()),
            url: clean::some_line(&path::without_login(url))?,
        })
    };
    fields::list(value, "references", notes).iter().filter_map(one).collect()
}

fn suppressions(value: &Json, notes: &mut Notes) -> Vec<Suppression> {
    let mut all = Vec::new();
    for item in fields::list(value, "suppressions", notes) {
        let status = word(item, "status", notes);
        if status.is_none() && !item.get("status").is_null() {
            continue;
        }
        all.push(Suppression {
            status: status.unwrap_or(SuppressionStatus::Accepted),
            kind: clean::some_line(&item.get("kind").spelt()).unwrap_or_else(|| "not stated".into()),
            justification: clean::some_block(&item.get("justification").spelt()),
        });
    }
    all
}
