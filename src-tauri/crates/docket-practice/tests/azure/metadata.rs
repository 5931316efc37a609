//! Projects, types, trees, tags, people: what a connection asks before it writes.

use docket_practice::{AzureProcess, AzureSetup, ProjectSeed};
use serde_json::{Value, json};

use crate::client::{SHOP, bench, header};

#[tokio::test]
async fn projects_page_by_their_token_and_are_found_by_name_and_id() {
    let b = bench(AzureSetup::demo().page(2)).await;
    let (mut names, mut path) = (Vec::new(), "/_apis/projects?$top=100".to_owned());
    loop {
        let answer = b.request("GET", &path).send().await.unwrap();
        let next = header(&answer, "x-ms-continuationtoken").map(ToOwned::to_owned);
        let page: Value = answer.json().await.unwrap();
        names
            .extend(page["value"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap().to_owned()));
        match next {
            Some(token) => path = format!("/_apis/projects?$top=100&continuationToken={token}"),
            None => break,
        }
    }
    assert_eq!(names, ["Web Shop", "Büro & Lager", "Billing", "Devices", "Vault"], "all of them, once");
    let (_, project) = b.get("/_apis/projects/B%C3%BCro%20%26%20Lager?includeCapabilities=true").await;
    assert_eq!(project["capabilities"]["processTemplate"]["templateName"], "Basic", "the process: {project}");
    let (status, by_id) =
        b.get(&format!("/{}/_apis/wit/workitemtypes", project["id"].as_str().unwrap())).await;
    assert_eq!((status, &by_id["count"]), (200, &json!(3)), "by its id too");
    let (status, refused) = b.get("/_apis/projects/Nowhere").await;
    assert!(status == 404 && refused["message"].as_str().unwrap().contains("TF200016"), "{refused}");
    b.assert_no_violations();
    assert_eq!(b.get("/_apis/projects?continuationToken=nonsense").await.0, 598, "the token is a number");
}

#[tokio::test]
async fn trees_tags_fields_and_members_are_told() {
    let b = bench(AzureSetup::demo()).await;
    let (_, areas) = b.get(&format!("{SHOP}/classificationnodes/Areas?$depth=5")).await;
    assert_eq!(areas["children"][0]["children"][0]["name"], "Checkout", "{areas}");
    assert_eq!(
        areas["children"][0]["path"], "\\Web Shop\\Area\\Storefront",
        "with the tree's own name: {areas}"
    );
    let (_, flat) = b.get(&format!("{SHOP}/classificationnodes/iterations")).await;
    assert_eq!(
        (&flat["hasChildren"], flat.get("children")),
        (&json!(true), None),
        "no depth, no children: {flat}"
    );
    let (_, node) = b.get(&format!("{SHOP}/classificationnodes/areas/Storefront/Checkout")).await;
    assert_eq!(node["name"], "Checkout", "a node by its path: {node}");
    let (_, roots) = b.get(&format!("{SHOP}/classificationnodes?$depth=2")).await;
    assert_eq!(roots["count"], 2, "both trees: {roots}");
    assert_eq!(b.get(&format!("{SHOP}/classificationnodes/areas/Nowhere")).await.0, 404, "none there");
    let (_, tags) = b.get(&format!("{SHOP}/tags")).await;
    assert_eq!(tags["count"], 2, "seeded and used: {tags}");
    let (_, fields) = b.get("/_apis/wit/fields").await;
    assert!(fields["count"].as_u64().unwrap() > 20, "the catalogue");
    let (_, field) = b.get("/_apis/wit/fields/Microsoft.VSTS.Common.Priority").await;
    assert_eq!(field["type"], "integer", "{field}");
    let (_, teams) = b.get("/_apis/projects/Web%20Shop/teams").await;
    let team = teams["value"][1]["id"].as_str().unwrap();
    let (_, members) = b.get(&format!("/_apis/projects/Web%20Shop/teams/{team}/members")).await;
    assert_eq!(members["value"][0]["identity"]["uniqueName"], "kim@contoso.example", "{members}");
    b.assert_no_violations();
}

#[tokio::test]
async fn types_tell_their_states_and_fields() {
    let b = bench(AzureSetup::demo()).await;
    let (_, kinds) = b.get(&format!("{SHOP}/workitemtypes")).await;
    let names: Vec<&str> =
        kinds["value"].as_array().unwrap().iter().filter_map(|k| k["name"].as_str()).collect();
    assert!(names.contains(&"Bug") && names.contains(&"User Story"), "Agile's types: {names:?}");
    let (_, states) = b.get(&format!("{SHOP}/workitemtypes/User%20Story/states")).await;
    let all: Vec<(&str, &str)> = states["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["name"].as_str().unwrap(), s["category"].as_str().unwrap()))
        .collect();
    let expected = [
        ("New", "Proposed"),
        ("Active", "InProgress"),
        ("Resolved", "Resolved"),
        ("Closed", "Completed"),
        ("Removed", "Removed"),
    ];
    assert_eq!(all, expected, "with their categories");
    let (_, fields) = b.get(&format!("{SHOP}/workitemtypes/Bug/fields?$expand=all")).await;
    let of = |n: &str| {
        fields["value"].as_array().unwrap().iter().find(|f| f["referenceName"] == n).unwrap().clone()
    };
    assert_eq!(of("System.Title")["alwaysRequired"], true, "a title is needed");
    assert_eq!(of("Microsoft.VSTS.Common.Priority")["defaultValue"], 2, "the default");
    assert_eq!(of("Microsoft.VSTS.Common.Severity")["allowedValues"][0], "1 - Critical", "the list");
    let (_, short) = b.get(&format!("{SHOP}/workitemtypes/Bug/fields")).await;
    assert_eq!(short["value"][0].get("allowedValues"), None, "without expand there are no lists");
    b.assert_no_violations();
}

#[tokio::test]
async fn two_projects_of_one_name_are_refused_at_the_start() {
    let twice = AzureSetup::new("x")
        .project(ProjectSeed::new("A", AzureProcess::Basic))
        .project(ProjectSeed::new("a", AzureProcess::Basic));
    let error = docket_practice::PracticeAzure::start(twice).await.unwrap_err();
    assert!(error.to_string().contains("'a' is there twice"), "{error}");
}
