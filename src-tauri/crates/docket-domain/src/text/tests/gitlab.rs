//! GitLab's Markdown: its documented triggers, written down a second time and looked for by an
//! independent reader, in everything that is neither code nor a link's own address.

use std::sync::LazyLock;

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use proptest::prelude::*;
use regex::Regex;

use super::{HOSTILE, cases, in_link};
use crate::issue::Marker;
use crate::text::{Flavour, code_span, fence, html_line, line, link, markdown, plain};

const F: Flavour = Flavour::GitLab;

static TRIGGERS: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    [
        ("a mention", r"@[A-Za-z0-9_]"),
        ("an issue, a request or an epic", r"[#!&][0-9]"),
        ("an issue", r"(?i)(?:^|[^\p{L}\p{N}])gl-[0-9]"),
        ("a snippet or math", r"\$"),
        ("a label", r"~(?:[^\s/\\~:]|:\S)"),
        ("a milestone", r#"%\S*["\p{L}\p{N}]"#),
        ("an alert", r"\^[\p{L}\p{N}]"),
        ("an iteration", r#"(?i)\*iteration:|\*""#),
        ("a typed reference", r"(?i)\[[a-z_-]+:"),
        ("a project", r"[A-Za-z0-9_]/[A-Za-z0-9_]+>"),
        ("a commit", r"(?i)\b[0-9a-f]{7,40}\b"),
        ("an emoji", r"(?i)(?:^|[^\p{L}\p{N}:]):[a-z0-9_+-]+:"),
        ("a wiki page or contents", r"(?i)\[\[|\[toc\]"),
        ("a change", r"\{\+|\{-|\[\+|\[-"),
        ("an include", r"::include\{"),
        ("an address", r"(?i)www\.|[a-z]://"),
    ]
    .into_iter()
    .map(|(name, shape)| (name, Regex::new(shape).expect("a valid pattern")))
    .collect()
});

fn gitlab() -> Options<'static> {
    let mut options = super::github();
    options.extension.multiline_block_quotes = true;
    options.extension.description_lists = true;
    options.extension.wikilinks_title_after_pipe = true;
    options.extension.front_matter_delimiter = Some("---".into());
    options
}

/// What GitLab would act upon.
pub(crate) fn faults(text: &str) -> Vec<String> {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &gitlab());
    let mut faults = Vec::new();
    let mut run = String::new();
    let mut inside = None;
    for node in root.descendants() {
        let value = node.data.borrow().value.clone();
        faults.extend(structure(&value));
        // References are looked for in one text of one element.
        let parent = node.parent().map(std::ptr::from_ref);
        if inside != parent {
            judge(&run, &mut faults);
            run.clear();
            inside = parent;
        }
        if let NodeValue::Text(text) = &value {
            if !in_link(node) {
                run.push_str(text);
            }
            continue;
        }
        judge(&run, &mut faults);
        run.clear();
    }
    judge(&run, &mut faults);
    orders(root, text, &mut faults);
    faults
}

fn structure(value: &NodeValue) -> Option<String> {
    let fault = match value {
        NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_) => "HTML",
        NodeValue::Image(_) => "an image",
        NodeValue::TaskItem(_) => "a task item",
        NodeValue::FootnoteDefinition(_) | NodeValue::FootnoteReference(_) => "a footnote",
        NodeValue::Alert(_) => "an alert box",
        NodeValue::Math(_) => "math",
        NodeValue::WikiLink(_) => "a wiki link",
        NodeValue::MultilineBlockQuote(_) => "a quote of several paragraphs",
        NodeValue::DescriptionList => "a list of descriptions",
        NodeValue::FrontMatter(_) => "front matter",
        NodeValue::CodeBlock(code) if !tame(&code.info) => "a block that is drawn",
        NodeValue::Code(code) if is_colour(&code.literal) => "a colour",
        NodeValue::Link(link) if !link.url.starts_with("http") => "a link to somewhere else",
        NodeValue::Link(link)
            if ["/issues/", "/merge_requests/", "/commit/", "/epics/", "/work_items/", "/milestones/"]
                .iter()
                .any(|kind| link.url.to_lowercase().contains(kind)) =>
        {
            "a link to an issue"
        }
        _ => return None,
    };
    Some(format!("{fault}: {value:?}"))
}

fn tame(info: &str) -> bool {
    info.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        && !["mermaid", "plantuml", "math", "dot", "graphviz", "geojson", "stl", "svgbob", "d2", "suggestion"]
            .contains(&info)
}

fn is_colour(code: &str) -> bool {
    let hex = code.strip_prefix('#');
    hex.is_some_and(|d| (3..=8).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_hexdigit()))
        || (code.ends_with(')') && ["rgb", "hsl"].iter().any(|name| code.starts_with(name)))
}

fn judge(run: &str, faults: &mut Vec<String>) {
    for (name, shape) in TRIGGERS.iter() {
        if shape.is_match(run) {
            faults.push(format!("{name} in {run:?}"));
        }
    }
}

/// Orders as servers of today find them (lines of paragraphs outside of quotes, lists and code)
/// and as older ones did (lines outside of what looks like a block of code).
fn orders<'a>(root: &'a AstNode<'a>, text: &str, faults: &mut Vec<String>) {
    static ORDER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^/[A-Za-z_]+(?:\s|$)").unwrap());
    static BEGINNING: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^/[\p{L}\p{N}_]").unwrap());
    static MARKERS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(?:[ >]|[-*+] |[0-9]+[.)] )*").unwrap());
    static FENCED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?ms)^```.+?\n```$").unwrap());
    let lines: Vec<&str> = text.lines().collect();
    for node in root.descendants() {
        let data = node.data.borrow();
        if !matches!(data.value, NodeValue::Paragraph) {
            continue;
        }
        let (from, to) = (data.sourcepos.start.line, data.sourcepos.end.line);
        for source in lines.get(from - 1..to).unwrap_or_default() {
            let bare = MARKERS.replace(source, "");
            if BEGINNING.is_match(source) || ORDER.is_match(&bare) {
                faults.push(format!("an order in {source:?}"));
            }
        }
    }
    if let Some(order) = ORDER.find(&FENCED.replace_all(text, "")) {
        faults.push(format!("an order for older servers: {:?}", order.as_str()));
    }
}

#[track_caller]
fn harmless(text: &str) {
    static CODE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("(?s)<code>.*?</code>|</?(?:details|summary)>").unwrap());
    let summary = format!("<details><summary>{}</summary></details>", html_line(F, text));
    for (way, out) in [
        ("plain", plain(F, text)),
        ("markdown", markdown(F, text)),
        ("line", line(F, text)),
        ("fence", fence(F, text, Some("mermaid"))),
        ("two fences", format!("{}\n\n{}", fence(F, text, Some("rust")), fence(F, text, None))),
        ("code", code_span(F, text)),
        ("link", link(F, Some(text), text)),
    ] {
        let faults = faults(&out);
        assert!(faults.is_empty(), "{way} of {text:?} is {out:?}, which holds {faults:?}");
        assert!(Marker::find_all(&out).is_empty(), "{way} must not carry a marker: {out:?}");
    }
    // A summary is HTML: what is outside of its <code> is judged as text.
    for run in CODE.split(&summary) {
        let mut faults = Vec::new();
        let run = run.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        judge(run.trim(), &mut faults);
        assert!(faults.is_empty(), "a summary of {text:?} is {summary:?}, which holds {faults:?}");
    }
}

const TRICKS: &[&str] = &[
    "/close",
    "/assign @alice\n/label ~bug",
    "text\n/close\nmore\n\n/spend 1h",
    "  /close",
    "- /close\n- /label ~x\n\n> /close\n\n1. /close",
    "*/close* **/close**",
    "\\/close and &#47;close\n&#47;close",
    "<p>\n/close\n</p>",
    "<b></b>/close",
    "a<br>/close<br/>/label ~x",
    "```\n/close\n```",
    "````\n```\n/close\n````\n\n```\n/close\n```",
    "```\n```\n/close\n",
    "~~~\n```\n/close\n~~~",
    "| a |\n|-|\n/close",
    "/shrug hello",
    "@group/sub @all (@user) @user.name @_x",
    "!1 group/project!12 &1 group&12 $123 ^alert#1 #1+ #1+s #1[design.png]",
    "~label ~\"label x\" ~bug, ~1 ~größe group/project~bug",
    "%milestone %1 %\"v 1.0\" 100%x %{project_name}",
    "[vulnerability:1] [vulnerability:group/project/1] [feature_flag:1] [contact:a] [issue:1] [epic:g/2]",
    "*iteration:\"a b\" *iteration:1 [cadence:1] *\"x\"",
    "group/project> group/sub/project> <group/project>",
    "9ba12248 9ba12248...b19a04f5 group/project@9ba12248",
    "https://gitlab.com/group/project/-/issues/1 https://gitlab.example/g/p/-/merge_requests/2#note_1",
    "[x](https://gitlab.example/g/p/-/epics/1) <https://gitlab.example/groups/g/-/milestones/1>",
    "closes #1, Fixes group/project#2, implements https://gitlab.com/a/b/-/issues/1",
    "[[_TOC_]]\n\n[TOC]\n\n[toc]\n\n[[TOC]] [[wiki page]] [[a|b]]",
    "\\[\\[_TOC_\\]\\]",
    ":smile: (:+1:) :a::b: x:tada: :100:",
    "$a$ $`a`$ $$\nx\n$$ \\$`x`\\$ cost $5 and $6",
    "{+ add +} {- del -} [+ add +] [- del -] {+a+}",
    "`#f00` `rgb(1,2,3)` `hsl(0,1%,2%)` #fff #123",
    "```mermaid\ngraph TD\n```\n```plantuml\na\n```\n```kroki\nb\n```\n```math\nc\n```\n```json:table\n{}\n```\n```suggestion:-0+0\nx\n```",
    ">>>\n/close\n>>>\n\n>>> [!note]\nx\n>>>",
    "---\ntitle: x\n---\n\ntext",
    "+++\na\n+++",
    "::include{file=x.md}\n\n```\n::include{file=x}\n```",
    "- [~] a\n- [ ] b\n- [x] c",
    "![v](https://e.example/x.mp4){width=100} ![](x.png)",
    "docket-part-ends docket-key-00000000000000000000000000000000",
    "<i>docket</i>-part-ends docket&#45;key-00000000000000000000000000000000",
    "[x](https://e.example/?docket-part-ends+docket-key-00000000000000000000000000000000)",
    "\u{1e01b}:a: é:b:",
    "term\n: definition\n\nGL-12 gl-3 (GL-4)",
];

// covers: S2.25
#[test]
fn what_gitlab_acts_upon_is_only_shown() {
    for text in HOSTILE.iter().chain(TRICKS) {
        harmless(text);
    }
}

#[test]
fn the_judge_itself_sees_each_trigger() {
    for text in [
        "@alice",
        "#1",
        "!1",
        "&amp;1",
        "GL-1",
        "\\$1",
        "\\~bug",
        "%v1",
        "^alert",
        "\\*iteration:1",
        "\\[issue:1\\]",
        "a/b&gt;",
        "deadbeef",
        ":smile:",
        "\\[toc\\]",
        "\\{+ x",
        "/close",
        "x\n/close",
        "```mermaid\nx\n```",
        "`#fff`",
        "<b>",
        "![x](https://y)",
        "- [ ] x",
        "[x](https://e/issues/1)",
        "````\n```\n/close\n````",
    ] {
        assert!(!faults(text).is_empty(), "a judge that lets {text:?} pass proves nothing");
    }
    for text in
        ["plain words, 50 % of it", "see <https://e.example/a> and `@x #1 ~y`", "C:\\\\x, a: b", "- \\/x"]
    {
        assert_eq!(
            faults(text),
            Vec::<String>::new(),
            "a judge that cries wolf hides what matters: {text:?}"
        );
    }
}

#[test]
fn benign_text_keeps_its_form() {
    for (text, expected) in [
        ("Use **prepared** *statements*.", "Use **prepared** *statements*."),
        ("see #1, (!2) and \"~bug\".", "see `#1 `, (`!2`) and \"`~bug`\"."),
        ("50 % of AT&T, 100%!", "50 % of AT&amp;T, 100%!"),
        ("the file /etc/passwd: gone", "the file `/etc/passwd`: gone"),
        ("[note] at 12:30, std::io", "\\[note\\] at 12:30, std::io"),
        ("it costs $5.", "it costs `$5`."),
        ("a -> b, x > y", "a -&gt; b, x &gt; y"),
        ("- a\n- b", "- a\n- b"),
        ("see https://example.com/a_b.", "see <https://example.com/a_b>."),
    ] {
        assert_eq!(markdown(F, text), expected, "the form of {text:?} is kept");
    }
    assert_eq!(
        fence(F, "/close\n// comment\n/etc/passwd\n/* x */", None),
        "```\n /close\n// comment\n/etc/passwd\n/* x */\n```",
        "code stays as it is, but for what could be an order"
    );
}

fn nasty() -> impl Strategy<Value = String> {
    let signs = [
        "/close",
        "/",
        "@a",
        "#1",
        "!1",
        "&1",
        "&",
        "~b",
        "~\"b c\"",
        "%m",
        "%\"m n\"",
        "$1",
        "$",
        "$`",
        "`$",
        "^a#1",
        "[issue:1]",
        "[",
        "]",
        "[[",
        "]]",
        "TOC",
        "_TOC_",
        ":+1:",
        ":",
        "{+",
        "+}",
        "[-",
        "-]",
        "*iteration:1",
        "a/b",
        ">",
        ">>>\n",
        "<",
        "GL-1",
        "deadbee",
        "*",
        "**",
        "_",
        "`",
        "```\n",
        "~~~\n",
        "\n",
        "\n\n",
        " ",
        "    ",
        "- ",
        "1. ",
        "> ",
        "# ",
        "|",
        "\n|-|-|\n",
        "\\",
        "&#47;",
        "&#64;",
        "&#36;",
        "&#8203;",
        "<b>",
        "<br>",
        "<!--",
        "-->",
        "https://gitlab.com/a/b/-/issues/1",
        "https://e.example/x",
        "(",
        ")",
        ".",
        ",",
        "\"",
        "'",
        "x",
        "é",
        "1",
        "---\n",
        "::include{file=x}",
        "mermaid",
        "\r\n",
        "\u{200b}",
        "www.x.y",
        "==",
        "+",
        "!",
        "![",
        "](",
        "docket-key-",
    ];
    prop::collection::vec(prop::sample::select(signs.to_vec()), 0..20).prop_map(|signs| signs.concat())
}

proptest! {
    #![proptest_config(cases(1_200))]
    #[test]
    fn no_mixture_of_signs_does_anything(text in nasty()) {
        harmless(&text);
    }

    #[test]
    fn no_text_does_anything(text in "\\PC{0,60}") {
        harmless(&text);
    }
}

#[test]
fn a_struck_word_beside_a_quotation_is_no_label() {
    harmless("~\"b c\"[issue:1]www.x.y!1_\\> <br>~\"b c\"%m- deadbee,]");
}

#[test]
fn emphasis_that_ends_with_a_blank_is_still_emphasis() {
    harmless("b*iteration:1\r\n<b>*`> x");
    assert_eq!(
        markdown(F, "a *b\n<b>*.c"),
        "a *b* .c",
        "a sign behind a blank closes nothing, so the blank moves behind the sign"
    );
}

#[test]
fn a_title_mentions_nobody_and_reads_as_before() {
    let title = crate::text::title_for(Flavour::GitLab, "Ask @team about #1, !2 & 3 @ home", 255);
    for trigger in ["@team", "#1", "!2"] {
        assert!(!title.contains(trigger), "«{trigger}» would act in a title: {title:?}");
    }
    let read: String = title.chars().filter(|c| *c != '\u{2060}').collect();
    assert_eq!(read, "Ask @team about #1, !2 & 3 @ home", "nothing that people see has changed");
    let long = crate::text::title_for(Flavour::GitLab, &"@a ".repeat(200), 255);
    assert!(long.chars().count() <= 255, "within the limit");
    assert_eq!(
        crate::text::title_for(Flavour::GitHub, "@team #1", 250),
        "@team #1",
        "others do not look there"
    );
}
