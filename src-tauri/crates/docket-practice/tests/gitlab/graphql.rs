//! Work-item status through GraphQL. The schema behind it is written by hand; it is not the vendor's.

use docket_practice::gitlab::{GitLabSetup, Tier, TokenSeed};
use serde_json::{Value, json};

use crate::client::{Bench, ISSUES, bench};

const STATUSES: &str = "query($path: ID!) { namespace(fullPath: $path) { workItemTypes(name: ISSUE) { nodes { name \
    widgetDefinitions { type ... on WorkItemWidgetDefinitionStatus { allowedStatuses { id name category } } } } } } }";
const SET: &str = "mutation($id: WorkItemID!, $status: WorkItemsStatusesStatusID!) { workItemUpdate(input: {id: $id, \
    statusWidget: {status: $status}}) { errors workItem { state widgets { ... on WorkItemWidgetStatus { status { name } } \
    } } } }";

async fn graphql(b: &Bench, query: &str, variables: Value) -> (u16, Value) {
    b.ask("POST", &b.practice.graphql_url(), json!({ "query": query, "variables": variables })).await
}

fn statuses(answer: &Value) -> Vec<Value> {
    let widgets =
        answer["data"]["namespace"]["workItemTypes"]["nodes"][0]["widgetDefinitions"].as_array().unwrap();
    let status = widgets.iter().find(|w| w["type"] == "STATUS");
    status.map(|s| s["allowedStatuses"].as_array().unwrap().clone()).unwrap_or_default()
}

#[tokio::test]
async fn statuses_are_listed_set_and_close_issues() {
    let b = bench(GitLabSetup::demo().tier(Tier::Premium)).await;
    let (status, answer) = graphql(&b, STATUSES, json!({ "path": "acme/shop" })).await;
    assert_eq!(status, 200, "{answer}");
    let all = statuses(&answer);
    let names: Vec<&str> = all.iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["To do", "In progress", "Done", "Won't do", "Duplicate"], "the vendor's own");
    let (_, issue) = b.ask("GET", &format!("{ISSUES}/2"), Value::Null).await;
    let id = format!("gid://gitlab/WorkItem/{}", issue["id"]);
    for (place, state, open) in
        [(1, "OPEN", true), (3, "CLOSED", false), (0, "OPEN", true), (2, "CLOSED", false)]
    {
        let (_, answer) = graphql(&b, SET, json!({ "id": id, "status": all[place]["id"] })).await;
        let done = &answer["data"]["workItemUpdate"];
        assert_eq!((&done["errors"], &done["workItem"]["state"]), (&json!([]), &json!(state)), "{answer}");
        let stored = b.shop(2);
        assert_eq!((stored.open, stored.status.as_deref()), (open, Some(names[place])), "stored");
    }
    b.ask("PUT", &format!("{ISSUES}/2"), json!({ "state_event": "reopen" })).await;
    assert_eq!(b.shop(2).status.as_deref(), Some("To do"), "reopening by REST sets the default");
    let (_, answer) =
        graphql(&b, SET, json!({ "id": id, "status": "gid://gitlab/WorkItems::Statuses::Custom::Status/9" }))
            .await;
    assert_eq!(
        answer["data"]["workItemUpdate"]["errors"].as_array().unwrap().len(),
        1,
        "an unknown status: {answer}"
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn free_has_no_statuses_and_others_may_have_their_own() {
    let b = bench(GitLabSetup::demo()).await;
    let (_, answer) = graphql(&b, STATUSES, json!({ "path": "acme/shop" })).await;
    assert_eq!(statuses(&answer), Vec::<Value>::new(), "the Free tier has none: {answer}");
    let own = GitLabSetup::demo().tier(Tier::Ultimate).status("Fresh", "to_do").status("Sealed", "done");
    let b = bench(own).await;
    let (_, answer) = graphql(&b, STATUSES, json!({ "path": "acme" })).await;
    assert_eq!(statuses(&answer)[1]["name"], "Sealed", "a group's own: {answer}");
    assert_eq!(b.shop(4).status.as_deref(), Some("Sealed"), "what is closed has the first that is done");
    let read = "query { project(fullPath: \"acme/shop\") { workItems(iids: [\"4\"]) { nodes { id iid state widgets { \
                ... on WorkItemWidgetStatus { status { name category } } } } } } currentUser { username } }";
    let (_, answer) = graphql(&b, read, json!({})).await;
    let item = &answer["data"]["project"]["workItems"]["nodes"][0];
    assert_eq!((&item["iid"], &item["state"]), (&json!("4"), &json!("CLOSED")), "read back: {answer}");
    assert_eq!(
        item["widgets"][1]["status"],
        json!({ "name": "Sealed", "category": "done" }),
        "with its status"
    );
    assert_eq!(answer["data"]["currentUser"]["username"], "robin", "and who asks");
    b.assert_no_violations();
}

#[tokio::test]
async fn permissions_and_mistakes() {
    let setup = GitLabSetup::demo()
        .tier(Tier::Premium)
        .token(TokenSeed::personal("sam", &["api"]))
        .token(TokenSeed::personal("robin", &["read_api"]).named("reader"));
    let mut b = bench(setup).await;
    let (_, answer) = graphql(&b, STATUSES, json!({ "path": "kim/none" })).await;
    assert_eq!(answer["data"]["namespace"], Value::Null, "nothing there");
    let id = format!("gid://gitlab/WorkItem/{}", b.shop(1).id);
    let set = json!({ "id": id, "status": "gid://gitlab/WorkItems::Statuses::SystemDefined::Status/3" });
    b.with("sam");
    let (status, answer) = graphql(&b, SET, set.clone()).await;
    assert_eq!((status, &answer["data"]["workItemUpdate"]), (200, &Value::Null), "a guest may not");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("don't have permission"), "{answer}");
    b.with("reader");
    let (status, answer) = graphql(&b, SET, set).await;
    assert_eq!((status, &answer["error"]), (403, &json!("insufficient_scope")), "read_api only reads");
    assert!(b.shop(1).open, "nothing happened");
    b.assert_no_violations();
    for (query, word) in [
        ("query { currentUser { usrname } }", "usrname"),
        ("query { namespace(path: \"acme\") { id } }", "path"),
        ("mutation { workItemUpdate(input: {id: \"x\", status: \"y\"}) { errors } }", "status"),
        ("query {", "query"),
    ] {
        let (status, _) = graphql(&b, query, Value::Null).await;
        let last = b.practice.violations().pop().expect("it is written down").to_string();
        assert!(status == 598 && last.contains(word), "{query}: {status}, {last}");
    }
}
