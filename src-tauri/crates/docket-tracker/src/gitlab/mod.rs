//! GitLab: gitlab.com and servers of one's own, also under a path of their host.
//!
//! Projects are reached by their number once they were found: numbers survive renames, and
//! proxies that mangle `%2F`.
//!
//! Deliberately absent: user name and password (GitLab's API takes none), epics, boards, and
//! changing a server's statuses.

pub(crate) mod address;
mod api;
mod card;
mod check;
mod comments;
mod dialect;
mod draft;
mod fields;
mod files;
mod list;
mod place;
mod read;
mod repair;
mod shapes;
mod statuses;
mod words;
mod write;

use async_trait::async_trait;
use docket_domain::check::{CheckReport, CheckStage, Repair};
use docket_domain::connection::Understood;
use docket_domain::{
    ChoiceList, ChoicePage, Destination, IssueChange, IssueDraft, IssueFile, IssueRef, Problem, TargetFields,
    Timestamp, TrackerKindCard,
};
use reqwest::header::{AUTHORIZATION, HeaderName};

use self::address::GitLabAddress;
use self::api::Api;
use crate::connect::{self, Signing};
use crate::error::{TrackerError, WriteError};
use crate::pace::{Allowances, Most, Used};
use crate::ports::{ConnectSettings, Ports};
use crate::waist::{
    Account, Audience, ChangedPage, CheckGoal, DeviceEndpoints, FileLimits, IssueRead, Limits, Marks, Markup,
    TargetPage, Tracker, TrackerKind, Written,
};

/// gitlab.com's documented limits: 200 issues and 60 notes a minute, each counted by itself, and
/// 2,000 requests, of which a tenth is left to the person's browser. A server of one's own may
/// have others; what its headers say is kept to as well.
const ALLOWANCES: Allowances = Allowances {
    spacing_ms: 200,
    issues: Most { minute: 200, hour: 0 },
    beside: Most { minute: 60, hour: 0 },
    together: false,
    points_per_minute: 1_800,
    write_points: 1,
    readers: 4,
    slides_ms: 0,
};

/// The kind «GitLab».
pub(crate) struct GitLab;

impl TrackerKind for GitLab {
    fn card(&self) -> TrackerKindCard {
        card::card()
    }

    fn understand(&self, location: &str) -> Result<Understood, Problem> {
        Ok(GitLabAddress::parse(location)?.understood())
    }

    fn token_heads(&self) -> &'static [&'static str] {
        &["glpat-", "gldt-", "glptt-", "gloas-", "glrt-"]
    }

    fn marks(&self) -> Marks {
        Marks {
            product: "GitLab",
            headers: &["x-gitlab-meta"],
            cookies: &["_gitlab_session"],
            texts: &["content=\"gitlab\""],
        }
    }

    fn connect(&self, settings: ConnectSettings, ports: Ports) -> Result<Box<dyn Tracker>, Problem> {
        Ok(Box::new(GitLabTracker::connect(&settings, ports)?))
    }

    fn device(&self, settings: &ConnectSettings) -> Result<Option<DeviceEndpoints>, Problem> {
        if settings.auth != "device" {
            return Ok(None);
        }
        let address = GitLabAddress::parse(&settings.location)?;
        address.refuse_plain_http(settings.network.allow_plain_http)?;
        let client_id = settings.setting("client_id");
        let Some(client_id) = client_id else {
            return Err(Problem::bad_input("The application ID is missing.")
                .hint("Register Docket on your GitLab; the steps are beside the field."));
        };
        let web = address.web();
        Ok(Some(DeviceEndpoints {
            code_url: format!("{web}/oauth/authorize_device"),
            token_url: format!("{web}/oauth/token"),
            client_id: client_id.to_owned(),
            scope: "api".to_owned(),
        }))
    }
}

/// One connection to a GitLab.
pub(crate) struct GitLabTracker {
    api: Api,
}

impl GitLabTracker {
    fn connect(settings: &ConnectSettings, ports: Ports) -> Result<Self, Problem> {
        let address = GitLabAddress::parse(&settings.location)?;
        address.refuse_plain_http(settings.network.allow_plain_http)?;
        let oauth = settings.auth == "device";
        let hint = if oauth { "Sign in with the code first." } else { "Paste an access token." };
        let authorization = authorization(&settings.auth, connect::secret(&ports, hint)?)?;
        let origin = address.origin().clone();
        let allowances = ALLOWANCES.at(&origin, settings);
        let signing = Signing {
            origin: &origin,
            login: None,
            authorization,
            dialect: &dialect::GITLAB,
            headers: dialect::headers(),
            allowances,
        };
        let http = connect::client(settings, ports, signing)?;
        Ok(Self { api: Api::new(http, address, allowances, oauth) })
    }
}

/// The header that carries the secret, and its text.
fn authorization(auth: &str, secret: &str) -> Result<(HeaderName, String), Problem> {
    match auth {
        "pat" => Ok((HeaderName::from_static("private-token"), secret.to_owned())),
        "device" => Ok((AUTHORIZATION, connect::bearer(secret))),
        other => Err(connect::no_such_way("GitLab", other)),
    }
}

#[async_trait]
impl Tracker for GitLabTracker {
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
        list::audience(&self.api, to).await
    }

    async fn put_file(
        &self,
        _to: &Destination,
        issue: &IssueRef,
        file: &IssueFile,
    ) -> Result<Option<String>, WriteError> {
        files::put(&self.api, issue, file).await
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
        list::changed_since(&self.api, to, since, page).await
    }

    fn used(&self) -> Used {
        self.api.http.used()
    }

    fn limits(&self) -> Limits {
        limits_of(self.api.allowances)
    }
}

/// What GitLab bears, at this pace.
fn limits_of(allowances: Allowances) -> Limits {
    Limits {
        spacing_ms: allowances.spacing_ms as u64,
        content_per_minute: allowances.issues.minute as u32,
        content_per_hour: allowances.issues.hour as u32,
        comments_per_minute: allowances.beside.minute as u32,
        title_chars: 255,
        // A character is at most four bytes, and a mebibyte is the limit.
        body_chars: 250_000,
        comment_chars: 250_000,
        labels: 100,
        label_chars: place::LABEL_MOST,
        assignees: 200,
        changes_at_once: 1,
        changes_per_minute: allowances.points_per_minute,
        markup: Markup::GitLabMarkdown,
        files: Some(FileLimits { bytes: files::MOST, writes: 1, comments: 1 }),
    }
}
