//! What must not leave this computer does not, and nothing is published where everybody can read
//! it without a yes.

use docket_domain::job::JobEvent;
use docket_domain::{Code, GroupKey, Guard, LeakClass, LeakPlace, OwnPattern, PlanState, Template};
use docket_engine::export::ExportFormat;
use docket_engine::{Consent, nobody};
use docket_practice::{Practice, RepoChange};
use serde_json::json;

use crate::support::*;

const BY_RULE: &[GroupKey] = &[GroupKey::Rule];

/// Put together here so that no scanner takes this file for a leak.
fn token() -> String {
    ["ghp", "_", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"].concat()
}

/// A report that names all sorts of things, in titles, texts and code.
fn telling() -> Vec<u8> {
    let found = [
        Spot { message: format!("Token {} in use", token()), ..spot("title", "src/a.py") },
        Spot {
            message: "Ask bob@acme.com about build.acme.corp".to_owned(),
            ..spot("text", "/home/alice/b.py")
        },
    ];
    let mut log = sarif(&found);
    let results = log["runs"][0]["results"].as_array_mut().unwrap();
    for result in results {
        let place = &mut result["locations"][0]["physicalLocation"]["region"]["snippet"];
        *place =
            json!({ "text": format!("connect('https://10.1.2.3:8443', token='{}')  # PROJ-77", token()) });
    }
    log.to_string().into_bytes()
}

fn everything_said(practice: &Practice) -> String {
    let issues = ours(practice).into_iter();
    let said: Vec<String> =
        issues.map(|one| format!("{}\n{}\n{}", one.title, one.body, one.comments.join("\n"))).collect();
    said.join("\n")
}

const NAMED: [&str; 6] = ["bob@acme.com", "build.acme.corp", "alice", "10.1.2.3", "PROJ-77", "aB3dE6gH9jK2"];

// covers: X12
#[tokio::test]
async fn secrets_hosts_paths_and_people_stay_here() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, telling()).await;
    let mut form = to_shop(mapping.connection, application.id);
    form.id = Some(mapping.id);
    form.template = Some(Template {
        title: "{{ title }} ({{ severity }})".to_owned(),
        body: "About {{ title }}. Questions: security@acme.com\n\n{{ default }}".to_owned(),
    });
    form.guard = Some(Guard {
        patterns: vec![OwnPattern { name: "tickets".to_owned(), pattern: r"PROJ-\d+".to_owned() }],
        ..Guard::default()
    });
    desk.engine.mapping_save(form).await.unwrap();
    let plan = desk.plan(mapping.id, &[]).await;
    let steps = desk.steps(plan.id).await;
    let warned = steps.iter().flat_map(|step| &step.warnings).cloned().collect::<Vec<_>>().join(" ");
    for words in ["credential", "e-mail", "internal host", "internal address", "home folder", "pattern"] {
        assert!(warned.contains(words), "the plan says that {words} was found: {warned}");
    }
    let stored = serde_json::to_string(&steps).unwrap();
    let (_, exported) = desk.engine.plan_export(plan.id, ExportFormat::Json, Vec::new()).await.unwrap();
    let exported = String::from_utf8(exported).unwrap();
    let done = desk.apply(&plan).await.unwrap();
    assert_eq!(done.state, PlanState::Done, "{done:?}");
    let said = everything_said(&practice);
    assert!(said.contains("[redacted]") && said.contains("[internal-host]"), "with marks in place: {said}");
    assert!(said.contains("security@acme.com"), "the person's own words are sent as they are: {said}");
    for name in NAMED {
        assert!(!said.contains(name), "{name} reached the tracker: {said}");
        let log = practice.log();
        assert!(!format!("{log:?}").contains(name), "{name} is in a request");
    }
    for secret in ["aB3dE6gH9jK2", "bob@acme.com", "PROJ-77"] {
        assert!(!stored.contains(secret), "{secret} is stored with the plan: {stored}");
        assert!(!exported.contains(secret), "{secret} is exported: {exported}");
    }
    clean(&practice);
}

// covers: X12
#[tokio::test]
async fn what_is_kept_back_is_shown_before_it_is_sent() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, telling()).await;
    let plan = desk.plan(mapping.id, BY_RULE).await;
    let steps = desk.steps(plan.id).await;
    let mut taken = Vec::new();
    for step in &steps {
        taken.extend(desk.engine.plan_step_guard(plan.id, step.index).await.unwrap());
    }
    let has = |class: LeakClass, place: LeakPlace, found: &str| {
        taken.iter().any(|one| (one.class, one.place) == (class, place) && one.found.contains(found))
    };
    assert!(has(LeakClass::Credential, LeakPlace::Title, &token()), "in a title: {taken:?}");
    assert!(has(LeakClass::Credential, LeakPlace::Snippet, &token()), "in code: {taken:?}");
    assert!(has(LeakClass::Address, LeakPlace::Snippet, "10.1.2.3"), "an address: {taken:?}");
    let code =
        taken.iter().find(|one| one.place == LeakPlace::Snippet && one.class == LeakClass::Address).unwrap();
    assert_eq!((code.lead.as_str(), code.put.as_str()), ("connect('", "[internal-address]"), "with its line");
    assert!(!code.tail.contains(&token()), "the rest of the line is as it is sent: {}", code.tail);
    let nowhere = desk.engine.plan_step_guard(plan.id, 99).await.unwrap_err();
    assert_eq!(nowhere.code, Code::NotFound, "{nowhere:?}");

    // A person may allow things, and is told of a pattern that is none.
    let mut form = to_shop(mapping.connection, application.id);
    form.id = Some(mapping.id);
    form.guard = Some(Guard {
        off: vec![LeakClass::Address],
        allowed: vec!["*@acme.com".to_owned()],
        patterns: Vec::new(),
    });
    let saved = desk.engine.mapping_save(form.clone()).await.unwrap();
    assert_eq!(saved.guard, desk.engine.mapping_show(mapping.id).await.unwrap().guard, "kept");
    form.guard = None;
    assert_eq!(desk.engine.mapping_save(form.clone()).await.unwrap().guard, saved.guard, "left as it was");
    let again = desk.push(mapping.id, BY_RULE).await;
    let said = everything_said(&practice);
    assert!(said.contains("bob@acme.com") && said.contains("10.1.2.3"), "as was chosen: {said}");
    assert!(!said.contains(&token()) && again.state == PlanState::Done, "and no more: {said}");
    form.guard = Some(Guard {
        patterns: vec![OwnPattern { name: "broken".to_owned(), pattern: "a(b".to_owned() }],
        ..Guard::default()
    });
    let refused = desk.engine.mapping_save(form).await.unwrap_err();
    assert_eq!((refused.code, refused.context["position"].as_str()), (Code::BadInput, "2"), "{refused:?}");
}

fn shows_to_everybody(practice: &Practice, yes: bool) {
    practice.change_repo(TARGET, RepoChange::Private(!yes)).unwrap();
}

// covers: X12
#[tokio::test]
async fn a_public_place_needs_a_yes_each_time() {
    let practice = practice().await;
    shows_to_everybody(&practice, true);
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&spots(&["sqli", "xss", "path"], 1))).await;
    let plan = desk.plan(mapping.id, BY_RULE).await;
    let warned = plan.warnings.join(" ");
    assert!(
        warned.contains("acme/shop is public") && warned.contains("3 new issues"),
        "told at once: {warned}"
    );
    let before = writes(&practice);
    let refused = desk.apply(&plan).await.unwrap_err();
    assert_eq!(refused.code, Code::PublicTarget, "{refused:?}");
    assert!(refused.message.contains("acme/shop") && refused.message.contains("3 new issues"), "{refused}");
    assert_eq!((refused.context["target"].as_str(), refused.context["create"].as_str()), (TARGET, "3"));
    let elsewhere = Consent::to_publish_in("acme/billing");
    let other = desk.engine.plan_apply_agreed(plan.id, elsewhere, nobody()).await.unwrap_err();
    assert_eq!(other.code, Code::PublicTarget, "a yes to another place is none: {other:?}");
    assert_eq!(writes(&practice), before, "nothing was sent");
    assert_eq!(desk.engine.plan_show(plan.id).await.unwrap().state, PlanState::Ready, "as ready as it was");

    // With a yes it begins; going on after a pause asks again.
    let engine = desk.engine.clone();
    let pausing = plan.id;
    let listener: docket_engine::JobListener = std::sync::Arc::new(move |event: JobEvent| {
        if matches!(event.news, docket_domain::job::JobNews::Step { .. }) {
            for job in engine.jobs_running() {
                engine.job_cancel(job.id);
            }
        }
    });
    let begun =
        desk.engine.plan_apply_agreed(pausing, Consent::to_publish_in(TARGET), listener).await.unwrap();
    assert_eq!((begun.state, begun.counts.done), (PlanState::Paused, 1), "paused after the first: {begun:?}");
    let resumed = desk.apply(&plan).await.unwrap_err();
    assert_eq!(resumed.code, Code::PublicTarget, "each time anew: {resumed:?}");
    assert!(resumed.message.contains("Nothing more was sent"), "{resumed}");
    let agreed =
        desk.engine.plan_apply_agreed(plan.id, Consent::to_publish_in(TARGET), nobody()).await.unwrap();
    assert_eq!(agreed.state, PlanState::Done, "{agreed:?}");
    each_once(&practice);
    let nothing = desk.push(mapping.id, BY_RULE).await;
    assert_eq!(
        nothing.counts.create + nothing.counts.update,
        0,
        "nothing to publish, nothing to ask: {nothing:?}"
    );
    assert!(!nothing.warnings.join(" ").contains("public"), "{nothing:?}");
    clean(&practice);
}

// covers: X12
#[tokio::test]
async fn a_place_that_turned_public_after_planning_is_refused_too() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&spots(&["sqli"], 2))).await;
    let plan = desk.plan(mapping.id, BY_RULE).await;
    assert!(!plan.warnings.join(" ").contains("public"), "it was private: {plan:?}");
    shows_to_everybody(&practice, true);
    let before = writes(&practice);
    let refused = desk.apply(&plan).await.unwrap_err();
    assert_eq!((refused.code, writes(&practice)), (Code::PublicTarget, before), "{refused:?}");
    shows_to_everybody(&practice, false);
    assert_eq!(desk.apply(&plan).await.unwrap().state, PlanState::Done, "private again: nobody is asked");
    clean(&practice);
}
