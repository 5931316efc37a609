//! `StackHawk`'s webhook after a scan: one finding for each kind and host, its paths as places.

use docket_domain::{Completeness, FindingKind, Found, Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report, web};

/// The format.
pub(crate) static STACKHAWK: Reads<StackHawk> = Reads(StackHawk);

static CARD: Card = Card {
    id: "stackhawk",
    label: "StackHawk JSON",
    about: "The message with results that StackHawk sends to a webhook when a scan is complete.",
    extensions: &["json"],
    tool: "StackHawk",
    versions: "HawkScan 2 and later",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct StackHawk;

impl JsonReport for StackHawk {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let says = outline.text("service") == Some("StackHawk") && outline.has(&["scanCompleted"]);
        if says { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["scanCompleted.findings"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let scan = cover.top.at("scanCompleted.scan");
        if scan.is_null() && cover.lists.is_empty() {
            return Err(not_such_a_report(CARD.label, "it has no «scanCompleted»"));
        }
        let mut run = CARD.run(options);
        run.tool.version = scan.line("hawkscanVersion");
        run.started = scan.line("startedTimestamp").and_then(|at| at.parse().ok());
        let names = [scan.line("application"), scan.line("env")];
        run.category = crate::clean::some_line(&names.into_iter().flatten().collect::<Vec<_>>().join(" / "));
        if let Some(status) = scan.line("status").filter(|status| status != "COMPLETED") {
            run.completeness = Completeness::Partial { reason: format!("its scan ended as «{status}»") };
        }
        Ok(run)
    }

    fn record(&self, _: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let id = record.line("pluginId").ok_or("it has no pluginId")?;
        let name = record.line("pluginName").unwrap_or_else(|| id.clone());
        let mut found = make::found(&id, &name);
        found.kind = FindingKind::Web;
        make::severity(&mut found, record.get("severity").text());
        let host = record.line("host").unwrap_or_default();
        found.endpoint = make::endpoint(Some(&host), None, None);
        let paths = record.get("paths").items();
        for path in paths {
            let url = format!("{}{}", host.trim_end_matches('/'), path.line("path").unwrap_or_default());
            let status = path.line("status").map(|status| format!("Status: {status}"));
            found.locations.push(web::place(&url, path.line("method").as_deref(), None, status));
        }
        decided(&mut found, paths);
        let links = [record.line("findingURL"), paths.first().and_then(|path| path.line("pathURL"))];
        make::references(&mut found, links.iter().flatten().map(String::as_str));
        found.description = make::described([
            ("Category", record.line("category")),
            ("Paths", record.line("totalCount")),
            ("At StackHawk", record.line("findingURL")),
        ]);
        found.tags = record.line("category").into_iter().collect();
        out.rule(make::rule(&id, Some(name)));
        out.finding(found);
        Ok(())
    }
}

/// A decision counts when it was made for all paths.
fn decided(found: &mut Found, paths: &[Json]) {
    let statuses = paths.iter().map(|path| path.line("status").unwrap_or_default().replace(['-', ' '], "_"));
    let statuses: Vec<String> = statuses.map(|status| status.to_ascii_uppercase()).collect();
    for (word, kind) in [("FALSE_POSITIVE", "false positive"), ("RISK_ACCEPTED", "risk accepted")] {
        if !statuses.is_empty() && statuses.iter().all(|status| status == word) {
            found.suppressions.push(web::decision(kind, None));
        }
    }
}
