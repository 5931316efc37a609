//! `docket finding ID`: everything about one finding, for people.

use std::fmt::Write as _;
use std::io::Write as _;

use docket_domain::{Epss, FindingDetail, FindingId, KnownExploited, Location, Problem};

use super::findings::severity_ink;
use super::moment;
use crate::call::Call;
use crate::end::{End, Failure};
use crate::terminal::{Ink, block, document, line, output};

/// Steps of a way through the code that are shown.
const STEPS: usize = 40;

pub(super) async fn run(call: &Call<'_>, id: FindingId) -> Result<End, Failure> {
    let detail = call.engine.finding_detail(id).await?;
    if call.terminal.json {
        document(&detail)?;
        return Ok(End::Done);
    }
    let colour = call.terminal.colour;
    let mut page = Page { text: String::new(), colour };
    head(&mut page, &detail);
    what(&mut page, &detail);
    places(&mut page, &detail);
    proof(&mut page, &detail);
    around(&mut page, &detail);
    life(&mut page, &detail);
    let mut out = output();
    out.write_all(page.text.as_bytes())?;
    out.flush()?;
    Ok(End::Done)
}

/// The record as the report had it, by itself: for other programs too.
pub(super) async fn raw(call: &Call<'_>, id: FindingId) -> Result<End, Failure> {
    // A finding that is not there is another answer than a record that is not kept.
    call.engine.finding_detail(id).await?;
    let record = call.engine.finding_raw(id).await?;
    if call.terminal.json {
        document(&record)?;
        return Ok(End::Done);
    }
    let Some(record) = record else {
        return Err(Problem::not_found(format!("The record behind finding {id} is not kept."))
            .hint("It holds a leaked credential, was longer than 1 MB, or was imported by an older Docket.")
            .into());
    };
    call.terminal.note(&format!(
        "{} of {}, import {}",
        record.form.label(),
        line(&record.file),
        record.import
    ));
    let mut out = output();
    out.write_all(block(&record.text).trim_end().as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(End::Done)
}

/// Text being put together.
struct Page {
    text: String,
    colour: bool,
}

impl Page {
    fn row(&mut self, words: &str) {
        self.text.push_str(words);
        self.text.push('\n');
    }

    /// `Name:   value`, when there is a value.
    fn fact(&mut self, name: &str, value: &str) {
        let value = line(value);
        if !value.is_empty() {
            let name = Ink::Dim.on(self.colour, &format!("{name:<12}"));
            self.row(&format!("{name}{value}"));
        }
    }

    fn heading(&mut self, name: &str) {
        let name = Ink::Bold.on(self.colour, name);
        self.row(&format!("\n{name}"));
    }

    /// A text of several lines under a heading, when there is one.
    fn passage(&mut self, name: &str, words: &str) {
        let words = block(words);
        if words.trim().is_empty() {
            return;
        }
        self.heading(name);
        for one in words.trim_end().lines() {
            self.row(&format!("  {one}"));
        }
    }
}

fn head(page: &mut Page, detail: &FindingDetail) {
    let row = &detail.row;
    let severity = severity_ink(row.severity).on(page.colour, row.severity.label());
    let title = Ink::Bold.on(page.colour, &line(&row.title));
    page.row(&format!("{severity}  {title}"));
    let reason = row.reason.map(|reason| format!(" ({})", reason.label())).unwrap_or_default();
    page.fact("Finding", &row.id.to_string());
    page.fact("Status", &format!("{}{reason}", row.status.label()));
    if let Some(assessment) = &detail.assessment {
        let who = assessment.author.as_deref().unwrap_or("somebody");
        page.fact("Decided by", &format!("{who}, {}", moment(assessment.at)));
        page.fact("Because", assessment.comment.as_deref().unwrap_or(""));
    }
    page.fact("Application", &row.application_name);
    page.fact("Tool", &row.tool);
    page.fact("Branch", &row.branch);
    page.fact("Owner", &row.owner);
    page.fact("Rule", &row.rule);
    page.fact(
        "Severity",
        &format!("{} ({})", detail.report_severity.label(), detail.severity_source.label()),
    );
    let names: Vec<&str> = detail.identifiers.iter().map(|one| one.value.as_str()).collect();
    page.fact("Identifiers", &names.join(", "));
    for cvss in &detail.cvss {
        let score = cvss.score.map(|score| format!("{score:.1} ")).unwrap_or_default();
        page.fact("CVSS", &format!("{score}{} {}", cvss.version, cvss.vector.as_deref().unwrap_or("")));
    }
    page.fact("EPSS", &detail.epss.as_ref().map(Epss::words).unwrap_or_default());
    let known = detail.known_exploited.as_ref();
    page.fact("Exploited", &known.map(KnownExploited::words).unwrap_or_default());
    if let Some(component) = &detail.component {
        let fixed = component.fixed_version.as_deref().map(|v| format!(", fixed in {v}")).unwrap_or_default();
        let version = component.version.as_deref().unwrap_or("");
        page.fact("Component", &format!("{} {version}{fixed}", component.name));
        page.fact("Package URL", component.purl.as_deref().unwrap_or(""));
    }
    if let Some(endpoint) = &detail.endpoint {
        let parts = [&endpoint.method, &endpoint.url, &endpoint.host, &endpoint.parameter];
        let words: Vec<&str> = parts.into_iter().filter_map(|part| part.as_deref()).collect();
        page.fact("Endpoint", &words.join(" "));
    }
    page.fact("First seen", &moment(row.first_seen));
    page.fact("Last seen", &moment(row.last_seen));
    page.fact("Tags", &detail.tags.join(", "));
}

fn what(page: &mut Page, detail: &FindingDetail) {
    page.passage("What", &detail.description);
    page.passage("How to fix it", detail.remediation.as_deref().unwrap_or(""));
    if let Some(rule) = &detail.rule {
        let words = rule.description.as_deref().or(rule.short.as_deref()).unwrap_or("");
        page.passage("The rule", words);
    }
}

fn location(at: &Location) -> String {
    let mut words = at.short().unwrap_or_else(|| "somewhere".to_owned());
    if let Some(logical) = at.logical.as_deref().filter(|_| at.path.is_some()) {
        let _ = write!(words, " in {logical}");
    }
    if let Some(message) = &at.message {
        let _ = write!(words, ": {message}");
    }
    line(&words)
}

fn places(page: &mut Page, detail: &FindingDetail) {
    for (name, all) in [("Where", &detail.locations), ("Related", &detail.related)] {
        if all.is_empty() {
            continue;
        }
        page.heading(name);
        for at in all {
            page.row(&format!("  {}", location(at)));
            let Some(snippet) = at.snippet.as_ref().or(at.context.as_ref()) else { continue };
            let first = snippet.start_line.or(at.start_line);
            for (n, code) in block(&snippet.text).lines().enumerate() {
                let number = first.map(|first| (first as usize + n).to_string()).unwrap_or_default();
                page.row(&format!("    {number:>5} | {code}"));
            }
        }
    }
    for flow in &detail.flows {
        page.heading("Way through the code");
        for (n, step) in flow.steps.iter().take(STEPS).enumerate() {
            page.row(&format!("  {:>3}. {}", n + 1, location(step)));
        }
        if flow.steps.len() > STEPS {
            page.row(&format!("       and {} more", flow.steps.len() - STEPS));
        }
    }
}

fn proof(page: &mut Page, detail: &FindingDetail) {
    for piece in &detail.evidence {
        let asked = [&piece.method, &piece.url].into_iter().flatten().map(String::as_str);
        let asked = asked.collect::<Vec<_>>().join(" ");
        let label = piece.label.as_deref().unwrap_or("Evidence");
        page.heading(&line(label));
        if !asked.is_empty() {
            page.row(&format!("  {}", line(&asked)));
        }
        let texts = [&piece.request, &piece.response, &piece.payload, &piece.text];
        for (at, text) in texts.into_iter().flatten().enumerate() {
            if at > 0 {
                page.row("");
            }
            block(text).trim_end().lines().for_each(|one| page.row(&format!("    {one}")));
        }
    }
}

fn around(page: &mut Page, detail: &FindingDetail) {
    if !detail.references.is_empty() {
        page.heading("Further reading");
        for one in &detail.references {
            let label = one.label.as_deref().map(|label| format!("{label}: ")).unwrap_or_default();
            page.row(&format!("  {}", line(&format!("{label}{}", one.url))));
        }
    }
    if !detail.links.is_empty() {
        page.heading("Issues");
        for link in &detail.links {
            page.row(&format!("  {} {}  {}", link.issue.short(), line(&link.title), link.issue.url));
        }
    }
    for proposal in &detail.proposals {
        page.heading("Suggestion");
        page.row(&format!(
            "  {} ({}): {}",
            proposal.status.label(),
            proposal.state.label(),
            line(&proposal.why)
        ));
    }
}

fn life(page: &mut Page, detail: &FindingDetail) {
    page.heading("History");
    for entry in &detail.history {
        let who = entry.author.as_deref().map(|who| format!(" ({})", line(who))).unwrap_or_default();
        page.row(&format!("  {}  {}{who}", moment(entry.at), line(&entry.text)));
    }
}
