//! Faults on the wire and in the vendor's words.

use docket_practice::{AzureSetup, FAULTS, Fault, Tls, matching};
use serde_json::Value;

use crate::client::{SHOP, bench, builder, header, title, told};

fn bugs() -> String {
    format!("{SHOP}/workitems/$Bug")
}

#[tokio::test]
async fn cut_connections_store_exactly_what_they_promise() {
    for (fault, stored) in [
        (Fault::CutBeforeReading, 3),
        (Fault::CutBeforeStoring, 3),
        (Fault::StoreThenCut, 4),
        (Fault::StoreThenError, 4),
        (Fault::HandledTwice, 5),
    ] {
        let b = bench(AzureSetup::demo()).await;
        b.azure.faults().next(matching("POST", "/workitems/$Bug"), fault.clone());
        let sent = b.document("POST", &bugs(), &title("x")).send().await;
        let cut = matches!(fault, Fault::CutBeforeReading | Fault::CutBeforeStoring | Fault::StoreThenCut);
        assert_eq!(sent.is_err(), cut, "{fault}: whether an answer comes");
        assert_eq!(b.azure.work_items("Web Shop").len(), stored, "{fault}: what is stored");
        assert_eq!(b.patch("POST", &bugs(), &title("y")).await.0, 200, "{fault}: the next one is spared");
        b.assert_no_violations();
    }
}

#[tokio::test]
async fn faults_speak_as_the_vendor_does() {
    for (name, status, word) in [
        ("server-error", 500, "TF400898"),
        ("server-error=503", 503, "unavailable"),
        ("proxy-page", 502, "<h1>502"),
        ("bad-credentials", 401, "Unauthorized"),
        ("sign-in-page", 203, "Sign In"),
        ("foreign-redirect", 302, ""),
        ("captive-portal", 511, "guest network"),
        ("primary-limit", 429, "TF400733"),
        ("secondary-limit-bare", 429, "TF400733"),
        ("permission-missing", 403, "TF237111"),
        ("ip-allow-list", 403, "VS403463"),
        ("archived", 400, "GitHub"),
        ("drop-milestone", 400, "GitHub"),
        ("explode", 400, "store-then-cut"),
    ] {
        let b = bench(AzureSetup::demo()).await;
        let request = b.document("POST", &bugs(), &title("x")).header("x-practice-fault", name);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{name}");
        let wait = header(&answer, "retry-after").is_some();
        assert_eq!(wait, name == "primary-limit", "{name}: whether a wait is told");
        let text = answer.text().await.unwrap();
        assert!(text.contains(word), "{name} says '{word}': {text}");
        assert_eq!(b.azure.work_items("Web Shop").len(), 3, "{name}: nothing is stored");
        b.assert_no_violations();
    }
}

#[tokio::test]
async fn a_wait_can_come_with_success() {
    let b = bench(AzureSetup::demo()).await;
    b.azure.faults().next(matching("POST", "/workitems/$Bug"), Fault::SecondaryLimit(Some(7)));
    let answer = b.document("POST", &bugs(), &title("x")).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), header(&answer, "retry-after")),
        (200, Some("7")),
        "stored, and wait"
    );
    assert_eq!(b.azure.work_items("Web Shop").len(), 4, "it is stored");
}

#[tokio::test]
async fn a_page_can_lead_to_itself() {
    let b = bench(AzureSetup::demo().page(2)).await;
    b.azure.faults().always(matching("GET", "/projects"), Fault::RepeatedPage);
    let next = async |path: &str| {
        let answer = b.request("GET", path).send().await.unwrap();
        let token = header(&answer, "x-ms-continuationtoken").unwrap().to_owned();
        let page: Value = answer.json().await.unwrap();
        (token, page["value"][0]["name"].as_str().unwrap().to_owned())
    };
    let first = next("/_apis/projects").await;
    let again = next(&format!("/_apis/projects?continuationToken={}", first.0)).await;
    assert_eq!(first, again, "the token leads to the same page, for ever");
    b.assert_no_violations();
}

#[tokio::test]
async fn broken_and_slow_bodies_and_ending_tokens() {
    let b = bench(AzureSetup::demo()).await;
    let ask =
        |fault: &str| b.request("GET", "/_apis/projects").header("x-practice-fault", fault.to_owned()).send();
    let text = ask("invalid-json").await.unwrap().text().await.unwrap();
    assert!(serde_json::from_str::<Value>(&text).is_err(), "the JSON breaks off");
    assert_eq!(
        header(&ask("truncated-gzip").await.unwrap(), "content-encoding"),
        Some("gzip"),
        "it says gzip"
    );
    let (status, whole) = told(ask("slow-body=1").await.unwrap()).await;
    assert!(status == 200 && whole["count"] == 5, "it drips, and is whole in the end: {whole}");
    assert_eq!(ask("delay=1").await.unwrap().status(), 200, "late");
    assert_eq!(ask("token-ends").await.unwrap().status(), 401, "the token ends");
    assert_eq!(b.get("/_apis/projects").await.0, 401, "and stays ended");
}

#[tokio::test]
async fn every_fault_gets_some_answer() {
    for (name, _, fault) in FAULTS {
        let mut b = bench(AzureSetup::demo()).await;
        b.http = builder().timeout(std::time::Duration::from_millis(300)).build().unwrap();
        let small = match fault {
            Fault::Delay(_) | Fault::SlowBody(_) => format!("{name}=1"),
            _ => (*name).to_owned(),
        };
        let sent = b.request("GET", "/_apis/projects").header("x-practice-fault", &small).send().await;
        let silent = matches!(
            fault,
            Fault::CutBeforeReading
                | Fault::CutBeforeStoring
                | Fault::StoreThenCut
                | Fault::StoreThenSilence
                | Fault::StoreLate(_)
        );
        assert_eq!(sent.is_err(), silent, "{name}: whether an answer comes");
        assert_eq!(b.azure.log()[0].fault.as_deref(), Some(*name), "{name}: the log names it");
        b.assert_no_violations();
    }
}

#[tokio::test]
async fn it_speaks_https_with_a_private_authority() {
    let b = bench(AzureSetup::demo().tls(Tls::PrivateCa)).await;
    assert!(b.azure.url().starts_with("https://"), "{}", b.azure.url());
    assert!(b.request("GET", "/_apis/projects").send().await.is_err(), "unknown authority");
    let ca = reqwest::Certificate::from_pem(b.azure.ca_pem().unwrap().as_bytes()).unwrap();
    let http = builder().tls_certs_only([ca]).build().unwrap();
    let answer = http.get(b.address("/_apis/projects")).basic_auth("", Some(&b.token)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "known authority");
}

#[tokio::test]
async fn a_rule_can_take_away_what_was_sent_without_a_word() {
    let sent = crate::client::sets(&[
        ("System.Title", serde_json::json!("x")),
        ("System.Tags", serde_json::json!("security")),
        ("System.AssignedTo", serde_json::json!("kim@contoso.example")),
        ("Microsoft.VSTS.Common.Priority", serde_json::json!(1)),
    ]);
    for (fault, left) in [
        (Fault::DropLabels, (0, true, true)),
        (Fault::DropAssignees, (1, false, true)),
        (Fault::DropProjectFields, (1, true, false)),
    ] {
        let b = bench(AzureSetup::demo()).await;
        b.azure.faults().next(matching("POST", "/workitems/$Bug"), fault.clone());
        let (status, made) = b.patch("POST", &bugs(), &sent).await;
        assert_eq!(status, 200, "{fault}: {made}");
        let item = b.azure.work_item(made["id"].as_u64().unwrap()).unwrap();
        let first = item.fields["Microsoft.VSTS.Common.Priority"] == 1;
        assert_eq!((item.tags.len(), item.assigned.is_some(), first), left, "{fault}: what is left");
        b.assert_no_violations();
    }
}
