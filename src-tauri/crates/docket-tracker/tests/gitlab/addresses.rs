//! Every form in which a person pastes a GitLab address.

use docket_domain::connection::Understood;
use docket_tracker::{GitLabAddress, by_id};

fn understand(text: &str) -> Result<Understood, docket_domain::Problem> {
    by_id("gitlab").unwrap().understand(text)
}

/// Pasted text, API base, web base, owner, target.
type Row = (&'static str, Option<&'static str>, &'static str, Option<&'static str>, Option<&'static str>);

const CLOUD: Option<&str> = Some("https://gitlab.com/api/v4");
const WEB: &str = "https://gitlab.com";
const ACME: Option<&str> = Some("acme");
const SHOP: Option<&str> = Some("acme/shop");
const OWN: &str = "https://git.example.com";
const BELOW: Option<&str> = Some("https://git.example.com/gitlab/api/v4");

const UNDERSTOOD: &[Row] = &[
    ("https://gitlab.com/", CLOUD, WEB, None, None),
    ("gitlab.com", CLOUD, WEB, None, None),
    ("GitLab.com.", CLOUD, WEB, None, None),
    ("https://gitlab.com/acme", CLOUD, WEB, ACME, None),
    ("https://gitlab.com/groups/acme", CLOUD, WEB, ACME, None),
    ("https://gitlab.com/groups/acme/-/issues", CLOUD, WEB, ACME, None),
    ("https://gitlab.com/groups/acme/platform/-/epics", CLOUD, WEB, Some("acme/platform"), None),
    ("https://gitlab.com/acme/shop", CLOUD, WEB, ACME, SHOP),
    ("https://gitlab.com/acme/shop.git", CLOUD, WEB, ACME, SHOP),
    ("https://gitlab.com/acme/platform/api", CLOUD, WEB, Some("acme/platform"), Some("acme/platform/api")),
    ("https://gitlab.com/acme/shop/-/issues/12", CLOUD, WEB, ACME, SHOP),
    ("https://gitlab.com/acme/shop/-/boards/3", CLOUD, WEB, ACME, SHOP),
    ("https://gitlab.com/acme/shop/-/tree/main/src?ref_type=heads", CLOUD, WEB, ACME, SHOP),
    ("https://gitlab.com/acme/shop/issues/12", CLOUD, WEB, ACME, SHOP),
    ("acme/shop", CLOUD, WEB, ACME, SHOP),
    ("acme/platform/api", CLOUD, WEB, Some("acme/platform"), Some("acme/platform/api")),
    ("git@gitlab.com:acme/shop.git", CLOUD, WEB, ACME, SHOP),
    ("ssh://git@altssh.gitlab.com:443/acme/shop.git", CLOUD, WEB, ACME, SHOP),
    ("https://gitlab.com/api/v4/projects/acme%2Fshop/issues", CLOUD, WEB, ACME, SHOP),
    ("https://gitlab.com/api/v4/projects/42", CLOUD, WEB, None, None),
    ("https://gitlab.com/users/sign_in", CLOUD, WEB, None, None),
    ("https://gitlab.com/-/user_settings/personal_access_tokens", CLOUD, WEB, None, None),
    ("https://gitlab.com/dashboard/issues", CLOUD, WEB, None, None),
    ("https://git.example.com", None, OWN, None, None),
    ("https://git.example.com/acme/shop", None, OWN, ACME, SHOP),
    ("https://git.example.com/api/v4", Some("https://git.example.com/api/v4"), OWN, None, None),
    ("https://git.example.com/gitlab/api/v4", BELOW, "https://git.example.com/gitlab", None, None),
    ("https://git.example.com/gitlab/api/graphql", BELOW, "https://git.example.com/gitlab", None, None),
    ("https://git.example.com/gitlab/groups/acme", BELOW, "https://git.example.com/gitlab", ACME, None),
    (
        "https://git.example.com/gitlab/-/user_settings/applications",
        BELOW,
        "https://git.example.com/gitlab",
        None,
        None,
    ),
    ("https://git.example.com/gitlab/users/sign_in", BELOW, "https://git.example.com/gitlab", None, None),
    ("https://git.example.com:8443/acme/shop", None, "https://git.example.com:8443", ACME, SHOP),
    ("127.0.0.1:4000/acme/shop", None, "http://127.0.0.1:4000", ACME, SHOP),
];

// covers: S1.48, S1.51, S2.15, S2.17
#[test]
fn every_usual_form_is_understood() {
    for (text, api, web, owner, target) in UNDERSTOOD {
        let found =
            understand(text).unwrap_or_else(|problem| panic!("«{text}» must be understood: {problem}"));
        assert_eq!(found.api.as_deref(), *api, "API base of «{text}»");
        assert_eq!(found.web.as_deref(), Some(*web), "web base of «{text}»");
        assert_eq!(found.owner.as_deref(), *owner, "owner in «{text}»");
        assert_eq!(found.target.as_deref(), *target, "project in «{text}»");
        let page = found.token_page.unwrap();
        assert!(page.starts_with(web) && page.contains("scopes=api"), "token page of «{text}»: {page}");
    }
    let issue = GitLabAddress::parse("https://gitlab.com/acme/shop/-/work_items/12").unwrap();
    assert_eq!(issue.issue, Some(12), "the number is read: {}", issue.words());
}

#[test]
fn a_path_is_tried_at_every_depth_unless_the_address_tells() {
    let address = GitLabAddress::parse("https://h.example/gitlab/acme/shop").unwrap();
    assert_eq!(address.prefixes(), ["", "/gitlab", "/gitlab/acme", "/gitlab/acme/shop"]);
    let address = GitLabAddress::parse("https://gitlab.com/acme/shop").unwrap();
    assert_eq!(address.prefixes(), [""], "gitlab.com lies at its root");
}

#[test]
fn junk_and_logins_are_refused_with_a_way_out() {
    for text in [
        "",
        "acme",
        "hello world",
        "ftp://gitlab.com/acme",
        "https://acme.gitlab.io/x",
        "https://git.example.com/a%20b/c",
    ] {
        let problem = understand(text).err().unwrap_or_else(|| panic!("«{text}» must be refused"));
        assert!(problem.hint.is_some(), "«{text}»: what to do instead is missing: {problem}");
    }
    for text in
        ["https://oauth2:glpat-secret0123456789abcd@gitlab.com/acme/shop", "x glpat-secret0123456789abcd@h/y"]
    {
        let problem = understand(text).err().unwrap_or_else(|| panic!("a login in «{text}»"));
        assert!(!format!("{problem:?}").contains("secret"), "the login is repeated: {problem:?}");
    }
    assert!(understand("http://git.example.com").unwrap().cautions.join(" ").contains("not encrypted"));
}
