//! Anchore: vulnerabilities of an image from Anchore Engine and Enterprise, `anchorectl`, and the
//! security evaluation of a newer Enterprise.

use docket_domain::{Cvss, Found, Problem, Run};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static ANCHORE: Reads<Anchore> = Reads(Anchore);

static CARD: Card = Card {
    id: "anchore",
    label: "Anchore vulnerabilities",
    about: "Vulnerabilities of an image by Anchore Engine, Anchore Enterprise and `anchorectl`.",
    extensions: &["json"],
    tool: "Anchore",
    versions: "Engine 0 and 1, Enterprise 2 to 5, anchorectl",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Anchore;

impl JsonReport for Anchore {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let vulnerability = |list: &str| {
            outline.has_inner(list, "vuln")
                && (outline.has_inner(list, "package_name") || outline.has_inner(list, "packageName"))
        };
        let evaluation = outline.has_inner("securityEvaluation", "vulnerabilityId")
            || outline.has(&["metadata", "securityEvaluation"]);
        let empty = outline.has(&["vulnerabilities"])
            && (outline.has(&["vulnerability_type"]) || outline.has(&["vulnerabilityType"]))
            && !outline.inner.iter().any(|(list, _)| list == "vulnerabilities");
        let list = vulnerability("vulnerabilities") || vulnerability("");
        if list || evaluation || empty { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "vulnerabilities", "securityEvaluation"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if top.is_map() && cover.has("") {
            return Err(not_such_a_report(CARD.label, "it has no vulnerabilities"));
        }
        let mut run = CARD.run(options);
        let image = ["imageFullTag", "image_full_tag", "imageDigest", "image_digest"];
        run.category = top.line("metadata.repository").or_else(|| image.iter().find_map(|key| top.line(key)));
        run.started = top.line("metadata.timestamp").and_then(|at| at.parse().ok());
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let found = if at.list == "securityEvaluation" { evaluated(record)? } else { listed(record)? };
        out.finding(found);
        Ok(())
    }
}

/// A field in either spelling, `package_name` or `packageName`. Anchore writes `None` for none.
fn either(of: &Json, name: &str) -> Option<String> {
    clean::some_line(&either_value(of, name).as_text_or_empty()).filter(|text| text != "None")
}

fn either_value<'a>(of: &'a Json, name: &str) -> &'a Json {
    let value = of.get(name);
    if !value.is_null() {
        return value;
    }
    let mut camel = String::with_capacity(name.len());
    for (at, part) in name.split('_').enumerate() {
        let mut letters = part.chars();
        match letters.next() {
            Some(first) if at > 0 => camel.extend(first.to_uppercase()),
            Some(first) => camel.push(first),
            None => {}
        }
        camel.push_str(letters.as_str());
    }
    of.get(&camel)
}

fn listed(item: &Json) -> Result<Found, String> {
    let id = item.line("vuln").ok_or("it has no vuln")?;
    let kind = either(item, "package_type").unwrap_or_default();
    let name = either(item, "package_name").or_else(|| either(item, "package"));
    let version = either(item, "package_version").filter(|_| either(item, "package_name").is_some());
    let component = make::package(&kind, name, version, either(item, "fix"));
    let mut found = make::dependency(&id, None, component);
    found.description = make::described([
        ("", item.block("extra.description")),
        ("Feed", item.line("feed")),
        ("Feed group", either(item, "feed_group")),
        ("CPE", either(item, "package_cpe23").or_else(|| either(item, "package_cpe"))),
        (
            "Inherited from the base image",
            either_value(item, "inherited_from_base").bool().map(|yes| yes.to_string()),
        ),
    ]);
    make::severity(&mut found, item.get("severity").text());
    for (list, source) in [("nvd_data", "nvd"), ("vendor_data", "vendor")] {
        for data in either_value(item, list).items() {
            make::advisory(&mut found, &data.line("id").unwrap_or_default());
            let scores = [("cvss_v3", "3.1"), ("cvss_v2", "2.0")].into_iter().filter_map(|(key, version)| {
                // −1 is how it says that there is none.
                let score = either_value(either_value(data, key), "base_score").number();
                let opinion = make::opinion(None, score.filter(|score| *score > 0.0), Some(source))?;
                Some(Cvss { version: version.to_owned(), ..opinion })
            });
            make::opinions(&mut found, scores.collect::<Vec<_>>());
        }
    }
    make::severity_from_cvss(&mut found);
    make::references(&mut found, item.get("url").text());
    found.locations = either(item, "package_path").map(|path| make::place(&path, None)).into_iter().collect();
    found.tags = Some(kind).filter(|kind| !kind.is_empty()).into_iter().collect();
    Ok(found)
}

fn evaluated(item: &Json) -> Result<Found, String> {
    let id = item.line("vulnerabilityId").ok_or("it has no vulnerabilityId")?;
    let fixed = either(item, "fixAvailable");
    let component = make::component(item.line("package"), None, None, fixed);
    let mut found = make::dependency(&id, None, component);
    make::severity(&mut found, item.get("severity").text());
    for cve in item.line("cves").unwrap_or_default().split([',', ' ']) {
        make::advisory(&mut found, cve);
    }
    make::opinions(&mut found, make::opinion(None, item.get("nvdCvssBaseScore").number(), Some("nvd")));
    make::severity_from_cvss(&mut found);
    make::references(&mut found, item.get("link").text());
    found.locations = either(item, "path").map(|path| make::place(&path, None)).into_iter().collect();
    found.tags = item.line("packageType").into_iter().collect();
    Ok(found)
}
