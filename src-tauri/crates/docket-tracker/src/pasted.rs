//! From a pasted text to a URL: clone addresses, bare host names, ports, logins. What host and
//! path mean is the vendor's business.

use docket_domain::Problem;
use url::Url;

use crate::http::is_this_computer;

/// A pasted text as a URL.
pub(crate) struct Pasted {
    /// With `https` in place of git's own schemes.
    pub url: Url,
    /// It was an address for git over SSH: its user name and port are git's.
    pub ssh: bool,
}

/// Reads a pasted text; nothing when it is no address. `short` knows a vendor's own short form
/// (`owner/repository`), which has neither scheme nor host.
pub(crate) fn as_url(text: &str, short: impl FnOnce(&str) -> Option<Url>) -> Option<Pasted> {
    let plain = |url| Some(Pasted { url, ssh: false });
    if let Some((scheme, rest)) = text.split_once("://") {
        let https = || Url::parse(&format!("https://{rest}")).ok();
        return match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => plain(Url::parse(text).ok()?),
            "ssh" | "git+ssh" | "git" => Some(Pasted { url: https()?, ssh: true }),
            "git+https" => plain(https()?),
            _ => None,
        };
    }
    if text.contains(char::is_whitespace) {
        return None;
    }
    // git@host:owner/repo.git
    let before_slash = text.split('/').next().unwrap_or_default();
    if let Some((user, rest)) = before_slash.split_once('@')
        && let Some((host, path)) = rest.split_once(':')
        && !user.contains(':')
        && path.parse::<u16>().is_err()
    {
        let tail = &text[user.len() + 1 + host.len() + 1..];
        return Some(Pasted { url: Url::parse(&format!("https://{host}/{tail}")).ok()?, ssh: true });
    }
    if let Some(url) = short(text) {
        return plain(url);
    }
    let https = Url::parse(&format!("https://{text}")).ok()?;
    let host = https.host_str().unwrap_or_default();
    let is_name =
        host.contains('.') || host.starts_with('[') || https.port().is_some() || host == "localhost";
    if !is_name {
        return None;
    }
    if is_this_computer(&https) {
        return plain(Url::parse(&format!("http://{text}")).ok()?);
    }
    plain(https)
}

/// What may be repeated of a text that is no address: not the login in it.
pub(crate) fn shown(text: &str) -> String {
    let shown = match text.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => text.to_owned(),
    };
    shown.chars().take(80).collect()
}

/// Refuses an address that holds a login, without repeating it.
pub(crate) fn refuse_login(pasted: &Pasted) -> Result<(), Problem> {
    let url = &pasted.url;
    if url.password().is_some() || (!pasted.ssh && !url.username().is_empty()) {
        return Err(Problem::bad_input("The address contains a user name or password.")
            .hint("Take them out of the address; the token has its own field. If the address came from a script, that token should be replaced."));
    }
    Ok(())
}

/// Host in lower case without a final dot; without git's port. Nothing when there is no host.
pub(crate) fn settle_host(pasted: &mut Pasted) -> Option<String> {
    let name = pasted.url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    if name.is_empty() {
        return None;
    }
    // Fails only for hosts that were not valid in the first place.
    let _ = pasted.url.set_host(Some(&name));
    if pasted.ssh {
        let _ = pasted.url.set_port(None);
    }
    Some(name)
}

/// A word about host names with letters that look like others.
pub(crate) fn caution_of_letters(name: &str) -> Option<String> {
    name.split('.').any(|part| part.starts_with("xn--")).then(|| {
        format!("The host name contains letters beyond a–z; its real name is {name}. Check that it is yours.")
    })
}

/// What a form says beside an address: its own cautions, and that it is not encrypted, if so.
pub(crate) fn cautions(own: &[String], encrypted: bool) -> Vec<String> {
    const PLAIN: &str = "This address is not encrypted: everybody on the way could read the token. It must be allowed explicitly.";
    own.iter().cloned().chain((!encrypted).then(|| PLAIN.to_owned())).collect()
}

/// Refuses unencrypted http, except to this computer or after an explicit yes. `shown` is the
/// server as people write it.
pub(crate) fn refuse_plain_http(server: &Url, shown: &str, allowed: bool) -> Result<(), Problem> {
    if server.scheme() == "https" || allowed || is_this_computer(server) {
        return Ok(());
    }
    Err(Problem::bad_input(format!(
        "The address {shown} is not encrypted: everybody on the way could read the token."
    ))
    .hint("Write https://, or allow unencrypted http for this connection in its network settings."))
}
