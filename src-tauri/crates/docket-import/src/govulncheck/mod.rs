//! govulncheck's JSON: a stream of messages (protocol 1), and the one object of before.

use docket_domain::{Location, Problem, Run};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::osv_scanner::osv;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static GOVULNCHECK: Reads<Govulncheck> = Reads(Govulncheck);

static CARD: Card = Card {
    id: "govulncheck",
    label: "govulncheck JSON",
    about: "What `govulncheck -format json` writes: flaws of Go modules, and whether they are called.",
    extensions: &["json"],
    tool: "govulncheck",
    versions: "protocol 1 (stream or array of messages), and the object before it",
    example: include_str!("example.json"),
};

/// How many calls of one way to a flaw are kept.
const STEPS: usize = 100;
/// Names under which things wait for the end of the stream.
const ENTRY: &str = "entry ";
const FINDING: &str = "finding ";

/// Reads it.
pub(crate) struct Govulncheck;

impl JsonReport for Govulncheck {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let named = outline.path("config.scanner_name") == Some("govulncheck");
        let stream = outline.path("config.protocol_version").is_some();
        let before = outline.has(&["Calls", "Imports", "Requires"]);
        // What somebody kept of the messages: entries and findings.
        let kept = outline.has_paths(&["finding.osv", "finding.trace"])
            || outline.has_paths(&["osv.id", "osv.affected"])
            || outline.has_paths(&["progress.message"]) && head.text.contains("\"osv\"");
        match (named || stream || before, kept) {
            (true, _) => Confidence::Certain,
            (false, true) => Confidence::Likely,
            _ => Confidence::No,
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "Vulns"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let mut run = CARD.run(options);
        run.tool.version = cover.first.line("config.scanner_version");
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        if at.list == "Vulns" {
            return before(record, out);
        }
        let entry = record.get("osv");
        if let Some(id) = entry.line("id") {
            out.hold(&format!("{ENTRY}{id}"), 0, || {
                let mut about = make::dependency(&id, None, None);
                osv::add(&mut about, entry);
                about
            })?;
        }
        let finding = record.get("finding");
        if finding.is_map() {
            self::finding(finding, out)?;
        }
        Ok(())
    }

    /// Entries name every flaw of every module that was looked at; only those with a finding are
    /// there.
    fn holds(&self) -> bool {
        true
    }

    fn end(&self, out: &mut Out) {
        let mut held = out.take_held();
        let findings = held.split_off(FINDING);
        for mut found in findings.into_values() {
            if let Some(entry) = held.get(&format!("{ENTRY}{}", found.rule)) {
                if entry.title != entry.rule {
                    found.title.clone_from(&entry.title);
                }
                found.description =
                    make::described([("", Some(entry.description.clone())), ("", Some(found.description))]);
                found.identifiers.clone_from(&entry.identifiers);
                found.cvss.clone_from(&entry.cvss);
                found.severity = entry.severity;
                found.severity_raw.clone_from(&entry.severity_raw);
                found.severity_source = entry.severity_source;
                found.references.clone_from(&entry.references);
                make::severity_from_cvss(&mut found);
            }
            out.finding(found);
        }
    }
}

/// A flaw of a module. Messages repeat it for the module, for each package that is imported and
/// for each function that is called: together they are one finding.
fn finding(finding: &Json, out: &mut Out) -> Result<(), String> {
    let id = finding.line("osv").ok_or("it names no entry")?;
    let trace = finding.get("trace").items();
    let flaw = trace.first().unwrap_or(&Json::Null);
    let module = flaw.line("module").unwrap_or_default();
    let fixed = finding.line("fixed_version");
    let reach = match (flaw.line("function"), flaw.line("package")) {
        (Some(_), _) => "called",
        (None, Some(_)) => "imported",
        (None, None) => "required",
    };
    // The trace begins at the flaw and ends at the code's own function.
    let called = if reach == "called" { trace } else { &[] };
    let steps: Vec<Location> = called.iter().rev().take(STEPS).map(step).collect();
    let texts = steps.iter().flat_map(|step| [&step.path, &step.uri, &step.logical]).flatten();
    let grows = steps.len() * 512 + texts.map(String::len).sum::<usize>() * 2;
    let held = out.hold(&format!("{FINDING}{id} {module}"), grows, || {
        let named = Some(module.clone()).filter(|name| !name.is_empty());
        make::dependency(&id, None, make::package("go", named, flaw.line("version"), fixed))
    })?;
    if !held.tags.iter().any(|tag| tag == reach) {
        held.tags.push(reach.to_owned());
    }
    if steps.is_empty() || held.flows.len() >= STEPS {
        return Ok(());
    }
    if let Some(own) = steps.iter().find(|step| step.path.is_some())
        && !held.locations.contains(own)
    {
        held.locations.push(own.clone());
    }
    held.flows.push(docket_domain::Flow { message: symbol(flaw), steps });
    Ok(())
}

fn step(frame: &Json) -> Location {
    let position = frame.get("position");
    let path = position.line("filename").unwrap_or_default();
    let mut place = make::place(&path, position.line_number("line"));
    place.start_column = position.line_number("column");
    place.logical = symbol(frame);
    place
}

/// `package.Receiver.Function`.
fn symbol(frame: &Json) -> Option<String> {
    let parts = ["package", "receiver", "function"].iter().filter_map(|key| frame.line(key));
    clean::some_line(&parts.collect::<Vec<_>>().join("."))
}

/// A flaw in the object that was written before there were messages.
fn before(record: &Json, out: &mut Out) -> Result<(), String> {
    let entry = record.get("OSV");
    let id = entry.line("id").ok_or("it names no entry")?;
    let module = record.line("ModPath").or_else(|| entry.line("affected.package.name"));
    let fixed = osv::fixed(entry, module.as_deref().unwrap_or_default());
    let fixed = Some(fixed.join(", ")).filter(|fixed| !fixed.is_empty());
    let version = record.line("FoundIn").map(|at| at.rsplit('@').next().unwrap_or_default().to_owned());
    let mut found = make::dependency(&id, None, make::package("go", module, version, fixed));
    osv::add(&mut found, entry);
    make::severity_from_cvss(&mut found);
    let symbol = ["PkgPath", "Symbol"].iter().filter_map(|key| record.line(key)).collect::<Vec<_>>();
    found.locations = make::logical(&symbol.join(".")).into_iter().collect();
    let called = record.get("CallSink").whole().is_some_and(|sink| sink > 0);
    found.tags.push(if called { "called" } else { "imported" }.to_owned());
    out.finding(found);
    Ok(())
}
