//! Signing in with a code on another device.

use docket_practice::{AzureSetup, ClockHand};
use serde_json::{Value, json};

use crate::client::{Bench, bench, told};

const SCOPE: &str = "499b84ac-1321-427f-aa17-267ca6975798/.default offline_access";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn post(b: &Bench, last: &str, form: &[(&str, &str)]) -> (u16, Value) {
    let url = format!("{}/organizations/oauth2/v2.0/{last}", b.azure.service_url());
    let body: Vec<String> =
        form.iter().map(|(k, v)| format!("{k}={}", v.replace('/', "%2F").replace(' ', "+"))).collect();
    let request = b.http.post(url).header("content-type", "application/x-www-form-urlencoded");
    told(request.body(body.join("&")).send().await.unwrap()).await
}

async fn begun(b: &Bench) -> (String, String) {
    let (status, begun) = post(b, "devicecode", &[("client_id", "app"), ("scope", SCOPE)]).await;
    assert_eq!((status, &begun["expires_in"], &begun["interval"]), (200, &json!(900), &json!(5)), "{begun}");
    assert!(begun["message"].as_str().unwrap().contains(begun["user_code"].as_str().unwrap()), "{begun}");
    (begun["device_code"].as_str().unwrap().to_owned(), begun["user_code"].as_str().unwrap().to_owned())
}

async fn poll(b: &Bench, device: &str) -> (u16, Value) {
    post(b, "token", &[("grant_type", GRANT), ("client_id", "app"), ("device_code", device)]).await
}

async fn world() -> (Bench, ClockHand) {
    let hand = ClockHand::at("2026-03-01T10:00:00Z".parse().unwrap());
    (bench(AzureSetup::demo().clock(hand.clock())).await, hand)
}

#[tokio::test]
async fn an_approved_sign_in_gives_a_bearer_token_that_ends_and_can_be_renewed() {
    let (b, hand) = world().await;
    let (device, code) = begun(&b).await;
    let (status, pending) = poll(&b, &device).await;
    assert_eq!((status, &pending["error"]), (400, &json!("authorization_pending")), "{pending}");
    assert_eq!(poll(&b, &device).await.1["error"], "slow_down", "too often");
    hand.advance_seconds(10);
    assert_eq!(b.azure.open_device_codes(), std::slice::from_ref(&code), "it waits");
    b.azure.approve_device(&code.to_lowercase(), "kim@contoso.example").unwrap();
    let (status, given) = poll(&b, &device).await;
    assert_eq!((status, &given["token_type"]), (200, &json!("Bearer")), "{given}");
    let bearer = given["access_token"].as_str().unwrap();
    let who = async |token: &str| {
        told(
            b.bare("GET", "/_apis/connectionData?api-version=7.1-preview")
                .bearer_auth(token)
                .send()
                .await
                .unwrap(),
        )
        .await
    };
    assert_eq!(who(bearer).await.1["authenticatedUser"]["providerDisplayName"], "Kim Krüger", "it is good");
    hand.advance_seconds(5);
    assert_eq!(poll(&b, &device).await.1["error"], "expired_token", "a code is good once");
    hand.advance_seconds(3600);
    assert_eq!(who(bearer).await.0, 401, "it ends");
    let again = given["refresh_token"].as_str().unwrap();
    let renew =
        [("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", again), ("scope", SCOPE)];
    let (status, renewed) = post(&b, "token", &renew).await;
    assert_eq!(status, 200, "{renewed}");
    assert_eq!(who(renewed["access_token"].as_str().unwrap()).await.0, 200, "and goes on");
    let (_, refused) =
        post(&b, "token", &[("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", "x")])
            .await;
    assert_eq!(refused["error"], "invalid_grant", "{refused}");
    b.assert_no_violations();
    let shown = format!("{:?} {:?}", b.azure, b.azure.log());
    assert!(
        !shown.contains(bearer) && !shown.contains(&device) && !shown.contains(again),
        "secrets are not shown"
    );
}

#[tokio::test]
async fn a_sign_in_can_be_denied_blocked_or_left_alone() {
    let (b, hand) = world().await;
    let (device, code) = begun(&b).await;
    b.azure.deny_device(&code).unwrap();
    assert_eq!(poll(&b, &device).await.1["error"], "authorization_declined", "denied");
    assert!(b.azure.deny_device(&code).is_err(), "there is nothing left to decide");
    let (device, code) = begun(&b).await;
    b.azure.block_device(&code).unwrap();
    let (_, blocked) = poll(&b, &device).await;
    assert!(blocked["error_description"].as_str().unwrap().contains("AADSTS53003"), "by policy: {blocked}");
    let (device, _) = begun(&b).await;
    hand.advance_seconds(900);
    assert_eq!(poll(&b, &device).await.1["error"], "expired_token", "too late");
    assert_eq!(poll(&b, "x").await.1["error"], "bad_verification_code", "no such code");
    let (_, scope) = post(&b, "devicecode", &[("client_id", "app"), ("scope", "openid")]).await;
    assert_eq!(scope["error"], "invalid_scope", "{scope}");
    b.assert_no_violations();
    assert_eq!(post(&b, "devicecode", &[("client", "app")]).await.0, 598, "an unknown parameter");
    assert_eq!(post(&b, "authorize", &[]).await.0, 599, "an unknown operation");
    assert_eq!(b.azure.violations().len(), 2, "both are written down");
}

#[tokio::test]
async fn a_person_decides_on_the_page() {
    let (b, _) = world().await;
    let (device, code) = begun(&b).await;
    let page = format!("{}/devicelogin", b.azure.service_url());
    let text = b.http.get(&page).send().await.unwrap().text().await.unwrap();
    assert!(
        text.contains("kim@contoso.example") && !text.contains("<script"),
        "people to choose from: {text}"
    );
    assert!(!text.contains(&code), "the code is not given away");
    let send = |origin: &'static str, body: String| {
        let request = b.http.post(&page).header("content-type", "application/x-www-form-urlencoded");
        request.header("origin", origin).body(body).send()
    };
    let form = format!("user_code={code}&upn=kim%40contoso.example&decision=approve");
    assert_eq!(
        send("https://evil.example", form.clone()).await.unwrap().status(),
        403,
        "another site's form"
    );
    let form_without = "user_code=NOPE&upn=kim%40contoso.example&decision=approve".to_owned();
    assert_eq!(send("null", form_without).await.unwrap().status(), 404, "no such code");
    assert_eq!(send("null", form).await.unwrap().status(), 200, "approved");
    assert_eq!(poll(&b, &device).await.0, 200, "and the client has it");
    b.assert_no_violations();
}
