//! The connection test of a mapping with a project: what is missing is told, made on consent
//! without harm, or explained step by step.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use docket_domain::Destination;
use docket_domain::check::CheckState::{Failed, Ok as Passed, Warning};
use docket_domain::check::{CheckItem, CheckReport, Repair, RepairKind};
use docket_domain::mapping::ValueMap;
use docket_practice::{BoardSeed, Practice, Setup, TokenSeed};
use docket_tracker::{CheckGoal, by_id};
use support::{Bench, Stages as _, check, connect, draft, expect_stage, settings, try_connect};

fn on_project(target: &str, project: &str) -> Destination {
    let mut to = Destination::new(target);
    to.settings.insert("project".to_owned(), project.to_owned());
    to
}

/// A mapping as it begins, with this project.
fn goal(target: &str, project: &str) -> CheckGoal {
    let defaults = by_id("github").unwrap().card().defaults;
    CheckGoal {
        to: Some(on_project(target, project)),
        severity: defaults.severity,
        status: defaults.status,
        planned: Some(160),
        ..CheckGoal::default()
    }
}

async fn everywhere(setup: impl Fn() -> Setup) -> Vec<(&'static str, Practice, Bench)> {
    let mut all = Vec::new();
    for version in ["2022-11-28", "2026-03-10"] {
        let practice = Practice::start(setup()).await.unwrap();
        let mut settings = settings(&practice.url());
        settings.settings.insert("api_version".to_owned(), version.to_owned());
        let bench = try_connect(settings, &practice.token()).unwrap();
        all.push((version, practice, bench));
    }
    let practice = Practice::start(setup().enterprise("3.19.2")).await.unwrap();
    let bench = connect(&practice.url(), &practice.token());
    all.push(("enterprise", practice, bench));
    all
}

fn item<'a>(report: &'a CheckReport, subject: &str) -> &'a CheckItem {
    let items = &report.stage("mapping").unwrap().items;
    items
        .iter()
        .find(|item| item.subject == subject)
        .unwrap_or_else(|| panic!("no line «{subject}» in\n{}", report.text))
}

fn with_priority(options: &'static [&'static str]) -> impl Fn() -> Setup {
    move || Setup::demo().project(BoardSeed::new("acme", 2, "Second").select("Priority", options))
}

fn clean(practice: &Practice) {
    assert!(
        practice.violations().is_empty(),
        "the vendor's contract was broken: {:?}",
        practice.violations()
    );
}

// covers: S1.33, S1.37, X4
#[tokio::test]
async fn a_sound_mapping_passes_and_its_inverted_order_is_pointed_out() {
    for (form, practice, bench) in everywhere(Setup::demo).await {
        let report = check(&bench, goal("acme/shop", "1")).await;
        assert!(report.ok, "{form}:\n{}", report.text);
        for subject in
            ["Project 1", "Severity field Priority", "Critical → P4", "Info → P0", "Active → In Progress"]
        {
            assert_eq!(item(&report, subject).state, Passed, "{form}: {subject}\n{}", report.text);
        }
        let done =
            report.stage("mapping").unwrap().items.iter().find(|i| i.subject.ends_with("→ Done")).unwrap();
        assert!(
            done.subject.contains("False positive") || done.subject.contains("false positive"),
            "{done:?}"
        );
        let order = item(&report, "Order of the severities");
        assert_eq!(order.state, Warning, "{form}: kept, and pointed out");
        assert!(order.summary.contains("Critical becomes P4"), "{form}: {order:?}");
        let mut turned = goal("acme/shop", "1");
        turned.severity = turned.severity.turned_round();
        let report = check(&bench, turned).await;
        let items = &report.stage("mapping").unwrap().items;
        assert!(
            items.iter().all(|i| i.subject != "Order of the severities"),
            "{form}: turned round, it is quiet"
        );
        let rate = report.stage("rate").unwrap().evidence.clone().unwrap_or_default();
        assert!(rate.contains("160 issues take about"), "{form}: {rate}");
        if form != "enterprise" {
            let asked = |word: &str| practice.counts().keys().any(|operation| operation.contains(word));
            assert!(!asked("add-item") && !asked("update-item") && !asked("create"), "{form}: it only reads");
        }
        clean(&practice);
    }
}

// covers: S1.30
#[tokio::test]
async fn a_project_without_the_field_fails_the_whole_mapping() {
    let setup = || {
        Setup::demo()
            .project(BoardSeed::new("acme", 2, "Second").select("Size", &["S", "L"]).text("Priority"))
    };
    for (form, practice, bench) in everywhere(setup).await {
        let report = check(&bench, goal("acme/shop", "2")).await;
        assert!(!report.ok, "{form}: a push is refused whole\n{}", report.text);
        let line = item(&report, "Severity field Priority");
        assert_eq!(
            (line.state, &line.there),
            (Failed, &vec!["Status".to_owned(), "Size".to_owned()]),
            "{form}: {line:?}"
        );
        assert!(line.summary.contains("not a single-select field"), "{form}: {line:?}");
        assert!(line.repair.is_none(), "{form}: a field is made by a person");
        let steps = line.steps.join("\n");
        assert!(
            steps.contains("/orgs/acme/projects/2") && steps.contains("P0, P1, P2, P3, P4"),
            "{form}: {steps}"
        );
        clean(&practice);
    }
}

// covers: S1.31, S1.39, S1.40, X4
#[tokio::test]
async fn a_missing_option_is_added_on_consent_and_the_others_keep_their_ids() {
    for (form, practice, bench) in everywhere(with_priority(&["P0", "P1", "P2", "P3"])).await {
        let to = on_project("acme/shop", "2");
        let mut high = draft("kept");
        high.severity =
            Some(docket_domain::mapping::FieldValue { field: "Priority".to_owned(), value: "P3".to_owned() });
        bench.tracker.create(&to, &high).await.unwrap();
        let before = practice.project_options("acme", 2, "Priority");
        let report = check(&bench, goal("acme/shop", "2")).await;
        assert!(!report.ok, "{form}: refused whole\n{}", report.text);
        let line = item(&report, "Critical → P4");
        assert_eq!((line.state, line.there.len()), (Failed, 4), "{form}: {line:?}");
        let wanted =
            Repair { kind: RepairKind::Option, field: Some("Priority".to_owned()), name: "P4".to_owned() };
        let done = bench.tracker.repair(&to, &wanted).await;
        if form == "enterprise" {
            assert_eq!(line.repair, None, "its API would make all options new");
            assert!(line.steps.join(" ").contains("/orgs/acme/projects/2/settings"), "exact steps: {line:?}");
            assert!(done.unwrap_err().to_string().contains("replaces all options"), "and it is refused");
            assert_eq!(practice.project_options("acme", 2, "Priority"), before, "nothing was touched");
        } else {
            assert_eq!(line.repair.as_ref(), Some(&wanted), "{form}");
            assert!(done.unwrap().contains("was added to Priority"), "{form}");
            let after = practice.project_options("acme", 2, "Priority");
            assert_eq!(
                after[..4],
                before[..],
                "{form}: the others are the same, with colour and description"
            );
            assert_eq!(after[4].name, "P4", "{form}: the new one is last");
            assert_eq!(
                practice.project_items("acme", 2)[0].fields["Priority"],
                "P3",
                "{form}: items keep their value"
            );
            let again = bench.tracker.repair(&to, &wanted).await.unwrap();
            assert!(again.contains("is there already"), "{form}: {again}");
            let report = check(&bench, goal("acme/shop", "2")).await;
            assert!(report.ok, "{form}: now it passes\n{}", report.text);
        }
        clean(&practice);
    }
}

#[tokio::test]
async fn projects_that_are_not_there_or_only_read_are_told_with_what_exists() {
    let setup = || {
        Setup::demo()
            .project(BoardSeed::new("acme", 3, "Look only").reader("robin").select("Priority", &["P0"]))
    };
    for (form, practice, bench) in everywhere(setup).await {
        let report = check(&bench, goal("acme/shop", "99")).await;
        let line = item(&report, "Project 99");
        assert_eq!(line.state, Failed, "{form}");
        assert!(line.summary.contains("has no project 99"), "{form}: {line:?}");
        assert_eq!(line.there, ["1 Security board", "3 Look only"], "{form}: what exists");
        let report = check(&bench, goal("acme/shop", "3")).await;
        let line = item(&report, "Project 3");
        assert!(line.summary.contains("robin may only read"), "{form}: {line:?}");
        assert_eq!(item(&report, "Low → P1").repair, None, "{form}: nothing is offered that cannot be done");
        let report = check(&bench, goal("acme/shop", "Security board")).await;
        assert!(item(&report, "Project").summary.contains("is not the number"), "{form}");
        clean(&practice);
    }
}

// covers: S1.25, S1.26
#[tokio::test]
async fn a_token_without_the_scope_is_told_only_when_a_project_is_used() {
    let setup = || {
        Setup::demo().token(TokenSeed::classic("robin", &["repo", "read:org", "read:project"]).named("reads"))
    };
    for (form, practice, _) in everywhere(setup).await {
        let bench = connect(&practice.url(), &practice.token_named("reads").unwrap());
        let report = check(&bench, goal("acme/shop", "1")).await;
        let stage = expect_stage(&report, "scopes", Failed, "lacks the scope «project»", "tick «project»");
        assert!(stage.link.is_some(), "{form}: with the page");
        let report = check(&bench, support::goal("acme/shop")).await;
        assert!(report.ok, "{form}: without a project the token will do\n{}", report.text);
        clean(&practice);
    }
    let card = by_id("github").unwrap().card();
    let pat = card.auth.iter().find(|auth| auth.id == "pat").unwrap();
    assert_eq!(pat.scopes, ["repo", "read:org"], "boards are not everybody's");
    assert!(
        pat.help.contains("Only when issues are to be put on a Project board"),
        "the help says when: {}",
        pat.help
    );
    let understood = by_id("github").unwrap().understand("https://github.com/orgs/acme/projects/7").unwrap();
    let page = understood.token_page.unwrap();
    assert!(page.starts_with("https://github.com/settings/tokens") && page.contains("project"), "{page}");
    let plain = by_id("github").unwrap().understand("https://github.com/acme").unwrap().token_page.unwrap();
    assert!(!plain.contains("project"), "{plain}");
}

#[tokio::test]
async fn fine_grained_tokens_reach_the_boards_of_organisations_but_not_of_people() {
    let all = [("issues", "write"), ("metadata", "read"), ("organization_projects", "write")];
    let setup = || {
        Setup::demo()
            .repo(docket_practice::RepoSeed::new("robin/dots"))
            .project(BoardSeed::new("robin", 4, "Mine").select("Priority", &["P0", "P1", "P2", "P3", "P4"]))
            .token(TokenSeed::fine_grained("robin", "robin", &all).named("mine"))
            .token(TokenSeed::fine_grained("robin", "acme", &all).named("acme"))
            .token(TokenSeed::fine_grained("robin", "acme", &all[..2]).named("less"))
    };
    for (form, practice, _) in everywhere(setup).await {
        for (token, target, project, words) in [
            ("mine", "robin/dots", "4", "need a classic token with the scope «project»"),
            ("acme", "acme/shop", "1", ""),
            ("less", "acme/shop", "1", "may not look at the project"),
        ] {
            let bench = connect(&practice.url(), &practice.token_named(token).unwrap());
            let report = check(&bench, goal(target, project)).await;
            assert_eq!(report.ok, words.is_empty(), "{form} {token}:\n{}", report.text);
            let line = item(&report, &format!("Project {project}"));
            assert!(line.summary.contains(words), "{form} {token}: {line:?}");
        }
        clean(&practice);
    }
}

#[tokio::test]
async fn a_server_that_is_too_old_says_so() {
    let practice = Practice::start(Setup::demo().enterprise("3.7.1")).await.unwrap();
    let bench = connect(&practice.url(), &practice.token());
    let report = check(&bench, goal("acme/shop", "1")).await;
    let line = item(&report, "Project 1");
    assert_eq!(line.state, Failed, "{}", report.text);
    assert!(line.summary.contains("3.7.1") && line.summary.contains("3.9"), "{line:?}");
    assert!(line.steps[0].contains("Leave the project out"), "what remains possible: {line:?}");
}

// covers: S0.15, S0.16, S0.20, S1.28
#[tokio::test]
async fn the_fields_of_a_mapping_follow_the_chosen_project() {
    let setup = || {
        Setup::demo()
            .project(BoardSeed::new("acme", 2, "Second").select("Urgency", &["Now", "Later"]))
            .project(BoardSeed::new("acme", 5, "Old").closed())
    };
    for (form, practice, bench) in everywhere(setup).await {
        let bare = bench.tracker.fields_of(&"acme/shop".into()).await.unwrap();
        let project = bare.fields.iter().find(|field| field.id == "project").unwrap();
        assert!(project.reloads && !project.required, "{form}: others depend on it");
        let choices: Vec<&str> = project.choices.iter().map(|choice| choice.value.as_str()).collect();
        assert_eq!(choices, ["1", "2"], "{form}: open projects by number");
        assert!(bare.severity.is_empty() && bare.status.is_empty(), "{form}: nothing to map to yet");
        let chosen = bench.tracker.fields_of(&on_project("acme/shop", "2")).await.unwrap();
        let names: Vec<&str> = chosen.severity.iter().map(|field| field.id.as_str()).collect();
        assert_eq!(names, ["Status", "Urgency"], "{form}: single-select fields of the second project only");
        let options: Vec<&str> =
            chosen.severity[1].values.iter().map(|choice| choice.value.as_str()).collect();
        assert_eq!(options, ["Now", "Later"], "{form}: with their options");
        let kinds = chosen.fields.iter().find(|field| field.id == "type");
        assert_eq!(kinds.is_some(), form != "enterprise", "{form}: types where they are offered");
        if let Some(kinds) = kinds {
            assert_eq!(kinds.choices.len(), 3, "{form}: Task, Bug, Feature");
        }
        clean(&practice);
    }
    let practice = Practice::start(Setup::demo().token(TokenSeed::classic("robin", &["repo"]).named("less")))
        .await
        .unwrap();
    let bench = connect(&practice.url(), &practice.token_named("less").unwrap());
    let fields = bench.tracker.fields_of(&on_project("acme/shop", "1")).await.unwrap();
    assert!(!fields.labels.is_empty(), "a token without the scope still gets everything else");
    let help = &fields.fields.iter().find(|field| field.id == "project").unwrap().help;
    assert!(help.contains("lacks the scope «project»"), "and why: {help}");
}

#[tokio::test]
async fn a_type_that_does_not_exist_fails_and_a_map_that_is_off_is_a_warning() {
    let practice = Practice::start(Setup::demo()).await.unwrap();
    let bench = connect(&practice.url(), &practice.token());
    let mut wrong = goal("acme/shop", "1");
    if let Some(to) = &mut wrong.to {
        to.settings.insert("type".to_owned(), "Incident".to_owned());
    }
    wrong.status = ValueMap::default();
    wrong.severity.values.remove("low");
    let report = check(&bench, wrong).await;
    let kind = item(&report, "Type Incident");
    assert_eq!((kind.state, kind.there.len()), (Failed, 3), "{kind:?}");
    assert_eq!(item(&report, "Status field").state, Warning, "nothing is sent");
    let bare = item(&report, "Severities without a value");
    assert!(bare.state == Warning && bare.summary.contains("Low"), "{bare:?}");
}
