//! What keeps a finding, and what must not.

use proptest::prelude::*;

use super::*;
use crate::component::{Component, Endpoint, Identifier};
use crate::location::{Location, Snippet};
use crate::severity::Severity;

fn code(rule: &str, path: &str, line: u32, message: &str) -> Found {
    let mut found = Found::new(rule, message);
    found.kind = FindingKind::Code;
    let mut location = Location::nowhere();
    location.path = Some(path.to_owned());
    location.start_line = Some(line);
    location.snippet = Some(Snippet { text: "  eval(x)\n".to_owned(), start_line: None });
    found.locations.push(location);
    found
}

fn stages(found: &Found) -> Vec<Stage> {
    identify(found).keys.iter().map(|k| k.stage).collect()
}

/// The first stage at which two records share a key.
fn meets(a: &Found, b: &Found) -> Option<Stage> {
    let (a, b) = (identify(a), identify(b));
    a.keys.iter().find(|k| b.keys.iter().any(|o| o.stage == k.stage && o.key == k.key)).map(|k| k.stage)
}

#[test]
fn a_shifted_line_meets_by_text_and_a_reworded_number_too() {
    let old = code("r", "src/a.js", 10, "eval of x at line 10");
    assert_eq!(meets(&old, &code("r", "src/a.js", 55, "eval of x at line 55")), Some(Stage::Text), "moved");
    let mut other_text = code("r", "src/a.js", 55, "eval of x at line 55");
    other_text.locations[0].snippet = None;
    assert_eq!(meets(&old, &other_text), Some(Stage::Message), "the snippet is not always there");
    assert_eq!(
        meets(&old, &code("r", "lib/a.js", 9, "eval of x at line 9")),
        Some(Stage::Renamed),
        "moved file"
    );
    assert_eq!(meets(&old, &code("q", "src/a.js", 10, "eval of x at line 10")), None, "another rule");
}

#[test]
fn severity_prose_and_the_tools_words_do_not_matter() {
    let old = code("r", "a", 1, "m");
    let mut new = old.clone();
    new.severity = Severity::Critical;
    new.remediation = Some("do it right".to_owned());
    new.tags.push("new-in-2.0".to_owned());
    let keys =
        |f: &Found| identify(f).keys.into_iter().filter(|k| k.stage != Stage::Same).collect::<Vec<_>>();
    assert_eq!(keys(&old), keys(&new), "what a new tool version says about it is no part of what it is");
    assert_ne!(identify(&old).content, identify(&new).content, "yet it counts as changed");
}

#[test]
fn fingerprints_go_with_their_rule() {
    let mut old = code("r", "a", 1, "m");
    old.partial_fingerprints.insert("primaryLocationLineHash".to_owned(), "39fa2ee980eb94b0:1".to_owned());
    let mut moved = old.clone();
    moved.locations[0].path = Some("b/c".to_owned());
    moved.description = "entirely other words".to_owned();
    assert_eq!(meets(&old, &moved), Some(Stage::Moved), "the same fingerprint in another file");
    let mut other_rule = old.clone();
    other_rule.rule = "q".to_owned();
    assert_eq!(meets(&old, &other_rule), None, "another rule on the same line is another finding");
    let mut later = old.clone();
    later.locations[0].start_line = Some(99);
    assert_eq!(meets(&old, &later), Some(Stage::OnePartial), "lines do not matter");
}

#[test]
fn a_column_and_a_phrase_are_no_fingerprints() {
    let mut found = code("r", "a", 1, "m");
    found.partial_fingerprints.insert("primaryLocationStartColumnFingerprint".to_owned(), "4".to_owned());
    found.fingerprints.insert("matchBasedId/v1".to_owned(), "requires login".to_owned());
    assert_eq!(stages(&found), stages(&code("r", "a", 1, "m")), "neither makes a key");
    assert_eq!(identify(&found).names, 0, "nor can either contradict");
}

#[test]
fn dependencies_meet_across_versions_and_aliases() {
    let dependency = |ids: &[&str], purl: &str, version: &str| {
        let mut found = Found::new("trivy", "lodash is vulnerable");
        found.kind = FindingKind::Dependency;
        found.identifiers =
            ids.iter().map(|v| Identifier { scheme: "CVE".to_owned(), value: (*v).to_owned() }).collect();
        found.component = Some(Component {
            purl: Some(purl.to_owned()),
            name: "lodash".to_owned(),
            version: Some(version.to_owned()),
            fixed_version: None,
        });
        found
    };
    let old = dependency(&["CVE-2021-1", "GHSA-aa"], "pkg:npm/lodash@4.17.20?arch=x", "4.17.20");
    let bumped = dependency(&["GHSA-aa"], "pkg:npm/lodash@4.17.21", "4.17.21");
    assert_eq!(
        meets(&old, &bumped),
        Some(Stage::SubjectAnyVersion),
        "an alias is enough, the version is not asked"
    );
    assert_eq!(
        meets(&old, &dependency(&["CVE-2021-2"], "pkg:npm/lodash@4.17.20", "4.17.20")),
        None,
        "another flaw"
    );
    assert_eq!(without_version("pkg:npm/@babel/core@7.0.0"), "pkg:npm/@babel/core", "a raw scope");
    assert_eq!(without_version("pkg:npm/@babel/core"), "pkg:npm/@babel/core", "without a version");
}

#[test]
fn web_host_and_cloud_findings_are_what_they_are_about() {
    let web = |url: &str, method: &str, parameter: &str| {
        let mut found = Found::new("xss", "reflected");
        found.kind = FindingKind::Web;
        found.endpoint = Some(Endpoint {
            url: Some(url.to_owned()),
            method: Some(method.to_owned()),
            host: None,
            port: None,
            parameter: Some(parameter.to_owned()),
        });
        found
    };
    let old = web("https://shop.test/search?q=1", "GET", "q");
    assert_eq!(
        meets(&old, &web("https://Shop.test/search?q=zz#top", "get", "q")),
        Some(Stage::Subject),
        "the same"
    );
    assert_eq!(meets(&old, &web("https://shop.test/search", "GET", "page")), None, "another parameter");
    let host = |port| {
        let mut found = Found::new("ssl", "old protocol");
        found.kind = FindingKind::Host;
        found.endpoint = Some(Endpoint {
            url: None,
            method: None,
            host: Some("10.0.0.1".to_owned()),
            port: Some(port),
            parameter: None,
        });
        found
    };
    assert_eq!(meets(&host(443), &host(443)), Some(Stage::Same), "the same");
    assert_eq!(meets(&host(443), &host(8443)), None, "another port");
}

#[test]
fn fields_do_not_run_into_each_other() {
    assert_ne!(hash("x", &["a", "bc"]), hash("x", &["ab", "c"]), "lengths are hashed too");
    assert_eq!(
        name("Semgrep", "main", "", &[7; 16], 0),
        name("Semgrep", "main", "", &[7; 16], 0),
        "the same on every computer"
    );
    assert_ne!(
        name("Semgrep", "main", "", &[7; 16], 0),
        name("Semgrep", "main", "", &[7; 16], 1),
        "equal ones differ"
    );
}

#[test]
fn the_recipe_is_pinned() {
    let keys = identify(&code("r", "src/a.js", 10, "m")).keys;
    let spelt: Vec<String> = keys.iter().skip(1).map(|k| format!("{} {}", k.stage, hex(&k.key))).collect();
    assert_eq!(
        spelt,
        [
            "text 992dcb167b90378cd886778a7787b8e3",
            "message 983d2de907cd2b02a608920ebe75654c",
            "renamed 2d644029527f7f982f09f5ce486334c9"
        ],
        "a change here orphans every stored key: raise KEY_VERSION with it"
    );
}

#[test]
fn pairs_take_the_nearest_line_and_never_contradict() {
    let at = |line, names| Line { line, names };
    let olds = [at(10, 0), at(50, 0), at(90, 0)];
    assert_eq!(pair(Stage::Text, &olds, &[at(52, 0), at(11, 0)]), [(0, 1), (1, 0)], "nearest first");
    assert_eq!(pair(Stage::Renamed, &olds, &[at(10, 0)]), [], "unique or nothing");
    assert_eq!(pair(Stage::Text, &[at(10, 6)], &[at(10, 4)]), [], "fingerprints of one name that differ");
    assert_eq!(
        pair(Stage::OnePartial, &[at(10, 6)], &[at(10, 4)]).len(),
        1,
        "where they agree it does not matter"
    );
    let many: Vec<Line> = (0..200).map(|n| at(n, 0)).collect();
    assert_eq!(pair(Stage::Text, &many, &many).len(), 200, "large buckets pair in line order");
}

proptest! {
    #[test]
    fn pairing_is_one_to_one_and_leaves_nothing_over(olds in prop::collection::vec(0u32..60, 0..20), news in prop::collection::vec(0u32..60, 0..20)) {
        let lines = |side: &[u32]| side.iter().map(|&line| Line { line, names: 0 }).collect::<Vec<_>>();
        let pairs = pair(Stage::Text, &lines(&olds), &lines(&news));
        prop_assert_eq!(pairs.len(), olds.len().min(news.len()), "as many as there can be");
        let mut left: Vec<usize> = pairs.iter().map(|p| p.0).collect();
        let mut right: Vec<usize> = pairs.iter().map(|p| p.1).collect();
        left.sort_unstable();
        left.dedup();
        right.sort_unstable();
        right.dedup();
        prop_assert_eq!((left.len(), right.len()), (pairs.len(), pairs.len()), "each at most once");
    }

    #[test]
    fn keys_do_not_depend_on_the_line(line in 1u32..100_000, message in "[a-z ]{1,30}") {
        let first = identify(&code("r", "a/b", 1, &message)).keys;
        let second = identify(&code("r", "a/b", line, &message)).keys;
        let plain = |keys: Vec<StageKey>| keys.into_iter().filter(|k| k.stage != Stage::Same).collect::<Vec<_>>();
        prop_assert_eq!(plain(first), plain(second));
    }
}
