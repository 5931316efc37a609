//! Which way requests go: directly or through a proxy. Decided once, so that requests and
//! the connection test take the same way and can name it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use docket_domain::{Network, Problem, ProxySetting, Secret};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::header::HeaderValue;
use url::Url;

/// A proxy with its login.
#[derive(Clone)]
pub(crate) struct ViaProxy {
    /// Without login.
    pub url: Url,
    /// Value of `Proxy-Authorization`.
    pub login: Option<HeaderValue>,
    /// It was the system that named it, not the person.
    pub from_system: bool,
}

impl ViaProxy {
    /// `proxy.example:8080`.
    pub fn shown(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        format!("{host}:{}", self.port())
    }

    /// Host as the resolver wants it.
    pub fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned()
    }

    /// Port.
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(if self.url.scheme().starts_with("socks") {
            1080
        } else {
            80
        })
    }
}

/// The way requests take.
#[derive(Clone)]
pub(crate) enum Route {
    Direct,
    Through(ViaProxy),
}

impl Route {
    /// The way to `origin`. Never through the system's proxy to this computer itself.
    pub fn choose(origin: &Url, network: &Network, password: Option<&Secret>) -> Result<Self, Problem> {
        match &network.proxy {
            ProxySetting::Direct => Ok(Self::Direct),
            ProxySetting::System if is_this_computer(origin) => Ok(Self::Direct),
            ProxySetting::System => Ok(system(origin)),
            ProxySetting::Explicit { url, username } => explicit(url, username.as_deref(), password),
        }
    }

    /// The proxy that the system would use for `origin`, whatever the connection says.
    pub fn of_system(origin: &Url) -> Option<ViaProxy> {
        match system(origin) {
            Self::Through(proxy) if !is_this_computer(origin) => Some(proxy),
            Self::Direct | Self::Through(_) => None,
        }
    }

    /// Secrets that this way carries, for the redactor.
    pub fn secrets(&self) -> Vec<Secret> {
        let Self::Through(ViaProxy { login: Some(login), .. }) = self else { return Vec::new() };
        let Ok(text) = login.to_str() else { return Vec::new() };
        let Some(coded) = text.strip_prefix("Basic ") else { return vec![Secret::new(text)] };
        let mut secrets = vec![Secret::new(coded)];
        if let Ok(plain) = STANDARD.decode(coded)
            && let Ok(plain) = String::from_utf8(plain)
            && let Some((_, password)) = plain.split_once(':')
        {
            secrets.push(Secret::new(password));
        }
        secrets.retain(|secret| !secret.is_empty());
        secrets
    }
}

fn system(origin: &Url) -> Route {
    let Ok(uri) = origin.as_str().parse::<::http::Uri>() else { return Route::Direct };
    let Some(found) = Matcher::from_system().intercept(&uri) else { return Route::Direct };
    match Url::parse(&found.uri().to_string()) {
        Ok(url) => Route::Through(ViaProxy { url, login: found.basic_auth().cloned(), from_system: true }),
        Err(_) => Route::Direct,
    }
}

fn explicit(text: &str, username: Option<&str>, password: Option<&Secret>) -> Result<Route, Problem> {
    let bad = || {
        Problem::bad_input(format!("The proxy address «{}» is not understood.", text.trim())).hint(
            "Write it like http://proxy.example:8080. A user name and password go into their own fields.",
        )
    };
    let text = text.trim();
    let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&full).map_err(|_| bad())?;
    let known = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h" | "socks4");
    if !known || url.host_str().is_none_or(str::is_empty) {
        return Err(bad());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Problem::bad_input("The proxy address must not contain a user name or password.")
            .hint("Put them into their own fields, so that the password is kept in the keychain."));
    }
    let login = match username.filter(|name| !name.is_empty()) {
        None => None,
        Some(name) => {
            let password = password.map(Secret::expose).unwrap_or_default();
            let coded = STANDARD.encode(format!("{name}:{password}"));
            let mut value = HeaderValue::from_str(&format!("Basic {coded}")).map_err(Problem::internal)?;
            value.set_sensitive(true);
            Some(value)
        }
    };
    Ok(Route::Through(ViaProxy { url, login, from_system: false }))
}

/// `localhost`, 127.0.0.0/8, `::1`.
pub(crate) fn is_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(url: &str, username: Option<&str>) -> Network {
        Network {
            proxy: ProxySetting::Explicit { url: url.to_owned(), username: username.map(str::to_owned) },
            ..Network::default()
        }
    }

    #[test]
    fn an_explicit_proxy_keeps_its_login_out_of_what_is_shown() {
        let origin = Url::parse("https://github.com").unwrap();
        let password = Secret::new("hunter2hunter2");
        let Route::Through(proxy) =
            Route::choose(&origin, &network("proxy.example:3128", Some("me")), Some(&password)).unwrap()
        else {
            panic!("an explicit proxy must be used")
        };
        assert_eq!(proxy.shown(), "proxy.example:3128");
        assert!(!format!("{:?}", proxy.login).contains("aHVudGVy"), "the login is marked as sensitive");
        let secrets = Route::Through(proxy).secrets();
        assert!(secrets.contains(&password), "the redactor must learn the proxy's password");
    }

    #[test]
    fn a_proxy_address_with_a_password_in_it_is_refused() {
        let origin = Url::parse("https://github.com").unwrap();
        let problem =
            Route::choose(&origin, &network("http://me:pw@proxy.example:3128", None), None).err().unwrap();
        assert!(!problem.to_string().contains("pw@"), "the refusal must not repeat the password: {problem}");
        assert!(Route::choose(&origin, &network("http://", None), None).is_err(), "junk is refused");
    }
}
