//! Which GitHub a pasted text names.

use docket_domain::Problem;
use url::Url;

use super::address::{Host, is_owner, is_repo};
use crate::pasted::{self, Pasted};

/// What to paste instead.
pub(super) const HINT: &str =
    "Paste an address like https://github.com/acme/shop, or that of your own GitHub server.";

/// The text is no address; a login in it is not repeated.
pub(super) fn not_understood(text: &str) -> Problem {
    Problem::bad_input(format!("«{}» is not understood as an address of a GitHub.", pasted::shown(text)))
        .hint(HINT)
}

/// The text as a URL.
pub(super) fn as_url(text: &str) -> Result<Pasted, Problem> {
    pasted::as_url(text, short).ok_or_else(|| not_understood(text))
}

/// `owner/repo`.
fn short(text: &str) -> Option<Url> {
    let parts: Vec<&str> = text.trim_end_matches('/').split('/').collect();
    match parts.as_slice() {
        [owner, repo] if is_owner(owner) && is_repo(repo) && *owner != "localhost" => {
            Url::parse(&format!("https://github.com/{owner}/{repo}")).ok()
        }
        _ => None,
    }
}

/// Which GitHub a host is, its web address, and whether its paths mean nothing to us.
pub(super) fn place(name: &str, url: &Url, cautions: &mut Vec<String>) -> Result<(Host, Url, bool), Problem> {
    let web = |address: &str| Url::parse(address).map_err(Problem::internal);
    if name == "github.com" || name.ends_with(".github.com") || name.ends_with("githubusercontent.com") {
        if url.port().is_some_and(|port| port != 443) {
            cautions.push(
                "github.com is always reached on its usual port; the port in the address is left out."
                    .to_owned(),
            );
        }
        let plain = matches!(name, "github.com" | "www.github.com" | "api.github.com" | "ssh.github.com");
        return Ok((Host::Cloud, web("https://github.com")?, !plain));
    }
    if name.ends_with(".github.io") || name == "github.io" {
        return Err(Problem::bad_input(format!(
            "{name} is a web site made with GitHub Pages, not a GitHub."
        ))
        .hint(HINT));
    }
    if name == "ghe.com" {
        return Err(Problem::bad_input("The name of your company is missing in front of ghe.com.")
            .hint("Paste an address like https://acme.ghe.com."));
    }
    if let Some(front) = name.strip_suffix(".ghe.com") {
        let tenant = front.rsplit('.').next().unwrap_or(front).to_owned();
        let plain = front == tenant || front == format!("api.{tenant}");
        let address = web(&format!("https://{tenant}.ghe.com"))?;
        return Ok((Host::DataResidency { tenant }, address, !plain));
    }
    let mut address = url.clone();
    address.set_path("/");
    address.set_query(None);
    address.set_fragment(None);
    let _ = address.set_username("");
    Ok((Host::Own { api_v3: false }, address, false))
}
