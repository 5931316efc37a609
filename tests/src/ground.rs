//! A practice tracker of any kind behind one face: where it is, what goes wrong there, and what it
//! holds in the end.

use std::collections::BTreeMap;
use std::sync::Mutex;

use docket_domain::Marker;
use docket_practice::gitlab::{GitLabLimits, GitLabSetup, PracticeGitLab, TokenSeed as GitLabToken};
use docket_practice::{
    AzureLimits, AzureSetup, FaultPlan, Limits, Logged, Matching, PatSeed, Practice, PracticeAzure, Setup,
    TokenSeed, matching,
};

/// A kind of tracker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// GitHub.
    GitHub,
    /// GitLab.
    GitLab,
    /// Azure DevOps.
    Azure,
}

impl Kind {
    /// Every one that there is.
    pub const ALL: [Self; 3] = [Self::GitHub, Self::GitLab, Self::Azure];

    /// As it is registered.
    pub fn id(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Azure => "azure-devops",
        }
    }

    /// The target of the practice world.
    pub fn target(self) -> &'static str {
        match self {
            Self::GitHub | Self::GitLab => "acme/shop",
            Self::Azure => "Büro & Lager",
        }
    }

    /// The kind's own choices of a mapping.
    pub fn settings(self) -> Option<BTreeMap<String, String>> {
        (self == Self::Azure).then(|| [("type".to_owned(), "Issue".to_owned())].into())
    }

    /// Requests that create an issue.
    pub fn creates(self) -> Matching {
        match self {
            Self::GitHub | Self::GitLab => matching("POST", "/issues"),
            // A connection test asks whether it could create, and creates nothing.
            Self::Azure => matching("POST", "/wit/workitems/$Issue").unless("validateOnly=true"),
        }
    }

    /// Requests that change issues.
    pub fn changes(self) -> Matching {
        match self {
            Self::GitHub => matching("PATCH", "/issues/*"),
            Self::GitLab => matching("PUT", "/issues/*"),
            Self::Azure => matching("PATCH", "/wit/*"),
        }
    }

    /// Requests that write comments.
    pub fn comments(self) -> Matching {
        match self {
            Self::GitHub | Self::Azure => matching("POST", "/comments"),
            Self::GitLab => matching("POST", "/notes"),
        }
    }

    /// Whether issues take files.
    pub fn takes_files(self) -> bool {
        self != Self::GitHub
    }

    /// Requests that send a file.
    pub fn uploads(self) -> Matching {
        matching("POST", if self == Self::Azure { "/wit/attachments" } else { "/uploads" })
    }

    /// Requests that put a file that was sent to its issue.
    pub fn binds(self) -> Matching {
        if self == Self::Azure { matching("PATCH", "/wit/workitems/*") } else { self.comments() }
    }

    /// Requests that list issues.
    pub fn lists(self) -> Matching {
        match self {
            Self::GitHub | Self::GitLab => matching("GET", "/issues"),
            Self::Azure => matching("POST", "/wit/wiql"),
        }
    }
}

/// What the tracker allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// So much that nobody waits.
    Wide,
    /// The vendor's kind of limits, so narrow and in time so compressed that a short push meets
    /// them and waits seconds.
    Narrow,
}

/// A practice tracker of some kind.
#[derive(Debug)]
pub struct Ground {
    /// Which.
    pub kind: Kind,
    /// Whether each issue is to get its findings as a file.
    pub files: bool,
    server: Server,
    token: Mutex<String>,
}

#[derive(Debug)]
enum Server {
    GitHub(Practice),
    GitLab(PracticeGitLab),
    Azure(PracticeAzure),
}

/// An issue of Docket's, looked at inside the server.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its number.
    pub number: u64,
    /// The markers in its text.
    pub markers: Vec<Marker>,
    /// Its text.
    pub text: String,
    /// Its comments, oldest first.
    pub comments: Vec<String>,
    /// The texts of its files.
    pub files: Vec<String>,
}

impl Ground {
    /// The practice world of a kind; with `files`, each issue is to get its findings as a file.
    pub async fn open(kind: Kind, allowance: Allowance, files: bool) -> Self {
        let server = match kind {
            Kind::GitHub => Server::GitHub(github(allowance).await),
            Kind::GitLab => Server::GitLab(gitlab(allowance).await),
            Kind::Azure => Server::Azure(azure(allowance).await),
        };
        let token = match &server {
            Server::GitHub(server) => server.token(),
            Server::GitLab(server) => server.token(),
            Server::Azure(server) => server.token(),
        };
        Self { kind, files, server, token: Mutex::new(token) }
    }

    /// What a person pastes as the address.
    pub fn url(&self) -> String {
        match &self.server {
            Server::GitHub(server) => server.url(),
            Server::GitLab(server) => server.url(),
            Server::Azure(server) => server.url(),
        }
    }

    /// The token that is good now, as far as a person knows.
    pub fn token(&self) -> String {
        self.token.lock().unwrap().clone()
    }

    /// A person makes a new token of the same account.
    pub fn renew_token(&self) {
        let fresh = match &self.server {
            Server::GitHub(server) => {
                server.add_token(&TokenSeed::classic("robin", &["repo", "read:org"])).unwrap()
            }
            Server::GitLab(server) => server.add_token(&GitLabToken::personal("robin", &["api"])).unwrap(),
            Server::Azure(server) => {
                let scopes = ["vso.work_write", "vso.project"];
                server.add_token(&PatSeed::new("another", "robin@contoso.example", &scopes)).unwrap()
            }
        };
        *self.token.lock().unwrap() = fresh;
    }

    /// What goes wrong there.
    pub fn faults(&self) -> FaultPlan {
        match &self.server {
            Server::GitHub(server) => server.faults(),
            Server::GitLab(server) => server.faults(),
            Server::Azure(server) => server.faults(),
        }
    }

    /// Every request so far.
    pub fn log(&self) -> Vec<Logged> {
        match &self.server {
            Server::GitHub(server) => server.log(),
            Server::GitLab(server) => server.log(),
            Server::Azure(server) => server.log(),
        }
    }

    /// How many requests a fault of this name has struck so far.
    pub fn struck(&self, fault: &str) -> usize {
        self.log().iter().filter(|asked| asked.fault.as_deref() == Some(fault)).count()
    }

    /// The issues that carry a marker of Docket's.
    pub fn issues(&self) -> Vec<Held> {
        let target = self.kind.target();
        let all: Vec<Held> = match &self.server {
            Server::GitHub(server) => {
                let issues = server.issues(target).into_iter();
                issues.map(|issue| held(issue.number, issue.body, issue.comments, Vec::new())).collect()
            }
            Server::GitLab(server) => {
                let uploads = server.uploads(target);
                let issues = server.issues(target).into_iter();
                issues
                    .map(|issue| {
                        // One for each comment that names one: a comment that came twice shows.
                        let named = |note: &String| {
                            uploads
                                .iter()
                                .find(|file| note.contains(&file.url()))
                                .map(|file| file.bytes.clone())
                        };
                        let files = issue.notes.iter().filter_map(named).collect();
                        held(issue.iid, issue.description, issue.notes, files)
                    })
                    .collect()
            }
            Server::Azure(server) => {
                let items = server.work_items(target).into_iter();
                items
                    .map(|item| {
                        let text = item.fields.get("System.Description").and_then(|text| text.as_str());
                        let comments = item.comments.into_iter().map(|(_, text)| text).collect();
                        let files = server.attachments(item.id).into_iter().map(|file| file.bytes).collect();
                        held(item.id, text.unwrap_or_default().to_owned(), comments, files)
                    })
                    .collect()
            }
        };
        all.into_iter().filter(|issue| !issue.markers.is_empty()).collect()
    }

    /// Requests and answers that broke the vendor's contract, in words.
    pub fn violations(&self) -> Vec<String> {
        let violations = match &self.server {
            Server::GitHub(server) => server.violations(),
            Server::GitLab(server) => server.violations(),
            Server::Azure(server) => server.violations(),
        };
        violations.iter().map(ToString::to_string).collect()
    }
}

fn held(number: u64, text: String, comments: Vec<String>, files: Vec<Vec<u8>>) -> Held {
    let files = files.into_iter().map(|bytes| String::from_utf8(bytes).unwrap()).collect();
    Held { number, markers: Marker::find_all(&text), text, comments, files }
}

async fn github(allowance: Allowance) -> Practice {
    let many = 1_000_000;
    let setup = match allowance {
        Allowance::Wide => Setup::demo().limits(Limits {
            primary_per_hour: 1_000_000,
            content_per_minute: many,
            content_per_hour: many,
            points_per_minute: many,
            graphql_points_per_minute: many,
            ..Limits::default()
        }),
        // A minute lasts a second.
        Allowance::Narrow => {
            Setup::demo().limits(Limits { content_per_minute: 2, ..Limits::default() }).compress_time(60.0)
        }
    };
    Practice::start(setup).await.unwrap()
}

async fn gitlab(allowance: Allowance) -> PracticeGitLab {
    let setup = match allowance {
        Allowance::Wide => {
            GitLabSetup::demo().limits(GitLabLimits { enabled: false, ..GitLabLimits::default() })
        }
        Allowance::Narrow => GitLabSetup::demo()
            .limits(GitLabLimits { issues_per_minute: 2, ..GitLabLimits::default() })
            .compress_time(60.0),
    };
    PracticeGitLab::start(setup).await.unwrap()
}

async fn azure(allowance: Allowance) -> PracticeAzure {
    let setup = match allowance {
        Allowance::Wide => AzureSetup::demo().limits(AzureLimits { units: 1e9, ..AzureLimits::default() }),
        // The five minutes of the allowance last a second.
        Allowance::Narrow => AzureSetup::demo()
            .limits(AzureLimits { units: 1.0, write: 0.4, blocked_from: 1.2, ..AzureLimits::default() })
            .compress_time(300.0),
    };
    PracticeAzure::start(setup).await.unwrap()
}
