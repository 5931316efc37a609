//! Lists of thousands in the real window: a repository, people and labels are found by typing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use docket_practice::{Limits, Practice, RepoSeed, Role, Setup, TokenSeed};

use crate::driver::{Window, loudly_absent};

const REPOSITORIES: usize = 1_200;
const PEOPLE: usize = 640;
const LABELS: usize = 420;

async fn company() -> Practice {
    let wide = Limits { primary_per_hour: 1_000_000, points_per_minute: 1_000_000, ..Limits::default() };
    let mut far = RepoSeed::new(&format!("acme/service-{:04}", REPOSITORIES - 1)).role("robin", Role::Write);
    let mut setup = Setup::new().limits(wide).person("robin");
    for at in 0..PEOPLE {
        let name = format!("colleague-{at:04}");
        setup = setup.person(&name);
        far = far.role(&name, Role::Write);
    }
    for at in 0..LABELS {
        far = far.label(&format!("part {at:04}"), "aabbcc");
    }
    setup = setup.organisation("acme", &["robin"]).repo(far);
    for at in 0..REPOSITORIES - 1 {
        setup = setup.repo(RepoSeed::new(&format!("acme/service-{at:04}")).role("robin", Role::Write));
    }
    let token = TokenSeed::classic("robin", &["repo", "read:org", "project"]);
    Practice::start(setup.token(token)).await.unwrap()
}

/// Types into the field and takes the one entry that is found.
async fn find(window: &Window, label: &str, typed: &str, entry: &str) {
    window.fill(label, typed).await;
    window.press(&format!("//*[@role='option'][starts-with(normalize-space(),'{entry}')]")).await;
}

// covers: S0.17, S0.18, S0.19, S0.20
#[tokio::test]
async fn one_of_thousands_is_found_by_typing() {
    let Some(program) = loudly_absent() else { return };
    let practice = company().await;
    let data = tempfile::tempdir().unwrap();
    let window = Window::open(&program, data.path()).await;
    window.rpc("application_add", r#"{"name":"shop"}"#).await;
    window.go("connections?new=1&kind=github").await;
    window.fill("Address", &practice.url()).await;
    window.fill("Token", &practice.token()).await;
    window.press("//button[normalize-space()='Test connection']").await;
    window.see("//*[@data-testid='test-result'][contains(.,'checks passed')]").await;
    window.press("//a[normalize-space()='Choose where issues go']").await;
    window.choose("Applications", "shop").await;
    window.type_keys("escape").await;
    let repository = format!("acme/service-{:04}", REPOSITORIES - 1);
    find(&window, "Repository", "ice-1199", &repository).await;
    window.see("//label[normalize-space()='Milestone']").await;
    window.fill("Assignees", "league-06").await;
    window.see("//*[@role='option'][starts-with(normalize-space(),'colleague-0639')]").await;
    window.picture("45-people-found").await;
    assert!(window.holds("[role=listbox]").await, "the open list is wholly in view");
    window.press("//*[@role='option'][starts-with(normalize-space(),'colleague-0639')]").await;
    find(&window, "Assignees", "0511", "colleague-0511").await;
    window.type_keys("escape").await;
    find(&window, "Labels", "0417", "part 0417").await;
    window.type_keys("escape").await;
    window.press("//button[normalize-space()='Verify']").await;
    window.see("//*[@data-testid='test-result'][contains(.,'checks passed')]").await;
    window.picture("46-found-and-verified").await;
    let kept = window.rpc("mapping_list", "{}").await;
    let mapping = &kept["mappings"][0];
    assert_eq!(mapping["target"], repository.as_str(), "{kept}");
    assert_eq!(mapping["assignees"], serde_json::json!(["colleague-0639", "colleague-0511"]), "{kept}");
    assert!(mapping["labels"].as_array().unwrap().contains(&"part 0417".into()), "{kept}");
    window.close().await;
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
}
