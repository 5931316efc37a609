//! Issues are made once, changed without loss, and what did not come about is said.

use std::collections::BTreeSet;

use docket_domain::{IssueChange, IssueState, Timestamp};
use docket_practice::{Fault, matching};
use docket_tracker::Outcome;

use crate::{clean, ground, markers, support};

// covers: X2
#[tokio::test]
async fn an_issue_is_created_found_by_its_marker_changed_and_read_back() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let draft = ground.draft("first");
        let written = bench
            .tracker
            .create(&ground.to, &draft)
            .await
            .unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        assert_eq!(ground.carrying(&draft.marker), 1, "{kind}: it is there, with its marker");
        assert_eq!(written.dropped, Vec::<String>::new(), "{kind}: nothing was dropped");
        assert_eq!(written.seen.title, draft.title, "{kind}: the title came back");
        assert!(
            written.seen.issue.url.starts_with("http"),
            "{kind}: people can open it: {:?}",
            written.seen.issue
        );
        assert!(written.seen.issue.stable_id.is_some(), "{kind}: it is known by an id that survives renames");
        let (found, _) = markers(&ground, &bench, None).await;
        assert_eq!(
            found.iter().filter(|marker| **marker == draft.marker).count(),
            1,
            "{kind}: found by looking"
        );

        let issue = written.seen.issue;
        let change = IssueChange {
            title: Some("Another title".to_owned()),
            add_labels: vec!["later".to_owned()],
            comment: Some("One more was found.".to_owned()),
            ..IssueChange::default()
        };
        let changed = bench
            .tracker
            .update(&ground.to, &issue, &change)
            .await
            .unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        assert_eq!(changed.seen.title, "Another title", "{kind}: changed");
        let labels: BTreeSet<&str> = changed.seen.labels.iter().map(String::as_str).collect();
        assert!(
            labels.contains("security") && labels.contains("later"),
            "{kind}: labels are added, none lost: {labels:?}"
        );
        let close = IssueChange { open: Some(false), ..IssueChange::default() };
        bench
            .tracker
            .update(&ground.to, &issue, &close)
            .await
            .unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        let read = bench.tracker.read(std::slice::from_ref(&issue)).await.unwrap();
        assert!(
            matches!(read[0].1.state, IssueState::Closed { .. }),
            "{kind}: closed: {:?}",
            read[0].1.state
        );
        let reopen = IssueChange { open: Some(true), ..IssueChange::default() };
        bench
            .tracker
            .update(&ground.to, &issue, &reopen)
            .await
            .unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        let read = bench.tracker.read(std::slice::from_ref(&issue)).await.unwrap();
        assert_eq!(read[0].1.state, IssueState::Open, "{kind}: open again");
        clean(&ground);
    })
    .await;
}

// covers: X2
#[tokio::test]
async fn a_cut_tells_done_from_not_done_and_nothing_is_sent_twice() {
    ground::every(|ground| async move {
        for (fault, stored) in [
            (Fault::StoreThenCut, 1),
            (Fault::StoreThenError, 1),
            (Fault::CutBeforeStoring, 0),
            (Fault::ServerError(502), 0),
        ] {
            let (kind, name, bench) = (ground.kind, fault.name(), ground.bench());
            let draft = ground.draft(&format!("{name} {stored}"));
            ground.faults().next(ground.creates.clone(), fault);
            let error = bench.tracker.create(&ground.to, &draft).await.err();
            let error = error.unwrap_or_else(|| panic!("{kind}, {name}: it cannot know that it was done"));
            assert_eq!(error.outcome, Outcome::Unknown, "{kind}, {name}: {error:?}");
            assert_eq!(ground.carrying(&draft.marker), stored, "{kind}, {name}: sent at most once");
            let since = Timestamp(support::now() - 60_000);
            let (found, _) = markers(&ground, &bench, Some(since)).await;
            let seen = found.iter().filter(|marker| **marker == draft.marker).count();
            assert_eq!(seen, stored, "{kind}, {name}: looking for the marker tells which");
        }
    })
    .await;
}

#[tokio::test]
async fn labels_that_docket_takes_away_go_and_those_of_others_stay() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let issue = bench.tracker.create(&ground.to, &ground.draft("labels")).await.unwrap().seen.issue;
        let add = IssueChange {
            add_labels: vec!["mine".to_owned(), "theirs".to_owned()],
            ..IssueChange::default()
        };
        bench.tracker.update(&ground.to, &issue, &add).await.unwrap();
        let take = IssueChange { remove_labels: vec!["mine".to_owned()], ..IssueChange::default() };
        let seen = bench.tracker.update(&ground.to, &issue, &take).await.unwrap().seen;
        assert!(!seen.labels.contains(&"mine".to_owned()), "{kind}: {:?}", seen.labels);
        for label in ["theirs", "security"] {
            assert!(seen.labels.contains(&label.to_owned()), "{kind}: «{label}» in {:?}", seen.labels);
        }
        let again = bench.tracker.update(&ground.to, &issue, &take).await;
        let again = again.unwrap_or_else(|error| panic!("{kind}: an update may be made again: {error:?}"));
        assert_eq!(again.seen.labels, seen.labels, "{kind}: what is gone stays gone, and nothing else goes");
        let read = bench.tracker.read(std::slice::from_ref(&issue)).await.unwrap();
        let there = read[0].1.seen.as_ref().map(|seen| seen.labels.clone());
        assert_eq!(there, Some(again.seen.labels), "{kind}: the tracker holds what was said");
        clean(&ground);
    })
    .await;
}

#[tokio::test]
async fn what_the_tracker_drops_silently_is_said() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let mut draft = ground.draft("dropped");
        draft.assignees = vec!["nobody-of-this-name".to_owned()];
        draft.milestone = Some("no such milestone".to_owned());
        let written = bench.tracker.create(&ground.to, &draft).await;
        let said = match written {
            Ok(written) => written.dropped.join(" "),
            // Some trackers refuse the whole; then nothing may be there.
            Err(error) => {
                assert_eq!(error.outcome, Outcome::Refused, "{kind}: {error:?}");
                assert_eq!(ground.carrying(&draft.marker), 0, "{kind}: refused and yet written");
                format!("{} nobody-of-this-name milestone", error.error.problem.message)
            }
        };
        for lost in ["nobody-of-this-name", "milestone"] {
            assert!(said.contains(lost), "{kind}: «{lost}» was lost without a word: {said}");
        }

        // What only a comparison with the answer shows.
        ground.faults().next(ground.creates.clone(), Fault::DropLabels);
        let written = bench.tracker.create(&ground.to, &ground.draft("no labels")).await.unwrap();
        let said = written.dropped.join(" ");
        assert!(said.contains("security"), "{kind}: the label was lost without a word: «{said}»");
        let add = IssueChange { add_labels: vec!["later".to_owned()], ..IssueChange::default() };
        ground.faults().always(matching("*", ""), Fault::DropLabels);
        let changed = bench.tracker.update(&ground.to, &written.seen.issue, &add).await.unwrap();
        ground.faults().clear();
        let said = changed.dropped.join(" ");
        assert!(said.contains("later"), "{kind}: a change lost it without a word: «{said}»");
    })
    .await;
}

#[tokio::test]
async fn an_issue_without_a_title_is_refused_before_anything_is_sent() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let mut draft = ground.draft("untitled");
        draft.title = "  ".to_owned();
        let error = bench.tracker.create(&ground.to, &draft).await.err();
        let error = error.unwrap_or_else(|| panic!("{kind}: nobody finds it again"));
        assert_eq!(error.outcome, Outcome::Refused, "{kind}: {error:?}");
        assert!(error.error.problem.message.contains("no title"), "{kind}: {error:?}");
        assert_eq!(bench.heard.exchanges.lock().unwrap().len(), 0, "{kind}: nothing was sent");
    })
    .await;
}

#[tokio::test]
async fn a_pause_that_the_tracker_asks_for_is_kept() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        bench.tracker.who().await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        let before = bench.ports.clock.now();
        ground.faults().next(ground.creates.clone(), Fault::SecondaryLimit(Some(90)));
        let draft = ground.draft("slowly");
        bench.tracker.create(&ground.to, &draft).await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        // Some ask with a refusal, some beside the answer; the next request is late in both cases.
        let next = ground.draft("after the pause");
        bench.tracker.create(&ground.to, &next).await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        let waited = bench.ports.clock.now().millis_since(before);
        assert!(waited >= 90_000, "{kind}: waited {waited} ms instead of 90 s");
        assert_eq!(ground.carrying(&draft.marker), 1, "{kind}: created once");
        let told = bench.heard.waits.lock().unwrap();
        assert!(told.iter().any(|wait| !wait.words.is_empty()), "{kind}: the wait is announced in words");
    })
    .await;
}
