//! Pushes in the line of their account: waits of an hour, what outlives a process, and several
//! pushes beside each other. Against a practice GitHub with its real limits, by a clock that only
//! short waits move.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use docket_domain::job::{JobEvent, JobNews, Progress};
use docket_domain::{
    Clock, Code, Connection, GroupKey, Mapping, Network, Plan, PlanState, ProxySetting, Secret, Selection,
    Timestamp,
};
use docket_engine::connections::{ConnectionForm, NewSecret};
use docket_engine::imports::ImportOrder;
use docket_engine::mappings::MappingForm;
use docket_engine::secrets::Memory;
use docket_engine::{Engine, JobListener, Options, nobody};
use docket_practice::{Practice, Setup};
use docket_tracker::Sleeper;
use serde_json::json;
use tempfile::TempDir;

const HOUR_MS: i64 = 3_600_000;

/// Longer waits than this last until the test moves the clock.
const SHORT: Duration = Duration::from_secs(5);

/// A clock that short waits move; longer ones never end by themselves.
struct Held(AtomicI64);

impl Held {
    fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for Held {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[async_trait]
impl Sleeper for Held {
    async fn sleep(&self, duration: Duration) {
        if duration > SHORT {
            std::future::pending::<()>().await;
        }
        self.advance(i64::try_from(duration.as_millis()).unwrap());
        tokio::task::yield_now().await;
    }
}

struct Desk {
    practice: Practice,
    room: TempDir,
    secrets: Arc<Memory>,
    clock: Arc<Held>,
    engine: Engine,
    connection: Connection,
}

impl Desk {
    async fn new() -> Self {
        let practice = Practice::start(Setup::demo()).await.unwrap();
        let (room, secrets) = (tempfile::tempdir().unwrap(), Arc::new(Memory::default()));
        let clock = Arc::new(Held(AtomicI64::new(jiff::Timestamp::now().as_millisecond())));
        let engine = open(&room, &secrets, &clock).await;
        let form = ConnectionForm {
            id: None,
            label: "practice".to_owned(),
            kind: "github".to_owned(),
            location: practice.url(),
            auth: "pat".to_owned(),
            username: None,
            secret: NewSecret::Entered(Secret::new(practice.token())),
            proxy_password: None,
            network: Network { proxy: ProxySetting::Direct, ..Network::default() },
            settings: BTreeMap::new(),
        };
        let connection = engine.connection_save(form).await.unwrap();
        Self { practice, room, secrets, clock, engine, connection }
    }

    /// As after quitting and opening again.
    async fn reopened(self) -> Self {
        self.engine.settled().await;
        let Self { practice, room, secrets, clock, connection, engine } = self;
        drop(engine);
        let engine = open(&room, &secrets, &clock).await;
        Self { practice, room, secrets, clock, engine, connection }
    }

    /// An application with so many findings, mapped to a target.
    async fn mapped(&self, name: &str, target: &str, findings: usize) -> Mapping {
        let application = self.engine.application_add(name).await.unwrap();
        let results: Vec<_> = (0..findings)
            .map(|at| {
                json!({
                    "ruleId": "rule", "level": "error", "message": { "text": format!("{name} {at}") },
                    "locations": [{ "physicalLocation": {
                        "artifactLocation": { "uri": format!("{name}/{at}.py") }, "region": { "startLine": 7 }
                    }}]
                })
            })
            .collect();
        let run = json!({ "tool": { "driver": { "name": "T" } }, "results": results });
        let report = json!({ "version": "2.1.0", "runs": [run] }).to_string().into_bytes();
        let order = ImportOrder::new(application.id);
        self.engine.import_reader("r.sarif", Cursor::new(report), order, nobody()).await.unwrap();
        let form = MappingForm {
            id: None,
            label: String::new(),
            connection: self.connection.id,
            target: target.to_owned(),
            applications: vec![application.id],
            labels: Vec::new(),
            severity_label: false,
            assignees: Vec::new(),
            milestone: None,
            severity: None,
            status: None,
            settings: None,
            template: None,
            guard: None,
            findings_file: None,
            active: true,
        };
        self.engine.mapping_save(form).await.unwrap()
    }

    async fn plan(&self, mapping: &Mapping) -> Plan {
        let application = Some(mapping.applications[0]);
        let all = Selection::Matching { query: String::new(), application, except: Vec::new() };
        self.engine.plan_make(all, mapping.id, vec![GroupKey::File], nobody()).await.unwrap()
    }

    /// The account made new content at these times, as another process would have noted it.
    fn made(&self, times: impl Iterator<Item = Timestamp>) {
        let store = docket_store::Store::open(self.room.path(), Arc::clone(&self.clock) as _).unwrap();
        let (id, times) = (self.connection.id, times.collect::<Vec<_>>());
        store.write(move |tx| times.iter().try_for_each(|at| docket_store::pace::made(tx, id, *at))).unwrap();
    }

    /// Targets of the issues that were created, in order.
    fn created(&self) -> Vec<String> {
        let log = self.practice.log();
        let creations = log.iter().filter(|asked| asked.operation.as_deref() == Some("issues/create"));
        creations.map(|asked| asked.path.trim_end_matches("/issues").replace("/repos/", "")).collect()
    }

    fn refused(&self) -> usize {
        self.practice.log().iter().filter(|asked| matches!(asked.status, Some(403 | 429))).count()
    }
}

async fn open(room: &TempDir, secrets: &Arc<Memory>, clock: &Arc<Held>) -> Engine {
    let options = Options::new(room.path())
        .with_secrets(Arc::clone(secrets) as _)
        .with_clock(Arc::clone(clock) as _)
        .with_sleeper(Arc::clone(clock) as _);
    Engine::open(options).await.unwrap()
}

/// Keeps the last progress.
fn listening() -> (JobListener, Arc<Mutex<Progress>>) {
    let last: Arc<Mutex<Progress>> = Arc::default();
    let ear = Arc::clone(&last);
    let listener = Arc::new(move |event: JobEvent| {
        if let JobNews::Progress { progress } = event.news {
            *ear.lock().unwrap() = progress;
        }
    });
    (listener, last)
}

/// Applies a plan until it waits; what it tells then, and the work that goes on.
async fn until_it_waits(
    desk: &Desk,
    plan: &Plan,
) -> (Progress, tokio::task::JoinHandle<Result<Plan, docket_domain::Problem>>) {
    let (listener, last) = listening();
    let (engine, id) = (desk.engine.clone(), plan.id);
    let work = tokio::spawn(async move { engine.plan_apply(id, listener).await });
    for _ in 0..2_000 {
        let progress = last.lock().unwrap().clone();
        if progress.waiting_until.is_some() {
            return (progress, work);
        }
        assert!(!work.is_finished(), "it ended in place of waiting: {:?}", work.await);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it neither waited nor ended");
}

async fn at_once<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), work).await.expect(what)
}

// covers: X10
#[tokio::test]
async fn an_hours_wait_is_told_can_be_left_at_any_time_and_outlives_the_process() {
    let desk = Desk::new().await;
    let mapping = desk.mapped("shop", "acme/shop", 3).await;
    // In an earlier process, 499 issues were made, the first of them ten minutes ago.
    let first = desk.clock.now().plus_millis(-600_000);
    desk.made((0..499).map(|at| first.plus_millis(at * 1_000)));
    let desk = desk.reopened().await;
    let plan = desk.plan(&mapping).await;
    let hour = 50 * 60_000;
    assert!(
        (hour..hour + 60_000).contains(&i64::try_from(plan.estimate_ms).unwrap()),
        "one may be made now, the rest in 50 minutes: {} ms",
        plan.estimate_ms
    );

    let (told, work) = until_it_waits(&desk, &plan).await;
    assert_eq!((told.done, desk.created().len()), (1, 1), "one was left in this hour");
    let (until, words) = (told.waiting_until.unwrap(), told.waiting_for.clone().unwrap());
    let late = until.millis_since(first.plus_millis(HOUR_MS));
    assert!((0..5_000).contains(&late), "until the first is an hour old, not {late} ms later");
    assert!(words.contains("500") && words.contains("hour"), "what it waits for: {words}");
    assert!(told.remaining_ms.unwrap() > 49 * 60_000, "the time left counts the wait: {told:?}");
    let targets = desk.engine.connection_targets(desk.connection.id, "", None);
    let targets = at_once("a form does not wait for the push's hour", targets).await.unwrap();
    assert!(!targets.targets.is_empty(), "and shows what there is");

    assert_eq!(desk.engine.plan_pause(plan.id).await.unwrap(), 1, "there is a job to pause");
    let paused = at_once("a pause ends the wait at once", work).await.unwrap().unwrap();
    assert_eq!((paused.state, paused.counts.done, paused.counts.uncertain), (PlanState::Paused, 1, 0));
    assert!(paused.estimate_ms > 49 * 60_000, "a paused plan says how long the rest takes: {paused:?}");

    // Quit and opened again within the hour: it knows.
    let desk = desk.reopened().await;
    let (told, work) = until_it_waits(&desk, &plan).await;
    assert_eq!((told.waiting_until, desk.created().len()), (Some(until), 1), "until the same moment");
    desk.engine.plan_pause(plan.id).await.unwrap();
    at_once("a second pause", work).await.unwrap().unwrap();

    desk.clock.advance(HOUR_MS);
    let done = at_once("an hour later", desk.engine.plan_apply(plan.id, nobody())).await.unwrap();
    assert_eq!((done.state, desk.created().len(), desk.refused()), (PlanState::Done, 3, 0), "{done:?}");
    assert!(desk.practice.violations().is_empty(), "{:?}", desk.practice.violations());
}

// covers: X10
#[tokio::test]
async fn a_small_push_elsewhere_goes_between_and_one_to_the_same_place_is_told_to_wait() {
    let desk = Arc::new(Desk::new().await);
    let shop = desk.plan(&desk.mapped("shop", "acme/shop", 30).await).await;
    let again = desk.plan(&desk.mapped("again", "ACME/shop", 1).await).await;
    let billing = desk.plan(&desk.mapped("billing", "acme/billing", 5).await).await;
    let begun = Arc::new(tokio::sync::Notify::new());
    let large = {
        let (desk, begun, id) = (Arc::clone(&desk), Arc::clone(&begun), shop.id);
        let listener: JobListener = Arc::new(move |event| {
            if matches!(event.news, JobNews::Step { index: 2 }) {
                begun.notify_one();
            }
        });
        tokio::spawn(async move { desk.engine.plan_apply(id, listener).await })
    };
    at_once("the large one begins", begun.notified()).await;
    let busy = desk.engine.plan_apply(again.id, nobody()).await.unwrap_err();
    assert_eq!(busy.code, Code::Busy, "two into one place could write the same twice: {busy:?}");
    assert!(busy.message.contains("same place") && busy.hint.is_some(), "and says so: {busy:?}");
    let small = at_once("the small one", desk.engine.plan_apply(billing.id, nobody())).await.unwrap();
    assert_eq!((small.state, small.counts.done), (PlanState::Done, 5), "{small:?}");
    let beside = desk.created();
    assert!(beside.len() < 30, "the large one is still under way: {beside:?}");
    let mine = |target: &String| target == "acme/billing";
    let (from, to) = (beside.iter().position(mine).unwrap(), beside.iter().rposition(mine).unwrap());
    assert!(to - from <= 9, "they took turns: {beside:?}");
    let large = at_once("the large one", large).await.unwrap().unwrap();
    assert_eq!((large.state, desk.created().len()), (PlanState::Done, 35), "{large:?}");
    let later = desk.engine.plan_apply(again.id, nobody()).await.unwrap();
    assert_eq!(later.state, PlanState::Done, "afterwards the place is free: {later:?}");
    assert_eq!(desk.refused(), 0, "no limit was hit");
}
