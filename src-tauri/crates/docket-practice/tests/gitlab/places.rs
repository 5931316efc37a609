//! Where it is served: below a prefix, behind a proxy that decodes slashes, with TLS, on a port.

use docket_practice::gitlab::{GitLabSetup, PracticeGitLab};
use docket_practice::{PracticeProxy, StartError, Tls};
use reqwest::{Certificate, Proxy};
use serde_json::{Value, json};

use crate::client::{ISSUES, bench, builder, header, read};

#[tokio::test]
async fn a_relative_root_holds_everything() {
    let b = bench(GitLabSetup::demo().relative_root("gitlab/")).await;
    assert!(b.practice.url().ends_with("/gitlab"), "{}", b.practice.url());
    assert_eq!(b.practice.api_url(), format!("{}/api/v4", b.practice.url()), "the API is below it");
    let (status, made) = b.ask("POST", ISSUES, json!({ "title": "x" })).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["web_url"], format!("{}/acme/shop/-/issues/5", b.practice.url()), "addresses carry it");
    let link = b.get(&format!("{ISSUES}?per_page=1")).await;
    assert!(
        header(&link, "link").unwrap().contains("/gitlab/api/v4/projects/acme%2Fshop/issues?"),
        "links too"
    );
    let outside = b.practice.url().trim_end_matches("/gitlab").to_owned();
    let answer = b.http.get(format!("{outside}/api/v4/version")).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), header(&answer, "content-type")),
        (404, Some("text/html; charset=utf-8"))
    );
    assert_eq!(header(&answer, "x-gitlab-meta"), None, "another program's server");
    let known = read(b.http.get(format!("{}/version", b.practice.api_url()))).await;
    assert_eq!(
        known,
        (401, json!({ "message": "401 Unauthorized" })),
        "the answer by which a GitLab is known"
    );
    let page = b.http.get(b.practice.web_url()).send().await.unwrap().text().await.unwrap();
    assert!(
        page.contains("href=\"/gitlab/acme/shop/-/issues\"") && page.contains("/gitlab/practice.css"),
        "{page}"
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn a_proxy_that_decodes_slashes_leaves_numbers_alone() {
    let b = bench(GitLabSetup::demo().mangles_encoded_slashes()).await;
    let missing = (404, json!({ "error": "404 Not Found" }));
    for path in ["/projects/acme%2Fshop", ISSUES, "/groups/acme%2fplatform"] {
        assert_eq!(b.ask("GET", path, Value::Null).await, missing, "{path}");
    }
    let (_, found) = b.ask("GET", "/projects?membership=true&search=shop&simple=true", Value::Null).await;
    let id = &found[0]["id"];
    let (status, _) = b.ask("POST", &format!("/projects/{id}/issues"), json!({ "title": "x" })).await;
    assert_eq!(status, 201, "by its number");
    assert_eq!(
        b.ask("GET", "/groups/acme", Value::Null).await.0,
        200,
        "a path without a slash is no trouble"
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn tls_proxies_and_ports() {
    let first = builder().build().unwrap();
    let p = PracticeGitLab::start(GitLabSetup::demo().tls(Tls::PrivateCa)).await.unwrap();
    let ca = Certificate::from_pem(p.ca_pem().unwrap().as_bytes()).unwrap();
    let url = format!("{}/version", p.api_url());
    assert!(url.starts_with("https://127.0.0.1:"), "https");
    assert!(first.get(&url).send().await.is_err(), "a private authority is not trusted");
    let proxy = PracticeProxy::start(None).await.unwrap();
    let client = reqwest::Client::builder()
        .user_agent("t")
        .proxy(Proxy::all(proxy.url()).unwrap())
        .tls_certs_only([ca])
        .build()
        .unwrap();
    assert_eq!(
        client.get(&url).send().await.unwrap().status(),
        401,
        "through the proxy, with its certificate"
    );
    let port = p.address().port();
    let taken = PracticeGitLab::start(GitLabSetup::demo().port(port)).await;
    assert!(matches!(taken, Err(StartError::Listen { port: told, .. }) if told == port), "the port is taken");
    p.stop().await;
    let again = PracticeGitLab::start(GitLabSetup::demo().port(port)).await;
    assert!(again.is_ok(), "the port is free after stopping");
    let unknown = GitLabSetup::new().project(docket_practice::gitlab::ProjectSeed::new("nobody/x"));
    let error =
        PracticeGitLab::start(unknown).await.expect_err("a namespace that nobody described").to_string();
    assert!(error.contains("nobody"), "the error names it: {error}");
}
