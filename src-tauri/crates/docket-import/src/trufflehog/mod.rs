//! `TruffleHog` 3 (one record a line), the array and lines of version 2, and `truffleHog3`.

mod legacy;

use docket_domain::{FindingKind, Found};

use crate::clean;
use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::code::partial;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// `TruffleHog`.
pub(crate) static TRUFFLEHOG: Reads<TruffleHog> = Reads(TruffleHog);
/// `truffleHog3`, a tool of its own.
pub(crate) static TRUFFLEHOG3: Reads<legacy::TruffleHog3> = Reads(legacy::TruffleHog3);

static CARD: Card = Card {
    id: "trufflehog",
    label: "TruffleHog JSON",
    about: "What `trufflehog --json` writes: leaked credentials, one a line.",
    extensions: &["json", "jsonl"],
    tool: "TruffleHog",
    versions: "3 (SourceMetadata), and 1 to 2 (stringsFound)",
    example: include_str!("example.jsonl"),
};

/// Reads it.
pub(crate) struct TruffleHog;

impl JsonReport for TruffleHog {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let new = ["SourceMetadata", "DetectorType"];
        let old = ["stringsFound", "reason"];
        let any = |keys: &[&str]| outline.has(keys) || outline.first_has(keys);
        // The log of a scan may stand before the first record.
        let logged = outline.text("logger").is_some_and(|name| name.starts_with("trufflehog"))
            && outline.has(&["level", "msg"]);
        if any(&new) || any(&old) || logged { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[""]
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if record.get("SourceMetadata").is_null() && record.get("DetectorName").is_null() {
            // The log of a scan may stand between the records.
            if !record.get("level").is_null() && !record.get("msg").is_null() {
                return Ok(());
            }
            return legacy::strings(record, out);
        }
        let found = leak(record, out)?;
        out.finding(found);
        Ok(())
    }
}

/// One leak of version 3.
fn leak(record: &Json, out: &mut Out) -> Result<Found, String> {
    let rule = record.line("DetectorName").or_else(|| record.line("DetectorType"));
    let rule = rule.ok_or("it has no DetectorName")?;
    // One source under the name of its kind: Git, Github, Filesystem, Docker, S3, …
    let sources = record.at("SourceMetadata.Data").fields();
    let (source, data) = sources.first().map_or(("", &Json::Null), |(name, data)| (name.as_str(), data));
    let verified = record.get("Verified").bool();
    let title = match verified {
        Some(true) => format!("{rule} credential, verified"),
        _ => format!("{rule} credential"),
    };
    let mut found = make::found(&rule, &title);
    found.kind = FindingKind::Secret;
    let path = ["file", "path", "filename", "image"].iter().find_map(|key| data.line(key));
    let link = ["link", "url"].iter().find_map(|key| data.line(key));
    if let Some(path) = path {
        found.locations.push(make::place(&path, data.line_number("line")));
    } else if let Some(link) = &link {
        found.endpoint = make::endpoint(Some(link), None, None);
    }
    make::references(&mut found, link.iter().map(String::as_str));
    let yes_no = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let extra: Vec<String> = record
        .get("ExtraData")
        .fields()
        .iter()
        .filter(|(_, value)| !value.is_null())
        .take(20)
        .map(|(key, value)| format!("{}: {}", clean::title(key), clean::title(&value.as_text())))
        .collect();
    found.description = make::described([
        ("", record.block("DetectorDescription")),
        ("Verified", verified.map(yes_no)),
        ("Verification failed", record.block("VerificationError")),
        // Only what the tool itself made unreadable; the credential stays in the report.
        ("Credential", record.line("Redacted")),
        ("Source", Some(clean::title(source))),
        ("Repository", data.line("repository")),
        ("Commit", data.line("commit")),
        ("Author", data.line("email")),
        ("Date", data.line("timestamp")),
        ("Layer", data.line("layer")),
        ("Bucket", data.line("bucket")),
        ("More", Some(extra.join("; "))),
    ]);
    found.tags = record.line("DecoderName").into_iter().collect();
    partial(&mut found, "commit", data.line("commit"));
    out.rule(docket_domain::Rule {
        description: record.block("DetectorDescription"),
        ..make::rule(&rule, None)
    });
    Ok(found)
}
