//! How a practice server is described before it starts.

use crate::board_seed::BoardSeed;
use crate::clock::Clock;
use crate::faults::FaultRule;
use crate::hidden::Hidden;
use crate::seed::{AccountSeed, RepoSeed, TokenSeed};
use crate::sign_in::App;
use crate::tls::Tls;

/// Which of the vendor's two layouts the server imitates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flavour {
    /// github.com: the API at the root, GraphQL at `/graphql`.
    Cloud,
    /// Enterprise Server: the API at `/api/v3`, GraphQL at `/api/graphql`, web pages everywhere else.
    Enterprise {
        /// Told by `/meta` as `installed_version`, for example `3.19.2`.
        version: String,
    },
}

/// The published limits. All are on by default; tests that are not about pace may widen them.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Requests per hour of one account (primary limit).
    pub primary_per_hour: u32,
    /// Requests per hour without a token.
    pub anonymous_per_hour: u32,
    /// Content-creating requests per minute (secondary limit).
    pub content_per_minute: usize,
    /// Content-creating requests per hour (secondary limit).
    pub content_per_hour: usize,
    /// Points per minute: a read costs 1, a write 5 (secondary limit).
    pub points_per_minute: usize,
    /// The same for GraphQL, where a query costs 1.
    pub graphql_points_per_minute: usize,
    /// Requests in flight at once (secondary limit).
    pub concurrent: usize,
    /// Wrong credentials within a window before every login is refused for that window.
    pub failed_logins: usize,
    /// Off: Enterprise Server's default, where no limit headers are sent at all.
    pub enabled: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            primary_per_hour: 5000,
            anonymous_per_hour: 60,
            content_per_minute: 80,
            content_per_hour: 500,
            points_per_minute: 900,
            graphql_points_per_minute: 2000,
            concurrent: 100,
            failed_logins: 10,
            enabled: true,
        }
    }
}

/// The description of a practice world and its server. Start with [`Setup::new`] or [`Setup::demo`].
#[derive(Debug, Clone)]
pub struct Setup {
    pub(crate) port: u16,
    pub(crate) flavour: Flavour,
    pub(crate) tls: Option<Tls>,
    pub(crate) clock: Clock,
    pub(crate) time_scale: f64,
    pub(crate) limits: Limits,
    pub(crate) cursor_pages: bool,
    pub(crate) accounts: Vec<AccountSeed>,
    pub(crate) repos: Vec<RepoSeed>,
    pub(crate) tokens: Vec<TokenSeed>,
    pub(crate) faults: Vec<FaultRule>,
    pub(crate) projects: Vec<BoardSeed>,
    pub(crate) issue_types: Vec<(String, Vec<String>)>,
    pub(crate) apps: Vec<App>,
}

impl Default for Setup {
    fn default() -> Self {
        Self::new()
    }
}

impl Setup {
    /// An empty github.com on a free port, on the machine's clock.
    #[must_use]
    pub fn new() -> Self {
        Self {
            port: 0,
            flavour: Flavour::Cloud,
            tls: None,
            clock: Clock::system(),
            time_scale: 1.0,
            limits: Limits::default(),
            cursor_pages: false,
            accounts: Vec::new(),
            repos: Vec::new(),
            tokens: Vec::new(),
            faults: Vec::new(),
            projects: Vec::new(),
            issue_types: Vec::new(),
            apps: Vec::new(),
        }
    }

    /// Listens on this port instead of a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Imitates an Enterprise Server of this version. Rate limits are off there unless [`Setup::limits`] follows.
    #[must_use]
    pub fn enterprise(mut self, version: &str) -> Self {
        self.flavour = Flavour::Enterprise { version: version.to_owned() };
        self.limits.enabled = false;
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

    /// Shrinks every rate-limit window by this factor, so that an hour's allowance returns after `3600 / factor`
    /// seconds. `Retry-After` and `x-ratelimit-reset` tell the shrunken, real times.
    #[must_use]
    pub fn compress_time(mut self, factor: f64) -> Self {
        self.time_scale = factor.max(f64::MIN_POSITIVE);
        self
    }

    /// Other limits than the published ones.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Issue lists page by an opaque `after` cursor that only the `Link` header tells: a client that builds page
    /// addresses on its own (`page=2`) is refused with 422.
    #[must_use]
    pub fn cursor_pages(mut self) -> Self {
        self.cursor_pages = true;
        self
    }

    /// A person.
    #[must_use]
    pub fn person(mut self, login: &str) -> Self {
        self.accounts.push(AccountSeed {
            login: login.to_owned(),
            name: capitalised(login),
            members: None,
            forbids_classic: false,
            wants_sso: false,
            password: None,
        });
        self
    }

    /// A person with a password, for Basic on an Enterprise Server.
    #[must_use]
    pub fn person_with_password(mut self, login: &str, password: &str) -> Self {
        self = self.person(login);
        if let Some(last) = self.accounts.last_mut() {
            last.password = Some(Hidden::new(password));
        }
        self
    }

    /// An organisation with its members.
    #[must_use]
    pub fn organisation(mut self, login: &str, members: &[&str]) -> Self {
        self.accounts.push(AccountSeed {
            login: login.to_owned(),
            name: capitalised(login),
            members: Some(members.iter().map(|m| (*m).to_owned()).collect()),
            forbids_classic: false,
            wants_sso: false,
            password: None,
        });
        self
    }

    /// The organisation refuses classic tokens.
    #[must_use]
    pub fn forbids_classic_tokens(mut self, organisation: &str) -> Self {
        for a in self.accounts.iter_mut().filter(|a| a.login == organisation) {
            a.forbids_classic = true;
        }
        self
    }

    /// The organisation asks for single sign-on: tokens reach it only when authorised for it.
    #[must_use]
    pub fn wants_sso(mut self, organisation: &str) -> Self {
        for a in self.accounts.iter_mut().filter(|a| a.login == organisation) {
            a.wants_sso = true;
        }
        self
    }

    /// A repository with what is in it.
    #[must_use]
    pub fn repo(mut self, repo: RepoSeed) -> Self {
        self.repos.push(repo);
        self
    }

    /// A project (v2).
    #[must_use]
    pub fn project(mut self, project: BoardSeed) -> Self {
        self.projects.push(project);
        self
    }

    /// Issue types that an organisation offers in its repositories.
    #[must_use]
    pub fn issue_types(mut self, organisation: &str, names: &[&str]) -> Self {
        let names = names.iter().map(|n| (*n).to_owned()).collect();
        self.issue_types.push((organisation.to_owned(), names));
        self
    }

    /// A token. The first one is what `Practice::token` returns.
    #[must_use]
    pub fn token(mut self, token: TokenSeed) -> Self {
        self.tokens.push(token);
        self
    }

    /// An OAuth app with the device flow switched on: its tokens have the scopes that were asked for, without an end.
    #[must_use]
    pub fn oauth_app(mut self, client_id: &str) -> Self {
        self.apps.push(App { client_id: client_id.to_owned(), installed: None });
        self
    }

    /// A GitHub App with the device flow switched on: its tokens have its permissions on all repositories of the one
    /// account where it is installed, live 8 hours and are renewed.
    #[must_use]
    pub fn github_app(mut self, client_id: &str, installed_on: &str, permissions: &[(&str, &str)]) -> Self {
        let permissions = permissions.iter().map(|(p, l)| ((*p).to_owned(), (*l).to_owned())).collect();
        let installed = Some((installed_on.to_owned(), permissions));
        self.apps.push(App { client_id: client_id.to_owned(), installed });
        self
    }

    /// A fault that is planned from the start.
    #[must_use]
    pub fn fault(mut self, rule: FaultRule) -> Self {
        self.faults.push(rule);
        self
    }
}

fn capitalised(login: &str) -> String {
    let mut chars = login.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
