//! The device grant and refreshing, with the four errors that keep a client waiting or send it away.

use docket_practice::ClockHand;
use docket_practice::gitlab::GitLabSetup;
use serde_json::{Value, json};

use crate::client::{Bench, bench, read};

const GRANT: &str = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";

async fn started() -> (Bench, ClockHand) {
    let hand = ClockHand::at("2026-11-21T10:00:00Z".parse().unwrap());
    (bench(GitLabSetup::demo().clock(hand.clock())).await, hand)
}

async fn authorize(b: &Bench) -> Value {
    let (status, asked) =
        b.form("/oauth/authorize_device", "client_id=practice-client&scope=api+read_user").await;
    assert_eq!(status, 200, "a device asks: {asked}");
    asked
}

async fn poll(b: &Bench, asked: &Value) -> (u16, Value) {
    let code = asked["device_code"].as_str().unwrap();
    b.form("/oauth/token", &format!("{GRANT}&device_code={code}&client_id=practice-client")).await
}

fn error(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_device_waits_is_approved_and_signs_in() {
    let (b, hand) = started().await;
    let asked = authorize(&b).await;
    assert_eq!((&asked["expires_in"], &asked["interval"]), (&json!(300), &json!(5)), "the vendor's numbers");
    let code = asked["user_code"].as_str().unwrap();
    let page = format!("{}/oauth/device", b.practice.url());
    assert_eq!(asked["verification_uri"], page, "where a person goes");
    assert_eq!(asked["verification_uri_complete"], format!("{page}?user_code={code}"), "with the code");
    assert_eq!(error(&poll(&b, &asked).await), (400, "authorization_pending"), "nobody has answered");
    assert_eq!(error(&poll(&b, &asked).await), (400, "slow_down"), "too soon");
    hand.advance_seconds(9);
    assert_eq!(error(&poll(&b, &asked).await), (400, "slow_down"), "the interval is ten seconds now");
    hand.advance_seconds(15);
    assert_eq!(error(&poll(&b, &asked).await), (400, "authorization_pending"), "fifteen are enough");
    assert_eq!(b.practice.waiting_devices(), [code], "it waits");
    b.practice.answer_device(&code.to_lowercase(), "kim", true).unwrap();
    hand.advance_seconds(15);
    let (status, given) = poll(&b, &asked).await;
    assert_eq!(
        (status, &given["scope"], &given["expires_in"]),
        (200, &json!("api read_user"), &json!(7200)),
        "{given}"
    );
    let user = format!("{}/user", b.practice.api_url());
    let (status, shown) = read(b.http.get(&user).bearer_auth(given["access_token"].as_str().unwrap())).await;
    assert_eq!((status, &shown["username"]), (200, &json!("kim")), "the token is the person's");
    assert_eq!(error(&poll(&b, &asked).await), (400, "invalid_grant"), "a code works once");
    assert!(b.practice.answer_device(code, "kim", true).is_err(), "nothing waits any more");
    let log = format!("{:?}", b.practice.log());
    for secret in ["access_token", "refresh_token", "device_code"] {
        let value = given[secret].as_str().or(asked[secret].as_str()).unwrap();
        assert!(!log.contains(value), "the log holds no {secret}");
    }
    b.assert_no_violations();
}

#[tokio::test]
async fn refreshing_ends_both_old_tokens() {
    let (b, hand) = started().await;
    let asked = authorize(&b).await;
    b.practice.answer_device(asked["user_code"].as_str().unwrap(), "robin", true).unwrap();
    let (_, first) = poll(&b, &asked).await;
    let refresh = |given: &Value| {
        format!(
            "grant_type=refresh_token&client_id=practice-client&refresh_token={}",
            given["refresh_token"].as_str().unwrap()
        )
    };
    let user = async |given: &Value| {
        let url = format!("{}/user", b.practice.api_url());
        read(b.http.get(url).bearer_auth(given["access_token"].as_str().unwrap())).await
    };
    hand.advance_seconds(7200);
    let ended = user(&first).await;
    assert_eq!((ended.0, &ended.1["error"]), (401, &json!("invalid_token")), "two hours");
    let (status, second) = b.form("/oauth/token", &refresh(&first)).await;
    assert_eq!(status, 200, "refreshed: {second}");
    assert_eq!(user(&second).await.0, 200, "the new one works");
    let (_, third) = b.form("/oauth/token", &refresh(&second)).await;
    assert_eq!(user(&second).await.0, 401, "the old access token is ended");
    assert_eq!(user(&third).await.0, 200, "the third works");
    assert_eq!(
        error(&b.form("/oauth/token", &refresh(&second)).await),
        (400, "invalid_grant"),
        "as is the old refresh token"
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn codes_end_and_people_deny() {
    let (b, hand) = started().await;
    let asked = authorize(&b).await;
    b.practice.answer_device(asked["user_code"].as_str().unwrap(), "robin", false).unwrap();
    assert_eq!(error(&poll(&b, &asked).await), (400, "access_denied"), "denied");
    let asked = authorize(&b).await;
    hand.advance_seconds(300);
    assert_eq!(error(&poll(&b, &asked).await), (400, "expired_token"), "five minutes");
    assert!(
        b.practice.answer_device(asked["user_code"].as_str().unwrap(), "robin", true).is_err(),
        "too late"
    );
    for (path, body, status, word) in [
        ("/oauth/authorize_device", "client_id=nobody&scope=api", 401, "invalid_client"),
        ("/oauth/authorize_device", "client_id=practice-client&scope=everything", 400, "invalid_scope"),
        ("/oauth/token", "client_id=practice-client&grant_type=password", 400, "unsupported_grant_type"),
    ] {
        assert_eq!(error(&b.form(path, body).await), (status, word), "{body}");
    }
    b.assert_no_violations();
    assert_eq!(b.form("/oauth/token", "client=practice-client").await.0, 598, "a misspelt field");
    assert_eq!(b.form("/oauth/token?client_id=practice-client", "").await.0, 598, "fields in the address");
    assert_eq!(b.get(&format!("{}/oauth/token", b.practice.url())).await.status(), 599, "GET");
    assert_eq!(b.practice.violations().len(), 3, "all written down");
}

#[tokio::test]
async fn a_person_answers_on_the_page() {
    let (b, _) = started().await;
    let asked = authorize(&b).await;
    let code = asked["user_code"].as_str().unwrap();
    let page = b.http.get(asked["verification_uri_complete"].as_str().unwrap()).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("form-action 'self'") && policy.contains("default-src 'none'"), "{policy}");
    let html = page.text().await.unwrap();
    for word in [code, "practice-client", "api read_user", "<option>kim</option>", "Approve", "Deny"] {
        assert!(html.contains(word), "the page shows {word}: {html}");
    }
    let body = format!("user_code={code}&username=kim&decision=approve");
    let foreign = b
        .http
        .post(format!("{}/oauth/device", b.practice.url()))
        .header("origin", "http://evil.example")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.clone());
    assert_eq!(read(foreign).await.0, 400, "another site cannot answer");
    let (status, said) = b.form("/oauth/device", &body).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(poll(&b, &asked).await.0, 200, "the device is in");
    assert_eq!(b.form("/oauth/device", &body).await.0, 400, "nothing waits any more");
    let hostile = format!("{}/oauth/device?user_code=%3Cscript%3E", b.practice.url());
    assert!(!b.http.get(hostile).send().await.unwrap().text().await.unwrap().contains("<script"), "escaped");
    b.assert_no_violations();
}
