//! The architecture's rules that Cargo alone does not hold: which crate may see which, where
//! the few heavy packages may stand, how large a source file may grow.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Crate → the crates of this workspace that it may use in its product code.
fn allowed() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    BTreeMap::from([
        ("docket-domain", BTreeSet::new()),
        ("docket-import", BTreeSet::from(["docket-domain"])),
        ("docket-tracker", BTreeSet::from(["docket-domain"])),
        ("docket-store", BTreeSet::from(["docket-domain"])),
        ("docket-practice", BTreeSet::new()),
        (
            "docket-engine",
            BTreeSet::from([
                "docket-domain",
                "docket-import",
                "docket-tracker",
                "docket-store",
                "docket-practice",
            ]),
        ),
        ("docket-api", BTreeSet::from(["docket-domain", "docket-engine"])),
        // `docket practice` hosts the practice tracker with faults and versions of its own choice.
        ("docket-cli", BTreeSet::from(["docket-domain", "docket-engine", "docket-practice"])),
        ("docket-desktop", BTreeSet::from(["docket-api", "docket-domain", "docket-engine"])),
        ("docket-tests", BTreeSet::from(["docket-api", "docket-domain", "docket-engine", "docket-practice"])),
    ])
}

/// Package → the only crates that may use it in their product code.
const HOMES: &[(&str, &[&str])] = &[
    ("tauri", &["docket-desktop"]),
    ("tauri-plugin-store", &["docket-desktop"]),
    ("rusqlite", &["docket-store"]),
    ("keyring", &["docket-engine"]),
    ("reqwest", &["docket-tracker"]),
    ("clap", &["docket-cli"]),
];

#[test]
fn the_crates_look_in_one_direction_only() {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let allowed = allowed();
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some(may_see) = allowed.get(name) else {
            wrong.push(format!("{name} is new: give it a line in tidy.rs and in ARCHITECTURE.md"));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal) {
            let target = dependency.name.as_str();
            if target.starts_with("docket-") && !may_see.contains(target) {
                wrong.push(format!("{name} may not depend on {target}"));
            }
            if let Some((_, homes)) = HOMES.iter().find(|(package, _)| *package == target)
                && !homes.contains(&name)
            {
                wrong.push(format!("{target} belongs to {} alone, not to {name}", homes.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "the architecture's edges are crossed:\n{}", wrong.join("\n"));
}

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir()
            && !["target", "node_modules", "dist", "gen", ".git"].iter().any(|skip| name == *skip)
        {
            sources(&path, out);
        } else if path
            .extension()
            .is_some_and(|ending| ["rs", "ts", "tsx"].iter().any(|code| ending == *code))
        {
            out.push(path);
        }
    }
}

#[test]
fn no_tracker_is_named_outside_its_folder() {
    let mut files = Vec::new();
    for krate in ["docket-domain", "docket-store", "docket-engine", "docket-api"] {
        sources(&root().join("src-tauri/crates").join(krate).join("src"), &mut files);
    }
    files.retain(|file| !file.ends_with("tests.rs"));
    let ids = docket_tracker::kinds().iter().map(|kind| kind.card().id);
    let short = ids.clone().filter_map(|id| id.split_once('-').map(|(short, _)| short.to_owned()));
    let names: Vec<String> = ids.chain(short).map(|name| format!("\"{name}\"")).collect();
    let mut wrong = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in product.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if names.iter().any(|name| code.contains(name)) && !line.contains("// tidy: ") {
                wrong.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "a tracker's name stands where only its folder may know it:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn source_files_stay_readable() {
    let mut files = Vec::new();
    for dir in ["src-tauri", "tests", "ui/src"] {
        sources(&root().join(dir), &mut files);
    }
    let long: Vec<String> = files
        .iter()
        .filter(|file| !file.ends_with("ui/src/wire/contract.ts"))
        .filter_map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            let lines = text.lines().count();
            (lines > 600 && !text.contains("tidy: long because"))
                .then(|| format!("{} has {lines} lines", file.display()))
        })
        .collect();
    assert!(
        long.is_empty(),
        "split by meaning, or say «tidy: long because …» in the file:\n{}",
        long.join("\n")
    );
}
