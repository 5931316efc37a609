//! GitHub's device flow as a whole, on both of the vendor's layouts and with both sorts of apps.

use docket_practice::{Practice, Setup};

use super::{
    begins, command_line, docket, ended, in_the_keychain_only, waiting, words_of, works,
    works_after_a_restart,
};
use crate::driver::{Window, loudly_absent};

const OAUTH_APP: &str = "Ov23liPracticePractice";
const GITHUB_APP: &str = "Iv23liPracticePractice";

fn dotcom() -> Setup {
    Setup::demo().oauth_app(OAUTH_APP)
}

/// An Enterprise Server with a GitHub App, whose tokens end.
fn enterprise() -> Setup {
    let rights = [("issues", "write"), ("metadata", "read"), ("organization_projects", "write")];
    Setup::demo().enterprise("3.19.2").github_app(GITHUB_APP, "acme", &rights)
}

async fn form(window: &Window, practice: &Practice, client: &str) -> String {
    window.go("connections?new=1&kind=github").await;
    window.fill("Address", &practice.url()).await;
    window.choose("Sign in with", "Sign in with the browser").await;
    window.fill("Client ID", client).await;
    begins(window, || practice.waiting_devices()).await
}

// covers: S1.26, S3.5, S3.18, S3.19
#[tokio::test]
async fn a_person_signs_in_to_github_in_the_window() {
    let Some(program) = loudly_absent() else { return };
    let practice = Practice::start(dotcom()).await.unwrap();
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(&program, data.path()).await;
    let code = form(&window, &practice, OAUTH_APP).await;
    window.picture("42-github-code").await;
    practice.answer_device(&code, "robin", true).unwrap();
    works(&window).await;
    window.picture("43-github-signed-in").await;
    window.close().await;
    works_after_a_restart(&program, data.path()).await;
    assert_eq!(practice.given_secrets().len(), 2, "one code and one token, which has no end");
    in_the_keychain_only(practice.given_secrets(), data.path());
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
}

// covers: S1.26, S3.5, S3.18, S3.19
#[tokio::test]
async fn a_person_signs_in_to_an_enterprise_server_and_the_token_is_renewed() {
    let Some(program) = loudly_absent() else { return };
    let practice = Practice::start(enterprise()).await.unwrap();
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(&program, data.path()).await;
    let code = form(&window, &practice, GITHUB_APP).await;
    practice.answer_device(&code, "robin", true).unwrap();
    works(&window).await;
    window.close().await;
    // Eight hours later, while Docket was closed.
    practice.expire(&practice.newest_token());
    works_after_a_restart(&program, data.path()).await;
    assert_eq!(practice.given_secrets().len(), 5, "a code, and an access and a refresh token twice");
    in_the_keychain_only(practice.given_secrets(), data.path());
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
}

// covers: S3.5, S3.19
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_signs_in_to_github() {
    let (Some(_), Some(program)) = (loudly_absent(), command_line()) else { return };
    for (setup, app) in [(dotcom(), OAUTH_APP), (enterprise(), GITHUB_APP)] {
        let practice = Practice::start(setup).await.unwrap();
        let data = tempfile::tempdir().unwrap();
        let (url, client) = (practice.url(), format!("client_id={app}"));
        let run = |words: &[&str]| docket(&program, data.path(), words).output().unwrap();
        let place = ["--label", "lab", "--location", &url, "--auth", "device", "--set", &client];
        words_of(&run(&[["connection", "add", "github"].as_slice(), &place].concat()));
        let child = docket(&program, data.path(), &["connection", "sign-in", "lab"]).spawn().unwrap();
        practice.answer_device(&waiting(|| practice.waiting_devices()).await, "robin", true).unwrap();
        let words = words_of(&ended(child).await);
        assert!(words.contains("is signed in") && words.contains("The connection works"), "{words}");
        // Somebody takes the access back; there is nothing that could renew it, or it is renewed.
        practice.revoke(&practice.newest_token());
        let after = run(&["connection", "test", "lab"]);
        if app == OAUTH_APP {
            let words = String::from_utf8_lossy(&after.stdout).into_owned();
            assert_eq!(after.status.code(), Some(1), "{after:?}");
            assert!(words.contains("ign in"), "what to do: {words}");
        } else {
            assert!(words_of(&after).contains("robin"), "renewed by itself");
        }
        in_the_keychain_only(practice.given_secrets(), data.path());
        assert!(practice.violations().is_empty(), "{:?}", practice.violations());
    }
}
