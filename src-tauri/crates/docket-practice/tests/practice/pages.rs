//! The pages for people: what hostile titles and texts cannot do there.

use docket_practice::Setup;
use serde_json::json;

use crate::client::{bench, header};

#[tokio::test]
async fn hostile_text_stays_text() {
    let b = bench(Setup::demo()).await;
    let marker = "<!-- docket:v1 key=0123456789abcdef0123456789abcdef -->";
    let body = format!(
        "# Heading\n\n<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> [x](javascript:alert(1)) **bold**\n\n\
         ```\n<b>code</b>\n```\n\n<details><summary>s</summary></details>\n\n{marker}"
    );
    let title = "<script>alert('t')</script> \"quoted\" & more";
    let (status, made) = b
        .ask(
            "POST",
            "/repos/acme/shop/issues",
            json!({ "title": title, "body": body, "labels": ["<i>l</i>"] }),
        )
        .await;
    assert_eq!((status, &made["body"]), (201, &json!(body)), "the API gives the text back as it was");
    let page = b.http.get(made["html_url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(page.status(), 200, "the address in the answer leads to a page");
    let policy = header(&page, "content-security-policy").unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "a strict policy: {policy}");
    let html = page.text().await.unwrap();
    for tag in ["<script", "<img", "<i>", "<b>code", "<details", "javascript:", " style="] {
        assert!(!html.contains(tag), "'{tag}' must not be in the page: {html}");
    }
    assert!(html.contains("&lt;script&gt;alert(&#39;t&#39;)"), "the title is shown as text");
    assert!(
        html.contains("<strong>bold</strong>") && html.contains("<h1>Heading</h1>"),
        "Markdown is rendered"
    );
    assert!(!html.contains("docket:v1"), "the marker cannot be seen in the page");
    let list = b
        .http
        .get(format!("{}/acme/shop/issues", b.practice.url()))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(!list.contains("<script") && list.contains("&lt;script&gt;"), "nor in the list");
    b.assert_no_violations();
}

#[tokio::test]
async fn people_find_their_way() {
    let b = bench(Setup::demo()).await;
    let get =
        |path: &str| b.http.get(format!("{}{path}", b.practice.url())).header("accept", "text/html").send();
    let home = get("/").await.unwrap().text().await.unwrap();
    for word in ["acme/shop", "acme/billing", "private", "acme/archive", "archived", "/practice.css"] {
        assert!(home.contains(word), "the home page shows {word}");
    }
    assert_eq!(
        get("/practice.css").await.unwrap().headers()["content-type"],
        "text/css; charset=utf-8",
        "the style"
    );
    let repo = get("/acme/shop").await.unwrap();
    assert_eq!(header(&repo, "location"), Some("/acme/shop/issues"), "a repository's page is its issues");
    let list = get("/acme/shop/issues").await.unwrap().text().await.unwrap();
    for word in
        ["Open 3", "Closed 2", "Checkout button hidden", "assigned to sam", "milestone 2.0", "#d73a4a"]
    {
        assert!(list.contains(word), "the list shows {word}: {list}");
    }
    let closed = get("/acme/shop/issues?state=closed").await.unwrap().text().await.unwrap();
    assert!(
        closed.contains("Support the fax order form") && !closed.contains("Checkout button"),
        "closed ones"
    );
    b.practice.someone("kim").closes("acme/shop", 1, "not_planned").unwrap();
    let issue = get("/acme/shop/issues/1").await.unwrap().text().await.unwrap();
    for word in ["Closed as not planned", "position: fixed", "closed this as not planned", "kim"] {
        assert!(issue.contains(word), "the issue shows {word}: {issue}");
    }
    b.practice.someone("kim").deletes("acme/shop", 2).unwrap();
    assert_eq!(get("/acme/shop/issues/2").await.unwrap().status(), 410, "deleted");
    assert_eq!(get("/acme/shop/issues/99").await.unwrap().status(), 404, "never there");
    assert_eq!(get("/nobody/nothing").await.unwrap().status(), 404, "no such repository");
    b.practice.faults().always(docket_practice::matching("*", ""), docket_practice::Fault::ServerError(500));
    assert_eq!(get("/acme/shop/issues").await.unwrap().status(), 200, "faults spare the pages");
    b.assert_no_violations();
}
