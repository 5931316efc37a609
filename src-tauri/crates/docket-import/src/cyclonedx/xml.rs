//! CycloneDX XML in the shape of its JSON, the extension `vulnerability/1.0` included.

use crate::json::{Json, Key};
use crate::report::xml::Element;
use crate::report::{Named, Names};

use super::read::{full_name, is_place};

/// Everything with a `bom-ref`, as in JSON.
pub(super) fn names(bom: &Element) -> Names {
    let mut all = Names::default();
    let mut left: Vec<&Element> = vec![bom.at("metadata/component")];
    left.extend(&bom.child("components").children);
    left.extend(&bom.child("services").children);
    while let Some(one) = left.pop() {
        left.extend(&one.child("components").children);
        left.extend(&one.child("services").children);
        let known = named(one);
        let purl = known.purl.clone();
        for id in [one.attribute("bom-ref"), purl.as_deref()].into_iter().flatten() {
            all.add(id, known.clone());
        }
    }
    all
}

fn named(component: &Element) -> Named {
    let purl = component.value("purl");
    let occurrences = component.at("evidence/occurrences");
    let evidence = occurrences.children.iter().filter_map(|one| one.value("location"));
    let properties = component.child("properties").children.iter();
    let properties = properties.filter(|property| property.attribute("name").is_some_and(is_place));
    let properties = properties.map(|property| property.text().into_owned());
    Named {
        name: full_name(component.value("group"), component.value("name"), purl.as_deref()),
        version: component.value("version"),
        places: evidence.chain(properties).take(100).collect(),
        purl,
    }
}

/// Whether there is any list of vulnerabilities, empty or not.
pub(super) fn speaks_of_flaws(bom: &Element) -> bool {
    let mut left = vec![bom];
    while let Some(one) = left.pop() {
        if one.children.iter().any(|child| child.name == "vulnerabilities") {
            return true;
        }
        left.extend(
            one.children.iter().filter(|child| matches!(child.name.as_str(), "components" | "component")),
        );
    }
    false
}

/// A vulnerability as JSON has it. `around` is the component that it stands in, if any.
pub(super) fn vulnerability(item: &Element, around: &Element) -> Json {
    let mut fields = texts(item, &["id", "description", "detail", "workaround"]);
    fields.push(("source", source(item.child("source"))));
    fields.push((
        "references",
        list(item.child("references"), |one| {
            let mut fields = texts(one, &["id"]);
            fields.push(("source", source(one.child("source"))));
            map(fields)
        }),
    ));
    fields.push(("ratings", list(item.child("ratings"), rating)));
    fields.push(("cwes", list(item.child("cwes"), |one| Json::Text(one.text().into_owned()))));
    fields.push((
        "advisories",
        list(item.child("advisories"), |one| {
            // The extension has the address itself in place of title and address.
            let url = one.value("url").unwrap_or_else(|| one.text().into_owned());
            map(vec![("url", Json::Text(url))])
        }),
    ));
    let several = &item.child("recommendations").children;
    let several: Vec<String> = several.iter().map(|one| one.text().into_owned()).collect();
    let advice = item.value("recommendation").unwrap_or_else(|| several.join("\n\n"));
    fields.push(("recommendation", Json::Text(advice)));
    let analysis = item.child("analysis");
    let mut judged = texts(analysis, &["state", "justification", "detail"]);
    judged.push(("response", list(analysis.child("responses"), |one| Json::Text(one.text().into_owned()))));
    fields.push(("analysis", map(judged)));
    fields.push(("tools", list(item.child("tools"), |tool| map(texts(tool, &["name"])))));
    fields.push(("affects", affects(item, around)));
    map(fields)
}

fn affects(item: &Element, around: &Element) -> Json {
    let targets = item.child("affects");
    if !targets.children.is_empty() {
        return list(targets, |target| {
            let mut fields = texts(target, &["ref"]);
            let versions =
                list(target.child("versions"), |one| map(texts(one, &["version", "range", "status"])));
            fields.push(("versions", versions));
            map(fields)
        });
    }
    let id = item.attribute("ref").or_else(|| around.attribute("bom-ref"));
    if id.is_none() && around.name.is_empty() {
        return Json::Null;
    }
    // Inside a component the reference is often one to the vulnerability itself.
    let named = named(around);
    let text = |text: Option<String>| text.map_or(Json::Null, Json::Text);
    Json::List(vec![map(vec![
        ("ref", text(id.map(str::to_owned))),
        ("name", text(named.name)),
        ("version", text(named.version)),
        ("purl", text(named.purl)),
    ])])
}

fn rating(rating: &Element) -> Json {
    let mut fields = texts(rating, &["severity", "method", "vector"]);
    let score = rating.value("score/base").or_else(|| rating.value("score"));
    fields.push(("score", score.map_or(Json::Null, Json::Text)));
    fields.push(("source", source(rating.child("source"))));
    map(fields)
}

fn source(source: &Element) -> Json {
    let name = source.value("name").or_else(|| source.attribute("name").map(str::to_owned));
    let url = source.value("url");
    map(vec![("name", name.map_or(Json::Null, Json::Text)), ("url", url.map_or(Json::Null, Json::Text))])
}

fn texts<'n>(of: &Element, names: &[&'n str]) -> Vec<(&'n str, Json)> {
    names.iter().map(|name| (*name, of.value(name).map_or(Json::Null, Json::Text))).collect()
}

fn list(of: &Element, one: impl Fn(&Element) -> Json) -> Json {
    Json::List(of.children.iter().map(one).collect())
}

fn map(fields: Vec<(&str, Json)>) -> Json {
    Json::Map(fields.into_iter().map(|(key, value)| (Key::from(key), value)).collect())
}
