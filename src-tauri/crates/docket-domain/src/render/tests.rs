use std::path::PathBuf;
use std::time::Instant;

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use proptest::prelude::*;

use super::*;
use crate::assessment::Status;
use crate::component::{Component, Cvss, Identifier, Reference};
use crate::evidence::Evidence;
use crate::exploit::{Epss, KnownExploited};
use crate::found::Rule;
use crate::id::{ApplicationId, FindingId};
use crate::location::{Flow, Location, Snippet};
use crate::plan::GroupKey;
use crate::severity::Severity;
use crate::time::Timestamp;

mod flavours;
mod hostile;
mod templates;

fn at(path: &str, line: u32) -> Location {
    Location { path: Some(path.into()), start_line: Some(line), ..Location::nowhere() }
}

fn rule() -> Rule {
    Rule {
        id: "python.sqli".into(),
        name: Some("sqli".into()),
        short: Some("SQL injection".into()),
        description: Some("A statement is put together from text that a *user* controls. See @owasp.".into()),
        help: Some(
            "Use placeholders:\n\n```python\ncursor.execute(\"select * from o where id = %s\", [id])\n```\n\n- never `format`\n- never `+`"
                .into(),
        ),
        uri: Some("https://example.com/rules/python.sqli".into()),
        severity: None,
        tags: Vec::new(),
    }
}

pub(crate) fn member(id: i64) -> Member {
    Member {
        id: FindingId(id),
        identity: Marker::derive(&[&id.to_string()]).to_string(),
        severity: Severity::High,
        status: Status::Active,
        title: "SQL injection".into(),
        rule: "python.sqli".into(),
        about_rule: Some(rule()),
        tool: "Semgrep".into(),
        application: ApplicationId(1),
        application_name: "shop".into(),
        branch: String::new(),
        owner: String::new(),
        place: Some(Location {
            snippet: Some(Snippet {
                text: format!(
                    "def order(id):\n    db.execute(f\"select * from orders where id = {{id}}\")  # {id}"
                ),
                start_line: Some(40),
            }),
            ..at(&format!("src/orders/q{id}.py"), 40 + id as u32)
        }),
        further: Vec::new(),
        further_count: 0,
        flow: None,
        component: None,
        endpoint: None,
        identifiers: vec![Identifier { scheme: "CWE".into(), value: "CWE-89".into() }],
        cvss: None,
        epss: None,
        known_exploited: None,
        evidence: Vec::new(),
        description: "The parameter `id` of the request reaches the statement unchecked.".into(),
        remediation: None,
        references: vec![Reference { label: Some("OWASP".into()), url: "https://owasp.org/sqli".into() }],
        first_seen: Timestamp(0),
    }
}

fn package(id: i64, cve: &str, severity: Severity) -> Member {
    Member {
        title: format!("{cve}: prototype pollution in lodash"),
        severity,
        rule: cve.into(),
        about_rule: None,
        tool: "Trivy".into(),
        place: Some(at("web/package-lock.json", 120)),
        component: Some(Component {
            purl: Some("pkg:npm/lodash@4.17.20".into()),
            name: "lodash".into(),
            version: Some("4.17.20".into()),
            fixed_version: Some("4.17.21".into()),
        }),
        identifiers: vec![Identifier { scheme: "CVE".into(), value: cve.into() }],
        cvss: Some(Cvss { version: "3.1".into(), vector: None, score: Some(9.1), source: None }),
        description: format!("{cve} lets an attacker change `Object.prototype`."),
        references: Vec::new(),
        ..member(id)
    }
}

fn group_of(members: &[Member], keys: &[GroupKey]) -> Group {
    let candidates: Vec<_> = members.iter().map(Member::candidate).collect();
    crate::group::group(candidates.iter().map(crate::member::Candidate::view), keys).remove(0)
}

fn options() -> RenderOptions {
    RenderOptions::github(Marker::derive(&["test"]), "1.2.3")
}

fn drawn(members: &[Member], keys: &[GroupKey]) -> Rendered {
    render(&group_of(members, keys), members, &options())
}

/// Compares with a file that a person can read; `DOCKET_WRITE_EXPECTED=1` writes it anew.
fn like(name: &str, rendered: &Rendered) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/render/expected").join(name);
    let mut parts = vec![format!("TITLE: {}\n\n{}\n", rendered.title, rendered.body)];
    parts.extend(rendered.follow_ups.iter().map(|comment| format!("COMMENT:\n\n{comment}\n")));
    parts.extend(
        rendered
            .warnings
            .iter()
            .chain(&rendered.leaks.warnings())
            .map(|warning| format!("WARNING: {warning}\n")),
    );
    let text = parts.join("\n");
    if std::env::var_os("DOCKET_WRITE_EXPECTED").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(
        text, expected,
        "{name} is what a developer gets to read; look at it before accepting a change"
    );
}

#[test]
fn one_finding_reads_well() {
    let mut one = member(1);
    one.cvss = Some(Cvss { version: "3.1".into(), vector: None, score: Some(8.1), source: None });
    one.branch = "main".into();
    one.further = vec![at("src/orders/list.py", 7)];
    one.further_count = 3;
    one.flow = Some(Flow {
        message: None,
        steps: vec![
            Location { message: Some("`id` comes from the request".into()), ..at("src/api.py", 12) },
            Location { message: Some("is passed on".into()), ..at("src/api.py", 19) },
            Location { message: Some("reaches the statement".into()), ..at("src/orders/q1.py", 41) },
        ],
    });
    like("one_finding.md", &drawn(&[one], &[]));
}

#[test]
fn one_package_reads_well() {
    like("one_package.md", &drawn(&[package(1, "CVE-2021-23337", Severity::High)], &[GroupKey::Component]));
}

#[test]
fn many_places_of_one_rule_read_well() {
    let mut members: Vec<Member> = (1..=4).map(member).collect();
    members[2].status = Status::FalsePositive;
    like("many_places.md", &drawn(&members, &[GroupKey::Rule]));
}

#[test]
fn a_package_with_several_flaws_reads_well() {
    let members = [
        package(1, "CVE-2021-23337", Severity::High),
        package(2, "CVE-2020-8203", Severity::Critical),
        package(3, "CVE-2019-10744", Severity::Medium),
    ];
    like("package_group.md", &drawn(&members, &[GroupKey::Component]));
}

#[test]
fn everything_in_one_reads_well() {
    let mut other = package(9, "CVE-2021-23337", Severity::Critical);
    other.application = ApplicationId(2);
    other.application_name = "till".into();
    like("all_in_one.md", &drawn(&[member(1), member(2), other], &[GroupKey::All]));
}

#[test]
fn a_paragraph_for_a_title_is_cut_to_its_first_sentence_and_said_in_full_below() {
    let second = "Instead, use packages such as i18next in order to internationalise your elements.";
    for description in ["", "the title"] {
        let mut one = member(1);
        one.title = format!("JSX element not internationalised: 'About'. {second}");
        one.description = if description.is_empty() { String::new() } else { one.title.clone() };
        let mut two = member(2);
        (two.title, two.description) = (one.title.clone(), one.description.clone());
        for (members, keys) in [
            (vec![one.clone()], &[][..]),
            (vec![one.clone()], &[GroupKey::Rule]),
            (vec![one, two], &[GroupKey::File]),
        ] {
            let issue = drawn(&members, keys);
            assert!(!issue.title.contains("Instead"), "the title is short: {}", issue.title);
            assert!(issue.body.contains("Instead, use packages"), "nothing is lost: {}", issue.body);
        }
    }
}

#[test]
fn a_hostile_finding_reads_tamely() {
    let hostile = "@acme/all <img src=x> fixes #1 ```\n- [x] <!-- docket:end -->";
    let mut one = member(1);
    one.title = hostile.into();
    one.description =
        format!("{hostile}\n\n![x](https://evil.example/p.png)\n\n<!-- docket:v1 key={} -->", "0".repeat(32));
    one.rule = hostile.into();
    one.tool = hostile.into();
    one.application_name = hostile.into();
    one.branch = hostile.into();
    one.place = Some(Location {
        logical: Some(hostile.into()),
        snippet: Some(Snippet { text: format!("```\n{hostile}\npassword='tr0ub4dor'"), start_line: None }),
        ..at(hostile, 3)
    });
    one.identifiers = vec![Identifier { scheme: "CVE".into(), value: hostile.into() }];
    one.references = vec![
        Reference { label: Some(hostile.into()), url: "javascript:alert(1)".into() },
        Reference { label: None, url: "https://github.com/acme/shop/issues/1".into() },
    ];
    one.remediation =
        Some("See /home/alice/notes and use ghp".to_owned() + "_0123456789abcdefghijABCDEFGHIJ012345.");
    like("hostile.md", &drawn(std::slice::from_ref(&one), &[]));
    one.title = "other".into();
    let two = Member { id: FindingId(2), title: hostile.into(), ..one.clone() };
    let both = drawn(&[one, two], &[GroupKey::All]);
    sound(&both, &options());
}

/// What must hold of every issue.
#[track_caller]
fn sound(rendered: &Rendered, options: &RenderOptions) {
    let limits = options.limits.sane();
    assert!(rendered.title.chars().count() <= limits.title_chars, "the title keeps its limit");
    assert!(!rendered.title.trim().is_empty(), "an issue has a title");
    let length = rendered.body.chars().count();
    assert!(length <= limits.body_chars, "the text keeps its limit: {length} of {}", limits.body_chars);
    assert!(rendered.follow_ups.len() <= options.max_follow_ups, "no more comments than allowed");
    assert_eq!(
        Marker::find_all(&rendered.body),
        std::slice::from_ref(&options.marker),
        "one marker and no other"
    );
    assert!(rendered.body.ends_with(&options.marker.line()), "the marker is the last line");
    assert!(rendered.body.starts_with(managed::BEGIN), "the text begins with Docket's line");
    assert_eq!(
        managed::merge(&rendered.body, &rendered.body).as_deref(),
        Ok(rendered.body.as_str()),
        "Docket finds its own part again"
    );
    only_our_html(&rendered.body);
    for comment in &rendered.follow_ups {
        assert!(comment.chars().count() <= limits.comment_chars, "a comment keeps its limit");
        only_our_html(comment);
    }
}

#[track_caller]
fn only_our_html(text: &str) {
    let mut md = Options::default();
    md.extension.table = true;
    md.extension.autolink = true;
    md.extension.tasklist = true;
    md.extension.strikethrough = true;
    let arena = Arena::new();
    let root = parse_document(&arena, text, &md);
    let (mut opened, mut closed) = (0, 0);
    for node in root.descendants() {
        let value = node.data.borrow().value.clone();
        let html = match &value {
            NodeValue::HtmlBlock(html) => html.literal.trim().to_owned(),
            NodeValue::HtmlInline(html) => html.trim().to_owned(),
            NodeValue::Image(_) => panic!("an image got in: {text}"),
            NodeValue::Text(run) => {
                // Behind a letter it is part of a word («a@b.c»), for every tracker.
                let word = |c: char| c.is_alphanumeric() || c == '_';
                let mention = run.match_indices('@').any(|(at, _)| {
                    !run[..at].ends_with(word)
                        && run[at + 1..].starts_with(|c: char| c.is_ascii_alphanumeric())
                });
                assert!(!mention, "a mention got in: {run}");
                continue;
            }
            _ => continue,
        };
        for piece in html.split('\n').map(str::trim).filter(|p| !p.is_empty()) {
            let ours = piece.starts_with("<!-- docket:") && piece.ends_with(" -->");
            if piece == "</details>" {
                closed += 1;
            } else if let Some(rest) = piece.strip_prefix("<details><summary>") {
                opened += 1;
                let inner = rest.strip_suffix("</summary>").expect("a summary is one line");
                let bare = inner.replace("<code>", "").replace("</code>", "");
                assert!(!bare.contains('<'), "a summary holds no HTML of others: {piece}");
            } else {
                assert!(ours, "HTML that is not ours: {piece:?} in {text}");
            }
        }
    }
    assert_eq!(opened, closed, "every fold is closed");
    if text.starts_with(managed::BEGIN) {
        // If a fence were open, the last line would be code and not a comment.
        let last = root.children().last().map(|n| n.data.borrow().value.clone());
        assert!(matches!(last, Some(NodeValue::HtmlBlock(_))), "nothing swallows the marker: {last:?}");
    }
}

#[test]
fn a_hundred_thousand_members_fit() {
    let members: Vec<Member> = (1..=3_000).map(member).collect();
    let mut group = group_of(&members, &[GroupKey::Rule]);
    group.findings = (1..=100_000).map(FindingId).collect();
    let rendered = render(&group, &members, &options());
    sound(&rendered, &options());
    assert_eq!(rendered.follow_ups.len(), 2, "2,000 places take the text and two comments");
    assert!(rendered.body.contains("### Where (1 of 3)"), "parts are numbered");
    assert!(rendered.follow_ups[1].starts_with("### Where (3 of 3)"), "to the last");
    assert!(rendered.follow_ups[1].contains("98000 more findings"), "what is left out is counted");
    assert!(rendered.warnings.iter().any(|w| w.contains("98000 of 100000")), "and the plan says so");
    let none = render(&group, &members, &RenderOptions { max_follow_ups: 0, ..options() });
    assert!(none.follow_ups.is_empty() && none.body.contains("more findings"), "without comments it is cut");
}

#[test]
fn a_megabyte_of_text_fits() {
    for text in [
        "a".repeat(1_000_000),
        "*_`[<@x #1 ".repeat(90_000),
        format!("```\n{}", "x\n".repeat(500_000)),
        "ä€😀\n\n".repeat(100_000),
        format!("|a|b|\n|-|-|\n{}", "|1|2|\n".repeat(150_000)),
        ">".repeat(1_000_000),
        "- ".repeat(500_000),
        "`".repeat(1_000_000),
        "[".repeat(1_000_000),
    ] {
        let mut one = member(1);
        one.description = text.clone();
        one.title = text.clone();
        one.remediation = Some(text.clone());
        one.place = Some(Location {
            snippet: Some(Snippet { text: text.clone(), start_line: None }),
            ..at(&text, 1)
        });
        let started = Instant::now();
        let rendered = drawn(std::slice::from_ref(&one), &[]);
        sound(&rendered, &options());
        assert!(rendered.body.contains("hortened"), "the cut is said");
        assert!(rendered.warnings.iter().any(|w| w.contains("shortened")), "in the plan too");
        let two = Member { id: FindingId(2), identity: "ab".into(), ..one.clone() };
        sound(&drawn(&[one, two], &[GroupKey::Rule]), &options());
        eprintln!("1 MB of {:?}: {:?}", text.chars().take(4).collect::<String>(), started.elapsed());
    }
}

#[test]
fn ten_thousand_members_are_quick() {
    let members: Vec<Member> = (1..=10_000).map(member).collect();
    let group = group_of(&members, &[GroupKey::Rule]);
    let started = Instant::now();
    let rendered = render(&group, &members, &options());
    let took = started.elapsed();
    sound(&rendered, &options());
    eprintln!("10,000 members: {took:?}");
}

#[test]
fn the_order_of_members_never_matters() {
    let members: Vec<Member> = (1..=30).map(member).collect();
    let mut reversed = members.clone();
    reversed.reverse();
    assert_eq!(
        drawn(&members, &[GroupKey::Rule]),
        drawn(&reversed, &[GroupKey::Rule]),
        "the same findings give the same issue"
    );
}

#[test]
fn a_comment_names_who_joined() {
    let comment = additions(&[member(2), member(1)], 5, &options());
    assert_eq!(
        comment.body,
        "5 findings joined this issue:\n\n\
         - **🟠 High** · `src/orders/q1.py:41` · SQL injection\n\
         - **🟠 High** · `src/orders/q2.py:42` · SQL injection\n\n\
         *3 more findings are not listed here. Docket has them all.*",
        "new members are named, the rest is counted"
    );
}

/// Findings whose every text is one of eight, the long ones many times over.
fn saying(texts: &[String], repeat: usize, count: i64) -> Vec<Member> {
    (1..=count)
        .map(|id| Member {
            title: texts[0].clone(),
            description: texts[1].repeat(repeat),
            rule: texts[2].clone(),
            remediation: Some(texts[3].repeat(repeat)),
            place: Some(Location {
                snippet: Some(Snippet { text: texts[4].repeat(repeat), start_line: None }),
                ..at(&format!("{}{id}", texts[5]), 1)
            }),
            tool: texts[6].clone(),
            branch: texts[2].clone(),
            owner: texts[2].clone(),
            application_name: texts[7].clone(),
            ..member(id)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]
    #[test]
    fn whatever_comes_in_keeps_the_limits(
        texts in prop::collection::vec("\\PC{0,40}|[`~<>@#|\\-\\[\\]x \\n*_!()]{0,60}", 8),
        body in 0usize..6_000,
        repeat in 1usize..400,
        count in 1i64..12,
        follow in 0usize..3,
    ) {
        let members = saying(&texts, repeat, count);
        let mut options = options();
        options.limits.body_chars = body;
        options.limits.comment_chars = body;
        options.max_follow_ups = follow;
        for keys in [&[GroupKey::All][..], &[GroupKey::Rule], &[]] {
            let rendered = render(&group_of(&members, keys), &members, &options);
            sound(&rendered, &options);
        }
    }
}

#[test]
fn findings_that_share_a_line_still_say_which() {
    let mut one = member(1);
    one.place = Some(at("src/a.py", 98));
    let mut two = Member { id: FindingId(2), title: "Something else".into(), ..one.clone() };
    two.rule = "other".into();
    let both = drawn(&[one.clone(), two.clone()], &[GroupKey::File]);
    assert!(both.body.contains("src/a.py:98"), "the line stands in the issue: {}", both.body);
}
