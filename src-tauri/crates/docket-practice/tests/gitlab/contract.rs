//! The harness checks itself: what the documents do not allow is refused and written down.

use docket_practice::gitlab::{GitLabLimits, GitLabSetup, TokenSeed};
use serde_json::{Value, json};

use crate::client::{ISSUES, SHOP, bench, read};

#[tokio::test]
async fn mistakes_against_the_table_are_refused_and_recorded() {
    let one = format!("{ISSUES}/1");
    let notes = format!("{ISSUES}/1/notes");
    for (method, path, body, code, word) in [
        ("POST", ISSUES.to_owned(), json!({ "title": "x", "titel": "x" }), 598, "titel"),
        ("POST", ISSUES.to_owned(), json!({ "title": "x", "lables": ["bug"] }), 598, "lables"),
        ("POST", ISSUES.to_owned(), json!({ "title": "x", "labels": 7 }), 598, "labels"),
        ("POST", ISSUES.to_owned(), json!({ "title": "x", "assignee_ids": ["kim"] }), 598, "assignee_ids"),
        ("POST", ISSUES.to_owned(), json!({ "title": "x", "confidential": "yes" }), 598, "confidential"),
        ("POST", ISSUES.to_owned(), json!({ "title": "x", "due_date": "tomorrow" }), 598, "due_date"),
        ("POST", ISSUES.to_owned(), json!({ "title": "x", "weight": -1 }), 598, "weight"),
        ("POST", ISSUES.to_owned(), json!({ "title": "x", "severity": "HIGH" }), 598, "severity"),
        ("POST", ISSUES.to_owned(), json!({ "title": "x", "state_event": "close" }), 598, "state_event"),
        ("PUT", one.clone(), json!({ "state_event": "closed" }), 598, "state_event"),
        ("PUT", one.clone(), json!({ "iid": 3 }), 598, "iid"),
        ("PUT", one.clone(), json!(["x"]), 598, "object"),
        ("POST", notes, json!({ "body": "x", "text": "y" }), 598, "text"),
        ("POST", format!("{SHOP}/labels"), json!({ "name": "x", "colour": "#fff" }), 598, "colour"),
        ("DELETE", one.clone(), json!({ "sure": true }), 598, "takes none"),
        ("GET", format!("{ISSUES}?label=bug"), Value::Null, 598, "label"),
        ("GET", format!("{ISSUES}?state=open"), Value::Null, 598, "open"),
        ("GET", format!("{ISSUES}?iids=1"), Value::Null, 598, "iids"),
        ("GET", format!("{ISSUES}?updated_after=yesterday"), Value::Null, 598, "yesterday"),
        ("GET", format!("{ISSUES}?per_page=many"), Value::Null, 598, "per_page"),
        ("GET", "/projects?member=true".to_owned(), Value::Null, 598, "member"),
        ("GET", "/user?private_token=x".to_owned(), Value::Null, 598, "private_token"),
        ("GET", "/projects/acme/shop".to_owned(), Value::Null, 599, "no operation"),
        ("PATCH", one, json!({ "title": "x" }), 599, "no operation"),
        ("GET", "/search?scope=issues".to_owned(), Value::Null, 599, "no operation"),
        ("GET", "/projekte".to_owned(), Value::Null, 599, "no operation"),
    ] {
        let b = bench(GitLabSetup::demo()).await;
        let (status, answer) = b.ask(method, &path, body.clone()).await;
        assert_eq!(status, code, "{method} {path} {body} is refused: {answer}");
        let found = b.practice.violations();
        assert_eq!(found.len(), 1, "{method} {path} {body} is written down once");
        assert_eq!(found[0].code, code, "with its code: {}", found[0]);
        assert!(found[0].to_string().contains(word), "and says '{word}': {}", found[0]);
        assert_eq!(b.practice.issues("acme/shop").len(), 4, "and nothing was stored by {body}");
        assert!(b.shop(1).open && b.shop(1).notes.len() == 1, "nor changed by {body}");
    }
}

#[tokio::test]
async fn content_types_and_bodies_that_are_no_json_are_refused() {
    let b = bench(GitLabSetup::demo()).await;
    for (kind, body) in [
        (Some("application/x-www-form-urlencoded"), "title=x"),
        (Some("text/plain"), r#"{"title":"x"}"#),
        (None, r#"{"title":"x"}"#),
        (Some("application/jsonp"), r#"{"title":"x"}"#),
        (Some("application/json"), "{"),
    ] {
        let request = b.request("POST", ISSUES).body(body);
        let request = match kind {
            Some(kind) => request.header("content-type", kind),
            None => request,
        };
        assert_eq!(read(request).await.0, 598, "{kind:?} with {body}");
    }
    assert_eq!(b.practice.violations().len(), 5, "each is written down");
    let request = b.request("POST", ISSUES).header("content-type", "application/json; charset=utf-8");
    assert_eq!(read(request.body(r#"{"title":"x"}"#)).await.0, 201, "a character set is no mistake");
    assert_eq!(b.practice.violations().len(), 5, "and is not written down");
}

#[tokio::test]
async fn some_mistakes_get_the_vendors_own_refusal_and_are_written_down() {
    for (method, path, body, status, said) in [
        ("GET", format!("{ISSUES}/"), Value::Null, 404, json!({ "error": "404 Not Found" })),
        (
            "POST",
            ISSUES.to_owned(),
            json!({ "description": "x" }),
            400,
            json!({ "error": "title is missing" }),
        ),
        ("POST", format!("{ISSUES}/1/notes"), json!({}), 400, json!({ "error": "body is missing" })),
        (
            "POST",
            format!("{SHOP}/labels"),
            json!({}),
            400,
            json!({ "error": "name is missing, color is missing" }),
        ),
        (
            "PUT",
            format!("{ISSUES}/1"),
            json!({ "milestone_id": 1, "milestone": "2.0" }),
            400,
            json!({ "error": "milestone_id, milestone are mutually exclusive" }),
        ),
    ] {
        let b = bench(GitLabSetup::demo()).await;
        assert_eq!(b.ask(method, &path, body.clone()).await, (status, said), "{method} {path} {body}");
        assert_eq!(b.practice.violations().len(), 1, "{method} {path} {body} is written down");
    }
    let b = bench(GitLabSetup::demo()).await;
    let (status, answer) = b.ask("PUT", &format!("{ISSUES}/1"), json!({})).await;
    assert_eq!(status, 400, "an update of nothing");
    assert!(
        answer["error"].as_str().unwrap().ends_with("at least one parameter must be provided"),
        "{answer}"
    );
}

#[tokio::test]
async fn the_four_shapes_of_errors() {
    let mut b =
        bench(GitLabSetup::demo().token(TokenSeed::personal("robin", &["read_api"]).named("reader"))).await;
    let missing = b.ask("GET", "/projects/acme%2Fnone", Value::Null).await;
    assert_eq!(missing, (404, json!({ "message": "404 Project Not Found" })), "a sentence");
    for (body, field, word) in [
        (json!({ "title": "t".repeat(256) }), "title", "is too long (maximum is 255 characters)"),
        (json!({ "title": " " }), "title", "can't be blank"),
        (json!({ "title": "x", "description": "d".repeat(1_048_577) }), "description", "is too long"),
    ] {
        let (status, answer) = b.ask("POST", ISSUES, body).await;
        assert_eq!(status, 400, "{answer}");
        assert!(answer["message"][field][0].as_str().unwrap().contains(word), "by field: {answer}");
    }
    let (status, _) = b.ask("POST", ISSUES, json!({ "title": "é".repeat(255) })).await;
    assert_eq!(status, 201, "characters are counted, not bytes");
    b.assert_no_violations();
    b.with("reader");
    let (status, answer) = b.ask("POST", ISSUES, json!({ "title": "x" })).await;
    assert_eq!(
        (status, &answer["error"], &answer["scope"]),
        (403, &json!("insufficient_scope"), &json!("api")),
        "with a description and the scope"
    );
    let (status, answer) = b.ask("GET", "/projects?pagination=keyset", Value::Null).await;
    assert_eq!(status, 405, "a single word: {answer}");
    assert!(answer["error"].as_str().unwrap().contains("Keyset"), "{answer}");
    b.assert_no_violations();
}

/// The transcription was made by hand from the vendor's document. It is NOT the vendor's file: this test shows that two
/// readings of the document agree, no more.
#[tokio::test]
async fn the_table_agrees_with_the_transcription_by_hand_which_is_not_the_vendors_file() {
    let shared = std::env::var("DOCKET_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../shared").to_owned());
    let file = std::path::Path::new(&shared).join("contracts/gitlab/issues-requests.transcribed.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("SKIPPED LOUDLY: the transcription by hand is not there ({})", file.display());
        return;
    };
    let transcribed: Value = serde_json::from_str(&text).unwrap();
    let limits = GitLabLimits { enabled: false, ..GitLabLimits::default() };
    let b = bench(GitLabSetup::demo().limits(limits)).await;
    for (definition, method, path) in
        [("create", "POST", ISSUES.to_owned()), ("update", "PUT", format!("{ISSUES}/1"))]
    {
        let validator = jsonschema::validator_for(&transcribed["$defs"][definition]).unwrap();
        let keys = transcribed["$defs"][definition]["properties"].as_object().unwrap();
        let mut all: Vec<&str> = transcribed["$defs"]
            .as_object()
            .unwrap()
            .values()
            .filter_map(|d| d["properties"].as_object())
            .flat_map(|p| p.keys().map(String::as_str))
            .collect();
        all.sort_unstable();
        all.dedup();
        for key in all {
            for value in [
                json!("x"),
                json!("high"),
                json!("close"),
                json!("issue"),
                json!(7),
                json!(true),
                json!(["x"]),
                json!([7]),
                json!({}),
                Value::Null,
            ] {
                // Formats and lists as one text are beyond the transcription.
                if value.is_string()
                    && keys.get(key).is_some_and(|k| {
                        k["type"][0] == "array" || k["format"].is_string() || key.ends_with("_date")
                    })
                {
                    continue;
                }
                let mut body = json!({ "title": "x" });
                body[key] = value;
                let agrees = validator.is_valid(&body) && keys.contains_key(key);
                let before = b.practice.violations().len();
                b.ask(method, &path, body.clone()).await;
                let taken = b.practice.violations().len() == before;
                let told = b.practice.violations().pop().map(|v| v.to_string()).unwrap_or_default();
                // `null` for the title is the vendor's "missing" here.
                let silent = key == "title" && body[key].is_null() && definition == "create";
                assert_eq!(taken, agrees && !silent, "{definition} {body}: both readings agree ({told})");
            }
        }
    }
}
