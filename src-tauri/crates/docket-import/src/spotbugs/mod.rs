//! `SpotBugs` (and FindBugs): bugs in Java byte code, with Find Security Bugs.

use docket_domain::{FindingKind, Found, Location, Problem, Rule, Run, Severity};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, code, not_such_a_report};

/// The format.
pub(crate) static SPOTBUGS: Reads<SpotBugs> = Reads(SpotBugs);

static CARD: Card = Card {
    id: "spotbugs",
    label: "SpotBugs XML",
    about: "What `spotbugs -xml` writes (`-xml:withMessages` says more), FindBugs too.",
    extensions: &["xml"],
    tool: "SpotBugs",
    versions: "SpotBugs 3 and 4, FindBugs 1 to 3",
    example: include_str!("example.xml"),
};

/// Reads it.
pub(crate) struct SpotBugs;

impl XmlReport for SpotBugs {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if root.name == "BugCollection" => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &["BugCollection/BugInstance"]
    }

    /// What the patterns mean stands behind the bugs.
    fn looks_ahead(&self) -> bool {
        true
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "BugCollection" {
            return Err(not_such_a_report(CARD.label, "its outermost element is not BugCollection"));
        }
        let mut run = CARD.run(options);
        run.tool.version = cover.attribute("version").and_then(clean::some_line);
        run.category = cover.child("Project").attribute("projectName").and_then(clean::some_line);
        Ok(run)
    }

    fn record(&self, at: &At<'_>, bug: &Element, out: &mut Out) -> Result<(), String> {
        let rule = bug.attribute("type").ok_or("it has no type")?;
        let pattern = at.cover.all("BugPattern").find(|pattern| pattern.attribute("type") == Some(rule));
        let short =
            bug.value("ShortMessage").or_else(|| pattern.and_then(|one| one.value("ShortDescription")));
        let long = bug.value("LongMessage");
        let title = long.as_deref().or(short.as_deref()).unwrap_or_default();
        let mut found = make::found(rule, title);
        found.kind = FindingKind::Code;
        make::severity_as(&mut found, bug.attribute("priority"), |number| match number {
            "1" => Some(Severity::High),
            "2" => Some(Severity::Medium),
            "3" => Some(Severity::Low),
            "4" | "5" => Some(Severity::Info),
            _ => None,
        });
        places(bug, &mut found);
        let details = pattern.and_then(|one| one.value("Details"));
        let rank = bug.attribute("rank").map(|rank| format!("{rank} of 20"));
        let messages = bug.children.iter().filter(|child| child.name != "SourceLine");
        let messages: Vec<String> = messages.filter_map(|child| child.value("Message")).take(20).collect();
        found.description = make::described([
            ("", long.clone()),
            ("", Some(messages.join("\n")).and_then(|text| clean::some_block(&text))),
            ("Rank", rank),
            ("About", details.as_deref().map(code::plain)),
        ]);
        let cwe = bug.attribute("cweid").or_else(|| pattern.and_then(|one| one.attribute("cweid")));
        make::identifiers(&mut found, [], cwe);
        let urls = details.as_deref().map(code::links).unwrap_or_default();
        make::references(&mut found, code::strs(&urls));
        found.tags =
            ["category", "abbrev"].iter().filter_map(|key| clean::some_line(bug.attribute(key)?)).collect();
        // SpotBugs' own hash for finding a bug again; it leaves line numbers out.
        let hash = bug.attribute("instanceHash").and_then(clean::some_line);
        make::fingerprint(&mut found, "instanceHash", hash);
        out.rule(Rule { description: details.as_deref().map(code::plain), ..make::rule(rule, short) });
        out.finding(found);
        Ok(())
    }
}

/// The bug's own lines come first, then those of the method, then those of the class.
fn places(bug: &Element, found: &mut Found) {
    let logical = bug
        .children
        .iter()
        .find(|of| of.name == "Method")
        .or_else(|| bug.children.iter().find(|of| of.name == "Class"))
        .map(|of| {
            let names = [of.attribute("classname"), of.attribute("name")];
            names.into_iter().flatten().collect::<Vec<_>>().join(".")
        });
    let own: Vec<&Element> = bug.all("SourceLine").collect();
    let primary = own.iter().position(|line| line.attribute("primary") == Some("true")).unwrap_or(0);
    let around = ["Method", "Field", "Class"].iter().map(|name| bug.child(name).child("SourceLine"));
    let first = own.get(primary).copied().or_else(|| around.into_iter().find(|line| !line.name.is_empty()));
    if let Some(line) = first {
        let mut place = place(line);
        place.logical = logical.as_deref().and_then(clean::some_line);
        found.locations.push(place);
    }
    let others = own.iter().enumerate().filter(|(at, _)| *at != primary);
    found.related = others.map(|(_, line)| place(line)).take(100).collect();
}

fn place(line: &Element) -> Location {
    let number = |name: &str| line.attribute(name).and_then(make::line_number_of);
    let path = line.attribute("sourcepath").or_else(|| line.attribute("sourcefile")).unwrap_or_default();
    let mut place = make::place(path, number("start"));
    place.end_line = number("end");
    place.message = line.attribute("role").and_then(clean::some_line);
    place
}
