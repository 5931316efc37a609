//! Reading: lists through `Link`, the lives of issues, conditional requests.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use docket_domain::{Code, IssueRef, IssueState, StateReason, Timestamp};
use docket_practice::{Fault, IssueSeed, Practice, RepoSeed, Role, Setup, matching};
use support::scripted::{reply, serve};
use support::{Bench, connect, draft};

async fn start(setup: Setup) -> (Practice, Bench) {
    let practice = Practice::start(setup).await.unwrap();
    let bench = connect(&practice.url(), &practice.token());
    (practice, bench)
}

fn many(count: usize) -> RepoSeed {
    (0..count).fold(RepoSeed::new("acme/many").role("robin", Role::Write), |repo, number| {
        repo.issue(IssueSeed::new(&format!("Number {number}")).by("kim"))
    })
}

async fn all_titles(bench: &Bench, target: &str) -> (Vec<String>, usize) {
    let mut titles = Vec::new();
    let mut page = None;
    let mut pages = 0;
    loop {
        let found = bench.tracker.changed_since(&target.into(), None, page.as_deref()).await.unwrap();
        titles.extend(found.issues.into_iter().map(|issue| issue.title));
        pages += 1;
        page = found.next;
        if page.is_none() {
            return (titles, pages);
        }
    }
}

#[tokio::test]
async fn long_lists_are_followed_by_their_links_only() {
    for setup in [Setup::demo().repo(many(250)), Setup::demo().repo(many(250)).cursor_pages()] {
        let (practice, bench) = start(setup).await;
        let (titles, pages) = all_titles(&bench, "acme/many").await;
        assert_eq!((titles.len(), pages), (250, 3), "every issue, a hundred a page");
        assert_eq!(titles[0], "Number 0", "oldest first");
        assert!(practice.violations().is_empty(), "{:?}", practice.violations());
    }
}

#[tokio::test]
async fn pull_requests_are_no_issues_and_old_ones_are_left_out() {
    let (_practice, bench) = start(Setup::demo()).await;
    let (titles, _) = all_titles(&bench, "acme/shop").await;
    assert!(
        !titles.iter().any(|title| title.contains("Shrink product pictures")),
        "#4 is a pull request: {titles:?}"
    );
    assert_eq!(titles.len(), 5);
    let later = Timestamp(support::now() + 3_600_000);
    let page = bench.tracker.changed_since(&"acme/shop".into(), Some(later), None).await.unwrap();
    assert!(page.issues.is_empty(), "nothing has changed since an hour from now");
    assert!(page.server_time.is_some(), "the tracker's clock is the cursor");
}

#[tokio::test]
async fn asking_again_costs_nothing_when_nothing_changed() {
    let (practice, bench) = start(Setup::demo()).await;
    let first = bench.tracker.changed_since(&"acme/shop".into(), None, None).await.unwrap();
    let again = bench.tracker.changed_since(&"acme/shop".into(), None, None).await.unwrap();
    assert_eq!(first.issues, again.issues, "the kept answer is the same");
    assert_eq!(
        practice.log().iter().filter(|asked| asked.status == Some(304)).count(),
        1,
        "the second one was conditional"
    );
    practice.someone("kim").rewrites("acme/shop", 1, "new text").unwrap();
    let changed = bench.tracker.changed_since(&"acme/shop".into(), None, None).await.unwrap();
    assert_ne!(first.issues, changed.issues, "a change is seen");
}

#[tokio::test]
async fn a_next_page_on_another_server_is_refused() {
    let (url, asked) = serve(|head| {
        if head.contains("/meta") {
            return reply("200 OK", "Content-Type: application/json\r\nX-GitHub-Request-Id: 1\r\n", "{}");
        }
        reply(
            "200 OK",
            "Content-Type: application/json\r\nLink: <http://evil.invalid/x?page=2>; rel=\"next\"\r\n",
            "[]",
        )
    })
    .await;
    let bench = connect(&url, "ghp_0123456789abcdefghijABCDEFGHIJ012345");
    let page = bench.tracker.changed_since(&"acme/shop".into(), None, None).await.unwrap();
    let error =
        bench.tracker.changed_since(&"acme/shop".into(), None, page.next.as_deref()).await.err().unwrap();
    assert_eq!(error.code(), Code::TrackerTrouble, "{error:?}");
    assert_eq!(asked.lock().unwrap().len(), 2, "the probe and the first page, nothing else");
}

fn named(target: &str, number: u64, id: Option<String>) -> IssueRef {
    IssueRef { target: target.to_owned(), number: number.to_string(), stable_id: id, url: String::new() }
}

#[tokio::test]
async fn the_lives_of_issues_are_told_apart() {
    for with_ids in [true, false] {
        let setup = Setup::demo()
            .repo(RepoSeed::new("acme/other").role("robin", Role::Write).role("kim", Role::Admin))
            .repo(many(2).role("kim", Role::Admin));
        let (practice, bench) = start(setup).await;
        let mut issues = Vec::new();
        for name in ["open", "closed", "deleted", "moved"] {
            let mut draft = draft(name);
            draft.assignees.clear();
            draft.milestone = None;
            let seen = bench.tracker.create(&"acme/many".into(), &draft).await.unwrap().seen;
            let id = seen.issue.stable_id.filter(|_| with_ids);
            issues.push(named("acme/many", seen.issue.number.parse().unwrap(), id));
        }
        let number = |at: usize| issues[at].number.parse::<u64>().unwrap();
        let kim = practice.someone("kim");
        kim.closes("acme/many", number(1), "not_planned").unwrap();
        kim.deletes("acme/many", number(2)).unwrap();
        let new = kim.transfers("acme/many", number(3), "acme/other").unwrap();
        issues.push(named("acme/many", 4_711, None));
        issues.push(named("acme/nowhere", 1, None));
        let reads = bench.tracker.read(&issues).await.unwrap();
        let states: Vec<IssueState> = reads.iter().map(|(_, read)| read.state.clone()).collect();
        let expected = [
            IssueState::Open,
            IssueState::Closed { reason: Some(StateReason::NotPlanned) },
            IssueState::Deleted,
            IssueState::Moved { to: Some(format!("acme/other#{new}")) },
            IssueState::NotVisible,
            IssueState::NotVisible,
        ];
        assert_eq!(states, expected, "with stable ids: {with_ids}");
        assert_eq!(reads[0].1.seen.as_ref().unwrap().labels, ["security"], "with stable ids: {with_ids}");
        let asked: Vec<IssueRef> = reads.into_iter().map(|(issue, _)| issue).collect();
        assert_eq!(asked, issues, "in the order asked for");
        assert!(practice.violations().is_empty(), "{:?}", practice.violations());
    }
}

#[tokio::test]
async fn without_graphql_each_issue_is_read_on_its_own() {
    let (practice, bench) = start(Setup::demo()).await;
    practice.faults().always(matching("POST", "/graphql"), Fault::PermissionMissing);
    let seen = bench.tracker.create(&"acme/shop".into(), &draft("one by one")).await.unwrap().seen;
    let reads = bench.tracker.read(&[seen.issue.clone(), seen.issue]).await.unwrap();
    assert!(reads.iter().all(|(_, read)| read.state == IssueState::Open), "{reads:?}");
}

#[tokio::test]
async fn reads_are_repeated_after_trouble_with_growing_pauses() {
    let (practice, bench) = start(Setup::demo()).await;
    let faults = practice.faults();
    faults.next(matching("GET", "/repos/acme/shop/issues"), Fault::ServerError(502));
    let before = bench.ports.clock.now();
    let page = bench.tracker.changed_since(&"acme/shop".into(), None, None).await.unwrap();
    assert_eq!(page.issues.len(), 5, "the second attempt worked");
    assert_eq!(bench.ports.clock.now().millis_since(before), 1_000, "after a second");
    faults.always(matching("GET", "/repos/acme/shop/issues"), Fault::CutBeforeReading);
    let before = bench.ports.clock.now();
    let error = bench.tracker.changed_since(&"acme/shop".into(), None, None).await.err().unwrap();
    assert_eq!(error.code(), Code::Network, "{error:?}");
    assert_eq!(bench.ports.clock.now().millis_since(before), 20_000, "1, 4 and 15 seconds, then it is said");
}

// covers: S0.12, S0.15, S0.16
#[tokio::test]
async fn owners_and_repositories_are_listed_and_searched() {
    let (practice, bench) =
        start(Setup::demo().repo(RepoSeed::new("robin/own").role("robin", Role::Admin))).await;
    let page = bench.tracker.targets("", None).await.unwrap();
    let owners: Vec<(&str, bool)> =
        page.owners.iter().map(|owner| (owner.login.as_str(), owner.organization)).collect();
    assert_eq!(owners, [("robin", false), ("acme", true)]);
    let keys: Vec<&str> = page.targets.iter().map(|target| target.key.as_str()).collect();
    assert!(keys.contains(&"acme/shop") && keys.contains(&"robin/own"), "{keys:?}");
    let archive = page.targets.iter().find(|target| target.key == "acme/archive").unwrap();
    assert!(
        archive.closed.as_deref().unwrap_or_default().contains("archived"),
        "why issues cannot be created there"
    );
    let found = bench.tracker.targets("BILL", None).await.unwrap();
    assert_eq!(found.targets.len(), 1, "part of a name in any case: {:?}", found.targets);
    let exact = bench.tracker.targets("acme/shop", None).await.unwrap();
    assert_eq!(exact.targets.iter().filter(|target| target.key == "acme/shop").count(), 1, "once, not twice");
    practice.faults().always(matching("GET", "/user/orgs"), Fault::SsoPartial);
    let hidden = bench.tracker.targets("", None).await.unwrap().hidden.unwrap_or_default();
    assert!(hidden.contains("hidden until the token is authorised"), "{hidden}");
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
}

// covers: S0.17, S0.18, S0.19
#[tokio::test]
async fn a_repository_tells_its_labels_milestones_and_people() {
    let (practice, bench) = start(Setup::demo()).await;
    let fields = bench.tracker.fields_of(&"acme/shop".into()).await.unwrap();
    let values = |choices: &[docket_domain::Choice]| {
        choices.iter().map(|choice| choice.value.clone()).collect::<Vec<_>>()
    };
    assert!(values(&fields.labels).contains(&"severity: high".to_owned()));
    assert_eq!(values(&fields.milestones), ["2.0", "2.1"], "open ones, by title");
    assert!(values(&fields.assignees).contains(&"sam".to_owned()));
    assert!(fields.may_set_fields && fields.longer.is_empty());
    let who = bench.tracker.who().await.unwrap();
    assert_eq!(who.login, "robin");
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
}

#[tokio::test]
async fn what_nobody_in_particular_has_used_up_holds_up_no_account() {
    let server = Practice::start(Setup::demo()).await.unwrap();
    // The first place is an Enterprise Server's, the second is where it is.
    server.faults().nth(2, matching("GET", "/meta"), Fault::PrimaryLimit);
    let bench = connect(&server.url(), &server.token());
    let before = bench.ports.clock.now();
    bench.tracker.who().await.expect("the account has its own allowance");
    assert_eq!(bench.ports.clock.now(), before, "and does not wait");
}
