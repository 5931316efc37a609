//! The products of an advisory, and what its lists say about each.

use std::collections::HashMap;

use crate::json::Json;
use crate::make;
use crate::report::{Named, Names};

/// How many branches, products, relationships and groups of the product tree are looked at.
const PRODUCTS: usize = 500_000;
/// How many elements of a list are kept for one product.
const ELEMENTS: usize = 100;

/// The products by id, however deep their branches.
pub(super) fn names(tree: &Json, names: &mut Names) {
    // A branch hands the name and version that its ancestors give down to its product.
    let mut left: Vec<(&Json, Option<String>, Option<String>)> =
        tree.get("branches").items().iter().map(|branch| (branch, None, None)).collect();
    let mut seen = 0;
    while let Some((branch, mut name, mut version)) = left.pop() {
        seen += 1;
        if seen > PRODUCTS {
            break;
        }
        match branch.get("category").text() {
            Some("product_name") => name = branch.line("name"),
            Some("product_version" | "product_version_range") => version = branch.line("name"),
            _ => {}
        }
        add(names, branch.get("product"), name.clone(), version.clone());
        left.extend(
            branch.get("branches").items().iter().map(|inner| (inner, name.clone(), version.clone())),
        );
    }
    for product in tree.get("full_product_names").items().iter().take(PRODUCTS) {
        add(names, product, None, None);
    }
    for relation in tree.get("relationships").items().iter().take(PRODUCTS) {
        let product = relation.get("full_product_name");
        let part = relation.get("product_reference").text().and_then(|id| names.get(id)).cloned();
        let Some(id) = product.get("product_id").text() else { continue };
        let whole = product.line("name");
        let part = part.unwrap_or_default();
        names.add(
            id,
            Named { name: part.name.or_else(|| whole.clone()), places: whole.into_iter().collect(), ..part },
        );
    }
    for group in tree.get("product_groups").items().iter().take(PRODUCTS) {
        if let Some(id) = group.get("group_id").text() {
            names.add(&group_name(id), Named { places: group.lines("product_ids"), ..Named::default() });
        }
    }
}

/// The name under which a group of products stands among them.
fn group_name(id: &str) -> String {
    format!("group {id}")
}

fn add(names: &mut Names, product: &Json, name: Option<String>, version: Option<String>) {
    let Some(id) = product.get("product_id").text() else { return };
    let helper = product.get("product_identification_helper");
    let purl = helper.line("purl").or_else(|| helper.lines("purls").into_iter().next());
    let said = purl.as_deref().and_then(make::component_of_purl);
    let full = product.line("name");
    // Without branches the version is the last word of the name, where that is a number.
    let (base, last) = match full.as_deref().and_then(|full| full.rsplit_once(' ')) {
        Some((base, last)) if last.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()) => {
            (Some(base.to_owned()), Some(last.to_owned()))
        }
        _ => (full, None),
    };
    let version = version.or_else(|| said.as_ref().and_then(|said| said.version.clone())).or(last);
    let name = said.map(|said| said.name).or(name).or(base);
    names.add(id, Named { name, version, purl, places: Vec::new() });
}

/// The elements of a list by the products that they speak of.
pub(super) struct About<'a> {
    /// Those that speak of none in particular.
    all: Vec<&'a Json>,
    by: HashMap<&'a str, Vec<&'a Json>>,
}

impl<'a> About<'a> {
    pub(super) fn of(list: &'a Json, names: &'a Names) -> Self {
        let mut about = Self { all: Vec::new(), by: HashMap::new() };
        for one in list.items() {
            let keys = ["product_ids", "products"].iter().flat_map(|key| one.get(key).items());
            let products = keys.filter_map(|id| id.text());
            let groups =
                one.get("group_ids").items().iter().filter_map(|id| names.get(&group_name(id.text()?)));
            let mut is_general = true;
            for product in products.chain(groups.flat_map(|group| group.places.iter().map(String::as_str))) {
                is_general = false;
                let known = about.by.entry(product).or_default();
                if known.len() < ELEMENTS {
                    known.push(one);
                }
            }
            if is_general && about.all.len() < ELEMENTS {
                about.all.push(one);
            }
        }
        about
    }

    /// What is said about a product.
    pub(super) fn product(&self, product: &str) -> impl Iterator<Item = &'a Json> {
        let own = self.by.get(product).map(Vec::as_slice).unwrap_or_default();
        own.iter().chain(&self.all).copied()
    }
}
