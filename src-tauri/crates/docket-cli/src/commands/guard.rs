//! What is kept on this computer: a mapping's guard in words, and tried on something.
//!
//! Invariant: secrets are masked here. What a terminal shows is copied, recorded and logged.

use std::io::{self, Read, Write};

use docket_domain::{FindingDetail, FindingId, Guard, LeakClass, Taken};
use serde_json::json;

use crate::call::Call;
use crate::end::{End, Failure};
use crate::pick;
use crate::terminal::{Ink, block, document, line, output};

/// The most that is read from standard input.
const MOST: u64 = 16 * 1024 * 1024;

/// A guard in a line; what is usual is not said.
pub(super) fn words(guard: &Guard) -> String {
    let mut parts = Vec::new();
    if !guard.off.is_empty() {
        let off: Vec<&str> = guard.off.iter().map(|class| class.as_str()).collect();
        parts.push(format!("off: {}", off.join(", ")));
    }
    if !guard.allowed.is_empty() {
        parts.push(format!("allowed: {}", guard.allowed.join(", ")));
    }
    if !guard.patterns.is_empty() {
        let own: Vec<String> =
            guard.patterns.iter().map(|one| format!("{}={}", one.name, one.pattern)).collect();
        parts.push(format!("patterns: {}", own.join(", ")));
    }
    if parts.is_empty() {
        format!("looks for {} kinds of things", LeakClass::ALL.len() - 1)
    } else {
        parts.join("; ")
    }
}

/// Everything of a finding that an issue may quote.
fn texts(finding: &FindingDetail) -> String {
    let row = &finding.row;
    let snippets =
        finding.locations.iter().filter_map(|place| place.snippet.as_ref()).map(|one| one.text.clone());
    let places = finding.locations.iter().filter_map(|place| place.path.clone());
    let texts = [Some(row.title.clone()), Some(finding.description.clone()), finding.remediation.clone()];
    let all: Vec<String> = texts.into_iter().flatten().chain(places).chain(snippets).collect();
    all.join("\n")
}

pub(super) async fn tried(call: &Call<'_>, name: &str, finding: Option<FindingId>) -> Result<End, Failure> {
    let mapping = pick::mapping(&call.engine, name).await?;
    let text = match finding {
        Some(id) => texts(&call.engine.finding_detail(id).await?),
        None => typed()?,
    };
    let (left, taken) = call.engine.guard_try(&mapping.guard, &text)?;
    let masked: Vec<Taken> = taken.iter().map(Taken::masked).collect();
    if call.terminal.json {
        document(&json!({ "text": left, "taken": masked }))?;
        return Ok(End::Done);
    }
    if taken.is_empty() {
        call.terminal.say("Nothing would be kept back.")?;
        return Ok(End::Done);
    }
    let mut out = output();
    show(call, &masked, &mut out)?;
    writeln!(out, "\n{}", block(&left))?;
    out.flush()?;
    Ok(End::Done)
}

fn typed() -> Result<String, Failure> {
    let mut text = String::new();
    let read = io::stdin().lock().take(MOST).read_to_string(&mut text);
    read.map_err(|_| {
        Failure::usage("Standard input is not text.", "Give a text, or name a finding: --finding 12.")
    })?;
    Ok(text)
}

/// Finds as two lines each: what stood there, what is sent. They are masked already.
pub(super) fn show(call: &Call<'_>, masked: &[Taken], out: &mut impl Write) -> io::Result<()> {
    let colour = call.terminal.colour;
    for one in masked {
        let times = if one.times > 1 { format!(", {} times", one.times) } else { String::new() };
        let head =
            format!("{} ({}): {}{times}", one.class.label(), one.place.label().to_lowercase(), one.rule);
        writeln!(out, "{}", Ink::Dim.on(colour, &line(&head)))?;
        let around = |middle: &str| line(&format!("{}{middle}{}", one.lead, one.tail));
        writeln!(out, "  {} {}", Ink::Red.on(colour, "-"), around(&one.found))?;
        writeln!(out, "  {} {}", Ink::Green.on(colour, "+"), around(&one.put))?;
    }
    Ok(())
}
