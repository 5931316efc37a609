//! Changes of findings: at once for few, as a job for very many.

use docket_domain::job::Progress;
use docket_domain::{Code, Problem, Selection};
use docket_store::Tx;

use crate::engine::Engine;
use crate::events::JobListener;

/// From so many findings on a change takes long enough to show how far it is.
const LONG: u64 = 10_000;

/// What is changed, for the job that it becomes when it is long.
pub(crate) struct Many {
    /// The job's kind.
    pub kind: &'static str,
    /// Shown while it runs.
    pub title: String,
    /// How many findings it is about.
    pub size: u64,
}

impl Engine {
    /// Does a change of findings in one transaction. One of [`LONG`] or more is a job, with progress
    /// and a way to cancel it; fewer are done before a person could read its name.
    ///
    /// # Errors
    /// Those of `work`; [`Code::Cancelled`]. Nothing is changed then.
    pub(crate) async fn change_many(
        &self,
        many: Many,
        listener: JobListener,
        work: impl FnOnce(&Tx<'_>) -> Result<u64, Problem> + Send + 'static,
    ) -> Result<u64, Problem> {
        let Many { kind, title, size } = many;
        if size < LONG {
            return self.write(work).await;
        }
        let text = title.clone();
        self.run_job(kind, &title, listener, |run| async move {
            let told = move |done, total| {
                run.progress(Progress {
                    text: text.clone(),
                    done,
                    total: Some(if total == 0 { size } else { total }),
                    unit: "findings".to_owned(),
                    ..Progress::default()
                });
                crate::testing::pause_point("changing-many");
                !run.is_cancelled()
            };
            self.0.store.write_told(work, told).await.map_err(said)
        })
        .await
    }

    /// How many findings a selection is about.
    pub(crate) async fn size_of(&self, selection: &Selection) -> Result<u64, Problem> {
        match selection {
            Selection::Ids { ids } => Ok(ids.len() as u64),
            matching @ Selection::Matching { .. } => Ok(self.finding_count(matching.clone()).await?.total),
        }
    }
}

fn said(problem: Problem) -> Problem {
    if problem.code == Code::Cancelled {
        return Problem::new(Code::Cancelled, "Cancelled; nothing was changed.");
    }
    problem
}
