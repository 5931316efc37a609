//! Faults on the wire, seen from the other end of the socket.

use std::time::Duration;

use docket_practice::{FAULTS, Fault, Setup, matching};
use serde_json::{Value, json};

use crate::client::{bench, builder, header};

const ISSUES: &str = "/repos/acme/shop/issues";

fn new_issue() -> Value {
    json!({ "title": "from a fault", "body": "key=42", "labels": ["bug"], "assignees": ["kim"], "milestone": 1 })
}

#[tokio::test]
async fn cut_connections_store_exactly_what_they_promise() {
    for (fault, stored) in
        [(Fault::CutBeforeReading, 0), (Fault::CutBeforeStoring, 0), (Fault::StoreThenCut, 1)]
    {
        let b = bench(Setup::demo()).await;
        b.practice.faults().next(matching("POST", "/issues"), fault.clone());
        let error = b.request("POST", ISSUES).json(&new_issue()).send().await.expect_err("no answer comes");
        assert!(
            !error.is_timeout() && !error.is_connect(),
            "{fault}: the connection was made and then cut: {error:?}"
        );
        assert_eq!(
            b.practice.issues_containing("acme/shop", "key=42").len(),
            stored,
            "{fault}: what is stored"
        );
        let entry = &b.practice.log()[0];
        assert_eq!(
            (entry.status, entry.fault.as_deref()),
            (None, Some(fault.name())),
            "{fault}: the log knows"
        );
        assert_eq!(
            b.send("POST", ISSUES, new_issue()).await.status(),
            201,
            "{fault}: the next one is spared"
        );
        b.assert_no_violations();
    }
}

#[tokio::test]
async fn stored_without_an_answer_and_stored_with_500() {
    let mut b = bench(Setup::demo()).await;
    b.http = builder().timeout(Duration::from_millis(200)).build().unwrap();
    b.practice.faults().next(matching("POST", "/issues"), Fault::StoreThenSilence);
    let error = b.request("POST", ISSUES).json(&new_issue()).send().await.expect_err("no answer comes");
    assert!(error.is_timeout(), "the client's own patience ended: {error:?}");
    assert_eq!(b.practice.issues_containing("acme/shop", "key=42").len(), 1, "it is stored");
    b.practice.faults().next(matching("POST", "/issues"), Fault::StoreThenError);
    assert_eq!(b.send("POST", ISSUES, new_issue()).await.status(), 500, "stored, then 500");
    b.practice.faults().next(matching("POST", "/issues"), Fault::HandledTwice);
    assert_eq!(b.send("POST", ISSUES, new_issue()).await.status(), 201, "stored twice");
    assert_eq!(b.practice.issues_containing("acme/shop", "key=42").len(), 4, "1 + 1 + 2");
    assert_eq!(b.practice.count("issues/create"), 3, "three requests were made");
    b.practice.stop().await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_and_a_request_that_is_carried_out_later() {
    let b = bench(Setup::demo()).await;
    let stored = || b.practice.issues_containing("acme/shop", "key=42").len();
    b.practice.faults().next(matching("POST", "/issues"), Fault::CutInAnswer);
    let answer = b.request("POST", ISSUES).json(&new_issue()).send().await.expect("the answer begins");
    assert_eq!(answer.status(), 201, "its head came");
    assert!(answer.bytes().await.is_err(), "its body breaks off");
    assert_eq!(stored(), 1, "and the issue is there");
    b.practice.faults().next(matching("POST", "/issues"), Fault::StoreLate(Duration::from_millis(200)));
    b.request("POST", ISSUES).json(&new_issue()).send().await.expect_err("no answer comes");
    assert_eq!(stored(), 1, "nothing is stored yet");
    while stored() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    b.assert_no_violations();
}

#[tokio::test]
async fn answers_of_faults_that_store_nothing() {
    for (name, status, word) in [
        ("server-error", 500, "Server Error"),
        ("server-error=502", 502, "Server Error"),
        ("server-error=503", 503, "unavailable"),
        ("proxy-page", 502, "<h1>502"),
        ("bad-credentials", 401, "Bad credentials"),
        ("primary-limit", 403, "API rate limit exceeded"),
        ("secondary-limit=7", 403, "secondary rate limit"),
        ("secondary-limit-bare", 403, "secondary rate limit"),
        ("throttled=3", 403, "secondary rate limit"),
        ("too-many-logins", 403, "Maximum number of login attempts"),
        ("sso-required", 403, "SAML"),
        ("permission-missing", 403, "Resource not accessible"),
        ("classic-forbidden", 403, "forbids access"),
        ("ip-allow-list", 403, "IP allow list"),
        ("oauth-restricted", 403, "OAuth App access restrictions"),
        ("sign-in-page", 200, "Sign in"),
        ("foreign-redirect", 302, ""),
        ("captive-portal", 511, "guest network"),
        ("issues-disabled", 410, "disabled"),
        ("repo-moved", 301, "Moved"),
        ("archived", 403, "archived"),
    ] {
        let b = bench(Setup::demo()).await;
        let answer = b
            .request("POST", ISSUES)
            .header("x-practice-fault", name)
            .json(&new_issue())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), status, "{name}");
        let told = |n: &str| header(&answer, n).map(ToOwned::to_owned);
        match name {
            "primary-limit" => {
                assert_eq!(told("x-ratelimit-remaining").as_deref(), Some("0"), "nothing left");
            }
            "secondary-limit=7" => assert_eq!(told("retry-after").as_deref(), Some("7"), "the wait"),
            "secondary-limit-bare" => assert_eq!(told("retry-after"), None, "no wait is told"),
            "sso-required" => {
                assert!(told("x-github-sso").unwrap().starts_with("required; url="), "the address");
            }
            "permission-missing" => {
                assert_eq!(
                    told("x-accepted-github-permissions").as_deref(),
                    Some("issues=write"),
                    "the permission"
                );
            }
            "foreign-redirect" => {
                assert!(told("location").unwrap().contains("login.example.net"), "another host");
            }
            "repo-moved" => assert!(told("location").unwrap().contains("/repositories/"), "by id"),
            "sign-in-page" | "captive-portal" | "proxy-page" => {
                assert!(told("content-type").unwrap().starts_with("text/html"), "a page");
            }
            _ => {}
        }
        let text = answer.text().await.unwrap();
        assert!(text.contains(word), "{name} says '{word}': {text}");
        assert_eq!(b.practice.issues_containing("acme/shop", "key=42").len(), 0, "{name}: nothing is stored");
        b.assert_no_violations();
    }
}

#[tokio::test]
async fn fields_can_be_dropped_without_a_word() {
    let b = bench(Setup::demo()).await;
    for (fault, field) in [
        (Fault::DropLabels, "labels"),
        (Fault::DropAssignees, "assignees"),
        (Fault::DropMilestone, "milestone"),
    ] {
        b.practice.faults().next(matching("POST", "/issues"), fault);
        let (status, made) = b.ask("POST", ISSUES, new_issue()).await;
        let empty = made[field].is_null() || made[field] == json!([]);
        assert!(status == 201 && empty, "{field} is gone: {}", made[field]);
        let others = ["labels", "assignees", "milestone"].iter().filter(|f| **f != field);
        assert!(
            others.into_iter().all(|f| !made[f].is_null() && made[f] != json!([])),
            "the others are there"
        );
    }
}

#[tokio::test]
async fn broken_bodies_late_answers_and_wrong_clocks() {
    let b = bench(Setup::demo()).await;
    let ask = |fault: &'static str| b.request("GET", ISSUES).header("x-practice-fault", fault).send();
    let text = ask("invalid-json").await.unwrap().text().await.unwrap();
    assert!(serde_json::from_str::<Value>(&text).is_err(), "the JSON breaks off");
    let answer = ask("truncated-gzip").await.unwrap();
    assert_eq!(header(&answer, "content-encoding"), Some("gzip"), "it says gzip");
    let bytes = answer.bytes().await.unwrap();
    let mut reader = flate2::read::GzDecoder::new(&bytes[..]);
    assert!(std::io::Read::read_to_end(&mut reader, &mut Vec::new()).is_err(), "and ends too early");
    let answer = ask("clock-skew=-900").await.unwrap();
    let told =
        jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(header(&answer, "date").unwrap()).unwrap();
    let off = jiff::Timestamp::now().as_second() - told.as_second();
    assert!((890..=910).contains(&off), "the clock is a quarter of an hour behind: {off} s");
    let start = std::time::Instant::now();
    let list: Value = ask("slow-body=5").await.unwrap().json().await.unwrap();
    assert!(
        list.is_array() && start.elapsed() >= Duration::from_millis(45),
        "ten pieces, nine pauses, whole in the end"
    );
    let start = std::time::Instant::now();
    assert_eq!(ask("delay=40").await.unwrap().status(), 200, "late");
    assert!(start.elapsed() >= Duration::from_millis(40), "by as much as was asked");
    let answer =
        b.request("GET", "/user/orgs").header("x-practice-fault", "sso-partial").send().await.unwrap();
    assert!(header(&answer, "x-github-sso").unwrap().starts_with("partial-results"), "a part is hidden");
    assert_eq!(answer.json::<Value>().await.unwrap(), json!([]), "the list lacks it");
}

#[tokio::test]
async fn a_token_can_end_in_the_middle() {
    let b = bench(Setup::demo()).await;
    b.practice.faults().nth(3, matching("*", ""), Fault::TokenEnds);
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(b.get("/user").await.status().as_u16());
    }
    assert_eq!(seen, [200, 200, 401, 401], "from the third request on");
}

#[tokio::test]
async fn every_fault_can_be_asked_for_by_name() {
    for (name, _, fault) in FAULTS {
        let mut b = bench(Setup::demo()).await;
        // Only silence is waited for; on a busy machine an answer may take its time.
        let patience = if *fault == Fault::StoreThenSilence { 150 } else { 10_000 };
        b.http = builder().timeout(Duration::from_millis(patience)).build().unwrap();
        let small = match fault {
            Fault::Delay(_) | Fault::SlowBody(_) => format!("{name}=1"),
            _ => (*name).to_owned(),
        };
        let sent = b.request("GET", "/repos/acme/shop").header("x-practice-fault", &small).send().await;
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

#[tokio::test]
async fn a_repeated_page_leads_back_to_itself() {
    let b = bench(Setup::demo()).await;
    let second = format!("{ISSUES}?state=all&per_page=2&page=2");
    b.practice.faults().next(matching("GET", "/issues"), Fault::RepeatedPage);
    let link = |answer: &reqwest::Response| header(answer, "link").unwrap().to_owned();
    let struck = link(&b.get(&second).await);
    let next = struck.split(", ").find(|l| l.ends_with("rel=\"next\"")).unwrap();
    assert!(
        next.starts_with(&format!("<{}{second}>", b.practice.url())),
        "the next page is this one: {struck}"
    );
    assert!(link(&b.get(&second).await).contains("page=3"), "the next request is spared");
    b.assert_no_violations();
}

#[tokio::test]
async fn an_unknown_fault_is_refused_with_the_list() {
    let b = bench(Setup::demo()).await;
    let answer = b.request("GET", "/user").header("x-practice-fault", "explode").send().await.unwrap();
    assert_eq!(answer.status(), 400, "no such fault");
    let text = answer.text().await.unwrap();
    assert!(
        text.contains("explode") && text.contains("store-then-cut"),
        "it names the wrong one and the right ones: {text}"
    );
}

#[tokio::test]
async fn stopping_ends_a_connection_that_is_kept_waiting() {
    let b = bench(Setup::demo()).await;
    b.practice.faults().always(matching("*", ""), Fault::StoreThenSilence);
    let waiting = tokio::spawn(b.request("POST", ISSUES).json(&new_issue()).send());
    while b.practice.issues_containing("acme/shop", "key=42").is_empty() {
        tokio::task::yield_now().await;
    }
    b.practice.stop().await;
    let error = waiting.await.unwrap().expect_err("the connection ended");
    assert!(!error.is_timeout(), "it was ended, it did not run out: {error:?}");
}
