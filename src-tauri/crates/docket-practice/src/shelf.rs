//! Every kind of practice server by name, for programs that start one without knowing which.
//!
//! Each has its demo world; who wants another one starts the server itself.

use std::future::Future;
use std::pin::Pin;

use crate::{
    AzureSetup, FaultRule, GitLabSetup, Practice, PracticeAzure, PracticeGitLab, Setup, StartError, Tls,
};

/// Name (as the tracker's kind is called) and what it imitates.
pub const SERVERS: &[(&str, &str)] = &[
    ("github", "GitHub, or an Enterprise Server with --server VERSION"),
    ("gitlab", "a self-managed GitLab, of another version with --server VERSION"),
    (
        "azure-devops",
        "Azure DevOps Services, or a Server whose latest API is --server VERSION (7.0, 6.0, 5.0, 4.1)",
    ),
];

/// What a server is started with.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Port on 127.0.0.1; 0 for a free one.
    pub port: u16,
    /// Speak https with a certificate of a private authority.
    pub tls: bool,
    /// Be a self-managed server of this version.
    pub server: Option<String>,
    /// What goes wrong on purpose.
    pub faults: Vec<FaultRule>,
}

/// A started server: what a person needs to connect to it.
#[derive(Debug)]
pub struct Started {
    /// Its name in [`SERVERS`].
    pub name: &'static str,
    /// The address to paste.
    pub url: String,
    /// Its pages for a browser.
    pub web: String,
    /// The base of its API.
    pub api: String,
    /// A token that may do everything.
    pub token: String,
    /// A client id for signing in with a code; on Azure DevOps any other one does too.
    pub client_id: &'static str,
    /// Where issues can be created, the best one to begin with first.
    pub targets: &'static [&'static str],
    /// Certificate of the authority, as PEM, with TLS.
    pub ca_pem: Option<String>,
    server: Server,
}

#[derive(Debug)]
enum Server {
    GitHub(Practice),
    GitLab(PracticeGitLab),
    Azure(PracticeAzure),
}

/// A server that is starting.
pub type Starting = Pin<Box<dyn Future<Output = Result<Started, StartError>> + Send>>;

/// Starts the server of this name; `None` for a name that is not in [`SERVERS`].
///
/// # Errors
/// The port is taken, or the version is none that the server can imitate.
pub fn start(name: &str, wish: Wish) -> Option<Starting> {
    match name {
        "github" => Some(Box::pin(github(wish))),
        "gitlab" => Some(Box::pin(gitlab(wish))),
        // People say it short.
        "azure-devops" | "azure" => Some(Box::pin(azure(wish))),
        _ => None,
    }
}

async fn github(wish: Wish) -> Result<Started, StartError> {
    let mut setup = Setup::demo().port(wish.port);
    if let Some(version) = &wish.server {
        setup = setup.enterprise(version);
    }
    if wish.tls {
        setup = setup.tls(Tls::PrivateCa);
    }
    let server = Practice::start(wish.faults.into_iter().fold(setup, Setup::fault)).await?;
    Ok(Started {
        name: "github",
        url: server.url(),
        web: server.web_url(),
        api: server.api_url(),
        token: server.token(),
        client_id: "practice-client",
        targets: &["acme/shop", "acme/billing", "acme/archive"],
        ca_pem: server.ca_pem().map(str::to_owned),
        server: Server::GitHub(server),
    })
}

async fn gitlab(wish: Wish) -> Result<Started, StartError> {
    let mut setup = GitLabSetup::demo().port(wish.port);
    if let Some(version) = &wish.server {
        setup = setup.version(version);
    }
    if wish.tls {
        setup = setup.tls(Tls::PrivateCa);
    }
    let server = PracticeGitLab::start(wish.faults.into_iter().fold(setup, GitLabSetup::fault)).await?;
    Ok(Started {
        name: "gitlab",
        url: server.url(),
        web: server.web_url(),
        api: server.api_url(),
        token: server.token(),
        client_id: "practice-client",
        targets: &["acme/shop", "acme/platform/api", "robin/notes", "acme/archive"],
        ca_pem: server.ca_pem().map(str::to_owned),
        server: Server::GitLab(server),
    })
}

async fn azure(wish: Wish) -> Result<Started, StartError> {
    let mut setup = AzureSetup::demo().without_vendors_contract().port(wish.port);
    if let Some(version) = &wish.server {
        setup = setup.server(version);
    }
    if wish.tls {
        setup = setup.tls(Tls::PrivateCa);
    }
    let server = PracticeAzure::start(wish.faults.into_iter().fold(setup, AzureSetup::fault)).await?;
    Ok(Started {
        name: "azure-devops",
        url: server.url(),
        web: server.web_url(),
        api: server.url(),
        token: server.token(),
        client_id: "00000000-0000-4000-8000-000000000001",
        targets: &["Web Shop", "Büro & Lager", "Billing", "Devices", "Vault"],
        ca_pem: server.ca_pem().map(str::to_owned),
        server: Server::Azure(server),
    })
}

impl Started {
    /// Stops it and waits until it has stopped.
    pub async fn stop(self) {
        match self.server {
            Server::GitHub(server) => server.stop().await,
            Server::GitLab(server) => server.stop().await,
            Server::Azure(server) => server.stop().await,
        }
    }
}
