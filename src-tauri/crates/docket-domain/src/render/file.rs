//! The findings of an issue as a file: everything that a report said about them, for whoever
//! works on the issue and for other programs.
//!
//! The file is Docket JSON (`docs/formats.md`), so that any Docket reads it again; what the format
//! has no field for (status, tool of each finding) stands beside under names that its readers pass
//! over.
//!
//! Invariants: every text in it went through the guard; the same findings give the same bytes,
//! whose digest is part of the name, so that one look at an issue tells whether its file is the
//! right one; the file keeps its limit, and says how many findings it has no room for.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::component::{Component, Cvss, Endpoint};
use crate::evidence::Evidence;
use crate::exploit::KnownExploited;
use crate::finding::FindingDetail;
use crate::found::Rule;
use crate::issue::{IssueFile, Marker};
use crate::location::{Flow, Location};
use crate::text::leak::{LeakPlace, Leaks, Sieve};

/// How the names of such files begin; a part of their digest and `.json` follow.
pub const NAME_BEGINS: &str = "docket-findings-";
/// Digits of the digest in the name.
const DIGITS: usize = 16;
/// What the frame around the findings takes at most, bytes.
const FRAME: usize = 1_024;

/// A file that is being written. Findings are added until it is full.
#[derive(Debug)]
pub struct FindingsFile<'s> {
    sieve: &'s Sieve,
    room: usize,
    findings: Vec<Value>,
    rules: BTreeMap<String, Value>,
    tools: Vec<String>,
    leaks: Leaks,
    full: bool,
}

/// A file that is written.
#[derive(Debug)]
pub struct Written {
    /// The file.
    pub file: IssueFile,
    /// Findings in it.
    pub findings: usize,
    /// What was taken out of it.
    pub leaks: Leaks,
}

impl<'s> FindingsFile<'s> {
    /// An empty file that may become `most` bytes large.
    pub fn new(sieve: &'s Sieve, most: usize) -> Self {
        Self {
            sieve,
            room: most.saturating_sub(FRAME),
            findings: Vec::new(),
            rules: BTreeMap::new(),
            tools: Vec::new(),
            leaks: Leaks::default(),
            full: false,
        }
    }

    /// Adds a finding; false when it found no room, and then nothing more is taken.
    pub fn add(&mut self, detail: &FindingDetail) -> bool {
        if self.full {
            return false;
        }
        let mut leaks = Leaks::default();
        let finding = self.sifted(finding(detail), &mut leaks);
        let rule = detail.rule.as_ref().filter(|rule| !self.rules.contains_key(&rule.id));
        let rule = rule.map(|known| (known.id.clone(), self.sifted(about_rule(known), &mut leaks)));
        // With the comma and line end behind each.
        let size = |value: &Value| value.to_string().len() + 2;
        let takes = size(&finding) + rule.as_ref().map_or(0, |(_, rule)| size(rule));
        let Some(room) = self.room.checked_sub(takes) else {
            self.full = true;
            return false;
        };
        self.room = room;
        self.leaks.join(leaks);
        self.rules.extend(rule);
        self.findings.push(finding);
        if !self.tools.contains(&detail.row.tool) {
            self.tools.push(detail.row.tool.clone());
        }
        true
    }

    /// The file, of an issue that stands for `total` findings. None when nothing is in it.
    pub fn end(mut self, marker: &Marker, total: usize) -> Option<Written> {
        if self.findings.is_empty() {
            return None;
        }
        let findings = self.findings.len();
        let mut head = Map::new();
        head.insert("docket".into(), "findings/1".into());
        head.insert("complete".into(), "These are the findings of one issue.".into());
        head.insert("issue_key".into(), marker.as_str().into());
        if let [tool] = self.tools.as_slice() {
            let tool = self.sieve.sift(tool, LeakPlace::Attachment, &mut self.leaks);
            head.insert("tool".into(), tool.into());
        }
        if total > findings {
            head.insert("left_out".into(), (total - findings).into());
        }
        let mut text = Value::Object(head).to_string();
        text.pop();
        for (key, values) in [("rules", self.rules.into_values().collect()), ("findings", self.findings)] {
            let lines: Vec<String> = values.iter().map(Value::to_string).collect();
            text.push_str(",\n\"");
            text.push_str(key);
            text.push_str("\":[\n");
            text.push_str(&lines.join(",\n"));
            text.push_str("\n]");
        }
        text.push_str("}\n");
        let digest = crate::identity::hex(&Sha256::digest(text.as_bytes()));
        let file = IssueFile {
            marker: marker.clone(),
            name: format!("{NAME_BEGINS}{}.json", &digest[..DIGITS]),
            bytes: text.into_bytes(),
        };
        Some(Written { file, findings, leaks: self.leaks })
    }

    /// Every text guarded, what says nothing left away.
    fn sifted(&self, value: Value, leaks: &mut Leaks) -> Value {
        match value {
            Value::String(text) => {
                Value::String(self.sieve.sift(&text, LeakPlace::Attachment, leaks).into_owned())
            }
            Value::Array(items) => items.into_iter().map(|item| self.sifted(item, leaks)).collect(),
            Value::Object(fields) => fields
                .into_iter()
                .filter(|(_, value)| !says_nothing(value))
                .map(|(key, value)| (key, self.sifted(value, leaks)))
                .collect(),
            other => other,
        }
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(says_nothing),
        _ => false,
    }
}

/// A finding as Docket JSON has it, with its proof. For files that stay with the person: what goes
/// to a tracker goes through [`FindingsFile`], which leaves the proof out.
pub fn whole(detail: &FindingDetail) -> Value {
    let mut value = finding(detail);
    if let Value::Object(fields) = &mut value {
        fields.insert("evidence".to_owned(), detail.evidence.iter().map(proof).collect());
    }
    pruned(value)
}

/// A rule as Docket JSON has it.
pub fn rule(rule: &Rule) -> Value {
    pruned(about_rule(rule))
}

/// Without what says nothing.
fn pruned(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(pruned).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !says_nothing(value));
            Value::Object(fields.map(|(key, value)| (key, pruned(value))).collect())
        }
        other => other,
    }
}

fn proof(evidence: &Evidence) -> Value {
    let Evidence { label, method, url, request, response, payload, text } = evidence;
    json!({
        "label": label, "method": method, "url": url, "request": request, "response": response,
        "payload": payload, "text": text,
    })
}

fn finding(detail: &FindingDetail) -> Value {
    let row = &detail.row;
    json!({
        "rule": row.rule,
        "title": row.title,
        "description": detail.description,
        "severity": row.severity.as_str(),
        "severity_raw": detail.severity_raw,
        "kind": detail.kind.as_str(),
        "presence": if detail.present { "present" } else { "absent" },
        "needs_review": detail.needs_review.then_some(true),
        "locations": detail.locations.iter().map(place).collect::<Vec<_>>(),
        "related": detail.related.iter().map(place).collect::<Vec<_>>(),
        "flows": detail.flows.iter().map(flow).collect::<Vec<_>>(),
        "component": detail.component.as_ref().map(component),
        "endpoint": detail.endpoint.as_ref().map(endpoint),
        "identifiers": detail.identifiers.iter()
            .map(|id| json!({ "scheme": id.scheme, "value": id.value })).collect::<Vec<_>>(),
        "cvss": detail.cvss.iter().map(opinion).collect::<Vec<_>>(),
        "epss": detail.epss.as_ref().map(|epss| {
            json!({ "score": epss.score, "percentile": epss.percentile, "date": epss.date })
        }),
        "known_exploited": detail.known_exploited.as_ref().map(exploited),
        "remediation": detail.remediation,
        "references": detail.references.iter()
            .map(|reference| json!({ "label": reference.label, "url": reference.url })).collect::<Vec<_>>(),
        "tags": detail.tags,
        "tracked_in": detail.tracked_in,
        "tool": row.tool,
        "application": row.application_name,
        "branch": row.branch,
        "status": row.status.as_str(),
        "reason": row.reason.map(crate::assessment::Reason::as_str),
        "identity": detail.identity,
    })
}

fn about_rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id, "name": rule.name, "short": rule.short, "description": rule.description,
        "help": rule.help, "uri": rule.uri, "tags": rule.tags,
        "severity": rule.severity.map(crate::severity::Severity::as_str),
    })
}

fn place(location: &Location) -> Value {
    json!({
        "path": location.path, "line": location.start_line, "end_line": location.end_line,
        "column": location.start_column, "end_column": location.end_column, "logical": location.logical,
        "snippet": location.snippet.as_ref().map(|snippet| &snippet.text), "message": location.message,
    })
}

fn flow(flow: &Flow) -> Value {
    json!({ "message": flow.message, "steps": flow.steps.iter().map(place).collect::<Vec<_>>() })
}

fn component(component: &Component) -> Value {
    json!({
        "purl": component.purl, "name": component.name, "version": component.version,
        "fixed_version": component.fixed_version,
    })
}

fn endpoint(endpoint: &Endpoint) -> Value {
    json!({
        "url": endpoint.url, "method": endpoint.method, "host": endpoint.host, "port": endpoint.port,
        "parameter": endpoint.parameter,
    })
}

fn opinion(cvss: &Cvss) -> Value {
    json!({ "vector": cvss.vector, "version": cvss.version, "score": cvss.score, "source": cvss.source })
}

fn exploited(known: &KnownExploited) -> Value {
    let KnownExploited { source, added, due, ransomware } = known;
    if source.is_none() && added.is_none() && due.is_none() && !ransomware {
        return Value::Bool(true);
    }
    json!({ "source": source, "added": added, "due": due, "ransomware": ransomware.then_some(true) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::text::leak::Sieve;

    /// A finding whose text is `text`.
    fn detail(id: u64, rule: &str, text: &str) -> FindingDetail {
        let at = "2026-11-20T10:00:00Z";
        serde_json::from_value(json!({
            "row": {
                "id": id.to_string(), "title": text, "severity": "high", "rule": rule, "application": "1",
                "application_name": "shop", "tool": "Semgrep", "branch": "main", "owner": "", "place": "src/a.py:7",
                "status": "active", "reason": null, "first_seen": at, "last_seen": at, "issues": [],
            },
            "description": text, "report_severity": "high", "severity_raw": "ERROR", "severity_source": "result",
            "kind": "code", "present": true, "needs_review": false, "assessment": null,
            "rule": { "id": rule, "name": null, "short": null, "description": "Why", "help": null, "uri": null,
                "severity": null, "tags": [] },
            "locations": [{ "path": "src/a.py", "uri": null, "start_line": 7, "end_line": null,
                "start_column": null, "end_column": null, "logical": null,
                "snippet": { "text": text, "start_line": 7 }, "context": null, "message": null }],
            "related": [], "flows": [], "component": null, "endpoint": null,
            "identifiers": [{ "scheme": "CWE", "value": "CWE-89" }], "cvss": [], "remediation": null,
            "references": [], "tags": [], "tracked_in": [], "identity": "ab", "proposals": [], "links": [],
            "history": [],
        }))
        .unwrap()
    }

    fn written(details: &[FindingDetail], most: usize) -> Option<Written> {
        let sieve = Sieve::usual();
        let mut file = FindingsFile::new(&sieve, most);
        for detail in details {
            file.add(detail);
        }
        file.end(&Marker::derive(&["an issue"]), details.len())
    }

    fn read(written: &Written) -> Value {
        serde_json::from_slice(&written.file.bytes).unwrap()
    }

    #[test]
    fn the_same_findings_are_the_same_file_and_others_have_another_name() {
        let one = written(&[detail(1, "r", "text")], 100_000).unwrap();
        let again = written(&[detail(1, "r", "text")], 100_000).unwrap();
        let elsewhere = written(&[detail(7, "r", "text")], 100_000).unwrap();
        let other = written(&[detail(1, "r", "another text")], 100_000).unwrap();
        assert_eq!(one.file, again.file, "the same");
        assert_eq!(one.file, elsewhere.file, "the number that a database gave it says nothing");
        assert_ne!(one.file.name, other.file.name, "another content has another name");
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        assert!(one.file.name.chars().all(plain), "a name for every file system: {}", one.file.name);
    }

    #[test]
    fn what_must_not_leave_is_taken_out_of_every_text() {
        let token = ["ghp", "_", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"].concat();
        let file = written(&[detail(1, "r", &format!("bob@acme.com uses {token}"))], 100_000).unwrap();
        let text = String::from_utf8(file.file.bytes.clone()).unwrap();
        assert!(!text.contains("aB3dE6") && !text.contains("bob@acme"), "gone: {text}");
        assert!(text.contains("[redacted]"), "with a mark in its place: {text}");
        assert!(
            file.leaks.taken().iter().all(|one| one.place == LeakPlace::Attachment),
            "named by its place"
        );
        assert!(!file.leaks.taken().is_empty(), "and told");
    }

    #[test]
    fn proof_stays_out_of_what_goes_to_a_tracker() {
        let mut proven = detail(1, "r", "text");
        proven.epss = Some(crate::exploit::Epss { score: 0.5, percentile: None, date: None });
        proven.evidence =
            vec![Evidence { request: Some("GET /probe HTTP/1.1".to_owned()), ..Evidence::empty() }];
        let file = read(&written(&[proven.clone()], 100_000).unwrap());
        assert_eq!(
            file["findings"][0]["epss"],
            json!({ "score": 0.5 }),
            "what is said about the flaw goes along"
        );
        assert!(!file.to_string().contains("probe"), "proof does not: {file}");
        let own = whole(&proven);
        assert_eq!(own["evidence"][0]["request"], "GET /probe HTTP/1.1", "a file that stays here has it");
    }

    #[test]
    fn it_keeps_its_limit_and_says_what_has_no_room() {
        let details: Vec<FindingDetail> =
            (0..50).map(|at| detail(at, &format!("rule-{at}"), &"x".repeat(500))).collect();
        for most in [3_000, 10_000, 60_000] {
            let file = written(&details, most).unwrap();
            assert!(file.file.bytes.len() <= most, "{} of {most} bytes", file.file.bytes.len());
            let json = read(&file);
            let listed = json["findings"].as_array().unwrap().len();
            assert_eq!(listed, file.findings, "what is counted is there");
            assert_eq!(json["left_out"], json!(50 - listed), "the rest is told");
            assert_eq!(json["rules"].as_array().unwrap().len(), listed, "each rule that is named, no other");
        }
        assert!(written(&details, 1_000).is_none(), "a file with nothing in it is none");
        let all = read(&written(&details, 1_000_000).unwrap());
        assert!(all.get("left_out").is_none(), "nothing is left out");
        assert_eq!(all["docket"], "findings/1", "a format that Docket reads");
        assert_eq!(all["tool"], "Semgrep", "the tool of all of them");
    }
}
