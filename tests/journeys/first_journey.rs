//! The first journey: a report in, findings browsed, a connection tested, a mapping verified,
//! a push planned, looked at, applied, and planned again.

use std::collections::BTreeMap;
use std::path::Path;

use docket_domain::check::CheckState;
use docket_domain::{
    Action, Code, Facet, GroupKey, ImportState, PageStart, PlanState, SecretRef, Sort, SortKey, StepState,
};
use docket_engine::imports::ImportOrder;
use docket_engine::mappings::MappingForm;
use docket_engine::nobody;
use docket_practice::{Practice, RepoChange, RepoSeed, Role, Setup};

use crate::support::*;

/// Pages through everything by cursor, and holds the facets against the rows.
async fn browse(desk: &Desk, expected: u64) {
    let by_severity = vec![Sort { key: SortKey::Severity, descending: false }];
    let mut start = PageStart::Offset { rows: 0 };
    let mut rows = Vec::new();
    loop {
        let page = desk.engine.finding_page("", None, by_severity.clone(), start, 17).await.unwrap();
        assert_eq!(page.total, expected, "every page tells the whole number");
        rows.extend(page.rows);
        match page.next {
            Some(cursor) => start = PageStart::After { cursor },
            None => break,
        }
    }
    assert_eq!(rows.len() as u64, expected, "the pages together are everything, once");
    assert!(rows.windows(2).all(|pair| pair[0].severity <= pair[1].severity), "most severe first");
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for row in &rows {
        *counted.entry(row.severity.to_string()).or_default() += 1;
    }
    let facets = desk.engine.finding_facets("", None).await.unwrap();
    let told: BTreeMap<String, u64> = facets
        .into_iter()
        .filter(|value| value.facet == Facet::Severity)
        .map(|value| (value.value, value.count))
        .collect();
    assert_eq!(told, counted, "the facet counts what the table shows");
    let detail = desk.detail(&rows[0]).await;
    assert!(!detail.description.is_empty(), "a finding says what it is about");
    assert!(!detail.history.is_empty(), "a finding has a history from the start");
}

/// The whole journey with one report, up to a second push that has nothing to do.
async fn journey(file: &Path, keys: &[GroupKey]) {
    let practice = practice().await;
    let desk = Desk::new().await;
    let application = desk.engine.application_add("Shop").await.unwrap();
    let order = ImportOrder::new(application.id);
    let import = desk.engine.import_file(file, order, nobody()).await.unwrap();
    assert_eq!(import.state, ImportState::Done, "the report was read");
    assert_eq!(
        import.delta.new,
        desk.engine.application_show(application.id).await.unwrap().findings,
        "all new"
    );
    browse(&desk, import.delta.new).await;

    let connection = desk.engine.connection_save(to_practice(&practice)).await.unwrap();
    assert!(matches!(connection.secret, SecretRef::Keychain { .. }), "only the secret's place is kept");
    let (listener, heard) = keeping();
    let check = desk.engine.connection_test(connection.id, Some(TARGET.to_owned()), listener).await.unwrap();
    assert!(check.ok, "the connection works:\n{}", check.text);
    assert!(heard.lock().unwrap().len() > check.stages.len(), "the stages were told one by one");
    let last = desk.engine.connection_show(connection.id).await.unwrap().last_test.unwrap();
    assert!(last.ok, "the result is kept");
    let targets = desk.engine.connection_targets(connection.id, "shop", None).await.unwrap();
    assert!(targets.targets.iter().any(|target| target.key == TARGET), "the target can be chosen");
    let fields = desk.engine.connection_fields(connection.id, &TARGET.into()).await.unwrap();
    assert!(fields.labels.iter().any(|label| label.value == "security"), "labels are offered");

    let mapping = desk.engine.mapping_save(to_shop(connection.id, application.id)).await.unwrap();
    let verified = desk.engine.mapping_verify(mapping.id, nobody()).await.unwrap();
    assert!(verified.ok, "the mapping works:\n{}", verified.text);
    let preview = desk.engine.group_preview(everything(), keys.to_vec(), Some(mapping.id)).await.unwrap();
    let plan = desk.plan(mapping.id, keys).await;
    assert_eq!(writes(&practice), 0, "until here nothing was written to the tracker");
    assert_eq!(plan.state, PlanState::Ready, "made, not applied");
    assert_eq!(plan.counts.create, preview.groups, "the plan has the groups of the preview");
    assert!(plan.counts.create > 0, "there is something to push");
    assert_eq!(
        plan.counts.findings,
        desk.engine.finding_count(everything()).await.unwrap().total,
        "every finding is in the plan"
    );

    let applied = desk.apply(&plan).await.unwrap();
    assert_eq!(applied.state, PlanState::Done, "{applied:?}");
    assert_eq!(ours(&practice).len() as u64, plan.counts.create, "exactly the issues of the plan");
    each_once(&practice);
    for step in desk.steps(plan.id).await.into_iter().filter(|step| step.action == Action::Create) {
        let draft = step.draft.unwrap();
        assert_eq!(step.state, StepState::Done, "{}", draft.title);
        let issue = practice.issue(TARGET, step.issue.unwrap().number.parse().unwrap()).unwrap();
        assert_eq!(
            (&issue.title, &issue.body),
            (&draft.title, &draft.body),
            "what was shown is what was sent"
        );
        let mut labels = issue.labels.clone();
        labels.sort();
        let mut wanted = draft.labels.clone();
        wanted.sort();
        assert_eq!(labels, wanted, "labels of «{}»", draft.title);
        assert!(labels.iter().any(|label| label.starts_with("severity: ")), "with the severity's label");
        assert_eq!(issue.assignees, ["sam"], "assigned as the mapping says");
        assert_eq!(issue.milestone.as_deref(), Some("2.0"), "in the mapping's milestone");
    }
    let open = desk.rows("status:active").await;
    assert!(open.iter().all(|row| row.issues.len() == 1), "every active finding is in one issue");
    let links = desk.detail(&open[0]).await.links;
    assert!(links[0].url_points_to(&practice.web_url()), "the link opens in the browser: {:?}", links[0]);

    let written = writes(&practice);
    let second = desk.plan(mapping.id, keys).await;
    assert_eq!(second.counts.create + second.counts.update + second.counts.adopt, 0, "nothing is left to do");
    for step in desk.steps(second.id).await {
        assert!(!step.why.is_empty(), "every skip says why");
    }
    let second = desk.apply(&second).await.unwrap();
    assert_eq!(second.state, PlanState::Done, "nothing to do is done at once");
    assert_eq!(writes(&practice), written, "a second push writes nothing");
    clean(&practice);
}

trait PointsTo {
    fn url_points_to(&self, web: &str) -> bool;
}

impl PointsTo for docket_domain::IssueLink {
    fn url_points_to(&self, web: &str) -> bool {
        let origin = web.trim_end_matches('/');
        self.issue.url.starts_with(origin)
            && self.issue.url.ends_with(&format!("/issues/{}", self.issue.number))
    }
}

// covers: S0.1, S0.3, S0.7, S0.11, S0.13, S0.14, S0.16, S0.17, S0.18, S0.19, S0.25, S1.22, S1.24, S2.1, S2.18, X1
#[tokio::test]
async fn the_sample_report_becomes_grouped_issues() {
    journey(&sample(), &[GroupKey::Rule]).await;
}

#[tokio::test]
async fn a_real_report_becomes_grouped_issues() {
    let Some(file) = shared("corpus/sarif/secobserve__semgrep.sarif", "the journey with a real report")
    else {
        return;
    };
    journey(&file, &[GroupKey::Rule, GroupKey::Directory]).await;
}

// covers: S0.2, S0.5, S0.8, S0.9, S0.10
#[tokio::test]
async fn an_enterprise_server_takes_a_user_name_and_a_token() {
    let practice = Practice::start(Setup::demo().enterprise("3.19.2")).await.unwrap();
    let desk = Desk::new().await;
    let application = desk.engine.application_add("Shop").await.unwrap();
    desk.import(application.id, report(&spots(&["sqli", "xss"], 2))).await;
    let mut form = to_practice(&practice);
    form.auth = "basic".to_owned();
    let nameless = desk.engine.connection_save(form.clone()).await.unwrap_err();
    assert_eq!(nameless.context.get("field").map(String::as_str), Some("username"), "{nameless:?}");
    form.username = Some("robin".to_owned());
    // The address of any page there will do.
    form.location = format!("{}/acme/shop/issues", practice.url());
    let connection = desk.engine.connection_save(form).await.unwrap();
    let check = desk.engine.connection_test(connection.id, None, nobody()).await.unwrap();
    assert!(check.ok, "{}", check.text);
    assert!(check.text.contains("3.19.2"), "the server's version is named:\n{}", check.text);
    let mapping = desk.engine.mapping_save(to_shop(connection.id, application.id)).await.unwrap();
    let plan = desk.push(mapping.id, &[GroupKey::Rule]).await;
    assert_eq!((plan.state, ours(&practice).len()), (PlanState::Done, 2), "{plan:?}");
    clean(&practice);
}

// covers: S1.21
#[tokio::test]
async fn a_repository_of_a_person_is_as_good_as_one_of_an_organisation() {
    let own = RepoSeed::new("robin/notes").private().label("security", "b60205").label("triage", "c5def5");
    let practice = Practice::start(world().repo(own)).await.unwrap();
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&spots(&["sqli"], 2))).await;
    let mut form = to_shop(mapping.connection, application.id);
    form.target = format!("{}/robin/notes", practice.url());
    form.assignees = vec!["robin".to_owned()];
    form.milestone = None;
    let mapping = desk.engine.mapping_save(form).await.unwrap();
    assert_eq!(mapping.target, "robin/notes", "any address of it is understood");
    let plan = desk.push(mapping.id, &[GroupKey::Rule]).await;
    assert_eq!(plan.state, PlanState::Done, "{plan:?}");
    assert_eq!(practice.issues_containing("robin/notes", MARKER).len(), 1, "there, and nowhere else");
    assert!(ours(&practice).is_empty(), "not in the organisation's");
    clean(&practice);
}

#[tokio::test]
async fn every_grouping_of_the_same_findings_adds_up() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&spots(&["sqli", "xss", "eval"], 4))).await;
    for (keys, groups) in [
        (vec![], 12),
        (vec![GroupKey::Rule], 3),
        (vec![GroupKey::File], 12),
        (vec![GroupKey::Directory], 3),
        (vec![GroupKey::Severity], 1),
        (vec![GroupKey::Tool], 1),
        (vec![GroupKey::Application], 1),
        (vec![GroupKey::Rule, GroupKey::Severity], 3),
        (vec![GroupKey::All], 1),
    ] {
        let plan = desk.plan(mapping.id, &keys).await;
        assert_eq!(plan.counts.create, groups, "grouped by {keys:?}");
        let members: usize = desk.steps(plan.id).await.iter().map(|step| step.group.findings.len()).sum();
        assert_eq!(members, 12, "no finding is lost or doubled by {keys:?}");
    }
    assert_eq!(writes(&practice), 0, "planning writes nothing");
    clean(&practice);
}

// covers: C4
#[tokio::test]
async fn a_mapping_that_does_not_fit_refuses_the_whole_push() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&spots(&["sqli", "xss"], 2))).await;
    let mut form = to_shop(mapping.connection, application.id);
    form.id = Some(mapping.id);
    form.milestone = Some("9.9".to_owned());
    desk.engine.mapping_save(form).await.unwrap();
    let refused = desk.try_plan(mapping.id, &[GroupKey::Rule]).await.unwrap_err();
    assert_eq!(refused.code, Code::Refused, "{refused:?}");
    let words = format!("{refused} {:?}", refused.context);
    assert!(words.contains("9.9"), "it names what does not fit: {words}");
    assert!(refused.hint.is_some(), "it says what to do: {refused:?}");
    assert!(desk.engine.plan_list().await.unwrap().is_empty(), "nothing was queued");
    let report = desk.engine.mapping_verify(mapping.id, nobody()).await.unwrap();
    assert!(report.stages.iter().any(|stage| stage.state == CheckState::Failed), "the test names the stage");

    // It fitted when the plan was made, and no longer does when it is applied.
    let mut form = to_shop(mapping.connection, application.id);
    form.id = Some(mapping.id);
    desk.engine.mapping_save(form).await.unwrap();
    let plan = desk.plan(mapping.id, &[GroupKey::Rule]).await;
    practice.change_repo(TARGET, RepoChange::Archived(true)).unwrap();
    let refused = desk.apply(&plan).await.unwrap_err();
    assert!(refused.message.starts_with("Nothing was sent"), "says that nothing happened: {refused}");
    assert_eq!(
        desk.engine.plan_show(plan.id).await.unwrap().state,
        PlanState::Ready,
        "it can be applied later"
    );
    assert_eq!(writes(&practice), 0, "nothing was sent to an archived repository");
    practice.change_repo(TARGET, RepoChange::Archived(false)).unwrap();
    assert_eq!(desk.apply(&plan).await.unwrap().state, PlanState::Done, "later it goes through");
    clean(&practice);
}

// covers: S0.4
#[tokio::test]
async fn what_an_account_without_write_access_may_not_set_is_said() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&spots(&["sqli"], 1))).await;
    practice.change_repo(TARGET, RepoChange::Role("robin".to_owned(), Role::Read)).unwrap();
    let plan = desk.plan(mapping.id, &[GroupKey::Rule]).await;
    let applied = desk.apply(&plan).await.unwrap();
    assert_eq!(applied.state, PlanState::Done, "the issue itself may be created");
    let step = &desk.steps(plan.id).await[0];
    let dropped = step.dropped.join(" ");
    for lost in ["security", "triage", "sam", "2.0"] {
        assert!(dropped.contains(lost), "«{lost}» was dropped silently: {dropped:?}");
    }
    assert!(ours(&practice)[0].labels.is_empty(), "the tracker did drop them");
    clean(&practice);
}

#[tokio::test]
async fn values_of_fields_are_promised_only_where_there_are_such_fields() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&spots(&["sqli", "xss"], 2))).await;
    assert_eq!(mapping.severity.field, "Priority", "the kind's defaults are kept");
    let promised = async |desk: &Desk| {
        let plan = desk.plan(mapping.id, &[GroupKey::Rule]).await;
        let steps = desk.steps(plan.id).await;
        let drafts: Vec<_> = steps.into_iter().filter_map(|step| step.draft).collect();
        (plan, drafts)
    };
    let (_, drafts) = promised(&desk).await;
    assert_eq!(drafts.len(), 2);
    assert!(
        drafts.iter().all(|draft| draft.severity.is_none() && draft.status.is_none()),
        "an issue outside of a project has no field for it, so none is shown: {drafts:?}"
    );

    let mut form = to_shop(mapping.connection, application.id);
    form.id = Some(mapping.id);
    form.settings = Some([("project".to_owned(), "1".to_owned())].into());
    desk.engine.mapping_save(form).await.unwrap();
    let (plan, drafts) = promised(&desk).await;
    assert!(drafts.iter().all(|draft| draft.severity.is_some()), "a project has: {drafts:?}");
    assert_eq!(desk.apply(&plan).await.unwrap().state, PlanState::Done);
    let items = practice.project_items("acme", 1);
    assert_eq!(items.len(), 2, "both are on the board");
    for item in items {
        let draft = drafts.iter().find(|draft| draft.title == title_of(&practice, item.number)).unwrap();
        let value = draft.severity.as_ref().map(|set| set.value.as_str());
        assert_eq!(item.fields.get("Priority").map(String::as_str), value, "what was shown is what is there");
    }
    clean(&practice);
}

fn title_of(practice: &Practice, number: u64) -> String {
    practice.issue(TARGET, number).unwrap().title
}

#[tokio::test]
async fn the_practice_journey_is_set_up_walked_and_begun_again() {
    let desk = Desk::new().await;
    for round in 1..=2 {
        let (listener, heard) = keeping();
        let ready = desk.engine.practice_begin(listener).await.unwrap();
        assert!(ready.check.ok, "round {round}: {}", ready.check.text);
        assert!(!heard.lock().unwrap().is_empty(), "round {round}: it tells how far it is");
        assert_eq!(ready.import.delta.new, 40, "round {round}: the sample's findings are all new");
        assert!(
            matches!(ready.connection.secret, SecretRef::Session { .. }),
            "its token ends with the process"
        );
        let plan = desk.push(ready.mapping.id, &[GroupKey::Rule]).await;
        assert_eq!(plan.state, PlanState::Done, "round {round}: {plan:?}");
        assert!(
            (3..=15).contains(&plan.counts.done),
            "round {round}: a handful of issues: {:?}",
            plan.counts
        );
        let links = desk.engine.issue_page(0, 100).await.unwrap().0;
        assert!(
            links.iter().any(|link| link.url_points_to(&ready.url)),
            "round {round}: issues can be opened"
        );
        let page = desk.engine.practice_url().await.unwrap();
        assert_eq!(page.trim_end_matches('/'), ready.url, "its page can be opened");
    }
    assert_eq!(desk.engine.application_list().await.unwrap().len(), 1, "one practice application");
    assert_eq!(desk.engine.connection_list().await.unwrap().len(), 1, "one practice connection");
    assert_eq!(desk.engine.practice_stop().await, 1, "ended");
    assert_eq!(desk.engine.practice_url().await, None, "and gone");
}

#[tokio::test]
async fn labels_that_nobody_chose_never_stand_in_the_way() {
    let practice = practice().await;
    let desk = Desk::new().await;
    let application = desk.engine.application_add("Shop").await.unwrap().id;
    let mut labels = Vec::new();
    for _ in 0..3 {
        let connection = desk.engine.connection_save(to_practice(&practice)).await.unwrap();
        let mapping = desk.engine.mapping_save(to_shop(connection.id, application)).await.unwrap();
        let again = MappingForm { id: Some(mapping.id), ..to_shop(connection.id, application) };
        assert_eq!(desk.engine.mapping_save(again).await.unwrap().label, mapping.label, "saved again");
        labels.push((connection.label, mapping.label));
    }
    let [first, second, third] = &labels[..] else { panic!("three of each: {labels:?}") };
    assert_eq!(first.1, TARGET, "the target's name");
    assert_eq!(second.1, format!("{TARGET} · {}", second.0), "and the connection's, where that is taken");
    assert_eq!(
        (second.0.as_str(), third.0.as_str()),
        (format!("{} 2", first.0).as_str(), format!("{} 3", first.0).as_str())
    );
    let connection = desk.engine.connection_list().await.unwrap().remove(0).id;
    let taken = MappingForm { label: TARGET.to_uppercase(), ..to_shop(connection, application) };
    let refused = desk.engine.mapping_save(taken).await.unwrap_err();
    assert_eq!(
        refused.context.get("field").map(String::as_str),
        Some("label"),
        "said at the field: {refused:?}"
    );
}

// covers: X8
#[tokio::test]
async fn findings_of_one_weakness_share_an_issue_whatever_their_rule() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    let mut log = sarif(&spots(&["sqli", "orm-raw", "xss", "style"], 2));
    let rule = |id: &str, tags: &[&str]| serde_json::json!({ "id": id, "properties": { "tags": tags } });
    log["runs"][0]["tool"]["driver"]["rules"] = serde_json::json!([
        rule("sqli", &["external/cwe/cwe-564", "external/cwe/cwe-089"]),
        rule("orm-raw", &["external/cwe/cwe-089"]),
        rule("xss", &["external/cwe/cwe-079"]),
        rule("style", &[]),
    ]);
    desk.import(application.id, log.to_string().into_bytes()).await;
    let plan = desk.plan(mapping.id, &[GroupKey::Cwe]).await;
    let mut groups: Vec<(String, usize)> = desk
        .steps(plan.id)
        .await
        .into_iter()
        .map(|step| (step.group.values[0].clone(), step.group.findings.len()))
        .collect();
    groups.sort();
    let wanted = [("CWE-79", 2), ("CWE-89", 4), (r"\-", 2)].map(|(value, count)| (value.to_owned(), count));
    assert_eq!(groups, wanted, "two rules of one weakness are one issue; no weakness is a group of its own");
    let plan = desk.apply(&plan).await.unwrap();
    assert_eq!(plan.counts.done, 3, "{plan:?}");
    let again = desk.plan(mapping.id, &[GroupKey::Cwe]).await;
    assert_eq!(again.counts.skip, again.counts.steps, "and nothing is left to do");
    clean(&practice);
}
