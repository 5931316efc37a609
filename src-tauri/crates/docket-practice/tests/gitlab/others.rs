//! What other people do beside the program under test.

use docket_practice::gitlab::{GitLabSetup, Tier};
use serde_json::{Value, json};

use crate::client::{ISSUES, bench};

#[tokio::test]
async fn people_work_beside_the_program() {
    let b = bench(GitLabSetup::demo().tier(Tier::Premium)).await;
    let kim = b.practice.someone("kim");
    let iid = kim.opens("acme/shop", "Found by hand", "text").unwrap();
    assert_eq!(iid, 5, "the next number");
    kim.rewrites("acme/shop", iid, "other text").unwrap();
    kim.renames("acme/shop", iid, "Renamed").unwrap();
    kim.labels("acme/shop", iid, "Status::Doing").unwrap();
    kim.labels("acme/shop", iid, "Status::Done").unwrap();
    kim.assigns("acme/shop", iid, &["sam", "robin"]).unwrap();
    kim.due("acme/shop", iid, Some("2027-03-04")).unwrap();
    kim.hides("acme/shop", iid, true).unwrap();
    kim.comments("acme/shop", iid, "note").unwrap();
    kim.closes("acme/shop", iid).unwrap();
    let (_, shown) = b.ask("GET", &format!("{ISSUES}/{iid}"), Value::Null).await;
    assert_eq!(
        (&shown["title"], &shown["description"], &shown["labels"], &shown["state"]),
        (&json!("Renamed"), &json!("other text"), &json!(["Status::Done"]), &json!("closed")),
        "the API shows it all"
    );
    assert_eq!((&shown["due_date"], &shown["confidential"]), (&json!("2027-03-04"), &json!(true)));
    assert_eq!(shown["closed_by"]["username"], "kim", "in the person's name");
    kim.reopens("acme/shop", iid).unwrap();
    kim.unlabels("acme/shop", iid, "Status::Done").unwrap();
    let stored = b.shop(iid);
    assert!(stored.open && stored.labels.is_empty() && stored.notes == ["note"], "and back: {stored:?}");
    let moved = kim.moves("acme/shop", iid, "acme/platform/api").unwrap();
    let old = b.shop(iid);
    let new = b.practice.issue("acme/platform/api", moved).unwrap();
    assert_eq!(
        (old.open, old.moved_to_id, new.notes),
        (false, Some(new.id), vec!["note".to_owned()]),
        "moved"
    );
    kim.deletes("acme/shop", 2).unwrap();
    assert_eq!(b.ask("GET", &format!("{ISSUES}/2"), Value::Null).await.0, 404, "deleted");
    assert!(kim.closes("acme/shop", 2).is_err(), "what is gone is not there for people either");
    let error = b.practice.someone("nobody").closes("acme/shop", 1).unwrap_err().to_string();
    assert!(error.contains("nobody"), "an unknown person is named: {error}");
    assert_eq!(b.practice.count("issues/get"), 2, "the log counts operations");
    b.assert_no_violations();
}
