//! OWASP Dependency-Check: dependencies (jars, packages), each with its vulnerabilities. Its XML, and
//! its JSON in the shape of the XML.

mod json;

use docket_domain::{Cvss, Found, Problem, Run, SuppressionStatus};

use crate::exploit;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report};

pub(crate) use json::DEPENDENCY_CHECK_JSON;

/// The format in XML.
pub(crate) static DEPENDENCY_CHECK: Reads<DependencyCheck> = Reads(DependencyCheck);

static CARD: Card = Card {
    id: "dependency-check",
    label: "Dependency-Check XML",
    about: "What OWASP Dependency-Check writes as XML.",
    extensions: &["xml"],
    tool: "Dependency-Check",
    versions: "schema 1.3 to 4",
    example: include_str!("example.xml"),
};

/// Reads it.
pub(crate) struct DependencyCheck;

impl XmlReport for DependencyCheck {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        // `https://www.owasp.org/index.php/OWASP_Dependency_Check#1.1` until schema 1.2.
        let is_schema =
            |value: &str| value.to_ascii_lowercase().replace('_', "-").contains("dependency-check");
        let is_own = |root: &Element| {
            root.name == "analysis"
                && (root.attributes.iter().any(|(_, value)| is_schema(value))
                    || head.text.contains("<scanInfo"))
        };
        if root(head).is_some_and(|root| is_own(&root)) { Confidence::Certain } else { Confidence::No }
    }

    fn records(&self) -> &'static [&'static str] {
        &["analysis/dependencies/dependency"]
    }

    fn looks_ahead(&self) -> bool {
        true
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "analysis" {
            return Err(not_such_a_report(CARD.label, "its outermost element is not analysis"));
        }
        let mut run = CARD.run(options);
        run.tool.version = cover.value("scanInfo/engineVersion");
        run.category = cover.value("projectInfo/name");
        run.started = cover.value("projectInfo/reportDate").and_then(|at| at.parse().ok());
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, item: &Element, out: &mut Out) -> Result<(), String> {
        let flaws = item.child("vulnerabilities");
        if flaws.children.is_empty() {
            out.passed();
        }
        for flaw in flaws.all("vulnerability") {
            out.part_of(flaw);
            out.finding(found(item, flaw)?);
        }
        for flaw in flaws.all("suppressedVulnerability") {
            out.part_of(flaw);
            let mut found = found(item, flaw)?;
            let why = flaw.value("notes");
            found.suppressions.push(make::suppression(SuppressionStatus::Accepted, "suppression file", why));
            out.finding(found);
        }
        Ok(())
    }
}

fn found(item: &Element, flaw: &Element) -> Result<Found, String> {
    let id = flaw.value("name").ok_or("a vulnerability has no name")?;
    let file = item.value("fileName");
    let found_component = component(item, file.as_deref());
    let mut found = make::dependency(&id, None, found_component);
    let notes = item.at("relatedDependencies").all("relatedDependency");
    let related: Vec<String> =
        notes.take(100).filter_map(|one| one.value("filePath").or_else(|| one.value("fileName"))).collect();
    found.description = make::described([
        ("", flaw.value("description")),
        ("Notes", flaw.value("notes")),
        ("Found in the same place", Some(related.join(", "))),
    ]);
    let cwes = flaw.child("cwes").children.iter().map(|cwe| cwe.text().into_owned());
    let cwes: Vec<String> = cwes.chain(flaw.value("cwe")).collect();
    make::identifiers(&mut found, [], cwes.iter().map(String::as_str));
    make::severity(&mut found, flaw.value("severity").as_deref());
    make::opinions(
        &mut found,
        ["cvssV4", "cvssV3", "cvssV2"].iter().filter_map(|version| cvss(flaw, version)),
    );
    // Before schema 2 there was one score, of CVSS 2.
    let plain = flaw.value("cvssScore").and_then(|score| score.parse().ok());
    let plain = make::opinion(None, plain, None).map(|opinion| Cvss { version: "2.0".to_owned(), ..opinion });
    make::opinions(&mut found, plain);
    make::severity_from_cvss(&mut found);
    let urls: Vec<String> =
        flaw.child("references").children.iter().filter_map(|reference| reference.value("url")).collect();
    make::references(&mut found, urls.iter().map(String::as_str));
    if let Some(name) = file {
        let mut place = make::place(&name, None);
        place.message = item.value("filePath").filter(|path| *path != name);
        found.locations.push(place);
    }
    found.tags = flaw.attribute("source").map(str::to_owned).into_iter().collect();
    if item.attribute("isVirtual") == Some("true") {
        found.tags.push("virtual".to_owned());
    }
    let listed = flaw.child("knownExploitedVulnerability");
    if !listed.children.is_empty() {
        exploit::exploited(
            &mut found,
            Some("CISA"),
            listed.value("dateAdded"),
            listed.value("dueDate"),
            false,
        );
    }
    if let Some(sha) = item.value("sha256").or_else(|| item.value("sha1")) {
        found.partial_fingerprints.insert("file hash".to_owned(), sha);
    }
    Ok(found)
}

/// The package: its package URL, else Maven's or another manager's coordinates, else the file.
fn component(item: &Element, file: Option<&str>) -> Option<docket_domain::Component> {
    let identifiers = item.child("identifiers");
    let mut packages = identifiers.all("package").filter_map(|package| package.value("id"));
    if let Some(component) = packages.find_map(|purl| make::component_of_purl(&purl)) {
        return Some(component);
    }
    // Schema 1: `<identifier type="maven"><name>(group:artifact:version)</name>`.
    let coordinates = identifiers.all("identifier").filter(|one| one.attribute("type") != Some("cpe"));
    for identifier in coordinates {
        let kind = identifier.attribute("type").unwrap_or_default();
        let Some(name) = identifier.value("name") else { continue };
        let name = name.trim_matches(['(', ')']).to_owned();
        return match name.rsplit_once(':') {
            Some((name, version)) => {
                make::package(kind, Some(name.to_owned()), Some(version.to_owned()), None)
            }
            None => make::package(kind, Some(name), None, None),
        };
    }
    let named = |kind: &str| {
        let evidence = item.at("evidenceCollected").all("evidence");
        let of_kind = evidence.filter(|one| one.attribute("type") == Some(kind));
        let best = of_kind.max_by_key(|one| match one.attribute("confidence") {
            Some("HIGHEST") => 4,
            Some("HIGH") => 3,
            Some("MEDIUM") => 2,
            _ => 1,
        });
        best.and_then(|one| one.value("value"))
    };
    make::component(named("product").or_else(|| file.map(str::to_owned)), named("version"), None, None)
}

/// The numbers of one version of CVSS; the vector is put together from its parts.
fn cvss(flaw: &Element, name: &str) -> Option<Cvss> {
    let said = flaw.child(name);
    let score = said.value("baseScore").or_else(|| said.value("score")).and_then(|score| score.parse().ok());
    // CVSS 2 had its own word for this until version 10.
    let before = |key: &str| (key == "confidentialityImpact").then(|| said.value("confidentialImpact"));
    let word = |key: &str| said.value(key).or_else(|| before(key).flatten());
    let letter = |key: &str| word(key).and_then(|word| word.chars().next());
    let version = match name {
        "cvssV2" => "2.0".to_owned(),
        "cvssV3" => {
            said.value("version").filter(|version| version == "3.0").unwrap_or_else(|| "3.1".to_owned())
        }
        _ => "4.0".to_owned(),
    };
    let parts: &[(&str, &str)] = match name {
        "cvssV2" => &[
            ("AV", "accessVector"),
            ("AC", "accessComplexity"),
            ("Au", "authenticationr"),
            ("C", "confidentialityImpact"),
            ("I", "integrityImpact"),
            ("A", "availabilityImpact"),
        ],
        "cvssV3" => &[
            ("AV", "attackVector"),
            ("AC", "attackComplexity"),
            ("PR", "privilegesRequired"),
            ("UI", "userInteraction"),
            ("S", "scope"),
            ("C", "confidentialityImpact"),
            ("I", "integrityImpact"),
            ("A", "availabilityImpact"),
        ],
        _ => &[],
    };
    let metrics: Option<Vec<String>> =
        parts.iter().map(|(short, key)| Some(format!("{short}:{}", letter(key)?))).collect();
    let vector = metrics.filter(|metrics| !metrics.is_empty()).map(|metrics| metrics.join("/"));
    let vector = vector.map(|v| if name == "cvssV3" { format!("CVSS:{version}/{v}") } else { v });
    let vector = vector.or_else(|| said.value("vector").or_else(|| said.value("vectorString")));
    let opinion = make::opinion(vector.as_deref(), score, None)?;
    Some(Cvss { version, ..opinion })
}
