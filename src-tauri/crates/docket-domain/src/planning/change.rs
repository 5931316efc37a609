//! What a step changes about an issue as it is now: computed when it is shown and, from what is
//! there then, once more when it is sent.

use crate::issue::{IssueChange, IssueDraft, IssueSeen, IssueState, StateReason};
use crate::mapping::FieldValue;
use crate::plan::{Action, Step};
use crate::render::managed::{self, ManagedProblem};

/// The change that `step` makes with `draft`. What is there already is not sent again.
///
/// # Errors
/// Docket's part of the text was damaged by people, so it cannot be replaced.
pub fn change_of(step: &Step, draft: &IssueDraft, live: &IssueSeen) -> Result<IssueChange, ManagedProblem> {
    let body = match draft.body.as_str() {
        "" => None,
        part => Some(managed::merge(&live.body, part)?).filter(|body| *body != live.body),
    };
    let turns = matches!(step.action, Action::Close | Action::Reopen);
    Ok(IssueChange {
        body_from: body.is_some().then(|| live.body.clone()),
        body,
        add_labels: draft.labels.iter().filter(|label| !has(&live.labels, label)).cloned().collect(),
        comment: draft.follow_ups.first().cloned(),
        severity: draft.severity.clone(),
        status: draft.status.clone().filter(|_| turns),
        open: turns.then_some(step.action == Action::Reopen),
        reason: match step.action {
            Action::Close => draft.reason,
            Action::Reopen => Some(StateReason::Reopened),
            _ => None,
        },
        ..IssueChange::default()
    })
}

pub(super) fn has(labels: &[String], wanted: &str) -> bool {
    labels.iter().any(|label| label.eq_ignore_ascii_case(wanted))
}

wire! {
    /// What a step did to an issue that was there: enough to take it back.
    #[derive(Eq, Default)]
    pub struct Footprint {
        /// The whole text before and after, when it was changed.
        pub body: Option<(String, String)>,
        /// Labels that were not there before.
        pub labels: Vec<String>,
        /// Fields that were set: what was set, and the value before as far as it was read.
        pub fields: Vec<(FieldValue, Option<String>)>,
        /// Whether it was opened (`true`) or closed.
        pub opened: Option<bool>,
        /// A comment was written; it cannot be taken back.
        pub commented: bool,
    }
}

impl Footprint {
    /// What `change` does to an issue that is as `live`.
    pub fn of(change: &IssueChange, live: &IssueSeen) -> Self {
        let fields = [&change.severity, &change.status].into_iter().flatten();
        Self {
            body: change.body.clone().map(|after| (live.body.clone(), after)),
            labels: change.add_labels.clone(),
            fields: fields.map(|set| (set.clone(), live.fields.get(&set.field).cloned())).collect(),
            opened: change.open.filter(|open| *open != (live.state == IssueState::Open)),
            commented: change.comment.is_some(),
        }
    }
}

wire! {
    /// A line of a text that changes.
    #[derive(Eq)]
    pub struct DiffLine {
        /// How it changes.
        pub mark: DiffMark,
        /// The line, without its end.
        pub text: String,
    }
}

words! {
    /// How a line of a text changes.
    pub enum DiffMark {
        /// It stays.
        Same = "same", "stays";
        /// It is new.
        Added = "added", "new";
        /// It goes.
        Removed = "removed", "goes";
        /// Lines that stay and are not shown; the text counts them.
        Gap = "gap", "not shown";
    }
}

wire! {
    /// What a step changes about the issue as it is in the tracker right now.
    pub struct Difference {
        /// What has become of the issue.
        pub state: IssueState,
        /// Its title there.
        pub title: Option<String>,
        /// The text, line by line; empty when it stays.
        pub body: Vec<DiffLine>,
        /// The change: labels, fields, comment, whether it is opened or closed.
        pub change: IssueChange,
        /// What stays although the step would have it otherwise, and why.
        pub kept: Vec<String>,
        /// Why the issue cannot be changed.
        pub problem: Option<String>,
    }
}

/// Lines around a change that are shown with it.
const AROUND: usize = 3;

/// The lines of a text that changes, with a few around each change.
pub fn diff(before: &str, after: &str) -> Vec<DiffLine> {
    use similar::{ChangeTag, TextDiff};
    if before == after {
        return Vec::new();
    }
    // Without their ends: a line that ends otherwise is the same line to people.
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let text =
        TextDiff::configure().timeout(std::time::Duration::from_millis(500)).diff_slices(&before, &after);
    let all: Vec<DiffLine> = text
        .iter_all_changes()
        .map(|change| DiffLine {
            mark: match change.tag() {
                ChangeTag::Equal => DiffMark::Same,
                ChangeTag::Insert => DiffMark::Added,
                ChangeTag::Delete => DiffMark::Removed,
            },
            text: change.value().to_owned(),
        })
        .collect();
    let near = |at: usize| {
        let (from, to) = (at.saturating_sub(AROUND), (at + AROUND + 1).min(all.len()));
        all[from..to].iter().any(|line| line.mark != DiffMark::Same)
    };
    let mut shown: Vec<DiffLine> = Vec::new();
    let mut passed = 0;
    for (at, line) in all.iter().enumerate() {
        if near(at) {
            gap(&mut shown, &mut passed);
            shown.push(line.clone());
        } else {
            passed += 1;
        }
    }
    gap(&mut shown, &mut passed);
    shown
}

fn gap(shown: &mut Vec<DiffLine>, passed: &mut usize) {
    if *passed > 0 {
        let lines = if *passed == 1 { "1 line".to_owned() } else { format!("{passed} lines") };
        shown.push(DiffLine { mark: DiffMark::Gap, text: lines });
        *passed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(before: &str, after: &str) -> Vec<(DiffMark, String)> {
        diff(before, after).into_iter().map(|line| (line.mark, line.text)).collect()
    }

    #[test]
    fn a_diff_shows_what_changes_and_a_little_around_it() {
        use DiffMark::{Added, Gap, Removed, Same};
        let before = (1..=12).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n") + "\n";
        let after = before.replace("line 6\n", "line six\r\n");
        let line = |mark, n: u32| (mark, format!("line {n}"));
        assert_eq!(
            marks(&before, &after),
            [
                (Gap, "2 lines".to_owned()),
                line(Same, 3),
                line(Same, 4),
                line(Same, 5),
                line(Removed, 6),
                (Added, "line six".to_owned()),
                line(Same, 7),
                line(Same, 8),
                line(Same, 9),
                (Gap, "3 lines".to_owned()),
            ],
            "three lines on each side"
        );
        assert_eq!(marks("same\n", "same\n"), [], "nothing changes, nothing is shown");
        assert_eq!(
            marks("theirs", "theirs\n\nours"),
            [(Same, "theirs".to_owned()), (Added, String::new()), (Added, "ours".to_owned()),],
            "a last line without an end stays itself"
        );
    }
}
