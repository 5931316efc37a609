//! Taxonomies (3.14.8) and references into them: the standard's way to name a weakness.

use std::io::Read;

use crate::identifiers::Identifiers;
use crate::json::{Fault, Json, Kind, Scanner};

/// One taxonomy: its names and the ids of its entries.
#[derive(Debug)]
struct Taxonomy {
    name: String,
    guid: Option<String>,
    ids: Vec<String>,
}

/// All taxonomies of a run.
#[derive(Debug, Default)]
pub(super) struct Taxonomies(Vec<Taxonomy>);

impl Taxonomies {
    pub(super) fn read<R: Read>(scanner: &mut Scanner<R>) -> Result<Self, Fault> {
        let mut all = Vec::new();
        let mut items = scanner.enter()?;
        while scanner.item(&mut items)? {
            let mut taxonomy = Taxonomy { name: String::new(), guid: None, ids: Vec::new() };
            if scanner.kind()? != Kind::Object {
                scanner.skip()?;
                all.push(taxonomy);
                continue;
            }
            let mut members = scanner.enter()?;
            while let Some(key) = scanner.key(&mut members)? {
                match key.as_str() {
                    "name" => taxonomy.name = scanner.tree()?.as_text(),
                    "guid" => taxonomy.guid = scanner.tree()?.some_text().map(str::to_lowercase),
                    "taxa" if scanner.kind()? == Kind::Array => {
                        let mut taxa = scanner.enter()?;
                        while scanner.item(&mut taxa)? {
                            let id = scanner.tree()?.get("id").some_text().unwrap_or_default().to_owned();
                            taxonomy.ids.push(id);
                        }
                    }
                    _ => scanner.skip()?,
                }
            }
            all.push(taxonomy);
        }
        Ok(Self(all))
    }

    /// Adds what a `reportingDescriptorReference` (3.52) into a taxonomy names.
    pub(super) fn resolve(&self, reference: &Json, into: &mut Identifiers) {
        let component = reference.get("toolComponent");
        let guid = component.get("guid").some_text().map(str::to_lowercase);
        let name = component.get("name").some_text();
        let taxonomy = component
            .get("index")
            .index()
            .and_then(|index| self.0.get(index))
            .or_else(|| self.0.iter().find(|t| guid.is_some() && t.guid == guid))
            .or_else(|| self.0.iter().find(|t| name.is_some_and(|name| name.eq_ignore_ascii_case(&t.name))));
        let id = reference.get("id").some_text().map(str::to_owned).or_else(|| {
            taxonomy?.ids.get(reference.get("index").index()?).filter(|id| !id.is_empty()).cloned()
        });
        let Some(id) = id else { return };
        let name = name.or(taxonomy.map(|t| t.name.as_str())).unwrap_or_default();
        if name.to_ascii_uppercase().contains("CWE") {
            into.cwe(&id);
        } else {
            into.scan(&id);
        }
    }
}
