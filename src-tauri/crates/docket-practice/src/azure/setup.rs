//! How a practice Azure DevOps is described before it starts.

use std::path::PathBuf;

use crate::clock::Clock;
use crate::faults::FaultRule;
use crate::site::ROOM_FOR_FILES;
use crate::tls::Tls;

use super::seed::{PatSeed, PersonSeed, ProjectSeed};

/// Which of the vendor's layouts the server imitates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AzureFlavour {
    /// Azure DevOps Services: the organisation is the first part of every path; versions up to 7.2-preview.
    Services,
    /// Azure DevOps Server or TFS: the collection follows `/tfs`; newer API versions are refused as out of range.
    Server {
        /// The latest version that it knows: `7.1` (2022 with Update 1), `7.0` (2022), `6.1` (2020), `5.1` (2019 with
        /// Update 1), `5.0` (2019) or `4.1` (TFS 2018 with Update 2).
        highest: String,
    },
}

/// The process of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AzureProcess {
    /// Issue, Task, Epic: To Do, Doing, Done.
    Basic,
    /// Bug, Task, User Story, …: New, Active, Resolved, Closed.
    Agile,
    /// Bug, Product Backlog Item, …: New, Approved, Committed, Done.
    Scrum,
    /// Bug, Requirement, …: Proposed, Active, Resolved, Closed, one step after the other.
    Cmmi,
    /// Agile made stricter: Bugs need `Custom.SecurityTeam` (Red, Blue or Purple) and have the state `In Review`.
    SecureAgile,
}

/// What the service answers to a credential that it does not accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedLogin {
    /// 401 with a page.
    Unauthorised,
    /// 203 with a sign-in page.
    SignInPage,
    /// 302 to `…/_signin`.
    Redirect,
}

/// The sliding allowance of one person. Units are the vendor's TSTUs.
#[derive(Debug, Clone)]
pub struct AzureLimits {
    /// Units within five minutes.
    pub units: f64,
    /// What a read costs.
    pub read: f64,
    /// What a write costs.
    pub write: f64,
    /// From this share of `units` on, answers carry `X-RateLimit-*` and, beyond the whole, `Retry-After` with 200.
    pub told_from: f64,
    /// From this share on, requests are refused with 429.
    pub blocked_from: f64,
}

impl Default for AzureLimits {
    fn default() -> Self {
        Self { units: 200.0, read: 0.02, write: 0.1, told_from: 0.8, blocked_from: 1.5 }
    }
}

/// Where the vendor's own documents are read from.
#[derive(Debug, Clone)]
pub(crate) enum Vendor {
    WhereFound,
    At(PathBuf),
    Nowhere,
}

/// The description of a practice Azure DevOps. Start with [`AzureSetup::new`] or [`AzureSetup::demo`].
#[derive(Debug, Clone)]
pub struct AzureSetup {
    pub(crate) port: u16,
    pub(crate) vendor: Vendor,
    pub(crate) flavour: AzureFlavour,
    pub(crate) organisation: String,
    pub(crate) tls: Option<Tls>,
    pub(crate) clock: Clock,
    pub(crate) time_scale: f64,
    pub(crate) limits: AzureLimits,
    pub(crate) query_limit: usize,
    pub(crate) page: usize,
    pub(crate) refused: RefusedLogin,
    pub(crate) at_root: bool,
    pub(crate) missing_as_null: bool,
    pub(crate) overlooks_markdown: bool,
    pub(crate) people: Vec<PersonSeed>,
    pub(crate) projects: Vec<ProjectSeed>,
    pub(crate) tokens: Vec<PatSeed>,
    pub(crate) faults: Vec<FaultRule>,
    pub(crate) attachment_limit: Option<usize>,
    pub(crate) room_for_files: usize,
}

const MEGABYTE: usize = 1024 * 1024;

impl AzureSetup {
    /// An empty organisation of Azure DevOps Services on a free port, on the machine's clock.
    pub fn new(organisation: &str) -> Self {
        Self {
            port: 0,
            vendor: Vendor::WhereFound,
            flavour: AzureFlavour::Services,
            organisation: organisation.to_owned(),
            tls: None,
            clock: Clock::system(),
            time_scale: 1.0,
            limits: AzureLimits::default(),
            query_limit: 20_000,
            page: 100,
            refused: RefusedLogin::Unauthorised,
            at_root: false,
            missing_as_null: false,
            overlooks_markdown: false,
            people: Vec::new(),
            projects: Vec::new(),
            tokens: Vec::new(),
            faults: Vec::new(),
            attachment_limit: None,
            room_for_files: ROOM_FOR_FILES,
        }
    }

    /// Reads the vendor's documents from this folder. Without this, they are read where
    /// [`azure_contract_folder`](crate::azure_contract_folder) finds them, and a server that finds none starts all the same;
    /// one whose folder lacks a document does not start.
    #[must_use]
    pub fn contract_from(mut self, folder: impl Into<PathBuf>) -> Self {
        self.vendor = Vendor::At(folder.into());
        self
    }

    /// Reads no documents of the vendor's, as on a machine that has none.
    #[must_use]
    pub fn without_vendors_contract(mut self) -> Self {
        self.vendor = Vendor::Nowhere;
        self
    }

    /// Imitates an Azure DevOps Server whose latest API version is `highest`; the organisation is its collection.
    #[must_use]
    pub fn server(mut self, highest: &str) -> Self {
        self.flavour = AzureFlavour::Server { highest: highest.to_owned() };
        self
    }

    /// A Server whose collection follows the host directly, without `/tfs`.
    #[must_use]
    pub fn without_tfs(mut self) -> Self {
        self.at_root = true;
        self
    }

    /// Reads of many with `errorPolicy=omit` answer null for what is missing, instead of leaving it out.
    #[must_use]
    pub fn missing_as_null(mut self) -> Self {
        self.missing_as_null = true;
        self
    }

    /// Takes the formats of long texts and keeps HTML all the same. No document says that this happens; it is there so that
    /// a client is seen to read back what became of its texts.
    #[must_use]
    pub fn overlooks_markdown(mut self) -> Self {
        self.overlooks_markdown = true;
        self
    }

    /// Listens on this port instead of a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Speaks https with this kind of certificate.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Takes the time from here.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Shrinks the five minutes of the allowance by this factor.
    #[must_use]
    pub fn compress_time(mut self, factor: f64) -> Self {
        self.time_scale = factor.max(f64::MIN_POSITIVE);
        self
    }

    /// Another allowance than the published one.
    #[must_use]
    pub fn limits(mut self, limits: AzureLimits) -> Self {
        self.limits = limits;
        self
    }

    /// A query that finds more than this is refused; the vendor's number is 20,000.
    #[must_use]
    pub fn query_limit(mut self, most: usize) -> Self {
        self.query_limit = most;
        self
    }

    /// How many projects a page holds at most, whatever `$top` says.
    #[must_use]
    pub fn page(mut self, most: usize) -> Self {
        self.page = most.max(1);
        self
    }

    /// How a credential that is not accepted is answered.
    #[must_use]
    pub fn refuses_with(mut self, refused: RefusedLogin) -> Self {
        self.refused = refused;
        self
    }

    /// A person with a full licence.
    #[must_use]
    pub fn person(mut self, upn: &str, name: &str) -> Self {
        let (upn, name) = (upn.to_owned(), name.to_owned());
        self.people.push(PersonSeed { upn, name, stakeholder: false, barred: Vec::new() });
        self
    }

    /// A person who is a stakeholder only: work items cannot be changed in areas by them.
    #[must_use]
    pub fn stakeholder(mut self, upn: &str, name: &str) -> Self {
        self = self.person(upn, name);
        if let Some(last) = self.people.last_mut() {
            last.stakeholder = true;
        }
        self
    }

    /// Forbids a person to edit work items in an area, such as `Shop\Web`, and below it.
    #[must_use]
    pub fn barred(mut self, upn: &str, area: &str) -> Self {
        for p in self.people.iter_mut().filter(|p| p.upn == upn) {
            p.barred.push(area.to_owned());
        }
        self
    }

    /// A project.
    #[must_use]
    pub fn project(mut self, project: ProjectSeed) -> Self {
        self.projects.push(project);
        self
    }

    /// A token. The first one is what `PracticeAzure::token` returns.
    #[must_use]
    pub fn pat(mut self, token: PatSeed) -> Self {
        self.tokens.push(token);
        self
    }

    /// The largest file in bytes that may be uploaded. Unless said, 60 MB on Services and 4 MB on a Server, where its
    /// administrator may raise it; more than 130 MB needs an upload in chunks, which is not practised here.
    #[must_use]
    pub fn attachment_limit(mut self, bytes: usize) -> Self {
        self.attachment_limit = Some(bytes);
        self
    }

    /// How many bytes of files this practice server keeps in memory in all; 256 MiB unless said. Beyond, it answers 507 in
    /// words of its own: the vendor has no such limit.
    #[must_use]
    pub fn room_for_files(mut self, bytes: usize) -> Self {
        self.room_for_files = bytes;
        self
    }

    pub(crate) fn largest_attachment(&self) -> usize {
        let usual = if self.flavour == AzureFlavour::Services { 60 } else { 4 };
        self.attachment_limit.unwrap_or(usual * MEGABYTE).min(130 * MEGABYTE)
    }

    /// A fault that is planned from the start.
    #[must_use]
    pub fn fault(mut self, rule: FaultRule) -> Self {
        self.faults.push(rule);
        self
    }
}
