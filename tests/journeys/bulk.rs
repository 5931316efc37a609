//! Bringing many issues up to date where the tracker takes many changes in one request: fewer
//! requests, and whatever is cut, killed or refused in between, each issue is changed once and no
//! comment comes twice.

use std::time::Duration;

use docket_domain::{GroupKey, Plan, PlanState, Secret, StepState};
use docket_engine::connections::NewSecret;
use docket_engine::mappings::MappingForm;
use docket_practice::{AzureLimits, AzureSetup, Fault, Logged, PracticeAzure, matching};

use crate::child;
use crate::support::*;

const PROJECT: &str = "Büro & Lager";
const ISSUES: usize = 60;
const BY_RULE: &[GroupKey] = &[GroupKey::Rule];

/// So many issues are there, each of which gets one more finding.
struct Ground {
    practice: PracticeAzure,
    desk: Desk,
    plan: Plan,
    /// Requests until now.
    before: usize,
}

fn found(each: usize) -> Vec<u8> {
    let rules: Vec<String> = (0..ISSUES).map(|at| format!("rule-{at}")).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    report(&spots(&rules, each))
}

async fn ready() -> Ground {
    let free = AzureLimits { units: 1e9, ..AzureLimits::default() };
    let practice = PracticeAzure::start(AzureSetup::demo().limits(free)).await.unwrap();
    let desk = Desk::new().await;
    let application = desk.engine.application_add("Shop").await.unwrap();
    let mut form = to_address(&practice.url(), &practice.token());
    form.kind = String::from("azure-devops");
    let connection = desk.engine.connection_save(form).await.unwrap();
    let form = MappingForm {
        target: PROJECT.to_owned(),
        settings: Some([("type".to_owned(), "Issue".to_owned())].into()),
        labels: vec!["security".to_owned()],
        assignees: Vec::new(),
        milestone: None,
        ..to_shop(connection.id, application.id)
    };
    let mapping = desk.engine.mapping_save(form).await.unwrap();
    desk.import(application.id, found(1)).await;
    desk.push(mapping.id, BY_RULE).await;
    desk.import(application.id, found(2)).await;
    let plan = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(plan.counts.update, ISSUES as u64, "each is to be changed");
    let mut form = form_of(desk.engine.connection_show(connection.id).await.unwrap());
    form.secret = NewSecret::FromEnv(child::TOKEN_VARIABLE.to_owned());
    desk.engine.connection_save(form).await.unwrap();
    let before = practice.log().len();
    Ground { practice, desk, plan, before }
}

impl Ground {
    fn start(&self, stop_at: Option<&str>) -> std::process::Child {
        child::start(&self.desk, "apply", &[&self.plan.id.to_string()], &self.practice.token(), stop_at)
    }

    /// Applies in a process of its own, to the end.
    async fn apply(&self) -> serde_json::Value {
        child::ended(self.start(None)).await.unwrap()
    }

    fn asked(&self) -> Vec<Logged> {
        self.practice.log().split_off(self.before)
    }

    /// How many changes each batch held.
    fn batches(&self) -> Vec<usize> {
        let asked = self.asked();
        let batches = asked.iter().filter(|entry| entry.path.ends_with("/$batch"));
        batches
            .map(|entry| entry.body.as_ref().and_then(|body| body.as_array()).map_or(0, Vec::len))
            .collect()
    }

    /// Every issue names both findings, with one comment about the newcomer.
    async fn whole(&self, name: &str) {
        let plan = self.desk.engine.plan_show(self.plan.id).await.unwrap();
        assert_eq!((plan.state, plan.counts.done), (PlanState::Done, ISSUES as u64), "{name}: {plan:?}");
        assert!(self.desk.steps(plan.id).await.iter().all(|step| step.state == StepState::Done), "{name}");
        let items: Vec<_> = self
            .practice
            .work_items(PROJECT)
            .into_iter()
            .filter(|item| item.tags.iter().any(|tag| tag == "security"))
            .collect();
        assert_eq!(items.len(), ISSUES, "{name}: no issue more");
        for item in items {
            let text = item.fields["System.Description"].as_str().unwrap();
            assert!(text.contains("0.py") && text.contains("1.py"), "{name}: both findings: {text}");
            assert_eq!(item.comments.len(), 1, "{name}: one comment about the newcomer");
        }
        assert!(
            self.desk.rows("").await.iter().all(|row| row.issues.len() == 1),
            "{name}: every finding is linked"
        );
        assert!(self.practice.violations().is_empty(), "{name}: {:?}", self.practice.violations());
    }
}

// covers: S2.18, X8
#[tokio::test]
async fn sixty_issues_are_changed_in_two_requests() {
    let ground = ready().await;
    ground.apply().await;
    ground.whole("at once").await;
    assert_eq!(ground.batches(), [50, 10], "fifty at a time");
    let asked = ground.asked();
    let alone = asked.iter().filter(|entry| entry.method == "PATCH" && !entry.path.ends_with("/$batch"));
    assert_eq!(alone.count(), 0, "none by itself");
}

// covers: X2, X10
#[tokio::test]
async fn killed_at_any_place_the_next_run_makes_them_whole() {
    for place in ["planned:1", "sending:1", "answered:1", "planned:2", "sending:2", "answered:2"] {
        let ground = ready().await;
        child::kill(child::stopped(ground.start(Some(place))).await);
        ground.apply().await;
        ground.whole(place).await;
    }
}

// covers: X2
#[tokio::test]
async fn a_batch_whose_answer_is_lost_is_made_again_without_writing_twice() {
    for (fault, again) in [
        (Fault::StoreThenCut, vec![50, 10]),
        (Fault::StoreThenError, vec![50, 10]),
        (Fault::CutBeforeStoring, vec![50, 10]),
        (Fault::ServerError(502), vec![50, 10]),
    ] {
        let (ground, name) = (ready().await, fault.name());
        ground.practice.faults().next(matching("PATCH", "/$batch"), fault);
        ground.apply().await;
        ground.whole(name).await;
        assert_eq!(ground.batches(), again, "{name}: what was done is not sent again");
    }
}

// covers: X2, X10
#[tokio::test]
async fn killed_between_the_comments_of_a_batch_none_comes_twice() {
    let ground = ready().await;
    let slow = Fault::Delay(Duration::from_secs(30));
    ground.practice.faults().nth(20, matching("POST", "/comments"), slow);
    let first = ground.start(None);
    let commented = || ground.asked().iter().filter(|asked| is_comment(asked)).count();
    while commented() < 20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    child::kill(first);
    ground.practice.faults().clear();
    ground.apply().await;
    ground.whole("between comments").await;
}

fn is_comment(asked: &Logged) -> bool {
    asked.method == "POST" && asked.path.ends_with("/comments")
}

// covers: X2, X10
#[tokio::test]
async fn paused_between_the_comments_of_a_batch_nothing_is_called_unsent_that_was_written() {
    let ground = ready().await;
    let desk = &ground.desk;
    let mut form = form_of(desk.engine.connection_list().await.unwrap().remove(0));
    form.secret = NewSecret::Entered(Secret::new(ground.practice.token()));
    desk.engine.connection_save(form).await.unwrap();
    ground.practice.faults().nth(10, matching("POST", "/comments"), Fault::Delay(Duration::from_secs(1)));
    let pausing = async {
        while ground.asked().iter().filter(|asked| is_comment(asked)).count() < 10 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        desk.engine.plan_cancel(ground.plan.id).await.unwrap()
    };
    let (paused, _) = tokio::join!(desk.apply(&ground.plan), pausing);
    let plan = paused.unwrap();
    assert_eq!(plan.state, PlanState::Paused, "not given up while outcomes are unknown: {plan:?}");
    assert_eq!((plan.counts.done, plan.counts.uncertain), (10, 40), "ten were done, forty are looked at");
    let planned = desk.steps(plan.id).await.iter().filter(|step| step.state == StepState::Planned).count();
    assert_eq!(planned, 10, "only what was not in the batch was not sent");
    desk.apply(&plan).await.unwrap();
    ground.whole("paused").await;
}

// covers: X2
#[tokio::test]
async fn where_no_batch_comes_through_the_issues_are_changed_one_by_one() {
    let ground = ready().await;
    ground.practice.faults().always(matching("PATCH", "/$batch"), Fault::ServerError(502));
    ground.apply().await;
    ground.whole("no batch").await;
    assert_eq!(ground.batches(), [50, 10], "each batch is tried once");
}
