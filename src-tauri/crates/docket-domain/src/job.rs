//! Long work: its row, and what it tells while it runs.

use crate::check::CheckStage;
use crate::id::JobId;
use crate::problem::Problem;
use crate::time::Timestamp;

words! {
    /// How far a job is.
    pub enum JobState {
        /// Under way.
        Running = "running", "Running";
        /// Ended well.
        Done = "done", "Done";
        /// Ended with a problem.
        Failed = "failed", "Failed";
        /// Stopped by a person.
        Cancelled = "cancelled", "Cancelled";
        /// Its process ended before it did.
        Interrupted = "interrupted", "Interrupted";
    }
}

wire! {
    /// How far long work is. Everything a progress bar and its words need.
    #[derive(Default)]
    pub struct Progress {
        /// What is being done, for people («Reading semgrep.sarif»).
        pub text: String,
        /// Units done.
        pub done: u64,
        /// Units in all, if known.
        pub total: Option<u64>,
        /// What a unit is («bytes», «issues», «findings»).
        pub unit: String,
        /// Units a second, over the last seconds.
        pub rate: Option<f64>,
        /// Estimated time left, milliseconds.
        pub remaining_ms: Option<u64>,
        /// When waiting: for what, in words.
        pub waiting_for: Option<String>,
        /// When waiting: until when.
        pub waiting_until: Option<Timestamp>,
    }
}

wire! {
    /// What a running job says. Numbered from 0 without gaps.
    pub struct JobEvent {
        /// The job.
        pub job: JobId,
        /// Number of this event.
        pub seq: u64,
        /// What it says.
        pub news: JobNews,
    }
}

wire! {
    /// The news in a [`JobEvent`].
    pub enum JobNews {
        /// It began; its id can now be used to cancel it.
        Started,
        /// How far it is (at most ten a second).
        Progress { /// The numbers.
            progress: Progress },
        /// A stage of a connection test began or ended.
        Stage { /// The stage.
            stage: CheckStage },
        /// A step of a plan changed its state.
        Step { /// Its position in the plan.
            index: u32 },
        /// A code that the person enters in the browser to sign in. Worth nothing to anybody
        /// who is not signed in there.
        Code {
            /// What to enter.
            user_code: String,
            /// Where to enter it.
            url: String,
            /// The same page with the code filled in, where the server offers that.
            complete_url: Option<String>,
            /// When the code ends.
            expires: Timestamp,
        },
    }
}

wire! {
    /// One job, as listed.
    pub struct Job {
        /// Row id.
        pub id: JobId,
        /// Kind (`import_run`, `plan_apply`, …).
        pub kind: String,
        /// What it works on, for people.
        pub title: String,
        /// State.
        pub state: JobState,
        /// Last progress.
        pub progress: Option<Progress>,
        /// Why it failed.
        pub problem: Option<Problem>,
        /// When it began.
        pub started: Timestamp,
        /// When it ended.
        pub ended: Option<Timestamp>,
    }
}
