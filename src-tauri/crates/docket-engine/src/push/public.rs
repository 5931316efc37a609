//! Publishing where everybody can read it: only after an explicit yes, each time.
//!
//! Who can read a target is asked of the tracker itself: when a plan is made (then it is a
//! warning), whenever it is applied, and again while a long one is being applied. A yes is given
//! for one target and one time; nothing of it is stored.

use docket_domain::{Code, Plan, PlanCounts, Problem, Visibility};
use docket_tracker::Audience;

use super::route::Route;
use crate::engine::Engine;

/// How often it is asked again while a plan is being applied, milliseconds.
pub(super) const PUBLIC_AGAIN_MS: i64 = 300_000;

/// What a person agreed to before a plan is applied, for this one time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consent {
    /// The target that may be written to although everybody can read it.
    pub public: Option<String>,
}

impl Consent {
    /// A yes to publishing in `target`.
    pub fn to_publish_in(target: impl Into<String>) -> Self {
        Self { public: Some(target.into()) }
    }
}

impl Engine {
    /// Refuses when everybody can read the target and nobody agreed to that.
    pub(super) async fn refuse_public(&self, plan: &Plan, route: &Route) -> Result<(), Problem> {
        let counts = &plan.counts;
        let left = counts.steps.saturating_sub(counts.skip + counts.done + counts.failed);
        if left == 0 || counts.create + counts.update == 0 {
            return Ok(());
        }
        let target = &route.mapping.target;
        let agreed =
            route.consent.public.as_deref().is_some_and(|yes| yes.trim().eq_ignore_ascii_case(target));
        if agreed {
            return Ok(());
        }
        let audience = route.tracker.audience(&route.mapping.destination()).await?;
        if audience.visibility != Visibility::Public {
            return Ok(());
        }
        let begun = counts.done > 0;
        Err(refusal(target, &published(counts), &audience, begun)
            .with("create", counts.create)
            .with("update", counts.update))
    }

    /// What to know about a plan's readers before it is applied.
    pub(super) async fn audience_warning(
        &self,
        route: &Route,
        counts: &PlanCounts,
    ) -> Result<Option<String>, Problem> {
        if counts.create + counts.update == 0 {
            return Ok(None);
        }
        let audience = route.tracker.audience(&route.mapping.destination()).await?;
        let target = &route.mapping.target;
        let note = audience.note.map(|note| format!(" {note}")).unwrap_or_default();
        Ok(match audience.visibility {
            Visibility::Private => None,
            Visibility::Internal => Some(format!(
                "{target} is internal: everybody with an account there can read what is written.{note}"
            )),
            Visibility::Public => Some(format!(
                "{target} is public: everybody can read what is written there. Applying the plan asks for a \
                 yes to publishing {}.{note}",
                published(counts)
            )),
        })
    }
}

fn refusal(target: &str, what: &str, audience: &Audience, begun: bool) -> Problem {
    let sent = if begun { "Nothing more was sent." } else { "Nothing was sent." };
    let mut words = format!(
        "{target} is public: everybody can read what is written there, and this plan writes {what}. {sent}"
    );
    if let Some(note) = &audience.note {
        words = format!("{words} {note}");
    }
    Problem::new(Code::PublicTarget, words)
        .hint(format!("Agree to publishing in {target}, or make it private first."))
        .with("target", target)
        .with("visibility", audience.visibility)
}

/// «12 new issues and changes to 3».
fn published(counts: &PlanCounts) -> String {
    let new = match counts.create {
        0 => None,
        1 => Some("1 new issue".to_owned()),
        n => Some(format!("{n} new issues")),
    };
    let changed = match counts.update {
        0 => None,
        1 => Some("changes to 1 issue".to_owned()),
        n => Some(format!("changes to {n} issues")),
    };
    [new, changed].into_iter().flatten().collect::<Vec<_>>().join(" and ")
}
