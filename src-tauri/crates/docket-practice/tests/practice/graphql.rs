//! GraphQL: checked against the vendor's schema, answered from the same world.

use docket_practice::{RepoSeed, Role, Setup, TokenSeed};
use serde_json::{Value, json};

use crate::client::{Bench, bench};

async fn ask(b: &Bench, query: &str, variables: Value) -> (u16, Value) {
    let url = b.practice.graphql_url();
    let answer = b
        .request("POST", &url)
        .json(&json!({ "query": query, "variables": variables }))
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn the_viewer_an_issue_and_a_page_of_issues() {
    for setup in [Setup::demo(), Setup::demo().enterprise("3.19.2")] {
        let b = bench(setup).await;
        let (status, body) = ask(&b, "
            query($owner: String!, $name: String!, $after: String) {
              viewer { login }
              rateLimit { remaining resetAt cost }
              repository(owner: $owner, name: $name) {
                nameWithOwner viewerPermission owner { __typename login }
                issue(number: 1) { id title state body labels(first: 10) { nodes { name color } }
                  assignees(first: 5) { nodes { login } } milestone { number title } author { login } }
                issues(first: 2, after: $after, states: [OPEN, CLOSED], orderBy: {field: CREATED_AT, direction: DESC}) {
                  totalCount nodes { number stateReason } pageInfo { hasNextPage endCursor }
                }
              }
            }", json!({ "owner": "acme", "name": "shop" })).await;
        assert_eq!((status, body.get("errors")), (200, None), "{body}");
        let repo = &body["data"]["repository"];
        assert_eq!(
            (&body["data"]["viewer"]["login"], &repo["viewerPermission"]),
            (&json!("robin"), &json!("WRITE")),
            "{body}"
        );
        assert_eq!(repo["issue"]["labels"]["nodes"][0]["name"], "bug", "labels of the issue");
        assert_eq!(repo["owner"], json!({ "__typename": "Organization", "login": "acme" }), "an interface");
        assert_eq!(repo["issues"]["totalCount"], 5, "pull requests are not among the issues");
        assert_eq!(
            repo["issues"]["nodes"],
            json!([
                { "number": 6, "stateReason": "NOT_PLANNED" }, { "number": 5, "stateReason": "COMPLETED" }
            ]),
            "newest first"
        );
        let after = repo["issues"]["pageInfo"]["endCursor"].clone();
        let (_, body) = ask(
            &b,
            "query($after: String) { repository(owner: \"acme\", name: \"shop\") {
            issues(first: 100, after: $after, orderBy: {field: CREATED_AT, direction: DESC}) {
              edges { cursor node { number } } pageInfo { hasNextPage hasPreviousPage } } } }",
            json!({ "after": after }),
        )
        .await;
        let page = &body["data"]["repository"]["issues"];
        assert_eq!(page["edges"].as_array().unwrap().len(), 3, "the rest: {body}");
        assert_eq!(
            page["pageInfo"],
            json!({ "hasNextPage": false, "hasPreviousPage": true }),
            "the last page"
        );
        b.assert_no_violations();
    }
}

#[tokio::test]
async fn many_issues_by_their_ids() {
    let b = bench(Setup::demo()).await;
    let (_, list) = b.ask("GET", "/repos/acme/shop/issues?state=all", Value::Null).await;
    let mut ids: Vec<Value> = list.as_array().unwrap().iter().map(|i| i["node_id"].clone()).collect();
    b.practice.someone("kim").deletes("acme/shop", 1).unwrap();
    ids.push(json!("I_nonsense"));
    let (status, body) = ask(&b, "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
        ... on Issue { number title state stateReason url body updatedAt closedAt labels(first: 100) { nodes { name } }
          assignees(first: 10) { nodes { login } } milestone { title } repository { nameWithOwner } } } }",
        json!({ "ids": ids })).await;
    assert_eq!(status, 200, "errors come with 200: {body}");
    let nodes = body["data"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 7, "one entry per id");
    assert_eq!(
        (&nodes[0]["number"], &nodes[0]["repository"]["nameWithOwner"]),
        (&json!(6), &json!("acme/shop")),
        "in order"
    );
    assert_eq!(nodes[2]["__typename"], "PullRequest", "a pull request is one");
    assert!(nodes[5].is_null() && nodes[6].is_null(), "deleted and unknown ones are null");
    let errors = body["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert_eq!(
        (&errors[0]["type"], &errors[0]["path"]),
        (&json!("NOT_FOUND"), &json!(["nodes", 5])),
        "each with its place"
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn what_may_not_be_seen_is_an_error_with_a_type() {
    let repo = RepoSeed::new("acme/closed").private().role("robin", Role::Write);
    let setup = Setup::new().person("robin").person("kim").organisation("acme", &["robin"]).repo(repo);
    let query = "{ repository(owner: \"acme\", name: \"closed\") { issues(first: 1) { totalCount } } }";
    let b = bench(setup.clone().token(TokenSeed::classic("kim", &["repo"]))).await;
    let (status, body) = ask(&b, query, Value::Null).await;
    assert_eq!((status, &body["errors"][0]["type"]), (200, &json!("NOT_FOUND")), "hidden: {body}");
    assert_eq!(body["data"]["repository"], Value::Null, "and null");
    let b =
        bench(setup.clone().token(TokenSeed::fine_grained("robin", "acme", &[("metadata", "read")]))).await;
    let (_, body) = ask(&b, query, Value::Null).await;
    assert_eq!(body["errors"][0]["type"], "FORBIDDEN", "the permission is missing: {body}");
    let b = bench(setup.clone().token(TokenSeed::classic("robin", &["repo"]))).await;
    let (_, body) = ask(&b, "{ organization(login: \"acme\") { login } }", Value::Null).await;
    assert_eq!(body["errors"][0]["type"], "INSUFFICIENT_SCOPES", "the scope is missing: {body}");
    let (_, body) =
        ask(&b, "{ repository(owner: \"acme\", name: \"closed\") { issues { totalCount } } }", Value::Null)
            .await;
    assert_eq!(body["errors"][0]["type"], "MISSING_PAGINATION_BOUNDARIES", "no size: {body}");
    b.assert_no_violations();
    let url = b.practice.graphql_url();
    let answer = b.http.post(&url).json(&json!({ "query": "{ viewer { login } }" })).send().await.unwrap();
    assert_eq!(answer.status(), 401, "without a token");
}

#[tokio::test]
async fn documents_that_the_schema_does_not_allow_are_violations() {
    for (body, word) in [
        (json!({ "query": "{ viewer { logn } }" }), "logn"),
        (json!({ "query": "{ viewer { login }" }), "syntax"),
        (
            json!({ "query": "query($n: Int!) { repository(owner: \"a\", name: \"b\") { issue(number: $n) { id } } }",
                 "variables": { "n": "one" } }),
            "variables",
        ),
        (json!({ "query": "{ viewer { login } }", "variable": {} }), "variable"),
        (
            json!({ "query": "{ repository(owner: \"a\", name: \"b\") { issues(first: 1, filterBy: {label: \"x\"}) { totalCount } } }" }),
            "label",
        ),
    ] {
        let b = bench(Setup::demo()).await;
        let answer = b.request("POST", &b.practice.graphql_url()).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 598, "{body} is refused");
        let found = b.practice.violations();
        assert!(
            found.len() == 1 && found[0].to_string().to_lowercase().contains(word),
            "it says '{word}': {found:?}"
        );
    }
}

/// A field that is about projects, by its type and name.
pub fn is_of_projects(kind: &str, field: &str) -> bool {
    kind.contains("ProjectV2") || kind == "Mutation" || field.starts_with("project")
}

/// Types and names of all fields of the object types that are kept.
pub fn kept_fields() -> Vec<(&'static str, &'static str)> {
    let schema = include_str!("../../contracts/github.graphql");
    let mut inside = None;
    let mut out = Vec::new();
    for line in schema.lines() {
        if !line.starts_with(' ') {
            inside = line.strip_prefix("type ").and_then(|rest| rest.split(' ').next());
        } else if let Some(kind) = inside {
            out.push((kind, line.trim().split(['(', ':']).next().unwrap_or_default()));
        }
    }
    out
}

/// Every field of the kept schema is asked for; one without an answer would be a 597.
#[tokio::test]
async fn every_kept_field_is_answered() {
    let b = bench(Setup::demo().token(TokenSeed::classic("robin", &["repo", "read:org"]).named("all"))).await;
    b.practice.someone("kim").labels("acme/shop", 1, "bug").unwrap();
    let user = "id databaseId login name url avatarUrl isViewer organizations(first: 1) { totalCount pageInfo { endCursor } nodes { id } }";
    let label = "id name color description isDefault url";
    let milestone = "id number title description state url dueOn";
    let issue = format!(
        "id databaseId fullDatabaseId number title body bodyText state stateReason(enableDuplicate: true) closed closedAt
         createdAt updatedAt url locked viewerDidAuthor viewerCanUpdate author {{ __typename login url avatarUrl }}
         assignees(first: 1) {{ totalCount nodes {{ {user} }} pageInfo {{ startCursor }} }}
         labels(first: 1) {{ totalCount nodes {{ {label} }} pageInfo {{ hasPreviousPage }} }} milestone {{ {milestone} }}
         repository {{ id }} comments(first: 1) {{ totalCount pageInfo {{ hasNextPage }}
           nodes {{ id databaseId body url createdAt updatedAt author {{ login }} }} }}"
    );
    let repository = format!(
        "id databaseId name nameWithOwner url isPrivate isArchived isDisabled hasIssuesEnabled viewerPermission createdAt
         updatedAt owner {{ id login url avatarUrl repository(name: \"shop\") {{ id }} }} issue(number: 1) {{ {issue} }}
         issues(last: 1, filterBy: {{ states: [OPEN], labels: [\"bug\"], since: \"2001-01-01T00:00:00Z\" }}) {{
           totalCount nodes {{ id }} edges {{ cursor node {{ id }} }} pageInfo {{ endCursor hasNextPage hasPreviousPage startCursor }} }}
         label(name: \"bug\") {{ id }} labels(first: 1, query: \"sev\", orderBy: {{ field: NAME, direction: ASC }}) {{ nodes {{ name }} }}
         milestone(number: 1) {{ id }} milestones(first: 2, states: [OPEN]) {{ totalCount nodes {{ id }} pageInfo {{ hasNextPage }} }}
         assignableUsers(first: 5) {{ nodes {{ login }} }}"
    );
    let query = format!(
        "{{ viewer {{ {user} repository(name: \"none\") {{ id }} }} rateLimit {{ cost limit nodeCount remaining resetAt used }}
           repository(owner: \"acme\", name: \"shop\") {{ {repository} }} repositoryOwner(login: \"acme\") {{ __typename id }}
           organization(login: \"acme\") {{ id databaseId login name url avatarUrl repository(name: \"shop\") {{ id }} }}
           user(login: \"kim\") {{ id }} }}"
    );
    let asked: Vec<&str> = query.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let others = kept_fields().into_iter().filter(|(kind, field)| !is_of_projects(kind, field));
    for (_, field) in others.filter(|(_, f)| !matches!(*f, "node" | "nodes")) {
        assert!(asked.contains(&field), "the kept field '{field}' is asked for here");
    }
    let (status, body) = ask(&b, &query, Value::Null).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "only the missing repository: {body}");
    let data = &body["data"];
    assert_eq!(data["repository"]["issue"]["comments"]["nodes"][0]["author"]["login"], "sam", "a comment");
    let ids: Vec<&Value> = vec![
        &data["viewer"]["id"],
        &data["organization"]["id"],
        &data["repository"]["id"],
        &data["repository"]["label"]["id"],
        &data["repository"]["milestone"]["id"],
        &data["repository"]["issue"]["id"],
        &data["repository"]["issue"]["comments"]["nodes"][0]["id"],
    ];
    let (_, body) =
        ask(&b, "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": ids })).await;
    let kinds: Vec<&str> =
        body["data"]["nodes"].as_array().unwrap().iter().filter_map(|n| n["__typename"].as_str()).collect();
    assert_eq!(
        kinds,
        ["User", "Organization", "Repository", "Label", "Milestone", "Issue", "IssueComment"],
        "every id leads back: {body}"
    );
    let (_, list) = b.ask("GET", "/repos/acme/shop/issues/4", Value::Null).await;
    let (_, body) = ask(
        &b,
        "query($id: ID!) { node(id: $id) { ... on PullRequest {
        id databaseId number title url createdAt updatedAt repository { id } } } }",
        json!({ "id": list["node_id"] }),
    )
    .await;
    assert_eq!(body["data"]["node"]["number"], 4, "a pull request: {body}");
    b.assert_no_violations();
}
