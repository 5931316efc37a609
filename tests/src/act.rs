//! Acting a run out: processes are started, things go wrong, what stopped is resumed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use docket_domain::{Code, Plan, PlanId, PlanState};
use docket_practice::{Fault, Matching};

use crate::folder::Folder;
use crate::ground::{Ground, Kind};
use crate::run::Report;
use crate::trouble::Trouble;
use crate::work;
use crate::worker::{End, Worker};

/// Nothing that is waited for takes longer.
const LONGEST: Duration = Duration::from_secs(30);
/// A plan that is not through after so many attempts never will be.
const ATTEMPTS: usize = 12;
/// How much later the tracker answers while something happens to a process.
const HELD: Duration = Duration::from_millis(250);
/// What the files of a full disk may have at least, bytes.
const SMALLEST_DISK: u64 = 64 * 1_024;
/// A night, by which the clock is ahead after it.
const NIGHT: i64 = 9 * 3_600_000;

/// A tracker, the computers that push to it, and what has happened so far.
pub struct Stage {
    pub(crate) ground: Ground,
    pub(crate) folder: Folder,
    pub(crate) other: Option<Folder>,
    pub(crate) plan: Option<PlanId>,
    pub(crate) groups: usize,
    pub(crate) each: usize,
    /// Whether this push creates issues; it changes them otherwise.
    pub(crate) creating: bool,
    /// Whether it was forgotten during this push who was told what.
    pub(crate) forgot: bool,
    program: PathBuf,
    /// A process that goes wrong is killed at this place afterwards, so that something is left to do.
    leaves_at: Option<String>,
    clock: i64,
    struck: BTreeMap<&'static str, u64>,
    processes: u64,
}

impl Stage {
    /// A tracker and one computer.
    pub async fn open(ground: Ground, program: &Path, groups: usize) -> Self {
        let folder = Folder::fresh(&ground, program).await;
        Self {
            ground,
            folder,
            other: None,
            plan: None,
            groups,
            each: 0,
            creating: true,
            forgot: false,
            program: program.to_owned(),
            leaves_at: None,
            clock: 0,
            struck: BTreeMap::new(),
            processes: 0,
        }
    }

    /// Imports a report with so many findings in each group, and plans its push.
    pub async fn begin(&mut self, each: usize, creating: bool) {
        (self.each, self.creating, self.forgot) = (each, creating, false);
        self.folder.import(self.groups, each).await;
        let plan = self.make_plan().await;
        let writes = if creating { plan.counts.create } else { plan.counts.update };
        assert_eq!(writes, self.groups as u64, "each group is planned: {plan:?}");
    }

    async fn make_plan(&mut self) -> Plan {
        self.processes += 1;
        let plan = planned(&self.folder, &self.ground).await;
        self.plan = Some(plan.id);
        plan
    }

    fn plan(&self) -> PlanId {
        self.plan.unwrap()
    }

    fn apply(&mut self) -> Worker {
        self.apply_with(&[])
    }

    fn apply_with(&mut self, environment: &[(&str, String)]) -> Worker {
        self.processes += 1;
        let order = self.folder.to_apply(&self.ground, self.plan());
        let mut order = order.with(work::CLOCK, self.folder.clock());
        if let Some(place) = &self.leaves_at {
            order = order.with(work::STOP_AT, place);
        }
        environment.iter().fold(order, |order, (name, value)| order.with(name, value)).start()
    }

    fn note(&mut self, trouble: &Trouble) {
        *self.struck.entry(trouble.name()).or_default() += 1;
    }

    /// The requests of this push that write: what creates, what changes, or (every other one) what
    /// comments. Where files go along, every third one has to do with a file.
    fn writes(&self, nth: u64) -> (u64, Matching) {
        let kind = self.ground.kind;
        if self.ground.files && nth.is_multiple_of(3) {
            let concerns = if nth.is_multiple_of(2) { kind.binds() } else { kind.uploads() };
            return (nth / 3, concerns);
        }
        match (self.creating, nth % 2) {
            (true, _) => (nth, kind.creates()),
            (false, 0) => (nth / 2, kind.comments()),
            // Many changes may go in one request.
            (false, _) => (if kind == Kind::Azure { 1 } else { nth }, kind.changes()),
        }
    }

    /// Puts a fault on a write; how often such a one has struck before.
    fn arm(&self, nth: u64, fault: &Fault) -> usize {
        let before = self.ground.struck(fault.name());
        let (nth, concerns) = match fault {
            // What a tracker makes twice of one request are issues here.
            Fault::HandledTwice => (nth, self.ground.kind.creates()),
            _ => self.writes(nth),
        };
        self.ground.faults().nth(nth, concerns, fault.clone());
        before
    }

    /// Waits until a fault has struck once more, or the process has come to its end.
    async fn until_struck(&self, fault: &Fault, before: usize, worker: &mut Worker) -> bool {
        let until = Instant::now() + LONGEST;
        loop {
            if self.ground.struck(fault.name()) > before {
                return true;
            }
            if !worker.works() {
                return self.ground.struck(fault.name()) > before;
            }
            assert!(Instant::now() < until, "the process neither writes nor ends");
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }

    /// Lets this go wrong while the plan is applied. With `leaves`, whoever lived through it is
    /// killed soon afterwards, so that the next trouble finds something to do.
    pub async fn strike(&mut self, trouble: &Trouble, leaves: bool) {
        self.leaves_at = leaves.then(|| format!("answered:{}", trouble.nth() + 1));
        match trouble {
            Trouble::KilledAt { place, nth } => {
                let mut worker = self.apply_with(&[(work::STOP_AT, format!("{place}:{nth}"))]);
                let stopped = worker.stops().await;
                worker.kill();
                self.note_if(trouble, stopped);
            }
            Trouble::KilledAfter { millis } => {
                let mut worker = self.apply();
                tokio::time::sleep(Duration::from_millis(*millis)).await;
                let ran = worker.works();
                worker.kill();
                self.note_if(trouble, ran);
            }
            Trouble::KilledUnanswered { nth } => {
                let before = self.arm(*nth, &Fault::StoreThenSilence);
                let mut worker = self.apply();
                let struck = self.until_struck(&Fault::StoreThenSilence, before, &mut worker).await;
                worker.kill();
                self.note_if(trouble, struck);
            }
            Trouble::Write { fault, nth } => self.strike_write(trouble, *nth, fault).await,
            Trouble::Twice { nth } => self.strike_write(trouble, *nth, &Fault::HandledTwice).await,
            Trouble::TokenEnds { nth } => self.strike_write(trouble, *nth, &Fault::TokenEnds).await,
            Trouble::LookUp { fault, nth } => self.strike_look_up(trouble, *nth, fault).await,
            Trouble::DiskFull { room } => self.strike_disk(trouble, *room).await,
            Trouble::Locked { millis, beyond } => self.strike_lock(trouble, *millis, *beyond).await,
            Trouble::ClockJumps { nth, by } => self.strike_clock(trouble, *nth, *by).await,
            Trouble::Sleeps { nth, meanwhile } => self.strike_sleep(trouble, *nth, *meanwhile).await,
            Trouble::TwoProcesses => {
                let (one, two) = (self.apply(), self.apply());
                let (one, two) = tokio::join!(lived(one), lived(two));
                let busy = Some(Err(Code::Busy));
                assert!(one != busy || two != busy, "one of two processes goes through");
                let fine = [one, two].iter().all(|end| matches!(end, None | Some(Ok(()))) || *end == busy);
                assert!(fine, "the other one says that somebody is at it: {one:?}, {two:?}");
                self.note(trouble);
            }
            Trouble::SecondFolder => {
                self.push_elsewhere().await;
                self.note(trouble);
            }
            Trouble::DatabaseLost => {
                self.folder.lose(&self.ground).await;
                (self.clock, self.forgot) = (0, true);
                self.folder.import(self.groups, self.each).await;
                // What was pushed is found again, so less is to be written, or nothing.
                self.make_plan().await;
                self.note(trouble);
            }
        }
        self.ground.faults().clear();
    }

    fn note_if(&mut self, trouble: &Trouble, struck: bool) {
        if struck {
            self.note(trouble);
        }
    }

    async fn strike_write(&mut self, trouble: &Trouble, nth: u64, fault: &Fault) {
        let before = self.arm(nth, fault);
        // As patient as the product is where a tracker may still be storing.
        let patient = matches!(fault, Fault::StoreLate(_));
        let environment = if patient { vec![(work::LOOK_AGAIN, "100,300,1000".to_owned())] } else { vec![] };
        let ended = lived(self.apply_with(&environment)).await;
        let struck = self.ground.struck(fault.name()) > before;
        if struck && *fault == Fault::TokenEnds {
            let called_that = matches!(ended, None | Some(Err(Code::Unauthorized)));
            assert!(called_that, "a token that ended is called that: {ended:?}");
            self.ground.renew_token();
        }
        self.note_if(trouble, struck);
    }

    async fn strike_look_up(&mut self, trouble: &Trouble, nth: u64, fault: &Fault) {
        let uncertain = Fault::StoreThenCut;
        let before = self.arm(nth, &uncertain);
        let mut worker = self.apply();
        if self.until_struck(&uncertain, before, &mut worker).await {
            // The first read of the list from now on, unless it was faster than this.
            self.ground.faults().next(self.ground.kind.lists(), fault.clone());
        }
        let looked = self.ground.struck(fault.name());
        // The connection's own end is not what is tried here.
        lived(worker).await;
        self.note_if(trouble, self.ground.struck(fault.name()) > looked);
    }

    /// Files may have so many bytes and no more.
    async fn strike_disk(&mut self, trouble: &Trouble, room: u64) {
        // What SQLite writes to first grows from nothing, or is larger already; its index needs 32 KB.
        let most = SMALLEST_DISK + room;
        let ended = lived(self.apply_with(&[(work::ROOM, most.to_string())])).await;
        assert!(
            matches!(ended, None | Some(Ok(()) | Err(Code::Store))),
            "where nothing can be stored, it is said and nothing else: {ended:?}"
        );
        self.note_if(trouble, matches!(ended, Some(Err(_))));
    }

    async fn strike_lock(&mut self, trouble: &Trouble, millis: u64, beyond: bool) {
        let before = self.arm(1, &Fault::Delay(HELD));
        let patience = if beyond { millis / 2 } else { 30_000 };
        let mut worker = self.apply_with(&[(work::PATIENCE, patience.to_string())]);
        let struck = self.until_struck(&Fault::Delay(HELD), before, &mut worker).await;
        self.processes += 1;
        let order = self.folder.to_import(&self.ground).await;
        let mut holder = order.with(work::STOP_AT, "matching:1").start();
        let holds = holder.stops().await;
        tokio::time::sleep(HELD + Duration::from_millis(millis)).await;
        // What it was about to store is taken back, and the database is free.
        holder.kill();
        let ended = lived(worker).await;
        let waited = matches!(ended, None | Some(Ok(())));
        assert!(beyond || waited, "who waits long enough goes on: {ended:?}");
        assert!(waited || ended == Some(Err(Code::Busy)), "it says that another is writing: {ended:?}");
        self.note_if(trouble, struck && holds && waited != beyond);
    }

    async fn strike_clock(&mut self, trouble: &Trouble, nth: u64, by: i64) {
        let before = self.arm(nth, &Fault::Delay(HELD));
        // An unknown outcome later on, which is looked up by a clock that is wrong.
        let (last, concerns) = self.writes(self.groups as u64);
        self.ground.faults().nth(last, concerns, Fault::StoreThenCut);
        let mut worker = self.apply();
        let struck = self.until_struck(&Fault::Delay(HELD), before, &mut worker).await;
        self.clock += by;
        self.folder.put_clock(self.clock);
        lived(worker).await;
        self.note_if(trouble, struck);
    }

    #[cfg(unix)]
    async fn strike_sleep(&mut self, trouble: &Trouble, nth: u64, meanwhile: bool) {
        let held = Fault::Delay(HELD);
        let before = self.arm(nth, &held);
        // While a computer sleeps, no time-out runs down. For a process that is stopped it does.
        self.folder.waits_for_answers(&self.ground, Some(LONGEST)).await;
        let mut worker = self.apply();
        let struck = self.until_struck(&held, before, &mut worker).await;
        if !struck {
            lived(worker).await;
            self.folder.waits_for_answers(&self.ground, None).await;
            return;
        }
        worker.sleep();
        self.ground.faults().clear();
        // The tracker stores what it has received, and answers into the night.
        tokio::time::sleep(HELD * 2).await;
        if meanwhile {
            self.push_elsewhere().await;
        }
        self.clock += NIGHT;
        self.folder.put_clock(self.clock);
        worker.wake();
        lived(worker).await;
        self.folder.waits_for_answers(&self.ground, None).await;
        self.note(trouble);
    }

    /// Processes cannot be stopped here; the other one is as good a trouble.
    #[cfg(not(unix))]
    async fn strike_sleep(&mut self, _trouble: &Trouble, nth: u64, meanwhile: bool) {
        let instead = Trouble::KilledAt { place: "answered", nth };
        Box::pin(self.strike(&instead, false)).await;
        if meanwhile {
            self.push_elsewhere().await;
        }
    }

    /// Another computer imports the same report and pushes it, to the end.
    async fn push_elsewhere(&mut self) {
        let other = match self.other.take() {
            Some(other) => other,
            None => Folder::fresh(&self.ground, &self.program).await,
        };
        other.import(self.groups, self.each).await;
        self.processes += 2;
        let plan = planned(&other, &self.ground).await;
        let done = carried_through(&other, &self.ground, plan.id, None).await;
        self.processes += done;
        self.other = Some(other);
    }

    /// Resumes until the plan is through.
    pub async fn to_the_end(&mut self) {
        let clock = self.folder.clock();
        self.processes += carried_through(&self.folder, &self.ground, self.plan(), Some(&clock)).await;
    }

    /// What happened.
    pub fn report(self, took: Duration) -> Report {
        let requests = self.ground.log().len() as u64;
        Report { struck: self.struck, processes: self.processes, requests, took }
    }
}

/// A plan of everything, made by a process; one that stops for a reason is started again.
pub(crate) async fn planned(folder: &Folder, ground: &Ground) -> Plan {
    let mut said = Vec::new();
    for _ in 0..ATTEMPTS {
        match folder.to_plan(ground).start().ended().await {
            End::Done(plan) => return serde_json::from_value(plan).unwrap(),
            other => said.push(sound(other)),
        }
    }
    panic!("no plan could be made: {said:?}");
}

/// Applies, and tries again what failed, until everything is done; how many processes that took.
async fn carried_through(folder: &Folder, ground: &Ground, plan: PlanId, clock: Option<&Path>) -> u64 {
    let mut said = Vec::new();
    for attempt in 1..=ATTEMPTS {
        let mut order = folder.to_apply(ground, plan);
        if let Some(clock) = clock {
            order = order.with(work::CLOCK, clock);
        }
        said.push(sound(order.start().ended().await));
        match folder.plan(plan).await.state {
            PlanState::Done => return attempt as u64,
            PlanState::Partly => {
                for step in folder.steps(plan).await {
                    let problem = step.problem.filter(|_| step.state == docket_domain::StepState::Failed);
                    if let Some(problem) = problem {
                        assert!(problem.hint.is_some(), "what failed says what to do: {problem:?}");
                    }
                }
                folder.engine().plan_retry(plan).await.unwrap();
            }
            _ => {}
        }
    }
    panic!("the plan never came to its end: {said:?}, {:?}", folder.plan(plan).await);
}

/// Waits until a process has ended, and how; nothing when it came to where it was to be killed.
async fn lived(mut worker: Worker) -> Option<Result<(), Code>> {
    if worker.stops().await {
        worker.kill();
        return None;
    }
    Some(sound(worker.ended().await))
}

/// A process says what became of its work, in words, whatever happens to it.
#[track_caller]
fn sound(end: End) -> Result<(), Code> {
    match end {
        End::Done(_) => Ok(()),
        End::Stopped(problem) => {
            assert_ne!(problem.code, Code::Internal, "a defect of our own: {problem:?}");
            assert!(problem.hint.is_some(), "a problem says what to do: {problem:?}");
            Err(problem.code)
        }
        End::Died(said) => panic!("a process broke: {said}"),
    }
}
