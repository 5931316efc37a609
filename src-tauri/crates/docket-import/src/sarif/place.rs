//! Places: artefact locations (3.4), regions (3.30), logical locations (3.33).
//!
//! A path is relative where the report says what it is relative to, so that the same file has
//! the same path on every machine; the address as written is kept beside it.

use std::borrow::Cow;
use std::collections::HashMap;

use docket_domain::{Location, Snippet};

use crate::clean;
use crate::fields::{self, Notes};
use crate::json::Json;
use crate::path;

/// How far a chain of bases or parents is followed.
const CHAIN: usize = 32;

/// An `artifactLocation` (3.4).
#[derive(Debug, Clone, Copy)]
struct Address<'a> {
    uri: Option<&'a str>,
    base: Option<&'a str>,
    /// Index into `run.artifacts`.
    index: Option<usize>,
}

impl<'a> Address<'a> {
    fn of(value: &'a Json) -> Self {
        let own = |key: &str| value.get(key).some_text();
        Self { uri: own("uri"), base: own("uriBaseId"), index: value.get("index").index() }
    }
}

/// A location of `run.artifacts`.
#[derive(Debug)]
struct Shared {
    uri: Option<String>,
    base: Option<String>,
}

impl Shared {
    fn of(value: &Json) -> Self {
        let address = Address::of(value);
        Self { uri: address.uri.map(str::to_owned), base: address.base.map(str::to_owned) }
    }
}

/// A base of `originalUriBaseIds` (3.14.14).
#[derive(Debug)]
struct Base {
    leads: Lead,
    /// The base that it is relative to.
    base: Option<String>,
}

/// What the address of a base says.
#[derive(Debug)]
enum Lead {
    Nothing,
    /// The absolute path of a folder.
    Root(String),
    /// It is an address that names no file.
    Elsewhere,
    /// A relative path, without a `/` at its end.
    Part(String),
}

impl Base {
    fn of(value: &Json) -> Self {
        let address = Address::of(value);
        let leads = address.uri.map_or(Lead::Nothing, |uri| {
            if let Some(root) = path::of_file_uri(uri) {
                return Lead::Root(path::normal(&root));
            }
            if path::scheme(uri).is_some() {
                return Lead::Elsewhere;
            }
            let part = path::with_slashes(path::decoded(uri));
            if path::is_absolute(&part) {
                return Lead::Root(path::normal(&part));
            }
            Lead::Part(part.trim_end_matches('/').to_owned())
        });
        Self { leads, base: address.base.map(str::to_owned) }
    }
}

#[derive(Debug)]
struct Logical {
    name: Option<String>,
    qualified: Option<String>,
    parent: Option<usize>,
}

impl Logical {
    fn of(value: &Json) -> Self {
        let own = |key: &str| clean::some_line(value.get(key).some_text()?);
        Self {
            name: own("name"),
            qualified: own("fullyQualifiedName").or_else(|| own("decoratedName")),
            parent: value.get("parentIndex").index(),
        }
    }
}

/// What a run says about places.
#[derive(Debug, Default)]
pub(super) struct Places {
    bases: HashMap<String, Base>,
    artifacts: Vec<Shared>,
    logical: Vec<Logical>,
    /// Folders that paths are made relative to: the repository first, then the longest first.
    roots: Vec<String>,
    has_repository_root: bool,
    pub(super) flow_steps: Vec<Json>,
}

impl Places {
    pub(super) fn clear_artifacts(&mut self) {
        self.artifacts.clear();
    }

    pub(super) fn clear_logical(&mut self) {
        self.logical.clear();
    }

    pub(super) fn artifact_of_run(&mut self, artifact: &Json) {
        self.artifacts.push(Shared::of(artifact.get("location")));
    }

    pub(super) fn logical_of_run(&mut self, location: &Json) {
        self.logical.push(Logical::of(location));
    }

    pub(super) fn set_bases(&mut self, bases: &Json) {
        self.bases = bases.fields().iter().map(|(id, value)| (id.to_string(), Base::of(value))).collect();
        let root = |id: &String| self.along_bases(Cow::Borrowed(""), Some(id)).1.map(str::to_owned);
        self.roots = self.bases.keys().filter_map(root).collect();
        self.sort_roots();
    }

    /// A folder that the tool worked in.
    pub(super) fn add_root(&mut self, location: &Json) {
        if let Some(root) = self.absolute(location) {
            self.roots.push(root);
            self.sort_roots();
        }
    }

    /// The folder that the repository was mapped to (3.23): paths are best told from there.
    pub(super) fn set_repository_root(&mut self, provenance: &[Json]) {
        let roots: Vec<String> =
            provenance.iter().filter_map(|entry| self.absolute(entry.get("mappedTo"))).collect();
        self.has_repository_root = !roots.is_empty();
        self.roots.splice(0..0, roots);
    }

    /// The longest first; a root like `/` says nothing.
    fn sort_roots(&mut self) {
        self.roots.retain(|root| root.trim_end_matches('/').len() > 2);
        self.roots.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        self.roots.dedup();
    }

    fn absolute(&self, location: &Json) -> Option<String> {
        let address = Address::of(location);
        let uri = address.uri.unwrap_or_default();
        if let Some(path) = path::of_file_uri(uri) {
            return Some(path::normal(&path));
        }
        let (joined, root) = self.along_bases(path::decoded(uri), address.base);
        let root = root?;
        Some(path::normal(&format!("{root}/{joined}")))
    }

    /// Follows the chain of bases (3.14.14): the relative parts joined, and the absolute folder
    /// at its end if the report gives one.
    fn along_bases<'t>(&self, relative: Cow<'t, str>, base: Option<&str>) -> (Cow<'t, str>, Option<&str>) {
        let mut joined = relative;
        let mut next = base.and_then(|id| self.bases.get(id));
        for _ in 0..CHAIN {
            let Some(base) = next else { break };
            match &base.leads {
                Lead::Nothing => {}
                Lead::Root(root) => return (joined, Some(root)),
                Lead::Elsewhere => return (joined, None),
                Lead::Part(part) => joined = Cow::Owned([part, "/", &joined].concat()),
            }
            next = base.base.as_deref().and_then(|id| self.bases.get(id));
        }
        (joined, None)
    }

    /// Path and address of an `artifactLocation`.
    fn resolve(&self, location: &Json) -> Option<(String, Option<String>)> {
        let own = Address::of(location);
        let (uri, base) = if let Some(uri) = own.uri {
            (uri, own.base)
        } else {
            let shared = self.artifacts.get(own.index?)?;
            (shared.uri.as_deref()?, shared.base.as_deref())
        };
        let path = self.path_of(uri, base);
        let uri = clean::line_as_it_is(Cow::Borrowed(uri));
        Some(if path == uri { (path, None) } else { (path, Some(uri.into_owned())) })
    }

    fn path_of(&self, uri: &str, base: Option<&str>) -> String {
        if let Some(path) = path::of_file_uri(uri) {
            return self.relative(path::normal(&path));
        }
        if path::scheme(uri).is_some() {
            return clean::line_exact(&path::without_login(uri));
        }
        let decoded = path::with_slashes(path::decoded(uri));
        if path::is_absolute(&decoded) {
            return self.relative(path::normal_of(decoded));
        }
        let (joined, root) = self.along_bases(decoded, base);
        match root {
            Some(root) if self.has_repository_root || path::climbs_out(&joined) => {
                self.relative(path::normal(&format!("{root}/{joined}")))
            }
            _ => path::normal_of(joined),
        }
    }

    fn relative(&self, path: String) -> String {
        match self.roots.iter().find_map(|root| path::inside(&path, root)) {
            Some(inner) => inner.to_owned(),
            None => path,
        }
    }

    /// A `location` object (3.28).
    pub(super) fn location(&self, value: &Json, notes: &mut Notes) -> Location {
        let physical = fields::map(value, "physicalLocation", notes);
        let mut place = Location::nowhere();
        if let Some((path, uri)) = self.resolve(physical.get("artifactLocation")) {
            place.path = Some(path).filter(|path| !path.is_empty());
            place.uri = uri;
        }
        let region = fields::map(physical, "region", notes);
        place.start_line = fields::ordinal(region, "startLine", notes);
        place.end_line = fields::ordinal(region, "endLine", notes);
        place.start_column = fields::ordinal(region, "startColumn", notes);
        place.end_column = fields::ordinal(region, "endColumn", notes);
        if place.end_line.is_some() && (place.start_line.is_none() || place.end_line < place.start_line) {
            notes.add("«endLine» lies before «startLine»; it was left out.");
            place.end_line = None;
        }
        place.snippet = snippet(region, place.start_line, notes);
        let context = fields::map(physical, "contextRegion", notes);
        place.context = snippet(context, fields::ordinal(context, "startLine", notes), notes);
        place.logical = self.logical_name(value).or_else(|| address_name(physical.get("address")));
        place.message = fields::rich(value.get("message"));
        place
    }

    /// The place of a bare `artifactLocation`.
    pub(super) fn artifact(&self, value: &Json) -> Option<Location> {
        let (path, uri) = self.resolve(value)?;
        Some(Location { path: Some(path), uri, ..Location::nowhere() })
    }

    /// The fully qualified name of the first logical location that has one.
    fn logical_name(&self, location: &Json) -> Option<String> {
        // `logicalLocation` (one) is what drafts of the standard had.
        let one = location.get("logicalLocation");
        let all = location.get("logicalLocations").items().iter().chain(one.is_map().then_some(one));
        all.into_iter().find_map(|value| {
            let own = Logical::of(value);
            let shared = value.get("index").index();
            own.qualified.or_else(|| self.qualified(shared?, 0)).or_else(|| {
                match (own.parent.and_then(|parent| self.qualified(parent, 1)), own.name) {
                    (Some(parent), Some(name)) => Some(format!("{parent}.{name}")),
                    (_, name) => name,
                }
            })
        })
    }

    fn qualified(&self, index: usize, depth: usize) -> Option<String> {
        let logical = self.logical.get(index)?;
        if logical.qualified.is_some() || depth >= CHAIN {
            return logical.qualified.clone();
        }
        let name = logical.name.clone()?;
        match logical
            .parent
            .filter(|parent| *parent != index)
            .and_then(|parent| self.qualified(parent, depth + 1))
        {
            Some(parent) => Some(format!("{parent}.{name}")),
            None => Some(name),
        }
    }
}

/// A name for a place in memory (3.32).
fn address_name(address: &Json) -> Option<String> {
    let text = |key: &str| clean::some_line(address.get(key).some_text()?);
    text("fullyQualifiedName").or_else(|| text("name")).or_else(|| {
        let number = address.get("absoluteAddress").whole().filter(|number| *number >= 0)?;
        Some(format!("{number:#x}"))
    })
}

fn snippet(region: &Json, start_line: Option<u32>, notes: &mut Notes) -> Option<Snippet> {
    let content = region.get("snippet");
    let text = content.get("text").some_text().or_else(|| content.get("rendered").get("text").some_text())?;
    let (text, cut) = clean::cut_bytes(clean::block(text), clean::SNIPPET_BYTES);
    if cut {
        notes.once("snippet", "A snippet is longer than 64 KB and was cut; further ones too.");
    }
    Some(Snippet { text, start_line })
}
