//! bundler-audit's text: a block of `Key: value` lines for each gem.

use crate::format::{Confidence, Head};
use crate::make;
use crate::report::blocks::{Block, BlockReport, Reads};
use crate::report::{Card, Out};

/// The format in text.
pub(crate) static BUNDLER_AUDIT_TEXT: Reads<BundlerText> = Reads(BundlerText);

static CARD: Card = Card {
    id: "bundler-audit-text",
    label: "bundler-audit text",
    about: "What `bundle-audit check` prints.",
    extensions: &["txt"],
    tool: "bundler-audit",
    versions: "0.4 and later",
    example: include_str!("example.txt"),
};

const INSECURE: &str = "Insecure Source URI found:";

/// Reads text.
pub(crate) struct BundlerText;

impl BlockReport for BundlerText {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let has = |key: &str| head.text.lines().any(|line| line.starts_with(key));
        let gem = has("Name: ") && has("Version: ") && has("Criticality: ") && has("Solution: ");
        if gem || has(INSECURE) { Confidence::Certain } else { Confidence::No }
    }

    fn begins(&self, line: &str) -> bool {
        line.starts_with("Name: ") || line.starts_with(INSECURE)
    }

    fn can_end_with(&self, line: &str) -> bool {
        // «Vulnerabilities found!»; before 0.5 «Unpatched versions found!».
        line.contains("ulnerabilities found") || line.contains("npatched versions found")
    }

    fn block(&self, block: &Block, out: &mut Out) -> Result<(), String> {
        let first = block.lines().first().map(String::as_str).unwrap_or_default();
        if let Some(source) = first.strip_prefix(INSECURE) {
            out.finding(super::insecure(source.trim()));
            return Ok(());
        }
        let name = block.value("Name").ok_or("it names no gem")?;
        // Versions before 0.7 have `Advisory`, later ones a line for each public name.
        let ids: Vec<String> =
            ["CVE", "GHSA", "Advisory", "OSVDB"].iter().flat_map(|key| block.values(key)).collect();
        let id = ids.first().cloned().unwrap_or_default();
        let sound = block.value("Solution").map(|text| {
            let ranges = ["upgrade to", "update to"].iter().find_map(|words| text.strip_prefix(words));
            ranges.unwrap_or(&text).replace('\'', "").trim().to_owned()
        });
        let mut found = super::finding(&id, block.value("Title"), name, block.value("Version"), sound);
        for id in &ids {
            make::advisory(&mut found, id);
        }
        make::severity(&mut found, block.value("Criticality").as_deref());
        make::references(&mut found, block.value("URL").as_deref());
        out.finding(found);
        Ok(())
    }
}
