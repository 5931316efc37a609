//! Pages, filters and conditional requests.

use docket_practice::{IssueSeed, RepoSeed, Role, Setup, TokenSeed};
use serde_json::{Value, json};

use crate::client::{Bench, bench, header};

fn many(count: usize) -> Setup {
    let repo = (1..=count).fold(
        RepoSeed::new("acme/shop").role("robin", Role::Write).label("bug", "d73a4a"),
        |r, i| {
            r.issue(if i % 2 == 0 {
                IssueSeed::new(&format!("n{i}")).label("bug")
            } else {
                IssueSeed::new(&format!("n{i}"))
            })
        },
    );
    Setup::new()
        .person("robin")
        .organisation("acme", &["robin"])
        .repo(repo)
        .token(TokenSeed::classic("robin", &["repo"]))
}

fn next(link: &str) -> Option<String> {
    link.split(", ").find(|l| l.ends_with("rel=\"next\"")).map(|l| l[1..l.find('>').unwrap()].to_owned())
}

async fn follow(b: &Bench, first: &str) -> (Vec<u64>, usize) {
    let (mut numbers, mut pages, mut at) = (Vec::new(), 0, Some(first.to_owned()));
    while let Some(url) = at {
        let answer = b.get(&url).await;
        assert_eq!(answer.status(), 200, "{url}");
        at = header(&answer, "link").and_then(next);
        let list: Value = answer.json().await.unwrap();
        numbers.extend(list.as_array().unwrap().iter().map(|i| i["number"].as_u64().unwrap()));
        pages += 1;
    }
    (numbers, pages)
}

#[tokio::test]
async fn the_link_header_leads_through_every_page_once() {
    let b = bench(many(25)).await;
    let (numbers, pages) =
        follow(&b, "/repos/acme/shop/issues?per_page=10&labels=bug&direction=asc&state=all").await;
    assert_eq!(pages, 2, "12 issues in pages of 10");
    assert_eq!(numbers, (1..=12).map(|i| i * 2).collect::<Vec<u64>>(), "each once, in order, still filtered");
    let answer = b.get("/repos/acme/shop/issues?per_page=10&page=2").await;
    let link = header(&answer, "link").unwrap().to_owned();
    for rel in ["prev", "next", "last", "first"] {
        assert!(link.contains(&format!("rel=\"{rel}\"")), "the middle page has {rel}: {link}");
    }
    b.assert_no_violations();
}

#[tokio::test]
async fn with_opaque_pages_only_the_link_header_knows_the_way() {
    let b = bench(many(25).cursor_pages()).await;
    let (numbers, pages) = follow(&b, "/repos/acme/shop/issues?per_page=10").await;
    assert_eq!((numbers.len(), pages), (25, 3), "the header leads through");
    let (status, _) = b.ask("GET", "/repos/acme/shop/issues?per_page=10&page=2", Value::Null).await;
    assert_eq!(status, 422, "an address that the client built itself is refused");
    b.assert_no_violations();
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let b = bench(Setup::demo()).await;
    for (query, expected) in [
        ("", vec![4, 3, 2, 1]),
        ("?state=all", vec![6, 5, 4, 3, 2, 1]),
        ("?state=closed", vec![6, 5]),
        ("?labels=bug", vec![1]),
        ("?labels=bug&state=all", vec![5, 1]),
        ("?labels=bug,documentation", vec![]),
        ("?creator=kim", vec![3, 1]),
        ("?assignee=sam", vec![1]),
        ("?assignee=none", vec![4, 3, 2]),
        ("?milestone=2", vec![3]),
        ("?milestone=none", vec![4, 2]),
        ("?sort=created&direction=asc", vec![1, 2, 3, 4]),
        ("?since=2999-01-01T00:00:00Z", vec![]),
    ] {
        let (_, list) = b.ask("GET", &format!("/repos/acme/shop/issues{query}"), Value::Null).await;
        let numbers: Vec<u64> =
            list.as_array().unwrap().iter().map(|i| i["number"].as_u64().unwrap()).collect();
        assert_eq!(numbers, expected, "the list for '{query}'");
    }
    let (_, list) = b.ask("GET", "/repos/acme/shop/issues", Value::Null).await;
    assert!(list[0].get("pull_request").is_some(), "a pull request is in the list and marked");
    assert!(list[1].get("pull_request").is_none(), "an issue is not marked");
    b.assert_no_violations();
}

#[tokio::test]
async fn an_unchanged_answer_is_304_and_costs_nothing() {
    let b = bench(Setup::demo()).await;
    let path = "/repos/acme/shop/issues?state=all";
    let first = b.get(path).await;
    let (tag, used) =
        (header(&first, "etag").unwrap().to_owned(), header(&first, "x-ratelimit-used").unwrap().to_owned());
    let second = b.request("GET", path).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(second.status(), 304, "nothing changed");
    assert_eq!(header(&second, "x-ratelimit-used"), Some(used.as_str()), "it did not count");
    assert!(second.bytes().await.unwrap().is_empty(), "it has no body");
    b.send("POST", "/repos/acme/shop/issues", json!({ "title": "new" })).await;
    let third = b.request("GET", path).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(third.status(), 200, "something changed");
    b.assert_no_violations();
}
