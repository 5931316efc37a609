//! A flaw as Aqua tells it.

use docket_domain::{FindingKind, Found};

use crate::clean;
use crate::exploit;
use crate::json::Json;
use crate::make;

/// A flaw of a package; `of` is the package.
pub(super) fn found(item: &Json, of: &Json, image: Option<&str>) -> Found {
    let id = item.line("name").unwrap_or_default();
    let package = of.any_line(&["name", "path"]);
    let title = package.as_deref().map_or_else(|| id.clone(), |package| format!("{id} in {package}"));
    let mut found = make::found(&id, &title);
    found.kind = FindingKind::Dependency;
    found.description = make::described([
        ("", item.block("description")),
        ("Image", image.map(str::to_owned)),
        ("Layer", of.block("layer")),
        ("Rated by", item.any_line(&["aqua_severity_classification", "aqua_scoring_system"])),
    ]);
    // Aqua's own rating leads, as in its console; then the distribution's, then the NVD's.
    let words = [
        "aqua_severity",
        "vendor_severity_v3",
        "vendor_cvss3_severity",
        "vendor_severity",
        "nvd_severity_v3",
        "nvd_cvss3_severity",
        "nvd_severity",
        "severity",
    ];
    make::severity(&mut found, item.any_line(&words).as_deref());
    let given = [
        ("aqua_vectors", "aqua_score", "Aqua"),
        ("vendor_vectors_v3", "vendor_score_v3", "vendor"),
        ("vendor_vectors", "vendor_score", "vendor"),
        ("vendor_cvss3_vectors", "vendor_cvss3_score", "vendor"),
        ("vendor_cvss2_vectors", "vendor_cvss2_score", "vendor"),
        ("nvd_cvss3_vectors", "nvd_cvss3_score", "NVD"),
        ("nvd_cvss2_vectors", "nvd_cvss2_score", "NVD"),
        ("nvd_vectors_v3", "nvd_score_v3", "NVD"),
        ("nvd_vectors", "nvd_score", "NVD"),
    ];
    let opinions = given.into_iter().filter_map(|(vector, score, source)| {
        // 0 is how the API says that there is no score.
        let number = item.get(score).number().filter(|number| *number > 0.0);
        let mut opinion = make::opinion(item.get(vector).text(), number, Some(source))?;
        let is_three = match score {
            "aqua_score" => item.line("aqua_scoring_system").is_some_and(|system| system.contains('3')),
            score => score.contains("v3") || score.contains("cvss3"),
        };
        if opinion.vector.is_none() && !is_three {
            "2.0".clone_into(&mut opinion.version);
        }
        Some(opinion)
    });
    make::opinions(&mut found, opinions);
    make::severity_from_cvss(&mut found);
    exploit::epss_in(&mut found, item, "epss_score", "epss_percentile", "epss_date");
    let cwes: Vec<String> =
        item.get("cwe_info").items().iter().filter_map(|cwe| cwe.any_line(&["Id", "id"])).collect();
    make::advisory(&mut found, &id);
    make::identifiers(&mut found, [], cwes.iter().map(String::as_str));
    let fixed = item.line("fix_version");
    found.remediation =
        item.block("solution").or_else(|| fixed.as_ref().map(|fixed| format!("Update to {fixed}.")));
    found.component = make::component(package, of.line("version"), None, fixed);
    found.locations.extend(of.line("path").map(|path| make::place(&path, None)));
    make::references(
        &mut found,
        ["nvd_url", "vendor_url", "url"].iter().filter_map(|key| item.get(key).text()),
    );
    found.tags = of.line("format").into_iter().collect();
    if item.get("acknowledged").bool() == Some(true) || item.line("acknowledged_date").is_some() {
        acknowledged(&mut found, item);
    }
    found
}

/// A flaw of the older list, which names a file or a package in one field.
pub(super) fn older(item: &Json, image: Option<&str>) -> Found {
    let id = item.line("name").unwrap_or_default();
    let file = item.line("file");
    let title = file.as_deref().map_or_else(|| id.clone(), |file| format!("{id} in {file}"));
    let mut found = make::found(&id, &title);
    found.kind = FindingKind::Dependency;
    found.description = make::described([
        ("", item.block("description")),
        ("Image", image.map(str::to_owned)),
        ("Vendor", item.block("vendor_statement")),
    ]);
    make::severity(&mut found, item.any_line(&["severity", "vendor_severity"]).as_deref());
    let mut opinion = make::opinion(item.get("vectors").text(), item.get("score").number(), None);
    if let Some(opinion) = &mut opinion
        && item.line("score_version").is_some_and(|version| version.ends_with("v2"))
    {
        "2.0".clone_into(&mut opinion.version);
    }
    make::opinions(&mut found, opinion);
    make::severity_from_cvss(&mut found);
    make::advisory(&mut found, &id);
    found.remediation = item.block("solution");
    match file {
        Some(path) if path.starts_with('/') => found.locations.push(make::place(&path, None)),
        name => found.component = make::component(name, None, None, item.line("fix_version")),
    }
    make::references(&mut found, item.get("url").text());
    if item.get("acknowledged").bool() == Some(true) {
        acknowledged(&mut found, item);
    }
    found
}

fn acknowledged(found: &mut Found, item: &Json) {
    let why = item.any_block(&["ack_comment", "acknowledge_comment"]).and_then(|why| clean::some_block(&why));
    make::suppressed(found, docket_domain::SuppressionStatus::Accepted, "acknowledged", why);
}
