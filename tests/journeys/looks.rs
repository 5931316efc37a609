//! What an issue looks like in each tracker, as it was stored there: the whole text, kept in
//! `looks/`. After a wanted change: `DOCKET_WRITE_LOOKS=1 make test`, and read the difference.

use std::path::Path;

use docket_domain::{ApplicationId, GroupKey, PlanState};
use docket_engine::mappings::MappingForm;
use docket_practice::gitlab::{GitLabSetup, PracticeGitLab};
use docket_practice::{AzureSetup, PracticeAzure};
use serde_json::{Value, json};

use crate::support::*;

/// Two findings of one rule that say all a scanner can say, with things in them that must not
/// act.
fn telling() -> Vec<u8> {
    let result = |path: &str, line: u32, message: &str| {
        json!({
            "ruleId": "py/sql-injection",
            "level": "error",
            "message": { "text": message },
            "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": path },
                "region": {
                    "startLine": line,
                    "snippet": { "text": "rows = db.execute(f\"SELECT * FROM orders WHERE id = {order}\")" },
                },
            }}],
            "codeFlows": [{ "threadFlows": [{ "locations": [
                flow(path, line - 2, "order = request.args[\"order\"]"),
                flow(path, line, "reaches the query"),
            ]}]}],
        })
    };
    let rule = json!({
        "id": "py/sql-injection",
        "name": "SqlInjection",
        "shortDescription": { "text": "SQL query built from user input" },
        "fullDescription": { "text": "A value from the request becomes part of a SQL statement." },
        "help": {
            "text": "Bind the value.",
            "markdown": "Bind the value:\n\n```python\ndb.execute(text(\"… id = :id\"), {\"id\": order})\n```\n\nSee [the guide](https://example.com/sql)."
        },
        "helpUri": "https://example.com/rules/sql-injection",
        "properties": { "security-severity": "9.1", "tags": ["security", "external/cwe/cwe-089"] },
    });
    json!({
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "Look Scanner", "version": "1.2", "rules": [rule] } },
            "results": [
                result("src/orders/search.py", 88, "The parameter `order` reaches a query."),
                result("src/orders/<export>.py", 41, "@team fixes #1: /close, ![x](https://e.example/x.png)"),
            ],
        }],
    })
    .to_string()
    .into_bytes()
}

fn flow(path: &str, line: u32, message: &str) -> Value {
    json!({ "location": {
        "message": { "text": message },
        "physicalLocation": { "artifactLocation": { "uri": path }, "region": { "startLine": line } },
    }})
}

/// The text without what differs from run to run.
fn steady(text: &str, marker: &str) -> String {
    let text = text.replace(marker, "<key>").replace(docket_engine::VERSION, "<version>");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n"))
}

#[track_caller]
fn looks_like(file: &str, shown: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("journeys/looks").join(file);
    if std::env::var_os("DOCKET_WRITE_LOOKS").is_some() {
        std::fs::write(&path, shown).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(shown, kept, "the look of an issue is kept in {}", path.display());
}

/// Pushes the report as one issue to a tracker of some kind.
async fn push(kind: &str, url: &str, token: &str, place: impl FnOnce(&mut MappingForm)) {
    let desk = Desk::new().await;
    let application = desk.engine.application_add("Shop").await.unwrap();
    desk.import(application.id, telling()).await;
    let mut form = to_address(url, token);
    form.kind = kind.to_owned();
    let connection = desk.engine.connection_save(form).await.unwrap();
    let mut form = MappingForm {
        labels: vec!["security".to_owned()],
        assignees: Vec::new(),
        milestone: None,
        ..to_shop(connection.id, application.id)
    };
    place(&mut form);
    let mapping = desk.engine.mapping_save(form).await.unwrap();
    let plan = desk.push(mapping.id, &[GroupKey::Rule]).await;
    assert_eq!(plan.state, PlanState::Done, "{plan:?}");
    assert_eq!(plan.counts.done, 1, "one rule, one issue");
    let step = desk.steps(plan.id).await.remove(0);
    assert_eq!(step.dropped, Vec::<String>::new(), "nothing was dropped");
}

// covers: S2.24
#[tokio::test]
async fn an_issue_in_github() {
    let practice = practice().await;
    push("github", &practice.url(), &practice.token(), |_| {}).await;
    let issue = ours(&practice).remove(0);
    let head = format!("{}\n[{}]\n\n{}", issue.title, issue.labels.join(", "), issue.body);
    looks_like("github.md", &steady(&head, &marker_in(&issue.body)));
    clean(&practice);
}

// covers: S2.25
#[tokio::test]
async fn an_issue_in_gitlab() {
    let practice = PracticeGitLab::start(GitLabSetup::demo()).await.unwrap();
    push("gitlab", &practice.url(), &practice.token(), |_| {}).await;
    let issue = practice.issues_containing(TARGET, MARKER).remove(0);
    let head = format!("{}\n[{}]\n\n{}", issue.title, issue.labels.join(", "), issue.description);
    looks_like("gitlab.md", &steady(&head, &marker_in(&issue.description)));
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
}

// covers: S2.25
#[tokio::test]
async fn a_work_item_in_azure_devops() {
    let practice = PracticeAzure::start(AzureSetup::demo()).await.unwrap();
    push("azure-devops", &practice.url(), &practice.token(), |form| {
        form.target = "Büro & Lager".to_owned();
        form.settings = Some([("type".to_owned(), "Issue".to_owned())].into());
    })
    .await;
    let item = practice.work_items("Büro & Lager").into_iter().next_back().unwrap();
    let text = item.fields["System.Description"].as_str().unwrap();
    let key = docket_domain::Marker::find_all(text).remove(0);
    let tags: Vec<String> = item.tags.iter().map(|tag| tag.replace(&key.tag(), "<tag of the key>")).collect();
    let head = format!("{}\n[{}]\n\n{text}", item.title, tags.join(", "));
    looks_like("azure.html", &steady(&head, key.as_str()));
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
}

// covers: S2.12
#[tokio::test]
async fn each_application_has_its_own_parameters() {
    let practice = practice().await;
    let desk = Desk::new().await;
    let connection = desk.engine.connection_save(to_practice(&practice)).await.unwrap().id;
    let mut mappings = Vec::new();
    for (name, target, label, file) in
        [("Shop", TARGET, "triage", "src/a.py"), ("Billing", "acme/billing", "bug", "src/b.py")]
    {
        let application: ApplicationId = desk.engine.application_add(name).await.unwrap().id;
        desk.import(application, report(&[spot("sqli", file)])).await;
        let form = MappingForm {
            target: target.to_owned(),
            labels: vec![label.to_owned()],
            assignees: Vec::new(),
            milestone: None,
            ..to_shop(connection, application)
        };
        mappings.push((desk.engine.mapping_save(form).await.unwrap(), application, target, label, file));
    }
    for (mapping, application, target, label, file) in mappings {
        let own = docket_domain::Selection::Matching {
            query: String::new(),
            application: Some(application),
            except: Vec::new(),
        };
        let plan = desk
            .engine
            .plan_make(own, mapping.id, vec![GroupKey::Rule], docket_engine::nobody())
            .await
            .unwrap();
        desk.apply(&plan).await.unwrap();
        let issues = practice.issues_containing(target, MARKER);
        assert_eq!(issues.len(), 1, "{target} has the issue of its application and no other");
        assert!(issues[0].body.contains(file), "{target}: {}", issues[0].body);
        assert!(issues[0].labels.contains(&label.to_owned()), "{target}: with its own labels");
    }
    clean(&practice);
}
