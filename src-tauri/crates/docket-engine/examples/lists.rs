//! How long a person waits who looks for one of thousands of repositories, or of people.
//!
//! `cargo run --release -p docket-engine --example lists [TARGETS] [LATENCY_MS]`: practice trackers with 3,000 targets and
//! 2,000 people and labels, each request answered 100 ms later than it could be, as over the internet.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, not a part of the product")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use docket_domain::{ChoiceList, Connection, Destination, Network, ProxySetting, Secret};
use docket_engine::connections::{ConnectionForm, NewSecret};
use docket_engine::secrets::Memory;
use docket_engine::{Engine, Options};
use docket_practice::gitlab::{Access, GitLabLimits, GitLabSetup, GroupSeed, PracticeGitLab};
use docket_practice::{
    AzureLimits, AzureProcess, AzureSetup, Fault, FaultPlan, Limits, PatSeed, Practice, PracticeAzure,
    RepoSeed, Role, Setup, TokenSeed, gitlab, matching,
};

const PEOPLE: usize = 2_000;

enum Server {
    GitHub(Practice),
    GitLab(PracticeGitLab),
    Azure(PracticeAzure),
}

struct Lab {
    kind: &'static str,
    /// What a person types to find the last target.
    far: String,
    to: &'static str,
    url: String,
    token: String,
    faults: FaultPlan,
    server: Server,
}

impl Lab {
    fn requests(&self) -> usize {
        match &self.server {
            Server::GitHub(server) => server.log().len(),
            Server::GitLab(server) => server.log().len(),
            Server::Azure(server) => server.log().len(),
        }
    }
}

async fn github(count: usize) -> Lab {
    let many = 1_000_000;
    let wide = Limits {
        primary_per_hour: 1_000_000,
        points_per_minute: many,
        content_per_minute: many,
        graphql_points_per_minute: many,
        ..Limits::default()
    };
    let mut setup = Setup::new().limits(wide).person("robin");
    let names: Vec<String> = (0..PEOPLE).map(|at| format!("colleague-{at:05}")).collect();
    let mut first = RepoSeed::new("acme/a-first").role("robin", Role::Write);
    for name in &names {
        setup = setup.person(name);
        first = first.role(name, Role::Write).label(&format!("label {name}"), "aabbcc");
    }
    setup = setup.organisation("acme", &["robin"]).repo(first);
    for at in 0..count {
        setup = setup.repo(RepoSeed::new(&format!("acme/service-{at:05}")).role("robin", Role::Write));
    }
    let token = TokenSeed::classic("robin", &["repo", "read:org"]);
    let server = Practice::start(setup.token(token)).await.unwrap();
    Lab {
        kind: "github",
        far: format!("service-{:05}", count - 1),
        to: "acme/a-first",
        url: server.url(),
        token: server.token(),
        faults: server.faults(),
        server: Server::GitHub(server),
    }
}

async fn gitlab(count: usize) -> Lab {
    let mut first = gitlab::ProjectSeed::new("acme/a-first");
    let mut setup = GitLabSetup::new()
        .limits(GitLabLimits { enabled: false, ..GitLabLimits::default() })
        .person("robin")
        .group(GroupSeed::new("acme").member("robin", Access::Developer));
    for at in 0..PEOPLE {
        let name = format!("colleague-{at:05}");
        setup = setup.person(&name);
        first = first.label(&format!("label {name}"), "#aabbcc").member(&name, Access::Developer);
    }
    let count = u32::try_from(count).unwrap();
    let setup = setup.project(first).many_projects("acme", count);
    let server =
        PracticeGitLab::start(setup.token(gitlab::TokenSeed::personal("robin", &["api"]))).await.unwrap();
    Lab {
        kind: "gitlab",
        far: format!("repo-{count:05}"),
        to: "acme/a-first",
        url: server.url(),
        token: server.token(),
        faults: server.faults(),
        server: Server::GitLab(server),
    }
}

async fn azure(count: usize) -> Lab {
    let mut setup = AzureSetup::new("contoso")
        .limits(AzureLimits { units: 1e9, ..AzureLimits::default() })
        .person("robin@contoso.example", "Robin Roe");
    let mut first = docket_practice::ProjectSeed::new("A First", AzureProcess::Agile);
    for team in 0..PEOPLE / 20 {
        let mails: Vec<String> =
            (0..20).map(|at| format!("colleague-{:05}@contoso.example", team * 20 + at)).collect();
        for mail in &mails {
            setup = setup.person(mail, mail);
            first = first.tag(&format!("label {mail}"));
        }
        let members: Vec<&str> = mails.iter().map(String::as_str).collect();
        first = first.team(&format!("Team {team:03}"), &members);
    }
    setup = setup.project(first);
    for at in 0..count {
        let name = format!("Service {at:05}");
        setup = setup.project(docket_practice::ProjectSeed::new(&name, AzureProcess::Basic));
    }
    let token = PatSeed::new("main", "robin@contoso.example", &["vso.work_write", "vso.project"]);
    let server = PracticeAzure::start(setup.pat(token)).await.unwrap();
    Lab {
        kind: "azure-devops",
        far: format!("Service {:05}", count - 1),
        to: "A First",
        url: server.url(),
        token: server.token(),
        faults: server.faults(),
        server: Server::Azure(server),
    }
}

struct Desk<'a> {
    lab: &'a Lab,
    engine: Engine,
    connection: Connection,
}

impl Desk<'_> {
    async fn typed(&self, search: &str) -> usize {
        let answer = self.engine.connection_targets_typed(self.connection.id, search, None).await.unwrap();
        answer.targets.len()
    }

    /// Until something is found, as the window asks on through empty pages.
    async fn found(&self, list: &ChoiceList, search: &str) -> usize {
        let (to, mut page) = (Destination::new(self.lab.to), None);
        loop {
            let id = self.connection.id;
            let answer =
                self.engine.connection_choices_typed(id, &to, list, search, page.as_deref()).await.unwrap();
            page = answer.next;
            if !answer.choices.is_empty() || page.is_none() {
                return answer.choices.len();
            }
        }
    }

    fn line(&self, what: &str, begun: Instant, before: usize, found: usize) {
        let (ms, requests) = (begun.elapsed().as_millis(), self.lab.requests() - before);
        println!("{:<13} {what:<44} {ms:>6} ms {requests:>4} requests {found:>5} found", self.lab.kind);
    }
}

async fn measure(lab: &Lab, latency: Duration) {
    let room = tempfile::tempdir().unwrap();
    let options = Options::new(room.path()).with_secrets(Arc::new(Memory::default()));
    let engine = Engine::open(options).await.unwrap();
    let form = ConnectionForm {
        id: None,
        label: "lab".to_owned(),
        kind: lab.kind.to_owned(),
        location: lab.url.clone(),
        auth: docket_tracker::by_id(lab.kind).unwrap().card().auth.remove(0).id,
        username: None,
        secret: NewSecret::Entered(Secret::new(lab.token.clone())),
        proxy_password: None,
        network: Network { proxy: ProxySetting::Direct, ..Network::default() },
        settings: BTreeMap::from([("pace".to_owned(), "practice".to_owned())]),
    };
    let connection = engine.connection_save(form).await.unwrap();
    lab.faults.always(matching("*", ""), Fault::Delay(latency));
    let desk = Desk { lab, engine, connection };
    let (begun, before) = (Instant::now(), lab.requests());
    let found = desk.typed("").await;
    desk.line("the list opens", begun, before, found);
    let whole = Instant::now();
    loop {
        let before = lab.requests();
        let found = desk.typed(&lab.far).await;
        if found > 0 && lab.requests() == before {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("{:<13} read to its end after {} ms", lab.kind, whole.elapsed().as_millis());
    for (what, search) in [("a search for the last one", lab.far.as_str()), ("a search for all", "")] {
        let (begun, before) = (Instant::now(), lab.requests());
        let found = desk.typed(search).await;
        desk.line(what, begun, before, found);
    }
    let (begun, before) = (Instant::now(), lab.requests());
    let to = Destination::new(lab.to);
    let fields = desk.engine.connection_fields(desk.connection.id, &to).await.unwrap();
    desk.line("what a repository offers", begun, before, fields.labels.len() + fields.assignees.len());
    for (what, list, search) in [
        ("a person near the end, of 2,000", ChoiceList::Assignees, "colleague-01990"),
        ("a label near the end, of 2,000", ChoiceList::Labels, "label colleague-01990"),
    ] {
        let (begun, before) = (Instant::now(), lab.requests());
        let found = desk.found(&list, search).await;
        desk.line(what, begun, before, found);
        let whole = Instant::now();
        while {
            let before = lab.requests();
            desk.found(&list, search).await;
            lab.requests() != before
        } {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        println!("{:<13} read to its end after {} ms", lab.kind, whole.elapsed().as_millis());
        let (begun, before) = (Instant::now(), lab.requests());
        let found = desk.found(&list, "01").await;
        desk.line("  another search in it", begun, before, found);
    }
}

#[tokio::main]
async fn main() {
    let mut words = std::env::args().skip(1).map(|word| word.parse::<usize>().unwrap());
    let count = words.next().unwrap_or(3_000);
    let latency = Duration::from_millis(words.next().unwrap_or(100) as u64);
    println!("{count} targets, {latency:?} late");
    for lab in [github(count).await, gitlab(count).await, azure(count).await] {
        measure(&lab, latency).await;
    }
}
