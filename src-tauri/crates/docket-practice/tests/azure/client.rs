//! A small client for the tests. It knows nothing of Docket's own.

use std::sync::Once;

use docket_practice::{AzureSetup, PracticeAzure};
use reqwest::{Client, Method, RequestBuilder, Response, redirect};
use serde_json::{Value, json};

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
    pub azure: PracticeAzure,
    pub http: Client,
    pub token: String,
    pub version: &'static str,
}

pub async fn bench(setup: AzureSetup) -> Bench {
    let azure = PracticeAzure::start(setup).await.expect("the practice server starts");
    let token = azure.token();
    Bench { azure, http: builder().build().unwrap(), token, version: "7.1" }
}

pub const SHOP: &str = "/Web%20Shop/_apis/wit";

impl Bench {
    /// The address with the version added, unless the path names one.
    pub fn address(&self, path: &str) -> String {
        let base = if path.starts_with("http") { String::new() } else { self.azure.url() };
        if path.contains("api-version=") {
            return format!("{base}{path}");
        }
        let mark = if path.contains('?') { '&' } else { '?' };
        format!("{base}{path}{mark}api-version={}", self.version)
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.bare(method, path).basic_auth("", Some(&self.token))
    }

    /// Without a credential.
    pub fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        self.http.request(Method::from_bytes(method.as_bytes()).unwrap(), self.address(path))
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        told(self.request("GET", path).send().await.expect("an answer")).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        told(self.request("POST", path).json(&body).send().await.expect("an answer")).await
    }

    /// A JSON Patch document.
    pub async fn patch(&self, method: &str, path: &str, document: &Value) -> (u16, Value) {
        told(self.document(method, path, document).send().await.expect("an answer")).await
    }

    pub fn document(&self, method: &str, path: &str, document: &Value) -> RequestBuilder {
        self.request(method, path)
            .header("content-type", "application/json-patch+json")
            .body(document.to_string())
    }

    /// Makes a work item in the shop and returns its id.
    pub async fn made(&self, kind: &str, fields: &[(&str, Value)]) -> u64 {
        let (status, made) = self.patch("POST", &format!("{SHOP}/workitems/${kind}"), &sets(fields)).await;
        assert_eq!(status, 200, "a {kind} is made: {made}");
        made["id"].as_u64().unwrap()
    }

    pub fn assert_no_violations(&self) {
        let found = self.azure.violations();
        assert!(found.is_empty(), "nothing may disagree with the contract: {found:#?}");
    }
}

/// A document that adds these fields.
pub fn sets(fields: &[(&str, Value)]) -> Value {
    fields.iter().map(|(f, v)| json!({ "op": "add", "path": format!("/fields/{f}"), "value": v })).collect()
}

pub fn title(text: &str) -> Value {
    sets(&[("System.Title", json!(text))])
}

/// Status and JSON, or the text.
pub async fn told(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

pub fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers().get(name).and_then(|v| v.to_str().ok())
}

impl Bench {
    /// `PATCH $batch`.
    pub async fn request_batch(&self, parts: &Value) -> (u16, Value) {
        told(self.request("PATCH", "/_apis/wit/$batch").json(parts).send().await.expect("an answer")).await
    }
}
