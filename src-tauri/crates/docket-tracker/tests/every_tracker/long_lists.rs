//! Lists that are longer than what is read at once: found by searching, read to their end page by
//! page, and never taken for the whole when a mapping is verified.

use std::collections::BTreeSet;
use std::future::Future;

use docket_domain::check::CheckState;
use docket_domain::{ChoiceList, Destination};
use docket_practice::gitlab::{
    Access, GitLabLimits, GitLabSetup, PracticeGitLab, ProjectSeed as GitLabProject, TokenSeed as GitLabToken,
};
use docket_practice::{
    AzureLimits, AzureProcess, AzureSetup, PatSeed, Practice, PracticeAzure, ProjectSeed, RepoSeed, Role,
    Setup, TokenSeed,
};
use docket_tracker::{CheckGoal, ConnectSettings, by_id};

use crate::ground::{hold, wide};
use crate::support::{Bench, check, connect_as, settings};

const LABELS: usize = 1_250;
const PEOPLE: usize = 730;
const OTHERS: usize = 340;

enum Server {
    GitHub(Practice),
    GitLab(PracticeGitLab),
    Azure(PracticeAzure),
}

/// A target whose lists are long.
struct Long {
    kind: &'static str,
    server: Server,
    to: Destination,
    /// The long lists, how many entries each has, and one that is far down.
    lists: Vec<(ChoiceList, usize, String)>,
}

fn label(at: usize) -> String {
    format!("area: part {at:04}")
}

fn person(at: usize) -> String {
    format!("colleague-{at:04}")
}

fn milestone(at: usize) -> String {
    format!("Sprint {at:04}")
}

async fn github() -> Long {
    let mut repo = RepoSeed::new("acme/shop").role("robin", Role::Write);
    let mut setup = Setup::new().limits(wide()).person("robin");
    let names: Vec<String> = (0..PEOPLE).map(person).collect();
    for name in &names {
        setup = setup.person(name);
    }
    let members: Vec<&str> = names.iter().map(String::as_str).chain(["robin"]).collect();
    for at in 0..LABELS {
        repo = repo.label(&label(at), "aabbcc");
    }
    for at in 0..OTHERS {
        repo = repo.milestone(&milestone(at));
    }
    for name in &names {
        repo = repo.role(name, Role::Write);
    }
    let token = TokenSeed::classic("robin", &["repo", "read:org", "project"]);
    let server = Practice::start(setup.organisation("acme", &members).repo(repo).token(token)).await.unwrap();
    let lists = vec![
        (ChoiceList::Labels, LABELS, label(1_207)),
        (ChoiceList::Assignees, PEOPLE + 1, person(711)),
        (ChoiceList::Milestones, OTHERS, milestone(333)),
    ];
    Long { kind: "github", server: Server::GitHub(server), to: "acme/shop".into(), lists }
}

async fn gitlab() -> Long {
    let mut project = GitLabProject::new("acme/shop").member("robin", Access::Developer);
    let mut setup = GitLabSetup::new()
        .limits(GitLabLimits { enabled: false, ..GitLabLimits::default() })
        .person("robin")
        .group(docket_practice::gitlab::GroupSeed::new("acme"));
    for at in 0..PEOPLE {
        setup = setup.person(&person(at));
        project = project.member(&person(at), Access::Developer);
    }
    for at in 0..LABELS {
        project = project.label(&label(at), "#aabbcc");
    }
    for at in 0..OTHERS {
        project = project.milestone(&milestone(at));
    }
    let setup = setup.project(project).token(GitLabToken::personal("robin", &["api"]));
    let server = PracticeGitLab::start(setup).await.unwrap();
    let lists = vec![
        (ChoiceList::Labels, LABELS, label(1_207)),
        (ChoiceList::Assignees, PEOPLE + 1, person(711)),
        (ChoiceList::Milestones, OTHERS, milestone(333)),
    ];
    Long { kind: "gitlab", server: Server::GitLab(server), to: "acme/shop".into(), lists }
}

async fn azure() -> Long {
    let mut setup = AzureSetup::new("contoso")
        .limits(AzureLimits { units: 1e9, ..AzureLimits::default() })
        .person("robin@contoso.example", "Robin Roe");
    let mut project = ProjectSeed::new("Shop", AzureProcess::Agile);
    let mail = |at| format!("{}@contoso.example", person(at));
    for at in 0..PEOPLE {
        setup = setup.person(&mail(at), &format!("Colleague {at:04}"));
    }
    project = project.team("Everybody", &["robin@contoso.example"]);
    for team in 0..PEOPLE.div_ceil(20) {
        let members: Vec<String> = (team * 20..PEOPLE.min(team * 20 + 20)).map(mail).collect();
        let members: Vec<&str> = members.iter().map(String::as_str).collect();
        project = project.team(&format!("Team {team:02}"), &members);
    }
    for at in 0..LABELS {
        project = project.tag(&label(at));
    }
    for at in 0..OTHERS {
        project = project.area(&format!("Part {at:04}")).iteration(&milestone(at));
    }
    let token = PatSeed::new("main", "robin@contoso.example", &["vso.work_write", "vso.project"]);
    let server = PracticeAzure::start(setup.project(project).pat(token)).await.unwrap();
    let field = |id: &str| ChoiceList::Field { id: id.to_owned() };
    let lists = vec![
        (ChoiceList::Labels, LABELS, label(1_207)),
        (ChoiceList::Assignees, PEOPLE + 1, mail(711)),
        (field("area"), OTHERS + 1, "Shop\\Part 0333".to_owned()),
        (field("iteration"), OTHERS + 1, "Shop\\Sprint 0333".to_owned()),
    ];
    Long { kind: "azure-devops", server: Server::Azure(server), to: "Shop".into(), lists }
}

/// Holds every kind to a contract.
async fn every<F>(contract: impl Fn(Long) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    hold(all().await.into_iter().map(|long| (long.kind, long)), contract).await;
}

/// The table: one line a kind, as in `ground.rs`.
async fn all() -> Vec<Long> {
    let all = vec![github().await, gitlab().await, azure().await];
    let lined: BTreeSet<String> = all.iter().map(|long| long.kind.to_owned()).collect();
    let registered: BTreeSet<String> = docket_tracker::kinds().iter().map(|kind| kind.card().id).collect();
    assert_eq!(lined, registered, "every registered kind has a line in every_tracker/long_lists.rs");
    all
}

impl Long {
    fn bench(&self) -> Bench {
        let (url, token) = match &self.server {
            Server::GitHub(server) => (server.url(), server.token()),
            Server::GitLab(server) => (server.url(), server.token()),
            Server::Azure(server) => (server.url(), server.token()),
        };
        let usual = by_id(self.kind).unwrap().card().auth.remove(0).id;
        connect_as(self.kind, ConnectSettings { auth: usual, ..settings(&url) }, &token).unwrap()
    }

    fn violations(&self) -> usize {
        match &self.server {
            Server::GitHub(server) => server.violations().len(),
            Server::GitLab(server) => server.violations().len(),
            Server::Azure(server) => server.violations().len(),
        }
    }
}

/// Every page of a list, and how many there were.
async fn pages(bench: &Bench, long: &Long, list: &ChoiceList, search: &str) -> (Vec<String>, usize) {
    let (mut seen, mut page, mut count) = (Vec::new(), None, 0);
    loop {
        let answer = bench.tracker.choices(&long.to, list, search, page.as_deref()).await.unwrap();
        seen.extend(answer.choices.into_iter().map(|choice| choice.value));
        count += 1;
        assert!(count < 100, "{}: {list:?} ends", long.kind);
        page = answer.next;
        if page.is_none() {
            return (seen, count);
        }
    }
}

// covers: S0.17, S0.18, S0.19, S0.20
#[tokio::test]
async fn what_lies_beyond_the_first_entries_is_found_by_searching() {
    every(|long| async move {
        let (kind, bench) = (long.kind, long.bench());
        let fields = bench.tracker.fields_of(&long.to).await.unwrap();
        for (list, count, far) in &long.lists {
            assert!(fields.longer.contains(list), "{kind}: {list:?} is longer than what was read");
            let (whole, read) = pages(&bench, &long, list, "").await;
            let distinct: BTreeSet<&String> = whole.iter().collect();
            assert_eq!(distinct.len(), *count, "{kind}: all of {list:?}, page by page");
            assert!(read > 1, "{kind}: {list:?} comes in pages");
            let word = &far[far.len() - 6..];
            let word = if far.contains('@') { "ue-0711" } else { word };
            let (found, _) = pages(&bench, &long, list, &word.to_uppercase()).await;
            assert!(found.contains(far), "{kind}: «{word}» finds {far} in {list:?}: {found:?}");
            assert!(found.len() < 20, "{kind}: and not everything: {found:?}");
            let (nothing, _) = pages(&bench, &long, list, "zzz no such thing").await;
            assert!(nothing.is_empty(), "{kind}: nothing of that name in {list:?}: {nothing:?}");
        }
        let unknown = ChoiceList::Field { id: "no such field".to_owned() };
        let refused = bench.tracker.choices(&long.to, &unknown, "", None).await;
        assert!(refused.is_err(), "{kind}: a list that there is not");
        assert_eq!(long.violations(), 0, "{kind}: within the contract");
    })
    .await;
}

// covers: S1.30
#[tokio::test]
async fn what_lies_beyond_the_first_entries_is_not_missing() {
    every(|long| async move {
        let (kind, bench) = (long.kind, long.bench());
        let mut goal = CheckGoal { to: Some(long.to.clone()), ..CheckGoal::default() };
        for (list, _, far) in &long.lists {
            match list {
                ChoiceList::Labels => goal.labels.push(far.clone()),
                ChoiceList::Assignees => goal.assignees.push(far.clone()),
                ChoiceList::Milestones => goal.milestone = Some(far.clone()),
                ChoiceList::Field { id } => {
                    let to = goal.to.as_mut().unwrap();
                    to.settings.insert(id.clone(), far.clone());
                }
            }
        }
        let report = check(&bench, goal).await;
        for (list, _, far) in &long.lists {
            let items = report.stages.iter().flat_map(|stage| &stage.items);
            let about: Vec<_> = items.filter(|item| item.subject.contains(far.as_str())).collect();
            assert!(!about.is_empty(), "{kind}: {list:?} is looked at:\n{}", report.text);
            for item in about {
                assert_eq!(item.state, CheckState::Ok, "{kind}: {far} is there: {item:?}");
            }
        }
    })
    .await;
}
