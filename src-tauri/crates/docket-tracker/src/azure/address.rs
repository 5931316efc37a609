//! What a pasted Azure DevOps address means. A pure function: no server is asked.
//!
//! Whatever a person copies out of a browser, a clone button or a script is reduced to the
//! place of the API (organisation or collection), the project and the work item. Everything
//! from the first path part that begins with `_` on is a page, not a name.

use docket_domain::Problem;
use docket_domain::connection::Understood;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::pasted::{HINT, not_understood, refuse_login};
use crate::http::is_this_computer;
use crate::pasted::{Pasted, as_url, caution_of_letters, settle_host};

/// Where the API of an organisation or a collection lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// `dev.azure.com/{organisation}`.
    Services {
        /// Its name.
        organisation: String,
    },
    /// `{organisation}.visualstudio.com`, the older form of the same.
    Legacy {
        /// Its name.
        organisation: String,
    },
    /// Somebody's own: Azure DevOps Server, TFS, or a practice server.
    Own {
        /// Path in front of the collection (`tfs`), if there is one.
        front: Option<String>,
        /// The collection; on a practice server perhaps an organisation.
        collection: String,
    },
}

/// An Azure DevOps address, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AzureAddress {
    /// Whose.
    pub home: Home,
    /// Scheme, host and port; no path.
    web: Url,
    /// Project by name or id, if the address names one.
    pub project: Option<String>,
    /// Number of a work item, if the address names one.
    pub item: Option<u64>,
    /// What should be known about the address.
    pub cautions: Vec<String>,
}

/// What has to be encoded in one part of a path; `$` stays, as the vendor writes it.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'$');

/// One part of a path, encoded.
pub(crate) fn part(text: &str) -> String {
    utf8_percent_encode(text, IN_PATH).to_string()
}

impl AzureAddress {
    /// Understands what a person pasted. Never repeats a login that the address contains.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim().trim_matches(['<', '>', '"', '\'']).trim();
        if text.is_empty() {
            return Err(Problem::bad_input("The address is missing.").hint(HINT));
        }
        let mut pasted = as_url(&spaced(text), |_| None).ok_or_else(|| not_understood(text))?;
        let name = settle_host(&mut pasted).ok_or_else(|| not_understood(text))?;
        let mut parts = names(&pasted.url);
        if pasted.ssh && parts.first().is_some_and(|part| part.eq_ignore_ascii_case("v3")) {
            parts.remove(0);
        }
        let mut cautions = Vec::new();
        let (home, web) = place(&name, &pasted, &mut parts, &mut cautions)?;
        refuse_login(&pasted, home.organisation())?;
        cautions.extend(caution_of_letters(&name));
        let item = work_item(&pasted.url);
        let project = parts.into_iter().next().filter(|project| !project.is_empty());
        if let Some(project) = &project {
            check_project(project)?;
        }
        Ok(Self { home, web, project, item, cautions })
    }

    /// Refuses unencrypted http, except to this computer or after an explicit yes.
    pub fn refuse_plain_http(&self, allowed: bool) -> Result<(), Problem> {
        crate::pasted::refuse_plain_http(&self.web, &self.shown(), allowed)
    }

    /// The server is on this computer.
    pub fn is_here(&self) -> bool {
        is_this_computer(&self.web)
    }

    /// The vendor's own service, by its address.
    pub fn is_services(&self) -> bool {
        !matches!(self.home, Home::Own { .. })
    }

    /// Scheme, host and port that the token is sent to.
    pub fn origin(&self) -> Url {
        self.web.clone()
    }

    /// Base of the API and of the web pages, without a slash at its end.
    pub fn base(&self) -> String {
        let origin = self.web.as_str().trim_end_matches('/');
        match &self.home {
            Home::Services { organisation } => format!("{origin}/{}", part(organisation)),
            Home::Legacy { .. } => origin.to_owned(),
            Home::Own { front, collection } => match front {
                Some(front) => format!("{origin}/{}/{}", part(front), part(collection)),
                None => format!("{origin}/{}", part(collection)),
            },
        }
    }

    /// Where anybody may ask whether the organisation exists; nothing for servers of one's own.
    pub fn existence_page(&self) -> Option<String> {
        let origin = match &self.home {
            Home::Services { .. } => self.web.as_str().trim_end_matches('/').to_owned(),
            Home::Legacy { .. } => "https://dev.azure.com".to_owned(),
            // A practice server answers as the service does.
            Home::Own { front: None, .. } if self.is_here() => {
                self.web.as_str().trim_end_matches('/').to_owned()
            }
            Home::Own { .. } => return None,
        };
        // The area «work item tracking»; the number is the vendor's.
        Some(format!("{origin}/_apis/resourceAreas/79134C72-4A58-4B42-976C-04E7115F32BF"))
    }

    /// Page on which tokens are made.
    pub fn token_page(&self) -> String {
        format!("{}/_usersSettings/tokens", self.base())
    }

    /// Web page of a work item.
    pub fn item_page(&self, project: &str, id: u64) -> String {
        format!("{}/{}/_workitems/edit/{id}", self.base(), part(project))
    }

    /// Scheme, host and port as people write them.
    pub fn shown(&self) -> String {
        self.web.as_str().trim_end_matches('/').to_owned()
    }

    /// Organisation or collection.
    pub fn organisation(&self) -> &str {
        self.home.organisation()
    }

    /// «organisation acme» or «collection Main».
    pub fn whose(&self) -> String {
        match &self.home {
            Home::Services { organisation } | Home::Legacy { organisation } => {
                format!("the organisation «{organisation}»")
            }
            Home::Own { collection, .. } => format!("the collection «{collection}»"),
        }
    }

    /// The address in words.
    pub fn words(&self) -> String {
        let home = match &self.home {
            Home::Services { organisation } => format!("Azure DevOps Services, organisation {organisation}"),
            Home::Legacy { organisation } => {
                format!("Azure DevOps Services (older address), organisation {organisation}")
            }
            Home::Own { collection, .. } if self.is_here() => {
                format!("an Azure DevOps on this computer, {}, collection {collection}", self.shown())
            }
            Home::Own { collection, .. } => {
                format!("Azure DevOps Server, {}, collection {collection}", self.shown())
            }
        };
        let project = self.project.as_ref().map(|name| format!(", project {name}")).unwrap_or_default();
        let item = self.item.map(|id| format!(", work item {id}")).unwrap_or_default();
        format!("{home}{project}{item}")
    }

    /// For the form.
    pub(crate) fn understood(&self) -> Understood {
        let cautions = crate::pasted::cautions(&self.cautions, self.refuse_plain_http(false).is_ok());
        Understood {
            words: self.words(),
            api: Some(self.base()),
            web: Some(self.base()),
            target: self.project.clone(),
            owner: Some(self.organisation().to_owned()),
            token_page: Some(self.token_page()),
            cautions,
        }
    }
}

impl Home {
    fn organisation(&self) -> &str {
        match self {
            Self::Services { organisation } | Self::Legacy { organisation } => organisation,
            Self::Own { collection, .. } => collection,
        }
    }
}

/// Blanks in names of projects, as browsers show them.
fn spaced(text: &str) -> String {
    match text.split_once('/') {
        Some(_) => text.replace(' ', "%20"),
        None => text.to_owned(),
    }
}

/// The names in a path, decoded, up to the first page.
fn names(url: &Url) -> Vec<String> {
    url.path_segments()
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .map(|part| percent_decode_str(part).decode_utf8_lossy().trim().to_owned())
        .take_while(|part| !part.starts_with('_'))
        .collect()
}

/// The work item that a page shows: `…/_workitems/edit/12`, `…?workitem=12`.
fn work_item(url: &Url) -> Option<u64> {
    let parts: Vec<&str> =
        url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let after_page = parts
        .iter()
        .position(|part| part.eq_ignore_ascii_case("_workitems"))
        .and_then(|at| parts[at + 1..].iter().find_map(|part| part.parse().ok()));
    let in_api = || {
        let at = parts
            .windows(2)
            .position(|two| two[0].eq_ignore_ascii_case("wit") && two[1].eq_ignore_ascii_case("workitems"))?;
        parts.get(at + 2)?.parse().ok()
    };
    let in_query = || {
        url.query_pairs()
            .find(|(key, _)| key.eq_ignore_ascii_case("workitem") || key.eq_ignore_ascii_case("id"))
            .and_then(|(_, value)| value.parse().ok())
    };
    after_page.or_else(in_api).or_else(in_query)
}

/// Which Azure DevOps a host is; takes organisation or collection off `parts`.
fn place(
    name: &str,
    pasted: &Pasted,
    parts: &mut Vec<String>,
    cautions: &mut Vec<String>,
) -> Result<(Home, Url), Problem> {
    let fixed = |address: &str| Url::parse(address).map_err(Problem::internal);
    let missing = || {
        Problem::bad_input("The name of the organisation is missing in the address.")
            .hint("Paste an address like https://dev.azure.com/acme.")
    };
    if name == "dev.azure.com" || name.ends_with(".dev.azure.com") || name == "vs-ssh.visualstudio.com" {
        if parts.is_empty() {
            return Err(missing());
        }
        let organisation = organisation(&parts.remove(0))?;
        return Ok((Home::Services { organisation }, fixed("https://dev.azure.com")?));
    }
    if let Some(front) = name.strip_suffix(".visualstudio.com") {
        // «acme.vssps» is the directory of acme's people.
        let owner = front.split('.').next().unwrap_or_default();
        if matches!(owner, "app" | "www" | "login" | "marketplace" | "my") {
            return Err(missing());
        }
        if parts.first().is_some_and(|part| part.eq_ignore_ascii_case("DefaultCollection")) {
            parts.remove(0);
        }
        let organisation = organisation(owner)?;
        let address = fixed(&format!("https://{organisation}.visualstudio.com"))?;
        return Ok((Home::Legacy { organisation }, address));
    }
    if name == "portal.azure.com" || name == "visualstudio.com" || name.ends_with(".azure.com") {
        return Err(
            Problem::bad_input(format!("{name} is not where Azure DevOps keeps work items.")).hint(HINT)
        );
    }
    let mut web = pasted.url.clone();
    web.set_path("/");
    web.set_query(None);
    web.set_fragment(None);
    // Both fail only for addresses that cannot hold a login in the first place.
    let _ = web.set_username("");
    let _ = web.set_password(None);
    let front = parts.first().is_some_and(|part| part.eq_ignore_ascii_case("tfs")).then(|| parts.remove(0));
    let collection = if parts.is_empty() {
        cautions.push("The address names no collection; DefaultCollection is used.".to_owned());
        "DefaultCollection".to_owned()
    } else {
        parts.remove(0)
    };
    check_project(&collection)?;
    Ok((Home::Own { front, collection }, web))
}

/// An organisation's name: letters, digits and hyphens.
fn organisation(text: &str) -> Result<String, Problem> {
    let fits = !text.is_empty()
        && text.len() <= 80
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if fits {
        return Ok(text.to_owned());
    }
    Err(Problem::bad_input(format!("«{text}» cannot be the name of an organisation.")).hint(HINT))
}

/// Refuses what cannot be the name of a project (or a collection): it goes into a path.
pub(crate) fn check_project(text: &str) -> Result<(), Problem> {
    let bad = text.trim().is_empty()
        || text.chars().count() > 128
        || matches!(text, "." | "..")
        || text.starts_with('_')
        || text.chars().any(|c| c.is_control() || "/\\:*?\"<>|;#{}".contains(c));
    if !bad {
        return Ok(());
    }
    let shown: String = text.chars().take(80).collect();
    Err(Problem::bad_input(format!("«{shown}» cannot be the name of a project."))
        .hint("Write the project's name as Azure DevOps shows it, or its id."))
}

/// A name that is an id: it survives renames.
pub(crate) fn is_guid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}
