//! Whose token it is, what it may, and until when.

use docket_domain::Timestamp;

use super::super::address::token_page;
use super::super::api::Api;
use super::super::shapes::{Token, User};
use super::super::words::{self, Refusal};
use crate::check::course::SignIn;
use crate::check::{Finding, asked, expiry};
use crate::http::tls::day;
use crate::http::{Answer, Call};
use crate::talk::shape;
use crate::waist::CheckGoal;

/// An accepted token.
pub(crate) struct SignedIn {
    /// What it says about itself; nothing for OAuth and for old servers.
    token: Option<Token>,
    /// Requests left in this minute, and how many there are.
    pub remaining: Option<i64>,
    pub limit: Option<i64>,
}

impl SignedIn {
    /// When the token ends.
    pub fn ends(&self) -> Option<Timestamp> {
        self.token.as_ref().and_then(Token::ends)
    }
}

/// Headers that tell what went wrong.
const TELLING: &[&str] = &["location", "retry-after", "ratelimit-name"];

/// A signed read of the test, once, at once; and in a line what was asked and answered.
pub(super) async fn ask(api: &Api, path: &str, query: &[(&str, &str)]) -> Result<(Answer, String), Finding> {
    let url = api.url(path, query).await.map_err(|error| Finding::problem(&error.problem))?;
    asked(&format!("GET {path}"), api.http.send(Call::get(url).once()).await, TELLING)
}

/// The refusal as a finding, with the link that helps.
pub(super) fn refused(api: &Api, answer: &Answer, doing: &str, project: Option<&str>) -> Finding {
    let finding = Finding::problem(&words::error(answer, api.about(doing, project)).problem);
    match words::refusal(answer) {
        Refusal::BadToken | Refusal::TokenExpired | Refusal::TokenRevoked | Refusal::MissingScope { .. } => {
            finding.link("Create a token", token_page(api.web()))
        }
        _ => finding,
    }
}

impl SignIn for Api {
    type SignedIn = SignedIn;

    /// Is the token accepted, and whose is it?
    async fn credential(&self) -> (Option<SignedIn>, Finding) {
        let mut evidence = Vec::new();
        let mut token: Option<Token> = None;
        if !self.oauth {
            // First what every token may ask: a token without the right to read users still tells
            // its scopes, and an ended one its end.
            let path = "/personal_access_tokens/self";
            let (answer, line) = match ask(self, path, &[]).await {
                Ok(answered) => answered,
                Err(finding) => return (None, finding),
            };
            evidence.push(line);
            if answer.status == 401 || answer.is_html() || answer.status >= 500 || answer.elsewhere.is_some()
            {
                return (None, refused(self, &answer, "sign in", None).saw_all(evidence));
            }
            if answer.is_success() {
                token = shape(&answer, self.about("look at the token", None)).ok();
            }
            if let Some(finding) = token.as_ref().and_then(|token| ended(self, token)) {
                return (None, finding.saw_all(evidence));
            }
        }
        let (answer, line) = match ask(self, "/user", &[]).await {
            Ok(answered) => answered,
            Err(finding) => return (None, finding.saw_all(evidence)),
        };
        evidence.push(line);
        let signed_in = SignedIn {
            token,
            remaining: answer.number("ratelimit-remaining"),
            limit: answer.number("ratelimit-limit"),
        };
        // The token was accepted; what it lacks is said where its scopes are looked at.
        if signed_in.token.is_some() && matches!(words::refusal(&answer), Refusal::MissingScope { .. }) {
            return (Some(signed_in), Finding::ok("The token is accepted").saw_all(evidence));
        }
        if !answer.is_success() || answer.is_html() {
            return (None, refused(self, &answer, "sign in", None).saw_all(evidence));
        }
        let user: User = match shape(&answer, self.about("see whose token this is", None)) {
            Ok(user) => user,
            Err(error) => return (None, Finding::problem(&error.problem).saw_all(evidence)),
        };
        let name = signed_in.token.as_ref().and_then(|token| token.name.as_deref());
        let named = name.map(|name| format!(" (token «{name}»)")).unwrap_or_default();
        (Some(signed_in), Finding::ok(format!("Signed in as {}{named}", user.username)).saw_all(evidence))
    }

    fn ends(&self, signed_in: &SignedIn) -> Option<Timestamp> {
        signed_in.ends()
    }

    /// Does the token have the rights that Docket needs?
    async fn scopes(&self, signed_in: &SignedIn, _goal: &CheckGoal) -> Finding {
        let Some(token) = &signed_in.token else {
            let why = if self.oauth {
                "Signed in through the browser, with the rights that were agreed to there"
            } else {
                "This server does not list the rights of a token; they are tried at the project"
            };
            return Finding::ok(why);
        };
        let list = if token.scopes.is_empty() { "none".to_owned() } else { token.scopes.join(", ") };
        let has = |scope: &str| token.scopes.iter().any(|have| have == scope);
        let evidence = format!("scopes: {list}");
        if has("api") {
            return Finding::ok(format!("The token has {list}")).saw(evidence);
        }
        if has("granular") {
            return Finding::warning(
                "This is a fine-grained token; GitLab does not say here what it may.",
                "Give it reading and writing of issues, labels, milestones and members of the project.",
            )
            .saw(evidence);
        }
        Finding::failed(
            format!("The token lacks the scope «api» (it has: {list}; «read_api» can only read)."),
            "Scopes of a token cannot be changed: create a new one with «api».",
        )
        .link("Create a token", token_page(self.web()))
        .saw(evidence)
    }

    fn expiry(&self, signed_in: &SignedIn) -> Finding {
        expiry(signed_in.ends(), self.http.ports.clock.now(), token_page(self.web()))
    }
}

/// A token that says of itself that it is over.
fn ended(api: &Api, token: &Token) -> Option<Finding> {
    let finding = if token.revoked {
        Finding::failed("Somebody revoked this token.", "Create a new one; all settings are kept.")
    } else {
        let ends = token.ends().filter(|at| *at <= api.http.ports.clock.now())?;
        Finding::failed(
            format!("The token expired on {}.", day(ends)),
            "Create a new one; all settings are kept.",
        )
    };
    Some(finding.link("Create a token", token_page(api.web())))
}
