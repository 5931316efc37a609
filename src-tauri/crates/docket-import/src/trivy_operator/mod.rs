//! Reports of the Trivy Operator: Kubernetes resources of the group `aquasecurity.github.io`, one,
//! an array, or the `List` of `kubectl get -o json`.

use docket_domain::{FindingKind, Found, Problem, Run, SeveritySource};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static TRIVY_OPERATOR: Reads<TrivyOperator> = Reads(TrivyOperator);

static CARD: Card = Card {
    id: "trivy-operator",
    label: "Trivy Operator",
    about: "Report resources that the Trivy Operator keeps in a Kubernetes cluster, as JSON.",
    extensions: &["json"],
    tool: "Trivy Operator",
    versions: "v1alpha1: vulnerabilities, configuration, RBAC, infrastructure, secrets, compliance",
    example: include_str!("example.json"),
};

/// One resource, an array, a `List`, or the resources by their kinds. The operator's bills of
/// materials name no findings.
const LISTS: [&str; 11] = [
    "",
    "items",
    "clustercompliancereports.aquasecurity.github.io",
    "clusterconfigauditreports.aquasecurity.github.io",
    "clusterinfraassessmentreports.aquasecurity.github.io",
    "clusterrbacassessmentreports.aquasecurity.github.io",
    "configauditreports.aquasecurity.github.io",
    "exposedsecretreports.aquasecurity.github.io",
    "infraassessmentreports.aquasecurity.github.io",
    "rbacassessmentreports.aquasecurity.github.io",
    "vulnerabilityreports.aquasecurity.github.io",
];

/// Reads it.
pub(crate) struct TrivyOperator;

impl JsonReport for TrivyOperator {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        // The kind of a list stands behind its items.
        let keys = ["apiVersion", "kind"];
        let shape = outline.has(&keys)
            || outline.first_has(&keys)
            || keys.iter().all(|key| outline.has_inner("items", key));
        let named = head.text.contains("\"aquasecurity.github.io/v") && head.text.contains("Report\"");
        let by_kind = LISTS.iter().skip(2).any(|list| outline.text(list).is_some());
        if by_kind || (shape && named) { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &LISTS
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        let mut run = CARD.run(options);
        run.tool.version = top.line("report.scanner.version");
        run.category = top.get("metadata").line("name").filter(|_| top.get("items").is_null());
        run.started = top
            .any_line(&["report.updateTimestamp", "status.updateTimestamp"])
            .and_then(|at| at.parse().ok());
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let (report, status) = (record.get("report"), record.get("status"));
        if !report.is_map() && !status.is_map() {
            return Err("it has neither a report nor a status".to_owned());
        }
        let owner = Owner::of(&record.get("metadata").shared(&["managedFields", "annotations"]));
        let about = report.shared(&["vulnerabilities", "secrets", "checks"]);
        for item in out.objects(report.get("vulnerabilities")) {
            out.part(item);
            out.finding(owner.placed(vulnerability(item, &about)));
        }
        for item in out.objects(report.get("secrets")) {
            out.part(item);
            out.finding(owner.placed(secret(item)));
        }
        for item in out.objects(report.get("checks")) {
            tell(item, &Json::Null, &owner, out);
        }
        for control in out.objects(status.at("detailReport.results")) {
            let about = control.shared(&["checks"]);
            for item in out.objects(control.get("checks")) {
                tell(item, &about, &owner, out);
            }
        }
        for control in out.objects(status.at("summaryReport.controlCheck")) {
            out.part(control);
            if control.get("totalFail").whole().is_some_and(|fails| fails > 0) {
                out.finding(summary(control, record.at("spec.compliance.controls")));
            } else {
                out.passed();
            }
        }
        Ok(())
    }
}

/// The object of the cluster that a report is about.
struct Owner {
    name: Option<String>,
    namespace: Option<String>,
}

impl Owner {
    fn of(metadata: &Json) -> Self {
        let labels = metadata.get("labels");
        let label = |key: &str| clean::some_line(labels.get(key).text()?);
        let namespace = label("trivy-operator.resource.namespace").or_else(|| metadata.line("namespace"));
        let parts = [
            namespace.clone(),
            label("trivy-operator.resource.kind"),
            label("trivy-operator.resource.name"),
            label("trivy-operator.container.name"),
        ];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
        Self { name: clean::some_line(&name), namespace }
    }

    /// The finding with its object: at its place in a file where it has one.
    fn placed(&self, mut found: Found) -> Found {
        match found.locations.first_mut() {
            Some(place) => place.logical = place.logical.take().or_else(|| self.name.clone()),
            None => found.locations.extend(make::resource(self.name.clone(), None)),
        }
        found.tags.extend(self.namespace.clone());
        found
    }
}

fn tell(item: &Json, control: &Json, owner: &Owner, out: &mut Out) {
    if item.get("success").bool() == Some(true) {
        out.passed();
    } else {
        out.finding(owner.placed(check(item, control)));
    }
}

fn vulnerability(item: &Json, report: &Json) -> Found {
    let id = item.line("vulnerabilityID").unwrap_or_default();
    let package = item.line("resource");
    let title = item
        .line("title")
        .unwrap_or_else(|| format!("{id} in {}", package.as_deref().unwrap_or("an unnamed package")));
    let mut found = make::found(&id, &title);
    found.kind = FindingKind::Dependency;
    let artifact = report.get("artifact");
    let image = [report.line("registry.server"), artifact.line("repository")];
    let mut image = image.into_iter().flatten().collect::<Vec<_>>().join("/");
    if let Some(tag) = artifact.line("tag") {
        image = format!("{image}:{tag}");
    }
    found.description = make::described([
        ("", item.block("description")),
        ("Image", clean::some_line(&image)),
        ("Digest", artifact.line("digest")),
    ]);
    make::severity(&mut found, item.get("severity").text());
    let fixed = item.line("fixedVersion");
    found.remediation = fixed.as_ref().map(|fixed| format!("Update to {fixed}."));
    found.component =
        make::component(package, item.line("installedVersion"), item.line("packagePURL"), fixed);
    found
        .locations
        .extend(item.any_line(&["pkgPath", "packagePath", "target"]).map(|path| make::place(&path, None)));
    make::advisory(&mut found, &id);
    make::identifiers(&mut found, [], item.lines("cweIDs").iter().map(String::as_str));
    let sources = item.get("cvss").fields().iter();
    let opinions = sources.flat_map(|(source, given)| {
        [("V40Vector", "V40Score"), ("V3Vector", "V3Score"), ("V2Vector", "V2Score")].into_iter().filter_map(
            move |(vector, score)| {
                make::opinion(given.get(vector).text(), given.get(score).number(), Some(source))
            },
        )
    });
    make::opinions(&mut found, opinions);
    if found.cvss.is_empty() {
        make::opinions(&mut found, make::opinion(None, item.get("score").number(), None));
    }
    make::severity_from_cvss(&mut found);
    let urls = item.lines("links");
    let first = item.line("primaryLink");
    make::references(&mut found, first.iter().chain(&urls).map(String::as_str));
    found.tags = ["class", "packageType"].iter().filter_map(|key| item.line(key)).collect();
    found
}

fn secret(item: &Json) -> Found {
    let rule = item.line("ruleID").unwrap_or_default();
    let mut found = make::found(&rule, &item.line("title").unwrap_or_default());
    found.kind = FindingKind::Secret;
    make::severity(&mut found, item.get("severity").text());
    if let Some(target) = item.line("target") {
        let mut place = make::place(&target, None);
        place.snippet = item.get("match").text().and_then(|text| make::snippet(text, None));
        found.locations.push(place);
    }
    found.tags = item.line("category").into_iter().collect();
    found
}

/// A check of a configuration; `control` is the rule of a compliance report that names it.
fn check(item: &Json, control: &Json) -> Found {
    let id = item.any_line(&["checkID", "id"]).unwrap_or_default();
    let mut found =
        make::found(&id, &item.line("title").or_else(|| control.line("name")).unwrap_or_default());
    found.kind = FindingKind::Iac;
    let of = [control.line("id"), control.line("name")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    found.description = make::described([
        ("", item.block("description")),
        ("Found", clean::some_block(&item.lines("messages").join("\n"))),
        ("Control", clean::some_line(&of)),
    ]);
    if item.line("severity").is_some() {
        make::severity(&mut found, item.get("severity").text());
    } else {
        make::severity(&mut found, control.get("severity").text());
        if found.severity_source == SeveritySource::Result {
            found.severity_source = SeveritySource::Rule;
        }
    }
    found.remediation = item.block("remediation");
    found.locations.extend(make::resource(item.line("target"), None));
    if let Some(name) = avd(&id) {
        make::identifier(&mut found, "AVD", &name);
    }
    found.tags = item.line("category").into_iter().collect();
    found
}

/// A control of a compliance report that tells only how often it failed; `wanted` are the controls
/// of the benchmark.
fn summary(control: &Json, wanted: &Json) -> Found {
    let id = control.line("id").unwrap_or_default();
    let about = wanted
        .items()
        .iter()
        .take(1000)
        .find(|one| one.line("id").as_ref() == Some(&id))
        .unwrap_or(&Json::Null);
    let mut found = make::found(&id, &control.line("name").unwrap_or_default());
    found.kind = FindingKind::Iac;
    found.description = make::described([
        ("", control.block("description").or_else(|| about.block("description"))),
        ("Resources that fail", control.line("totalFail")),
    ]);
    make::severity(&mut found, control.get("severity").text().or_else(|| about.get("severity").text()));
    for name in about.get("checks").items().iter().filter_map(|check| avd(&check.line("id")?)) {
        make::identifier(&mut found, "AVD", &name);
    }
    found
}

/// The name of a check in Aqua's vulnerability database: `KSV014` is `AVD-KSV-0014` there.
fn avd(id: &str) -> Option<String> {
    if id.starts_with("AVD-") {
        return Some(id.to_owned());
    }
    let digits = id.find(|c: char| c.is_ascii_digit())?;
    let (family, number) = id.split_at(digits);
    let number: u32 = number.parse().ok()?;
    let is_family = family.len() >= 2 && family.bytes().all(|b| b.is_ascii_uppercase());
    is_family.then(|| format!("AVD-{family}-{number:04}"))
}

#[cfg(test)]
mod tests {
    use super::avd;

    #[test]
    fn checks_have_their_public_names() {
        for (id, want) in [
            ("KSV014", Some("AVD-KSV-0014")),
            ("AVD-KCV-0001", Some("AVD-KCV-0001")),
            ("KSV0125", Some("AVD-KSV-0125")),
            ("1.1.1", None),
            ("", None),
        ] {
            assert_eq!(avd(id).as_deref(), want, "name of {id}");
        }
    }
}
