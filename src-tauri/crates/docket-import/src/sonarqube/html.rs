//! The page that `sonar-report` writes: a table of issues and one of rules.

use std::io::Read;

use docket_domain::{Code, Problem, RawForm};

use super::issue;
use crate::clean;
use crate::format::{Confidence, Format, Head, ReadOptions};
use crate::intake::{Input, io_problem};
use crate::json::{Json, Key};
use crate::report::code::plain;
use crate::report::pages::{PAGE_LACKS, ends_page};
use crate::report::{Out, end_of, end_without, not_such_a_report, run_of};
use crate::sink::{RawText, Sink};

/// The format.
pub(crate) static SONARQUBE_HTML: Page = Page;

/// How long the page may be, bytes. It is read as a whole.
const PAGE_BYTES: u64 = 64 * 1024 * 1024;

/// Reads it.
pub(crate) struct Page;

impl Format for Page {
    fn id(&self) -> &'static str {
        "sonarqube-html"
    }

    fn label(&self) -> &'static str {
        "SonarQube report (HTML)"
    }

    fn about(&self) -> &'static str {
        "The page that the tool sonar-report makes of a SonarQube project."
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["html"]
    }

    fn versions(&self) -> &'static str {
        "sonar-report 1 to 3"
    }

    fn example(&self) -> &'static str {
        include_str!("example.html")
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let text = head.text.trim_start();
        let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        let says = title.is_some_and(|(title, _)| title.contains("SonarQube") && title.contains("Report"));
        if text.starts_with('<') && says && text.contains("<table") {
            return Confidence::Certain;
        }
        Confidence::No
    }

    fn parse(&self, input: &mut Input, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), Problem> {
        input.expect_passes(1);
        let mut bytes = Vec::new();
        input.text()?.take(PAGE_BYTES + 1).read_to_end(&mut bytes).map_err(io_problem)?;
        if bytes.len() as u64 > PAGE_BYTES {
            return Err(Problem::new(Code::Report, "The page is longer than 64 MB.")
                .hint("Write the report as JSON and import that."));
        }
        let page = String::from_utf8_lossy(&bytes);
        let tables = tables(&page);
        let column = |table: &Vec<Vec<&str>>, name: &str| {
            table.first().and_then(|header| header.iter().position(|cell| plain(cell) == name))
        };
        let has =
            |table: &Vec<Vec<&str>>, names: &[&str]| names.iter().all(|name| column(table, name).is_some());
        let issues = tables.iter().find(|table| has(table, &["Rule", "Severity", "Component", "Message"]));
        let Some(issues) = issues else {
            return Err(not_such_a_report(self.label(), "it has no table of issues"));
        };
        let rules =
            tables.iter().find(|table| has(table, &["Rule", "Description"]) && !has(table, &["Severity"]));
        let cover = rules_of(rules);
        let run = run_of("SonarQube");
        let end = run.completeness.clone();
        sink.run(run)?;
        let (mut out, mut lost) = (Out::default(), 0);
        let names = ["Rule", "Severity", "Component", "Line", "Description", "Message", "Status", "Key"];
        let columns: Vec<(&str, usize)> =
            names.iter().filter_map(|name| Some((*name, column(issues, name)?))).collect();
        for (at, row) in issues.iter().enumerate().skip(1) {
            let fields = columns.iter().filter_map(|(name, column)| {
                let text = plain(row.get(*column)?);
                Some((Key::from(&*name.to_ascii_lowercase()), Json::Text(text)))
            });
            let record = Json::Map(fields.collect());
            let place = input.place(Some(format!("row {at}")), None, None);
            match issue::read(&record, false, &cover, &mut out) {
                Ok(()) => {
                    let cells = if options.raw { row.join("\n") } else { String::new() };
                    let raw = RawText { form: RawForm::Text, bytes: cells.as_bytes() };
                    out.flush_of(options.raw.then_some(raw), &place, sink)?;
                }
                Err(why) => {
                    lost += 1;
                    out.lost(&why, place, sink)?;
                }
            }
        }
        let end = if ends_page(&page) { end } else { end_without(end, PAGE_LACKS) };
        sink.run_end(end_of(end, lost + out.cut))?;
        Ok(())
    }
}

/// The rules as the JSON of `sonar-report` has them.
fn rules_of(table: Option<&Vec<Vec<&str>>>) -> Json {
    let rows = table.map(Vec::as_slice).unwrap_or_default();
    let rules = rows.iter().skip(1).filter_map(|row| {
        let (rule, text) = (row.first()?, row.get(1)?);
        let about = Json::Map(vec![(Key::from("htmlDesc"), Json::Text((*text).to_owned()))]);
        Some((Key::from(&*clean::line(&plain(rule))), about))
    });
    Json::Map(vec![(Key::from("rules"), Json::Map(rules.collect()))])
}

/// The page's outer tables: rows of cells with the markup inside them.
fn tables(page: &str) -> Vec<Vec<Vec<&str>>> {
    let (mut all, mut rows, mut cells) = (Vec::new(), Vec::new(), Vec::new());
    let (mut depth, mut cell) = (0_usize, None);
    let mut at = 0;
    while let Some(open) = page[at..].find('<').map(|found| at + found) {
        let until = if page[open..].starts_with("<!--") { "-->" } else { ">" };
        let Some(end) = page[open..].find(until).map(|found| open + found + until.len()) else { break };
        let tag = page[open + 1..end - 1].split([' ', '\n', '\r', '\t']).next().unwrap_or_default();
        at = end;
        match (tag.to_ascii_lowercase().as_str(), depth) {
            ("script" | "style", _) => {
                // What stands in them is no markup.
                at = page[at..].find("</s").map_or(page.len(), |found| at + found);
            }
            ("table", _) => depth += 1,
            ("/table", 1) => {
                depth = 0;
                if !cells.is_empty() {
                    rows.push(std::mem::take(&mut cells));
                }
                all.push(std::mem::take(&mut rows));
            }
            ("/table", _) => depth = depth.saturating_sub(1),
            ("tr" | "/tr", 1) if !cells.is_empty() => rows.push(std::mem::take(&mut cells)),
            ("td" | "th", 1) => cell = Some(end),
            ("/td" | "/th", 1) => cells.extend(cell.take().map(|begin: usize| &page[begin..open])),
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_inside_cells_stay_in_their_cells() {
        let page = "<script>a<b</script><table><tr><th>A</th><th>B</th></tr><!-- <td> --><tr><td>1</td>\
                    <td>x <table><tr><td>in</td></tr></table></td></tr></table><table><tr><td>2";
        let want = vec![vec![vec!["A", "B"], vec!["1", "x <table><tr><td>in</td></tr></table>"]]];
        assert_eq!(tables(page), want, "one outer table; the cut one is none");
    }
}
