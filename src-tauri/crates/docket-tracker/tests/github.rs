//! The GitHub client against the practice GitHub: every request it sends is checked there
//! against the vendor's own contract.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use docket_domain::{IssueState, Marker};
use docket_practice::{Practice, Setup};
use support::{Bench, connect, draft, scripted, settings, try_connect};

// covers: S0.1, S0.17, S0.18, S0.19
#[tokio::test]
async fn an_issue_is_created_read_and_listed_under_every_version_of_the_api() {
    for version in ["2022-11-28", "2026-03-10"] {
        let practice = Practice::start(Setup::demo()).await.unwrap();
        let mut settings = settings(&practice.url());
        settings.settings.insert("api_version".to_owned(), version.to_owned());
        journey(&practice, &try_connect(settings, &practice.token()).unwrap()).await;
    }
    let mut settings = settings("https://github.com");
    settings.settings.insert("api_version".to_owned(), "1999-01-01".to_owned());
    let problem = try_connect(settings, "ghp_0123456789abcdefghijABCDEFGHIJ012345").err().unwrap();
    assert!(problem.to_string().contains("2026-03-10"), "the known ones are named: {problem}");
}

// covers: S3.16
#[tokio::test]
async fn the_same_journey_works_on_an_enterprise_server() {
    let practice = Practice::start(Setup::demo().enterprise("3.19.2")).await.unwrap();
    journey(&practice, &connect(&practice.url(), &practice.token())).await;
}

// covers: S0.2, S0.8, S0.9
#[tokio::test]
async fn the_same_journey_works_with_user_name_and_token() {
    let practice = Practice::start(Setup::demo()).await.unwrap();
    let mut settings = settings(&practice.url());
    settings.auth = "basic".to_owned();
    settings.username = Some("robin".to_owned());
    journey(&practice, &try_connect(settings, &practice.token()).unwrap()).await;
}

#[tokio::test]
async fn a_server_that_repeats_the_header_of_a_login_does_not_get_it_into_an_error_or_the_log() {
    let token = "tok0123456789abcdefghijklmnopqrstuvwxyz";
    // Four letters: after three or five the token's own encoding would stand in the header.
    let header = STANDARD.encode(format!("anna:{token}"));
    let body = format!(r#"{{"message":"the header Basic {header} is odd"}}"#);
    let (url, _) = scripted::serve(move |_| {
        scripted::reply(
            "400 Bad Request",
            "Content-Type: application/json\r\nX-GitHub-Request-Id: 1\r\n",
            &body,
        )
    })
    .await;
    let mut settings = settings(&format!("{url}/api/v3"));
    settings.auth = "basic".to_owned();
    settings.username = Some("anna".to_owned());
    let bench = try_connect(settings, token).unwrap();
    let error = bench.tracker.who().await.unwrap_err();
    let shown = format!("{error:?} {error} {:?} {:?}", error.problem.hint, error.problem.context);
    assert!(shown.contains("is odd"), "the answer is repeated, to see what it says: {shown}");
    assert!(!shown.contains(&header), "the login can be read out of {shown}");
    let log = format!("{:?}", bench.heard.exchanges.lock().unwrap());
    assert!(!log.contains(&header), "nor out of the log: {log}");
}

async fn journey(practice: &Practice, bench: &Bench) {
    let draft = draft("one");
    let written = bench.tracker.create(&"acme/shop".into(), &draft).await.unwrap();
    assert_eq!(written.dropped, Vec::<String>::new(), "robin may write, so nothing is dropped");
    assert_eq!(written.seen.labels, ["security"], "the label came back");
    assert_eq!(written.seen.assignees, ["sam"], "the assignee came back");
    assert_eq!(written.seen.milestone.as_deref(), Some("2.0"), "the milestone was found by its title");
    let issues = [written.seen.issue.clone(), written.seen.issue.clone()];
    for (_, read) in bench.tracker.read(&issues).await.unwrap() {
        assert_eq!(read.state, IssueState::Open, "a new issue is open");
        assert_eq!(read.seen.unwrap().body, draft.body, "the text is kept to the letter");
    }
    let page = bench.tracker.changed_since(&"acme/shop".into(), None, None).await.unwrap();
    let found =
        page.issues.iter().filter(|issue| Marker::find_all(&issue.body).contains(&draft.marker)).count();
    assert_eq!(found, 1, "the marker finds the issue again, once");
    assert!(
        practice.violations().is_empty(),
        "the vendor's contract was broken: {:?}",
        practice.violations()
    );
}
