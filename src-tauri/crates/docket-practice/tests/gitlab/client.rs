//! A small client for the tests. It knows nothing of Docket's own.

use std::sync::Once;

use docket_practice::gitlab::{GitLabSetup, IssueSnapshot, PracticeGitLab};
use reqwest::{Client, Method, RequestBuilder, Response, redirect};
use serde_json::Value;

/// The demonstration project's address in the API.
pub const SHOP: &str = "/projects/acme%2Fshop";
pub const ISSUES: &str = "/projects/acme%2Fshop/issues";

pub fn builder() -> reqwest::ClientBuilder {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _already = rustls::crypto::ring::default_provider().install_default();
    });
    // Other crates of the workspace may switch decompression on; here the bytes are looked at.
    Client::builder().redirect(redirect::Policy::none()).no_proxy().no_gzip().user_agent("practice-test")
}

/// A server with a client that carries its first token.
pub struct Bench {
    pub practice: PracticeGitLab,
    pub http: Client,
    pub token: String,
}

pub async fn bench(setup: GitLabSetup) -> Bench {
    let practice = PracticeGitLab::start(setup).await.expect("the practice server starts");
    let token = practice.token();
    Bench { practice, http: builder().build().unwrap(), token }
}

impl Bench {
    /// The same server, asked with the token of this name.
    pub fn with(&mut self, name: &str) {
        self.token = self.practice.token_named(name).expect("a token of that name");
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.practice.api_url())
        };
        self.http
            .request(Method::from_bytes(method.as_bytes()).unwrap(), url)
            .header("private-token", &self.token)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request("GET", path).send().await.expect("an answer")
    }

    /// Status and JSON; without a body for `Value::Null`.
    pub async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = self.request(method, path);
        let request = if body.is_null() { request } else { request.json(&body) };
        read(request).await
    }

    /// A form to an address below the server's root.
    pub async fn form(&self, path: &str, body: &str) -> (u16, Value) {
        let url = format!("{}{path}", self.practice.url());
        let request = self
            .http
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.to_owned());
        read(request).await
    }

    pub fn shop(&self, iid: u64) -> IssueSnapshot {
        self.practice.issue("acme/shop", iid).expect("the issue is there")
    }

    pub fn assert_no_violations(&self) {
        let found = self.practice.violations();
        assert!(found.is_empty(), "nothing may disagree with the contract: {found:#?}");
    }
}

pub async fn read(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

pub fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers().get(name).and_then(|v| v.to_str().ok())
}

/// The texts under one key of a list's entries.
pub fn texts(list: &Value, key: &str) -> Vec<String> {
    let entries = list.as_array().unwrap_or_else(|| panic!("a list: {list}"));
    entries.iter().map(|e| e[key].as_str().unwrap_or_default().to_owned()).collect()
}
