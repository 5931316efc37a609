//! GitHub: github.com, its data-residency hosts, and Enterprise Server.
//!
//! Works under the API versions 2022-11-28 and 2026-03-10: what the later one removed
//! (singular `assignee` and others) is neither sent nor read.

pub(crate) mod address;
mod api;
mod check;
mod comments;
mod dialect;
mod fields;
mod list;
mod pasted;
mod project;
mod read;
mod repair;
mod shapes;
mod target;
mod words;
mod write;

use std::collections::BTreeMap;

use async_trait::async_trait;
use docket_domain::check::{CheckReport, CheckStage, Repair};
use docket_domain::connection::Understood;
use docket_domain::{
    AuthKind, ChoiceList, ChoicePage, Destination, Field, FieldKind, IssueChange, IssueDraft, IssueRef,
    MappingDefaults, Problem, TargetFields, Timestamp, TrackerKindCard, ValueMap,
};
use reqwest::header::AUTHORIZATION;

use self::address::GitHubAddress;
use self::api::Api;
use crate::connect::{self, Signing};
use crate::error::{TrackerError, WriteError};
use crate::pace::{Allowances, Most, Used};
use crate::ports::{ConnectSettings, Ports};
use crate::waist::{
    Account, Audience, ChangedPage, CheckGoal, DeviceEndpoints, IssueRead, Limits, Marks, Markup, TargetPage,
    Tracker, TrackerKind, Written,
};

/// GitHub's documented limits to the letter: a second between writes, 80 new issues, comments and
/// the like a minute and 500 an hour, 900 points a minute. How content is counted keeps within
/// them; what the person makes in the browser beside that shows in a refusal, which is obeyed.
const CONTENT: Most = Most { minute: 80, hour: 500 };
const ALLOWANCES: Allowances = Allowances {
    spacing_ms: 1_000,
    issues: CONTENT,
    beside: CONTENT,
    together: true,
    points_per_minute: 900,
    write_points: 5,
    readers: 4,
    slides_ms: 0,
};

/// The kind «GitHub».
pub(crate) struct GitHub;

impl TrackerKind for GitHub {
    fn card(&self) -> TrackerKindCard {
        let field = |id: &str, label: &str, kind: FieldKind, help: &str| Field {
            id: id.to_owned(),
            label: label.to_owned(),
            kind,
            help: help.to_owned(),
            example: None,
            required: true,
            choices: Vec::new(),
            only_with: Vec::new(),
        };
        TrackerKindCard {
            id: "github".to_owned(),
            name: "GitHub".to_owned(),
            about: "github.com, GitHub with data residency (*.ghe.com) and GitHub Enterprise Server.".to_owned(),
            fields: vec![
                Field {
                    example: Some("https://github.com/acme/shop".to_owned()),
                    ..field("location", "Address", FieldKind::Url, "Paste any address of your GitHub: of the server, of an organisation, or of a repository.")
                },
                Field {
                    only_with: vec!["basic".to_owned()],
                    ..field("username", "User name", FieldKind::Text, "The login name that the token belongs to; it is compared.")
                },
                Field {
                    only_with: vec!["device".to_owned()],
                    example: Some("Ov23liAbCdEfGhIjKlMn".to_owned()),
                    ..field("client_id", "Client ID", FieldKind::Text, "Of the OAuth app that was registered for Docket; it is no secret.")
                },
            ],
            auth: vec![
                AuthKind {
                    id: "pat".to_owned(),
                    label: "Personal access token".to_owned(),
                    secret_label: "Token".to_owned(),
                    scopes: vec!["repo".to_owned(), "read:org".to_owned()],
                    help: "Classic: tick the whole of «repo», and «read:org» under «admin:org». Fine-grained: choose the organisation as resource owner and give «Issues: read and write». If your organisation uses single sign-on, authorise the token for it («Configure SSO»). Only when issues are to be put on a Project board: also tick «project» (classic), or give the organisation permission «Projects: read and write» (fine-grained; boards of a person need a classic token). Leave everything else out; «admin:org_hook» is for programs that measure the cycle times of issues by webhook. Copy the token at once; it is shown only once.".to_owned(),
                    needs_username: false,
                    device: false,
                },
                AuthKind {
                    id: "basic".to_owned(),
                    label: "User name and token".to_owned(),
                    secret_label: "Token".to_owned(),
                    scopes: vec!["repo".to_owned(), "read:org".to_owned()],
                    help: "GitHub no longer accepts account passwords here: enter a personal access token in place of the password. The user name must be the one that the token belongs to.".to_owned(),
                    needs_username: true,
                    device: false,
                },
                AuthKind {
                    id: "device".to_owned(),
                    label: "Sign in with the browser".to_owned(),
                    secret_label: "Token".to_owned(),
                    scopes: DEVICE_SCOPES.iter().map(|scope| (*scope).to_owned()).collect(),
                    help: "Once per company: on GitHub open Settings, Developer settings, OAuth Apps, «New OAuth App» (for an organisation: its settings, Developer settings). Enter «Docket» as the name and any address of yours as homepage and as callback URL; the callback is not used. Register it, open it, tick «Enable Device Flow» and save («Update application»). Copy the Client ID into the field here; no client secret is needed. If the organisation restricts OAuth apps, an owner has to approve the app.".to_owned(),
                    needs_username: false,
                    device: true,
                },
            ],
            target_label: "Repository".to_owned(),
            target_example: "acme/shop".to_owned(),
            takes_files: false,
            defaults: MappingDefaults {
                labels: vec!["security".to_owned()],
                severity_label: true,
                severity: ValueMap::new(
                    "Priority",
                    &[("info", "P0"), ("low", "P1"), ("medium", "P2"), ("high", "P3"), ("critical", "P4")],
                ),
                status: ValueMap::new(
                    "Status",
                    &[
                        ("active", "In Progress"),
                        ("closed", "Done"),
                        ("false_positive", "Done"),
                        ("risk_accepted", "Done"),
                    ],
                ),
                settings: BTreeMap::new(),
                values_need: Some(project::SETTING.to_owned()),
            },
        }
    }

    fn understand(&self, location: &str) -> Result<Understood, Problem> {
        Ok(GitHubAddress::parse(location)?.understood())
    }

    fn device(&self, settings: &ConnectSettings) -> Result<Option<DeviceEndpoints>, Problem> {
        device(settings)
    }

    fn token_heads(&self) -> &'static [&'static str] {
        &["github_pat_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"]
    }

    fn marks(&self) -> Marks {
        Marks { product: "GitHub", headers: &["x-github-request-id"], ..Marks::default() }
    }

    fn connect(&self, settings: ConnectSettings, ports: Ports) -> Result<Box<dyn Tracker>, Problem> {
        Ok(Box::new(GitHubTracker::connect(&settings, ports)?))
    }
}

/// What is asked for with a code: GitHub's apps of this kind have no finer rights.
const DEVICE_SCOPES: [&str; 3] = ["repo", "read:org", "project"];

/// Where a device signs in: on the host of the pages, also of an Enterprise Server.
fn device(settings: &ConnectSettings) -> Result<Option<DeviceEndpoints>, Problem> {
    if settings.auth != "device" {
        return Ok(None);
    }
    let address = GitHubAddress::parse(&settings.location)?;
    address.refuse_plain_http(settings.network.allow_plain_http)?;
    let client_id = settings.setting("client_id");
    let client_id = client_id.ok_or_else(|| {
        Problem::bad_input("The Client ID is missing.")
            .hint("Register an OAuth app with «Enable Device Flow» ticked, and copy its Client ID.")
    })?;
    let web = address.web();
    Ok(Some(DeviceEndpoints {
        code_url: format!("{web}/login/device/code"),
        token_url: format!("{web}/login/oauth/access_token"),
        client_id: client_id.to_owned(),
        scope: DEVICE_SCOPES.join(" "),
    }))
}

/// One connection to a GitHub.
pub(crate) struct GitHubTracker {
    pub(crate) api: Api,
}

impl GitHubTracker {
    fn connect(settings: &ConnectSettings, ports: Ports) -> Result<Self, Problem> {
        let address = GitHubAddress::parse(&settings.location)?;
        address.refuse_plain_http(settings.network.allow_plain_http)?;
        let hint = if settings.auth == "device" {
            "Sign in with the code in the browser first."
        } else {
            "Paste a personal access token."
        };
        let username = settings.username.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let authorization = authorization(&settings.auth, username, connect::secret(&ports, hint)?)?;
        let origin = address.api_origin();
        let allowances = ALLOWANCES.at(&origin, settings);
        let signing = Signing {
            origin: &origin,
            login: username,
            authorization: (AUTHORIZATION, authorization),
            dialect: &dialect::GITHUB,
            headers: dialect::headers(api_version(settings)?),
            allowances,
        };
        let http = connect::client(settings, ports, signing)?;
        let expected_login = (settings.auth == "basic").then(|| username.map(str::to_owned)).flatten();
        Ok(Self { api: Api::new(http, address, expected_login, allowances) })
    }
}

/// The version of the API to ask for: the setting `api_version`, else the one every server knows.
fn api_version(settings: &ConnectSettings) -> Result<&'static str, Problem> {
    let Some(wanted) = settings.setting("api_version") else { return Ok(dialect::API_VERSIONS[0]) };
    dialect::API_VERSIONS.into_iter().find(|version| *version == wanted).ok_or_else(|| {
        Problem::bad_input(format!("«{wanted}» is not a version of GitHub's API that Docket speaks."))
            .hint(format!("Choose one of {}, or leave it out.", dialect::API_VERSIONS.join(", ")))
    })
}

/// The text of the header that carries the secret.
fn authorization(auth: &str, username: Option<&str>, secret: &str) -> Result<String, Problem> {
    match (auth, username) {
        ("pat" | "device", _) => Ok(connect::bearer(secret)),
        ("basic", Some(name)) => Ok(connect::basic(name, secret)),
        ("basic", None) => Err(Problem::bad_input("The user name is missing.")
            .hint("Enter the login name that the token belongs to.")),
        (other, _) => Err(connect::no_such_way("GitHub", other)),
    }
}

#[async_trait]
impl Tracker for GitHubTracker {
    async fn check(&self, goal: &CheckGoal, report: &mut (dyn FnMut(CheckStage) + Send)) -> CheckReport {
        check::run(&self.api, goal, report).await
    }

    async fn who(&self) -> Result<Account, TrackerError> {
        self.api.who().await
    }

    async fn targets(&self, search: &str, page: Option<&str>) -> Result<TargetPage, TrackerError> {
        list::targets(&self.api, search, page).await
    }

    async fn fields_of(&self, to: &Destination) -> Result<TargetFields, TrackerError> {
        Box::pin(fields::fields_of(&self.api, to)).await
    }

    async fn choices(
        &self,
        to: &Destination,
        list: &ChoiceList,
        search: &str,
        page: Option<&str>,
    ) -> Result<ChoicePage, TrackerError> {
        fields::choices(&self.api, to, list, search, page).await
    }

    async fn create(&self, to: &Destination, draft: &IssueDraft) -> Result<Written, WriteError> {
        write::create(&self.api, to, draft).await
    }

    async fn complete(
        &self,
        to: &Destination,
        issue: &IssueRef,
        draft: &IssueDraft,
    ) -> Result<Vec<String>, WriteError> {
        write::complete(&self.api, to, issue, draft).await
    }

    async fn update(
        &self,
        to: &Destination,
        issue: &IssueRef,
        change: &IssueChange,
    ) -> Result<Written, WriteError> {
        write::update(&self.api, to, issue, change).await
    }

    async fn audience(&self, to: &Destination) -> Result<Audience, TrackerError> {
        list::audience(&self.api, &to.target).await
    }

    async fn repair(&self, to: &Destination, repair: &Repair) -> Result<String, WriteError> {
        repair::repair(&self.api, to, repair).await
    }

    async fn read(&self, issues: &[IssueRef]) -> Result<Vec<(IssueRef, IssueRead)>, TrackerError> {
        read::read(&self.api, issues).await
    }

    async fn changed_since(
        &self,
        to: &Destination,
        since: Option<Timestamp>,
        page: Option<&str>,
    ) -> Result<ChangedPage, TrackerError> {
        list::changed_since(&self.api, &to.target, since, page).await
    }

    fn writes_per_issue(&self, to: &Destination) -> u32 {
        writes_per_issue(to)
    }

    fn used(&self) -> Used {
        self.api.http.used()
    }

    fn limits(&self) -> Limits {
        limits_of(self.api.allowances)
    }
}

/// With a project: the issue, its place on the board, and the fields there.
fn writes_per_issue(to: &Destination) -> u32 {
    if to.setting(project::SETTING).is_some() { 3 } else { 1 }
}

/// What GitHub bears, at this pace.
fn limits_of(allowances: Allowances) -> Limits {
    Limits {
        spacing_ms: allowances.spacing_ms as u64,
        content_per_minute: allowances.issues.minute as u32,
        content_per_hour: allowances.issues.hour as u32,
        comments_per_minute: 0,
        title_chars: 250,
        body_chars: 60_000,
        comment_chars: 60_000,
        labels: 100,
        label_chars: 50,
        assignees: 10,
        changes_at_once: 1,
        changes_per_minute: allowances.points_per_minute / allowances.write_points,
        markup: Markup::GitHubMarkdown,
        // Files come there through the web page only.
        files: None,
    }
}
