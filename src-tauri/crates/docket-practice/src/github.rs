//! The practice GitHub as a site: what the sockets' layer asks of it.

use serde_json::Value;

use crate::access::Presented;
use crate::core::{Core, Space};
use crate::faults::Fault;
use crate::log::Credential;
use crate::reply::Answer;
use crate::routes::Drops;
use crate::setup::Flavour;
use crate::site::{Arrived, Front, Site};
use crate::{graphql, locked, sign_in, strike, web};

impl Core {
    fn space_of(&self, arrived: &Arrived) -> Space {
        self.space(&arrived.path, arrived.header("accept").unwrap_or_default())
    }
}

impl Site for Core {
    fn front(&self) -> &Front {
        &self.front
    }

    fn credential(&self, arrived: &Arrived) -> (Credential, Option<String>) {
        match Presented::of(arrived) {
            shown if !self.spared(arrived) => shown.label(&locked(&self.world)),
            _ => (Credential::None, None),
        }
    }

    fn spared(&self, arrived: &Arrived) -> bool {
        match self.space_of(arrived) {
            Space::Web => true,
            Space::SignIn => sign_in::about(&arrived.path).is_none(),
            Space::Api(_) | Space::GraphQl => false,
        }
    }

    fn answer(&self, arrived: &Arrived, fault: Option<&Fault>) -> Answer {
        if let Some(answer) = fault.and_then(|f| strike::instead(self, arrived, f)) {
            return answer;
        }
        if fault == Some(&Fault::TokenEnds)
            && let Presented::Secret(secret) | Presented::Basic(_, secret) = Presented::of(arrived)
        {
            let digest = crate::model::digest(secret.reveal());
            let mut world = locked(&self.world);
            world.tokens.iter_mut().filter(|t| t.digest == digest).for_each(|t| t.revoked = true);
        }
        let drops = Drops {
            labels: fault == Some(&Fault::DropLabels),
            assignees: fault == Some(&Fault::DropAssignees),
            milestone: fault == Some(&Fault::DropMilestone),
            project_fields: fault == Some(&Fault::DropProjectFields),
        };
        let handle = || match self.space_of(arrived) {
            Space::Api(path) => self.answer_api(arrived, &path, drops),
            Space::GraphQl => graphql::answer(self, arrived, drops),
            Space::SignIn => sign_in::answer(self, arrived),
            Space::Web => web::answer(self, arrived),
        };
        if fault == Some(&Fault::HandledTwice) {
            handle();
        }
        let answer = handle();
        match fault {
            Some(f) => strike::after(answer, arrived, f),
            None => answer,
        }
    }

    fn refusal(&self, status: u16, message: &str) -> Answer {
        Answer::error(status, message)
    }

    fn headers(&self, arrived: &Arrived) -> Vec<(&'static str, String)> {
        let mut out = vec![("x-github-request-id", format!("PRAC:{:08X}", arrived.index))];
        if !self.spared(arrived) {
            out.push(("x-github-media-type", "github.v3; format=json".to_owned()));
        }
        if let Flavour::Enterprise { version } = &self.flavour {
            out.push(("x-github-enterprise-version", version.clone()));
        }
        out
    }

    fn loggable(&self, arrived: &Arrived, body: Value) -> Option<Value> {
        // They hold device codes and refresh tokens.
        (self.space_of(arrived) != Space::SignIn).then_some(body)
    }
}
