//! Whole issues with hostile texts in every place that a finding has one, for every tracker's
//! flavour: titles, texts, comments, headings after a template. Read back by parsers that the
//! product does not write with, and judged outside of what Docket itself wrote.

use comrak::nodes::NodeValue;
use comrak::{Arena, parse_document};
use proptest::prelude::*;

use super::*;
use crate::component::Endpoint;
use crate::mapping::Template;
use crate::plan::{Action, StepState};
use crate::planning::{Material, write_draft};
use crate::text::Flavour;
use crate::text::tests::{HOSTILE, cases, github, gitlab, hidden, judge_text, nasty, web};

/// A finding that says the same hostile thing wherever it says anything.
fn saying_everywhere(text: &str) -> Member {
    let own = |text: &str| Some(text.to_owned());
    let place = Location {
        logical: own(text),
        message: own(text),
        snippet: Some(Snippet { text: text.to_owned(), start_line: Some(1) }),
        ..at(text, 3)
    };
    Member {
        title: text.to_owned(),
        rule: text.to_owned(),
        about_rule: Some(Rule {
            id: text.to_owned(),
            name: own(text),
            short: own(text),
            description: own(text),
            help: own(text),
            uri: own(text),
            ..rule()
        }),
        tool: text.to_owned(),
        application_name: text.to_owned(),
        branch: text.to_owned(),
        owner: text.to_owned(),
        place: Some(place.clone()),
        further: vec![at(text, 9)],
        further_count: 4,
        flow: Some(Flow { message: own(text), steps: vec![place.clone(), place] }),
        endpoint: Some(Endpoint {
            method: own(text),
            url: own(text),
            host: own(text),
            port: Some(8080),
            parameter: own(text),
        }),
        identifiers: ["CVE", "CWE", "GHSA", "OTHER"]
            .map(|scheme| Identifier { scheme: scheme.to_owned(), value: text.to_owned() })
            .to_vec(),
        evidence: vec![Evidence {
            label: own(text),
            method: own(text),
            url: own(text),
            request: own(text),
            response: own(text),
            payload: own(text),
            text: own(text),
        }],
        description: text.to_owned(),
        remediation: own(text),
        references: vec![
            Reference { label: own(text), url: text.to_owned() },
            Reference { label: own(text), url: "javascript:alert(1)".to_owned() },
            Reference { label: None, url: text.to_owned() },
        ],
        ..member(1)
    }
}

/// The same, but in a package.
fn in_package(text: &str) -> Member {
    let own = |text: &str| Some(text.to_owned());
    let component =
        Component { purl: own(text), name: text.to_owned(), version: own(text), fixed_version: own(text) };
    Member { id: FindingId(2), identity: "ab".into(), component: Some(component), ..saying_everywhere(text) }
}

/// What GitHub would act upon in an issue, outside of Docket's own words.
fn in_github(text: &str) -> Vec<String> {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &github());
    let mut faults = Vec::new();
    let mut run = String::new();
    for node in root.descendants() {
        let value = node.data.borrow().value.clone();
        match &value {
            NodeValue::Text(piece) => {
                run.push_str(piece);
                continue;
            }
            NodeValue::Image(_) => faults.push("an image".to_owned()),
            NodeValue::Alert(_) => faults.push("an alert".to_owned()),
            NodeValue::Math(_) => faults.push("math".to_owned()),
            NodeValue::FootnoteDefinition(_) | NodeValue::FootnoteReference(_) => {
                faults.push("a footnote".to_owned());
            }
            NodeValue::CodeBlock(code) if code.info.contains("mermaid") => {
                faults.push("a drawing".to_owned());
            }
            NodeValue::Code(code) => hidden(&code.literal, &mut faults),
            NodeValue::CodeBlock(code) => hidden(&code.literal, &mut faults),
            NodeValue::Link(link) => {
                let lower = link.url.to_lowercase();
                let web = lower.starts_with("http://") || lower.starts_with("https://");
                if !web
                    || lower.contains("/issues/")
                    || lower.contains("/pull/")
                    || lower.contains("/commit/")
                {
                    faults.push(format!("a link to {}", link.url));
                }
                hidden(&link.url, &mut faults);
            }
            _ => {}
        }
        let own_address = matches!(&value, NodeValue::Link(_)) || run.starts_with("http");
        if !own_address {
            judge_text(&run, &mut faults);
        }
        run.clear();
    }
    if !run.starts_with("http") {
        judge_text(&run, &mut faults);
    }
    faults
}

/// Judges all that one issue sends.
#[track_caller]
fn tame(flavour: Flavour, title: &str, texts: &[&str], about: &str) {
    let mut faults = Vec::new();
    let visible: String = title.chars().filter(|c| *c != '\u{2060}').collect();
    hidden(&visible, &mut faults);
    assert!(!title.contains('\n') && !title.trim().is_empty(), "a title is one line: {title:?}");
    if flavour.dialect().titles_act {
        for sign in ["@a", "@b", "#1", "#2", "!1", "!2", "~b"] {
            assert!(!title.contains(sign), "{sign} acts in a title: {title:?} of {about:?}");
        }
    }
    for text in texts {
        match flavour {
            Flavour::GitHub => {
                only_our_html(text);
                faults.extend(in_github(text));
            }
            Flavour::GitLab => {
                only_our_html(text);
                faults.extend(gitlab::faults(text).into_iter().filter(|fault| !is_ours(fault)));
            }
            Flavour::Html => faults.extend(web::judge(&web::read(text))),
        }
    }
    assert!(faults.is_empty(), "{flavour:?} of {about:?}: {faults:?}\nin {texts:#?}");
}

/// What the judge of texts sees of Docket's own frame: boxes, folds, comments.
fn is_ours(fault: &str) -> bool {
    fault.starts_with("a task item")
        || (fault.starts_with("HTML") && (fault.contains("details>") || fault.contains("<!-- docket:")))
}

#[test]
fn the_judges_see_what_would_act() {
    for acting in [
        "by @alice",
        "fixes #1",
        "![a](https://e.example/x.png)",
        "[a](javascript:x)",
        "[a](https://github.com/a/b/issues/1)",
        "> [!NOTE]\n> x",
        "[^1]\n\n[^1]: x",
        "`a\u{202e}b`",
        "a\u{200b}b",
    ] {
        assert!(!in_github(acting).is_empty(), "a judge that lets {acting:?} pass proves nothing");
    }
    for html in
        ["<p>@alice</p>", "<p>#1</p>", "<img src=x>", "<p onclick=x>a</p>", "<a href=\"javascript:x\">a</a>"]
    {
        assert!(!web::judge(&web::read(html)).is_empty(), "a judge that lets {html:?} pass proves nothing");
    }
    let own = "### Where\n\n- [ ] `@x` <!-- docket:item 1 -->\n\n[CWE-89](https://cwe.mitre.org/data/definitions/89.html)";
    assert_eq!(in_github(own), Vec::<String>::new(), "Docket's own words are not what is judged");
}

fn options_of(flavour: Flavour) -> RenderOptions {
    let marker = Marker::derive(&["test"]);
    match flavour {
        Flavour::GitHub => RenderOptions::github(marker, "1.2.3"),
        Flavour::GitLab => RenderOptions::gitlab(marker, "1.2.3"),
        Flavour::Html => RenderOptions::azure(marker, "1.2.3"),
    }
}

#[track_caller]
fn tame_everywhere(text: &str) {
    let (one, other) = (saying_everywhere(text), in_package(text));
    for flavour in Flavour::ALL.iter().copied() {
        let options = options_of(flavour);
        for (members, keys) in [
            (vec![one.clone()], &[][..]),
            (vec![other.clone()], &[GroupKey::Component][..]),
            (vec![one.clone(), other.clone()], &[GroupKey::All][..]),
        ] {
            let issue = render(&group_of(&members, keys), &members, &options);
            let mut texts: Vec<&str> = issue.follow_ups.iter().map(String::as_str).collect();
            texts.push(&issue.body);
            tame(flavour, &issue.title, &texts, text);
            assert_eq!(
                Marker::find_all(&issue.body),
                std::slice::from_ref(&options.marker),
                "one marker: {text:?}"
            );
        }
        let comment = additions(&[one.clone(), other.clone()], 5, &options);
        tame(flavour, "comment", &[&comment.body], text);
    }
}

// covers: X12
#[test]
fn nothing_hostile_survives_in_any_place_of_any_trackers_issue() {
    for text in HOSTILE {
        tame_everywhere(text);
    }
}

#[test]
fn nothing_hostile_survives_a_persons_own_template() {
    for text in HOSTILE.iter().filter(|text| !text.contains("docket")) {
        for flavour in Flavour::ALL.iter().copied() {
            let members = [saying_everywhere(text)];
            let mut mapping = crate::planning::tests::mapping();
            mapping.template = Template {
                title: "Security: {{ title }} {{ rule }} {{ tool }}".to_owned(),
                body:
                    "**Found by {{ tool }}:** {{ rule }} in {{ application }}, {{ title }}\n\n{{ default }}"
                        .to_owned(),
            };
            let mut step = crate::plan::Step {
                index: 0,
                group: group_of(&members, &[]),
                action: Action::Create,
                why: String::new(),
                warnings: Vec::new(),
                draft: None,
                marker: Marker::derive(&["test"]),
                issue: None,
                attach: None,
                leaves: Vec::new(),
                state: StepState::Planned,
                dropped: Vec::new(),
                problem: None,
                sent_at: None,
                ended_at: None,
            };
            let options = options_of(flavour);
            let material = Material {
                members: &members,
                leaving: &[],
                mapping: &mapping,
                options: &options,
                links: &[],
                live: None,
            };
            write_draft(&mut step, &material);
            let draft = step.draft.expect("a step that creates has a text");
            tame(flavour, &draft.title, &[&draft.body], text);
        }
    }
}

#[test]
fn ten_megabytes_end_in_a_tame_issue_within_the_limits() {
    for piece in ["@alice fixes #1 ", "<img src=x>", "`", "[![a](", "\u{202e}\u{200b}\0", "| a |\n"] {
        let text = piece.repeat(10_000_000 / piece.len());
        let mut one = member(1);
        one.title.clone_from(&text);
        one.description.clone_from(&text);
        one.remediation = Some(text.clone());
        one.place = Some(Location {
            snippet: Some(Snippet { text: text.clone(), start_line: None }),
            ..at("src/a.py", 1)
        });
        for flavour in Flavour::ALL.iter().copied() {
            let options = options_of(flavour);
            let started = Instant::now();
            let issue =
                render(&group_of(std::slice::from_ref(&one), &[]), std::slice::from_ref(&one), &options);
            eprintln!("10 MB of {piece:?} as {}: {:?}", flavour.label(), started.elapsed());
            assert!(issue.body.chars().count() <= options.limits.body_chars, "the text keeps its limit");
            assert!(issue.title.chars().count() <= options.limits.title_chars, "so does the title");
            tame(flavour, &issue.title, &[&issue.body], piece);
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]
    #[test]
    fn no_mixture_of_signs_survives_in_any_place(text in nasty()) {
        tame_everywhere(&text);
    }
}
