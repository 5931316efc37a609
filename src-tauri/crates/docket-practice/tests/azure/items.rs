//! Work items: made, changed, closed, read back, moved, deleted.

use docket_practice::{AzureSetup, PatSeed};
use serde_json::{Value, json};

use crate::client::{SHOP, bench, sets, title, told};

#[tokio::test]
async fn a_finding_makes_its_whole_way() {
    let b = bench(AzureSetup::demo()).await;
    let id = b
        .made(
            "Bug",
            &[
                ("System.Title", json!("SQL injection")),
                ("Microsoft.VSTS.TCM.ReproSteps", json!("<p>Look at <b>this</b>.</p>")),
                ("System.Tags", json!("docket; security")),
                ("Microsoft.VSTS.Common.Priority", json!(1)),
                ("Microsoft.VSTS.Common.Severity", json!("1 - Critical")),
                ("System.AreaPath", json!("Web Shop\\Storefront\\Checkout")),
                ("System.IterationPath", json!("Web Shop\\Release 1\\Sprint 2")),
                ("System.AssignedTo", json!("kim@contoso.example")),
            ],
        )
        .await;
    let (status, item) = b.get(&format!("{SHOP}/workitems/{id}")).await;
    let fields = &item["fields"];
    assert_eq!((status, &item["rev"]), (200, &json!(1)), "{item}");
    assert_eq!(fields["System.State"], "New", "the initial state");
    assert_eq!(fields["System.Tags"], "docket; security", "the tags");
    assert_eq!(fields["System.AssignedTo"]["displayName"], "Kim Krüger", "the person");
    assert_eq!(fields["System.CreatedBy"]["uniqueName"], "robin@contoso.example", "the token's owner");
    let path = format!("/_apis/wit/workitems/{id}");
    let close = json!([
        { "op": "test", "path": "/rev", "value": 1 },
        { "op": "replace", "path": "/fields/System.State", "value": "Closed" },
        { "op": "add", "path": "/fields/System.History", "value": "fixed<script>x</script>" },
    ]);
    let (status, closed) = b.patch("PATCH", &path, &close).await;
    assert_eq!((status, &closed["rev"]), (200, &json!(2)), "without the project too: {closed}");
    assert_eq!(closed["fields"]["System.Reason"], "Moved to state Closed", "the default reason");
    let (status, late) = b.patch("PATCH", &path, &close).await;
    assert_eq!((status, &late["typeKey"]), (412, &json!("TestPatchOperationFailedException")), "{late}");
    assert!(late["message"].as_str().unwrap().contains("VS403351"), "its code: {late}");
    let (_, same) = b.patch("PATCH", &path, &sets(&[("System.State", json!("Closed"))])).await;
    assert_eq!(same["rev"], 2, "what changes nothing makes no revision");
    let (status, _) = b.patch("PATCH", &path, &sets(&[("System.State", json!("Active"))])).await;
    assert_eq!(status, 200, "and it opens again");
    let stored = b.azure.work_item(id).unwrap();
    assert_eq!((stored.state.as_str(), stored.rev), ("Active", 3), "as stored");
    assert_eq!(stored.comments, [("robin@contoso.example".to_owned(), "fixed".to_owned())], "the comment");
    assert!(stored.history[1].stripped[0].contains("<script>"), "what was taken out is told");
    let (_, updates) = b.get(&format!("/_apis/wit/workItems/{id}/updates")).await;
    assert_eq!(updates["value"][1]["fields"]["System.State"]["newValue"], "Closed", "{updates}");
    b.assert_no_violations();
}

#[tokio::test]
async fn tags_are_merged_by_add_and_replaced_by_replace() {
    let b = bench(AzureSetup::demo()).await;
    let id = b.made("Task", &[("System.Title", json!("x")), ("System.Tags", json!("b; a"))]).await;
    let path = format!("/_apis/wit/workitems/{id}");
    let tags = |op: &str, v: &str| json!([{ "op": op, "path": "/fields/System.Tags", "value": v }]);
    let (_, merged) = b.patch("PATCH", &path, &tags("add", "c; A")).await;
    assert_eq!(merged["fields"]["System.Tags"], "a; b; c", "merged, one per name in any case");
    let (_, replaced) = b.patch("PATCH", &path, &tags("replace", "c")).await;
    assert_eq!(replaced["fields"]["System.Tags"], "c", "replaced");
    let guarded = |wanted: &str| {
        json!([
            { "op": "test", "path": "/fields/System.Tags", "value": wanted },
            { "op": "add", "path": "/fields/System.Title", "value": "y" },
        ])
    };
    assert_eq!(b.patch("PATCH", &path, &guarded("a; c")).await.0, 412, "fields are tested too");
    assert_eq!(b.patch("PATCH", &path, &guarded("c")).await.0, 200, "and pass when they agree");
    let many: Vec<String> = (0..101).map(|n| format!("t{n}")).collect();
    let (status, refused) = b.patch("PATCH", &path, &tags("replace", &many.join(";"))).await;
    assert_eq!(status, 400, "a hundred is the most: {refused}");
    assert_eq!(b.azure.work_item(id).unwrap().tags, ["c"], "nothing changed");
    assert!(b.azure.tags("Web Shop").contains(&"a".to_owned()), "the project remembers its tags");
    b.assert_no_violations();
}

#[tokio::test]
async fn html_is_filtered_as_the_service_does_it() {
    let b = bench(AzureSetup::demo()).await;
    let html = "<p data-docket=\"1\" onclick=\"x()\">a<!-- docket:v1 --><a href=\"javascript:x\">b</a></p><script>1</script>";
    let id =
        b.made("Task", &[("System.Title", json!("<b>t</b>")), ("System.Description", json!(html))]).await;
    let stored = b.azure.work_item(id).unwrap();
    assert_eq!(
        stored.fields["System.Description"], "<p>a<a>b</a></p>",
        "comment, script and attributes are gone"
    );
    assert_eq!(stored.title, "<b>t</b>", "a title is plain text");
    let told = stored.history[0].stripped.join(" ");
    assert!(told.contains("a comment") && told.contains("data-docket"), "and that is told: {told}");
}

#[tokio::test]
async fn markdown_exists_on_the_newest_services_only() {
    let mut b = bench(AzureSetup::demo()).await;
    b.version = "7.2-preview";
    let document = json!([
        { "op": "add", "path": "/fields/System.Title", "value": "m" },
        { "op": "add", "path": "/fields/System.Description", "value": "# h\n<!-- kept -->" },
        { "op": "add", "path": "/multilineFieldsFormat/System.Description", "value": "markdown" },
    ]);
    let (status, made) = b.patch("POST", &format!("{SHOP}/workitems/$Task"), &document).await;
    assert_eq!(
        (status, &made["multilineFieldsFormat"]["System.Description"]),
        (200, &json!("markdown")),
        "{made}"
    );
    assert_eq!(made["fields"]["System.Description"], "# h\n<!-- kept -->", "it is not filtered as HTML");
    let back = json!([{ "op": "add", "path": "/multilineFieldsFormat/System.Description", "value": "html" }]);
    let (status, _) = b.patch("PATCH", &format!("/_apis/wit/workitems/{}", made["id"]), &back).await;
    assert_eq!(status, 400, "there is no way back");
    b.assert_no_violations();
    b.version = "7.1";
    let (status, _) = b.patch("POST", &format!("{SHOP}/workitems/$Task"), &document).await;
    assert_eq!(status, 598, "7.1 knows no formats");
}

#[tokio::test]
async fn a_dry_run_stores_nothing_and_still_judges() {
    let b = bench(AzureSetup::demo()).await;
    let path = format!("{SHOP}/workitems/$Bug?validateOnly=true");
    let (status, would) = b.patch("POST", &path, &title("x")).await;
    assert_eq!((status, &would["id"]), (200, &json!(-1)), "it would work: {would}");
    let (status, refused) = b.patch("POST", &path, &sets(&[("System.Description", json!("x"))])).await;
    assert_eq!(
        (status, &refused["typeKey"]),
        (400, &json!("RuleValidationException")),
        "no title: {refused}"
    );
    let (status, same) = b.patch("PATCH", "/_apis/wit/workitems/1?validateOnly=true", &title("other")).await;
    assert_eq!((status, &same["rev"]), (200, &json!(1)), "an update too");
    assert_eq!(same["fields"]["System.Title"], "Checkout button hidden on narrow screens", "as stored");
    assert_eq!(b.azure.work_items("Web Shop").len(), 3, "nothing was stored");
    let (status, _) = b.patch("POST", &format!("{SHOP}/workitems/$Bug?bypassRules=true"), &title("x")).await;
    assert_eq!(status, 403, "rules cannot be bypassed");
    let (status, _) =
        b.patch("POST", &format!("{SHOP}/workitems/$Bug?suppressNotifications=true"), &title("x")).await;
    assert_eq!(status, 200, "silence is allowed");
    b.assert_no_violations();
}

#[tokio::test]
async fn deleted_and_moved_items_are_told_apart() {
    let b = bench(AzureSetup::demo()).await;
    let kim = b.azure.someone("kim@contoso.example");
    let (gone, moved) = (
        b.made("Bug", &[("System.Title", json!("a"))]).await,
        b.made("Bug", &[("System.Title", json!("b"))]).await,
    );
    kim.deletes(gone).unwrap();
    kim.moves_to_project(moved, "Billing").unwrap();
    let (status, refused) = b.get(&format!("/_apis/wit/workitems/{gone}")).await;
    assert_eq!(status, 404, "in the bin it is not found");
    assert!(refused["message"].as_str().unwrap().starts_with("TF401232"), "{refused}");
    let (status, binned) = b.get(&format!("{SHOP}/recyclebin/{gone}")).await;
    assert_eq!((status, &binned["name"]), (200, &json!("a")), "but in the bin it is: {binned}");
    let (status, _) = b.get(&format!("{SHOP}/recyclebin/{moved}")).await;
    assert_eq!(status, 404, "the moved one is not there");
    let (status, _) = b.get(&format!("{SHOP}/workitems/{moved}")).await;
    assert_eq!(status, 404, "nor below its old project");
    let (status, found) = b.get(&format!("/_apis/wit/workitems/{moved}")).await;
    assert_eq!((status, &found["fields"]["System.TeamProject"]), (200, &json!("Billing")), "it kept its id");
    let answer =
        b.request("PATCH", &format!("{SHOP}/recyclebin/{gone}")).json(&json!({ "isDeleted": false }));
    assert_eq!(answer.send().await.unwrap().status(), 200, "it comes back");
    assert_eq!(b.get(&format!("/_apis/wit/workitems/{gone}")).await.0, 200, "and is found");
    let (status, _) =
        told(b.request("DELETE", &format!("/_apis/wit/workitems/{gone}")).send().await.unwrap()).await;
    assert_eq!(status, 200, "the API deletes too");
    let never =
        b.request("DELETE", &format!("/_apis/wit/workitems/{moved}?destroy=true")).send().await.unwrap();
    assert_eq!(never.status(), 403, "nothing is destroyed");
    b.assert_no_violations();
}

#[tokio::test]
async fn many_are_read_at_once() {
    let b = bench(AzureSetup::demo()).await;
    let ask = |body: Value| b.post("/_apis/wit/workitemsbatch", body);
    let (status, all) = ask(json!({ "ids": [3, 99, 1], "fields": ["System.Id", "System.Title", "System.Tags"], "errorPolicy": "omit" })).await;
    assert_eq!((status, &all["count"]), (200, &json!(2)), "missing ones are left out: {all}");
    assert_eq!(all["value"][1]["fields"]["System.Tags"], "ui", "with the fields that were asked for");
    assert!(all["value"][0]["fields"].get("System.State").is_none(), "and no others");
    let (status, refused) = ask(json!({ "ids": [1, 99] })).await;
    assert_eq!(status, 404, "or fail the request: {refused}");
    let (status, refused) = ask(json!({ "ids": (1..=201).collect::<Vec<u64>>() })).await;
    assert!(status == 400 && refused["message"].as_str().unwrap().contains("VS403474"), "{refused}");
    let (status, refused) = ask(json!({ "ids": [1], "fields": ["System.Id"], "$expand": "all" })).await;
    assert_eq!(status, 400, "fields and expand exclude each other: {refused}");
    let (status, list) = b.get("/_apis/wit/workitems?ids=1,2&$expand=relations").await;
    assert_eq!((status, &list["count"]), (200, &json!(2)), "{list}");
    b.assert_no_violations();
}

#[tokio::test]
async fn what_is_missing_can_be_null() {
    let b = bench(AzureSetup::demo().missing_as_null()).await;
    let (status, all) =
        b.post("/_apis/wit/workitemsbatch", json!({ "ids": [99, 1], "errorPolicy": "omit" })).await;
    assert_eq!((status, &all["value"][0]), (200, &Value::Null), "null in its place: {all}");
    assert_eq!(all["value"][1]["id"], 1, "{all}");
    b.assert_no_violations();
}

#[tokio::test]
async fn a_batch_of_writes_answers_each_by_itself() {
    let b = bench(AzureSetup::demo()).await;
    let part = |uri: &str, body: Value| json!({ "method": "PATCH", "uri": uri, "headers": { "Content-Type": "application/json-patch+json" }, "body": body });
    let parts = json!([
        part("/Web%20Shop/_apis/wit/workitems/$Bug?api-version=7.1", title("one")),
        part(
            "/Web%20Shop/_apis/wit/workitems/$Bug?api-version=7.1",
            sets(&[("System.State", json!("Closed")), ("System.Title", json!("two"))])
        ),
        part("/_apis/wit/workitems/1?api-version=7.1", sets(&[("System.State", json!("Closed"))])),
    ]);
    let (status, answer) = b.request_batch(&parts).await;
    assert_eq!((status, &answer["count"]), (200, &json!(3)), "{answer}");
    let codes: Vec<u64> =
        answer["value"].as_array().unwrap().iter().map(|p| p["code"].as_u64().unwrap()).collect();
    assert_eq!(codes, [200, 400, 200], "a refusal stops no other");
    let first: Value = serde_json::from_str(answer["value"][0]["body"].as_str().unwrap()).unwrap();
    assert_eq!(b.azure.work_item(first["id"].as_u64().unwrap()).unwrap().title, "one", "it is stored");
    assert_eq!(b.azure.work_item(1).unwrap().state, "Closed", "so is the update");
    let wrong = json!([part(
        "/Web%20Shop/_apis/wit/workitems/$Bug?api-version=7.1",
        json!([{ "op": "put", "path": "/x" }])
    )]);
    assert_eq!(b.request_batch(&wrong).await.0, 598, "a mistake inside is one of the whole");
    assert_eq!(b.azure.violations().len(), 1, "and written down once");
}

#[tokio::test]
async fn comments_page_and_take_a_format() {
    let mut b =
        bench(AzureSetup::demo().pat(PatSeed::new("sam", "sam@contoso.example", &["vso.work"]))).await;
    b.version = "7.1-preview.4";
    let path = format!("{SHOP}/workItems/1/comments");
    for n in 1..=3 {
        let (status, made) = b.post(&path, json!({ "text": format!("<p>{n}</p><!-- x -->") })).await;
        assert_eq!((status, &made["text"]), (200, &json!(format!("<p>{n}</p>"))), "{made}");
    }
    let (_, page) = b.get(&format!("{path}?$top=2&order=asc")).await;
    assert_eq!((&page["count"], &page["totalCount"]), (&json!(2), &json!(4)), "the first was there: {page}");
    let token = page["continuationToken"].as_str().unwrap();
    let (_, rest) = b.get(&format!("{path}?$top=2&order=asc&continuationToken={token}")).await;
    assert_eq!(rest["comments"][1]["text"], "<p>3</p>", "the last page: {rest}");
    assert_eq!(rest.get("continuationToken"), None, "it ends");
    let last = format!("{path}/{}", rest["comments"][1]["id"]);
    assert_eq!(b.request("DELETE", &last).send().await.unwrap().status(), 200, "deleted");
    assert_eq!(b.get(&last).await.0, 404, "and gone");
    assert_eq!(b.azure.work_item(1).unwrap().comments.len(), 3, "as stored");
    b.version = "7.2-preview.4";
    let (status, made) = b.post(&format!("{path}?format=markdown"), json!({ "text": "*m*" })).await;
    assert_eq!((status, &made["format"]), (200, &json!("markdown")), "{made}");
    b.assert_no_violations();
    assert_eq!(b.post(&path, json!({ "text": "x" })).await.0, 598, "7.2 wants the format");
    b.version = "7.1";
    let (status, refused) = b.post(&path, json!({ "text": "x" })).await;
    assert_eq!(
        (status, &refused["typeKey"]),
        (400, &json!("VssInvalidPreviewVersionException")),
        "{refused}"
    );
    assert_eq!(b.azure.violations().len(), 1, "the vendor's own refusal is no violation");
}
