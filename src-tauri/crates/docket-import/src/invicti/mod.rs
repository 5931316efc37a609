//! Invicti (once Netsparker) and Acunetix 360, which is the same product under another name: the
//! JSON list of vulnerabilities and the XML.

use docket_domain::{Evidence, FindingKind, Found, Presence, Problem, Run};

use crate::clean;
use crate::evidence;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{self, Cover, JsonReport};
use crate::report::web;
use crate::report::xml::{self, Element, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report};

/// The format in JSON.
pub(crate) static INVICTI: json::Reads<Invicti> = json::Reads(Invicti);
/// The format in XML.
pub(crate) static INVICTI_XML: xml::Reads<InvictiXml> = xml::Reads(InvictiXml);

static CARD: Card = Card {
    id: "invicti",
    label: "Invicti and Acunetix 360 JSON",
    about: "The list of vulnerabilities that Invicti (Netsparker) and Acunetix 360 export as JSON.",
    extensions: &["json"],
    tool: "Invicti",
    versions: "«Vulnerabilities List» of Netsparker, Invicti Enterprise and Standard, Acunetix 360",
    example: include_str!("example.json"),
};

static CARD_XML: Card = Card {
    id: "invicti-xml",
    label: "Invicti and Acunetix 360 XML",
    about: "The list of vulnerabilities that Invicti (Netsparker) and Acunetix 360 export as XML.",
    extensions: &["xml"],
    versions: "«Vulnerabilities List» of Netsparker, Invicti Enterprise and Standard, Acunetix 360",
    example: include_str!("example.xml"),
    ..CARD
};

/// Reads the JSON.
pub(crate) struct Invicti;
/// Reads the XML.
pub(crate) struct InvictiXml;

impl JsonReport for Invicti {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        if !outline.has(&["Generated", "Target"]) {
            return Confidence::No;
        }
        let fits = ["Type", "Certainty"].iter().all(|name| outline.has_inner("Vulnerabilities", name));
        if fits {
            Confidence::Certain
        } else if outline.has(&["Vulnerabilities"]) {
            Confidence::Likely
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["Vulnerabilities"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("Vulnerabilities") {
            return Err(not_such_a_report(CARD.label, "it has no «Vulnerabilities»"));
        }
        Ok(CARD.run(options))
    }

    fn record(&self, _: &json::At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        read(&Fields { of: record, xml: false }, out)
    }
}

const ROOTS: [&str; 7] = [
    "invicti-enterprise",
    "invicti-standard",
    "invicti",
    "netsparker-enterprise",
    "netsparker-cloud",
    "netsparker",
    "acunetix-360",
];

impl XmlReport for InvictiXml {
    fn card(&self) -> &'static Card {
        &CARD_XML
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if ROOTS.contains(&root.name.as_str()) => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &["*/vulnerabilities/vulnerability", "*/vulnerability"]
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if !ROOTS.contains(&cover.name.as_str()) {
            return Err(not_such_a_report(CARD_XML.label, "its outermost element is of another product"));
        }
        Ok(CARD_XML.run(options))
    }

    fn record(&self, _: &xml::At<'_>, record: &Element, out: &mut Out) -> Result<(), String> {
        read(&Fields { of: &record.json(), xml: true }, out)
    }
}

/// A vulnerability in either spelling: `RemedialActions` is `remedial-actions` in XML.
struct Fields<'a> {
    of: &'a Json,
    xml: bool,
}

impl Fields<'_> {
    fn get(&self, name: &str) -> &Json {
        if !self.xml {
            return self.of.get(name);
        }
        // Netsparker joined the words, and wrote abbreviations large.
        let is = |key: &str| {
            let spelt = key.bytes().filter(|byte| *byte != b'-');
            spelt.map(|byte| byte.to_ascii_lowercase()).eq(name.bytes().map(|byte| byte.to_ascii_lowercase()))
        };
        self.of.fields().iter().find(|(key, _)| is(key)).map_or(&Json::Null, |(_, value)| value)
    }

    fn inner(&self, name: &str) -> Fields<'_> {
        Fields { of: self.get(name), xml: self.xml }
    }

    fn line(&self, name: &str) -> Option<String> {
        clean::some_line(&self.get(name).spelt())
    }

    fn plain(&self, name: &str) -> Option<String> {
        web::plain(&self.get(name).as_text_or_empty())
    }
}

fn read(given: &Fields<'_>, out: &mut Out) -> Result<(), String> {
    let kind = given.line("Type").ok_or("it has no type")?;
    let name = given.line("Name").or_else(|| given.line("Title")).unwrap_or_else(|| kind.clone());
    let mut found = make::found(&kind, &name);
    found.kind = FindingKind::Web;
    let word = given.line("Severity");
    make::severity_as(&mut found, word.as_deref(), |word| match word.to_ascii_lowercase().as_str() {
        "bestpractice" | "best practice" => Some(docket_domain::Severity::Info),
        other => crate::words::severity(other),
    });
    let (request, response) = (given.inner("HttpRequest"), given.inner("HttpResponse"));
    let message = |part: &Fields<'_>, raw: &str| {
        evidence::of(part.get("Content")).or_else(|| evidence::of(given.get(raw)))
    };
    let extra = given.get("ExtraInformation").items().iter().filter_map(|extra| {
        let value = extra.line("Value").or_else(|| extra.line("value"))?;
        Some(format!("{}: {value}", extra.line("Name").or_else(|| extra.line("name")).unwrap_or_default()))
    });
    found.description = make::described([
        ("", given.plain("Description")),
        ("Impact", given.plain("Impact")),
        ("Skills", given.plain("ExploitationSkills")),
        ("Extra information", web::listed(extra)),
        ("Certainty", given.line("Certainty").map(|certainty| format!("{certainty} %"))),
    ]);
    evidence::add(
        &mut found,
        Evidence {
            method: request.line("Method"),
            url: given.line("Url"),
            request: message(&request, "RawRequest"),
            response: message(&response, "RawResponse"),
            text: given.plain("ProofOfConcept"),
            ..Evidence::empty()
        },
    );
    found.remediation = clean::some_block(&make::described([
        ("", given.plain("RemedialProcedure")),
        ("Actions", given.plain("RemedialActions")),
    ]));
    found.endpoint = make::endpoint(given.line("Url").as_deref(), None, None);
    if let Some(endpoint) = &mut found.endpoint {
        endpoint.method = request.line("Method");
        let parameters = request.get("Parameters");
        let named = parameters.items().first().and_then(|first| first.line("Name"));
        endpoint.parameter = given.line("VulnerableParameter").or(named);
    }
    classify(&mut found, &given.inner("Classification"));
    let links = ["ExternalReferences", "RemedyReferences"].map(|name| given.get(name).as_text_or_empty());
    make::references(
        &mut found,
        links.iter().flat_map(|text| web::links(text)).collect::<Vec<_>>().iter().map(String::as_str),
    );
    state(&mut found, given);
    let mut rule = make::rule(&kind, Some(name));
    rule.help = given.plain("RemedialProcedure");
    out.rule(rule);
    out.finding(found);
    Ok(())
}

fn classify(found: &mut Found, class: &Fields<'_>) {
    let cwe = class.line("Cwe").unwrap_or_default();
    make::identifiers(found, [], cwe.split([',', ' ', ';']).filter(|cwe| !cwe.is_empty()));
    for given in ["Cvss40", "Cvss31", "Cvss"].iter().flat_map(|name| one_or_many(class.get(name))) {
        let given = Fields { of: given, xml: class.xml };
        let base = given.inner("BaseScore").get("Value").number();
        let score = base.or_else(|| base_score(given.get("Score")));
        make::opinions(found, make::opinion(given.line("Vector").as_deref(), score, None));
    }
    for (label, name) in [("OWASP", "Owasp"), ("WASC", "Wasc"), ("CAPEC", "Capec"), ("PCI", "Pci32")] {
        found.tags.extend(class.line(name).map(|value| format!("{label}-{value}")));
    }
}

/// A list, or the one thing that stands in its place.
fn one_or_many(value: &Json) -> &[Json] {
    match value {
        Json::List(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// A number; Netsparker lists base, temporal and environmental scores.
fn base_score(given: &Json) -> Option<f64> {
    let is_base = |score: &&Json| score.line("type").is_some_and(|kind| kind.eq_ignore_ascii_case("base"));
    let listed = || one_or_many(given).iter().find(is_base)?.get("value").number();
    given.number().or_else(listed)
}

/// `Present, FalsePositive`: several words.
fn state(found: &mut Found, given: &Fields<'_>) {
    if let Some(id) = given.line("LookupId") {
        // It stays with a vulnerability from scan to scan of the same target.
        found.partial_fingerprints.insert("invictiLookupId".to_owned(), id);
    }
    let words = given.line("State").unwrap_or_default();
    for word in words.split(',').map(str::trim) {
        match word.to_ascii_lowercase().replace([' ', '(', ')'], "").as_str() {
            "falsepositive" => found.suppressions.push(web::decision("false positive", None)),
            "acceptedrisk" => found.suppressions.push(web::decision("risk accepted", None)),
            "ignored" => found.suppressions.push(web::decision("ignored", None)),
            "fixed" | "fixedconfirmed" => found.presence = Presence::Absent,
            _ => {}
        }
    }
    if given.get("Confirmed").bool() == Some(true) {
        found.tags.push("confirmed".to_owned());
    }
}
