//! Reports that were cut off: what is left is refused, or says that it is not all, so that it
//! closes nothing. Formats without an end of their own tell it by what they can.
#![allow(clippy::unwrap_used, reason = "a helper of tests stops the test")]

mod common;

use common::collect_bytes;
use common::holds::ends_inside;
use docket_domain::Completeness;
use docket_import::{by_id, formats};

/// Whether what was read may close what it does not name; none when it was refused.
fn may_close(name: &str, text: &str) -> Option<bool> {
    let (_, sink) = collect_bytes(name, text.as_bytes()).ok()?;
    Some(sink.runs.iter().all(|run| run.end.as_ref().is_some_and(Completeness::may_close)))
}

// covers: X11
#[test]
fn every_example_says_when_it_is_cut_inside() {
    for format in formats() {
        let (example, name) = (format.example(), format!("report.{}", format.extensions()[0]));
        // Not every place: a prime, so that no pattern of the text is missed.
        for at in (1..example.len()).step_by(37).filter(|at| example.is_char_boundary(*at)) {
            if ends_inside(format.id(), example, &example[..at]) {
                let told = may_close(&name, &example[..at]);
                assert_ne!(told, Some(true), "{} cut at {at} of {}", format.id(), example.len());
            }
        }
    }
}

#[test]
fn a_page_without_its_end_closes_nothing() {
    for id in ["sonarqube-html", "burp-dast"] {
        let page = by_id(id).unwrap().example();
        assert_eq!(may_close("x.html", page), Some(true), "{id}: the whole page is all");
        let cut = page.split("</body>").next().unwrap();
        assert_eq!(may_close("x.html", cut), Some(false), "{id}: it is read, and said to be cut off");
    }
}

#[test]
fn a_table_that_ends_inside_a_row_closes_nothing() {
    for (table, all, why) in [
        ("Title,Severity,File\na,High,x.c\nb,Low,y.c\n", true, "a sound table"),
        ("Title,Severity,File\na,High,x.c\nb,Low,y.c", true, "no line end is needed"),
        ("Title,Severity,File\na,High,x.c\nb,Low,\"y.c\"", true, "nor behind a quote"),
        ("Title,Severity,File\na,High,x.c\nb,Low", false, "a cell is missing, and the line end"),
        ("Title,Severity,File\na,High,x.c\nb,Low\n", true, "a short row with its line end is only short"),
        ("Title,Severity,File\na,High,x.c\nb,Low,\"y.c", false, "a quote is open"),
        ("Title,Severity,File\n\"a,High,x.c\nb,Low,y.c\n", false, "a quote that swallows the next row"),
        ("Title,Severity,File\n", true, "a header with its line end, and nothing was found"),
        ("Title,Severity,File", false, "a header that may go on"),
        ("\"Title\",\"Severity\",\"Fi", false, "a quote is open in the header"),
        ("Title,Severity,File\n5\" disk,High,x.c\nb,Low,y.c\n", true, "a quote inside a cell is a character"),
    ] {
        assert_eq!(may_close("x.csv", table), Some(all), "{why}: {table:?}");
    }
    let own = by_id("testssl-csv").unwrap().example();
    assert_eq!(may_close("x.csv", own), Some(true), "a tool's own table");
    let header = own.lines().next().unwrap();
    assert_eq!(may_close("x.csv", header), Some(false), "its header that may go on");
    assert_eq!(may_close("x.csv", &format!("{header}\n")), Some(true), "it found nothing");
    let cut = own.trim_end().rsplit_once(',').unwrap().0.rsplit_once(',').unwrap().0;
    assert_eq!(may_close("x.csv", cut), Some(false), "cut inside its last row: {cut}");
}

#[test]
fn a_text_without_its_last_line_closes_nothing() {
    let text = by_id("bundler-audit-text").unwrap().example();
    assert_eq!(may_close("x.txt", text), Some(true), "it ends with what was found");
    let cut = text.split("Vulnerabilities found").next().unwrap();
    assert_eq!(may_close("x.txt", cut), Some(false), "the last line is missing");
}
