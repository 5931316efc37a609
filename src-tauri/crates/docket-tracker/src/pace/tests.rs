//! The pace as a whole: allowances over hours, the line, waits and what they tell.

mod sliding;

use std::time::Duration;

use async_trait::async_trait;
use docket_domain::{Clock, Secret};

use super::past::{HOUR_MS, MINUTE_MS};
use super::*;
use crate::ports::Sleeper;
use crate::virtual_time::VirtualTime;

const CONTENT: Most = Most { minute: 80, hour: 500 };
const GITHUB: Allowances = Allowances {
    spacing_ms: 1_000,
    issues: CONTENT,
    beside: CONTENT,
    together: true,
    points_per_minute: 900,
    write_points: 5,
    readers: 4,
    slides_ms: 0,
};
const ISSUE: Weight = Weight::Write { makes: Makes::Issue };
const COMMENT: Weight = Weight::Write { makes: Makes::Beside };
const CHANGE: Weight = Weight::Write { makes: Makes::Nothing };

fn ports(time: &Arc<VirtualTime>) -> Ports {
    let mut ports = Ports::new(Secret::new("t"), Arc::new(Pacers::default()));
    ports.clock = Arc::clone(time) as _;
    ports.sleeper = Arc::clone(time) as _;
    ports
}

/// Times at which writes are counted by a server that answers after `answer_ms`, and counts each
/// request somewhere in between.
async fn counted_times(allowances: Allowances, weight: Weight, count: usize, answer_ms: u64) -> Vec<i64> {
    let time = Arc::new(VirtualTime::at(1_000_000));
    let ports = ports(&time);
    let pacer = ports.pacers.of("h", allowances);
    let mut times = Vec::new();
    for at in 0..count {
        let turn = pacer.turn(weight, &ports).await.unwrap();
        let early = (at as u64 * 7_919) % (answer_ms + 1);
        ports.sleeper.sleep(Duration::from_millis(early)).await;
        times.push(ports.clock.now().0 - 1_000_000);
        ports.sleeper.sleep(Duration::from_millis(answer_ms - early)).await;
        turn.answered(ports.clock.now());
    }
    times
}

fn most_within(times: &[i64], window: i64) -> usize {
    times
        .iter()
        .map(|from| times.iter().filter(|at| **at >= *from && **at < from + window).count())
        .max()
        .unwrap_or(0)
}

// covers: X10
#[tokio::test]
async fn no_window_of_the_tracker_ever_holds_more_than_its_allowance() {
    for answer_ms in [0, 120, 4_000] {
        let times = counted_times(GITHUB, ISSUE, 1_200, answer_ms).await;
        assert!(most_within(&times, MINUTE_MS) <= 80, "more than 80 within a minute");
        assert_eq!(most_within(&times, HOUR_MS), 500, "the hour's allowance is used to its end, not beyond");
        let least = 2 * HOUR_MS + 200 * 1_000.max(answer_ms as i64);
        assert!(times[1_199] < least * 101 / 100, "{} ms, where {least} are needed", times[1_199]);
    }
    let unspaced = counted_times(Allowances { spacing_ms: 0, ..GITHUB }, ISSUE, 200, 0).await;
    assert_eq!(most_within(&unspaced, MINUTE_MS), 80, "without spacing the minute's allowance is what holds");
}

#[tokio::test]
async fn writes_are_spaced_from_start_to_start() {
    let time = Arc::new(VirtualTime::at(0));
    let ports = ports(&time);
    let pacer = ports.pacers.of("h", GITHUB);
    for took in [300, 2_500, 0] {
        let turn = pacer.turn(CHANGE, &ports).await.unwrap();
        ports.sleeper.sleep(Duration::from_millis(took)).await;
        turn.answered(ports.clock.now());
    }
    assert_eq!(
        ports.clock.now().0,
        3_500,
        "a second after the start of the first, and at once after a second that took longer"
    );
}

#[tokio::test]
async fn issues_and_comments_count_together_or_apart() {
    let gitlab = Allowances {
        issues: Most { minute: 200, hour: 0 },
        beside: Most { minute: 60, hour: 0 },
        together: false,
        spacing_ms: 0,
        ..GITHUB
    };
    for (allowances, waits) in [(gitlab, false), (Allowances { spacing_ms: 0, ..GITHUB }, true)] {
        let time = Arc::new(VirtualTime::at(0));
        let ports = ports(&time);
        let pacer = ports.pacers.of("h", allowances);
        for weight in [ISSUE, COMMENT].iter().flat_map(|weight| [*weight; 60]) {
            pacer.turn(weight, &ports).await.unwrap().answered(ports.clock.now());
        }
        assert_eq!(ports.clock.now().0 > 0, waits, "60 issues and 60 comments at once: {allowances:?}");
    }
    let times = counted_times(gitlab, COMMENT, 61, 0).await;
    assert!(times[60] >= MINUTE_MS, "the 61st comment of a minute waits");
}

#[tokio::test]
async fn reads_pause_when_the_points_of_a_minute_are_used_and_a_tenth_is_for_people() {
    for (urgency, most) in [(Urgency::Person, 900), (Urgency::Bulk, 810)] {
        let time = Arc::new(VirtualTime::at(0));
        let mut ports = ports(&time);
        ports.errand = Errand::new(urgency);
        let pacer = ports.pacers.of("h", GITHUB);
        for _ in 0..most {
            drop(pacer.turn(Weight::Read, &ports).await.unwrap());
        }
        assert_eq!(ports.clock.now().0, 0, "{most} reads of a minute go at once: {urgency:?}");
        drop(pacer.turn(Weight::Read, &ports).await.unwrap());
        assert!(ports.clock.now().0 >= MINUTE_MS, "the next one waits for the next minute: {urgency:?}");
    }
}

#[tokio::test]
async fn many_changes_in_one_request_weigh_as_many_points() {
    let time = Arc::new(VirtualTime::at(0));
    let ports = ports(&time);
    let pacer = ports.pacers.of("h", Allowances { spacing_ms: 0, ..GITHUB });
    for _ in 0..18 {
        drop(pacer.turn(Weight::Bulk { parts: 50 }, &ports).await.unwrap());
    }
    assert_eq!(ports.clock.now().0, 0, "18 times 50 changes are the 900 points of a minute");
    drop(pacer.turn(Weight::Bulk { parts: 50 }, &ports).await.unwrap());
    assert!(ports.clock.now().0 >= MINUTE_MS, "more wait for the next minute");
    let heavy =
        tokio::time::timeout(Duration::from_secs(5), pacer.turn(Weight::Bulk { parts: 5_000 }, &ports));
    assert!(
        heavy.await.is_ok(),
        "what weighs more than a minute's points waits for an empty minute, not for ever"
    );
}

struct Heard(Mutex<Vec<Option<Waiting>>>);

impl WaitSink for Heard {
    fn waiting(&self, waiting: Option<&Waiting>) {
        self.0.lock().unwrap().push(waiting.cloned());
    }
}

#[tokio::test]
async fn a_wait_asked_for_holds_for_every_connection_of_the_account_and_is_announced() {
    let time = Arc::new(VirtualTime::at(0));
    let heard = Arc::new(Heard(Mutex::default()));
    let mut ports = ports(&time);
    ports.waits = Arc::clone(&heard) as _;
    ports.pacers.of("h", GITHUB).block(Timestamp(90_000), WaitReason::TrackerAsked, "asked");
    drop(ports.pacers.of("h", GITHUB).turn(Weight::Read, &ports).await.unwrap());
    assert_eq!(ports.clock.now().0, 90_000, "the second connection waits as well");
    let heard = heard.0.lock().unwrap();
    assert_eq!(heard.len(), 2, "told once that it waits, once that it goes on");
    assert_eq!(
        heard[0].as_ref().map(|w| (w.until, w.words.clone())),
        Some((Timestamp(90_000), "asked".to_owned()))
    );
}

#[tokio::test]
async fn what_the_headers_say_is_left_is_not_used_to_its_end_by_what_runs_by_itself() {
    for (urgency, waits) in [(Urgency::Bulk, true), (Urgency::Person, false)] {
        let time = Arc::new(VirtualTime::at(0));
        let mut ports = ports(&time);
        ports.errand = Errand::new(urgency);
        let pacer = ports.pacers.of("h", GITHUB);
        pacer.tell(Told { limit: 5_000, left: 100, renewed: Timestamp(600_000) });
        drop(pacer.turn(Weight::Read, &ports).await.unwrap());
        assert_eq!(ports.clock.now().0 == 600_000, waits, "{urgency:?}");
    }
    let time = Arc::new(VirtualTime::at(0));
    let ports = ports(&time);
    let pacer = ports.pacers.of("h", GITHUB);
    pacer.tell(Told { limit: 5_000, left: 2, renewed: Timestamp(600_000) });
    for _ in 0..3 {
        drop(pacer.turn(Weight::Read, &ports).await.unwrap());
    }
    assert_eq!(ports.clock.now().0, 600_000, "what was sent since counts: the third would be refused");
}

#[tokio::test]
async fn a_refusal_of_content_shows_that_others_use_the_account() {
    let time = Arc::new(VirtualTime::at(1_000_000));
    let ports = ports(&time);
    let pacer = ports.pacers.of("h", GITHUB);
    for _ in 0..401 {
        pacer.turn(ISSUE, &ports).await.unwrap().answered(ports.clock.now());
    }
    pacer.refused(ISSUE, ports.clock.now());
    assert_eq!(
        pacer.content_left(ports.clock.now()),
        Some(0),
        "400 went well in this hour, no more are tried"
    );
    ports.sleeper.sleep(Duration::from_secs(3_700)).await;
    pacer.used(ports.clock.now());
    assert_eq!(pacer.content_left(ports.clock.now()), Some(500), "after an hour the documented number holds");
}

// covers: X10
#[tokio::test]
async fn what_was_made_before_this_process_began_still_counts() {
    struct Log(Mutex<Vec<Timestamp>>);
    impl ContentLog for Log {
        fn makes(&self, at: Timestamp) {
            self.0.lock().unwrap().push(at);
        }
    }
    let time = Arc::new(VirtualTime::at(10 * HOUR_MS));
    let log = Arc::new(Log(Mutex::default()));
    let mut ports = ports(&time);
    ports.content_log = Arc::clone(&log) as _;
    let pacer = ports.pacers.of("h", GITHUB);
    for _ in 0..500 {
        pacer.turn(ISSUE, &ports).await.unwrap().answered(ports.clock.now());
    }
    let kept = log.0.lock().unwrap().clone();
    assert_eq!(kept.len(), 500, "each was kept");

    ports.pacers = Arc::new(Pacers::default());
    let after = ports.pacers.of("h", GITHUB);
    after.recall(&kept, ports.clock.now());
    after.recall(&kept, ports.clock.now());
    assert_eq!(
        after.content_left(ports.clock.now()),
        Some(0),
        "the next process knows, and counts each once"
    );
    drop(after.turn(ISSUE, &ports).await.unwrap());
    assert!(ports.clock.now().millis_since(kept[0]) >= HOUR_MS, "so it waits until the first is an hour old");
    pacer.recall(&kept, kept[499]);
    assert_eq!(pacer.used(kept[499]).content.len(), 500, "a process recalls nothing that it knows itself");
}

/// Time that only passes when everybody waits.
struct Paused(tokio::time::Instant);

impl Clock for Paused {
    fn now(&self) -> Timestamp {
        Timestamp(i64::try_from(self.0.elapsed().as_millis()).unwrap())
    }
}

#[async_trait]
impl Sleeper for Paused {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

fn paused(urgency: Urgency, pacers: &Arc<Pacers>, clock: &Arc<Paused>) -> Ports {
    let mut ports = Ports::new(Secret::new("t"), Arc::clone(pacers));
    ports.clock = Arc::clone(clock) as _;
    ports.sleeper = Arc::clone(clock) as _;
    ports.errand = Errand::new(urgency);
    ports
}

/// Sends `count` requests that take 100 ms each; when each was answered.
async fn sends(count: usize, weight: Weight, ports: Ports) -> Vec<i64> {
    let pacer = ports.pacers.of("h", GITHUB);
    let mut answered = Vec::new();
    for _ in 0..count {
        let turn = pacer.turn(weight, &ports).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        turn.answered(ports.clock.now());
        answered.push(ports.clock.now().0);
    }
    answered
}

// covers: X10
#[tokio::test(start_paused = true)]
async fn a_large_push_starves_neither_a_small_one_nor_a_person() {
    let (pacers, clock) = (Arc::default(), Arc::new(Paused(tokio::time::Instant::now())));
    let large = tokio::spawn(sends(1_990, ISSUE, paused(Urgency::Bulk, &pacers, &clock)));
    tokio::time::sleep(Duration::from_millis(10_050)).await;
    let small = sends(10, ISSUE, paused(Urgency::Bulk, &pacers, &clock)).await;
    assert!(
        small[9] < 10_050 + 22_000,
        "ten issues take every second turn, not the end of 1,990: {} ms",
        small[9]
    );
    // Within the hour's wait: nothing of the allowance is left, but reading and changing needs none.
    tokio::time::sleep(Duration::from_mins(15)).await;
    let begun = clock.now();
    sends(20, Weight::Read, paused(Urgency::Person, &pacers, &clock)).await;
    sends(1, CHANGE, paused(Urgency::Person, &pacers, &clock)).await;
    let took = clock.now().millis_since(begun);
    assert!(took < 3_200, "a form and a repair go on while the push waits for its hour: {took} ms");
    let large = large.await.unwrap();
    assert!(large[1_989] < 3 * HOUR_MS + 700_000, "the large one ends as soon as it can: {}", large[1_989]);
    assert!(most_within(&large, HOUR_MS) <= 500, "and stays within the allowance");
}

#[tokio::test(start_paused = true)]
async fn reads_run_beside_each_other_and_a_person_does_not_stand_behind_a_list() {
    let (pacers, clock) = (Arc::default(), Arc::new(Paused(tokio::time::Instant::now())));
    let lists: Vec<_> = (0..8)
        .map(|_| tokio::spawn(sends(10, Weight::Read, paused(Urgency::Bulk, &pacers, &clock))))
        .collect();
    tokio::time::sleep(Duration::from_millis(1)).await;
    let form = sends(5, Weight::Read, paused(Urgency::Person, &pacers, &clock)).await;
    assert_eq!(form[4], 501, "each look-up of the form went at once");
    for list in lists {
        list.await.unwrap();
    }
    assert!(clock.now().0 <= 2_200, "85 reads, four at a time, 100 ms each: {}", clock.now().0);
}

// covers: X10
#[tokio::test(start_paused = true)]
async fn cancelling_ends_a_wait_of_an_hour_at_once_and_frees_the_place() {
    let (pacers, clock) = (Arc::default(), Arc::new(Paused(tokio::time::Instant::now())));
    sends(500, ISSUE, paused(Urgency::Bulk, &pacers, &clock)).await;
    let ports = paused(Urgency::Bulk, &pacers, &clock);
    let (cancel, begun) = (ports.cancel.clone(), clock.now());
    let waiting = tokio::spawn(async move { ports.pacers.of("h", GITHUB).turn(ISSUE, &ports).await.err() });
    tokio::time::sleep(Duration::from_mins(1)).await;
    cancel.cancel();
    let refused = waiting.await.unwrap().expect("it was cancelled");
    assert_eq!(refused.code, docket_domain::Code::Cancelled, "a cancelled job does not wait on");
    assert_eq!(clock.now().millis_since(begun), 60_000, "not a moment later");
    let next = sends(1, CHANGE, paused(Urgency::Bulk, &pacers, &clock)).await;
    assert!(next[0] <= begun.0 + 60_100, "nobody stands behind one who left");
}

#[tokio::test]
async fn a_clock_that_is_set_back_keeps_nobody_waiting_for_what_is_past() {
    use std::sync::atomic::{AtomicI64, Ordering};
    struct Behind(Arc<VirtualTime>, AtomicI64);
    impl Clock for Behind {
        fn now(&self) -> Timestamp {
            self.0.now().plus_millis(-self.1.load(Ordering::SeqCst))
        }
    }
    let time = Arc::new(VirtualTime::at(10 * HOUR_MS));
    let clock = Arc::new(Behind(Arc::clone(&time), AtomicI64::new(0)));
    let mut ports = ports(&time);
    ports.clock = Arc::clone(&clock) as _;
    let pacer = ports.pacers.of("h", GITHUB);
    for _ in 0..10 {
        pacer.turn(ISSUE, &ports).await.unwrap().answered(ports.clock.now());
    }
    let before = time.now();
    pacer.block(ports.clock.now().plus_millis(20_000), WaitReason::TrackerAsked, "asked");
    clock.1.store(3 * HOUR_MS, Ordering::SeqCst);
    drop(pacer.turn(ISSUE, &ports).await.unwrap());
    let waited = time.now().millis_since(before);
    assert_eq!(waited, 20_000, "what the tracker asked for is kept, and no more is waited");
}
