//! What a person chose: which classes are looked for, what is allowed, patterns of their own.

use regex::{Regex, RegexBuilder};

use super::LeakClass;
use crate::problem::Problem;

/// Longest pattern and allowed text, characters.
const LONGEST: usize = 500;
/// Most patterns, and most allowed texts.
const MOST_PATTERNS: usize = 50;
const MOST_ALLOWED: usize = 500;
/// What a compiled pattern may take, bytes.
const PATTERN_SIZE: usize = 1 << 20;

wire! {
    /// What is looked for in everything that a mapping sends, and what is allowed all the same.
    /// Without a choice everything is looked for.
    #[derive(Eq, Default)]
    pub struct Guard {
        /// Classes that are not looked for.
        #[serde(default)]
        pub off: Vec<LeakClass>,
        /// Texts that may be sent: exact, or with `*` (any characters) and `?` (one). Capitals do
        /// not matter.
        #[serde(default)]
        pub allowed: Vec<String>,
        /// Further things to take out.
        #[serde(default)]
        pub patterns: Vec<OwnPattern>,
    }
}

wire! {
    /// A pattern of a person's own.
    #[derive(Eq, Default)]
    pub struct OwnPattern {
        /// What it finds, for people; empty: the pattern itself.
        #[serde(default)]
        pub name: String,
        /// A regular expression.
        pub pattern: String,
    }
}

impl Guard {
    /// Without blanks at the ends, empty entries and doubles; classes in their order.
    #[must_use]
    pub fn tidied(&self) -> Self {
        let off = LeakClass::ALL.iter().copied().filter(|class| self.off.contains(class)).collect();
        let mut allowed: Vec<String> = Vec::new();
        for entry in self.allowed.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty()) {
            if !allowed.iter().any(|known| known.eq_ignore_ascii_case(entry)) {
                allowed.push(entry.to_owned());
            }
        }
        let mut patterns: Vec<OwnPattern> = Vec::new();
        for one in self.patterns.iter().filter(|one| !one.pattern.trim().is_empty()) {
            if !patterns.iter().any(|known| known.pattern == one.pattern.trim()) {
                let pattern = one.pattern.trim().to_owned();
                patterns.push(OwnPattern { name: one.name.trim().to_owned(), pattern });
            }
        }
        Self { off, allowed, patterns }
    }

    /// Refuses what cannot be used.
    ///
    /// # Errors
    /// As for [`super::Sieve::new`].
    pub fn check(&self) -> Result<(), Problem> {
        super::Sieve::new(self).map(drop)
    }
}

/// A text that may be sent, with `*` and `?`.
#[derive(Debug, Clone)]
pub(super) struct Glob(Vec<char>);

impl Glob {
    /// Whether a text is allowed.
    pub fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
        let glob = &self.0;
        let (mut at, mut from) = (0, 0);
        // The last star, and how far the text went when it was met.
        let mut star: Option<(usize, usize)> = None;
        while from < text.len() {
            match glob.get(at) {
                Some('*') => {
                    star = Some((at, from));
                    at += 1;
                }
                Some(c) if *c == '?' || *c == text[from] => {
                    at += 1;
                    from += 1;
                }
                _ => match star {
                    Some((position, reached)) => {
                        star = Some((position, reached + 1));
                        at = position + 1;
                        from = reached + 1;
                    }
                    None => return false,
                },
            }
        }
        glob[at..].iter().all(|c| *c == '*')
    }
}

pub(super) fn globs(allowed: &[String]) -> Result<Vec<Glob>, Problem> {
    if allowed.len() > MOST_ALLOWED {
        return Err(Problem::bad_input(format!("There are more than {MOST_ALLOWED} allowed texts."))
            .hint("Use * for what differs, or switch the class off.")
            .with("field", "guard_allowed"));
    }
    allowed.iter().map(|entry| glob(entry)).collect()
}

fn glob(entry: &str) -> Result<Glob, Problem> {
    let refuse = |words: String, hint: &str| {
        Err(Problem::bad_input(words).hint(hint).with("field", "guard_allowed").with("entry", entry))
    };
    if entry.chars().count() > LONGEST {
        return refuse(
            format!("An allowed text is longer than {LONGEST} characters."),
            "Use * for its middle.",
        );
    }
    let letters = entry.chars().filter(|c| c.is_alphanumeric()).count();
    if entry.contains('*') && letters < 2 {
        return refuse(
            format!("«{entry}» would let nearly everything pass."),
            "Name more of the text, or switch the class off.",
        );
    }
    Ok(Glob(entry.chars().flat_map(char::to_lowercase).collect()))
}

pub(super) fn patterns(own: &[OwnPattern]) -> Result<Vec<(String, Regex)>, Problem> {
    if own.len() > MOST_PATTERNS {
        return Err(Problem::bad_input(format!("There are more than {MOST_PATTERNS} patterns."))
            .hint("Join some of them with |.")
            .with("field", "guard_patterns"));
    }
    own.iter().enumerate().map(|(at, one)| Ok((name_of(one), compiled(one, at)?))).collect()
}

fn name_of(one: &OwnPattern) -> String {
    if one.name.is_empty() { one.pattern.clone() } else { one.name.clone() }
}

/// The pattern, or what is wrong with it: `position` counts characters from 1.
fn compiled(one: &OwnPattern, at: usize) -> Result<Regex, Problem> {
    let shown = name_of(one);
    let refuse = |words: String| {
        Problem::bad_input(words).with("field", "guard_patterns").with("pattern", at).with("shown", &shown)
    };
    if one.pattern.chars().count() > LONGEST {
        return Err(refuse(format!("The pattern «{shown}» is longer than {LONGEST} characters.")));
    }
    if let Err(error) = regex_syntax::parse(&one.pattern) {
        let (offset, what) = match &error {
            regex_syntax::Error::Parse(error) => (error.span().start.offset, error.kind().to_string()),
            regex_syntax::Error::Translate(error) => (error.span().start.offset, error.kind().to_string()),
            other => (0, other.to_string()),
        };
        let position = one.pattern.get(..offset).map_or(0, |before| before.chars().count()) + 1;
        return Err(refuse(format!(
            "The pattern «{shown}» is not understood at character {position}: {what}."
        ))
        .hint("Put \\ in front of a sign that stands for itself, like \\( or \\.")
        .with("position", position));
    }
    let regex = RegexBuilder::new(&one.pattern).size_limit(PATTERN_SIZE).build().map_err(|_| {
        refuse(format!("The pattern «{shown}» grows too large.")).hint("Use smaller numbers of repetitions.")
    })?;
    if regex.is_match("") {
        return Err(refuse(format!("The pattern «{shown}» also finds nothing at all, everywhere."))
            .hint("Name at least one character that must be there: + in place of *."));
    }
    Ok(regex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_is_the_whole_text_and_capitals_do_not_matter() {
        for (entry, text, fits) in [
            ("docs.example.com", "Docs.Example.com", true),
            ("docs.example.com", "docs.example.com.evil", false),
            ("*.acme.internal", "a.b.acme.internal", true),
            ("*.acme.internal", "acme.internal", false),
            ("*@acme.com", "security@acme.com", true),
            ("10.0.?.1", "10.0.7.1", true),
            ("10.0.?.1", "10.0.77.1", false),
            ("a*b*c", "aXXbYYc", true),
            ("a*b*c", "aXXbYY", false),
        ] {
            assert_eq!(glob(entry).unwrap().fits(text), fits, "{entry} and {text}");
        }
    }

    #[test]
    fn an_entry_that_lets_everything_pass_is_refused() {
        for entry in ["*", "**", "*.*", "*@*", "?*"] {
            let problem = glob(entry).unwrap_err();
            assert!(problem.message.contains(entry), "names it: {problem}");
            assert_eq!(problem.context["field"], "guard_allowed", "for the form: {problem:?}");
        }
    }

    #[test]
    fn a_pattern_that_is_none_is_refused_with_its_place() {
        for (pattern, position) in [("ab(c", 3), ("[z-a]", 2), ("ä{2", 2), ("a**b\\", 5)] {
            let own = OwnPattern { name: "Tickets".to_owned(), pattern: pattern.to_owned() };
            let problem = compiled(&own, 3).unwrap_err();
            assert!(problem.message.contains("Tickets"), "names it: {problem}");
            assert_eq!(problem.context["position"], position.to_string(), "in {pattern:?}: {problem}");
            assert_eq!(problem.context["pattern"], "3", "which of them");
        }
        for (pattern, word) in [("a*", "finds nothing"), ("(\\w{500}){500}", "too large")] {
            let own = OwnPattern { name: String::new(), pattern: pattern.to_owned() };
            let problem = compiled(&own, 0).unwrap_err();
            assert!(problem.message.contains(word), "{pattern}: {problem}");
        }
    }

    #[test]
    fn entries_are_trimmed_and_each_is_kept_once() {
        let pattern = |pattern: &str| OwnPattern { name: String::new(), pattern: pattern.to_owned() };
        let guard = Guard {
            off: vec![LeakClass::Mail, LeakClass::Host, LeakClass::Mail],
            allowed: vec![" a.lan ".to_owned(), "A.LAN".to_owned(), String::new()],
            patterns: vec![pattern("x1"), pattern(" x1 "), pattern("  ")],
        };
        let tidy = guard.tidied();
        assert_eq!(tidy.off, [LeakClass::Mail, LeakClass::Host], "in order");
        assert_eq!((tidy.allowed.len(), tidy.patterns.len()), (1, 1), "each once: {tidy:?}");
        assert_eq!(tidy.tidied(), tidy, "tidy stays tidy");
    }
}
