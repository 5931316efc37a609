//! What is concluded from answers: what was certainly done, what certainly not, and what nobody can
//! know; and that each part of a change is made by itself.

use docket_domain::render::managed;
use docket_domain::text::Flavour;
use docket_domain::{Code, IssueChange};
use docket_practice::Fault;
use docket_tracker::{Markup, Outcome};

use crate::support::now;
use crate::{clean, ground, markers};

/// The clocks of a test are one, but a server's may be rounded to seconds.
const NEAR_MS: i64 = 5 * 60 * 1_000;

// covers: X2
#[tokio::test]
async fn a_creation_whose_answer_cannot_be_read_may_have_happened() {
    ground::every(|ground| async move {
        for fault in [Fault::InvalidJson, Fault::TruncatedGzip, Fault::SignInPage, Fault::ProxyPage] {
            let (kind, name, bench) = (ground.kind, fault.name(), ground.bench());
            bench.tracker.who().await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
            let draft = ground.draft(name);
            ground.faults().next(ground.creates.clone(), fault);
            let error = bench.tracker.create(&ground.to, &draft).await.err();
            let error = error.unwrap_or_else(|| panic!("{kind}, {name}: there was no usable answer"));
            // A vendor's own sign-in page means that the token was not accepted, which is certain.
            let certain = error.error.code() == Code::Unauthorized && error.outcome == Outcome::NotSent;
            assert!(error.outcome == Outcome::Unknown || certain, "{kind}, {name}: {error:?}");
            let stored = ground.carrying(&draft.marker);
            assert!(stored <= usize::from(!certain), "{kind}, {name}: sent at most once");
            let (found, _) = markers(&ground, &bench, None).await;
            let seen = found.iter().filter(|marker| **marker == draft.marker).count();
            assert_eq!(seen, stored, "{kind}, {name}: looking for the marker tells which");
        }
    })
    .await;
}

// covers: X2
#[tokio::test]
async fn a_token_that_is_not_accepted_has_certainly_done_nothing() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        bench.tracker.who().await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        let draft = ground.draft("token");
        ground.faults().next(ground.creates.clone(), Fault::BadCredentials);
        let error = bench.tracker.create(&ground.to, &draft).await.err();
        let error = error.unwrap_or_else(|| panic!("{kind}: the token was not accepted"));
        assert_ne!(error.outcome, Outcome::Unknown, "{kind}: {error:?}");
        assert_eq!(error.error.code(), Code::Unauthorized, "{kind}: {error:?}");
        assert_eq!(ground.carrying(&draft.marker), 0, "{kind}");
        bench.tracker.create(&ground.to, &draft).await.unwrap_or_else(|error| panic!("{kind}: {error:?}"));
        assert_eq!(ground.carrying(&draft.marker), 1, "{kind}: and it may be sent again");
        clean(&ground);
    })
    .await;
}

#[tokio::test]
async fn each_part_of_a_change_is_made_by_itself() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let draft = ground.draft("parts");
        let issue = bench.tracker.create(&ground.to, &draft).await.unwrap().seen.issue;
        let change = async |change: IssueChange| {
            let changed = bench.tracker.update(&ground.to, &issue, &change).await;
            let changed = changed.unwrap_or_else(|error| panic!("{kind}: {change:?}: {error:?}"));
            assert_eq!(changed.dropped, Vec::<String>::new(), "{kind}: {change:?}");
            let read = bench.tracker.read(std::slice::from_ref(&issue)).await.unwrap();
            read[0].1.seen.clone().unwrap_or_else(|| panic!("{kind}: it can be seen"))
        };
        let body = match bench.tracker.limits().markup {
            Markup::Html => managed::frame_as(Flavour::Html, "<p>Told anew.</p>", &draft.marker),
            Markup::GitHubMarkdown | Markup::GitLabMarkdown => {
                format!("Told anew.\n\n{}", draft.marker.line())
            }
        };
        let seen = change(IssueChange { body: Some(body), ..IssueChange::default() }).await;
        assert!(
            seen.body.contains("Told anew") && !seen.body.contains("What was found"),
            "{kind}: {}",
            seen.body
        );
        assert_eq!(seen.title, draft.title, "{kind}: only the text");
        assert_eq!(ground.carrying(&draft.marker), 1, "{kind}: with its marker");
        let seen =
            change(IssueChange { title: Some("Named anew".to_owned()), ..IssueChange::default() }).await;
        assert!(
            seen.title == "Named anew" && seen.body.contains("Told anew"),
            "{kind}: only the title: {seen:?}"
        );
        let seen =
            change(IssueChange { comment: Some("Said beside.".to_owned()), ..IssueChange::default() }).await;
        assert_eq!(ground.commented("Said beside."), 1, "{kind}: once");
        assert!(seen.title == "Named anew" && seen.body.contains("Told anew"), "{kind}: only a comment");
        clean(&ground);
    })
    .await;
}

#[tokio::test]
async fn times_are_the_trackers_own() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let near = |what: &str, at: i64| {
            assert!((at - now()).abs() < NEAR_MS, "{kind}: {what} is now, not {at}");
        };
        let draft = ground.draft("times");
        let written = bench.tracker.create(&ground.to, &draft).await.unwrap();
        near("what was just created", written.seen.created.0);
        let page = bench.tracker.changed_since(&ground.to, None, None).await.unwrap();
        let clock =
            page.server_time.unwrap_or_else(|| panic!("{kind}: the tracker's clock is the next cursor"));
        near("the tracker's clock", clock.0);
        let mut page = Some(page);
        let mut found = None;
        while let Some(answer) = page.take() {
            found = found.or(answer.issues.into_iter().find(|seen| seen.issue == written.seen.issue));
            if let Some(next) = answer.next {
                page = Some(bench.tracker.changed_since(&ground.to, None, Some(&next)).await.unwrap());
            }
        }
        let found = found.unwrap_or_else(|| panic!("{kind}: it is in the list"));
        near("its creation in the list", found.created.0);
        near("its last change", found.updated.0);
    })
    .await;
}

#[tokio::test]
async fn what_is_too_long_is_refused_before_anything_is_sent() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let (limits, there) = (bench.tracker.limits(), ground.issues());
        let mut title = ground.draft("long title");
        title.title = "t".repeat(limits.title_chars * 4 + 1_000);
        let mut body = ground.draft("long text");
        body.body = format!("{}{}", "b".repeat(limits.body_chars * 20), body.body);
        for draft in [title, body] {
            let error = bench.tracker.create(&ground.to, &draft).await.err();
            let error = error.unwrap_or_else(|| panic!("{kind}: much longer than its limits say"));
            assert_eq!(error.outcome, Outcome::Refused, "{kind}: {error:?}");
        }
        assert_eq!(ground.issues(), there, "{kind}: nothing was sent");
        let mut most = ground.draft("longest title");
        most.title = "t".repeat(limits.title_chars);
        let written = bench.tracker.create(&ground.to, &most).await;
        let written = written.unwrap_or_else(|error| panic!("{kind}: within its limits: {error:?}"));
        assert_eq!(written.seen.title, most.title, "{kind}: nothing is cut");
    })
    .await;
}

// covers: S0.20
#[tokio::test]
async fn targets_are_sifted_by_what_was_typed() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let all = async |search: &str| {
            let (mut keys, mut page) = (Vec::new(), None);
            for _ in 0..50 {
                let answer = bench.tracker.targets(search, page.as_deref()).await.unwrap();
                keys.extend(answer.targets.into_iter().map(|target| target.key));
                page = answer.next;
                if page.is_none() {
                    return keys;
                }
            }
            panic!("{kind}: the targets end");
        };
        let everything = all("").await;
        assert!(everything.contains(&ground.to.target), "{kind}: {everything:?}");
        let part: String = ground.to.target.chars().skip(1).take(5).collect();
        let found = all(&part.to_uppercase()).await;
        assert!(found.contains(&ground.to.target), "{kind}: «{part}» in whatever case: {found:?}");
        assert!(found.len() < everything.len(), "{kind}: and not everything");
        assert_eq!(all("no such target anywhere").await, Vec::<String>::new(), "{kind}");
    })
    .await;
}

// covers: X10
#[tokio::test]
async fn a_tracker_that_keeps_silent_is_named_while_its_answer_is_waited_for() {
    ground::every(|ground| async move {
        let (kind, bench) = (ground.kind, ground.bench());
        let slow = Fault::Delay(std::time::Duration::from_millis(1_400));
        ground.faults().next(ground.creates.clone(), slow);
        let created = bench.tracker.create(&ground.to, &ground.draft("slow")).await;
        assert!(created.is_ok(), "{kind}: it comes all the same: {created:?}");
        let told: Vec<String> =
            bench.heard.waits.lock().unwrap().iter().map(|wait| wait.words.clone()).collect();
        let silent = told.iter().filter(|words| words.contains("has not answered yet")).count();
        assert_eq!(silent, 1, "{kind}: said once, for the one that was slow: {told:?}");
    })
    .await;
}
