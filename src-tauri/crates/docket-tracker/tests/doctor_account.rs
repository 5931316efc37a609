//! The connection test behind the sign-in: token, rights, single sign-on, repository, values.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use docket_domain::check::CheckState::{Failed, Ok as Passed, Skipped, Warning};
use docket_practice::{Fault, Practice, RepoSeed, Role, Setup, TokenSeed, matching};
use docket_tracker::CheckGoal;
use proptest::prelude::*;
use support::{
    Stages as _, check, connect, expect_rest_skipped, expect_stage, goal, now, settings, try_connect,
};

async fn demo() -> Practice {
    Practice::start(Setup::demo()).await.unwrap()
}

/// A practice GitHub in which every repository answers with one fault.
async fn faulty(path: &str, fault: Fault) -> (Practice, docket_domain::check::CheckReport) {
    let practice = demo().await;
    practice.faults().always(matching("GET", path), fault);
    let report = check(&connect(&practice.url(), &practice.token()), goal("acme/shop")).await;
    (practice, report)
}

// covers: S0.11, S0.13, S3.13
#[tokio::test]
async fn a_sound_connection_passes_every_stage_and_changes_nothing() {
    let practice = demo().await;
    let goal = CheckGoal {
        labels: vec!["security".to_owned()],
        assignees: vec!["sam".to_owned()],
        milestone: Some("2.0".to_owned()),
        planned: Some(1_000),
        ..goal("acme/shop")
    };
    let report = check(&connect(&practice.url(), &practice.token()), goal).await;
    let ids: Vec<&str> = report.stages.iter().map(|stage| stage.id.as_str()).collect();
    let order = [
        "address",
        "name",
        "tcp",
        "proxy",
        "tls",
        "clock",
        "server",
        "credential",
        "scopes",
        "expiry",
        "sso",
        "target",
        "writable",
        "mapping",
        "rate",
    ];
    assert_eq!(ids, order, "every stage, in order");
    let evidence = report.stage("credential").unwrap().evidence.clone().unwrap_or_default();
    assert!(
        evidence.contains("GET /user: 200") && evidence.contains("x-oauth-scopes: "),
        "what was asked, what came back, and the headers that tell: {evidence}"
    );
    assert!(report.stages.iter().all(|stage| matches!(stage.state, Passed | Skipped)), "{}", report.text);
    expect_stage(&report, "credential", Passed, "Signed in as robin", "");
    let rate = expect_stage(&report, "rate", Passed, "requests left", "");
    assert!(
        rate.evidence.as_deref().unwrap_or_default().contains("1000 issues take about"),
        "the estimate: {rate:?}"
    );
    assert_eq!(report.summary, "The connection works.");
    assert!(practice.log().iter().all(|asked| asked.method == "GET"), "the test only reads");
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
}

#[tokio::test]
async fn a_wrong_token_is_told_and_nothing_else_is_asked() {
    let practice = demo().await;
    let report =
        check(&connect(&practice.url(), "ghp_wrongwrongwrongwrongwrongwrongwrong1"), goal("acme/shop")).await;
    let stage = expect_stage(&report, "credential", Failed, "The token was not accepted", "create a new one");
    assert!(
        stage.link.as_ref().unwrap().1.contains("scopes=repo,read:org"),
        "the link ticks the scopes: {stage:?}"
    );
    expect_rest_skipped(&report, "credential");
    let refused = practice.log().iter().filter(|asked| asked.status == Some(401)).count();
    assert_eq!(refused, 1, "one attempt, not several: going on would lock the account");
}

fn days(days: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(now() + days * 86_400_000).unwrap()
}

async fn with_end(end: i64) -> docket_domain::check::CheckReport {
    let setup = Setup::demo()
        .token(TokenSeed::classic("robin", &["repo", "read:org"]).named("dated").expires_at(days(end)));
    let practice = Practice::start(setup).await.unwrap();
    let token = practice.token_named("dated").unwrap();
    check(&connect(&practice.url(), &token), goal("acme/shop")).await
}

#[tokio::test]
async fn the_end_of_a_token_is_told_before_and_after() {
    let report = with_end(5).await;
    let day = days(5).to_string()[..10].to_owned();
    expect_stage(&report, "expiry", Warning, &format!("the token ends on {day}"), "Create a new one");
    assert!(
        report.ok && report.token_ends.is_some(),
        "it still works, and the end is kept:\n{}",
        report.text
    );
    expect_stage(&with_end(90).await, "expiry", Passed, "Until 2", "");
    let (url, _) = support::scripted::serve(|head| {
        let github = "Content-Type: application/json\r\nX-GitHub-Request-Id: 1\r\n";
        if head.starts_with("GET /api/v3/meta") {
            support::scripted::reply("200 OK", github, "{}")
        } else {
            let ended = "github-authentication-token-expiration: 2026-01-02 03:04:05 UTC\r\n";
            support::scripted::reply(
                "401 Unauthorized",
                &format!("{github}{ended}"),
                "{\"message\":\"Bad credentials\"}",
            )
        }
    })
    .await;
    let report = check(&connect(&url, "ghp_0123456789abcdefghijABCDEFGHIJ012345"), goal("acme/shop")).await;
    expect_stage(&report, "credential", Failed, "The token expired on 2026-01-02.", "all settings are kept");
}

// covers: S0.8, S0.2
#[tokio::test]
async fn a_user_name_that_is_not_the_tokens_is_told() {
    let practice = demo().await;
    let mut settings = settings(&practice.url());
    settings.auth = "basic".to_owned();
    settings.username = Some("kim".to_owned());
    let report = check(&try_connect(settings.clone(), &practice.token()).unwrap(), goal("acme/shop")).await;
    assert!(!report.stage("credential").unwrap().cause.as_deref().unwrap_or_default().is_empty());
    expect_rest_skipped(&report, "credential");
    settings.username = Some("Robin".to_owned());
    let report = check(&try_connect(settings, &practice.token()).unwrap(), goal("acme/shop")).await;
    assert!(report.ok, "the right name in another case works:\n{}", report.text);
}

// covers: S3.8, S3.9
#[tokio::test]
async fn missing_scopes_are_named_with_the_page_that_mends_them() {
    for (scopes, state, words) in [
        (&["read:org"][..], Failed, "lacks the scope «repo»"),
        (&["public_repo", "read:org"], Warning, "private repositories stay invisible"),
        (&["repo"], Warning, "lacks the scope «read:org»"),
    ] {
        let setup = Setup::demo().token(TokenSeed::classic("robin", scopes).named("narrow"));
        let practice = Practice::start(setup).await.unwrap();
        let report =
            check(&connect(&practice.url(), &practice.token_named("narrow").unwrap()), goal("acme/shop"))
                .await;
        let stage = expect_stage(&report, "scopes", state, words, "tick");
        assert!(stage.link.as_ref().unwrap().1.ends_with("/settings/tokens"), "{stage:?}");
        if state == Failed {
            expect_stage(&report, "target", Skipped, "needs its rights", "");
        }
    }
}

// covers: S3.10, S3.11
#[tokio::test]
async fn scopes_that_nothing_needs_are_named() {
    for (scopes, words) in [
        (&["repo", "read:org"][..], "The token has repo, read:org"),
        (&["repo", "read:org", "project"], "The token has repo, read:org, project"),
        (
            &["repo", "read:org", "admin:org_hook"],
            "The token has repo, read:org, admin:org_hook; Docket has no use for admin:org_hook",
        ),
        // The only one here that lets organisations be listed.
        (&["repo", "admin:org", "delete_repo"], "Docket has no use for delete_repo"),
        (&["repo", "read:org", "admin:org"], "Docket has no use for admin:org"),
    ] {
        let setup = Setup::demo().token(TokenSeed::classic("robin", scopes).named("wide"));
        let practice = Practice::start(setup).await.unwrap();
        let token = practice.token_named("wide").unwrap();
        let report = check(&connect(&practice.url(), &token), goal("acme/shop")).await;
        let stage = expect_stage(&report, "scopes", Passed, words, "");
        assert!(stage.summary.ends_with(words.rsplit(';').next().unwrap().trim()), "and no more: {stage:?}");
    }
}

fn fine_grained(setup: Setup, seed: TokenSeed) -> Setup {
    setup.token(seed.named("fine"))
}

async fn check_fine(setup: Setup, target: &str) -> docket_domain::check::CheckReport {
    let practice = Practice::start(setup).await.unwrap();
    let report = check(&connect(&practice.url(), &practice.token_named("fine").unwrap()), goal(target)).await;
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
    report
}

#[tokio::test]
async fn a_fine_grained_token_that_works_passes() {
    let seed = TokenSeed::fine_grained("robin", "acme", &[("issues", "write"), ("metadata", "read")]);
    let report = check_fine(fine_grained(Setup::demo(), seed), "acme/billing").await;
    expect_stage(&report, "scopes", Passed, "A fine-grained token", "");
    expect_stage(&report, "writable", Passed, "Issues can be created in acme/billing", "");
}

#[tokio::test]
async fn a_missing_permission_of_a_fine_grained_token_is_named() {
    let (_practice, report) = faulty("/repos/acme/shop/issues", Fault::PermissionMissing).await;
    expect_stage(
        &report,
        "writable",
        Failed,
        "lacks the permission «issues: write»",
        "Give the token «issues: write» for acme/shop",
    );
}

#[tokio::test]
async fn a_fine_grained_token_that_waits_for_approval_is_told() {
    let seed = TokenSeed::fine_grained("robin", "acme", &[("issues", "write")])
        .only(&["acme/billing"])
        .pending_approval();
    let setup = Setup::new()
        .person("robin")
        .organisation("acme", &["robin"])
        .repo(RepoSeed::new("acme/billing").private().role("robin", Role::Write));
    let report = check_fine(fine_grained(setup, seed), "acme/billing").await;
    expect_stage(&report, "target", Failed, "an owner of acme has yet to approve it", "Ask an owner of acme");
}

#[tokio::test]
async fn a_fine_grained_token_of_another_owner_is_told() {
    let seed = TokenSeed::fine_grained("robin", "umbrella", &[("issues", "write")]);
    let setup = Setup::new()
        .person("robin")
        .organisation("acme", &["robin"])
        .organisation("umbrella", &["robin"])
        .repo(RepoSeed::new("acme/billing").private().role("robin", Role::Write))
        .repo(RepoSeed::new("umbrella/rain").private().role("robin", Role::Write));
    let report = check_fine(fine_grained(setup, seed), "acme/billing").await;
    expect_stage(
        &report,
        "target",
        Failed,
        "This token belongs to umbrella; the repository belongs to acme.",
        "with acme as its resource owner",
    );
}

// covers: S3.13
#[tokio::test]
async fn refusals_of_organisations_are_told_apart() {
    let repo = "/repos/acme/shop";
    let (_p, report) = faulty(repo, Fault::SsoRequired).await;
    let stage =
        expect_stage(&report, "target", Failed, "acme uses single sign-on", "The link works for one hour");
    assert!(stage.link.as_ref().unwrap().1.contains("sso"), "a button opens the page: {stage:?}");
    let (_p, report) = faulty("/user/orgs", Fault::SsoPartial).await;
    expect_stage(&report, "sso", Warning, "hidden until the token is authorised", "Configure SSO");
    let (_p, report) = faulty(repo, Fault::ClassicForbidden).await;
    expect_stage(&report, "target", Failed, "acme does not accept classic tokens", "fine-grained");
    let (_p, report) = faulty(repo, Fault::IpAllowList).await;
    expect_stage(&report, "target", Failed, "acme only allows listed networks", "VPN");
    let (_p, report) = faulty(repo, Fault::OAuthRestricted).await;
    expect_stage(&report, "target", Failed, "acme has not approved the app", "owner of acme must approve");
    let (_p, report) = faulty("/user", Fault::TooManyLogins).await;
    expect_stage(&report, "credential", Failed, "too many wrong tokens", "Wait 15 minutes");
}

#[tokio::test]
async fn a_repository_that_is_not_visible_moved_or_misspelt_is_told() {
    let practice = Practice::start(
        Setup::demo().repo(RepoSeed::new("acme/new").formerly("acme/old").role("robin", Role::Write)),
    )
    .await
    .unwrap();
    let bench = connect(&practice.url(), &practice.token());
    let report = check(&bench, goal("acme/nothing")).await;
    expect_stage(
        &report,
        "target",
        Failed,
        "Either acme/nothing does not exist or this account may not see it",
        "",
    );
    expect_stage(&report, "mapping", Skipped, "", "");
    let report = check(&bench, goal("acme/old")).await;
    expect_stage(&report, "target", Warning, "The repository acme/old is now acme/new.", "Choose acme/new");
    expect_stage(&report, "writable", Passed, "acme/new", "");
    let report = check(&bench, goal("not a repository")).await;
    expect_stage(&report, "target", Failed, "is not a repository", "owner/repository");
}

// covers: S0.4
#[tokio::test]
async fn what_keeps_issues_out_of_a_repository_is_told() {
    let setup = Setup::demo()
        .repo(RepoSeed::new("acme/quiet").without_issues().role("robin", Role::Write))
        .repo(RepoSeed::new("acme/off").disabled().role("robin", Role::Write))
        .repo(RepoSeed::new("acme/read").role("robin", Role::Read));
    let practice = Practice::start(setup).await.unwrap();
    let bench = connect(&practice.url(), &practice.token());
    let report = check(&bench, goal("acme/archive")).await;
    expect_stage(&report, "writable", Failed, "acme/archive is archived and read-only", "Unarchive");
    let report = check(&bench, goal("acme/quiet")).await;
    let stage =
        expect_stage(&report, "writable", Failed, "Issues are switched off in acme/quiet", "Switch them on");
    assert!(stage.link.as_ref().unwrap().1.ends_with("/acme/quiet/settings"), "{stage:?}");
    let report = check(&bench, goal("acme/off")).await;
    assert!(!report.ok, "a disabled repository takes nothing:\n{}", report.text);
    let report = check(&bench, goal("acme/read")).await;
    expect_stage(&report, "writable", Warning, "labels, assignees and milestones will be dropped", "write");
    assert!(practice.violations().is_empty(), "{:?}", practice.violations());
}

// covers: S0.17, S0.18, S0.19
#[tokio::test]
async fn values_that_do_not_exist_are_listed_with_those_that_do() {
    let practice = demo().await;
    let goal = CheckGoal {
        labels: vec!["bug".to_owned(), "nosuch".to_owned()],
        assignees: vec!["nobody".to_owned(), "sam".to_owned()],
        milestone: Some("9.9".to_owned()),
        ..goal("acme/shop")
    };
    let report = check(&connect(&practice.url(), &practice.token()), goal).await;
    let stage = expect_stage(&report, "mapping", Failed, "no label «nosuch»", "Choose values that exist");
    let cause = stage.cause.as_deref().unwrap();
    assert!(
        cause.contains("nobody cannot be assigned in acme/shop") && !cause.contains("sam cannot"),
        "{cause}"
    );
    assert!(cause.contains("no open milestone «9.9»") && cause.contains("«2.0»"), "{cause}");
}

#[tokio::test]
async fn a_used_up_allowance_and_an_outage_are_told() {
    let (_p, report) = faulty("/user", Fault::PrimaryLimit).await;
    expect_stage(&report, "credential", Failed, "GitHub asked for a pause", "");
    let (_p, report) = faulty("/user", Fault::ServerError(502)).await;
    expect_stage(
        &report,
        "credential",
        Failed,
        "GitHub has trouble right now (it answered 502)",
        "githubstatus.com",
    );
    let (_p, report) = faulty("/user", Fault::SignInPage).await;
    expect_stage(&report, "credential", Failed, "sign-in page", "");
    let (_p, report) = faulty("/user", Fault::ForeignRedirect).await;
    expect_stage(&report, "credential", Failed, "The token was not sent there", "");
    let (_p, report) = faulty("/user", Fault::InvalidJson).await;
    assert!(
        !report.stage("credential").unwrap().cause.as_deref().unwrap_or_default().is_empty(),
        "{}",
        report.text
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    /// Whatever a server echoes, the token is in no report, no exchange and no error.
    #[test]
    fn a_token_never_reaches_a_report_or_the_log(token in "[A-Za-z0-9_!~.+-]{8,60}", status in prop::sample::select(vec![200_u16, 401, 403, 404, 422, 500])) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let echo = token.clone();
            let (url, _) = support::scripted::serve(move |head| {
                let body = serde_json::json!({ "message": format!("saw {head} {echo}"), "login": echo, "documentation_url": "https://docs.github.com" });
                let headers = format!("Content-Type: application/json\r\nX-GitHub-Request-Id: {echo}\r\nX-OAuth-Scopes: {echo}\r\nX-GitHub-SSO: required; url=https://h.example/?t={echo}\r\n");
                let status = if head.contains("/meta") { 200 } else { status };
                support::scripted::reply(&format!("{status} Echo"), &headers, &body.to_string())
            })
            .await;
            let bench = connect(&url, &token);
            let _report = check(&bench, goal("acme/shop")).await;
            let error = bench.tracker.fields_of(&"acme/shop".into()).await.err();
            let told = format!("{error:?} {:?}", error.clone().map(docket_domain::Problem::from));
            assert!(!told.contains(&token), "an error shows the token: {told}");
            let log = format!("{:?}", bench.heard.exchanges.lock().unwrap());
            assert!(!log.contains(&token), "the log shows the token: {log}");
            assert!(!bench.heard.exchanges.lock().unwrap().is_empty(), "there was something to log");
        });
    }
}
