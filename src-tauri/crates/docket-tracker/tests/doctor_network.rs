//! The connection test on the way to the tracker: every fault is provoked on a real socket.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use docket_domain::check::CheckState::{Failed, Ok as Passed, Skipped, Warning};
use docket_domain::{ProxySetting, Secret};
use docket_practice::{Practice, PracticeProxy, Setup, Tls};
use docket_tracker::{CheckGoal, ConnectSettings, by_id};
use support::scripted::{page, reply, serve};
use support::{Bench, check, connect, expect_rest_skipped, expect_stage, ports, settings, try_connect};

const TOKEN: &str = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

fn no_goal() -> CheckGoal {
    CheckGoal::default()
}

// covers: S0.10, S0.11, S0.13
#[tokio::test]
async fn a_name_that_nobody_knows_is_told_as_such() {
    let report = check(&connect("https://github.nowhere.invalid", TOKEN), no_goal()).await;
    expect_stage(&report, "address", Passed, "GitHub Enterprise Server", "");
    expect_stage(&report, "name", Failed, "No server is called github.nowhere.invalid.", "VPN");
    expect_rest_skipped(&report, "name");
    assert!(!report.ok, "a failed stage fails the test");
}

#[tokio::test]
async fn a_port_on_which_nothing_listens_is_told_as_such() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let report = check(&connect(&format!("http://127.0.0.1:{port}"), TOKEN), no_goal()).await;
    expect_stage(&report, "tcp", Failed, &format!("127.0.0.1 did not answer on port {port}"), "VPN");
    expect_rest_skipped(&report, "tcp");
}

#[tokio::test]
async fn a_server_that_does_not_answer_asks_about_the_vpn() {
    // A listener whose queue is full: further attempts to connect are left unanswered.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queued = Vec::new();
    let wait = std::time::Duration::from_millis(200);
    while let Ok(Ok(stream)) = tokio::time::timeout(wait, tokio::net::TcpStream::connect(address)).await {
        queued.push(stream);
    }
    let mut settings = settings(&format!("https://{address}"));
    settings.network.connect_timeout_ms = 200;
    let report = check(&try_connect(settings, TOKEN).unwrap(), no_goal()).await;
    let words = format!("127.0.0.1 did not answer on port {}", address.port());
    let stage = expect_stage(&report, "tcp", Failed, &words, "VPN");
    assert!(stage.evidence.as_deref().unwrap_or_default().contains("no answer within 200 ms"), "{stage:?}");
    expect_rest_skipped(&report, "tcp");
}

/// The system's proxy is read from the environment, so this test runs itself again with one.
#[test]
fn a_proxy_that_the_computer_knows_is_suggested() {
    const INSIDE: &str = "DOCKET_TEST_WITH_PROXY";
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let report = check(&connect("https://github.nowhere.invalid", TOKEN), no_goal()).await;
            expect_stage(
                &report,
                "name",
                Failed,
                "No server is called",
                "A proxy is configured on this computer (proxy.invalid:3128)",
            );
            let mut through = settings("https://github.nowhere.invalid");
            through.network.proxy = ProxySetting::System;
            let report = check(&try_connect(through, TOKEN).unwrap(), no_goal()).await;
            let stage = expect_stage(&report, "name", Failed, "No proxy is called proxy.invalid.", "");
            assert!(!format!("{stage:?}").contains("hunter2hunter2"), "the proxy's password stays inside");
        });
        return;
    }
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_proxy_that_the_computer_knows_is_suggested", "--nocapture"])
        .env(INSIDE, "1")
        .env("HTTPS_PROXY", "http://me:hunter2hunter2@proxy.invalid:3128")
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn through(location: &str, proxy: &str, username: Option<&str>) -> ConnectSettings {
    let mut settings = settings(location);
    settings.network.proxy =
        ProxySetting::Explicit { url: proxy.to_owned(), username: username.map(str::to_owned) };
    settings
}

fn with_proxy_password(settings: ConnectSettings, token: &str, password: &str) -> Bench {
    let (mut ports, heard, time) = ports(token);
    ports.proxy_secret = Some(Secret::new(password));
    let tracker = by_id("github").unwrap().connect(settings, ports.clone()).unwrap();
    Bench { tracker, heard, time, ports }
}

fn ca_file(practice: &Practice) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, practice.ca_pem().unwrap()).unwrap();
    (folder, path.to_string_lossy().into_owned())
}

#[tokio::test]
async fn a_proxy_that_wants_a_login_is_told_apart_from_the_tracker() {
    let practice = Practice::start(Setup::demo().tls(Tls::PrivateCa)).await.unwrap();
    let (_folder, ca) = ca_file(&practice);
    let proxy = PracticeProxy::start(Some(("user", "correct horse"))).await.unwrap();
    let with_ca = |username: Option<&str>| {
        let mut settings = through(&practice.url(), &proxy.url(), username);
        settings.network.ca_file = Some(ca.clone());
        settings
    };
    let report = check(&try_connect(with_ca(None), TOKEN).unwrap(), no_goal()).await;
    let stage = expect_stage(
        &report,
        "proxy",
        Failed,
        "wants a user name and password (it is the proxy, not 127.0.0.1)",
        "network settings",
    );
    assert!(
        stage.evidence.as_deref().unwrap_or_default().contains("407"),
        "the proxy's own answer is shown: {stage:?}"
    );
    expect_rest_skipped(&report, "proxy");

    let wrong = with_proxy_password(with_ca(Some("user")), TOKEN, "wrong password");
    let report = check(&wrong, no_goal()).await;
    expect_stage(&report, "proxy", Failed, "did not accept the user name and password", "Correct them");
    assert!(!report.text.contains("wrong password"), "the proxy's password must not be told");

    let right = with_proxy_password(with_ca(Some("user")), &practice.token(), "correct horse");
    let report = check(&right, no_goal()).await;
    expect_stage(&report, "proxy", Passed, "Through 127.0.0.1", "");
    expect_stage(&report, "tls", Passed, "Practice CA", "");
    assert!(report.ok, "with the login everything works:\n{}", report.text);
    assert!(proxy.log().iter().any(|asked| asked.let_through), "requests really went through the proxy");
    let refused = try_connect(with_ca(None), TOKEN).unwrap().tracker.who().await.err().unwrap();
    assert_eq!(refused.code(), docket_domain::Code::Proxy, "ordinary requests say the same: {refused}");
}

#[tokio::test]
async fn a_private_authority_is_named_and_its_file_makes_it_trusted() {
    let practice = Practice::start(Setup::demo().tls(Tls::PrivateCa)).await.unwrap();
    let report = check(&connect(&practice.url(), &practice.token()), no_goal()).await;
    let stage = expect_stage(
        &report,
        "tls",
        Failed,
        "signed by «Practice CA», which this computer does not know",
        "CA file",
    );
    assert!(stage.evidence.as_deref().unwrap_or_default().contains("issuer: Practice CA"), "{stage:?}");
    expect_rest_skipped(&report, "tls");
    let error = connect(&practice.url(), &practice.token()).tracker.who().await.err().unwrap();
    assert_eq!(error.code(), docket_domain::Code::Tls, "ordinary requests refuse it as well: {error}");
    let (_folder, ca) = ca_file(&practice);
    let mut settings = settings(&practice.url());
    settings.network.ca_file = Some(ca);
    let report = check(&try_connect(settings, &practice.token()).unwrap(), no_goal()).await;
    assert!(report.ok, "with the file it works:\n{}", report.text);
    assert_eq!(
        practice.log().iter().filter(|asked| asked.status == Some(401)).count(),
        0,
        "the token was not sent before trust"
    );
}

async fn with_certificate(tls: Tls, trust: bool) -> docket_domain::check::CheckReport {
    let practice = Practice::start(Setup::demo().tls(tls)).await.unwrap();
    let (_folder, ca) = ca_file(&practice);
    let mut settings = settings(&practice.url());
    settings.network.ca_file = trust.then_some(ca);
    check(&try_connect(settings, &practice.token()).unwrap(), no_goal()).await
}

#[tokio::test]
async fn bad_certificates_are_told_apart() {
    let report = with_certificate(Tls::SelfSigned, false).await;
    expect_stage(&report, "tls", Failed, "is signed by itself", "CA file");
    let report = with_certificate(Tls::Expired, true).await;
    expect_stage(&report, "tls", Failed, "expired on 2", "do not ignore it");
    let report = with_certificate(Tls::NotYetValid, true).await;
    expect_stage(&report, "tls", Failed, "is valid only from 2", "clock");
    let report = with_certificate(Tls::WrongName, true).await;
    expect_stage(&report, "tls", Failed, "is for wrong.example, not for 127.0.0.1", "Check the address");
}

#[tokio::test]
async fn a_ca_file_that_is_none_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let mut settings = settings("https://github.example");
    settings.network.ca_file = Some(path.to_string_lossy().into_owned());
    let missing = try_connect(settings.clone(), TOKEN).err().unwrap();
    assert!(missing.message.contains("could not be read"), "{missing}");
    std::fs::write(&path, "hello").unwrap();
    let empty = try_connect(settings, TOKEN).err().unwrap();
    assert!(
        empty.message.contains("holds no certificate") || empty.message.contains("could not be read"),
        "{empty}"
    );
}

#[tokio::test]
async fn http_and_https_mixed_up_name_the_address_to_use() {
    let plain = Practice::start(Setup::demo()).await.unwrap();
    let https = plain.url().replacen("http://", "https://", 1);
    let report = check(&connect(&https, TOKEN), no_goal()).await;
    let url = plain.url().trim_end_matches('/').to_owned();
    expect_stage(&report, "tls", Failed, "does not speak https on port", &format!("write {url}"));

    let encrypted = Practice::start(Setup::demo().tls(Tls::PrivateCa)).await.unwrap();
    let http = encrypted.url().replacen("https://", "http://", 1);
    let report = check(&connect(&http, TOKEN), no_goal()).await;
    let url = encrypted.url().trim_end_matches('/').to_owned();
    expect_stage(&report, "server", Failed, "This address speaks https on port", &format!("Use {url}"));
    expect_rest_skipped(&report, "server");
}

#[tokio::test]
async fn a_redirect_to_https_on_the_same_host_names_the_address_to_use() {
    let (url, asked) = serve(|head| {
        let host = head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or("h").to_owned();
        reply("301 Moved Permanently", &format!("Location: https://{host}/\r\n"), "")
    })
    .await;
    let report = check(&connect(&url, TOKEN), no_goal()).await;
    expect_stage(&report, "server", Failed, "wants to be reached through https", "Write https://127.0.0.1");
    assert!(asked.lock().unwrap().iter().all(|head| !head.contains(TOKEN)), "nothing was signed");
}

#[tokio::test]
async fn plain_http_to_another_host_needs_an_explicit_yes() {
    let refused = try_connect(settings("http://github.example"), TOKEN).err().unwrap();
    assert!(refused.message.contains("not encrypted"), "{refused}");
    let mut allowed = settings("http://github.nowhere.invalid");
    allowed.network.allow_plain_http = true;
    let report = check(&try_connect(allowed, TOKEN).unwrap(), no_goal()).await;
    expect_stage(&report, "name", Failed, "No server is called", "");
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_with_the_minutes() {
    let practice = Practice::start(Setup::demo()).await.unwrap();
    practice
        .faults()
        .always(docket_practice::matching("GET", "/meta"), docket_practice::Fault::ClockSkew(-900));
    let report = check(&connect(&practice.url(), &practice.token()), no_goal()).await;
    expect_stage(
        &report,
        "clock",
        Warning,
        "This computer's clock is 15 minutes ahead",
        "Correct the computer's clock",
    );
    assert!(report.ok, "a warning does not fail the test");
}

#[tokio::test]
async fn other_products_are_called_by_their_names() {
    for (name, headers) in [
        ("GitLab", "X-Gitlab-Meta: {}\r\n"),
        ("Jira", "X-AREQUESTID: 1x2x3\r\n"),
        ("Azure DevOps", "X-TFS-ProcessId: 1\r\n"),
        ("Gitea", "Set-Cookie: i_like_gitea=1\r\n"),
    ] {
        let (url, _) = serve(move |_| {
            reply("404 Not Found", &format!("Content-Type: text/html\r\n{headers}"), "<html>404</html>")
        })
        .await;
        let report = check(&connect(&url, TOKEN), no_goal()).await;
        expect_stage(&report, "server", Failed, &format!("This looks like {name}, not GitHub."), name);
        expect_rest_skipped(&report, "server");
    }
    let (url, _) =
        serve(|_| reply("404 Not Found", "Content-Type: application/json\r\n", "{\"error\":\"no\"}")).await;
    let report = check(&connect(&url, TOKEN), no_goal()).await;
    expect_stage(&report, "server", Failed, "does not look like a GitHub", "Check the address");
}

// covers: S0.10, S3.16
#[tokio::test]
async fn the_api_path_of_an_enterprise_server_is_found() {
    let practice = Practice::start(Setup::demo().enterprise("3.19.2")).await.unwrap();
    let report = check(
        &connect(&format!("{}/acme/shop", practice.url().trim_end_matches('/')), &practice.token()),
        no_goal(),
    )
    .await;
    let stage = expect_stage(&report, "server", Passed, "GitHub Enterprise Server 3.19.2", "");
    assert!(
        stage.summary.contains("/api/v3 for the address you pasted"),
        "the corrected address is named: {stage:?}"
    );
    assert!(report.ok, "{}", report.text);
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
}

#[tokio::test]
async fn sign_in_pages_and_guest_networks_are_told_as_such() {
    let (url, _) = serve(|_| page("200 OK", "<!doctype html><title>Corporate login</title>")).await;
    let report = check(&connect(&url, TOKEN), no_goal()).await;
    expect_stage(&report, "server", Failed, "a sign-in page is in front of the API", "VPN");

    let (url, asked) = serve(|_| {
        reply(
            "302 Found",
            "Location: https://login.gateway.invalid/x\r\nContent-Type: text/html\r\n",
            "<html></html>",
        )
    })
    .await;
    let report = check(&connect(&url, TOKEN), no_goal()).await;
    expect_stage(&report, "server", Failed, "A sign-in page of login.gateway.invalid", "bypass");
    assert!(asked.lock().unwrap().iter().all(|head| !head.contains(TOKEN)), "nothing was signed");

    let (url, _) =
        serve(|_| page("511 Network Authentication Required", "<html>Welcome to the hotel</html>")).await;
    let report = check(&connect(&url, TOKEN), no_goal()).await;
    expect_stage(&report, "server", Failed, "This network wants you to log in first", "browser");
}

#[tokio::test]
async fn an_outage_is_the_trackers_trouble() {
    let (url, _) = serve(|_| page("503 Service Unavailable", "<html>Unicorn!</html>")).await;
    let report = check(&connect(&url, TOKEN), no_goal()).await;
    expect_stage(&report, "server", Failed, "GitHub has trouble right now (it answered 503)", "later");
    expect_stage(&report, "credential", Skipped, "There must be a GitHub first", "");
}
