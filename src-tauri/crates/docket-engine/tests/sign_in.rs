//! Signing connections in with a code, through the engine: a real store, secrets in memory, a
//! practice tracker, and a sign-in server that was written apart.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::io::Cursor;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use docket_domain::connection::Understood;
use docket_domain::job::{JobEvent, JobNews};
use docket_domain::{
    AuthKind, Clock, Code, Connection, GroupKey, Network, PlanState, Problem, ProxySetting, Secret,
    SecretRef, Selection, Timestamp, TrackerKindCard,
};
use docket_engine::connections::{ConnectionForm, NewSecret};
use docket_engine::imports::ImportOrder;
use docket_engine::mappings::MappingForm;
use docket_engine::secrets::{Memory, SecretStore};
use docket_engine::{Engine, JobListener, Options, Sleeper, nobody};
use docket_practice::{
    Clock as PracticeClock, Identity, IdentityDialect, IdentityFault, IdentitySetup, Limits, Practice, Setup,
    TokenSeed,
};
use docket_tracker::{ConnectSettings, DeviceEndpoints, Ports, Tracker, TrackerKind, by_id};
use tempfile::TempDir;

const TARGET: &str = "acme/shop";
const MARKER: &str = "<!-- docket:v1 key=";

/// The first registered kind, with a code as a way of signing in whose server a setting names.
struct Coded;

fn inner() -> &'static dyn TrackerKind {
    by_id("github").unwrap()
}

impl TrackerKind for Coded {
    fn card(&self) -> TrackerKindCard {
        let mut card = inner().card();
        card.auth.retain(|auth| !auth.device);
        card.auth.push(AuthKind {
            id: "device".to_owned(),
            label: "Code in the browser".to_owned(),
            secret_label: String::new(),
            scopes: Vec::new(),
            help: "Enter the code.".to_owned(),
            needs_username: false,
            device: true,
        });
        card
    }

    fn understand(&self, location: &str) -> Result<Understood, Problem> {
        inner().understand(location)
    }

    fn connect(&self, settings: ConnectSettings, ports: Ports) -> Result<Box<dyn Tracker>, Problem> {
        inner().connect(ConnectSettings { auth: "pat".to_owned(), ..settings }, ports)
    }

    fn device(&self, settings: &ConnectSettings) -> Result<Option<DeviceEndpoints>, Problem> {
        let at = |name: &str| settings.settings.get(name).cloned().unwrap_or_default();
        Ok(Some(DeviceEndpoints {
            code_url: at("code_url"),
            token_url: at("token_url"),
            client_id: at("client_id"),
            scope: "repo".to_owned(),
        }))
    }
}

/// A clock that waiting moves; waiting takes no time.
struct Time(AtomicI64);

impl Time {
    fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for Time {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[async_trait]
impl Sleeper for Time {
    async fn sleep(&self, duration: Duration) {
        self.0.fetch_add(i64::try_from(duration.as_millis()).unwrap(), Ordering::SeqCst);
        tokio::task::yield_now().await;
    }
}

/// Secrets in memory, in a keychain that can begin to refuse tokens that are not being renewed.
#[derive(Default)]
struct Safe {
    kept: Memory,
    loses_renewed: AtomicBool,
}

impl SecretStore for Safe {
    fn name(&self) -> &'static str {
        "memory"
    }
    fn status(&self) -> Result<(), Problem> {
        Ok(())
    }
    fn put(&self, entry: &str, secret: &Secret) -> Result<(), Problem> {
        if self.loses_renewed.load(Ordering::SeqCst) && secret.expose().contains("\"renewing\":false") {
            return Err(Problem::new(Code::Keychain, "The keychain is locked."));
        }
        self.kept.put(entry, secret)
    }
    fn get(&self, entry: &str) -> Result<Secret, Problem> {
        self.kept.get(entry)
    }
    fn remove(&self, entry: &str) -> Result<(), Problem> {
        self.kept.remove(entry)
    }
}

struct Desk {
    engine: Engine,
    room: TempDir,
    time: Arc<Time>,
    safe: Arc<Safe>,
    practice: Arc<Practice>,
    identity: Arc<Identity>,
}

impl Desk {
    async fn new() -> Self {
        let many = 1_000_000;
        let practice = Practice::start(Setup::demo().limits(Limits {
            primary_per_hour: 1_000_000,
            content_per_minute: many,
            content_per_hour: many,
            points_per_minute: many,
            graphql_points_per_minute: many,
            ..Limits::default()
        }));
        let practice = Arc::new(practice.await.unwrap());
        let real = docket_domain::time::SystemClock.now();
        let time = Arc::new(Time(AtomicI64::new(real.0)));
        let clock = Arc::clone(&time);
        let clock = PracticeClock::from_fn(move || jiff::Timestamp::from_millisecond(clock.now().0).unwrap());
        let (mint, end) = (Arc::clone(&practice), Arc::clone(&practice));
        let login = TokenSeed::classic("robin", &["repo", "read:org"]);
        let setup = IdentitySetup::new(IdentityDialect::GitHub)
            .clock(clock)
            .tokens(move || mint.add_token(&login).unwrap(), move |token| end.revoke(token));
        let identity = Arc::new(Identity::start(setup).await.unwrap());
        let room = tempfile::tempdir().unwrap();
        let safe = Arc::new(Safe::default());
        let engine = open(&room, &time, &safe).await;
        Self { engine, room, time, safe, practice, identity }
    }

    /// The same data folder and keychain, as a second process would have them.
    async fn beside(&self) -> Engine {
        open(&self.room, &self.time, &self.safe).await
    }

    fn form(&self) -> ConnectionForm {
        let settings = [
            ("pace", "practice"),
            ("code_url", &self.identity.code_url()),
            ("token_url", &self.identity.token_url()),
            ("client_id", Identity::CLIENT_ID),
        ];
        ConnectionForm {
            id: None,
            label: "acme".to_owned(),
            kind: "github".to_owned(),
            location: format!("{}/{TARGET}", self.practice.url()),
            auth: "device".to_owned(),
            username: None,
            secret: NewSecret::Keep,
            proxy_password: None,
            network: Network {
                proxy: ProxySetting::Direct,
                connect_timeout_ms: 2_000,
                read_timeout_ms: 5_000,
                ..Network::default()
            },
            settings: settings.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        }
    }

    /// A listener that enters the code as soon as it is told.
    fn enters_the_code(&self) -> (JobListener, Arc<Mutex<Vec<JobEvent>>>) {
        let heard: Arc<Mutex<Vec<JobEvent>>> = Arc::default();
        let (ear, identity) = (Arc::clone(&heard), Arc::clone(&self.identity));
        let listener = move |event: JobEvent| {
            if let JobNews::Code { user_code, .. } = &event.news {
                assert!(identity.approve(user_code), "the code that was told is the server's");
            }
            ear.lock().unwrap().push(event);
        };
        (Arc::new(listener), heard)
    }

    async fn signed_in(&self) -> Connection {
        let saved = self.engine.connection_save(self.form()).await.unwrap();
        let (listener, _) = self.enters_the_code();
        self.engine.connection_sign_in(saved.id, listener).await.unwrap()
    }

    fn refreshes(&self) -> usize {
        self.identity.counts().2
    }

    /// The access token that is kept now.
    fn access(&self, connection: &Connection) -> String {
        let SecretRef::Keychain { entry } = &connection.secret else { panic!("{:?}", connection.secret) };
        let kept: serde_json::Value = serde_json::from_str(self.safe.get(entry).unwrap().expose()).unwrap();
        kept["access"].as_str().unwrap().to_owned()
    }

    async fn works(&self, engine: &Engine, connection: &Connection) -> Result<(), Problem> {
        engine.connection_targets(connection.id, "acme/", None).await.map(drop)
    }

    /// Nothing that was given out is in a file or in what was said.
    async fn discreet(&self, said: &[String]) {
        assert_eq!(self.identity.violations(), Vec::<String>::new(), "the protocol was kept to");
        self.engine.settled().await;
        let secrets = self.identity.secrets();
        assert!(!secrets.is_empty(), "there is something to look for");
        for entry in std::fs::read_dir(self.room.path()).unwrap().flatten().filter(|e| e.path().is_file()) {
            let bytes = std::fs::read(entry.path()).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            for secret in &secrets {
                assert!(!text.contains(secret.as_str()), "a secret is in {}", entry.path().display());
            }
        }
        for secret in &secrets {
            assert!(said.iter().all(|words| !words.contains(secret.as_str())), "a secret is said: {said:?}");
        }
    }
}

async fn open(room: &TempDir, time: &Arc<Time>, safe: &Arc<Safe>) -> Engine {
    let options = Options::new(room.path())
        .with_secrets(Arc::clone(safe) as _)
        .with_clock(Arc::clone(time) as _)
        .with_sleeper(Arc::clone(time) as _)
        .with_kinds(vec![&Coded])
        .with_look_again([10, 20, 40].map(Duration::from_millis));
    Engine::open(options).await.unwrap()
}

// covers: S3.5, S3.18, S3.19
#[tokio::test]
async fn a_connection_is_signed_in_and_tested() {
    let desk = Desk::new().await;
    let saved = desk.engine.connection_save(desk.form()).await.unwrap();
    assert_eq!(saved.secret, SecretRef::None, "nothing is entered for this way of signing in");
    let unsigned = desk.works(&desk.engine, &saved).await.unwrap_err();
    assert!(unsigned.message.contains("not signed in yet"), "says so: {unsigned}");
    let (listener, heard) = desk.enters_the_code();
    let signed = desk.engine.connection_sign_in(saved.id, listener).await.unwrap();
    assert!(matches!(signed.secret, SecretRef::Keychain { .. }), "the tokens are in the keychain");
    let test = signed.last_test.clone().unwrap();
    assert!(test.ok, "it was tested who it is: {}", test.summary);
    let heard = heard.lock().unwrap().clone();
    let code = heard.iter().find_map(|event| match &event.news {
        JobNews::Code { url, expires, .. } => Some((url.clone(), *expires)),
        _ => None,
    });
    let (url, expires) = code.expect("the code was told");
    assert!(url.starts_with(&desk.identity.url()) && expires > saved.created, "with its page and its end");
    desk.works(&desk.engine, &signed).await.unwrap();
    desk.discreet(&[format!("{heard:?} {signed:?}")]).await;
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_and_the_new_pair_is_kept() {
    let desk = Desk::new().await;
    let connection = desk.signed_in().await;
    let first = desk.access(&connection);
    desk.time.pass(7_200 - 150);
    desk.works(&desk.engine, &connection).await.unwrap();
    assert_eq!(desk.refreshes(), 0, "with more than two minutes left nothing is renewed");
    desk.time.pass(60);
    desk.works(&desk.engine, &connection).await.unwrap();
    assert_eq!(desk.refreshes(), 1, "with less than two it is");
    assert_ne!(desk.access(&connection), first, "the new pair is what is kept");
    desk.works(&desk.beside().await, &connection).await.unwrap();
    assert_eq!(desk.refreshes(), 1, "another process uses what is kept");
    desk.discreet(&[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_that_need_it_at_once_renew_once() {
    let desk = Desk::new().await;
    let connection = desk.signed_in().await;
    let other = desk.beside().await;
    for round in 1..=5 {
        desk.time.pass(7_200);
        let (a, b, c) = tokio::join!(
            desk.works(&desk.engine, &connection),
            desk.works(&other, &connection),
            desk.works(&other, &connection)
        );
        a.and(b).and(c).unwrap();
        assert_eq!(desk.refreshes(), round, "one refresh for all of them");
    }
    assert_eq!(desk.identity.violations(), Vec::<String>::new(), "no refresh token was used twice");
}

#[tokio::test]
async fn a_token_that_ends_during_a_push_is_replaced_and_nothing_is_created_twice() {
    let desk = Desk::new().await;
    let connection = desk.signed_in().await;
    let application = desk.engine.application_add("Shop").await.unwrap();
    let report = include_bytes!("../samples/shop.sarif").to_vec();
    let order = ImportOrder::new(application.id);
    desk.engine.import_reader("shop.sarif", Cursor::new(report), order, nobody()).await.unwrap();
    let mapping = MappingForm {
        id: None,
        label: String::new(),
        connection: connection.id,
        target: TARGET.to_owned(),
        applications: vec![application.id],
        labels: vec!["security".to_owned()],
        severity_label: true,
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
    let mapping = desk.engine.mapping_save(mapping).await.unwrap();
    let all = Selection::Matching { query: String::new(), application: None, except: Vec::new() };
    let plan = desk.engine.plan_make(all, mapping.id, vec![GroupKey::Rule], nobody()).await.unwrap();
    // Whatever token is in use ends at each step: somebody at the tracker keeps ending it.
    let (practice, safe, secret) =
        (Arc::clone(&desk.practice), Arc::clone(&desk.safe), connection.secret.clone());
    let listener = move |event: JobEvent| {
        if let (JobNews::Step { .. }, SecretRef::Keychain { entry }) = (event.news, &secret) {
            let kept: serde_json::Value = serde_json::from_str(safe.get(entry).unwrap().expose()).unwrap();
            practice.revoke(kept["access"].as_str().unwrap());
        }
    };
    let done = desk.engine.plan_apply(plan.id, Arc::new(listener)).await.unwrap();
    assert_eq!(done.state, PlanState::Done, "the push went on: {done:?}");
    let steps = usize::try_from(done.counts.done).unwrap();
    assert!(steps > 1, "several steps were done");
    assert_eq!(desk.practice.issues_containing(TARGET, MARKER).len(), steps, "each issue once");
    assert_eq!(desk.refreshes(), steps - 1, "one refresh for each token that ended before the last step");
    desk.discreet(&[]).await;
}

#[tokio::test]
async fn a_refused_refresh_says_sign_in_again_and_keeps_what_is_there() {
    let desk = Desk::new().await;
    let connection = desk.signed_in().await;
    let before = desk.access(&connection);
    desk.time.pass(7_200);
    desk.identity.next(&[IdentityFault::Unavailable]);
    let away = desk.works(&desk.engine, &connection).await.unwrap_err();
    assert_eq!(away.code, Code::TrackerTrouble, "trouble is no refusal: {away}");
    desk.identity.end_all();
    let problem = desk.works(&desk.engine, &connection).await.unwrap_err();
    assert_eq!(problem.code, Code::Unauthorized, "{problem}");
    assert!(problem.hint.as_deref().unwrap().contains("Sign in again"), "what to do: {problem}");
    assert_eq!(desk.access(&connection), before, "what was kept stays");
    desk.discreet(&[format!("{problem:?} {problem} {away:?}")]).await;
    let (listener, _) = desk.enters_the_code();
    let again = desk.engine.connection_sign_in(connection.id, listener).await.unwrap();
    assert_eq!(again.secret, connection.secret, "in the same entry");
    desk.works(&desk.engine, &again).await.unwrap();
}

#[tokio::test]
async fn while_the_server_is_away_the_rest_of_a_token_is_used() {
    let desk = Desk::new().await;
    let connection = desk.signed_in().await;
    desk.time.pass(7_200 - 60);
    desk.identity.next(&[IdentityFault::Unavailable; 20]);
    desk.works(&desk.engine, &connection).await.unwrap();
    assert!(desk.refreshes() == 0, "nothing was renewed, and the last minute was used");
}

#[tokio::test]
async fn a_stop_between_refresh_and_keeping_is_told_as_what_it_was() {
    let desk = Desk::new().await;
    let connection = desk.signed_in().await;
    desk.time.pass(7_200);
    desk.safe.loses_renewed.store(true, Ordering::SeqCst);
    let lost = desk.works(&desk.engine, &connection).await.unwrap_err();
    assert_eq!(lost.code, Code::Keychain, "nothing is used that was not kept: {lost}");
    desk.safe.loses_renewed.store(false, Ordering::SeqCst);
    let restarted = desk.beside().await;
    let problem = desk.works(&restarted, &connection).await.unwrap_err();
    assert_eq!(problem.code, Code::Unauthorized, "{problem}");
    assert!(problem.message.contains("stopped or cut off while it renewed"), "says what happened: {problem}");
    assert!(problem.hint.as_deref().unwrap().contains("Sign in again"), "and what to do: {problem}");
}

#[tokio::test]
async fn tokens_are_not_used_for_another_server_or_another_way_of_signing_in() {
    let desk = Desk::new().await;
    let connection = desk.signed_in().await;
    let mut moved = desk.form();
    moved.id = Some(connection.id);
    moved.settings.insert("client_id".to_owned(), "Iv1.other".to_owned());
    let moved = desk.engine.connection_save(moved).await.unwrap();
    let problem = desk.works(&desk.engine, &moved).await.unwrap_err();
    assert!(problem.message.contains("another address or client id"), "not used: {problem}");
    let mut entered = desk.form();
    entered.id = Some(connection.id);
    entered.auth = "pat".to_owned();
    let entered = desk.engine.connection_save(entered).await.unwrap();
    assert_eq!(
        entered.secret,
        SecretRef::None,
        "tokens of a sign-in never stand in for a token that is entered"
    );
    let SecretRef::Keychain { entry } = connection.secret else { panic!("it was in the keychain") };
    assert!(desk.safe.get(&entry).is_err(), "and are forgotten");
    let mut wrong = desk.form();
    wrong.id = Some(connection.id);
    wrong.secret = NewSecret::Entered(Secret::new("ghp_entered"));
    let problem = desk.engine.connection_save(wrong).await.unwrap_err();
    assert_eq!(problem.context.get("field").map(String::as_str), Some("secret"), "refused: {problem}");
    let problem = desk.engine.connection_sign_in(connection.id, nobody()).await.unwrap_err();
    assert_eq!(problem.code, Code::BadInput, "a connection with a token has nothing to enter: {problem}");
}

#[tokio::test]
async fn cancelling_a_sign_in_changes_nothing() {
    let desk = Desk::new().await;
    let saved = desk.engine.connection_save(desk.form()).await.unwrap();
    let engine = desk.engine.clone();
    let listener = move |event: JobEvent| {
        if matches!(event.news, JobNews::Code { .. }) {
            assert_eq!(engine.job_cancel(event.job), 1, "the job can be cancelled");
        }
    };
    let problem = desk.engine.connection_sign_in(saved.id, Arc::new(listener)).await.unwrap_err();
    assert_eq!(problem.code, Code::Cancelled, "{problem}");
    let after = desk.engine.connection_show(saved.id).await.unwrap();
    assert_eq!(after.secret, SecretRef::None, "nothing is kept");
    assert_eq!(desk.identity.counts().1, 0, "nothing more was asked");
}
