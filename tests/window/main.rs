//! Drives the real window: the built application under `WebKitWebDriver`, with a real
//! keychain daemon. Run by `make test` on a virtual desktop (`scripts/virtual-desktop.sh`),
//! or on any display with `DOCKET_DESKTOP` naming the built program.

mod driver;
mod long_lists;
mod sign_in;

use std::time::Duration;

use docket_practice::shelf::{self, Wish};
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

/// An analyst's way with their own report and their own tracker: «Open with Docket» → import
/// → connect → test → where issues go → push by rule → issues on the tracker; a second push
/// creates nothing.
// covers: S0.6, S0.7, S0.14, S1.1, S1.2, S1.24, S3.6, S3.21, X1
#[tokio::test]
async fn an_analyst_pushes_their_own_report_to_their_own_tracker() {
    let Some(program) = loudly_absent() else { return };
    let Some(report) = driver::shared("corpus/sarif/codeQL-output.sarif") else { return };
    let practice = Practice::start(Setup::demo()).await.unwrap();
    let data = tempfile::tempdir().unwrap();
    let window = Window::open_with(&program, data.path(), &[&report]).await;

    window.see("//*[@data-testid='drop-zone'][contains(.,'codeQL-output.sarif')]").await;
    window.fill("Name of the new application", "vulnerable-app").await;
    window.see("//*[@data-testid='batch-row'][contains(.,' new')]").await;
    window.picture("20-own-import-preview").await;
    window.press("//button[normalize-space()='Import 1 report']").await;
    window.see("//*[@data-testid='import-row']").await;
    window.picture("21-own-import-done").await;

    window.go("connections?new=1&kind=github").await;
    window.fill("Label", "acme").await;
    window.fill("Address", &practice.url()).await;
    window.fill("Token", "ghp_thisTokenIsNotTheRightOne0000000000").await;
    window.press("//button[normalize-space()='Test connection']").await;
    window.see("//*[@data-testid='test-result'][contains(.,'fail')]").await;
    window.picture("22-own-connection-refused").await;
    window.press("//button[normalize-space()='Replace…']").await;
    window.fill("Token", &practice.token()).await;
    window.press("//button[normalize-space()='Test again']").await;
    window.see("//*[@data-testid='test-result'][contains(.,'checks passed')]").await;
    window.picture("23-own-connection-passed").await;

    window.press("//a[normalize-space()='Choose where issues go']").await;
    window.choose("Applications", "vulnerable-app").await;
    window.type_keys("escape").await;
    window.choose("Repository", "acme/shop").await;
    window.see("//label[normalize-space()='Milestone']").await;
    window.press("//button[normalize-space()='Verify']").await;
    window.see("//*[@data-testid='test-result'][contains(.,'checks passed')]").await;
    window.picture("24-own-mapping-verified").await;
    // A page that is open asks the tracker nothing by itself.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let asked = practice.log().len();
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(practice.log().len(), asked, "nobody did anything, and the tracker was asked");

    window.go("findings").await;
    window.see("//*[@role='row'][@aria-rowindex]").await;
    window.picture("25-own-findings").await;
    window.type_keys("ctrl+a").await;
    window.see("//*[contains(text(),'findings selected')]").await;
    window.type_keys("p").await;
    window.see("//button[starts-with(normalize-space(),'Preview ')][not(@disabled)]").await;
    window.picture("26-own-groups").await;
    let groups = window.number_before("//button[starts-with(normalize-space(),'Preview ')]", "issue").await;
    window.type_keys("ctrl+enter").await;
    window.see("//*[@data-testid='issue-preview']").await;
    window.picture("27-own-preview").await;
    let before = practice.issues("acme/shop").len();
    window.type_keys("ctrl+enter").await;
    window.see("//*[@data-testid='push-outcome']").await;
    window.picture("28-own-done").await;
    let created = practice.issues("acme/shop").len() - before;
    assert!(created > 1, "more than one rule, more than one issue: {created}");
    assert_eq!(created, groups, "as many issues as the window said before it wrote");

    window.go("findings").await;
    window.see("//*[@role='row'][@aria-rowindex]").await;
    window.type_keys("ctrl+a").await;
    window.see("//*[contains(text(),'findings selected')]").await;
    window.type_keys("p").await;
    window.see("//*[@data-testid='push-headline']").await;
    window.picture("29-own-again").await;
    window.close().await;
    assert_eq!(practice.issues("acme/shop").len() - before, created, "nothing twice");
    assert_eq!(practice.violations(), Vec::new(), "every request kept to the vendor's contract");
    driver::nowhere_in(data.path(), &practice.token());
}

/// The same way to the other trackers: connect, map with the tracker's own fields, push, and
/// see the issues on the practice server.
// covers: S0.6, S1.5, S1.6, S1.8, S1.46, S1.47, S1.48, S1.49, S1.51, S3.14, S3.15, S3.17
#[tokio::test]
async fn a_report_reaches_every_other_tracker() {
    let Some(program) = loudly_absent() else { return };
    let Some(report) = driver::shared("corpus/sarif/codeQL-output.sarif") else { return };
    for (kind, label, target, settings) in [
        ("gitlab", "Project", "acme/shop", &[][..]),
        ("azure-devops", "Project", "Büro & Lager", &[("Work item type", "Issue")][..]),
    ] {
        let practice = shelf::start(kind, Wish::default()).unwrap().await.unwrap();
        let data = tempfile::tempdir().unwrap();
        let window = Window::open_with(&program, data.path(), &[&report]).await;
        window.fill("Name of the new application", "vulnerable-app").await;
        window.press("//button[normalize-space()='Import 1 report']").await;
        window.see("//*[@data-testid='import-row']").await;
        window.go("connections").await;
        window.press(&format!("//*[@data-testid='kind-{kind}']//button[normalize-space()='Connect']")).await;
        window.fill("Label", kind).await;
        window.fill("Address", &practice.url).await;
        window.fill("Token", &practice.token).await;
        window.press("//button[normalize-space()='Test connection']").await;
        window.see("//*[@data-testid='test-result'][contains(.,'checks passed')]").await;
        window.picture(&format!("30-{kind}-connection")).await;
        window.press("//a[normalize-space()='Choose where issues go']").await;
        window.choose("Applications", "vulnerable-app").await;
        window.type_keys("escape").await;
        window.choose(label, target).await;
        for (field, value) in settings {
            window.choose(field, value).await;
        }
        window.see("//label[normalize-space()='Milestone']").await;
        window.press("//button[normalize-space()='Verify']").await;
        window.see("//*[@data-testid='test-result'][contains(.,'passed')]").await;
        window.picture(&format!("31-{kind}-mapping")).await;
        window.go("findings").await;
        window.see("//*[@role='row'][@aria-rowindex]").await;
        window.type_keys("ctrl+a").await;
        window.see("//*[contains(text(),'findings selected')]").await;
        window.type_keys("p").await;
        window.see("//button[starts-with(normalize-space(),'Preview ')][not(@disabled)]").await;
        window.type_keys("ctrl+enter").await;
        window.see("//*[@data-testid='issue-preview']").await;
        window.picture(&format!("32-{kind}-preview")).await;
        window.type_keys("ctrl+enter").await;
        window.see("//*[@data-testid='push-outcome'][contains(.,'13 issues created')]").await;
        window.picture(&format!("33-{kind}-done")).await;
        window.close().await;
        practice.stop().await;
    }
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
    window.go("connections?new=1&kind=github").await;
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
    again.see("//*[@data-testid='test-result']//*[contains(.,'checks passed')]").await;
    again.picture("12-after-restart").await;
    again.close().await;
    driver::nowhere_in(data.path(), &practice.token());
    assert_eq!(practice.violations(), Vec::new(), "every request kept to the vendor's contract");
}
