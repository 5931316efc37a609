//! Writing issues: nothing twice, nothing lost, nothing dropped silently.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use docket_domain::{Code, IssueChange, IssueRef, Marker, StateReason};
use docket_practice::{Fault, Limits, Practice, RepoSeed, Role, Setup, TokenSeed, matching};
use docket_tracker::{Errand, Outcome, Urgency, WaitReason, WriteError, by_id};
use support::{Bench, connect, draft, settings, try_connect};

async fn demo() -> (Practice, Bench) {
    let practice = Practice::start(Setup::demo()).await.unwrap();
    let bench = connect(&practice.url(), &practice.token());
    (practice, bench)
}

fn clean(practice: &Practice) {
    assert!(
        practice.violations().is_empty(),
        "the vendor's contract was broken: {:?}",
        practice.violations()
    );
}

/// Issues on the server that carry the draft's marker.
fn there(practice: &Practice, marker: &Marker) -> usize {
    practice.issues_containing("acme/shop", &format!("key={marker}")).len()
}

async fn create_with(fault: Fault) -> (Practice, Bench, Result<docket_tracker::Written, WriteError>, Marker) {
    let (practice, bench) = demo().await;
    practice.faults().next(matching("POST", "/repos/acme/shop/issues"), fault);
    let draft = draft("faulty");
    let result = bench.tracker.create(&"acme/shop".into(), &draft).await;
    (practice, bench, result, draft.marker)
}

// covers: S0.1
#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_unknown_and_never_repeated() {
    for (fault, stored) in [
        (Fault::StoreThenCut, 1),
        (Fault::StoreThenError, 1),
        (Fault::CutBeforeStoring, 0),
        (Fault::CutBeforeReading, 0),
        (Fault::ServerError(500), 0),
        (Fault::ServerError(502), 0),
        (Fault::ProxyPage, 0),
    ] {
        let name = fault.name();
        let (practice, bench, result, marker) = create_with(fault).await;
        let error = result.expect_err("the answer was lost");
        assert_eq!(error.outcome, Outcome::Unknown, "{name}: {error:?}");
        assert_eq!(error.error.code(), Code::Uncertain, "{name}: {error:?}");
        assert_eq!(
            practice.count("issues/create")
                + practice
                    .log()
                    .iter()
                    .filter(|asked| asked.method == "POST" && asked.operation.is_none())
                    .count(),
            1,
            "{name}: one POST only"
        );
        assert_eq!(there(&practice, &marker), stored, "{name}");
        let page = bench
            .tracker
            .changed_since(&"acme/shop".into(), Some(docket_domain::Timestamp(support::now() - 60_000)), None)
            .await
            .unwrap();
        let found =
            page.issues.iter().filter(|issue| Marker::find_all(&issue.body).contains(&marker)).count();
        assert_eq!(found, stored, "{name}: looking for the marker tells whether it was done");
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_is_unknown_after_the_time_out() {
    let practice = Practice::start(Setup::demo()).await.unwrap();
    practice.faults().next(matching("POST", "/issues"), Fault::StoreThenSilence);
    let mut settings = settings(&practice.url());
    settings.network.read_timeout_ms = 300;
    let bench = try_connect(settings, &practice.token()).unwrap();
    let draft = draft("silent");
    let error = bench.tracker.create(&"acme/shop".into(), &draft).await.err().unwrap();
    assert_eq!(error.outcome, Outcome::Unknown, "{error:?}");
    assert_eq!(there(&practice, &draft.marker), 1, "it was stored once");
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_unknown() {
    for fault in [Fault::InvalidJson, Fault::SignInPage, Fault::TruncatedGzip] {
        let name = fault.name();
        let (_practice, _bench, result, _) = create_with(fault).await;
        let error = result.err().unwrap();
        assert_eq!(error.outcome, Outcome::Unknown, "{name}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_means_not_sent() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/api/v3", listener.local_addr().unwrap());
    drop(listener);
    let mut draft = draft("nobody");
    draft.assignees.clear();
    draft.milestone = None;
    let bench = connect(&url, "ghp_0123456789abcdefghijABCDEFGHIJ012345");
    let error = bench.tracker.create(&"acme/shop".into(), &draft).await.err().unwrap();
    assert_eq!((error.outcome, error.error.code()), (Outcome::NotSent, Code::Network), "{error:?}");
    assert_eq!(
        bench.heard.exchanges.lock().unwrap().len(),
        4,
        "provably not sent, so tried 1, 4 and 15 seconds later"
    );
}

#[tokio::test]
async fn a_pause_that_is_asked_for_is_kept_announced_and_then_the_issue_exists_once() {
    for (fault, at_least) in
        [(Fault::SecondaryLimit(Some(90)), 90_000), (Fault::SecondaryLimit(None), 60_000)]
    {
        let (practice, bench) = demo().await;
        practice.faults().next(matching("POST", "/issues"), fault);
        let before = bench.ports.clock.now();
        let draft = draft("slow down");
        bench.tracker.create(&"acme/shop".into(), &draft).await.unwrap();
        let waited = bench.ports.clock.now().millis_since(before);
        assert!(waited >= at_least, "waited {waited} ms, asked for {at_least}");
        assert_eq!(there(&practice, &draft.marker), 1, "created once");
        let waits = bench.heard.waits.lock().unwrap();
        assert!(
            waits.iter().any(|wait| wait.reason == WaitReason::TrackerAsked && wait.words.contains("500")),
            "{waits:?}"
        );
        clean(&practice);
    }
}

#[tokio::test]
async fn a_used_up_allowance_is_waited_for_and_nothing_is_lost() {
    let (practice, bench) = demo().await;
    practice.faults().next(matching("POST", "/issues"), Fault::PrimaryLimit);
    let draft = draft("used up");
    bench.tracker.create(&"acme/shop".into(), &draft).await.unwrap();
    let waits = bench.heard.waits.lock().unwrap();
    let waited =
        waits.iter().find(|wait| wait.reason == WaitReason::AllowanceUsedUp).expect("it said that it waits");
    assert!(waited.until <= bench.ports.clock.now(), "it waited until the allowance was renewed: {waited:?}");
    assert_eq!(there(&practice, &draft.marker), 1, "created once");
}

#[tokio::test]
async fn throttling_that_does_not_end_is_handed_back_with_the_time_to_go_on() {
    let (practice, bench) = demo().await;
    practice.faults().always(matching("POST", "/issues"), Fault::SecondaryLimit(None));
    let error = bench.tracker.create(&"acme/shop".into(), &draft("never")).await.err().unwrap();
    assert_eq!((error.outcome, error.error.code()), (Outcome::NotSent, Code::RateLimited), "{error:?}");
    assert!(error.error.retry_at().unwrap() > bench.ports.clock.now(), "the caller learns when to go on");
    let attempts = practice.log().iter().filter(|asked| asked.method == "POST").count();
    assert!((3..=7).contains(&attempts), "{attempts} attempts within an hour, each after a longer pause");
}

// covers: X10
#[tokio::test]
async fn what_the_headers_say_is_left_is_learned_before_a_refusal_teaches_it() {
    let many = 1_000_000;
    let narrow = Limits {
        primary_per_hour: 60,
        content_per_minute: many,
        content_per_hour: many,
        ..Limits::default()
    };
    let practice = Practice::start(Setup::demo().limits(narrow)).await.unwrap();
    let (mut ports, heard, _) = support::ports(&practice.token());
    ports.errand = Errand::new(Urgency::Bulk);
    let tracker = by_id("github").unwrap().connect(settings(&practice.url()), ports.clone()).unwrap();
    let begun = ports.clock.now();
    for number in 0..60 {
        if !heard.waits.lock().unwrap().is_empty() {
            break;
        }
        tracker.create(&"acme/shop".into(), &draft(&format!("learned {number}"))).await.unwrap();
    }
    let waits = heard.waits.lock().unwrap();
    assert_eq!(waits[0].reason, WaitReason::AllowanceUsedUp, "{waits:?}");
    assert!(waits[0].words.contains("60"), "it says which allowance: {waits:?}");
    assert!(waits[0].until.millis_since(begun) > 3_000_000, "until it is renewed: {waits:?}");
    let log = practice.log();
    assert!(log.iter().all(|asked| asked.status != Some(403)), "nothing had to be refused for that");
    assert!(log.len() > 50, "and the allowance was used: {} requests", log.len());
}

#[tokio::test]
async fn writes_are_spaced_and_stand_in_one_line() {
    let (practice, bench) = demo().await;
    let before = bench.ports.clock.now();
    for number in 0..5 {
        bench.tracker.create(&"acme/shop".into(), &draft(&format!("spaced {number}"))).await.unwrap();
    }
    let took = bench.ports.clock.now().millis_since(before);
    assert!(
        (4_000..9_000).contains(&took),
        "five creations are four spaces of a second apart, not {took} ms"
    );
    let mut hurried = settings(&practice.url());
    hurried.settings.insert("pace".to_owned(), "practice".to_owned());
    let hurried = try_connect(hurried, &practice.token()).unwrap();
    assert_eq!(hurried.tracker.limits().spacing_ms, 0, "a practice server on this computer may be hurried");
    let mut away = settings("https://github.example");
    away.settings.insert("pace".to_owned(), "practice".to_owned());
    let away = try_connect(away, "ghp_0123456789abcdefghijABCDEFGHIJ012345").unwrap();
    assert_eq!(away.tracker.limits().spacing_ms, 1_000, "no other server may");
}

#[tokio::test]
async fn two_rejected_tokens_in_a_row_stop_everything() {
    let practice = Practice::start(Setup::demo()).await.unwrap();
    let bench = connect(&practice.url(), "ghp_wrongwrongwrongwrongwrongwrongwrong1");
    for _ in 0..5 {
        let error = bench.tracker.who().await.err().unwrap();
        assert_eq!(error.code(), Code::Unauthorized, "{error:?}");
        assert!(error.stops_all(), "a job must not go on");
    }
    let rejected = practice.log().iter().filter(|asked| asked.status == Some(401)).count();
    assert_eq!(rejected, 2, "after the second rejection nothing more is sent");
}

#[tokio::test]
async fn what_github_drops_silently_is_said() {
    let setup = Setup::demo().repo(
        RepoSeed::new("acme/read")
            .label("security", "b60205")
            .milestone("2.0")
            .role("robin", Role::Read)
            .role("sam", Role::Write),
    );
    let practice = Practice::start(setup).await.unwrap();
    let bench = connect(&practice.url(), &practice.token());
    let written = bench.tracker.create(&"acme/read".into(), &draft("dropped")).await.unwrap();
    let words = written.dropped.join(" ");
    assert!(words.contains("the labels security") && words.contains("the milestone 2.0"), "{words}");
    assert!(words.contains("write (or triage) access to acme/read"), "{words}");
    let mut draft = draft("unknown people");
    draft.assignees = vec!["nobody".to_owned(), "sam".to_owned()];
    draft.milestone = Some("9.9".to_owned());
    let written = bench.tracker.create(&"acme/shop".into(), &draft).await.unwrap();
    assert_eq!(written.seen.assignees, ["sam"], "those who can be assigned are");
    let words = written.dropped.join(" ");
    assert!(words.contains("nobody cannot be assigned in acme/shop") && words.contains("«9.9»"), "{words}");
    clean(&practice);
}

#[tokio::test]
async fn refusals_are_told_in_words_and_are_final() {
    for (fault, code, words) in [
        (Fault::IssuesDisabled, Code::Refused, "Issues are switched off in acme/shop"),
        (Fault::Archived, Code::Forbidden, "archived"),
        (Fault::PermissionMissing, Code::Forbidden, "issues: write"),
        (Fault::SsoRequired, Code::Forbidden, "single sign-on"),
    ] {
        let name = fault.name();
        let (_practice, _bench, result, _) = create_with(fault).await;
        let error = result.err().unwrap();
        assert_eq!((error.outcome, error.error.code()), (Outcome::Refused, code), "{name}: {error:?}");
        assert!(error.error.problem.message.contains(words), "{name}: {error:?}");
        assert!(
            error.error.problem.hint.is_some() || error.error.sso_url.is_some(),
            "{name}: what to do next is missing"
        );
    }
    let (practice, bench) = demo().await;
    let error = bench.tracker.create(&"acme/nothing".into(), &draft("x")).await.err().unwrap();
    assert_eq!((error.outcome, error.error.code()), (Outcome::Refused, Code::TargetMissing), "{error:?}");
    let mut long = draft("long");
    long.title = "x".repeat(257);
    let error = bench.tracker.create(&"acme/shop".into(), &long).await.err().unwrap();
    assert_eq!(error.outcome, Outcome::Refused, "refused before it is sent: {error:?}");
    assert_eq!(
        practice.log().iter().filter(|asked| asked.method == "POST" && asked.path.contains("/shop/")).count(),
        0
    );
}

#[tokio::test]
async fn a_renamed_repository_gets_its_issue_through_the_redirect() {
    let setup = Setup::demo().repo(
        RepoSeed::new("acme/new").label("security", "b60205").formerly("acme/old").role("robin", Role::Write),
    );
    let practice = Practice::start(setup).await.unwrap();
    let bench = connect(&practice.url(), &practice.token());
    let mut draft = draft("moved");
    draft.assignees.clear();
    draft.milestone = None;
    let written = bench.tracker.create(&"acme/old".into(), &draft).await.unwrap();
    assert_eq!(written.seen.issue.target, "acme/new", "the issue says where it lies");
    assert_eq!(practice.issues("acme/new").len(), 1, "method and text were repeated at the new place, once");
    assert_eq!(written.seen.body, draft.body);
    clean(&practice);
}

#[tokio::test]
async fn a_redirect_to_another_host_does_not_get_the_token() {
    let (_practice, bench, result, _) = create_with(Fault::ForeignRedirect).await;
    let error = result.err().unwrap();
    assert!(error.error.problem.message.contains("The token was not sent there"), "{error:?}");
    assert_eq!(error.outcome, Outcome::Refused, "a redirect is an answer: nothing was done");
    let hosts: Vec<String> = bench.heard.exchanges.lock().unwrap().iter().map(|e| e.url.clone()).collect();
    assert!(hosts.iter().all(|url| url.starts_with("http://127.0.0.1")), "{hosts:?}");
}

// covers: S0.17
#[tokio::test]
async fn an_update_keeps_what_other_people_set() {
    let (practice, bench) = demo().await;
    let issue = bench.tracker.create(&"acme/shop".into(), &draft("labels")).await.unwrap().seen.issue;
    let number: u64 = issue.number.parse().unwrap();
    for label in ["needs, discussion", "triage"] {
        practice.someone("kim").labels("acme/shop", number, label).unwrap();
    }
    let change = IssueChange {
        title: Some("New title".to_owned()),
        add_labels: vec!["severity: high".to_owned()],
        remove_labels: vec!["security".to_owned(), "not there".to_owned()],
        open: Some(false),
        reason: Some(StateReason::NotPlanned),
        comment: Some("Closed, because it is a false positive.".to_owned()),
        ..IssueChange::default()
    };
    let written = bench.tracker.update(&"acme/shop".into(), &issue, &change).await.unwrap();
    let seen = practice.issue("acme/shop", number).unwrap();
    let mut labels = seen.labels.clone();
    labels.sort();
    assert_eq!(
        labels,
        ["needs, discussion", "severity: high", "triage"],
        "other people's labels stay, commas and all"
    );
    assert_eq!(
        (seen.title.as_str(), seen.open, seen.reason.as_deref()),
        ("New title", false, Some("not_planned"))
    );
    assert_eq!(seen.body, draft("labels").body, "the text was not touched");
    assert_eq!(seen.comments.len(), 1);
    assert_eq!(written.seen.title, "New title");
    let reopened =
        IssueChange { open: Some(true), reason: Some(StateReason::Reopened), ..IssueChange::default() };
    bench.tracker.update(&"acme/shop".into(), &issue, &reopened).await.unwrap();
    assert!(practice.issue("acme/shop", number).unwrap().open, "opened again");
    clean(&practice);
}

#[tokio::test]
async fn a_comment_whose_answer_is_lost_appears_once() {
    for fault in [Fault::StoreThenCut, Fault::CutBeforeStoring, Fault::StoreThenError] {
        let name = fault.name();
        let (practice, bench) = demo().await;
        let issue = bench.tracker.create(&"acme/shop".into(), &draft("comment")).await.unwrap().seen.issue;
        practice.faults().next(matching("POST", "/comments"), fault);
        let change = IssueChange { comment: Some("Seen again.".to_owned()), ..IssueChange::default() };
        bench.tracker.update(&"acme/shop".into(), &issue, &change).await.unwrap();
        let comments = practice.issue("acme/shop", issue.number.parse().unwrap()).unwrap().comments;
        assert_eq!(comments.len(), 1, "{name}: looked for, then written only if it was missing");
    }
}

#[tokio::test]
async fn follow_ups_appear_once_and_are_completed_after_an_interruption() {
    let (practice, bench) = demo().await;
    let mut long = draft("long story");
    long.follow_ups = vec!["Part two.".to_owned(), "Part three.".to_owned()];
    practice.faults().nth(2, matching("POST", "/comments"), Fault::StoreThenCut);
    let written = bench.tracker.create(&"acme/shop".into(), &long).await.unwrap();
    assert_eq!(written.dropped, Vec::<String>::new());
    let number: u64 = written.seen.issue.number.parse().unwrap();
    let comments = |practice: &Practice, number| practice.issue("acme/shop", number).unwrap().comments.len();
    assert_eq!(comments(&practice, number), 2, "each part once");
    assert_eq!(
        bench.tracker.complete(&"acme/shop".into(), &written.seen.issue, &long).await.unwrap(),
        Vec::<String>::new(),
        "nothing is missing"
    );
    assert_eq!(comments(&practice, number), 2, "completing what is complete writes nothing");

    // An issue whose process died before its comments.
    let mut cut = draft("cut off");
    let issue = bench.tracker.create(&"acme/shop".into(), &cut).await.unwrap().seen.issue;
    cut.follow_ups = vec!["Part two.".to_owned()];
    assert_eq!(
        bench.tracker.complete(&"acme/shop".into(), &issue, &cut).await.unwrap().len(),
        1,
        "what is missing is written"
    );
    assert_eq!(comments(&practice, issue.number.parse().unwrap()), 1);
    clean(&practice);
}

#[tokio::test]
async fn a_comment_that_is_refused_does_not_hide_that_the_issue_exists() {
    let (practice, bench) = demo().await;
    let mut long = draft("half");
    long.follow_ups = vec!["Part two.".to_owned()];
    practice.faults().always(matching("POST", "/comments"), Fault::Archived);
    let written = bench.tracker.create(&"acme/shop".into(), &long).await.unwrap();
    assert!(written.dropped.join(" ").contains("follow-up comment failed"), "{:?}", written.dropped);
    assert_eq!(there(&practice, &long.marker), 1);
}

#[tokio::test]
async fn an_issue_that_is_gone_cannot_be_changed_and_that_is_said() {
    let (_practice, bench) = demo().await;
    let issue = IssueRef {
        target: "acme/shop".to_owned(),
        number: "999".to_owned(),
        stable_id: None,
        url: String::new(),
    };
    let change = IssueChange { open: Some(false), ..IssueChange::default() };
    let error = bench.tracker.update(&"acme/shop".into(), &issue, &change).await.err().unwrap();
    assert_eq!((error.outcome, error.error.code()), (Outcome::Refused, Code::TargetMissing), "{error:?}");
}

#[tokio::test]
async fn a_fine_grained_token_without_write_is_told_what_it_lacks() {
    let setup = Setup::demo().token(
        TokenSeed::fine_grained("robin", "acme", &[("issues", "read"), ("metadata", "read")]).named("reader"),
    );
    let practice = Practice::start(setup).await.unwrap();
    let bench = connect(&practice.url(), &practice.token_named("reader").unwrap());
    let error = bench
        .tracker
        .create(&"acme/billing".into(), &{
            let mut draft = draft("fine");
            draft.milestone = None;
            draft
        })
        .await
        .err()
        .unwrap();
    assert_eq!((error.outcome, error.error.code()), (Outcome::Refused, Code::Forbidden), "{error:?}");
    assert!(error.error.problem.message.contains("issues: write"), "{error:?}");
}
