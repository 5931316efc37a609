//! The tool, its rules and how a result finds its rule (3.18, 3.19, 3.49, 3.52, 3.54).

use std::collections::HashMap;
use std::io::Read;

use docket_domain::{Cvss, Exploitation, Found, Rule};

use super::guess;
use super::severity::{self, Score};
use super::taxa::Taxonomies;
use crate::clean;
use crate::fields;
use crate::identifiers::Identifiers;
use crate::json::{Fault, Json, Key, Kind, Scanner};

/// Message strings by id: plain text and Markdown.
#[derive(Debug, Default)]
pub(super) struct Strings(HashMap<String, (Option<String>, Option<String>)>);

impl Strings {
    fn of(value: &Json) -> Self {
        let own = |value: &Json| value.some_text().map(str::to_owned);
        let entry = |(id, s): &(Key, Json)| {
            let text = own(s.get("text")).or_else(|| own(s));
            (id.to_string(), (text, own(s.get("markdown"))))
        };
        Self(value.fields().iter().map(entry).collect())
    }

    pub(super) fn get(&self, id: &str) -> Option<(Option<&str>, Option<&str>)> {
        self.0.get(id).map(|(text, markdown)| (text.as_deref(), markdown.as_deref()))
    }
}

/// A rule as its tool describes it.
#[derive(Debug)]
pub(super) struct Descriptor {
    pub(super) rule: Rule,
    guid: Option<String>,
    pub(super) level: Option<String>,
    pub(super) rank: Option<f64>,
    pub(super) score: Option<Score>,
    pub(super) strings: Strings,
    pub(super) identifiers: Identifiers,
    pub(super) cvss: Vec<Cvss>,
    pub(super) exploitation: Exploitation,
    relationships: Vec<Json>,
}

impl Descriptor {
    fn of(value: &Json) -> Self {
        let line = |key: &str| clean::some_line(value.get(key).some_text()?);
        let properties = value.get("properties");
        let level = value.get("defaultConfiguration").get("level").some_text().map(str::to_owned);
        let score = severity::score_of(properties);
        let mut about = Found::new("", "");
        guess::exploitation(&mut about, properties);
        let mut identifiers = Identifiers::default();
        let id = clean::line(&value.get("id").as_text_or_empty());
        identifiers.scan(&id);
        guess::identifiers_of(properties, &mut identifiers);
        let rule = Rule {
            name: line("name"),
            short: fields::plain_line(value.get("shortDescription")),
            description: fields::rich(value.get("fullDescription")),
            help: fields::rich(value.get("help")),
            uri: line("helpUri"),
            severity: score
                .as_ref()
                .map(|score| score.severity)
                .or_else(|| severity::of_level(level.as_deref()?)),
            tags: guess::tags_of(properties),
            id,
        };
        Self {
            rule,
            guid: value.get("guid").some_text().map(str::to_lowercase),
            level,
            rank: value.get("defaultConfiguration").get("rank").number(),
            score,
            strings: Strings::of(value.get("messageStrings")),
            identifiers,
            cvss: guess::cvss_of(properties),
            exploitation: Exploitation { epss: about.epss, known_exploited: about.known_exploited },
            relationships: value.get("relationships").items().to_vec(),
        }
    }
}

/// A driver or extension.
#[derive(Debug, Default)]
pub(super) struct Component {
    name: Option<String>,
    guid: Option<String>,
    version: Option<String>,
    uri: Option<String>,
    pub(super) rules: Vec<Descriptor>,
    by_id: HashMap<String, usize>,
    pub(super) strings: Strings,
}

impl Component {
    fn read<R: Read>(scanner: &mut Scanner<R>, warnings: &mut Vec<String>) -> Result<Self, Fault> {
        let mut component = Self::default();
        let mut versions = [None, None, None];
        let mut members = scanner.enter()?;
        while let Some(key) = scanner.key(&mut members)? {
            if key == "rules" && scanner.kind()? == Kind::Array {
                component.read_rules(scanner, warnings)?;
                continue;
            }
            let slot = match key.as_str() {
                "name" => &mut component.name,
                "guid" => &mut component.guid,
                "informationUri" => &mut component.uri,
                "version" => &mut versions[0],
                "semanticVersion" => &mut versions[1],
                "dottedQuadFileVersion" => &mut versions[2],
                "globalMessageStrings" => {
                    component.strings = Strings::of(&scanner.tree()?);
                    continue;
                }
                _ => {
                    scanner.skip()?;
                    continue;
                }
            };
            *slot = clean::some_line(&scanner.tree()?.as_text_or_empty());
        }
        component.version = versions.into_iter().flatten().next();
        Ok(component)
    }

    fn read_rules<R: Read>(
        &mut self,
        scanner: &mut Scanner<R>,
        warnings: &mut Vec<String>,
    ) -> Result<(), Fault> {
        self.rules.clear();
        self.by_id.clear();
        let mut items = scanner.enter()?;
        while scanner.item(&mut items)? {
            let line = scanner.line();
            let value = scanner.tree()?;
            if !value.is_map() && warnings.len() < 100 {
                warnings.push(format!(
                    "A rule in line {line} is {}, not an object; it was left out.",
                    value.what()
                ));
            }
            // An unreadable rule still counts for the index of those behind it.
            let descriptor = Descriptor::of(&value);
            // Ids need not be unique (3.19.23); the first one answers to the name.
            self.by_id.entry(descriptor.rule.id.clone()).or_insert(self.rules.len());
            for old in value.get("deprecatedIds").items().iter().filter_map(Json::some_text) {
                self.by_id.entry(old.to_owned()).or_insert(self.rules.len());
            }
            self.rules.push(descriptor);
        }
        self.by_id.remove("");
        Ok(())
    }

    fn with_id(&self, id: &str) -> Option<&Descriptor> {
        self.by_id.get(id).and_then(|index| self.rules.get(*index))
    }
}

/// The tool of a run. The driver comes first, then the extensions.
#[derive(Debug, Default)]
pub(super) struct ToolFacts {
    driver: Component,
    extensions: Vec<Component>,
    pub(super) taxonomies: Taxonomies,
}

/// The rule of a result: where it is described, and the id to file it under.
#[derive(Debug, Clone, Copy)]
pub(super) struct RuleMatch<'a> {
    pub(super) descriptor: Option<&'a Descriptor>,
    pub(super) component: &'a Component,
}

impl ToolFacts {
    pub(super) fn read<R: Read>(scanner: &mut Scanner<R>, warnings: &mut Vec<String>) -> Result<Self, Fault> {
        let mut tool = Self::default();
        let mut members = scanner.enter()?;
        while let Some(key) = scanner.key(&mut members)? {
            match (key.as_str(), scanner.kind()?) {
                ("driver", Kind::Object) => tool.driver = Component::read(scanner, warnings)?,
                ("extensions", Kind::Array) => {
                    tool.extensions.clear();
                    let mut items = scanner.enter()?;
                    while scanner.item(&mut items)? {
                        let component = if scanner.kind()? == Kind::Object {
                            Component::read(scanner, warnings)?
                        } else {
                            scanner.skip()?;
                            Component::default()
                        };
                        tool.extensions.push(component);
                    }
                }
                _ => scanner.skip()?,
            }
        }
        Ok(tool)
    }

    pub(super) fn name(&self) -> Option<String> {
        self.driver.name.clone()
    }

    pub(super) fn version(&self) -> Option<String> {
        self.driver.version.clone()
    }

    pub(super) fn uri(&self) -> Option<String> {
        self.driver.uri.clone()
    }

    /// Reads what the rules' relationships say, now that the taxonomies are known.
    pub(super) fn resolve_taxa(&mut self, taxonomies: &Taxonomies) {
        for component in std::iter::once(&mut self.driver).chain(&mut self.extensions) {
            for descriptor in &mut component.rules {
                for relationship in std::mem::take(&mut descriptor.relationships) {
                    taxonomies.resolve(relationship.get("target"), &mut descriptor.identifiers);
                }
            }
        }
    }

    fn components(&self) -> impl Iterator<Item = &Component> {
        std::iter::once(&self.driver).chain(&self.extensions)
    }

    /// The component that a `toolComponentReference` names (3.54); the driver when it names none.
    fn component(&self, reference: &Json) -> &Component {
        if let Some(found) = reference.get("index").index().and_then(|index| self.extensions.get(index)) {
            return found;
        }
        let guid = reference.get("guid").some_text().map(str::to_lowercase);
        let name = reference.get("name").some_text();
        self.components()
            .find(|c| guid.is_some() && c.guid.as_deref().map(str::to_lowercase) == guid)
            .or_else(|| self.components().find(|c| name.is_some() && c.name.as_deref() == name))
            .unwrap_or(&self.driver)
    }

    /// The rule that a descriptor reference means, given the result's own id and index
    /// (3.27.5–3.27.7, 3.52): by index in the named component, then by GUID, then by id there
    /// and elsewhere, then by the longest beginning of a hierarchical id.
    pub(super) fn find(&self, id: Option<&str>, index: Option<usize>, reference: &Json) -> RuleMatch<'_> {
        let component = self.component(reference.get("toolComponent"));
        let found = |descriptor, component| RuleMatch { descriptor: Some(descriptor), component };
        if let Some(descriptor) = index.and_then(|index| component.rules.get(index)) {
            let agrees = id.is_none_or(|id| names(&descriptor.rule.id, id));
            if agrees {
                return found(descriptor, component);
            }
            // Index and id contradict each other. The id is what people see and what
            // identifies the finding, so it decides, if it is known.
            let named = id.and_then(|id| component.with_id(id));
            return found(named.unwrap_or(descriptor), component);
        }
        if let Some(guid) = reference.get("guid").some_text().map(str::to_lowercase) {
            for component in self.components() {
                if let Some(descriptor) = component.rules.iter().find(|d| d.guid.as_ref() == Some(&guid)) {
                    return found(descriptor, component);
                }
            }
        }
        let mut name = id;
        while let Some(current) = name {
            for candidate in std::iter::once(component).chain(self.components()) {
                if let Some(descriptor) = candidate.with_id(current) {
                    return found(descriptor, candidate);
                }
            }
            name = current.rsplit_once('/').map(|(parent, _)| parent);
        }
        RuleMatch { descriptor: None, component }
    }
}

impl RuleMatch<'_> {
    /// The rule to report for findings filed under `id`. A rule below another (`CA1000/1`)
    /// takes over what its parent says.
    pub(super) fn rule(&self, id: &str) -> Rule {
        match self.descriptor {
            Some(descriptor) => Rule { id: id.to_owned(), ..descriptor.rule.clone() },
            None => fields::bare_rule(id),
        }
    }
}

/// True when `id` is the rule's own id or one below it.
fn names(rule: &str, id: &str) -> bool {
    id == rule || id.strip_prefix(rule).is_some_and(|rest| rest.starts_with('/'))
}
