//! `kill -9` at each step of a push, for real: a child process is killed at a chosen place, a
//! second one resumes, and the tracker holds exactly one issue for each group.

use std::time::Duration;

use docket_domain::{Code, GroupKey, Mapping, Plan, PlanState, StepState};
use docket_engine::connections::NewSecret;
use docket_practice::{Fault, Practice, matching};

use crate::child;
use crate::support::*;

const BY_RULE: &[GroupKey] = &[GroupKey::Rule];
const RULES: [&str; 3] = ["sqli", "xss", "eval"];

/// A plan over the findings of `found`, whose token only a child finds in its environment.
async fn ready(practice: &Practice, found: &[Spot], pushed_before: &[Spot]) -> (Desk, Mapping, Plan) {
    let (desk, application, mapping) = Desk::connected(practice).await;
    if !pushed_before.is_empty() {
        desk.import(application.id, report(pushed_before)).await;
        desk.push(mapping.id, BY_RULE).await;
    }
    desk.import(application.id, report(found)).await;
    let plan = desk.plan(mapping.id, BY_RULE).await;
    let mut form = form_of(desk.engine.connection_show(mapping.connection).await.unwrap());
    form.secret = NewSecret::FromEnv(child::TOKEN_VARIABLE.to_owned());
    desk.engine.connection_save(form).await.unwrap();
    (desk, mapping, plan)
}

fn apply(desk: &Desk, practice: &Practice, plan: &Plan, stop_at: Option<&str>) -> std::process::Child {
    child::start(desk, "apply", &[&plan.id.to_string()], &practice.token(), stop_at)
}

/// After the resumed run: every step final, one issue for each group, everything linked.
async fn whole(desk: &Desk, practice: &Practice, plan: &Plan, name: &str) {
    let plan = desk.engine.plan_show(plan.id).await.unwrap();
    assert_eq!(plan.state, PlanState::Done, "{name}: {plan:?}");
    assert_eq!(plan.counts.done, RULES.len() as u64, "{name}: {plan:?}");
    assert_eq!((plan.counts.failed, plan.counts.uncertain), (0, 0), "{name}: {plan:?}");
    for step in desk.steps(plan.id).await {
        assert_eq!(step.state, StepState::Done, "{name}: {step:?}");
    }
    assert_eq!(ours(practice).len(), RULES.len(), "{name}: exactly one issue for each group");
    each_once(practice);
    assert!(desk.rows("").await.iter().all(|row| row.issues.len() == 1), "{name}: every finding is linked");
    clean(practice);
}

/// Kills a push at `place`, after which `stored` issues must be there, and resumes it.
async fn killed_at(place: &str, stored: usize) {
    let practice = practice().await;
    let (desk, _, plan) = ready(&practice, &spots(&RULES, 2), &[]).await;
    let first = child::stopped(apply(&desk, &practice, &plan, Some(place))).await;
    child::kill(first);
    assert_eq!(ours(&practice).len(), stored, "{place}: this many were stored when it was killed");
    let state = desk.engine.plan_show(plan.id).await.unwrap().state;
    assert_eq!(state, PlanState::Applying, "{place}: nobody has tidied up yet");
    let resumed = child::ended(apply(&desk, &practice, &plan, None)).await.unwrap();
    assert_eq!(resumed["state"], "done", "{place}: {resumed}");
    whole(&desk, &practice, &plan, place).await;
}

// covers: X2, X10
#[tokio::test]
async fn killed_before_the_intent_was_stored() {
    killed_at("planned:1", 0).await;
    killed_at("planned:3", 2).await;
}

// covers: X2, X10
#[tokio::test]
async fn killed_before_the_request_left() {
    for nth in 1..=3 {
        killed_at(&format!("sending:{nth}"), nth - 1).await;
    }
}

// covers: X2, X10
#[tokio::test]
async fn killed_after_the_answer_and_before_it_was_noted() {
    for nth in 1..=3 {
        killed_at(&format!("answered:{nth}"), nth).await;
    }
}

// covers: X2
#[tokio::test]
async fn killed_again_and_again_while_resuming() {
    let practice = practice().await;
    let (desk, _, plan) = ready(&practice, &spots(&RULES, 2), &[]).await;
    for place in ["answered:1", "answered:1", "sending:1", "sending:1", "planned:1"] {
        let killed = child::stopped(apply(&desk, &practice, &plan, Some(place))).await;
        child::kill(killed);
        each_once(&practice);
    }
    child::ended(apply(&desk, &practice, &plan, None)).await.unwrap();
    whole(&desk, &practice, &plan, "killed five times").await;
}

/// Three issues are there; each gets one more finding, so each is changed and commented on.
async fn updates() -> (Practice, Desk, Plan) {
    let practice = practice().await;
    let before = spots(&RULES, 1);
    let (desk, _, plan) = ready(&practice, &spots(&RULES, 2), &before).await;
    assert_eq!(plan.counts.update, 3, "three updates are planned");
    (practice, desk, plan)
}

fn comments(practice: &Practice) -> Vec<usize> {
    ours(practice).iter().map(|issue| issue.comments.len()).collect()
}

// covers: X2
#[tokio::test]
async fn an_update_that_was_killed_is_made_whole_and_comments_once() {
    for place in ["planned:2", "sending:2", "answered:2", "answered:3"] {
        let (practice, desk, plan) = updates().await;
        let first = child::stopped(apply(&desk, &practice, &plan, Some(place))).await;
        child::kill(first);
        child::ended(apply(&desk, &practice, &plan, None)).await.unwrap();
        whole(&desk, &practice, &plan, place).await;
        assert_eq!(comments(&practice), [1, 1, 1], "{place}: one comment for each newcomer");
    }
}

/// A group so large that its text goes on in comments.
fn large() -> Vec<Spot> {
    let mut found = spots(&["xss", "eval"], 1);
    found.extend((0..1_500).map(|n| Spot {
        message: format!(
            "The value of parameter {n} reaches the statement. {}",
            "It is never bound. ".repeat(12)
        ),
        line: n + 1,
        ..spot("sqli", &format!("src/a-folder-with-a-long-name/and-another-one/{n}.py"))
    }));
    found
}

// covers: X2
#[tokio::test]
async fn killed_between_the_issue_and_its_further_comments() {
    let practice = practice().await;
    let (desk, _, plan) = ready(&practice, &large(), &[]).await;
    let steps = desk.steps(plan.id).await;
    let draft = steps
        .iter()
        .filter_map(|step| step.draft.as_ref())
        .max_by_key(|d| d.follow_ups.len())
        .unwrap()
        .clone();
    let wanted = draft.follow_ups.len();
    assert!(wanted >= 2, "the text goes on in at least two comments: {wanted}");
    practice.faults().nth(2, matching("POST", "/comments"), Fault::Delay(Duration::from_secs(30)));
    let first = apply(&desk, &practice, &plan, None);
    let asked =
        || practice.log().iter().filter(|a| a.method == "POST" && a.path.ends_with("/comments")).count();
    while asked() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    child::kill(first);
    practice.faults().clear();
    child::ended(apply(&desk, &practice, &plan, None)).await.unwrap();
    whole(&desk, &practice, &plan, "between issue and comments").await;
    let issue = ours(&practice).into_iter().find(|issue| issue.body.contains(draft.marker.as_str())).unwrap();
    assert_eq!(issue.comments.len(), wanted, "every further comment is there, once");
    for (comment, text) in issue.comments.iter().zip(&draft.follow_ups) {
        assert!(comment.starts_with(text.as_str()), "in their order, each once");
    }
}

// covers: X2
#[tokio::test]
async fn killed_after_the_tracker_stored_the_issue_and_cut_the_line() {
    let practice = practice().await;
    let (desk, _, plan) = ready(&practice, &spots(&RULES, 2), &[]).await;
    practice.faults().nth(2, matching("POST", "/issues"), Fault::StoreThenCut);
    let first = child::stopped(apply(&desk, &practice, &plan, Some("answered:2"))).await;
    child::kill(first);
    assert_eq!(ours(&practice).len(), 2, "stored, though nobody was told");
    child::ended(apply(&desk, &practice, &plan, None)).await.unwrap();
    whole(&desk, &practice, &plan, "cut and killed").await;
}

// covers: X2, X10
#[tokio::test]
async fn of_two_processes_one_says_that_the_other_is_at_it() {
    let practice = practice().await;
    let (desk, _, plan) = ready(&practice, &spots(&RULES, 2), &[]).await;
    let first = child::stopped(apply(&desk, &practice, &plan, Some("sending:2"))).await;
    let refused = child::ended(apply(&desk, &practice, &plan, None)).await.unwrap_err();
    assert_eq!(refused.code, Code::Busy, "{refused:?}");
    assert_eq!(ours(&practice).len(), 1, "the second wrote nothing");
    child::kill(first);
    // The holder is gone: its right to write goes with it, at once.
    child::ended(apply(&desk, &practice, &plan, None)).await.unwrap();
    whole(&desk, &practice, &plan, "two processes").await;
}

// covers: X2
#[tokio::test]
async fn two_processes_that_start_in_the_same_moment_create_nothing_twice() {
    let practice = practice().await;
    let (desk, _, plan) = ready(&practice, &spots(&RULES, 2), &[]).await;
    let both = [apply(&desk, &practice, &plan, None), apply(&desk, &practice, &plan, None)];
    let [one, two] = both.map(child::ended);
    let (one, two) = tokio::join!(one, two);
    for problem in [&one, &two].into_iter().filter_map(|result| result.as_ref().err()) {
        assert_eq!(problem.code, Code::Busy, "{problem:?}");
    }
    assert!(one.is_ok() || two.is_ok(), "one of them went through");
    whole(&desk, &practice, &plan, "a race of two").await;
}

#[tokio::test]
async fn a_child_without_its_token_says_which_variable_is_missing() {
    let practice = practice().await;
    let (desk, _, plan) = ready(&practice, &spots(&RULES, 1), &[]).await;
    let child = child::start(&desk, "apply", &[&plan.id.to_string()], "", None);
    let refused = child::ended(child).await.unwrap_err();
    assert_eq!(refused.code, Code::Keychain, "{refused:?}");
    assert!(refused.message.contains(child::TOKEN_VARIABLE), "{refused}");
    assert_eq!(writes(&practice), 0, "nothing was sent");
}
