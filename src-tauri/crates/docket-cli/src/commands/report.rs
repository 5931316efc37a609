//! Connection tests as people read them: a line a stage, with cause and next step.

use docket_domain::check::{CheckReport, CheckStage, CheckState};
use docket_domain::job::JobNews;

use crate::call::Call;
use crate::end::{End, Failure};
use crate::progress::Teller;
use crate::terminal::{Ink, Terminal, document, line};

fn sign_of(state: CheckState) -> (&'static str, Ink) {
    match state {
        CheckState::Ok => ("✓", Ink::Green),
        CheckState::Failed => ("✗", Ink::Red),
        CheckState::Warning => ("!", Ink::Yellow),
        CheckState::Skipped | CheckState::Running => ("·", Ink::Dim),
    }
}

/// A stage in words.
fn words(stage: &CheckStage, colour: bool) -> String {
    let (sign, ink) = sign_of(stage.state);
    let mut text = format!("{} {}", ink.on(colour, sign), line(&stage.title));
    let summary = line(&stage.summary);
    if !summary.is_empty() {
        text.extend([": ", &summary]);
    }
    for item in &stage.items {
        let (mark, ink) = sign_of(item.state);
        text.extend(["\n    ", &ink.on(colour, mark), " ", &line(&item.subject), ": ", &line(&item.summary)]);
        for step in &item.steps {
            text.extend(["\n        ", &line(step)]);
        }
    }
    if matches!(stage.state, CheckState::Failed | CheckState::Warning) {
        let page = stage.link.as_ref().map(|(label, url)| format!("{label}: {url}"));
        let facts =
            [("seen", &stage.evidence), ("cause", &stage.cause), ("next", &stage.next), ("see", &page)];
        for (name, fact) in facts {
            if let Some(fact) = fact {
                text.extend(["\n    ", &Ink::Dim.on(colour, &format!("{name:<7}")), &line(fact)]);
            }
        }
    }
    text
}

/// What is done with the stages while they come: shown as they end.
pub(super) fn live(terminal: &Terminal, news: JobNews, teller: &Teller, told: &mut Result<(), Failure>) {
    let JobNews::Stage { stage } = news else { return };
    if !terminal.json && stage.state != CheckState::Running && told.is_ok() {
        *told = teller.aside(|| terminal.say(&words(&stage, terminal.colour)));
    }
}

/// The end of a test: exit code 1 when it failed.
pub(super) fn verdict(call: &Call<'_>, report: &CheckReport) -> Result<End, Failure> {
    if call.terminal.json {
        document(report)?;
    } else {
        let ink = if report.ok { Ink::Green } else { Ink::Red };
        call.terminal.say(&format!("\n{}", ink.on(call.terminal.colour, &line(&report.summary))))?;
    }
    Ok(if report.ok { End::Done } else { End::Failed })
}
