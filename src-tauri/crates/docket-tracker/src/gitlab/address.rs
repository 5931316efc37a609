//! What a pasted GitLab address means. A pure function: no server is asked.
//!
//! A GitLab may lie under a path of its host (`https://h/gitlab`), which looks like a group in
//! the address. Only a probe tells; [`GitLabAddress::prefixes`] names the paths to be tried.

use docket_domain::Problem;
use docket_domain::connection::Understood;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::http::is_this_computer;
use crate::pasted::{self, caution_of_letters, refuse_login, settle_host};

/// What to paste instead.
const HINT: &str = "Paste an address like https://gitlab.com/acme/shop, or that of your own GitLab server.";

/// A path below the host that GitLab may lie under has at most so many parts.
const DEEPEST_PREFIX: usize = 3;

/// First parts of a path that are pages of GitLab itself, not groups.
const PAGES: &[&str] = &[
    "-",
    "admin",
    "api",
    "assets",
    "dashboard",
    "explore",
    "help",
    "import",
    "invites",
    "jwt",
    "login",
    "oauth",
    "profile",
    "public",
    "robots.txt",
    "s",
    "search",
    "sitemap",
    "snippets",
    "unsubscribes",
    "uploads",
    "users",
    "v2",
];

/// Parts that end a project's path in links of old versions, which lack `/-/`.
const BELOW_PROJECT: &[&str] = &[
    "activity",
    "blob",
    "boards",
    "branches",
    "commit",
    "commits",
    "compare",
    "edit",
    "issues",
    "jobs",
    "labels",
    "merge_requests",
    "milestones",
    "network",
    "pipelines",
    "project_members",
    "raw",
    "settings",
    "snippets",
    "tags",
    "tree",
    "wikis",
    "work_items",
];

/// Pages of the whole server behind `/-/`.
const SERVER_PAGES: &[&str] =
    &["user_settings", "profile", "graphql-explorer", "health", "readiness", "liveness", "explore"];

/// A GitLab address, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitLabAddress {
    /// gitlab.com.
    pub cloud: bool,
    /// Scheme, host and port; no path.
    origin: Url,
    /// The path that GitLab lies under (`/gitlab`, or nothing), where the address tells.
    prefix: Option<String>,
    /// Parts of the path of a group or project, perhaps with the prefix before them.
    parts: Vec<String>,
    /// It is a group for certain.
    group: bool,
    /// Issue number.
    pub issue: Option<u64>,
    /// What should be known about the address.
    pub cautions: Vec<String>,
}

impl GitLabAddress {
    /// Understands what a person pasted. Never repeats a login that the address contains.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim().trim_matches(['<', '>', '"', '\'']).trim();
        if text.is_empty() {
            return Err(Problem::bad_input("The address is missing.").hint(HINT));
        }
        let mut pasted = pasted::as_url(text, short).ok_or_else(|| not_understood(text))?;
        refuse_login(&pasted)?;
        let name = settle_host(&mut pasted).ok_or_else(|| not_understood(text))?;
        if name.ends_with(".gitlab.io") || name == "gitlab.io" {
            return Err(Problem::bad_input(format!(
                "{name} is a web site made with GitLab Pages, not a GitLab."
            ))
            .hint(HINT));
        }
        let cloud = matches!(name.as_str(), "gitlab.com" | "www.gitlab.com" | "altssh.gitlab.com");
        let mut cautions: Vec<String> = caution_of_letters(&name).into_iter().collect();
        let origin = if cloud {
            if pasted.url.port().is_some_and(|port| port != 443) {
                cautions.push(
                    "gitlab.com is always reached on its usual port; the port in the address is left out."
                        .to_owned(),
                );
            }
            Url::parse("https://gitlab.com").map_err(Problem::internal)?
        } else {
            let mut origin = pasted.url.clone();
            origin.set_path("");
            origin.set_query(None);
            origin.set_fragment(None);
            // Fails only where there is no login that could be left.
            let _ = origin.set_username("");
            origin
        };
        let prefix = cloud.then(String::new);
        let mut address =
            Self { cloud, origin, prefix, parts: Vec::new(), group: false, issue: None, cautions };
        address.read_path(&pasted.url)?;
        Ok(address)
    }

    fn read_path(&mut self, url: &Url) -> Result<(), Problem> {
        let raw: Vec<&str> =
            url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
        let decoded = |part: &&str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        let mut parts: Vec<String> = raw.iter().map(decoded).collect();
        let api = parts
            .windows(2)
            .position(|pair| pair[0] == "api" && matches!(pair[1].as_str(), "v4" | "v3" | "graphql"));
        if let Some(at) = api {
            self.settle_prefix(&parts[..at]);
            return self.read_api(&parts[at + 2..]);
        }
        if let Some(at) = parts.iter().position(|part| part == "-") {
            let below = parts.split_off(at);
            if below.get(1).is_some_and(|page| SERVER_PAGES.contains(&page.as_str())) {
                self.settle_prefix(&parts);
                return Ok(());
            }
            self.read_number(&below[1..]);
        }
        if let Some(at) = parts.iter().position(|part| part == "groups") {
            self.settle_prefix(&parts[..at]);
            self.group = true;
            return self.set_parts(&parts[at + 1..]);
        }
        let sign_in = |pair: &[String]| pair[0] == "users" && pair[1] == "sign_in";
        if let Some(at) = parts.windows(2).position(sign_in) {
            self.settle_prefix(&parts[..at]);
            return Ok(());
        }
        if parts.first().is_some_and(|page| PAGES.contains(&page.to_ascii_lowercase().as_str())) {
            self.settle_prefix(&[]);
            return Ok(());
        }
        let below = parts.iter().skip(2).position(|part| BELOW_PROJECT.contains(&part.as_str()));
        if let Some(at) = below.map(|at| at + 2) {
            let below = parts.split_off(at);
            self.read_number(&below);
        }
        self.set_parts(&parts)
    }

    /// `/projects/group%2Fproject/issues/12` or `/groups/…` below the API.
    fn read_api(&mut self, parts: &[String]) -> Result<(), Problem> {
        let (kind, path, rest) = match parts {
            [kind, path, rest @ ..] => (kind.as_str(), path.as_str(), rest),
            _ => return Ok(()),
        };
        if path.bytes().all(|b| b.is_ascii_digit()) || !matches!(kind, "projects" | "groups") {
            return Ok(());
        }
        self.group = kind == "groups";
        self.read_number(rest);
        let path: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        self.set_parts(&path)
    }

    fn read_number(&mut self, below: &[String]) {
        if let [page, number, ..] = below
            && matches!(page.as_str(), "issues" | "work_items" | "incident")
        {
            self.issue = number.parse().ok();
        }
    }

    fn settle_prefix(&mut self, parts: &[String]) {
        self.prefix = Some(parts.iter().flat_map(|part| ["/", part.as_str()]).collect());
    }

    fn set_parts(&mut self, parts: &[String]) -> Result<(), Problem> {
        let mut parts = parts.to_vec();
        if let Some(last) = parts.last_mut()
            && let Some(bare) = last.strip_suffix(".git")
        {
            *last = bare.to_owned();
        }
        if let Some(odd) = parts.iter().find(|part| !is_part(part)) {
            return Err(Problem::bad_input(format!(
                "«{odd}» cannot be part of the path of a project on GitLab."
            ))
            .hint(HINT));
        }
        self.parts = parts;
        Ok(())
    }

    /// Refuses unencrypted http, except to this computer or after an explicit yes.
    pub fn refuse_plain_http(&self, allowed: bool) -> Result<(), Problem> {
        pasted::refuse_plain_http(&self.origin, &self.shown(), allowed)
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &Url {
        &self.origin
    }

    /// Paths that GitLab may lie under, the likeliest first; one when the address tells.
    pub fn prefixes(&self) -> Vec<String> {
        if let Some(prefix) = &self.prefix {
            return vec![prefix.clone()];
        }
        let mut prefixes = vec![String::new()];
        for part in self.parts.iter().take(DEEPEST_PREFIX) {
            let deeper = format!("{}/{part}", prefixes.last().map_or("", String::as_str));
            prefixes.push(deeper);
        }
        prefixes
    }

    /// Base address of the web pages below a prefix, without a slash at its end.
    pub fn web_at(&self, prefix: &str) -> String {
        format!("{}{prefix}", self.origin.as_str().trim_end_matches('/'))
    }

    /// Base address of the web pages, as far as the address tells.
    pub fn web(&self) -> String {
        self.web_at(self.prefix.as_deref().unwrap_or_default())
    }

    /// Base address of the API, without a slash at its end, when it is known without asking.
    pub fn api(&self) -> Option<String> {
        self.prefix.as_ref().map(|prefix| format!("{}/api/v4", self.web_at(prefix)))
    }

    /// Path of the group or project in the address, perhaps with a prefix before it.
    pub fn path(&self) -> Option<String> {
        (!self.parts.is_empty()).then(|| self.parts.join("/"))
    }

    /// `acme/shop`, when the address may name a project.
    pub fn target(&self) -> Option<String> {
        (self.parts.len() >= 2 && !self.group).then(|| self.parts.join("/"))
    }

    /// The group or person that the address names.
    pub fn owner(&self) -> Option<String> {
        match self.parts.as_slice() {
            [] => None,
            parts if self.group => Some(parts.join("/")),
            [one] => Some(one.clone()),
            [owner @ .., _] => Some(owner.join("/")),
        }
    }

    /// Host and port as people write them.
    pub fn shown(&self) -> String {
        self.origin.as_str().trim_end_matches('/').to_owned()
    }

    /// The address in words.
    pub fn words(&self) -> String {
        let host = if self.cloud {
            "gitlab.com".to_owned()
        } else if is_this_computer(&self.origin) {
            format!("a GitLab on this computer, {}", self.shown())
        } else {
            format!("GitLab, {}", self.shown())
        };
        let below = match self.prefix.as_deref() {
            Some(prefix) if !prefix.is_empty() => format!(" under {prefix}"),
            _ => String::new(),
        };
        let inside = match (self.target(), self.path()) {
            (Some(target), _) => format!(", project or group {target}"),
            (None, Some(path)) if self.group => format!(", group {path}"),
            (None, Some(path)) if self.prefix.is_none() => format!(", group or path {path}"),
            (None, Some(path)) => format!(", group or person {path}"),
            (None, None) => String::new(),
        };
        let issue = self.issue.map(|issue| format!(", issue {issue}")).unwrap_or_default();
        format!("{host}{below}{inside}{issue}")
    }

    /// For the form.
    pub(crate) fn understood(&self) -> Understood {
        let cautions = pasted::cautions(&self.cautions, self.refuse_plain_http(false).is_ok());
        Understood {
            words: self.words(),
            api: self.api(),
            web: Some(self.web()),
            target: self.target(),
            owner: self.owner(),
            token_page: Some(token_page(&self.web())),
            cautions,
        }
    }
}

/// Page on which a token is made, with the scope ticked.
pub(crate) fn token_page(web: &str) -> String {
    format!("{web}/-/user_settings/personal_access_tokens?name=Docket&scopes=api")
}

/// `group/project`, of gitlab.com.
fn short(text: &str) -> Option<Url> {
    let parts: Vec<&str> = text.trim_end_matches('/').split('/').collect();
    let names = parts.len() >= 2
        && parts.iter().all(|part| is_part(part))
        && parts.first().is_some_and(|first| !first.contains('.') && *first != "localhost");
    names.then(|| Url::parse(&format!("https://gitlab.com/{}", parts.join("/"))).ok())?
}

/// One part of the path of a group or project.
pub(crate) fn is_part(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && !matches!(text, "." | "..")
        && !text.starts_with('-')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// The text is no address; a login in it is not repeated.
fn not_understood(text: &str) -> Problem {
    Problem::bad_input(format!("«{}» is not understood as an address of a GitLab.", pasted::shown(text)))
        .hint(HINT)
}
