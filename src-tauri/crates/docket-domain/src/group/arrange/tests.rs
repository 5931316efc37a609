use proptest::prelude::*;

use super::*;
use crate::group::tests::candidate;
use crate::member::Candidate;

fn arrange_all(candidates: &[Candidate], by: &GroupBy) -> Arrangement {
    let views: Vec<GroupView<'_>> = candidates.iter().map(Candidate::view).collect();
    arrange(&views, by, "acme/shop", &Placed::new(), |_| false)
}

fn ids(arranged: &Arranged) -> Vec<i64> {
    arranged.group.findings.iter().map(|id| id.0).collect()
}

fn named(arrangement: &Arrangement, finding: i64) -> Marker {
    let group = arrangement.groups.iter().find(|one| ids(one).contains(&finding));
    group.map(|group| group.name.clone()).expect("every finding is in a group")
}

/// Six findings of two rules: 1, 3, 5 are «sqli», 2, 4, 6 are «xss».
fn six() -> Vec<Candidate> {
    (1..=6)
        .map(|id| Candidate {
            rule: Some(if id % 2 == 1 { "sqli" } else { "xss" }.into()),
            rule_title: Some(if id % 2 == 1 { "SQL injection" } else { "Scripting" }.into()),
            ..candidate(id)
        })
        .collect()
}

fn by_rule(edits: Vec<GroupEdit>) -> GroupBy {
    GroupBy { keys: vec![GroupKey::Rule], edits, ..GroupBy::default() }
}

#[test]
fn a_finding_that_is_dragged_out_is_named_as_if_it_had_always_been_alone() {
    let all = six();
    let edit = GroupEdit::Move { findings: vec![FindingId(3)], to: None };
    let arrangement = arrange_all(&all, &by_rule(vec![edit]));
    let sizes: Vec<Vec<i64>> = arrangement.groups.iter().map(ids).collect();
    assert_eq!(sizes, [vec![2, 4, 6], vec![1, 5], vec![3]], "it left its group");
    let alone = arrange_all(&all, &GroupBy::default());
    let own = alone.groups.iter().find(|one| ids(one) == [3]).expect("alone");
    assert_eq!(arrangement.groups[2].marker, own.marker, "the marker of one issue each");
    let whole = arrange_all(&all, &by_rule(Vec::new()));
    assert_eq!(named(&arrangement, 1), named(&whole, 1), "the others keep their group's name");
    assert!(arrangement.groups[1].group.title.contains("2 places"), "and count anew: {arrangement:?}");
}

#[test]
fn findings_move_and_groups_merge_in_the_order_in_which_it_was_done() {
    let all = six();
    let whole = arrange_all(&all, &by_rule(Vec::new()));
    let (sqli, xss) = (named(&whole, 1), named(&whole, 2));
    let edits = vec![
        GroupEdit::Move { findings: vec![FindingId(2)], to: Some(sqli.clone()) },
        GroupEdit::LeaveOut { findings: vec![FindingId(4)] },
    ];
    let arrangement = arrange_all(&all, &by_rule(edits.clone()));
    assert_eq!(arrangement.groups.iter().map(ids).collect::<Vec<_>>(), [vec![1, 2, 3, 5], vec![6]], "moved");
    assert_eq!(arrangement.left_out, [FindingId(4)], "left out");
    assert!(
        arrangement.groups[0].group.title.ends_with("and 1 more"),
        "{}",
        arrangement.groups[0].group.title
    );
    let whole = vec![GroupEdit::LeaveOutGroup { group: xss.clone() }];
    let less = arrange_all(&all, &by_rule(whole));
    assert_eq!((less.groups.len(), less.left_out.len()), (1, 3), "a whole group at once: {less:?}");
    let merged = edits.into_iter().chain([GroupEdit::Merge { from: xss, into: sqli.clone() }]).collect();
    let arrangement = arrange_all(&all, &by_rule(merged));
    assert_eq!(
        arrangement.groups.iter().map(ids).collect::<Vec<_>>(),
        [vec![1, 2, 3, 5, 6]],
        "all in one now"
    );
    assert_eq!(arrangement.groups[0].name, sqli, "which keeps the name of the one that stays");
}

#[test]
fn a_change_to_what_is_gone_is_said_and_the_rest_is_done() {
    let gone = Marker::derive(&["gone"]);
    let edits = vec![
        GroupEdit::Merge { from: gone.clone(), into: gone.clone() },
        GroupEdit::Move { findings: vec![FindingId(77)], to: None },
        GroupEdit::Move { findings: vec![FindingId(1)], to: Some(gone) },
        GroupEdit::LeaveOut { findings: vec![FindingId(2)] },
    ];
    let arrangement = arrange_all(&six(), &by_rule(edits));
    assert!(arrangement.warnings.len() >= 3, "each is said: {:?}", arrangement.warnings);
    assert_eq!(
        arrangement.groups.iter().map(ids).collect::<Vec<_>>(),
        [vec![1, 3, 5], vec![4, 6]],
        "the last one"
    );
}

#[test]
fn groups_that_go_into_one_issue_are_one() {
    let whole = arrange_all(&six(), &by_rule(Vec::new()));
    let issue =
        IssueRef { target: "acme/shop".into(), number: "9".into(), stable_id: None, url: String::new() };
    let edits = [1, 2]
        .map(|id| GroupEdit::Attach {
            group: named(&whole, id),
            issue: issue.clone(),
            how: AttachAs::Comment,
        })
        .to_vec();
    let arrangement = arrange_all(&six(), &by_rule(edits));
    assert_eq!(arrangement.groups.len(), 1, "{arrangement:?}");
    assert_eq!(arrangement.groups[0].group.findings.len(), 6, "all of both");
}

#[test]
fn a_group_that_is_too_large_is_split_and_what_is_placed_stays() {
    let all: Vec<Candidate> = (1..=5).map(candidate).collect();
    let by = GroupBy { most: Some(2), ..GroupBy::keys(&[GroupKey::Rule]) };
    let first = arrange_all(&all, &by);
    assert_eq!(
        first.groups.iter().map(ids).collect::<Vec<_>>(),
        [vec![1, 2], vec![3, 4], vec![5]],
        "in order"
    );
    assert!(first.groups[1].group.title.ends_with("(part 2 of 3)"), "{}", first.groups[1].group.title);
    let unsplit = arrange_all(&all, &GroupBy::keys(&[GroupKey::Rule]));
    assert_eq!(first.groups[0].marker, unsplit.groups[0].marker, "the first part is the group's own issue");

    // Pushed; then a more severe finding comes, which stands first in the list.
    let placed: Placed = first
        .groups
        .iter()
        .flat_map(|one| one.group.findings.iter().map(|id| (*id, BTreeSet::from([one.marker.clone()]))))
        .collect();
    let more: Vec<Candidate> =
        all.into_iter().chain([Candidate { severity: Severity::Critical, ..candidate(9) }]).collect();
    let views: Vec<GroupView<'_>> = more.iter().map(Candidate::view).collect();
    let again = arrange(&views, &by, "acme/shop", &placed, |_| false);
    let mut parts: Vec<Vec<i64>> = again.groups.iter().map(ids).collect();
    parts.sort();
    assert_eq!(parts, [vec![1, 2], vec![3, 4], vec![9, 5]], "nobody moves; the new one fills the last part");
}

#[test]
fn depth_fixed_version_import_and_query_are_keys() {
    let at = |id: i64, path: &str| Candidate { path: Some(path.into()), ..candidate(id) };
    let deep = [at(1, "a/b/c/x.rs"), at(2, "a/b/y.rs"), at(3, "a/z.rs"), at(4, "w.rs")];
    let depth = |depth| GroupBy { depth: Some(depth), ..GroupBy::keys(&[GroupKey::Directory]) };
    let values = |by: &GroupBy, of: &[Candidate]| -> Vec<String> {
        let mut values: Vec<String> =
            arrange_all(of, by).groups.into_iter().map(|one| one.group.values.join("|")).collect();
        values.sort();
        values
    };
    assert_eq!(values(&depth(1), &deep), [".", "a"], "the topmost folder");
    assert_eq!(values(&depth(2), &deep), [".", "a", "a/b"], "two folders");
    assert_eq!(values(&depth(2), &[at(1, "/a/b/c/x.rs")]), ["/a/b"], "also below the root");
    let one = |by: &GroupBy| arrange_all(&deep[..1], by).groups[0].marker.clone();
    assert_ne!(one(&depth(1)), one(&depth(2)), "another depth is another grouping");

    let fixed = |id: i64, version: &str| Candidate {
        component: Some("lodash".into()),
        fixed_version: Some(version.into()),
        ..candidate(id)
    };
    let by = GroupBy::keys(&[GroupKey::Component, GroupKey::FixedVersion]);
    let arrangement = arrange_all(&[fixed(1, "4.17.21"), fixed(2, "4.17.21"), fixed(3, "5.0.0")], &by);
    assert_eq!(
        arrangement.groups[0].group.title, "lodash: 2 vulnerabilities (fixed in 4.17.21)",
        "one update"
    );

    let import = |id: i64, file: &str| Candidate {
        import: Some((format!("{file}-digest"), file.into())),
        ..candidate(id)
    };
    let arrangement =
        arrange_all(&[import(1, "a.sarif"), import(2, "b.sarif")], &GroupBy::keys(&[GroupKey::Import]));
    assert_eq!(
        arrangement.groups[0].group.title, "SQL injection in src/db/q1.rs:1 (a.sarif)",
        "{arrangement:?}"
    );
    assert_eq!(arrangement.groups[0].group.values, ["a.sarif-digest"], "by what was read, not by its name");

    let asked = |id: i64| Candidate { matches: Some(id == 1), ..candidate(id) };
    let by = GroupBy { query: Some("path:src/db".into()), ..GroupBy::keys(&[GroupKey::Query]) };
    let titles: BTreeSet<String> = arrange_all(&[asked(1), asked(2), asked(3)], &by)
        .groups
        .into_iter()
        .map(|one| one.group.title)
        .collect();
    assert!(titles.iter().any(|title| title.contains("not path:src/db")), "{titles:?}");
}

#[test]
fn what_means_nothing_is_refused_by_its_field() {
    for (by, field) in [
        (GroupBy { most: Some(0), ..GroupBy::default() }, "most"),
        (GroupBy { depth: Some(0), ..GroupBy::default() }, "depth"),
        (GroupBy::keys(&[GroupKey::Query]), "query"),
        (GroupBy { query: Some("severity:(".into()), ..GroupBy::keys(&[GroupKey::Query]) }, "query"),
    ] {
        let problem = by.check().expect_err("it means nothing");
        assert_eq!(problem.context.get("field").map(String::as_str), Some(field), "{problem:?}");
    }
    assert!(GroupBy::keys(&[GroupKey::Rule, GroupKey::Directory]).check().is_ok(), "this does");
}

fn edit() -> impl Strategy<Value = (u8, Vec<i64>, i64, i64)> {
    (0..4u8, prop::collection::vec(1..9i64, 1..4), 1..9i64, 1..9i64)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]
    #[test]
    fn every_finding_is_somewhere_once_and_every_name_is_one(
        edits in prop::collection::vec(edit(), 0..6),
        most in prop::option::of(1..4u32),
        keys in prop::collection::vec(prop::sample::select(vec![GroupKey::Rule, GroupKey::File, GroupKey::All]), 0..2),
    ) {
        let all: Vec<Candidate> = (1..=8)
            .map(|id| Candidate { rule: Some(format!("r{}", id % 3)), ..candidate(id) })
            .collect();
        let mut by = GroupBy { keys, most, ..GroupBy::default() };
        for (kind, findings, one, other) in edits {
            let arrangement = arrange_all(&all, &by);
            let name = |id: i64| arrangement.groups.iter().find(|g| ids(g).contains(&id)).map(|g| g.name.clone());
            let gone = || Marker::derive(&["gone"]);
            let findings = findings.into_iter().map(FindingId).collect();
            by.edits.push(match kind {
                0 => GroupEdit::Move { findings, to: None },
                1 => GroupEdit::Move { findings, to: Some(name(one).unwrap_or_else(gone)) },
                2 => GroupEdit::Merge { from: name(one).unwrap_or_else(gone), into: name(other).unwrap_or_else(gone) },
                _ => GroupEdit::LeaveOut { findings },
            });
        }
        let arrangement = arrange_all(&all, &by);
        let mut seen: Vec<i64> = arrangement.groups.iter().flat_map(ids).collect();
        seen.extend(arrangement.left_out.iter().map(|id| id.0));
        seen.sort_unstable();
        prop_assert_eq!(seen, (1..=8).collect::<Vec<i64>>(), "each once: {:?}", by.edits);
        let names: BTreeSet<&Marker> = arrangement.groups.iter().map(|one| &one.name).collect();
        let markers: BTreeSet<&Marker> = arrangement.groups.iter().map(|one| &one.marker).collect();
        prop_assert_eq!(names.len(), arrangement.groups.len(), "names are unique");
        prop_assert_eq!(markers.len(), arrangement.groups.len(), "markers too");
    }
}
