//! Pages for a browser: repositories, their issues, one issue. Plain HTML without scripts.
//!
//! Everything that people or programs wrote is escaped; Markdown is rendered with HTML switched off. The pages are told
//! by policy to load nothing but their own style sheet.

pub(crate) mod boards;
pub(crate) mod markdown;
mod pages;

use crate::core::Core;
use crate::locked;
use crate::model::{Fate, World};
use crate::reply::{Answer, Content};
use crate::site::Arrived;

const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) fn answer(core: &Core, arrived: &Arrived) -> Answer {
    if !matches!(arrived.method.as_str(), "GET" | "HEAD") {
        core.front.violate(
            arrived,
            599,
            vec!["pages are only read; this is not an address of the API".to_owned()],
        );
        return Answer::not_found();
    }
    let world = locked(&core.world);
    let answer = page(&world, arrived).unwrap_or_else(|| Answer::html(404, pages::missing()));
    answer
        .with("content-security-policy", POLICY)
        .with("referrer-policy", "no-referrer")
        .with("cache-control", "no-store")
}

fn page(world: &World, arrived: &Arrived) -> Option<Answer> {
    let parts: Vec<String> =
        arrived.path.split('/').filter(|p| !p.is_empty()).map(crate::text::percent_decoded).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let found = |owner: &str, name: &str| {
        let full = format!("{owner}/{name}");
        world.by_full_name(&full).or_else(|| world.by_former_name(&full))
    };
    match parts.as_slice() {
        [] => Some(Answer::html(200, pages::home(world))),
        ["practice.css"] => Some(Answer {
            status: 200,
            headers: Vec::new(),
            content: Content::Css(include_str!("practice.css")),
        }),
        [space @ ("orgs" | "users"), login, "projects", number] => {
            let owner = world.by_login(login).filter(|a| a.members.is_some() == (*space == "orgs"))?;
            let project = world.project_of(owner.id, number.parse().ok()?)?;
            Some(Answer::html(200, boards::board(world, project)))
        }
        [owner, name] => {
            let repo = found(owner, name)?;
            Some(Answer::empty(302).with("location", format!("/{}/issues", world.full_name(repo))))
        }
        [owner, name, "issues"] => {
            let repo = found(owner, name)?;
            let closed = arrived.query.iter().any(|(n, v)| n == "state" && v == "closed");
            Some(Answer::html(200, pages::list(world, repo, closed)))
        }
        [owner, name, "issues" | "pull", number] => {
            let repo = found(owner, name)?;
            let issue = repo.issue(number.parse().ok()?)?;
            match &issue.fate {
                Fate::Here => Some(Answer::html(200, pages::issue(world, repo, issue))),
                Fate::Deleted => Some(Answer::html(410, pages::deleted(world, repo, issue.number))),
                Fate::Transferred { repo, number } => {
                    let target = world.repo(*repo)?;
                    let place = format!("/{}/issues/{number}", world.full_name(target));
                    Some(Answer::empty(302).with("location", place))
                }
            }
        }
        _ => None,
    }
}
