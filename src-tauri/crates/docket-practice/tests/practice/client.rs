//! A small client for the tests. It knows nothing of Docket's own.

use std::sync::Once;

use docket_practice::{Practice, Setup};
use reqwest::{Client, Method, Response, redirect};
use serde_json::Value;

/// A client that follows no redirect and uses no proxy.
pub fn plain() -> Client {
    builder().build().unwrap()
}

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
    pub practice: Practice,
    pub http: Client,
    pub token: String,
    pub version: &'static str,
}

pub async fn bench(setup: Setup) -> Bench {
    let practice = Practice::start(setup).await.expect("the practice server starts");
    let token = practice.token();
    Bench { practice, http: plain(), token, version: "2022-11-28" }
}

impl Bench {
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.practice.api_url())
        };
        self.http
            .request(Method::from_bytes(method.as_bytes()).unwrap(), url)
            .bearer_auth(&self.token)
            .header("x-github-api-version", self.version)
            .header("accept", "application/vnd.github+json")
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request("GET", path).send().await.expect("an answer")
    }

    pub async fn send(&self, method: &str, path: &str, body: Value) -> Response {
        self.request(method, path).json(&body).send().await.expect("an answer")
    }

    /// Status and JSON.
    pub async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let answer = if body.is_null() {
            self.request(method, path).send().await.expect("an answer")
        } else {
            self.send(method, path, body).await
        };
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    pub fn assert_no_violations(&self) {
        let found = self.practice.violations();
        assert!(found.is_empty(), "nothing may disagree with the contract: {found:#?}");
    }
}

pub fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers().get(name).and_then(|v| v.to_str().ok())
}
