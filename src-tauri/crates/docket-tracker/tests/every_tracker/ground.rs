//! One practice server for each registered kind, behind one face: where it is, what a person
//! would enter, what can go wrong there, and what it holds in the end.

use std::future::Future;

use docket_domain::render::managed;
use docket_domain::text::Flavour;
use docket_domain::{Destination, IssueDraft, IssueRef, Marker};
use docket_practice::gitlab::{
    GitLabLimits, GitLabSetup, PracticeGitLab, ProjectChange, TokenSeed as GitLabToken, Visibility,
};
use docket_practice::{AzureLimits, AzureSetup, PatSeed, PracticeAzure};
use docket_practice::{
    FaultPlan, Limits, Matching, Practice, RepoChange, RepoSeed, Role, Setup, TokenSeed, matching,
};
use docket_tracker::{ConnectSettings, Markup, by_id};

use crate::support::{Bench, connect_as, draft, settings};

/// A practice tracker of some kind.
pub struct Ground {
    /// The registered kind.
    pub kind: &'static str,
    /// What a person pastes as the address.
    pub location: String,
    /// A token that may do everything the kind asks for.
    pub token: String,
    /// A token of the same account that may read and not write.
    pub reading: String,
    /// Where issues go.
    pub to: Destination,
    /// The request that creates an issue.
    pub creates: Matching,
    /// The requests that list issues, page by page.
    pub lists: Matching,
    /// The requests that list where issues can go, page by page.
    pub choices: Matching,
    /// The request that writes a comment.
    pub comments: Matching,
    /// The requests that read comments.
    pub talk: Matching,
    server: Server,
}

enum Server {
    GitHub(Practice),
    GitLab(PracticeGitLab),
    Azure(PracticeAzure),
}

/// Holds every kind to a contract, each on ground of its own.
pub async fn every<F>(contract: impl Fn(Ground) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    hold(all().await.into_iter().map(|ground| (ground.kind, ground)), contract).await;
}

/// Holds these kinds to a contract. One that breaks it does not hide what the others do.
pub async fn hold<G, F>(grounds: impl IntoIterator<Item = (&'static str, G)>, contract: impl Fn(G) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut broken = Vec::new();
    for (kind, ground) in grounds {
        if tokio::spawn(contract(ground)).await.is_err() {
            broken.push(kind);
        }
    }
    assert_eq!(broken, Vec::<&str>::new(), "kinds that broke the contract; what each did stands above");
}

/// The table: one line a kind. A kind without a line fails every test here.
async fn all() -> Vec<Ground> {
    let grounds = vec![github().await, gitlab().await, azure().await];
    let mut lined: Vec<String> = grounds.iter().map(|ground| ground.kind.to_owned()).collect();
    let mut registered: Vec<String> = docket_tracker::kinds().iter().map(|kind| kind.card().id).collect();
    lined.sort();
    registered.sort();
    assert_eq!(lined, registered, "every registered kind of tracker has a line in every_tracker/ground.rs");
    grounds
}

/// Limits that no test meets by accident.
pub fn wide() -> Limits {
    let many = 1_000_000;
    Limits {
        primary_per_hour: 1_000_000,
        content_per_minute: many,
        content_per_hour: many,
        points_per_minute: many,
        graphql_points_per_minute: many,
        ..Limits::default()
    }
}

async fn github() -> Ground {
    let reading = TokenSeed::fine_grained("robin", "acme", &[("issues", "read"), ("metadata", "read")]);
    let many = (0..120).fold(Setup::demo(), |setup, at| {
        setup.repo(RepoSeed::new(&format!("acme/part-{at}")).role("robin", Role::Read))
    });
    let server = Practice::start(many.limits(wide())).await.unwrap();
    Ground {
        kind: "github",
        location: server.url(),
        token: server.token(),
        reading: server.add_token(&reading.named("reading")).unwrap(),
        to: "acme/shop".into(),
        creates: matching("POST", "/issues"),
        lists: matching("GET", "/issues"),
        choices: matching("GET", "/user/repos"),
        comments: matching("POST", "/comments"),
        talk: matching("GET", "/comments"),
        server: Server::GitHub(server),
    }
}

async fn gitlab() -> Ground {
    let server = PracticeGitLab::start(
        GitLabSetup::demo()
            .many_projects("acme", 120)
            .limits(GitLabLimits { enabled: false, ..GitLabLimits::default() }),
    )
    .await
    .unwrap();
    Ground {
        kind: "gitlab",
        location: server.url(),
        token: server.token(),
        reading: server.add_token(&GitLabToken::personal("robin", &["read_api"])).unwrap(),
        to: "acme/shop".into(),
        creates: matching("POST", "/issues"),
        lists: matching("GET", "/issues"),
        choices: matching("GET", "/projects"),
        comments: matching("POST", "/notes"),
        talk: matching("GET", "/notes"),
        server: Server::GitLab(server),
    }
}

async fn azure() -> Ground {
    let free = AzureLimits { units: 1e9, ..AzureLimits::default() };
    let server = PracticeAzure::start(AzureSetup::demo().page(2).limits(free)).await.unwrap();
    let reading = PatSeed::new("reading", "robin@contoso.example", &["vso.work", "vso.project"]);
    let mut to = Destination::new("Büro & Lager");
    to.settings.insert("type".to_owned(), "Issue".to_owned());
    Ground {
        kind: "azure-devops",
        location: server.url(),
        token: server.token(),
        reading: server.add_token(&reading).unwrap(),
        to,
        creates: matching("POST", "/wit/workitems/$*"),
        lists: matching("POST", "/wit/wiql"),
        choices: matching("GET", "/_apis/projects"),
        comments: matching("POST", "/comments"),
        talk: matching("GET", "/comments"),
        server: Server::Azure(server),
    }
}

impl Ground {
    /// A connection with the good token.
    pub fn bench(&self) -> Bench {
        self.bench_with(&self.token)
    }

    /// A connection with another token.
    pub fn bench_with(&self, token: &str) -> Bench {
        connect_as(self.kind, self.settings(), token)
            .unwrap_or_else(|problem| panic!("{}: the address and the token are sound: {problem}", self.kind))
    }

    /// What a person enters: the address, and the kind's usual way of signing in.
    pub fn settings(&self) -> ConnectSettings {
        let usual = by_id(self.kind).unwrap().card().auth.remove(0).id;
        ConnectSettings { auth: usual, ..settings(&self.location) }
    }

    /// An issue that fits there: no people and milestones, which each vendor names differently.
    pub fn draft(&self, name: &str) -> IssueDraft {
        let defaults = by_id(self.kind).unwrap().card().defaults;
        let plain = draft(name);
        // Where comments are taken out of texts, the marker is framed so that people can see it.
        let body = match self.bench().tracker.limits().markup {
            Markup::Html => managed::frame_as(Flavour::Html, "<p>What was found.</p>", &plain.marker),
            Markup::GitHubMarkdown | Markup::GitLabMarkdown => plain.body.clone(),
        };
        IssueDraft {
            body,
            labels: vec!["security".to_owned()],
            assignees: Vec::new(),
            milestone: None,
            severity: defaults.severity.of_severity(docket_domain::Severity::High),
            status: defaults.status.of_status(docket_domain::Status::Active, None),
            ..plain
        }
    }

    /// Shows the target to everybody, or to its members alone, as its owner would.
    pub fn show_to_everybody(&self, yes: bool) {
        let target = &self.to.target;
        match &self.server {
            Server::GitHub(server) => server.change_repo(target, RepoChange::Private(!yes)).unwrap(),
            Server::GitLab(server) => {
                let visibility = if yes { Visibility::Public } else { Visibility::Private };
                server.change_project(target, ProjectChange::Visibility(visibility)).unwrap();
            }
            Server::Azure(server) => assert!(server.set_public(target, yes), "there is such a project"),
        }
    }

    /// What goes wrong there.
    pub fn faults(&self) -> FaultPlan {
        match &self.server {
            Server::GitHub(server) => server.faults(),
            Server::GitLab(server) => server.faults(),
            Server::Azure(server) => server.faults(),
        }
    }

    /// How many of its issues carry the marker, looked at inside the server.
    pub fn carrying(&self, marker: &Marker) -> usize {
        let key = marker.as_str();
        match &self.server {
            Server::GitHub(server) => server.issues_containing(&self.to.target, key).len(),
            Server::GitLab(server) => server.issues_containing(&self.to.target, key).len(),
            Server::Azure(server) => server
                .work_items(&self.to.target)
                .iter()
                .filter(|item| item.fields.values().any(|value| value.to_string().contains(key)))
                .count(),
        }
    }

    /// How many issues the target holds, looked at inside the server.
    pub fn issues(&self) -> usize {
        match &self.server {
            Server::GitHub(server) => server.issues(&self.to.target).len(),
            Server::GitLab(server) => server.issues(&self.to.target).len(),
            Server::Azure(server) => server.work_items(&self.to.target).len(),
        }
    }

    /// How many comments hold a text, looked at inside the server.
    pub fn commented(&self, text: &str) -> usize {
        let bodies: Vec<String> = match &self.server {
            Server::GitHub(server) => {
                server.issues(&self.to.target).into_iter().flat_map(|issue| issue.comments).collect()
            }
            Server::GitLab(server) => {
                server.issues(&self.to.target).into_iter().flat_map(|issue| issue.notes).collect()
            }
            Server::Azure(server) => {
                let items = server.work_items(&self.to.target);
                items.into_iter().flat_map(|item| item.comments).map(|(_, body)| body).collect()
            }
        };
        bodies.iter().filter(|body| body.contains(text)).count()
    }

    /// Somebody else says much about an issue.
    pub fn others_talk(&self, issue: &IssueRef, remarks: usize) {
        let number: u64 = issue.number.parse().unwrap();
        for at in 0..remarks {
            let text = format!("Remark {at}");
            match &self.server {
                Server::GitHub(server) => {
                    server.someone("kim").comments(&self.to.target, number, &text).unwrap();
                }
                Server::GitLab(server) => {
                    server.someone("kim").comments(&self.to.target, number, &text).unwrap();
                }
                Server::Azure(server) => {
                    server.someone("kim@contoso.example").comments(number, &text).unwrap();
                }
            }
        }
    }

    /// The requests that put a file to an issue, in their order; none where issues take no files.
    pub fn file_requests(&self) -> Vec<Matching> {
        match &self.server {
            Server::GitHub(_) => Vec::new(),
            Server::GitLab(_) => vec![matching("POST", "/uploads"), matching("POST", "/notes")],
            Server::Azure(_) => {
                vec![matching("POST", "/wit/attachments"), matching("PATCH", "/wit/workitems/*")]
            }
        }
    }

    /// The files at an issue, looked at inside the server: what its texts name, or what it holds.
    pub fn files(&self, issue: &IssueRef) -> Vec<(String, Vec<u8>)> {
        let number: u64 = issue.number.parse().unwrap();
        match &self.server {
            Server::GitHub(_) => Vec::new(),
            Server::GitLab(server) => {
                let all = server.issues(&self.to.target);
                let texts = all.into_iter().find(|one| one.iid == number).unwrap().notes.join("\n");
                let uploads = server.uploads(&self.to.target).into_iter();
                uploads
                    .filter(|file| texts.contains(&format!("/uploads/{}/{}", file.secret, file.name)))
                    .map(|file| (file.name, file.bytes))
                    .collect()
            }
            Server::Azure(server) => {
                server.attachments(number).into_iter().map(|file| (file.name, file.bytes)).collect()
            }
        }
    }

    /// How often an issue speaks of a file of Docket's.
    pub fn file_words(&self, issue: &IssueRef) -> usize {
        let number: u64 = issue.number.parse().unwrap();
        match &self.server {
            Server::GitHub(_) => 0,
            Server::GitLab(server) => {
                let all = server.issues(&self.to.target);
                let notes = all.into_iter().find(|one| one.iid == number).unwrap().notes;
                notes.iter().filter(|note| note.contains("docket-findings-")).count()
            }
            Server::Azure(server) => server.attachments(number).len(),
        }
    }

    /// Requests that wrote something so far.
    pub fn writes(&self) -> usize {
        let log = match &self.server {
            Server::GitHub(server) => server.log(),
            Server::GitLab(server) => server.log(),
            Server::Azure(server) => server.log(),
        };
        log.iter().filter(|asked| asked.method != "GET").count()
    }

    /// Requests and answers that broke the vendor's contract, in words.
    pub fn violations(&self) -> Vec<String> {
        let violations = match &self.server {
            Server::GitHub(server) => server.violations(),
            Server::GitLab(server) => server.violations(),
            Server::Azure(server) => server.violations(),
        };
        violations.iter().map(|violation| format!("{}: {violation:?}", self.kind)).collect()
    }
}
