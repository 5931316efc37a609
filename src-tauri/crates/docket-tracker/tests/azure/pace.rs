//! The service's allowance of units, on a clock that both sides share.

use docket_domain::{Clock as _, IssueDraft};
use docket_practice::{AzureLimits, Clock};
use docket_tracker::{Errand, Urgency, WaitReason, by_id};

use crate::support;
use crate::{contoso, draft, no_violations, settings, start, to};

// covers: X10
#[tokio::test]
async fn what_is_left_is_learned_from_the_headers_so_that_no_pause_is_ever_asked_for() {
    let (mut ports, heard, time) = support::ports("");
    let shown = time.clone();
    let clock = Clock::from_fn(move || jiff::Timestamp::from_millisecond(shown.now().0).unwrap());
    // As much as 100 creations take, and the fifth before its end is told.
    let narrow = AzureLimits { units: 200.0, read: 0.4, write: 2.0, told_from: 0.8, blocked_from: 1.5 };
    let server = start(contoso().clock(clock).limits(narrow)).await;
    ports.secret = docket_domain::Secret::new(server.token());
    ports.errand = Errand::new(Urgency::Bulk);
    let tracker = by_id("azure-devops").unwrap().connect(settings(&server.url()), ports.clone()).unwrap();
    let begun = time.now();
    for number in 0..250 {
        let mut draft: IssueDraft = draft(&format!("paced {number}"));
        draft.assignees.clear();
        tracker.create(&to("Shop", "Issue"), &draft).await.unwrap();
    }
    let waits = heard.waits.lock().unwrap();
    assert!(!waits.is_empty(), "there was something to wait for");
    for wait in waits.iter() {
        assert_eq!(wait.reason, WaitReason::AllowanceUsedUp, "none was asked for: {wait:?}");
        assert!(wait.words.contains("200 units"), "it says which allowance: {wait:?}");
    }
    drop(waits);
    let asked_for_pause = heard
        .exchanges
        .lock()
        .unwrap()
        .iter()
        .any(|asked| asked.headers.contains_key("retry-after") || asked.status == Some(429));
    assert!(!asked_for_pause, "the allowance was never overdrawn");
    let minutes = time.now().millis_since(begun) as f64 / 60_000.0;
    assert!((10.0..11.0).contains(&minutes), "two windows are waited for and no more: {minutes} min");
    no_violations(&server);
}
