//! Texts that set something off, and texts that do not.

use docket_practice::gitlab::{GitLabSetup, Tier, TokenSeed, Trigger};
use serde_json::{Value, json};

use crate::client::{ISSUES, bench};

#[tokio::test]
async fn quick_actions_in_descriptions_and_notes_are_carried_out() {
    let b = bench(GitLabSetup::demo().tier(Tier::Premium)).await;
    let text = "A finding.\n/label ~bug ~nowhere\n/assign @kim\n/due 2027-02-03\n/weight 8\n/milestone %\"2.1\"\n/close";
    let (_, made) = b.ask("POST", ISSUES, json!({ "title": "x", "description": text })).await;
    assert_eq!(made["description"], "A finding.", "the lines are taken out of the text");
    assert_eq!((&made["state"], &made["labels"]), (&json!("closed"), &json!(["bug"])), "and carried out");
    assert_eq!(
        (&made["assignees"][0]["username"], &made["due_date"], &made["weight"], &made["milestone"]["title"]),
        (&json!("kim"), &json!("2027-02-03"), &json!(8), &json!("2.1")),
    );
    assert_eq!(b.practice.triggered().len(), 6, "each is written down: {:?}", b.practice.triggered());
    let notes = format!("{ISSUES}/5/notes");
    let (status, answer) = b.ask("POST", &notes, json!({ "body": "/reopen\n/title Another" })).await;
    assert_eq!(status, 202, "a note of quick actions only is not kept: {answer}");
    let issue = b.shop(5);
    assert!(issue.open && issue.title == "Another" && issue.notes.is_empty(), "but carried out: {issue:?}");
    b.ask("PUT", &format!("{ISSUES}/5"), json!({ "description": "New text\n/unlabel ~bug" })).await;
    assert_eq!((b.shop(5).labels, b.shop(5).description), (vec![], "New text".to_owned()), "on updates too");
    b.assert_no_violations();
}

#[tokio::test]
async fn what_a_guest_may_not_do_a_quick_action_does_not_either() {
    let mut b = bench(GitLabSetup::demo().token(TokenSeed::personal("sam", &["api"]))).await;
    b.with("sam");
    b.ask("POST", &format!("{ISSUES}/1/notes"), json!({ "body": "hm\n/close\n/label ~security" })).await;
    let issue = b.shop(1);
    assert!(issue.open && !issue.labels.contains(&"security".to_owned()), "nothing happened: {issue:?}");
    assert_eq!(b.practice.triggered().len(), 2, "but it is written down that the text asked for it");
}

#[tokio::test]
async fn mentions_and_references_reach_their_aim() {
    let b = bench(GitLabSetup::demo()).await;
    let text = format!(
        "Ask @kim and @nobody about #2, acme/shop#4 and {}/acme/shop/-/issues/3; see also #99.",
        b.practice.url()
    );
    b.ask("POST", ISSUES, json!({ "title": "x", "description": text })).await;
    let found: Vec<(Trigger, String)> =
        b.practice.triggered().into_iter().map(|t| (t.what, t.text)).collect();
    for wanted in [
        (Trigger::Mention, "@kim"),
        (Trigger::Reference, "acme/shop#2"),
        (Trigger::Reference, "acme/shop#3"),
        (Trigger::Reference, "acme/shop#4"),
    ] {
        assert!(found.contains(&(wanted.0, wanted.1.to_owned())), "{wanted:?} in {found:?}");
    }
    assert_eq!(found.len(), 4, "what is not there is not reached: {found:?}");
    assert!(
        b.shop(2).history.contains(&"mentioned in issue acme/shop#5".to_owned()),
        "the other issue tells it"
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn text_in_code_or_behind_a_backslash_sets_nothing_off() {
    let b = bench(GitLabSetup::demo()).await;
    let text = "`@kim` and \\@kim and kim@acme.example\n\n```\n/close\n@kim #2\n```\n\n    /close\n\n> /close\n\n\
                Look: /close is harmless here, and so are a/close and \\#2.\n\n<!-- @kim -->";
    let (_, made) =
        b.ask("POST", ISSUES, json!({ "title": "/close kim@acme.example", "description": text })).await;
    assert_eq!((&made["state"], &made["description"]), (&json!("opened"), &json!(text)), "unchanged");
    assert_eq!(b.practice.triggered(), [], "nothing was set off");
    b.ask("PUT", &format!("{ISSUES}/5"), json!({ "title": "`@kim` broke \\#2" })).await;
    let found: Vec<String> = b.practice.triggered().into_iter().map(|t| t.text).collect();
    assert_eq!(found, ["@kim", "acme/shop#2"], "a title has neither code nor backslashes");
    b.ask("PUT", &format!("{ISSUES}/5"), json!({ "title": "`@kim` broke \\#2", "description": text })).await;
    assert_eq!(b.practice.triggered().len(), 2, "what did not change sets nothing off again");
    b.practice.someone("sam").comments("acme/shop", 5, "/close @kim").unwrap();
    assert_eq!(b.practice.triggered().len(), 2, "other people's texts in tests set nothing off");
    let (status, _) = b.ask("GET", &format!("{ISSUES}/5"), Value::Null).await;
    assert_eq!(status, 200, "it is there");
    b.assert_no_violations();
}
