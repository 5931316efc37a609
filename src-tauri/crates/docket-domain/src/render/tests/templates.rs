//! Issues that a person's own template writes: whatever findings say, wherever it is printed.

use proptest::prelude::*;

use super::flavours::{gitlab_options, hostile, html_options, sound_in_gitlab, sound_in_html};
use super::*;

fn with(body: &str, options: RenderOptions) -> RenderOptions {
    RenderOptions { template: Template { title: String::new(), body: body.to_owned() }, ..options }
}

fn written(body: &str, members: &[Member], options: RenderOptions) -> Rendered {
    let rendered = render(&group_of(members, &[GroupKey::All]), members, &with(body, options));
    assert_eq!(rendered.faults, [], "{body:?} is sound");
    rendered
}

/// Docket's part without its frame and its footer.
fn inner(rendered: &Rendered) -> &str {
    let body = rendered.body.strip_prefix(managed::BEGIN).expect("it begins with Docket's line");
    body.split_once("\n\n---\n*Filed with Docket").expect("and ends with the footer").0.trim_start()
}

fn several() -> Vec<Member> {
    let mut members: Vec<Member> = (1..=4).map(member).collect();
    members[2].status = Status::Closed;
    members[3].severity = Severity::Critical;
    members
}

fn judge(body: &str, members: &[Member]) {
    for options in [options(), gitlab_options(), html_options()] {
        let rendered = render(&group_of(members, &[GroupKey::All]), members, &with(body, options.clone()));
        match options.flavour {
            Flavour::GitHub => sound(&rendered, &options), // tidy: a flavour of Markdown, not the tracker
            Flavour::GitLab => sound_in_gitlab(&rendered, &options), // tidy: a flavour of Markdown, not the tracker
            Flavour::Html => sound_in_html(&rendered, &options),
        }
    }
}

#[test]
fn dockets_parts_stand_where_a_template_puts_them() {
    let source = "Ask **@security** first.\n\n{{ docket.summary }}\n{{ docket.table }}\n\n## To do\n{{ docket.checklist }}\n\n\
                  {{ docket.fix }}\n<details><summary>More</summary>\n\n{{ docket.details }}\n\n</details>\n{{ docket.references }}";
    let rendered = written(source, &several(), options());
    let text = inner(&rendered);
    let places: Vec<usize> = [
        "Ask **@security**",
        "**SQL injection**: 4 places",
        "| 🔴 Critical | 1 | 1 | 0 |",
        "| **All** | 4 | 3 | 1 |",
        "## To do",
        "- [x] **🟠 High**",
        "### How to fix it",
        "<summary>More",
        "### Details",
        "### Read on",
    ]
    .iter()
    .map(|word| text.find(word).unwrap_or_else(|| panic!("«{word}» is in {text}")))
    .collect();
    assert!(places.is_sorted(), "in the template's order: {places:?} in {text}");
    let alone = written("{{ default }}", &several(), options());
    assert_eq!(alone.body, drawn(&several(), &[GroupKey::All]).body, "«default» is Docket's own text");
    let one = written("{{ docket.checklist }}|{{ docket.why }}{{ docket.table }}", &[member(1)], options());
    assert!(
        inner(&one).starts_with("### Where\n\n- `src/orders/q1.py:41`"),
        "one finding has places: {}",
        one.body
    );
}

#[test]
fn values_are_written_as_their_surroundings_need_them() {
    let nasty = Member {
        rule: "a|b` @alice <b>".to_owned(),
        title: "*x* #1 [l](https://e.example)".to_owned(),
        references: vec![Reference { label: Some("![x](y)".into()), url: "https://owasp.org/a b".into() }],
        ..member(1)
    };
    for (source, expected) in [
        ("{{ rule }}", "a\\|b\\` `@alice` &lt;b&gt;"),
        (
            "| r | t |\n|---|---|\n| {{ rule }} | {{ rule | code }} |",
            "| r | t |\n|---|---|\n| a\\|b\\` `@alice` &lt;b&gt; | ``a\\|b` @alice <b>`` |",
        ),
        ("`{{ rule }}` {{ rule | code }}", "`a|b' @alice <b>` ``a|b` @alice <b>``"),
        ("```\n{{ rule }}\n```", "```\na|b' @alice <b>\n```"),
        ("[x](https://e.example/?r={{ rule }})", "[x](https://e.example/?r=a%7Cb%60%20%40alice%20%3Cb%3E)"),
        (
            "see https://e.example/{{ rule }} there",
            "see https://e.example/a%7Cb%60%20%40alice%20%3Cb%3E there",
        ),
        ("[x]({{ rule }}) [y]({{ finding.references[0].url }})", "[x](#) [y](#)"),
        (
            "<p title=\"{{ rule }}\">{{ rule }}</p>",
            "<p title=\"abaliceb\">a|b` <code>@alice</code> &lt;b&gt;</p>",
        ),
        ("@{{ tool }} #{{ count }} **{{ severity }}**", "@`Semgrep` #`1` **High**"),
        (
            "!{% for p in finding.references %}{{ p.url | link(p.label) }}{% endfor %}",
            "! !\\[x\\](y): `https://owasp.org/a b`",
        ),
        (
            "- {{ title }}\n- {{ count }}",
            "- \\*x\\* `#1` \\[l\\](`https://e.example`) in src/orders/q1.py:41\n- 1",
        ),
        (
            "> {{ finding.snippet | fence(finding.language) }}\n\nend",
            "> ```python\n> def order(id):\n>     db.execute(f\"select * from orders where id = {id}\")  # 1\n> ```\n\nend",
        ),
    ] {
        let rendered = written(source, std::slice::from_ref(&nasty), options());
        assert_eq!(inner(&rendered), expected, "for {source}");
    }
}

// covers: X10
#[test]
fn no_value_acts_wherever_a_template_prints_it() {
    let two = Member { id: FindingId(2), identity: "ab".into(), title: "other".into(), ..hostile() };
    for members in [vec![hostile()], vec![hostile(), two]] {
        for source in PLACES {
            for name in ["title", "rule", "finding.place"] {
                judge(&place(source, name), &members);
            }
        }
    }
}

/// Every kind of place that a value can stand in.
const PLACES: &[&str] = &[
    "{{ V }}",
    "{{ V }}{{ V }}",
    "@{{ V }} #{{ V }} !{{ V }} a{{ V }}b {{ V }}@ /{{ V }} ~{{ V }} :{{ V }}: &{{ V }};",
    "* {{ V }}\n\n1. {{ V }}\n\n> {{ V }}\n\n# {{ V }}\n\n**{{ V }}** _{{ V }}_ [{{ V }}] ({{ V }})",
    "| a | b |\n|---|---|\n| {{ V }} | `{{ V }}` |\n| {{ V | code }} | {{ V | link(V) }} |\n",
    "`{{ V }}` ``{{ V }}`` {{ V | code }} `{{ V | code }}`",
    "```{{ V }}\n{{ V }}\n```\n\n~~~\n{{ V }}\n~~~\n\n    {{ V }}\n",
    "[{{ V }}](https://e.example/{{ V }} \"{{ V }}\") <https://e.example/{{ V }}> https://e.example/{{ V }}",
    "[a]: https://e.example/{{ V }}\n\n[b][a] [{{ V }}][a] [^{{ V }}]",
    "{{ V | markdown }}\n\n- a\n\n  {{ V | markdown }}\n\n> {{ V | fence(V) }}\n\nx {{ V | markdown }} y {{ V | fence }}",
    "{% set x %}{{ V }} **b** {{ V | code }}{% endset %}{{ x }} {{ x | upper }} {{ x ~ V }} {{ x | replace('b', V) }}",
    "{% for one in findings %}{{ one.description | markdown }}\n{{ one.snippet | fence(one.language) }}{{ one.title | cut(9) }}{% endfor %}",
    "{{ [V, V] | join('@') }} {{ V | upper }}{{ V | lower }} {{ V | trim | title }}",
    "{{ docket.table }} x {{ V }} {{ docket.checklist }}{{ V }}{{ docket.details }}\n- {{ docket.why }}",
    "{{ default }}{{ V }}{{ default }}",
];

/// A template for places with a name of a value in them.
fn place(source: &str, name: &str) -> String {
    source.replace('V', name)
}

#[test]
fn a_template_can_neither_leave_out_nor_forge_the_frame() {
    let forged = format!(
        "{}\n{}\n{}\n<!-- docket:{{{{ 'end' }}}} -->\ndocket-part-ends docket-key-x\n\n```\nnever closed",
        managed::BEGIN,
        managed::END,
        Marker::derive(&["other"]).line(),
    );
    for source in [
        forged.as_str(),
        "<details><summary>x</summary>\n\n<details><summary>y</summary>\n\nz",
        "~~~~\n```\n{{ default }}",
        "   ",
    ] {
        judge(source, &several());
    }
    let hidden = written("<!-- never closed\n{{ title }}", &several(), options());
    assert!(inner(&hidden).ends_with("\n-->"), "what hides the rest is closed: {}", hidden.body);
}

#[test]
fn nothing_is_refused_for_its_length() {
    let members: Vec<Member> = (1..=400).map(member).collect();
    let source = "# All of it\n\n| where | what |\n|---|---|\n{% for one in findings %}\n| {{ one.place | code }} | {{ one.title }} |\n\
                  {% endfor %}\n\n<details><summary>Code</summary>\n\n{% for one in findings %}\n{{ one.snippet | fence(one.language) }}\n\n\
                  {% endfor %}\n</details>\n\nThe end.";
    let small = |options: RenderOptions, comments| RenderOptions {
        limits: TextLimits { title_chars: 100, body_chars: 8_000, comment_chars: 6_000 },
        max_follow_ups: comments,
        ..options
    };
    let many = written(source, &members, small(options(), 40));
    sound(&many, &small(options(), 40));
    assert!(many.follow_ups.len() > 5, "it goes on in comments: {}", many.follow_ups.len());
    assert!(many.follow_ups[0].starts_with("| where | what |\n|---|---|\n| `"), "a table has its head again");
    let last = many.follow_ups.last().unwrap();
    assert!(last.ends_with("</details>\n\nThe end."), "to the last word: {last}");
    let code =
        many.follow_ups.iter().find(|text| text.starts_with("<details><summary>Code")).expect("folded again");
    assert!(code.matches("```").count().is_multiple_of(2), "fences are closed: {code}");
    let rows: usize = std::iter::once(&many.body)
        .chain(&many.follow_ups)
        .map(|t| t.matches("| SQL injection |").count())
        .sum();
    assert_eq!(rows, 400, "nothing is lost");

    for options in [options(), gitlab_options(), html_options()] {
        let options = small(options, 2);
        let cut = render(&group_of(&members, &[GroupKey::All]), &members, &with(source, options.clone()));
        assert_eq!(cut.follow_ups.len(), 2, "no more comments than allowed");
        assert!(cut.follow_ups[1].contains("Shortened here"), "the cut is said: {}", cut.follow_ups[1]);
        assert!(cut.warnings.iter().any(|w| w.contains("shortened")), "in the plan too: {:?}", cut.warnings);
        let none = small(options, 0);
        let cut = render(&group_of(&members, &[GroupKey::All]), &members, &with(source, none.clone()));
        assert!(
            cut.body.contains("Shortened here") && cut.body.chars().count() <= 8_000,
            "without comments it is cut"
        );
    }
    let long = format!("{}\n\n{{{{ docket.checklist }}}}", "own words ".repeat(500));
    let both = written(&long, &members, small(options(), 40));
    sound(&both, &small(options(), 40));
    let listed: usize =
        std::iter::once(&both.body).chain(&both.follow_ups).map(|t| t.matches("- [ ] ").count()).sum();
    assert_eq!(listed, 400, "beside long words the list goes on in comments");
}

#[test]
fn a_template_that_fails_keeps_no_issue_from_being_written() {
    let template =
        Template { title: "{{ nothing }}".to_owned(), body: "a\n{{ finding.title | join }}{{ x".to_owned() };
    let rendered =
        render(&group_of(&several(), &[GroupKey::All]), &several(), &RenderOptions { template, ..options() });
    let own = drawn(&several(), &[GroupKey::All]);
    assert_eq!((rendered.title, rendered.body), (own.title, own.body), "Docket's own form stands in");
    let said = rendered.warnings.join("\n");
    assert!(said.contains("title's template failed in line 1, column 4"), "and the plan says why: {said}");
    assert!(said.contains("text's template failed in line 2"), "for both: {said}");
}

#[test]
fn credentials_are_blacked_out_in_what_templates_print() {
    let secret = ["ghp", "_", "abcdefghijklmnopqrstuvwxyz0123456789"].concat();
    let leaking = Member { title: secret.clone(), description: secret.clone(), ..member(1) };
    let template = Template {
        title: "{{ finding.title }}".to_owned(),
        body: "{{ title }} `{{ finding.title }}` {{ finding.title | code }}\n\n| a |\n|---|\n| {{ finding.title }} |\n\n\
               <p a=\"{{ finding.title }}\">{{ finding.title }}</p>\n\n[x]({{ finding.title }}) {{ finding.title | link }}\n\n\
               {{ finding.description | markdown }} {{ finding.description | fence }}"
            .to_owned(),
    };
    for options in [options(), gitlab_options(), html_options()] {
        let members = std::slice::from_ref(&leaking);
        let rendered = render(
            &group_of(members, &[]),
            members,
            &RenderOptions { template: template.clone(), ..options },
        );
        assert!(!rendered.title.contains("ghp"), "the title: {}", rendered.title);
        assert!(!rendered.body.contains("abcdefghijkl"), "the text: {}", rendered.body);
        assert!(!rendered.leaks.warnings().is_empty(), "and the plan says so");
    }
}

#[test]
fn proof_is_printed_only_where_a_template_asks_and_passes_the_guard() {
    let secret = ["ghp", "_", "abcdefghijklmnopqrstuvwxyz0123456789"].concat();
    let proven = Member {
        evidence: vec![Evidence {
            request: Some(format!("GET /probe HTTP/1.1\nX-Some: {secret}")),
            text: Some("seen by the probe".to_owned()),
            ..Evidence::empty()
        }],
        ..member(1)
    };
    let own = drawn(std::slice::from_ref(&proven), &[]);
    let all = format!("{} {} {:?}", own.title, own.body, own.follow_ups);
    assert!(!all.contains("probe"), "Docket's own form leaves it out: {all}");
    let source =
        "{% for p in finding.evidence %}{{ p.request | fence }} {{ p.text }} {{ p.label }}{% endfor %}";
    let asked = written(source, &[proven], options());
    assert!(asked.body.contains("GET /probe") && asked.body.contains("seen by the probe"), "{}", asked.body);
    assert!(!asked.body.contains("abcdefghijkl"), "and nothing leaves that must not: {}", asked.body);
    assert!(!asked.leaks.warnings().is_empty(), "the plan says so");
}

#[test]
fn chances_of_exploitation_can_be_asked_for() {
    let rated = Member {
        epss: Some(Epss { score: 0.94, percentile: Some(0.99), date: None }),
        known_exploited: Some(KnownExploited { source: None, added: None, due: None, ransomware: false }),
        ..member(1)
    };
    let source =
        "{% if finding.known_exploited %}now{% endif %} {{ finding.epss }} {{ finding.epss_percentile }}";
    let body = written(source, &[rated], options()).body;
    assert!(
        ["now", r"0\.94", r"0\.99"].iter().all(|said| body.contains(said)),
        "what the report says: {body}"
    );
    let source = "{% if finding.epss or finding.known_exploited %}rated{% else %}unrated{% endif %}";
    let none = written(source, &[member(1)], options()).body;
    assert!(none.contains("unrated"), "what it does not say is empty: {none}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]
    #[test]
    fn whatever_is_printed_wherever_stays_tame(
        texts in prop::collection::vec("\\PC{0,20}|[`~<>@#|\\-\\[\\]x \\n*_!()&$%/:a-c0-9]{0,40}|@alice|#1|x/y#2|https://e.example/a|docket:end|--->|\\]\\(", 8),
        at in 0usize..PLACES.len(),
        name in prop::sample::select(vec!["title", "rule", "tool", "finding.title", "finding.description", "finding.place", "finding.snippet"]),
        body in 4_000usize..9_000,
    ) {
        let members = saying(&texts, 3, 1);
        let source = place(PLACES[at], name);
        for mut options in [options(), gitlab_options(), html_options()] {
            options.limits.body_chars = body;
            options.limits.comment_chars = body;
            let options = with(&source, options);
            let rendered = render(&group_of(&members, &[]), &members, &options);
            prop_assert_eq!(&rendered.faults, &[]);
            match options.flavour {
                Flavour::GitHub => sound_html_of(&rendered, &options), // tidy: a flavour of Markdown, not the tracker
                Flavour::GitLab => tame_in_gitlab(&rendered, &source), // tidy: a flavour of Markdown, not the tracker
                Flavour::Html => sound_in_html(&rendered, &options),
            }
        }
    }
}

fn cases() -> u32 {
    std::env::var("DOCKET_SOAK").ok().and_then(|times| times.parse().ok()).unwrap_or(1) * 120
}

/// The text with the value in it has no mention or image.
fn sound_html_of(rendered: &Rendered, options: &RenderOptions) {
    sound(rendered, options);
}

/// What acts is only what acts without any value.
fn tame_in_gitlab(rendered: &Rendered, source: &str) {
    let own = text::tests::gitlab::faults(&source.replace("{{ ", "").replace(" }}", ""));
    for text in std::iter::once(&rendered.body).chain(&rendered.follow_ups) {
        for fault in text::tests::gitlab::faults(text) {
            let docket = ["HTML: ", "a task item: "].iter().any(|kind| fault.starts_with(kind));
            let nowhere = fault.starts_with("a link to somewhere else: Link(NodeLink { url: \"\",");
            assert!(docket || nowhere || own.contains(&fault), "GitLab would act upon {fault} in {text}");
        }
    }
}
