//! A file that goes with an issue is there once, whatever goes wrong on its way.

use docket_domain::{IssueFile, IssueRef, Marker};
use docket_practice::Fault;
use docket_tracker::Outcome;

use crate::ground::Ground;
use crate::{clean, ground};

/// A file of an issue; another text makes another name.
fn file(marker: &Marker, text: &str) -> IssueFile {
    let digest = Marker::derive(&[text]);
    IssueFile {
        marker: marker.clone(),
        name: format!("docket-findings-{}.json", &digest.as_str()[..16]),
        bytes: format!("{{\"docket\":\"findings/1\",\"text\":\"{text}\"}}\n").into_bytes(),
    }
}

async fn issue_of(ground: &Ground, name: &str) -> (IssueRef, Marker) {
    let draft = ground.draft(name);
    let created = ground.bench().tracker.create(&ground.to, &draft).await;
    let created = created.unwrap_or_else(|error| panic!("{}: {error:?}", ground.kind));
    (created.seen.issue, draft.marker)
}

#[tokio::test]
async fn the_card_says_whether_issues_take_files() {
    ground::every(|ground| async move {
        let card = docket_tracker::by_id(ground.kind).unwrap().card();
        let limits = ground.bench().tracker.limits();
        assert_eq!(card.takes_files, limits.files.is_some(), "{}: both say the same", ground.kind);
        if card.takes_files {
            return;
        }
        let (issue, marker) = issue_of(&ground, "no files").await;
        let before = ground.writes();
        let refused = ground.bench().tracker.put_file(&ground.to, &issue, &file(&marker, "one")).await;
        assert_eq!(refused.unwrap_err().outcome, Outcome::Refused, "{}: said at once", ground.kind);
        assert_eq!(ground.writes(), before, "{}: nothing was sent", ground.kind);
    })
    .await;
}

// covers: X2
#[tokio::test]
async fn a_file_is_there_once_and_gives_way_to_its_successor() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        if bench.tracker.limits().files.is_none() {
            return;
        }
        let (issue, marker) = issue_of(&ground, "with a file").await;
        let (other, other_marker) = issue_of(&ground, "another").await;
        let (first, second) = (file(&marker, "first"), file(&marker, "second"));
        let elsewhere = file(&other_marker, "first");
        let put = |issue: IssueRef, file: IssueFile| {
            let (bench, to) = (ground.bench(), ground.to.clone());
            async move { bench.tracker.put_file(&to, &issue, &file).await.unwrap() }
        };
        put(issue.clone(), first.clone()).await;
        put(other.clone(), elsewhere.clone()).await;
        assert_eq!(
            ground.files(&issue),
            [(first.name.clone(), first.bytes.clone())],
            "{kind}: as it was given"
        );
        let before = ground.writes();
        put(issue.clone(), first.clone()).await;
        assert_eq!(ground.writes(), before, "{kind}: what is there is not written again");
        put(issue.clone(), second.clone()).await;
        assert_eq!(ground.files(&issue), [(second.name, second.bytes)], "{kind}: in place of the first");
        assert_eq!(ground.files(&other), [(elsewhere.name, elsewhere.bytes)], "{kind}: another's stays");
        let (theirs, third) = (file(&other_marker, "of others"), file(&marker, "third"));
        put(issue.clone(), theirs.clone()).await;
        put(issue.clone(), third.clone()).await;
        let mut names: Vec<String> = ground.files(&issue).into_iter().map(|(name, _)| name).collect();
        let mut expected = vec![theirs.name, third.name];
        names.sort();
        expected.sort();
        assert_eq!(names, expected, "{kind}: files that are not this issue's own stay");
        let read = bench.tracker.read(std::slice::from_ref(&issue)).await.unwrap();
        let body = &read[0].1.seen.as_ref().unwrap().body;
        assert!(Marker::find_all(body) == [marker], "{kind}: the text carries its one marker: {body}");
        clean(&ground);
    })
    .await;
}

// covers: X2
#[tokio::test]
async fn a_lost_answer_makes_no_second_file() {
    let faults = [
        Fault::CutBeforeStoring,
        Fault::StoreThenCut,
        Fault::CutInAnswer,
        Fault::StoreThenError,
        Fault::ServerError(502),
        Fault::ProxyPage,
    ];
    for fault in faults {
        let fault = &fault;
        ground::every(|ground| {
            let fault = fault.clone();
            async move {
                let (kind, bench) = (ground.kind, ground.bench());
                if bench.tracker.limits().files.is_none() {
                    return;
                }
                let (issue, marker) = issue_of(&ground, "with trouble").await;
                for (at, request) in ground.file_requests().into_iter().enumerate() {
                    let one = file(&marker, &format!("{} at {at}", fault.name()));
                    ground.faults().next(request, fault.clone());
                    let mut put = bench.tracker.put_file(&ground.to, &issue, &one).await;
                    for _ in 0..2 {
                        match put {
                            Ok(_) => break,
                            Err(error) => {
                                assert_ne!(error.outcome, Outcome::Refused, "{kind}, {fault}: {error:?}");
                                put = bench.tracker.put_file(&ground.to, &issue, &one).await;
                            }
                        }
                    }
                    put.unwrap_or_else(|error| panic!("{kind}, {fault} at {at}: {error:?}"));
                    assert_eq!(
                        ground.files(&issue),
                        [(one.name, one.bytes)],
                        "{kind}, {fault} at {at}: once"
                    );
                    assert_eq!(ground.file_words(&issue), 1, "{kind}, {fault} at {at}: said once");
                }
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_file_that_is_refused_says_why() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        if bench.tracker.limits().files.is_none() {
            return;
        }
        let (issue, marker) = issue_of(&ground, "refused").await;
        for request in ground.file_requests() {
            ground.faults().next(request, Fault::PermissionMissing);
            let refused = bench.tracker.put_file(&ground.to, &issue, &file(&marker, "refused")).await;
            let error = refused.unwrap_err();
            assert_eq!(error.outcome, Outcome::Refused, "{kind}: {error:?}");
            assert!(!error.error.problem.message.is_empty(), "{kind}: in words");
            assert!(ground.files(&issue).is_empty(), "{kind}: nothing is there");
        }
    })
    .await;
}
