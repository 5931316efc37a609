//! The words of each format: whatever its reader looks for, taken from its sources, and what its
//! example holds. The mutator writes them where they may matter.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    println!("cargo:rerun-if-changed={}", sources.display());
    let mut table: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut folders: Vec<PathBuf> =
        fs::read_dir(&sources).expect("sources").flatten().map(|entry| entry.path()).collect();
    folders.sort();
    for folder in folders.iter().filter(|path| path.is_dir()) {
        let (mut ids, mut words) = (Vec::new(), BTreeSet::new());
        for file in fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()) {
            let Ok(text) = fs::read_to_string(&file) else { continue };
            if file.extension().is_none_or(|ending| ending != "rs") {
                words.extend(text.split(is_break).map(str::to_owned));
                continue;
            }
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (at, part) in code.split('"').enumerate() {
                if at % 2 == 0 {
                    continue;
                }
                words.extend(part.split('.').map(str::to_owned));
                words.insert(part.to_owned());
            }
            ids.extend(behind(code, "id: \""));
            ids.extend(code.split("fn id(").skip(1).filter_map(|rest| behind(rest, "\"").into_iter().next()));
        }
        words.retain(|word| (2..=40).contains(&word.len()) && !word.contains('\n') && !word.contains(". "));
        for id in ids {
            table.entry(id).or_default().extend(words.iter().cloned());
        }
    }
    let mut out = String::from("pub static WORDS: &[(&str, &[&str])] = &[\n");
    for (id, words) in table {
        let _ = writeln!(out, "    ({id:?}, &{:?}),", words.into_iter().collect::<Vec<_>>());
    }
    out.push_str("];\n");
    let place = Path::new(&env::var_os("OUT_DIR").expect("OUT_DIR")).join("words.rs");
    fs::write(place, out).expect("the words are written");
}

fn is_break(c: char) -> bool {
    c.is_whitespace() || "\"'{}[]<>=,;:()/|".contains(c)
}

/// The texts that follow `mark` up to the next quote.
fn behind(code: &str, mark: &str) -> Vec<String> {
    code.split(mark).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}
