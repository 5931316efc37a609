//! Thousands of repositories: read to their end once, then searched without asking again.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use docket_domain::{Clock, Connection, Network, ProxySetting, Secret, Timestamp};
use docket_engine::connections::{ConnectionForm, NewSecret};
use docket_engine::secrets::Memory;
use docket_engine::{Engine, Options};
use docket_practice::{Fault, Limits, Practice, RepoChange, RepoSeed, Role, Setup, TokenSeed, matching};
use tempfile::TempDir;

const MANY: usize = 640;
const PEOPLE: usize = 450;
const LIST: &str = "repos/list-for-authenticated-user";

struct Time(AtomicI64);

impl Clock for Time {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

struct Desk {
    engine: Engine,
    time: Arc<Time>,
    practice: Practice,
    connection: Connection,
    _room: TempDir,
}

fn form(practice: &Practice, label: &str) -> ConnectionForm {
    ConnectionForm {
        id: None,
        label: label.to_owned(),
        kind: "github".to_owned(),
        location: practice.url(),
        auth: "pat".to_owned(),
        username: None,
        secret: NewSecret::Entered(Secret::new(practice.token())),
        proxy_password: None,
        network: Network { proxy: ProxySetting::Direct, ..Network::default() },
        settings: BTreeMap::from([("pace".to_owned(), "practice".to_owned())]),
    }
}

async fn desk() -> Desk {
    let wide = Limits { primary_per_hour: 1_000_000, points_per_minute: 1_000_000, ..Limits::default() };
    let mut setup = Setup::new()
        .limits(wide)
        .person("robin")
        .person("kim")
        .organisation("acme", &["robin"])
        .token(TokenSeed::classic("robin", &["repo", "read:org"]))
        .repo(RepoSeed::new("acme/later").private());
    let mut first = RepoSeed::new("acme/service-0000").private().role("robin", Role::Write);
    for at in 0..PEOPLE {
        setup = setup.person(&format!("colleague-{at:04}"));
        first = first.role(&format!("colleague-{at:04}"), Role::Write);
    }
    setup = setup.repo(first);
    for at in 1..MANY {
        setup =
            setup.repo(RepoSeed::new(&format!("acme/service-{at:04}")).private().role("robin", Role::Write));
    }
    let practice = Practice::start(setup).await.unwrap();
    let room = tempfile::tempdir().unwrap();
    let time = Arc::new(Time(AtomicI64::new(docket_domain::time::SystemClock.now().0)));
    let options = Options::new(room.path())
        .with_secrets(Arc::new(Memory::default()))
        .with_clock(Arc::clone(&time) as _);
    let engine = Engine::open(options).await.unwrap();
    let connection = engine.connection_save(form(&practice, "acme")).await.unwrap();
    Desk { engine, time, practice, connection, _room: room }
}

impl Desk {
    async fn typed(&self, search: &str) -> Vec<String> {
        let page = self.engine.connection_targets_typed(self.connection.id, search, None).await.unwrap();
        page.targets.into_iter().map(|target| target.key).collect()
    }

    fn asked(&self) -> usize {
        self.practice.count(LIST)
    }

    /// Until the list was read to its end behind the first answer: nothing is asked any more.
    async fn read_to_its_end(&self) {
        let begun = Instant::now();
        loop {
            let before = self.asked();
            let found = self.typed("service-0639").await;
            if found == ["acme/service-0639"] && self.asked() == before {
                return;
            }
            assert!(begun.elapsed() < Duration::from_mins(3), "it was never answered from memory");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

// covers: S0.20
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_repositories_are_asked_for_once() {
    let desk = desk().await;
    let first = desk.typed("").await;
    assert_eq!(first.len(), 100, "the first page is answered at once");
    desk.read_to_its_end().await;
    let asked = desk.asked();
    for search in ["service-06", "SERVICE-0599", "acme/service-0639", ""] {
        assert!(!desk.typed(search).await.is_empty(), "«{search}» is found");
    }
    assert!(desk.typed("no such thing").await.is_empty());
    assert_eq!(desk.asked(), asked, "without asking again");

    // Page by page to the end.
    let (mut keys, mut page) = (Vec::new(), None);
    loop {
        let id = desk.connection.id;
        let answer = desk.engine.connection_targets_typed(id, "", page.as_deref()).await.unwrap();
        keys.extend(answer.targets.into_iter().map(|target| target.key));
        page = answer.next;
        if page.is_none() {
            break;
        }
    }
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), MANY, "each once");
    assert_eq!(desk.asked(), asked, "without asking again");
    assert!(desk.practice.violations().is_empty(), "{:?}", desk.practice.violations());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_new_is_found_and_another_account_sees_its_own() {
    let desk = desk().await;
    desk.typed("").await;
    desk.read_to_its_end().await;
    desk.practice.change_repo("acme/later", RepoChange::Role("robin".to_owned(), Role::Write)).unwrap();
    assert_eq!(desk.typed("acme/later").await, ["acme/later"], "by its full name at once");
    desk.time.0.fetch_add(31_000, Ordering::SeqCst);
    assert!(!desk.typed("later").await.is_empty(), "by a part of it after half a minute");

    // Another person's token sees other things.
    let token = desk.practice.add_token(&TokenSeed::classic("kim", &["repo", "read:org"])).unwrap();
    desk.practice.change_repo("acme/later", RepoChange::Role("kim".to_owned(), Role::Write)).unwrap();
    let again = ConnectionForm {
        id: Some(desk.connection.id),
        secret: NewSecret::Entered(Secret::new(token)),
        ..form(&desk.practice, "acme")
    };
    desk.time.0.fetch_add(1_000, Ordering::SeqCst);
    desk.engine.connection_save(again).await.unwrap();
    assert_eq!(desk.typed("service-0001").await, Vec::<String>::new(), "nothing of what robin sees");
    assert_eq!(desk.typed("later").await, ["acme/later"]);
}

// covers: S0.18, S0.19, S0.20
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_people_are_asked_for_once() {
    let desk = desk().await;
    let (id, to) = (desk.connection.id, docket_domain::Destination::new("acme/service-0000"));
    let list = docket_domain::ChoiceList::Assignees;
    let asked = || desk.practice.log().iter().filter(|one| one.path.ends_with("/assignees")).count();
    let begun = Instant::now();
    loop {
        let before = asked();
        let page = desk.engine.connection_choices_typed(id, &to, &list, "league-0449", None).await.unwrap();
        if page.choices.len() == 1 && asked() == before {
            break;
        }
        assert!(begun.elapsed() < Duration::from_mins(3), "it was never answered from memory");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (mut found, mut page, before) = (0, None, asked());
    loop {
        let answer =
            desk.engine.connection_choices_typed(id, &to, &list, "League", page.as_deref()).await.unwrap();
        found += answer.choices.len();
        page = answer.next;
        if page.is_none() {
            break;
        }
    }
    assert_eq!((found, asked()), (PEOPLE, before), "all of them, page by page, without asking again");
    let other = docket_domain::Destination::new("acme/service-0001");
    let page = desk.engine.connection_choices_typed(id, &other, &list, "league", None).await.unwrap();
    assert!(page.choices.is_empty(), "another repository has other people: {page:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_breaks_off_is_not_taken_for_the_whole() {
    let desk = desk().await;
    // The first page is answered; reading on behind it breaks off at the fifth.
    desk.practice.faults().from_nth(5, matching("GET", "/user/repos"), Fault::ServerError(404));
    assert_eq!(desk.typed("").await.len(), 100);
    let begun = Instant::now();
    let reached = || desk.practice.log().iter().filter(|one| one.path == "/user/repos").count();
    while reached() < 5 {
        assert!(begun.elapsed() < Duration::from_mins(3), "it is read on: {}", reached());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    desk.practice.faults().clear();
    let asked = desk.asked();
    for _ in 0..3 {
        assert_eq!(desk.typed("service-0639").await, ["acme/service-0639"], "the tracker itself is asked");
    }
    let each = (desk.asked() - asked) / 3;
    assert!(each <= 7, "and reading on is not tried again with every question: {each} pages");
}
