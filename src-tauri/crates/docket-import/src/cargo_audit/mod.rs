//! cargo-audit's JSON: vulnerable crates of a `Cargo.lock`, and warnings about others.

use docket_domain::{Found, Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static CARGO_AUDIT: Reads<CargoAudit> = Reads(CargoAudit);

static CARD: Card = Card {
    id: "cargo-audit",
    label: "cargo-audit JSON",
    about: "What `cargo audit --json` writes.",
    extensions: &["json"],
    tool: "cargo-audit",
    versions: "0.12 and later",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct CargoAudit;

impl JsonReport for CargoAudit {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let listed = outline.has(&["database", "lockfile"])
            || outline.has_paths(&["vulnerabilities.found", "vulnerabilities.list"]);
        if listed { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["vulnerabilities.list", "warnings"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("vulnerabilities.list") {
            return Err(not_such_a_report(CARD.label, "it has no list of vulnerabilities"));
        }
        Ok(CARD.run(options))
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if at.list == "vulnerabilities.list" {
            out.finding(found(record, None)?);
            return Ok(());
        }
        // Warnings by kind (`unmaintained`, `yanked`), or a plain list of them before 0.13.
        if record.is_map() {
            out.finding(found(record, at.key)?);
            return Ok(());
        }
        for item in out.objects(record) {
            out.part(item);
            out.finding(found(item, at.key)?);
        }
        Ok(())
    }
}

fn found(item: &Json, warning: Option<&str>) -> Result<Found, String> {
    let (flaw, package) = (item.get("advisory"), item.get("package"));
    let name = package.line("name").or_else(|| flaw.line("package")).ok_or("it names no package")?;
    let kind = item.line("kind").or_else(|| warning.map(str::to_owned));
    let id = flaw.line("id").or_else(|| kind.clone()).unwrap_or_default();
    let sound = item.lines("versions.patched");
    let fixed = sound.iter().find_map(|range| make::first_of_range(range));
    let title = flaw.line("title").or_else(|| Some(format!("{name} is {}", kind.as_deref()?)));
    let component = make::package("cargo", Some(name), package.line("version"), fixed);
    let mut found = make::dependency(&id, title, component);
    found.identifiers.retain(|known| known.scheme != "ID");
    found.description = make::described([
        ("", flaw.block("description")),
        ("Sound versions", Some(sound.join(", "))),
        ("Never affected", Some(item.lines("versions.unaffected").join(", "))),
        ("Affected functions", functions(item.at("affected.functions"))),
    ]);
    for alias in flaw.lines("aliases") {
        make::advisory(&mut found, &alias);
    }
    make::opinions(&mut found, make::opinion(flaw.get("cvss").text(), None, None));
    make::severity_from_cvss(&mut found);
    let urls = flaw.lines("references");
    let first = flaw.line("url");
    make::references(&mut found, first.iter().chain(&urls).map(String::as_str));
    found.locations.push(make::place("Cargo.lock", None));
    found.tags = kind.into_iter().chain(flaw.lines("categories")).chain(flaw.lines("keywords")).collect();
    Ok(found)
}

fn functions(of: &Json) -> Option<String> {
    let names: Vec<&str> = of.fields().iter().map(|(name, _)| name.as_str()).take(50).collect();
    crate::clean::some_line(&names.join(", "))
}
