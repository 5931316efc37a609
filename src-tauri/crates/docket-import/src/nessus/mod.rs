//! Nessus' own XML (`.nessus`, version 2): one item for each plugin, host and port.

use docket_domain::{FindingKind, Problem, Run};

use crate::evidence;
use crate::exploit;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report};
use crate::words;

/// The format.
pub(crate) static NESSUS: Reads<Nessus> = Reads(Nessus);

static CARD: Card = Card {
    id: "nessus",
    label: "Nessus XML",
    about: "What Nessus and Tenable products export as `.nessus` (version 2).",
    extensions: &["nessus", "xml"],
    tool: "Nessus",
    versions: "NessusClientData_v2",
    example: include_str!("example.nessus"),
};

const ITEM: &str = "NessusClientData_v2/Report/ReportHost/ReportItem";

/// Reads it.
pub(crate) struct Nessus;

impl XmlReport for Nessus {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if root.name == "NessusClientData_v2" => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &[ITEM]
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "NessusClientData_v2" {
            return Err(not_such_a_report(CARD.label, "its outermost element is not NessusClientData_v2"));
        }
        Ok(CARD.run(options))
    }

    fn record(&self, at: &At<'_>, item: &Element, out: &mut Out) -> Result<(), String> {
        let plugin = item.attribute("pluginID").ok_or("it has no pluginID")?;
        let name = item.attribute("pluginName").unwrap_or(plugin);
        let host = at.outer("ReportHost");
        let mut found = make::found(plugin, name);
        found.kind = FindingKind::Host;
        make::severity_as(&mut found, item.attribute("severity"), words::severity_of_five);
        found.description = make::described([("", item.value("synopsis")), ("", item.value("description"))]);
        evidence::text(&mut found, "Output of the plugin", item.value("plugin_output"));
        found.remediation = item.value("solution").filter(|text| !text.eq_ignore_ascii_case("n/a"));
        let port = item.attribute("port").and_then(|port| port.parse().ok()).filter(|port| *port > 0);
        let tag = |name: &str| {
            let tags = host.child("HostProperties");
            let tag = tags.all("tag").find(|tag| tag.attribute("name") == Some(name));
            tag.map(|tag| tag.text().into_owned()).filter(|text| !text.is_empty())
        };
        let address = tag("host-fqdn").or_else(|| host.attribute("name").map(str::to_owned));
        // Web scans name the site by its address.
        let url = address.as_deref().filter(|address| crate::path::is_web(address));
        if url.is_some() {
            found.kind = FindingKind::Web;
        }
        found.endpoint = make::endpoint(url, address.as_deref().filter(|_| url.is_none()), port);
        let ids: Vec<String> = ["cve", "xref"]
            .iter()
            .flat_map(|name| item.all(name).map(|id| id.text().into_owned()).collect::<Vec<_>>())
            .collect();
        let cwes: Vec<String> = item.all("cwe").map(|cwe| cwe.text().into_owned()).collect();
        exploit::epss_of(&mut found, item.value("epss_score"), None);
        for xref in &ids {
            exploit::exploited_by_tenable(&mut found, xref);
        }
        if let Some(due) = item.value("cisa-known-exploited") {
            exploit::exploited(&mut found, Some("CISA"), None, Some(due), false);
        }
        make::identifiers(&mut found, ids.iter().map(String::as_str), cwes.iter().map(String::as_str));
        let opinions = [("4.0", "cvss4"), ("3.1", "cvss3"), ("2.0", "cvss")];
        let opinions = opinions.into_iter().filter_map(|(number, version)| {
            let vector = item.value(&format!("{version}_vector"));
            // Web scans write the score alone, as `cvssv3` and `cvss`.
            let alone = if version == "cvss3" { "cvssv3" } else { version };
            let score = item.value(&format!("{version}_base_score")).or_else(|| item.value(alone));
            let score = score.and_then(|score| score.parse().ok());
            let vector = vector.as_deref().map(|vector| vector.trim_start_matches("CVSS2#"));
            make::opinion_of(number, vector, score, None)
        });
        make::opinions(&mut found, opinions);
        let urls: Vec<String> = item.all("see_also").map(|urls| urls.text().into_owned()).collect();
        make::references(&mut found, urls.iter().flat_map(|urls| urls.split_whitespace()));
        found.tags = item.attribute("pluginFamily").map(str::to_owned).into_iter().collect();
        found.component = item.value("cpe").and_then(|cpe| {
            let (name, version) = make::of_cpe(&cpe)?;
            make::component(Some(name), version, None, None)
        });
        out.rule(make::rule(plugin, Some(name.to_owned())));
        out.finding(found);
        Ok(())
    }
}
