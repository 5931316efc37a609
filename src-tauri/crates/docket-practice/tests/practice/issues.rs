//! Issues as a client lives with them: created, listed, changed, closed, reopened, moved, deleted.

use docket_practice::Setup;
use serde_json::{Value, json};

use crate::client::bench;

const ISSUES: &str = "/repos/acme/shop/issues";

#[tokio::test]
async fn an_issue_is_created_listed_closed_and_reopened() {
    for version in ["2022-11-28", "2026-03-10"] {
        let mut b = bench(Setup::demo()).await;
        b.version = version;
        let body = "text\n\n<!-- docket:v1 key=0123456789abcdef0123456789abcdef -->";
        let (status, made) = b
            .ask(
                "POST",
                ISSUES,
                json!({
                    "title": "SQL injection in login", "body": body, "labels": ["security", "new label"],
                    "assignees": ["kim"], "milestone": 1,
                }),
            )
            .await;
        assert_eq!(status, 201, "created: {made}");
        assert_eq!(made["body"], body, "the marker is in the API's body");
        assert_eq!(
            made["labels"][1]["name"], "new label",
            "an unknown label is made for people who may push"
        );
        assert_eq!(made["milestone"]["title"], "2.0", "the milestone is set");
        assert_eq!(
            made.get("assignee").is_some(),
            version == "2022-11-28",
            "the singular assignee went with 2026-03-10"
        );
        let number = made["number"].as_u64().unwrap();
        let (_, list) =
            b.ask("GET", &format!("{ISSUES}?state=open&labels=security&creator=robin"), Value::Null).await;
        assert_eq!(list[0]["number"], number, "the list shows it at once");
        let one = format!("{ISSUES}/{number}");
        let (status, closed) =
            b.ask("PATCH", &one, json!({ "state": "closed", "state_reason": "not_planned" })).await;
        assert_eq!((status, &closed["state_reason"]), (200, &json!("not_planned")), "closed for a reason");
        assert!(closed["closed_at"].is_string(), "the moment of closing is told");
        let (_, open) = b.ask("PATCH", &one, json!({ "state": "open", "milestone": null })).await;
        assert_eq!(
            (&open["state"], &open["milestone"]),
            (&json!("open"), &Value::Null),
            "reopened, milestone taken out"
        );
        let (_, history) = b.ask("GET", &format!("{one}/timeline"), Value::Null).await;
        let names: Vec<&str> =
            history.as_array().unwrap().iter().filter_map(|e| e["event"].as_str()).collect();
        for event in ["labeled", "assigned", "milestoned", "closed", "reopened", "demilestoned"] {
            assert!(names.contains(&event), "the timeline tells of '{event}': {names:?}");
        }
        let stored = b.practice.issue("acme/shop", number).unwrap();
        assert_eq!(stored.labels, ["security", "new label"], "what is stored is what was told");
        b.assert_no_violations();
        b.practice.stop().await;
    }
}

#[tokio::test]
async fn every_reading_operation_answers_as_the_contract_says() {
    for setup in [Setup::demo(), Setup::demo().enterprise("3.19.2")] {
        for version in ["2022-11-28", "2026-03-10"] {
            let mut b = bench(setup.clone()).await;
            b.version = version;
            let enterprise = b.practice.api_url().ends_with("/api/v3");
            if enterprise && version == "2026-03-10" {
                let (status, _) = b.ask("GET", "/meta", Value::Null).await;
                assert_eq!(status, 400, "an Enterprise Server does not know the newer version");
                continue;
            }
            for path in [
                "/",
                "/meta",
                "/rate_limit",
                "/user",
                "/user/orgs",
                "/user/repos",
                "/users/kim",
                "/users/acme",
                "/orgs/acme",
                "/orgs/acme/repos?type=all",
                "/repos/acme/shop",
                "/repos/acme/shop/labels",
                "/repos/acme/shop/labels/bug",
                "/repos/acme/shop/milestones?state=all",
                "/repos/acme/shop/milestones/1",
                "/repos/acme/shop/assignees",
                "/repos/acme/shop/issues?state=all",
                "/repos/acme/shop/issues/1",
                "/repos/acme/shop/issues/1/comments",
                "/repos/acme/shop/issues/comments",
                "/repos/acme/shop/issues/1/labels",
                "/repos/acme/shop/issues/1/timeline",
                "/repos/acme/shop/issues/5/events",
                "/repos/acme/shop/issues/events",
            ] {
                let (status, body) = b.ask("GET", path, Value::Null).await;
                assert_eq!(status, 200, "{path} in {version}: {body}");
            }
            let (status, _) = b.ask("GET", "/repos/acme/shop/assignees/kim", Value::Null).await;
            assert_eq!(status, 204, "kim can be assigned");
            let (status, _) = b.ask("GET", "/repos/acme/shop/assignees/nobody", Value::Null).await;
            assert_eq!(status, 404, "nobody cannot be assigned");
            b.assert_no_violations();
        }
    }
}
