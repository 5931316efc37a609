//! Long texts as Markdown, which the service has as a preview.

use docket_domain::check::CheckState;
use docket_domain::{IssueChange, IssueDraft, Marker};
use docket_practice::{Fault, PracticeAzure, matching};
use docket_tracker::{CheckGoal, Markup};

use crate::support::{Bench, check, expect_stage};
use crate::{connect_with, contoso, draft, no_violations, settings, start, to};

const STEPS: &str = "Microsoft.VSTS.TCM.ReproSteps";
const TEXT: &str =
    "# Found\n\n- `a < b && c > d`\n- <script>alert(1)</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";

fn connect(server: &PracticeAzure) -> Bench {
    let mut settings = settings(&server.url());
    settings.settings.insert("markdown".to_owned(), "true".to_owned());
    connect_with(settings, &server.token())
}

fn text(name: &str) -> IssueDraft {
    IssueDraft { body: TEXT.to_owned(), ..draft(name) }
}

// covers: S1.8, S2.24
#[tokio::test]
async fn a_text_is_written_changed_and_read_back_as_markdown_byte_for_byte() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    assert_eq!(bench.tracker.limits().markup, Markup::GitHubMarkdown, "texts are made as Markdown");
    for (project, kind, field) in [("Web Shop", "Bug", STEPS), ("Shop", "Issue", "System.Description")] {
        let place = to(project, kind);
        let written = bench.tracker.create(&place, &text(kind)).await.unwrap();
        assert_eq!(written.dropped, Vec::<String>::new(), "{kind}: kept as Markdown");
        assert_eq!(written.seen.body, TEXT, "{kind}: the answer holds what was sent");
        let issue = written.seen.issue;
        let id = issue.number.parse().unwrap();
        assert_eq!(server.work_item(id).unwrap().markdown, [field], "{kind}: that field alone");
        let read = bench.tracker.read(std::slice::from_ref(&issue)).await.unwrap();
        assert_eq!(read[0].1.seen.as_ref().unwrap().body, TEXT, "{kind}: read back");

        let body = format!("{TEXT}\n**Seen again** on Tuesday.\n");
        let change = IssueChange { body: Some(body.clone()), ..IssueChange::default() };
        for _ in 0..2 {
            let changed = bench.tracker.update(&place, &issue, &change).await.unwrap();
            assert_eq!((changed.seen.body.as_str(), changed.dropped.len()), (body.as_str(), 0), "{kind}");
        }
        let item = server.work_item(id).unwrap();
        assert_eq!(item.fields[field], body, "{kind}: byte for byte");
        assert_eq!(item.rev, 2, "{kind}: what is there already is not written again");
    }
    no_violations(&server);
}

// covers: S2.16
#[tokio::test]
async fn comments_and_follow_ups_are_markdown_and_there_once() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let place = to("Web Shop", "Bug");
    let mut long = text("long");
    long.follow_ups = vec!["## More\n\n- one".to_owned(), "## Even more\n\n- two".to_owned()];
    server.faults().next(matching("POST", "/comments"), Fault::StoreThenCut);
    let written = bench.tracker.create(&place, &long).await.unwrap();
    assert_eq!(written.dropped, Vec::<String>::new(), "the lost answer was looked up");
    let issue = written.seen.issue;
    let comment = "Closed by **Kim**: <none> left & `a < b`.";
    let change = IssueChange { comment: Some(comment.to_owned()), ..IssueChange::default() };
    for _ in 0..2 {
        bench.tracker.update(&place, &issue, &change).await.unwrap();
    }
    let item = server.work_item(issue.number.parse().unwrap()).unwrap();
    let texts: Vec<&str> = item.comments.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts.len(), 3, "each once: {texts:?}");
    assert!(texts[0].starts_with("## More\n\n- one"), "as written: {texts:?}");
    assert!(texts[0].contains(&Marker::derive(&["long"]).tag()), "with its line: {texts:?}");
    assert_eq!(texts[2], comment, "byte for byte, signs and all");
    let asked = server.log();
    let posts: Vec<_> =
        asked.iter().filter(|entry| entry.method == "POST" && entry.path.ends_with("/comments")).collect();
    for entry in posts {
        assert!(
            entry.query.contains("format=markdown") && entry.query.contains("api-version=7.2-preview"),
            "the preview that has Markdown is asked for it: {}",
            entry.query
        );
    }
    assert_eq!(bench.tracker.complete(&place, &issue, &long).await.unwrap(), Vec::<String>::new(), "whole");
    no_violations(&server);
}

#[tokio::test]
async fn a_text_that_was_html_becomes_markdown_with_the_next_change_of_it_only() {
    let server = start(contoso()).await;
    let html = crate::connect(&server);
    let place = to("Web Shop", "Bug");
    let issue = html.tracker.create(&place, &draft("html")).await.unwrap().seen.issue;
    let id = issue.number.parse().unwrap();
    let bench = connect(&server);
    let title = IssueChange { title: Some("Other".to_owned()), ..IssueChange::default() };
    bench.tracker.update(&place, &issue, &title).await.unwrap();
    assert!(server.work_item(id).unwrap().markdown.is_empty(), "another field changes nothing of it");
    let body = IssueChange { body: Some(TEXT.to_owned()), ..IssueChange::default() };
    bench.tracker.update(&place, &issue, &body).await.unwrap();
    let item = server.work_item(id).unwrap();
    assert_eq!(
        (item.markdown.as_slice(), &item.fields[STEPS]),
        ([STEPS.to_owned()].as_slice(), &TEXT.into())
    );
    no_violations(&server);
}

// covers: S2.18
#[tokio::test]
async fn a_service_that_does_not_keep_it_as_markdown_is_found_out_by_reading_back() {
    let server = start(contoso().overlooks_markdown()).await;
    let bench = connect(&server);
    let place = to("Web Shop", "Bug");
    let said = "did not keep «Repro Steps» as Markdown";
    let written = bench.tracker.create(&place, &text("plain")).await.unwrap();
    assert!(written.dropped.iter().any(|line| line.contains(said)), "{:?}", written.dropped);
    let change = IssueChange { body: Some("# Other".to_owned()), ..IssueChange::default() };
    let changed = bench.tracker.update(&place, &written.seen.issue, &change).await.unwrap();
    assert!(changed.dropped.iter().any(|line| line.contains(said)), "{:?}", changed.dropped);
}

// covers: X4
#[tokio::test]
async fn the_connection_test_tries_markdown_and_stores_nothing() {
    let server = start(contoso()).await;
    let report =
        check(&connect(&server), CheckGoal { to: Some(to("Web Shop", "Bug")), ..CheckGoal::default() }).await;
    expect_stage(&report, "credential", CheckState::Ok, "Signed in as", "");
    expect_stage(&report, "mapping", CheckState::Ok, "would be accepted", "");
    let judged = server.log().into_iter().filter(|entry| {
        entry.query.contains("validateOnly=true") && entry.query.contains("api-version=7.2-preview")
    });
    assert!(judged.count() > 0, "the dry run goes where the work item would");
    assert!(server.work_items("Web Shop").is_empty(), "nothing is stored");
    no_violations(&server);
}
