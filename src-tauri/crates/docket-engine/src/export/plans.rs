//! What a plan does, or did, as rows: one a step.

use std::io::Write;
use std::path::Path;

use docket_domain::{FindingId, Plan, PlanId, Problem, Step};
use docket_store as store;
use serde::Serialize;

use super::{ExportFormat, Row, RowWriter, Shown, file};
use crate::engine::Engine;

/// Steps that are read at once.
const AT_ONCE: u32 = 500;

/// A step of a plan, with everything that is known about its end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanLine {
    /// Number of the step, from 0, as the command line counts.
    pub step: u32,
    /// What it does.
    pub action: String,
    /// How far it is.
    pub state: String,
    /// The issue's title.
    pub title: String,
    /// The highest severity among its findings.
    pub severity: String,
    /// The findings.
    pub findings: Vec<FindingId>,
    /// Where the issue is, or goes.
    pub target: String,
    /// The issue (`acme/shop#12`); empty while there is none.
    pub issue: String,
    /// Its page.
    pub url: String,
    /// Why the step does what it does.
    pub why: String,
    /// Why it failed, or is not known to be done.
    pub problem: String,
    /// What to do about that.
    pub next: String,
    /// What to know beforehand.
    pub warnings: Vec<String>,
    /// What the tracker dropped silently.
    pub dropped: Vec<String>,
    /// When its request left.
    pub sent: String,
    /// When it ended.
    pub ended: String,
}

impl PlanLine {
    fn of(plan: &Plan, step: Step) -> Self {
        let (problem, next) = match step.problem {
            Some(problem) => (problem.message, problem.hint.unwrap_or_default()),
            None => (String::new(), String::new()),
        };
        let time = |at: Option<docket_domain::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        Self {
            step: step.index,
            action: step.action.to_string(),
            state: step.state.to_string(),
            title: step.draft.map_or(step.group.title, |draft| draft.title),
            severity: step.group.severity.to_string(),
            findings: step.group.findings,
            target: plan.target.clone(),
            issue: step.issue.as_ref().map(docket_domain::IssueRef::short).unwrap_or_default(),
            url: step.issue.map(|issue| issue.url).unwrap_or_default(),
            why: step.why,
            problem,
            next,
            warnings: step.warnings,
            dropped: step.dropped,
            sent: time(step.sent_at),
            ended: time(step.ended_at),
        }
    }
}

impl Row for PlanLine {
    const COLUMNS: &'static [&'static str] = &[
        "step", "action", "state", "title", "severity", "findings", "target", "issue", "url", "why",
        "problem", "next", "warnings", "dropped", "sent", "ended",
    ];
    const SHOWN: &'static [&'static str] = &["Issue", "State", "Title", "Severity", "Findings", "Remarks"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.step.to_string(),
            self.action.clone(),
            self.state.clone(),
            self.title.clone(),
            self.severity.clone(),
            self.findings.len().to_string(),
            self.target.clone(),
            self.issue.clone(),
            self.url.clone(),
            self.why.clone(),
            self.problem.clone(),
            self.next.clone(),
            self.warnings.join("\n"),
            self.dropped.join("\n"),
            self.sent.clone(),
            self.ended.clone(),
        ]
    }

    fn shown(&self) -> Vec<Shown> {
        let issue = match self.issue.as_str() {
            "" => Shown::Own(self.action.clone()),
            issue => Shown::Link { label: issue.to_owned(), url: self.url.clone() },
        };
        let first = if self.problem.is_empty() { &self.why } else { &self.problem };
        let remarks = std::iter::once(first).chain(&self.warnings).chain(&self.dropped);
        let remarks: Vec<&str> = remarks.map(String::as_str).filter(|text| !text.is_empty()).collect();
        vec![
            issue,
            Shown::Own(self.state.clone()),
            Shown::Words(self.title.clone()),
            Shown::Own(self.severity.clone()),
            Shown::Own(self.findings.len().to_string()),
            Shown::Words(remarks.join(" ")),
        ]
    }
}

impl Engine {
    /// Writes every step of a plan to `out`; returns how many.
    pub async fn plan_export<W: Write + Send + 'static>(
        &self,
        id: PlanId,
        format: ExportFormat,
        out: W,
    ) -> Result<(u64, W), Problem> {
        self.read(move |r| {
            let plan = store::plans::show(r, id)?;
            let mut writer = RowWriter::begin(format, out)?;
            let mut count = 0;
            loop {
                let (steps, total) = store::plans::steps(r, id, None, count, AT_ONCE)?;
                if steps.is_empty() {
                    return Ok((total, writer.end()?));
                }
                count += steps.len() as u64;
                for step in steps {
                    writer.row(&PlanLine::of(&plan, step))?;
                }
            }
        })
        .await
    }

    /// Writes every step of a plan to a file; returns how many.
    ///
    /// # Errors
    /// The file cannot be written; one that was there before is then as it was.
    pub async fn plan_export_file(
        &self,
        id: PlanId,
        format: ExportFormat,
        path: &Path,
    ) -> Result<u64, Problem> {
        let (count, out) = self.plan_export(id, format, file::begin(path)?).await?;
        file::end(out).await?;
        Ok(count)
    }
}
