//! The group studio through a real tracker: groups changed by hand, findings that move between
//! issues, issues of people that findings are put into, several issues for one finding; what is
//! out of date is refused or brought up to date; and all of it taken back.

use docket_domain::group::{AttachAs, GroupBy, GroupEdit, Held};
use docket_domain::planning::change::DiffMark;
use docket_domain::{Action, Code, FindingId, GroupKey, Mapping, Marker, Plan, PlanState, Selection, Status};
use docket_engine::nobody;
use docket_practice::Practice;

use crate::support::*;

const BY_RULE: &[GroupKey] = &[GroupKey::Rule];

async fn ready(rules: &[&str], each: usize) -> (Practice, Desk, docket_domain::ApplicationId, Mapping) {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&spots(rules, each))).await;
    (practice, desk, application.id, mapping)
}

fn by(keys: &[GroupKey], held: Held, edits: Vec<GroupEdit>) -> GroupBy {
    GroupBy { held, edits, ..GroupBy::keys(keys) }
}

/// The name of the group whose title speaks of `word`.
async fn name(desk: &Desk, mapping: &Mapping, by: &GroupBy, word: &str) -> Marker {
    let preview = desk.engine.group_preview(everything(), by.clone(), Some(mapping.id)).await.unwrap();
    let found = preview.first.iter().find(|one| one.title.contains(word));
    found.unwrap_or_else(|| panic!("no group speaks of {word}: {preview:?}")).name.clone()
}

async fn ids(desk: &Desk, query: &str) -> Vec<FindingId> {
    desk.rows(query).await.iter().map(|row| row.id).collect()
}

async fn done(desk: &Desk, plan: &Plan) -> Plan {
    let plan = desk.apply(plan).await.unwrap();
    assert_eq!(plan.state, PlanState::Done, "{plan:?}: {:?}", desk.steps(plan.id).await);
    plan
}

/// Nothing is left to be written for this grouping.
async fn settled(desk: &Desk, mapping: &Mapping, by: GroupBy) {
    let again = desk.arranged(mapping.id, by).await;
    assert_eq!(
        again.counts.skip,
        again.counts.steps,
        "a further plan is empty: {:?}",
        desk.steps(again.id).await
    );
}

// covers: X8, S0.25
#[tokio::test]
async fn groups_are_pushed_as_a_person_arranged_them() {
    let (practice, desk, _, mapping) = ready(&["sqli", "xss", "eval"], 2).await;
    let by_rule = GroupBy::keys(BY_RULE);
    let (sqli, xss) =
        (name(&desk, &mapping, &by_rule, "sqli").await, name(&desk, &mapping, &by_rule, "xss").await);
    let eval = ids(&desk, "rule:eval").await;
    let edits = vec![
        GroupEdit::Merge { from: xss, into: sqli },
        GroupEdit::Move { findings: vec![eval[0]], to: None },
        GroupEdit::LeaveOut { findings: vec![eval[1]] },
    ];
    let arranged = by(BY_RULE, Held::Stay, edits);
    let preview = desk.engine.group_preview(everything(), arranged.clone(), Some(mapping.id)).await.unwrap();
    assert_eq!((preview.groups, preview.new, preview.left_out), (2, 2, 1), "told before anything is planned");
    let plan = desk.arranged(mapping.id, arranged.clone()).await;
    assert_eq!((plan.counts.create, plan.counts.skip), (2, 1), "{:?}", desk.steps(plan.id).await);
    assert_eq!(plan.counts.findings, 6, "every finding of the selection is accounted for");
    done(&desk, &plan).await;
    let issues = ours(&practice);
    assert_eq!(issues.len(), 2, "as arranged");
    assert!(
        issues.iter().any(|issue| issue.body.contains("src/sqli") && issue.body.contains("src/xss")),
        "merged"
    );
    settled(&desk, &mapping, arranged).await;
    // Without the changes by hand only what was left out is new: the rest stays where it is.
    let plan = desk.arranged(mapping.id, by_rule).await;
    assert_eq!(plan.counts.create, 1, "{:?}", desk.steps(plan.id).await);
    clean(&practice);
}

// covers: X8
#[tokio::test]
async fn a_large_group_is_split_and_later_findings_fill_the_last_part() {
    let (practice, desk, application, mapping) = ready(&["sqli"], 5).await;
    let split = GroupBy { most: Some(2), ..GroupBy::keys(BY_RULE) };
    let plan = desk.arranged(mapping.id, split.clone()).await;
    assert_eq!(plan.counts.create, 3, "2 + 2 + 1");
    done(&desk, &plan).await;
    let mut all = spots(&["sqli"], 5);
    all.push(spot("sqli", "src/aaa/first.py"));
    desk.import(application, report(&all)).await;
    let plan = desk.arranged(mapping.id, split.clone()).await;
    assert_eq!((plan.counts.update, plan.counts.create), (1, 0), "{:?}", desk.steps(plan.id).await);
    done(&desk, &plan).await;
    assert_eq!(ours(&practice).len(), 3, "no fourth issue");
    assert!(desk.rows("").await.iter().all(|row| row.issues.len() == 1), "each finding in one of them");
    settled(&desk, &mapping, split).await;
    clean(&practice);
}

// covers: X8, X7
#[tokio::test]
async fn pushed_issues_are_joined_and_split_and_say_so() {
    let (practice, desk, _, mapping) = ready(&["sqli", "xss"], 2).await;
    done(&desk, &desk.plan(mapping.id, BY_RULE).await).await;
    assert_eq!(ours(&practice).len(), 2, "one a rule");

    // Joined: everything moves into one issue, the others are closed with a word.
    let joined = by(&[GroupKey::Application], Held::Move, Vec::new());
    let plan = desk.arranged(mapping.id, joined.clone()).await;
    assert_eq!((plan.counts.create, plan.counts.close), (1, 2), "{:?}", desk.steps(plan.id).await);
    done(&desk, &plan).await;
    let all = ours(&practice);
    let open: Vec<_> = all.iter().filter(|issue| issue.open).collect();
    assert_eq!(open.len(), 1, "one is left open");
    for closed in all.iter().filter(|issue| !issue.open) {
        assert_eq!(closed.comments.len(), 1, "says where it goes on: {closed:?}");
        assert!(
            closed.comments[0].contains(&format!("{TARGET}#{}", open[0].number)),
            "{}",
            closed.comments[0]
        );
        assert!(!closed.comments[0].contains("docket-issue-of"), "{}", closed.comments[0]);
    }
    assert!(desk.rows("").await.iter().all(|row| row.issues.len() == 1), "each finding is in one issue");
    settled(&desk, &mapping, joined).await;

    // Split: two of them leave for an issue of their own; the old one keeps its number.
    let xss = Selection::Ids { ids: ids(&desk, "rule:xss").await };
    let split = by(&[GroupKey::File], Held::Move, Vec::new());
    let plan = desk.engine.plan_make(xss, mapping.id, split, nobody()).await.unwrap();
    assert_eq!((plan.counts.create, plan.counts.update), (2, 1), "{:?}", desk.steps(plan.id).await);
    done(&desk, &plan).await;
    let kept = practice.issue(TARGET, open[0].number).unwrap();
    assert!(kept.open && kept.body.contains("src/sqli") && !kept.body.contains("src/xss"), "{}", kept.body);
    assert!(kept.comments.iter().any(|comment| comment.contains("goes on in")), "{:?}", kept.comments);
    assert!(desk.rows("").await.iter().all(|row| row.issues.len() == 1), "each finding is in one issue");
    clean(&practice);
}

// covers: X7, S0.27
#[tokio::test]
async fn a_finding_is_in_several_issues_when_that_is_wanted() {
    let (practice, desk, _, mapping) = ready(&["sqli"], 2).await;
    done(&desk, &desk.plan(mapping.id, BY_RULE).await).await;
    let also = by(&[GroupKey::Severity], Held::Also, Vec::new());
    done(&desk, &desk.arranged(mapping.id, also.clone()).await).await;
    assert_eq!(ours(&practice).len(), 2, "a second issue");
    assert!(desk.rows("").await.iter().all(|row| row.issues.len() == 2), "for the same findings");
    settled(&desk, &mapping, also).await;
    clean(&practice);
}

// covers: X8, X9
#[tokio::test]
async fn findings_are_put_into_an_issue_of_people_and_their_words_stay() {
    let (practice, desk, application, mapping) = ready(&["sqli", "xss"], 1).await;
    let kim = practice.someone("kim");
    let number = kim.opens(TARGET, "Harden the shop", "We know about this.").unwrap();
    let by_rule = GroupBy::keys(BY_RULE);
    let issue = desk.engine.issue_find(mapping.id, &format!("#{number}")).await.unwrap();
    assert_eq!(issue.title, "Harden the shop", "found by its number");
    let by_address = desk.engine.issue_find(mapping.id, &issue.issue.url).await.unwrap();
    assert_eq!(by_address.issue.number, number.to_string(), "and by its address");
    let wrong = desk.engine.issue_find(mapping.id, "9999").await.unwrap_err();
    assert_eq!(wrong.code, Code::TargetMissing, "one that is not there: {wrong}");

    let found = desk.engine.issue_search(mapping.id, "SHOP harden", nobody()).await.unwrap();
    assert_eq!(found.len(), 1, "and by words of its title: {found:?}");
    assert_eq!(found[0].issue.number, number.to_string(), "the very issue");
    assert!(desk.engine.issue_search(mapping.id, "100%", nobody()).await.unwrap().is_empty(), "no wildcards");

    let attach = |group, how| GroupEdit::Attach { group, issue: issue.issue.clone(), how };
    let (sqli, xss) =
        (name(&desk, &mapping, &by_rule, "sqli").await, name(&desk, &mapping, &by_rule, "xss").await);
    let section = by(BY_RULE, Held::Stay, vec![attach(sqli, AttachAs::Section)]);
    let plan = desk.arranged(mapping.id, section.clone()).await;
    assert_eq!((plan.counts.attach, plan.counts.create), (1, 1), "{:?}", desk.steps(plan.id).await);
    let step = desk.steps(plan.id).await.into_iter().find(|step| step.action == Action::Attach).unwrap();
    let difference = desk.engine.plan_difference(plan.id, step.index).await.unwrap();
    assert!(
        difference.body.iter().any(|l| l.mark == DiffMark::Same && l.text == "We know about this."),
        "kept"
    );
    assert!(difference.body.iter().any(|l| l.mark == DiffMark::Added && l.text.contains("sqli")), "added");
    done(&desk, &plan).await;
    let theirs = practice.issue(TARGET, number).unwrap();
    assert!(theirs.body.starts_with("We know about this."), "{}", theirs.body);
    assert!(theirs.body.contains("src/sqli") && theirs.labels.is_empty(), "Docket's part, and no labels");
    assert_eq!(theirs.title, "Harden the shop", "their title");
    settled(&desk, &mapping, section).await;

    // A later finding of the group joins it; when all are dealt with, people close their issue.
    let mut all = spots(&["sqli", "xss"], 1);
    all.push(spot("sqli", "src/sqli/late.py"));
    desk.import(application, report(&all)).await;
    done(&desk, &desk.plan(mapping.id, BY_RULE).await).await;
    assert!(practice.issue(TARGET, number).unwrap().body.contains("late.py"), "joined");
    desk.import(application, report(&spots(&["xss"], 1))).await;
    let plan = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(plan.counts.close, 0, "{:?}", desk.steps(plan.id).await);

    // By a comment only: the text is not touched.
    let other = kim.opens(TARGET, "Another", "Leave this text alone.").unwrap();
    let issue = desk.engine.issue_find(mapping.id, &other.to_string()).await.unwrap().issue;
    let edit = GroupEdit::Attach { group: xss, issue, how: AttachAs::Comment };
    let comment = by(BY_RULE, Held::Move, vec![edit]);
    done(&desk, &desk.arranged(mapping.id, comment).await).await;
    let theirs = practice.issue(TARGET, other).unwrap();
    assert_eq!(theirs.body, "Leave this text alone.", "untouched");
    assert!(theirs.comments[0].contains("src/xss"), "{:?}", theirs.comments);
    clean(&practice);
}

// covers: X1
#[tokio::test]
async fn a_plan_that_is_out_of_date_is_refused_and_nothing_is_sent() {
    let (practice, desk, _, mapping) = ready(&["sqli", "xss"], 1).await;
    let plan = desk.plan(mapping.id, BY_RULE).await;
    let sqli = Selection::Ids { ids: ids(&desk, "rule:sqli").await };
    desk.engine
        .finding_assess(sqli, Status::FalsePositive, None, Some("it is escaped".to_owned()), nobody())
        .await
        .unwrap();
    let refused = desk.apply(&plan).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict, "{refused}");
    assert!(refused.hint.as_deref().unwrap_or_default().starts_with("Plan again"), "{refused:?}");
    assert_eq!(writes(&practice), 0, "nothing was sent");
    assert_eq!(desk.engine.plan_show(plan.id).await.unwrap().state, PlanState::Ready, "it stays as it was");
    let again = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(again.counts.create, 1, "planned again it leaves the finding out");
    done(&desk, &again).await;

    // What changes while the plan is being applied is refused step by step.
    let (practice, desk, _, mapping) = ready(&["sqli", "xss", "eval"], 1).await;
    let plan = desk.plan(mapping.id, BY_RULE).await;
    let last = desk.steps(plan.id).await[2].group.findings.clone();
    let engine = desk.engine.clone();
    let (told, heard) = std::sync::mpsc::channel();
    let listener = at_each_step(move |index| {
        if index == 0 {
            let (engine, ids) = (engine.clone(), last.clone());
            let told = told.clone();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let done = runtime.block_on(engine.finding_assess(
                    Selection::Ids { ids },
                    Status::RiskAccepted,
                    None,
                    Some("later".to_owned()),
                    nobody(),
                ));
                told.send(done.is_ok()).unwrap();
            })
            .join()
            .unwrap();
        }
    });
    let plan = desk.engine.plan_apply(plan.id, listener).await.unwrap();
    assert_eq!(heard.recv(), Ok(true), "it was decided in the middle");
    assert_eq!((plan.state, plan.counts.done, plan.counts.failed), (PlanState::Partly, 2, 1), "{plan:?}");
    assert_eq!(ours(&practice).len(), 2, "the third was not filed");
}

// covers: X1, X2
#[tokio::test]
async fn issues_follow_their_findings_and_only_dockets_own_close_is_undone() {
    let (practice, desk, application, mapping) = ready(&["sqli"], 2).await;
    done(&desk, &desk.plan(mapping.id, BY_RULE).await).await;
    let number = ours(&practice)[0].number;
    // One is fixed: its box is ticked.
    let both = spots(&["sqli"], 2);
    desk.import(application, report(&both[..1])).await;
    let plan = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(plan.counts.update, 1, "{:?}", desk.steps(plan.id).await);
    done(&desk, &plan).await;
    assert!(practice.issue(TARGET, number).unwrap().body.contains("- [x]"), "ticked");
    settled(&desk, &mapping, GroupBy::keys(BY_RULE)).await;
    // The other one is decided: nothing active is left, and the issue is closed with a word.
    let rest = Selection::Ids { ids: ids(&desk, "rule:sqli status:active").await };
    desk.engine
        .finding_assess(rest.clone(), Status::FalsePositive, None, Some("no".to_owned()), nobody())
        .await
        .unwrap();
    let plan = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(plan.counts.close, 1, "{:?}", desk.steps(plan.id).await);
    done(&desk, &plan).await;
    let issue = practice.issue(TARGET, number).unwrap();
    assert!(!issue.open, "closed");
    assert!(
        issue.comments.iter().any(|comment| comment.contains("Closed by Docket")),
        "{:?}",
        issue.comments
    );
    settled(&desk, &mapping, GroupBy::keys(BY_RULE)).await;
    // Active again: Docket closed it, so Docket opens it.
    desk.engine
        .finding_assess(rest.clone(), Status::Active, None, Some("it is".to_owned()), nobody())
        .await
        .unwrap();
    let plan = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(plan.counts.reopen, 1, "{:?}", desk.steps(plan.id).await);
    done(&desk, &plan).await;
    assert!(practice.issue(TARGET, number).unwrap().open, "open again");
    settled(&desk, &mapping, GroupBy::keys(BY_RULE)).await;
    // People close it: that is respected.
    practice.someone("kim").closes(TARGET, number, "not_planned").unwrap();
    let plan = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!(plan.counts.reopen, 0, "{:?}", desk.steps(plan.id).await);
    assert_eq!(ours(&practice).len(), 1, "one issue all along");
    clean(&practice);
}

// covers: X13
#[tokio::test]
async fn a_push_is_taken_back_and_can_be_pushed_again() {
    let (practice, desk, _, mapping) = ready(&["sqli", "xss"], 1).await;
    let kim = practice.someone("kim");
    let theirs = kim.opens(TARGET, "Theirs", "Kim's words.").unwrap();
    let issue = desk.engine.issue_find(mapping.id, &theirs.to_string()).await.unwrap().issue;
    let by_rule = GroupBy::keys(BY_RULE);
    let edit = GroupEdit::Attach {
        group: name(&desk, &mapping, &by_rule, "xss").await,
        issue,
        how: AttachAs::Section,
    };
    let plan = done(&desk, &desk.arranged(mapping.id, by(BY_RULE, Held::Stay, vec![edit])).await).await;
    let number = ours(&practice).iter().find(|one| one.number != theirs).unwrap().number;
    kim.rewrites(TARGET, theirs, &format!("{}\n\nAnd more.", practice.issue(TARGET, theirs).unwrap().body))
        .unwrap();

    let undo = desk.engine.plan_undo(plan.id, None, nobody()).await.unwrap();
    assert_eq!((undo.undoes, undo.state), (Some(plan.id), PlanState::Ready), "a plan, shown first");
    assert_eq!((undo.counts.close, undo.counts.update), (1, 1), "{:?}", desk.steps(undo.id).await);
    assert!(practice.issue(TARGET, number).unwrap().open, "nothing is written yet");
    done(&desk, &undo).await;
    let filed = practice.issue(TARGET, number).unwrap();
    assert!(
        !filed.open && filed.comments.iter().any(|c| c.contains("took back")),
        "closed with a word: {filed:?}"
    );
    let body = practice.issue(TARGET, theirs).unwrap().body;
    assert!(body.starts_with("Kim's words.") && body.ends_with("And more."), "people's words stay: {body}");
    assert!(!body.contains("docket"), "and nothing else: {body}");
    assert!(desk.rows("").await.iter().all(|row| row.issues.is_empty()), "no finding is in an issue");
    // Taking back twice finds nothing.
    let twice = desk.engine.plan_undo(plan.id, None, nobody()).await.unwrap();
    assert_eq!(twice.counts.skip, twice.counts.steps, "{:?}", desk.steps(twice.id).await);
    // Pushed again: the issue that Docket closed is opened, not doubled.
    let again = desk.plan(mapping.id, BY_RULE).await;
    assert_eq!((again.counts.reopen, again.counts.create), (1, 1), "{:?}", desk.steps(again.id).await);
    done(&desk, &again).await;
    each_once(&practice);
    clean(&practice);
}

// covers: X13
#[tokio::test]
async fn joining_issues_is_taken_back_and_every_finding_is_where_it_was() {
    let (practice, desk, _, mapping) = ready(&["sqli", "xss"], 1).await;
    done(&desk, &desk.plan(mapping.id, BY_RULE).await).await;
    let before: Vec<_> = desk.rows("").await.into_iter().map(|row| (row.id, row.issues)).collect();
    let filed: Vec<u64> = ours(&practice).iter().map(|issue| issue.number).collect();
    let joined = by(&[GroupKey::Application], Held::Move, Vec::new());
    let plan = done(&desk, &desk.arranged(mapping.id, joined).await).await;
    let undo = desk.engine.plan_undo(plan.id, None, nobody()).await.unwrap();
    done(&desk, &undo).await;
    let after: Vec<_> = desk.rows("").await.into_iter().map(|row| (row.id, row.issues)).collect();
    assert_eq!(after, before, "as it was");
    let open: Vec<u64> =
        ours(&practice).iter().filter(|issue| issue.open).map(|issue| issue.number).collect();
    assert_eq!(open, filed, "the two are open, the joined one is closed");
    clean(&practice);
}

#[tokio::test]
async fn a_plan_that_is_made_anew_takes_the_place_of_the_old_one() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    desk.import(application.id, report(&spots(&["sql"], 2))).await;
    let old = desk.plan(mapping.id, &[GroupKey::Rule]).await;
    desk.engine.plan_rename(old.id, "This week").await.unwrap();
    let anew = desk.engine.plan_again(old.id, nobody()).await.unwrap();
    let before = desk.engine.plan_show(old.id).await.unwrap();
    assert_eq!(before.state, PlanState::Cancelled, "nobody applies the old one by mistake");
    assert_eq!(anew.name.as_deref(), Some("This week"), "its name goes on");
    let done = desk.apply(&anew).await.unwrap();
    let again = desk.engine.plan_again(done.id, nobody()).await.unwrap();
    let kept = desk.engine.plan_show(done.id).await.unwrap();
    assert_eq!(kept.state, PlanState::Done, "what was done stays done");
    assert_eq!(again.counts.skip, again.counts.steps, "and nothing is left: {again:?}");
}

#[tokio::test]
async fn members_of_a_group_are_told_apart_by_their_packages() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    let found = |name: &str| {
        serde_json::json!({ "rule": "CVE-2019-15847", "title": "The same flaw", "kind": "dependency",
            "path": "image.tar", "component": { "name": name, "version": "8.3.0" } })
    };
    let report =
        serde_json::json!({ "docket": "findings/1", "findings": [found("gcc-base"), found("libgcc1")] });
    desk.import(application.id, report.to_string().into_bytes()).await;
    let preview =
        desk.engine.group_preview(everything(), vec![GroupKey::Rule], Some(mapping.id)).await.unwrap();
    let mut places: Vec<String> =
        preview.first[0].members.iter().map(|member| member.place.clone().unwrap()).collect();
    places.sort();
    assert_eq!(places, ["gcc-base", "libgcc1"], "not by the image that holds both");
}
