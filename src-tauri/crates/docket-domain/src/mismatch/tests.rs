//! The rule, case by case.

use super::*;

fn share(known: u64, of: u64) -> Share {
    Share { known, of }
}

fn place(application: &str, branch: &str, known: u64) -> Elsewhere {
    Elsewhere {
        application: application.to_owned(),
        branch: branch.to_owned(),
        findings: 100,
        share: share(known, 50),
    }
}

/// A report of 100 findings into «shop», branch main, of which `known` are known there.
fn facts(known: u64, there: u64) -> Facts {
    Facts {
        application: "shop".to_owned(),
        branch: "main".to_owned(),
        tool: "Semgrep".to_owned(),
        here: share(known, 100),
        there,
        ..Facts::default()
    }
}

/// One case: what it is, the facts, what is said.
type Case = (&'static str, Facts, Option<MismatchKind>);

// covers: X11
#[test]
fn only_strong_evidence_stops_an_import() {
    use MismatchKind::{Application, Branch, Repository};
    let own = |known| vec![place("shop", "dev", known)];
    let others = |known| vec![place("wiki", "main", 3), place("payments", "main", known)];
    let git = |name: &str| Some(format!("https://git.example/acme/{name}"));
    let cases: Vec<Case> = vec![
        ("the very first import", facts(0, 0), None),
        ("a first import that another application knows", Facts { others: others(50), ..facts(0, 0) }, None),
        ("a new tool that another application uses too", Facts { others: others(50), ..facts(0, 0) }, None),
        ("the usual re-import", Facts { others: others(50), ..facts(90, 100) }, None),
        ("a report that nobody knows", Facts { others: others(5), own: own(2), ..facts(3, 100) }, None),
        ("a large change", Facts { others: others(30), ..facts(40, 100) }, None),
        ("hardly known here, known there", Facts { others: others(48), ..facts(3, 100) }, Some(Application)),
        ("just too well known here", Facts { others: others(50), ..facts(20, 100) }, None),
        ("just not known enough there", Facts { others: others(39), ..facts(0, 100) }, None),
        ("just known enough there", Facts { others: others(40), ..facts(0, 100) }, Some(Application)),
        ("too few findings here to compare", Facts { others: others(50), ..facts(0, 9) }, None),
        ("a small report", Facts { here: share(0, 9), others: others(50), ..facts(0, 100) }, None),
        ("another branch", Facts { own: own(49), ..facts(5, 100) }, Some(Branch)),
        ("its own branch first", Facts { own: own(49), others: others(50), ..facts(5, 100) }, Some(Branch)),
        ("branches that went apart", Facts { own: own(25), others: others(50), ..facts(5, 100) }, None),
        ("a new branch", Facts { own: own(45), ..facts(0, 0) }, None),
        ("a new branch, half of it new", Facts { own: own(25), others: others(50), ..facts(0, 0) }, None),
        (
            "a new branch that is another application's",
            Facts { own: own(2), others: others(50), ..facts(0, 0) },
            Some(Application),
        ),
        (
            "another repository",
            Facts { repository: git("pay"), repositories: vec![git("shop").unwrap()], ..facts(0, 100) },
            Some(Repository),
        ),
        (
            "another repository, by a new tool",
            Facts { repository: git("pay"), repositories: vec![git("shop").unwrap()], ..facts(0, 0) },
            Some(Repository),
        ),
        (
            "a repository that was renamed",
            Facts { repository: git("store"), repositories: vec![git("shop").unwrap()], ..facts(60, 100) },
            None,
        ),
        (
            "a repository that was renamed, on a new branch",
            Facts {
                repository: git("store"),
                repositories: vec![git("shop").unwrap()],
                own: own(40),
                ..facts(0, 0)
            },
            None,
        ),
        (
            "an application of several repositories",
            Facts {
                repository: git("third"),
                repositories: vec![git("shop").unwrap(), git("cart").unwrap()],
                ..facts(0, 0)
            },
            None,
        ),
        ("the first report that names one", Facts { repository: git("pay"), ..facts(0, 0) }, None),
        ("a report that names none", Facts { repositories: vec![git("shop").unwrap()], ..facts(0, 0) }, None),
    ];
    for (what, facts, wanted) in cases {
        let said = mismatch(&facts);
        assert_eq!(said.as_ref().map(|one| one.kind), wanted, "{what}: {said:?}");
    }
}

#[test]
fn the_message_names_what_was_seen_and_the_way_out() {
    let facts = Facts { others: vec![place("payments", "main", 49)], ..facts(1, 412) };
    let said = mismatch(&facts).unwrap();
    assert_eq!(
        said.message,
        "This looks like the report of another application: 1 of its 100 findings is known in «shop», and 98 % of \
         those looked at are known in «payments» (branch main).",
        "numbers and both names"
    );
    assert!(said.hint.contains("Import it into «payments»"), "the way out: {}", said.hint);
    assert_eq!(said.problem().code, Code::Mismatch, "a script can tell it from others");
}

#[test]
fn a_repository_is_the_same_however_it_is_written() {
    for address in [
        "https://github.com/acme/shop",
        "https://github.com/acme/Shop.git",
        "git@github.com:acme/shop.git",
        "ssh://git@mirror.example:2222/mirrors/shop/",
        "acme/shop",
        "https://dev.azure.com/acme/web/_git/shop?version=GBmain",
    ] {
        assert_eq!(repository_name(address).as_deref(), Some("shop"), "{address}");
    }
    for address in ["", "shop", "/builds/acme/shop", "file:///home/ann/shop", "C:\\work\\shop", "https://"] {
        assert_eq!(repository_name(address), None, "no repository's address: {address}");
    }
}
