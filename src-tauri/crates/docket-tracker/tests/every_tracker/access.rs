//! Who may do what: wrong and weak tokens, unencrypted addresses, the connection test, secrets.

use docket_domain::check::CheckState;
use docket_domain::{Code, Visibility};
use docket_tracker::{CheckGoal, ConnectSettings, Outcome, by_id};

use crate::ground::Ground;
use crate::support::{Bench, Stages as _, scripted};
use crate::{clean, ground, support};

#[tokio::test]
async fn a_wrong_token_is_one_clear_problem_that_does_not_repeat_it() {
    ground::every(|ground| async move {
        let kind = ground.kind;
        let wrong = "wrongwrongwrongwrongwrongwrongwrong000000";
        let bench = ground.bench_with(wrong);
        let error = bench.tracker.who().await.err().unwrap_or_else(|| panic!("{kind}: nobody"));
        assert_eq!(error.code(), Code::Unauthorized, "{kind}: {error:?}");
        assert!(error.problem.hint.is_some(), "{kind}: says what to do: {error:?}");
        assert!(!format!("{error:?}").contains(wrong), "{kind}: the token is not repeated");
        let goal = CheckGoal { to: Some(ground.to.clone()), ..CheckGoal::default() };
        let report = support::check(&bench, goal).await;
        assert!(!report.ok, "{kind}: the test fails");
        let failed: Vec<&str> = report
            .stages
            .iter()
            .filter(|stage| stage.state == CheckState::Failed)
            .map(|stage| stage.id.as_str())
            .collect();
        assert_eq!(failed, ["credential"], "{kind}: at the sign-in and nowhere else\n{}", report.text);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_may_only_read_writes_nothing_and_says_what_it_lacks() {
    ground::every(|ground| async move {
        let kind = ground.kind;
        let bench = ground.bench_with(&ground.reading);
        let before = ground.issues();
        let error = bench.tracker.create(&ground.to, &ground.draft("no right")).await.err();
        let error = error.unwrap_or_else(|| panic!("{kind}: a reading token wrote"));
        assert_eq!(error.outcome, Outcome::Refused, "{kind}: certainly not done: {error:?}");
        assert_eq!(error.error.code(), Code::Forbidden, "{kind}: {error:?}");
        assert!(error.error.problem.hint.is_some(), "{kind}: says what to tick: {error:?}");
        assert_eq!(ground.issues(), before, "{kind}: nothing was written");
    })
    .await;
}

// covers: X12
#[tokio::test]
async fn who_can_read_a_target_is_asked_anew_each_time() {
    ground::every(|ground| async move {
        let kind = ground.kind;
        let bench = ground.bench();
        for everybody in [true, false, true] {
            ground.show_to_everybody(everybody);
            let audience = bench.tracker.audience(&ground.to).await.unwrap();
            let wanted = if everybody { Visibility::Public } else { Visibility::Private };
            assert_eq!(audience.visibility, wanted, "{kind}: as it is now, through one connection");
        }
        clean(&ground);
    })
    .await;
}

#[tokio::test]
async fn plain_http_to_another_computer_needs_an_explicit_yes() {
    ground::every(|ground| async move {
        let kind = ground.kind;
        let mut settings = ground.settings();
        settings.location = "http://tracker.example.invalid/acme/shop".to_owned();
        let refused = support::connect_as(kind, settings.clone(), &ground.token).err();
        let problem = refused.unwrap_or_else(|| panic!("{kind}: everybody on the way could read the token"));
        assert_eq!(problem.code, Code::BadInput, "{kind}: {problem:?}");
        assert!(problem.message.contains("not encrypted"), "{kind}: {problem}");
        assert!(problem.hint.is_some(), "{kind}: says what to do: {problem:?}");
        settings.network.allow_plain_http = true;
        assert!(support::connect_as(kind, settings, &ground.token).is_ok(), "{kind}: after a yes");
    })
    .await;
}

#[tokio::test]
async fn nobody_signs_in_with_a_code_over_plain_http() {
    ground::every(|ground| async move {
        let kind = by_id(ground.kind).unwrap();
        let card = kind.card();
        for auth in card.auth.iter().filter(|auth| auth.device) {
            let filled = card.fields.iter().map(|field| (field.id.clone(), "0123abc".to_owned())).collect();
            let here = ConnectSettings {
                auth: auth.id.clone(),
                settings: filled,
                ..support::settings(&ground.location)
            };
            let offered = kind.device(&here).unwrap_or_else(|problem| panic!("{}: {problem}", card.id));
            assert!(offered.is_some(), "{}: a practice server on this computer takes codes", card.id);
            let far = ConnectSettings { location: "http://tracker.example.invalid/acme".to_owned(), ..here };
            assert!(kind.device(&far).is_err(), "{}: everybody on the way could read the code", card.id);
        }
    })
    .await;
}

/// A connection of this kind to a server that gives every request the same page.
async fn before(ground: &Ground, status: &'static str, page: &'static str) -> Bench {
    let (location, _) = scripted::serve(move |_| scripted::page(status, page)).await;
    let settings = ConnectSettings { location, ..ground.settings() };
    support::connect_as(ground.kind, settings, "sometoken-0123456789").unwrap()
}

#[tokio::test]
async fn a_sign_in_page_in_front_of_everything_is_called_so_from_the_first_request_on() {
    ground::every(|ground| async move {
        let kind = ground.kind;
        let bench = before(&ground, "200 OK", "<html><title>Log in</title></html>").await;
        let error = bench.tracker.who().await.err().unwrap_or_else(|| panic!("{kind}: nobody"));
        assert_eq!(error.code(), Code::TrackerTrouble, "{kind}: {error:?}");
        assert!(error.problem.message.contains("a sign-in page is in front"), "{kind}: {error:?}");
        let advice = error.problem.hint.unwrap_or_default();
        assert!(advice.contains("network administrator"), "{kind}: who can help: {advice}");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_wants_https_is_told_with_the_address_to_use() {
    ground::every(|ground| async move {
        let kind = ground.kind;
        let page = "<html>The plain HTTP request was sent to HTTPS port</html>";
        let bench = before(&ground, "400 Bad Request", page).await;
        let report = support::check(&bench, CheckGoal::default()).await;
        let stage = report.stage("server").unwrap_or_else(|| panic!("{kind}:\n{}", report.text));
        assert_eq!(stage.state, CheckState::Failed, "{kind}:\n{}", report.text);
        assert!(stage.summary.contains("speaks https"), "{kind}: {}", stage.summary);
        let advice = stage.next.clone().unwrap_or_default();
        assert!(advice.contains("https://127.0.0.1:"), "{kind}: the address to use: {advice}");
    })
    .await;
}

#[tokio::test]
async fn a_good_connection_passes_its_test_without_writing() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let before = ground.issues();
        let goal = CheckGoal { to: Some(ground.to.clone()), planned: Some(10), ..CheckGoal::default() };
        let report = support::check(&bench, goal).await;
        assert!(report.ok, "{kind}:\n{}", report.text);
        let ids: Vec<&str> = report.stages.iter().map(|stage| stage.id.as_str()).collect();
        for id in ["address", "name", "tcp", "tls", "server", "credential", "target", "writable"] {
            assert!(ids.contains(&id), "{kind}: the stage «{id}» is missing: {ids:?}");
        }
        assert_eq!(ground.issues(), before, "{kind}: a test writes nothing");
        clean(&ground);
    })
    .await;
}

#[tokio::test]
async fn no_secret_is_in_anything_that_is_kept_or_shown() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        bench
            .tracker
            .create(&ground.to, &ground.draft("quiet"))
            .await
            .unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        let exchanges = format!("{:?}", bench.heard.exchanges.lock().unwrap());
        assert!(!exchanges.contains(&ground.token), "{kind}: the token is in the log of requests");
        assert!(!exchanges.is_empty(), "{kind}: requests are kept");
    })
    .await;
}

#[tokio::test]
async fn where_the_api_is_is_not_looked_for_by_every_connection_anew() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        bench.tracker.who().await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        let before = bench.heard.exchanges.lock().unwrap().len();
        let other = by_id(kind).unwrap().connect(ground.settings(), bench.ports.clone()).unwrap();
        other.who().await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        let asked = bench.heard.exchanges.lock().unwrap().split_off(before);
        let asked: Vec<String> = asked.into_iter().map(|exchange| exchange.url).collect();
        assert!(asked.len() <= 2, "{kind}: it asks about the account, and nothing else: {asked:?}");
    })
    .await;
}
