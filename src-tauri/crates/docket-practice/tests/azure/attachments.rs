//! Files: uploaded, attached to work items, told, taken off, downloaded; limits, refusals and faults.

use docket_practice::{AzureLimits, AzureSetup, Fault, PatSeed, matching};
use serde_json::{Value, json};

use crate::client::{Bench, SHOP, bench, header, sets, title, told};

const OCTETS: &str = "application/octet-stream";

fn upload_to(name: &str) -> String {
    format!("{SHOP}/attachments?fileName={name}")
}

fn attach(url: &str, attributes: &Value) -> Value {
    let value = json!({ "rel": "AttachedFile", "url": url, "attributes": attributes });
    json!([{ "op": "add", "path": "/relations/-", "value": value }])
}

impl Bench {
    async fn upload(&self, path: &str, bytes: &[u8]) -> (u16, Value) {
        let request = self.request("POST", path).header("content-type", OCTETS).body(bytes.to_vec());
        told(request.send().await.expect("an answer")).await
    }

    /// Uploads a file and returns its address.
    async fn uploaded(&self, name: &str, bytes: &[u8]) -> String {
        let (status, made) = self.upload(&upload_to(name), bytes).await;
        assert_eq!(status, 201, "it is made: {made}");
        made["url"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_file_is_uploaded_attached_told_and_taken_off() {
    for version in ["7.1", "7.2-preview"] {
        let mut b = bench(AzureSetup::demo()).await;
        b.version = version;
        // A file of JSON Patch is a file all the same.
        let bytes = b"[{\"path\": \"/fields/System.Tags\"}]\r\n\0\xff";
        let (status, made) = b.upload(&upload_to("raw%20finding.json"), bytes).await;
        assert_eq!(status, 201, "{version}: {made}");
        let (id, url) = (made["id"].as_str().unwrap(), made["url"].as_str().unwrap());
        assert_eq!(made.as_object().unwrap().len(), 2, "{version}: id and address, no more: {made}");
        assert!(url.starts_with(&b.azure.url()), "{version}: below the organisation: {url}");
        let ends = format!("/_apis/wit/attachments/{id}?fileName=raw%20finding.json");
        assert!(url.ends_with(&ends), "{version}: with the file's name: {url}");
        let stored = b.azure.uploads();
        assert_eq!(stored.len(), 1, "{version}: it is stored");
        assert_eq!(
            (stored[0].name.as_str(), stored[0].by.as_str(), stored[0].bytes.as_slice()),
            ("raw finding.json", "robin@contoso.example", bytes.as_slice()),
            "{version}: as it was sent"
        );
        assert!(stored[0].attached_to.is_empty(), "{version}: no work item has it yet");

        let item = "/_apis/wit/workitems/1";
        let (_, before) = b.get(&format!("{item}?$expand=relations")).await;
        let rev = before["rev"].as_u64().unwrap();
        assert_eq!(before.get("relations"), None, "{version}: none yet: {before}");
        let mut document = attach(url, &json!({ "comment": "The finding", "name": "finding.json" }));
        let test = json!({ "op": "test", "path": "/rev", "value": rev });
        document.as_array_mut().unwrap().insert(0, test);
        let (status, after) = b.patch("PATCH", &format!("{item}?$expand=all"), &document).await;
        assert_eq!((status, &after["rev"]), (200, &json!(rev + 1)), "{version}: a revision: {after}");
        let relation = &after["relations"][0];
        assert_eq!(
            (&relation["rel"], relation["url"].as_str().unwrap()),
            (&json!("AttachedFile"), url.split('?').next().unwrap()),
            "{version}: the address without the query"
        );
        let said = &relation["attributes"];
        assert_eq!(
            (&said["name"], &said["comment"], &said["resourceSize"], &said["revisedDate"]),
            (
                &json!("finding.json"),
                &json!("The finding"),
                &json!(bytes.len()),
                &json!("9999-01-01T00:00:00Z")
            ),
            "{version}: {said}"
        );
        assert!(said["id"].is_u64(), "{version}: a number of its own: {said}");
        for date in ["authorizedDate", "resourceCreatedDate", "resourceModifiedDate"] {
            assert!(said[date].as_str().is_some_and(|d| d.ends_with('Z')), "{version}: {date}: {said}");
        }
        let (status, again) = b.patch("PATCH", item, &document).await;
        assert_eq!(status, 412, "{version}: the revision is tested as ever: {again}");
        let (_, read) = b.get(&format!("{item}?$expand=relations")).await;
        assert_eq!(read["relations"][0], *relation, "{version}: reads tell it too");
        let (_, bare) = b.get(item).await;
        assert_eq!(bare.get("relations"), None, "{version}: only when asked for");
        let many = json!({ "ids": [1], "$expand": "relations" });
        let (_, many) = b.post("/_apis/wit/workitemsbatch", many).await;
        assert_eq!(many["value"][0]["relations"][0], *relation, "{version}: and reads of many");
        let found = b.azure.attachments(1);
        assert_eq!(found.len(), 1, "{version}: as stored");
        assert_eq!(
            (found[0].id.as_str(), found[0].name.as_str(), found[0].comment.as_deref()),
            (id, "finding.json", Some("The finding")),
            "{version}: with what was said about it"
        );
        assert_eq!(found[0].bytes, bytes, "{version}: byte by byte");
        assert_eq!(b.azure.uploads()[0].attached_to, [1], "{version}: the upload knows");

        let off = json!([{ "op": "remove", "path": "/relations/0" }]);
        let (status, off) = b.patch("PATCH", item, &off).await;
        assert_eq!((status, &off["rev"]), (200, &json!(rev + 2)), "{version}: taken off: {off}");
        assert!(b.azure.attachments(1).is_empty(), "{version}: it is gone from the work item");
        assert_eq!(b.azure.uploads().len(), 1, "{version}: the upload stays");
        b.assert_no_violations();
    }
}

#[tokio::test]
async fn downloads_are_saved_and_not_shown() {
    let mut b = bench(
        AzureSetup::demo()
            .pat(PatSeed::new("reader", "kim@contoso.example", &["vso.work"]))
            .pat(PatSeed::new("elsewhere", "kim@contoso.example", &["vso.project"])),
    )
    .await;
    let html = b"<script>alert(1)</script>";
    let url = b.uploaded("%C3%B6%22.html", html).await;
    let (address, _) = url.split_once('?').unwrap();
    let id = address.rsplit('/').next().unwrap().to_owned();
    b.token = b.azure.token_named("reader").unwrap();
    for (query, name) in [
        ("", "filename=\"__.html\"; filename*=UTF-8''%C3%B6%22.html"),
        ("&download=true", "filename=\"__.html\"; filename*=UTF-8''%C3%B6%22.html"),
        ("&fileName=other.txt&download=false", "filename=\"other.txt\"; filename*=UTF-8''other.txt"),
    ] {
        for place in [format!("/_apis/wit/attachments/{id}"), format!("{SHOP}/attachments/{id}")] {
            let answer = b.request("GET", &format!("{place}?api-version=7.1{query}")).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{place}{query}: reading is enough");
            assert_eq!(header(&answer, "content-type"), Some(OCTETS), "{place}{query}: of no kind");
            let wanted = format!("attachment; {name}");
            assert_eq!(header(&answer, "content-disposition"), Some(wanted.as_str()), "{place}{query}");
            assert_eq!(header(&answer, "x-content-type-options"), Some("nosniff"), "{place}{query}");
            assert_eq!(answer.bytes().await.unwrap(), html.as_slice(), "{place}{query}: the same bytes");
        }
    }
    let (status, refused) = b.upload(&upload_to("a"), b"a").await;
    assert!(
        status == 401 && refused["message"].as_str().unwrap().starts_with("TF400813"),
        "reading is not enough to upload: {refused}"
    );
    let gone = "/_apis/wit/attachments/00000000-0000-4000-8000-000000000000";
    let (status, refused) = b.get(gone).await;
    assert_eq!(
        (status, &refused["typeKey"]),
        (404, &json!("WorkItemAttachmentNotFoundException")),
        "no such file: {refused}"
    );
    assert_eq!(b.get(&format!("/Nowhere/_apis/wit/attachments/{id}")).await.0, 404, "no such project");
    b.token = b.azure.token_named("elsewhere").unwrap();
    assert_eq!(b.get(&format!("/_apis/wit/attachments/{id}")).await.0, 401, "another scope does not read");
    let bare = b.bare("GET", &format!("/_apis/wit/attachments/{id}")).send().await.unwrap();
    assert_eq!(bare.status(), 203, "nobody is shown the sign-in");
    b.assert_no_violations();
    b.token = b.azure.token();
    assert_eq!(b.get("/_apis/wit/attachments/seven").await.0, 598, "what is no id is a mistake");

    b.patch("PATCH", "/_apis/wit/workitems/1", &attach(&url, &json!({ "name": "<b>.html" }))).await;
    let page = format!("{}/Web%20Shop/_workitems/edit/1", b.azure.url());
    let page = b.http.get(page).send().await.unwrap().text().await.unwrap();
    let place = format!("/contoso/_attachments/{id}");
    assert!(page.contains(&place) && page.contains("&lt;b&gt;.html") && !page.contains("<b>.html"), "{page}");
    let file = b.http.get(format!("{}{place}", b.azure.service_url())).send().await.unwrap();
    assert!(header(&file, "content-disposition").unwrap().starts_with("attachment; "), "a page saves it too");
    assert_eq!(file.bytes().await.unwrap(), html.as_slice(), "the same bytes");
}

#[tokio::test]
async fn names_come_from_attributes_then_the_address_then_the_upload() {
    let b = bench(AzureSetup::demo()).await;
    let url = b.uploaded("up.txt", b"x").await;
    let bare = url.split('?').next().unwrap().to_owned();
    for (address, attributes, name) in [
        (url.clone(), json!({ "name": "said.txt", "comment": "c" }), "said.txt"),
        (format!("{bare}?fileName=asked.txt"), json!({ "comment": "c" }), "asked.txt"),
        (bare.clone(), Value::Null, "up.txt"),
        (bare.to_uppercase(), json!({ "id": 7, "resourceSize": 0 }), "up.txt"),
    ] {
        let mut document = attach(&address, &attributes);
        if attributes.is_null() {
            document[0]["value"].as_object_mut().unwrap().remove("attributes");
        }
        document.as_array_mut().unwrap().push(title("t")[0].clone());
        let (status, made) =
            b.patch("POST", &format!("{SHOP}/workitems/$Bug?$expand=relations"), &document).await;
        assert_eq!(status, 200, "made together with its file: {made}");
        let said = &made["relations"][0]["attributes"];
        assert_eq!((&said["name"], &said["resourceSize"]), (&json!(name), &json!(1)), "{address}: {said}");
        assert_ne!(said["id"], 7, "the number is the service's");
    }
    assert_eq!(b.azure.uploads()[0].attached_to.len(), 3, "one upload may be on several work items");
    b.assert_no_violations();
}

#[tokio::test]
async fn what_cannot_be_attached_is_refused() {
    let b = bench(AzureSetup::demo().barred("robin@contoso.example", "Web Shop\\Back office")).await;
    let url = b.uploaded("a.txt", b"a").await;
    let item = "/_apis/wit/workitems/1";
    let rev = b.azure.work_item(1).unwrap().rev;
    let base = b.azure.url();
    for wrong in [
        format!("{base}/_apis/wit/attachments/00000000-0000-4000-8000-000000000000"),
        format!("{base}/_apis/wit/attachments/"),
        "https://example.org/a.txt".to_owned(),
    ] {
        let (status, refused) = b.patch("PATCH", item, &attach(&wrong, &json!({}))).await;
        assert_eq!(
            (status, &refused["typeKey"]),
            (400, &json!("WorkItemAttachmentNotFoundException")),
            "{wrong}: {refused}"
        );
    }
    let nothing = json!([{ "op": "remove", "path": "/relations/0" }]);
    assert_eq!(b.patch("PATCH", item, &nothing).await.0, 400, "what is not there is not taken off");
    assert_eq!(b.azure.work_item(1).unwrap().rev, rev, "nothing changed");
    assert_eq!(b.patch("PATCH", item, &attach(&url, &json!({}))).await.0, 200, "once");
    let (status, twice) = b.patch("PATCH", item, &attach(&url, &json!({ "comment": "again" }))).await;
    assert_eq!(status, 400, "not twice, whatever is said: {twice}");
    let made = [("System.Title", json!("t")), ("System.AreaPath", json!("Web Shop\\Back office"))];
    let mut document = sets(&made);
    document.as_array_mut().unwrap().push(attach(&url, &json!({}))[0].clone());
    let (status, refused) = b.patch("POST", &format!("{SHOP}/workitems/$Task"), &document).await;
    assert_eq!(status, 403, "where one may not edit, one may not attach: {refused}");
    let dry = b.uploaded("b.txt", b"b").await;
    let path = format!("{item}?validateOnly=true");
    assert_eq!(b.patch("PATCH", &path, &attach(&dry, &json!({}))).await.0, 200, "a dry run judges");
    assert_eq!(b.azure.attachments(1).len(), 1, "and stores nothing");
    b.assert_no_violations();
    assert_eq!(b.patch("PATCH", item, &attach(&dry, &json!({ "coment": "x" }))).await.0, 598, "misspelt");
    assert!(b.azure.violations()[0].to_string().contains("'coment'"), "{:?}", b.azure.violations());
}

#[tokio::test]
async fn a_hundred_files_are_the_most() {
    let limits = AzureLimits { units: 1000.0, ..AzureLimits::default() };
    let b = bench(AzureSetup::demo().limits(limits)).await;
    let mut document = Vec::new();
    for n in 0..101 {
        let url = b.uploaded(&format!("{n}.txt"), b"x").await;
        document.push(attach(&url, &json!({ "comment": n.to_string() }))[0].clone());
    }
    let item = "/_apis/wit/workitems/1";
    let (status, refused) = b.patch("PATCH", item, &json!(document)).await;
    assert_eq!(status, 400, "one too many: {refused}");
    assert!(refused["message"].as_str().unwrap().contains("100"), "the number is told: {refused}");
    assert!(b.azure.attachments(1).is_empty(), "and none of them is attached");
    let last = document.pop().unwrap();
    assert_eq!(b.patch("PATCH", item, &json!(document)).await.0, 200, "a hundred");
    assert_eq!(b.azure.attachments(1).len(), 100, "all of them");
    assert_eq!(b.patch("PATCH", item, &json!([last])).await.0, 400, "and no further one");
    let ids: std::collections::BTreeSet<String> = b.azure.uploads().into_iter().map(|u| u.id).collect();
    assert_eq!(ids.len(), 101, "each upload has an id of its own");
    b.assert_no_violations();
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused() {
    let b = bench(AzureSetup::demo().attachment_limit(2 * 1024 * 1024)).await;
    let whole = vec![7; 2 * 1024 * 1024];
    assert_eq!(b.upload(&upload_to("a.bin"), &whole).await.0, 201, "exactly the limit");
    for size in [whole.len() + 1, 30_000_000] {
        let (status, refused) = b.upload(&upload_to("b.bin"), &vec![7; size]).await;
        assert_eq!(status, 400, "{size}: {refused}");
        let said = refused["message"].as_str().unwrap();
        assert!(
            said.starts_with("TF237082") && said.contains("(b.bin)") && said.contains("(2 MB(s))"),
            "{said}"
        );
    }
    assert_eq!(b.azure.uploads().len(), 1, "nothing else is stored");
    b.assert_no_violations();
    let b = bench(AzureSetup::demo().server("7.0")).await;
    let send = async |size: usize| {
        let path = format!("{SHOP}/attachments?fileName=a&api-version=7.0");
        b.upload(&path, &vec![7; size]).await.0
    };
    assert_eq!(send(4 * 1024 * 1024).await, 201, "a Server takes 4 MB unless its administrator says more");
    assert_eq!(send(4 * 1024 * 1024 + 1).await, 400, "and not a byte more");
    let b = bench(AzureSetup::demo().room_for_files(10)).await;
    b.uploaded("a", b"123456").await;
    let (status, refused) = b.upload(&upload_to("b"), b"12345").await;
    assert_eq!(status, 507, "the practice server's own bound: {refused}");
    b.uploaded("c", b"1234").await;
    b.assert_no_violations();
}

#[tokio::test]
async fn requests_that_no_document_knows_are_written_down() {
    for (path, kind, word) in [
        (upload_to("a"), "application/json", "Content-Type"),
        (upload_to("a"), "", "Content-Type"),
        (upload_to("a"), "multipart/form-data; boundary=x", "Content-Type"),
        (format!("{SHOP}/attachments?name=a"), OCTETS, "'name'"),
        (format!("{SHOP}/attachments?fileName=a&uploadType=chunked"), OCTETS, "uploadType"),
        (format!("{SHOP}/attachments?fileName=a&api-version=seven"), OCTETS, "seven"),
        (format!("{SHOP}/attachment?fileName=a"), OCTETS, "no operation"),
    ] {
        for setup in [AzureSetup::demo(), AzureSetup::demo().without_vendors_contract()] {
            let b = bench(setup).await;
            let request = b.request("POST", &path).body("{}");
            let request = if kind.is_empty() { request } else { request.header("content-type", kind) };
            let (status, answer) = told(request.send().await.unwrap()).await;
            assert!(matches!(status, 598 | 599), "{path} as {kind}: {status} {answer}");
            let found = b.azure.violations();
            assert_eq!(found.len(), 1, "{path} as {kind}: written down once: {found:?}");
            assert!(found[0].to_string().contains(word), "{path} as {kind} says '{word}': {}", found[0]);
            assert!(b.azure.uploads().is_empty(), "{path} as {kind}: nothing is stored");
        }
    }
    let b = bench(AzureSetup::demo().without_vendors_contract()).await;
    let (status, made) = b.upload("/_apis/wit/attachments?uploadType=Simple", b"x").await;
    assert_eq!(status, 201, "neither project nor name is needed: {made}");
    let url = made["url"].as_str().unwrap();
    assert!(!url.contains('?') && url.contains("/contoso/_apis/"), "an address without either: {url}");
    let id = made["id"].as_str().unwrap();
    let down = b.request("GET", &format!("/_apis/wit/attachments/{id}")).send().await.unwrap();
    assert!(header(&down, "content-disposition").unwrap().contains(id), "its id is its name");
    b.assert_no_violations();
}

#[tokio::test]
async fn a_batch_attaches_too() {
    let b = bench(AzureSetup::demo()).await;
    let url = b.uploaded("a.txt", b"a").await;
    let part = |uri: &str, body: Value| json!({ "method": "PATCH", "uri": uri, "headers": { "Content-Type": "application/json-patch+json" }, "body": body });
    let parts = json!([
        part("/_apis/wit/workitems/1?api-version=7.1", attach(&url, &json!({ "comment": "c" }))),
        part("/_apis/wit/workitems/2?api-version=7.1", attach("https://example.org/x", &json!({}))),
    ]);
    let (status, answer) = b.request_batch(&parts).await;
    let codes = [&answer["value"][0]["code"], &answer["value"][1]["code"]];
    assert_eq!((status, codes), (200, [&json!(200), &json!(400)]), "each by itself: {answer}");
    assert_eq!(b.azure.attachments(1)[0].comment.as_deref(), Some("c"), "stored");
    assert!(b.azure.attachments(2).is_empty(), "and not");
    b.assert_no_violations();
}

#[tokio::test]
async fn faults_strike_uploads_as_everything_else() {
    for (fault, answered, stored) in [
        (Fault::CutBeforeReading, None, 0),
        (Fault::CutBeforeStoring, None, 0),
        (Fault::StoreThenCut, None, 1),
        (Fault::StoreThenError, Some(500), 1),
        (Fault::HandledTwice, Some(201), 2),
        (Fault::DropLabels, Some(201), 1),
        (Fault::ProxyPage, Some(502), 0),
        (Fault::ServerError(500), Some(500), 0),
        (Fault::Throttled(7), Some(429), 0),
        (Fault::SecondaryLimit(Some(7)), Some(201), 1),
    ] {
        let b = bench(AzureSetup::demo()).await;
        b.azure.faults().next(matching("POST", "/wit/attachments"), fault.clone());
        let bytes = b"[{\"path\": \"/fields/System.Tags\"}]";
        let request = b.request("POST", &upload_to("a.json")).header("content-type", OCTETS);
        let sent = request.body(bytes.to_vec()).send().await;
        assert_eq!(sent.ok().map(|a| a.status().as_u16()), answered, "{fault}: whether an answer comes");
        let found = b.azure.uploads();
        assert_eq!(found.len(), stored, "{fault}: what is stored");
        assert!(found.iter().all(|f| f.bytes == bytes), "{fault}: whole");
        b.uploaded("b.json", bytes).await;
        b.assert_no_violations();
    }
    let b = bench(AzureSetup::demo()).await;
    let url = b.uploaded("a.txt", &[b'a'; 10_000]).await;
    b.azure.faults().next(matching("PATCH", "/workitems/1"), Fault::StoreThenCut);
    let sent = b.document("PATCH", "/_apis/wit/workitems/1", &attach(&url, &json!({ "comment": "c" })));
    assert!(sent.send().await.is_err(), "attached, then cut");
    assert_eq!(b.azure.attachments(1).len(), 1, "it is attached");
    b.azure.faults().next(matching("GET", "/attachments/*"), Fault::CutInAnswer);
    let down = b.request("GET", &url.replace(&b.azure.url(), "")).send().await.unwrap();
    assert!(down.bytes().await.is_err(), "a download breaks off");
    b.assert_no_violations();
}
