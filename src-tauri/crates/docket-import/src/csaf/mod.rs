//! CSAF advisories and VEX (OASIS, 2.0 and 2.1): vulnerabilities and the state of each product.

mod products;

use docket_domain::{Cvss, Found, Problem, Run, SuppressionStatus};

use crate::clean;
use crate::exploit;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Named, Names, Out, not_such_a_report};

use products::About;

/// The format.
pub(crate) static CSAF: Reads<Csaf> = Reads(Csaf);

static CARD: Card = Card {
    id: "csaf",
    label: "CSAF advisory",
    about: "Security advisories and VEX in the Common Security Advisory Framework.",
    extensions: &["json"],
    tool: "CSAF",
    versions: "2.0 and 2.1",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Csaf;

impl JsonReport for Csaf {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let version = outline.path("document.csaf_version").is_some();
        let shape = outline.has_paths(&["document.tracking"]) && outline.has(&["document", "product_tree"]);
        if version || shape { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["vulnerabilities"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        let version = top.line("document.csaf_version").unwrap_or_default();
        if !version.starts_with("2.") {
            let lacks = if version.is_empty() {
                "it has no csaf_version"
            } else {
                "its csaf_version is not 2.0 or 2.1"
            };
            return Err(not_such_a_report(CARD.label, lacks));
        }
        let mut run = CARD.run(options);
        if let Some(publisher) = top.line("document.publisher.name") {
            run.tool.name = clean::title(&format!("CSAF {publisher}"));
        }
        run.category = top.line("document.tracking.id");
        run.started = top.line("document.tracking.current_release_date").and_then(|at| at.parse().ok());
        Ok(run)
    }

    fn names(&self, cover: &Json, names: &mut Names) {
        products::names(cover.get("product_tree"), names);
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        let status = record.get("product_status");
        let flaw = found(record, at);
        if !status.is_map() {
            out.finding(flaw);
            return Ok(());
        }
        let lists = Lists::of(record, at.names);
        let affected = ["known_affected", "first_affected", "last_affected"];
        let mut affected: Vec<String> = affected.iter().flat_map(|state| status.lines(state)).collect();
        affected.sort_unstable();
        affected.dedup();
        let told = [
            ("known_affected", affected),
            ("under_investigation", status.lines("under_investigation")),
            ("known_not_affected", status.lines("known_not_affected")),
        ];
        for (state, products) in told {
            for product in products {
                if out.is_full() {
                    break;
                }
                let mut found = of_product(&flaw, &product, record, &lists, at.names);
                judge(&mut found, state, &product, &lists);
                out.finding(found);
            }
        }
        for _ in status.lines("fixed").iter().chain(&status.lines("first_fixed")) {
            out.passed();
        }
        Ok(())
    }
}

/// What a vulnerability says about products.
struct Lists<'a> {
    flags: About<'a>,
    threats: About<'a>,
    remediations: About<'a>,
    scores: About<'a>,
    metrics: About<'a>,
}

impl<'a> Lists<'a> {
    fn of(item: &'a Json, names: &'a Names) -> Self {
        let about = |key: &str| About::of(item.get(key), names);
        Self {
            flags: about("flags"),
            threats: about("threats"),
            remediations: about("remediations"),
            scores: about("scores"),
            metrics: about("metrics"),
        }
    }
}

/// The publisher's impact on a product.
fn impacts<'a>(lists: &'a Lists<'_>, product: &'a str) -> impl Iterator<Item = String> + 'a {
    let threats = lists.threats.product(product);
    threats.filter(|one| one.get("category").text() == Some("impact")).filter_map(|one| one.block("details"))
}

fn judge(found: &mut Found, state: &str, product: &str, lists: &Lists<'_>) {
    match state {
        "under_investigation" => {
            found.needs_review = true;
            found.suppressions.push(make::suppression(SuppressionStatus::UnderReview, state, None));
        }
        "known_not_affected" => {
            let flags = lists.flags.product(product).filter_map(|flag| flag.line("label"));
            let why: Vec<String> = flags.chain(impacts(lists, product)).collect();
            let why = Some(why.join("\n\n"));
            found.suppressions.push(make::suppression(SuppressionStatus::Accepted, state, why));
        }
        _ => {}
    }
}

/// The vulnerability in one product.
fn of_product(flaw: &Found, product: &str, item: &Json, lists: &Lists<'_>, names: &Names) -> Found {
    let mut found = flaw.clone();
    let known = names.get(product);
    found.component = known
        .and_then(Named::component)
        .or_else(|| make::component(clean::some_line(product), None, None, None));
    if item.line("title").is_none() {
        found.title = make::in_component(&flaw.rule, found.component.as_ref());
    }
    let whole = known.and_then(|known| known.places.first().cloned());
    found.description = make::described([("", Some(found.description)), ("Product", whole.clone())]);
    found.locations = whole.and_then(|name| make::logical(&name)).into_iter().collect();
    rate(&mut found, product, lists);
    let remedies = lists.remediations.product(product).filter_map(|remedy| {
        let details = remedy.block("details")?;
        Some(match remedy.line("url") {
            Some(url) => format!("{details} ({url})"),
            None => details,
        })
    });
    found.remediation = clean::some_block(&remedies.collect::<Vec<_>>().join("\n\n"));
    found
}

/// What is said about a vulnerability, whatever it affects.
fn found(item: &Json, at: &At<'_>) -> Found {
    let public = item.line("cve");
    let others = item.get("ids").items().iter().filter_map(|id| id.line("text"));
    let others: Vec<String> = others.take(1000).collect();
    let advisory = at.cover.line("document.tracking.id");
    let id = public.or_else(|| others.first().cloned()).or(advisory).unwrap_or_default();
    let mut found = make::dependency(&id, item.line("title"), None);
    for other in &others {
        make::advisory(&mut found, other);
    }
    let weak = item.get("cwes").items().iter().chain(std::iter::once(item.get("cwe")));
    let weak: Vec<String> = weak.filter_map(|cwe| cwe.line("id")).collect();
    make::identifiers(&mut found, [], weak.iter().map(String::as_str));
    let notes = item.get("notes").items().iter().filter_map(|note| {
        let text = note.block("text")?;
        Some(match note.line("title") {
            Some(title) => format!("**{title}**: {text}"),
            None => text,
        })
    });
    let notes = notes.collect::<Vec<_>>().join("\n\n");
    found.description = make::described([("", Some(notes)), ("Advisory", at.cover.line("document.title"))]);
    let urls = item.get("references").items().iter().filter_map(|one| one.get("url").text());
    make::references(&mut found, urls);
    found.tags.extend(at.cover.line("document.category"));
    found
}

/// Scores of 2.0 (`scores`) and metrics of 2.1; the severity is the newest CVSS' own word, else
/// the publisher's impact, else the score.
fn rate(found: &mut Found, product: &str, lists: &Lists<'_>) {
    let metrics = lists.metrics.product(product).map(|metric| metric.get("content"));
    let mut word = None;
    for score in lists.scores.product(product).chain(metrics) {
        for (key, version) in [("cvss_v4", "4.0"), ("cvss_v3", "3.1"), ("cvss_v2", "2.0")] {
            let said = score.get(key);
            let vector = said.get("vectorString").text();
            let Some(opinion) = make::opinion(vector, said.get("baseScore").number(), None) else { continue };
            word = word.or_else(|| said.line("baseSeverity"));
            let plain = opinion.vector.is_none();
            let opinion = if plain { Cvss { version: version.to_owned(), ..opinion } } else { opinion };
            make::opinions(found, Some(opinion));
        }
    }
    for metric in lists.metrics.product(product) {
        let epss = ["content.epss.probability", "content.epss.percentile", "content.epss.timestamp"];
        let [score, percentile, date] = epss;
        exploit::epss_in(found, metric, score, percentile, date);
    }
    let impact = || impacts(lists, product).find(|text| crate::words::severity(text).is_some());
    make::severity(found, word.or_else(impact).as_deref());
    make::severity_from_cvss(found);
}
