//! Signing in with a code: where, with what, and what a person is told beforehand.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use docket_practice::{Practice, Setup};
use docket_tracker::by_id;
use support::{settings, try_connect};

#[test]
fn codes_and_tokens_come_from_the_host_of_the_pages() {
    let github = by_id("github").unwrap();
    for (location, web) in [
        ("https://github.com/acme/shop", "https://github.com"),
        ("https://api.github.com", "https://github.com"),
        ("https://octo.ghe.com/acme", "https://octo.ghe.com"),
        ("https://git.example.com/api/v3", "https://git.example.com"),
    ] {
        let mut with = settings(location);
        assert_eq!(github.device(&with).unwrap(), None, "{location}: only when it is chosen");
        with.auth = "device".to_owned();
        let problem = github.device(&with).unwrap_err();
        assert!(problem.to_string().contains("Client ID is missing"), "{location}: {problem}");
        with.settings.insert("client_id".to_owned(), " Iv23liPractice ".to_owned());
        let place = github.device(&with).unwrap().unwrap();
        assert_eq!(place.code_url, format!("{web}/login/device/code"), "{location}");
        assert_eq!(place.token_url, format!("{web}/login/oauth/access_token"), "{location}");
        assert_eq!(
            (place.client_id.as_str(), place.scope.as_str()),
            ("Iv23liPractice", "repo read:org project")
        );
    }
    let mut open = settings("http://git.example.com");
    open.auth = "device".to_owned();
    assert!(github.device(&open).is_err(), "a code is not sent over an open line");
}

#[test]
fn the_card_says_how_to_register_the_app_and_asks_for_its_id_only_then() {
    let card = by_id("github").unwrap().card();
    let way = card.auth.iter().find(|auth| auth.id == "device").unwrap();
    assert!(way.device && !way.needs_username, "a code, no secret");
    assert_eq!(way.scopes, ["repo", "read:org", "project"], "what is asked for");
    for words in
        ["Developer settings", "New OAuth App", "Enable Device Flow", "Client ID", "no client secret"]
    {
        assert!(way.help.contains(words), "the steps name «{words}»: {}", way.help);
    }
    let field = card.fields.iter().find(|field| field.id == "client_id").unwrap();
    assert_eq!(field.only_with, ["device"], "the field is shown only with it");
}

#[tokio::test]
async fn a_token_that_was_got_with_a_code_signs_in() {
    let practice = Practice::start(Setup::demo()).await.unwrap();
    let mut with = settings(&practice.url());
    with.auth = "device".to_owned();
    with.settings.insert("client_id".to_owned(), "Iv23liPractice".to_owned());
    let bench = try_connect(with.clone(), &practice.token()).unwrap();
    assert_eq!(bench.tracker.who().await.unwrap().login, "robin", "as a bearer");
    let problem = try_connect(with, "").err().unwrap();
    assert!(
        problem.hint.unwrap_or_default().contains("code in the browser"),
        "and without one it says what to do"
    );
}
