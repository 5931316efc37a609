//! Plans, steps and links, through crashes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;

use std::collections::BTreeMap;

use common::{Bench, bench, code, open, report};
use docket_domain::{
    Action, Connection, ConnectionId, FindingId, Group, GroupKey, Guard, IssueDraft, IssueRef, IssueState,
    Mapping, MappingId, Marker, Network, Plan, PlanState, Problem, SecretRef, Severity, Step, StepState,
    Template, Timestamp, ValueMap,
};
use docket_store::plans::{NewPlan, StepDone};
use docket_store::{
    connections, counts, exchanges, findings, jobs, links, mappings, marker_index, plans, settings,
};

fn connection(label: &str) -> Connection {
    Connection {
        id: ConnectionId(0),
        label: label.to_owned(),
        kind: "github".to_owned(),
        location: "https://github.com/acme".to_owned(),
        auth: "pat".to_owned(),
        username: None,
        secret: SecretRef::Keychain { entry: "connection/1".to_owned() },
        proxy_secret: SecretRef::None,
        network: Network::default(),
        settings: BTreeMap::new(),
        created: Timestamp(0),
        changed: Timestamp(0),
        last_test: None,
    }
}

fn mapping(bench: &Bench, connection: ConnectionId) -> Mapping {
    Mapping {
        id: MappingId(0),
        label: String::new(),
        connection,
        connection_label: String::new(),
        kind: String::new(),
        target: "acme/shop".to_owned(),
        target_stable_id: None,
        applications: vec![bench.app],
        labels: vec!["security".to_owned(), "a, b".to_owned()],
        severity_label: true,
        assignees: vec!["ann".to_owned()],
        milestone: None,
        severity: ValueMap::new("Priority", &[("critical", "P0"), ("info", "P4")]),
        status: ValueMap::default(),
        settings: BTreeMap::from([("project".to_owned(), "3".to_owned())]),
        template: Template { title: "[{rule}] {title}".to_owned(), body: String::new() },
        guard: Guard { allowed: vec!["docs.acme.internal".to_owned()], ..Guard::default() },
        findings_file: true,
        active: true,
        created: Timestamp(0),
    }
}

fn step(findings: Vec<FindingId>, action: Action, name: &str) -> Step {
    let marker = Marker::derive(&[name]);
    Step {
        index: 0,
        group: Group {
            values: vec![name.to_owned()],
            title: name.to_owned(),
            findings,
            severity: Severity::High,
            applications: vec!["shop".to_owned()],
            template: None,
        },
        action,
        why: "new".to_owned(),
        warnings: Vec::new(),
        draft: Some(IssueDraft {
            title: name.to_owned(),
            body: format!("text\n{}", marker.line()),
            follow_ups: Vec::new(),
            labels: vec!["security".to_owned()],
            assignees: Vec::new(),
            milestone: None,
            severity: None,
            status: None,
            marker: marker.clone(),
            reason: None,
            file: None,
        }),
        marker,
        issue: None,
        state: StepState::Planned,
        dropped: Vec::new(),
        problem: None,
        sent_at: None,
        ended_at: None,
        attach: None,
        leaves: Vec::new(),
    }
}

fn issue(number: &str) -> IssueRef {
    IssueRef {
        target: "acme/shop".to_owned(),
        number: number.to_owned(),
        stable_id: Some(format!("I_{number}")),
        url: format!("https://github.com/acme/shop/issues/{number}"),
    }
}

fn done(number: &str) -> StepDone {
    StepDone {
        issue: issue(number),
        state: IssueState::Open,
        title: "t".to_owned(),
        dropped: vec!["label x".to_owned()],
    }
}

/// Three findings, a connection, a mapping, and a plan of two creations and a skip.
fn planned() -> (Bench, Plan, Vec<FindingId>) {
    let bench = bench();
    bench.import(&report("t", (0..3).map(|n| code("r", &format!("f{n}"), 1, &format!("m{n}"))).collect()));
    let ids: Vec<FindingId> = bench.page("").rows.iter().map(|r| r.id).collect();
    let connection = bench.store.write(|tx| connections::add(tx, &connection("GitHub"))).unwrap();
    let mapping = mapping(&bench, connection.id);
    let mapping = bench.store.write(move |tx| mappings::add(tx, &mapping)).unwrap();
    assert_eq!(mapping.label, "acme/shop", "without a label the target names it");
    assert_eq!(mapping.labels[1], "a, b", "labels with commas are kept whole");
    let steps = vec![
        step(vec![ids[0], ids[1]], Action::Create, "one"),
        step(vec![ids[2]], Action::Create, "two"),
        step(vec![ids[0]], Action::Skip, "three"),
    ];
    let new = NewPlan {
        mapping: mapping.id,
        name: None,
        group_by: vec![GroupKey::Rule].into(),
        selection: "3 findings".to_owned(),
        chosen: None,
        findings: 4,
        basis: String::new(),
        undoes: None,
        warnings: vec!["w".to_owned()],
        estimate_ms: 5,
    };
    let plan = bench.store.write(move |tx| plans::insert(tx, &new, &steps)).unwrap();
    (bench, plan, ids)
}

// covers: X1, X2
#[test]
fn a_plan_is_stored_whole_and_applied_step_by_step() {
    let (bench, plan, ids) = planned();
    let id = plan.id;
    assert_eq!((plan.counts.create, plan.counts.skip, plan.counts.steps), (2, 1, 3), "in numbers");
    assert_eq!(plan.state, PlanState::Ready, "nothing is sent yet");
    let (steps, total) = bench.store.read(move |r| plans::steps(r, id, None, 0, 2)).unwrap();
    assert_eq!((steps.len(), total), (2, 3), "a page");
    assert_eq!(steps[0].group.findings, [ids[0], ids[1]], "with its members");
    assert_eq!(steps[0].draft.as_ref().unwrap().labels, ["security"], "and what will be sent");

    bench.store.write(move |tx| plans::step_sending(tx, id, 0)).unwrap();
    let twice = bench.store.write(move |tx| plans::step_sending(tx, id, 0)).unwrap_err();
    assert_eq!(twice.code, docket_domain::Code::Conflict, "what may have left is not sent again: {twice}");
    bench.store.write(move |tx| plans::step_done(tx, id, 0, &done("7"))).unwrap();
    let shown = bench.page("linked:yes");
    assert_eq!(shown.total, 2, "both members are linked");
    assert_eq!(shown.rows[0].issues, ["acme/shop#7"], "to the issue");
    let again =
        bench.store.write(move |tx| plans::step_failed(tx, id, 0, &Problem::cancelled())).unwrap_err();
    assert_eq!(again.code, docket_domain::Code::Conflict, "done is done");

    let problem = Problem::new(docket_domain::Code::Refused, "422");
    bench
        .store
        .write(move |tx| {
            plans::step_sending(tx, id, 1)?;
            plans::step_failed(tx, id, 1, &problem)
        })
        .unwrap();
    let plan = bench.store.write(move |tx| plans::settle(tx, id)).unwrap();
    assert_eq!((plan.state, plan.counts.failed, plan.counts.done), (PlanState::Partly, 1, 1), "some failed");
    assert_eq!(bench.store.write(move |tx| plans::retry_failed(tx, id)).unwrap(), 1, "one to try again");
    let next = bench.store.read(move |r| plans::next_step(r, id, &[StepState::Planned])).unwrap().unwrap();
    assert_eq!(next.index, 1, "that one");
    bench
        .store
        .write(move |tx| {
            plans::step_sending(tx, id, 1)?;
            plans::step_done(tx, id, 1, &done("8"))
        })
        .unwrap();
    assert_eq!(
        bench.store.write(move |tx| plans::settle(tx, id)).unwrap().state,
        PlanState::Done,
        "all is done"
    );
    let detail_id = ids[0];
    let detail = bench.store.read(move |r| findings::detail(r, detail_id)).unwrap();
    assert_eq!(detail.links[0].findings, 2, "the issue stands for two");
    assert!(detail.history.iter().any(|h| h.event == "linked"), "and the history says so");
    let counts = bench.store.read(counts::counts).unwrap();
    assert_eq!((counts.issues, counts.plans, counts.connections), (2, 0, 1), "the rail");
}

// covers: X2
#[test]
fn what_a_dead_process_was_sending_is_uncertain_and_what_a_living_one_sends_is_left_alone() {
    let (bench, plan, _) = planned();
    let id = plan.id;
    let doomed = open(bench.dir.path(), &bench.clock).unwrap();
    doomed
        .write(move |tx| {
            plans::set_state(tx, id, PlanState::Applying)?;
            jobs::begin(tx, "plan_apply", "x")?;
            plans::step_sending(tx, id, 0)
        })
        .unwrap();
    let third = open(bench.dir.path(), &bench.clock).unwrap();
    assert_eq!(third.recovered(), docket_store::Recovered::default(), "its process lives: hands off");
    drop(doomed);
    let after = open(bench.dir.path(), &bench.clock).unwrap();
    let recovered = after.recovered();
    assert_eq!((recovered.steps, recovered.jobs, recovered.plans), (1, 1, 1), "put right");
    let step = after.read(move |r| plans::step(r, id, 0)).unwrap();
    assert_eq!(step.state, StepState::Uncertain, "it may have left");
    assert!(step.problem.unwrap().hint.unwrap().contains("Resume"), "and it says what to do");
    let plan = after.read(move |r| plans::show(r, id)).unwrap();
    assert_eq!((plan.state, plan.counts.uncertain), (PlanState::Paused, 1), "to be resumed");
    let refused = after.write(move |tx| plans::remove(tx, id)).unwrap_err();
    assert_eq!(
        refused.code,
        docket_domain::Code::Conflict,
        "not removed while an outcome is unknown: {refused}"
    );
    after.write(move |tx| plans::step_done(tx, id, 0, &done("9"))).unwrap();
    after.write(move |tx| plans::remove(tx, id)).unwrap();
    assert_eq!(bench.page("linked:yes").total, 2, "links outlive their plan");
}

#[test]
fn links_are_many_to_many_and_go_with_their_issue_or_connection() {
    let (bench, _, ids) = planned();
    let connection = bench.store.read(connections::list).unwrap()[0].id;
    let link = |number: &'static str, findings: Vec<FindingId>| {
        let new = links::NewLink {
            connection,
            mapping: None,
            issue: issue(number),
            marker: Marker::derive(&[number]),
            title: "t".to_owned(),
            state: IssueState::Open,
            attached: None,
            sent: None,
            findings,
        };
        bench.store.write(move |tx| links::record(tx, &new)).unwrap().0
    };
    let first = link("1", vec![ids[0], ids[1], FindingId(999)]);
    link("2", vec![ids[0]]);
    assert_eq!(link("1", vec![ids[0]]), first, "known issues are not doubled");
    assert_eq!(bench.page(&format!("id:{}", ids[0])).rows[0].issues.len(), 2, "two issues for one finding");
    let known = bench.store.read(move |r| links::by_marker(r, connection, &Marker::derive(&["1"]))).unwrap();
    assert_eq!(known.len(), 1, "found by its marker");
    let found = |words: &'static [&'static str]| {
        let (rows, total) = bench.store.read(move |r| links::page(r, words, 0, 10)).unwrap();
        assert_eq!(rows.len() as u64, total, "{words:?}: the count is of what was looked for");
        rows.into_iter().map(|row| row.issue.number).collect::<Vec<_>>()
    };
    assert_eq!(found(&[]), ["2", "1"], "newest first");
    assert_eq!(found(&["SHOP#1", "t"]), ["1"], "target and number, in any case, and the title");
    assert_eq!(found(&["_", "%"]), [""; 0], "what LIKE makes special is looked for as it is");
    let label = bench.store.read(connections::list).unwrap()[0].label.clone();
    let by_label = bench.store.read(move |r| links::page(r, &[&label], 0, 10)).unwrap().1;
    assert_eq!(by_label, 2, "or the connection's name");
    bench.store.write(move |tx| links::forget(tx, first)).unwrap();
    assert_eq!(bench.page("linked:yes").total, 1, "one link is left");
    bench.store.write(move |tx| connections::remove(tx, connection)).unwrap();
    assert_eq!(bench.page("linked:yes").total, 0, "links go with the connection");
    assert_eq!(bench.store.read(mappings::list).unwrap().len(), 0, "so do its mappings");
}

#[test]
fn markers_seen_in_a_target_are_remembered() {
    let (bench, _, _) = planned();
    let connection = bench.store.read(connections::list).unwrap()[0].id;
    let marker = Marker::derive(&["x"]);
    let seen = marker.clone();
    bench
        .store
        .write(move |tx| {
            for number in ["12", "9"] {
                marker_index::note(tx, connection, "acme/shop", &seen, &issue(number), &IssueState::Open)?;
            }
            marker_index::set_scan(tx, connection, "acme/shop", Some("page 4"))
        })
        .unwrap();
    let found = bench.store.read(move |r| marker_index::find(r, connection, "acme/shop", &marker)).unwrap();
    let numbers: Vec<&str> = found.iter().map(|s| s.issue.number.as_str()).collect();
    assert_eq!(numbers, ["9", "12"], "the lowest number first, as a number");
    let scan = bench.store.read(move |r| marker_index::scan(r, connection, "acme/shop")).unwrap().unwrap();
    assert_eq!(scan.cursor.as_deref(), Some("page 4"), "where to go on");
}

#[test]
fn issues_that_share_a_marker_are_found_while_they_are_open() {
    let (bench, _, _) = planned();
    let connection = bench.store.read(connections::list).unwrap()[0].id;
    let closed = IssueState::Closed { reason: None };
    let seen = [
        ("double", "9", IssueState::Open),
        ("double", "12", IssueState::Open),
        ("double", "7", closed.clone()),
        ("closed since", "3", IssueState::Open),
        ("closed since", "4", closed),
        ("alone", "5", IssueState::Open),
    ];
    bench
        .store
        .write(move |tx| {
            for (group, number, state) in seen {
                let marker = Marker::derive(&[group]);
                marker_index::note(tx, connection, "acme/shop", &marker, &issue(number), &state)?;
            }
            Ok(())
        })
        .unwrap();
    let found = bench.store.read(move |r| marker_index::doubles(r, connection, "acme/shop")).unwrap();
    let numbers: Vec<&str> = found.iter().map(|s| s.issue.number.as_str()).collect();
    assert_eq!(numbers, ["9", "12"], "only what is open twice, the lowest number first");
}

#[test]
fn the_request_log_is_bounded() {
    let (bench, _, _) = planned();
    let connection = bench.store.read(connections::list).unwrap()[0].id;
    let exchange = exchanges::Exchange {
        id: docket_domain::ExchangeId(0),
        connection: Some(connection),
        at: Timestamp(1),
        method: "GET".to_owned(),
        url: "https://api.github.com/user".to_owned(),
        status: Some(200),
        ms: 12,
        request: None,
        response: Some("ä".repeat(60_000)),
        headers: BTreeMap::new(),
        error: None,
    };
    bench
        .store
        .write(move |tx| (0..510).try_for_each(|_| exchanges::record(tx, &exchange).map(drop)))
        .unwrap();
    let kept = bench.store.read(move |r| exchanges::list(r, Some(connection), 1_000)).unwrap();
    assert_eq!(kept.len(), exchanges::KEPT as usize, "the oldest are let go");
    assert!(kept[0].response.as_ref().unwrap().len() <= 64 * 1024, "long bodies are cut");
    assert!(kept[0].id > kept[1].id, "newest first");
}

#[test]
fn labels_are_unique_and_settings_typed() {
    let (bench, _, _) = planned();
    let twice = bench.store.write(|tx| connections::add(tx, &connection("GITHUB"))).unwrap_err();
    assert_eq!(twice.code, docket_domain::Code::Conflict, "capitals do not make another label: {twice}");
    bench.store.write(|tx| settings::set(tx, "author", &"ann")).unwrap();
    assert_eq!(
        bench.store.read(|r| settings::get::<String>(r, "author")).unwrap().as_deref(),
        Some("ann"),
        "kept"
    );
    assert_eq!(bench.store.read(|r| settings::get::<String>(r, "nothing")).unwrap(), None, "never set");
    assert!(bench.store.write(|tx| settings::unset(tx, "author")).unwrap(), "taken back");
}

#[test]
fn what_is_left_sending_when_applying_stops_is_uncertain_and_not_lost() {
    let (bench, plan, _) = planned();
    let id = plan.id;
    bench.store.write(move |tx| plans::set_state(tx, id, PlanState::Applying)).unwrap();
    bench.store.write(move |tx| plans::step_sending(tx, id, 0)).unwrap();
    let plan = bench.store.write(move |tx| plans::settle(tx, id)).unwrap();
    assert_eq!((plan.state, plan.counts.uncertain), (PlanState::Paused, 1), "{plan:?}");
    let next = bench.store.read(move |r| plans::next_step(r, id, &[StepState::Uncertain])).unwrap();
    assert_eq!(next.map(|step| step.index), Some(0), "it is looked at first");
}

#[test]
fn steps_go_together_only_while_they_do_the_same_to_different_issues() {
    let (bench, plan, ids) = planned();
    let update = |at: usize, number: &str| {
        let marker = format!("update {at}");
        Step { issue: Some(issue(number)), ..step(vec![ids[0]], Action::Update, &marker) }
    };
    let steps = vec![
        update(0, "1"),
        update(1, "2"),
        update(2, "1"),
        update(3, "3"),
        step(vec![ids[1]], Action::Create, "new"),
        update(5, "4"),
    ];
    let new = NewPlan {
        mapping: plan.mapping,
        name: None,
        group_by: vec![GroupKey::Rule].into(),
        selection: String::new(),
        chosen: None,
        findings: 6,
        basis: String::new(),
        undoes: None,
        warnings: Vec::new(),
        estimate_ms: 0,
    };
    let id = bench.store.write(move |tx| plans::insert(tx, &new, &steps)).unwrap().id;
    let behind = |index: u32, most: usize| -> Vec<u32> {
        let first = bench.store.read(move |r| plans::step(r, id, index)).unwrap();
        let alike = bench.store.read(move |r| plans::alike(r, id, first, most)).unwrap();
        alike.into_iter().map(|step| step.index).collect()
    };
    assert_eq!(behind(0, 50), [0, 1], "the third is about the first one's issue");
    assert_eq!(behind(1, 50), [1, 2, 3], "a creation ends them");
    assert_eq!(behind(1, 2), [1, 2], "no more than asked for");
    assert_eq!(behind(5, 1), [5], "one alone");
}

// covers: X10
#[test]
fn every_kind_of_step_counts_towards_what_is_ahead() {
    let (bench, plan, ids) = planned();
    let kinds = [
        (Action::Create, (1, 0)),
        (Action::Recreate, (1, 0)),
        (Action::Update, (0, 1)),
        (Action::Attach, (0, 1)),
        (Action::Close, (0, 1)),
        (Action::Reopen, (0, 1)),
        (Action::Adopt, (0, 0)),
        (Action::Skip, (0, 0)),
    ];
    for (action, expected) in kinds {
        let new = NewPlan {
            mapping: plan.mapping,
            name: None,
            group_by: vec![GroupKey::Rule].into(),
            selection: "one".to_owned(),
            chosen: None,
            findings: 1,
            warnings: Vec::new(),
            estimate_ms: 0,
            basis: String::new(),
            undoes: None,
        };
        let steps = vec![step(vec![ids[0]], action, "ahead")];
        let made = bench.store.write(move |tx| plans::insert(tx, &new, &steps)).unwrap();
        let load = bench.store.read(move |r| plans::load(r, made.id)).unwrap();
        assert_eq!((load.creates, load.updates), expected, "{action}");
    }
}

#[test]
fn a_plan_tells_whether_another_process_is_at_it() {
    let (bench, plan, _) = planned();
    let id = plan.id;
    let other = docket_store::Store::open(
        bench.store.data_dir(),
        std::sync::Arc::new(docket_domain::time::SystemClock),
    )
    .unwrap();
    other.write(move |tx| plans::set_state(tx, id, PlanState::Applying)).unwrap();
    let seen = |store: &docket_store::Store| store.read(move |r| plans::show(r, id)).unwrap().elsewhere;
    assert!(seen(&bench.store), "somebody else is at it");
    assert!(!seen(&other), "not for themselves");
    drop(other);
    // Its threads end a moment after it.
    let pause = || std::thread::sleep(std::time::Duration::from_millis(10));
    let gone = (0..500).any(|_| {
        !seen(&bench.store) || {
            pause();
            false
        }
    });
    assert!(gone, "whoever was at it is gone");
}
