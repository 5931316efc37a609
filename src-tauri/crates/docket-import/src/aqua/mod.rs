//! Aqua Enterprise: the scan of an image (`resources`), the older list of flaws (`cves`), the
//! answer of the API (`result`), and the array that the Azure DevOps extension writes.

mod flaw;

use docket_domain::{FindingKind, Found, Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, failed};

/// The format.
pub(crate) static AQUA: Reads<Aqua> = Reads(Aqua);

static CARD: Card = Card {
    id: "aqua",
    label: "Aqua",
    about: "Scans of images by Aqua Enterprise: scanner CLI, API version 2, Azure DevOps extension.",
    extensions: &["json"],
    tool: "Aqua",
    versions: "scanner reports with `resources` or `cves`, API version 2",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Aqua;

impl JsonReport for Aqua {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let scan = outline.has(&["image", "resources"])
            && (outline.has_inner("resources", "resource") || outline.text("scan_started").is_some());
        let older = outline.has(&["image_name", "cves"]);
        let api = outline.has(&["result", "count", "pagesize"]);
        let array = outline.first_has(&["image_name", "results"]);
        if scan || older || api || array { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "resources", "cves", "result"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if let Some(says) = top.any_line(&["errorMsg", "error"])
            && !cover.has("resources")
            && !cover.has("cves")
        {
            return Err(failed(CARD.tool, &says));
        }
        let mut run = CARD.run(options);
        run.category = top.any_line(&["image", "image_name"]);
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        let image = at.cover.any_line(&["image", "image_name"]);
        match at.list {
            "resources" => resource(record, image.as_deref(), out),
            "cves" => out.finding(flaw::older(record, image.as_deref())),
            "result" => {
                let image = record.any_line(&["image_name", "image_repository_name"]);
                out.finding(flaw::found(record, record.get("resource"), image.as_deref()));
            }
            _ => {
                let scan = if record.get("results").is_map() { record.get("results") } else { record };
                if !scan.has_key("resources") && !scan.has_key("cves") {
                    return Err("it has neither resources nor cves".to_owned());
                }
                let image = record.line("image_name").or_else(|| scan.line("image"));
                for item in out.objects(scan.get("resources")) {
                    resource(item, image.as_deref(), out);
                }
                for item in out.objects(scan.get("cves")) {
                    out.part(item);
                    out.finding(flaw::older(item, image.as_deref()));
                }
            }
        }
        Ok(())
    }
}

/// A package or file of the image with everything that is wrong with it.
fn resource(item: &Json, image: Option<&str>, out: &mut Out) {
    let of = &item.get("resource").shared(&[]);
    let image = image.map(crate::clean::title);
    let image = image.as_deref();
    for given in out.objects(item.get("vulnerabilities")) {
        out.part(given);
        out.finding(flaw::found(given, of, image));
    }
    for given in out.objects(item.get("sensitive_data_items")) {
        out.part(given);
        let what = given.any_line(&["type", "name"]).unwrap_or_else(|| "sensitive data".to_owned());
        out.finding(sensitive(&what, of, image));
    }
    // Other scanners only name what a file holds.
    if item.get("sensitive_data_items").items().is_empty() {
        for what in of.lines("sensitive_items") {
            out.finding(sensitive(&what, of, image));
        }
    }
    for given in out.objects(item.get("malware")) {
        out.part(given);
        let what = given.any_line(&["malware", "name"]).unwrap_or_else(|| "malware".to_owned());
        let mut found = make::found("malware", &what);
        let path = given.line("path").or_else(|| of.line("path"));
        found.locations.extend(path.map(|path| make::place(&path, None)));
        found.description =
            make::described([("Image", image.map(str::to_owned)), ("Hash", given.line("hash"))]);
        out.finding(found);
    }
}

/// Something in a file that should not be known.
fn sensitive(what: &str, of: &Json, image: Option<&str>) -> Found {
    let mut found = make::found(&format!("sensitive-data-{}", what.to_lowercase().replace(' ', "-")), what);
    found.kind = FindingKind::Secret;
    found.locations.extend(of.line("path").map(|path| make::place(&path, None)));
    found.description = make::described([
        ("Image", image.map(str::to_owned)),
        ("Layer", of.block("layer")),
        ("Hash", of.line("hash")),
    ]);
    found
}
