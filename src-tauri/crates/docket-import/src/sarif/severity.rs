//! How bad a result is: 3.27.10 (level), 3.27.25 (rank), and GitHub's `security-severity`.

use docket_domain::{Severity, SeveritySource};

use super::run::RunFacts;
use super::tool::RuleMatch;
use crate::clean;
use crate::fields::Notes;
use crate::json::Json;
use crate::words;

/// A `security-severity` as it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Score {
    pub(super) severity: Severity,
    pub(super) raw: String,
    /// True for a number, false for a word.
    pub(super) is_number: bool,
}

/// The severity of a result with what it was read from.
#[derive(Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) severity: Severity,
    pub(super) raw: Option<String>,
    pub(super) source: SeveritySource,
}

/// Whether a result is a finding at all: 3.27.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResultKind {
    /// Something is wrong.
    Fail,
    /// A person has to look (`open`, `review`).
    Open,
    /// Nothing is wrong.
    Passed,
}

impl ResultKind {
    pub(super) fn of(result: &Json, notes: &mut Notes) -> Self {
        match result.get("kind") {
            Json::Null => Self::Fail,
            Json::Text(kind) => match kind.to_ascii_lowercase().as_str() {
                "fail" => Self::Fail,
                "open" | "review" => Self::Open,
                "pass" | "notapplicable" | "informational" => Self::Passed,
                _ => {
                    notes.add(format!("The kind «{}» is unknown; it was read as fail.", clean::title(kind)));
                    Self::Fail
                }
            },
            other => {
                notes.add(format!("The kind is {}, not a text; it was read as fail.", other.what()));
                Self::Fail
            }
        }
    }
}

/// SARIF's level in Docket's words. `none` says that no severity applies.
pub(super) fn of_level(level: &str) -> Option<Severity> {
    let levels = [
        ("error", Severity::High),
        ("warning", Severity::Medium),
        ("note", Severity::Low),
        ("none", Severity::Info),
    ];
    levels.into_iter().find(|(word, _)| level.eq_ignore_ascii_case(word)).map(|(_, severity)| severity)
}

/// `security-severity` of a property bag: a number from 0 to 10, or a word.
pub(super) fn score_of(properties: &Json) -> Option<Score> {
    let value = properties.get("security-severity");
    let raw = value.as_text_or_empty();
    match value.number() {
        Some(score) if (0.0..=10.0).contains(&score) => {
            Some(Score { severity: Severity::from_score(score), raw, is_number: true })
        }
        Some(_) => None,
        None => words::severity(&raw).map(|severity| Score { severity, raw, is_number: false }),
    }
}

/// The severity of a result.
pub(super) fn verdict(
    result: &Json,
    kind: ResultKind,
    rule: RuleMatch<'_>,
    facts: &RunFacts,
    notes: &mut Notes,
) -> Verdict {
    let own = score_of(result.get("properties"));
    if own.is_none() && !result.get("properties").get("security-severity").is_null() {
        notes.add(
            "«security-severity» is neither a number from 0 to 10 nor a severity word; it was left out.",
        );
    }
    let from_rule = rule.descriptor.and_then(|descriptor| descriptor.score.clone());
    if let Some((score, words)) =
        own.map(|s| (s, SeveritySource::Result)).or(from_rule.map(|s| (s, SeveritySource::Rule)))
    {
        let source = if score.is_number { SeveritySource::Score } else { words };
        return Verdict { severity: score.severity, raw: Some(score.raw), source };
    }
    if let Some(level) = result.get("level").some_text() {
        if let Some(severity) = of_level(level) {
            return Verdict { severity, raw: Some(level.to_owned()), source: SeveritySource::Result };
        }
        notes.add(format!("The level «{}» is unknown; it was left out.", clean::title(level)));
    }
    if kind == ResultKind::Open {
        // 3.27.10: a result that does not say «fail» has the level «none».
        return Verdict {
            severity: Severity::Info,
            raw: Some("none".into()),
            source: SeveritySource::FormatDefault,
        };
    }
    let (level, rank) = configured(result, rule, facts);
    if let Some(level) = level
        && let Some(severity) = of_level(&level)
    {
        return Verdict { severity, raw: Some(level), source: SeveritySource::Rule };
    }
    let rank = result.get("rank").number().or(rank).filter(|rank| (0.0..=100.0).contains(rank));
    if let Some(rank) = rank.filter(|rank| *rank > 1.0) {
        // Below 1 the tool means a probability or priority of its own, not 0 to 100.
        return Verdict {
            severity: Severity::from_score(rank / 10.0),
            raw: Some(format!("rank {rank}")),
            source: SeveritySource::Rank,
        };
    }
    Verdict { severity: Severity::Medium, raw: None, source: SeveritySource::FormatDefault }
}

/// Level and rank that the invocation or the rule sets. The override belongs to the invocation
/// that the result names; a run with one invocation needs no name.
fn configured(result: &Json, rule: RuleMatch<'_>, facts: &RunFacts) -> (Option<String>, Option<f64>) {
    let Some(descriptor) = rule.descriptor else { return (None, None) };
    let invocation = match result.get("provenance").get("invocationIndex").index() {
        Some(index) => facts.invocations.get(index),
        None if facts.invocations.len() == 1 => facts.invocations.first(),
        None => None,
    };
    let mut rank = descriptor.rank;
    for entry in invocation.into_iter().flatten() {
        let id = entry.descriptor.get("id").some_text();
        let meant = facts.tool.find(id, entry.descriptor.get("index").index(), &entry.descriptor);
        if meant.descriptor.is_some_and(|found| std::ptr::eq(found, descriptor)) {
            rank = entry.rank.or(rank);
            if entry.level.is_some() {
                return (entry.level.clone(), rank);
            }
        }
    }
    (descriptor.level.clone(), rank)
}
