//! Signing in with a code in the browser: in the real window and by the real command line, with
//! the real keychain, against the practice trackers' own device grants. GitLab's is here.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use docket_practice::gitlab::{GitLabSetup, PracticeGitLab};

mod azure;
mod github;

use crate::driver::{self, Window, loudly_absent};

const CLIENT: &str = "4f2d8c1e9a7b5d3f6e0c2a4b8d1f3e5c";
const PATIENCE: Duration = Duration::from_mins(1);

async fn practice() -> PracticeGitLab {
    PracticeGitLab::start(GitLabSetup::demo().client_id(CLIENT)).await.unwrap()
}

/// The code of the device that waits for an answer.
async fn waiting(devices: impl Fn() -> Vec<String>) -> String {
    let begun = Instant::now();
    loop {
        if let Some(code) = devices().pop() {
            return code;
        }
        assert!(begun.elapsed() < PATIENCE, "no device asked for a code");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Neither access nor refresh tokens stand in any file.
fn in_the_keychain_only(given: Vec<String>, data: &Path) {
    assert!(!given.is_empty(), "a token was given");
    for token in given {
        driver::nowhere_in(data, &token);
    }
}

/// Presses «Sign in» in the form that is open, and reads the code. `devices`: those that wait at the tracker.
async fn begins(window: &Window, devices: impl Fn() -> Vec<String>) -> String {
    window.press("//button[normalize-space()='Sign in']").await;
    let shown = window.see("//*[@data-testid='sign-in']//output").await.text().await.unwrap();
    let code = waiting(devices).await;
    assert_eq!(shown.replace('-', ""), code.replace('-', ""), "the tracker's own code");
    code
}

/// The connection is signed in and tested.
async fn works(window: &Window) {
    window.see("//*[@data-testid='test-result'][contains(.,'checks passed')]").await;
    let kept = window.rpc("connection_list", "{}").await;
    assert_eq!(kept["connections"][0]["secret"]["type"], "keychain", "the row holds an entry's name: {kept}");
}

/// Opens the window once more and tests the one connection there is.
async fn works_after_a_restart(program: &Path, data: &Path) {
    let window = Window::open(program, data).await;
    window.go("connections").await;
    window.press("//*[@data-testid='connection-row']").await;
    window.press("//button[contains(normalize-space(),'Test')]").await;
    window.see("//*[@data-testid='test-result'][contains(.,'checks passed')]").await;
    window.close().await;
}

// covers: S1.49, S3.5, S3.18, S3.19
#[tokio::test]
async fn a_person_signs_in_with_a_code_in_the_window() {
    let Some(program) = loudly_absent() else { return };
    let practice = practice().await;
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(&program, data.path()).await;
    window.go("connections?new=1&kind=gitlab").await;
    window.fill("Address", &practice.url()).await;
    window.choose("Sign in with", "Sign in with a code").await;
    window.fill("Application ID", CLIENT).await;
    let code = begins(&window, || practice.waiting_devices()).await;
    window.picture("40-code").await;
    practice.answer_device(&code, "robin", true).unwrap();
    works(&window).await;
    window.picture("41-signed-in").await;
    window.close().await;

    // The access token ends while Docket is closed; the refresh token is in the keychain.
    practice.expire(&practice.given_tokens()[0]);
    works_after_a_restart(&program, data.path()).await;
    assert_eq!(practice.given_tokens().len(), 4, "renewed once");
    in_the_keychain_only(practice.given_tokens(), data.path());
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
}

/// The built command line, or `None` after a loud line.
fn command_line() -> Option<PathBuf> {
    let program = std::env::var_os("DOCKET_CLI").map(PathBuf::from).filter(|path| path.exists());
    if program.is_none() {
        eprintln!("SKIPPED LOUDLY: DOCKET_CLI names no program, so signing in by it is not tested");
    }
    program
}

fn docket(program: &Path, data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.arg("--data-dir").arg(data).args(words).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

async fn ended(mut child: Child) -> Output {
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("it did not end: {:?}", child.wait_with_output());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    child.wait_with_output().unwrap()
}

#[track_caller]
fn words_of(output: &Output) -> String {
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}");
    text
}

// covers: S3.5, S3.19
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_signs_in_with_a_code_and_the_token_is_renewed() {
    let (Some(_), Some(program)) = (loudly_absent(), command_line()) else { return };
    let practice = practice().await;
    let data = tempfile::tempdir().unwrap();
    let (url, client) = (practice.url(), format!("client_id={CLIENT}"));
    let run = |words: &[&str]| docket(&program, data.path(), words).output().unwrap();
    let added = run(&[
        "connection",
        "add",
        "gitlab",
        "--label",
        "lab",
        "--location",
        &url,
        "--auth",
        "device",
        "--set",
        &client,
    ]);
    assert!(words_of(&added).contains("docket connection sign-in"), "it says what is next: {added:?}");
    let early = run(&["connection", "test", "lab"]);
    assert_eq!(early.status.code(), Some(1), "before signing in there is nothing to test with: {early:?}");

    let child = docket(&program, data.path(), &["connection", "sign-in", "lab"]).spawn().unwrap();
    let code = waiting(|| practice.waiting_devices()).await;
    practice.answer_device(&code, "robin", true).unwrap();
    let words = words_of(&ended(child).await);
    assert!(words.contains(&code), "the code was shown: {words}");
    assert!(words.contains("is signed in") && words.contains("The connection works"), "and tested: {words}");
    assert!(words_of(&run(&["connection", "test", "lab"])).contains("robin"), "whose token it is");

    practice.expire(&practice.given_tokens()[0]);
    assert!(words_of(&run(&["connection", "test", "lab"])).contains("robin"), "renewed by itself");
    assert_eq!(practice.given_tokens().len(), 4, "once");

    let child = docket(&program, data.path(), &["connection", "sign-in", "lab"]).spawn().unwrap();
    practice.answer_device(&waiting(|| practice.waiting_devices()).await, "robin", false).unwrap();
    let refused = ended(child).await;
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(
        words_of(&run(&["connection", "test", "lab"])).contains("robin"),
        "the sign-in before still counts"
    );

    // Somebody takes the access back on the tracker's page.
    practice.revoke(&practice.given_tokens()[2]);
    let ended = run(&["connection", "test", "lab"]);
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let words = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(words.contains("could not be renewed") && words.contains("sign-in"), "what to do: {words}");
    in_the_keychain_only(practice.given_tokens(), data.path());
}
