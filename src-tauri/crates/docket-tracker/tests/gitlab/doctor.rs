//! The connection test: each cause in words, with what to do next.

use docket_domain::check::{CheckState, RepairKind};
use docket_practice::gitlab::{GitLabSetup, Tier, TokenSeed};
use docket_tracker::{CheckGoal, by_id};

use super::support::{check, expect_rest_skipped, expect_stage, scripted};
use super::{clean, connect, draft, shop, start};

fn goal() -> CheckGoal {
    let defaults = by_id("gitlab").unwrap().card().defaults;
    CheckGoal {
        to: Some(shop()),
        labels: vec!["security".to_owned()],
        assignees: vec!["kim".to_owned()],
        milestone: Some("2.0".to_owned()),
        severity: defaults.severity,
        status: defaults.status,
        planned: Some(100),
    }
}

// covers: S1.58, X4
#[tokio::test]
async fn a_sound_connection_passes_and_every_value_has_a_line() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    let report = check(&bench, goal()).await;
    assert!(report.ok, "{}", report.text);
    expect_stage(&report, "credential", CheckState::Ok, "Signed in as robin", "");
    let mapping = report.stages.iter().find(|stage| stage.id == "mapping").unwrap();
    let line = |subject: &str| mapping.items.iter().find(|item| item.subject.contains(subject)).unwrap();
    assert_eq!(line("Priority::1").state, CheckState::Ok, "it is there");
    let missing = line("Critical → Priority::5");
    assert_eq!(missing.state, CheckState::Warning, "it is made with the first issue");
    assert_eq!(missing.repair.as_ref().map(|repair| repair.kind), Some(RepairKind::Label));
    assert!(missing.there.contains(&"Priority::2".to_owned()), "what exists instead: {missing:?}");
    assert_eq!(line("opened").state, CheckState::Ok);
    let before = practice.labels("acme/shop");
    bench.tracker.repair(&shop(), missing.repair.as_ref().unwrap()).await.unwrap();
    assert_eq!(practice.labels("acme/shop").len(), before.len() + 1, "only the repair made one");
    clean(&practice);
}

// covers: S1.50
#[tokio::test]
async fn tokens_that_will_not_do_are_told_apart() {
    let past = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(48);
    let setup = GitLabSetup::demo()
        .token(TokenSeed::personal("robin", &["read_api"]).named("reader"))
        .token(TokenSeed::personal("robin", &["api"]).expires_at(past).named("expired"))
        .token(TokenSeed::personal("robin", &["api"]).revoked().named("revoked"));
    let (practice, _) = start(setup).await;
    for (name, stage, cause, next) in [
        ("reader", "scopes", "lacks the scope «api»", "create a new one"),
        ("expired", "credential", "expired", "new one"),
        ("revoked", "credential", "revoked", "new one"),
    ] {
        let bench = connect(&practice.url(), &practice.token_named(name).unwrap());
        let report = check(&bench, goal()).await;
        expect_stage(&report, stage, CheckState::Failed, cause, next);
    }
    let bench = connect(&practice.url(), "glpat-nobody0123456789abcdef");
    let report = check(&bench, goal()).await;
    expect_stage(&report, "credential", CheckState::Failed, "not accepted", "Paste it again");
    expect_rest_skipped(&report, "credential");
    clean(&practice);
}

#[tokio::test]
async fn a_token_that_ends_soon_works_with_a_warning() {
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(72);
    let (practice, _) = start(
        GitLabSetup::demo().token(TokenSeed::personal("robin", &["api"]).expires_at(soon).named("soon")),
    )
    .await;
    let report = check(&connect(&practice.url(), &practice.token_named("soon").unwrap()), goal()).await;
    expect_stage(&report, "expiry", CheckState::Warning, "the token ends on", "new one");
    assert!(report.token_ends.is_some(), "the end is told");
}

// covers: S1.30, X4
#[tokio::test]
async fn a_guest_may_not_push_because_the_priority_would_be_lost() {
    let setup = GitLabSetup::demo().token(TokenSeed::personal("sam", &["api"]).named("guest"));
    let (practice, _) = start(setup).await;
    let report = check(&connect(&practice.url(), &practice.token_named("guest").unwrap()), goal()).await;
    expect_stage(&report, "writable", CheckState::Warning, "Guest", "Planner");
    expect_stage(&report, "mapping", CheckState::Failed, "GitLab drops it", "");
    assert!(!report.ok, "such a push is refused whole");
}

#[tokio::test]
async fn places_that_take_no_issues_are_told_apart() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    for (target, stage, cause) in [
        ("acme/nothing", "target", "Either acme/nothing does not exist"),
        ("acme/platform", "target", "is a group"),
        ("acme", "target", "is a group"),
        ("acme/archive", "writable", "archived"),
        ("acme/wiki", "writable", "switched off"),
    ] {
        let report = check(&bench, CheckGoal { to: Some(target.into()), ..goal() }).await;
        expect_stage(&report, stage, CheckState::Failed, cause, "");
    }
    clean(&practice);
}

#[tokio::test]
async fn a_proxy_that_mangles_paths_and_a_server_under_a_path_are_named() {
    let (practice, bench) = start(GitLabSetup::demo().mangles_encoded_slashes()).await;
    let report = check(&bench, goal()).await;
    expect_stage(
        &report,
        "target",
        CheckState::Warning,
        "mangles project paths; using the id",
        "Nothing needs",
    );
    assert!(report.ok, "{}", report.text);
    clean(&practice);
    let (practice, bench) = start(GitLabSetup::demo().relative_root("/gitlab")).await;
    let report = check(&bench, goal()).await;
    expect_stage(&report, "server", CheckState::Ok, "/gitlab/api/v4 for the address you pasted", "");
    assert!(report.ok, "{}", report.text);
    clean(&practice);
}

// covers: X4
#[tokio::test]
async fn values_that_do_not_exist_fail_with_what_there_is() {
    let (practice, bench) = start(GitLabSetup::demo().tier(Tier::Premium)).await;
    bench.tracker.create(&shop(), &draft("sample")).await.unwrap();
    let mut goal = goal();
    goal.assignees = vec!["stranger".to_owned()];
    goal.milestone = Some("9.9".to_owned());
    goal.severity.field = "incident severity".to_owned();
    goal.status.field = "work item status".to_owned();
    goal.status.values.insert("active".to_owned(), "In progress".to_owned());
    let report = check(&bench, goal).await;
    let mapping = expect_stage(&report, "mapping", CheckState::Failed, "stranger", "Choose values");
    let line = |subject: &str| {
        mapping
            .items
            .iter()
            .find(|item| item.subject.contains(subject))
            .unwrap_or_else(|| panic!("{mapping:#?}"))
    };
    assert_eq!(line("status In progress").state, CheckState::Ok);
    assert!(line("status closed").there.contains(&"Done".to_owned()), "statuses that exist are named");
    assert!(!line("status closed").steps.is_empty(), "a person has to add it");
    assert!(line("Milestone 9.9").repair.is_some(), "a milestone can be made");
    assert_eq!(line("Critical → 5").state, CheckState::Failed, "5 is no severity of an incident");
    clean(&practice);
}

#[tokio::test]
async fn another_product_and_a_sign_in_page_are_recognised() {
    let (url, _) = scripted::serve(|head| {
        if head.starts_with("GET /api") {
            return scripted::reply("404 Not Found", "Content-Type: text/html\r\n", "<html>nothing</html>");
        }
        scripted::page("200 OK", "<html><meta name=\"application-name\" content=\"JIRA\"></html>")
    })
    .await;
    let report = check(&connect(&url, "glpat-0123456789abcdefghij"), CheckGoal::default()).await;
    expect_stage(&report, "server", CheckState::Failed, "looks like Jira", "Choose Jira");
    let (url, _) = scripted::serve(|_| scripted::page("200 OK", "<html>Please sign in</html>")).await;
    let report = check(&connect(&url, "glpat-0123456789abcdefghij"), CheckGoal::default()).await;
    expect_stage(&report, "server", CheckState::Failed, "sign-in page", "VPN");
    expect_rest_skipped(&report, "server");
}
