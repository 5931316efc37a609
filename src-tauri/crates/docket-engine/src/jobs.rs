//! Long work: a row that survives the process, a voice for its progress, and a way to
//! cancel it.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use docket_domain::job::{Job, JobState, Progress};
use docket_domain::{Code, JobId, Problem};
use docket_store as store;
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;
use crate::events::{JobListener, JobRun};

/// Kinds of jobs whose requests let those go first that a person waits for.
const BY_ITSELF: &[&str] = &["plan_apply"];

/// The jobs that run in this process.
#[derive(Default)]
pub(crate) struct Jobs(Mutex<HashMap<JobId, (CancellationToken, Job)>>);

impl Jobs {
    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, (CancellationToken, Job)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A listener for callers that do not listen.
pub fn nobody() -> JobListener {
    std::sync::Arc::new(|_| {})
}

impl Engine {
    /// Runs `work` as a job of `kind`: its row is written before and after, its progress goes
    /// to `listener`, and [`Engine::job_cancel`] reaches it.
    pub(crate) async fn run_job<T, F>(
        &self,
        kind: &str,
        title: &str,
        listener: JobListener,
        work: impl FnOnce(JobRun) -> F,
    ) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        let in_bulk = BY_ITSELF.contains(&kind);
        let (kind, title) = (kind.to_owned(), title.to_owned());
        let job = self.write(move |tx| store::jobs::begin(tx, &kind, &title)).await?;
        let id = job.id;
        let cancel = CancellationToken::new();
        self.0.jobs.map().insert(id, (cancel.clone(), job));
        self.changed(&["Jobs"]);
        let remember = {
            let engine = self.clone();
            std::sync::Arc::new(move |event: docket_domain::job::JobEvent| {
                if let docket_domain::job::JobNews::Progress { progress } = &event.news {
                    engine.remember_progress(event.job, progress);
                }
                listener(event);
            })
        };
        let run = JobRun::new(id, cancel, remember);
        let run = if in_bulk { run.in_bulk() } else { run };
        let result = work(run.clone()).await;
        run.flush();
        let (state, problem) = match &result {
            Ok(_) => (JobState::Done, None),
            Err(problem) if problem.code == Code::Cancelled => (JobState::Cancelled, None),
            Err(problem) => {
                tracing::warn!(job = %id, ?problem, "a job failed");
                (JobState::Failed, Some(problem.clone()))
            }
        };
        self.0.jobs.map().remove(&id);
        let ends = move |tx: &store::Tx<'_>| store::jobs::end(tx, id, state, problem.as_ref());
        match state {
            // Somebody waits for it to stop; should the power fail now, it was interrupted.
            JobState::Cancelled => self.write_soon(ends).await?,
            _ => self.write(ends).await?,
        };
        self.changed(&["Jobs"]);
        result
    }

    fn remember_progress(&self, id: JobId, progress: &Progress) {
        if let Some((_, job)) = self.0.jobs.map().get_mut(&id) {
            job.progress = Some(progress.clone());
        }
    }

    /// Jobs that run in this process now, with their progress.
    pub fn jobs_running(&self) -> Vec<Job> {
        let mut jobs: Vec<Job> = self.0.jobs.map().values().map(|(_, job)| job.clone()).collect();
        jobs.sort_by_key(|job| job.id);
        jobs
    }

    /// The latest jobs, newest first; running ones with their progress.
    pub async fn job_list(&self, limit: u32) -> Result<Vec<Job>, Problem> {
        let mut jobs = self.read(move |r| store::jobs::list(r, limit)).await?;
        let running = self.jobs_running();
        for job in &mut jobs {
            if let Some(live) = running.iter().find(|live| live.id == job.id) {
                job.progress.clone_from(&live.progress);
            }
        }
        Ok(jobs)
    }

    /// Cancels a running job. 0 when it does not run in this process.
    pub fn job_cancel(&self, id: JobId) -> u64 {
        match self.0.jobs.map().get(&id) {
            Some((cancel, _)) => {
                cancel.cancel();
                1
            }
            None => 0,
        }
    }
}
