//! Addresses, versions, credentials, scopes.

use docket_practice::{AzureSetup, ClockHand, PatSeed, RefusedLogin};
use serde_json::json;

use crate::client::{SHOP, bench, header, title, told};

const ANONYMOUS: &str = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
const WHO: &str = "/_apis/connectionData?api-version=7.1-preview";

#[tokio::test]
async fn an_organisation_can_be_looked_for_before_any_credential_is_sent() {
    let b = bench(AzureSetup::demo()).await;
    let ask = |name: &str| {
        let path = "_apis/resourceAreas/79134C72-4A58-4B42-976C-04E7115F32BF";
        b.http
            .get(format!("{}/{path}?accountName={name}&api-version=5.0-preview.1", b.azure.service_url()))
            .send()
    };
    let (status, found) = told(ask("Contoso").await.unwrap()).await;
    assert_eq!((status, &found["locationUrl"]), (200, &json!(format!("{}/", b.azure.url()))), "{found}");
    let (status, none) = told(ask("nobody").await.unwrap()).await;
    assert!(status == 200 && none["locationUrl"].is_null(), "no such organisation: {none}");
    let missing = format!("{}/other/_apis/projects?api-version=7.1", b.azure.service_url());
    assert_eq!(b.http.get(missing).send().await.unwrap().status(), 404, "nothing lives there");
    b.assert_no_violations();
}

#[tokio::test]
async fn tokens_are_known_ended_ignored_or_unknown() {
    let hand = ClockHand::at("2026-03-01T10:00:00Z".parse().unwrap());
    let scopes = ["vso.work_write", "vso.project"];
    let robin = |n: &str| PatSeed::new(n, "robin@contoso.example", &scopes);
    let setup = AzureSetup::demo()
        .clock(hand.clock())
        .pat(robin("short").expires("2026-03-01T11:00:00Z".parse().unwrap()))
        .pat(robin("gone").revoked())
        .pat(robin("elsewhere").ignored());
    let mut b = bench(setup).await;
    let (_, me) = b.get(WHO).await;
    assert_eq!(me["authenticatedUser"]["providerDisplayName"], "Robin Roe", "{me}");
    assert_eq!(me["authenticatedUser"]["properties"]["Account"]["$value"], "robin@contoso.example", "{me}");
    assert_eq!(me["deploymentType"], "hosted", "{me}");
    b.token = b.azure.token_named("short").unwrap();
    assert_eq!(b.get(WHO).await.0, 200, "still good");
    hand.advance_seconds(3601);
    assert_eq!(b.get(WHO).await.0, 401, "expired");
    b.token = b.azure.token_named("gone").unwrap();
    assert_eq!(b.get(WHO).await.0, 401, "revoked");
    b.token = b.azure.token_named("elsewhere").unwrap();
    let (status, nobody) = b.get(WHO).await;
    assert_eq!((status, &nobody["authenticatedUser"]["id"]), (200, &json!(ANONYMOUS)), "ignored: {nobody}");
    let (status, page) = b.get("/_apis/projects").await;
    assert!(status == 203 && page.as_str().unwrap().contains("Sign In"), "everything else is a page: {page}");
    let bare = b.bare("GET", "/_apis/projects").send().await.unwrap();
    assert_eq!(bare.status(), 203, "as without a credential");
    let bearer = b.bare("GET", "/_apis/projects").bearer_auth(b.azure.token()).send().await.unwrap();
    assert_eq!(bearer.status(), 401, "a personal token is no bearer token");
    let colonless =
        b.bare("GET", "/_apis/projects").header("authorization", "Basic YWJj").send().await.unwrap();
    assert_eq!(colonless.status(), 401, "Basic needs its colon");
    b.assert_no_violations();
    let shown = format!("{:?} {:?}", b.azure, b.azure.log());
    assert!(!shown.contains(&b.azure.token()) && !shown.contains(&b.token), "no token is ever shown");
}

#[tokio::test]
async fn a_refused_login_looks_as_the_setup_says() {
    for (how, status) in
        [(RefusedLogin::Unauthorised, 401), (RefusedLogin::SignInPage, 203), (RefusedLogin::Redirect, 302)]
    {
        let mut b = bench(AzureSetup::demo().refuses_with(how)).await;
        b.token = "nonsense".to_owned();
        let answer = b.request("GET", "/_apis/projects").send().await.unwrap();
        assert_eq!(answer.status(), status, "{how:?}");
        let place = header(&answer, "location").unwrap_or_default().to_owned();
        assert!(status != 302 || place.contains("/_signin"), "{how:?}: {place}");
        assert!(
            status == 302 || header(&answer, "content-type").unwrap().starts_with("text/html"),
            "{how:?}: a page"
        );
        b.assert_no_violations();
    }
}

#[tokio::test]
async fn scopes_decide_what_a_token_may_do() {
    let setup = AzureSetup::demo()
        .pat(PatSeed::new("reader", "kim@contoso.example", &["vso.work"]))
        .pat(PatSeed::new("writer", "kim@contoso.example", &["vso.work_write"]));
    let mut b = bench(setup).await;
    b.token = b.azure.token_named("reader").unwrap();
    assert_eq!(b.get("/_apis/wit/workitems/1").await.0, 200, "reading");
    let (status, refused) = b.patch("POST", &format!("{SHOP}/workitems/$Bug"), &title("x")).await;
    assert!(
        status == 401 && refused["message"].as_str().unwrap().starts_with("TF400813"),
        "writing: {refused}"
    );
    assert_eq!(b.get("/_apis/projects").await.0, 401, "projects need their own scope");
    b.token = b.azure.token_named("writer").unwrap();
    assert_eq!(b.patch("POST", &format!("{SHOP}/workitems/$Bug"), &title("x")).await.0, 200, "writing");
    assert_eq!(b.get("/_apis/wit/workitems/1").await.0, 200, "writing includes reading");
    b.azure.revoke(&b.token);
    assert_eq!(b.get("/_apis/wit/workitems/1").await.0, 401, "revoked while it runs");
    b.assert_no_violations();
}

#[tokio::test]
async fn a_server_lives_below_its_collection_and_refuses_newer_versions() {
    for (highest, older) in [("7.0", "6.0"), ("6.0", "5.0"), ("5.0", "4.1"), ("4.1", "4.0")] {
        let b = bench(AzureSetup::demo().server(highest)).await;
        assert!(b.azure.url().ends_with("/tfs/contoso"), "the collection: {}", b.azure.url());
        let (status, refused) = b.get("/_apis/projects?api-version=7.1").await;
        let said = format!(
            "out of range for this server. The latest REST API version this server supports is {highest}."
        );
        assert_eq!(status, 400, "{refused}");
        assert!(refused["message"].as_str().unwrap().contains(&said), "{refused}");
        for version in [highest, older] {
            let (status, _) = b.get(&format!("/_apis/projects?api-version={version}")).await;
            assert_eq!(status, 200, "{version} on {highest}");
        }
        let (_, me) = b.get(&format!("/_apis/connectionData?api-version={highest}-preview")).await;
        assert_eq!(me["deploymentType"], "onPremises", "{me}");
        let path = format!("{SHOP}/workItems/1/comments?api-version={highest}-preview");
        assert_eq!(b.get(&path).await.0, 200, "comments are a preview there too");
        b.assert_no_violations();
    }
    let b = bench(AzureSetup::demo().server("7.0").without_tfs()).await;
    assert!(!b.azure.url().contains("/tfs"), "the collection can follow the host: {}", b.azure.url());
    assert_eq!(b.get("/_apis/projects?api-version=7.0").await.0, 200, "and answers there");
    b.assert_no_violations();
    let b = bench(AzureSetup::demo()).await;
    assert_eq!(b.get("/_apis/projects?api-version=7.3").await.0, 400, "Services end as well");
    assert_eq!(b.get("/_apis/projects?api-version=7.2").await.0, 400, "7.2 is a preview");
    assert_eq!(b.get("/_apis/projects?api-version=7.2-preview").await.0, 200, "asked for as such");
    b.assert_no_violations();
}

#[tokio::test]
async fn a_server_has_what_the_vendor_documents_for_its_version_and_nothing_else() {
    for (highest, batch, comments, tags, states) in [
        ("7.0", 200, 200, 200, "7.0"),
        ("6.0", 200, 200, 200, "6.0-preview"),
        ("5.1", 200, 200, 404, "5.1-preview"),
        ("5.0", 200, 405, 404, "5.0-preview"),
        ("4.1", 404, 405, 404, "4.1-preview"),
    ] {
        let b = bench(AzureSetup::demo().server(highest)).await;
        let preview = format!("api-version={highest}-preview");
        let plain = format!("api-version={highest}");
        let question = json!({ "ids": [1], "errorPolicy": "omit" });
        let many = format!("/_apis/wit/workitemsbatch?{plain}");
        assert_eq!(b.post(&many, question.clone()).await.0, batch, "{highest}: many by a text of ids");
        let newer = "/_apis/wit/workitemsbatch?api-version=7.2";
        let told = if batch == 404 { 404 } else { 400 };
        assert_eq!(b.post(newer, question.clone()).await.0, told, "{highest}: routes come before versions");
        let (status, listed) =
            b.get(&format!("/_apis/wit/workitems?ids=1,4711&errorPolicy=omit&{plain}")).await;
        assert_eq!(
            (status, listed["count"].as_u64()),
            (200, Some(1)),
            "{highest}: many by ids in the address"
        );
        let said = b.post(&format!("{SHOP}/workItems/1/comments?{preview}"), json!({ "text": "x" })).await;
        assert_eq!(said.0, comments, "{highest}: {said:?}");
        let (_, read) = b.get(&format!("{SHOP}/workItems/1/comments?$top=200&order=desc&{preview}")).await;
        assert_eq!(read["fromRevisionCount"].is_u64(), comments == 405, "{highest}: by revisions: {read}");
        let tags_version = if highest == "6.0" { &preview } else { &plain };
        assert_eq!(b.get(&format!("{SHOP}/tags?{tags_version}")).await.0, tags, "{highest}: tags");
        let (_, kinds) = b.get(&format!("{SHOP}/workitemtypes?{plain}")).await;
        assert_eq!(kinds["value"][0]["states"].is_array(), highest != "4.1", "{highest}: {kinds}");
        let (status, refused) = b.get(&format!("{SHOP}/workitemtypes/Bug/states?{plain}")).await;
        assert_eq!(status == 200, highest == "7.0", "{highest}: a preview before: {refused}");
        let (status, _) = b.get(&format!("{SHOP}/workitemtypes/Bug/states?api-version={states}")).await;
        assert_eq!(status, 200, "{highest}: asked for as such");
        let (_, item) = b.get(&format!("/_apis/wit/workitems/1?{plain}")).await;
        assert_eq!(item["fields"]["System.CreatedBy"].is_string(), highest == "4.1", "{highest}: {item}");
        let judged = format!("{SHOP}/workitems/$Bug?validateOnly=true&{plain}");
        assert_eq!(b.patch("POST", &judged, &title("x")).await.0, 200, "{highest}: dry runs are in all");
        b.assert_no_violations();
    }
}
