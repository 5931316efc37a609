//! What every tracker must do, whichever it is. The tests name none: they run over whatever is
//! registered, each against the practice server that its line in [`ground`] gives.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod ground;
mod long_lists;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;

use docket_domain::check::CheckState;
use docket_domain::{Code, IssueChange, IssueState, Marker, Timestamp};
use docket_practice::Fault;
use docket_tracker::{CheckGoal, Outcome};

use ground::Ground;
use support::Bench;

/// Every marker in the target, read page by page as Docket does, and how many pages there were.
async fn markers(ground: &Ground, bench: &Bench, since: Option<Timestamp>) -> (Vec<Marker>, usize) {
    let (mut found, mut page, mut pages) = (Vec::new(), None, 0);
    loop {
        let answer = bench.tracker.changed_since(&ground.to, since, page.as_deref()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{}: page {pages}: {error:?}", ground.kind));
        pages += 1;
        for issue in &answer.issues {
            found.extend(Marker::find_all(&issue.body));
        }
        page = answer.next;
        if page.is_none() {
            return (found, pages);
        }
        assert!(pages < 100, "{}: the pages never end", ground.kind);
    }
}

fn clean(ground: &Ground) {
    assert_eq!(ground.violations(), Vec::<String>::new(), "every request kept to the vendor's contract");
}

// covers: X2
#[tokio::test]
async fn an_issue_is_created_found_by_its_marker_changed_and_read_back() {
    for ground in ground::all().await {
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
    }
}

// covers: X2
#[tokio::test]
async fn a_cut_tells_done_from_not_done_and_nothing_is_sent_twice() {
    for ground in ground::all().await {
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
    }
}

#[tokio::test]
async fn a_wrong_token_is_one_clear_problem_that_does_not_repeat_it() {
    for ground in ground::all().await {
        let kind = ground.kind;
        let wrong = "wrongwrongwrongwrongwrongwrongwrong000000";
        let bench = ground.bench_with(wrong);
        let error = bench.tracker.who().await.err().unwrap_or_else(|| panic!("{kind}: nobody"));
        assert_eq!(error.code(), Code::Unauthorized, "{kind}: {error:?}");
        assert!(error.problem.hint.is_some(), "{kind}: says what to do: {error:?}");
        assert!(!format!("{error:?}").contains(wrong), "{kind}: the token is not repeated");
        let goal = CheckGoal { to: Some(ground.to.clone()), ..CheckGoal::default() };
        let report = support::check(&bench, goal).await;
        assert!(!report.ok, "{kind}: the test fails");
        let failed: Vec<&str> = report
            .stages
            .iter()
            .filter(|stage| stage.state == CheckState::Failed)
            .map(|stage| stage.id.as_str())
            .collect();
        assert_eq!(failed, ["credential"], "{kind}: at the sign-in and nowhere else\n{}", report.text);
    }
}

#[tokio::test]
async fn a_token_that_may_only_read_writes_nothing_and_says_what_it_lacks() {
    for ground in ground::all().await {
        let kind = ground.kind;
        let bench = ground.bench_with(&ground.reading);
        let before = ground.issues();
        let error = bench.tracker.create(&ground.to, &ground.draft("no right")).await.err();
        let error = error.unwrap_or_else(|| panic!("{kind}: a reading token wrote"));
        assert_eq!(error.outcome, Outcome::Refused, "{kind}: certainly not done: {error:?}");
        assert_eq!(error.error.code(), Code::Forbidden, "{kind}: {error:?}");
        assert!(error.error.problem.hint.is_some(), "{kind}: says what to tick: {error:?}");
        assert_eq!(ground.issues(), before, "{kind}: nothing was written");
    }
}

#[tokio::test]
async fn a_comment_that_is_refused_is_said_and_the_change_before_it_stays() {
    for ground in ground::all().await {
        let (kind, bench) = (ground.kind, ground.bench());
        let created = bench.tracker.create(&ground.to, &ground.draft("commented")).await;
        let issue = created.unwrap_or_else(|error| panic!("{kind}: {error:?}")).seen.issue;
        let change = IssueChange {
            title: Some(format!("Changed in {kind}")),
            comment: Some("No longer found in the last report.".to_owned()),
            ..IssueChange::default()
        };
        ground.faults().next(ground.comments.clone(), Fault::PermissionMissing);
        let written = bench.tracker.update(&ground.to, &issue, &change).await;
        let written = written.unwrap_or_else(|error| panic!("{kind}: the change was made: {error:?}"));
        let [said] = written.dropped.as_slice() else {
            panic!("{kind}: one sentence: {:?}", written.dropped)
        };
        assert!(said.starts_with("The change was made, but its comment was not written."), "{kind}: {said}");
        let read = bench.tracker.read(std::slice::from_ref(&issue)).await.unwrap();
        let title = read[0].1.seen.as_ref().map(|seen| seen.title.clone());
        assert_eq!(title, Some(format!("Changed in {kind}")), "{kind}: it was");

        let again = bench.tracker.update(&ground.to, &issue, &change).await.unwrap();
        assert_eq!(again.dropped, Vec::<String>::new(), "{kind}: with the right it goes through");
        for fault in [Fault::StoreThenCut, Fault::CutBeforeStoring] {
            let other =
                IssueChange { comment: Some(format!("Seen again, {}.", fault.name())), ..change.clone() };
            ground.faults().next(ground.comments.clone(), fault.clone());
            let unsure = bench.tracker.update(&ground.to, &issue, &other).await;
            let text = other.comment.as_deref().unwrap();
            if let Err(error) = &unsure {
                assert_eq!(error.outcome, Outcome::Unknown, "{kind}: {error:?}");
                bench.tracker.update(&ground.to, &issue, &other).await.unwrap();
            }
            assert_eq!(ground.commented(text), 1, "{kind}, {}: the comment is there once", fault.name());
        }
        clean(&ground);
    }
}

// covers: X2
#[tokio::test]
async fn what_did_not_fit_follows_in_comments_once_however_often_it_is_completed() {
    for ground in ground::all().await {
        let (kind, bench) = (ground.kind, ground.bench());
        let mut draft = ground.draft("long");
        draft.follow_ups = ["The first rest of it.", "The second rest of it."].map(str::to_owned).to_vec();
        let written = bench.tracker.create(&ground.to, &draft).await;
        let issue = written.unwrap_or_else(|error| panic!("{kind}: {error:?}")).seen.issue;
        let once = |when: &str| {
            for text in &draft.follow_ups {
                assert_eq!(ground.commented(text), 1, "{kind}, {when}: «{text}»");
            }
        };
        once("created");
        for _ in 0..2 {
            let lost = bench.tracker.complete(&ground.to, &issue, &draft).await;
            let lost = lost.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
            assert_eq!(lost, Vec::<String>::new(), "{kind}: nothing is missing");
            once("completed");
        }

        // An issue whose creation was interrupted before its comments.
        let mut bare = ground.draft("interrupted");
        let issue = bench.tracker.create(&ground.to, &bare).await.unwrap().seen.issue;
        bare.follow_ups = vec!["What the interruption left out.".to_owned()];
        bench.tracker.complete(&ground.to, &issue, &bare).await.unwrap();
        assert_eq!(ground.commented("What the interruption left out."), 1, "{kind}: completed");
        clean(&ground);
    }
}

#[tokio::test]
async fn labels_that_docket_takes_away_go_and_those_of_others_stay() {
    for ground in ground::all().await {
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
        clean(&ground);
    }
}

#[tokio::test]
async fn what_the_tracker_drops_silently_is_said() {
    for ground in ground::all().await {
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
    }
}

#[tokio::test]
async fn an_issue_that_cannot_be_seen_is_not_called_deleted() {
    for ground in ground::all().await {
        let (kind, bench) = (ground.kind, ground.bench());
        let mut issue = bench.tracker.create(&ground.to, &ground.draft("seen")).await.unwrap().seen.issue;
        issue.url = issue.url.replace(&issue.number, "987654321");
        issue.number = "987654321".to_owned();
        issue.stable_id = None;
        let read = bench.tracker.read(std::slice::from_ref(&issue)).await;
        let read = read.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        assert_eq!(read[0].1.state, IssueState::NotVisible, "{kind}: it may only be hidden");
    }
}

#[tokio::test]
async fn unencrypted_http_is_refused_before_a_token_is_sent() {
    for ground in ground::all().await {
        let kind = ground.kind;
        let mut settings = ground.settings();
        settings.location = "http://tracker.example.com/acme".to_owned();
        let refused = support::connect_as(kind, settings, "sometoken-0123456789").err();
        let problem = refused.unwrap_or_else(|| panic!("{kind}: everybody on the way could read the token"));
        assert_eq!(problem.code, Code::BadInput, "{kind}: {problem:?}");
        assert!(problem.message.contains("not encrypted"), "{kind}: {problem}");
    }
}

#[tokio::test]
async fn everything_is_found_over_many_pages_in_the_order_of_creation() {
    for ground in ground::all().await {
        let (kind, bench) = (ground.kind, ground.bench());
        let mut wanted = Vec::new();
        for number in 0..120 {
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
        let later = Timestamp(support::now() + 86_400_000);
        let (none, _) = markers(&ground, &bench, Some(later)).await;
        assert_eq!(none, Vec::new(), "{kind}: an empty page is no trouble");
        clean(&ground);
    }
}

#[tokio::test]
async fn answers_that_make_no_sense_are_said_so_and_never_taken_for_an_empty_list() {
    for ground in ground::all().await {
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
    }
}

#[tokio::test]
async fn a_page_that_names_itself_as_the_next_is_never_taken_for_the_end() {
    for ground in ground::all().await {
        let (kind, bench) = (ground.kind, ground.bench());
        for number in 0..110 {
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
        ground.faults().always(ground.choices.clone(), Fault::RepeatedPage);
        let (mut page, mut pages) = (None, 0);
        loop {
            page = bench.tracker.targets("", page.as_deref()).await.unwrap().next;
            pages += 1;
            assert!(pages < 10, "{kind}: the targets go round for ever");
            if page.is_none() {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_pause_that_the_tracker_asks_for_is_kept() {
    for ground in ground::all().await {
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
    }
}

#[tokio::test]
async fn what_is_listed_can_be_chosen_and_looked_at() {
    for ground in ground::all().await {
        let (kind, bench) = (ground.kind, ground.bench());
        let (mut keys, mut page) = (Vec::new(), None);
        loop {
            let answer = bench
                .tracker
                .targets("", page.as_deref())
                .await
                .unwrap_or_else(|error| panic!("{kind}: {error:?}"));
            keys.extend(answer.targets.into_iter().map(|target| target.key));
            page = answer.next;
            if page.is_none() {
                break;
            }
        }
        assert!(keys.contains(&ground.to.target), "{kind}: the target is in the list: {keys:?}");
        let distinct: BTreeSet<&String> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "{kind}: each once");
        let fields =
            bench.tracker.fields_of(&ground.to).await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        assert_eq!(fields.target.key, ground.to.target, "{kind}: it is what was asked for");
        clean(&ground);
    }
}

#[tokio::test]
async fn a_good_connection_passes_its_test_without_writing() {
    for ground in ground::all().await {
        let (kind, bench) = (ground.kind, ground.bench());
        let before = ground.issues();
        let goal = CheckGoal { to: Some(ground.to.clone()), planned: Some(10), ..CheckGoal::default() };
        let report = support::check(&bench, goal).await;
        assert!(report.ok, "{kind}:\n{}", report.text);
        let ids: Vec<&str> = report.stages.iter().map(|stage| stage.id.as_str()).collect();
        for id in ["address", "name", "tcp", "tls", "server", "credential", "target", "writable"] {
            assert!(ids.contains(&id), "{kind}: the stage «{id}» is missing: {ids:?}");
        }
        assert_eq!(ground.issues(), before, "{kind}: a test writes nothing");
        clean(&ground);
    }
}

#[tokio::test]
async fn no_secret_is_in_anything_that_is_kept_or_shown() {
    for ground in ground::all().await {
        let (kind, bench) = (ground.kind, ground.bench());
        bench
            .tracker
            .create(&ground.to, &ground.draft("quiet"))
            .await
            .unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        let exchanges = format!("{:?}", bench.heard.exchanges.lock().unwrap());
        assert!(!exchanges.contains(&ground.token), "{kind}: the token is in the log of requests");
        assert!(!exchanges.is_empty(), "{kind}: requests are kept");
    }
}

#[tokio::test]
async fn a_follow_up_that_is_refused_is_said_and_the_issue_stays() {
    for ground in ground::all().await {
        let (kind, bench) = (ground.kind, ground.bench());
        let mut draft = ground.draft("long story");
        draft.follow_ups = vec!["The rest of it.".to_owned()];
        ground.faults().next(ground.comments.clone(), Fault::PermissionMissing);
        let written = bench.tracker.create(&ground.to, &draft).await;
        let written = written.unwrap_or_else(|error| panic!("{kind}: the issue is there: {error:?}"));
        let said = written.dropped.join("\n");
        assert!(said.contains("Not all of the text was written"), "{kind}: {said}");
        let done = bench.tracker.complete(&ground.to, &written.seen.issue, &draft).await.unwrap();
        assert_eq!(done.len(), 1, "{kind}: it is written later: {done:?}");
        assert_eq!(ground.commented("The rest of it."), 1, "{kind}: once");
        clean(&ground);
    }
}

#[tokio::test]
async fn plain_http_to_another_computer_needs_an_explicit_yes() {
    for ground in ground::all().await {
        let kind = ground.kind;
        let mut settings = ground.settings();
        settings.location = "http://tracker.example.invalid/acme/shop".to_owned();
        let refused = support::connect_as(kind, settings.clone(), &ground.token).err();
        let problem = refused.unwrap_or_else(|| panic!("{kind}: everybody on the way could read the token"));
        assert!(problem.message.contains("not encrypted"), "{kind}: {problem}");
        settings.network.allow_plain_http = true;
        assert!(support::connect_as(kind, settings, &ground.token).is_ok(), "{kind}: after a yes");
    }
}
