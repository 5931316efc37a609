//! The GitHub client against the practice GitHub: every request it sends is checked there
//! against the vendor's own contract.

mod support;

use docket_domain::{IssueState, Marker};
use docket_practice::{Practice, Setup};
use support::{connect, draft};

#[tokio::test]
async fn an_issue_is_created_read_and_listed_with_all_its_fields() {
    let practice = Practice::start(Setup::demo()).await.unwrap();
    let bench = connect(&practice.url(), &practice.token());
    let draft = draft("one");
    let written = bench.tracker.create("acme/shop", &draft).await.unwrap();
    assert_eq!(written.dropped, Vec::<String>::new(), "robin may write, so nothing is dropped");
    assert_eq!(written.seen.labels, ["security"], "the label came back");
    assert_eq!(written.seen.assignees, ["sam"], "the assignee came back");
    assert_eq!(written.seen.milestone.as_deref(), Some("2.0"), "the milestone was found by its title");
    let issues = [written.seen.issue.clone(), written.seen.issue.clone()];
    for (_, read) in bench.tracker.read(&issues).await.unwrap() {
        assert_eq!(read.state, IssueState::Open, "a new issue is open");
        assert_eq!(read.seen.unwrap().body, draft.body, "the text is kept to the letter");
    }
    let page = bench.tracker.changed_since("acme/shop", None, None).await.unwrap();
    let found =
        page.issues.iter().filter(|issue| Marker::find_all(&issue.body).contains(&draft.marker)).count();
    assert_eq!(found, 1, "the marker finds the issue again, once");
    assert!(
        practice.violations().is_empty(),
        "the vendor's contract was broken: {:?}",
        practice.violations()
    );
}
