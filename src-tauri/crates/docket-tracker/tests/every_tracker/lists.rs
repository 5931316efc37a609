//! What is read is whole: all pages in order, nothing strange taken for the end or for «gone».

use std::collections::BTreeSet;

use docket_domain::{Code, IssueState, Marker, Timestamp};
use docket_practice::Fault;

use crate::ground::Ground;
use crate::support::Bench;
use crate::{clean, ground, markers, support};

/// More issues than any vendor puts on one page.
const MANY: usize = 210;

#[tokio::test]
async fn everything_is_found_over_many_pages_in_the_order_of_creation() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let mut wanted = Vec::new();
        for number in 0..MANY {
            let draft = ground.draft(&format!("page {number}"));
            bench
                .tracker
                .create(&ground.to, &draft)
                .await
                .unwrap_or_else(|error| panic!("{kind}: {error:?}"));
            wanted.push(draft.marker);
        }
        let (found, pages) = markers(&ground, &bench, None).await;
        let found: Vec<Marker> = found.into_iter().filter(|marker| wanted.contains(marker)).collect();
        assert_eq!(found, wanted, "{kind}: each once, oldest first, over {pages} pages");
        assert!(pages > 1, "{kind}: all came on one page, so that turning it was not tried");
        let later = Timestamp(support::now() + 86_400_000);
        let (none, _) = markers(&ground, &bench, Some(later)).await;
        assert_eq!(none, Vec::new(), "{kind}: an empty page is no trouble");
        clean(&ground);
    })
    .await;
}

#[tokio::test]
async fn answers_that_make_no_sense_are_said_so_and_never_taken_for_an_empty_list() {
    ground::every(|ground| async move {
        for fault in [Fault::InvalidJson, Fault::SignInPage, Fault::TruncatedGzip, Fault::CaptivePortal] {
            let (kind, name, bench) = (ground.kind, fault.name(), ground.bench());
            // Where the API is was asked before: the fault is the list's.
            bench.tracker.who().await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
            ground.faults().always(ground.lists.clone(), fault);
            let answer = bench.tracker.changed_since(&ground.to, None, None).await;
            ground.faults().clear();
            let error = answer.err().unwrap_or_else(|| panic!("{kind}, {name}: taken for a list"));
            assert!(
                !error.problem.message.is_empty() && error.problem.hint.is_some(),
                "{kind}, {name}: {error:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_that_names_itself_as_the_next_is_never_taken_for_the_end() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        for number in 0..MANY {
            let draft = ground.draft(&format!("many {number}"));
            bench.tracker.create(&ground.to, &draft).await.unwrap_or_else(|e| panic!("{kind}: {e:?}"));
        }
        let all = ground.issues();
        ground.faults().always(ground.lists.clone(), Fault::RepeatedPage);
        let (mut seen, mut page, mut given_up) = (BTreeSet::new(), None, None);
        for _ in 0..10 {
            match bench.tracker.changed_since(&ground.to, None, page.as_deref()).await {
                Ok(answer) => {
                    seen.extend(answer.issues.into_iter().map(|issue| issue.issue.number));
                    page = answer.next;
                    if page.is_none() {
                        break;
                    }
                }
                Err(error) => {
                    given_up = Some(error);
                    break;
                }
            }
        }
        ground.faults().clear();
        match given_up {
            None => assert_eq!(seen.len(), all, "{kind}: read to its end in spite of it"),
            Some(error) => {
                assert_eq!(error.code(), Code::TrackerTrouble, "{kind}: {error:?}");
                assert!(error.problem.message.contains("names itself as the next"), "{kind}: {error:?}");
                assert!(error.problem.hint.is_some(), "{kind}: says what may be wrong");
            }
        }

        // A list to choose from may end there; it must not go round for ever.
        let whole = walk(&ground, &bench).await;
        ground.faults().always(ground.choices.clone(), Fault::RepeatedPage);
        let cut = walk(&ground, &bench).await;
        assert!(cut < whole, "{kind}: the fault must strike, or nothing was tried: {cut} of {whole}");
    })
    .await;
}

/// Reads the list of targets to its end; how many there are.
async fn walk(ground: &Ground, bench: &Bench) -> usize {
    let (mut keys, mut page) = (BTreeSet::new(), None);
    for _ in 0..100 {
        let answer = bench.tracker.targets("", page.as_deref()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{}: {error:?}", ground.kind));
        keys.extend(answer.targets.into_iter().map(|target| target.key));
        page = answer.next;
        if page.is_none() {
            return keys.len();
        }
    }
    panic!("{}: the targets go round for ever", ground.kind)
}

#[tokio::test]
async fn what_is_listed_can_be_chosen_and_looked_at() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let (mut keys, mut page, mut pages) = (Vec::new(), None, 0);
        loop {
            let answer = bench
                .tracker
                .targets("", page.as_deref())
                .await
                .unwrap_or_else(|error| panic!("{kind}: {error:?}"));
            keys.extend(answer.targets.into_iter().map(|target| target.key));
            page = answer.next;
            pages += 1;
            if page.is_none() {
                break;
            }
        }
        assert!(pages > 1, "{kind}: the ground must have more than one page of targets");
        assert!(keys.contains(&ground.to.target), "{kind}: the target is in the list: {keys:?}");
        let distinct: BTreeSet<&String> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "{kind}: each once");
        let fields =
            bench.tracker.fields_of(&ground.to).await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        assert_eq!(fields.target.key, ground.to.target, "{kind}: it is what was asked for");
        clean(&ground);
    })
    .await;
}

#[tokio::test]
async fn an_issue_that_cannot_be_seen_is_not_called_deleted() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let mut issues = Vec::new();
        for name in ["seen", "unseen", "seen as well"] {
            issues.push(bench.tracker.create(&ground.to, &ground.draft(name)).await.unwrap().seen.issue);
        }
        issues[1].url = issues[1].url.replace(&issues[1].number, "987654321");
        issues[1].number = "987654321".to_owned();
        issues[1].stable_id = None;
        let alone = bench.tracker.read(&issues[1..2]).await;
        let alone = alone.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        assert_eq!(alone[0].1.state, IssueState::NotVisible, "{kind}: it may only be hidden");
        let all = bench.tracker.read(&issues).await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        let asked: Vec<_> = all.iter().map(|(issue, _)| issue.clone()).collect();
        assert_eq!(asked, issues, "{kind}: each is answered, in the order that was asked");
        let states: Vec<_> = all.into_iter().map(|(_, read)| read.state).collect();
        let wanted = [IssueState::Open, IssueState::NotVisible, IssueState::Open];
        assert_eq!(states, wanted, "{kind}: it hides nothing of the others");
    })
    .await;
}
