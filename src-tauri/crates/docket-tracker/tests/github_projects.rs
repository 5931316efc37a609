//! Issues on project boards: created, placed and set on github.com and on Enterprise Server;
//! nothing twice, nothing dropped silently.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use docket_domain::mapping::FieldValue;
use docket_domain::{Destination, IssueChange, IssueDraft, IssueState, Severity, StateReason, Status};
use docket_practice::{BoardSeed, Fault, Practice, RepoChange, RepoSeed, Role, Setup, TokenSeed, matching};
use docket_tracker::by_id;
use support::{Bench, connect, draft, settings, try_connect};

/// The same GitHub in its three forms.
async fn everywhere(setup: impl Fn() -> Setup) -> Vec<(&'static str, Practice, Bench)> {
    let mut all = Vec::new();
    for version in ["2022-11-28", "2026-03-10"] {
        let practice = Practice::start(setup()).await.unwrap();
        let mut settings = settings(&practice.url());
        settings.settings.insert("api_version".to_owned(), version.to_owned());
        let bench = try_connect(settings, &practice.token()).unwrap();
        all.push((version, practice, bench));
    }
    let practice = Practice::start(setup().enterprise("3.19.2")).await.unwrap();
    let bench = connect(&practice.url(), &practice.token());
    all.push(("enterprise", practice, bench));
    all
}

fn on_project(target: &str, project: &str) -> Destination {
    let mut to = Destination::new(target);
    to.settings.insert("project".to_owned(), project.to_owned());
    to
}

fn value(field: &str, value: &str) -> FieldValue {
    FieldValue { field: field.to_owned(), value: value.to_owned() }
}

/// A draft with what the default mapping makes of a severity and of «active».
fn mapped(name: &str, severity: Severity) -> IssueDraft {
    let defaults = by_id("github").unwrap().card().defaults;
    IssueDraft {
        severity: defaults.severity.of_severity(severity),
        status: defaults.status.of_status(Status::Active, None),
        ..draft(name)
    }
}

fn clean(practice: &Practice) {
    assert!(
        practice.violations().is_empty(),
        "the vendor's contract was broken: {:?}",
        practice.violations()
    );
}

/// Requests that changed something.
fn writes(practice: &Practice) -> usize {
    let log = practice.log();
    let writes = |asked: &&docket_practice::Logged| match asked.operation.as_deref() {
        Some("graphql") => asked
            .body
            .as_ref()
            .is_some_and(|b| b["query"].as_str().unwrap_or_default().starts_with("mutation")),
        _ => asked.method != "GET",
    };
    log.iter().filter(writes).count()
}

// covers: S1.20, S1.21, S1.22, S1.23, S1.24, S1.27, S1.28, S1.29, S1.32, S1.33, S1.34, S1.35, S1.36, S1.37, S1.38, S1.41, S1.42
#[tokio::test]
async fn an_issue_is_created_put_on_the_board_and_its_fields_are_set_everywhere() {
    for (form, practice, bench) in everywhere(Setup::demo).await {
        let to = on_project("acme/shop", "1");
        let expected = [
            (Severity::Info, "P0"),
            (Severity::Low, "P1"),
            (Severity::Medium, "P2"),
            (Severity::High, "P3"),
            (Severity::Critical, "P4"),
        ];
        for (severity, priority) in expected {
            let draft = mapped(severity.as_str(), severity);
            let written = bench.tracker.create(&to, &draft).await.unwrap();
            assert_eq!(written.dropped, Vec::<String>::new(), "{form}: nothing is dropped");
            assert_eq!(written.seen.fields["Priority"], priority, "{form}: the answer tells the field");
            let items = practice.project_items("acme", 1);
            let item = items.last().unwrap();
            assert_eq!(
                item.number.to_string(),
                written.seen.issue.number,
                "{form}: the issue is on the board"
            );
            assert_eq!(item.fields["Priority"], priority, "{form}: {severity} is {priority}");
            assert_eq!(item.fields["Status"], "In Progress", "{form}: active is in progress");
        }
        assert_eq!(practice.project_items("acme", 1).len(), 5, "{form}: each once");
        assert_eq!(writes(&practice), 15, "{form}: three writes an issue, both fields in one");
        assert_eq!(bench.tracker.writes_per_issue(&to), 3, "{form}: and the estimate says so");
        let looks = practice.count("projects/list-fields-for-org");
        assert!(looks <= 1, "{form}: the fields are read once, not for every issue ({looks})");
        clean(&practice);
    }
}

// covers: S1.21
#[tokio::test]
async fn the_board_of_a_person_works_as_well() {
    let setup = || {
        Setup::new()
            .person("robin")
            .person("sam")
            .repo(
                RepoSeed::new("robin/dots")
                    .role("sam", Role::Triage)
                    .label("security", "b60205")
                    .milestone("2.0"),
            )
            .project(BoardSeed::new("robin", 4, "Mine").select("Priority", &["🔥 p3", "P4"]))
            .token(TokenSeed::classic("robin", &["repo", "project"]))
    };
    for (form, practice, bench) in everywhere(setup).await {
        let draft = mapped("mine", Severity::High);
        let written = bench.tracker.create(&on_project("robin/dots", "4"), &draft).await.unwrap();
        assert_eq!(written.dropped, Vec::<String>::new(), "{form}");
        let items = practice.project_items("robin", 4);
        assert_eq!(items[0].fields["Priority"], "🔥 p3", "{form}: names are compared without case and emoji");
        clean(&practice);
    }
}

#[tokio::test]
async fn without_a_project_the_maps_are_not_used() {
    let practice = Practice::start(Setup::demo()).await.unwrap();
    let bench = connect(&practice.url(), &practice.token());
    let to = Destination::new("acme/shop");
    let written = bench.tracker.create(&to, &mapped("bare", Severity::High)).await.unwrap();
    assert_eq!(written.dropped, Vec::<String>::new(), "that is not a loss");
    let change = IssueChange { severity: Some(value("Priority", "P1")), ..IssueChange::default() };
    bench.tracker.update(&to, &written.seen.issue, &change).await.unwrap();
    assert!(
        practice.counts().keys().all(|operation| !operation.starts_with("projects/")),
        "no project is asked"
    );
    assert!(practice.project_items("acme", 1).is_empty(), "and none is changed");
    assert_eq!(bench.tracker.writes_per_issue(&to), 1, "one write");
}

#[tokio::test]
async fn what_cannot_be_placed_or_set_is_said_and_the_issue_exists_once() {
    for (form, practice, bench) in everywhere(Setup::demo).await {
        let rest = form != "enterprise";
        let to = on_project("acme/shop", "1");
        // An option that is not there.
        let odd = IssueDraft { severity: Some(value("Priority", "P9")), ..mapped("odd", Severity::High) };
        let written = bench.tracker.create(&to, &odd).await.unwrap();
        let told = written.dropped.join(" ");
        assert!(told.contains("P9") && told.contains("Existing: P0, P1"), "{form}: {told}");
        assert_eq!(
            practice.project_items("acme", 1)[0].fields["Status"],
            "In Progress",
            "{form}: the other is set"
        );
        // GitHub says yes and sets nothing.
        let (place, set) = if rest { ("/projectsV2/1/items", "/items/*") } else { ("/graphql", "/graphql") };
        let method = if rest { "PATCH" } else { "POST" };
        practice.faults().always(matching(method, set), Fault::DropProjectFields);
        let written = bench.tracker.create(&to, &mapped("dropped", Severity::High)).await.unwrap();
        let told = written.dropped.join(" ");
        assert!(told.contains("did not set Priority (P3)") && told.contains("Status"), "{form}: {told}");
        assert!(!written.seen.fields.contains_key("Priority"), "{form}: it is not claimed to be set");
        practice.faults().clear();
        // The board cannot be reached at all.
        practice.faults().always(matching("POST", place), Fault::ServerError(502));
        let written = bench.tracker.create(&to, &mapped("lost", Severity::High)).await.unwrap();
        let told = written.dropped.join(" ");
        assert!(told.contains("The issue was not put on project 1"), "{form}: {told}");
        assert_eq!(
            practice.issues_containing("acme/shop", "key=").len(),
            3,
            "{form}: every issue exists once"
        );
        practice.faults().clear();
        // An interrupted placing is finished, and finishing twice changes nothing.
        let issue = written.seen.issue;
        let done = bench.tracker.complete(&to, &issue, &mapped("lost", Severity::High)).await.unwrap();
        assert!(done.iter().any(|line| line.contains("was put on project 1")), "{form}: {done:?}");
        let before = writes(&practice);
        let again = bench.tracker.complete(&to, &issue, &mapped("lost", Severity::High)).await.unwrap();
        assert_eq!(again, Vec::<String>::new(), "{form}: there is nothing left to do");
        assert_eq!(writes(&practice), before, "{form}: and nothing was written");
        clean(&practice);
    }
}

#[tokio::test]
async fn a_placing_whose_answer_is_lost_is_done_once() {
    let practice = Practice::start(Setup::demo()).await.unwrap();
    let bench = connect(&practice.url(), &practice.token());
    practice.faults().next(matching("POST", "/projectsV2/1/items"), Fault::StoreThenCut);
    practice.faults().next(matching("PATCH", "/items/*"), Fault::StoreThenCut);
    let written =
        bench.tracker.create(&on_project("acme/shop", "1"), &mapped("cut", Severity::Low)).await.unwrap();
    assert_eq!(written.dropped, Vec::<String>::new(), "it was done again, which does no harm");
    assert_eq!(practice.project_items("acme", 1).len(), 1, "the issue is on the board once");
    assert_eq!(practice.project_items("acme", 1)[0].fields["Priority"], "P1", "and its field is set");
}

// covers: S1.43, S1.44, S1.45
#[tokio::test]
async fn an_update_sets_fields_closes_for_every_reason_and_reopens() {
    for (form, practice, bench) in everywhere(Setup::demo).await {
        let to = on_project("acme/shop", "1");
        let issue = bench.tracker.create(&to, &mapped("life", Severity::Low)).await.unwrap().seen.issue;
        let number = issue.number.parse().unwrap();
        let statuses = by_id("github").unwrap().card().defaults.status;
        let reasons = [
            (Status::Closed, StateReason::Completed),
            (Status::FalsePositive, StateReason::NotPlanned),
            (Status::RiskAccepted, StateReason::NotPlanned),
            (Status::Closed, StateReason::Duplicate),
        ];
        for (status, reason) in reasons {
            let close = IssueChange {
                open: Some(false),
                reason: Some(reason),
                status: statuses.of_status(status, None),
                severity: Some(value("Priority", "P4")),
                ..IssueChange::default()
            };
            let written = bench.tracker.update(&to, &issue, &close).await.unwrap();
            assert_eq!(written.dropped, Vec::<String>::new(), "{form}");
            assert_eq!(written.seen.state, IssueState::Closed { reason: Some(reason) }, "{form}");
            let item = practice.project_items("acme", 1).pop().unwrap();
            assert_eq!(
                (item.fields["Status"].as_str(), item.fields["Priority"].as_str()),
                ("Done", "P4"),
                "{form}"
            );
            assert_eq!(
                practice.issue("acme/shop", number).unwrap().reason.as_deref(),
                Some(reason.as_str()),
                "{form}"
            );
            let issues = [issue.clone(), issue.clone()];
            let read = bench.tracker.read(&issues).await.unwrap();
            assert_eq!(
                read[0].1.state,
                IssueState::Closed { reason: Some(reason) },
                "{form}: read back in bulk"
            );
            let before = writes(&practice);
            let same = IssueChange {
                severity: close.severity.clone(),
                status: close.status.clone(),
                ..IssueChange::default()
            };
            bench.tracker.update(&to, &issue, &same).await.unwrap();
            assert_eq!(writes(&practice), before, "{form}: what is set already is not written again");
            let open = IssueChange {
                open: Some(true),
                reason: Some(StateReason::Reopened),
                status: statuses.of_status(Status::Active, None),
                ..IssueChange::default()
            };
            let written = bench.tracker.update(&to, &issue, &open).await.unwrap();
            assert_eq!(written.seen.state, IssueState::Open, "{form}: opened again");
            let item = practice.project_items("acme", 1).pop().unwrap();
            assert_eq!(item.fields["Status"], "In Progress", "{form}: and on the board as well");
        }
        assert_eq!(practice.project_items("acme", 1).len(), 1, "{form}: always the same item");
        clean(&practice);
    }
}

#[tokio::test]
async fn an_issue_that_is_not_on_the_board_yet_is_put_there_by_an_update() {
    for (form, practice, bench) in everywhere(Setup::demo).await {
        let issue = bench.tracker.create(&"acme/shop".into(), &draft("late")).await.unwrap().seen.issue;
        let change = IssueChange { severity: Some(value("priority", "p2")), ..IssueChange::default() };
        let written = bench.tracker.update(&on_project("acme/shop", "1"), &issue, &change).await.unwrap();
        assert_eq!(written.dropped, Vec::<String>::new(), "{form}");
        assert_eq!(practice.project_items("acme", 1)[0].fields["Priority"], "P2", "{form}");
        practice.faults().always(
            matching("POST", if form == "enterprise" { "/graphql" } else { "/projectsV2/1/items" }),
            Fault::PermissionMissing,
        );
        let other = bench.tracker.create(&"acme/shop".into(), &draft("other")).await.unwrap().seen.issue;
        let written = bench.tracker.update(&on_project("acme/shop", "1"), &other, &change).await.unwrap();
        assert!(
            written.dropped.join(" ").contains("was not put on project 1"),
            "{form}: {:?}",
            written.dropped
        );
        clean(&practice);
    }
}

#[tokio::test]
async fn an_issue_gets_its_type_and_a_dropped_one_is_said() {
    for version in ["2022-11-28", "2026-03-10"] {
        let setup = Setup::demo()
            .token(TokenSeed::classic("outsider", &["repo"]).named("outsider"))
            .person("outsider");
        let practice = Practice::start(setup).await.unwrap();
        // Outsiders see it, and may open issues.
        practice.change_repo("acme/shop", RepoChange::Private(false)).unwrap();
        let mut to = Destination::new("acme/shop");
        to.settings.insert("type".to_owned(), "Bug".to_owned());
        for (token, kind) in [("robin", Some("Bug")), ("outsider", None)] {
            let mut settings = settings(&practice.url());
            settings.settings.insert("api_version".to_owned(), version.to_owned());
            let bench = try_connect(settings, &practice.token_named(token).unwrap()).unwrap();
            let mut bare = draft(token);
            (bare.labels, bare.assignees, bare.milestone) = (Vec::new(), Vec::new(), None);
            let written = bench.tracker.create(&to, &bare).await.unwrap();
            let number = written.seen.issue.number.parse().unwrap();
            assert_eq!(practice.issue("acme/shop", number).unwrap().kind.as_deref(), kind, "{token}");
            let told = written.dropped.join(" ");
            assert_eq!(told.contains("dropped the type Bug"), kind.is_none(), "{token}: {told}");
        }
        clean(&practice);
    }
}
