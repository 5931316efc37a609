//! What records refer to by id: the components of a bill of materials, the products of an advisory.

use std::collections::HashMap;

use docket_domain::{Component, Location};

use crate::make;

/// How many things are kept; in a larger report the rest stay without their name.
const MOST: usize = 2_000_000;

/// Something that has an id in a report.
#[derive(Debug, Clone, Default)]
pub(crate) struct Named {
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its package URL.
    pub purl: Option<String>,
    /// Files that it was found in.
    pub places: Vec<String>,
}

impl Named {
    /// The component that it is.
    pub fn component(&self) -> Option<Component> {
        make::component(self.name.clone(), self.version.clone(), self.purl.clone(), None)
    }

    /// The files that it was found in.
    pub fn locations(&self) -> Vec<Location> {
        self.places.iter().map(|path| make::place(path, None)).collect()
    }
}

/// Everything that has an id.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<String, Named>);

impl Names {
    /// Adds something; the first of an id counts.
    pub fn add(&mut self, id: &str, named: Named) {
        if !id.is_empty() && self.0.len() < MOST && !self.0.contains_key(id) {
            self.0.insert(id.to_owned(), named);
        }
    }

    /// What has this id.
    pub fn get(&self, id: &str) -> Option<&Named> {
        self.0.get(id)
    }
}
