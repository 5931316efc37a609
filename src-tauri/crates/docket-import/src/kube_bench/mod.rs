//! kube-bench: the CIS benchmark of Kubernetes.

use docket_domain::{FindingKind, Found};

use crate::clean;
use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static KUBE_BENCH: Reads<KubeBench> = Reads(KubeBench);

static CARD: Card = Card {
    id: "kube-bench",
    label: "kube-bench JSON",
    about: "What `kube-bench --json` writes: the CIS benchmark of Kubernetes.",
    extensions: &["json"],
    tool: "kube-bench",
    versions: "0.3 and later, and the single controls of before",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct KubeBench;

impl JsonReport for KubeBench {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let keys = ["node_type", "tests"];
        let listed = keys.iter().all(|key| outline.has_inner("Controls", key));
        if listed || outline.has(&keys) || outline.first_has(&keys) {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "Controls"]
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        if !record.has_key("tests") {
            return Err("it has no tests".to_owned());
        }
        let about = record.shared(&["tests"]);
        for group in out.objects(record.get("tests")) {
            let section = group.shared(&["results"]);
            for item in out.objects(group.get("results")) {
                out.part(item);
                match item.line("status").unwrap_or_default().to_ascii_uppercase().as_str() {
                    "FAIL" => out.finding(found(item, &section, &about)),
                    // A check that only a person can decide.
                    "WARN" => out.finding(Found { needs_review: true, ..found(item, &section, &about) }),
                    _ => out.passed(),
                }
            }
        }
        Ok(())
    }
}

fn found(item: &Json, group: &Json, of: &Json) -> Found {
    let rule = item.line("test_number").unwrap_or_default();
    let mut found = make::found(&rule, &item.line("test_desc").unwrap_or_default());
    found.kind = FindingKind::Iac;
    let section = [group.line("section"), group.line("desc")];
    found.description = make::described([
        ("Section", clean::some_line(&section.into_iter().flatten().collect::<Vec<_>>().join(" "))),
        ("Expected", item.block("expected_result")),
        ("Found", item.block("actual_value")),
        ("Reason", item.block("reason")),
        ("Audit", item.block("audit")),
        ("Benchmark", of.line("version")),
        ("Kubernetes", of.line("detected_version")),
    ]);
    found.remediation = item.block("remediation");
    found.locations.extend(make::resource(of.line("node_type"), of.line("text")));
    found.tags = of.line("version").into_iter().collect();
    found.tags.extend(item.get("scored").bool().filter(|scored| !scored).map(|_| "not scored".to_owned()));
    found
}
