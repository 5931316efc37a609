//! One run: a push into a practice tracker during which things go wrong, resumed until it is
//! through, and what must hold then.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::act::Stage;
use crate::draw::Draw;
use crate::ground::{Allowance, Ground, Kind};
use crate::trouble::Trouble;

/// A push and what goes wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// Findings in each group; more than before make every issue change.
    pub each: usize,
    /// In this order, each in a run of the plan of its own.
    pub troubles: Vec<Trouble>,
}

/// A run, before it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Where it was drawn from, if it was.
    pub seed: Option<u64>,
    /// The tracker.
    pub kind: Kind,
    /// What the tracker allows.
    pub allowance: Allowance,
    /// Whether each issue gets its findings as a file.
    pub files: bool,
    /// Groups, each of which becomes an issue.
    pub groups: usize,
    /// The first push creates the issues, a second one changes them.
    pub pushes: Vec<Push>,
}

/// What happened in a run.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// How often something went wrong, by its name. What was drawn and never came to pass, because
    /// nothing was left to be written, is not counted.
    pub struck: BTreeMap<&'static str, u64>,
    /// Processes that were started.
    pub processes: u64,
    /// Requests that the tracker saw.
    pub requests: u64,
    /// How long it took.
    pub took: Duration,
}

impl Scenario {
    /// The run of a seed.
    pub fn drawn(seed: u64) -> Self {
        let mut draw = Draw::from_seed(seed);
        let kind = draw.one_of(&Kind::ALL);
        let groups = draw.within(2, 9) as usize;
        let first = draw.within(1, 3) as usize;
        let mut pushes = vec![Push { each: first, troubles: troubles(&mut draw, groups, true) }];
        if draw.once_in(2) {
            pushes.push(Push { each: first + 1, troubles: troubles(&mut draw, groups, false) });
        }
        let files = kind.takes_files() && draw.once_in(2);
        Self { seed: Some(seed), kind, allowance: Allowance::Wide, files, groups, pushes }
    }

    /// A run made to measure: this goes wrong while issues are created, as many as there must be so
    /// that each finds some left.
    pub fn creating(kind: Kind, troubles: &[Trouble]) -> Self {
        let pushes = vec![Push { each: 2, troubles: troubles.to_vec() }];
        let groups = 2 + 2 * troubles.len();
        Self { seed: None, kind, allowance: Allowance::Wide, files: false, groups, pushes }
    }

    /// The same, and each issue gets its findings as a file.
    #[must_use]
    pub fn with_files(self) -> Self {
        Self { files: true, ..self }
    }

    /// A run made to measure: four issues, and this goes wrong while they are changed. Where many
    /// changes go in one request, whoever lives through it has made them all.
    pub fn changing(kind: Kind, troubles: &[Trouble]) -> Self {
        let pushes =
            vec![Push { each: 1, troubles: Vec::new() }, Push { each: 2, troubles: troubles.to_vec() }];
        Self { groups: 4, pushes, ..Self::creating(kind, &[]) }
    }

    /// Runs it with `program` as the worker (see [`crate::work`]).
    ///
    /// # Errors
    /// What does not hold, in words, with the run that it was.
    pub async fn run(self, program: &Path) -> Result<Report, String> {
        let (name, program) = (self.to_string(), program.to_owned());
        let work = tokio::spawn(async move { self.play(&program).await });
        work.await.map_err(|error| {
            let panic = error.into_panic();
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            format!("{name}: {}", text.as_deref().unwrap_or("it broke"))
        })
    }

    async fn play(self, program: &Path) -> Report {
        let began = Instant::now();
        let mut stage =
            Stage::open(Ground::open(self.kind, self.allowance, self.files).await, program, self.groups)
                .await;
        for (at, push) in self.pushes.iter().enumerate() {
            stage.begin(push.each, at == 0).await;
            for (left, trouble) in (0..push.troubles.len()).rev().zip(&push.troubles) {
                stage.strike(trouble, left > 0).await;
            }
            stage.to_the_end().await;
            stage.holds().await;
        }
        stage.report(began.elapsed())
    }
}

fn troubles(draw: &mut Draw, groups: usize, creating: bool) -> Vec<Trouble> {
    let many = draw.within(1, 4);
    // The later ones find less to do.
    let writes = (groups as u64).div_ceil(many);
    (0..many).map(|_| Trouble::draw(draw, writes, creating)).collect()
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(seed) = self.seed {
            write!(f, "seed {seed}: ")?;
        }
        let files = if self.files { " with files" } else { "" };
        write!(f, "{}{files}, {} groups", self.kind.id(), self.groups)?;
        for push in &self.pushes {
            let troubles: Vec<String> = push.troubles.iter().map(ToString::to_string).collect();
            write!(f, "; {} each: {}", push.each, troubles.join(", "))?;
        }
        Ok(())
    }
}
