//! The pages for a browser.

use docket_practice::AzureSetup;
use serde_json::json;

use crate::client::{SHOP, bench, sets};

#[tokio::test]
async fn pages_show_everything_and_nothing_dangerous() {
    let b = bench(AzureSetup::demo()).await;
    let hostile = [
        ("System.Title", json!("<script>alert(1)</script>")),
        ("System.Description", json!("<img src=https://e.example/p.png onerror=alert(2)><b>bold</b>")),
        ("System.Tags", json!("<i>tag</i>")),
    ];
    let id = b.made("Task", &hostile).await;
    let kim = b.azure.someone("kim@contoso.example");
    kim.moves_to_state(id, "Active").unwrap();
    kim.comments(id, "<p>hello</p><!-- secret -->").unwrap();
    let read = async |path: &str| {
        let answer = b.http.get(format!("{}{path}", b.azure.service_url())).send().await.unwrap();
        let policy = answer.headers().get("content-security-policy").map(|v| v.to_str().unwrap().to_owned());
        assert!(policy.unwrap().starts_with("default-src 'none'"), "{path}: the page may load nothing");
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (_, home) = read("/").await;
    assert!(home.contains("Büro &amp; Lager") && home.contains("Web%20Shop"), "projects: {home}");
    let (_, list) = read("/contoso/Web%20Shop/_workitems").await;
    assert!(list.contains("&lt;script&gt;alert(1)") && !list.contains("<script"), "escaped: {list}");
    let (_, item) = read(&format!("/contoso/Web%20Shop/_workitems/edit/{id}")).await;
    assert!(
        !item.contains("<script")
            && !item.contains("<img")
            && !item.contains("onerror=")
            && !item.contains("<i>"),
        "{item}"
    );
    assert!(item.contains("<b>bold</b>"), "harmless HTML is shown: {item}");
    assert!(item.contains("Kim Krüger") && item.contains("from “New” to “Active”"), "the history: {item}");
    assert!(item.contains("The service took out") && !item.contains("secret"), "what was taken out: {item}");
    let (status, css) = read("/practice.css").await;
    assert!(status == 200 && css.contains(":root"), "the style");
    assert_eq!(read("/contoso/Nowhere/_workitems").await.0, 404, "no such project");
    b.assert_no_violations();
    let refused = b.http.post(format!("{}/contoso", b.azure.service_url())).send().await.unwrap();
    assert_eq!(refused.status(), 404, "pages are only read");
    assert_eq!(b.azure.violations().len(), 1, "a client that writes to a page is found out");
}

#[tokio::test]
async fn another_person_acts_beside_the_api() {
    let b = bench(AzureSetup::demo()).await;
    let sam = b.azure.someone("sam@contoso.example");
    sam.renames(2, "New words").unwrap();
    sam.rewrites(2, "<p>new text</p>").unwrap();
    sam.tags(2, "later").unwrap();
    let item = b.azure.work_item(2).unwrap();
    assert_eq!((item.title.as_str(), item.rev), ("New words", 4), "each is a revision");
    assert_eq!(item.history.last().unwrap().by, "sam@contoso.example", "by that person");
    assert!(sam.moves_to_state(2, "Done").is_err(), "rules hold for people too");
    assert!(sam.renames(99, "x").unwrap_err().to_string().contains("99"), "nothing there");
    assert!(b.azure.someone("nobody").renames(2, "x").is_err(), "nobody there");
    let stale = json!([{ "op": "test", "path": "/rev", "value": 1 }, { "op": "replace", "path": "/fields/System.Title", "value": "y" }]);
    assert_eq!(b.patch("PATCH", "/_apis/wit/workitems/2", &stale).await.0, 412, "the client sees it");
    let (status, _) =
        b.patch("POST", &format!("{SHOP}/workitems/$Bug"), &sets(&[("System.Title", json!("z"))])).await;
    assert_eq!(status, 200, "and goes on");
    b.azure.stop().await;
}
