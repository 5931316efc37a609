//! Every form in which a person pastes a GitHub address.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use docket_domain::connection::Understood;
use docket_tracker::{GitHubAddress, GitHubHost, by_id};
use proptest::prelude::*;

fn understand(text: &str) -> Result<Understood, docket_domain::Problem> {
    by_id("github").unwrap().understand(text)
}

/// Pasted text, API base, web base, owner, target.
type Row = (&'static str, Option<&'static str>, &'static str, Option<&'static str>, Option<&'static str>);

const CLOUD: Option<&str> = Some("https://api.github.com");
const WEB: &str = "https://github.com";
const ACME: Option<&str> = Some("acme");
const SHOP: Option<&str> = Some("acme/shop");

const UNDERSTOOD: &[Row] = &[
    ("https://github.com", CLOUD, WEB, None, None),
    ("  https://github.com/  ", CLOUD, WEB, None, None),
    ("<https://github.com/acme>", CLOUD, WEB, ACME, None),
    ("github.com", CLOUD, WEB, None, None),
    ("GitHub.com", CLOUD, WEB, None, None),
    ("github.com.", CLOUD, WEB, None, None),
    ("http://github.com/acme/shop", CLOUD, WEB, ACME, SHOP),
    ("www.github.com/acme", CLOUD, WEB, ACME, None),
    ("https://github.com/acme/shop", CLOUD, WEB, ACME, SHOP),
    ("https://github.com/acme/shop/", CLOUD, WEB, ACME, SHOP),
    ("https://github.com/acme/shop.git", CLOUD, WEB, ACME, SHOP),
    ("git+https://github.com/acme/shop.git", CLOUD, WEB, ACME, SHOP),
    ("https://github.com/acme/shop?tab=readme#top", CLOUD, WEB, ACME, SHOP),
    ("https://github.com/acme/shop/issues", CLOUD, WEB, ACME, SHOP),
    ("https://github.com/acme/shop/issues/12", CLOUD, WEB, ACME, SHOP),
    ("https://github.com/acme/shop/pulls", CLOUD, WEB, ACME, SHOP),
    ("https://github.com/acme/shop/tree/main/src", CLOUD, WEB, ACME, SHOP),
    ("https://github.com/acme/shop/settings", CLOUD, WEB, ACME, SHOP),
    ("https://github.com/acme/shop/projects/1", CLOUD, WEB, ACME, SHOP),
    ("https://github.com/orgs/acme", CLOUD, WEB, ACME, None),
    ("https://github.com/orgs/acme/repositories", CLOUD, WEB, ACME, None),
    ("https://github.com/orgs/acme/projects/3/views/1", CLOUD, WEB, ACME, None),
    ("https://github.com/users/acme/projects/3", CLOUD, WEB, ACME, None),
    ("acme/shop", CLOUD, WEB, ACME, SHOP),
    ("github.com/acme/shop", CLOUD, WEB, ACME, SHOP),
    ("git@github.com:acme/shop.git", CLOUD, WEB, ACME, SHOP),
    ("ssh://git@github.com/acme/shop.git", CLOUD, WEB, ACME, SHOP),
    ("ssh://git@ssh.github.com:443/acme/shop.git", CLOUD, WEB, ACME, SHOP),
    ("git://github.com/acme/shop.git", CLOUD, WEB, ACME, SHOP),
    ("https://api.github.com", CLOUD, WEB, None, None),
    ("https://api.github.com/repos/acme/shop", CLOUD, WEB, ACME, SHOP),
    ("https://api.github.com/repos/acme/shop/issues/12", CLOUD, WEB, ACME, SHOP),
    ("https://api.github.com/orgs/acme", CLOUD, WEB, ACME, None),
    ("https://api.github.com/graphql", CLOUD, WEB, None, None),
    ("https://gist.github.com/acme/0123", CLOUD, WEB, None, None),
    ("https://raw.githubusercontent.com/acme/shop/main/x", CLOUD, WEB, None, None),
    ("https://github.com/settings/tokens", CLOUD, WEB, None, None),
    ("https://github.com/enterprises/big", CLOUD, WEB, None, None),
    ("https://github.com/login", CLOUD, WEB, None, None),
    ("https://github.com/marketplace/x", CLOUD, WEB, None, None),
    ("https://github.com/topics/rust", CLOUD, WEB, None, None),
    ("https://github.com/sponsors/acme", CLOUD, WEB, None, None),
    ("https://acme.ghe.com", Some("https://api.acme.ghe.com"), "https://acme.ghe.com", None, None),
    ("https://ACME.ghe.com/acme/shop", Some("https://api.acme.ghe.com"), "https://acme.ghe.com", ACME, SHOP),
    (
        "https://api.acme.ghe.com/repos/acme/shop",
        Some("https://api.acme.ghe.com"),
        "https://acme.ghe.com",
        ACME,
        SHOP,
    ),
    ("acme@acme.ghe.com:acme/shop.git", Some("https://api.acme.ghe.com"), "https://acme.ghe.com", ACME, SHOP),
    ("https://git.example.com", None, "https://git.example.com", None, None),
    ("git.example.com/acme/shop", None, "https://git.example.com", ACME, SHOP),
    ("https://git.example.com:8443/acme/shop", None, "https://git.example.com:8443", ACME, SHOP),
    (
        "https://git.example.com/api/v3",
        Some("https://git.example.com/api/v3"),
        "https://git.example.com",
        None,
        None,
    ),
    (
        "https://git.example.com/api/v3/repos/acme/shop",
        Some("https://git.example.com/api/v3"),
        "https://git.example.com",
        ACME,
        SHOP,
    ),
    (
        "https://git.example.com/api/graphql",
        Some("https://git.example.com/api/v3"),
        "https://git.example.com",
        None,
        None,
    ),
    ("git@git.example.com:acme/shop.git", None, "https://git.example.com", ACME, SHOP),
    ("ssh://git@git.example.com:122/acme/shop.git", None, "https://git.example.com", ACME, SHOP),
    ("http://git.example.com", None, "http://git.example.com", None, None),
    ("http://127.0.0.1:4000", None, "http://127.0.0.1:4000", None, None),
    ("127.0.0.1:4000/acme/shop", None, "http://127.0.0.1:4000", ACME, SHOP),
    ("localhost:4000", None, "http://localhost:4000", None, None),
    ("http://[::1]:4000/acme/shop", None, "http://[::1]:4000", ACME, SHOP),
    ("https://[2001:db8::7]/acme", None, "https://[2001:db8::7]", ACME, None),
    ("https://git.bücher.example/acme/shop", None, "https://git.xn--bcher-kva.example", ACME, SHOP),
];

// covers: S0.10, S3.16
#[test]
fn every_usual_form_is_understood() {
    for (text, api, web, owner, target) in UNDERSTOOD {
        let found =
            understand(text).unwrap_or_else(|problem| panic!("«{text}» must be understood: {problem}"));
        assert_eq!(found.api.as_deref(), *api, "API base of «{text}»");
        assert_eq!(found.web.as_deref(), Some(*web), "web base of «{text}»");
        assert_eq!(found.owner.as_deref(), *owner, "owner in «{text}»");
        assert_eq!(found.target.as_deref(), *target, "repository in «{text}»");
        let page = found.token_page.unwrap();
        assert!(
            page.starts_with(web) && page.contains("scopes=repo,read:org"),
            "token page of «{text}»: {page}"
        );
    }
}

#[test]
fn numbers_and_boards_are_read() {
    let address = GitHubAddress::parse("https://github.com/acme/shop/issues/12").unwrap();
    assert_eq!((address.issue, &address.host), (Some(12), &GitHubHost::Cloud));
    assert!(address.words().ends_with("repository acme/shop, issue 12"), "{}", address.words());
    let board =
        GitHubAddress::parse("https://github.com/orgs/acme/projects/3/views/1").unwrap().board.unwrap();
    assert_eq!((board.number, board.organization), (3, true));
    let board = GitHubAddress::parse("https://github.com/users/robin/projects/7").unwrap().board.unwrap();
    assert_eq!((board.number, board.organization), (7, false));
}

#[test]
fn cautions_say_what_is_odd() {
    let cautions = |text: &str| understand(text).unwrap().cautions.join(" ");
    assert!(cautions("http://git.example.com").contains("not encrypted"), "plain http");
    assert_eq!(cautions("http://127.0.0.1:4000"), "", "plain http to this computer is fine");
    assert_eq!(cautions("http://[::1]:4000"), "", "also over IPv6");
    assert!(cautions("https://github.com/acme/shop/projects/1").contains("switched off"), "a classic board");
    assert!(
        cautions("https://git.bücher.example").contains("xn--bcher-kva"),
        "letters that look like others"
    );
    assert!(cautions("https://github.com:8443/acme").contains("port"), "github.com has no other port");
}

#[test]
fn junk_is_refused_with_a_way_out() {
    for text in [
        "",
        "   ",
        "acme",
        "hello world",
        "ftp://github.com/acme",
        "https://",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://ghe.com",
        "https://acme.github.io/shop",
        "https://github.com/a%20b/shop",
        "https://github.com/acme/..%2f..",
        "https://git.example.com:99999",
        "C:\\Users\\me",
        "mailto:me@example.com",
    ] {
        let problem = understand(text).err().unwrap_or_else(|| panic!("«{text}» must be refused"));
        assert!(problem.hint.is_some(), "«{text}»: what to do instead is missing: {problem}");
    }
}

#[test]
fn a_login_in_an_address_is_refused_and_never_repeated() {
    for text in [
        "https://robin:ghp_secret0123456789@github.com/acme/shop",
        "https://ghp_secret0123456789@github.com/acme/shop",
        "ftp://robin:ghp_secret0123456789@github.com",
        "robin:ghp_secret0123456789@github.com/acme",
        "https://robin:ghp_secret0123456789@[bad",
    ] {
        let problem = understand(text).err().unwrap_or_else(|| panic!("«{text}» must be refused"));
        let told = format!("{problem} {problem:?}");
        assert!(!told.contains("ghp_secret"), "the refusal repeats the login: {told}");
    }
}

proptest! {
    #[test]
    fn any_text_is_understood_or_refused_and_never_leaves_its_host(text in ".{0,80}") {
        if let Ok(address) = GitHubAddress::parse(&text) {
            let api = address.api_origin();
            prop_assert!(matches!(api.scheme(), "http" | "https"), "{api}");
            prop_assert!(api.username().is_empty() && api.password().is_none(), "{api}");
            if let Some(target) = address.target() {
                prop_assert!(!target.contains("..") && target.matches('/').count() == 1, "{target}");
            }
        }
    }

    #[test]
    fn a_web_address_understood_once_is_understood_the_same_again(owner in "[a-z][a-z0-9]{0,8}", repo in "[a-z][a-z0-9._-]{0,8}[a-f]", host in "(github\\.com|git\\.example\\.com|x\\.ghe\\.com)") {
        let first = GitHubAddress::parse(&format!("https://{host}/orgs/{owner}")).unwrap();
        prop_assert_eq!(first.owner.as_deref(), Some(owner.as_str()));
        let text = format!("{}/{owner}/{repo}", first.web());
        if !["settings", "login", "apps", "new", "join"].contains(&owner.as_str())  {
            let second = GitHubAddress::parse(&text).unwrap();
            prop_assert_eq!(second.web(), first.web());
            if second.owner.is_some() {
                prop_assert_eq!(second.target(), Some(format!("{owner}/{repo}")));
            }
        }
    }
}
