//! The pages for people: what they show, and what hostile titles and texts cannot do there.

use docket_practice::gitlab::{GitLabSetup, Tier};
use serde_json::json;

use crate::client::{ISSUES, bench, header};

#[tokio::test]
async fn people_find_their_way() {
    let b = bench(GitLabSetup::demo().tier(Tier::Premium)).await;
    let get = |path: &str| b.http.get(format!("{}{path}", b.practice.url())).send();
    let home = get("/").await.unwrap().text().await.unwrap();
    for word in
        ["acme/shop", "acme/platform/api", "robin/notes", "archived", "issues disabled", "/practice.css"]
    {
        assert!(home.contains(word), "the home page shows {word}");
    }
    assert_eq!(
        header(&get("/practice.css").await.unwrap(), "content-type"),
        Some("text/css; charset=utf-8"),
        "the style"
    );
    let project = get("/acme/shop").await.unwrap();
    assert_eq!(header(&project, "location"), Some("/acme/shop/-/issues"), "a project's page is its issues");
    let list = get("/acme/shop/-/issues").await.unwrap().text().await.unwrap();
    for word in [
        "Open 3",
        "Closed 1",
        "confidential",
        "Priority<span class=\"between\">::</span><b>2</b>",
        "#d93f0b",
        "due 2027-01-15",
    ] {
        assert!(list.contains(word), "the list shows {word}: {list}");
    }
    b.ask("PUT", &format!("{ISSUES}/1"), json!({ "weight": 5, "state_event": "close" })).await;
    let issue = get("/acme/shop/-/issues/1").await.unwrap().text().await.unwrap();
    for word in [
        "Closed",
        "weight 5",
        "status Done",
        "assigned to robin",
        "milestone 2.0",
        "position: fixed",
        "set weight to <strong>5</strong>",
    ] {
        assert!(issue.contains(word), "the issue shows {word}: {issue}");
    }
    assert_eq!(get("/acme/shop/-/work_items/1").await.unwrap().status(), 200, "the newer address");
    b.practice.someone("kim").moves("acme/shop", 2, "acme/platform/api").unwrap();
    let moved = get("/acme/shop/-/issues/2").await.unwrap().text().await.unwrap();
    assert!(
        moved.contains("Closed (moved)") && moved.contains("moved to acme/platform/api#1"),
        "moved: {moved}"
    );
    for path in ["/acme/shop/-/issues/99", "/nobody/nothing", "/acme/shop/-/boards"] {
        assert_eq!(get(path).await.unwrap().status(), 404, "{path}");
    }
    b.assert_no_violations();
}

#[tokio::test]
async fn hostile_text_stays_text() {
    let b = bench(GitLabSetup::demo()).await;
    let description = "# Heading\n\n<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> [x](javascript:alert(1)) **bold**\n\n\
                       <!-- docket:v1 key=0123456789abcdef0123456789abcdef -->";
    let title = "<script>alert('t')</script> \"quoted\" & more";
    let body = json!({ "title": title, "description": description, "labels": ["<i>l</i>::<u>v</u>"] });
    let (status, made) = b.ask("POST", ISSUES, body).await;
    assert_eq!((status, &made["description"]), (201, &json!(description)), "the API gives it back as it was");
    let page = b.http.get(made["web_url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(page.status(), 200, "the address in the answer leads to a page");
    let policy = header(&page, "content-security-policy").unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "a strict policy: {policy}");
    let html = page.text().await.unwrap();
    for tag in ["<script", "<img", "<i>", "<u>", "javascript:", " style=", "docket:v1"] {
        assert!(!html.contains(tag), "'{tag}' must not be in the page: {html}");
    }
    assert!(html.contains("&lt;script&gt;alert(&#39;t&#39;)"), "the title is shown as text");
    b.ask(
        "PUT",
        &format!("{ISSUES}/5"),
        json!({ "title": "<b>two</b>\n\n<script>x</script> ![p](http://h/p.png)" }),
    )
    .await;
    let html = b.http.get(made["web_url"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
    assert!(html.contains("changed title from"), "the history tells of titles: {html}");
    for tag in ["<script", "<img", "<b>two"] {
        assert!(!html.contains(tag), "'{tag}' must not be in the history: {html}");
    }
    assert!(
        html.contains("<strong>bold</strong>") && html.contains("<h1>Heading</h1>"),
        "Markdown is rendered"
    );
    let list = format!("{}/acme/shop/-/issues", b.practice.url());
    let list = b.http.get(list).send().await.unwrap().text().await.unwrap();
    assert!(!list.contains("<script") && list.contains("&lt;script&gt;"), "nor in the list");
    b.assert_no_violations();
}
