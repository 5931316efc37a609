use proptest::prelude::*;

use super::*;

mod visible;

fn marker() -> Marker {
    Marker::derive(&["a group"])
}

fn body(items: &[(&str, &str)]) -> String {
    let lines: Vec<String> =
        items.iter().map(|(id, text)| format!("- [ ] {text} {}", item_comment(id))).collect();
    frame(&lines.join("\n"), &marker())
}

const A: &str = "aaaaaaaaaaaaaaaa";
const B: &str = "bbbbbbbbbbbbbbbb";
const C: &str = "cccccccccccccccc";

#[test]
fn words_of_people_survive_byte_for_byte() {
    let old = body(&[(A, "one")]);
    let new = body(&[(A, "one"), (B, "two")]);
    let before = "Hello  \r\n\tteam,\r\n\r\n> <!-- docket:begin --> quoted\r\n";
    let after = "\r\n\r\n- [x] my own box \u{1f600}\r\n  ";
    let live = format!("{before}{}{after}", old.replace('\n', "\r\n"));
    let merged = merge(&live, &new).expect("a whole section is replaced");
    assert!(merged.starts_with(before), "what stands before stays");
    assert!(merged.ends_with(after), "what stands behind stays");
    assert_eq!(merged, format!("{before}{}{after}", new.replace('\n', "\r\n")), "only Docket's part changes");
    assert_eq!(merge(&merged, &new).as_deref(), Ok(merged.as_str()), "a second time changes nothing");
    assert_eq!(
        outside_chars(&live),
        live.chars().count() - old.replace('\n', "\r\n").find("\r\n\r\n<!-- docket:v1").unwrap_or(0),
        "room is left for everything that is not Docket's section"
    );
}

#[test]
fn ticks_follow_their_finding() {
    let live = body(&[(A, "one"), (B, "two")]).replace("- [ ] two", "- [X] two");
    let merged = merge(&live, &body(&[(C, "new"), (B, "two, moved"), (A, "one")])).expect("merges");
    assert!(merged.contains("- [x] two, moved"), "a tick belongs to the finding, not to the line: {merged}");
    assert!(merged.contains("- [ ] one") && merged.contains("- [ ] new"), "others stay open");
}

#[test]
fn damaged_sections_are_left_alone() {
    let whole = body(&[(A, "one")]);
    let new = body(&[(B, "two")]);
    for (live, problem) in [
        (format!("{whole}\n{whole}"), ManagedProblem::Twice),
        (format!("x\n{BEGIN}\n{whole}"), ManagedProblem::Twice),
        (whole.replace(END, ""), ManagedProblem::Cut),
        (whole.replace(BEGIN, "my words"), ManagedProblem::Cut),
        (format!("{END}\nmy words\n{BEGIN}"), ManagedProblem::Cut),
        (whole.replace(marker().as_str(), Marker::derive(&["another"]).as_str()), ManagedProblem::Foreign),
    ] {
        assert_eq!(merge(&live, &new), Err(problem), "nobody's words are risked in {live:?}");
    }
}

#[test]
fn a_removed_section_is_added_behind_the_words() {
    let new = body(&[(B, "two")]);
    let merged = merge("We rewrote all of this.\r\nThanks", &new).expect("there is nothing to lose");
    assert!(
        merged.starts_with("We rewrote all of this.\r\nThanks\r\n\r\n<!-- docket:begin -->\r\n"),
        "{merged:?}"
    );
    assert!(merged.ends_with(&marker().line()), "with the marker, so that it is found again");
    assert_eq!(merge("", &new).as_deref(), Ok(new.as_str()), "an empty text becomes ours");
    let kept = format!("Only the marker was kept.\n\n{}", marker().line());
    let merged = merge(&kept, &new).expect("merges");
    assert_eq!(Marker::find_all(&merged).len(), 1, "the marker is not doubled");
    let lost = body(&[(A, "one")]).replace(&marker().line(), "bye");
    assert!(merge(&lost, &new).expect("merges").ends_with(&marker().line()), "a lost marker comes back");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_people_write_around_it_stays(
        before in "[a-z<>!\\-:\\[\\] x\\r\\n]{0,60}",
        after in "[a-z<>!\\-:\\[\\] x\\r\\n]{0,60}",
        crlf in any::<bool>(),
        ticked in any::<bool>(),
    ) {
        let mut old = body(&[(A, "one"), (B, "two")]);
        if ticked { old = old.replace("- [ ] one", "- [x] one"); }
        if crlf { old = old.replace('\n', "\r\n"); }
        let live = format!("{before}\n{old}\n{after}");
        let new = body(&[(C, "three"), (A, "one")]);
        let merged = merge(&live, &new).expect("a whole section is there");
        let head = format!("{before}\n");
        let tail = format!("\n{after}");
        prop_assert!(merged.starts_with(&head), "before");
        prop_assert!(merged.ends_with(&tail), "after");
        prop_assert_eq!(merged.contains("- [x] one"), ticked, "ticks");
        prop_assert!(merged.contains("three") && !merged.contains("] two"), "the section is the new one");
        prop_assert_eq!(merge(&merged, &new), Ok(merged.clone()), "stable");
    }

    #[test]
    fn any_text_is_kept_or_refused(live in "(<!-- docket:(begin|end) -->|[a-z\\n ]|\\r\\n){0,20}") {
        let new = body(&[(A, "one")]);
        if let Ok(merged) = merge(&live, &new) {
            let outside: String = match lines::find(&live) {
                Ok(Some((from, to))) => format!("{}{}", &live[..from], &live[to..]),
                _ => live.clone(),
            };
            let mut rest = merged.as_str();
            for word in outside.split_whitespace() {
                let at = rest.find(word);
                prop_assert!(at.is_some(), "{word} was lost");
                rest = &rest[at.unwrap_or(0) + word.len()..];
            }
            prop_assert_eq!(merge(&merged, &new), Ok(merged.clone()), "stable");
        }
    }
}
