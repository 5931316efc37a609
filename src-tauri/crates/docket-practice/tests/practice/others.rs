//! Other people change things beside the program under test.

use docket_practice::{RepoChange, Setup};
use serde_json::{Value, json};

use crate::client::{bench, header};

#[tokio::test]
async fn issues_are_closed_relabelled_deleted_and_moved_by_others() {
    let b = bench(Setup::demo()).await;
    let kim = b.practice.someone("kim");
    kim.closes("acme/shop", 1, "not_planned").unwrap();
    kim.labels("acme/shop", 1, "wontfix").unwrap();
    kim.rewrites("acme/shop", 1, "changed").unwrap();
    kim.renames("acme/shop", 1, "new title").unwrap();
    kim.assigns("acme/shop", 1, &["robin", "kim"]).unwrap();
    kim.comments("acme/shop", 1, "no").unwrap();
    let (_, issue) = b.ask("GET", "/repos/acme/shop/issues/1", Value::Null).await;
    assert_eq!(
        (
            &issue["state"],
            &issue["state_reason"],
            &issue["closed_by"]["login"],
            &issue["body"],
            &issue["title"]
        ),
        (&json!("closed"), &json!("not_planned"), &json!("kim"), &json!("changed"), &json!("new title")),
        "all of it is seen"
    );
    assert_eq!(b.practice.issue("acme/shop", 1).unwrap().assignees, ["robin", "kim"], "assigned");
    kim.reopens("acme/shop", 1).unwrap();
    kim.deletes("acme/shop", 2).unwrap();
    assert_eq!(b.get("/repos/acme/shop/issues/2").await.status(), 410, "deleted");
    assert_eq!(b.get("/repos/acme/shop/issues/99").await.status(), 404, "never there");
    let new = kim.transfers("acme/shop", 1, "acme/billing").unwrap();
    let moved = b.get("/repos/acme/shop/issues/1").await;
    let to = header(&moved, "location").unwrap().to_owned();
    assert_eq!(moved.status(), 301, "moved");
    assert!(to.ends_with(&format!("/repos/acme/billing/issues/{new}")), "to its new place: {to}");
    let (status, there) = b.ask("GET", &to, Value::Null).await;
    assert_eq!((status, &there["title"]), (200, &json!("new title")), "where it is");
    assert!(kim.closes("acme/shop", 2, "completed").is_err(), "what is gone cannot be changed");
    assert!(b.practice.someone("nobody").closes("acme/shop", 3, "completed").is_err(), "nobody is nobody");
    b.assert_no_violations();
}

#[tokio::test]
async fn repositories_are_renamed_archived_and_hidden() {
    let b = bench(Setup::demo()).await;
    b.practice.change_repo("acme/shop", RepoChange::Renamed("store".to_owned())).unwrap();
    assert_eq!(b.get("/repos/acme/shop/issues").await.status(), 301, "the old name is redirected");
    assert_eq!(b.get("/repos/acme/store/issues").await.status(), 200, "the new one answers");
    b.practice.change_repo("acme/store", RepoChange::Archived(true)).unwrap();
    assert_eq!(
        b.send("POST", "/repos/acme/store/issues", json!({ "title": "x" })).await.status(),
        403,
        "archived"
    );
    b.practice.change_repo("acme/store", RepoChange::HasIssues(false)).unwrap();
    assert_eq!(b.get("/repos/acme/store/issues/1").await.status(), 410, "issues off");
    b.practice.change_repo("acme/billing", RepoChange::LabelRemoved("bug".to_owned())).unwrap();
    assert_eq!(b.practice.labels("acme/billing"), ["security"], "a label is gone");
    b.assert_no_violations();
}

#[tokio::test]
async fn labels_assignees_comments_and_milestones_have_their_own_calls() {
    let b = bench(Setup::demo()).await;
    let one = "/repos/acme/shop/issues/1";
    let (_, labels) = b.ask("POST", &format!("{one}/labels"), json!({ "labels": ["security"] })).await;
    assert_eq!(labels.as_array().unwrap().len(), 2, "added to what was there");
    let (_, labels) = b.ask("DELETE", &format!("{one}/labels/bug"), Value::Null).await;
    assert_eq!(labels[0]["name"], "security", "one is taken away");
    let (status, _) = b.ask("DELETE", &format!("{one}/labels/severity%3A%20high"), Value::Null).await;
    assert_eq!(status, 404, "a label that is not on it");
    let (_, labels) = b.ask("PUT", &format!("{one}/labels"), json!({ "labels": ["triage"] })).await;
    assert_eq!((labels.as_array().unwrap().len(), &labels[0]["name"]), (1, &json!("triage")), "replaced");
    let (status, _) = b.ask("DELETE", &format!("{one}/labels"), Value::Null).await;
    assert_eq!(status, 204, "all taken away");
    let (status, issue) =
        b.ask("POST", &format!("{one}/assignees"), json!({ "assignees": ["kim", "nobody"] })).await;
    let logins: Vec<&str> =
        issue["assignees"].as_array().unwrap().iter().filter_map(|a| a["login"].as_str()).collect();
    assert_eq!((status, logins), (201, vec!["sam", "kim"]), "added; who cannot be assigned is passed over");
    let (status, _) = b.ask("DELETE", &format!("{one}/assignees"), json!({ "assignees": ["sam"] })).await;
    assert_eq!(status, 200, "taken away");
    assert_eq!(b.practice.issue("acme/shop", 1).unwrap().assignees, ["kim"], "only that one");
    let (status, c) = b.ask("POST", &format!("{one}/comments"), json!({ "body": "hello" })).await;
    let place = format!("/repos/acme/shop/issues/comments/{}", c["id"]);
    assert_eq!(status, 201, "commented");
    let (_, c) = b.ask("PATCH", &place, json!({ "body": "changed" })).await;
    assert_eq!(c["body"], "changed", "the comment is changed");
    assert_eq!(b.ask("DELETE", &place, Value::Null).await.0, 204, "and deleted");
    assert_eq!(b.ask("GET", &place, Value::Null).await.0, 404, "and gone");
    let (status, m) = b.ask("POST", "/repos/acme/shop/milestones", json!({ "title": "3.0" })).await;
    assert_eq!((status, &m["number"]), (201, &json!(4)), "a milestone has the next number");
    let label = json!({ "name": "severity: info", "color": "cccccc", "description": "small" });
    assert_eq!(b.ask("POST", "/repos/acme/shop/labels", label).await.0, 201, "a label is made");
    let (status, l) = b.ask("GET", "/repos/acme/shop/labels/severity%3A%20info", Value::Null).await;
    assert_eq!((status, &l["description"]), (200, &json!("small")), "and found by its encoded name");
    b.assert_no_violations();
}
