use docket_domain::{Code, Destination, IssueChange, IssueState, Severity, StateReason, Status};
use docket_practice::{Fault, PatSeed, matching};
use docket_tracker::{Outcome, by_id};

use crate::{connect, connect_with, contoso, draft, no_violations, settings, start, to, value};

// covers: S1.7, S1.9, S1.14, S1.15
#[tokio::test]
async fn a_finding_becomes_a_bug_with_repro_steps_priority_severity_and_the_mapped_state() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let mut draft = draft("one");
    draft.status = value("/fields/System.State", "Active");
    draft.assignees = vec!["kim@contoso.example".to_owned(), "robin@contoso.example".to_owned()];
    let written = bench.tracker.create(&to("Web Shop", "Bug"), &draft).await.expect("it is created");
    let item = server.work_items("Web Shop").pop().unwrap();
    assert_eq!(item.state, "Active", "created in the initial state, then moved on");
    assert_eq!(item.rev, 2, "the state came in a second step");
    assert_eq!(
        item.fields["Microsoft.VSTS.TCM.ReproSteps"], "<p>What was found.</p>",
        "forms of bugs show these"
    );
    assert!(!item.fields.contains_key("System.Description"), "the description would not be shown");
    assert_eq!(item.fields["Microsoft.VSTS.Common.Priority"], 1, "the mapped priority, as a number");
    assert_eq!(item.fields["Microsoft.VSTS.Common.Severity"], "1 - Critical", "and the severity beside it");
    let tag = draft.marker.tag();
    assert!(item.tags.contains(&tag) && item.tags.contains(&"security".to_owned()), "tags: {:?}", item.tags);
    assert_eq!(item.assigned.as_deref(), Some("kim@contoso.example"), "the first one is assigned");
    assert_eq!(written.dropped.len(), 1, "only the second assignee is missing: {:?}", written.dropped);
    assert!(written.dropped[0].contains("robin@contoso.example was not assigned"), "{:?}", written.dropped);
    assert_eq!(written.seen.state, IssueState::Open, "an active bug is open");
    assert!(
        written.seen.issue.url.ends_with(&format!("/Web%20Shop/_workitems/edit/{}", item.id)),
        "the page"
    );
    no_violations(&server);
}

// covers: S1.9, S1.10, S1.11, S1.12, S1.13, S1.14, S1.15, S1.16, S1.17, S1.18, S1.19
#[tokio::test]
async fn every_documented_value_is_really_written() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let defaults = by_id("azure-devops").unwrap().card().defaults;
    let place = to("Shop", "Issue");
    let stored = |number: &str| {
        let items = server.work_items("Shop");
        items.into_iter().find(|item| item.id.to_string() == number).expect("the item is there")
    };
    for (severity, priority) in [
        (Severity::Info, 4),
        (Severity::Low, 4),
        (Severity::Medium, 3),
        (Severity::High, 2),
        (Severity::Critical, 1),
    ] {
        let mut draft = draft(severity.as_str());
        draft.severity = defaults.severity.of_severity(severity);
        draft.status = defaults.status.of_status(Status::Active, None);
        let written = bench.tracker.create(&place, &draft).await.unwrap();
        assert_eq!(written.dropped, Vec::<String>::new(), "{severity}: nothing is missing");
        let issue = written.seen.issue;
        let item = stored(&issue.number);
        assert_eq!(item.fields["Microsoft.VSTS.Common.Priority"], priority, "{severity}");
        assert_eq!(item.state, "To Do", "{severity}: active");
        for status in [Status::Closed, Status::FalsePositive, Status::RiskAccepted] {
            for (status, open, state) in [(status, false, "Done"), (Status::Active, true, "To Do")] {
                let change = IssueChange {
                    status: defaults.status.of_status(status, None),
                    open: Some(open),
                    ..IssueChange::default()
                };
                let written = bench.tracker.update(&place, &issue, &change).await.unwrap();
                assert_eq!(written.dropped, Vec::<String>::new(), "{severity}, {status}");
                assert_eq!(stored(&issue.number).state, state, "{severity}, {status}");
            }
        }
    }
    no_violations(&server);
}

#[tokio::test]
async fn what_cannot_be_set_is_said_and_the_rest_is_written() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let mut draft = draft("two");
    draft.labels = vec!["a, b".to_owned(), "fine".to_owned()];
    draft.assignees = vec!["nobody@contoso.example".to_owned()];
    draft.milestone = Some("2.0".to_owned());
    draft.status = value("/fields/System.State", "Finished");
    let written = bench.tracker.create(&to("Shop", "Issue"), &draft).await.expect("it is created");
    let all = written.dropped.join("\n");
    for part in
        ["«a, b» was left out", "nobody@contoso.example cannot be assigned", "no milestones", "«Finished»"]
    {
        assert!(all.contains(part), "«{part}» must be said in:\n{all}");
    }
    assert!(all.contains("To Do (proposed)"), "the states that exist are named with their category:\n{all}");
    assert_eq!(written.seen.labels.len(), 2, "the other label and Docket's own tag are there");
    no_violations(&server);
}

#[tokio::test]
async fn a_strict_process_is_walked_and_a_required_field_is_filled() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let mut one = draft("three");
    one.status = value("/fields/System.State", "Resolved");
    let written = bench.tracker.create(&to("Strict", "Bug"), &one).await.unwrap();
    assert!(written.dropped.is_empty(), "nothing is missing: {:?}", written.dropped);
    assert_eq!(server.work_items("Strict")[0].state, "Resolved", "through every state between");

    let refused = bench.tracker.create(&to("Secure", "Bug"), &draft("four")).await.unwrap_err();
    assert_eq!(refused.outcome, Outcome::Refused, "a missing field is refused");
    assert!(refused.error.problem.message.contains("requires «Security Team»"), "{refused}");
    let mut chosen = to("Secure", "Bug");
    chosen.settings.insert("field:Custom.SecurityTeam".to_owned(), "Blue".to_owned());
    bench.tracker.create(&chosen, &draft("four")).await.expect("with the field it is taken");
    assert_eq!(server.work_items("Secure")[0].fields["Custom.SecurityTeam"], "Blue", "the field is set");
    no_violations(&server);
}

#[tokio::test]
async fn an_update_keeps_what_people_did_and_closes_and_reopens_by_category() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let place = to("Web Shop", "Bug");
    let issue = bench.tracker.create(&place, &draft("five")).await.unwrap().seen.issue;
    let id: u64 = issue.number.parse().unwrap();
    server.someone("kim@contoso.example").tags(id, "mine").unwrap();
    let close = IssueChange {
        add_labels: vec!["fixed".to_owned()],
        remove_labels: vec!["security".to_owned()],
        open: Some(false),
        reason: Some(StateReason::Duplicate),
        comment: Some("<p>It is gone.</p>".to_owned()),
        ..IssueChange::default()
    };
    let written = bench.tracker.update(&place, &issue, &close).await.expect("it is closed");
    assert_eq!(
        written.seen.state,
        IssueState::Closed { reason: Some(StateReason::Duplicate) },
        "with its reason"
    );
    let item = server.work_item(id).unwrap();
    assert_eq!(item.state, "Closed", "the first state of the category Completed");
    assert!(item.tags.contains(&"mine".to_owned()), "other people's tags stay: {:?}", item.tags);
    assert!(!item.tags.contains(&"security".to_owned()), "the tag was taken away");
    bench.tracker.update(&place, &issue, &close).await.expect("repeating it is harmless");
    assert_eq!(server.work_item(id).unwrap().comments.len(), 1, "the comment is there once");
    let reopen = IssueChange { open: Some(true), ..IssueChange::default() };
    let written = bench.tracker.update(&place, &issue, &reopen).await.unwrap();
    assert_eq!(
        (written.seen.state, server.work_item(id).unwrap().state.as_str()),
        (IssueState::Open, "Active"),
        "open"
    );
    let tests = server.log().iter().filter(|entry| entry.method == "PATCH").count();
    assert!(tests >= 3, "updates were sent: {tests}");
    no_violations(&server);
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_unknown_and_found_by_its_tag() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let place = to("Shop", "Issue");
    bench.tracker.who().await.unwrap();
    server.faults().next(matching("POST", "/workitems/$Issue"), Fault::StoreThenCut);
    let draft = draft("six");
    let lost = bench.tracker.create(&place, &draft).await.unwrap_err();
    assert_eq!((lost.outcome, lost.error.code()), (Outcome::Unknown, Code::Uncertain), "{lost}");
    assert_eq!(server.work_items("Shop").len(), 1, "it was stored, and sent only once");
    let page = bench.tracker.changed_since(&place, None, None).await.unwrap();
    let tag = draft.marker.tag();
    let found = page.issues.iter().find(|seen| seen.labels.contains(&tag)).expect("the tag finds it");
    let mut whole = draft.clone();
    whole.status = value("/fields/System.State", "Doing");
    whole.follow_ups = vec!["<p>More.</p>".to_owned(), "<p>Even more.</p>".to_owned()];
    let done = bench.tracker.complete(&place, &found.issue, &whole).await.unwrap();
    assert_eq!(done.len(), 3, "the state and two comments were missing: {done:?}");
    assert!(bench.tracker.complete(&place, &found.issue, &whole).await.unwrap().is_empty(), "nothing twice");
    let item = server.work_items("Shop").pop().unwrap();
    assert_eq!((item.state.as_str(), item.comments.len()), ("Doing", 2), "completed");
    no_violations(&server);
}

#[tokio::test]
async fn a_success_that_asks_for_a_pause_is_not_repeated_but_slows_the_next_request() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let place = to("Shop", "Issue");
    bench.tracker.create(&place, &draft("seven")).await.unwrap();
    server.faults().next(matching("POST", "/workitems/$Issue"), Fault::SecondaryLimit(Some(30)));
    let before = bench.ports.clock.now();
    bench.tracker.create(&place, &draft("eight")).await.expect("it succeeded");
    assert_eq!(server.work_items("Shop").len(), 2, "a creation that succeeded is not sent again");
    bench.tracker.create(&place, &draft("nine")).await.unwrap();
    let waited = bench.ports.clock.now().millis_since(before);
    assert!(waited >= 29_000, "the next request waits as asked, not {waited} ms");
}

#[tokio::test]
async fn an_old_server_gets_an_old_version_and_markdown_goes_to_the_service_only() {
    let server = start(contoso().server("6.0")).await;
    let bench = connect(&server);
    bench.tracker.create(&to("Web Shop", "Bug"), &draft("ten")).await.expect("Server 2020 takes it");
    let asked: Vec<String> = bench.heard.exchanges.lock().unwrap().iter().map(|ex| ex.url.clone()).collect();
    assert_eq!(
        asked.iter().filter(|url| url.contains("api-version=7")).count(),
        1,
        "stepped down once: {asked:#?}"
    );
    no_violations(&server);

    let service = start(contoso()).await;
    let mut settings = settings(&service.url());
    settings.settings.insert("markdown".to_owned(), "true".to_owned());
    let bench = connect_with(settings, &service.token());
    let mut text = draft("eleven");
    text.body = "# Found\n\n<not html>".to_owned();
    bench.tracker.create(&to("Web Shop", "Bug"), &text).await.expect("as Markdown");
    let item = service.work_items("Web Shop").pop().unwrap();
    assert_eq!(item.markdown, ["Microsoft.VSTS.TCM.ReproSteps"], "the long text is Markdown");
    assert_eq!(item.fields["Microsoft.VSTS.TCM.ReproSteps"], text.body, "byte for byte");
    no_violations(&service);
}

#[tokio::test]
async fn refusals_are_said_in_plain_words() {
    let setup = contoso()
        .stakeholder("pat@contoso.example", "Pat Poe")
        .pat(PatSeed::new("guest", "pat@contoso.example", crate::FULL))
        .pat(PatSeed::new("reader", "robin@contoso.example", &["vso.work", "vso.project"]));
    let server = start(setup).await;
    for (token, part) in [("guest", "may not save work items under the area"), ("reader", "lacks a right")] {
        let bench = connect_with(settings(&server.url()), &server.token_named(token).unwrap());
        let refused = bench.tracker.create(&to("Shop", "Issue"), &draft(token)).await.unwrap_err();
        assert_eq!(refused.outcome, Outcome::Refused, "{token}: {refused}");
        assert!(refused.error.problem.message.contains(part), "{token} must hear «{part}»: {refused}");
    }
    let bench = connect(&server);
    let nowhere = bench.tracker.create(&Destination::new("Nowhere"), &draft("x")).await.unwrap_err();
    assert!(nowhere.error.problem.message.contains("no project «Nowhere»"), "{nowhere}");
    let long = docket_domain::IssueDraft { title: "x".repeat(256), ..draft("long") };
    let refused = bench.tracker.create(&to("Shop", "Issue"), &long).await.unwrap_err();
    assert!(refused.error.problem.message.contains("takes 255"), "{refused}");
}
