//! Several changes at a time come to what each of them alone comes to, also when the answer is lost.

use docket_domain::{Code, IssueChange, IssueRef, IssueState, ProxySetting};
use docket_practice::{Fault, matching};
use docket_tracker::{Outcome, WriteError, Written};

use crate::ground::Ground;
use crate::support::{Bench, connect_as};
use crate::{clean, ground};

async fn issues(ground: &Ground, bench: &Bench, names: &[&str]) -> Vec<IssueRef> {
    let mut issues = Vec::new();
    for name in names {
        issues.push(bench.tracker.create(&ground.to, &ground.draft(name)).await.unwrap().seen.issue);
    }
    issues
}

fn labelled(label: &str, comment: Option<&str>) -> IssueChange {
    IssueChange {
        add_labels: vec![label.to_owned()],
        comment: comment.map(str::to_owned),
        ..IssueChange::default()
    }
}

// covers: S2.18
#[tokio::test]
async fn each_has_its_own_answer_and_one_that_is_refused_hinders_no_other() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let [one, two, three] = issues(&ground, &bench, &["one", "two", "three"]).await.try_into().unwrap();
        let gone = IssueRef { number: "987654".to_owned(), stable_id: None, ..one.clone() };
        let changes = vec![
            (one.clone(), labelled("later", Some("Said to the first."))),
            (gone, labelled("later", None)),
            (two.clone(), IssueChange { title: Some("Named anew".to_owned()), ..IssueChange::default() }),
            (three.clone(), IssueChange { open: Some(false), ..IssueChange::default() }),
            (one.clone(), labelled("once more", None)),
        ];
        let answers = bench.tracker.update_many(&ground.to, &changes).await;
        assert_eq!(answers.len(), changes.len(), "{kind}: an answer for each");
        for (at, answer) in answers.iter().enumerate() {
            match answer {
                Ok(written) => assert_eq!(written.seen.issue, changes[at].0, "{kind}: in the order given"),
                Err(error) => assert_eq!(
                    (at, error.outcome, error.error.code()),
                    (1, Outcome::Refused, Code::TargetMissing),
                    "{kind}: {error:?}"
                ),
            }
        }
        assert!(answers[1].is_err(), "{kind}: an issue that is not there cannot be changed");
        let read = bench.tracker.read(&[one, two, three]).await.unwrap();
        let seen: Vec<_> = read.into_iter().map(|(_, read)| read).collect();
        let first = seen[0].seen.as_ref().unwrap();
        for label in ["security", "later", "once more"] {
            assert!(first.labels.iter().any(|other| other == label), "{kind}: «{label}»: {first:?}");
        }
        assert_eq!(ground.commented("Said to the first."), 1, "{kind}: the comment is there");
        assert_eq!(seen[1].seen.as_ref().unwrap().title, "Named anew", "{kind}");
        assert!(matches!(seen[2].state, IssueState::Closed { .. }), "{kind}: {:?}", seen[2].state);
        clean(&ground);
    })
    .await;
}

#[tokio::test]
async fn what_is_dropped_silently_is_said_of_each() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let issues = issues(&ground, &bench, &["one", "two"]).await;
        let changes: Vec<(IssueRef, IssueChange)> =
            issues.iter().map(|issue| (issue.clone(), labelled("later", None))).collect();
        ground.faults().always(matching("*", ""), Fault::DropLabels);
        let answers = bench.tracker.update_many(&ground.to, &changes).await;
        ground.faults().clear();
        for answer in answers {
            let said = answer.unwrap_or_else(|error| panic!("{kind}: {error:?}")).dropped.join(" ");
            assert!(said.contains("later"), "{kind}: the label was lost without a word: «{said}»");
        }
    })
    .await;
}

// covers: X2
#[tokio::test]
async fn changes_whose_answer_was_lost_may_be_made_again() {
    ground::every(|ground| async move {
        for fault in [Fault::StoreThenCut, Fault::CutBeforeStoring, Fault::StoreThenError] {
            let (kind, name, bench) = (ground.kind, fault.name(), ground.bench());
            let names = ["one", "two", "three"].map(|at| format!("{name} {at}"));
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let issues = issues(&ground, &bench, &names).await;
            let said = format!("Said after {name}.");
            let changes: Vec<(IssueRef, IssueChange)> =
                issues.iter().map(|issue| (issue.clone(), labelled("later", Some(&said)))).collect();
            // The first write that comes, in whichever way the vendor changes labels.
            for method in ["PATCH", "PUT", "POST"] {
                ground.faults().next(matching(method, "*/labels"), fault.clone());
                ground.faults().next(matching(method, "*/issues/*"), fault.clone());
                ground.faults().next(matching(method, "*/wit/$batch"), fault.clone());
            }
            let answers = bench.tracker.update_many(&ground.to, &changes).await;
            ground.faults().clear();
            let unknown = answers
                .iter()
                .filter(|answer| matches!(answer, Err(error) if error.outcome == Outcome::Unknown));
            assert!(unknown.count() > 0, "{kind}, {name}: something is not known: {answers:?}");
            for answer in bench.tracker.update_many(&ground.to, &changes).await {
                let written = answer.unwrap_or_else(|error| panic!("{kind}, {name}: made again: {error:?}"));
                assert!(written.seen.labels.contains(&"later".to_owned()), "{kind}, {name}: {written:?}");
            }
            assert_eq!(ground.commented(&said), 3, "{kind}, {name}: one comment each");
            clean(&ground);
        }
    })
    .await;
}

#[tokio::test]
async fn what_holds_for_all_of_them_is_asked_once() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let names: Vec<String> = (0..6).map(|at| format!("issue {at}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let issues = issues(&ground, &bench, &names).await;
        let changes: Vec<(IssueRef, IssueChange)> =
            issues.iter().map(|issue| (issue.clone(), labelled("later", None))).collect();

        let before = bench.heard.exchanges.lock().unwrap().len();
        ground.faults().always(matching("*", ""), Fault::BadCredentials);
        let answers = bench.tracker.update_many(&ground.to, &changes).await;
        ground.faults().clear();
        refused(kind, answers, Code::Unauthorized);
        let asked = bench.heard.exchanges.lock().unwrap().len() - before;
        assert!(asked < 4, "{kind}: the server is not asked six times what it has refused: {asked}");

        let mut settings = ground.settings();
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        settings.network.proxy = ProxySetting::Explicit { url: format!("http://{nobody}"), username: None };
        let bench = connect_as(kind, settings, &ground.token).unwrap();
        refused(kind, bench.tracker.update_many(&ground.to, &changes[..1]).await, Code::Proxy);
        let one = bench.heard.exchanges.lock().unwrap().len();
        refused(kind, bench.tracker.update_many(&ground.to, &changes).await, Code::Proxy);
        let six = bench.heard.exchanges.lock().unwrap().len() - one;
        assert!(six <= 2 * one, "{kind}: nobody is there, for one in {one} attempts, for six in {six}");
    })
    .await;
}

/// Nothing was done, for one reason.
fn refused(kind: &str, answers: Vec<Result<Written, WriteError>>, code: Code) {
    for answer in answers {
        let error = answer.err().unwrap_or_else(|| panic!("{kind}: it cannot have been done"));
        assert_ne!(error.outcome, Outcome::Unknown, "{kind}: {error:?}");
        assert_eq!(error.error.code(), code, "{kind}: {error:?}");
    }
}
