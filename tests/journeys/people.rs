//! What people do in the tracker between two pushes, and what other computers did before:
//! joined, respected, adopted, told apart.

use docket_domain::{Action, Code, GroupKey, PlanState, Status, StepState};
use docket_engine::nobody;
use docket_practice::{Practice, RepoSeed, Role};

use crate::support::*;

const BY_RULE: &[GroupKey] = &[GroupKey::Rule];

fn number_of(practice: &Practice, rule: &str) -> u64 {
    let found: Vec<u64> =
        ours(practice).iter().filter(|i| i.body.contains(rule)).map(|issue| issue.number).collect();
    assert_eq!(found.len(), 1, "one issue speaks of {rule}");
    found[0]
}

// covers: S2.22, S2.23
#[tokio::test]
async fn a_first_import_writes_nothing_in_the_tracker_and_the_set_is_shrunk_before_the_push() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    let before = practice.log().len();
    desk.import(application.id, report(&spots(&["sqli", "style", "todo"], 4))).await;
    desk.import(application.id, report(&spots(&["sqli", "style", "todo"], 5))).await;
    desk.engine.settled().await;
    assert_eq!(practice.log().len(), before, "a connected and mapped tracker is not even asked");

    // What a rule finds too often is left out: judged, or not selected.
    let noise = matching("rule:todo");
    let judged = desk.engine.finding_assess(noise, Status::RiskAccepted, None, None, nobody()).await.unwrap();
    assert_eq!(judged, 5, "all of one rule at once");
    let wanted = matching("status:active -rule:style");
    let plan = desk.engine.plan_make(wanted, mapping.id, BY_RULE.to_vec(), nobody()).await.unwrap();
    assert_eq!(practice.issues_containing(TARGET, MARKER).len(), 0, "a plan is only a plan");
    assert_eq!(desk.apply(&plan).await.unwrap().state, PlanState::Done, "applied");
    let made = ours(&practice);
    assert!(made.len() == 1 && made[0].body.contains("sqli"), "{made:?}");
    assert!(!made[0].body.contains("todo") && !made[0].body.contains("style"), "{}", made[0].body);
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
}

// covers: X9, C5, S2.5, S2.19
#[tokio::test]
async fn new_findings_join_their_issue_and_people_s_words_and_labels_stay() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    let mut found = spots(&["sqli"], 2);
    found.extend(spots(&["xss"], 1));
    desk.import(application.id, report(&found)).await;
    desk.push(mapping.id, BY_RULE).await;
    let number = number_of(&practice, "sqli");
    let kim = practice.someone("kim");
    let body = practice.issue(TARGET, number).unwrap().body;
    let before = "Please look at this first.\r\n\r\n| a | b |\r\n|---|---|\r\n\t  trailing   \r\n\r\n";
    let after = "\r\n\r\n---\nKim: the *second* one is `mine`. <!-- not docket's -->\n\n";
    kim.rewrites(TARGET, number, &format!("{before}{body}{after}")).unwrap();
    kim.labels(TARGET, number, "needs, review").unwrap();
    kim.renames(TARGET, number, "Kim's own title").unwrap();
    kim.assigns(TARGET, number, &["kim"]).unwrap();

    found.push(spot("sqli", "src/sqli/new.py"));
    let import = desk.import(application.id, report(&found)).await;
    assert_eq!((import.delta.new, import.delta.unchanged), (1, 3), "one is new");
    let plan = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!((plan.counts.update, plan.counts.create, plan.counts.skip), (1, 0, 1), "{plan:?}");
    let steps = desk.steps(plan.id).await;
    let skip = steps.iter().find(|step| step.action == Action::Skip).unwrap();
    assert!(skip.why.contains(&format!("{TARGET}#")), "the skip names the issue: {}", skip.why);
    assert_eq!(desk.apply(&plan).await.unwrap().state, PlanState::Done, "applied");

    let issue = practice.issue(TARGET, number).unwrap();
    assert!(issue.body.starts_with(before), "what stood before is as it was:\n{:?}", issue.body);
    assert!(issue.body.ends_with(after), "what stood behind is as it was:\n{:?}", issue.body);
    assert!(issue.body.contains("src/sqli/new.py"), "the new finding is in the text");
    assert_eq!(issue.body.matches(MARKER).count(), 1, "one marker");
    assert_eq!(issue.title, "Kim's own title", "the title is left alone");
    assert_eq!(issue.assignees, ["kim"], "who works on it is people's business");
    for label in ["needs, review", "security", "triage", "severity: high"] {
        assert!(issue.labels.iter().any(|l| l == label), "the label «{label}» is kept: {:?}", issue.labels);
    }
    assert_eq!(issue.comments.len(), 1, "one comment names the newcomer");
    assert!(issue.comments[0].contains("new.py"), "{}", issue.comments[0]);
    assert_eq!(ours(&practice).len(), 2, "no further issue");

    let written = writes(&practice);
    let again = desk.push(mapping.id, BY_RULE).await;
    assert_eq!(again.counts.skip, again.counts.steps, "planning again right after is empty");
    assert_eq!(writes(&practice), written, "and writes nothing");
    clean(&practice);
}

#[tokio::test]
async fn a_text_whose_frame_people_broke_is_left_alone_and_said() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&spots(&["sqli"], 1))).await;
    desk.push(mapping.id, BY_RULE).await;
    let number = number_of(&practice, "sqli");
    let broken = practice.issue(TARGET, number).unwrap().body.replace("<!-- docket:end -->", "");
    practice.someone("kim").rewrites(TARGET, number, &broken).unwrap();
    desk.import(application.id, report(&spots(&["sqli"], 2))).await;
    let plan = desk.plan(mapping.id, BY_RULE).await;
    assert!(!desk.steps(plan.id).await[0].warnings.is_empty(), "the preview warns");
    let written = writes(&practice);
    let plan = desk.apply(&plan).await.unwrap();
    assert_eq!(plan.state, PlanState::Partly, "the step is refused, the plan goes on");
    let step = &desk.steps(plan.id).await[0];
    let problem = step.problem.as_ref().unwrap();
    assert!(problem.hint.as_deref().is_some_and(|hint| hint.contains("two lines")), "{problem:?}");
    assert_eq!(practice.issue(TARGET, number).unwrap().body, broken, "not a byte was changed");
    assert_eq!(writes(&practice), written, "nothing was written");
    clean(&practice);
}

// covers: X6
#[tokio::test]
async fn what_people_closed_is_neither_reopened_nor_filed_again() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&spots(&["sqli", "xss"], 2))).await;
    desk.push(mapping.id, BY_RULE).await;
    let number = number_of(&practice, "sqli");
    practice.someone("kim").closes(TARGET, number, "not_planned").unwrap();
    desk.import(application.id, report(&spots(&["sqli", "xss"], 3))).await;
    let written = writes(&practice);
    let plan = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!((plan.counts.create, plan.counts.update), (0, 1), "only the open one: {plan:?}");
    let steps = desk.steps(plan.id).await;
    let skip = steps.iter().find(|step| step.action == Action::Skip).unwrap();
    assert!(skip.why.contains("closed as not planned"), "{}", skip.why);
    assert_eq!(writes(&practice), written, "nothing was sent");

    // And one that is closed between looking and applying.
    practice.someone("kim").closes(TARGET, number_of(&practice, "xss"), "completed").unwrap();
    let plan = desk.apply(&plan).await.unwrap();
    let step = &desk.steps(plan.id).await[0];
    assert_eq!(step.state, StepState::Failed, "{step:?}");
    let problem = step.problem.as_ref().unwrap();
    assert!(problem.code == Code::Conflict && problem.message.contains("closed"), "{problem:?}");
    assert_eq!(writes(&practice), written, "a closed issue is not written to");
    let again = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(again.counts.skip, again.counts.steps, "the next plan respects it: {again:?}");
    practice.someone("kim").reopens(TARGET, number).unwrap();
    let again = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(again.counts.update, 1, "what people reopened goes on: {again:?}");
    clean(&practice);
}

// covers: X2
#[tokio::test]
async fn a_lost_database_and_a_second_laptop_adopt_what_is_there() {
    let practice = practice().await;
    let found = spots(&["sqli", "xss", "eval"], 3);
    let (first, application, mapping) = Desk::connected(&practice).await;
    first.import(application.id, report(&found)).await;
    first.push(mapping.id, BY_RULE).await;
    let issues = ours(&practice);
    assert_eq!(issues.len(), 3, "pushed by the first");
    drop(first);

    for name in ["after the database was deleted", "on another laptop"] {
        let written = writes(&practice);
        let (desk, application, mapping) = Desk::connected(&practice).await;
        desk.import(application.id, report(&found)).await;
        let plan = desk.plan(mapping.id, BY_RULE).await;
        assert_eq!((plan.counts.create, plan.counts.adopt), (0, 3), "{name}: {plan:?}");
        let applied = desk.apply(&plan).await.unwrap();
        assert_eq!(applied.state, PlanState::Done, "{name}");
        assert_eq!(writes(&practice), written, "{name}: taking over writes nothing");
        assert_eq!(ours(&practice), issues, "{name}: the issues are as they were");
        assert!(desk.rows("").await.iter().all(|row| row.issues.len() == 1), "{name}: all are linked");
        let again = desk.plan(mapping.id, BY_RULE).await;
        assert_eq!(again.counts.skip, again.counts.steps, "{name}: then nothing is left");
    }
    clean(&practice);
}

#[tokio::test]
async fn an_issue_made_elsewhere_after_the_plan_is_taken_over_and_not_filed_twice() {
    let practice = practice().await;
    let found = spots(&["sqli", "xss"], 2);
    let (here, application, mapping) = Desk::connected(&practice).await;
    here.import(application.id, report(&found)).await;
    let plan = here.plan(mapping.id, BY_RULE).await;
    assert_eq!(plan.counts.create, 2, "nothing is there yet");
    let (there, application, mapping) = Desk::connected(&practice).await;
    there.import(application.id, report(&found)).await;
    there.push(mapping.id, BY_RULE).await;
    let applied = here.apply(&plan).await.unwrap();
    assert_eq!(applied.state, PlanState::Done, "{applied:?}");
    assert_eq!(ours(&practice).len(), 2, "the other laptop's issues are used");
    each_once(&practice);
    clean(&practice);
}

// covers: X2
#[tokio::test]
async fn deleted_moved_and_hidden_are_told_apart() {
    let vault = RepoSeed::new("other/vault").private().role("kim", Role::Admin);
    let practice = Practice::start(world().organisation("other", &["kim"]).repo(vault)).await.unwrap();
    let (desk, application, mapping) = Desk::connected(&practice).await;
    let rules = ["deleted", "moved", "hidden", "still"];
    desk.import(application.id, report(&spots(&rules, 2))).await;
    desk.push(mapping.id, BY_RULE).await;
    let kim = practice.someone("kim");
    kim.deletes(TARGET, number_of(&practice, "deleted")).unwrap();
    kim.transfers(TARGET, number_of(&practice, "moved"), "acme/billing").unwrap();
    kim.transfers(TARGET, number_of(&practice, "hidden"), "other/vault").unwrap();

    let plan = desk.plan(mapping.id, BY_RULE).await;
    let steps = desk.steps(plan.id).await;
    let of = |rule: &str| steps.iter().find(|step| step.group.title.contains(rule)).unwrap();
    assert_eq!(
        of("deleted").action,
        Action::Recreate,
        "what was deleted may be filed again: {:?}",
        of("deleted")
    );
    assert_eq!(of("moved").action, Action::Skip, "what was moved goes on there");
    assert!(of("moved").why.contains("acme/billing#1"), "{}", of("moved").why);
    assert_eq!(of("hidden").action, Action::Skip, "what cannot be seen is not filed again");
    assert!(
        of("hidden").why.contains("moved elsewhere") || of("hidden").why.contains("cannot be seen"),
        "{}",
        of("hidden").why
    );
    assert!(of("still").why.starts_with("Already in"), "{}", of("still").why);
    let applied = desk.apply(&plan).await.unwrap();
    assert_eq!(applied.state, PlanState::Done, "{applied:?}");
    assert_eq!(ours(&practice).len(), 2, "the one that stayed and the one filed again");
    assert_eq!(practice.issues_containing("acme/billing", MARKER).len(), 1, "the moved one is there, once");
    let again = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(again.counts.skip, again.counts.steps, "then nothing is left: {again:?}");
    clean(&practice);
}

#[tokio::test]
async fn what_is_deleted_moved_or_hidden_between_looking_and_applying_ends_with_its_reason() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    let rules = ["deleted", "moved", "still"];
    desk.import(application.id, report(&spots(&rules, 1))).await;
    desk.push(mapping.id, BY_RULE).await;
    desk.import(application.id, report(&spots(&rules, 2))).await;
    let plan = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(plan.counts.update, 3, "each has one more");
    let kim = practice.someone("kim");
    kim.deletes(TARGET, number_of(&practice, "deleted")).unwrap();
    kim.transfers(TARGET, number_of(&practice, "moved"), "acme/billing").unwrap();
    let there = practice.issues_containing("acme/billing", MARKER);
    let applied = desk.apply(&plan).await.unwrap();
    assert_eq!(
        (applied.state, applied.counts.done, applied.counts.failed),
        (PlanState::Partly, 1, 2),
        "{applied:?}"
    );
    let steps = desk.steps(plan.id).await;
    let words = |rule: &str| {
        let step = steps.iter().find(|step| step.group.title.contains(rule)).unwrap();
        step.problem.as_ref().unwrap().to_string()
    };
    assert!(words("deleted").contains("was deleted"), "{}", words("deleted"));
    assert!(words("moved").contains("moved to acme/billing#"), "{}", words("moved"));
    assert_eq!(practice.issues_containing("acme/billing", MARKER), there, "the moved one was not touched");
    let links = desk.engine.issue_page(0, 50).await.unwrap().0;
    assert_eq!(links.len(), 3, "no stranger's issue was taken for ours: {links:?}");
    clean(&practice);
}

// covers: X2
#[tokio::test]
async fn issues_that_are_switched_off_are_not_taken_for_deleted() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&spots(&["sqli"], 1))).await;
    desk.push(mapping.id, BY_RULE).await;
    let number = number_of(&practice, "sqli");
    practice.faults().add(format!("issues-disabled@GET:/issues/{number}").parse().unwrap());
    let stopped = desk.try_plan(mapping.id, BY_RULE).await.unwrap_err();
    assert!(stopped.message.contains("switched off"), "it says why it cannot look: {stopped}");
    practice.faults().clear();
    let plan = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(plan.counts.skip, plan.counts.steps, "switched on again, the issue is the same: {plan:?}");
    clean(&practice);
}

#[tokio::test]
async fn a_marker_that_somebody_copied_leads_to_the_first_issue() {
    let practice = practice().await;
    let found = spots(&["sqli"], 2);
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&found)).await;
    desk.push(mapping.id, BY_RULE).await;
    let number = number_of(&practice, "sqli");
    let body = practice.issue(TARGET, number).unwrap().body;
    practice.someone("kim").opens(TARGET, "A copy, to talk about it", &body).unwrap();
    drop(desk);
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&found)).await;
    let plan = desk.push(mapping.id, BY_RULE).await;
    assert_eq!((plan.counts.adopt, plan.counts.create), (1, 0), "{plan:?}");
    let step = &desk.steps(plan.id).await[0];
    assert_eq!(step.issue.as_ref().unwrap().number, number.to_string(), "the first one is ours");
    clean(&practice);
}
