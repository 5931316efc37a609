//! Drives the real window: the built application under `WebKitWebDriver`, with a real
//! keychain daemon. Run by `make test` on a virtual desktop (`scripts/virtual-desktop.sh`),
//! or on any display with `DOCKET_DESKTOP` naming the built program.

mod driver;

use docket_practice::{Practice, Setup};
use driver::{Window, loudly_absent};

const WELCOME: &str = "//button[normalize-space()='Try it with practice data']";

/// A newcomer's way: welcome → practice data → findings → push by keyboard → issues on the
/// practice tracker, seen from outside.
// covers: S0.6, S0.25, X1
#[tokio::test]
async fn a_newcomer_pushes_forty_findings_as_a_handful_of_issues() {
    let Some(program) = loudly_absent() else { return };
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(&program, data.path()).await;
    window.see(WELCOME).await;
    window.picture("01-welcome").await;
    window.press(WELCOME).await;
    window.see("//*[@data-testid='practice-ready']").await;
    window.picture("02-practice-ready").await;

    window.press("//button[starts-with(normalize-space(),'Look at the')]").await;
    window.see("//*[@role='row'][.//*[contains(text(),'SQL string')]]").await;
    window.picture("03-findings").await;
    window.type_keys("ctrl+a").await;
    window.see("//*[contains(text(),'40 findings selected')]").await;
    window.picture("04-selected").await;
    window.type_keys("p").await;
    window.see("//*[@data-testid='push-headline'][contains(.,'40 findings')]").await;
    window.see("//button[starts-with(normalize-space(),'Preview ')][not(@disabled)]").await;
    window.picture("05-group").await;
    window.type_keys("ctrl+enter").await;
    window.see("//*[@data-testid='issue-preview']").await;
    window.picture("06-preview").await;
    let before = window.practice_issues().await;
    window.type_keys("ctrl+enter").await;
    window.see("//*[@data-testid='push-outcome']").await;
    window.picture("07-done").await;

    let after = window.practice_issues().await;
    let new: Vec<&String> = after.iter().filter(|title| !before.contains(title)).collect();
    assert_eq!(new.len(), 8, "eight rules make eight issues on the tracker: {new:?}");
    assert!(new.iter().any(|title| title.contains("SQL")), "people know them by what is wrong: {new:?}");

    window.go("issues").await;
    window.see("//*[@data-testid='issue-row']").await;
    window.picture("08-issues").await;
    window.go("findings").await;
    window.dark().await;
    window.picture("09-findings-dark").await;
    window.close().await;
}

/// The token goes into the real keychain, is used from there after a restart, and stands in
/// no file.
// covers: S0.7, S0.10, S0.11, S0.13, S1.22, S1.23, S1.24, S3.20
#[tokio::test]
async fn a_token_lives_in_the_keychain_and_survives_a_restart() {
    let Some(program) = loudly_absent() else { return };
    let practice = Practice::start(Setup::demo()).await.unwrap();
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(&program, data.path()).await;
    window.see(WELCOME).await;
    window.go("connections?new=1").await;
    window.fill("Label", "acme at practice").await;
    window.fill("Address", &practice.url()).await;
    window.see("//*[@data-testid='understood'][normalize-space()!='']").await;
    window.fill("Token", &practice.token()).await;
    window.picture("10-connection-form").await;
    window
        .press(
            "//button[contains(normalize-space(),'Test connection') or contains(normalize-space(),'test')]",
        )
        .await;
    window
        .see("//*[@data-testid='test-result']//*[contains(.,'checks passed') or contains(.,'passed')]")
        .await;
    window.picture("11-connection-tested").await;
    let kept = window.rpc("connection_list", "{}").await;
    assert_eq!(kept["connections"][0]["secret"]["type"], "keychain", "the row holds an entry's name: {kept}");
    window.close().await;

    let again = Window::open(&program, data.path()).await;
    again.go("connections").await;
    again.press("//*[@data-testid='connection-row']").await;
    again.press("//button[contains(normalize-space(),'Test')]").await;
    again.see("//*[@data-testid='test-result']//*[contains(.,'passed')]").await;
    again.picture("12-after-restart").await;
    again.close().await;
    driver::nowhere_in(data.path(), &practice.token());
    assert_eq!(practice.violations(), Vec::new(), "every request kept to the vendor's contract");
}
