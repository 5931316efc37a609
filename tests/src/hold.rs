//! What must hold once a plan is through, whatever went wrong on the way.

use std::collections::BTreeSet;

use docket_domain::{FindingId, PlanState, StepState};

use crate::act::{Stage, planned};
use crate::folder::{Folder, file, rule};
use crate::ground::Held;

impl Stage {
    /// Exactly one issue for each group, every step final with its reason, counts that add up, and
    /// nothing left to do: for every computer that pushed.
    pub async fn holds(&mut self) {
        self.issues_hold();
        self.steps_hold().await;
        let folders = [Some(&self.folder), self.other.as_ref()];
        for folder in folders.into_iter().flatten() {
            self.links_hold(folder).await;
            self.nothing_is_left(folder).await;
        }
        let violations = self.ground.violations();
        assert!(violations.is_empty(), "the vendor's contract was broken: {violations:?}");
    }

    /// How many issues the tracker made of one request too many.
    fn doubles(&self) -> usize {
        self.ground.struck("handled-twice")
    }

    fn issues_hold(&self) {
        let issues = self.ground.issues();
        let numbers: Vec<u64> = issues.iter().map(|issue| issue.number).collect();
        let doubles = self.doubles();
        assert_eq!(
            issues.len(),
            self.groups + doubles,
            "one issue for each of {} groups, and {doubles} that the tracker doubled: {numbers:?}",
            self.groups
        );
        let markers: BTreeSet<String> = issues.iter().map(marker).collect();
        assert_eq!(markers.len(), self.groups, "each group has its own marker: {numbers:?}");
        for group in 0..self.groups {
            let about: Vec<&Held> = issues.iter().filter(|issue| issue.text.contains(&rule(group))).collect();
            assert!(
                (1..=1 + doubles).contains(&about.len()),
                "{} issues speak of group {group}: {numbers:?}",
                about.len()
            );
            // The tracker's own double is nobody's; one of them is kept up to date.
            let full = about.iter().filter(|issue| self.is_whole(group, issue)).count();
            assert!(full >= 1, "an issue names all findings of group {group}: {about:?}");
        }
    }

    /// Names every finding, and has one comment for each newcomer. A computer that forgot everything
    /// brings the text up to date, and does not know whom that is news to.
    fn is_whole(&self, group: usize, issue: &Held) -> bool {
        let named = (0..self.each).all(|member| issue.text.contains(&file(group, member)));
        let newcomer = file(group, self.each - 1);
        let told = issue.comments.iter().filter(|comment| comment.contains(&newcomer)).count();
        let expected = usize::from(!self.creating);
        assert!(told <= expected, "a comment came twice: {issue:?}");
        assert!(issue.files.len() <= usize::from(self.ground.files), "one file at most: {issue:?}");
        let filed = !self.ground.files
            || issue
                .files
                .iter()
                .any(|text| (0..self.each).all(|member| text.contains(&file(group, member))));
        named && filed && (told == expected || self.forgot)
    }

    async fn steps_hold(&self) {
        let plan = self.folder.plan(self.plan.unwrap()).await;
        assert_eq!(plan.state, PlanState::Done, "{plan:?}");
        let (counts, steps) = (&plan.counts, self.folder.steps(plan.id).await);
        for step in &steps {
            match step.state {
                StepState::Done => assert!(step.issue.is_some(), "what is done names its issue: {step:?}"),
                StepState::Skipped => assert!(!step.why.is_empty(), "what is skipped says why: {step:?}"),
                state => panic!("a step is left {state}: {step:?}"),
            }
            assert!(step.ended_at.is_some() || step.state == StepState::Skipped, "it ended: {step:?}");
        }
        let selected = self.groups * self.each;
        let decided: Vec<FindingId> = steps.iter().flat_map(|step| step.group.findings.clone()).collect();
        let distinct: BTreeSet<FindingId> = decided.iter().copied().collect();
        assert_eq!(
            (counts.findings as usize, decided.len(), distinct.len()),
            (selected, selected, selected),
            "every finding of the selection is decided once: {plan:?}"
        );
        assert_eq!(steps.len() as u64, counts.steps, "{plan:?}");
        let acting = counts.create + counts.update + counts.adopt;
        assert_eq!(counts.steps, acting + counts.skip, "the actions add up: {plan:?}");
        assert_eq!((counts.done, counts.failed, counts.uncertain), (acting, 0, 0), "{plan:?}");
    }

    async fn links_hold(&self, folder: &Folder) {
        let rows = folder.rows().await;
        for row in &rows {
            assert_eq!(row.issues.len(), 1, "a finding is in one issue: {row:?}");
        }
        let linked: BTreeSet<String> =
            rows.iter().flat_map(|row| row.issues.clone()).map(|issue| format!("{issue:?}")).collect();
        assert_eq!(linked.len(), self.groups, "as many issues are linked as there are groups");
    }

    /// Planning again right after yields an empty plan, which writes nothing.
    async fn nothing_is_left(&self, folder: &Folder) {
        let plan = planned(folder, &self.ground).await;
        assert_eq!(plan.counts.skip, plan.counts.steps, "a further plan is empty: {plan:?}");
        let told = plan.warnings.iter().filter(|warning| warning.contains("duplicate")).count();
        assert_eq!(told > 0, self.doubles() > 0, "a double is told, and only one that is there: {plan:?}");
    }
}

fn marker(issue: &Held) -> String {
    assert_eq!(issue.markers.len(), 1, "one marker in a text: {issue:?}");
    issue.markers[0].as_str().to_owned()
}
