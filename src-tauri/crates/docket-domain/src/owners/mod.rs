//! Who owns which file: the rules of a `CODEOWNERS` file.
//!
//! Both dialects are read. GitHub's: the last rule that fits a path counts, one without owners
//! says that nobody owns it; `!`, `[a-z]` and a line's first `\#` are not part of it. GitLab's:
//! the rules of each `[Section]` are asked by themselves and their owners are joined, a section
//! may name default owners, and `!path` takes a path out of its section. A file that has a
//! section or a `!` is GitLab's; only then does a pattern with a slash in its middle fit at any
//! depth, as GitLab says and GitHub does not.
//! Sources: GitHub, «About code owners»; GitLab, «CODEOWNERS syntax».
//!
//! A line that cannot be read is left out, as both services do, and named ([`OwnerMistake`]).
//! Paths are those of findings: relative to the repository, `/` between folders.
//!
//! Deliberately absent: whether an owner exists, or may see anything. Owners are plain text.

mod pattern;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use globset::{GlobSet, GlobSetBuilder};

/// The largest file that is read, in bytes (GitHub takes 3 MB).
pub const LARGEST: usize = 3 * 1024 * 1024;

/// Most rules of one file.
pub const MOST_RULES: usize = 20_000;

/// Longest text of the owners of one file, in characters; whoever would go beyond is left out.
const LONGEST: usize = 500;

/// The rules of a `CODEOWNERS` file.
#[derive(Debug, Clone, Default)]
pub struct Owners {
    sections: Vec<Section>,
    globs: GlobSet,
    /// For each glob its section and its rule there.
    at: Vec<(usize, usize)>,
}

#[derive(Debug, Clone, Default)]
struct Section {
    /// In small letters: sections of one name are one.
    name: String,
    defaults: Vec<String>,
    rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    owners: Vec<String>,
    /// `!path`: takes the path out of the section for good.
    excludes: bool,
}

wire! {
    /// A line that says nothing that can be understood, and is passed over.
    #[derive(Eq)]
    pub struct OwnerMistake {
        /// Its number, from 1.
        pub line: u32,
        /// What is wrong with it, a sentence.
        pub message: String,
    }
}

/// Which service's rules a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    GitHub,
    GitLab,
}

impl Owners {
    /// Reads a file's text. What cannot be read is told line by line and left out.
    pub fn read(text: &str) -> (Self, Vec<OwnerMistake>) {
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        let dialect = dialect_of(&lines);
        let mut reading = Reading::new(dialect);
        for (at, line) in lines.iter().enumerate() {
            if let Err(message) = reading.line(line) {
                let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
                reading.mistakes.push(OwnerMistake { line, message });
            }
        }
        reading.finish()
    }

    /// True when no rule can give anybody a file.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// Who owns a file, as its line says it: `@acme/db`, several with a space between. Empty when
    /// nobody does.
    pub fn of(&self, path: &str) -> String {
        let mut out = String::new();
        for owner in self.each_of(path) {
            let known = out.split(' ').any(|one| one == owner);
            if !known && out.chars().count() + 1 + owner.chars().count() <= LONGEST {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(owner);
            }
        }
        out
    }

    fn each_of(&self, path: &str) -> impl Iterator<Item = &str> {
        let path = path.trim_start_matches("./").trim_start_matches('/');
        let mut last: Vec<Option<usize>> = vec![None; self.sections.len()];
        let mut excluded = vec![false; self.sections.len()];
        for glob in self.globs.matches(path) {
            let (section, rule) = self.at[glob];
            excluded[section] |= self.sections[section].rules[rule].excludes;
            last[section] = last[section].max(Some(rule));
        }
        self.sections
            .iter()
            .zip(last)
            .zip(excluded)
            .filter(|(_, excluded)| !excluded)
            .filter_map(|((section, last), _)| Some((section, last?)))
            .flat_map(|(section, rule)| {
                let own = &section.rules[rule].owners;
                if own.is_empty() { &section.defaults } else { own }
            })
            .map(String::as_str)
    }
}

fn dialect_of(lines: &[&str]) -> Dialect {
    let gitlab = |line: &&str| {
        let line = line.trim();
        line.starts_with('!') || heading(line).is_some()
    };
    if lines.iter().any(gitlab) { Dialect::GitLab } else { Dialect::GitHub }
}

/// A section's heading: `[Name]`, `^[Name]`, `[Name][2] @default`. Its name, and what follows.
fn heading(line: &str) -> Option<(&str, &str)> {
    let inner = line.trim_start_matches('^').strip_prefix('[')?;
    let (name, rest) = inner.split_once(']')?;
    // «[a-z]*.rb @x» is a pattern: behind a heading stands nothing, a number, or owners.
    let rest = match rest.strip_prefix('[') {
        Some(number) => {
            let (count, rest) = number.split_once(']')?;
            count.trim().parse::<u32>().ok()?;
            rest
        }
        None => rest,
    };
    let ends = rest.is_empty() || rest.starts_with([' ', '\t']);
    (ends && !name.trim().is_empty()).then(|| (name.trim(), rest.trim()))
}

struct Reading {
    dialect: Dialect,
    sections: Vec<Section>,
    now: usize,
    globs: GlobSetBuilder,
    at: Vec<(usize, usize)>,
    rules: usize,
    mistakes: Vec<OwnerMistake>,
}

impl Reading {
    fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            sections: vec![Section::default()],
            now: 0,
            globs: GlobSetBuilder::new(),
            at: Vec::new(),
            rules: 0,
            mistakes: Vec::new(),
        }
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if self.dialect == Dialect::GitLab
            && let Some((name, rest)) = heading(line)
        {
            return self.section(name, rest);
        }
        if self.rules >= MOST_RULES {
            return Err(format!("More than {MOST_RULES} rules; this one and those behind it are left out."));
        }
        let (written, rest) = pattern::split(line);
        let (written, excludes) = match written.strip_prefix('!') {
            Some(rest) => (rest, true),
            None => (written, false),
        };
        let globs = pattern::globs(written, self.dialect == Dialect::GitLab)?;
        let owners = owners(rest)?;
        let section = &mut self.sections[self.now];
        section.rules.push(Rule { owners, excludes });
        for glob in globs {
            self.globs.add(glob);
            self.at.push((self.now, section.rules.len() - 1));
        }
        self.rules += 1;
        Ok(())
    }

    fn section(&mut self, name: &str, rest: &str) -> Result<(), String> {
        let defaults = owners(rest)?;
        let name = name.to_lowercase();
        let known = self.sections.iter().position(|section| section.name == name);
        self.now = known.unwrap_or(self.sections.len());
        if known.is_none() {
            self.sections.push(Section { name, ..Section::default() });
        }
        if !defaults.is_empty() {
            self.sections[self.now].defaults = defaults;
        }
        Ok(())
    }

    fn finish(mut self) -> (Owners, Vec<OwnerMistake>) {
        match self.globs.build() {
            Ok(globs) => (Owners { sections: self.sections, globs, at: self.at }, self.mistakes),
            // Every glob was read by itself; together they are too large.
            Err(error) => {
                let message = format!("The patterns together are too large to be used: {error}.");
                self.mistakes.insert(0, OwnerMistake { line: 1, message });
                (Owners::default(), self.mistakes)
            }
        }
    }
}

/// The owners behind a pattern, up to a comment. All of them must look like one.
fn owners(rest: &str) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    for word in rest.split_whitespace() {
        if word.starts_with('#') {
            break;
        }
        let named = word.strip_prefix('@').is_some_and(|name| !name.is_empty());
        let mail = word.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
        if !named && !mail {
            return Err(format!(
                "«{word}» names no owner: write @user, @organization/team or an e-mail address."
            ));
        }
        out.push(word.to_owned());
    }
    Ok(out)
}

wire! {
    /// What an application's rules come to, on the findings that are there.
    #[derive(Eq)]
    pub struct Ownership {
        /// The rules as they were written; empty when there are none.
        pub text: String,
        /// Lines that are passed over.
        pub mistakes: Vec<OwnerMistake>,
        /// Owners with their active findings, most first, at most [`MOST_SHOWN`].
        pub owners: Vec<OwnerCount>,
        /// How many owners (or joined owners) there are.
        pub of: u64,
        /// Active findings with a file that somebody owns.
        pub owned: u64,
        /// Active findings with a file that nobody owns.
        pub without: u64,
        /// Some of those files, most findings first, at most [`MOST_SHOWN`].
        pub files_without: Vec<String>,
        /// Active findings without a file (a package, an address): they have no owner.
        pub no_file: u64,
    }
}

wire! {
    /// How much somebody owns.
    #[derive(Eq)]
    pub struct OwnerCount {
        /// `@acme/db`; several that own together with a space between.
        pub owner: String,
        /// Active findings.
        pub findings: u64,
    }
}

/// Owners, and files without one, that are told by name.
pub const MOST_SHOWN: usize = 50;

/// What rules come to: `paths` are the files of active findings with how many each has; the
/// empty path is that of findings without a file.
pub fn ownership(text: String, paths: impl IntoIterator<Item = (String, u64)>) -> Ownership {
    let (owners, mistakes) = Owners::read(&text);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut bare: Vec<(String, u64)> = Vec::new();
    let (mut somebodys, mut without, mut no_file) = (0, 0, 0);
    for (path, findings) in paths {
        if path.is_empty() {
            no_file += findings;
            continue;
        }
        let owner = owners.of(&path);
        if owner.is_empty() {
            without += findings;
            bare.push((path, findings));
        } else {
            somebodys += findings;
            *counts.entry(owner).or_default() += findings;
        }
    }
    let of = counts.len() as u64;
    let mut owners: Vec<OwnerCount> =
        counts.into_iter().map(|(owner, findings)| OwnerCount { owner, findings }).collect();
    owners.sort_by(|a, b| b.findings.cmp(&a.findings).then_with(|| a.owner.cmp(&b.owner)));
    owners.truncate(MOST_SHOWN);
    bare.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    bare.truncate(MOST_SHOWN);
    let files_without = bare.into_iter().map(|(path, _)| path).collect();
    Ownership { text, mistakes, owners, of, owned: somebodys, without, files_without, no_file }
}
