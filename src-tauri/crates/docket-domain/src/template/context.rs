//! What a template can speak of: every name, with what it stands for, in one table each.
//!
//! Invariants: a name always has a value (a text that is missing is empty, so that a template
//! need not ask first); values are raw, made harmless only where they are printed; no value
//! holds a sign that stands for another value ([`super::engine::strip`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, Value};

use super::engine::strip;
use crate::assessment::Status;
use crate::evidence::Evidence;
use crate::member::{self, Member};
use crate::plan::Group;
use crate::severity::Severity;

/// The longest single value, in characters.
const LONGEST: usize = 60_000;

/// A name that templates know.
pub(super) struct Field<T> {
    pub name: &'static str,
    /// What it stands for, as the reference says it.
    pub says: &'static str,
    get: fn(&T) -> Value,
}

const fn field<T>(name: &'static str, says: &'static str, get: fn(&T) -> Value) -> Field<T> {
    Field { name, says, get }
}

/// What is known about the issue as a whole.
#[derive(Debug)]
pub(crate) struct Whole {
    title: String,
    target: String,
    severity: Severity,
    count: usize,
    applications: Vec<String>,
    members: Vec<Arc<One>>,
}

/// One finding.
#[derive(Debug)]
pub(super) struct One(Member);

/// How many findings have a severity.
#[derive(Debug)]
pub(super) struct Tally {
    severity: Severity,
    count: usize,
    open: usize,
}

/// Something to read on.
#[derive(Debug)]
pub(super) struct Page {
    label: String,
    url: String,
}

/// A piece of proof.
#[derive(Debug)]
pub(super) struct Proof(Evidence);

/// Docket's own parts of a text.
#[derive(Debug)]
pub(super) struct Parts;

/// A part that Docket writes itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Block {
    /// All of Docket's own form.
    Default,
    Summary,
    Table,
    Checklist,
    Why,
    Fix,
    Details,
    References,
}

impl Object for Block {
    fn repr(self: &Arc<Self>) -> minijinja::value::ObjectRepr {
        minijinja::value::ObjectRepr::Plain
    }
}

fn text(text: &str) -> Value {
    let stripped = strip(text);
    match stripped.char_indices().nth(LONGEST) {
        Some((at, _)) => Value::from(&stripped[..at]),
        None => Value::from(stripped.as_ref()),
    }
}

fn maybe(value: Option<&str>) -> Value {
    text(value.unwrap_or_default())
}

fn list<T: Object + 'static>(items: impl Iterator<Item = T>) -> Value {
    Value::from(items.map(Value::from_object).collect::<Vec<Value>>())
}

pub(super) const WHOLE: &[Field<Whole>] = &[
    field("title", "the title that Docket would write", |w| text(&w.title)),
    field("severity", "the highest severity of the findings", |w| text(w.severity.label())),
    field("rule", "the rule, when all findings have the same", |w| w.common(|m| Some(m.rule.clone()))),
    field("rule_title", "the rule in words, when all findings have the same", |w| {
        w.common(|m| m.about_rule.as_ref().and_then(member::rule_words).map(str::to_owned))
    }),
    field("tool", "the tool, when all findings are of the same", |w| w.common(|m| Some(m.tool.clone()))),
    field("application", "the application; several are separated by commas", |w| {
        text(&w.applications.join(", "))
    }),
    field("applications", "the applications, a list of texts", |w| {
        Value::from(w.applications.iter().map(|name| text(name)).collect::<Vec<Value>>())
    }),
    field("owner", "who owns the files, when all findings have the same owner", |w| {
        w.common(|m| Some(m.owner.clone()))
    }),
    field("branch", "the branch, when all findings are on the same", |w| {
        w.common(|m| Some(m.branch.clone()))
    }),
    field("component", "the component, when all findings are in the same", |w| {
        w.common(|m| Some(m.component.as_ref()?.name.clone()))
    }),
    field("version", "the component's version, when all findings are in the same", |w| {
        w.common(|m| m.component.as_ref()?.version.clone())
    }),
    field("fixed_version", "the version that fixes them, when it is the same for all", |w| {
        w.common(|m| m.component.as_ref()?.fixed_version.clone())
    }),
    field("file", "the file, when all findings are in the same", |w| {
        w.common(|m| m.place.as_ref()?.path.clone())
    }),
    field("cve", "the CVE, when all findings have the same", |w| w.common(cve)),
    field("cwe", "the weakness (`CWE-89`), when all findings have the same", |w| {
        w.common(|m| member::weakness_of(&m.identifiers))
    }),
    field("count", "the number of findings", |w| Value::from(w.count)),
    field("open", "how many of them are open, among those that `findings` has", |w| {
        Value::from(w.members.iter().filter(|one| one.0.status == Status::Active).count())
    }),
    field("is_group", "true when the issue is about several findings", |w| Value::from(w.count > 1)),
    field("target", "where the issue goes (`acme/shop`)", |w| text(&w.target)),
    field(
        "severities",
        "a list with `severity`, `count` and `open` for each severity, the highest first",
        |w| list(w.tallies().into_iter()),
    ),
    field(
        "findings",
        "the findings, open ones first, then by severity; the first 2,000 of a large group",
        |w| Value::from(w.members.iter().cloned().map(Value::from_dyn_object).collect::<Vec<Value>>()),
    ),
    field("finding", "the first of `findings`", |w| {
        w.members.first().cloned().map_or_else(|| Value::from(()), Value::from_dyn_object)
    }),
    field("docket", "Docket's own parts, below", |_| Value::from_object(Parts)),
    field("default", "the whole text as Docket would write it", |_| Value::from_object(Block::Default)),
];

pub(super) const ONE: &[Field<One>] = &[
    field("title", "what is wrong, in one line", |o| text(&o.0.title)),
    field("severity", "the severity", |o| text(o.0.severity.label())),
    field("status", "the status", |o| text(o.0.status.label())),
    field("done", "true when it is not open any more", |o| Value::from(o.0.status != Status::Active)),
    field("rule", "the rule", |o| text(&o.0.rule)),
    field("rule_title", "the rule in words", |o| maybe(o.0.about_rule.as_ref().and_then(member::rule_words))),
    field("tool", "the tool", |o| text(&o.0.tool)),
    field("application", "the application", |o| text(&o.0.application_name)),
    field("branch", "the branch", |o| text(&o.0.branch)),
    field("owner", "who owns the file, as CODEOWNERS says", |o| text(&o.0.owner)),
    field("place", "where it is, as short as people say it: the package, the line, the address", |o| {
        text(&crate::render::place_name(&o.0).unwrap_or_default())
    }),
    field("file", "the file", |o| maybe(o.0.place.as_ref().and_then(|place| place.path.as_deref()))),
    field("line", "the line in the file; empty when there is none", |o| {
        let line = o.0.place.as_ref().and_then(|place| place.start_line);
        line.map_or_else(|| Value::from(""), Value::from)
    }),
    field("more_places", "how many further places it has", |o| Value::from(o.0.further_count)),
    field("component", "the component", |o| maybe(o.0.component.as_ref().map(|c| c.name.as_str()))),
    field("version", "the component's version", |o| {
        maybe(o.0.component.as_ref().and_then(|c| c.version.as_deref()))
    }),
    field("fixed_version", "the version that fixes it", |o| {
        maybe(o.0.component.as_ref().and_then(|c| c.fixed_version.as_deref()))
    }),
    field("cve", "the CVE", |o| maybe(cve(&o.0).as_deref())),
    field("cwe", "the weakness (`CWE-89`)", |o| maybe(member::weakness_of(&o.0.identifiers).as_deref())),
    field("identifiers", "all public identifiers, a list of texts", |o| {
        Value::from(o.0.identifiers.iter().map(|id| text(&id.value)).collect::<Vec<Value>>())
    }),
    field("cvss", "the highest CVSS score; empty when there is none", |o| {
        o.0.cvss.as_ref().and_then(|cvss| cvss.score).map_or_else(|| Value::from(""), Value::from)
    }),
    field(
        "epss",
        "the chance of exploitation within 30 days (EPSS, 0 to 1); empty when the report does not say",
        |o| o.0.epss.as_ref().map_or_else(|| Value::from(""), |epss| Value::from(epss.score)),
    ),
    field("epss_percentile", "the share of all flaws with the same chance or a lower one, 0 to 1", |o| {
        let share = o.0.epss.as_ref().and_then(|epss| epss.percentile);
        share.map_or_else(|| Value::from(""), Value::from)
    }),
    field("known_exploited", "true when the report says that it is known to be exploited (KEV)", |o| {
        Value::from(o.0.known_exploited.is_some())
    }),
    field("description", "the scanner's message; print it with `| markdown`", |o| text(&o.0.description)),
    field("remediation", "how to fix it, as the report or the rule says; print it with `| markdown`", |o| {
        maybe(crate::render::fix_text(&o.0).as_deref())
    }),
    field("snippet", "the marked lines of code; print them with `| fence`", |o| {
        let place = o.0.place.as_ref();
        let snippet = place.and_then(|place| place.snippet.as_ref().or(place.context.as_ref()));
        maybe(snippet.map(|snippet| snippet.text.as_str()))
    }),
    field("language", "the language of the file, for `| fence(…)`", |o| {
        let path = o.0.place.as_ref().and_then(|place| place.path.as_deref());
        maybe(path.and_then(crate::text::language_of_path))
    }),
    field("references", "further reading, a list with `label` and `url`", |o| {
        list(
            o.0.references
                .iter()
                .map(|page| Page { label: page.label.clone().unwrap_or_default(), url: page.url.clone() }),
        )
    }),
    field(
        "evidence",
        "proof: requests, answers, payloads, outputs; a list, below. Docket's own form leaves it out",
        |o| list(o.0.evidence.iter().cloned().map(Proof)),
    ),
    field("first_seen", "the day on which it was first seen (`2026-01-31`)", |o| {
        text(o.0.first_seen.to_string().get(..10).unwrap_or_default())
    }),
];

pub(super) const TALLY: &[Field<Tally>] = &[
    field("severity", "the severity", |t| text(t.severity.label())),
    field("count", "how many findings have it", |t| Value::from(t.count)),
    field("open", "how many of them are open", |t| Value::from(t.open)),
];

pub(super) const PAGE: &[Field<Page>] = &[
    field("label", "what it is called; may be empty", |p| text(&p.label)),
    field("url", "its address; print it with `| link(…)`", |p| text(&p.url)),
];

pub(super) const PROOF: &[Field<Proof>] = &[
    field("label", "what it is; may be empty", |p| maybe(p.0.label.as_deref())),
    field("method", "the HTTP method", |p| maybe(p.0.method.as_deref())),
    field("url", "the address that was asked", |p| maybe(p.0.url.as_deref())),
    field("request", "what was sent; print it with `| fence`", |p| maybe(p.0.request.as_deref())),
    field("response", "what came back; print it with `| fence`", |p| maybe(p.0.response.as_deref())),
    field("payload", "what was put in to attack", |p| maybe(p.0.payload.as_deref())),
    field("text", "what gave it away, or what the check wrote; print it with `| fence`", |p| {
        maybe(p.0.text.as_deref())
    }),
];

pub(super) const PARTS: &[Field<Parts>] = &[
    field("summary", "what it is, how severe, and found by what", |_| Value::from_object(Block::Summary)),
    field(
        "table",
        "how many findings of each severity there are, and how many of them are open; groups only",
        |_| Value::from_object(Block::Table),
    ),
    field(
        "checklist",
        "the findings of a group, to tick off: what is not open any more is ticked by Docket; for one finding its places",
        |_| Value::from_object(Block::Checklist),
    ),
    field("why", "why it matters", |_| Value::from_object(Block::Why)),
    field("fix", "how to fix it", |_| Value::from_object(Block::Fix)),
    field(
        "details",
        "each finding's own lines and words, folded; for one finding the way through the code",
        |_| Value::from_object(Block::Details),
    ),
    field("references", "further reading", |_| Value::from_object(Block::References)),
];

macro_rules! speaks {
    ($($noun:ty => $table:ident),+ $(,)?) => { $(
        impl Object for $noun {
            fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
                let name = key.as_str()?;
                $table.iter().find(|field| field.name == name).map(|field| (field.get)(self))
            }

            fn enumerate(self: &Arc<Self>) -> Enumerator {
                Enumerator::Values($table.iter().map(|field| Value::from(field.name)).collect())
            }
        }
    )+ };
}

speaks! { Whole => WHOLE, One => ONE, Tally => TALLY, Page => PAGE, Proof => PROOF, Parts => PARTS }

fn cve(member: &Member) -> Option<String> {
    let found = member.identifiers.iter().find(|id| id.value.starts_with("CVE-"));
    found.map(|id| id.value.clone())
}

impl Whole {
    /// Of a group and its members in the order in which they are written. `title` is the one
    /// that Docket would write, `target` where the issue goes.
    pub fn new(group: &Group, members: &[&Member], total: usize, title: String, target: &str) -> Self {
        let highest = members.iter().map(|member| member.severity).min().unwrap_or(group.severity);
        Self {
            title,
            target: target.to_owned(),
            severity: highest.min(group.severity),
            count: total,
            applications: group.applications.clone(),
            members: members.iter().map(|member| Arc::new(One((*member).clone()))).collect(),
        }
    }

    /// What all members have in common, or an empty text.
    fn common(&self, of: impl Fn(&Member) -> Option<String>) -> Value {
        let all: BTreeSet<Option<String>> = self.members.iter().map(|one| of(&one.0)).collect();
        match (all.len(), all.into_iter().next()) {
            (1, Some(only)) => maybe(only.as_deref()),
            _ => text(""),
        }
    }

    fn tallies(&self) -> Vec<Tally> {
        let mut found: BTreeMap<u8, Tally> = BTreeMap::new();
        for one in &self.members {
            let severity = one.0.severity;
            let tally = found.entry(severity.rank()).or_insert(Tally { severity, count: 0, open: 0 });
            tally.count += 1;
            tally.open += usize::from(one.0.status == Status::Active);
        }
        found.into_values().collect()
    }
}

/// Every table of names, with how a template reaches them.
pub(super) fn reference() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    fn names<T>(table: &[Field<T>]) -> Vec<(&'static str, &'static str)> {
        table.iter().map(|field| (field.name, field.says)).collect()
    }
    vec![
        ("", names(WHOLE)),
        ("finding", names(ONE)),
        ("severities[]", names(TALLY)),
        ("references[]", names(PAGE)),
        ("evidence[]", names(PROOF)),
        ("docket", names(PARTS)),
    ]
}
