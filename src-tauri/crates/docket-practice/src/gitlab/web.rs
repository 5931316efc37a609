//! Pages for a browser: groups' projects, their issues, one issue, and the page on which a person answers a device.
//!
//! Plain HTML without scripts; everything that was written by people or programs is escaped, Markdown is rendered with
//! HTML switched off, and a policy lets the page load nothing but its own style sheet.

use super::lab::Lab;
use super::model::World;
use super::{oauth, pages};
use crate::locked;
use crate::reply::{Answer, Content};
use crate::site::Arrived;

const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const POLICY_OF_FORMS: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

fn guarded(answer: Answer, policy: &str) -> Answer {
    answer
        .with("content-security-policy", policy)
        .with("referrer-policy", "no-referrer")
        .with("cache-control", "no-store")
}

/// What another program's server in front says outside of the relative root.
pub(super) fn elsewhere() -> Answer {
    Answer::html(
        404,
        "<!DOCTYPE html><html><head><title>404</title></head><body><h1>Not here</h1></body></html>"
            .to_owned(),
    )
}

pub(super) fn answer(lab: &Lab, arrived: &Arrived, path: &str) -> Answer {
    if !matches!(arrived.method.as_str(), "GET" | "HEAD") {
        lab.front.violate(
            arrived,
            599,
            vec!["pages are only read; this is no address of the API".to_owned()],
        );
        return guarded(Answer::html(404, pages::missing(&lab.root)), POLICY);
    }
    let world = locked(&lab.world);
    let found = page(lab, &world, arrived, path);
    guarded(found.unwrap_or_else(|| Answer::html(404, pages::missing(&lab.root))), POLICY)
}

fn page(lab: &Lab, world: &World, arrived: &Arrived, path: &str) -> Option<Answer> {
    let decoded = crate::text::percent_decoded(path.trim_matches('/'));
    match decoded.as_str() {
        "" => return Some(Answer::html(200, pages::home(&lab.root, world))),
        "practice.css" => {
            let content = Content::Css(include_str!("../web/practice.css"));
            return Some(Answer { status: 200, headers: Vec::new(), content });
        }
        _ => {}
    }
    if let Some(file) = file(world, &decoded) {
        return Some(file);
    }
    let Some((full, rest)) = decoded.split_once("/-/") else {
        let project = world.project_at(&decoded)?;
        let to = format!("{}/{}/-/issues", lab.root, project.full_path);
        return Some(Answer::empty(302).with("location", to));
    };
    let project = world.project_at(full)?;
    let closed = arrived.query.iter().any(|(n, v)| n == "state" && v == "closed");
    match rest.split('/').collect::<Vec<_>>().as_slice() {
        ["issues"] => Some(Answer::html(200, pages::list(&lab.root, world, project, closed))),
        ["issues" | "work_items", iid] => {
            let issue = project.issue(iid.parse().ok()?)?;
            Some(Answer::html(200, pages::issue(&lab.root, world, project, issue)))
        }
        _ => None,
    }
}

/// An uploaded file, below its project's number or its path.
fn file(world: &World, path: &str) -> Option<Answer> {
    let (place, file) = path.rsplit_once("/uploads/")?;
    let (secret, name) = file.split_once('/')?;
    let project = match place.strip_prefix("-/project/") {
        Some(id) => world.project(id.parse().ok()?)?,
        None => world.project_at(place)?,
    };
    let upload = project.upload(secret, name)?;
    Some(Answer::file(&upload.name, upload.bytes.clone()))
}

/// The page on which a person approves or denies a device.
pub(super) fn device(lab: &Lab, arrived: &Arrived) -> Answer {
    let now = lab.now().as_millisecond();
    let fields = match arrived.method.as_str() {
        "POST" => {
            // Another site's form must not answer for the person.
            let foreign = arrived.header("origin").is_some_and(|o| o != arrived.origin);
            oauth::fields(arrived).filter(|_| !foreign).unwrap_or_default()
        }
        _ => arrived.query.clone(),
    };
    let field =
        |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap_or_default();
    let code = field("user_code");
    if arrived.method == "POST" {
        let user = locked(&lab.world).by_username(field("username")).map(|u| u.id);
        let decision = match field("decision") {
            "approve" => user.map(Some),
            "deny" => Some(None),
            _ => None,
        };
        let done = decision.is_some_and(|d| locked(&lab.devices).decide(code, d, now));
        let (status, said) = match (done, field("decision")) {
            (false, _) => (400, "No device waits with this code."),
            (true, "approve") => (200, "The device may sign in now. You can close this page."),
            (true, _) => (200, "The device was refused. You can close this page."),
        };
        return guarded(Answer::html(status, pages::said(&lab.root, said)), POLICY_OF_FORMS);
    }
    let asked = locked(&lab.devices).described(code, now);
    let world = locked(&lab.world);
    guarded(Answer::html(200, pages::device(&lab.root, &world, code, asked.as_ref())), POLICY_OF_FORMS)
}
