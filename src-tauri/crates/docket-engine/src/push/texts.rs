//! The texts of a plan's issues, as its target takes them.
//!
//! An issue that is there already is read first: what people wrote in it stays.

use std::sync::Arc;

use docket_domain::member::Member;
use docket_domain::planning::{self, Linked, Live, Material, Planned};
use docket_domain::render::{MEMBERS_SHOWN, RenderOptions, TextLimits};
use docket_domain::text::Flavour;
use docket_domain::{Action, FindingId, IssueState, Marker, Problem, Sieve, Step, StepState};
use docket_store as store;
use docket_tracker::{Limits, Markup};

use super::route::Route;
use super::tell;
use crate::engine::Engine;
use crate::events::JobRun;
use crate::trackers::Bar;

/// What a push writes into an issue's footer.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

impl Engine {
    pub(super) async fn render_steps(
        &self,
        route: &Route,
        planned: &mut Planned,
        links: &[Linked],
        run: &JobRun,
        bar: &Bar,
    ) -> Result<(), Problem> {
        let Planned { steps, .. } = planned;
        let total = steps.iter().filter(|step| step.action != Action::Skip).count() as u64;
        let mut done = 0;
        for step in steps.iter_mut().filter(|step| step.action != Action::Skip) {
            if run.is_cancelled() {
                return Err(Problem::cancelled());
            }
            if let (Some(issue), None) = (step.issue.clone(), &step.group.template) {
                // Written in its own way once, it stays so.
                let connection = route.connection.id;
                step.group.template =
                    self.read(move |r| store::links::template_of(r, connection, &issue)).await?;
            }
            let live = match &step.issue {
                Some(issue) if !step.action.creates() => Some(route.look(issue).await?),
                _ => None,
            };
            if let Some(read) = &live
                && step.action == Action::Attach
                && read.state != IssueState::Open
            {
                give_way(step, &read.state);
                continue;
            }
            let members = self.members(&step.group.findings).await?;
            let leaving: Vec<FindingId> =
                step.leaves.iter().flat_map(|leaves| &leaves.findings).copied().collect();
            let leaving = self.members(&leaving).await?;
            let live = live.and_then(|read| read.seen).map(|seen| (seen.title, seen.body));
            let material = Material {
                members: &members,
                leaving: &leaving,
                mapping: &route.mapping,
                options: &render_options(&route.limits, &route.sieve, &step.marker),
                links,
                live: live.as_ref().map(|(title, body)| Live { title, body }),
            };
            planning::write_draft(step, &material);
            self.plan_file(step, route).await?;
            done += 1;
            tell(run, bar, "Writing the issues' texts", done, Some(total));
        }
        planned.reordered();
        Ok(())
    }

    /// The first members of a group, with everything an issue says about them.
    pub(crate) async fn members(&self, findings: &[FindingId]) -> Result<Vec<Member>, Problem> {
        let ids: Vec<FindingId> = findings.iter().copied().take(MEMBERS_SHOWN).collect();
        self.read(move |r| {
            ids.iter().map(|id| store::findings::detail(r, *id).map(|detail| Member::of(&detail))).collect()
        })
        .await
    }
}

/// An issue that findings cannot be put into: the step says so and does nothing.
fn give_way(step: &mut Step, state: &IssueState) {
    let label = step.issue.as_ref().map(docket_domain::IssueRef::short).unwrap_or_default();
    step.why = match state {
        IssueState::Closed { .. } => {
            format!("{label} is closed. Reopen it there, or put the findings into another issue.")
        }
        IssueState::Moved { .. } => format!("{label} was moved elsewhere. Choose another issue."),
        _ => format!("{label} is not there, or cannot be seen with this connection. Choose another issue."),
    };
    (step.action, step.state) = (Action::Skip, StepState::Skipped);
}

pub(crate) fn render_options(limits: &Limits, sieve: &Arc<Sieve>, marker: &Marker) -> RenderOptions {
    RenderOptions {
        limits: TextLimits {
            title_chars: limits.title_chars,
            body_chars: limits.body_chars,
            comment_chars: limits.comment_chars,
        },
        marker: marker.clone(),
        flavour: flavour_of(limits.markup),
        version: VERSION.to_owned(),
        max_follow_ups: 10,
        template: docket_domain::Template::default(),
        target: String::new(),
        sieve: Arc::clone(sieve),
    }
}

pub(super) fn flavour_of(markup: Markup) -> Flavour {
    match markup {
        Markup::GitHubMarkdown => Flavour::GitHub,
        Markup::GitLabMarkdown => Flavour::GitLab,
        Markup::Html => Flavour::Html,
    }
}
