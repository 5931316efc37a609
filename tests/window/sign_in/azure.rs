//! Microsoft Entra's device code as a whole: begun by the command line, done once more in the window.

use docket_practice::{AzureSetup, PracticeAzure};

use super::{
    command_line, docket, ended, in_the_keychain_only, waiting, words_of, works, works_after_a_restart,
};
use crate::driver::{Window, loudly_absent};

const CLIENT: &str = "client_id=6f1b2c3d-0000-4000-8000-000000000000";
const PERSON: &str = "robin@contoso.example";

// covers: S3.5, S3.18, S3.19
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_signs_in_through_entra_and_the_token_is_renewed() {
    let (Some(window), Some(program)) = (loudly_absent(), command_line()) else { return };
    let practice = PracticeAzure::start(AzureSetup::demo()).await.unwrap();
    let data = tempfile::tempdir().unwrap();
    // Only the command line can name another identity server, and only one on this computer.
    let (url, host) = (practice.url(), format!("identity_host={}", practice.service_url()));
    let run = |words: &[&str]| docket(&program, data.path(), words).output().unwrap();
    let place = ["--label", "lab", "--location", &url, "--auth", "entra"];
    let settings = ["--set", CLIENT, "--set", "tenant=contoso.example", "--set", &host];
    words_of(&run(&[["connection", "add", "azure-devops"].as_slice(), &place, &settings].concat()));
    let child = docket(&program, data.path(), &["connection", "sign-in", "lab"]).spawn().unwrap();
    let code = waiting(|| practice.open_device_codes()).await;
    practice.approve_device(&code, PERSON).unwrap();
    let words = words_of(&ended(child).await);
    assert!(words.contains("is signed in") && words.contains("The connection works"), "{words}");
    practice.expire(&practice.given_tokens()[0]);
    words_of(&run(&["connection", "test", "lab"]));
    assert_eq!(practice.given_tokens().len(), 4, "renewed once");

    // The company's policy forbids it from now on: a clear word, and what was there still counts.
    let child = docket(&program, data.path(), &["connection", "sign-in", "lab"]).spawn().unwrap();
    practice.block_device(&waiting(|| practice.open_device_codes()).await).unwrap();
    let blocked = ended(child).await;
    assert_eq!(blocked.status.code(), Some(1), "{blocked:?}");
    words_of(&run(&["connection", "test", "lab"]));

    let opened = Window::open(&window, data.path()).await;
    opened.go("connections").await;
    opened.press("//*[@data-testid='connection-row']").await;
    opened.press("//button[normalize-space()='Sign in again']").await;
    let shown = opened.see("//*[@data-testid='sign-in']//output").await.text().await.unwrap();
    assert_eq!(shown, waiting(|| practice.open_device_codes()).await, "the service's own code");
    opened.picture("44-entra-code").await;
    practice.approve_device(&shown, PERSON).unwrap();
    works(&opened).await;
    opened.close().await;
    works_after_a_restart(&window, data.path()).await;
    in_the_keychain_only(practice.given_tokens(), data.path());
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
}
