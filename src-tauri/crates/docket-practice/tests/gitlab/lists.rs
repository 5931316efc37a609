//! Lists: filters, pages, keysets, groups, members.

use docket_practice::ClockHand;
use docket_practice::gitlab::{GitLabSetup, TokenSeed};
use reqwest::Response;
use serde_json::Value;

use crate::client::{Bench, ISSUES, SHOP, bench, header, texts};

fn next(answer: &Response) -> Option<String> {
    let links = header(answer, "link")?;
    let next = links.split(", ").find(|l| l.ends_with("rel=\"next\""))?;
    Some(next.trim_start_matches('<').split('>').next().unwrap().to_owned())
}

/// Follows `Link` to the end and gathers the paths.
async fn follow(b: &Bench, first: &str) -> (Vec<String>, usize) {
    let (mut found, mut pages, mut at) = (Vec::new(), 0, Some(first.to_owned()));
    while let Some(url) = at {
        let answer = b.get(&url).await;
        at = next(&answer);
        found.extend(texts(&answer.json().await.unwrap(), "path_with_namespace"));
        pages += 1;
    }
    (found, pages)
}

#[tokio::test]
async fn thousands_of_projects_are_paged_by_number_and_by_keyset() {
    let b = bench(GitLabSetup::demo().many_projects("acme", 250)).await;
    let answer = b.get("/projects?membership=true&per_page=100&page=2&order_by=id&sort=asc").await;
    assert_eq!(
        ["x-total", "x-total-pages", "x-page", "x-next-page", "x-prev-page", "x-per-page"].map(|h| header(
            &answer, h
        )
        .unwrap()
        .to_owned()),
        ["255", "3", "2", "3", "1", "100"],
        "the vendor's headers"
    );
    assert!(header(&answer, "link").unwrap().contains("rel=\"last\""), "with a last page");
    let (found, pages) = follow(&b, "/projects?membership=true&per_page=100&simple=true").await;
    assert_eq!((found.len(), pages), (255, 3), "by number");
    let (found, pages) = follow(&b, "/projects?pagination=keyset&order_by=id&sort=asc&per_page=50").await;
    assert_eq!((found.len(), pages), (255, 6), "by keyset");
    let (backwards, _) = follow(&b, "/projects?pagination=keyset&order_by=id&sort=desc&per_page=100").await;
    assert!(backwards.iter().rev().eq(found.iter()), "the other way round");
    let keyset = b.get("/projects?pagination=keyset&order_by=id").await;
    assert_eq!(header(&keyset, "x-total"), None, "a keyset does not count");
    let beyond = b.get("/projects?page=99&per_page=100").await;
    assert_eq!(header(&beyond, "x-next-page"), Some(""), "beyond the end there is no next page");
    assert_eq!(beyond.text().await.unwrap(), "[]", "and nothing on it");
    assert_eq!(b.get("/projects?page=5001&per_page=10").await.status(), 405, "too far for page numbers");
    b.assert_no_violations();
}

#[tokio::test]
async fn above_ten_thousand_the_vendor_stops_counting() {
    let b = bench(GitLabSetup::demo().many_projects("acme", 10_001)).await;
    let answer = b.get("/projects?per_page=100&page=2").await;
    assert_eq!(answer.status(), 200, "the page is given");
    for name in ["x-total", "x-total-pages"] {
        assert_eq!(header(&answer, name), None, "{name} is gone");
    }
    let link = header(&answer, "link").unwrap();
    assert!(
        link.contains("rel=\"next\"") && !link.contains("rel=\"last\""),
        "only the next one is told: {link}"
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn projects_are_searched_and_filtered() {
    let b = bench(GitLabSetup::demo()).await;
    for (query, wanted) in [
        ("search=sho", vec!["acme/shop"]),
        ("search=platform", vec![]),
        ("search=platform&search_namespaces=true", vec!["acme/platform/api"]),
        ("archived=true", vec!["acme/archive"]),
        ("min_access_level=50", vec!["robin/notes"]),
        ("owned=true", vec!["robin/notes"]),
        (
            "archived=false&with_issues_enabled=true&order_by=path&sort=asc",
            vec!["acme/platform/api", "robin/notes", "acme/shop"],
        ),
    ] {
        let (_, found) = b.ask("GET", &format!("/projects?membership=true&{query}"), Value::Null).await;
        assert_eq!(texts(&found, "path_with_namespace"), wanted, "{query}");
    }
    b.assert_no_violations();
}

#[tokio::test]
async fn groups_subgroups_members_and_users() {
    let mut b = bench(GitLabSetup::demo().token(TokenSeed::personal("kim", &["api"]))).await;
    let get = async |path: &str| b.ask("GET", path, Value::Null).await.1;
    assert_eq!(texts(&get("/groups").await, "full_path"), ["acme", "acme/platform"], "groups");
    assert_eq!(texts(&get("/groups?top_level_only=true").await, "full_path"), ["acme"], "at the top");
    assert_eq!(texts(&get("/groups/acme/subgroups").await, "full_path"), ["acme/platform"], "below");
    assert_eq!(get("/groups/acme%2Fplatform").await["full_name"], "Acme / Platform", "by its path");
    let own = get("/groups/acme/projects?order_by=path&sort=asc").await;
    assert_eq!(texts(&own, "path"), ["archive", "shop", "wiki"], "a group's own projects");
    let deep =
        get("/groups/acme/projects?include_subgroups=true&archived=false&order_by=path&sort=asc").await;
    assert_eq!(texts(&deep, "path"), ["api", "shop", "wiki"], "and those below");
    let members = get(&format!("{SHOP}/members/all")).await;
    assert_eq!(texts(&members, "username"), ["robin", "kim", "sam"], "members by inheritance");
    assert_eq!(members[1]["access_level"], 50, "with their access");
    let kim = b.practice.user_id("kim").unwrap();
    assert_eq!(get(&format!("{SHOP}/members/all/{kim}")).await["username"], "kim", "one of them");
    assert_eq!(texts(&get(&format!("{SHOP}/members/all?query=sa")).await, "username"), ["sam"], "searched");
    assert_eq!(
        texts(&get(&format!("{SHOP}/users?search=ki")).await, "username"),
        ["kim"],
        "those who can be assigned"
    );
    assert_eq!(texts(&get("/users?username=sam").await, "name"), ["Sam"], "a user by name");
    assert_eq!(texts(&get("/users?username=nobody").await, "name"), Vec::<String>::new(), "nobody");
    assert_eq!(get("/version").await["version"], "19.5.0-ee", "the version");
    assert_eq!(get("/metadata").await["enterprise"], true, "and its edition");
    assert_eq!(
        b.ask("GET", "/groups/nowhere", Value::Null).await.1["message"],
        "404 Group Not Found",
        "no group"
    );
    b.assert_no_violations();
    b.with("kim");
    let (_, groups) = b.ask("GET", "/groups?min_access_level=50", Value::Null).await;
    assert_eq!(texts(&groups, "full_path"), ["acme", "acme/platform"], "an owner's, by inheritance");
}

#[tokio::test]
async fn issues_are_filtered_sorted_and_searched() {
    let hand = ClockHand::at("2026-11-21T10:00:00Z".parse().unwrap());
    let b = bench(GitLabSetup::demo().clock(hand.clock())).await;
    hand.advance_seconds(100);
    b.practice.someone("kim").opens("acme/shop", "Needle", "hay fp=77 hay").unwrap();
    hand.advance_seconds(100);
    b.practice.someone("kim").comments("acme/shop", 2, "late").unwrap();
    for (query, wanted) in [
        ("state=closed", vec![4]),
        ("state=opened&sort=asc", vec![1, 2, 3, 5]),
        ("labels=bug&sort=asc", vec![1, 4]),
        ("labels=bug,Priority::2", vec![1]),
        ("labels=None", vec![5]),
        ("search=fp%3D77&in=description", vec![5]),
        ("search=fp%3D77&in=title", vec![]),
        ("search=NEEDLE", vec![5]),
        ("scope=created_by_me", vec![4]),
        ("scope=assigned_to_me", vec![1]),
        ("scope=all&author_username=sam", vec![2]),
        ("iids[]=2&iids[]=4&sort=asc", vec![2, 4]),
        ("created_after=2026-11-21T10:01:00Z", vec![5]),
        ("updated_after=2026-11-21T10:01:00Z&order_by=updated_at&sort=asc", vec![5, 2]),
        ("updated_after=2026-11-21T10:03:20Z", vec![2]),
        ("milestone=2.0", vec![1]),
        ("assignee_id=Any", vec![1]),
        ("confidential=true", vec![3]),
        ("per_page=2&page=2&sort=asc", vec![3, 4]),
    ] {
        let (status, found) = b.ask("GET", &format!("{ISSUES}?{query}"), Value::Null).await;
        assert_eq!(status, 200, "{query}: {found}");
        let iids: Vec<u64> = found.as_array().unwrap().iter().map(|i| i["iid"].as_u64().unwrap()).collect();
        assert_eq!(iids, wanted, "{query}");
    }
    b.assert_no_violations();
}

#[tokio::test]
async fn an_unchanged_answer_is_304() {
    let b = bench(GitLabSetup::demo()).await;
    let one = format!("{ISSUES}/1");
    let tag = header(&b.get(&one).await, "etag").unwrap().to_owned();
    let again = async || b.request("GET", &one).header("if-none-match", &tag).send().await.unwrap();
    let same = again().await;
    assert_eq!((same.status().as_u16(), header(&same, "etag")), (304, Some(tag.as_str())), "nothing changed");
    assert_eq!(same.text().await.unwrap(), "", "and nothing is sent");
    b.practice.someone("kim").renames("acme/shop", 1, "Other").unwrap();
    assert_eq!(again().await.status(), 200, "something changed");
    b.assert_no_violations();
}
