//! Faults on the wire and in the vendor's words.

use std::time::Duration;

use docket_practice::gitlab::GitLabSetup;
use docket_practice::{FAULTS, Fault, matching};
use serde_json::{Value, json};

use crate::client::{ISSUES, bench, builder, header};

fn new_issue() -> Value {
    json!({ "title": "from a fault", "description": "key=42", "labels": ["bug"], "milestone": "2.0" })
}

#[tokio::test]
async fn cut_connections_store_exactly_what_they_promise() {
    for (fault, stored) in
        [(Fault::CutBeforeReading, 0), (Fault::CutBeforeStoring, 0), (Fault::StoreThenCut, 1)]
    {
        let b = bench(GitLabSetup::demo()).await;
        b.practice.faults().next(matching("POST", "/issues"), fault.clone());
        let error = b.request("POST", ISSUES).json(&new_issue()).send().await.expect_err("no answer comes");
        assert!(!error.is_timeout() && !error.is_connect(), "{fault}: made, then cut: {error:?}");
        assert_eq!(
            b.practice.issues_containing("acme/shop", "key=42").len(),
            stored,
            "{fault}: what is stored"
        );
        assert_eq!(b.ask("POST", ISSUES, new_issue()).await.0, 201, "{fault}: the next one is spared");
        b.assert_no_violations();
    }
}

#[tokio::test]
async fn faults_speak_the_vendors_words() {
    for (fault, status, kind, word) in [
        (Fault::ServerError(500), 500, "application/json", "500 Internal Server Error"),
        (Fault::ServerError(502), 502, "text/html", "GitLab is not responding"),
        (Fault::ServerError(503), 503, "text/html", "Deploy in progress"),
        (Fault::ProxyPage, 502, "text/html", "proxy"),
        (Fault::SignInPage, 200, "text/html", "Sign in"),
        (Fault::CaptivePortal, 511, "text/html", "guest network"),
        (Fault::BadCredentials, 401, "application/json", "401 Unauthorized"),
        (Fault::PermissionMissing, 403, "application/json", "insufficient_scope"),
        (Fault::PrimaryLimit, 429, "text/plain", "Retry later"),
        (Fault::SecondaryLimit(Some(7)), 429, "application/json", "too many times"),
        (Fault::TooManyLogins, 403, "text/plain", "Forbidden"),
        (Fault::IpAllowList, 404, "application/json", "404 Project Not Found"),
        (Fault::IssuesDisabled, 403, "application/json", "403 Forbidden"),
        (Fault::SpamCheck, 400, "application/json", "needs_captcha_response"),
    ] {
        let b = bench(GitLabSetup::demo()).await;
        b.practice.faults().next(matching("POST", "/issues"), fault.clone());
        let answer = b.request("POST", ISSUES).json(&new_issue()).send().await.unwrap();
        assert_eq!(answer.status(), status, "{fault}");
        assert!(header(&answer, "content-type").unwrap().starts_with(kind), "{fault}: {kind}");
        if let Fault::SecondaryLimit(_) = fault {
            assert_eq!(header(&answer, "retry-after"), Some("7"), "{fault} says how long");
        }
        let text = answer.text().await.unwrap();
        assert!(text.contains(word), "{fault} says '{word}': {text}");
        assert_eq!(b.practice.issues("acme/shop").len(), 4, "{fault}: nothing is stored");
        b.assert_no_violations();
    }
}

#[tokio::test]
async fn answers_are_changed_after_the_deed() {
    let b = bench(GitLabSetup::demo()).await;
    let plan = b.practice.faults();
    plan.next(matching("POST", "/issues"), Fault::StoreThenError);
    assert_eq!(b.ask("POST", ISSUES, new_issue()).await.0, 500, "stored, then 500");
    plan.next(matching("POST", "/issues"), Fault::HandledTwice);
    assert_eq!(b.ask("POST", ISSUES, new_issue()).await.0, 201, "stored twice");
    assert_eq!(b.practice.issues_containing("acme/shop", "key=42").len(), 3, "1 + 2");
    plan.next(matching("POST", "/issues"), Fault::DropLabels);
    let (_, made) = b.ask("POST", ISSUES, new_issue()).await;
    assert_eq!(
        (&made["labels"], &made["milestone"]["title"]),
        (&json!([]), &json!("2.0")),
        "labels are dropped"
    );
    plan.next(matching("POST", "/issues"), Fault::DropMilestone);
    let (_, made) = b.ask("POST", ISSUES, new_issue()).await;
    assert_eq!(
        (&made["labels"], &made["milestone"]),
        (&json!(["bug"]), &Value::Null),
        "the milestone is dropped"
    );
    plan.next(matching("GET", "/issues"), Fault::RepeatedPage);
    let second = format!("{ISSUES}?per_page=2&page=2");
    let answer = b.get(&second).await;
    assert_eq!(header(&answer, "x-next-page"), Some("2"), "the next page is this one");
    let link = header(&answer, "link").unwrap();
    assert!(
        link.contains(&format!("<{}{second}>; rel=\"next\"", b.practice.api_url())),
        "in both places: {link}"
    );
    assert_eq!(header(&b.get(&second).await, "x-next-page"), Some("3"), "the next request is spared");
    plan.next(matching("GET", "/issues"), Fault::InvalidJson);
    let text = b.get(ISSUES).await.text().await.unwrap();
    assert!(serde_json::from_str::<Value>(&text).is_err(), "half an answer");
    plan.next(matching("*", ""), Fault::TokenEnds);
    assert_eq!(b.get("/user").await.status(), 401, "the token ends");
    assert_eq!(b.get("/user").await.status(), 401, "for good");
    b.assert_no_violations();
}

#[tokio::test]
async fn every_fault_can_be_asked_for_by_name() {
    for (name, _, fault) in FAULTS {
        let mut b = bench(GitLabSetup::demo()).await;
        b.http = builder().timeout(Duration::from_millis(150)).build().unwrap();
        let small = match fault {
            Fault::Delay(_) | Fault::SlowBody(_) => format!("{name}=1"),
            _ => (*name).to_owned(),
        };
        let sent = b.request("GET", "/user").header("x-practice-fault", &small).send().await;
        let silent = matches!(
            fault,
            Fault::CutBeforeReading
                | Fault::CutBeforeStoring
                | Fault::StoreThenCut
                | Fault::StoreThenSilence
                | Fault::StoreLate(_)
        );
        assert_eq!(sent.is_err(), silent, "{name}: whether an answer comes");
        assert_eq!(b.practice.log()[0].fault.as_deref(), Some(*name), "{name}: the log names it");
        b.assert_no_violations();
    }
}
