//! Many changes in one request.

use docket_domain::{Code, IssueChange, IssueRef};
use docket_practice::{Fault, Logged, PracticeAzure, matching};
use docket_tracker::{Outcome, Written};

use crate::support::Bench;
use crate::{connect, connect_with, contoso, contoso_as, draft, no_violations, settings, start, to};

type Changes = Vec<(IssueRef, IssueChange)>;

/// Work items of the demo project, so many.
async fn items(bench: &Bench, count: usize) -> Vec<IssueRef> {
    let mut issues = Vec::new();
    for at in 0..count {
        let written = bench.tracker.create(&to("Shop", "Issue"), &draft(&format!("{at}"))).await.unwrap();
        issues.push(written.seen.issue);
    }
    issues
}

fn all(issues: &[IssueRef], change: &IssueChange) -> Changes {
    issues.iter().map(|issue| (issue.clone(), change.clone())).collect()
}

async fn changed(bench: &Bench, changes: &Changes) -> Vec<Written> {
    let answers = bench.tracker.update_many(&to("Shop", "Issue"), changes).await;
    answers.into_iter().map(|answer| answer.expect("it is changed")).collect()
}

fn writes(server: &PracticeAzure) -> Vec<Logged> {
    server.log().into_iter().filter(|entry| entry.method == "PATCH").collect()
}

fn parts(entry: &Logged) -> usize {
    entry.body.as_ref().and_then(|body| body.as_array()).map_or(0, Vec::len)
}

fn text(body: &str) -> IssueChange {
    IssueChange { body: Some(body.to_owned()), ..IssueChange::default() }
}

#[tokio::test]
async fn sixty_work_items_are_changed_in_two_requests_each_with_its_test() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let issues = items(&bench, 60).await;
    let change = IssueChange {
        title: Some("Found again".to_owned()),
        add_labels: vec!["later".to_owned()],
        ..text("<p>Told anew.</p>")
    };
    let before = server.log().len();
    let written = changed(&bench, &all(&issues, &change)).await;
    assert!(written.iter().all(|one| one.dropped.is_empty()), "nothing is missing");
    assert!(written.iter().zip(&issues).all(|(one, issue)| one.seen.issue == *issue), "in their order");
    let sent = writes(&server);
    let sizes: Vec<usize> = sent.iter().map(parts).collect();
    assert_eq!(sizes, [50, 10], "two requests");
    for entry in &sent {
        assert!(entry.path.ends_with("/_apis/wit/$batch"), "{}", entry.path);
        for part in entry.body.as_ref().unwrap().as_array().unwrap() {
            let test = &part["body"][0];
            assert_eq!((test["op"].as_str(), test["path"].as_str()), (Some("test"), Some("/rev")), "{part}");
        }
    }
    let reads = server.log().len() - before - sent.len();
    assert!(reads < 8, "all of them are read at once: {reads} reads");
    for item in server.work_items("Shop") {
        assert_eq!((item.title.as_str(), item.rev), ("Found again", 2), "changed once");
        assert!(item.tags.contains(&"later".to_owned()) && item.tags.contains(&"security".to_owned()));
        assert_eq!(item.fields["System.Description"], "<p>Told anew.</p>");
    }
    changed(&bench, &all(&issues, &change)).await;
    assert_eq!(writes(&server).len(), 2, "what is there already is not written again");
    no_violations(&server);
}

#[tokio::test]
async fn every_server_is_spoken_to_in_its_own_version() {
    for latest in ["7.1", "7.0", "6.0", "5.0", "4.1"] {
        let server = start(contoso_as("DefaultCollection").server(latest)).await;
        let bench = connect(&server);
        let issues = items(&bench, 3).await;
        // A connection that has not asked anything yet.
        let bench = connect(&server);
        changed(&bench, &all(&issues, &text("<p>Told anew.</p>"))).await;
        let sent = writes(&server);
        assert_eq!(sent.iter().map(parts).collect::<Vec<_>>(), [3], "{latest}: one request");
        assert!(sent[0].query.contains(&format!("api-version={latest}")), "{latest}: {}", sent[0].query);
        let part = sent[0].body.as_ref().unwrap()[0]["uri"].as_str().unwrap().to_owned();
        assert!(part.ends_with(&format!("api-version={latest}")), "{latest}: {part}");
        no_violations(&server);
    }
}

#[tokio::test]
async fn texts_stay_markdown() {
    let server = start(contoso()).await;
    let mut settings = settings(&server.url());
    settings.settings.insert("markdown".to_owned(), "true".to_owned());
    let bench = connect_with(settings, &server.token());
    let issues = items(&bench, 2).await;
    let written = changed(&bench, &all(&issues, &text("# Told anew\n"))).await;
    assert!(written.iter().all(|one| one.dropped.is_empty()), "kept as Markdown");
    for item in server.work_items("Shop") {
        assert_eq!(item.fields["System.Description"], "# Told anew\n", "byte for byte");
        assert_eq!(item.markdown, ["System.Description"], "as Markdown");
    }
    no_violations(&server);
}

/// A batch that comes late, and what somebody does to one of its work items meanwhile.
async fn raced(change: IssueChange, acts: fn(&PracticeAzure, u64)) -> (PracticeAzure, Answers) {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let issues = items(&bench, 3).await;
    let raced = issues[1].number.parse().unwrap();
    // Late enough for somebody to act between the reading and the writing.
    server.faults().next(matching("PATCH", "/$batch"), Fault::Delay(std::time::Duration::from_millis(400)));
    let changes = all(&issues, &change);
    let place = to("Shop", "Issue");
    let sending = bench.tracker.update_many(&place, &changes);
    let acting = async {
        while writes(&server).is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        acts(&server, raced);
    };
    let (answers, ()) = tokio::join!(sending, acting);
    (server, answers)
}

type Answers = Vec<Result<Written, docket_tracker::WriteError>>;

#[tokio::test]
async fn a_tag_that_somebody_sets_meanwhile_survives_and_the_others_are_done() {
    let change = IssueChange { add_labels: vec!["fixed".to_owned()], ..IssueChange::default() };
    let (server, answers) =
        raced(change, |server, id| server.someone("kim@contoso.example").tags(id, "late").unwrap()).await;
    assert!(answers.iter().all(Result::is_ok), "read again, merged again: {answers:?}");
    let items = server.work_items("Shop");
    assert!(items.iter().all(|item| item.tags.contains(&"fixed".to_owned())), "{items:?}");
    assert!(items[1].tags.contains(&"late".to_owned()), "Kim's tag is kept: {:?}", items[1].tags);
    let alone = writes(&server).iter().filter(|entry| !entry.path.ends_with("/$batch")).count();
    assert_eq!(alone, 1, "only that one is sent again, alone");
    no_violations(&server);
}

#[tokio::test]
async fn a_text_that_somebody_writes_meanwhile_is_left_and_the_others_are_done() {
    let change =
        IssueChange { body_from: Some("<p>What was found.</p>".to_owned()), ..text("<p>Docket's.</p>") };
    let (server, answers) = raced(change, |server, id| {
        server.someone("kim@contoso.example").rewrites(id, "<p>Mine.</p>").unwrap();
    })
    .await;
    let refused = answers[1].as_ref().unwrap_err();
    assert_eq!((refused.outcome, refused.error.code()), (Outcome::Refused, Code::Conflict), "{refused}");
    let texts: Vec<String> = server
        .work_items("Shop")
        .iter()
        .map(|item| item.fields["System.Description"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts, ["<p>Docket's.</p>", "<p>Mine.</p>", "<p>Docket's.</p>"], "Kim's words are kept");
    no_violations(&server);
}

#[tokio::test]
async fn a_text_that_was_rewritten_before_is_left_alone_and_among_many() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let issues = items(&bench, 2).await;
    for number in [&issues[0].number, &issues[1].number] {
        server.someone("kim@contoso.example").rewrites(number.parse().unwrap(), "<p>Mine.</p>").unwrap();
    }
    let change =
        IssueChange { body_from: Some("<p>What was found.</p>".to_owned()), ..text("<p>Docket's.</p>") };
    let place = to("Shop", "Issue");
    let mut answers = bench.tracker.update_many(&place, &all(&issues, &change)).await;
    answers.push(bench.tracker.update(&place, &issues[0], &change).await);
    for answer in answers {
        let refused = answer.unwrap_err();
        assert_eq!((refused.outcome, refused.error.code()), (Outcome::Refused, Code::Conflict), "{refused}");
    }
    assert_eq!(writes(&server).len(), 0, "nothing was sent");
    no_violations(&server);
}

#[tokio::test]
async fn a_text_that_is_there_already_with_other_markup_is_nobodys_but_dockets() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let issues = items(&bench, 2).await;
    // An attempt without an answer was stored, and the server wrote its markup in its own way.
    for number in [&issues[0].number, &issues[1].number] {
        let stored = "<div><p>Told&nbsp;anew.</p></div>";
        server.someone("kim@contoso.example").rewrites(number.parse().unwrap(), stored).unwrap();
    }
    let change =
        IssueChange { body_from: Some("<p>What was found.</p>".to_owned()), ..text("<p>Told anew.</p>") };
    let written = changed(&bench, &all(&issues, &change)).await;
    assert_eq!(written.len(), 2, "no conflict");
    no_violations(&server);
}

#[tokio::test]
async fn a_lost_answer_leaves_all_unknown_and_again_writes_only_what_was_not_done() {
    for (fault, revision) in [(Fault::StoreThenCut, 2), (Fault::CutBeforeStoring, 1)] {
        let server = start(contoso()).await;
        let bench = connect(&server);
        let issues = items(&bench, 4).await;
        let name = fault.name();
        server.faults().next(matching("PATCH", "/$batch"), fault);
        let changes = all(&issues, &text("<p>Told anew.</p>"));
        let answers = bench.tracker.update_many(&to("Shop", "Issue"), &changes).await;
        for answer in &answers {
            let error = answer.as_ref().unwrap_err();
            assert_eq!(error.outcome, Outcome::Unknown, "{name}: {error:?}");
        }
        assert!(server.work_items("Shop").iter().all(|item| item.rev == revision), "{name}");
        assert_eq!(writes(&server).len(), 1, "{name}: nothing is sent again by itself");
        changed(&bench, &changes).await;
        assert!(server.work_items("Shop").iter().all(|item| item.rev == 2), "{name}: each changed once");
    }
}

#[tokio::test]
async fn texts_that_are_too_much_for_one_request_go_in_several() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let issues = items(&bench, 6).await;
    let long = text(&format!("<p>{}</p>", "long ".repeat(200_000)));
    changed(&bench, &all(&issues, &long)).await;
    let sizes: Vec<usize> = writes(&server).iter().map(parts).collect();
    assert_eq!(sizes, [4, 2], "four million characters at a time");
    no_violations(&server);
}

#[tokio::test]
async fn what_is_refused_as_a_whole_is_made_one_by_one() {
    let server = start(contoso()).await;
    let bench = connect(&server);
    let issues = items(&bench, 3).await;
    server.faults().next(matching("PATCH", "/$batch"), Fault::PermissionMissing);
    changed(&bench, &all(&issues, &text("<p>Told anew.</p>"))).await;
    let alone = writes(&server).iter().filter(|entry| !entry.path.ends_with("/$batch")).count();
    assert_eq!(alone, 3, "each by itself");
}
