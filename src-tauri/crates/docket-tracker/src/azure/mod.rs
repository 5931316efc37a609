//! Azure DevOps Boards: Azure DevOps Services, Azure DevOps Server, and TFS 2018 (Update 2).
//!
//! The API's versions are negotiated: the newest first, then what the server names. What an
//! old server lacks is asked for in the old way where it is needed. A work
//! item is found again by its tag, because texts keep no hidden lines here.

pub(crate) mod address;
mod api;
mod bulk;
mod card;
mod change;
mod check;
mod chosen;
mod comments;
mod dialect;
mod document;
mod edit;
mod fields;
mod files;
mod list;
mod model;
mod pasted;
mod read;
mod repair;
mod rules;
mod shapes;
mod sign_in;
mod words;
mod write;

use async_trait::async_trait;
use docket_domain::check::{CheckReport, CheckStage, Repair};
use docket_domain::connection::Understood;
use docket_domain::{
    ChoiceList, ChoicePage, Destination, IssueChange, IssueDraft, IssueFile, IssueRef, Problem, TargetFields,
    Timestamp, TrackerKindCard,
};
use reqwest::header::AUTHORIZATION;

use self::address::AzureAddress;
use self::api::Api;
use self::chosen::Chosen;
use crate::connect::{self, Signing};
use crate::error::{TrackerError, WriteError};
use crate::pace::{Allowances, Most, Used};
use crate::ports::{ConnectSettings, Ports};
use crate::waist::{
    Account, Audience, ChangedPage, CheckGoal, DeviceEndpoints, FileLimits, IssueRead, Limits, Marks, Markup,
    TargetPage, Tracker, TrackerKind, Written,
};

/// The service counts effort, not requests: 200 units in five minutes, and what a request costs is
/// not told in advance. So creations follow each other as they are answered, and the pause that an
/// answer asks for, also one that succeeded, is kept. Changes that go many at a time are held to
/// what that is about.
const ALLOWANCES: Allowances = Allowances {
    spacing_ms: 0,
    issues: Most { minute: 0, hour: 0 },
    beside: Most { minute: 0, hour: 0 },
    together: true,
    points_per_minute: 1_200,
    write_points: 1,
    readers: 3,
    slides_ms: 300_000,
};

/// The kind «Azure DevOps Boards».
pub(crate) struct Azure;

impl TrackerKind for Azure {
    fn card(&self) -> TrackerKindCard {
        card::card()
    }

    fn understand(&self, location: &str) -> Result<Understood, Problem> {
        Ok(AzureAddress::parse(location)?.understood())
    }

    fn marks(&self) -> Marks {
        Marks {
            product: "Azure DevOps",
            headers: &["x-tfs-processid", "x-vss-e2eid"],
            cookies: &[],
            texts: &["azure devops"],
        }
    }

    fn connect(&self, settings: ConnectSettings, ports: Ports) -> Result<Box<dyn Tracker>, Problem> {
        Ok(Box::new(AzureTracker::connect(&settings, ports)?))
    }

    fn device(&self, settings: &ConnectSettings) -> Result<Option<DeviceEndpoints>, Problem> {
        sign_in::device(settings)
    }
}

/// One connection to an Azure DevOps.
pub(crate) struct AzureTracker {
    api: Api,
    /// Long texts are Markdown.
    markdown: bool,
}

impl AzureTracker {
    fn connect(settings: &ConnectSettings, ports: Ports) -> Result<Self, Problem> {
        let address = AzureAddress::parse(&settings.location)?;
        address.refuse_plain_http(settings.network.allow_plain_http)?;
        let secret = connect::secret(&ports, "Paste a personal access token, or sign in.")?;
        let markdown = settings.setting(card::MARKDOWN) == Some("true");
        if markdown && !address.is_services() && !address.is_here() {
            return Err(Problem::bad_input("Only Azure DevOps Services has texts in Markdown.")
                .hint("Switch «Write Markdown» off for a server of your own."));
        }
        let authorization = sign_in::authorization(&settings.auth, secret)?;
        let origin = address.origin();
        let allowances = ALLOWANCES.at(&origin, settings);
        let signing = Signing {
            origin: &origin,
            login: None,
            authorization: (AUTHORIZATION, authorization),
            dialect: &dialect::AZURE,
            headers: dialect::headers(),
            allowances,
        };
        let http = connect::client(settings, ports, signing)?;
        Ok(Self { api: Api::new(http, address, allowances), markdown })
    }
}

#[async_trait]
impl Tracker for AzureTracker {
    async fn check(&self, goal: &CheckGoal, report: &mut (dyn FnMut(CheckStage) + Send)) -> CheckReport {
        check::run(&self.api, goal, self.markdown, report).await
    }

    async fn who(&self) -> Result<Account, TrackerError> {
        Ok(self.api.ground().await?.account.clone())
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
        write::create(&self.api, to, draft, self.markdown).await
    }

    async fn complete(
        &self,
        _to: &Destination,
        issue: &IssueRef,
        draft: &IssueDraft,
    ) -> Result<Vec<String>, WriteError> {
        write::complete(&self.api, issue, draft, self.markdown).await
    }

    async fn update(
        &self,
        to: &Destination,
        issue: &IssueRef,
        change: &IssueChange,
    ) -> Result<Written, WriteError> {
        change::update(&self.api, to, issue, change, self.markdown).await
    }

    async fn update_many(
        &self,
        to: &Destination,
        changes: &[(IssueRef, IssueChange)],
    ) -> Vec<Result<Written, WriteError>> {
        Box::pin(bulk::update_many(&self.api, to, changes, self.markdown)).await
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
        repair::repair(&self.api, to, repair)
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
        list::changed_since(&self.api, Chosen::read(to)?, since, page).await
    }

    fn used(&self) -> Used {
        self.api.http.used()
    }

    fn limits(&self) -> Limits {
        limits_of(self.api.allowances, self.markdown)
    }
}

/// What Azure DevOps bears, at this pace.
fn limits_of(allowances: Allowances, markdown: bool) -> Limits {
    Limits {
        spacing_ms: allowances.spacing_ms as u64,
        content_per_minute: allowances.issues.minute as u32,
        content_per_hour: allowances.issues.hour as u32,
        comments_per_minute: 0,
        title_chars: 250,
        body_chars: 900_000,
        comment_chars: 100_000,
        labels: document::TAGS_MOST - 1,
        label_chars: document::TAG_CHARS,
        assignees: 1,
        changes_at_once: bulk::AT_ONCE,
        changes_per_minute: allowances.points_per_minute,
        markup: if markdown { Markup::GitHubMarkdown } else { Markup::Html },
        files: Some(FileLimits { bytes: files::MOST, writes: 2, comments: 0 }),
    }
}
