//! The words that people and tools use for severities.

use docket_domain::{Severity, SeveritySource};

/// What a number from 0 (only told) to 4 (critical) means, as several scanners of hosts and webs have it.
pub(crate) fn severity_of_five(number: &str) -> Option<Severity> {
    Some(match number {
        "0" => Severity::Info,
        "1" => Severity::Low,
        "2" => Severity::Medium,
        "3" => Severity::High,
        "4" => Severity::Critical,
        _ => return None,
    })
}

/// A severity word; `None` when the word is not one.
pub(crate) fn severity(word: &str) -> Option<Severity> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "critical" | "crit" | "blocker" | "urgent" | "very high" | "kritisch" => Severity::Critical,
        "high" | "error" | "major" | "severe" | "important" | "hoch" => Severity::High,
        "medium" | "moderate" | "warning" | "warn" | "med" | "middle" | "mittel" => Severity::Medium,
        "low" | "minor" | "note" | "niedrig" => Severity::Low,
        "info" | "informational" | "information" | "none" | "negligible" | "trivial" => Severity::Info,
        "unknown" | "undefined" | "unspecified" => Severity::Unknown,
        _ => return None,
    })
}

/// A severity as a table or a list gives it: a word, or a CVSS-like score with a decimal point.
/// A whole number says nothing by itself, since tools count 0–4, 1–5 and 0–10 in both directions.
pub(crate) fn severity_or_score(text: &str) -> Option<(Severity, SeveritySource)> {
    if let Some(severity) = severity(text) {
        return Some((severity, SeveritySource::Result));
    }
    let score: f64 = text.trim().parse().ok()?;
    let is_score = text.contains('.') && (0.0..=10.0).contains(&score);
    is_score.then(|| (Severity::from_score(score), SeveritySource::Score))
}
