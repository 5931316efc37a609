//! Writing: nothing twice, nothing lost, nothing dropped silently.

use docket_domain::{Code, IssueChange, Marker};
use docket_practice::gitlab::{GitLabSetup, PracticeGitLab, TokenSeed};
use docket_practice::{Fault, matching};
use docket_tracker::{Outcome, WaitReason, WriteError, Written};

use super::support::{Bench, connect_as, scripted, settings};
use super::{clean, connect, draft, shop, start};

async fn create_with(fault: Fault) -> (PracticeGitLab, Bench, Result<Written, WriteError>, Marker) {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    practice.faults().next(matching("POST", "/issues"), fault);
    let draft = draft("faulty");
    let result = bench.tracker.create(&shop(), &draft).await;
    (practice, bench, result, draft.marker)
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_unknown_and_never_repeated() {
    for (fault, stored) in [
        (Fault::StoreThenCut, 1),
        (Fault::StoreThenError, 1),
        (Fault::CutBeforeStoring, 0),
        (Fault::ServerError(500), 0),
        (Fault::ServerError(502), 0),
        (Fault::ProxyPage, 0),
        (Fault::InvalidJson, 1),
        (Fault::SignInPage, 0),
    ] {
        let name = fault.name();
        let (practice, bench, result, marker) = create_with(fault).await;
        let error = result.expect_err("the answer was lost");
        assert_eq!(error.outcome, Outcome::Unknown, "{name}: {error:?}");
        if name != Fault::InvalidJson.name() {
            assert_eq!(error.error.code(), Code::Uncertain, "{name}: {error:?}");
        }
        let posts = practice
            .log()
            .iter()
            .filter(|asked| asked.method == "POST" && asked.path.ends_with("/issues"))
            .count();
        assert_eq!(posts, 1, "{name}: one POST only");
        let page = bench.tracker.changed_since(&shop(), None, None).await.unwrap();
        let found =
            page.issues.iter().filter(|issue| Marker::find_all(&issue.body).contains(&marker)).count();
        assert_eq!(found, stored, "{name}: looking for the marker tells whether it was done");
    }
}

#[tokio::test]
async fn refusals_are_told_in_words_and_are_final() {
    for (fault, outcome, code, words) in [
        (Fault::SpamCheck, Outcome::Refused, Code::Refused, "spam"),
        (Fault::PermissionMissing, Outcome::Refused, Code::Forbidden, "«api»"),
        (Fault::IssuesDisabled, Outcome::Refused, Code::Forbidden, "may not create the issue"),
        (Fault::BadCredentials, Outcome::NotSent, Code::Unauthorized, "not accepted"),
        (Fault::CaptivePortal, Outcome::NotSent, Code::Network, "log in"),
    ] {
        let name = fault.name();
        let (practice, _, result, _) = create_with(fault).await;
        let error = result.expect_err("it was refused");
        assert_eq!((error.outcome, error.error.code()), (outcome, code), "{name}: {error:?}");
        let text = error.error.problem.message.clone();
        assert!(text.contains(words), "{name} must say «{words}»: {text}");
        assert!(error.error.problem.hint.is_some(), "{name}: what to do next is missing");
        assert_eq!(practice.issues("acme/shop").len(), 4, "{name}: nothing was made");
    }
}

// The four shapes in which GitLab says what is wrong.
#[tokio::test]
async fn every_shape_of_an_error_is_read() {
    for (status, body, wanted) in [
        (
            "400 Bad Request",
            r#"{"message":{"title":["is too long (maximum is 255 characters)"]}}"#,
            "title is too long",
        ),
        ("400 Bad Request", r#"{"error":"title is missing"}"#, "title is missing"),
        ("422 Unprocessable Entity", r#"{"message":"422 Something is odd"}"#, "Something is odd"),
        (
            "403 Forbidden",
            r#"{"error":"insufficient_scope","error_description":"The request requires higher privileges","scope":"api read_api"}"#,
            "«api»",
        ),
    ] {
        let body = body.to_owned();
        let (url, _) = scripted::serve(move |head| {
            let json = "Content-Type: application/json\r\n";
            if head.starts_with("POST") {
                return scripted::reply(status, json, &body);
            }
            if head.starts_with("GET /api/v4/projects")
                && !head.contains("/members")
                && !head.contains("/milestones")
            {
                return scripted::reply("200 OK", json, r#"{"id":7,"path_with_namespace":"acme/shop"}"#);
            }
            scripted::reply("200 OK", json, "[]")
        })
        .await;
        let bench = connect(&format!("{url}/api/v4"), "glpat-0123456789abcdefghij");
        let error = bench.tracker.create(&shop(), &draft("shape")).await.unwrap_err();
        let text = error.error.problem.to_string();
        assert_eq!(error.outcome, Outcome::Refused, "{text}");
        assert!(text.contains(wanted), "«{wanted}» is missing in {text}");
    }
}

#[tokio::test]
async fn a_pause_that_is_asked_for_is_kept_announced_and_then_the_issue_exists_once() {
    let (practice, bench, result, marker) = create_with(Fault::SecondaryLimit(Some(90))).await;
    result.expect("after the pause it goes through");
    let needle = format!("key={marker}");
    assert_eq!(practice.issues_containing("acme/shop", &needle).len(), 1, "once");
    let waits = bench.heard.waits.lock().unwrap();
    assert!(waits.iter().any(|wait| wait.reason == WaitReason::TrackerAsked), "it was announced: {waits:?}");
}

// covers: S2.18
#[tokio::test]
async fn what_gitlab_drops_silently_is_said() {
    let setup = GitLabSetup::demo().token(TokenSeed::personal("sam", &["api"]).named("guest"));
    let (practice, bench) = start(setup).await;
    let guest = connect(&practice.url(), &practice.token_named("guest").unwrap());
    let written = guest.tracker.create(&shop(), &draft("guest")).await.unwrap();
    let dropped = written.dropped.join(" ");
    for word in ["security", "Priority::5", "milestone 2.0", "Planner"] {
        assert!(dropped.contains(word), "«{word}» is missing in: {dropped}");
    }
    let mut two = draft("two people");
    two.assignees = vec!["kim".to_owned(), "robin".to_owned(), "nobody".to_owned()];
    two.labels.push("a,b".to_owned());
    two.milestone = Some("1.9".to_owned());
    two.severity = super::set("issue weight", "3");
    let dropped = bench.tracker.create(&shop(), &two).await.unwrap().dropped.join(" ");
    for word in
        ["free tier keeps one", "nobody cannot be assigned", "«a,b»", "no open milestone «1.9»", "weight 3"]
    {
        assert!(dropped.contains(word), "«{word}» is missing in: {dropped}");
    }
    clean(&practice);
}

#[tokio::test]
async fn what_is_too_long_is_refused_before_anything_is_sent() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    let mut long = draft("long");
    long.title = "x".repeat(256);
    let error = bench.tracker.create(&shop(), &long).await.unwrap_err();
    assert_eq!(error.outcome, Outcome::Refused);
    long.title = "x".repeat(255);
    long.body = "x".repeat(1_048_577);
    assert!(bench.tracker.create(&shop(), &long).await.is_err(), "one byte more than a mebibyte");
    assert_eq!(practice.count("issues/create"), 0, "nothing was sent");
    long.body = "ä".repeat(bench.tracker.limits().body_chars);
    bench.tracker.create(&shop(), &long).await.expect("what the limits promise is taken");
    clean(&practice);
}

#[tokio::test]
async fn follow_ups_appear_once_and_are_completed_after_an_interruption() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    let mut draft = draft("long story");
    draft.follow_ups = vec!["part one".to_owned(), "part two".to_owned()];
    practice.faults().next(matching("POST", "/notes"), Fault::StoreThenCut);
    let written = bench.tracker.create(&shop(), &draft).await.unwrap();
    assert_eq!(written.dropped, Vec::<String>::new(), "the lost answer was looked up");
    let iid = written.seen.issue.number.parse().unwrap();
    assert_eq!(practice.issue("acme/shop", iid).unwrap().notes.len(), 2, "each once");
    let again = bench.tracker.complete(&shop(), &written.seen.issue, &draft).await.unwrap();
    assert_eq!(again, Vec::<String>::new(), "nothing is missing");
    let change = IssueChange { comment: Some("Seen again.".to_owned()), ..IssueChange::default() };
    for _ in 0..2 {
        bench.tracker.update(&shop(), &written.seen.issue, &change).await.unwrap();
    }
    assert_eq!(practice.issue("acme/shop", iid).unwrap().notes.len(), 3, "an update made twice says it once");
    clean(&practice);
}

#[tokio::test]
async fn the_token_travels_in_its_own_header_and_nowhere_else() {
    let (url, asked) =
        scripted::serve(|_| scripted::reply("302 Found", "Location: http://elsewhere.invalid/x\r\n", ""))
            .await;
    let token = "glpat-0123456789abcdefghij";
    let bench = connect(&format!("{url}/api/v4"), token);
    let error = bench.tracker.who().await.unwrap_err();
    assert!(error.problem.message.contains("another host"), "{error}");
    let asked = asked.lock().unwrap();
    assert!(asked[0].to_ascii_lowercase().contains(&format!("private-token: {token}")), "{asked:?}");
    let log = format!("{:?}", bench.heard.exchanges.lock().unwrap());
    assert!(!log.contains(token), "the token is in the log");
    assert!(connect_as("gitlab", settings(&url), "").is_err(), "no token, no connection");
}
