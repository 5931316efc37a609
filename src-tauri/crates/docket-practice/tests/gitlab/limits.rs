//! Rate limits on a clock that the test moves.

use docket_practice::ClockHand;
use docket_practice::gitlab::{GitLabLimits, GitLabSetup, TokenSeed};
use serde_json::{Value, json};

use crate::client::{ISSUES, SHOP, bench, header};

#[tokio::test]
async fn creations_are_limited_per_minute_and_user() {
    let hand = ClockHand::at("2026-11-21T10:00:00Z".parse().unwrap());
    let limits = GitLabLimits { issues_per_minute: 3, notes_per_minute: 2, ..GitLabLimits::default() };
    let mut b = bench(
        GitLabSetup::demo().clock(hand.clock()).limits(limits).token(TokenSeed::personal("kim", &["api"])),
    )
    .await;
    for _ in 0..3 {
        assert_eq!(b.ask("POST", ISSUES, json!({ "title": "x" })).await.0, 201, "within the limit");
    }
    hand.advance_seconds(20);
    let refused = b.request("POST", ISSUES).json(&json!({ "title": "x" })).send().await.unwrap();
    assert_eq!(refused.status(), 429, "beyond it");
    assert_eq!(
        ["retry-after", "ratelimit-limit", "ratelimit-observed", "ratelimit-remaining", "ratelimit-name"]
            .map(|h| header(&refused, h).unwrap().to_owned()),
        ["40", "3", "4", "0", "issues_create"],
        "with the vendor's headers"
    );
    let answer: Value = refused.json().await.unwrap();
    assert!(answer["message"]["error"].as_str().unwrap().contains("too many times"), "{answer}");
    assert_eq!(b.practice.issues("acme/shop").len(), 7, "and nothing is stored");
    let notes = format!("{ISSUES}/1/notes");
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(b.ask("POST", &notes, json!({ "body": "x" })).await.0);
    }
    assert_eq!(seen, [201, 201, 429], "notes have a limit of their own");
    b.with("kim");
    assert_eq!(
        b.ask("POST", ISSUES, json!({ "title": "x" })).await.0,
        201,
        "another user has an allowance too"
    );
    b.with("robin");
    hand.advance_seconds(40);
    assert_eq!(b.ask("POST", ISSUES, json!({ "title": "x" })).await.0, 201, "the next minute");
    b.assert_no_violations();
}

#[tokio::test]
async fn requests_and_a_projects_address_are_limited() {
    let hand = ClockHand::at("2026-11-21T10:00:00Z".parse().unwrap());
    let limits = GitLabLimits { requests_per_minute: 4, project_per_minute: 1, ..GitLabLimits::default() };
    let b = bench(GitLabSetup::demo().clock(hand.clock()).limits(limits)).await;
    let first = b.get("/user").await;
    assert_eq!(header(&first, "ratelimit-remaining"), Some("3"), "every answer tells what is left");
    assert_eq!(b.get(SHOP).await.status(), 200, "the project once");
    assert_eq!(b.get(SHOP).await.status(), 429, "not twice");
    assert_eq!(b.get("/user").await.status(), 200, "the fourth request");
    let refused = b.get("/user").await;
    assert_eq!((refused.status().as_u16(), header(&refused, "retry-after")), (429, Some("60")), "the fifth");
    assert_eq!(header(&refused, "content-type"), Some("text/plain; charset=utf-8"), "which is no JSON");
    assert_eq!(refused.text().await.unwrap(), "Retry later\n", "but the vendor's words");
    b.assert_no_violations();
}

#[tokio::test]
async fn windows_shrink_and_limits_can_be_off() {
    let hand = ClockHand::at("2026-11-21T10:00:00Z".parse().unwrap());
    let limits = GitLabLimits { requests_per_minute: 1, ..GitLabLimits::default() };
    let b = bench(GitLabSetup::demo().clock(hand.clock()).limits(limits.clone()).compress_time(60.0)).await;
    assert_eq!(b.get("/user").await.status(), 200, "the first");
    assert_eq!(header(&b.get("/user").await, "retry-after"), Some("1"), "a minute lasts a second");
    hand.advance_seconds(1);
    assert_eq!(b.get("/user").await.status(), 200, "and is over");
    let b = bench(GitLabSetup::demo().limits(GitLabLimits { enabled: false, ..limits })).await;
    for _ in 0..3 {
        let answer = b.get("/user").await;
        assert_eq!(
            (answer.status().as_u16(), header(&answer, "ratelimit-limit")),
            (200, None),
            "no limits at all"
        );
    }
}
