//! Docket's part in HTML, as it comes back from servers and editors.

use proptest::prelude::*;

use super::marker;
use crate::issue::Marker;
use crate::render::managed::{ManagedProblem, frame_as, merge, outside_chars};
use crate::text::Flavour;

fn body(section: &str) -> String {
    frame_as(Flavour::Html, section, &marker())
}

const ONE: &str = "<h3>Where</h3>\n<ul>\n<li>🔴 <code>a.rs</code> · <a href=\"https://e.example/x\">x &amp; y</a></li>\n</ul>";
const TWO: &str = "<h3>Where</h3>\n<ul>\n<li><code>b.rs</code></li>\n</ul>\n<p>more</p>";

/// What servers and editors are known to do to HTML without meaning anything by it.
const HABITS: &[fn(&str) -> String] = &[
    |html| html.replace("<p>", "<div>").replace("</p>", "</div>"),
    |html| html.replace('\n', ""),
    |html| html.replace('\n', "\r\n"),
    |html| html.replace("><", ">\n  <"),
    |html| html.replace("<em>", "<i>").replace("</em>", "</i>"),
    |html| html.replace("<em>", "").replace("</em>", ""),
    |html| html.replace("<li>", "<li style=\"box-sizing:border-box;\">").replace("<p>", "<p class=x>"),
    |html| html.replace(' ', "&nbsp;").replace("<a&nbsp;", "<a "),
    |html| html.replace(' ', "\u{a0}").replace("<a\u{a0}", "<a "),
    |html| html.replace('🔴', "&#55357;&#56628;").replace('·', "&middot;"),
    |html| html.replace('🔴', "&#x1F534;").replace('·', "&#183;"),
    |html| html.replace("</p>", "<br></p>"),
    |html| html.replace("</h3>", "</h3><br />\n"),
    |html| html.replace("<p>", "<P>").replace("</p>", "</P>").replace("<ul>", "<UL>"),
    |html| {
        html.replace(
            "<a href=\"https://e.example/x\"",
            "<a rel=\"noopener\" href='https://e.example/x' target=_blank",
        )
    },
    |html| format!("<div>{html}</div>"),
    |html| format!("<div><!-- kept by somebody --><div>{html}</div></div>"),
];

#[test]
fn what_servers_do_to_it_changes_nothing() {
    let body = body(ONE);
    assert_eq!(merge(&body, &body).as_deref(), Ok(body.as_str()), "its own text is left alone");
    for (index, habit) in HABITS.iter().enumerate() {
        let live = format!("<p>before</p>{}<p>after</p>", habit(&body));
        assert_eq!(merge(&live, &body).as_deref(), Ok(live.as_str()), "habit {index}: {live}");
        assert_eq!(Marker::find_all(&live), [marker()], "habit {index}: the marker is found");
    }
}

#[test]
fn words_of_people_survive_byte_for_byte() {
    for (index, habit) in HABITS.iter().enumerate() {
        let (before, after) =
            ("<DIV  Style='x'>Hello&nbsp; team,<br>\r\n</DIV>\n", "\n <p>bye &#64;all<p>unclosed");
        let live = format!("{before}{}{after}", habit(&body(ONE)));
        let merged = merge(&live, &body(TWO)).expect("a whole part is replaced");
        assert!(merged.starts_with(before) && merged.ends_with(after), "habit {index}: {merged}");
        assert!(merged.contains(TWO) && !merged.contains("a.rs"), "habit {index}: the part is the new one");
        assert_eq!(merge(&merged, &body(TWO)).as_deref(), Ok(merged.as_str()), "habit {index}: stable");
        assert!(
            outside_chars(&live) >= before.chars().count() + after.chars().count(),
            "habit {index}: room is left for what people wrote"
        );
    }
}

#[test]
fn a_link_or_a_word_that_differs_is_a_change() {
    let live = body(ONE);
    for new in [ONE.replace("a.rs", "a.rt"), ONE.replace("e.example/x", "e.example/z")] {
        let merged = merge(&live, &body(&new));
        assert_eq!(merged.as_deref(), Ok(body(&new).as_str()), "it must arrive");
    }
}

#[test]
fn who_types_on_the_first_or_last_line_keeps_their_elements() {
    let whole = body(ONE);
    let part =
        whole.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")).expect("framed by paragraphs");
    let live = format!("<div>hello<br>{part}<br>bye</div>").replace("<p>", "<div>").replace("</p>", "</div>");
    let merged = merge(&live, &body(TWO)).expect("merges");
    assert!(merged.starts_with("<div>hello<br></div><p>"), "their element is closed before: {merged}");
    assert!(merged.ends_with("</p><div><br>bye</div>"), "and opened again behind: {merged}");
    assert_eq!(merge(&merged, &body(TWO)).as_deref(), Ok(merged.as_str()), "stable");
}

#[test]
fn damaged_parts_are_left_alone() {
    let whole = body(ONE);
    let new = body(TWO);
    for (live, problem) in [
        (format!("{whole}\n{whole}"), ManagedProblem::Twice),
        (whole.replace("Whatever you write", "I wrote"), ManagedProblem::Cut),
        (whole.replace("Docket keeps this part current", "Ours"), ManagedProblem::Cut),
        (
            whole.replace("begins).", "begins). Nice!").replace("Whatever", "Well, whatever"),
            ManagedProblem::Cut,
        ),
        (whole[whole.find("<h3>").unwrap_or(0)..].to_owned(), ManagedProblem::Cut),
        (whole[..whole.find("</ul>").unwrap_or(0)].to_owned(), ManagedProblem::Cut),
        (whole.replace(marker().as_str(), Marker::derive(&["another"]).as_str()), ManagedProblem::Foreign),
        (whole.replace(&marker().as_str()[..4], "zzzz"), ManagedProblem::Cut),
    ] {
        assert_eq!(merge(&live, &new), Err(problem), "nobody's words are risked in {live:?}");
    }
}

#[test]
fn quotations_are_somebodys_words() {
    let whole = body(ONE);
    let live = format!("<blockquote>{whole}</blockquote>\n{whole}");
    let merged = merge(&live, &body(TWO)).expect("only the part that is not quoted counts");
    assert_eq!(merged, format!("<blockquote>{whole}</blockquote>\n{}", body(TWO)), "the quotation stays");
}

#[test]
fn a_removed_part_is_added_behind_the_words() {
    let new = body(TWO);
    assert_eq!(merge("", &new).as_deref(), Ok(new.as_str()), "an empty text becomes ours");
    let merged = merge("<div>We rewrote all of this.</div>", &new).expect("there is nothing to lose");
    assert_eq!(merged, format!("<div>We rewrote all of this.</div>\n{new}"), "behind it");
}

#[test]
fn markdown_and_html_do_not_mix() {
    let markdown = crate::render::managed::frame("old", &marker());
    let merged = merge(&markdown, &body(TWO)).expect("a field that was Markdown once");
    assert!(merged.starts_with(&markdown), "what is not HTML's part is people's: {merged}");
}

#[test]
fn a_blank_and_a_tag_without_an_end_before_the_part_are_kept() {
    let before = "&nbsp;<a\"\"";
    let live = format!("{before}{}", body(ONE));
    if let Ok(merged) = merge(&live, &body(TWO)) {
        assert!(merged.starts_with(before), "somebody's half tag stays where it is: {merged}");
    }
}

#[test]
fn a_stray_end_with_a_quote_in_it_before_the_part_is_kept() {
    for before in ["\r\n</a href=ax'>'", "</a href=\"x>\"", "<p x='>'"] {
        for habit in HABITS {
            let live = format!("{before}{}", habit(&body(ONE)));
            if let Ok(merged) = merge(&live, &body(TWO)) {
                assert!(merged.starts_with(before), "{before:?}: {merged}");
                assert!(merged.contains(TWO), "{merged}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_text_is_kept_or_refused(
        before in "(</?(p|div|b|li|blockquote|br|a href=.x.)>|[a-z<>&;\"' ]|\\r\\n|&nbsp;|<!--|-->){0,12}",
        after in "(</?(p|div|b|li|blockquote|br|a href=.x.)>|[a-z<>&;\"' ]|\\r\\n|&nbsp;|<!--|-->){0,12}",
        habit in 0..HABITS.len(),
    ) {
        let live = format!("{before}{}{after}", HABITS[habit](&body(ONE)));
        if let Ok(merged) = merge(&live, &body(TWO)) {
            prop_assert!(merged.starts_with(&before), "before: {}", merged);
            // A part inside an open quotation is somebody's words; the new one stands behind it.
            let kept = merged.rfind(&after).is_some_and(|at| at + after.len() >= before.len());
            prop_assert!(merged.ends_with(&after) || kept && before.contains("<blockquote>"), "after: {}", merged);
            prop_assert_eq!(merge(&merged, &body(TWO)), Ok(merged.clone()), "stable");
        }
    }

    #[test]
    fn no_text_breaks_it(live in "(<p><em>Docket keeps this part current \\(docket-part-begins\\)\\.</em></p>|docket-part-ends docket-key-|</?[a-z]{1,3}|[<>&;#x0-9\"'é ]|\\PC){0,30}") {
        if let Ok(merged) = merge(&live, &body(TWO)) {
            prop_assert_eq!(merge(&merged, &body(TWO)), Ok(merged.clone()), "stable");
        }
        let _ = outside_chars(&live);
    }
}
