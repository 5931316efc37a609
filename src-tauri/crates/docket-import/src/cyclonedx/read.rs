//! What a CycloneDX vulnerability means, whatever it was written in.

use docket_domain::{Component, Cvss, Found, Presence, SuppressionStatus};

use crate::clean;
use crate::evidence;
use crate::exploit;
use crate::json::Json;
use crate::make;
use crate::path;
use crate::report::{Named, Names, Out};

/// Everything with a `bom-ref` in a component or service, however deep.
pub(super) fn name(part: &Json, names: &mut Names) {
    let mut left: Vec<&Json> = vec![part];
    while let Some(one) = left.pop() {
        left.extend(one.get("components").items());
        left.extend(one.get("services").items());
        let purl = one.line("purl");
        let known = Named {
            name: full_name(one.line("group"), one.line("name"), purl.as_deref()),
            version: one.line("version"),
            purl: purl.clone(),
            places: places(one),
        };
        for id in [one.get("bom-ref").text(), purl.as_deref()].into_iter().flatten() {
            names.add(id, known.clone());
        }
    }
}

/// The name with its group, in the spelling of its ecosystem.
pub(super) fn full_name(group: Option<String>, name: Option<String>, purl: Option<&str>) -> Option<String> {
    let name = name?;
    let between = if purl.is_some_and(|purl| purl.starts_with("pkg:maven/")) { ':' } else { '/' };
    Some(match group {
        Some(group) if !name.starts_with(&group) => format!("{group}{between}{name}"),
        _ => name,
    })
}

/// Where it was found: evidence (1.5), and the properties in which Syft and Trivy say it.
fn places(component: &Json) -> Vec<String> {
    let evidence = component.at("evidence.occurrences").items().iter().filter_map(|one| one.line("location"));
    let properties = component
        .get("properties")
        .items()
        .iter()
        .filter_map(|property| is_place(property.get("name").text()?).then(|| property.line("value"))?);
    evidence.chain(properties).take(100).collect()
}

/// Whether a property of this name is a path.
pub(super) fn is_place(name: &str) -> bool {
    (name.starts_with("syft:location:") && name.ends_with(":path"))
        || matches!(name, "aquasecurity:trivy:FilePath" | "aquasecurity:trivy:PkgPath")
}

/// One finding for each component that is affected, one without a component where none is named.
pub(super) fn vulnerability(item: &Json, names: &Names, out: &mut Out) -> Result<(), String> {
    if !item.is_map() {
        return Err(format!("it is {}, not an object", item.what()));
    }
    let affects = item.get("affects").items();
    let flaw = found(item);
    if affects.is_empty() {
        out.finding(flaw.clone());
    }
    for affected in out.objects(item.get("affects")) {
        if out.is_full() {
            break;
        }
        let versions = affected.get("versions").items();
        let sound = |version: &Json| version.get("status").text() == Some("unaffected");
        if !versions.is_empty() && versions.iter().all(sound) {
            out.passed();
            continue;
        }
        // Elsewhere in the bill, or in another one: `urn:cdx:serial/version#ref`.
        let spelt = affected.get("ref").text().unwrap_or_default();
        let urn = ["urn:cdx:", "urn:uuid:"].iter().find_map(|scheme| spelt.strip_prefix(scheme));
        let inner = urn.and_then(|link| link.split_once('#'));
        let id = inner.map_or_else(|| spelt.to_owned(), |(_, id)| path::percent_decoded(id));
        let known = names.get(&id);
        // The old extension stood inside the component.
        let around =
            || make::component(affected.line("name"), affected.line("version"), affected.line("purl"), None);
        let mut component = match known {
            Some(known) => known.component(),
            None => around()
                .or_else(|| make::component_of_purl(&id))
                .or_else(|| make::component(clean::some_line(&id), None, None, None)),
        };
        if let Some(Component { version: version @ None, .. }) = &mut component {
            *version = versions.iter().filter(|version| !sound(version)).find_map(|v| v.line("version"));
        }
        let mut found = flaw.clone();
        found.title = make::in_component(&flaw.rule, component.as_ref());
        found.component = component;
        found.locations = known.map(Named::locations).unwrap_or_default();
        let versions = Some(spelt_out(versions)).filter(|text| !text.is_empty());
        found.description = make::described([("", Some(found.description)), ("Versions", versions)]);
        out.finding(found);
    }
    Ok(())
}

/// Versions or ranges with their states.
fn spelt_out(versions: &[Json]) -> String {
    let versions = versions.iter().filter_map(|version| {
        let which = version.line("version").or_else(|| version.line("range"))?;
        Some(format!("{which} {}", version.line("status").unwrap_or_else(|| "affected".to_owned())))
    });
    versions.take(1000).collect::<Vec<_>>().join(", ")
}

/// What is said about a vulnerability, whatever it affects.
fn found(item: &Json) -> Found {
    let id = item.line("id").or_else(|| item.line("bom-ref")).unwrap_or_default();
    let mut found = make::dependency(&id, None, None);
    let tools = item.get("tools");
    let tools = if tools.items().is_empty() { tools.get("components").items() } else { tools.items() };
    let tools: Vec<String> = tools.iter().filter_map(|tool| tool.line("name")).collect();
    found.description = make::described([
        ("", item.block("description")),
        ("", item.block("detail")),
        ("Workaround", item.block("workaround")),
        ("Found by", Some(tools.join(", "))),
    ]);
    let proof = item.get("proofOfConcept");
    evidence::text(&mut found, "Reproduction steps", proof.block("reproductionSteps"));
    evidence::text(&mut found, "Environment", proof.block("environment"));
    for reference in item.get("references").items() {
        make::advisory(&mut found, &reference.line("id").unwrap_or_default());
    }
    make::identifiers(&mut found, [], item.lines("cwes").iter().map(String::as_str));
    let sources = std::iter::once(item).chain(item.get("references").items());
    let sources = sources.filter_map(|one| one.at("source.url").text());
    make::references(&mut found, sources);
    let advisories = item.get("advisories").items().iter();
    make::references(&mut found, advisories.filter_map(|one| one.get("url").text()));
    rate(&mut found, item);
    analyse(&mut found, item.get("analysis"));
    if let Some(text) = item.block("recommendation") {
        found.remediation = Some(text);
    }
    found
}

/// All CVSS opinions. The severity is that of the vulnerability's own source, and of the newest
/// method where several ratings have one; `CycloneDX` gives their order no meaning.
fn rate(found: &mut Found, item: &Json) {
    let ratings = item.get("ratings").items();
    let own = item.at("source.name").some_text();
    let is_own = |rating: &Json| own.is_some() && rating.at("source.name").some_text() == own;
    let worded = ratings.iter().filter(|rating| rating.get("severity").some_text().is_some());
    // The first of equals.
    let leading = worded.rev().max_by_key(|rating| (is_own(rating), rank(rating.get("method").text())));
    if let Some(rating) = leading {
        make::severity(found, rating.get("severity").text());
    }
    // Tools put EPSS among the ratings, with a score up to 1 and a method that is not CVSS.
    let is_epss = |rating: &&Json| {
        let named =
            rating.at("source.name").text().is_some_and(|name| name.to_ascii_uppercase().contains("EPSS"));
        named && rating.get("method").text().is_none_or(|method| !method.starts_with("CVSS"))
    };
    for rating in ratings.iter().filter(is_epss) {
        exploit::epss(found, rating.get("score").number(), None, None);
    }
    let opinions = ratings.iter().filter(|rating| !is_epss(rating)).filter_map(|rating| {
        let source = rating.at("source.name").text();
        let vector = rating.get("vector").text();
        let mut opinion = make::opinion(vector, rating.get("score").number(), source)?;
        if opinion.vector.is_none() {
            version(rating.get("method").text()?)?.clone_into(&mut opinion.version);
        }
        Some(opinion)
    });
    let opinions: Vec<Cvss> = opinions.collect();
    make::opinions(found, opinions);
    make::severity_from_cvss(found);
}

/// How much a method's word counts. A rating without a method is the tool's own word.
fn rank(method: Option<&str>) -> u8 {
    match method {
        Some("CVSSv4") => 4,
        Some("CVSSv31") => 3,
        Some("CVSSv3") | None => 2,
        Some("CVSSv2") => 1,
        Some(_) => 0,
    }
}

/// The version of CVSS that a method names; none for other methods.
fn version(method: &str) -> Option<&'static str> {
    Some(match method {
        "CVSSv2" => "2.0",
        "CVSSv3" => "3.0",
        "CVSSv31" => "3.1",
        "CVSSv4" => "4.0",
        _ => return None,
    })
}

/// What somebody found out about this use of the component (VEX).
fn analyse(found: &mut Found, analysis: &Json) {
    let Some(state) = analysis.line("state") else { return };
    let why = make::described([
        ("", analysis.block("justification")),
        ("", analysis.block("detail")),
        ("Response", Some(analysis.lines("response").join(", "))),
    ]);
    let status = match state.as_str() {
        "resolved" | "resolved_with_pedigree" => {
            found.presence = Presence::Absent;
            return;
        }
        "not_affected" | "false_positive" => SuppressionStatus::Accepted,
        "in_triage" => SuppressionStatus::UnderReview,
        // `exploitable` confirms the finding.
        _ => {
            found.tags.push(state);
            return;
        }
    };
    found.suppressions.push(make::suppression(status, &state, Some(why)));
}
