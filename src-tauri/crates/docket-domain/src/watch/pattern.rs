//! Which file of a watched folder goes into which application and branch.
//!
//! A pattern is matched against the whole path below the folder, parts separated by `/`, capitals
//! and small letters alike:
//!
//! | in the pattern | stands for |
//! |---|---|
//! | `*` | any characters within one part of the path |
//! | `?` | one character |
//! | `**/` | any number of folders, also none |
//! | `**` | anything, over folders |
//! | `{app}`, `{branch}` | as `*`, at least one character, and what it stands for is the name |
//! | `{branch**}` | the same over folders: `feature/login` |
//! | `{sarif,json}` | one of these |
//!
//! Where several readings fit, each name takes as little as it can, from the left. Matching takes
//! at most (length of the pattern) × (length of the path) steps, whatever a file is called.

use std::collections::HashSet;

use crate::problem::Problem;

/// Longest pattern in characters.
const LONGEST: usize = 500;
/// Longest name that a file's path may give.
const LONGEST_NAME: usize = 200;
/// Most patterns that the lists of one may stand for.
const MOST_READINGS: usize = 64;

/// What a name in a pattern is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    App,
    Branch,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Char(char),
    One,
    Any,
    Folders,
    Deep,
    Name { name: Name, deep: bool },
}

/// Where a file goes, as far as its path says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Placed {
    /// The application's name, when the pattern captures it.
    pub application: Option<String>,
    /// The branch, when the pattern captures it.
    pub branch: Option<String>,
}

/// A pattern that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    readings: Vec<Vec<Token>>,
    text: String,
}

impl Pattern {
    /// Understands a pattern as people type it.
    ///
    /// # Errors
    /// It is empty, too long, names something else than `{app}` and `{branch}`, or one of them twice.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim().replace('\\', "/");
        let text = text.trim_start_matches("./").trim_start_matches('/').to_owned();
        if text.is_empty() {
            return Err(wrong("The pattern is empty."));
        }
        if text.chars().count() > LONGEST {
            return Err(wrong(format!("The pattern is longer than {LONGEST} characters.")));
        }
        let mut readings: Vec<Vec<Token>> = vec![Vec::new()];
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            let (tokens, after) = match first {
                '{' => braces(rest)?,
                '*' => stars(rest),
                '?' => (vec![vec![Token::One]], &rest[1..]),
                other => (vec![vec![Token::Char(other)]], &rest[other.len_utf8()..]),
            };
            if readings.len() * tokens.len() > MOST_READINGS {
                return Err(wrong(format!(
                    "The lists in the pattern stand for more than {MOST_READINGS} patterns."
                )));
            }
            readings = readings
                .iter()
                .flat_map(|so_far| tokens.iter().map(move |more| [so_far.as_slice(), more].concat()))
                .collect();
            rest = after;
        }
        let pattern = Self { readings, text };
        for (name, word) in [(Name::App, "app"), (Name::Branch, "branch")] {
            if pattern.readings.iter().any(|reading| count(reading, name) > 1) {
                return Err(wrong(format!("The pattern names {{{word}}} twice.")));
            }
        }
        Ok(pattern)
    }

    /// Whether it captures the application's name.
    pub fn names_application(&self) -> bool {
        self.readings.iter().any(|reading| count(reading, Name::App) > 0)
    }

    /// Whether it captures the branch.
    pub fn names_branch(&self) -> bool {
        self.readings.iter().any(|reading| count(reading, Name::Branch) > 0)
    }

    /// The ending that it demands (`*.sarif`), when it demands exactly one.
    pub fn ending(&self) -> Option<String> {
        let leaf = self.text.rsplit('/').next()?;
        let (_, ending) = leaf.rsplit_once('.')?;
        let plain = !ending.is_empty() && ending.chars().all(char::is_alphanumeric);
        plain.then(|| ending.to_lowercase())
    }

    /// Where the file at `path` (below the folder, parts separated by `/`) goes; none when the
    /// pattern does not match it, or captures what cannot be a name.
    pub fn place(&self, path: &str) -> Option<Placed> {
        let path: Vec<char> = path.chars().collect();
        self.readings.iter().find_map(|tokens| {
            let mut walk = Walk { tokens, path: &path, dead: HashSet::new(), captured: Vec::new() };
            if !walk.fits(0, 0) {
                return None;
            }
            let mut placed = Placed::default();
            for (name, from, to) in walk.captured {
                let value: String = path[from..to].iter().collect();
                let value = value.trim().to_owned();
                let odd =
                    value.is_empty() || value == "." || value == ".." || value.contains(char::is_control);
                if odd || value.chars().count() > LONGEST_NAME {
                    return None;
                }
                match name {
                    Name::App => placed.application = Some(value),
                    Name::Branch => placed.branch = Some(value),
                }
            }
            Some(placed)
        })
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

fn wrong(message: impl Into<String>) -> Problem {
    Problem::bad_input(message)
        .hint("For example {app}/{branch}/*.sarif, or **/*.json with an application chosen for all.")
        .with("field", "pattern")
}

fn count(tokens: &[Token], wanted: Name) -> usize {
    tokens.iter().filter(|token| matches!(token, Token::Name { name, .. } if *name == wanted)).count()
}

/// `{app}`, `{branch**}` or a list; what it may stand for, and the text behind it.
fn braces(rest: &str) -> Result<(Vec<Vec<Token>>, &str), Problem> {
    let Some((inside, after)) = rest[1..].split_once('}') else {
        return Err(wrong("A «{» in the pattern is never closed."));
    };
    let (word, deep) = inside.strip_suffix("**").map_or((inside, false), |word| (word, true));
    let one = |name| Ok((vec![vec![Token::Name { name, deep }]], after));
    match word.trim().to_lowercase().as_str() {
        "app" | "application" => one(Name::App),
        "branch" => one(Name::Branch),
        _ if inside.contains(',') && !inside.contains(['{', '*', '?', '/']) => {
            let choices = inside.split(',').map(|choice| choice.trim().chars().map(Token::Char).collect());
            Ok((choices.collect(), after))
        }
        _ => Err(wrong(format!(
            "The pattern names {{{inside}}}, which is neither {{app}} nor {{branch}} nor a list like {{sarif,json}}."
        ))),
    }
}

fn stars(rest: &str) -> (Vec<Vec<Token>>, &str) {
    let one = |token, length: usize| (vec![vec![token]], &rest[length..]);
    if rest.starts_with("**/") {
        one(Token::Folders, 3)
    } else if rest.starts_with("**") {
        one(Token::Deep, 2)
    } else {
        one(Token::Any, 1)
    }
}

/// One matching under way.
struct Walk<'a> {
    tokens: &'a [Token],
    path: &'a [char],
    /// From here on (token, character) nothing fits: no place is tried twice.
    dead: HashSet<(usize, usize)>,
    captured: Vec<(Name, usize, usize)>,
}

impl Walk<'_> {
    fn fits(&mut self, token: usize, at: usize) -> bool {
        let Some(now) = self.tokens.get(token) else { return at == self.path.len() };
        if self.dead.contains(&(token, at)) {
            return false;
        }
        let fits = match now {
            Token::Char(wanted) => {
                self.path.get(at).is_some_and(|found| same(*wanted, *found)) && self.fits(token + 1, at + 1)
            }
            Token::One => self.path.get(at).is_some_and(|c| *c != '/') && self.fits(token + 1, at + 1),
            Token::Any => self.longer(token, at, at, false, None),
            Token::Deep => self.longer(token, at, at, true, None),
            Token::Folders => self.folders(token, at),
            Token::Name { name, deep } => self.longer(token, at, at + 1, *deep, Some(*name)),
        };
        if !fits {
            self.dead.insert((token, at));
        }
        fits
    }

    /// The token takes what lies between `at` and some place from `least` on.
    fn longer(&mut self, token: usize, at: usize, least: usize, deep: bool, name: Option<Name>) -> bool {
        let mut to = at;
        loop {
            if to >= least && self.fits(token + 1, to) {
                if let Some(name) = name {
                    self.captured.push((name, at, to));
                }
                return true;
            }
            match self.path.get(to) {
                Some('/') if !deep => return false,
                Some(_) => to += 1,
                None => return false,
            }
        }
    }

    fn folders(&mut self, token: usize, at: usize) -> bool {
        if self.fits(token + 1, at) {
            return true;
        }
        for to in at..self.path.len() {
            if self.path[to] == '/' && self.fits(token + 1, to + 1) {
                return true;
            }
        }
        false
    }
}

fn same(one: char, other: char) -> bool {
    one == other || one.to_lowercase().eq(other.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `app @ branch`, `-` where one is not captured.
    fn place(pattern: &str, path: &str) -> Option<String> {
        let placed = Pattern::parse(pattern).unwrap().place(path)?;
        let word = |name: Option<String>| name.unwrap_or_else(|| "-".to_owned());
        Some(format!("{} @ {}", word(placed.application), word(placed.branch)))
    }

    #[test]
    fn a_path_tells_application_and_branch() {
        let table = [
            ("{app}/{branch}/*.sarif", "shop/main/semgrep.sarif", Some("shop @ main")),
            ("{app}/{branch}/*.sarif", "shop/main/deeper/semgrep.sarif", None),
            ("{app}/{branch}/*.sarif", "shop/semgrep.sarif", None),
            ("{app}/{branch**}/*.sarif", "shop/feature/login/a.sarif", Some("shop @ feature/login")),
            ("{app}/**/*.sarif", "shop/a.sarif", Some("shop @ -")),
            ("{app}/**/*.sarif", "shop/2026/11/a.sarif", Some("shop @ -")),
            ("{app}-{branch}.json", "shop-api-main.json", Some("shop @ api-main")),
            ("**", "anything/at/all.xml", Some("- @ -")),
            ("**/*.{sarif,json}", "a/b/c.JSON", Some("- @ -")),
            ("**/*.{sarif,json}", "a/b/c.xml", None),
            ("reports/*", "reports/a", Some("- @ -")),
            ("reports/*", "reports/a/b", None),
            ("scan-?.csv", "scan-1.csv", Some("- @ -")),
            ("scan-?.csv", "scan-12.csv", None),
            ("{App}\\*.sarif", "Größe/a.SARIF", Some("Größe @ -")),
            ("./{app}/*", "shop/x", Some("shop @ -")),
        ];
        for (pattern, path, wanted) in table {
            assert_eq!(place(pattern, path).as_deref(), wanted, "«{path}» by «{pattern}»");
        }
    }

    #[test]
    fn a_path_that_cannot_be_a_name_goes_nowhere() {
        assert_eq!(place("{app}/*.sarif", " /a.sarif"), None, "blank is no name");
        assert_eq!(place("{app}/*.sarif", "../a.sarif"), None, "nor is the folder above");
        assert_eq!(place("{app}/*.sarif", "a\u{7}b/a.sarif"), None, "nor what cannot be printed");
        let long = format!("{}/a.sarif", "x".repeat(201));
        assert_eq!(place("{app}/*.sarif", &long), None, "nor what is longer than a name may be");
    }

    #[test]
    fn a_pattern_that_cannot_be_meant_is_refused_in_words() {
        for (pattern, says) in [
            ("", "empty"),
            ("{app", "never closed"),
            ("{team}/*.sarif", "{team}"),
            ("{app}/{app}.sarif", "twice"),
            ("{a,b,c,d,e}{a,b,c,d,e}{a,b,c,d,e}", "stand for"),
            (&"x".repeat(501), "longer"),
        ] {
            let problem = Pattern::parse(pattern).unwrap_err();
            assert!(problem.message.contains(says), "«{pattern}»: {problem}");
            assert_eq!(problem.context.get("field").map(String::as_str), Some("pattern"), "at its field");
        }
    }

    #[test]
    fn what_a_pattern_names_is_known_without_a_file() {
        let pattern = Pattern::parse("{app}/{branch}/*.sarif").unwrap();
        assert!(pattern.names_application() && pattern.names_branch(), "both are captured");
        assert_eq!(pattern.ending().as_deref(), Some("sarif"), "and it demands an ending");
        let pattern = Pattern::parse("**").unwrap();
        assert!(!pattern.names_application() && !pattern.names_branch(), "nothing is captured");
        assert_eq!(pattern.ending(), None, "and any ending does");
    }

    #[test]
    fn no_name_makes_matching_long() {
        let pattern = Pattern::parse(&"*a".repeat(40)).unwrap();
        let path = "a".repeat(400) + "b";
        assert_eq!(pattern.place(&path), None, "answered at once, though there are many ways to try");
    }
}
