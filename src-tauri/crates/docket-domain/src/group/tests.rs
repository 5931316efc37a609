use proptest::prelude::*;

use super::*;
use crate::assessment::Status;
use crate::id::ApplicationId;
use crate::member::Candidate;

pub(crate) fn candidate(id: i64) -> Candidate {
    Candidate {
        id: FindingId(id),
        identity: format!("{id:032x}"),
        severity: Severity::High,
        status: Status::Active,
        title: "SQL injection".into(),
        rule: Some("sqli".into()),
        rule_title: Some("SQL injection".into()),
        tool: Some("Semgrep".into()),
        application: ApplicationId(1),
        application_name: "shop".into(),
        component: None,
        component_version: None,
        fixed_version: None,
        path: Some(format!("src/db/q{id}.rs")),
        line: Some(id as u32),
        cve: None,
        cwe: Some("CWE-89".into()),
        package_manager: None,
        owner: None,
        import: None,
        matches: None,
    }
}

fn titles(candidates: &[Candidate], keys: &[GroupKey]) -> Vec<String> {
    group(candidates.iter().map(Candidate::view), keys).into_iter().map(|g| g.title).collect()
}

#[test]
fn titles_say_what_and_where() {
    use GroupKey::{
        All, Application, Component, Cve, Cwe, Directory, File, PackageManager, Rule, Severity as Sev, Tool,
    };

    let code: Vec<Candidate> = (1..=12).map(candidate).collect();
    let dependency = |id: i64, version: &str| Candidate {
        component: Some("lodash".into()),
        component_version: Some(version.into()),
        package_manager: Some("npm".into()),
        cve: Some(format!("CVE-2024-{id}")),
        path: Some("package-lock.json".into()),
        line: None,
        title: format!("Prototype pollution {id}"),
        rule_title: None,
        ..candidate(id)
    };
    let same: Vec<Candidate> = (1..=3).map(|id| dependency(id, "4.17.20")).collect();
    let mixed = [dependency(1, "4.17.20"), dependency(2, "4.16.0")];
    for (input, keys, title) in [
        (&code[..], &[Rule][..], "SQL injection (12 places)"),
        (&code[..1], &[Rule], "SQL injection in src/db/q1.rs:1"),
        (&code[..1], &[], "SQL injection"),
        (&code[..], &[Rule, Directory], "SQL injection in src/db (12 places)"),
        (&code[..], &[Rule, Sev], "SQL injection (12 places, High)"),
        (&code[..], &[Rule, Tool], "SQL injection (12 places, Semgrep)"),
        (&code[..], &[Sev], "High: 12 findings"),
        (&code[..], &[Tool], "Semgrep: 12 findings"),
        (&code[..], &[Application], "shop: 12 findings"),
        (&code[..], &[Directory], "src/db: 12 findings"),
        (&code[..], &[Cwe], "CWE-89 (12 places)"),
        (&code[..], &[Cwe, Directory], "CWE-89 in src/db (12 places)"),
        (&code[..], &[PackageManager], "12 findings without a package manager"),
        (&same[..], &[PackageManager], "npm: 3 findings"),
        (&same[..], &[Component, PackageManager], "lodash 4.17.20: 3 vulnerabilities (npm)"),
        (&code[..1], &[File], "SQL injection in src/db/q1.rs:1"),
        (&code[..], &[Component], "12 findings without a component"),
        (&code[..], &[Rule, Component], "SQL injection without a component (12 places)"),
        (&code[..], &[All], "12 findings in shop"),
        (&code[..], &[Rule, All], "12 findings in shop"),
        (&same[..], &[Component], "lodash 4.17.20: 3 vulnerabilities"),
        (&mixed[..], &[Component], "lodash: 2 vulnerabilities"),
        (&same[..1], &[Cve, Component], "CVE-2024-1 in lodash 4.17.20"),
        (&same[..1], &[Component], "Prototype pollution 1 in lodash 4.17.20"),
    ] {
        assert_eq!(titles(input, keys), [title], "the title of {keys:?} over {} findings", input.len());
    }
}

#[test]
fn a_missing_value_is_a_group_of_its_own() {
    let none = candidate(1);
    let empty = Candidate { component: Some(String::new()), ..candidate(2) };
    let dash = Candidate { component: Some(MISSING.into()), ..candidate(3) };
    let groups = group([&none, &empty, &dash].map(Candidate::view), &[GroupKey::Component]);
    let values: BTreeSet<String> = groups.iter().map(|g| encode_values(&g.values)).collect();
    assert_eq!(
        groups.len(),
        3,
        "no component, an empty name and a name that looks like «none» are three things"
    );
    assert!(values.contains(MISSING), "the missing one is spelt as missing: {values:?}");
    assert!(values.contains(r"\\-"), "the look-alike is escaped: {values:?}");
}

#[test]
fn applications_share_an_issue_only_in_all_in_one() {
    let other = Candidate { application: ApplicationId(2), application_name: "till".into(), ..candidate(2) };
    let both = [candidate(1), other];
    for keys in [&[][..], &[GroupKey::Rule], &[GroupKey::Severity, GroupKey::Tool]] {
        assert_eq!(
            group(both.iter().map(Candidate::view), keys).len(),
            2,
            "{keys:?} keeps applications apart"
        );
    }
    let all = group(both.iter().map(Candidate::view), &[GroupKey::All]);
    assert_eq!(all.len(), 1, "all in one is one");
    assert_eq!(all[0].applications, ["shop", "till"], "and says whose findings they are");
    assert_eq!(all[0].title, "2 findings in 2 applications", "in its title too");
}

#[test]
fn rules_of_different_tools_are_different_rules() {
    let mut other = candidate(2);
    other.tool = Some("Trivy".into());
    let tricky = Candidate { tool: Some("a:b".into()), rule: Some("c".into()), ..candidate(3) };
    let tricky2 = Candidate { tool: Some("a".into()), rule: Some("b:c".into()), ..candidate(4) };
    let groups = group([&candidate(1), &other, &tricky, &tricky2].map(Candidate::view), &[GroupKey::Rule]);
    let values: BTreeSet<&str> = groups.iter().map(|g| g.values[0].as_str()).collect();
    assert_eq!(
        values,
        BTreeSet::from(["Semgrep:sqli", "Trivy:sqli", r"a\:b:c", "a:b:c"]),
        "a rule id is unique only within its tool"
    );
}

#[test]
fn the_same_flaw_on_two_branches_is_one_group() {
    let twin = Candidate { id: FindingId(9), ..candidate(1) };
    let groups = group([&candidate(1), &twin].map(Candidate::view), &[]);
    assert_eq!(groups.len(), 1, "one identity is one issue");
    assert_eq!(groups[0].findings, [FindingId(1), FindingId(9)], "and both rows belong to it");
}

#[test]
fn directories_are_parents() {
    let at = |path: &str| Candidate { path: Some(path.into()), ..candidate(1) };
    for (path, folder) in [("a.rs", "."), ("src/a.rs", "src"), ("a/b/c.rs", "a/b"), ("/a.rs", "/"), ("", ".")]
    {
        let groups = group([at(path).view()], &[GroupKey::Directory]);
        assert_eq!(groups[0].values, [folder], "the folder of «{path}»");
    }
}

#[test]
fn values_fit_one_line_and_come_back() {
    let nasty = Candidate { path: Some("a\tb\n\\c\u{7}\u{2028}".into()), ..candidate(1) };
    let groups = group([nasty.view()], &[GroupKey::File, GroupKey::Component, GroupKey::Severity]);
    let line = encode_values(&groups[0].values);
    assert_eq!(line, "a\\tb\\n\\\\c\\u{7}\\u{2028}\t\\-\thigh", "the spelling is pinned");
    assert_eq!(decode_values(&line), groups[0].values, "and can be taken apart again");
}

#[test]
fn the_recipe_of_group_markers_is_pinned() {
    let members = [candidate(1), candidate(2)];
    let marker = |keys: &[GroupKey]| {
        let groups = group(members.iter().map(Candidate::view), keys);
        marker_of("Acme/Shop", keys, &groups[0]).to_string()
    };
    // Changing any of these orphans every issue that is out there.
    assert_eq!(marker(&[]), "0e46941010617f25ebf3f4c16eb4c667", "one issue for each finding");
    assert_eq!(marker(&[GroupKey::Rule, GroupKey::Severity]), "18501e8c63538593ce0399c4c0653fca", "two keys");
    assert_eq!(marker(&[GroupKey::Component]), "1b68188db547da0faddb920da02f8f29", "a missing value");
    assert_eq!(marker(&[GroupKey::All]), "61aac861d986b91faf710bba7ff624b9", "all in one");
}

#[test]
fn markers_depend_on_meaning_not_on_rows() {
    let rows = group([candidate(1).view()], &[GroupKey::Rule]);
    let rebuilt = Candidate { id: FindingId(77), application: ApplicationId(5), ..candidate(1) };
    let again = group([rebuilt.view()], &[GroupKey::Rule]);
    let keys = [GroupKey::Rule];
    assert_eq!(
        marker_of("acme/shop", &keys, &rows[0]),
        marker_of("ACME/shop", &keys, &again[0]),
        "another database, another spelling of the target: the same marker"
    );
    assert_ne!(
        marker_of("acme/shop", &keys, &rows[0]),
        marker_of("acme/till", &keys, &rows[0]),
        "another target has its own issues"
    );
}

fn any_candidate() -> impl Strategy<Value = Candidate> {
    let severity = prop::sample::select(Severity::ALL.to_vec());
    let small = || prop::option::of(prop::sample::select(vec!["", "a", "b", "a/b", "\\-"]));
    (1..40i64, severity, small(), small(), small(), 0..3u8).prop_map(
        |(id, severity, rule, component, path, app)| Candidate {
            severity,
            rule: rule.map(str::to_owned),
            component: component.map(str::to_owned),
            path: path.map(str::to_owned),
            application: ApplicationId(i64::from(app)),
            application_name: format!("app{app}"),
            ..candidate(id)
        },
    )
}

fn any_keys() -> impl Strategy<Value = Vec<GroupKey>> {
    prop::collection::vec(prop::sample::select(GroupKey::ALL.to_vec()), 0..4)
}

proptest! {
    #[test]
    fn the_order_of_the_input_never_matters(
        (input, shuffled) in prop::collection::vec(any_candidate(), 0..40)
            .prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle())),
        keys in any_keys(),
    ) {
        let one = group(input.iter().map(Candidate::view), &keys);
        let two = group(shuffled.iter().map(Candidate::view), &keys);
        prop_assert_eq!(one, two, "the same findings give the same groups");
    }

    #[test]
    fn every_finding_is_in_a_group_and_markers_differ(
        input in prop::collection::btree_map(1..60i64, any_candidate(), 0..40),
        keys in any_keys(),
    ) {
        let input: Vec<Candidate> = input.into_iter().map(|(id, c)| Candidate { id: FindingId(id), ..c }).collect();
        let groups = group(input.iter().map(Candidate::view), &keys);
        let members: usize = groups.iter().map(|g| g.findings.len()).sum();
        prop_assert_eq!(members, input.len(), "nothing is lost or doubled");
        let markers: BTreeSet<_> = groups.iter().map(|g| marker_of("t", &keys, g)).collect();
        prop_assert_eq!(markers.len(), groups.len(), "each group has its own marker");
    }
}
