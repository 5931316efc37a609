//! How a practice Azure DevOps is described before it starts.

use jiff::Timestamp;

use crate::clock::Clock;
use crate::faults::FaultRule;
use crate::hidden::Hidden;
use crate::tls::Tls;

/// Which of the vendor's layouts the server imitates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AzureFlavour {
    /// Azure DevOps Services: the organisation is the first part of every path; versions up to 7.2-preview.
    Services,
    /// Azure DevOps Server or TFS: the collection follows `/tfs`; newer API versions are refused as out of range.
    Server {
        /// The latest version that it knows: `7.0` (2022), `6.0` (2020), `5.0` (2019) or `4.1` (TFS 2018).
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

/// A project and what is in it.
#[derive(Debug, Clone)]
pub struct ProjectSeed {
    pub(crate) name: String,
    pub(crate) process: AzureProcess,
    pub(crate) areas: Vec<String>,
    pub(crate) iterations: Vec<String>,
    pub(crate) teams: Vec<(String, Vec<String>)>,
    pub(crate) tags: Vec<String>,
    pub(crate) items: Vec<WorkItemSeed>,
}

impl ProjectSeed {
    /// An empty project.
    pub fn new(name: &str, process: AzureProcess) -> Self {
        Self {
            name: name.to_owned(),
            process,
            areas: Vec::new(),
            iterations: Vec::new(),
            teams: Vec::new(),
            tags: Vec::new(),
            items: Vec::new(),
        }
    }

    /// An area below the project's own, such as `Web\Checkout`; missing parents are made.
    #[must_use]
    pub fn area(mut self, path: &str) -> Self {
        self.areas.push(path.to_owned());
        self
    }

    /// An iteration below the project's own, such as `Sprint 1`.
    #[must_use]
    pub fn iteration(mut self, path: &str) -> Self {
        self.iterations.push(path.to_owned());
        self
    }

    /// A team with its members by UPN.
    #[must_use]
    pub fn team(mut self, name: &str, members: &[&str]) -> Self {
        self.teams.push((name.to_owned(), members.iter().map(|m| (*m).to_owned()).collect()));
        self
    }

    /// A tag that the project knows already.
    #[must_use]
    pub fn tag(mut self, name: &str) -> Self {
        self.tags.push(name.to_owned());
        self
    }

    /// A work item that is there already.
    #[must_use]
    pub fn item(mut self, item: WorkItemSeed) -> Self {
        self.items.push(item);
        self
    }
}

/// A work item that is there from the start. Rules are not asked: the past is what it was.
#[derive(Debug, Clone)]
pub struct WorkItemSeed {
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) state: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) comments: Vec<(String, String)>,
}

impl WorkItemSeed {
    /// A work item of this type in its initial state.
    pub fn new(kind: &str, title: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            title: title.to_owned(),
            description: String::new(),
            state: None,
            tags: Vec::new(),
            comments: Vec::new(),
        }
    }

    /// Its HTML text.
    #[must_use]
    pub fn description(mut self, html: &str) -> Self {
        html.clone_into(&mut self.description);
        self
    }

    /// Another state than the initial one.
    #[must_use]
    pub fn state(mut self, state: &str) -> Self {
        self.state = Some(state.to_owned());
        self
    }

    /// A tag.
    #[must_use]
    pub fn tag(mut self, tag: &str) -> Self {
        self.tags.push(tag.to_owned());
        self
    }

    /// A comment by somebody, by UPN.
    #[must_use]
    pub fn comment(mut self, upn: &str, html: &str) -> Self {
        self.comments.push((upn.to_owned(), html.to_owned()));
        self
    }
}

/// A personal access token. Its value is drawn at every start.
#[derive(Debug, Clone)]
pub struct PatSeed {
    pub(crate) name: String,
    pub(crate) upn: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) revoked: bool,
    pub(crate) ignored: bool,
    pub(crate) value: Option<Hidden>,
}

impl PatSeed {
    /// A token of this person, with scopes such as `vso.work_write` and `vso.project`.
    pub fn new(name: &str, upn: &str, scopes: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            upn: upn.to_owned(),
            scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
            expires: None,
            revoked: false,
            ignored: false,
            value: None,
        }
    }

    /// Ends at this moment.
    #[must_use]
    pub fn expires(mut self, at: Timestamp) -> Self {
        self.expires = Some(at);
        self
    }

    /// Was revoked before the start.
    #[must_use]
    pub fn revoked(mut self) -> Self {
        self.revoked = true;
        self
    }

    /// Belongs to another organisation: the service ignores it and takes the caller for anonymous.
    #[must_use]
    pub fn ignored(mut self) -> Self {
        self.ignored = true;
        self
    }

    /// Uses this value instead of a drawn one.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        self.value = Some(Hidden::new(value));
        self
    }
}

#[derive(Debug, Clone)]
pub(crate) struct PersonSeed {
    pub upn: String,
    pub name: String,
    pub stakeholder: bool,
    pub barred: Vec<String>,
}

/// The description of a practice Azure DevOps. Start with [`AzureSetup::new`] or [`AzureSetup::demo`].
#[derive(Debug, Clone)]
pub struct AzureSetup {
    pub(crate) port: u16,
    pub(crate) flavour: AzureFlavour,
    pub(crate) organisation: String,
    pub(crate) tls: Option<Tls>,
    pub(crate) clock: Clock,
    pub(crate) time_scale: f64,
    pub(crate) limits: AzureLimits,
    pub(crate) query_limit: usize,
    pub(crate) page: usize,
    pub(crate) refused: RefusedLogin,
    pub(crate) people: Vec<PersonSeed>,
    pub(crate) projects: Vec<ProjectSeed>,
    pub(crate) tokens: Vec<PatSeed>,
    pub(crate) faults: Vec<FaultRule>,
}

impl AzureSetup {
    /// An empty organisation of Azure DevOps Services on a free port, on the machine's clock.
    pub fn new(organisation: &str) -> Self {
        Self {
            port: 0,
            flavour: AzureFlavour::Services,
            organisation: organisation.to_owned(),
            tls: None,
            clock: Clock::system(),
            time_scale: 1.0,
            limits: AzureLimits::default(),
            query_limit: 20_000,
            page: 100,
            refused: RefusedLogin::Unauthorised,
            people: Vec::new(),
            projects: Vec::new(),
            tokens: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Imitates an Azure DevOps Server whose latest API version is `highest`; the organisation is its collection.
    #[must_use]
    pub fn server(mut self, highest: &str) -> Self {
        self.flavour = AzureFlavour::Server { highest: highest.to_owned() };
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

    /// A fault that is planned from the start.
    #[must_use]
    pub fn fault(mut self, rule: FaultRule) -> Self {
        self.faults.push(rule);
        self
    }
}
