//! From a pasted text to a URL and a host: clone addresses, bare names, ports, logins.

use docket_domain::Problem;
use url::Url;

use super::address::{Host, is_owner, is_repo};
use crate::http::is_this_computer;

/// What to paste instead.
pub(super) const HINT: &str =
    "Paste an address like https://github.com/acme/shop, or that of your own GitHub server.";

/// The text is no address. It must not hold a login.
pub(super) fn not_understood(text: &str) -> Problem {
    let shown: String = text.chars().take(80).collect();
    Problem::bad_input(format!("«{shown}» is not understood as an address of a GitHub.")).hint(HINT)
}

/// Refuses an address that holds a login, without repeating it.
pub(super) fn refuse_login(url: &Url, ssh: bool) -> Result<(), Problem> {
    if url.password().is_some() || (!ssh && !url.username().is_empty()) {
        return Err(Problem::bad_input("The address contains a user name or password.")
            .hint("Take them out of the address; the token has its own field. If the address came from a script, that token should be replaced."));
    }
    Ok(())
}

/// The text as a URL, and whether it was one for git over SSH.
pub(super) fn as_url(text: &str) -> Result<(Url, bool), Problem> {
    let bad = |_| not_understood_without_login(text);
    if let Some((scheme, rest)) = text.split_once("://") {
        let scheme = scheme.to_ascii_lowercase();
        return match scheme.as_str() {
            "http" | "https" => Ok((Url::parse(text).map_err(bad)?, false)),
            "ssh" | "git+ssh" | "git" => Ok((Url::parse(&format!("https://{rest}")).map_err(bad)?, true)),
            "git+https" => Ok((Url::parse(&format!("https://{rest}")).map_err(bad)?, false)),
            _ => Err(not_understood_without_login(text)),
        };
    }
    if text.contains(char::is_whitespace) {
        return Err(not_understood_without_login(text));
    }
    // git@host:owner/repo.git
    let before_slash = text.split('/').next().unwrap_or_default();
    if let Some((user, rest)) = before_slash.split_once('@')
        && let Some((host, path)) = rest.split_once(':')
        && !user.contains(':')
        && path.parse::<u16>().is_err()
    {
        let tail = &text[user.len() + 1 + host.len() + 1..];
        return Ok((Url::parse(&format!("https://{host}/{tail}")).map_err(bad)?, true));
    }
    // owner/repo
    let parts: Vec<&str> = text.trim_end_matches('/').split('/').collect();
    if let [owner, repo] = parts.as_slice()
        && is_owner(owner)
        && is_repo(repo)
        && *owner != "localhost"
    {
        return Ok((Url::parse(&format!("https://github.com/{owner}/{repo}")).map_err(bad)?, false));
    }
    let https = Url::parse(&format!("https://{text}")).map_err(bad)?;
    let host = https.host_str().unwrap_or_default();
    let is_name =
        host.contains('.') || host.starts_with('[') || https.port().is_some() || host == "localhost";
    if !is_name {
        return Err(not_understood_without_login(text));
    }
    if is_this_computer(&https) {
        return Ok((Url::parse(&format!("http://{text}")).map_err(bad)?, false));
    }
    Ok((https, false))
}

/// Like [`not_understood`], for texts that may hold a login.
fn not_understood_without_login(text: &str) -> Problem {
    match text.rsplit_once('@') {
        Some((_, rest)) => not_understood(&format!("…@{rest}")),
        None => not_understood(text),
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
