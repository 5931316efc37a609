//! What GitLab leaves out without a word is said, whoever leaves it out and whenever.

use std::sync::atomic::{AtomicUsize, Ordering};

use docket_domain::IssueChange;
use docket_practice::gitlab::GitLabSetup;
use docket_practice::{Fault, matching};

use super::support::scripted;
use super::{clean, connect, draft, set, shop, start};

const JSON: &str = "Content-Type: application/json\r\n";
const TOKEN: &str = "glpat-0123456789abcdefghij";

/// A GitLab that makes every issue like this, whatever was asked for.
async fn stubborn(issue: &'static str, graphql: &'static [&'static str]) -> String {
    let asked = AtomicUsize::new(0);
    let (url, _) = scripted::serve(move |head| {
        let says = |body: &str| scripted::reply("200 OK", JSON, body);
        let line = head.lines().next().unwrap_or_default();
        if line.contains("/api/graphql") {
            return says(graphql[asked.fetch_add(1, Ordering::SeqCst).min(graphql.len() - 1)]);
        }
        if line.contains("/issues") && !line.contains("/notes") {
            return says(issue);
        }
        if line.starts_with("GET /api/v4/projects")
            && !line.contains("/members")
            && !line.contains("/milestones")
        {
            return says(r#"{"id":7,"path_with_namespace":"acme/shop"}"#);
        }
        says("[]")
    })
    .await;
    format!("{url}/api/v4")
}

const OPEN: &str = r#"{"id":70,"iid":1,"project_id":7,"title":"Finding x","state":"opened","confidential":false,
    "labels":["security","team blue","Priority::5"],"web_url":"http://gitlab.invalid/acme/shop/-/issues/1",
    "created_at":"2026-11-21T10:00:00Z","updated_at":"2026-11-21T10:00:00Z","issue_type":"issue"}"#;

// covers: S2.18
#[tokio::test]
async fn an_issue_that_did_not_become_confidential_is_a_warning() {
    let url = stubborn(OPEN, &["{}"]).await;
    let written = connect(&url, TOKEN).tracker.create(&shop(), &draft("public")).await.unwrap();
    let said = written.dropped.join("\n");
    assert!(said.contains("is not confidential") && said.contains("Everybody"), "people must know: {said}");
    let mut to = shop();
    to.settings.insert("confidential".to_owned(), "false".to_owned());
    let written = connect(&url, TOKEN).tracker.create(&to, &draft("public")).await.unwrap();
    assert!(
        !written.dropped.join("\n").contains("confidential"),
        "nobody asked for it: {:?}",
        written.dropped
    );
}

// covers: S2.18
#[tokio::test]
async fn a_change_whose_labels_or_state_did_not_come_about_is_a_warning() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    let issue = bench.tracker.create(&shop(), &draft("changed")).await.unwrap().seen.issue;
    practice.faults().next(matching("PUT", &format!("/issues/{}", issue.number)), Fault::DropLabels);
    let change = IssueChange {
        title: Some("Other".to_owned()),
        add_labels: vec!["later".to_owned()],
        ..IssueChange::default()
    };
    let said = bench.tracker.update(&shop(), &issue, &change).await.unwrap().dropped.join("\n");
    assert!(said.contains("GitLab dropped the labels later"), "the label is missing: {said}");
    let again = bench.tracker.update(&shop(), &issue, &change).await.unwrap();
    assert_eq!(again.dropped, Vec::<String>::new(), "and now it is there");
    clean(&practice);

    let url = stubborn(OPEN, &["{}"]).await;
    let close = IssueChange { open: Some(false), ..IssueChange::default() };
    let said = connect(&url, TOKEN).tracker.update(&shop(), &issue, &close).await.unwrap().dropped.join("\n");
    assert!(said.contains("GitLab has not closed the issue"), "it is open as before: {said}");
}

const STATUSES: &str = r#"{"data":{"namespace":{"workItemTypes":{"nodes":[{"widgetDefinitions":[{"type":"STATUS",
    "allowedStatuses":[{"id":"gid://gitlab/S/2","name":"In progress","category":"in_progress"}]}]}]}}}}"#;

// covers: S2.18
#[tokio::test]
async fn a_status_that_was_not_set_is_a_warning_though_graphql_answers_200() {
    for (answer, wanted) in [
        (
            r#"{"data":{"workItemUpdate":{"errors":["You may not"],"workItem":null}}}"#,
            "was not set: You may not",
        ),
        (r#"{"errors":[{"message":"No such field"}]}"#, "was not set: No such field"),
        (
            r#"{"data":{"workItemUpdate":{"errors":[],"workItem":{"state":"OPEN","widgets":[{"type":"STATUS",
            "status":{"id":"gid://gitlab/S/1","name":"To do"}}]}}}}"#,
            "GitLab dropped the status «In progress»",
        ),
    ] {
        let script: &'static [&'static str] = Box::leak(Box::new([STATUSES, answer]));
        let url = stubborn(OPEN, script).await;
        let mut draft = draft("status");
        draft.status = set("work item status", "In progress");
        let said = connect(&url, TOKEN).tracker.create(&shop(), &draft).await.unwrap().dropped.join("\n");
        assert!(said.contains(wanted), "«{wanted}» must be said: {said}");
    }
}
