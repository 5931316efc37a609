//! Tokens, scopes, roles, tiers: who may do what, and what is dropped without a word.

use docket_practice::gitlab::{Access, GitLabSetup, Issues, ProjectChange, Tier, TokenSeed, Visibility};
use docket_practice::{ClockHand, Credential};
use serde_json::{Value, json};

use crate::client::{ISSUES, SHOP, bench, read, texts};

fn everyone() -> GitLabSetup {
    GitLabSetup::demo()
        .blocked_person("eve")
        .token(TokenSeed::personal("kim", &["api"]))
        .token(TokenSeed::personal("sam", &["api"]))
        .token(TokenSeed::personal("eve", &["api"]))
        .token(TokenSeed::personal("robin", &["read_user"]).named("user only"))
        .token(TokenSeed::project("acme/shop", Access::Reporter, &["api"]).named("project bot"))
        .token(TokenSeed::group("acme/platform", Access::Planner, &["api"]).named("group bot"))
        .token(TokenSeed::personal("robin", &["api"]).named("revoked").revoked())
        .token(TokenSeed::personal("robin", &["api"]).named("inactive").inactive())
        .token(TokenSeed::oauth("robin", &["api"]).named("oauth"))
}

#[tokio::test]
async fn tokens_are_told_apart_and_refused_in_the_vendors_words() {
    let hand = ClockHand::at("2026-11-21T10:00:00Z".parse().unwrap());
    let end = "2026-12-01T00:00:00Z".parse().unwrap();
    let mut b = bench(
        everyone()
            .clock(hand.clock())
            .token(TokenSeed::personal("robin", &["api"]).named("ending").expires_at(end)),
    )
    .await;
    let (status, own) = b.ask("GET", "/personal_access_tokens/self", Value::Null).await;
    assert_eq!((status, &own["scopes"], &own["active"]), (200, &json!(["api"]), &json!(true)), "{own}");
    b.with("ending");
    let (_, own) = b.ask("GET", "/personal_access_tokens/self", Value::Null).await;
    assert_eq!(own["expires_at"], "2026-12-01", "the day on which it ends");
    hand.advance_seconds(86_400 * 10);
    let (status, answer) = b.ask("GET", "/user", Value::Null).await;
    assert_eq!((status, &answer["error"]), (401, &json!("invalid_token")), "expired");
    assert!(answer["error_description"].as_str().unwrap().starts_with("Token is expired."), "{answer}");
    b.with("revoked");
    let (status, answer) = b.ask("GET", "/user", Value::Null).await;
    assert_eq!(status, 401, "revoked");
    assert!(answer["error_description"].as_str().unwrap().starts_with("Token was revoked."), "{answer}");
    let plain = (401, json!({ "message": "401 Unauthorized" }));
    b.with("inactive");
    assert_eq!(b.ask("GET", "/user", Value::Null).await, plain, "inactive");
    "glpat-mistyped".clone_into(&mut b.token);
    assert_eq!(b.ask("GET", "/user", Value::Null).await, plain, "unknown");
    assert_eq!(read(b.http.get(format!("{}/version", b.practice.api_url()))).await, plain, "none at all");
    b.with("eve");
    assert_eq!(b.ask("GET", "/user", Value::Null).await.0, 403, "blocked by an administrator");
    b.assert_no_violations();
}

#[tokio::test]
async fn headers_scopes_and_the_log() {
    let mut b = bench(everyone()).await;
    let url = format!("{}/user", b.practice.api_url());
    let (status, user) = read(b.http.get(&url).bearer_auth(&b.token)).await;
    assert_eq!((status, &user["username"]), (200, &json!("robin")), "a personal token as a bearer");
    let oauth = b.practice.token_named("oauth").unwrap();
    assert_eq!(read(b.http.get(&url).bearer_auth(&oauth)).await.0, 200, "an OAuth token as a bearer");
    assert_eq!(
        read(b.http.get(&url).header("private-token", &oauth)).await.0,
        401,
        "but not as a personal one"
    );
    let own = format!("{}/personal_access_tokens/self", b.practice.api_url());
    assert_eq!(read(b.http.get(&own).bearer_auth(&oauth)).await.0, 404, "an OAuth token is no personal one");
    b.with("user only");
    assert_eq!(b.ask("GET", "/user", Value::Null).await.0, 200, "read_user reads the user");
    let (status, answer) = b.ask("GET", SHOP, Value::Null).await;
    assert_eq!((status, &answer["scope"]), (403, &json!("api read_api")), "and nothing else");
    let log = b.practice.log();
    assert_eq!(log[0].credential, Credential::Personal, "the log knows the kind");
    assert_eq!(log[1].credential, Credential::OAuth, "of both");
    let shown = format!("{log:?}");
    assert!(!shown.contains(&oauth) && !shown.contains(&b.token), "the log holds no token");
    b.assert_no_violations();
}

#[tokio::test]
async fn projects_tell_what_the_account_may_do() {
    let mut b = bench(everyone()).await;
    let (_, shop) = b.ask("GET", SHOP, Value::Null).await;
    assert_eq!(shop["permissions"]["group_access"]["access_level"], 30, "by the group: {shop}");
    assert_eq!(shop["permissions"]["project_access"], Value::Null, "not directly");
    assert_eq!((&shop["issues_enabled"], &shop["archived"]), (&json!(true), &json!(false)), "open for work");
    let (_, notes) = b.ask("GET", "/projects/robin%2Fnotes", Value::Null).await;
    assert_eq!(notes["permissions"]["project_access"]["access_level"], 50, "one's own");
    assert_eq!(notes["namespace"]["kind"], "user", "a personal namespace");
    let (_, wiki) = b.ask("GET", "/projects/acme%2Fwiki", Value::Null).await;
    assert_eq!(
        (&wiki["issues_enabled"], &wiki["issues_access_level"]),
        (&json!(false), &json!("disabled")),
        "off"
    );
    b.with("project bot");
    let (status, shop) = b.ask("GET", SHOP, Value::Null).await;
    assert_eq!((status, &shop["permissions"]["project_access"]["access_level"]), (200, &json!(20)), "a bot");
    assert_eq!(
        b.ask("GET", "/projects/acme%2Fplatform%2Fapi", Value::Null).await.0,
        404,
        "of one project only"
    );
    b.with("group bot");
    assert_eq!(b.ask("GET", "/projects/acme%2Fplatform%2Fapi", Value::Null).await.0, 200, "of a group below");
    assert_eq!(b.ask("GET", SHOP, Value::Null).await.0, 404, "not of its parent");
    let (status, made) = b
        .ask("POST", "/projects/acme%2Fplatform%2Fapi/issues", json!({ "title": "x", "labels": "bug" }))
        .await;
    assert_eq!((status, &made["labels"]), (201, &json!(["bug"])), "a planner labels");
    b.with("kim");
    assert_eq!(b.ask("GET", "/projects/robin%2Fnotes", Value::Null).await.0, 404, "somebody else's");
    b.assert_no_violations();
}

#[tokio::test]
async fn a_guests_wishes_are_dropped_without_a_word() {
    let mut b = bench(everyone()).await;
    b.with("sam");
    let sam = b.practice.user_id("sam").unwrap();
    let body = json!({
        "title": "x", "description": "d", "labels": ["bug"], "assignee_ids": [sam], "milestone": "2.0",
        "due_date": "2027-01-01", "confidential": true, "iid": 99, "created_at": "2020-01-01T00:00:00Z"
    });
    let (status, made) = b.ask("POST", ISSUES, body).await;
    assert_eq!(status, 201, "it is made all the same: {made}");
    assert_eq!(
        (&made["labels"], &made["assignees"], &made["milestone"]),
        (&json!([]), &json!([]), &Value::Null)
    );
    assert_eq!(
        (&made["due_date"], &made["confidential"]),
        (&Value::Null, &json!(true)),
        "a secret stays one"
    );
    assert_eq!(made["iid"], 5, "the number is not for a guest to choose");
    assert!(!made["created_at"].as_str().unwrap().starts_with("2020"), "nor the date");
    let own = format!("{ISSUES}/5");
    let (status, changed) =
        b.ask("PUT", &own, json!({ "title": "y", "add_labels": "bug", "state_event": "close" })).await;
    assert_eq!(
        (status, &changed["title"], &changed["state"]),
        (200, &json!("y"), &json!("closed")),
        "one's own"
    );
    assert_eq!(changed["labels"], json!([]), "still without labels");
    let forbidden = (403, json!({ "message": "403 Forbidden" }));
    assert_eq!(b.ask("PUT", &format!("{ISSUES}/1"), json!({ "title": "y" })).await, forbidden, "another's");
    assert_eq!(b.ask("DELETE", &own, Value::Null).await, forbidden, "deleting is for owners");
    assert_eq!(
        b.ask("POST", &format!("{SHOP}/labels"), json!({ "name": "n", "color": "#fff" })).await,
        forbidden
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn an_owner_chooses_number_and_date_and_others_do_not() {
    let mut b = bench(everyone()).await;
    let body = json!({ "title": "x", "iid": 40, "created_at": "2020-01-01T00:00:00Z" });
    let (_, made) = b.ask("POST", ISSUES, body.clone()).await;
    assert_eq!(made["iid"], 5, "a developer does not choose");
    b.with("kim");
    let (_, made) = b.ask("POST", ISSUES, body.clone()).await;
    assert_eq!(
        (&made["iid"], &made["created_at"]),
        (&json!(40), &json!("2020-01-01T00:00:00.000Z")),
        "an owner does"
    );
    let (_, made) = b.ask("POST", ISSUES, body).await;
    assert_eq!(made["iid"], 41, "a number that is taken is not given twice");
    b.assert_no_violations();
}

#[tokio::test]
async fn tiers_differ_in_assignees_weight_and_scopes() {
    for (tier, assignees, weight, labels) in [
        (Tier::Free, vec!["robin"], None, vec!["Priority::1", "Priority::2"]),
        (Tier::Premium, vec!["robin", "kim"], Some(5), vec!["Priority::2"]),
    ] {
        let b = bench(everyone().tier(tier)).await;
        let id = |name| b.practice.user_id(name).unwrap();
        let body = json!({
            "title": "x", "weight": 5, "assignee_ids": [id("robin"), id("kim"), id("eve"), 9_999_999],
            "labels": ["Priority::1", "Priority::2"]
        });
        let (status, made) = b.ask("POST", ISSUES, body).await;
        assert_eq!(status, 201, "{tier:?}: {made}");
        assert_eq!(
            texts(&made["assignees"], "username"),
            assignees,
            "{tier:?}: members only, and as many as paid for"
        );
        assert_eq!(made["labels"], json!(labels), "{tier:?}: scoped labels");
        assert_eq!(made.get("weight").cloned(), weight.map(|w| json!(w)), "{tier:?}: weight");
        assert_eq!(b.shop(5).weight, weight, "{tier:?}: what is stored");
        b.assert_no_violations();
    }
}

#[tokio::test]
async fn confidential_issues_exist_for_those_who_may_know() {
    let mut b = bench(everyone()).await;
    let secret = format!("{ISSUES}/3");
    assert_eq!(b.ask("GET", &secret, Value::Null).await.0, 200, "a developer sees it");
    b.with("sam");
    let missing = (404, json!({ "message": "404 Not found" }));
    assert_eq!(b.ask("GET", &secret, Value::Null).await, missing, "a guest does not");
    let (_, all) = b.ask("GET", &format!("{ISSUES}?scope=all"), Value::Null).await;
    assert_eq!(all.as_array().unwrap().len(), 3, "not in lists either");
    b.practice.someone("kim").assigns("acme/shop", 3, &["sam"]).unwrap();
    assert_eq!(b.ask("GET", &secret, Value::Null).await.0, 200, "an assignee does");
    b.assert_no_violations();
}

#[tokio::test]
async fn archived_disabled_private_and_public() {
    let mut b = bench(everyone()).await;
    let forbidden = (403, json!({ "message": "403 Forbidden" }));
    let at = |p: &str| format!("/projects/acme%2F{p}/issues");
    assert_eq!(b.ask("POST", &at("archive"), json!({ "title": "x" })).await, forbidden, "archived");
    assert_eq!(b.ask("GET", &at("archive"), Value::Null).await.0, 200, "but readable");
    assert_eq!(b.ask("POST", &at("wiki"), json!({ "title": "x" })).await, forbidden, "issues are off");
    assert_eq!(b.ask("GET", &at("wiki"), Value::Null).await, forbidden, "for readers too");
    b.practice.change_project("acme/shop", ProjectChange::Archived(true)).unwrap();
    assert_eq!(
        b.ask("PUT", &format!("{ISSUES}/1"), json!({ "title": "x" })).await,
        forbidden,
        "archived later"
    );
    b.practice.change_project("acme/shop", ProjectChange::Renamed("store".to_owned())).unwrap();
    assert_eq!(b.ask("GET", SHOP, Value::Null).await.0, 404, "the old path is gone");
    let id = b.practice.project_id("acme/store").unwrap();
    assert_eq!(b.ask("GET", &format!("/projects/{id}"), Value::Null).await.0, 200, "the number stays");
    b.practice
        .change_project("acme/store", ProjectChange::Member("sam".to_owned(), Access::Reporter))
        .unwrap();
    b.with("sam");
    let (_, shown) = b.ask("GET", &format!("/projects/{id}"), Value::Null).await;
    assert_eq!(shown["permissions"]["project_access"]["access_level"], 20, "a new member");
    b.assert_no_violations();

    let open = docket_practice::gitlab::ProjectSeed::new("acme/open").visibility(Visibility::Public);
    let b = bench(everyone().project(open.issues_for(Issues::Private))).await;
    let public = format!("{}/projects/acme%2Fopen", b.practice.api_url());
    assert_eq!(read(b.http.get(&public)).await.0, 200, "a public project needs no token");
    assert_eq!(read(b.http.get(format!("{public}/issues"))).await, forbidden, "its issues are for members");
    b.assert_no_violations();
}
