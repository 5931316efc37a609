use std::sync::Arc;

use docket_domain::Secret;
use docket_tracker::{AzureAddress, AzureHome, Pacers, Ports, by_id};

use crate::support;

fn parse(text: &str) -> AzureAddress {
    AzureAddress::parse(text).unwrap_or_else(|problem| panic!("{text} must be understood: {problem}"))
}

// covers: S1.5, S1.8
#[test]
fn every_address_that_people_paste_leads_to_organisation_project_and_work_item() {
    let services = "https://dev.azure.com/acme";
    let cases: &[(&str, &str, Option<&str>, Option<u64>)] = &[
        ("https://dev.azure.com/acme", services, None, None),
        ("dev.azure.com/acme/", services, None, None),
        ("https://dev.azure.com/acme/Web%20Shop", services, Some("Web Shop"), None),
        ("https://dev.azure.com/acme/Web Shop/_boards", services, Some("Web Shop"), None),
        ("https://dev.azure.com/acme/Shop/_workitems/edit/12/", services, Some("Shop"), Some(12)),
        (
            "https://dev.azure.com/acme/Shop/_boards/board/t/Team/Stories/?workitem=7",
            services,
            Some("Shop"),
            Some(7),
        ),
        ("https://acme@dev.azure.com/acme/Shop/_git/web", services, Some("Shop"), None),
        ("git@ssh.dev.azure.com:v3/acme/Shop/web", services, Some("Shop"), None),
        ("ssh://git@ssh.dev.azure.com/v3/acme/Shop/web", services, Some("Shop"), None),
        ("https://dev.azure.com/acme/_apis/projects", services, None, None),
        ("https://dev.azure.com/acme/_apis/wit/workitems/9", services, None, Some(9)),
        ("https://vssps.dev.azure.com/acme/_apis/graph/users", services, None, None),
        (
            "https://acme.visualstudio.com/DefaultCollection/Shop",
            "https://acme.visualstudio.com",
            Some("Shop"),
            None,
        ),
        ("acme.visualstudio.com", "https://acme.visualstudio.com", None, None),
        (
            "https://tfs.example:8080/tfs/Main/Shop/_workitems/edit/3",
            "https://tfs.example:8080/tfs/Main",
            Some("Shop"),
            Some(3),
        ),
        ("https://ado.example/Main/Shop", "https://ado.example/Main", Some("Shop"), None),
        ("http://localhost:8080/contoso", "http://localhost:8080/contoso", None, None),
    ];
    for (text, base, project, item) in cases {
        let address = parse(text);
        assert_eq!(address.base(), *base, "the API of {text}");
        assert_eq!(address.project.as_deref(), *project, "the project in {text}");
        assert_eq!(address.item, *item, "the work item in {text}");
    }
    assert!(matches!(parse("https://ado.example/Main").home, AzureHome::Own { front: None, .. }), "no /tfs");
}

#[test]
fn what_is_no_address_of_an_azure_devops_is_refused_without_repeating_secrets() {
    for text in
        ["", "hello", "https://dev.azure.com/", "https://portal.azure.com/", "ftp://dev.azure.com/acme"]
    {
        assert!(AzureAddress::parse(text).is_err(), "«{text}» names no organisation");
    }
    for text in
        ["https://me:s3cret@dev.azure.com/acme", "https://s3cret@dev.azure.com/acme", "s3cret@bad host"]
    {
        let problem = AzureAddress::parse(text).expect_err("a login does not belong into an address");
        assert!(!format!("{problem:?} {problem}").contains("s3cret"), "the login is repeated: {problem}");
    }
    let plain = by_id("azure-devops").unwrap().understand("http://tfs.example/tfs/Main").unwrap();
    assert!(plain.cautions.iter().any(|caution| caution.contains("not encrypted")), "plain http is said");
}

// covers: S1.4, S1.6, S1.7, S1.9, S1.10, S1.11, S1.12, S1.13, S1.14, S1.15, S1.16, S1.17, S1.18, S1.19
#[test]
fn the_card_asks_for_what_the_form_needs_and_names_the_documented_defaults() {
    let card = by_id("azure-devops").unwrap().card();
    assert_eq!(card.auth[0].id, "pat", "a token is the usual way");
    assert!(
        card.auth[0].scopes[0].contains("Read, write, & manage"),
        "the right is named as the vendor names it"
    );
    let values = |map: &docket_domain::ValueMap, words: &[&str]| -> Vec<String> {
        words.iter().map(|word| map.values[*word].clone()).collect()
    };
    assert_eq!(card.defaults.severity.field, "/fields/Microsoft.VSTS.Common.Priority", "S1.9");
    let severities = values(&card.defaults.severity, &["info", "low", "medium", "high", "critical"]);
    assert_eq!(severities, ["4", "4", "3", "2", "1"], "S1.10–S1.14");
    assert_eq!(card.defaults.status.field, "/fields/System.State", "S1.15");
    let states = values(&card.defaults.status, &["active", "closed", "false_positive", "risk_accepted"]);
    assert_eq!(states, ["To Do", "Done", "Done", "Done"], "S1.16–S1.19");
}

#[test]
fn signing_in_with_a_code_needs_a_client_id_and_stays_at_microsoft() {
    let kind = by_id("azure-devops").unwrap();
    let mut settings = support::settings("https://dev.azure.com/acme");
    assert_eq!(kind.device(&settings).unwrap(), None, "a token needs no code");
    settings.auth = "entra".to_owned();
    assert!(kind.device(&settings).is_err(), "no client id is shipped");
    settings.settings.insert("client_id".to_owned(), "0a0b".to_owned());
    let ends = kind.device(&settings).unwrap().unwrap();
    assert_eq!(
        ends.code_url, "https://login.microsoftonline.com/organizations/oauth2/v2.0/devicecode",
        "code"
    );
    assert_eq!(ends.scope, "499b84ac-1321-427f-aa17-267ca6975798/.default offline_access", "scope");
    settings.settings.insert("tenant".to_owned(), "evil.example/x".to_owned());
    assert!(kind.device(&settings).is_err(), "a tenant is one name");
    settings.settings.insert("tenant".to_owned(), "contoso.example".to_owned());
    settings.settings.insert("identity_host".to_owned(), "http://127.0.0.1:9".to_owned());
    assert!(kind.device(&settings).is_err(), "another identity server only on this computer");
    settings.location = "http://127.0.0.1:9/contoso".to_owned();
    let ends = kind.device(&settings).unwrap().unwrap();
    assert_eq!(ends.token_url, "http://127.0.0.1:9/contoso.example/oauth2/v2.0/token", "for practising");
}

#[test]
fn markdown_is_refused_for_a_server_of_ones_own() {
    let mut settings = support::settings("https://tfs.example/tfs/Main");
    settings.settings.insert("markdown".to_owned(), "true".to_owned());
    let ports = Ports::new(Secret::new("t"), Arc::new(Pacers::default()));
    let refused = by_id("azure-devops").unwrap().connect(settings, ports).err();
    assert!(refused.is_some_and(|problem| problem.message.contains("Markdown")), "servers have no Markdown");
}
