//! `{organisation}.visualstudio.com`, the older address of the service. The name that a person
//! pastes stays in every request; a proxy leads the connections to this computer, as a company's
//! own proxy with its own certificate does. Nothing of the client is exchanged for the test.

use docket_domain::check::CheckState;
use docket_domain::{IssueChange, IssueState, ProxySetting};
use docket_practice::{Fault, PracticeAzure, PracticeProxy, Tls, matching};
use docket_tracker::{CheckGoal, ConnectSettings};

use crate::support::{self, check, expect_rest_skipped, expect_stage};
use crate::{connect_with, contoso, draft, no_violations, start, to};

const HOST: &str = "contoso.visualstudio.com";
const NAMES: &[&str] = &[HOST, "gone.visualstudio.com", "dev.azure.com"];

struct Ground {
    server: PracticeAzure,
    proxy: PracticeProxy,
    folder: tempfile::TempDir,
}

async fn ground() -> Ground {
    let server = start(contoso().tls(Tls::PrivateCaFor(NAMES))).await;
    let proxy = PracticeProxy::start(None).await.unwrap();
    for name in NAMES {
        proxy.lead(name, server.address());
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ca.pem"), server.ca_pem().unwrap()).unwrap();
    Ground { server, proxy, folder }
}

impl Ground {
    fn settings(&self, location: &str) -> ConnectSettings {
        let mut settings = support::settings(location);
        settings.network.proxy = ProxySetting::Explicit { url: self.proxy.url(), username: None };
        settings.network.ca_file = Some(self.folder.path().join("ca.pem").to_string_lossy().into_owned());
        settings
    }
}

// covers: S1.5, S1.8, S2.16, X2
#[tokio::test]
async fn a_pasted_older_address_is_tested_and_written_to_under_its_own_name() {
    for pasted in [
        "contoso.visualstudio.com",
        "https://contoso.visualstudio.com/DefaultCollection/Web%20Shop",
        "https://Contoso.VisualStudio.com/Web Shop/_workitems/edit/1",
    ] {
        let ground = ground().await;
        let bench = connect_with(ground.settings(pasted), &ground.server.token());
        let place = to("Web Shop", "Bug");
        let report = check(&bench, CheckGoal { to: Some(place.clone()), ..CheckGoal::default() }).await;
        assert!(report.ok, "{pasted}:\n{}", report.text);
        expect_stage(&report, "server", CheckState::Ok, "Azure DevOps Services knows the organisation", "");

        let written = bench.tracker.create(&place, &draft("older")).await.unwrap();
        let issue = written.seen.issue;
        assert_eq!(
            issue.url,
            format!("https://{HOST}/Web%20Shop/_workitems/edit/{}", issue.number),
            "{pasted}"
        );
        let change = IssueChange {
            comment: Some("<p>Seen.</p>".to_owned()),
            open: Some(false),
            ..IssueChange::default()
        };
        bench.tracker.update(&place, &issue, &change).await.unwrap();
        let read = bench.tracker.read(std::slice::from_ref(&issue)).await.unwrap();
        assert!(matches!(read[0].1.state, IssueState::Closed { .. }), "{pasted}: {:?}", read[0].1.state);
        let page = bench.tracker.changed_since(&place, None, None).await.unwrap();
        assert_eq!(page.issues.len(), 1, "{pasted}: found again");

        for entry in ground.server.log() {
            let host = entry.headers.iter().find(|(name, _)| name == "host").map(|(_, host)| host.as_str());
            let existence = entry.path.starts_with("/_apis/resourceAreas");
            let wanted = if existence { "dev.azure.com" } else { HOST };
            assert_eq!(host, Some(wanted), "{pasted}: the name that was pasted: {entry:?}");
            assert!(!existence || entry.credential_digest.is_none(), "{pasted}: no token to the other host");
        }
        let asked = ground.proxy.log();
        assert!(asked.iter().all(|asked| asked.method == "CONNECT"), "{pasted}: only through TLS: {asked:?}");
        no_violations(&ground.server);
    }
}

// covers: S1.5
#[tokio::test]
async fn an_organisation_that_is_gone_is_told_without_the_token() {
    let ground = ground().await;
    let bench = connect_with(ground.settings("https://gone.visualstudio.com"), &ground.server.token());
    let report = check(&bench, CheckGoal::default()).await;
    expect_stage(&report, "server", CheckState::Failed, "There is no organisation «gone»", "spelling");
    expect_rest_skipped(&report, "server");
    assert!(ground.server.log().iter().all(|entry| entry.credential_digest.is_none()), "no token was sent");
}

#[tokio::test]
async fn where_the_newer_host_is_shut_off_the_older_one_is_asked_itself() {
    let ground = ground().await;
    ground
        .server
        .faults()
        .always(matching("GET", "/79134C72-4A58-4B42-976C-04E7115F32BF"), Fault::CutBeforeStoring);
    let bench = connect_with(ground.settings("https://contoso.visualstudio.com"), &ground.server.token());
    let report = check(&bench, CheckGoal::default()).await;
    expect_stage(
        &report,
        "server",
        CheckState::Ok,
        "An Azure DevOps answers at https://contoso.visualstudio.com",
        "",
    );
    assert!(report.ok, "{}", report.text);
}
