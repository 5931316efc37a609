//! Projects (v2) and issue types, through REST and GraphQL, against the vendor's contract.

use docket_practice::{BoardSeed, Fault, Setup, TokenSeed, matching};
use serde_json::{Value, json};

use crate::client::{Bench, bench};
use crate::graphql::{is_of_projects, kept_fields};

const BOARD: &str = "/orgs/acme/projectsV2/1";

async fn graphql(b: &Bench, query: &str, variables: Value) -> Value {
    let url = b.practice.graphql_url();
    let asked = json!({ "query": query, "variables": variables });
    b.request("POST", &url).json(&asked).send().await.unwrap().json().await.unwrap()
}

fn field(list: &Value, name: &str) -> Value {
    list.as_array().unwrap().iter().find(|f| f["name"] == name).cloned().unwrap_or_default()
}

#[tokio::test]
async fn an_issue_is_put_on_a_board_and_its_fields_are_set_in_one_request() {
    for version in ["2022-11-28", "2026-03-10"] {
        let mut b = bench(Setup::demo()).await;
        b.version = version;
        let (status, fields) = b.ask("GET", &format!("{BOARD}/fields"), Value::Null).await;
        assert_eq!(status, 200, "{fields}");
        let (status_field, priority) = (field(&fields, "Status"), field(&fields, "Priority"));
        assert_eq!(priority["options"][3]["name"]["raw"], "P3", "options come with names: {priority}");
        let add = json!({ "type": "Issue", "owner": "acme", "repo": "shop", "number": 1 });
        let (status, item) = b.ask("POST", &format!("{BOARD}/items"), add.clone()).await;
        assert_eq!((status, &item["content"]["number"]), (201, &json!(1)), "{item}");
        let (_, again) = b.ask("POST", &format!("{BOARD}/items"), add).await;
        assert_eq!(again["id"], item["id"], "an issue is on a board once");
        let place = format!("{BOARD}/items/{}", item["id"]);
        let change = json!({ "fields": [
            { "id": priority["id"], "value": priority["options"][3]["id"] },
            { "id": status_field["id"], "value": status_field["options"][1]["id"] },
        ] });
        let (status, answer) = b.ask("PATCH", &place, change).await;
        assert_eq!(status, 200, "{answer}");
        let asked = format!("{place}?fields={},{}", priority["id"], status_field["id"]);
        let (_, shown) = b.ask("GET", &asked, Value::Null).await;
        assert_eq!(field(&shown["fields"], "Priority")["value"]["name"]["raw"], "P3", "{shown}");
        let items = b.practice.project_items("acme", 1);
        assert_eq!(items[0].fields["Status"], "In Progress", "both were set: {items:?}");
        let bad = json!({ "fields": [{ "id": priority["id"], "value": "00000000" }] });
        assert_eq!(b.ask("PATCH", &place, bad).await.0, 422, "an option that does not exist");
        b.assert_no_violations();
    }
}

#[tokio::test]
async fn enterprise_server_has_boards_through_graphql_only_and_old_ones_not_at_all() {
    let b = bench(Setup::demo().enterprise("3.19.2")).await;
    assert_eq!(b.ask("GET", &format!("{BOARD}/fields"), Value::Null).await.0, 599, "no such operation there");
    let b = bench(Setup::demo().enterprise("3.19.2")).await;
    let query = "query($login: String!) { repositoryOwner(login: $login) { ... on ProjectV2Owner {
        projectV2(number: 1) { id title viewerCanUpdate fields(first: 50) { nodes { __typename
          ... on ProjectV2SingleSelectField { id name options { id name color description } } } } } } }
        repository(owner: \"acme\", name: \"shop\") { issue(number: 2) { id } } }";
    let body = graphql(&b, query, json!({ "login": "acme" })).await;
    let project = &body["data"]["repositoryOwner"]["projectV2"];
    assert_eq!(project["title"], "Security board", "{body}");
    let priority = field(&project["fields"]["nodes"], "Priority");
    let issue = &body["data"]["repository"]["issue"]["id"];
    let add = "mutation($p: ID!, $c: ID!) { addProjectV2ItemById(input: {projectId: $p, contentId: $c}) { item { id } } }";
    let body = graphql(&b, add, json!({ "p": project["id"], "c": issue })).await;
    let item = body["data"]["addProjectV2ItemById"]["item"]["id"].clone();
    assert!(item.is_string(), "{body}");
    let set = "mutation($p: ID!, $i: ID!, $f: ID!, $o: String!) {
        one: updateProjectV2ItemFieldValue(input: {projectId: $p, itemId: $i, fieldId: $f, value: {singleSelectOptionId: $o}}) {
          projectV2Item { fieldValueByName(name: \"Priority\") { ... on ProjectV2ItemFieldSingleSelectValue { optionId name } } } }
        two: updateProjectV2ItemFieldValue(input: {projectId: $p, itemId: $i, fieldId: $f, value: {singleSelectOptionId: \"none\"}}) {
          projectV2Item { id } } }";
    let option = &priority["options"][0]["id"];
    let body =
        graphql(&b, set, json!({ "p": project["id"], "i": item, "f": priority["id"], "o": option })).await;
    assert_eq!(body["data"]["one"]["projectV2Item"]["fieldValueByName"]["name"], "P0", "{body}");
    assert_eq!(body["errors"][0]["type"], "UNPROCESSABLE", "the second one was refused: {body}");
    assert_eq!(b.practice.project_items("acme", 1)[0].fields["Priority"], "P0", "and it is stored");
    b.assert_no_violations();
    let b = bench(Setup::demo().enterprise("3.7.1")).await;
    let body = graphql(&b, query, json!({ "login": "acme" })).await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "undefinedField", "{body}");
}

#[tokio::test]
async fn options_that_lose_their_ids_take_the_values_of_the_items_with_them() {
    let update = "mutation($f: ID!, $o: [ProjectV2SingleSelectFieldOptionInput!]) {
        updateProjectV2Field(input: {fieldId: $f, singleSelectOptions: $o}) {
          projectV2Field { ... on ProjectV2SingleSelectField { options { id name } } } } }";
    for keeps in [true, false] {
        let b = bench(Setup::demo()).await;
        let (_, fields) = b.ask("GET", &format!("{BOARD}/fields"), Value::Null).await;
        let priority = field(&fields, "Priority");
        let (_, item) = b
            .ask(
                "POST",
                &format!("{BOARD}/items"),
                json!({ "type": "Issue", "owner": "acme", "repo": "shop", "number": 1 }),
            )
            .await;
        let set = json!({ "fields": [{ "id": priority["id"], "value": priority["options"][4]["id"] }] });
        b.ask("PATCH", &format!("{BOARD}/items/{}", item["id"]), set).await;
        let before = b.practice.project_options("acme", 1, "Priority");
        let options: Vec<Value> = before
            .iter()
            .map(|o| {
                let mut option = json!({ "name": o.name, "color": o.color, "description": o.description });
                if keeps {
                    option["id"] = json!(o.id);
                }
                option
            })
            .chain([json!({ "name": "P5", "color": "RED", "description": "" })])
            .collect();
        let body = graphql(&b, update, json!({ "f": priority["node_id"], "o": options })).await;
        assert_eq!(body.get("errors"), None, "{body}");
        let after = b.practice.project_options("acme", 1, "Priority");
        assert_eq!(after.len(), 6, "the option was added");
        assert_eq!(after[0].id == before[0].id, keeps, "ids stay only when they are sent");
        let kept = b.practice.project_items("acme", 1)[0].fields.contains_key("Priority");
        assert_eq!(kept, keeps, "and with them the values of the items");
        b.assert_no_violations();
    }
}

#[tokio::test]
async fn scopes_people_and_fine_grained_tokens_are_judged_as_the_vendor_does() {
    let setup = Setup::demo()
        .project(BoardSeed::new("robin", 4, "Mine").reader("robin"))
        .project(BoardSeed::new("acme", 7, "Look only").reader("robin"))
        .token(TokenSeed::classic("robin", &["repo", "read:org"]).named("none"))
        .token(TokenSeed::classic("robin", &["repo", "read:org", "read:project"]).named("reads"))
        .token(
            TokenSeed::fine_grained(
                "robin",
                "robin",
                &[("issues", "write"), ("organization_projects", "write")],
            )
            .named("fine"),
        )
        .token(
            TokenSeed::fine_grained(
                "robin",
                "acme",
                &[("issues", "write"), ("organization_projects", "write")],
            )
            .named("org"),
        );
    let mut b = bench(setup).await;
    let add = json!({ "type": "Issue", "owner": "acme", "repo": "shop", "number": 1 });
    for (token, path, reads, writes) in [
        ("robin", BOARD, 200, 201),
        ("robin", "/orgs/acme/projectsV2/7", 200, 403),
        ("robin", "/users/robin/projectsV2/4", 200, 403),
        ("robin", "/orgs/acme/projectsV2/99", 404, 404),
        ("none", BOARD, 403, 403),
        ("reads", BOARD, 200, 403),
        ("fine", "/users/robin/projectsV2/4", 403, 403),
        ("org", BOARD, 200, 201),
    ] {
        b.token = b.practice.token_named(token).unwrap();
        assert_eq!(b.ask("GET", path, Value::Null).await.0, reads, "{token} reads {path}");
        assert_eq!(
            b.ask("POST", &format!("{path}/items"), add.clone()).await.0,
            writes,
            "{token} writes {path}"
        );
    }
    b.token = b.practice.token_named("none").unwrap();
    let body = graphql(
        &b,
        "{ repositoryOwner(login: \"acme\") { ... on ProjectV2Owner { projectV2(number: 1) { id } } } }",
        json!({}),
    )
    .await;
    assert_eq!(body["errors"][0]["type"], "INSUFFICIENT_SCOPES", "{body}");
    b.assert_no_violations();
}

#[tokio::test]
async fn types_duplicates_dropped_fields_and_pages() {
    let b = bench(Setup::demo()).await;
    let (_, types) = b.ask("GET", "/repos/acme/shop/issue-types", Value::Null).await;
    assert_eq!(field(&types, "Bug")["name"], "Bug", "{types}");
    let (status, issue) =
        b.ask("POST", "/repos/acme/shop/issues", json!({ "title": "x", "type": "Bug" })).await;
    assert_eq!((status, &issue["type"]["name"]), (201, &json!("Bug")), "{issue}");
    let (status, _) = b.ask("POST", "/repos/acme/shop/issues", json!({ "title": "x", "type": "Nope" })).await;
    assert_eq!(status, 422, "a type that is not offered");
    let first = b.practice.issue("acme/shop", 1).unwrap().id;
    let close = json!({ "state": "closed", "state_reason": "duplicate", "duplicate_issue_id": first });
    let place = format!("/repos/acme/shop/issues/{}", issue["number"]);
    assert_eq!(b.ask("PATCH", &place, close).await.0, 200, "closed as a duplicate of a known issue");
    let stored = b.practice.issue("acme/shop", issue["number"].as_u64().unwrap()).unwrap();
    assert_eq!(
        (stored.reason.as_deref(), stored.duplicate_of),
        (Some("duplicate"), Some(first)),
        "and it says so"
    );
    let unknown = json!({ "state": "closed", "state_reason": "duplicate", "duplicate_issue_id": 7 });
    assert_eq!(
        b.ask("PATCH", "/repos/acme/shop/issues/2", unknown).await.0,
        422,
        "of an issue that is not there"
    );
    let (_, fields) = b.ask("GET", &format!("{BOARD}/fields"), Value::Null).await;
    let priority = field(&fields, "Priority");
    let (_, item) = b.ask("POST", &format!("{BOARD}/items"), json!({ "type": "Issue", "id": first })).await;
    let set = json!({ "fields": [{ "id": priority["id"], "value": priority["options"][1]["id"] }] });
    b.practice.faults().next(matching("PATCH", "/items/*"), Fault::DropProjectFields);
    assert_eq!(
        b.ask("PATCH", &format!("{BOARD}/items/{}", item["id"]), set.clone()).await.0,
        200,
        "it says yes"
    );
    assert!(b.practice.project_items("acme", 1)[0].fields.is_empty(), "and stores nothing");
    b.ask("PATCH", &format!("{BOARD}/items/{}", item["id"]), set).await;
    for (page, words) in [
        ("/acme/shop/issues/1", "Security board</a>: Priority: P1"),
        ("/orgs/acme/projects/1", "acme/shop#1 Priority: P1"),
        ("/", "/orgs/acme/projects/1"),
    ] {
        let url = format!("{}{page}", b.practice.url());
        let text = b.http.get(&url).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        assert!(text.contains(words), "{page} must show «{words}»:\n{text}");
    }
    b.assert_no_violations();
}

/// Every field about projects that is kept is asked for; one without an answer would be a 597.
#[tokio::test]
async fn every_kept_field_of_projects_is_answered() {
    for setup in [Setup::demo(), Setup::demo().enterprise("3.19.2")] {
        let b = bench(setup).await;
        let field = "__typename ... on ProjectV2FieldCommon { id databaseId name dataType }
            ... on ProjectV2SingleSelectField { options(names: [\"p1\"]) { id name color description } }";
        let project = format!(
            "id fullDatabaseId number title url shortDescription closed public viewerCanUpdate
             fields(first: 50) {{ totalCount pageInfo {{ hasNextPage }} nodes {{ {field} }} }}"
        );
        let query = format!(
            "{{ repositoryOwner(login: \"acme\") {{ ... on ProjectV2Owner {{ id projectV2(number: 1) {{ {project} }}
                 projectsV2(first: 5, query: \"sec\") {{ totalCount pageInfo {{ hasNextPage }} nodes {{ number }} }} }} }}
               repository(owner: \"acme\", name: \"shop\") {{ issue(number: 1) {{ id }} }} }}"
        );
        let body = graphql(&b, &query, json!({})).await;
        assert_eq!(body.get("errors"), None, "{body}");
        let found = &body["data"]["repositoryOwner"]["projectV2"];
        let fields = &found["fields"]["nodes"];
        let id = |name: &str| self::field(fields, name)["id"].clone();
        let item = "id fullDatabaseId isArchived content { __typename } project { number }
            select: fieldValueByName(name: \"priority\") { ... on ProjectV2ItemFieldSingleSelectValue { id name optionId } }
            text: fieldValueByName(name: \"Notes\") { ... on ProjectV2ItemFieldTextValue { id text } }
            iteration: fieldValueByName(name: \"Sprint\") { ... on ProjectV2ItemFieldIterationValue { id iterationId title } }";
        let add = format!(
            "mutation($p: ID!, $c: ID!) {{ addProjectV2ItemById(input: {{ projectId: $p, contentId: $c }}) {{
               clientMutationId item {{ {item} }} }} }}"
        );
        let issue = &body["data"]["repository"]["issue"]["id"];
        let body = graphql(&b, &add, json!({ "p": found["id"], "c": issue })).await;
        assert_eq!(body.get("errors"), None, "{body}");
        let set = format!(
            "mutation($p: ID!, $i: ID!, $f: ID!) {{ updateProjectV2ItemFieldValue(input: {{ projectId: $p, itemId: $i,
               fieldId: $f, value: {{ text: \"seen\" }} }}) {{ clientMutationId projectV2Item {{ {item} }} }} }}"
        );
        let added = &body["data"]["addProjectV2ItemById"]["item"]["id"];
        let body = graphql(&b, &set, json!({ "p": found["id"], "i": added, "f": id("Notes") })).await;
        let shown = &body["data"]["updateProjectV2ItemFieldValue"]["projectV2Item"];
        assert_eq!((&shown["text"]["text"], &shown["select"]), (&json!("seen"), &Value::Null), "{body}");
        let extend = format!(
            "mutation($f: ID!) {{ updateProjectV2Field(input: {{ fieldId: $f, singleSelectOptions: [] }}) {{
               clientMutationId projectV2Field {{ {field} }} }} }}"
        );
        let body = graphql(&b, &extend, json!({ "f": id("Priority") })).await;
        assert_eq!(body.get("errors"), None, "an empty list changes nothing: {body}");
        assert_eq!(
            b.practice.project_options("acme", 1, "Priority").len(),
            5,
            "the options are as they were"
        );
        let items = format!(
            "query($c: ID!) {{ node(id: $c) {{ ... on Issue {{ projectItems(first: 5) {{ totalCount
               pageInfo {{ hasNextPage }} nodes {{ {item} }} }} }} }} }}"
        );
        let body = graphql(&b, &items, json!({ "c": issue })).await;
        assert_eq!(body["data"]["node"]["projectItems"]["totalCount"], 1, "{body}");
        let asked = [query, add, set, extend, items].join(" ");
        let asked: Vec<&str> = asked.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        for (kind, field) in kept_fields().into_iter().filter(|(kind, field)| is_of_projects(kind, field)) {
            assert!(asked.contains(&field), "the kept field '{kind}.{field}' is asked for here");
        }
        b.assert_no_violations();
    }
}
