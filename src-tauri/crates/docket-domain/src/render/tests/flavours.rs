//! The same findings for every flavour.

use proptest::prelude::*;

use super::*;
use crate::text::tests::{gitlab, web};

pub(super) fn gitlab_options() -> RenderOptions {
    RenderOptions::gitlab(Marker::derive(&["test"]), "1.2.3")
}

pub(super) fn html_options() -> RenderOptions {
    RenderOptions::azure(Marker::derive(&["test"]), "1.2.3")
}

pub(super) fn drawn_as(members: &[Member], keys: &[GroupKey], options: &RenderOptions) -> Rendered {
    render(&group_of(members, keys), members, options)
}

fn one() -> Member {
    let mut one = member(1);
    one.cvss = Some(Cvss { version: "3.1".into(), vector: None, score: Some(8.1), source: None });
    one.branch = "main".into();
    one.further = vec![at("src/orders/list.py", 7)];
    one.further_count = 3;
    one
}

fn several() -> Vec<Member> {
    let mut members: Vec<Member> = (1..=4).map(member).collect();
    members[2].status = Status::FalsePositive;
    members
}

fn packages() -> Vec<Member> {
    vec![
        package(1, "CVE-2021-23337", Severity::High),
        package(2, "CVE-2020-8203", Severity::Critical),
        package(3, "CVE-2019-10744", Severity::Medium),
    ]
}

// covers: S2.25
#[test]
fn the_look_in_gitlab_is_defined() {
    like("gitlab_one_finding.md", &drawn_as(&[one()], &[], &gitlab_options()));
    like("gitlab_many_places.md", &drawn_as(&several(), &[GroupKey::Rule], &gitlab_options()));
    like("gitlab_package_group.md", &drawn_as(&packages(), &[GroupKey::Component], &gitlab_options()));
    like("gitlab_hostile.md", &drawn_as(&[hostile()], &[], &gitlab_options()));
}

#[test]
fn the_look_in_html_is_defined() {
    like("html_one_finding.html", &drawn_as(&[one()], &[], &html_options()));
    like("html_many_places.html", &drawn_as(&several(), &[GroupKey::Rule], &html_options()));
    like("html_package_group.html", &drawn_as(&packages(), &[GroupKey::Component], &html_options()));
    like("html_hostile.html", &drawn_as(&[hostile()], &[], &html_options()));
}

pub(super) fn hostile() -> Member {
    let text =
        "@acme/all <img src=x> fixes #1 ~bug !2 ```\n/close\n- [x] <!-- docket:end --> docket-part-ends";
    let mut one = member(1);
    one.title = text.into();
    one.description = format!(
        "{text}\n\n![x](https://evil.example/p.png)\n\n/assign @alice\n\n[TOC]\n\n<script>alert(1)</script>\n\n\
         docket-part-ends docket-key-{}",
        "0".repeat(32)
    );
    one.rule = text.into();
    one.tool = text.into();
    one.branch = text.into();
    one.place = Some(Location {
        snippet: Some(Snippet { text: format!("/close\n```\n{text}"), start_line: None }),
        ..at(text, 3)
    });
    one.references = vec![
        Reference { label: Some(text.into()), url: "javascript:alert(1)".into() },
        Reference { label: None, url: "https://gitlab.com/acme/shop/-/issues/1".into() },
    ];
    one
}

/// What must hold of every issue in GitLab: Docket's own comments, boxes and folds, and nothing
/// that acts.
#[track_caller]
pub(super) fn sound_in_gitlab(rendered: &Rendered, options: &RenderOptions) {
    sound(rendered, options);
    for text in std::iter::once(&rendered.body).chain(&rendered.follow_ups) {
        let ours = ["HTML: ", "a task item: "];
        let faults: Vec<String> = gitlab::faults(text)
            .into_iter()
            .filter(|fault| !ours.iter().any(|own| fault.starts_with(own)))
            .collect();
        assert!(faults.is_empty(), "GitLab would act upon {faults:?} in {text}");
    }
}

/// What must hold of every issue in HTML.
#[track_caller]
pub(super) fn sound_in_html(rendered: &Rendered, options: &RenderOptions) {
    let limits = options.limits.sane();
    assert!(rendered.title.chars().count() <= limits.title_chars, "the title keeps its limit");
    let length = rendered.body.chars().count();
    assert!(length <= limits.body_chars, "the text keeps its limit: {length} of {}", limits.body_chars);
    assert_eq!(Marker::find_all(&rendered.body), std::slice::from_ref(&options.marker), "one marker");
    assert_eq!(
        managed::merge(&rendered.body, &rendered.body).as_deref(),
        Ok(rendered.body.as_str()),
        "Docket finds its own part again"
    );
    assert_eq!(managed::outside_chars(&rendered.body), 0, "all of it is Docket's part");
    for text in std::iter::once(&rendered.body).chain(&rendered.follow_ups) {
        assert!(text.chars().count() <= limits.body_chars.max(limits.comment_chars), "limits");
        let faults = web::judge(&web::read(text));
        assert!(faults.is_empty(), "{faults:?} in {text}");
    }
    for comment in &rendered.follow_ups {
        assert!(comment.chars().count() <= limits.comment_chars, "a comment keeps its limit");
    }
}

#[test]
fn hostile_findings_stay_tame_in_every_flavour() {
    let two = Member { id: FindingId(2), identity: "ab".into(), title: "other".into(), ..hostile() };
    for (members, keys) in [(vec![hostile()], &[][..]), (vec![hostile(), two], &[GroupKey::All][..])] {
        sound_in_gitlab(&drawn_as(&members, keys, &gitlab_options()), &gitlab_options());
        sound_in_html(&drawn_as(&members, keys, &html_options()), &html_options());
    }
}

#[test]
fn ticks_are_kept_where_there_are_boxes() {
    let rendered = drawn_as(&several(), &[GroupKey::Rule], &gitlab_options());
    let live = rendered.body.replacen("- [ ] ", "- [x] ", 1);
    assert_eq!(
        managed::merge(&live, &rendered.body).as_deref(),
        Ok(live.as_str()),
        "GitLab ticks as GitHub does"
    );
}

#[test]
fn a_comment_names_who_joined_in_html_too() {
    let comment = additions(&[member(1)], 2, &html_options());
    assert_eq!(
        comment.body,
        "<p>2 findings joined this issue:</p>\n<ul>\n<li><strong>🟠 High</strong> · <code>src/orders/q1.py:41</code> \
         · SQL injection</li>\n</ul>\n<p><em>1 more finding is not listed here. Docket has them all.</em></p>",
        "HTML to the last element"
    );
}

#[test]
fn large_issues_stay_readable_where_the_tracker_bears_a_million() {
    let mut long = member(1);
    long.description = "A sentence about <it> & more. ".repeat(40_000);
    for options in [gitlab_options(), html_options()] {
        let rendered = drawn_as(std::slice::from_ref(&long), &[], &options);
        let length = rendered.body.chars().count();
        assert!((30_000..=61_000).contains(&length), "words are cut for readers' sake: {length}");
        assert!(rendered.warnings.iter().any(|w| w.contains("shortened")), "and the plan says so");
    }
    let members: Vec<Member> = (1..=2_500).map(member).collect();
    for options in [gitlab_options(), html_options()] {
        let rendered = drawn_as(&members, &[GroupKey::Rule], &options);
        assert!(rendered.follow_ups.is_empty(), "the whole list fits into the text");
        assert!(rendered.body.contains("500 more findings"), "what is not looked at is counted");
    }
}

/// Prints the three renderings of a sizeable group: `cargo test -p docket-domain show -- --nocapture`.
#[test]
fn show_a_sizeable_group_in_every_flavour() {
    let mut members: Vec<Member> = (1..=12).map(member).collect();
    members.push(package(20, "CVE-2020-8203", Severity::Critical));
    members[3].status = Status::RiskAccepted;
    members[5].description =
        "Closes #12, see /etc/shadow and ~/notes.\n\n| a | b |\n|-|-|\n| `x` | 1 |\n\n> quoted".into();
    for options in [options(), gitlab_options(), html_options()] {
        let rendered = drawn_as(&members, &[GroupKey::Application], &options);
        println!("===== {}\n{}\n\n{}\n", options.flavour.label(), rendered.title, rendered.body);
        assert!(rendered.follow_ups.is_empty(), "a dozen findings need one text");
        if options.flavour == Flavour::Html {
            let advice = rendered.body.matches("Use placeholders").count();
            assert_eq!(advice, 1, "what nothing folds away is said once");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]
    #[test]
    fn whatever_comes_in_keeps_the_limits(
        texts in prop::collection::vec("\\PC{0,40}|[`~<>@#|\\-\\[\\]x \\n*_!()&$%/]{0,80}|[<>&]{200,400}", 8),
        body in 0usize..6_000,
        repeat in 1usize..400,
        count in 1i64..12,
        follow in 0usize..3,
    ) {
        let members = saying(&texts, repeat, count);
        for mut options in [gitlab_options(), html_options()] {
            options.limits.body_chars = body;
            options.limits.comment_chars = body;
            options.max_follow_ups = follow;
            for keys in [&[GroupKey::All][..], &[GroupKey::Rule], &[]] {
                let rendered = drawn_as(&members, keys, &options);
                if options.flavour == Flavour::Html {
                    sound_in_html(&rendered, &options);
                } else {
                    sound_in_gitlab(&rendered, &options);
                }
            }
        }
    }
}
