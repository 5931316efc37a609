//! What Azure DevOps leaves out or asks for beside its answer is said and heeded.

use docket_domain::{IssueChange, IssueRef, IssueState, StateReason};
use docket_practice::{Fault, matching};

use crate::support::scripted;
use crate::{connect, connect_with, contoso, draft, no_violations, settings, start, to, value};

const JSON: &str = "Content-Type: application/json\r\n";

// covers: S2.18
#[tokio::test]
async fn what_a_rule_takes_away_from_a_creation_is_a_warning() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    for (fault, said) in [
        (Fault::DropLabels, "Azure DevOps dropped the tags"),
        (Fault::DropProjectFields, "«Priority»"),
        (Fault::DropAssignees, "dropped «kim@contoso.example»"),
    ] {
        let name = fault.name();
        let mut full = draft(name);
        full.assignees = vec!["kim@contoso.example".to_owned()];
        // Whether Kim can be assigned is asked before, so that the fault strikes the creation.
        bench.tracker.create(&to("Web Shop", "Bug"), &full).await.unwrap();
        server.faults().next(matching("POST", "/workitems/$Bug"), fault);
        let dropped = bench.tracker.create(&to("Web Shop", "Bug"), &full).await.unwrap().dropped.join("\n");
        assert!(dropped.contains(said), "{name}: «{said}» must be said: {dropped}");
    }
    no_violations(&server);
}

// covers: S2.18
#[tokio::test]
async fn what_a_rule_takes_away_from_a_change_is_a_warning() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let place = to("Web Shop", "Bug");
    let issue = bench.tracker.create(&place, &draft("changed")).await.unwrap().seen.issue;
    let change = IssueChange {
        title: Some("Other".to_owned()),
        add_labels: vec!["later".to_owned()],
        severity: value("/fields/Microsoft.VSTS.Common.Priority", "3"),
        ..IssueChange::default()
    };
    for (fault, said) in [
        (Fault::DropLabels, "dropped the tags later"),
        (Fault::DropProjectFields, "«Priority» to «1» and not"),
    ] {
        let name = fault.name();
        let one = bench.tracker.create(&place, &draft(name)).await.unwrap().seen.issue;
        server.faults().next(matching("PATCH", &format!("/workitems/{}", one.number)), fault);
        let dropped = bench.tracker.update(&place, &one, &change).await.unwrap().dropped.join("\n");
        assert!(dropped.contains(said), "{name}: «{said}» must be said: {dropped}");
    }
    let whole = bench.tracker.update(&place, &issue, &change).await.unwrap();
    assert_eq!(whole.dropped, Vec::<String>::new(), "and nothing where nothing is missing");
    no_violations(&server);
}

#[tokio::test]
async fn a_refusal_for_too_much_effort_is_waited_out_and_the_work_item_exists_once() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let place = to("Shop", "Issue");
    bench.tracker.create(&place, &draft("before")).await.unwrap();
    server.faults().next(matching("POST", "/workitems/$Issue"), Fault::PrimaryLimit);
    let before = bench.ports.clock.now();
    bench.tracker.create(&place, &draft("blocked")).await.expect("after the pause it goes through");
    let waited = bench.ports.clock.now().millis_since(before);
    assert!(waited >= 299_000, "as long as was asked for, not {waited} ms");
    assert_eq!(server.work_items("Shop").len(), 2, "once");
    assert!(!bench.heard.waits.lock().unwrap().is_empty(), "it was announced");
}

// covers: S1.17
#[tokio::test]
async fn closing_never_removes_and_what_somebody_removed_is_closed() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let place = to("Web Shop", "Task");
    let close = IssueChange { open: Some(false), ..IssueChange::default() };
    let issue = bench.tracker.create(&place, &draft("done")).await.unwrap().seen.issue;
    bench.tracker.update(&place, &issue, &close).await.unwrap();
    let id = issue.number.parse().unwrap();
    assert_eq!(server.work_item(id).unwrap().state, "Closed", "of the category Completed, not Removed");

    let other = bench.tracker.create(&place, &draft("removed")).await.unwrap().seen.issue;
    let id = other.number.parse().unwrap();
    server.someone("kim@contoso.example").moves_to_state(id, "Removed").unwrap();
    let read = bench.tracker.read(std::slice::from_ref(&other)).await.unwrap();
    let not_planned = IssueState::Closed { reason: Some(StateReason::NotPlanned) };
    assert_eq!(read[0].1.state, not_planned, "removed is closed, and nothing was fixed");
    let written = bench.tracker.update(&place, &other, &close).await.unwrap();
    assert_eq!(written.seen.state, not_planned, "closed already, so nothing is done");
    assert_eq!(server.work_item(id).unwrap().state, "Removed", "left where Kim put it");
    no_violations(&server);
}

#[tokio::test]
async fn a_server_that_repeats_the_token_does_not_get_it_into_an_error() {
    let token = "tok0123456789abcdefghijklmnopqrstuvwxyz";
    let known = IssueRef {
        target: "Shop".to_owned(),
        number: "1".to_owned(),
        stable_id: Some("1".to_owned()),
        url: String::new(),
    };
    for status in ["400 Bad Request", "403 Forbidden", "500 Internal Server Error"] {
        let body = format!(r#"{{"message":"the token {token} is odd","typeKey":"Odd"}}"#);
        let (url, _) = scripted::serve(move |_| scripted::reply(status, JSON, &body)).await;
        let bench = connect_with(settings(&format!("{url}/tfs/Main")), token);
        let read = bench.tracker.read(std::slice::from_ref(&known)).await.unwrap_err();
        let change = IssueChange { title: Some("x".to_owned()), ..IssueChange::default() };
        let write = bench.tracker.update(&to("Shop", "Issue"), &known, &change).await.unwrap_err();
        for error in [read, write.error] {
            let shown = format!("{error:?} {error} {:?} {:?}", error.problem.hint, error.problem.context);
            assert!(!shown.contains(token), "{status}: the token is in {shown}");
        }
        let log = format!("{:?}", bench.heard.exchanges.lock().unwrap());
        assert!(!log.contains(token), "{status}: nor into the log: {log}");
    }
}

// covers: S1.17
#[tokio::test]
async fn a_reason_is_tried_out_without_writing_and_written_once() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let place = to("Web Shop", "Bug");
    for reason in [StateReason::Duplicate, StateReason::NotPlanned] {
        let issue = bench.tracker.create(&place, &draft(&format!("{reason:?}"))).await.unwrap().seen.issue;
        let close = IssueChange { open: Some(false), reason: Some(reason), ..IssueChange::default() };
        let before = server.log().len();
        let closed = bench.tracker.update(&place, &issue, &close).await.unwrap();
        assert_eq!(closed.seen.state, IssueState::Closed { reason: Some(reason) }, "with its reason");
        let log = server.log();
        let writes: Vec<_> = log[before..]
            .iter()
            .filter(|entry| entry.method == "PATCH" && !entry.query.contains("validateOnly=true"))
            .map(|entry| entry.status)
            .collect();
        assert_eq!(writes, [Some(200)], "{reason:?}: one change, the rest was only judged");
        let item = server.work_item(issue.number.parse().unwrap()).unwrap();
        assert_eq!(item.rev, 2, "{reason:?}: and one revision");
    }
    no_violations(&server);
}
