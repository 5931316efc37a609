//! The language as people use it.

use proptest::prelude::*;

use super::*;
use crate::page::Facet;

fn read(text: &str) -> Query {
    parse(text).unwrap_or_else(|m| panic!("«{text}» must be understood: {m:?}"))
}

fn mistake(text: &str) -> Mistake {
    parse(text).expect_err("must be refused")
}

#[test]
fn the_example_of_the_design_reads_and_prints_back() {
    let text = r#"severity:high,critical tool:semgrep rule:sql* path:src/** cve:CVE-2024-* cwe:89 status:active reason:in_review linked:no seen:<7d first:>2026-01-01 app:shop branch:main component:lodash kind:dependency proposal:yes id:12 "free text" word -path:test/**"#;
    let query = read(text);
    assert_eq!(query.terms.len(), 20, "each piece is one term");
    assert_eq!(query.to_string(), text, "it prints as it was written");
    assert_eq!(query.terms[0].condition, Condition::Severity(vec![Severity::High, Severity::Critical]), "or");
    assert!(query.terms[19].negated, "a leading minus negates");
    assert_eq!(read(r#"rule:"sql*""#).to_string(), "rule:sql*", "needless quotes go");
}

#[test]
fn words_phrases_and_odd_spellings() {
    let free = |text: &str, phrase| Condition::Free { text: text.to_owned(), phrase };
    assert_eq!(read("").terms, [], "nothing asks for everything");
    assert_eq!(read("  a   b ").terms.len(), 2, "spaces separate");
    assert_eq!(
        read(r#""a \"b\" \\ c""#).terms[0].condition,
        free(r#"a "b" \ c"#, true),
        "escapes inside quotes"
    );
    assert_eq!(
        read("https://x/y?a=1").terms.len(),
        1,
        "an unknown field would be refused, an address is one?"
    );
}

#[test]
fn mistakes_name_the_place_and_the_way_out() {
    let wrong = mistake("tool:x severity:hihg,low");
    assert_eq!((wrong.from, wrong.to), (16, 20), "exactly the value");
    assert_eq!(wrong.message, "severity has no value «hihg»; did you mean high?", "in words");
    assert_eq!(wrong.suggestion.as_deref(), Some("high"), "ready to be taken over");

    let wrong = mistake("severty:high");
    assert_eq!((wrong.from, wrong.to), (0, 7), "exactly the field");
    assert!(wrong.message.contains("did you mean severity?"), "{}", wrong.message);

    assert!(mistake("colour:red").message.contains("Fields are severity, status"), "lists what is possible");
    assert!(mistake("severity:blue").message.contains("critical, high, medium"), "lists what is possible");
    assert!(mistake("severity:").message.contains("has no value"), "an unfinished term");
    assert!(mistake("a \"b").message.contains("never closed"), "an open quotation mark");
    assert_eq!(mistake("a \"b").from, 2, "at its place");
    assert!(mistake("seen:soon").message.contains("<7d"), "shows how times are written");
    assert!(mistake("seen:<2026-02-30").message.contains("not a time"), "a day that never was");
    assert!(mistake("linked:yes,no").message.contains("one value"), "either or");
    assert!(mistake("id:abc").message.contains("not a number"), "ids are numbers");
    assert!(mistake("\"\"").message.contains("no words"), "an empty phrase");
    assert!(mistake(&"x".repeat(30_000)).message.contains("longer"), "a paste gone wrong");
    let problem = Problem::from(mistake("severity:hihg"));
    assert_eq!(problem.context["from"], "9", "a problem carries the place");
}

#[test]
fn times_are_ranges_around_now() {
    let now = Timestamp(1_795_255_200_000);
    let range = |text: &str| match &read(text).terms[0].condition {
        Condition::Time(_, tests) => tests[0].range(now),
        other => panic!("not a time: {other:?}"),
    };
    let week = 7 * 86_400_000;
    assert_eq!(range("seen:<7d"), (Some(Timestamp(now.0 - week + 1)), None), "within the last week");
    assert_eq!(range("seen:7d"), range("seen:<7d"), "the sign may be left out");
    assert_eq!(range("seen:>1w"), (None, Some(Timestamp(now.0 - week))), "longer ago");
    let day = range("first:2026-11-21");
    assert_eq!(day.1.unwrap().0 - day.0.unwrap().0, 86_400_000, "one whole day");
    assert_eq!(range("first:>2026-11-20").0, day.0, "after a day begins with the next");
    assert_eq!(range("first:<=2026-11-21").1, day.1, "through a day ends with it");
}

#[test]
fn completion_offers_fields_then_values() {
    let labels = |text: &str| -> Vec<String> {
        complete(text, text.len()).items.into_iter().map(|c| c.insert).collect()
    };
    assert_eq!(labels("sev"), ["severity:"], "a field begun");
    assert_eq!(labels("").len(), Field::ALL.len(), "all fields at the beginning");
    assert_eq!(labels("severity:h"), ["high"], "a value begun");
    assert_eq!(labels("severity:high,").len(), 5, "without those taken");
    assert_eq!(labels("-status:a"), ["active"], "behind a minus too");
    assert!(labels("\"sev").is_empty(), "not inside free text");
    let open = complete("tool:x rule:\"sql i", 18);
    assert_eq!(
        open.wanted,
        Some(Wanted { field: Field::Rule, prefix: "sql i".to_owned() }),
        "the store knows"
    );
    assert_eq!((open.from, open.to), (12, 18), "what a completion replaces");
    assert_eq!(insertion("sql injection"), "\"sql injection\"", "spelt so that it reads back");
    let middle = complete("severity:h tool:x", 10);
    assert_eq!(middle.items[0].insert, "high", "at the caret, wherever it stands");
}

#[test]
fn clicks_edit_the_same_text() {
    let toggle = |text: &str, field, value: &str| read(text).toggle(field, value).unwrap().to_string();
    assert_eq!(toggle("a", Field::Severity, "high"), "a severity:high", "added behind");
    assert_eq!(
        toggle("severity:high a", Field::Severity, "low"),
        "severity:high,low a",
        "another alternative"
    );
    assert_eq!(toggle("severity:high,low a", Field::Severity, "high"), "severity:low a", "taken away");
    assert_eq!(toggle("severity:low a", Field::Severity, "low"), "a", "with the last value goes the term");
    assert_eq!(toggle("linked:no", Field::Linked, "yes"), "linked:yes", "only one can hold");
    assert_eq!(toggle("", Field::Branch, ""), "branch:\"\"", "none known");
    assert_eq!(toggle("", Field::Rule, "a, \"b\""), r#"rule:"a, \"b\"""#, "quoted where needed");
    assert_eq!(toggle("-tool:x", Field::Tool, "x"), "-tool:x tool:x", "a negated term is another matter");
    assert!(read("").toggle(Field::Severity, "hihg").is_err(), "a value that cannot be");
    for facet in Facet::ALL {
        assert!(Field::ALL.contains(&facet_field(*facet)), "every facet has its field");
    }
    assert!(read("severity:High").asks_for(Field::Severity, "high"), "shown as chosen");
    assert_eq!(
        read("severity:high a").without(Field::Severity).to_string(),
        "a",
        "without its own condition"
    );
}

#[test]
fn positions_translate_to_utf16_and_back() {
    let text = "äß😀x";
    for (byte, units) in [(0, 0), (2, 1), (4, 2), (8, 4), (9, 5)] {
        assert_eq!(utf16(text, byte), units, "byte {byte}");
        assert_eq!(from_utf16(text, units), byte, "unit {units}");
    }
    assert_eq!(from_utf16(text, 99), text.len(), "beyond the end is the end");
}

#[test]
fn spans_colour_even_what_is_wrong() {
    let spans = spans("-tool:x colour:\"re");
    assert_eq!(spans.len(), 2, "two terms");
    assert_eq!((spans[0].from, spans[0].to, spans[0].negated), (0, 7, true), "the first");
    assert_eq!(spans[1].field.as_deref(), Some("colour"), "the second, as written");
}

#[test]
fn a_value_that_begins_like_an_address_stays_a_value() {
    let on = Query::default().toggle(Field::Rule, "//x").unwrap();
    assert_eq!(on.to_string(), "rule:\"//x\"", "quoted, or it would be read as free text");
    assert!(on.asks_for(Field::Rule, "//x"), "and it is asked for");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_a_place_in_it(text in "\\PC{0,60}") {
        match parse(&text) {
            Ok(query) => {
                let printed = query.to_string();
                prop_assert_eq!(read(&printed), query, "what is printed reads back: {}", printed);
            }
            Err(m) => prop_assert!(m.from <= m.to && m.to <= text.len() && text.is_char_boundary(m.from)),
        }
        for caret in 0..=text.len() {
            let c = complete(&text, caret);
            prop_assert!(c.from <= c.to && text.is_char_boundary(c.from) && text.is_char_boundary(c.to));
        }
    }

    #[test]
    fn any_near_query_reads_back(text in "(-?(severity|tool|rule|seen|linked|zz)?:?(high|\"[a-z ,\"\\\\]{0,5}\"|[a-z*<>7d\"\\\\,:-]{0,6})[ ,]?){0,5}") {
        if let Ok(query) = parse(&text) {
            let printed = query.to_string();
            prop_assert_eq!(parse(&printed).ok(), Some(query), "printed: {}", printed);
        }
    }

    #[test]
    fn any_value_toggled_in_is_asked_for_and_toggled_out_again(value in "\\PC{0,20}") {
        let on = Query::default().toggle(Field::Rule, &value).unwrap();
        prop_assert!(on.asks_for(Field::Rule, &value), "{}", on);
        prop_assert_eq!(read(&on.to_string()).clone(), on.clone());
        prop_assert_eq!(on.toggle(Field::Rule, &value).unwrap(), Query::default());
    }
}
