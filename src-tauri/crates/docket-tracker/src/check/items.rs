//! What a mapping names, held against the live target one by one.

use docket_domain::check::{CheckItem, CheckState, Repair, RepairKind};
use docket_domain::mapping::ValueMap;
use docket_domain::{Reason, Severity, Status};

use super::Finding;

/// How many existing names are shown beside a missing one.
pub(crate) const SHOWN: usize = 15;

/// Something that is as it should be.
pub(crate) fn fine(subject: impl Into<String>, summary: impl Into<String>) -> CheckItem {
    CheckItem {
        subject: subject.into(),
        state: CheckState::Ok,
        summary: summary.into(),
        there: Vec::new(),
        repair: None,
        steps: Vec::new(),
    }
}

/// Something that is not.
pub(crate) fn failed(subject: impl Into<String>, summary: impl Into<String>) -> CheckItem {
    CheckItem { state: CheckState::Failed, ..fine(subject, summary) }
}

/// Each distinct value of a map, with the words that become it.
pub(crate) fn pairs(map: &ValueMap) -> Vec<(String, &str)> {
    if map.is_off() {
        return Vec::new();
    }
    let in_words = |words: Vec<&str>| words.into_iter().map(readable).collect::<Vec<_>>().join(", ");
    map.used().into_iter().map(|(value, words)| (in_words(words), value)).collect()
}

/// What people read for one of Docket's words: `Risk accepted` for `risk_accepted`.
pub(crate) fn readable(word: &str) -> &str {
    let severity = word.parse::<Severity>().ok().map(Severity::label);
    let status = || word.parse::<Status>().ok().map(Status::label);
    let reason = || word.parse::<Reason>().ok().map(Reason::label);
    severity.or_else(status).or_else(reason).unwrap_or(word)
}

/// A label, which the tracker makes with the first issue when it is missing and the account may.
pub(crate) fn label_item(
    label: &str,
    there: &[String],
    place: &str,
    vendor: &str,
    may_create: bool,
) -> CheckItem {
    let subject = format!("Label {label}");
    if there.iter().any(|name| name.eq_ignore_ascii_case(label)) {
        return fine(subject, "It exists.");
    }
    let shown: Vec<String> = there.iter().take(SHOWN).cloned().collect();
    CheckItem {
        state: CheckState::Warning,
        there: shown.clone(),
        repair: may_create.then(|| Repair { kind: RepairKind::Label, field: None, name: label.to_owned() }),
        ..fine(
            subject,
            format!(
                "In {place} there is no label «{label}»; {vendor} creates it with the first issue. Existing: {}.",
                shown.join(", ")
            ),
        )
    }
}

/// A milestone that is missing.
pub(crate) fn milestone_item(title: &str, place: &str, there: &[String], may_create: bool) -> CheckItem {
    CheckItem {
        state: CheckState::Failed,
        repair: may_create.then(|| Repair {
            kind: RepairKind::Milestone,
            field: None,
            name: title.to_owned(),
        }),
        there: there.iter().take(SHOWN).cloned().collect(),
        ..fine(format!("Milestone {title}"), no_milestone(title, place, there))
    }
}

/// The milestone is not there.
pub(crate) fn no_milestone(title: &str, place: &str, there: &[String]) -> String {
    if there.is_empty() {
        return format!("There is no open milestone «{title}» in {place}; it has none at all.");
    }
    let list: Vec<String> = there.iter().take(10).map(|title| format!("«{title}»")).collect();
    format!("There is no open milestone «{title}» in {place}. There are: {}.", list.join(", "))
}

/// The stage as a whole: failed when one item failed, a warning when one warns.
pub(crate) fn judge(items: Vec<CheckItem>, all_well: impl Into<String>, next: &str) -> Finding {
    let wrong: Vec<&CheckItem> = items.iter().filter(|item| item.state != CheckState::Ok).collect();
    if wrong.is_empty() {
        return Finding::ok(all_well).items(items);
    }
    let cause = wrong.iter().map(|item| item.summary.as_str()).collect::<Vec<_>>().join(" ");
    let fits = wrong.iter().all(|item| item.state == CheckState::Warning);
    let judged = if fits { Finding::warning(cause, next) } else { Finding::failed(cause, next) };
    judged.items(items)
}
