//! The generated TypeScript: every type of the wire, and the map of commands.
//!
//! `cargo test -p docket-api` fails when `ui/src/wire/contract.ts` is stale; setting the
//! environment variable `DOCKET_WRITE_TYPES=1` for that test writes it anew.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use docket_domain::job::JobEvent;
use docket_domain::{LeakClass, LeakPlace, Problem, Status};
use ts_rs::{Config, TS, TypeVisitor};

use crate::contract::{ENTRIES, Kind};
use crate::request::names::*;

struct Collector<'a> {
    config: &'a Config,
    seen: HashSet<TypeId>,
    types: BTreeMap<String, String>,
}

impl TypeVisitor for Collector<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
        if T::output_path().is_some() {
            self.types.insert(T::ident(self.config), T::decl(self.config));
        }
    }
}

/// The whole file.
pub fn generate() -> String {
    let config = Config::new().with_large_int("number");
    let mut collector = Collector { config: &config, seen: HashSet::new(), types: BTreeMap::new() };
    macro_rules! visit {
        ($($kind:ident $name:ident($request:ident) -> $response:ident [$($tag:ident),*];)+) => {
            $( collector.visit::<$request>(); collector.visit::<$response>(); )+
        };
    }
    crate::with_contract!(visit);
    collector.visit::<JobEvent>();
    collector.visit::<Problem>();

    let mut out = String::from(
        "// Made by `DOCKET_WRITE_TYPES=1 cargo test -p docket-api`; a test fails when this file is stale.\n\
         // Whole numbers travel as JSON numbers below 2^53; ids are strings; times are RFC 3339 texts.\n\n",
    );
    for declaration in collector.types.values() {
        let _ = writeln!(out, "export {declaration}\n");
    }
    for (kind, name) in [(Kind::Query, "Queries"), (Kind::Command, "Commands"), (Kind::Job, "Jobs")] {
        let _ = writeln!(out, "export interface {name} {{");
        for entry in ENTRIES.iter().filter(|entry| entry.kind == kind) {
            let _ = writeln!(
                out,
                "  {}: {{ request: {}; response: {} }};",
                entry.name, entry.request, entry.response
            );
        }
        out.push_str("}\n\n");
    }
    let mut tags: Vec<&str> = ENTRIES.iter().flat_map(|entry| entry.tags.iter().copied()).collect();
    tags.sort_unstable();
    tags.dedup();
    let _ = writeln!(
        out,
        "export type Tag = {};\n",
        tags.iter().map(|tag| format!("\"{tag}\"")).collect::<Vec<_>>().join(" | ")
    );
    for (kind, name, key) in [
        (Kind::Query, "provides", "Queries"),
        (Kind::Command, "staleAfterCommand", "Commands"),
        (Kind::Job, "staleAfterJob", "Jobs"),
    ] {
        let _ = writeln!(out, "export const {name}: {{ readonly [K in keyof {key}]: readonly Tag[] }} = {{");
        for entry in ENTRIES.iter().filter(|entry| entry.kind == kind) {
            let list = entry.tags.iter().map(|tag| format!("\"{tag}\"")).collect::<Vec<_>>().join(", ");
            let _ = writeln!(out, "  {}: [{list}],", entry.name);
        }
        out.push_str("};\n\n");
    }
    words(&mut out, "statusLabels", Status::ALL.iter().map(|v| (v.as_str(), v.label())));
    words(&mut out, "reasonLabels", docket_domain::Reason::ALL.iter().map(|v| (v.as_str(), v.label())));
    words(&mut out, "severityLabels", docket_domain::Severity::ALL.iter().map(|v| (v.as_str(), v.label())));
    words(&mut out, "facetLabels", docket_domain::Facet::ALL.iter().map(|v| (v.as_str(), v.label())));
    words(&mut out, "groupKeyLabels", docket_domain::GroupKey::ALL.iter().map(|v| (v.as_str(), v.label())));
    words(&mut out, "heldLabels", docket_domain::group::Held::ALL.iter().map(|v| (v.as_str(), v.label())));
    words(
        &mut out,
        "attachAsLabels",
        docket_domain::group::AttachAs::ALL.iter().map(|v| (v.as_str(), v.label())),
    );
    words(&mut out, "actionLabels", docket_domain::Action::ALL.iter().map(|v| (v.as_str(), v.label())));
    words(&mut out, "leakClassLabels", LeakClass::ALL.iter().map(|v| (v.as_str(), v.label())));
    words(&mut out, "leakPlaceLabels", LeakPlace::ALL.iter().map(|v| (v.as_str(), v.label())));
    words(
        &mut out,
        "watchFileLabels",
        docket_domain::WatchFileState::ALL.iter().map(|v| (v.as_str(), v.label())),
    );
    words(&mut out, "watchedByLabels", docket_domain::WatchedBy::ALL.iter().map(|v| (v.as_str(), v.label())));
    words(&mut out, "codeLabels", docket_domain::Code::ALL.iter().map(|v| (v.as_str(), v.label())));
    out
}

fn words(out: &mut String, name: &str, entries: impl Iterator<Item = (&'static str, &'static str)>) {
    let _ = writeln!(out, "export const {name} = {{");
    for (word, label) in entries {
        let _ = writeln!(out, "  {word}: \"{label}\",");
    }
    out.push_str("} as const;\n\n");
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn the_generated_typescript_is_current() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/wire/contract.ts");
        let wanted = super::generate();
        if std::env::var_os("DOCKET_WRITE_TYPES").is_some() {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, &wanted).unwrap();
        }
        let found = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
        assert!(
            found == wanted,
            "ui/src/wire/contract.ts is stale: run DOCKET_WRITE_TYPES=1 cargo test -p docket-api"
        );
    }
}
