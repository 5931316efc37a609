//! Changes of very many findings: told as a job, given up without a trace, and at once for few.

use std::sync::{Arc, Mutex};

use docket_domain::job::{Job, JobEvent, JobNews, JobState};
use docket_domain::{Application, Code, Problem, Status};
use docket_engine::{JobListener, nobody};

use crate::support::*;

const MANY: usize = 11_000;

/// A data folder with [`MANY`] findings.
async fn many() -> (Desk, Application) {
    let desk = Desk::new().await;
    let application = desk.engine.application_add("Shop").await.unwrap();
    desk.import(application.id, report(&spots(&["sqli"], MANY))).await;
    (desk, application)
}

/// Cancels the job as soon as it tells how far it is; the rest is told ten times a second, by when
/// it may be done. The store's tests give up at every moment.
fn impatient(desk: &Desk) -> JobListener {
    let engine = desk.engine.clone();
    Arc::new(move |event: JobEvent| {
        if let JobNews::Progress { progress } = event.news {
            assert_eq!(progress.total, Some(MANY as u64), "it says of how many: {progress:?}");
            assert_eq!(engine.job_cancel(event.job), 1, "it runs");
        }
    })
}

async fn last_job(desk: &Desk) -> Job {
    desk.engine.job_list(1).await.unwrap().remove(0)
}

fn given_up(result: Result<u64, Problem>) {
    let problem = result.unwrap_err();
    assert_eq!(problem.code, Code::Cancelled, "{problem}");
    assert!(problem.message.contains("nothing was changed"), "{problem}");
}

#[tokio::test]
async fn a_judgement_of_very_many_is_a_job_that_can_be_given_up() {
    let (desk, _) = many().await;
    let judge = |listener| {
        desk.engine.finding_assess(matching(""), Status::RiskAccepted, None, Some("old".to_owned()), listener)
    };
    given_up(judge(impatient(&desk)).await);
    let job = last_job(&desk).await;
    assert_eq!((job.kind.as_str(), job.state), ("finding_assess", JobState::Cancelled), "{job:?}");
    let judged = |query: &'static str| desk.engine.finding_count(matching(query));
    assert_eq!(judged("status:risk_accepted").await.unwrap().total, 0, "none of them");

    assert_eq!(judge(nobody()).await.unwrap(), MANY as u64, "all of them, the second time");
    assert_eq!(last_job(&desk).await.state, JobState::Done);
    assert_eq!(judged("status:risk_accepted").await.unwrap().total, MANY as u64);

    // Few are done before anybody could read what is being done.
    let told = Arc::new(Mutex::new(0));
    let counts = Arc::clone(&told);
    let one = matching("path:src/sqli/7.py");
    let listener: JobListener = Arc::new(move |_| *counts.lock().unwrap() += 1);
    let before = last_job(&desk).await.id;
    assert_eq!(desk.engine.finding_assess(one, Status::Active, None, None, listener).await.unwrap(), 1);
    assert_eq!(last_job(&desk).await.id, before, "no job for one finding");
    assert_eq!(*told.lock().unwrap(), 0, "and nothing to tell");
}

#[tokio::test]
async fn removing_an_application_and_new_owners_can_be_given_up() {
    let (desk, application) = many().await;
    let rules = "* @acme/all".to_owned();
    given_up(desk.engine.owners_save(application.id, rules.clone(), impatient(&desk)).await);
    assert_eq!(desk.engine.owners_show(application.id).await.unwrap().text, "", "no rules were kept");
    assert_eq!(desk.engine.owners_save(application.id, rules, nobody()).await.unwrap(), MANY as u64);

    given_up(desk.engine.application_remove(application.id, impatient(&desk)).await);
    assert_eq!(desk.engine.finding_count(matching("sqli owner:@acme/all")).await.unwrap().total, MANY as u64);
    assert_eq!(desk.engine.application_remove(application.id, nobody()).await.unwrap(), MANY as u64);
    assert!(desk.engine.application_list().await.unwrap().is_empty());
    assert_eq!(desk.engine.finding_count(matching("")).await.unwrap().total, 0);
}
