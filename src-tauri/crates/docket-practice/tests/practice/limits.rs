//! Rate limits on a clock that the test moves.

use docket_practice::{ClockHand, Limits, Setup};
use serde_json::{Value, json};

use crate::client::{bench, header};

fn hand() -> ClockHand {
    ClockHand::at("2026-11-21T10:00:00Z".parse().unwrap())
}

#[tokio::test]
async fn the_81st_issue_of_a_minute_is_refused_until_the_minute_is_over() {
    let hand = hand();
    // The other limits are out of the way: a create costs 5 of 900 points, which 80 do not reach.
    let b = bench(Setup::demo().clock(hand.clock())).await;
    for i in 0..80 {
        let answer = b.send("POST", "/repos/acme/shop/issues", json!({ "title": format!("n{i}") })).await;
        assert_eq!(answer.status(), 201, "issue {i} of the minute");
    }
    let refused = b.send("POST", "/repos/acme/shop/issues", json!({ "title": "one too many" })).await;
    assert_eq!(refused.status(), 403, "the secondary limit");
    assert_eq!(header(&refused, "retry-after"), Some("60"), "and how long to wait");
    assert_ne!(header(&refused, "x-ratelimit-remaining"), Some("0"), "it is not the primary limit");
    let text: Value = refused.json().await.unwrap();
    assert!(text["message"].as_str().unwrap().contains("secondary rate limit"), "{text}");
    assert_eq!(b.get("/repos/acme/shop/issues").await.status(), 200, "reading goes on");
    hand.advance_seconds(60);
    let answer = b.send("POST", "/repos/acme/shop/issues", json!({ "title": "later" })).await;
    assert_eq!(answer.status(), 201, "after the minute it goes on");
    b.assert_no_violations();
}

#[tokio::test]
async fn five_hundred_an_hour_is_the_end_even_at_a_slow_pace() {
    let hand = hand();
    let b =
        bench(Setup::demo().clock(hand.clock()).limits(Limits { content_per_hour: 6, ..Limits::default() }))
            .await;
    for i in 0..6 {
        hand.advance_seconds(61);
        let answer = b.send("POST", "/repos/acme/shop/issues", json!({ "title": format!("n{i}") })).await;
        assert_eq!(answer.status(), 201, "issue {i} of the hour");
    }
    let refused = b.send("POST", "/repos/acme/shop/issues/1/comments", json!({ "body": "x" })).await;
    let wait: u32 = header(&refused, "retry-after").unwrap().parse().unwrap();
    assert_eq!(
        (refused.status().as_u16(), wait),
        (403, 3600 - 5 * 61),
        "comments count too; wait for the oldest to age"
    );
    hand.advance_seconds(wait);
    let answer = b.send("POST", "/repos/acme/shop/issues/1/comments", json!({ "body": "x" })).await;
    assert_eq!(answer.status(), 201, "then it goes on");
}

#[tokio::test]
async fn the_hourly_allowance_counts_down_and_returns() {
    let hand = hand();
    let b =
        bench(Setup::demo().clock(hand.clock()).limits(Limits { primary_per_hour: 3, ..Limits::default() }))
            .await;
    for left in ["2", "1", "0"] {
        let answer = b.get("/user").await;
        assert_eq!(header(&answer, "x-ratelimit-remaining"), Some(left), "counting down");
    }
    let refused = b.get("/user").await;
    assert_eq!(
        (refused.status().as_u16(), header(&refused, "x-ratelimit-remaining")),
        (403, Some("0")),
        "used up"
    );
    let reset: i64 = header(&refused, "x-ratelimit-reset").unwrap().parse().unwrap();
    let start: jiff::Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
    assert_eq!(reset, start.as_second() + 3600, "an hour after the first request");
    let (status, limits) = b.ask("GET", "/rate_limit", Value::Null).await;
    assert_eq!((status, &limits["resources"]["core"]["remaining"]), (200, &json!(0)), "asking is free");
    hand.advance_seconds(3600);
    assert_eq!(b.get("/user").await.status(), 200, "after the hour");
}

#[tokio::test]
async fn points_and_compressed_time() {
    let hand = hand();
    let limits = Limits { points_per_minute: 11, ..Limits::default() };
    let b = bench(Setup::demo().clock(hand.clock()).limits(limits).compress_time(60.0)).await;
    for _ in 0..2 {
        let answer = b.send("PATCH", "/repos/acme/shop/issues/1", json!({ "title": "x" })).await;
        assert_eq!(answer.status(), 200, "a write costs 5");
    }
    assert_eq!(b.get("/user").await.status(), 200, "a read costs 1");
    let refused = b.get("/user").await;
    assert_eq!(
        (refused.status().as_u16(), header(&refused, "retry-after")),
        (403, Some("1")),
        "a minute lasts a second"
    );
    hand.advance_seconds(1);
    assert_eq!(b.get("/user").await.status(), 200, "and is over");
}

#[tokio::test]
async fn an_enterprise_server_has_no_limits_by_default() {
    let b = bench(Setup::demo().enterprise("3.19.2")).await;
    let answer = b.get("/user").await;
    assert_eq!(header(&answer, "x-ratelimit-limit"), None, "no headers");
    assert_eq!(header(&answer, "x-github-enterprise-version"), Some("3.19.2"), "its version is told");
    let (_, meta) = b.ask("GET", "/meta", Value::Null).await;
    assert_eq!(meta["installed_version"], "3.19.2", "here too");
    let answer = b.http.get(format!("{}/meta", b.practice.url())).send().await.unwrap();
    assert!(
        header(&answer, "content-type").unwrap().starts_with("text/html"),
        "without /api/v3 there are pages"
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn too_many_at_once_are_refused() {
    let b = bench(Setup::demo().limits(Limits { concurrent: 1, ..Limits::default() })).await;
    let slow = b.request("GET", "/user").header("x-practice-fault", "store-then-silence").send();
    let slow = tokio::spawn(slow);
    while b.practice.log().is_empty() {
        tokio::task::yield_now().await;
    }
    let refused = b.get("/user").await;
    assert_eq!(
        (refused.status().as_u16(), header(&refused, "retry-after")),
        (403, Some("60")),
        "one is in flight"
    );
    slow.abort();
    b.practice.stop().await;
}
