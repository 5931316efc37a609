//! How far the client reaches: to the last page, never to another host, by numbers that survive
//! renames; and what it makes of answers that are not GitLab's.

use docket_domain::{Code, IssueChange, IssueRef};
use docket_practice::gitlab::{GitLabSetup, ProjectChange};
use docket_tracker::WaitReason;

use super::support::{now, scripted};
use super::{clean, connect, draft, shop, start};

const JSON: &str = "Content-Type: application/json\r\n";
const TOKEN: &str = "glpat-0123456789abcdefghij";

#[tokio::test]
async fn a_page_on_another_host_is_not_asked_for() {
    let (elsewhere, heard) = scripted::serve(|_| scripted::reply("200 OK", JSON, "[]")).await;
    let next = format!("{elsewhere}/api/v4/projects/7/issues?page=2");
    let (url, _) = scripted::serve(move |head| {
        if head.starts_with("GET /api/v4/projects/7/issues") {
            let link = format!("{JSON}Link: <{next}>; rel=\"next\"\r\n");
            return scripted::reply("200 OK", &link, "[]");
        }
        scripted::reply("200 OK", JSON, r#"{"id":7,"path_with_namespace":"acme/shop"}"#)
    })
    .await;
    let bench = connect(&format!("{url}/api/v4"), TOKEN);
    let first = bench.tracker.changed_since(&shop(), None, None).await.unwrap();
    let error = bench.tracker.changed_since(&shop(), None, first.next.as_deref()).await.unwrap_err();
    assert!(error.problem.message.contains("another server"), "{error}");
    assert!(heard.lock().unwrap().is_empty(), "nothing went there, least of all the token");
}

// covers: S2.17
#[tokio::test]
async fn an_issue_is_reached_after_its_project_was_renamed() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    let issue = bench.tracker.create(&shop(), &draft("renamed")).await.unwrap().seen.issue;
    practice.change_project("acme/shop", ProjectChange::Renamed("store".to_owned())).unwrap();
    let fresh = connect(&practice.url(), &practice.token());
    let change = IssueChange { title: Some("Still ours".to_owned()), ..IssueChange::default() };
    let written = fresh.tracker.update(&shop(), &issue, &change).await.expect("numbers survive renames");
    assert_eq!(written.seen.issue.target, "acme/store", "and it says where it is now");
    let stored = practice.issue("acme/store", issue.number.parse().unwrap()).unwrap();
    assert_eq!(stored.title, "Still ours", "changed");
    clean(&practice);
}

fn known() -> IssueRef {
    IssueRef {
        target: "acme/shop".to_owned(),
        number: "1".to_owned(),
        stable_id: Some("7:1:70".to_owned()),
        url: "http://gitlab.invalid/acme/shop/-/issues/1".to_owned(),
    }
}

#[tokio::test]
async fn a_web_page_with_404_says_nothing_about_an_issue() {
    let (url, _) = scripted::serve(|_| scripted::page("404 Not Found", "<h1>No such site</h1>")).await;
    let bench = connect(&format!("{url}/api/v4"), TOKEN);
    let read = bench.tracker.read(&[known()]).await;
    assert!(read.is_err(), "something in front answered, not GitLab: {read:?}");
    let (url, _) =
        scripted::serve(|_| scripted::reply("404 Not Found", JSON, r#"{"message":"404 Not found"}"#)).await;
    let read = connect(&format!("{url}/api/v4"), TOKEN).tracker.read(&[known()]).await;
    assert!(read.is_ok(), "GitLab's own 404 does: {read:?}");
}

#[tokio::test]
async fn a_pause_that_only_the_reset_names_is_kept() {
    let reset = now() / 1000 + 120;
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let (url, _) = scripted::serve(move |_| {
        if asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
            let headers =
                format!("Content-Type: text/plain\r\nRateLimit-Remaining: 0\r\nRateLimit-Reset: {reset}\r\n");
            return scripted::reply("429 Too Many Requests", &headers, "Retry later\n");
        }
        scripted::reply("200 OK", JSON, r#"{"id":1,"username":"robin"}"#)
    })
    .await;
    let bench = connect(&format!("{url}/api/v4"), TOKEN);
    let before = bench.ports.clock.now();
    bench.tracker.who().await.expect("after the pause it is answered");
    let waited = bench.ports.clock.now().millis_since(before);
    assert!(waited >= 118_000, "until the allowance is renewed, not {waited} ms");
    let waits = bench.heard.waits.lock().unwrap();
    assert!(waits.iter().any(|wait| wait.reason == WaitReason::TrackerAsked), "announced: {waits:?}");
}

#[tokio::test]
async fn a_server_that_repeats_the_token_does_not_get_it_into_an_error() {
    // The second one has a prefix of the server's own, by which nobody knows it for a token.
    for token in [TOKEN, "acmetok-0123456789abcdefghij"] {
        hides(token).await;
    }
}

async fn hides(token: &'static str) {
    let body = format!(r#"{{"message":"the token {token} is odd"}}"#);
    for status in ["400 Bad Request", "403 Forbidden", "500 Internal Server Error"] {
        let body = body.clone();
        let (url, _) = scripted::serve(move |_| scripted::reply(status, JSON, &body)).await;
        let bench = connect(&format!("{url}/api/v4"), token);
        let read = bench.tracker.read(&[known()]).await.unwrap_err();
        let change = IssueChange { title: Some("x".to_owned()), ..IssueChange::default() };
        let write = bench.tracker.update(&shop(), &known(), &change).await.unwrap_err();
        for error in [read, write.error] {
            assert_ne!(error.code(), Code::Internal, "{status}: {error}");
            let shown = format!("{error:?} {error} {:?} {:?}", error.problem.hint, error.problem.context);
            assert!(!shown.contains(token), "{status}: the token is in {shown}");
        }
        let log = format!("{:?}", bench.heard.exchanges.lock().unwrap());
        assert!(!log.contains(token), "{status}: nor into the log: {log}");
    }
}

#[tokio::test]
async fn the_token_is_kept_back_until_a_gitlab_was_found() {
    let (practice, bench) = start(GitLabSetup::demo().relative_root("/gitlab")).await;
    let connected = connect(&format!("{}/acme/shop", practice.url()), &practice.token());
    connected.tracker.who().await.unwrap();
    bench.tracker.who().await.unwrap();
    let log = practice.log();
    let (probes, others): (Vec<_>, Vec<_>) = log.iter().partition(|entry| entry.path.ends_with("/version"));
    assert!(!probes.is_empty(), "where the API is was looked for: {log:?}");
    for probe in probes {
        assert_eq!(probe.credential_digest, None, "without the token: {probe:?}");
    }
    assert!(others.iter().any(|entry| entry.credential_digest.is_some()), "and then with it");
}

#[tokio::test]
async fn what_gitlab_itself_writes_down_is_not_taken_for_an_own_comment() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    let issue = bench.tracker.create(&shop(), &draft("retitled")).await.unwrap().seen.issue;
    let iid = issue.number.parse().unwrap();
    practice.someone("kim").renames("acme/shop", iid, "Other").unwrap();
    let change = IssueChange { comment: Some("changed title".to_owned()), ..IssueChange::default() };
    bench.tracker.update(&shop(), &issue, &change).await.unwrap();
    let notes = practice.issue("acme/shop", iid).unwrap().notes;
    assert_eq!(notes, ["changed title"], "GitLab's own line about the title is not ours");
    clean(&practice);
}
