use docket_domain::ValueMap;
use docket_domain::check::{CheckReport, CheckState};
use docket_practice::{AzureSetup, PatSeed, PracticeAzure, RefusedLogin};
use docket_tracker::{CheckGoal, by_id};

use crate::support::{check, expect_rest_skipped, expect_stage, scripted};
use crate::{connect, connect_with, contoso, no_violations, settings, start, to};

fn goal(project: &str, kind: &str) -> CheckGoal {
    let defaults = by_id("azure-devops").unwrap().card().defaults;
    CheckGoal {
        to: Some(to(project, kind)),
        labels: defaults.labels.clone(),
        severity: defaults.severity.clone(),
        status: defaults.status,
        ..CheckGoal::default()
    }
}

async fn report(server: &PracticeAzure, goal: CheckGoal) -> CheckReport {
    check(&connect(server), goal).await
}

// covers: S1.16, S1.17, S1.18, S1.19, X4
#[tokio::test]
async fn the_documented_defaults_fit_the_basic_process_and_nothing_is_stored() {
    let server = start(contoso()).await;
    let report = report(&server, goal("Shop", "Issue")).await;
    assert!(report.ok, "everything fits:\n{}", report.text);
    let items = &expect_stage(&report, "mapping", CheckState::Ok, "Everything exists", "").items;
    let done =
        items.iter().find(|item| item.subject == "False positive → Done").expect("each status has a line");
    assert_eq!(done.state, CheckState::Ok, "{done:?}");
    assert!(items.iter().any(|item| item.subject == "Critical → 1"), "each severity has a line");
    assert!(items.iter().any(|item| item.subject == "Dry run"), "a whole work item was judged");
    assert!(server.work_items("Shop").is_empty(), "a test changes nothing");
    no_violations(&server);
}

// covers: S1.16, X4
#[tokio::test]
async fn states_that_another_process_lacks_fail_and_name_what_exists() {
    let server = start(contoso()).await;
    let report = report(&server, goal("Web Shop", "Bug")).await;
    let stage =
        expect_stage(&report, "mapping", CheckState::Failed, "«To Do» is not a state of Bug here", "");
    let item = stage.items.iter().find(|item| item.subject == "Active → To Do").unwrap();
    assert_eq!(item.there[1], "Active (in progress)", "the states come with their category: {item:?}");
    assert!(!item.steps.is_empty() && item.repair.is_none(), "a process is changed by its administrators");
    no_violations(&server);
}

// covers: X4
#[tokio::test]
async fn every_other_value_is_held_against_the_project_one_by_one() {
    let server = start(contoso()).await;
    let mut goal = goal("Secure", "Bug");
    let place = goal.to.as_mut().unwrap();
    place.settings.insert("area".to_owned(), "Secure\\Nowhere".to_owned());
    goal.labels.push("a; b".to_owned());
    goal.assignees = vec!["nobody@contoso.example".to_owned()];
    goal.milestone = Some("2.0".to_owned());
    goal.severity = ValueMap::new("/fields/Microsoft.VSTS.Common.Severity", &[("critical", "Blocker")]);
    goal.status = ValueMap::new("/fields/System.State", &[("active", "Closed"), ("closed", "Resolved")]);
    let report = report(&server, goal).await;
    let stage = expect_stage(&report, "mapping", CheckState::Failed, "", "Choose values that exist");
    let found_state = |subject: &str| {
        let found = stage.items.iter().find(|item| item.subject == subject);
        found.unwrap_or_else(|| panic!("«{subject}» has a line in\n{}", report.text)).state
    };
    for subject in [
        "Area Secure\\Nowhere",
        "Label a; b",
        "Assignee nobody@contoso.example",
        "Milestone 2.0",
        "Critical → Blocker",
        "Field Security Team",
    ] {
        assert_eq!(found_state(subject), CheckState::Failed, "{subject}");
    }
    for subject in ["Active → Closed", "Closed → Resolved"] {
        assert_eq!(
            found_state(subject),
            CheckState::Warning,
            "{subject}: it exists, but means something else"
        );
    }
}

// covers: S1.5
#[tokio::test]
async fn a_misspelt_organisation_is_told_apart_from_a_bad_token() {
    let server = start(contoso()).await;
    let wrong = server.url().replace("contoso", "contosso");
    let report = check(&connect_with(settings(&wrong), &server.token()), CheckGoal::default()).await;
    expect_stage(&report, "server", CheckState::Failed, "There is no organisation «contosso»", "spelling");
    expect_rest_skipped(&report, "server");
    let sent = server.log().iter().filter(|entry| entry.path.contains("connectionData")).count();
    assert_eq!(sent, 0, "the token is not even sent");
}

// covers: S1.6
#[tokio::test]
async fn each_way_of_not_accepting_a_token_is_recognised() {
    for refused in [RefusedLogin::Unauthorised, RefusedLogin::SignInPage, RefusedLogin::Redirect] {
        let server = start(contoso().refuses_with(refused)).await;
        let bench = connect_with(settings(&server.url()), "0wrong0");
        let report = check(&bench, CheckGoal::default()).await;
        expect_stage(&report, "credential", CheckState::Failed, "did not accept the token", "2026-12-01");
        expect_rest_skipped(&report, "credential");
    }
    let ignored = PatSeed::new("other", "robin@contoso.example", crate::FULL).ignored();
    let server = start(contoso().pat(ignored)).await;
    let bench = connect_with(settings(&server.url()), &server.token_named("other").unwrap());
    let report = check(&bench, CheckGoal::default()).await;
    expect_stage(&report, "credential", CheckState::Failed, "ignored the token", "Make a new one");
}

// covers: S1.7, S1.8
#[tokio::test]
async fn project_rights_and_old_servers_are_reported() {
    let setup: AzureSetup = contoso().stakeholder("pat@contoso.example", "Pat Poe").pat(PatSeed::new(
        "guest",
        "pat@contoso.example",
        crate::FULL,
    ));
    let server = start(setup.server("7.0")).await;
    let report = report(&server, goal("Nowhere", "Bug")).await;
    expect_stage(&report, "credential", CheckState::Ok, "so 7.0 is used", "");
    expect_stage(&report, "target", CheckState::Failed, "no project «Nowhere»", "spelling");
    let guest = connect_with(settings(&server.url()), &server.token_named("guest").unwrap());
    let report = check(&guest, goal("Shop", "Issue")).await;
    expect_stage(&report, "writable", CheckState::Failed, "may not save work items", "Basic");
}

#[tokio::test]
async fn another_product_and_a_gateway_are_recognised() {
    let (url, _) = scripted::serve(|_| {
        scripted::reply("401 Unauthorized", "X-GitLab-Meta: {}\r\nContent-Type: application/json\r\n", "{}")
    })
    .await;
    let report =
        check(&connect_with(settings(&format!("{url}/Main")), "0scripted0"), CheckGoal::default()).await;
    expect_stage(&report, "server", CheckState::Failed, "looks like GitLab", "kind of tracker");
    let (url, _) = scripted::serve(|_| scripted::page("200 OK", "<!doctype html><h1>Gateway</h1>")).await;
    let report =
        check(&connect_with(settings(&format!("{url}/tfs/Main")), "0scripted0"), CheckGoal::default()).await;
    expect_stage(&report, "server", CheckState::Failed, "sign-in page is in front", "VPN");
}
