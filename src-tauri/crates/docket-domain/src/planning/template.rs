//! A person's own way of writing an issue: `{words}` in braces stand for what the findings of
//! a group have in common.
//!
//! Invariant: what has no common value becomes nothing, and the spaces and brackets around it
//! go with it; a word that is no placeholder stays as it is written.

use std::collections::BTreeSet;

use crate::mapping::Template;
use crate::member::Member;
use crate::plan::Group;
use crate::problem::Problem;

/// Every placeholder, with what it stands for.
pub const PLACEHOLDERS: &[(&str, &str)] = &[
    ("title", "the title that Docket would write"),
    ("severity", "the highest severity of the findings"),
    ("rule", "the rule, when all findings have the same"),
    ("application", "the application"),
    ("tool", "the tool, when all findings are of the same"),
    ("component", "the component, when all findings are in the same"),
    ("cve", "the CVE, when all findings have the same"),
    ("count", "the number of findings"),
];

/// Refuses a template that names something that is not a placeholder.
///
/// # Errors
/// The word, and every word that is known.
pub fn check(template: &Template) -> Result<(), Problem> {
    for (field, pattern) in [("title", &template.title), ("heading", &template.heading)] {
        for part in parts(pattern) {
            if let Part::Unknown(word) = part {
                let known: Vec<String> = PLACEHOLDERS.iter().map(|(name, _)| format!("{{{name}}}")).collect();
                return Err(Problem::bad_input(format!("«{{{word}}}» in the template stands for nothing."))
                    .hint(format!("Known are {}.", known.join(", ")))
                    .with("field", format!("template_{field}")));
            }
        }
    }
    Ok(())
}

/// The title after a template; `None` when there is none, or when nothing would be left. Values
/// pass through `guarded` before they are put in, the whole through `written`.
pub fn title(
    template: &Template,
    group: &Group,
    members: &[Member],
    mut guarded: impl FnMut(&str) -> String,
    written: impl FnOnce(&str) -> String,
) -> Option<String> {
    if template.title.trim().is_empty() {
        return None;
    }
    let own = if let [only] = members
        && group.findings.len() <= 1
    {
        only.title.clone()
    } else {
        group.title.clone()
    };
    let filled = fill(&template.title, |word| guarded(&value(word, &own, group, members)));
    let filled = tidied(&filled);
    (!filled.is_empty()).then(|| written(&filled))
}

/// The text at the head of Docket's part; values are made harmless by `inert`, the pattern is
/// the person's own Markdown. Empty when there is none.
pub fn heading(
    template: &Template,
    group: &Group,
    members: &[Member],
    mut inert: impl FnMut(&str) -> String,
) -> String {
    let filled = fill(&template.heading, |word| inert(&value(word, &group.title, group, members)));
    filled.trim().to_owned()
}

enum Part<'a> {
    Text(&'a str),
    Word(&'a str),
    Unknown(&'a str),
}

fn parts(pattern: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        let Some(close) = from.find('}') else { break };
        let word = &from[1..close];
        if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            // Braces that are no placeholder, as in code.
            parts.push(Part::Text(&rest[..=open]));
            rest = &rest[open + 1..];
            continue;
        }
        parts.push(Part::Text(before));
        parts.push(if PLACEHOLDERS.iter().any(|(name, _)| *name == word) {
            Part::Word(word)
        } else {
            Part::Unknown(word)
        });
        rest = &from[close + 1..];
    }
    parts.push(Part::Text(rest));
    parts
}

fn fill(pattern: &str, mut value: impl FnMut(&str) -> String) -> String {
    parts(pattern)
        .into_iter()
        .map(|part| match part {
            Part::Text(text) => text.to_owned(),
            Part::Word(word) => value(word),
            Part::Unknown(word) => format!("{{{word}}}"),
        })
        .collect()
}

fn value(word: &str, own: &str, group: &Group, members: &[Member]) -> String {
    let common = |of: &dyn Fn(&Member) -> Option<String>| -> String {
        let all: BTreeSet<Option<String>> = members.iter().map(of).collect();
        match (all.len(), all.into_iter().next()) {
            (1, Some(Some(only))) => only,
            _ => String::new(),
        }
    };
    match word {
        "title" => own.to_owned(),
        "severity" => {
            let highest = members.iter().map(|member| member.severity).min();
            highest.map_or(group.severity, |highest| highest.min(group.severity)).label().to_owned()
        }
        "rule" => common(&|member| Some(member.rule.clone())),
        "application" => group.applications.join(", "),
        "tool" => common(&|member| Some(member.tool.clone())),
        "component" => common(&|member| member.component.as_ref().map(|component| component.name.clone())),
        "cve" => common(&|member| {
            member.identifiers.iter().find(|id| id.value.starts_with("CVE-")).map(|id| id.value.clone())
        }),
        "count" => group.findings.len().max(members.len()).to_string(),
        _ => String::new(),
    }
}

/// Without empty brackets and doubled spaces that a missing value left behind.
fn tidied(text: &str) -> String {
    let mut text = text.to_owned();
    for empty in ["[]", "()", "«»", "[ ]", "( )"] {
        text = text.replace(empty, "");
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_matches([' ', ':', '-', '·', ',']).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planning::tests::mapping;
    use crate::render::tests::member;
    use crate::text::{Flavour, title_for};

    fn group_of(members: &[Member]) -> Group {
        Group {
            values: Vec::new(),
            title: "What they share".to_owned(),
            findings: members.iter().map(|one| one.id).collect(),
            severity: members.iter().map(|one| one.severity).min().unwrap(),
            applications: vec!["shop".to_owned()],
        }
    }

    fn titled(pattern: &str, members: &[Member]) -> Option<String> {
        let template = Template { title: pattern.to_owned(), ..mapping().template };
        let written = |title: &str| title_for(Flavour::GitHub, title, 60);
        title(&template, &group_of(members), members, str::to_owned, written)
    }

    #[test]
    fn what_findings_have_in_common_is_filled_in_and_the_rest_leaves_no_gap() {
        let (one, other) = (member(1), Member { rule: "other".to_owned(), ..member(2) });
        let same = titled("[{rule}] {count} × {severity}", &[one.clone(), one.clone()]).unwrap();
        assert_eq!(same, format!("[{}] 2 × {}", one.rule, one.severity.label()), "common values");
        let mixed = titled("[{rule}] {count} × {severity}", &[one, other]).unwrap();
        assert!(mixed.starts_with("2 ×"), "two rules: the brackets go with the missing value: {mixed}");
        assert_eq!(titled("  ", &[member(1)]), None, "no pattern, no title of its own");
    }

    #[test]
    fn a_long_title_is_cut_and_hostile_values_stay_one_line() {
        let nasty = Member { title: format!("a\nb {}", "x".repeat(500)), ..member(1) };
        let title = titled("Security: {title}", &[nasty]).unwrap();
        assert!(title.chars().count() <= 60 && !title.contains('\n'), "one line within the limit: {title}");
    }

    #[test]
    fn an_unknown_word_is_refused_by_name_and_braces_of_code_are_not() {
        let template = Template { title: "{severty} {title}".to_owned(), heading: String::new() };
        let problem = check(&template).unwrap_err();
        assert!(problem.message.contains("{severty}"), "names it: {problem}");
        assert!(problem.hint.unwrap().contains("{severity}"), "and says what there is");
        let code = Template { title: String::new(), heading: "fn main() { body } {}".to_owned() };
        assert!(check(&code).is_ok(), "braces with spaces are no placeholders");
        assert_eq!(
            heading(&code, &group_of(&[member(1)]), &[], str::to_owned),
            "fn main() { body } {}",
            "kept"
        );
    }
}
