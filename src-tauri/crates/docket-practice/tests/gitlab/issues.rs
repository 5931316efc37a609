//! Issues from their creation to their end, as one user.

use docket_practice::ClockHand;
use docket_practice::gitlab::{GitLabSetup, Tier, TokenSeed};
use serde_json::{Value, json};

use crate::client::{ISSUES, SHOP, bench, texts};

#[tokio::test]
async fn an_issue_is_made_changed_closed_reopened_and_read_back() {
    let hand = ClockHand::at("2026-11-21T10:00:00Z".parse().unwrap());
    let b = bench(GitLabSetup::demo().clock(hand.clock()).tier(Tier::Ultimate)).await;
    let marker = "text\n\n<!-- docket:v1 key=0123456789abcdef0123456789abcdef -->";
    let robin = b.practice.user_id("robin").unwrap();
    let (_, milestones) = b.ask("GET", &format!("{SHOP}/milestones?state=active"), Value::Null).await;
    assert_eq!(texts(&milestones, "title"), ["2.0", "2.1"], "the project's own");
    let (_, above) =
        b.ask("GET", &format!("{SHOP}/milestones?include_ancestors=true&title=Audit"), Value::Null).await;
    let audit = above[0]["id"].clone();
    let body = json!({
        "title": "Weak hash", "description": marker, "labels": "security,brand new", "assignee_ids": [robin],
        "milestone_id": audit, "due_date": "2027-01-31", "confidential": true, "weight": 3
    });
    let (status, made) = b.ask("POST", ISSUES, body).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["description"], marker, "byte for byte");
    assert_eq!(made["labels"], json!(["security", "brand new"]), "unknown labels are made");
    assert_eq!(
        (&made["iid"], &made["state"], &made["confidential"], &made["due_date"], &made["weight"]),
        (&json!(5), &json!("opened"), &json!(true), &json!("2027-01-31"), &json!(3)),
    );
    assert_eq!(made["milestone"]["title"], "Audit", "a group's milestone");
    assert_eq!(made["created_at"], "2026-11-21T10:00:00.000Z", "by the server's clock");
    assert_eq!(
        made["web_url"],
        format!("{}/acme/shop/-/issues/5", b.practice.url()),
        "an address for people"
    );
    assert!(
        b.practice.labels("acme/shop").contains(&"brand new".to_owned()),
        "the label is the project's now"
    );

    hand.advance_seconds(60);
    let one = format!("{ISSUES}/5");
    let body = json!({ "add_labels": ["bug"], "remove_labels": "brand new", "title": "Weak hash (MD5)" });
    let (status, changed) = b.ask("PUT", &one, body).await;
    assert_eq!((status, &changed["labels"]), (200, &json!(["security", "bug"])), "the others stay");
    assert_eq!(changed["updated_at"], "2026-11-21T10:01:00.000Z", "it says when");
    let (_, closed) = b.ask("PUT", &one, json!({ "state_event": "close" })).await;
    assert_eq!((&closed["state"], &closed["closed_by"]["username"]), (&json!("closed"), &json!("robin")));
    let (_, open) =
        b.ask("PUT", &one, json!({ "state_event": "reopen", "milestone_id": 0, "assignee_ids": [] })).await;
    assert_eq!(
        (&open["state"], &open["closed_at"], &open["milestone"]),
        (&json!("opened"), &Value::Null, &Value::Null)
    );
    assert_eq!(open["assignees"], json!([]), "nobody");
    let (_, read) = b.ask("GET", &one, Value::Null).await;
    assert_eq!(read, open, "reading tells the same");
    let history = b.shop(5).history.join("\n");
    for word in ["added ~\"security\"", "removed ~\"brand new\"", "closed", "reopened", "changed title"] {
        assert!(history.contains(word), "the history tells '{word}': {history}");
    }
    b.assert_no_violations();
}

#[tokio::test]
async fn notes_are_written_and_listed() {
    let mut b = bench(GitLabSetup::demo().token(TokenSeed::personal("sam", &["api"]))).await;
    let notes = format!("{ISSUES}/1/notes");
    let (status, made) = b.ask("POST", &notes, json!({ "body": "Still there in 2.0." })).await;
    assert_eq!((status, &made["body"], &made["system"]), (201, &json!("Still there in 2.0."), &json!(false)));
    let (status, inside) = b.ask("POST", &notes, json!({ "body": "for us", "internal": true })).await;
    assert_eq!((status, &inside["internal"]), (201, &json!(true)), "an internal note");
    let only = format!("{notes}?activity_filter=only_comments&sort=asc");
    let (_, listed) = b.ask("GET", &only, Value::Null).await;
    assert_eq!(texts(&listed, "body")[1..], ["Still there in 2.0.", "for us"], "oldest first");
    let (_, listed) = b.ask("GET", &format!("{notes}?activity_filter=only_activity"), Value::Null).await;
    assert!(listed.as_array().unwrap().iter().all(|n| n["system"] == true), "history: {listed}");
    let (_, issue) = b.ask("GET", &format!("{ISSUES}/1"), Value::Null).await;
    assert_eq!(issue["user_notes_count"], 3, "counted without history");
    let (status, answer) = b.ask("POST", &notes, json!({ "body": " " })).await;
    assert_eq!((status, &answer["message"]["note"][0]), (400, &json!("can't be blank")), "an empty note");
    b.with("sam");
    let (_, listed) = b.ask("GET", &only, Value::Null).await;
    assert_eq!(listed.as_array().unwrap().len(), 2, "a guest does not see internal ones");
    b.assert_no_violations();
}

#[tokio::test]
async fn labels_and_milestones_are_listed_and_made() {
    let b = bench(GitLabSetup::demo()).await;
    let labels = format!("{SHOP}/labels");
    let (_, all) = b.ask("GET", &labels, Value::Null).await;
    assert_eq!(
        texts(&all, "name"),
        ["bug", "documentation", "Status::Doing", "security", "Priority::1", "Priority::2"],
        "the project's, then its group's"
    );
    assert_eq!((&all[0]["is_project_label"], &all[3]["is_project_label"]), (&json!(true), &json!(false)));
    let (_, found) = b.ask("GET", &format!("{labels}?search=priority"), Value::Null).await;
    assert_eq!(found.as_array().unwrap().len(), 2, "searched");
    let body = json!({ "name": "Priority::3", "color": "#fbca04", "description": "Soon" });
    let (status, made) = b.ask("POST", &labels, body.clone()).await;
    assert_eq!((status, &made["name"], &made["color"]), (201, &json!("Priority::3"), &json!("#fbca04")));
    let twice = (409, json!({ "message": "Label already exists" }));
    assert_eq!(b.ask("POST", &labels, body).await, twice, "a second one");
    assert_eq!(
        b.ask("POST", &labels, json!({ "name": "security", "color": "#fff" })).await,
        twice,
        "a group's"
    );
    let (status, answer) = b.ask("POST", &labels, json!({ "name": "a,b", "color": "#fff" })).await;
    assert_eq!(
        (status, &answer["message"]["title"]),
        (400, &json!(["is invalid"])),
        "a comma divides labels"
    );
    let (status, answer) = b.ask("POST", &labels, json!({ "name": "c", "color": "#zz" })).await;
    assert_eq!(
        (status, &answer["message"]["color"]),
        (400, &json!(["must be a valid color code"])),
        "a colour"
    );
    let (_, group) = b.ask("GET", "/groups/acme%2Fplatform/labels", Value::Null).await;
    assert_eq!(texts(&group, "name"), ["security", "Priority::1", "Priority::2"], "a subgroup's, from above");
    let milestones = format!("{SHOP}/milestones");
    let (status, made) =
        b.ask("POST", &milestones, json!({ "title": "3.0", "due_date": "2027-06-30" })).await;
    assert_eq!((status, &made["state"], &made["due_date"]), (201, &json!("active"), &json!("2027-06-30")));
    assert_eq!(b.ask("POST", &milestones, json!({ "title": "3.0" })).await.0, 400, "a second one");
    let (_, made) = b.ask("POST", ISSUES, json!({ "title": "x", "milestone": "3.0" })).await;
    assert_eq!(made["milestone"]["title"], "3.0", "by its title");
    let (_, made) = b.ask("POST", ISSUES, json!({ "title": "x", "milestone_id": 999_999 })).await;
    assert_eq!(made["milestone"], Value::Null, "one that is not there is dropped without a word");
    let (_, made) = b.ask("POST", ISSUES, json!({ "title": "x", "labels": ["one, two", "three"] })).await;
    assert_eq!(made["labels"], json!(["one", "two", "three"]), "labels are taken apart at commas");
    b.assert_no_violations();
}

#[tokio::test]
async fn a_moved_issue_closes_and_points_to_the_new_one() {
    let b = bench(GitLabSetup::demo()).await;
    let to = b.practice.project_id("acme/platform/api").unwrap();
    let body = json!({ "to_project_id": to });
    let (status, new) = b.ask("POST", &format!("{ISSUES}/1/move"), body.clone()).await;
    assert_eq!((status, &new["project_id"], &new["iid"]), (201, &json!(to), &json!(1)), "{new}");
    assert_eq!(new["labels"], json!(["bug", "Priority::2"]), "with its labels");
    let (status, old) = b.ask("GET", &format!("{ISSUES}/1"), Value::Null).await;
    assert_eq!(
        (status, &old["state"], &old["moved_to_id"]),
        (200, &json!("closed"), &new["id"]),
        "the old one"
    );
    let (status, answer) = b.ask("POST", &format!("{ISSUES}/1/move"), body).await;
    assert_eq!(status, 400, "not twice: {answer}");
    let archive = b.practice.project_id("acme/archive").unwrap();
    let (status, answer) =
        b.ask("POST", &format!("{ISSUES}/2/move"), json!({ "to_project_id": archive })).await;
    assert_eq!(status, 400, "not where one may not write");
    assert!(answer["message"].as_str().unwrap().contains("insufficient permissions"), "{answer}");
    let (status, _) = b.ask("POST", &format!("{ISSUES}/2/move"), json!({ "to_project_id": 999_999 })).await;
    assert_eq!(status, 404, "nor where nothing is");
    b.assert_no_violations();
}

#[tokio::test]
async fn a_deleted_issue_is_gone_and_its_number_is_not_used_again() {
    let mut b = bench(GitLabSetup::demo().token(TokenSeed::personal("kim", &["api"]))).await;
    b.with("kim");
    let last = format!("{ISSUES}/4");
    let answer = b.request("DELETE", &last).send().await.unwrap();
    assert_eq!(answer.status(), 204, "an owner deletes");
    assert_eq!(b.ask("GET", &last, Value::Null).await, (404, json!({ "message": "404 Not found" })), "gone");
    let (_, made) = b.ask("POST", ISSUES, json!({ "title": "x" })).await;
    assert_eq!(made["iid"], 5, "the next number");
    b.assert_no_violations();
}

#[tokio::test]
async fn severity_belongs_to_incidents() {
    let b = bench(GitLabSetup::demo()).await;
    let (_, made) = b.ask("POST", ISSUES, json!({ "title": "x", "severity": "high" })).await;
    assert_eq!(made["severity"], "UNKNOWN", "an issue has none");
    let (_, made) =
        b.ask("POST", ISSUES, json!({ "title": "x", "severity": "high", "issue_type": "incident" })).await;
    assert_eq!((&made["severity"], &made["issue_type"]), (&json!("HIGH"), &json!("incident")), "in capitals");
    b.assert_no_violations();
}
