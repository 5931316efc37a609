//! SPDX 2 bills of materials, JSON and tag-value: packages with references to advisories.

mod tags;

use docket_domain::{Found, Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads, did_not_look};
use crate::report::{Card, Out, not_such_a_report};

pub(crate) use tags::SPDX_TAGS;

/// The format in JSON.
pub(crate) static SPDX: Reads<Spdx> = Reads(Spdx);

static CARD: Card = Card {
    id: "spdx",
    label: "SPDX JSON",
    about: "SPDX 2 bills of materials whose packages refer to security advisories.",
    extensions: &["json"],
    tool: "SPDX",
    versions: "2.2 and 2.3",
    example: include_str!("example.json"),
};

/// Reads JSON.
pub(crate) struct Spdx;

impl JsonReport for Spdx {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let document = outline.text("SPDXID").is_some();
        match outline.text("spdxVersion") {
            Some(version) if document && version.starts_with("SPDX-2") => Confidence::Certain,
            // Tools that sort the keys write the version last, behind all files and packages.
            None if document && outline.has_paths(&["creationInfo.creators", "dataLicense"]) => {
                Confidence::Likely
            }
            _ => Confidence::No,
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["packages"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if top.line("spdxVersion").is_none() {
            return Err(not_such_a_report(CARD.label, "it has no spdxVersion"));
        }
        let mut run = CARD.run(options);
        let creators = top.lines("creationInfo.creators");
        tool(&mut run, creators.iter().map(String::as_str));
        run.category = top.line("name");
        run.started = top.line("creationInfo.created").and_then(|at| at.parse().ok());
        Ok(if cover.has("packages") { run } else { did_not_look(run, "it has no packages") })
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let references = out.objects(record.get("externalRefs")).map(|one| Reference {
            category: one.line("referenceCategory").unwrap_or_default(),
            kind: one.line("referenceType").unwrap_or_default(),
            locator: one.line("referenceLocator").unwrap_or_default(),
            comment: one.block("comment"),
        });
        // Tools write packages without a name, about which they then say nothing.
        let named = record.line("name").or_else(|| record.line("SPDXID"));
        let package = Package {
            name: named.ok_or("it has neither a name nor an SPDXID")?,
            version: record.line("versionInfo"),
            file: record.line("packageFileName"),
            references: references.collect(),
        };
        package.tell(out);
        Ok(())
    }
}

/// The tool among who created the bill: `Tool: syft-1.50.0`.
fn tool<'t>(run: &mut Run, creators: impl Iterator<Item = &'t str>) {
    for creator in creators {
        let Some(tool) = creator.trim().strip_prefix("Tool:") else { continue };
        let (name, version) = match tool.trim().rsplit_once('-') {
            Some((name, version))
                if version.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()) =>
            {
                (name, Some(version))
            }
            _ => (tool.trim(), None),
        };
        if !name.is_empty() {
            run.tool.name = crate::clean::title(name);
            run.tool.version = version.map(crate::clean::title);
            return;
        }
    }
}

/// How many flaws of one package are told.
const FLAWS: usize = 1000;

/// A reference out of the bill.
struct Reference {
    category: String,
    kind: String,
    locator: String,
    comment: Option<String>,
}

/// A package with its references.
struct Package {
    name: String,
    version: Option<String>,
    file: Option<String>,
    references: Vec<Reference>,
}

impl Package {
    /// One finding for each flaw that the references name. An advisory that names none by a public
    /// id is a finding of its own; a fix is further reading.
    fn tell(&self, out: &mut Out) {
        let of = |category: &'static str| {
            let fits = move |one: &&Reference| one.category.replace('_', "-").eq_ignore_ascii_case(category);
            self.references.iter().filter(fits)
        };
        let purl = of("PACKAGE-MANAGER").find(|one| one.kind == "purl").map(|one| one.locator.clone());
        let security: Vec<&Reference> = of("SECURITY").collect();
        let mut told: Vec<Found> = Vec::new();
        for reference in security.iter().filter(|one| matches!(one.kind.as_str(), "advisory" | "url")) {
            let mut ids = crate::identifiers::Identifiers::default();
            ids.scan(&reference.locator);
            let known = ids.into_vec();
            let ids: Vec<&str> =
                known.iter().filter(|id| id.scheme != "CWE").map(|id| id.value.as_str()).collect();
            // A page about the package's safety in general names no flaw.
            let own = [reference.locator.as_str()];
            let ids: &[&str] = match (ids.is_empty(), reference.kind.as_str()) {
                (true, "advisory") => &own,
                _ => &ids,
            };
            for id in ids {
                if told.len() >= FLAWS {
                    break;
                }
                match told.iter_mut().find(|found| found.rule == *id) {
                    Some(found) => make::references(found, [reference.locator.as_str()]),
                    None => told.push(self.found(id, reference, purl.clone())),
                }
            }
        }
        for fix in security.iter().filter(|one| one.kind == "fix") {
            for found in told.iter_mut().filter(|found| fix.locator.contains(&found.rule)) {
                found.remediation = fix.comment.clone().or_else(|| found.remediation.take());
                make::references(found, [fix.locator.as_str()]);
            }
        }
        if told.is_empty() {
            out.passed();
        }
        for found in told {
            out.finding(found);
        }
    }

    fn found(&self, id: &str, reference: &Reference, purl: Option<String>) -> Found {
        let version = self.version.clone().filter(|version| version != "NOASSERTION");
        let component = make::component(Some(self.name.clone()), version, purl, None);
        let mut found = make::dependency(id, None, component);
        found.identifiers.retain(|known| known.scheme != "ID");
        found.description = reference.comment.clone().unwrap_or_default();
        make::references(&mut found, [reference.locator.as_str()]);
        found.locations = self.file.iter().map(|path| make::place(path, None)).collect();
        found
    }
}
