//! How a practice GitLab is described before it starts, and the world that a person meets first.

use super::seed::{Access, GroupSeed, IssueSeed, Issues, PersonSeed, ProjectSeed, Tier, Visibility};
use super::tokens::TokenSeed;
use crate::clock::Clock;
use crate::faults::FaultRule;
use crate::site::ROOM_FOR_FILES;
use crate::tls::Tls;

/// The published limits of gitlab.com, per minute and user. They are on by default.
#[derive(Debug, Clone)]
pub struct GitLabLimits {
    /// Requests to the API.
    pub requests_per_minute: u32,
    /// Creations of issues.
    pub issues_per_minute: u32,
    /// Creations of notes.
    pub notes_per_minute: u32,
    /// Requests to one project's own address.
    pub project_per_minute: u32,
    /// Off: no limits and no `RateLimit-*` headers, as on a server whose administrator set none.
    pub enabled: bool,
}

impl Default for GitLabLimits {
    fn default() -> Self {
        Self {
            requests_per_minute: 2000,
            issues_per_minute: 200,
            notes_per_minute: 60,
            project_per_minute: 400,
            enabled: true,
        }
    }
}

/// The description of a practice GitLab. Start with [`GitLabSetup::new`] or [`GitLabSetup::demo`].
#[derive(Debug, Clone)]
pub struct GitLabSetup {
    pub(crate) port: u16,
    pub(crate) root: String,
    pub(crate) tls: Option<Tls>,
    pub(crate) clock: Clock,
    pub(crate) time_scale: f64,
    pub(crate) limits: GitLabLimits,
    pub(crate) tier: Tier,
    pub(crate) version: String,
    pub(crate) mangles_slashes: bool,
    pub(crate) client_ids: Vec<String>,
    pub(crate) statuses: Vec<(String, String)>,
    pub(crate) people: Vec<PersonSeed>,
    pub(crate) groups: Vec<GroupSeed>,
    pub(crate) projects: Vec<ProjectSeed>,
    pub(crate) many: Vec<(String, u32)>,
    pub(crate) tokens: Vec<TokenSeed>,
    pub(crate) faults: Vec<FaultRule>,
    pub(crate) attachment_limit: usize,
    pub(crate) room_for_files: usize,
}

/// The vendor's default for the largest file that may be uploaded: 100 MiB.
const ATTACHMENT_LIMIT: usize = 100 * 1024 * 1024;

impl Default for GitLabSetup {
    fn default() -> Self {
        Self::new()
    }
}

impl GitLabSetup {
    /// An empty GitLab 19.5 of the Free tier on a free port, on the machine's clock.
    #[must_use]
    pub fn new() -> Self {
        Self {
            port: 0,
            root: String::new(),
            tls: None,
            clock: Clock::system(),
            time_scale: 1.0,
            limits: GitLabLimits::default(),
            tier: Tier::Free,
            version: "19.5.0-ee".to_owned(),
            mangles_slashes: false,
            client_ids: Vec::new(),
            statuses: Vec::new(),
            people: Vec::new(),
            groups: Vec::new(),
            projects: Vec::new(),
            many: Vec::new(),
            tokens: Vec::new(),
            faults: Vec::new(),
            attachment_limit: ATTACHMENT_LIMIT,
            room_for_files: ROOM_FOR_FILES,
        }
    }

    /// Groups `acme` and `acme/platform`, five projects, the people `robin`, `kim` and `sam`, the OAuth application
    /// `practice-client`, and a personal token of `robin` (Developer) with the scope `api`.
    #[must_use]
    pub fn demo() -> Self {
        Self::new()
            .person("robin")
            .person("kim")
            .person("sam")
            .client_id("practice-client")
            .group(
                GroupSeed::new("acme")
                    .member("robin", Access::Developer)
                    .member("kim", Access::Owner)
                    .member("sam", Access::Guest)
                    .label("security", "#b60205")
                    .label("Priority::1", "#7f1d1d")
                    .label("Priority::2", "#d93f0b")
                    .milestone("Audit"),
            )
            .group(GroupSeed::new("acme/platform"))
            .project(shop())
            .project(
                ProjectSeed::new("acme/platform/api").description("The interface").label("bug", "#d73a4a"),
            )
            .project(ProjectSeed::new("acme/archive").archived().description("The old shop"))
            .project(ProjectSeed::new("acme/wiki").issues_for(Issues::Disabled).description("Words only"))
            .project(ProjectSeed::new("robin/notes").description("Personal"))
            .token(TokenSeed::personal("robin", &["api"]))
    }

    /// Listens on this port instead of a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Serves under a path prefix such as `/gitlab`; everything outside answers as another program's server would.
    #[must_use]
    pub fn relative_root(mut self, root: &str) -> Self {
        let root = root.trim_matches('/');
        self.root = if root.is_empty() { String::new() } else { format!("/{root}") };
        self
    }

    /// A reverse proxy in front decodes `%2F`: every address with an encoded path answers 404.
    #[must_use]
    pub fn mangles_encoded_slashes(mut self) -> Self {
        self.mangles_slashes = true;
        self
    }

    /// The paid edition.
    #[must_use]
    pub fn tier(mut self, tier: Tier) -> Self {
        self.tier = tier;
        self
    }

    /// The version that `/version` tells, for example `19.5.0-ee`.
    #[must_use]
    pub fn version(mut self, version: &str) -> Self {
        version.clone_into(&mut self.version);
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

    /// Shrinks every rate-limit window and the waits of the device grant by this factor.
    #[must_use]
    pub fn compress_time(mut self, factor: f64) -> Self {
        self.time_scale = factor.max(f64::MIN_POSITIVE);
        self
    }

    /// Other limits than the published ones.
    #[must_use]
    pub fn limits(mut self, limits: GitLabLimits) -> Self {
        self.limits = limits;
        self
    }

    /// An OAuth application that may use the device grant.
    #[must_use]
    pub fn client_id(mut self, id: &str) -> Self {
        self.client_ids.push(id.to_owned());
        self
    }

    /// A status of work items instead of the vendor's five; categories: `triage`, `to_do`, `in_progress`, `done`,
    /// `canceled`. The first of `to_do` is the default of open, the first of `done` that of closed issues.
    #[must_use]
    pub fn status(mut self, name: &str, category: &str) -> Self {
        self.statuses.push((name.to_owned(), category.to_owned()));
        self
    }

    /// A person, who is also a namespace.
    #[must_use]
    pub fn person(mut self, username: &str) -> Self {
        self.people.push(PersonSeed { username: username.to_owned(), blocked: false });
        self
    }

    /// A person whom an administrator blocked.
    #[must_use]
    pub fn blocked_person(mut self, username: &str) -> Self {
        self.people.push(PersonSeed { username: username.to_owned(), blocked: true });
        self
    }

    /// A group with what is in it.
    #[must_use]
    pub fn group(mut self, group: GroupSeed) -> Self {
        self.groups.push(group);
        self
    }

    /// A project with what is in it.
    #[must_use]
    pub fn project(mut self, project: ProjectSeed) -> Self {
        self.projects.push(project);
        self
    }

    /// This many empty private projects `repo-00001`, … in a namespace.
    #[must_use]
    pub fn many_projects(mut self, namespace: &str, count: u32) -> Self {
        self.many.push((namespace.to_owned(), count));
        self
    }

    /// A token. The first one is what `PracticeGitLab::token` returns.
    #[must_use]
    pub fn token(mut self, token: TokenSeed) -> Self {
        self.tokens.push(token);
        self
    }

    /// The largest file in bytes that may be uploaded, as an administrator sets it; 100 MiB unless said. Larger ones are 413.
    #[must_use]
    pub fn attachment_limit(mut self, bytes: usize) -> Self {
        self.attachment_limit = bytes;
        self
    }

    /// How many bytes of files this practice server keeps in memory in all; 256 MiB unless said. Beyond, it answers 507 in
    /// words of its own: the vendor has no such limit.
    #[must_use]
    pub fn room_for_files(mut self, bytes: usize) -> Self {
        self.room_for_files = bytes;
        self
    }

    /// A fault that is planned from the start.
    #[must_use]
    pub fn fault(mut self, rule: FaultRule) -> Self {
        self.faults.push(rule);
        self
    }
}

fn shop() -> ProjectSeed {
    ProjectSeed::new("acme/shop")
        .visibility(Visibility::Private)
        .description("The web shop")
        .label("bug", "#d73a4a")
        .label("documentation", "#0075ca")
        .label("Status::Doing", "#c5def5")
        .milestone("2.0")
        .milestone("2.1")
        .closed_milestone("1.9")
        .issue(
            IssueSeed::new("Checkout button hidden on narrow screens")
                .description(
                    "On phones the button slides under the footer.\n\n- [ ] reproduce\n- [x] film it",
                )
                .by("kim")
                .label("bug")
                .label("Priority::2")
                .assigned_to("robin")
                .milestone("2.0")
                .due("2027-01-15")
                .note("sam", "Seen on two phones. The footer is `position: fixed`."),
        )
        .issue(IssueSeed::new("Explain voucher codes in the handbook").by("sam").label("documentation"))
        .issue(IssueSeed::new("Coupon codes can be guessed").by("kim").label("security").confidential())
        .issue(IssueSeed::new("Search forgets the chosen language").by("robin").label("bug").closed())
}
