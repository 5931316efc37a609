//! The allowance, on a clock that is moved by hand.

use docket_practice::{AzureLimits, AzureSetup, ClockHand};

use crate::client::{bench, header, told};

#[tokio::test]
async fn the_service_slows_down_with_200_and_blocks_with_429() {
    let hand = ClockHand::at("2026-03-01T10:00:00Z".parse().unwrap());
    let limits = AzureLimits { units: 10.0, read: 1.0, write: 2.0, told_from: 0.8, blocked_from: 1.2 };
    let b = bench(AzureSetup::demo().clock(hand.clock()).limits(limits)).await;
    let ask = || b.request("GET", "/_apis/wit/workitems/1").send();
    for n in 1..=7 {
        let answer = ask().await.unwrap();
        assert!(
            answer.status() == 200 && header(&answer, "x-ratelimit-limit").is_none(),
            "request {n} is quiet"
        );
    }
    let near = ask().await.unwrap();
    assert_eq!(header(&near, "x-ratelimit-remaining"), Some("2"), "near the end it is told");
    assert_eq!(header(&near, "retry-after"), None, "but there is no wait");
    hand.advance_seconds(10);
    ask().await.unwrap();
    let slow = ask().await.unwrap();
    assert_eq!(
        (slow.status().as_u16(), header(&slow, "retry-after")),
        (200, Some("290")),
        "a wait with success"
    );
    assert!(header(&slow, "x-ratelimit-delay").is_some(), "and the delay");
    ask().await.unwrap();
    ask().await.unwrap();
    let (status, blocked) = told(ask().await.unwrap()).await;
    assert!(status == 429 && blocked["message"].as_str().unwrap().starts_with("TF400733"), "{blocked}");
    hand.advance_seconds(290);
    let again = ask().await.unwrap();
    assert!(again.status() == 200 && header(&again, "retry-after").is_none(), "the window slides");
    b.assert_no_violations();
}

#[tokio::test]
async fn the_window_shrinks_with_the_time_scale() {
    let hand = ClockHand::at("2026-03-01T10:00:00Z".parse().unwrap());
    let limits = AzureLimits { units: 1.0, read: 1.0, write: 1.0, told_from: 0.5, blocked_from: 1.0 };
    let b = bench(AzureSetup::demo().clock(hand.clock()).limits(limits).compress_time(100.0)).await;
    let status = async || b.request("GET", "/_apis/wit/workitems/1").send().await.unwrap().status().as_u16();
    assert_eq!((status().await, status().await), (200, 429), "used up");
    hand.advance_seconds(3);
    assert_eq!(status().await, 200, "three seconds stand for five minutes");
}
