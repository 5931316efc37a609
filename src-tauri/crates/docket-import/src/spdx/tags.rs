//! SPDX 2 as tag-value: a block of `Tag: value` lines for each package.

use crate::clean;
use crate::format::{Confidence, Head};
use crate::report::blocks::{Block, BlockReport, Reads};
use crate::report::{Card, Out};

use super::{Package, Reference};

/// The format in tag-value.
pub(crate) static SPDX_TAGS: Reads<SpdxTags> = Reads(SpdxTags);

static CARD: Card = Card {
    id: "spdx-tag",
    label: "SPDX tag-value",
    about: "SPDX 2 bills of materials in tag-value form.",
    extensions: &["spdx"],
    tool: "SPDX",
    versions: "2.2 and 2.3",
    example: include_str!("example.spdx"),
};

/// Reads tag-value.
pub(crate) struct SpdxTags;

impl BlockReport for SpdxTags {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let two = head.text.lines().take(200).any(|line| line.starts_with("SPDXVersion: SPDX-2"));
        if two { Confidence::Certain } else { Confidence::No }
    }

    fn lacks(&self, head: &Head) -> Option<&'static str> {
        let tags = ["SPDXVersion:", "SPDXID:", "DataLicense:", "PackageName:"];
        let has_one = head.text.lines().any(|line| tags.iter().any(|tag| line.starts_with(tag)));
        (!has_one).then_some("it has no tag of SPDX")
    }

    fn begins(&self, line: &str) -> bool {
        // A file or a snippet ends a package.
        ["PackageName:", "FileName:", "SnippetSPDXID:", "LicenseID:"].iter().any(|tag| line.starts_with(tag))
    }

    fn ends_at_blank(&self) -> bool {
        false
    }

    fn block(&self, block: &Block, out: &mut Out) -> Result<(), String> {
        let Some(name) = block.value("PackageName") else { return Ok(()) };
        let references = block.values("ExternalRef").filter_map(|value| {
            let mut words = value.splitn(3, ' ');
            Some(Reference {
                category: words.next()?.to_owned(),
                kind: words.next()?.to_owned(),
                locator: clean::line(words.next()?),
                comment: None,
            })
        });
        let references = references.collect();
        let package = Package {
            name,
            version: block.value("PackageVersion"),
            file: block.value("PackageFileName"),
            references,
        };
        package.tell(out);
        Ok(())
    }
}
