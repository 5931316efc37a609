//! An issue gets its findings as a file, which another computer can read again, and nothing in it
//! that must stay here.

use docket_domain::{Code, GroupKey, LeakPlace, PlanState};
use docket_practice::gitlab::{GitLabSetup, PracticeGitLab};
use serde_json::Value;

use crate::support::*;

/// A computer that pushes to a practice GitLab and wants files.
async fn with_files(practice: &PracticeGitLab) -> (Desk, docket_domain::Application, docket_domain::Mapping) {
    let desk = Desk::new().await;
    let application = desk.engine.application_add("Shop").await.unwrap();
    let mut form = to_address(&practice.url(), &practice.token());
    "gitlab".clone_into(&mut form.kind);
    let connection = desk.engine.connection_save(form).await.unwrap();
    let mut form = to_shop(connection.id, application.id);
    form.assignees.clear();
    form.milestone = None;
    form.findings_file = Some(true);
    let mapping = desk.engine.mapping_save(form).await.unwrap();
    (desk, application, mapping)
}

fn files(practice: &PracticeGitLab) -> Vec<(u64, String, Value)> {
    let uploads = practice.uploads("acme/shop");
    let mut found = Vec::new();
    for issue in practice.issues("acme/shop") {
        for note in &issue.notes {
            for file in uploads.iter().filter(|file| note.contains(&file.url())) {
                found.push((issue.iid, file.name.clone(), serde_json::from_slice(&file.bytes).unwrap()));
            }
        }
    }
    found
}

// covers: X2, X12
#[tokio::test]
async fn each_issue_has_its_findings_as_a_file_that_is_read_again_elsewhere() {
    let practice = PracticeGitLab::start(GitLabSetup::demo()).await.unwrap();
    let (desk, application, mapping) = with_files(&practice).await;
    let telling = Spot { message: "Ask bob@acme.com".to_owned(), ..spot("mail", "src/mail.py") };
    let mut all = spots(&["sql", "xss"], 5);
    all.push(telling);
    desk.import(application.id, report(&all)).await;
    let plan = desk.plan(mapping.id, &[GroupKey::Rule]).await;
    let steps = desk.steps(plan.id).await;
    let names: Vec<String> =
        steps.iter().map(|step| step.draft.as_ref().unwrap().file.clone().unwrap()).collect();
    let warned = steps.iter().flat_map(|step| &step.warnings).any(|words| words.starts_with("In the file:"));
    assert!(warned, "what the file would have told is said beforehand: {steps:#?}");
    let mail = steps.iter().find(|step| step.group.findings.len() == 1).unwrap();
    let taken = desk.engine.plan_step_guard(plan.id, mail.index).await.unwrap();
    assert!(
        taken.iter().any(|one| one.place == LeakPlace::Attachment && one.found == "bob@acme.com"),
        "and shown: {taken:?}"
    );
    let done = desk.apply(&plan).await.unwrap();
    assert_eq!(done.state, PlanState::Done, "{done:?}");
    let there = files(&practice);
    assert_eq!(there.len(), steps.len(), "a file for each issue");
    for name in &names {
        assert!(there.iter().any(|(_, file, _)| file == name), "as the plan named it: {name}");
    }
    let text = format!("{there:?}");
    assert!(text.contains("[e-mail]") && !text.contains("bob@acme.com"), "guarded: {text}");
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());

    // What is in the files is what was pushed.
    let other = Desk::new().await;
    let elsewhere = other.engine.application_add("Shop").await.unwrap();
    for (_, _, file) in &there {
        other.import(elsewhere.id, file.to_string().into_bytes()).await;
    }
    let seen = |rows: Vec<docket_domain::FindingRow>| {
        let mut all: Vec<_> =
            rows.into_iter().map(|row| (row.rule, row.severity, row.place, row.tool)).collect();
        all.sort();
        all
    };
    assert_eq!(seen(other.rows("").await), seen(desk.rows("").await), "each finding, as it was");
    let desk_now = desk.plan(mapping.id, &[GroupKey::Rule]).await;
    assert_eq!(desk_now.counts.skip, desk_now.counts.steps, "nothing is left to do: {desk_now:?}");
}

// covers: X2
#[tokio::test]
async fn a_file_follows_its_findings_and_never_doubles() {
    let practice = PracticeGitLab::start(GitLabSetup::demo()).await.unwrap();
    let (desk, application, mapping) = with_files(&practice).await;
    desk.import(application.id, report(&spots(&["sql"], 3))).await;
    desk.push(mapping.id, &[GroupKey::Rule]).await;
    let before = files(&practice);
    desk.import(application.id, report(&spots(&["sql"], 5))).await;
    desk.push(mapping.id, &[GroupKey::Rule]).await;
    let after = files(&practice);
    assert_eq!((before.len(), after.len()), (1, 1), "one file each time");
    assert_ne!(before[0].1, after[0].1, "another one");
    assert_eq!(after[0].2["findings"].as_array().unwrap().len(), 5, "with all findings");
    let plan = desk.plan(mapping.id, &[GroupKey::Rule]).await;
    assert_eq!(plan.counts.skip, plan.counts.steps, "and nothing is left: {plan:?}");
}

#[tokio::test]
async fn where_issues_take_no_files_none_can_be_asked_for() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    let mut form = to_shop(mapping.connection, application.id);
    form.id = Some(mapping.id);
    form.findings_file = Some(true);
    let refused = desk.engine.mapping_save(form).await.unwrap_err();
    assert_eq!(refused.code, Code::BadInput, "{refused:?}");
    assert_eq!(refused.context["field"], "findings_file", "{refused:?}");
    assert!(refused.message.contains("GitHub"), "it says where: {refused:?}");
}
