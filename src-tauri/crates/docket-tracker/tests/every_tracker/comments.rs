//! Comments are there once, and one that is refused takes nothing else with it.

use docket_domain::IssueChange;
use docket_practice::Fault;
use docket_tracker::Outcome;

use crate::{clean, ground};

// covers: X2
#[tokio::test]
async fn a_comment_that_is_refused_is_said_and_the_change_before_it_stays() {
    ground::every(|ground| async move {
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

        // Nor may a comment be written where it cannot be seen whether it is there.
        ground.faults().next(ground.talk.clone(), Fault::PermissionMissing);
        let unread = bench.tracker.update(&ground.to, &issue, &change).await;
        let unread = unread.unwrap_or_else(|error| panic!("{kind}: the change was made: {error:?}")).dropped;
        assert!(unread.join(" ").contains("its comment was not written"), "{kind}: {unread:?}");

        let said = change.comment.as_deref().unwrap();
        for when in ["with the right it goes through", "it is known again behind hundreds of others"] {
            let again = bench.tracker.update(&ground.to, &issue, &change).await.unwrap();
            assert_eq!(again.dropped, Vec::<String>::new(), "{kind}: {when}");
            assert_eq!(ground.commented(said), 1, "{kind}: {when}");
            ground.others_talk(&issue, 230);
        }
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
    })
    .await;
}

// covers: X2
#[tokio::test]
async fn what_did_not_fit_follows_in_comments_once_however_often_it_is_completed() {
    ground::every(|ground| async move {
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

        ground.others_talk(&issue, 230);
        bench.tracker.complete(&ground.to, &issue, &draft).await.unwrap();
        once("talked about");

        // An issue whose creation was interrupted before its comments, and that others talked about.
        let mut bare = ground.draft("interrupted");
        let issue = bench.tracker.create(&ground.to, &bare).await.unwrap().seen.issue;
        ground.others_talk(&issue, 230);
        bare.follow_ups = vec!["What the interruption left out.".to_owned()];
        for _ in 0..2 {
            bench.tracker.complete(&ground.to, &issue, &bare).await.unwrap();
            assert_eq!(ground.commented("What the interruption left out."), 1, "{kind}: completed, once");
        }
        clean(&ground);
    })
    .await;
}

#[tokio::test]
async fn a_follow_up_that_is_refused_is_said_and_the_issue_stays() {
    ground::every(|ground| async move {
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
    })
    .await;
}
