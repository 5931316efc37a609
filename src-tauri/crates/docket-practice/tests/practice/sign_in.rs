//! Signing in with a code: what programs are told, and the page for people.

use docket_practice::{Clock, Practice, Setup};
use jiff::SignedDuration;
use serde_json::Value;

use crate::client::plain;

const CLIENT: &str = "practice-client";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn ask(practice: &Practice, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let answer = plain()
        .post(format!("{}{path}", practice.url()))
        .header("accept", "application/json")
        .form(fields)
        .send()
        .await
        .expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

async fn code(practice: &Practice, client: &str) -> Value {
    let (status, answer) =
        ask(practice, "/login/device/code", &[("client_id", client), ("scope", "repo read:org")]).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn poll(practice: &Practice, client: &str, code: &Value) -> Value {
    let device = code["device_code"].as_str().unwrap();
    let fields = [("client_id", client), ("device_code", device), ("grant_type", GRANT)];
    let (status, answer) = ask(practice, "/login/oauth/access_token", &fields).await;
    assert_eq!(status, 200, "refusals are 200 too: {answer}");
    answer
}

async fn user(practice: &Practice, token: &str) -> (u16, Value, String) {
    let answer = plain().get(format!("{}/user", practice.api_url())).bearer_auth(token).send().await.unwrap();
    let status = answer.status().as_u16();
    let scopes = answer.headers().get("x-oauth-scopes").map(|s| s.to_str().unwrap().to_owned());
    (status, answer.json().await.unwrap(), scopes.unwrap_or_default())
}

#[tokio::test]
async fn an_oauth_apps_token_has_the_scopes_and_no_end() {
    for setup in [Setup::demo(), Setup::demo().enterprise("3.19.2")] {
        let practice = Practice::start(setup).await.unwrap();
        let given = code(&practice, CLIENT).await;
        assert_eq!(given["verification_uri"], format!("{}/login/device", practice.url()), "{given}");
        assert_eq!((given["expires_in"].as_u64(), given["interval"].as_u64()), (Some(900), Some(5)));
        assert_eq!(poll(&practice, CLIENT, &given).await["error"], "authorization_pending");
        let slower = poll(&practice, CLIENT, &given).await;
        assert_eq!((slower["error"].as_str(), slower["interval"].as_u64()), (Some("slow_down"), Some(10)));
        assert_eq!(practice.violations().len(), 1, "asking too soon is written down");
        practice.answer_device(given["user_code"].as_str().unwrap(), "robin", true).unwrap();
        assert!(practice.waiting_devices().is_empty(), "answered");
    }
    let practice = Practice::start(Setup::demo()).await.unwrap();
    let given = code(&practice, CLIENT).await;
    practice.answer_device(given["user_code"].as_str().unwrap(), "robin", true).unwrap();
    let tokens = poll(&practice, CLIENT, &given).await;
    assert_eq!(tokens["scope"], "repo,read:org", "{tokens}");
    assert!(tokens.get("refresh_token").is_none() && tokens.get("expires_in").is_none(), "{tokens}");
    let token = tokens["access_token"].as_str().unwrap();
    assert!(token.starts_with("gho_"), "as the vendor marks them");
    let (status, who, scopes) = user(&practice, token).await;
    assert_eq!((status, who["login"].as_str(), scopes.as_str()), (200, Some("robin"), "repo, read:org"));
    assert_eq!(poll(&practice, CLIENT, &given).await["error"], "incorrect_device_code", "a code works once");
}

#[tokio::test]
async fn a_github_apps_token_ends_and_is_renewed_once() {
    let now = std::sync::Arc::new(std::sync::atomic::AtomicI64::new(1_800_000_000));
    let told = std::sync::Arc::clone(&now);
    let clock = Clock::from_fn(move || {
        jiff::Timestamp::from_second(told.load(std::sync::atomic::Ordering::SeqCst)).unwrap()
    });
    let app = "Iv23practice";
    let setup =
        Setup::demo().clock(clock).github_app(app, "acme", &[("issues", "write"), ("metadata", "read")]);
    let practice = Practice::start(setup).await.unwrap();
    let given = code(&practice, app).await;
    practice.answer_device(given["user_code"].as_str().unwrap(), "kim", true).unwrap();
    let first = poll(&practice, app, &given).await;
    assert_eq!((first["expires_in"].as_u64(), first["scope"].as_str()), (Some(28_800), Some("")));
    let token = first["access_token"].as_str().unwrap();
    assert!(token.starts_with("ghu_"), "as the vendor marks them");
    assert_eq!(user(&practice, token).await.0, 200);
    let hours = SignedDuration::from_hours(9).as_secs();
    now.fetch_add(hours, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(user(&practice, token).await.0, 401, "it has ended");
    let renew = [
        ("client_id", app),
        ("grant_type", "refresh_token"),
        ("refresh_token", first["refresh_token"].as_str().unwrap()),
    ];
    let (_, second) = ask(&practice, "/login/oauth/access_token", &renew).await;
    assert_eq!(user(&practice, second["access_token"].as_str().unwrap()).await.1["login"], "kim");
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
    let (_, again) = ask(&practice, "/login/oauth/access_token", &renew).await;
    assert_eq!(again["error"], "bad_refresh_token", "each is good once");
    assert_eq!(practice.given_secrets().len(), 5, "a code, and two tokens twice");
}

#[tokio::test]
async fn strangers_and_slips_are_refused() {
    let practice = Practice::start(Setup::demo()).await.unwrap();
    let (status, answer) = ask(&practice, "/login/device/code", &[("client_id", "nobody")]).await;
    assert_eq!((status, answer["error"].as_str()), (404, Some("Not Found")));
    let given = code(&practice, CLIENT).await;
    practice.answer_device(given["user_code"].as_str().unwrap(), "robin", false).unwrap();
    assert_eq!(poll(&practice, CLIENT, &given).await["error"], "access_denied");
    assert!(practice.answer_device("ABCD-EFGH", "robin", true).is_err(), "no such code");
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
    let address = format!("{}/login/device/code?client_id={CLIENT}", practice.url());
    plain().post(address).form(&[("client_id", CLIENT)]).send().await.unwrap();
    assert_eq!(practice.violations().len(), 1, "fields in an address are a slip");
    let log = format!("{:?}", practice.log());
    assert!(practice.given_secrets().iter().all(|secret| !log.contains(secret)), "no secret in the log");
}

#[tokio::test]
async fn a_person_answers_on_the_page() {
    let practice = Practice::start(Setup::demo()).await.unwrap();
    let given = code(&practice, CLIENT).await;
    let (page, user_code) =
        (given["verification_uri"].as_str().unwrap(), given["user_code"].as_str().unwrap());
    let shown = plain().get(page).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("<option>robin</option>") && !shown.contains("<option>acme</option>"), "{shown}");
    let fields = [("user_code", user_code), ("login", "robin"), ("answer", "yes")];
    let foreign = plain().post(page).header("origin", "http://elsewhere.example").form(&fields);
    assert_eq!(foreign.send().await.unwrap().status(), 404, "another site's form answers nothing");
    assert_eq!(plain().post(page).form(&fields).send().await.unwrap().status(), 200);
    assert!(poll(&practice, CLIENT, &given).await["access_token"].is_string());
}
