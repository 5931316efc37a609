use docket_domain::MappingFieldKind;
use docket_domain::{IssueRef, IssueState, Timestamp};
use docket_practice::{ClockHand, Fault, WorkItemSeed, matching};

use crate::{connect, contoso, draft, no_violations, start, to};

#[tokio::test]
async fn deleted_moved_hidden_and_open_work_items_are_told_apart() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let mut refs = Vec::new();
    for name in ["stays", "goes", "moves", "closes"] {
        let written = bench.tracker.create(&to("Web Shop", "Task"), &draft(name)).await.unwrap();
        refs.push(written.seen.issue);
    }
    let ids: Vec<u64> = refs.iter().map(|issue: &IssueRef| issue.number.parse().unwrap()).collect();
    let kim = server.someone("kim@contoso.example");
    kim.deletes(ids[1]).unwrap();
    kim.moves_to_project(ids[2], "Strict").unwrap();
    kim.moves_to_state(ids[3], "Closed").unwrap();
    refs.push(IssueRef { number: "4711".to_owned(), stable_id: None, ..refs[0].clone() });
    let read = bench.tracker.read(&refs).await.unwrap();
    let states: Vec<&IssueState> = read.iter().map(|(_, read)| &read.state).collect();
    assert_eq!(*states[0], IssueState::Open, "untouched");
    assert_eq!(*states[1], IssueState::Deleted, "the recycle bin says so");
    let moved = Some(format!("Strict#{}", ids[2]));
    assert_eq!(*states[2], IssueState::Moved { to: moved }, "the id is the same in another project");
    assert!(matches!(states[3], IssueState::Closed { .. }), "closed by its category");
    assert_eq!(*states[4], IssueState::NotVisible, "what was never there is not «deleted»");
    assert_eq!(read[0].1.seen.as_ref().unwrap().issue, refs[0], "the reference stays the same");
    no_violations(&server);
}

#[tokio::test]
async fn changes_are_read_in_the_order_of_creation_and_past_the_limit_of_a_query() {
    let mut project = docket_practice::ProjectSeed::new("Many", docket_practice::AzureProcess::Basic);
    for at in 0..450 {
        project = project.item(WorkItemSeed::new("Issue", &format!("Item {at}")));
    }
    for limit in [20_000, 120] {
        let server = start(contoso().project(project.clone()).query_limit(limit)).await;
        let bench = connect(&server);
        let mut numbers: Vec<u64> = Vec::new();
        let mut page: Option<String> = None;
        loop {
            let found =
                bench.tracker.changed_since(&to("Many", "Issue"), None, page.as_deref()).await.unwrap();
            assert!(found.server_time.is_some(), "the server's clock is needed for the next run");
            numbers.extend(found.issues.iter().map(|seen| seen.issue.number.parse::<u64>().unwrap()));
            page = found.next;
            if page.is_none() {
                break;
            }
        }
        assert_eq!(numbers.len(), 450, "everything is found with a limit of {limit}");
        assert!(numbers.windows(2).all(|two| two[0] < two[1]), "the oldest first, nothing twice");
        no_violations(&server);
    }
}

#[tokio::test]
async fn a_project_tells_its_types_states_fields_and_people() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let fields = bench.tracker.fields_of(&to("Shop", "Issue")).await.unwrap();
    let kind = fields.fields.iter().find(|field| field.id == "type").unwrap();
    assert!(kind.reloads && kind.required, "states and fields depend on the type");
    assert_eq!(kind.default.as_deref(), Some("Issue"), "Basic has no bugs");
    let area = fields.fields.iter().find(|field| field.id == "area").unwrap();
    assert!(area.choices.iter().any(|choice| choice.value == "Shop\\Web\\Checkout"), "{:?}", area.choices);
    assert!(fields.assignees.iter().any(|who| who.value == "kim@contoso.example"), "members of the teams");
    assert_eq!(fields.status[0].id, "/fields/System.State", "as mappings write it");
    assert_eq!(fields.severity[0].id, "/fields/Microsoft.VSTS.Common.Priority", "the usual one first");
    assert!(!fields.fields.iter().any(|field| field.id == "severity_beside"), "issues of Basic have none");

    let secure = bench.tracker.fields_of(&to("Secure", "Bug")).await.unwrap();
    let own = secure.fields.iter().find(|field| field.id == "field:Custom.SecurityTeam").unwrap();
    assert!(own.required && own.kind == MappingFieldKind::Choice && own.choices.len() == 3, "{own:?}");
    assert!(secure.fields.iter().any(|field| field.id == "severity_beside"), "bugs have a severity");
    let states: Vec<&str> = secure.status[0].values.iter().map(|value| value.value.as_str()).collect();
    assert!(states.contains(&"In Review"), "states of the customised process: {states:?}");
    // What fits in place of a state that the type does not have.
    for (project, kind, first, last) in [
        ("Shop", "Issue", "To Do", "Done"),
        ("Web Shop", "Bug", "New", "Closed"),
        ("Strict", "Bug", "Proposed", "Closed"),
    ] {
        let fields = bench.tracker.fields_of(&to(project, kind)).await.unwrap();
        let fits = |word: &str| fields.status[0].fitting.get(word).map(String::as_str);
        let all = ["active", "closed", "false_positive", "risk_accepted"].map(fits);
        assert_eq!(all, [Some(first), Some(last), Some(last), Some(last)], "{project}");
    }
    no_violations(&server);
}

#[tokio::test]
async fn projects_are_listed_by_page_and_found_by_name() {
    let server = start(contoso().page(2)).await;
    let bench = connect(&server);
    let first = bench.tracker.targets("", None).await.unwrap();
    assert_eq!((first.targets.len(), first.owners[0].login.as_str()), (2, "contoso"), "one page");
    let second = bench.tracker.targets("", first.next.as_deref()).await.unwrap();
    assert_eq!((second.targets.len(), second.next), (2, None), "the other page is the last");
    let found = bench.tracker.targets("secure", None).await.unwrap();
    assert_eq!(found.targets.len(), 1, "found by name: {found:?}");
    assert_eq!(found.targets[0].key, "Secure", "as the project is called");
    server.faults().always(matching("GET", "/_apis/projects"), Fault::RepeatedPage);
    let mut page = None;
    for _ in 0..5 {
        page = bench.tracker.targets("", page.as_deref()).await.unwrap().next;
        if page.is_none() {
            break;
        }
    }
    assert_eq!(page, None, "a page that names itself as the next one ends the list");
}

// covers: X2
#[tokio::test]
async fn every_page_of_changes_keeps_to_the_time_that_was_asked_for() {
    let mut project = docket_practice::ProjectSeed::new("Many", docket_practice::AzureProcess::Basic);
    for at in 0..210 {
        project = project.item(WorkItemSeed::new("Issue", &format!("Item {at}")));
    }
    let hand = ClockHand::at(jiff::Timestamp::from_second(1_800_000_000).unwrap());
    let server = start(contoso().project(project).clock(hand.clock())).await;
    let ids: Vec<u64> = server.work_items("Many").iter().map(|item| item.id).collect();
    hand.advance_seconds(3_600);
    for id in &ids[..201] {
        server.someone("kim@contoso.example").tags(*id, "seen").unwrap();
    }
    let bench = connect(&server);
    // Not a whole day, nor a whole second: a minute before Kim began.
    let since = Some(Timestamp(1_800_003_540_250));
    let first = bench.tracker.changed_since(&to("Many", "Issue"), since, None).await.unwrap();
    assert_eq!(first.issues.len(), 200, "a full page");
    let second =
        bench.tracker.changed_since(&to("Many", "Issue"), since, first.next.as_deref()).await.unwrap();
    let rest: Vec<u64> = second.issues.iter().map(|seen| seen.issue.number.parse().unwrap()).collect();
    assert_eq!((rest.as_slice(), second.next), (&ids[200..201], None), "what nobody touched is not there");
    no_violations(&server);
}

#[tokio::test]
async fn a_project_is_reached_by_its_id_whatever_it_is_called_by_now() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let listed = bench.tracker.targets("shop", None).await.unwrap().targets;
    let shop = listed.iter().find(|target| target.key == "Shop").unwrap();
    let mut place = to("Its Former Name", "Issue");
    place.stable_id.clone_from(&shop.stable_id);
    let written = bench.tracker.create(&place, &draft("renamed")).await.expect("ids survive renames");
    assert_eq!(written.seen.issue.target, "Shop", "and the answer says what it is called");
    let page = bench.tracker.changed_since(&place, None, None).await.unwrap();
    assert_eq!(page.issues.len(), 1, "found again the same way");
    for entry in server.log() {
        let asks =
            entry.headers.iter().any(|(name, value)| name == "x-tfs-fedauthredirect" && value == "Suppress");
        assert!(asks, "no browser's sign-in page in place of a status: {entry:?}");
    }
    no_violations(&server);
}
