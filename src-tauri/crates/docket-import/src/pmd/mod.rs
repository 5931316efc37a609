//! PMD: static analysis of Java and others, as XML, JSON and a table.

mod json;
mod table;

pub(crate) use json::PMD_JSON;
pub(crate) use table::PMD_CSV;

use docket_domain::{FindingKind, Found, Problem, Rule, Run, Severity, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::code::decided;
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report};

/// The format as XML.
pub(crate) static PMD: Reads<Pmd> = Reads(Pmd);

static CARD: Card = Card {
    id: "pmd",
    label: "PMD XML",
    about: "What `pmd check -f xml` writes.",
    extensions: &["xml"],
    tool: "PMD",
    versions: "5 to 7",
    example: include_str!("example.xml"),
};

/// Reads it.
pub(crate) struct Pmd;

impl XmlReport for Pmd {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if root.name == "pmd" => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &["pmd/file/violation", "pmd/suppressedviolation", "pmd/error"]
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "pmd" {
            return Err(not_such_a_report(CARD.label, "its outermost element is not pmd"));
        }
        let mut run = CARD.run(options);
        run.tool.version = cover.attribute("version").and_then(clean::some_line);
        run.started = cover.attribute("timestamp").and_then(|at| at.parse().ok());
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Element, out: &mut Out) -> Result<(), String> {
        let said = |name: &str| record.attribute(name).map(str::to_owned);
        match at.place {
            "pmd/error" => {
                let file = clean::title(record.attribute("filename").unwrap_or_default());
                return Err(format!("PMD could not read the file {file}"));
            }
            // PMD itself writes no rule here: nothing that it could be filed under.
            "pmd/suppressedviolation" if record.attribute("rule").is_none() => {
                out.passed();
                return Ok(());
            }
            "pmd/suppressedviolation" => {
                let mut found = violation(&Said {
                    rule: said("rule"),
                    file: said("filename"),
                    text: said("msg"),
                    ..Said::default()
                })?;
                let kind = record.attribute("suppressiontype").unwrap_or("inSource");
                decided(&mut found, SuppressionStatus::Accepted, kind, said("usermsg"));
                out.finding(found);
                return Ok(());
            }
            _ => {}
        }
        let mut found = violation(&Said {
            rule: said("rule"),
            set: said("ruleset"),
            priority: said("priority"),
            file: at.outer("file").attribute("name").map(str::to_owned),
            lines: [said("beginline"), said("endline")],
            columns: [said("begincolumn"), said("endcolumn")],
            text: Some(record.text().into_owned()),
            url: said("externalInfoUrl"),
        })?;
        let names =
            ["package", "class", "method", "variable"].iter().filter_map(|name| record.attribute(name));
        let logical = clean::some_line(&names.collect::<Vec<_>>().join("."));
        if let Some(place) = found.locations.first_mut() {
            place.logical = logical;
        }
        out.rule(rule(&found, record.attribute("externalInfoUrl")));
        out.finding(found);
        Ok(())
    }
}

/// What every shape says of a violation.
#[derive(Default)]
struct Said {
    rule: Option<String>,
    set: Option<String>,
    priority: Option<String>,
    file: Option<String>,
    lines: [Option<String>; 2],
    columns: [Option<String>; 2],
    text: Option<String>,
    url: Option<String>,
}

fn violation(said: &Said) -> Result<Found, String> {
    let rule = said.rule.as_deref().filter(|rule| !rule.trim().is_empty()).ok_or("it has no rule")?;
    let text = said.text.as_deref().and_then(clean::some_block);
    let mut found = make::found(rule, text.as_deref().map(clean::first_sentence).unwrap_or_default());
    found.kind = FindingKind::Code;
    // PMD's five priorities; the first one has to be changed.
    make::severity_as(&mut found, said.priority.as_deref(), |number| {
        Some(match number {
            "1" => Severity::Critical,
            "2" => Severity::High,
            "3" => Severity::Medium,
            "4" => Severity::Low,
            "5" => Severity::Info,
            _ => return None,
        })
    });
    let number = |text: &Option<String>| text.as_deref().and_then(make::line_number_of);
    let mut place = make::place(said.file.as_deref().unwrap_or_default(), number(&said.lines[0]));
    place.end_line = number(&said.lines[1]);
    place.start_column = number(&said.columns[0]);
    place.end_column = number(&said.columns[1]);
    found.locations.push(place);
    found.description = text.map(|text| text.trim().to_owned()).unwrap_or_default();
    found.tags = said.set.as_deref().and_then(clean::some_line).into_iter().collect();
    make::references(&mut found, said.url.as_deref());
    Ok(found)
}

fn rule(found: &Found, uri: Option<&str>) -> Rule {
    let uri = uri.and_then(clean::some_line);
    Rule { uri, tags: found.tags.clone(), ..make::rule(&found.rule, None) }
}
