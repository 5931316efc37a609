//! Tokens, roles, single sign-on: what each may do, and the answer when it may not.

use docket_practice::{Credential, Limits, RepoSeed, Role, Setup, TokenSeed};
use serde_json::{Value, json};

use crate::client::{Bench, bench, header};

fn world() -> Setup {
    let team = |r: RepoSeed| {
        r.role("robin", Role::Write).role("kim", Role::Read).label("bug", "d73a4a").milestone("1")
    };
    Setup::new()
        .person("robin")
        .person("kim")
        .organisation("acme", &["robin", "kim"])
        .repo(team(RepoSeed::new("acme/open")))
        .repo(team(RepoSeed::new("acme/closed").private()))
        .repo(team(RepoSeed::new("acme/old").archived()))
        .repo(team(RepoSeed::new("acme/mute").without_issues()))
        .repo(team(RepoSeed::new("acme/renamed").formerly("acme/before")))
}

async fn with(token: TokenSeed) -> Bench {
    bench(world().token(token)).await
}

#[tokio::test]
async fn a_reader_may_open_issues_but_loses_labels_assignees_and_milestone() {
    let b = with(TokenSeed::classic("kim", &["repo"])).await;
    let body = json!({ "title": "x", "labels": ["bug", "new"], "assignees": ["robin"], "milestone": 1 });
    let (status, made) = b.ask("POST", "/repos/acme/open/issues", body).await;
    assert_eq!(status, 201, "any reader may create");
    assert_eq!(
        (&made["labels"], &made["assignees"], &made["milestone"]),
        (&json!([]), &json!([]), &Value::Null),
        "all three were dropped without a word"
    );
    assert_eq!(b.practice.labels("acme/open"), ["bug"], "and no label was made");
    let (status, _) = b.ask("PATCH", "/repos/acme/open/issues/1", json!({ "title": "mine" })).await;
    assert_eq!(status, 200, "one's own issue can be changed");
    let (_, repo) = b.ask("GET", "/repos/acme/open", Value::Null).await;
    assert_eq!(repo["permissions"]["push"], false, "the repository says so");
    b.practice.someone("robin").opens("acme/open", "theirs", "").unwrap();
    let (status, _) = b.ask("PATCH", "/repos/acme/open/issues/2", json!({ "state": "closed" })).await;
    assert_eq!(status, 403, "another person's cannot");
    b.assert_no_violations();
}

#[tokio::test]
async fn classic_scopes_are_told_and_needed() {
    let b = with(TokenSeed::classic("robin", &["public_repo"])).await;
    let answer = b.get("/repos/acme/open").await;
    assert_eq!(header(&answer, "x-oauth-scopes"), Some("public_repo"), "granted");
    assert_eq!(header(&answer, "x-accepted-oauth-scopes"), Some("repo"), "needed");
    assert_eq!(b.get("/repos/acme/closed").await.status(), 404, "a private repository needs `repo`");
    assert_eq!(
        b.send("POST", "/repos/acme/open/issues", json!({ "title": "x" })).await.status(),
        201,
        "public is fine"
    );
    assert_eq!(b.get("/user/orgs").await.status(), 403, "organisations need read:org");
    let bare = with(TokenSeed::classic("robin", &[])).await;
    let refused = bare.send("POST", "/repos/acme/open/issues", json!({ "title": "x" })).await;
    assert_eq!(
        (refused.status().as_u16(), header(&refused, "x-oauth-scopes")),
        (404, Some("")),
        "no scope, no writing"
    );
    b.assert_no_violations();
}

#[tokio::test]
async fn fine_grained_tokens_reach_what_they_were_given() {
    let grant = [("issues", "write"), ("metadata", "read")];
    let b = with(TokenSeed::fine_grained("robin", "acme", &grant).only(&["acme/closed"])).await;
    let answer = b.get("/repos/acme/closed").await;
    assert_eq!(
        (answer.status().as_u16(), header(&answer, "x-oauth-scopes")),
        (200, None),
        "no scopes header"
    );
    assert_eq!(
        b.send("POST", "/repos/acme/closed/issues", json!({ "title": "x" })).await.status(),
        201,
        "given"
    );
    let refused = b.send("POST", "/repos/acme/open/issues", json!({ "title": "x" })).await;
    assert_eq!(refused.status(), 403, "not given: public, so it is seen but not written");
    assert_eq!(
        header(&refused, "x-accepted-github-permissions"),
        Some("issues=write"),
        "and the answer names it"
    );
    let reader = with(TokenSeed::fine_grained("robin", "acme", &[("issues", "read")])).await;
    let refused = reader.send("POST", "/repos/acme/closed/issues", json!({ "title": "x" })).await;
    assert_eq!(refused.status(), 403, "reading is not writing");
    let pending = with(TokenSeed::fine_grained("robin", "acme", &grant).pending_approval()).await;
    assert_eq!(pending.get("/repos/acme/open").await.status(), 200, "pending: public things are read");
    assert_eq!(
        pending.get("/repos/acme/closed").await.status(),
        404,
        "pending: private things are not there"
    );
    let foreign = with(TokenSeed::fine_grained("robin", "robin", &grant)).await;
    assert_eq!(foreign.get("/repos/acme/closed").await.status(), 404, "another resource owner");
    b.assert_no_violations();
}

#[tokio::test]
async fn ended_tokens_are_refused_and_endings_are_told() {
    let soon: jiff::Timestamp = "2999-01-01T00:00:00Z".parse().unwrap();
    let b = with(TokenSeed::classic("robin", &["repo"]).expires_at(soon)).await;
    let answer = b.get("/user").await;
    assert_eq!(
        header(&answer, "github-authentication-token-expiration"),
        Some("2999-01-01 00:00:00 UTC"),
        "the end is told"
    );
    b.practice.revoke(&b.token);
    assert_eq!(b.get("/user").await.status(), 401, "revoked");
    let gone =
        with(TokenSeed::classic("robin", &["repo"]).expires_at("2001-01-01T00:00:00Z".parse().unwrap()))
            .await;
    let (status, body) = gone.ask("GET", "/user", Value::Null).await;
    assert_eq!((status, &body["message"]), (401, &json!("Bad credentials")), "expired");
    let shown = format!("{:?} {:?}", b.practice.log(), b.practice);
    assert!(!shown.contains(&b.token), "neither the log nor the server's own description holds a token");
    let setup = Setup::new()
        .person_with_password("robin", "pass word")
        .token(TokenSeed::classic("robin", &[]).value("ghp_fixed"));
    let shown = format!("{setup:?}");
    assert!(!shown.contains("pass word") && !shown.contains("ghp_fixed"), "nor does a setup: {shown}");
    assert_eq!(b.practice.log()[0].credential, Credential::Classic, "it knows the kind");
}

#[tokio::test]
async fn too_many_wrong_tokens_close_the_door_for_right_ones() {
    let setup = world()
        .token(TokenSeed::classic("robin", &["repo"]))
        .limits(Limits { failed_logins: 3, ..Limits::default() });
    let b = bench(setup).await;
    let url = format!("{}/user", b.practice.api_url());
    for _ in 0..3 {
        assert_eq!(b.http.get(&url).bearer_auth("ghp_wrong").send().await.unwrap().status(), 401, "wrong");
    }
    let (status, body) = b.ask("GET", "/user", Value::Null).await;
    assert_eq!(status, 403, "now the right one is refused too");
    assert!(body["message"].as_str().unwrap().contains("Maximum number of login attempts"), "{body}");
}

#[tokio::test]
async fn organisations_can_forbid_classic_tokens_and_ask_for_single_sign_on() {
    let b = bench(world().forbids_classic_tokens("acme").token(TokenSeed::classic("robin", &["repo"]))).await;
    let (status, body) = b.ask("GET", "/repos/acme/open", Value::Null).await;
    assert_eq!(status, 403, "{body}");
    assert!(
        body["message"].as_str().unwrap().contains("forbids access via a personal access token (classic)"),
        "{body}"
    );
    let b = bench(world().wants_sso("acme").token(TokenSeed::classic("robin", &["repo", "read:org"]))).await;
    let answer = b.get("/repos/acme/closed").await;
    let told = header(&answer, "x-github-sso").unwrap().to_owned();
    assert!(
        answer.status() == 403 && told.starts_with("required; url=https://"),
        "the address to go to: {told}"
    );
    let answer = b.get("/user/orgs").await;
    let told = header(&answer, "x-github-sso").unwrap().to_owned();
    assert!(
        answer.status() == 200 && told.starts_with("partial-results; organizations="),
        "a part is hidden: {told}"
    );
    let id = told.rsplit('=').next().unwrap();
    let (status, _) = b.ask("GET", &format!("/organizations/{id}"), Value::Null).await;
    assert_eq!(status, 403, "the organisation exists, but not for this token");
    let b =
        bench(world().wants_sso("acme").token(TokenSeed::classic("robin", &["repo"]).sso_authorised("acme")))
            .await;
    assert_eq!(b.get("/repos/acme/closed").await.status(), 200, "authorised");
    b.assert_no_violations();
}

#[tokio::test]
async fn repositories_that_cannot_take_issues_say_why() {
    let b = with(TokenSeed::classic("robin", &["repo"])).await;
    let issue = json!({ "title": "x" });
    let (status, body) = b.ask("POST", "/repos/acme/old/issues", issue.clone()).await;
    assert!(status == 403 && body["message"].as_str().unwrap().contains("archived"), "archived: {body}");
    let (status, body) = b.ask("POST", "/repos/acme/mute/issues", issue.clone()).await;
    assert!(status == 410 && body["message"].as_str().unwrap().contains("disabled"), "issues off: {body}");
    assert_eq!(b.send("POST", "/repos/acme/none/issues", issue.clone()).await.status(), 404, "not there");
    let moved = b.send("POST", "/repos/acme/before/issues", issue.clone()).await;
    assert_eq!(moved.status(), 301, "renamed");
    let to = header(&moved, "location").unwrap().to_owned();
    assert!(to.contains("/repositories/") && to.ends_with("/issues"), "to the address by id: {to}");
    assert_eq!(b.send("POST", &to, issue).await.status(), 201, "which works");
    assert_eq!(b.practice.issues("acme/renamed").len(), 1, "and is the renamed repository");
    b.assert_no_violations();
}

#[tokio::test]
async fn basic_is_a_password_on_an_enterprise_server_and_a_token_anywhere() {
    let setup =
        Setup::new().person_with_password("robin", "pass word").token(TokenSeed::classic("robin", &["repo"]));
    let b = bench(setup.clone().enterprise("3.19.2")).await;
    let url = format!("{}/user", b.practice.api_url());
    let ask = |user: &'static str, secret: String| b.http.get(&url).basic_auth(user, Some(secret)).send();
    assert_eq!(ask("robin", "pass word".to_owned()).await.unwrap().status(), 200, "the password");
    assert_eq!(ask("robin", b.token.clone()).await.unwrap().status(), 200, "the token as the password");
    assert_eq!(ask("robin", "wrong".to_owned()).await.unwrap().status(), 401, "a wrong one");
    let cloud = bench(setup).await;
    let url = format!("{}/user", cloud.practice.api_url());
    let answer = cloud.http.get(&url).basic_auth("robin", Some("pass word")).send().await.unwrap();
    assert_eq!(answer.status(), 401, "github.com takes no passwords");
    let answer = cloud.http.get(&url).basic_auth("x", Some(&cloud.token)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "but a token in its place");
}
