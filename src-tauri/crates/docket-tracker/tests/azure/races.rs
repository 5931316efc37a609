use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use docket_domain::{Code, IssueChange, IssueRef};
use docket_practice::{AzureSetup, PracticeAzure};
use docket_tracker::{Exchange, ExchangeSink, Outcome, Tracker, by_id};

use crate::{connect, contoso, draft, no_violations, settings, start, support, to};

/// Kim, who is faster: acts once, as soon as Docket has read the work item so many times.
struct Kim {
    server: Arc<PracticeAzure>,
    id: u64,
    acts: fn(&PracticeAzure, u64),
    reads: usize,
    seen: AtomicUsize,
}

impl ExchangeSink for Kim {
    fn exchanged(&self, exchange: Exchange) {
        let read = exchange.method == "GET"
            && exchange.status == Some(200)
            && exchange.url.contains(&format!("/workitems/{}?", self.id));
        if read && self.seen.fetch_add(1, Ordering::SeqCst) + 1 == self.reads {
            (self.acts)(&self.server, self.id);
        }
    }
}

/// A work item, and a connection that Kim watches.
pub(crate) async fn watched(
    setup: AzureSetup,
    reads: usize,
    acts: fn(&PracticeAzure, u64),
) -> (Arc<PracticeAzure>, IssueRef, Box<dyn Tracker>) {
    let server = Arc::new(start(setup).await);
    let bench = connect(&server);
    let issue = bench.tracker.create(&to("Shop", "Issue"), &draft("raced")).await.unwrap().seen.issue;
    let (mut ports, _, _) = support::ports(&server.token());
    let id = issue.number.parse().unwrap();
    let seen = AtomicUsize::new(0);
    ports.exchanges = Arc::new(Kim { server: Arc::clone(&server), id, acts, reads, seen });
    let tracker = by_id("azure-devops").unwrap().connect(settings(&server.url()), ports).unwrap();
    (server, issue, tracker)
}

#[tokio::test]
async fn a_tag_that_somebody_sets_between_reading_and_writing_survives() {
    let (server, issue, tracker) =
        watched(contoso(), 1, |server, id| server.someone("kim@contoso.example").tags(id, "late").unwrap())
            .await;
    let change = IssueChange { add_labels: vec!["fixed".to_owned()], ..IssueChange::default() };
    tracker.update(&to("Shop", "Issue"), &issue, &change).await.expect("read again, merged again");
    let item = server.work_items("Shop").pop().unwrap();
    for tag in ["late", "fixed", "security"] {
        assert!(item.tags.iter().any(|other| other == tag), "«{tag}» is among {:?}", item.tags);
    }
    let patches: Vec<Option<u16>> =
        server.log().iter().filter(|entry| entry.method == "PATCH").map(|entry| entry.status).collect();
    assert_eq!(patches, [Some(412), Some(200)], "the first one was refused by its test of the revision");
    no_violations(&server);
}

#[tokio::test]
async fn a_text_that_somebody_writes_at_the_same_moment_is_left_as_it_is() {
    let (server, issue, tracker) = watched(contoso(), 1, |server, id| {
        server.someone("kim@contoso.example").rewrites(id, "<p>Mine.</p>").unwrap();
    })
    .await;
    let change = IssueChange { body: Some("<p>Docket's.</p>".to_owned()), ..IssueChange::default() };
    let refused = tracker.update(&to("Shop", "Issue"), &issue, &change).await.unwrap_err();
    assert_eq!((refused.outcome, refused.error.code()), (Outcome::Refused, Code::Conflict), "{refused}");
    let item = server.work_items("Shop").pop().unwrap();
    assert_eq!(item.fields["System.Description"], "<p>Mine.</p>", "Kim's words are kept");
    no_violations(&server);
}
