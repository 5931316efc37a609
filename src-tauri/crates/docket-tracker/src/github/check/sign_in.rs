//! Whose token it is, what it may, and until when.

use docket_domain::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::super::api::{Api, login_mismatch, shape, token_ends};
use super::super::list::hidden_words;
use super::super::project;
use super::super::shapes::User;
use super::super::words::{self, Refusal};
use crate::check::course::SignIn;
use crate::check::{Finding, asked};
use crate::http::tls::day;
use crate::http::{Answer, Call};
use crate::waist::CheckGoal;

/// An accepted token.
pub(crate) struct SignedIn {
    pub login: String,
    /// Scopes of a classic token; none for other tokens.
    pub scopes: Option<Vec<String>>,
    pub fine_grained: bool,
    pub ends: Option<Timestamp>,
    /// The organisations that the account shows, once they were asked for.
    pub organisations: Option<Vec<String>>,
}

/// Headers that tell what went wrong.
const TELLING: &[&str] = &[
    "x-github-sso",
    "x-oauth-scopes",
    "x-accepted-oauth-scopes",
    "x-accepted-github-permissions",
    "location",
];

/// A signed read of the test, once, at once; and in a line what was asked and answered.
pub(super) async fn ask(api: &Api, path: &str, query: &[(&str, &str)]) -> Result<(Answer, String), Finding> {
    let url = api.url(path, query).await.map_err(|error| Finding::problem(&error.problem))?;
    asked(&format!("GET {path}"), api.http.send(Call::get(url).once()).await, TELLING)
}

/// The refusal as a finding, with the link that helps.
pub(super) fn refused(api: &Api, answer: &Answer, doing: &str, repo: Option<&str>) -> Finding {
    let error = words::error(answer, api.about(doing, repo));
    let finding = Finding::problem(&error.problem);
    match (words::refusal(answer), error.sso_url) {
        (_, Some(url)) => finding.link("Authorise the token", url),
        (Refusal::BadToken, _) => finding.link("Create a token", api.address.token_page()),
        (Refusal::MissingScope { .. }, _) => {
            finding.link("Edit the token", format!("{}/settings/tokens", api.address.web()))
        }
        (Refusal::MissingPermission { .. }, _) => {
            finding.link("Edit the token", format!("{}/settings/personal-access-tokens", api.address.web()))
        }
        (Refusal::ClassicForbidden, _) => {
            finding.link("Create a fine-grained token", api.address.fine_grained_page())
        }
        (Refusal::IssuesOff | Refusal::Archived, _) => match repo {
            Some(repo) => finding.link("Open its settings", format!("{}/{repo}/settings", api.address.web())),
            None => finding,
        },
        _ => finding,
    }
}

impl SignIn for Api {
    type SignedIn = SignedIn;

    /// Is the token accepted, and whose is it?
    async fn credential(&self) -> (Option<SignedIn>, Finding) {
        let (answer, evidence) = match ask(self, "/user", &[]).await {
            Ok(answered) => answered,
            Err(finding) => return (None, finding),
        };
        let ends = token_ends(&answer);
        let now = self.http.ports.clock.now();
        if answer.status == 401 {
            if let Some(ended) = ends.filter(|at| *at <= now) {
                let finding = Finding::failed(
                    format!("The token expired on {}.", day(ended)),
                    "Create a new one; all settings are kept.",
                );
                return (None, finding.link("Create a token", self.address.token_page()).saw(evidence));
            }
            return (None, refused(self, &answer, "sign in", None).saw(evidence));
        }
        if !answer.is_success() || answer.is_html() {
            return (None, refused(self, &answer, "sign in", None).saw(evidence));
        }
        let user: User = match shape(&answer, self.about("see whose token this is", None)) {
            Ok(user) => user,
            Err(error) => return (None, Finding::problem(&error.problem).saw(evidence)),
        };
        if let Some(expected) =
            self.expected_login.as_deref().filter(|name| !name.eq_ignore_ascii_case(&user.login))
        {
            return (None, Finding::problem(&login_mismatch(expected, &user.login)).saw(evidence));
        }
        let fine_grained = self.http.ports.secret.expose().starts_with("github_pat_");
        let scopes = answer.header("x-oauth-scopes").filter(|_| !fine_grained).map(words::list);
        let finding = Finding::ok(format!("Signed in as {}", user.login)).saw(evidence);
        (Some(SignedIn { login: user.login, scopes, fine_grained, ends, organisations: None }), finding)
    }

    fn ends(&self, signed_in: &SignedIn) -> Option<Timestamp> {
        signed_in.ends
    }

    /// Does the token have the rights that Docket needs?
    async fn scopes(&self, signed_in: &SignedIn, goal: &CheckGoal) -> Finding {
        let edit = format!("{}/settings/tokens", self.address.web());
        let Some(scopes) = &signed_in.scopes else {
            let kind = if signed_in.fine_grained { "A fine-grained token" } else { "A token" };
            let seen_where =
                if goal.to.is_some() { "at the repository" } else { "when a repository is named" };
            return Finding::ok(format!(
                "{kind}; GitHub does not list its permissions, so they are tried {seen_where}"
            ));
        };
        let list = if scopes.is_empty() { "none".to_owned() } else { scopes.join(", ") };
        let evidence = format!("scopes: {list}");
        if !words::grants(scopes, "public_repo") {
            return Finding::failed(
                format!("The token lacks the scope «repo» (it has: {list})."),
                format!("Edit it at {edit} and tick the whole of «repo»."),
            )
            .link("Edit the token", edit)
            .saw(evidence);
        }
        let board = goal.to.as_ref().and_then(|to| to.setting(project::SETTING));
        if let Some(board) = board
            && !words::grants(scopes, "project")
        {
            return Finding::failed(
                format!("The token lacks the scope «project» (it has: {list}), which project {board} needs."),
                format!("Edit it at {edit} and tick «project», or take the project out of the mapping."),
            )
            .link("Edit the token", edit)
            .saw(evidence);
        }
        if !words::grants(scopes, "repo") {
            return Finding::warning(
                "The token has only «public_repo»: private repositories stay invisible.",
                format!("For private repositories edit it at {edit} and tick the whole of «repo»."),
            )
            .link("Edit the token", edit)
            .saw(evidence);
        }
        if !words::grants(scopes, "read:org") {
            return Finding::warning(
            "The token lacks the scope «read:org»: organisations cannot be listed. Creating issues works without it.",
            format!("Edit it at {edit} and tick «read:org» under «admin:org»."),
        )
        .link("Edit the token", edit)
        .saw(evidence);
        }
        let needless = words::needless(scopes);
        let more = if needless.is_empty() {
            String::new()
        } else {
            format!("; Docket has no use for {}", needless.join(", "))
        };
        Finding::ok(format!("The token has {list}{more}")).saw(evidence)
    }

    /// Until when the token works.
    fn expiry(&self, signed_in: &SignedIn) -> Finding {
        crate::check::expiry(signed_in.ends, self.http.ports.clock.now(), self.address.token_page())
    }

    async fn single_sign_on(&self, signed_in: &mut SignedIn) -> Finding {
        let (organisations, finding) = hidden_organisations(self).await;
        signed_in.organisations = organisations;
        finding
    }
}

/// Organisations that single sign-on hides. Also the login names of those that are visible.
async fn hidden_organisations(api: &Api) -> (Option<Vec<String>>, Finding) {
    let (answer, evidence) = match ask(api, "/user/orgs", &[("per_page", "100")]).await {
        Ok(answered) => answered,
        Err(finding) => return (None, finding),
    };
    if let Refusal::SsoRequired { .. } = words::refusal(&answer) {
        return (None, refused(api, &answer, "list organisations", None).saw(evidence));
    }
    if !answer.is_success() {
        return (None, Finding::skipped("The token may not list organisations").saw(evidence));
    }
    let organisations = answer.json().and_then(Value::as_array).map(|list| {
        list.iter().filter_map(|entry| User::deserialize(entry).ok()).map(|org| org.login).collect::<Vec<_>>()
    });
    let hidden = words::sso_hidden(&answer);
    if hidden.is_empty() {
        let words = match organisations.as_deref() {
            Some([]) | None => "No organisation is hidden".to_owned(),
            Some(names) => format!("No organisation is hidden; visible: {}", names.join(", ")),
        };
        return (organisations, Finding::ok(words).saw(evidence));
    }
    let tokens = format!("{}/settings/tokens", api.address.web());
    let finding = Finding::warning(
        hidden_words(hidden.len()),
        "Choose «Configure SSO» beside the token and authorise it for them.",
    );
    (organisations, finding.link("Open the tokens", tokens).saw(evidence))
}
