//! Pushing while the network and the tracker misbehave: never a second issue for a group,
//! never a lost one, and always a word about what happened.

use std::sync::Arc;

use docket_domain::{Code, GroupKey, Mapping, Plan, PlanState, Secret, StepState};
use docket_engine::connections::NewSecret;
use docket_engine::nobody;
use docket_practice::{Fault, Limits, Practice, Setup, TokenSeed, matching};
use tokio::sync::Notify;

use crate::support::*;

const BY_RULE: &[GroupKey] = &[GroupKey::Rule];
const RULES: [&str; 4] = ["sqli", "xss", "eval", "path"];

/// A plan of four issues, ready to be applied.
async fn ready(practice: &Practice) -> (Desk, Mapping, Plan) {
    ready_on(Desk::new().await, practice).await
}

async fn ready_on(desk: Desk, practice: &Practice) -> (Desk, Mapping, Plan) {
    let (desk, application, mapping) = desk.connect_to(practice).await;
    desk.import(application.id, report(&spots(&RULES, 2))).await;
    let plan = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(plan.counts.create, 4, "four issues are planned");
    (desk, mapping, plan)
}

/// All four are there, once, linked, and a further plan has nothing to do.
async fn all_there(desk: &Desk, practice: &Practice, mapping: &Mapping, plan: &Plan, name: &str) {
    let plan = desk.engine.plan_show(plan.id).await.unwrap();
    assert_eq!((plan.state, plan.counts.done), (PlanState::Done, 4), "{name}: {plan:?}");
    assert_eq!(ours(practice).len(), 4, "{name}: exactly one issue for each group");
    each_once(practice);
    assert!(desk.rows("").await.iter().all(|row| row.issues.len() == 1), "{name}: every finding is linked");
    let again = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(again.counts.skip, again.counts.steps, "{name}: nothing is left to do");
    clean(practice);
}

/// Applies, resuming when the engine says that it stopped; at most a few times.
async fn apply_to_the_end(desk: &Desk, plan: &Plan, name: &str) -> Vec<Code> {
    let mut stops = Vec::new();
    for _ in 0..4 {
        match desk.apply(plan).await {
            Ok(_) => return stops,
            Err(problem) => {
                assert_ne!(problem.code, Code::Internal, "{name}: {problem:?}");
                let state = desk.engine.plan_show(plan.id).await.unwrap().state;
                assert_eq!(state, PlanState::Paused, "{name}: a stopped plan can be resumed");
                stops.push(problem.code);
            }
        }
    }
    panic!("{name}: it never came to an end: {stops:?}");
}

async fn one_fault(rule: &str) {
    let practice = practice().await;
    let (desk, mapping, plan) = ready(&practice).await;
    if rule.contains("silence") {
        // An answer that never comes is waited for only so long.
        let mut form = form_of(desk.engine.connection_show(mapping.connection).await.unwrap());
        form.network.read_timeout_ms = 1_500;
        desk.engine.connection_save(form).await.unwrap();
    }
    practice.faults().add(rule.parse().unwrap());
    apply_to_the_end(&desk, &plan, rule).await;
    all_there(&desk, &practice, &mapping, &plan, rule).await;
}

// covers: X2
#[tokio::test]
async fn a_cut_connection_ends_with_one_issue_for_each_group() {
    for rule in [
        "cut-before-reading@POST:/issues#2",
        "cut-before-storing@POST:/issues#2",
        "store-then-cut@POST:/issues#2",
        "store-then-cut@POST:/issues",
        "store-then-silence@POST:/issues#3",
    ] {
        one_fault(rule).await;
    }
}

// covers: X2
#[tokio::test]
async fn an_error_of_the_server_or_of_a_proxy_ends_with_one_issue_for_each_group() {
    for rule in [
        "store-then-500@POST:/issues#2",
        "store-then-500@POST:/issues",
        "server-error=500@POST:/issues#2",
        "server-error=502@POST:/issues#1",
        "server-error=503@POST:/issues#4",
        "proxy-page@POST:/issues#2",
        "invalid-json@POST:/issues#2",
        "truncated-gzip@POST:/issues#2",
        "sign-in-page@POST:/issues#2",
    ] {
        one_fault(rule).await;
    }
}

#[tokio::test]
async fn trouble_while_looking_an_outcome_up_pauses_and_the_next_apply_settles_it() {
    let practice = practice().await;
    let (desk, mapping, plan) = ready(&practice).await;
    practice.faults().add("store-then-cut@POST:/issues#2".parse().unwrap());
    // The look-up goes to the list of issues: the second reading of it since the plan.
    practice.faults().add("bad-credentials@GET:/issues#2".parse().unwrap());
    let stops = apply_to_the_end(&desk, &plan, "401 while looking up").await;
    assert_eq!(stops, [Code::Unauthorized], "it stopped once, and said why");
    all_there(&desk, &practice, &mapping, &plan, "401 while looking up").await;
}

// covers: X2
#[tokio::test]
async fn an_outcome_that_stays_unknown_is_looked_up_once_more_before_it_is_given_up() {
    let practice = practice().await;
    let (desk, mapping, plan) = ready(&practice).await;
    // The first step is sent three times; only the last one is stored, and nobody says so.
    practice.faults().nth(1, matching("POST", "/issues"), Fault::CutBeforeStoring);
    practice.faults().nth(2, matching("POST", "/issues"), Fault::CutBeforeStoring);
    practice.faults().nth(3, matching("POST", "/issues"), Fault::StoreThenCut);
    apply_to_the_end(&desk, &plan, "stored at the third attempt").await;
    all_there(&desk, &practice, &mapping, &plan, "stored at the third attempt").await;
}

#[tokio::test]
async fn a_step_that_never_gets_through_fails_with_words_and_can_be_retried() {
    let practice = practice().await;
    let (desk, mapping, plan) = ready(&practice).await;
    practice.faults().always(matching("POST", "/issues"), Fault::CutBeforeStoring);
    let partly = desk.apply(&plan).await.unwrap();
    assert_eq!((partly.state, partly.counts.failed), (PlanState::Partly, 4), "{partly:?}");
    let step = &desk.steps(plan.id).await[0];
    assert_eq!(step.problem.as_ref().unwrap().code, Code::Uncertain, "{step:?}");
    assert!(ours(&practice).is_empty(), "nothing was stored");
    practice.faults().clear();
    assert_eq!(desk.engine.plan_retry(plan.id).await.unwrap(), 4, "all four are tried again");
    apply_to_the_end(&desk, &plan, "retried").await;
    all_there(&desk, &practice, &mapping, &plan, "retried").await;
}

// covers: X2
#[tokio::test]
async fn a_wrong_clock_on_this_computer_hides_no_issue() {
    for (name, millis) in [("two hours ahead", 7_200_000), ("two hours behind", -7_200_000)] {
        let practice = practice().await;
        let desk = Desk::with(|options| options.with_clock(Arc::new(WrongBy(millis)))).await;
        let (desk, mapping, plan) = ready_on(desk, &practice).await;
        practice.faults().add("store-then-cut@POST:/issues#2".parse().unwrap());
        apply_to_the_end(&desk, &plan, name).await;
        all_there(&desk, &practice, &mapping, &plan, name).await;
    }
}

#[tokio::test]
async fn a_request_that_the_tracker_handled_twice_is_not_made_worse() {
    let practice = practice().await;
    let (desk, mapping, plan) = ready(&practice).await;
    practice.faults().add("handled-twice@POST:/issues#2".parse().unwrap());
    let applied = desk.apply(&plan).await.unwrap();
    assert_eq!(applied.state, PlanState::Done, "{applied:?}");
    assert_eq!(ours(&practice).len(), 5, "the tracker's own double");
    let again = desk.push(mapping.id, BY_RULE).await;
    assert_eq!(again.counts.skip, again.counts.steps, "nothing is added to it: {again:?}");
    assert_eq!(ours(&practice).len(), 5, "no sixth");
    clean(&practice);
}

// covers: X10
#[tokio::test]
async fn a_limit_in_the_middle_is_waited_for_and_told() {
    let practice = practice().await;
    let (desk, mapping, plan) = ready(&practice).await;
    practice.faults().add("secondary-limit=1@POST:/issues#2".parse().unwrap());
    let (listener, heard) = keeping();
    let began = std::time::Instant::now();
    let applied = desk.engine.plan_apply(plan.id, listener).await.unwrap();
    assert_eq!(applied.state, PlanState::Done, "{applied:?}");
    assert!(began.elapsed().as_millis() >= 900, "Retry-After was obeyed: {:?}", began.elapsed());
    assert!(!heard.lock().unwrap().is_empty(), "progress was told");
    all_there(&desk, &practice, &mapping, &plan, "secondary limit").await;
}

// covers: X10
#[tokio::test]
async fn the_published_limits_in_compressed_time_lose_nothing() {
    // A minute lasts a second: three creations a «minute» make four issues wait once.
    let limits = Limits { content_per_minute: 3, ..Limits::default() };
    let practice = Practice::start(Setup::demo().limits(limits).compress_time(60.0)).await.unwrap();
    let (desk, mapping, plan) = ready(&practice).await;
    apply_to_the_end(&desk, &plan, "three a minute").await;
    assert!(
        practice.log().iter().any(|asked| matches!(asked.status, Some(403 | 429))),
        "the limit was really met"
    );
    all_there(&desk, &practice, &mapping, &plan, "three a minute").await;
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_pauses_and_a_new_one_resumes() {
    let practice = practice().await;
    let (desk, mapping, plan) = ready(&practice).await;
    practice.faults().add("token-ends@POST:/issues#2".parse().unwrap());
    let stopped = desk.apply(&plan).await.unwrap_err();
    assert_eq!(stopped.code, Code::Unauthorized, "{stopped:?}");
    let paused = desk.engine.plan_show(plan.id).await.unwrap();
    assert_eq!(paused.state, PlanState::Paused, "{paused:?}");
    assert_eq!(paused.counts.failed, 0, "no step is blamed for the token");
    let asked = practice.log().len();
    let stopped = desk.apply(&plan).await.unwrap_err();
    assert!(stopped.message.contains("token was not accepted"), "still so: {stopped:?}");
    assert!(stopped.hint.is_some(), "says what to do: {stopped:?}");
    assert!(practice.log().len() - asked < 6, "a dead token is not tried again and again");
    let fresh = practice.add_token(&TokenSeed::classic("robin", &["repo", "read:org"])).unwrap();
    let mut form = form_of(desk.engine.connection_show(mapping.connection).await.unwrap());
    form.secret = NewSecret::Entered(Secret::new(fresh));
    desk.engine.connection_save(form).await.unwrap();
    apply_to_the_end(&desk, &plan, "new token").await;
    all_there(&desk, &practice, &mapping, &plan, "new token").await;
}

#[tokio::test]
async fn a_refused_step_fails_alone_and_can_be_retried() {
    for rule in
        ["permission-missing@POST:/issues#2", "issues-disabled@POST:/issues#2", "archived@POST:/issues#2"]
    {
        let practice = practice().await;
        let (desk, mapping, plan) = ready(&practice).await;
        practice.faults().add(rule.parse().unwrap());
        let partly = desk.apply(&plan).await.unwrap();
        assert_eq!(
            (partly.state, partly.counts.done, partly.counts.failed),
            (PlanState::Partly, 3, 1),
            "{rule}: {partly:?}"
        );
        let steps = desk.steps(plan.id).await;
        let failed = steps.iter().find(|step| step.state == StepState::Failed).unwrap();
        assert!(failed.problem.as_ref().unwrap().hint.is_some(), "{rule}: says what to do: {failed:?}");
        desk.engine.plan_retry(plan.id).await.unwrap();
        apply_to_the_end(&desk, &plan, rule).await;
        all_there(&desk, &practice, &mapping, &plan, rule).await;
    }
}

// covers: X10
#[tokio::test]
async fn a_plan_is_paused_between_two_steps_resumed_and_cancelled() {
    let practice = practice().await;
    let (desk, mapping, plan) = ready(&practice).await;
    let pause = Arc::new(Notify::new());
    let hand = Arc::clone(&pause);
    let listener = at_each_step(move |_| hand.notify_one());
    let (engine, id) = (desk.engine.clone(), plan.id);
    let pausing = async {
        pause.notified().await;
        engine.plan_pause(id).await.unwrap()
    };
    let (paused, asked) = tokio::join!(desk.engine.plan_apply(plan.id, listener), pausing);
    let paused = paused.unwrap();
    assert_eq!(asked, 1, "the job was found");
    assert_eq!(paused.state, PlanState::Paused, "{paused:?}");
    let there = ours(&practice).len();
    assert!((1..4).contains(&there), "it stopped on the way: {there}");
    assert_eq!(paused.counts.done as usize, there, "what was sent is known");
    apply_to_the_end(&desk, &plan, "resumed").await;
    all_there(&desk, &practice, &mapping, &plan, "resumed").await;

    let application = mapping.applications[0];
    desk.import(application, report(&spots(&["one", "two", "three"], 1))).await;
    let plan = desk.plan(mapping.id, BY_RULE).await;
    // Another bell: the first may have rung once more than it was heard.
    let bell = Arc::new(Notify::new());
    let hand = Arc::clone(&bell);
    let listener = at_each_step(move |_| hand.notify_one());
    let (engine, id) = (desk.engine.clone(), plan.id);
    let giving_up = async {
        bell.notified().await;
        engine.plan_cancel(id).await.unwrap()
    };
    let (cancelled, _) = tokio::join!(desk.engine.plan_apply(plan.id, listener), giving_up);
    let cancelled = cancelled.unwrap();
    assert_eq!(cancelled.state, PlanState::Cancelled, "{cancelled:?}");
    let there = ours(&practice).len();
    assert!(there < 7, "what was not sent stays unsent");
    let after = desk.apply(&plan).await.unwrap();
    assert_eq!(
        (after.state, ours(&practice).len()),
        (PlanState::Cancelled, there),
        "a cancelled plan is over"
    );
    clean(&practice);
}

// covers: X10
#[tokio::test]
async fn a_plan_given_up_at_any_moment_of_its_beginning_stays_given_up() {
    for turns in 0..24 {
        let practice = practice().await;
        let (desk, _, plan) = ready(&practice).await;
        let giving_up = async {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
            desk.engine.plan_cancel(plan.id).await.unwrap()
        };
        let (applied, _) = tokio::join!(desk.apply(&plan), giving_up);
        let applied = applied.unwrap();
        assert_eq!(applied.state, PlanState::Cancelled, "after {turns} turns: {applied:?}");
        let there = ours(&practice).len();
        let again = desk.apply(&plan).await.unwrap();
        assert_eq!(again.state, PlanState::Cancelled, "after {turns} turns: {again:?}");
        assert_eq!(ours(&practice).len(), there, "nothing more was sent after {turns} turns");
    }
}

// covers: X2
#[tokio::test]
async fn a_repeated_click_creates_nothing_twice() {
    let practice = practice().await;
    let (desk, mapping, plan) = ready(&practice).await;
    let (one, two, three) = tokio::join!(desk.apply(&plan), desk.apply(&plan), desk.apply(&plan));
    let mut done = 0;
    for result in [one, two, three] {
        match result {
            Ok(_) => done += 1,
            Err(problem) => assert_eq!(problem.code, Code::Busy, "{problem:?}"),
        }
    }
    assert!(done >= 1, "one of them went through");
    all_there(&desk, &practice, &mapping, &plan, "three clicks").await;

    // Two plans of the same findings, one after the other.
    let practice = self::practice().await;
    let (desk, mapping, first) = ready(&practice).await;
    let second = desk.plan(mapping.id, BY_RULE).await;
    desk.apply(&first).await.unwrap();
    let second = desk.apply(&second).await.unwrap();
    assert_eq!(second.state, PlanState::Done, "{second:?}");
    all_there(&desk, &practice, &mapping, &first, "two plans").await;
}

#[tokio::test]
async fn a_second_engine_on_the_folder_waits_its_turn() {
    let practice = practice().await;
    let (desk, mapping, plan) = ready(&practice).await;
    let other = desk.beside().await;
    practice.faults().add("delay=200@POST:/issues".parse().unwrap());
    let late = async {
        while writes(&practice) == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        other.plan_apply(plan.id, nobody()).await
    };
    let (here, there) = tokio::join!(desk.apply(&plan), late);
    here.unwrap();
    let busy = there.unwrap_err();
    assert_eq!(busy.code, Code::Busy, "{busy:?}");
    assert!(busy.hint.is_some(), "and says what to do");
    all_there(&desk, &practice, &mapping, &plan, "two engines").await;
}

#[tokio::test]
async fn a_list_that_never_ends_is_given_up_in_words_and_nothing_is_sent() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&spots(&["sqli"], 1))).await;
    for number in 0..110 {
        practice.someone("kim").opens(TARGET, &format!("Another {number}"), "").unwrap();
    }
    for (fault, words) in
        [(Fault::RepeatedPage, "names itself as the next one"), (Fault::EndlessList, "never ends")]
    {
        practice.faults().always(matching("GET", "/issues"), fault);
        let problem = desk.try_plan(mapping.id, BY_RULE).await.unwrap_err();
        practice.faults().clear();
        assert_eq!(problem.code, Code::TrackerTrouble, "{problem:?}");
        assert!(problem.message.contains(words) && problem.hint.is_some(), "in words: {problem:?}");
        assert_eq!(writes(&practice), 0, "nothing was written");
    }
}
