//! The harness checks itself: what the vendor's contract does not allow is refused and written down.

use docket_practice::Setup;
use serde_json::{Value, json};

use crate::client::bench;

const ISSUES: &str = "/repos/acme/shop/issues";

#[tokio::test]
async fn mistakes_against_the_contract_are_refused_and_recorded() {
    for (method, path, body, code, word) in [
        ("POST", ISSUES.to_owned(), json!({ "titel": "x" }), 598, "titel"),
        ("POST", ISSUES.to_owned(), json!({ "title": "x", "lables": ["bug"] }), 598, "lables"),
        ("POST", ISSUES.to_owned(), json!({ "title": "x", "labels": "x" }), 598, "labels"),
        ("POST", ISSUES.to_owned(), json!({ "title": "x", "milestone": true }), 598, "milestone"),
        ("POST", ISSUES.to_owned(), json!({ "title": ["x"] }), 598, "title"),
        ("POST", ISSUES.to_owned(), json!({ "title": "x", "labels": [{ "nme": "bug" }] }), 598, "nme"),
        ("PATCH", format!("{ISSUES}/1"), json!({ "state": "close" }), 598, "state"),
        ("PATCH", format!("{ISSUES}/1"), json!({ "state_reason": "wontfix" }), 598, "state_reason"),
        ("GET", format!("{ISSUES}?label=bug"), Value::Null, 598, "label"),
        ("GET", format!("{ISSUES}?state=opened"), Value::Null, 598, "opened"),
        ("GET", format!("{ISSUES}?since=yesterday"), Value::Null, 598, "yesterday"),
        ("GET", format!("{ISSUES}?per_page=many"), Value::Null, 598, "per_page"),
        ("GET", format!("{ISSUES}/"), Value::Null, 599, "slash"),
        ("PUT", format!("{ISSUES}/1"), json!({ "title": "x" }), 599, "no operation"),
        ("GET", "/search/issues?q=x".to_owned(), Value::Null, 599, "no operation"),
    ] {
        let b = bench(Setup::demo()).await;
        let (status, answer) = b.ask(method, &path, body.clone()).await;
        let expected = if path.ends_with('/') { 404 } else { code };
        assert_eq!(status, expected, "{method} {path} {body} is refused: {answer}");
        let found = b.practice.violations();
        assert_eq!(found.len(), 1, "{method} {path} {body} is written down once");
        assert_eq!(found[0].code, code, "with its code: {}", found[0]);
        assert!(found[0].to_string().contains(word), "and says '{word}': {}", found[0]);
        assert_eq!(b.practice.issues("acme/shop").len(), 6, "and nothing was stored by {body}");
    }
}

#[tokio::test]
async fn what_the_contract_allows_is_not_refused() {
    let b = bench(Setup::demo()).await;
    let (status, _) = b
        .ask("POST", ISSUES, json!({ "title": "x", "milestone": null, "labels": [{ "name": "bug" }] }))
        .await;
    assert_eq!(status, 201, "milestone null and a label as an object are allowed");
    let (status, _) =
        b.ask("PATCH", &format!("{ISSUES}/1"), json!({ "state_reason": null, "assignee": "kim" })).await;
    assert_eq!(status, 200, "the singular assignee is allowed in the old version");
    let (status, _) = b.ask("GET", "/api/v3/meta", Value::Null).await;
    assert_eq!(status, 404, "looking for an Enterprise Server is no mistake");
    b.assert_no_violations();
}

#[tokio::test]
async fn the_newer_version_no_longer_takes_the_singular_assignee() {
    let mut b = bench(Setup::demo()).await;
    b.version = "2026-03-10";
    let (status, _) = b.ask("POST", ISSUES, json!({ "title": "x", "assignee": "kim" })).await;
    assert_eq!(status, 598, "the key is gone");
    let (status, limits) = b.ask("GET", "/rate_limit", Value::Null).await;
    assert_eq!((status, limits.get("rate")), (200, None), "`rate` is gone");
    let (_, repo) = b.ask("GET", "/repos/acme/shop", Value::Null).await;
    assert_eq!(repo.get("has_downloads"), None, "`has_downloads` is gone");
    assert_eq!(b.practice.violations().len(), 1, "only the assignee was a mistake");
}

#[tokio::test]
async fn versions_user_agents_and_json_are_judged_as_the_vendor_does() {
    let b = bench(Setup::demo()).await;
    let url = format!("{}/user", b.practice.api_url());
    let answer = b.http.get(&url).header("x-github-api-version", "2099-01-01").send().await.unwrap();
    assert_eq!(answer.status(), 400, "an unknown version");
    let bare = reqwest::Client::builder().no_proxy().build().unwrap();
    assert_eq!(bare.get(&url).send().await.unwrap().status(), 403, "no user agent");
    b.assert_no_violations();
    let answer =
        b.request("POST", ISSUES).header("content-type", "application/json").body("{").send().await.unwrap();
    assert_eq!(answer.status(), 598, "a body that is not JSON");
    let answer = b.request("POST", ISSUES).body(r#"{"title":"x"}"#).send().await.unwrap();
    assert_eq!(answer.status(), 598, "a body without its content type");
}

#[tokio::test]
async fn real_refusals_of_the_vendor_are_422_and_no_violation() {
    let b = bench(Setup::demo()).await;
    for (body, field, word) in [
        (
            json!({ "title": "x", "body": "b".repeat(65_537) }),
            "body",
            "body is too long (maximum is 65536 characters)",
        ),
        (json!({ "title": "t".repeat(257) }), "title", "too long"),
        (json!({ "title": " " }), "title", "missing_field"),
        (json!({ "title": "x", "assignees": ["nobody"] }), "assignees", "nobody"),
        (json!({ "title": "x", "milestone": 99 }), "milestone", "99"),
    ] {
        let (status, answer) = b.ask("POST", ISSUES, body).await;
        assert_eq!((status, &answer["message"]), (422, &json!("Validation Failed")), "{answer}");
        assert_eq!(answer["errors"][0]["field"], field, "it names the field: {answer}");
        assert!(answer["errors"][0].to_string().contains(word), "it says '{word}': {answer}");
    }
    let (status, _) = b.ask("POST", ISSUES, json!({ "title": "x", "body": "é".repeat(65_536) })).await;
    assert_eq!(status, 201, "characters are counted, not bytes");
    let (status, again) = b.ask("POST", "/repos/acme/shop/labels", json!({ "name": "BUG" })).await;
    assert_eq!(
        (status, &again["errors"][0]["code"]),
        (422, &json!("already_exists")),
        "labels are one in any case"
    );
    b.assert_no_violations();
}
