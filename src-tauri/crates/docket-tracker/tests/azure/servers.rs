//! Servers of one's own, one version after the other: TFS 2018 with Update 2 up to Azure DevOps
//! Server 2022. What each of them lacks is told in the practice server's `editions`, with what
//! of it the vendor documents and what is judgement.

use docket_domain::check::CheckState;
use docket_domain::{Code, IssueChange, IssueState, StateReason};
use docket_practice::{Fault, Logged, PracticeAzure, matching};
use docket_tracker::{CheckGoal, Outcome, by_id};

use crate::support::{Bench, check, expect_stage};
use crate::{connect, connect_with, contoso_as, draft, no_violations, settings, start, to, value};

/// The latest version that a server names, and the one that Docket speaks with it.
const SERVERS: [(&str, &str); 7] = [
    ("7.1", "7.1"),
    ("7.0", "7.0"),
    // Server 2020 and 2019 with Update 1 name versions that were never released as such.
    ("6.1", "6.0"),
    ("6.0", "6.0"),
    ("5.1", "5.0"),
    ("5.0", "5.0"),
    ("4.1", "4.1"),
];

async fn server(latest: &str) -> (PracticeAzure, Bench) {
    let server = start(contoso_as("DefaultCollection").server(latest)).await;
    assert!(server.url().ends_with("/tfs/DefaultCollection"), "as people paste it: {}", server.url());
    let bench = connect(&server);
    (server, bench)
}

fn asked_in(entry: &Logged) -> &str {
    entry.query.split("api-version=").nth(1).unwrap_or_default()
}

/// Every change of a work item began with the test of its revision.
fn tested(server: &PracticeAzure) {
    for entry in server.log().iter().filter(|entry| entry.method == "PATCH") {
        let first = entry.body.as_ref().map(|body| body[0].clone()).unwrap_or_default();
        assert_eq!((first["op"].as_str(), first["path"].as_str()), (Some("test"), Some("/rev")), "{entry:?}");
    }
}

// covers: S1.5, S1.8, X4
#[tokio::test]
async fn each_passes_the_connection_test_in_its_own_version_and_nothing_is_stored() {
    for (latest, spoken) in SERVERS {
        let (server, bench) = server(latest).await;
        let defaults = by_id("azure-devops").unwrap().card().defaults;
        let goal = CheckGoal {
            to: Some(to("Shop", "Issue")),
            labels: defaults.labels.clone(),
            severity: defaults.severity.clone(),
            status: defaults.status,
            assignees: vec!["kim@contoso.example".to_owned()],
            ..CheckGoal::default()
        };
        let report = check(&bench, goal).await;
        assert!(report.ok, "{latest}:\n{}", report.text);
        let says = if spoken == "7.1" { "Signed in as".to_owned() } else { format!("so {spoken} is used") };
        expect_stage(&report, "credential", CheckState::Ok, &says, "");
        let items = &expect_stage(&report, "mapping", CheckState::Ok, "", "").items;
        assert!(items.iter().any(|item| item.subject == "False positive → Done"), "{latest}: states");
        assert!(items.iter().any(|item| item.subject == "Dry run"), "{latest}: a whole work item was judged");
        assert!(server.work_items("Shop").is_empty(), "{latest}: a test changes nothing");
        let creations = server.log().into_iter().filter(|entry| entry.path.contains("/workitems/$"));
        for entry in creations {
            assert!(entry.query.contains("validateOnly=true"), "{latest}: only judged: {entry:?}");
        }
        let fields = bench.tracker.fields_of(&to("Shop", "Issue")).await.unwrap();
        assert!(fields.status[0].values.iter().any(|state| state.value == "Doing"), "{latest}: {fields:?}");
        no_violations(&server);
    }
}

// covers: S1.9, S1.14, S1.15, S2.16, X2
#[tokio::test]
async fn each_has_work_items_created_found_changed_commented_closed_and_reopened() {
    for (latest, spoken) in SERVERS {
        let (server, bench) = server(latest).await;
        let place = to("Web Shop", "Bug");
        let mut first = draft("life");
        first.status = value("/fields/System.State", "Active");
        first.assignees = vec!["kim@contoso.example".to_owned()];
        let written =
            bench.tracker.create(&place, &first).await.unwrap_or_else(|e| panic!("{latest}: {e:?}"));
        assert_eq!(written.dropped, Vec::<String>::new(), "{latest}: nothing is missing");
        assert_eq!(written.seen.assignees, ["kim@contoso.example"], "{latest}: a person, however told");
        let issue = written.seen.issue;
        let id: u64 = issue.number.parse().unwrap();

        let page = bench.tracker.changed_since(&place, None, None).await.unwrap();
        let tag = first.marker.tag();
        let found: Vec<_> = page.issues.iter().filter(|seen| seen.labels.contains(&tag)).collect();
        assert_eq!(found.len(), 1, "{latest}: found by its tag");
        assert_eq!(found[0].author.as_deref(), Some("robin@contoso.example"), "{latest}: and whose it is");

        server.someone("kim@contoso.example").tags(id, "mine").unwrap();
        let change = IssueChange {
            title: Some("Another title".to_owned()),
            body: Some("<p>Looked at again.</p>".to_owned()),
            add_labels: vec!["later".to_owned()],
            comment: Some("<p>One more was found.</p>".to_owned()),
            ..IssueChange::default()
        };
        for _ in 0..2 {
            let changed = bench.tracker.update(&place, &issue, &change).await;
            let changed = changed.unwrap_or_else(|error| panic!("{latest}: {error:?}"));
            assert_eq!(changed.dropped, Vec::<String>::new(), "{latest}: nothing is missing");
        }
        let item = server.work_item(id).unwrap();
        assert_eq!(item.title, "Another title", "{latest}");
        assert_eq!(item.fields["Microsoft.VSTS.TCM.ReproSteps"], "<p>Looked at again.</p>", "{latest}");
        assert!(["mine", "later"].iter().all(|tag| item.tags.iter().any(|t| t == tag)), "{:?}", item.tags);
        let texts: Vec<&str> = item.comments.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["<p>One more was found.</p>"], "{latest}: once, though sent for twice");

        let close =
            IssueChange { open: Some(false), reason: Some(StateReason::Duplicate), ..IssueChange::default() };
        let closed = bench.tracker.update(&place, &issue, &close).await.unwrap();
        let duplicate = IssueState::Closed { reason: Some(StateReason::Duplicate) };
        assert_eq!(closed.seen.state, duplicate, "{latest}: closed");
        let reopen = IssueChange { open: Some(true), ..IssueChange::default() };
        let open = bench.tracker.update(&place, &issue, &reopen).await.unwrap();
        assert_eq!(open.seen.state, IssueState::Open, "{latest}: open again");
        tested(&server);

        server.someone("kim@contoso.example").deletes(id).unwrap();
        let other = bench.tracker.create(&place, &draft("other")).await.unwrap().seen.issue;
        let read = bench.tracker.read(&[issue, other]).await.unwrap();
        let states: Vec<&IssueState> = read.iter().map(|(_, read)| &read.state).collect();
        assert_eq!(states, [&IssueState::Deleted, &IssueState::Open], "{latest}: the bin is looked into");

        let log = server.log();
        let too_new = log.iter().filter(|entry| entry.status == Some(400)).count();
        let newest = docket_newest(latest);
        assert_eq!(too_new, usize::from(!newest), "{latest}: stepped down once and remembered");
        let answered = log.iter().filter(|entry| entry.status == Some(200));
        for entry in answered {
            assert!(asked_in(entry).starts_with(spoken), "{latest} is spoken to in {spoken}: {entry:?}");
        }
        no_violations(&server);
    }
}

fn docket_newest(latest: &str) -> bool {
    latest == "7.1"
}

#[tokio::test]
async fn what_an_old_server_lacks_is_asked_for_in_the_old_way() {
    for (latest, comments_apart, batch) in
        [("6.0", true, true), ("5.1", false, true), ("5.0", false, true), ("4.1", false, false)]
    {
        let (server, bench) = server(latest).await;
        let place = to("Shop", "Issue");
        let issue = bench.tracker.create(&place, &draft("old")).await.unwrap().seen.issue;
        let note = |text: &str| IssueChange { comment: Some(text.to_owned()), ..IssueChange::default() };
        bench.tracker.update(&place, &issue, &note("<p>Said.</p>")).await.unwrap();
        // The very first question may be for many: a new connection knows no version yet.
        let fresh = connect(&server);
        let read = fresh.tracker.read(std::slice::from_ref(&issue)).await.unwrap();
        assert_eq!(read[0].1.state, IssueState::Open, "{latest}: read at once");
        fresh.tracker.read(std::slice::from_ref(&issue)).await.unwrap();

        let log = server.log();
        let count = |method: &str, end: &str| {
            log.iter().filter(|entry| entry.method == method && entry.path.ends_with(end)).count()
        };
        assert_eq!(count("POST", "/comments") > 0, comments_apart, "{latest}: comments by themselves");
        let said = log.iter().filter(|entry| {
            entry.method == "PATCH" && entry.body.as_ref().is_some_and(|b| b.to_string().contains("History"))
        });
        assert_eq!(said.count() > 0, !comments_apart, "{latest}: or as history");
        if !batch {
            assert_eq!(count("POST", "/workitemsbatch"), 1, "{latest}: tried once, and remembered");
        }
        assert_eq!(count("GET", "/wit/workitems") > 0, !batch, "{latest}: ids in the address");
        tested(&server);
        no_violations(&server);
    }
}

// covers: X2
#[tokio::test]
async fn on_each_a_lost_answer_is_looked_for_and_nothing_is_written_twice() {
    for (latest, spoken) in SERVERS {
        let (server, bench) = server(latest).await;
        let place = to("Shop", "Issue");
        let before = bench.tracker.create(&place, &draft("before")).await.unwrap().seen.issue;
        server.faults().next(matching("POST", "/workitems/$Issue"), Fault::StoreThenCut);
        let mut lost = draft("lost");
        let error = bench.tracker.create(&place, &lost).await.unwrap_err();
        assert_eq!((error.outcome, error.error.code()), (Outcome::Unknown, Code::Uncertain), "{latest}");
        let page = bench.tracker.changed_since(&place, None, None).await.unwrap();
        let tag = lost.marker.tag();
        let found = page.issues.iter().find(|seen| seen.labels.contains(&tag)).expect("the tag finds it");
        lost.status = value("/fields/System.State", "Doing");
        lost.follow_ups = vec!["<p>More.</p>".to_owned(), "<p>Even more.</p>".to_owned()];
        let done = bench.tracker.complete(&place, &found.issue, &lost).await.unwrap();
        assert_eq!(done.len(), 3, "{latest}: the state and two comments were missing: {done:?}");
        let again = bench.tracker.complete(&place, &found.issue, &lost).await.unwrap();
        assert_eq!(again, Vec::<String>::new(), "{latest}: nothing twice");

        let (method, path) = if spoken < "6.0" {
            ("PATCH", format!("/workitems/{}", before.number))
        } else {
            ("POST", format!("/workItems/{}/comments", before.number))
        };
        server.faults().next(matching(method, &path), Fault::StoreThenCut);
        let note = IssueChange { comment: Some("<p>Heard.</p>".to_owned()), ..IssueChange::default() };
        bench.tracker.update(&place, &before, &note).await.expect("it is looked for");
        let item = server.work_item(before.number.parse().unwrap()).unwrap();
        assert_eq!(item.comments.len(), 1, "{latest}: the comment is there once");
        no_violations(&server);
    }
}

// covers: X2
#[tokio::test]
async fn on_each_a_change_that_somebody_made_meanwhile_survives() {
    for (latest, _) in SERVERS {
        let (server, issue, tracker) =
            crate::races::watched(contoso_as("DefaultCollection").server(latest), 1, |server, id| {
                server.someone("kim@contoso.example").tags(id, "late").unwrap();
            })
            .await;
        let change = IssueChange { add_labels: vec!["fixed".to_owned()], ..IssueChange::default() };
        tracker.update(&to("Shop", "Issue"), &issue, &change).await.expect("read again, merged again");
        let item = server.work_items("Shop").pop().unwrap();
        for tag in ["late", "fixed", "security"] {
            assert!(item.tags.iter().any(|other| other == tag), "{latest}: «{tag}» is among {:?}", item.tags);
        }
        let refused = server.log().iter().filter(|entry| entry.status == Some(412)).count();
        assert_eq!(refused, 1, "{latest}: the first try was refused by its test of the revision");
        no_violations(&server);
    }
}

#[tokio::test]
async fn on_an_old_server_a_comment_waits_for_whoever_was_faster() {
    // The second reading is the one just before the comment.
    let (server, issue, tracker) =
        crate::races::watched(contoso_as("DefaultCollection").server("5.0"), 2, |server, id| {
            server.someone("kim@contoso.example").tags(id, "late").unwrap();
        })
        .await;
    let note = IssueChange { comment: Some("<p>Seen.</p>".to_owned()), ..IssueChange::default() };
    tracker.update(&to("Shop", "Issue"), &issue, &note).await.expect("read again, said again");
    let item = server.work_items("Shop").pop().unwrap();
    assert_eq!(item.comments.len(), 1, "said once");
    let refused = server.log().iter().filter(|entry| entry.status == Some(412)).count();
    assert_eq!(refused, 1, "the first try was refused by its test of the revision");
    assert!(item.tags.contains(&"late".to_owned()), "beside what Kim did: {:?}", item.tags);
    tested(&server);
}

#[tokio::test]
async fn a_server_that_is_too_old_is_told_so_and_left_alone() {
    let (server, bench) = server("4.0").await;
    let report = check(&bench, CheckGoal { to: Some(to("Shop", "Issue")), ..CheckGoal::default() }).await;
    expect_stage(
        &report,
        "server",
        CheckState::Failed,
        "version 4.0 of the API at most",
        "TFS 2018 Update 2",
    );
    let error = bench.tracker.create(&to("Shop", "Issue"), &draft("no")).await.unwrap_err();
    assert_ne!(error.outcome, Outcome::Unknown, "nothing is in doubt: {error:?}");
    assert!(server.work_items("Shop").is_empty(), "nothing was written");
    assert!(server.log().iter().all(|entry| !entry.path.contains('$')), "not even a dry run was tried");
}

#[tokio::test]
async fn markdown_is_refused_by_every_server_before_anything_is_written() {
    for (latest, _) in SERVERS {
        let (server, _) = server(latest).await;
        let mut settings = settings(&server.url());
        settings.settings.insert("markdown".to_owned(), "true".to_owned());
        let bench = connect_with(settings, &server.token());
        let report = check(&bench, CheckGoal { to: Some(to("Shop", "Issue")), ..CheckGoal::default() }).await;
        expect_stage(
            &report,
            "credential",
            CheckState::Failed,
            "Only Azure DevOps Services has texts in Markdown",
            "Switch",
        );
        let error = bench.tracker.create(&to("Shop", "Issue"), &draft("no")).await.unwrap_err();
        assert_ne!(error.outcome, Outcome::Unknown, "{latest}: nothing is in doubt: {error:?}");
        assert!(server.work_items("Shop").is_empty(), "{latest}: nothing was written");
    }
}

#[tokio::test]
async fn a_collection_may_follow_the_host_directly() {
    for latest in ["7.0", "4.1"] {
        let server = start(contoso_as("Main").server(latest).without_tfs()).await;
        assert!(server.url().ends_with("/Main") && !server.url().contains("tfs"), "{}", server.url());
        let bench = connect(&server);
        let report = check(&bench, CheckGoal { to: Some(to("Shop", "Issue")), ..CheckGoal::default() }).await;
        assert!(report.ok, "{latest}:\n{}", report.text);
        bench.tracker.create(&to("Shop", "Issue"), &draft("root")).await.unwrap();
        no_violations(&server);
    }
}
