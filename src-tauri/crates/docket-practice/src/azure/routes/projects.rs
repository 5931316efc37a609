//! Projects, teams, and who the caller is.

use serde_json::{Value, json};

use super::{Call, ok};
use crate::azure::refuse;
use crate::azure::render::list as listed;
use crate::azure::setup::AzureFlavour;
use crate::azure::world::{ANONYMOUS, Team, User, guid};
use crate::reply::{Answer, Handled};

/// The token is a number here, as the vendor's document says: how many were told already.
pub(super) fn list(call: &mut Call<'_>) -> Answer {
    let start = call.number("continuationToken").or(call.number("$skip")).unwrap_or(0);
    let most = call.number("$top").unwrap_or(100).clamp(1, call.page);
    let all = &call.world.projects;
    let page: Vec<Value> = all.iter().skip(start).take(most).map(|p| call.base.project(p)).collect();
    let answer = Answer::json(200, listed(page));
    let next = start + most;
    if next < all.len() { answer.with("x-ms-continuationtoken", next.to_string()) } else { answer }
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    ok(call.base.whole_project(call.project()?, call.flag("includeCapabilities")))
}

pub(super) fn teams(call: &mut Call<'_>) -> Handled {
    let project = call.project()?;
    let teams = project.teams.iter().map(|t| {
        json!({
            "id": t.id,
            "name": t.name,
            "description": "",
            "url": format!("{}/_apis/projects/{}/teams/{}", call.base.0, project.id, t.id),
            "identityUrl": format!("{}/_apis/Identities/{}", call.base.0, t.id),
            "projectName": project.name,
            "projectId": project.id,
        })
    });
    ok(listed(page(call, teams.collect())))
}

fn page(call: &Call<'_>, all: Vec<Value>) -> Vec<Value> {
    let skip = call.number("$skip").unwrap_or(0);
    all.into_iter().skip(skip).take(call.number("$top").unwrap_or(100)).collect()
}

pub(super) fn members(call: &mut Call<'_>) -> Handled {
    let project = call.project()?;
    let wanted = call.param("teamId");
    let named = |t: &&Team| t.id.eq_ignore_ascii_case(wanted) || t.name.eq_ignore_ascii_case(wanted);
    let Some(team) = project.teams.iter().find(named) else {
        let message = format!("The team with id '{wanted}' does not exist.");
        return Err(refuse::platform(404, "TeamNotFoundException", &message));
    };
    let people = team.members.iter().map(|m| json!({ "identity": call.base.person(&call.world.users[*m]) }));
    ok(listed(page(call, people.collect())))
}

pub(super) fn connection(call: &mut Call<'_>) -> Handled {
    let user = call.world.users[call.who].clone();
    ok(connection_data(Some(&user), call.flavour, call.organisation))
}

/// `connectionData` for a person, or for a caller whom the service takes for anonymous.
pub(crate) fn connection_data(user: Option<&User>, flavour: &AzureFlavour, organisation: &str) -> Value {
    let account = |v: &str| json!({ "Account": { "$type": "System.String", "$value": v } });
    let told = match user {
        Some(u) => json!({
            "id": u.id,
            "descriptor": format!("Microsoft.IdentityModel.Claims.ClaimsIdentity;practice\\{}", u.upn),
            "subjectDescriptor": format!("aad.{}", u.id.replace('-', "")),
            "providerDisplayName": u.name,
            "isActive": true,
            "properties": account(&u.upn),
            "resourceVersion": 2,
            "metaTypeId": 0,
        }),
        None => json!({
            "id": ANONYMOUS,
            "descriptor": "System:PublicAccess;aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa",
            "subjectDescriptor": "acs.practice",
            "providerDisplayName": "Anonymous",
            "isActive": true,
            "properties": account("Anonymous"),
            "resourceVersion": 2,
            "metaTypeId": 0,
        }),
    };
    let hosted = *flavour == AzureFlavour::Services;
    json!({
        "authenticatedUser": told,
        "authorizedUser": told,
        "instanceId": guid(&format!("organisation {organisation}")),
        "deploymentId": guid("deployment"),
        "deploymentType": if hosted { "hosted" } else { "onPremises" },
        "locationServiceData": { "serviceOwner": guid("service owner"), "lastChangeId": 1 },
    })
}
