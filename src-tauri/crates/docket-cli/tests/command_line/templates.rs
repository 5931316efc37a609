//! Templates on the command line: tried, kept, and what arrives at the tracker.

use docket_practice::Setup;
use serde_json::{Value, json};

use crate::bench::{Desk, fixture};

const TEMPLATE: &str = "Ask **the payments team** first.\n\n{{ docket.table }}\n\n{{ docket.checklist }}\n\n\
                        {% if count > 1 %}{{ count }} places of `{{ rule }}`.{% endif %}\n";

/// The report again: without its first finding, with one more of the same rule.
fn later(desk: &Desk) {
    let mut report: Value = serde_json::from_slice(&std::fs::read(fixture("shop.sarif")).unwrap()).unwrap();
    let results = report["runs"][0]["results"].as_array_mut().unwrap();
    let mut new = results.remove(0);
    let place = &mut new["locations"][0]["physicalLocation"];
    place["artifactLocation"]["uri"] = json!("src/invoices.py");
    place["region"] = json!({ "startLine": 99, "snippet": { "text": "line 99 of src/invoices.py" } });
    new["message"]["text"] = json!("The parameter 'year' reaches a query.");
    results.push(new);
    std::fs::write(desk.room.path().join("later.sarif"), serde_json::to_vec(&report).unwrap()).unwrap();
    desk.run(&["import", "later.sarif", "--app", "shop"]).ends(0);
}

// covers: S2.19
#[test]
fn a_checklist_ticks_itself_when_findings_are_fixed() {
    for template in [None, Some(TEMPLATE)] {
        let (desk, tracker) = Desk::ready(Setup::demo());
        if let Some(template) = template {
            std::fs::write(desk.room.path().join("body.md"), template).unwrap();
            desk.run(&["mapping", "edit", "acme/shop", "--body-template", "body.md"]).ends(0);
        }
        let push = [
            "push",
            "rule:sql-injection status:active",
            "--mapping",
            "acme/shop",
            "--group-by",
            "rule",
            "--yes",
        ];
        desk.run(&push).ends(0);
        let created = tracker.created().remove(0);
        assert_eq!(created.body.matches("- [ ] ").count(), 3, "three places to do: {}", created.body);
        assert_eq!(
            created.body.contains("Ask **the payments team**"),
            template.is_some(),
            "the template's words"
        );

        later(&desk);
        let ticked = desk.json(&["findings", "rule:sql-injection status:closed"])["total"].clone();
        assert_eq!(ticked, 1, "the report does not name one of them any more");
        desk.run(&push).ends(0);
        let issue = tracker.practice.issue("acme/shop", created.number).unwrap();
        assert_eq!(tracker.created().len(), 1, "it is the same issue");
        assert_eq!(issue.body.matches("- [ ] ").count(), 3, "one joined, one is done: {}", issue.body);
        let done: Vec<&str> = issue.body.lines().filter(|line| line.starts_with("- [x] ")).collect();
        assert_eq!(done.len(), 1, "what is fixed is ticked: {}", issue.body);
        assert!(done[0].contains("src/orders.py:14"), "and it is the one: {}", done[0]);
        assert!(issue.body.contains("| 4 | 3 | 1 |"), "the table counts it: {}", issue.body);
        tracker.is_content();
    }
}

#[test]
fn a_template_is_tried_kept_and_arrives() {
    let (desk, tracker) = Desk::ready(Setup::demo());
    std::fs::write(desk.room.path().join("wrong.md"), "# {{ title }}\n\n- {{ finding.tilte }}\n").unwrap();
    let wrong = desk.run(&["template", "check", "--body", "wrong.md"]).ends(1);
    assert!(wrong.out.contains("body:3:6"), "with its place: {}", wrong.out);
    assert!(wrong.out.contains("- {{ finding.tilte }}\n         ^^^^^^^^^^^^^"), "and a mark: {}", wrong.out);
    assert!(wrong.out.contains("Did you mean «finding.title»"), "and what was meant: {}", wrong.out);
    let refused = desk.run(&["mapping", "edit", "acme/shop", "--body-template", "wrong.md"]).ends(2);
    assert!(refused.err.contains("line 3, column 6"), "it is not kept: {}", refused.err);
    let habit = desk.run(&["mapping", "edit", "acme/shop", "--title-template", "[{severity}]"]).ends(2);
    assert!(habit.err.contains("{{ severity }}"), "a pattern of before is not taken for text: {}", habit.err);

    std::fs::write(desk.room.path().join("body.md"), TEMPLATE).unwrap();
    desk.run(&["template", "check", "--body", "body.md", "--title", "{{ count }} × {{ rule }}"]).ends(0);
    let preview = [
        "template",
        "preview",
        "--mapping",
        "acme/shop",
        "--body",
        "body.md",
        "--title",
        "{{ count }} × {{ rule }}",
    ];
    let group = desk.json(&[&preview[..], &["--group-by", "rule", "--skip", "3"]].concat());
    assert_eq!(group["issue"]["of"], 3, "three rules: {group}");
    assert_eq!(group["issue"]["at"], 0, "and round again");
    assert_eq!(group["issue"]["title"], "3 × sql-injection", "the first group is the most severe");
    assert_eq!(tracker.created().len(), 0, "nothing was sent");

    desk.run(&[
        "mapping",
        "edit",
        "acme/shop",
        "--body-template",
        "body.md",
        "--title-template",
        "{{ count }} × {{ rule }}",
    ])
    .ends(0);
    desk.run(&["push", "", "--mapping", "acme/shop", "--group-by", "rule", "--yes"]).ends(0);
    let issue = tracker
        .created()
        .into_iter()
        .find(|issue| issue.title == "3 × sql-injection")
        .expect("the same title");
    let part = |body: &str| body.split("<!-- docket:end -->").next().unwrap().to_owned();
    assert_eq!(
        part(&issue.body),
        part(group["issue"]["body"].as_str().unwrap()),
        "what was shown is what arrived"
    );
    tracker.is_content();
}

// covers: X12
#[test]
fn a_preview_keeps_back_what_the_mapping_keeps_back() {
    let (desk, _tracker) = Desk::ready(Setup::demo());
    let title = || {
        let words = ["template", "preview", "--mapping", "acme/shop", "--title", "{{ rule }}"];
        desk.json(&words)["issue"]["title"].as_str().unwrap_or_default().to_owned()
    };
    let before = title();
    assert!(before.contains('-') && !before.contains("[removed]"), "the rule as it is: {before}");
    desk.run(&["mapping", "edit", "acme/shop", "--guard-pattern", "rules=[a-z]+-[a-z]+"]).ends(0);
    assert!(title().contains("[removed]"), "the mapping's own pattern counts: {}", title());
}
