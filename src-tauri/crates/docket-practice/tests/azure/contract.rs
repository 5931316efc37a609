//! The harness checks itself: what the vendor's contract does not allow is refused and written down.

use docket_practice::{AzureSetup, PracticeAzure, StartError, azure_contract_folder};
use serde_json::{Value, json};

use crate::client::{SHOP, bench, sets, title, told};

const JSON_PATCH: &str = "application/json-patch+json";

#[tokio::test]
async fn mistakes_against_the_contract_are_refused_and_recorded() {
    let item = "/_apis/wit/workitems/1";
    let bug = format!("{SHOP}/workitems/$Bug");
    let good = title("x");
    for (method, path, kind, body, code, word) in [
        ("GET", "/_apis/projects?api-version=".to_owned(), "", Value::Null, 598, "version"),
        ("GET", format!("{item}?api-version=seven"), "", Value::Null, 598, "seven"),
        ("GET", "/_apis/projects?top=5".to_owned(), "", Value::Null, 598, "'top'"),
        ("GET", "/_apis/projects?$top=many".to_owned(), "", Value::Null, 598, "many"),
        ("GET", format!("{item}?$expand=everything"), "", Value::Null, 598, "everything"),
        ("POST", format!("{bug}?validate=true"), JSON_PATCH, good.clone(), 598, "'validate'"),
        ("POST", format!("{bug}?validateOnly=yes"), JSON_PATCH, good.clone(), 598, "validateOnly"),
        ("POST", bug.clone(), "application/json", good.clone(), 598, "Content-Type"),
        ("POST", bug.clone(), "", good.clone(), 598, "Content-Type"),
        ("POST", bug.clone(), JSON_PATCH, json!({ "System.Title": "x" }), 598, "array"),
        (
            "POST",
            bug.clone(),
            JSON_PATCH,
            json!([{ "op": "set", "path": "/fields/System.Title", "value": "x" }]),
            598,
            "set",
        ),
        (
            "POST",
            bug.clone(),
            JSON_PATCH,
            json!([{ "op": "add", "path": "/fields/System.Title", "valu": "x" }]),
            598,
            "valu",
        ),
        (
            "POST",
            bug.clone(),
            JSON_PATCH,
            json!([{ "op": "add", "path": "/title", "value": "x" }]),
            598,
            "/title",
        ),
        (
            "POST",
            bug.clone(),
            JSON_PATCH,
            json!([{ "op": "add", "path": "/fields/System.Title" }]),
            598,
            "no value",
        ),
        ("POST", format!("{SHOP}/wiql"), "application/json", json!({ "wiql": "x" }), 598, "wiql"),
        (
            "POST",
            "/_apis/wit/workitemsbatch".to_owned(),
            "application/json",
            json!({ "ids": ["1"] }),
            598,
            "integer",
        ),
        ("PUT", item.to_owned(), JSON_PATCH, good.clone(), 599, "no operation"),
        ("GET", format!("{SHOP}/workitem/1"), "", Value::Null, 599, "no operation"),
        ("POST", format!("{SHOP}/workitems/Bug"), JSON_PATCH, good.clone(), 599, "no operation"),
        (
            "PATCH",
            "/_apis/wit/$batch".to_owned(),
            "application/json",
            json!([{ "method": "POST" }]),
            598,
            "PATCH",
        ),
    ] {
        // Requests are judged whether or not the vendor's own documents are at hand.
        for setup in [AzureSetup::demo(), AzureSetup::demo().without_vendors_contract()] {
            let b = bench(setup).await;
            let mut request = b.request(method, &path);
            if !body.is_null() {
                request = request.body(body.to_string());
            }
            if !kind.is_empty() {
                request = request.header("content-type", kind);
            }
            let (status, answer) = told(request.send().await.unwrap()).await;
            assert_eq!(status, code, "{method} {path} {body} is refused: {answer}");
            let found = b.azure.violations();
            assert_eq!(found.len(), 1, "{method} {path} {body} is written down once: {found:?}");
            assert_eq!(found[0].code, code, "with its code: {}", found[0]);
            assert!(found[0].to_string().contains(word), "and says '{word}': {}", found[0]);
            assert_eq!(b.azure.work_items("Web Shop").len(), 3, "and nothing was stored by {body}");
        }
    }
}

#[tokio::test]
async fn a_missing_version_is_a_mistake_and_one_in_accept_is_none() {
    let b = bench(AzureSetup::demo()).await;
    let address = format!("{}/_apis/projects", b.azure.url());
    let ask = || b.http.get(&address).basic_auth("", Some(&b.token));
    assert_eq!(ask().send().await.unwrap().status(), 598, "no version at all");
    assert!(b.azure.violations()[0].to_string().contains("api-version"), "it is named");
    let answer = ask().header("accept", "application/json;api-version=7.1").send().await.unwrap();
    assert_eq!(answer.status(), 200, "the vendor takes it from Accept too");
    assert_eq!(b.azure.violations().len(), 1, "which is no mistake");
}

#[tokio::test]
async fn what_the_contract_allows_is_not_refused() {
    let b = bench(AzureSetup::demo()).await;
    let document = json!([
        { "op": "add", "path": "/fields/System.Title", "from": null, "value": "with a null" },
        { "op": "add", "path": "/relations/-", "value": { "rel": "Hyperlink", "url": "https://example.org/1" } },
    ]);
    let (status, made) = b.patch("POST", &format!("{SHOP}/workItems/$task?$expand=All"), &document).await;
    assert_eq!(status, 200, "any case of literals, types and choices: {made}");
    assert_eq!(made["relations"][0]["url"], "https://example.org/1", "the relation is told");
    let (status, _) = b.patch("POST", &format!("{SHOP}/workitems/$User%20Story"), &title("y")).await;
    assert_eq!(status, 200, "a type with a space");
    let (status, _) = b
        .patch(
            "POST",
            "/B%C3%BCro%20%26%20Lager/_apis/wit/workitems/$Issue",
            &sets(&[("System.Title", json!("z"))]),
        )
        .await;
    assert_eq!(status, 200, "a project with spaces and letters beyond ASCII");
    b.assert_no_violations();
    assert_eq!(b.azure.count("Work Items_Create"), 3, "each was the vendor's operation");
}

#[tokio::test]
async fn operations_of_no_document_are_named_hand_written() {
    let b = bench(AzureSetup::demo()).await;
    b.get("/_apis/connectionData?api-version=7.1-preview").await;
    let part = json!([{
        "method": "PATCH",
        "uri": "/Web%20Shop/_apis/wit/workitems/$Bug?api-version=7.1",
        "headers": { "Content-Type": "application/json-patch+json" },
        "body": title("in a batch"),
    }]);
    let (status, _) = b.request_batch(&part).await;
    assert_eq!(status, 200, "the batch is carried out");
    let named: Vec<String> = b.azure.log().into_iter().filter_map(|l| l.operation).collect();
    assert!(named.iter().all(|n| n.starts_with("hand-written: ")), "the log says so: {named:?}");
    b.assert_no_violations();
}

/// A folder of this test's own, with the vendor's three names and these contents.
fn folder(name: &str, text: &str) -> std::path::PathBuf {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    for file in ["wit-7.1-workItemTracking.json", "wit-7.2-workItemTracking.json", "core-7.1-core.json"] {
        std::fs::write(folder.join(file), text).unwrap();
    }
    folder
}

#[tokio::test]
async fn it_says_whether_the_vendors_own_documents_judge() {
    let b = bench(AzureSetup::demo()).await;
    assert_eq!(
        b.azure.contract_checked(),
        azure_contract_folder().is_some(),
        "by itself where the documents are at hand, and only there"
    );
    let bare = bench(AzureSetup::demo().without_vendors_contract()).await;
    assert!(!bare.azure.contract_checked(), "never where the setup says so");
    let (status, made) = bare.patch("POST", &format!("{SHOP}/workitems/$Bug"), &title("x")).await;
    assert_eq!((status, &made["fields"]["System.Title"]), (200, &json!("x")), "and it works without");
    bare.assert_no_violations();
    let Some(vendors) = azure_contract_folder() else {
        eprintln!(
            "SKIPPED LOUDLY: the vendor's documents are not at hand, so naming their folder is not tried"
        );
        return;
    };
    let named = bench(AzureSetup::demo().contract_from(vendors)).await;
    assert!(named.azure.contract_checked(), "a folder that is named is read");
    assert_eq!(named.get("/_apis/projects").await.0, 200, "and agrees with the answers");
    named.assert_no_violations();
}

#[tokio::test]
async fn a_named_folder_without_the_documents_does_not_start() {
    let folder = folder("azure-two-documents", "{}");
    std::fs::remove_file(folder.join("core-7.1-core.json")).unwrap();
    match PracticeAzure::start(AzureSetup::demo().contract_from(&folder)).await {
        Err(StartError::VendorsDocument(file)) => {
            assert_eq!(file, folder.join("core-7.1-core.json"), "the error names the file that is missing");
        }
        other => panic!("what is asked for and not there must be told: {other:?}"),
    }
}

#[tokio::test]
async fn documents_that_the_corrections_no_longer_fit_are_told() {
    let unmarked = folder("azure-no-byte-order-mark", "{}");
    let b = bench(AzureSetup::demo().contract_from(unmarked)).await;
    let (status, _) = b.get("/_apis/projects").await;
    assert_eq!(status, 597, "an answer that cannot be judged is not given as if it were");
    let found = b.azure.violations();
    for word in ["core-7.1-core.json", "'byte order mark' no longer applies"] {
        assert!(found[0].to_string().contains(word), "'{word}' is told: {}", found[0]);
    }
}
