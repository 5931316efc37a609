//! TLS in its good and bad forms, proxies, ports, starting and stopping.

use docket_practice::{Practice, PracticeProxy, Setup, StartError, Tls};
use reqwest::{Certificate, Proxy};
use serde_json::Value;

use crate::client::{bench, builder, plain};

async fn ask(practice: &Practice, url: &str, trusted: bool) -> Result<reqwest::Response, reqwest::Error> {
    let mut client = builder();
    if trusted {
        let ca = Certificate::from_pem(practice.ca_pem().unwrap().as_bytes()).unwrap();
        client = client.tls_certs_only([ca]);
    }
    client.build().unwrap().get(format!("{url}/meta")).send().await
}

fn chain(error: &reqwest::Error) -> String {
    let mut out = error.to_string();
    let mut at: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(e) = at {
        out = format!("{out}: {e:?}");
        at = e.source();
    }
    out
}

#[tokio::test]
async fn certificates_are_good_or_wrong_in_one_way() {
    for (tls, word) in [
        (Tls::PrivateCa, None),
        (Tls::SelfSigned, None),
        (Tls::Expired, Some("Expired")),
        (Tls::NotYetValid, Some("NotValidYet")),
        (Tls::WrongName, Some("NotValidForName")),
    ] {
        let p = Practice::start(Setup::demo().tls(tls)).await.unwrap();
        assert!(p.url().starts_with("https://127.0.0.1:"), "https");
        let error = ask(&p, &p.url(), false).await.expect_err("a private certificate is not trusted");
        let text = chain(&error);
        assert!(text.contains("certificate") || text.contains("Certificate"), "{tls:?} untrusted: {text}");
        match (word, ask(&p, &p.url(), true).await) {
            (None, answer) => assert_eq!(answer.unwrap().status(), 200, "{tls:?}: trusted and good"),
            (Some(word), answer) => {
                let text = chain(&answer.expect_err("a wrong certificate"));
                assert!(text.contains(word), "{tls:?} says {word}: {text}");
            }
        }
        p.stop().await;
    }
}

#[tokio::test]
async fn a_proxy_lets_through_those_who_log_in_and_writes_down_whom_they_asked() {
    let p = Practice::start(Setup::demo().tls(Tls::PrivateCa)).await.unwrap();
    let proxy = PracticeProxy::start(Some(("ann", "secret"))).await.unwrap();
    let ca = Certificate::from_pem(p.ca_pem().unwrap().as_bytes()).unwrap();
    let through = |login: Option<(&str, &str)>| {
        let mut via = Proxy::all(proxy.url()).unwrap();
        if let Some((user, password)) = login {
            via = via.basic_auth(user, password);
        }
        reqwest::Client::builder().user_agent("t").proxy(via).tls_certs_only([ca.clone()]).build().unwrap()
    };
    plain();
    let url = format!("{}/meta", p.url());
    let text = chain(&through(None).get(&url).send().await.expect_err("no login"));
    assert!(text.contains("407") || text.contains("ProxyAuthRequired"), "the proxy asks for a login: {text}");
    assert_eq!(
        through(Some(("ann", "secret"))).get(&url).send().await.unwrap().status(),
        200,
        "with the login"
    );
    let asked = proxy.log();
    let host = p.address().to_string();
    assert_eq!(
        asked.iter().map(|a| (a.method.as_str(), a.host.as_str(), a.let_through)).collect::<Vec<_>>(),
        [("CONNECT", host.as_str(), false), ("CONNECT", host.as_str(), true)],
        "both are written down"
    );
    p.stop().await;
}

#[tokio::test]
async fn a_proxy_carries_plain_http_and_leads_names_to_practice_servers() {
    let p = Practice::start(Setup::demo()).await.unwrap();
    let proxy = PracticeProxy::start(None).await.unwrap();
    proxy.lead("github.practice.test", p.address());
    plain();
    let client =
        reqwest::Client::builder().user_agent("t").proxy(Proxy::all(proxy.url()).unwrap()).build().unwrap();
    for _ in 0..2 {
        let answer = client
            .get("http://github.practice.test/repos/acme/shop/issues?per_page=1")
            .bearer_auth(p.token())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "through the proxy");
        let link = answer.headers()["link"].to_str().unwrap().to_owned();
        assert!(
            link.contains("http://github.practice.test/"),
            "links keep the name that was asked for: {link}"
        );
    }
    assert_eq!(proxy.log().len(), 2, "each request is written down");
    assert_eq!(proxy.log()[0].host, "github.practice.test:80", "with its host");
    assert_eq!(p.log().len(), 2, "and reached the server");
}

#[tokio::test]
async fn starting_and_stopping() {
    let b = bench(Setup::demo()).await;
    let other = bench(Setup::demo()).await;
    assert_ne!(b.token, other.token, "every start draws its own token");
    assert!(b.token.starts_with("ghp_practice") && b.token.len() == 40, "which looks like one");
    let port = b.practice.address().port();
    match Practice::start(Setup::demo().port(port)).await {
        Err(StartError::Listen { port: told, .. }) => assert_eq!(told, port, "the port is taken"),
        other => panic!("a taken port must be refused: {other:?}"),
    }
    b.practice.stop().await;
    let again = Practice::start(Setup::demo().port(port)).await.expect("the port is free after stopping");
    drop(again);
    let unknown = Setup::new().repo(docket_practice::RepoSeed::new("acme/shop"));
    let error = Practice::start(unknown).await.expect_err("an owner that nobody described").to_string();
    assert!(error.contains("acme"), "the error names it: {error}");
    let (status, _) = other.ask("GET", "/user", Value::Null).await;
    assert_eq!(status, 200, "the other server goes on");
}
