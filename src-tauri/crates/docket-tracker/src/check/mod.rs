//! The connection test's frame: stages that are reported when they begin and when they end,
//! every text cleaned of secrets before it leaves.
//!
//! The stages of the network are here; those that know a vendor are in the vendor's folder.

pub(crate) mod course;
pub(crate) mod items;
pub(crate) mod network;
pub(crate) mod product;
pub(crate) mod seek;
pub(crate) mod strange;
mod tunnel;

use std::fmt::Write as _;
use std::time::Instant;

use docket_domain::check::{CheckItem, CheckReport, CheckStage, CheckState};
use docket_domain::{Timestamp, planning};

use crate::http::tls::day;
use crate::http::{Answer, Failure, Http};
use crate::redact::Redactor;
use crate::waist::Limits;

/// What a stage found.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    state: CheckState,
    summary: String,
    evidence: Vec<String>,
    cause: Option<String>,
    next: Option<String>,
    link: Option<(String, String)>,
    items: Vec<CheckItem>,
}

impl Finding {
    fn new(state: CheckState, summary: impl Into<String>) -> Self {
        Self {
            state,
            summary: summary.into(),
            evidence: Vec::new(),
            cause: None,
            next: None,
            link: None,
            items: Vec::new(),
        }
    }

    /// Fine.
    pub fn ok(summary: impl Into<String>) -> Self {
        Self::new(CheckState::Ok, summary)
    }

    /// Works, but something should be known.
    pub fn warning(cause: impl Into<String>, next: impl Into<String>) -> Self {
        let cause = cause.into();
        Self { cause: Some(cause.clone()), next: Some(next.into()), ..Self::new(CheckState::Warning, cause) }
    }

    /// Does not work.
    pub fn failed(cause: impl Into<String>, next: impl Into<String>) -> Self {
        let cause = cause.into();
        Self { cause: Some(cause.clone()), next: Some(next.into()), ..Self::new(CheckState::Failed, cause) }
    }

    /// Does not apply, or cannot be looked at.
    pub fn skipped(why: impl Into<String>) -> Self {
        Self::new(CheckState::Skipped, why)
    }

    /// Does not work, as a problem tells.
    pub fn problem(problem: &docket_domain::Problem) -> Self {
        Self::failed(problem.message.clone(), problem.hint.clone().unwrap_or_default())
    }

    /// Adds a line of evidence.
    pub fn saw(mut self, line: impl Into<String>) -> Self {
        self.evidence.push(line.into());
        self
    }

    /// Adds lines of evidence.
    pub fn saw_all(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.evidence.extend(lines);
        self
    }

    /// Adds what was looked at one by one.
    pub fn items(mut self, items: Vec<CheckItem>) -> Self {
        self.items = items;
        self
    }

    /// Adds a page that helps.
    pub fn link(mut self, label: &str, url: impl Into<String>) -> Self {
        self.link = Some((label.to_owned(), url.into()));
        self
    }
}

/// Until when a token works: a warning in its last two weeks.
pub(crate) fn expiry(ends: Option<Timestamp>, now: Timestamp, token_page: String) -> Finding {
    const SOON_MS: i64 = 14 * 86_400_000;
    let Some(ends) = ends else { return Finding::ok("The server tells no end date") };
    if ends.millis_since(now) > SOON_MS {
        return Finding::ok(format!("Until {}", day(ends)));
    }
    Finding::warning(
        format!("It works, but the token ends on {}.", day(ends)),
        "Create a new one in time; all settings are kept.",
    )
    .link("Create a token", token_page)
}

/// A request of the test: what came back, and in a line what was asked and answered. `telling`
/// names the headers that belong into it.
pub(crate) fn asked(
    asked: &str,
    sent: Result<Answer, Failure>,
    telling: &[&str],
) -> Result<(Answer, String), Finding> {
    let answer =
        sent.map_err(|failure| Finding::problem(&failure.error.problem).saw(format!("{asked}: no answer")))?;
    let headers = telling.iter().filter_map(|name| Some(format!("{name}: {}", answer.header(name)?)));
    let line = format!("{asked}: {} in {} ms", answer.status, answer.ms);
    let evidence = std::iter::once(line).chain(headers).collect::<Vec<_>>().join("\n");
    Ok((answer, evidence))
}

/// How long what is planned takes, in words.
pub(crate) fn estimate(
    limits: &Limits,
    planned: Option<u64>,
    writes_each: u32,
    http: &Http,
) -> Option<String> {
    let planned = planned?;
    let (used, now) = (http.used(), http.ports.clock.now());
    let pace = limits.pace(writes_each, used.answer_ms, false);
    let minutes = planning::estimate_creations(planned, &pace, &used.content, now).div_ceil(60_000);
    Some(format!("{planned} issues take about {minutes} minutes"))
}

/// An item without secrets.
fn cleaned(item: CheckItem, clean: &impl Fn(String) -> String) -> CheckItem {
    CheckItem {
        subject: clean(item.subject),
        summary: clean(item.summary),
        there: item.there.into_iter().map(clean).collect(),
        steps: item.steps.into_iter().map(clean).collect(),
        ..item
    }
}

/// A connection test under way.
pub(crate) struct Examination<'a> {
    at: Timestamp,
    stages: Vec<CheckStage>,
    report: &'a mut (dyn FnMut(CheckStage) + Send),
    redactor: &'a Redactor,
    begun: Instant,
}

impl<'a> Examination<'a> {
    /// Begins.
    pub fn new(
        at: Timestamp,
        redactor: &'a Redactor,
        report: &'a mut (dyn FnMut(CheckStage) + Send),
    ) -> Self {
        Self { at, stages: Vec::new(), report, redactor, begun: Instant::now() }
    }

    /// A stage begins.
    pub fn begin(&mut self, stage: (&str, &str)) {
        self.begun = Instant::now();
        let (id, title) = stage;
        (self.report)(CheckStage {
            id: id.to_owned(),
            title: title.to_owned(),
            state: CheckState::Running,
            summary: String::new(),
            evidence: None,
            cause: None,
            next: None,
            link: None,
            items: Vec::new(),
            ms: 0,
        });
    }

    /// It ended; true when what depends on it may go on.
    pub fn end(&mut self, stage: (&str, &str), finding: Finding) -> bool {
        let clean = |text: String| self.redactor.clean(&text);
        let evidence: Vec<String> = finding.evidence.into_iter().map(clean).collect();
        let ms = match finding.state {
            CheckState::Skipped => 0,
            _ => u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        let stage = CheckStage {
            id: stage.0.to_owned(),
            title: stage.1.to_owned(),
            state: finding.state,
            summary: clean(finding.summary),
            evidence: (!evidence.is_empty()).then(|| evidence.join("\n")),
            cause: finding.cause.map(clean),
            next: finding.next.filter(|next| !next.is_empty()).map(clean),
            link: finding.link.map(|(label, url)| (label, clean(url))),
            items: finding.items.into_iter().map(|item| cleaned(item, &clean)).collect(),
            ms,
        };
        let goes_on = stage.state != CheckState::Failed;
        (self.report)(stage.clone());
        self.stages.push(stage);
        goes_on
    }

    /// Stages that are not looked at.
    pub fn skip(&mut self, stages: &[(&str, &str)], why: &str) {
        for stage in stages {
            self.end(*stage, Finding::skipped(why));
        }
    }

    /// The whole test.
    pub fn finish(self, subject: &str, token_ends: Option<Timestamp>) -> CheckReport {
        let failed = self.stages.iter().find(|stage| stage.state == CheckState::Failed);
        let warnings = self.stages.iter().filter(|stage| stage.state == CheckState::Warning).count();
        let summary = match (failed, warnings) {
            (Some(stage), _) => stage.summary.clone(),
            (None, 0) => "The connection works.".to_owned(),
            (None, 1) => "The connection works; one thing should be known.".to_owned(),
            (None, more) => format!("The connection works; {more} things should be known."),
        };
        let ok = failed.is_none();
        let text = self.redactor.clean(&text(subject, self.at, &summary, &self.stages));
        CheckReport { at: self.at, ok, summary, token_ends, text, stages: self.stages }
    }
}

/// The report as text, for a mail to an administrator.
fn text(subject: &str, at: Timestamp, summary: &str, stages: &[CheckStage]) -> String {
    let mut text =
        format!("Docket {} connection test of {subject}\n{at}\n{summary}\n", env!("CARGO_PKG_VERSION"));
    for stage in stages {
        // Writing into a String cannot fail.
        let _ = write!(text, "\n[{}] {}: {}", stage.state.label(), stage.title, stage.summary);
        if stage.state != CheckState::Skipped {
            let _ = write!(text, " ({} ms)", stage.ms);
        }
        text.push('\n');
        for item in &stage.items {
            let _ = writeln!(text, "    [{}] {}: {}", item.state.label(), item.subject, item.summary);
        }
        for line in stage.evidence.iter().flat_map(|evidence| evidence.lines()) {
            let _ = writeln!(text, "    {line}");
        }
        if let Some(next) = &stage.next {
            let _ = writeln!(text, "  Next: {next}");
        }
        if let Some((label, url)) = &stage.link {
            let _ = writeln!(text, "  {label}: {url}");
        }
    }
    text
}
