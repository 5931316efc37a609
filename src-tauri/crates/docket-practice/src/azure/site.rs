//! The practice Azure DevOps as a site: what the sockets' layer asks of it, and the faults in the vendor's words.

use serde_json::Value;

use super::access::{self, Shown, end_token};
use super::core::{AzureCore, Space};
use super::operations::OCTETS;
use super::routes::token_for;
use super::{entra, pace, refuse, web};
use crate::faults::Fault;
use crate::locked;
use crate::log::Credential;
use crate::reply::{Answer, Content};
use crate::site::{Arrived, Front, Site};
use crate::strike;

impl Site for AzureCore {
    fn front(&self) -> &Front {
        &self.front
    }

    fn credential(&self, arrived: &Arrived) -> (Credential, Option<String>) {
        if self.spared(arrived) {
            return (Credential::None, None);
        }
        Shown::of(arrived).label(&locked(&self.world))
    }

    fn spared(&self, arrived: &Arrived) -> bool {
        self.space(arrived) == Space::Web
    }

    fn answer(&self, arrived: &Arrived, fault: Option<&Fault>) -> Answer {
        if let Some(answer) = fault.and_then(|f| self.instead(arrived, f)) {
            return answer;
        }
        let less = fault.and_then(|f| without(arrived, f));
        let arrived = less.as_ref().unwrap_or(arrived);
        if fault == Some(&Fault::TokenEnds) {
            end_token(&mut locked(&self.world), &Shown::of(arrived));
        }
        let handle = || match self.space(arrived) {
            Space::Web => web::answer(self, arrived),
            Space::Identity(last) => entra::answer(self, arrived, &last),
            space => self.answer_api(arrived, &space),
        };
        if fault == Some(&Fault::HandledTwice) {
            handle();
        }
        let answer = handle();
        match fault {
            Some(f) => after(answer, arrived, f),
            None => answer,
        }
    }

    fn file_limit(&self, arrived: &Arrived) -> Option<usize> {
        let path = arrived.path.to_lowercase();
        let brings = arrived.method == "POST" && path.ends_with("/_apis/wit/attachments");
        brings.then_some(self.attachment_limit)
    }

    fn refusal(&self, status: u16, message: &str) -> Answer {
        *refuse::platform(status, "PracticeFault", message)
    }

    fn headers(&self, arrived: &Arrived) -> Vec<(&'static str, String)> {
        if self.spared(arrived) {
            return Vec::new();
        }
        let activity = Self::activity(arrived);
        vec![
            ("activityid", activity.clone()),
            ("x-vss-e2eid", activity),
            ("cache-control", "no-cache".to_owned()),
        ]
    }
}

impl AzureCore {
    /// The answer of a fault that leaves the operation undone; `None` for faults of another sort.
    fn instead(&self, arrived: &Arrived, fault: &Fault) -> Option<Answer> {
        let base = self.base(arrived).0;
        Some(match fault {
            Fault::ServerError(503) => {
                *refuse::platform(503, "VssServiceUnavailableException", "The service is unavailable.")
            }
            Fault::ServerError(status) => {
                let activity = Self::activity(arrived);
                let message = format!("TF400898: An Internal Error Occurred. Activity Id: {activity}.");
                *refuse::platform(*status, "InternalServerException", &message)
            }
            Fault::BadCredentials => access::sign_in(self.refused, arrived, &base),
            Fault::SignInPage => access::sign_in(super::RefusedLogin::SignInPage, arrived, &base),
            Fault::PrimaryLimit => {
                let reset = self.front.clock.now().as_second() + 300;
                pace::blocked("Robin Roe")
                    .with("retry-after", "300")
                    .with("x-ratelimit-resource", "Core")
                    .with("x-ratelimit-limit", "200")
                    .with("x-ratelimit-remaining", "0")
                    .with("x-ratelimit-reset", reset.to_string())
            }
            Fault::SecondaryLimit(None) => *pace::blocked("Robin Roe"),
            Fault::Throttled(seconds) => pace::blocked("Robin Roe").with("retry-after", seconds.to_string()),
            Fault::PermissionMissing => *refuse::no_area_right(),
            Fault::IpAllowList => {
                let message = "VS403463: The conditional access policy defined by your Azure Active Directory administrator \
                               has failed.";
                *refuse::platform(403, "AadConditionalAccessException", message)
            }
            Fault::TooManyLogins
            | Fault::SsoRequired
            | Fault::SsoPartial
            | Fault::ClassicForbidden
            | Fault::OAuthRestricted
            | Fault::IssuesDisabled
            | Fault::RepoMoved
            | Fault::Archived
            | Fault::DropMilestone => {
                self.refusal(400, &format!("Azure DevOps has no fault '{fault}'; it is one of GitHub's."))
            }
            other => return strike::neutral(other),
        })
    }
}

/// The request without what a rule of the process takes away or sets back: tags, the assignee, priority and severity.
/// `None` when the fault takes nothing away.
fn without(arrived: &Arrived, fault: &Fault) -> Option<Arrived> {
    let gone: &[&str] = match fault {
        Fault::DropLabels => &["/fields/System.Tags"],
        Fault::DropAssignees => &["/fields/System.AssignedTo"],
        Fault::DropProjectFields => {
            &["/fields/Microsoft.VSTS.Common.Priority", "/fields/Microsoft.VSTS.Common.Severity"]
        }
        _ => return None,
    };
    if arrived.header("content-type").is_some_and(|t| t.starts_with(OCTETS)) {
        return None;
    }
    let mut steps: Vec<Value> = serde_json::from_slice(&arrived.body).ok()?;
    let stays = |step: &Value| !step["path"].as_str().is_some_and(|path| gone.contains(&path));
    steps.retain(stays);
    // The parts of a batch hold documents of their own.
    for document in steps.iter_mut().filter_map(|part| part.get_mut("body")?.as_array_mut()) {
        document.retain(stays);
    }
    Some(Arrived {
        index: arrived.index,
        method: arrived.method.clone(),
        path: arrived.path.clone(),
        query_text: arrived.query_text.clone(),
        query: arrived.query.clone(),
        headers: arrived.headers.clone(),
        body: Value::from(steps).to_string().into(),
        too_large: arrived.too_large,
        origin: arrived.origin.clone(),
    })
}

/// Changes a finished answer.
fn after(answer: Answer, arrived: &Arrived, fault: &Fault) -> Answer {
    match fault {
        Fault::StoreThenError => {
            let message = format!(
                "TF400898: An Internal Error Occurred. Activity Id: {}.",
                AzureCore::activity(arrived)
            );
            *refuse::platform(500, "InternalServerException", &message)
        }
        Fault::SecondaryLimit(Some(seconds)) => answer
            .with("x-ratelimit-resource", "Core")
            .with("x-ratelimit-delay", "12.000")
            .with("retry-after", seconds.to_string()),
        Fault::RepeatedPage => repeated(answer, arrived),
        _ => answer,
    }
}

/// Makes the token of the next page lead to this page.
fn repeated(mut answer: Answer, arrived: &Arrived) -> Answer {
    let asked = arrived.query.iter().find(|(n, _)| n.eq_ignore_ascii_case("continuationToken"));
    let here = |first: &str| asked.map_or_else(|| first.to_owned(), |(_, v)| v.clone());
    for (_, value) in answer.headers.iter_mut().filter(|(n, _)| *n == "x-ms-continuationtoken") {
        *value = here("0");
    }
    if let Content::Json(body) = &mut answer.content
        && body.get("continuationToken").is_some()
    {
        body["continuationToken"] = Value::from(here(&token_for(0)));
    }
    answer
}
