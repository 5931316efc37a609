//! What faults look like on a GitLab. Faults that only GitHub has words for pass without effect.

use serde_json::json;

use super::lab::Lab;
use super::pace::Observed;
use super::refusal::{forbidden, insufficient_scope, message, no_project, spam, too_often, unauthorized};
use crate::faults::Fault;
use crate::locked;
use crate::reply::{Answer, Content};
use crate::site::Arrived;

/// The answer of a fault that leaves the operation undone.
pub(super) fn instead(lab: &Lab, fault: &Fault) -> Option<Answer> {
    Some(match fault {
        Fault::ServerError(500) => *message(500, "500 Internal Server Error"),
        Fault::ServerError(502) => Answer::html(502, page("GitLab is not responding")),
        Fault::ServerError(status) => Answer::html(*status, page("Deploy in progress")),
        Fault::BadCredentials => *unauthorized(),
        Fault::PrimaryLimit => {
            let now = lab.now();
            let span = locked(&lab.pace).span(60);
            let mut answer =
                Observed::spent(now, span).on(Answer::json(429, json!(null)), now.as_millisecond(), true);
            answer.content = Content::Text("Retry later\n".to_owned());
            answer
        }
        Fault::SecondaryLimit(wait) => match wait {
            Some(seconds) => too_often().with("retry-after", seconds.to_string()),
            None => *too_often(),
        },
        Fault::Throttled(seconds) => too_often().with("retry-after", seconds.to_string()),
        Fault::TooManyLogins => {
            Answer { status: 403, headers: Vec::new(), content: Content::Text("Forbidden\n".to_owned()) }
        }
        Fault::PermissionMissing => *insufficient_scope("api"),
        // A renamed project and a blocked network look the same to the API: nothing is there.
        Fault::IpAllowList | Fault::RepoMoved => *no_project(),
        Fault::IssuesDisabled | Fault::Archived => *forbidden(),
        Fault::SpamCheck => *spam(),
        other => return crate::strike::neutral(other),
    })
}

fn page(title: &str) -> String {
    format!("<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>")
}

/// Changes a finished answer.
pub(super) fn after(mut answer: Answer, arrived: &Arrived, fault: &Fault) -> Answer {
    match fault {
        Fault::StoreThenError => *message(500, "500 Internal Server Error"),
        Fault::RepeatedPage => {
            let page = super::paging::value(&arrived.query, "page").unwrap_or("1").to_owned();
            for (_, value) in answer.headers.iter_mut().filter(|(n, v)| *n == "x-next-page" && !v.is_empty())
            {
                value.clone_from(&page);
            }
            answer
        }
        _ => answer,
    }
}
