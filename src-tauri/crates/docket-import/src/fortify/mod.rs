//! Fortify: the analysis inside an `.fpr` archive (FVDL), and the XML report.

mod fvdl;
mod report;
mod vulnerability;

pub(crate) use fvdl::FORTIFY;
pub(crate) use report::FORTIFY_XML;

use docket_domain::{Found, SuppressionStatus};

use crate::make;
use crate::report::code::decided;

/// `CWE ID 79, CWE ID 80` and its like.
fn weaknesses(found: &mut Found, text: &str) {
    make::identifiers(found, [], [text.replace("CWE ID ", "CWE-").as_str()]);
}

/// The value of the tag «Analysis»: what the auditor decided.
fn audited(found: &mut Found, analysis: &str, comment: Option<String>) {
    match analysis.to_ascii_lowercase().as_str() {
        "not an issue" | "false positive" => decided(found, SuppressionStatus::Accepted, analysis, comment),
        "reliability issue" | "bad practice" | "suspicious" | "exploitable" => {
            found.tags.push(format!("Analysis: {analysis}"));
        }
        _ => {}
    }
}
