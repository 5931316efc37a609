//! Is the token accepted, whose is it, and what may it do?

use super::super::api::{Api, Ask, good, ground_question, read_ground};
use super::super::words::{self, GLOBAL_TOKENS_END, Refusal};
use super::Test;
use crate::check::course::SignIn;
use crate::check::{Finding, asked};
use crate::http::Answer;
use crate::waist::CheckGoal;

/// Headers that tell what went wrong.
const TELLING: &[&str] = &["www-authenticate", "location", "retry-after", "x-vss-e2eid"];

/// A signed request of the test, once, at once; and in a line what was asked and answered.
pub(super) async fn ask(api: &Api, ask: Ask<'_>) -> Result<(Answer, String), Finding> {
    let ask = ask.once();
    asked(&ask.shown(), api.send(&ask).await, TELLING)
}

/// The refusal as a finding, with the link that helps.
pub(super) fn refused(api: &Api, answer: &Answer, doing: &str, project: Option<&str>) -> Finding {
    let error = words::error(answer, api.about(doing, project));
    let finding = Finding::problem(&error.problem);
    match words::refusal(answer) {
        Refusal::BadToken | Refusal::GlobalToken => finding.link("Create a token", api.address.token_page()),
        Refusal::NoScope => finding.link("Edit the token", api.address.token_page()),
        Refusal::NoAreaRight => match project {
            Some(project) => finding.link(
                "Open the areas",
                format!(
                    "{}/{}/_settings/work-team",
                    api.address.base(),
                    super::super::address::part(project)
                ),
            ),
            None => finding,
        },
        _ => finding,
    }
}

impl SignIn for Test<'_> {
    /// The API tells nothing of the token beyond that it accepts it.
    type SignedIn = ();

    async fn credential(&self) -> (Option<()>, Finding) {
        let (accepted, finding) = credential(self.api, self.markdown).await;
        (accepted.then_some(()), finding)
    }

    /// What the token may do: the service does not list it, so it is tried.
    async fn scopes(&self, (): &(), _goal: &CheckGoal) -> Finding {
        let api = self.api;
        let (answer, evidence) = match ask(api, Ask::get("/_apis/projects").with("$top", "1")).await {
            Ok(answered) => answered,
            Err(finding) => return finding,
        };
        if good(&answer) {
            return Finding::ok("Projects can be read; Azure DevOps does not list a token's rights, so writing is tried at the project")
                .saw(evidence);
        }
        refused(api, &answer, "list projects", None).saw(evidence)
    }

    /// Until when the token works: the service does not say.
    fn expiry(&self, (): &()) -> Finding {
        Finding::ok(format!(
            "Azure DevOps tells no end date. Tokens for all organisations stop working on {GLOBAL_TOKENS_END}; those for one organisation go on."
        ))
    }
}

/// Is the token accepted, and whose is it?
async fn credential(api: &Api, markdown: bool) -> (bool, Finding) {
    let (answer, evidence) = match ask(api, ground_question()).await {
        Ok(answered) => answered,
        Err(finding) => return (false, finding),
    };
    if !good(&answer) {
        return (false, refused(api, &answer, "sign in", None).saw(evidence));
    }
    let ground = match read_ground(&answer, api.about("see whose token this is", None)) {
        Ok(ground) => ground,
        Err(error) => {
            let finding = Finding::problem(&error.problem).saw(evidence);
            return (false, finding.link("Create a token", api.address.token_page()));
        }
    };
    if markdown && !ground.hosted {
        let finding = Finding::failed(
            "Only Azure DevOps Services has texts in Markdown; this is a server of its own.",
            "Switch «Write Markdown» off in the connection.",
        );
        return (false, finding.saw(evidence));
    }
    let who = match &ground.account.name {
        Some(name) if *name != ground.account.login => format!("{name} ({})", ground.account.login),
        _ => ground.account.login.clone(),
    };
    let version = api.version();
    let newest = super::super::dialect::VERSIONS[0];
    let words = if version == newest {
        format!("Signed in as {who}")
    } else {
        format!(
            "Signed in as {who}; this server does not speak version {newest} of the API, so {version} is used"
        )
    };
    api.settle(ground);
    (true, Finding::ok(words).saw(evidence).saw(format!("API version {version}")))
}
