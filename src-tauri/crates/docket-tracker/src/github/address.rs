//! What a pasted GitHub address means. A pure function: no server is asked.
//!
//! Whatever a person copies out of a browser, a clone button or a script is reduced to host,
//! owner, repository, issue and project. For a host that is not GitHub's own only a probe can
//! tell where the API is, unless the address names it.

use docket_domain::Problem;
use docket_domain::connection::Understood;
use percent_encoding::percent_decode_str;
use url::Url;

use super::pasted::{HINT, as_url, not_understood, place};
use crate::http::is_this_computer;
use crate::pasted::{caution_of_letters, refuse_login, settle_host};

/// Which GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// github.com.
    Cloud,
    /// `tenant.ghe.com`.
    DataResidency {
        /// The first part of the name.
        tenant: String,
    },
    /// Somebody's own: Enterprise Server, or a practice server.
    Own {
        /// The address itself said that the API is under `/api/v3`.
        api_v3: bool,
    },
}

/// A project board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Its number.
    pub number: u64,
    /// It belongs to an organisation rather than a person.
    pub organization: bool,
}

/// A GitHub address, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHubAddress {
    /// Which GitHub.
    pub host: Host,
    /// Scheme, host and port of the web pages; no path.
    web: Url,
    /// Organisation or person.
    pub owner: Option<String>,
    /// Repository.
    pub repo: Option<String>,
    /// Issue number.
    pub issue: Option<u64>,
    /// Project board.
    pub board: Option<Board>,
    /// What should be known about the address.
    pub cautions: Vec<String>,
}

/// First path segments that are pages of GitHub itself, not owners.
const PAGES: &[&str] = &[
    ".well-known",
    "about",
    "account",
    "api",
    "apps",
    "codespaces",
    "collections",
    "contact",
    "customer-stories",
    "dashboard",
    "developer",
    "enterprise",
    "enterprises",
    "events",
    "explore",
    "features",
    "gist",
    "git-guides",
    "github-copilot",
    "graphql",
    "healthz",
    "home",
    "issues",
    "join",
    "login",
    "logout",
    "marketplace",
    "meta",
    "new",
    "notifications",
    "nonprofit",
    "oauth",
    "organizations",
    "pricing",
    "pulls",
    "raw",
    "readme",
    "saml",
    "search",
    "security",
    "session",
    "sessions",
    "settings",
    "setup",
    "showcases",
    "signup",
    "site",
    "solutions",
    "sponsors",
    "sso",
    "stafftools",
    "stars",
    "status",
    "team",
    "topics",
    "trending",
    "user",
    "watching",
];

impl GitHubAddress {
    /// Understands what a person pasted. Never repeats a login that the address contains.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim().trim_matches(['<', '>', '"', '\'']).trim();
        if text.is_empty() {
            return Err(Problem::bad_input("The address is missing.").hint(HINT));
        }
        let mut pasted = as_url(text)?;
        refuse_login(&pasted)?;
        let name = settle_host(&mut pasted).ok_or_else(|| not_understood(text))?;
        let mut cautions = Vec::new();
        let (host, web, pathless) = place(&name, &pasted.url, &mut cautions)?;
        cautions.extend(caution_of_letters(&name));
        let mut address = Self { host, web, owner: None, repo: None, issue: None, board: None, cautions };
        if !pathless {
            address.read_path(&pasted.url)?;
        }
        Ok(address)
    }

    fn read_path(&mut self, url: &Url) -> Result<(), Problem> {
        let mut parts: Vec<String> = url
            .path_segments()
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect();
        let on_api = url.host_str().is_some_and(|host| host.starts_with("api."))
            && !matches!(self.host, Host::Own { .. });
        let mut in_api = on_api;
        if parts.first().is_some_and(|part| part == "api") {
            let v3 = parts.get(1).is_some_and(|part| part == "v3");
            if let Host::Own { api_v3 } = &mut self.host {
                *api_v3 = v3 || parts.get(1).is_some_and(|part| part == "graphql");
            }
            parts.drain(..parts.len().min(2));
            in_api = true;
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            [] => Ok(()),
            ["repos", owner, repo, rest @ ..] => self.read_repo(owner, repo, rest),
            ["orgs", owner, rest @ ..] => {
                self.board = board(rest, true);
                self.set_owner(owner)
            }
            ["users", owner, rest @ ..] => {
                self.board = board(rest, false);
                self.set_owner(owner)
            }
            _ if in_api => Ok(()),
            [page, ..] if PAGES.contains(&page.to_ascii_lowercase().as_str()) => Ok(()),
            [owner] => self.set_owner(owner),
            [owner, repo, rest @ ..] => self.read_repo(owner, repo, rest),
        }
    }

    fn set_owner(&mut self, owner: &str) -> Result<(), Problem> {
        if !is_owner(owner) {
            return Err(
                Problem::bad_input(format!("«{owner}» cannot be the name of an owner on GitHub.")).hint(HINT)
            );
        }
        self.owner = Some(owner.to_owned());
        Ok(())
    }

    fn read_repo(&mut self, owner: &str, repo: &str, rest: &[&str]) -> Result<(), Problem> {
        self.set_owner(owner)?;
        let repo = repo.strip_suffix(".git").unwrap_or(repo);
        if !is_repo(repo) {
            return Err(Problem::bad_input(format!(
                "«{repo}» cannot be the name of a repository on GitHub."
            ))
            .hint(HINT));
        }
        self.repo = Some(repo.to_owned());
        match rest {
            ["issues", number, ..] => self.issue = number.parse().ok(),
            ["projects", _, ..] => self.cautions.push(
                "This is an old project board of the repository, which GitHub has switched off. Paste the address of the new board (it contains /orgs/ or /users/).".to_owned(),
            ),
            _ => {}
        }
        Ok(())
    }

    /// Refuses unencrypted http, except to this computer or after an explicit yes.
    pub fn refuse_plain_http(&self, allowed: bool) -> Result<(), Problem> {
        crate::pasted::refuse_plain_http(&self.web, &self.shown(), allowed)
    }

    /// Scheme, host and port of the web pages.
    pub fn origin(&self) -> Url {
        self.web.clone()
    }

    /// Scheme, host and port that the token is sent to.
    pub fn api_origin(&self) -> Url {
        match &self.host {
            Host::Cloud => fixed("https://api.github.com", &self.web),
            Host::DataResidency { tenant } => fixed(&format!("https://api.{tenant}.ghe.com"), &self.web),
            Host::Own { .. } => self.web.clone(),
        }
    }

    /// Base address of the API, without a slash at its end, when it is known without asking.
    pub fn api(&self) -> Option<String> {
        let origin = trimmed(&self.api_origin());
        match &self.host {
            Host::Cloud | Host::DataResidency { .. } => Some(origin),
            Host::Own { api_v3: true } => Some(format!("{origin}/api/v3")),
            Host::Own { api_v3: false } => None,
        }
    }

    /// Base address of the web pages, without a slash at its end.
    pub fn web(&self) -> String {
        trimmed(&self.web)
    }

    /// Page on which a classic token is made, with the scopes ticked.
    pub fn token_page(&self) -> String {
        if self.board.is_some() {
            return self.project_token_page();
        }
        format!("{}/settings/tokens/new?scopes=repo,read:org&description=Docket", self.web())
    }

    /// The same, with the scope that project boards need.
    pub fn project_token_page(&self) -> String {
        format!("{}/settings/tokens/new?scopes=repo,read:org,project&description=Docket", self.web())
    }

    /// Page on which a fine-grained token is made.
    pub fn fine_grained_page(&self) -> String {
        format!("{}/settings/personal-access-tokens/new", self.web())
    }

    /// `acme/shop`, when the address names a repository.
    pub fn target(&self) -> Option<String> {
        Some(format!("{}/{}", self.owner.as_ref()?, self.repo.as_ref()?))
    }

    /// Host and port as people write them.
    pub fn shown(&self) -> String {
        let host = self.web.host_str().unwrap_or_default();
        match self.web.port() {
            Some(port) => format!("{}://{host}:{port}", self.web.scheme()),
            None => format!("{}://{host}", self.web.scheme()),
        }
    }

    /// The address in words.
    pub fn words(&self) -> String {
        let host = match &self.host {
            Host::Cloud => "github.com".to_owned(),
            Host::DataResidency { tenant } => format!("GitHub with data residency, {tenant}.ghe.com"),
            Host::Own { .. } if is_this_computer(&self.web) => {
                format!("a GitHub on this computer, {}", self.shown())
            }
            Host::Own { .. } => format!("GitHub Enterprise Server, {}", self.shown()),
        };
        let inside = match (&self.owner, &self.repo, &self.board) {
            (Some(owner), Some(repo), _) => format!(", repository {owner}/{repo}"),
            (Some(owner), None, Some(board)) => format!(", project {} of {owner}", board.number),
            (Some(owner), None, None) => format!(", owner {owner}"),
            (None, ..) => String::new(),
        };
        let issue = self.issue.map(|issue| format!(", issue {issue}")).unwrap_or_default();
        format!("{host}{inside}{issue}")
    }

    /// For the form.
    pub(crate) fn understood(&self) -> Understood {
        let cautions = crate::pasted::cautions(&self.cautions, self.refuse_plain_http(false).is_ok());
        Understood {
            words: self.words(),
            api: self.api(),
            web: Some(self.web()),
            target: self.target(),
            owner: self.owner.clone(),
            token_page: Some(self.token_page()),
            cautions,
        }
    }
}

fn board(rest: &[&str], organization: bool) -> Option<Board> {
    match rest {
        ["projects", number, ..] => Some(Board { number: number.parse().ok()?, organization }),
        _ => None,
    }
}

/// A login name: letters, digits and hyphens, with the underscore of managed accounts.
pub(crate) fn is_owner(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 80
        && !text.starts_with('-')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// A repository's name.
pub(crate) fn is_repo(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 100
        && !matches!(text, "." | "..")
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn fixed(address: &str, otherwise: &Url) -> Url {
    Url::parse(address).unwrap_or_else(|_| otherwise.clone())
}

fn trimmed(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}
