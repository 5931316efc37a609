//! The texts of a plan's issues, as its target takes them.
//!
//! An issue that is there already is read first: what people wrote in it stays.

use std::sync::Arc;

use docket_domain::member::Member;
use docket_domain::planning::{self, Linked, Live};
use docket_domain::render::{MEMBERS_SHOWN, RenderOptions, TextLimits};
use docket_domain::text::Flavour;
use docket_domain::{Action, FindingId, Marker, Problem, Step};
use docket_store as store;
use docket_tracker::Markup;

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
        steps: &mut [Step],
        links: &[Linked],
        run: &JobRun,
        bar: &Bar,
    ) -> Result<(), Problem> {
        let total = steps.iter().filter(|step| step.action != Action::Skip).count() as u64;
        let mut done = 0;
        for step in steps.iter_mut().filter(|step| step.action != Action::Skip) {
            if run.is_cancelled() {
                return Err(Problem::cancelled());
            }
            let members = self.members(&step.group.findings).await?;
            let live = match (&step.action, &step.issue) {
                (Action::Update | Action::Adopt, Some(issue)) => {
                    route.look(issue).await?.seen.map(|seen| seen.body)
                }
                _ => None,
            };
            let options = render_options(route, &step.marker);
            let live = live.as_deref().map(|body| Live { body });
            planning::write_draft(step, &members, &route.mapping, &options, links, live);
            done += 1;
            tell(run, bar, "Writing the issues' texts", done, Some(total));
        }
        Ok(())
    }

    /// The first members of a group, with everything an issue says about them.
    pub(super) async fn members(&self, findings: &[FindingId]) -> Result<Vec<Member>, Problem> {
        let ids: Vec<FindingId> = findings.iter().copied().take(MEMBERS_SHOWN).collect();
        self.read(move |r| {
            ids.iter().map(|id| store::findings::detail(r, *id).map(|detail| Member::of(&detail))).collect()
        })
        .await
    }
}

fn render_options(route: &Route, marker: &Marker) -> RenderOptions {
    let limits = &route.limits;
    RenderOptions {
        limits: TextLimits {
            title_chars: limits.title_chars,
            body_chars: limits.body_chars,
            comment_chars: limits.comment_chars,
        },
        marker: marker.clone(),
        flavour: match limits.markup {
            Markup::GitHubMarkdown => Flavour::GitHub,
            Markup::GitLabMarkdown => Flavour::GitLab,
            Markup::Html => Flavour::Html,
        },
        version: VERSION.to_owned(),
        max_follow_ups: 10,
        heading: String::new(),
        sieve: Arc::clone(&route.sieve),
    }
}
