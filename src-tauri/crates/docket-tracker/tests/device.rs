//! Signing in with a code, over a socket, against a sign-in server that was written apart.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use std::sync::Arc;

use docket_domain::{Clock as _, Code, Network, Problem, ProxySetting, Secret};
use docket_practice::{Clock, Identity, IdentityDialect, IdentityFault as Fault, IdentitySetup};
use docket_tracker::device::{DeviceCode, RefreshError, SignIn, TokenSet};
use docket_tracker::{DeviceEndpoints, Ports};
use support::{Heard, VirtualTime};

const BOTH: [IdentityDialect; 2] = [IdentityDialect::Standard, IdentityDialect::GitHub];

/// A sign-in server and a client of it that live in one virtual time.
struct Bench {
    identity: Identity,
    sign_in: SignIn,
    heard: Arc<Heard>,
    time: Arc<VirtualTime>,
    ports: Ports,
}

fn network() -> Network {
    Network {
        proxy: ProxySetting::Direct,
        connect_timeout_ms: 2_000,
        read_timeout_ms: 4_000,
        ..Network::default()
    }
}

fn at(identity: &Identity) -> DeviceEndpoints {
    DeviceEndpoints {
        code_url: identity.code_url(),
        token_url: identity.token_url(),
        client_id: Identity::CLIENT_ID.to_owned(),
        scope: "repo read:org".to_owned(),
    }
}

async fn bench(setup: IdentitySetup) -> Bench {
    let (ports, heard, time) = support::ports("");
    let clock = Arc::clone(&time);
    let clock = Clock::from_fn(move || jiff::Timestamp::from_millisecond(clock.now().0).unwrap());
    let identity = Identity::start(setup.clock(clock)).await.unwrap();
    let sign_in = SignIn::new(&at(&identity), &network(), ports.clone()).unwrap();
    Bench { identity, sign_in, heard, time, ports }
}

impl Bench {
    async fn approved(&self) -> DeviceCode {
        let code = self.sign_in.begin().await.unwrap();
        assert!(self.identity.approve(&code.user_code), "the code is known to the server");
        code
    }

    async fn signed_in(&self) -> TokenSet {
        let code = self.approved().await;
        self.sign_in.poll(&code).await.unwrap()
    }

    /// Nothing that the server gave out is where it may not be.
    fn discreet(&self, said: &[String]) {
        assert_eq!(self.identity.violations(), Vec::<String>::new(), "the protocol was kept to");
        let exchanges = format!("{:?}", self.heard.exchanges.lock().unwrap());
        assert!(!exchanges.is_empty(), "the exchanges were logged");
        for secret in self.identity.secrets() {
            assert!(!exchanges.contains(&secret), "a secret is in the log of exchanges: {exchanges}");
            for words in said {
                assert!(!words.contains(&secret), "a secret is said: {words}");
            }
        }
    }

    async fn refused(&self, code: &DeviceCode) -> Problem {
        let problem = self.sign_in.poll(code).await.unwrap_err();
        let context = format!("{:?}", problem.context);
        self.discreet(&[problem.to_string(), format!("{problem:?}"), context]);
        problem
    }
}

// covers: S3.5, S3.18, S3.19
#[tokio::test]
async fn a_code_is_entered_and_tokens_come() {
    for dialect in BOTH {
        let bench = bench(IdentitySetup::new(dialect)).await;
        let began = bench.time.now();
        let code = bench.sign_in.begin().await.unwrap();
        assert_eq!(code.expires, began.plus_millis(900_000), "{dialect:?}: the code's end is told");
        assert!(code.url.ends_with("/login/device"), "{dialect:?}: where to enter it: {}", code.url);
        let complete = code.complete_url.as_deref().map(|url| url.contains(&code.user_code));
        assert_eq!(
            complete,
            (dialect == IdentityDialect::Standard).then_some(true),
            "the complete address, if any"
        );
        let asking = bench.sign_in.poll(&code);
        let entering = async {
            while bench.identity.counts().1 < 3 {
                tokio::task::yield_now().await;
            }
            assert!(bench.identity.approve(&code.user_code), "a person enters it");
        };
        let (tokens, ()) = tokio::join!(asking, entering);
        let tokens = tokens.unwrap();
        assert!(tokens.refresh.is_some(), "{dialect:?}: it can be renewed");
        let life = tokens.ends.unwrap().millis_since(bench.time.now());
        assert_eq!(life, 7_200_000, "{dialect:?}: the end is counted from the answer");
        let waited = bench.time.now().millis_since(began);
        assert!(waited >= 15_000, "{dialect:?}: five seconds before each question, waited {waited} ms");
        bench.discreet(&[format!("{tokens:?} {code:?} {:?}", bench.sign_in)]);
        let log = bench.heard.exchanges.lock().unwrap();
        assert!(
            log[0].request.as_deref().unwrap().contains("scope=repo read:org"),
            "the log shows what was asked for: {:?}",
            log[0]
        );
        assert!(
            log[1].response.as_deref().unwrap().contains("authorization_pending"),
            "and what came: {:?}",
            log[1]
        );
    }
}

#[tokio::test]
async fn slow_down_is_obeyed_with_and_without_a_new_pause() {
    let bench = bench(IdentitySetup::new(IdentityDialect::GitHub)).await;
    let code = bench.approved().await;
    bench.identity.next(&[Fault::SlowDown(None), Fault::SlowDown(Some(30))]);
    let began = bench.time.now();
    bench.sign_in.poll(&code).await.unwrap();
    assert_eq!(
        bench.time.now().millis_since(began),
        (5 + 10 + 30) * 1000,
        "5 s, then 5 s more, then as told"
    );
    bench.discreet(&[]);
}

#[tokio::test]
async fn trouble_on_the_way_is_waited_out_ever_more_slowly() {
    let bench = bench(IdentitySetup::new(IdentityDialect::Standard)).await;
    let code = bench.approved().await;
    bench.identity.next(&[Fault::Unavailable, Fault::CutBefore, Fault::Unavailable]);
    let began = bench.time.now();
    bench.sign_in.poll(&code).await.unwrap();
    assert_eq!(bench.time.now().millis_since(began), (5 + 10 + 20 + 40) * 1000, "each time twice as long");
    bench.discreet(&[]);
}

#[tokio::test]
async fn every_refusal_is_said_in_words_of_its_own() {
    for dialect in BOTH {
        let bench = bench(IdentitySetup::new(dialect).code_life(60)).await;
        let code = bench.sign_in.begin().await.unwrap();
        let ended = bench.refused(&code).await;
        assert_eq!(ended.code, Code::Unauthorized, "{dialect:?}: {ended}");
        assert!(ended.message.contains("not entered in time"), "{dialect:?}: {ended}");

        let code = bench.sign_in.begin().await.unwrap();
        assert!(bench.identity.refuse(&code.user_code), "a person says no");
        let refused = bench.refused(&code).await;
        assert!(refused.message.contains("refused in the browser"), "{dialect:?}: {refused}");

        for (fault, words, wanted) in [
            (Fault::Disabled, "may not sign people in with a code", Code::Refused),
            (Fault::Html, "web page", Code::TrackerTrouble),
            (Fault::Echo, "refused the sign-in (strange)", Code::Refused),
            (Fault::Elsewhere, "another server (127.0.0.2)", Code::TrackerTrouble),
        ] {
            let code = bench.approved().await;
            bench.identity.next(&[fault]);
            let problem = bench.refused(&code).await;
            assert!(problem.message.contains(words), "{dialect:?} {fault:?}: {problem}");
            assert_eq!(problem.code, wanted, "{dialect:?} {fault:?}: {problem}");
            assert!(problem.hint.is_some(), "{dialect:?} {fault:?}: says what to do next");
        }
        // The same at the first question.
        bench.identity.next(&[Fault::Disabled, Fault::Html, Fault::Unavailable]);
        for words in ["may not sign people in", "web page", "trouble of its own"] {
            let problem = bench.sign_in.begin().await.unwrap_err();
            assert!(problem.message.contains(words), "{dialect:?}: {problem}");
        }
    }
}

#[tokio::test]
async fn an_unknown_client_id_is_named_as_the_cause() {
    for dialect in BOTH {
        let bench = bench(IdentitySetup::new(dialect)).await;
        let wrong = DeviceEndpoints { client_id: "Iv1.wrong".to_owned(), ..at(&bench.identity) };
        let sign_in = SignIn::new(&wrong, &network(), bench.ports.clone()).unwrap();
        let problem = sign_in.begin().await.unwrap_err();
        assert!(problem.message.contains("does not know this client id"), "{dialect:?}: {problem}");
        let none = DeviceEndpoints { client_id: " ".to_owned(), ..at(&bench.identity) };
        let problem = SignIn::new(&none, &network(), bench.ports.clone()).unwrap_err();
        assert_eq!(
            problem.context.get("field").map(String::as_str),
            Some("client_id"),
            "nothing is sent without one"
        );
    }
}

#[tokio::test]
async fn codes_and_tokens_go_to_one_encrypted_server_only() {
    let (ports, _, _) = support::ports("");
    let two = DeviceEndpoints {
        code_url: "https://a.example/code".into(),
        token_url: "https://b.example/token".into(),
        client_id: "x".into(),
        scope: String::new(),
    };
    let problem = SignIn::new(&two, &network(), ports.clone()).unwrap_err();
    assert_eq!(problem.code, Code::Internal, "a kind that names two servers is a defect: {problem:?}");
    let plain = DeviceEndpoints {
        code_url: "http://b.example/code".into(),
        token_url: "http://b.example/token".into(),
        ..two
    };
    let problem = SignIn::new(&plain, &network(), ports.clone()).unwrap_err();
    assert!(problem.message.contains("unencrypted"), "refused: {problem}");
    let allowed = Network { allow_plain_http: true, ..network() };
    assert!(SignIn::new(&plain, &allowed, ports).is_ok(), "unless the person said yes to that");
}

#[tokio::test]
async fn a_hostile_code_answer_sends_nobody_anywhere() {
    for (page, why) in [
        ("javascript:alert(1)", "no script"),
        ("http://evil.example/login", "no unencrypted page of somebody else's"),
        ("https://user:pw@evil.example/", "no login in the address"),
    ] {
        let body =
            serde_json::json!({ "device_code": "d", "user_code": "A", "verification_uri": page }).to_string();
        let answer =
            move |_: &str| support::scripted::reply("200 OK", "Content-Type: application/json\r\n", &body);
        let (url, _) = support::scripted::serve(answer).await;
        let at = DeviceEndpoints {
            code_url: format!("{url}/code"),
            token_url: format!("{url}/token"),
            client_id: "x".into(),
            scope: String::new(),
        };
        let sign_in = SignIn::new(&at, &network(), support::ports("").0).unwrap();
        let problem = sign_in.begin().await.unwrap_err();
        assert_eq!(problem.code, Code::TrackerTrouble, "{why}: {problem}");
    }
}

#[tokio::test]
async fn cancelling_ends_the_wait_at_once() {
    let bench = bench(IdentitySetup::new(IdentityDialect::GitHub)).await;
    let code = bench.sign_in.begin().await.unwrap();
    bench.ports.cancel.cancel();
    let problem = bench.sign_in.poll(&code).await.unwrap_err();
    assert_eq!(problem.code, Code::Cancelled, "{problem}");
    assert_eq!(bench.identity.counts().1, 0, "nothing more is asked");
}

#[tokio::test]
async fn a_refresh_gives_a_new_pair_and_a_used_token_is_refused() {
    for dialect in BOTH {
        let bench = bench(IdentitySetup::new(dialect)).await;
        let first = bench.signed_in().await;
        let used = first.refresh.clone().unwrap();
        let second = bench.sign_in.refresh(&used).await.unwrap();
        assert_ne!(second.access, first.access, "{dialect:?}: a new access token");
        assert_ne!(second.refresh, first.refresh, "{dialect:?}: and a new refresh token");
        bench.identity.next(&[Fault::Unavailable, Fault::CutBefore, Fault::Html]);
        for _ in 0..3 {
            let error = bench.sign_in.refresh(second.refresh.as_ref().unwrap()).await.unwrap_err();
            assert!(
                !matches!(error, RefreshError::Refused(_)),
                "{dialect:?}: trouble is no refusal: {error:?}"
            );
        }
        bench.identity.next(&[Fault::CutAfter]);
        let error = bench.sign_in.refresh(second.refresh.as_ref().unwrap()).await.unwrap_err();
        assert!(
            matches!(error, RefreshError::Unknown(_)),
            "{dialect:?}: nobody knows whether it was taken: {error:?}"
        );
        bench.discreet(&[]);
        bench.identity.end_all();
        let error = bench.sign_in.refresh(second.refresh.as_ref().unwrap()).await.unwrap_err();
        let RefreshError::Refused(problem) = error else { panic!("{dialect:?}: {error:?}") };
        assert_eq!(problem.code, Code::Unauthorized, "{dialect:?}: {problem}");
        bench.discreet(&[format!("{problem:?} {problem}")]);
    }
}

#[tokio::test]
async fn a_server_that_does_not_rotate_leaves_the_refresh_token_valid() {
    let body = r#"{"access_token":"a-2","token_type":"Bearer","expires_in":"3599"}"#;
    let answer =
        move |_: &str| support::scripted::reply("200 OK", "Content-Type: application/json\r\n", body);
    let (url, _) = support::scripted::serve(answer).await;
    let at = DeviceEndpoints {
        code_url: format!("{url}/code"),
        token_url: format!("{url}/token"),
        client_id: "x".into(),
        scope: String::new(),
    };
    let (ports, _, time) = support::ports("");
    let sign_in = SignIn::new(&at, &network(), ports).unwrap();
    let fresh = sign_in.refresh(&Secret::new("r-1")).await.unwrap();
    assert_eq!(fresh.refresh, Some(Secret::new("r-1")), "it is kept");
    assert_eq!(fresh.ends, Some(time.now().plus_millis(3_599_000)), "a number written as a text is read");
}
