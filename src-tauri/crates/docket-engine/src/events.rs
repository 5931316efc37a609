//! What the engine tells while it works: changes of what is stored, and progress of jobs.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use docket_domain::JobId;
use docket_domain::check::CheckStage;
use docket_domain::job::{JobEvent, JobNews, Progress};
use docket_tracker::Urgency;
use docket_tracker::device::DeviceCode;
use tokio_util::sync::CancellationToken;

/// Something stored has changed; the words are the cache tags of the wire.
pub trait EventSink: Send + Sync {
    /// These kinds of things changed.
    fn changed(&self, tags: &[&str]);
}

/// Nobody listens.
pub struct Silence;

impl EventSink for Silence {
    fn changed(&self, _tags: &[&str]) {}
}

/// Who hears a job's events.
pub type JobListener = Arc<dyn Fn(JobEvent) + Send + Sync>;

/// Progress is told at most this often.
const COALESCE: Duration = Duration::from_millis(100);

/// The rate is that of so long; a push of an issue a second has a steady one then.
const RATE_OVER: Duration = Duration::from_secs(30);

struct Told {
    seq: u64,
    last: Option<Instant>,
    held: Option<Progress>,
    /// (when, units done) over the last while, for the rate; at most one a second.
    marks: VecDeque<(Instant, u64)>,
}

impl Told {
    /// Notes how much is done, and gives how much was a while ago.
    fn mark(&mut self, now: Instant, done: u64) -> (Instant, u64) {
        while self.marks.len() > 1 && now.duration_since(self.marks[0].0) > RATE_OVER {
            self.marks.pop_front();
        }
        if self.marks.back().is_none_or(|(at, _)| now.duration_since(*at) >= Duration::from_secs(1)) {
            self.marks.push_back((now, done));
        }
        self.marks.front().copied().unwrap_or((now, done))
    }
}

/// A running job's voice and its ear for cancellation. Cheap to clone.
#[derive(Clone)]
pub struct JobRun {
    /// The job's row.
    pub id: JobId,
    /// Set when a person cancels.
    pub cancel: CancellationToken,
    /// Whether a person waits for it, or it runs by itself.
    pub urgency: Urgency,
    listener: JobListener,
    told: Arc<Mutex<Told>>,
}

impl JobRun {
    /// A voice for job `id`; tells that it started.
    pub fn new(id: JobId, cancel: CancellationToken, listener: JobListener) -> Self {
        let run = Self {
            id,
            cancel,
            urgency: Urgency::Person,
            listener,
            told: Arc::new(Mutex::new(Told { seq: 0, last: None, held: None, marks: VecDeque::new() })),
        };
        run.tell(JobNews::Started);
        run
    }

    /// The same for work that runs by itself.
    pub(crate) fn in_bulk(self) -> Self {
        Self { urgency: Urgency::Bulk, ..self }
    }

    fn tell(&self, news: JobNews) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let seq = told.seq;
        told.seq += 1;
        // Told under the lock, so that numbers arrive in order.
        (self.listener)(JobEvent { job: self.id, seq, news });
    }

    /// How far it is; coalesced to ten a second, the last one is never lost (see [`JobRun::flush`]).
    /// Rate and remaining time are added from the last seconds when not given.
    pub fn progress(&self, mut progress: Progress) {
        {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let (since, from) = told.mark(now, progress.done);
            let seconds = now.duration_since(since).as_secs_f64();
            if seconds > 0.5 && progress.done >= from && progress.rate.is_none() {
                let rate = (progress.done - from) as f64 / seconds;
                progress.rate = Some(rate);
                if let (Some(total), None, true) = (progress.total, progress.remaining_ms, rate > 0.0) {
                    progress.remaining_ms =
                        Some((total.saturating_sub(progress.done) as f64 / rate * 1000.0) as u64);
                }
            }
            if told.last.is_some_and(|last| now.duration_since(last) < COALESCE) {
                told.held = Some(progress);
                return;
            }
            told.last = Some(now);
            told.held = None;
        }
        self.tell(JobNews::Progress { progress });
    }

    /// Tells what coalescing held back.
    pub fn flush(&self) {
        let held = self.told.lock().unwrap_or_else(PoisonError::into_inner).held.take();
        if let Some(progress) = held {
            self.tell(JobNews::Progress { progress });
        }
    }

    /// A stage of a connection test.
    pub fn stage(&self, stage: CheckStage) {
        self.tell(JobNews::Stage { stage });
    }

    /// A code for the person to enter in the browser.
    pub fn code(&self, code: &DeviceCode) {
        self.tell(JobNews::Code {
            user_code: code.user_code.clone(),
            url: code.url.clone(),
            complete_url: code.complete_url.clone(),
            expires: code.expires,
        });
    }

    /// A plan's step changed.
    pub fn step(&self, index: u32) {
        self.tell(JobNews::Step { index });
    }

    /// True once a person has cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_progress_is_coalesced_and_its_end_is_kept() {
        let heard: Arc<Mutex<Vec<JobEvent>>> = Arc::default();
        let ear = Arc::clone(&heard);
        let run = JobRun::new(
            JobId(1),
            CancellationToken::new(),
            Arc::new(move |event| ear.lock().unwrap().push(event)),
        );
        for done in 0..10_000 {
            run.progress(Progress { done, total: Some(10_000), ..Progress::default() });
        }
        run.flush();
        let heard = heard.lock().unwrap();
        assert!(heard.len() < 200, "10,000 reports in a moment became {} events", heard.len());
        let numbers: Vec<u64> = heard.iter().map(|event| event.seq).collect();
        assert_eq!(numbers, (0..heard.len() as u64).collect::<Vec<_>>(), "numbered without gaps");
        let JobNews::Progress { progress } = &heard[heard.len() - 1].news else {
            panic!("the last event is progress")
        };
        assert_eq!(progress.done, 9_999, "the last report is never lost");
    }
}
