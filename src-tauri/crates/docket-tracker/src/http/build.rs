//! The underlying client: time-outs, names, proxy and certificates as the connection says.

use std::time::Duration;

use docket_domain::{Network, Problem};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::HeaderMap;
use reqwest::{Proxy, redirect, retry};

use super::proxy::Route;

/// What Docket calls itself.
pub(super) const USER_AGENT: &str = concat!("Docket/", env!("CARGO_PKG_VERSION"));

/// A name that nobody resolves.
#[derive(Debug)]
pub(super) struct NoSuchName {
    pub name: String,
    pub cause: String,
}

impl std::fmt::Display for NoSuchName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the name {} was not resolved: {}", self.name, self.cause)
    }
}

impl std::error::Error for NoSuchName {}

/// The system's resolver, with an error that can be told apart from others.
struct SystemNames;

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map(Iterator::collect::<Vec<_>>);
            match found {
                Ok(addresses) => Ok(Box::new(addresses.into_iter()) as Addrs),
                Err(error) => Err(Box::new(NoSuchName { name, cause: error.to_string() }) as _),
            }
        })
    }
}

/// The client for these settings.
pub(super) fn client(
    network: &Network,
    route: &Route,
    tls: rustls::ClientConfig,
    headers: HeaderMap,
) -> Result<reqwest::Client, Problem> {
    let mut builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .default_headers(headers)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .http1_only()
        .gzip(true)
        .dns_resolver(SystemNames)
        .connect_timeout(Duration::from_millis(u64::from(network.connect_timeout_ms.max(1))))
        .read_timeout(Duration::from_millis(u64::from(network.read_timeout_ms.max(1))))
        .pool_idle_timeout(Duration::from_secs(20))
        .tls_backend_preconfigured(tls);
    builder = match route {
        Route::Direct => builder.no_proxy(),
        Route::Through(proxy) => {
            let mut setting = Proxy::all(proxy.url.as_str()).map_err(|error| {
                Problem::bad_input(format!("The proxy address «{}» is not understood.", proxy.shown()))
                    .hint("Write it like http://proxy.example:8080.")
                    .because(error)
            })?;
            if let Some(login) = &proxy.login {
                setting = setting.custom_http_auth(login.clone());
            }
            builder.proxy(setting)
        }
    };
    builder.build().map_err(Problem::internal)
}
