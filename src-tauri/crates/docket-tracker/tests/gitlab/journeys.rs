//! Whole journeys: an issue is created, read, listed, changed, closed, on every sort of server.

use docket_domain::check::{Repair, RepairKind};
use docket_domain::{Destination, IssueChange, IssueState, Marker, Severity, Status};
use docket_practice::gitlab::{Access, GitLabSetup, Tier, TokenSeed};
use docket_tracker::{Markup, by_id};

use super::support::{self, connect_as, settings};
use super::{clean, connect, draft, set, shop, start};

// covers: S1.46, S1.47, S1.49, S1.51, S1.52, S1.57, S1.60, S1.61, S1.62, S2.14, S2.16, S2.17, S2.18
#[tokio::test]
async fn an_issue_is_created_read_listed_and_closed() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    let draft = draft("one");
    let written = bench.tracker.create(&shop(), &draft).await.unwrap();
    assert_eq!(written.dropped, Vec::<String>::new(), "robin is Developer, so nothing is dropped");
    let iid = written.seen.issue.number.parse().unwrap();
    let stored = practice.issue("acme/shop", iid).unwrap();
    assert!(stored.confidential, "security findings are confidential unless somebody says otherwise");
    assert_eq!(stored.labels, ["security", "team blue", "Priority::5"], "critical is 5");
    assert_eq!((stored.assignees, stored.milestone.as_deref()), (vec!["kim".to_owned()], Some("2.0")));
    assert_eq!(stored.description, draft.body, "the text is kept to the letter");
    assert_eq!(written.seen.fields.get("Priority").map(String::as_str), Some("5"), "read back by its name");
    let page = bench
        .tracker
        .changed_since(&shop(), Some(docket_domain::Timestamp(support::now() - 60_000)), None)
        .await
        .unwrap();
    let found =
        page.issues.iter().filter(|issue| Marker::find_all(&issue.body).contains(&draft.marker)).count();
    assert_eq!(found, 1, "the marker finds the confidential issue again, once");
    assert!(page.server_time.is_some(), "the server's clock is told");
    let issue = written.seen.issue;
    let change = IssueChange {
        status: by_id("gitlab").unwrap().card().defaults.status.of_status(Status::RiskAccepted, None),
        comment: Some("Accepted until spring.".to_owned()),
        ..IssueChange::default()
    };
    let closed = bench.tracker.update(&shop(), &issue, &change).await.unwrap();
    assert_eq!(closed.seen.state, IssueState::Closed { reason: None });
    assert_eq!(practice.issue("acme/shop", iid).unwrap().notes, ["Accepted until spring."]);
    let reopened = bench
        .tracker
        .update(&shop(), &issue, &IssueChange { open: Some(true), ..IssueChange::default() })
        .await
        .unwrap();
    assert_eq!(reopened.seen.state, IssueState::Open);
    clean(&practice);
}

// covers: S1.52, S1.53, S1.54, S1.55, S1.56, S1.57, S1.59, S2.19
#[tokio::test]
async fn a_new_severity_replaces_the_old_label_and_peoples_labels_stay() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    let map = by_id("gitlab").unwrap().card().defaults.severity;
    let issue = bench.tracker.create(&shop(), &draft("two")).await.unwrap().seen.issue;
    let iid = issue.number.parse().unwrap();
    practice.someone("kim").labels("acme/shop", iid, "bug").unwrap();
    for (severity, value) in [
        (Severity::Info, "1"),
        (Severity::Low, "2"),
        (Severity::Medium, "3"),
        (Severity::High, "4"),
        (Severity::Critical, "5"),
    ] {
        let change = IssueChange {
            severity: map.of_severity(severity),
            status: set("Status", "False positive"),
            open: Some(false),
            ..IssueChange::default()
        };
        let written = bench.tracker.update(&shop(), &issue, &change).await.unwrap();
        assert_eq!(written.dropped, Vec::<String>::new());
        let stored = practice.issue("acme/shop", iid).unwrap();
        let priorities: Vec<&String> =
            stored.labels.iter().filter(|label| label.starts_with("Priority::")).collect();
        assert_eq!(priorities, [&format!("Priority::{value}")], "one priority at a time");
        assert!(stored.labels.contains(&"bug".to_owned()), "kim's label stays: {:?}", stored.labels);
        assert!(stored.labels.contains(&"Status::False positive".to_owned()), "a status as a label");
        assert!(!stored.open, "and it is closed");
    }
    clean(&practice);
}

// covers: S1.58, S1.60, S1.61, S1.62, S1.63, S1.64
#[tokio::test]
async fn every_documented_status_is_really_written() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    let map = by_id("gitlab").unwrap().card().defaults.status;
    let issue = bench.tracker.create(&shop(), &draft("statuses")).await.unwrap().seen.issue;
    let iid = issue.number.parse().unwrap();
    for status in [Status::Closed, Status::FalsePositive, Status::RiskAccepted] {
        for (status, open) in [(status, false), (Status::Active, true)] {
            let change = IssueChange { status: map.of_status(status, None), ..IssueChange::default() };
            let written = bench.tracker.update(&shop(), &issue, &change).await.unwrap();
            assert_eq!(written.dropped, Vec::<String>::new(), "{status}");
            let stored = practice.issue("acme/shop", iid).unwrap();
            assert_eq!(stored.open, open, "{status}");
            assert!(!stored.labels.iter().any(|label| label.starts_with("Status")), "{status}: no label");
        }
    }
    clean(&practice);
}

#[tokio::test]
async fn a_server_under_a_path_and_a_proxy_that_mangles_paths_are_no_obstacle() {
    for setup in [
        GitLabSetup::demo().relative_root("/gitlab"),
        GitLabSetup::demo().relative_root("/dev/gitlab"),
        GitLabSetup::demo().mangles_encoded_slashes(),
    ] {
        let (practice, bench) = start(setup).await;
        bench.tracker.create(&shop(), &draft("path")).await.unwrap();
        let with_project = connect(&format!("{}/acme/shop", practice.url()), &practice.token());
        let to = with_project.tracker.targets("acme/shop", None).await.unwrap();
        assert!(to.targets.iter().any(|target| target.key == "acme/shop"), "{to:?}");
        clean(&practice);
    }
}

#[tokio::test]
async fn a_group_is_no_target_and_its_projects_are_named() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    let error = bench.tracker.create(&"acme/platform".into(), &draft("group")).await.unwrap_err();
    let text = error.error.problem.to_string();
    assert!(text.contains("is a group") && text.contains("acme/platform/api"), "{text}");
    let page = bench.tracker.targets("acme/", None).await.unwrap();
    let keys: Vec<&str> = page.targets.iter().map(|target| target.key.as_str()).collect();
    assert!(keys.contains(&"acme/platform/api") && keys.contains(&"acme/shop"), "{keys:?}");
    assert!(!keys.contains(&"robin/notes"), "only that group: {keys:?}");
    assert!(page.owners.iter().any(|owner| owner.login == "acme" && owner.organization), "{page:?}");
    clean(&practice);
}

// covers: S1.49, S1.50
#[tokio::test]
async fn personal_project_group_and_oauth_tokens_work() {
    let setup = GitLabSetup::demo()
        .token(TokenSeed::project("acme/shop", Access::Reporter, &["api"]).named("of-project"))
        .token(TokenSeed::group("acme", Access::Planner, &["api"]).named("of-group"))
        .token(TokenSeed::oauth("kim", &["api"]).named("of-oauth"));
    let (practice, _) = start(setup).await;
    for name in ["of-project", "of-group", "of-oauth"] {
        let mut settings = settings(&practice.url());
        if name == "of-oauth" {
            settings.auth = "device".to_owned();
        }
        let token = practice.token_named(name).unwrap();
        let bench = connect_as("gitlab", settings, &token).unwrap();
        let written = bench.tracker.create(&shop(), &draft(name)).await.unwrap();
        assert_eq!(written.dropped, Vec::<String>::new(), "{name}");
        bench.tracker.who().await.unwrap();
    }
    clean(&practice);
}

#[tokio::test]
async fn the_device_grant_has_its_addresses_and_wants_an_application() {
    let kind = by_id("gitlab").unwrap();
    let mut given = settings("https://git.example.com/gitlab/api/v4");
    assert_eq!(kind.device(&given).unwrap(), None, "a token needs no device");
    given.auth = "device".to_owned();
    assert!(kind.device(&given).is_err(), "without an application there is no code");
    given.settings.insert("client_id".to_owned(), "abc".to_owned());
    let ends = kind.device(&given).unwrap().unwrap();
    assert_eq!(ends.code_url, "https://git.example.com/gitlab/oauth/authorize_device");
    assert_eq!(ends.token_url, "https://git.example.com/gitlab/oauth/token");
    assert_eq!(ends.scope, "api");
    assert!(kind.card().auth.iter().all(|auth| auth.id != "basic"), "GitLab takes no passwords");
}

// covers: S1.59
#[tokio::test]
async fn a_paid_server_has_weights_statuses_and_several_assignees() {
    let (practice, bench) = start(GitLabSetup::demo().tier(Tier::Premium)).await;
    let fields = bench.tracker.fields_of(&shop()).await.unwrap();
    let ids = |fields: &[docket_domain::ValueField]| -> Vec<String> {
        fields.iter().map(|field| field.id.clone()).collect()
    };
    assert!(ids(&fields.severity).contains(&"issue weight".to_owned()), "{:?}", ids(&fields.severity));
    assert!(ids(&fields.status).contains(&"work item status".to_owned()), "{:?}", ids(&fields.status));
    let status = fields.status.iter().find(|field| field.id == "work item status").unwrap();
    let fits = ["active", "closed", "false_positive"].map(|word| status.fitting[word].as_str());
    assert_eq!(fits, ["To do", "Done", "Won't do"], "what is dismissed is not done");
    let mut draft = draft("paid");
    draft.assignees = vec!["kim".to_owned(), "robin".to_owned()];
    draft.severity = set("issue weight", "5");
    draft.status = set("work item status", "In progress");
    let written = bench.tracker.create(&shop(), &draft).await.unwrap();
    assert_eq!(written.dropped, Vec::<String>::new());
    let stored = practice.issue("acme/shop", written.seen.issue.number.parse().unwrap()).unwrap();
    assert_eq!((stored.weight, stored.status.as_deref()), (Some(5), Some("In progress")));
    assert_eq!(stored.assignees.len(), 2, "both are assigned");
    let change = IssueChange { status: set("work item status", "Done"), ..IssueChange::default() };
    let done = bench.tracker.update(&shop(), &written.seen.issue, &change).await.unwrap();
    assert_eq!(done.seen.state, IssueState::Closed { reason: None }, "done closes: {done:?}");
    clean(&practice);
}

#[tokio::test]
async fn an_incident_has_a_severity_and_a_due_date_counts_from_today() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    let mut to = shop();
    to.settings.insert("issue_type".to_owned(), "incident".to_owned());
    to.settings.insert("due_in_days".to_owned(), "30".to_owned());
    to.settings.insert("confidential".to_owned(), String::new());
    let mut draft = draft("incident");
    draft.severity = set("incident severity", "high");
    let written = bench.tracker.create(&to, &draft).await.unwrap();
    assert_eq!(written.dropped, Vec::<String>::new());
    let stored = practice.issue("acme/shop", written.seen.issue.number.parse().unwrap()).unwrap();
    assert_eq!((stored.issue_type.as_str(), stored.severity.as_str()), ("incident", "high"));
    assert!(stored.due_date.is_some() && !stored.confidential, "as chosen");
    clean(&practice);
}

#[tokio::test]
async fn what_became_of_issues_is_told_apart() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    let mut issues = Vec::new();
    for name in ["open", "closed", "moved", "deleted"] {
        issues.push(bench.tracker.create(&shop(), &draft(name)).await.unwrap().seen.issue);
    }
    let number = |at: usize| issues[at].number.parse::<u64>().unwrap();
    let kim = practice.someone("kim");
    kim.closes("acme/shop", number(1)).unwrap();
    let there = kim.moves("acme/shop", number(2), "acme/platform/api").unwrap();
    kim.deletes("acme/shop", number(3)).unwrap();
    let reads = bench.tracker.read(&issues).await.unwrap();
    let states: Vec<&IssueState> = reads.iter().map(|(_, read)| &read.state).collect();
    assert_eq!(states[0], &IssueState::Open);
    assert_eq!(states[1], &IssueState::Closed { reason: None });
    assert_eq!(states[2], &IssueState::Moved { to: Some(format!("acme/platform/api#{there}")) });
    assert_eq!(states[3], &IssueState::NotVisible, "GitLab does not tell deleted from hidden");
    assert_eq!(reads[2].1.seen.as_ref().map(|seen| seen.issue.number.clone()), Some(there.to_string()));
    clean(&practice);
}

// covers: X4
#[tokio::test]
async fn labels_and_milestones_are_made_once() {
    let (practice, bench) = start(GitLabSetup::demo()).await;
    for (kind, name) in [(RepairKind::Label, "Priority::5"), (RepairKind::Milestone, "3.0")] {
        let repair = Repair { kind, field: None, name: name.to_owned() };
        let first = bench.tracker.repair(&shop(), &repair).await.unwrap();
        assert!(first.contains("was created"), "{first}");
        let again =
            connect(&practice.url(), &practice.token()).tracker.repair(&shop(), &repair).await.unwrap();
        assert!(again.contains("there already"), "{again}");
    }
    assert!(practice.labels("acme/shop").contains(&"Priority::5".to_owned()));
    let fields = bench.tracker.fields_of(&shop()).await.unwrap();
    assert!(fields.milestones.iter().any(|choice| choice.value == "3.0"));
    assert!(fields.assignees.iter().any(|choice| choice.value == "kim"), "members of the group count");
    clean(&practice);
}

// covers: S1.46, S1.52, S1.53, S1.54, S1.55, S1.56, S1.57, S1.60, S1.61, S1.62, S1.63, S1.64
#[test]
fn a_new_mapping_starts_with_the_documented_values() {
    let defaults = by_id("gitlab").unwrap().card().defaults;
    let severity =
        |severity| defaults.severity.of_severity(severity).map(|set| (set.field, set.value)).unwrap();
    let priority = |value: &str| ("Priority".to_owned(), value.to_owned());
    assert_eq!(severity(Severity::Info), priority("1"));
    assert_eq!(severity(Severity::Low), priority("2"));
    assert_eq!(severity(Severity::Medium), priority("3"));
    assert_eq!(severity(Severity::High), priority("4"));
    assert_eq!(severity(Severity::Critical), priority("5"));
    let status = |status| defaults.status.of_status(status, None).map(|set| (set.field, set.value)).unwrap();
    let is = |value: &str| ("Status".to_owned(), value.to_owned());
    assert_eq!(status(Status::Active), is("opened"));
    for closed in [Status::Closed, Status::FalsePositive, Status::RiskAccepted] {
        assert_eq!(status(closed), is("closed"));
    }
    let bench = connect("https://gitlab.com", "glpat-0123456789abcdefghij");
    let limits = bench.tracker.limits();
    assert_eq!((limits.title_chars, limits.markup), (255, Markup::GitLabMarkdown));
    assert!(Destination::new("x").setting("confidential").is_none(), "an old mapping has no such key");
}
