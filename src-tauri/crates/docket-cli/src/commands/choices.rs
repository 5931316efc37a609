//! What a mapping chooses beyond labels, from `KEY=VALUE` words of the command line.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use docket_domain::{Guard, OwnPattern, Reason, Severity, Status, Template, ValueMap};

use crate::args::MappingFlags;
use crate::end::Failure;

/// `KEY=VALUE`, taken apart.
pub(super) fn pair<'a>(word: &'a str, flag: &str) -> Result<(&'a str, &'a str), Failure> {
    match word.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim(), value.trim())),
        _ => Err(Failure::usage(
            format!("«{word}» is not KEY=VALUE."),
            format!("Write it like this: {flag} key=value."),
        )),
    }
}

/// The tracker's own fields: `before` with what was set; an empty value takes one away.
pub(super) fn settings(
    before: BTreeMap<String, String>,
    words: &[String],
) -> Result<BTreeMap<String, String>, Failure> {
    let mut settings = before;
    for word in words {
        let (key, value) = pair(word, "--set")?;
        if value.is_empty() {
            settings.remove(key);
        } else {
            settings.insert(key.to_owned(), value.to_owned());
        }
    }
    Ok(settings)
}

/// The severities' field and values after the flags; `None` when no flag speaks of them.
pub(super) fn severity(before: &ValueMap, flags: &MappingFlags) -> Result<Option<ValueMap>, Failure> {
    if flags.severity_field.is_none() && flags.severities.is_empty() && !flags.invert_severities {
        return Ok(None);
    }
    let known = |key: &str| key.parse::<Severity>().map(Severity::as_str);
    let mut map = changed(before, flags.severity_field.as_ref(), &flags.severities, "--severity", known)?;
    if flags.invert_severities {
        map = map.turned_round();
    }
    Ok(Some(map))
}

/// The statuses' field and values after the flags; `None` when no flag speaks of them.
pub(super) fn status(before: &ValueMap, flags: &MappingFlags) -> Result<Option<ValueMap>, Failure> {
    if flags.status_field.is_none() && flags.statuses.is_empty() {
        return Ok(None);
    }
    let known = |key: &str| {
        let reason = || key.parse::<Reason>().map(Reason::as_str);
        key.parse::<Status>().map(Status::as_str).or_else(|problem| {
            reason().map_err(|of_reason| problem.hint(format!("Or a finer reason: {}", of_reason.message)))
        })
    };
    changed(before, flags.status_field.as_ref(), &flags.statuses, "--status", known).map(Some)
}

fn changed(
    before: &ValueMap,
    field: Option<&String>,
    words: &[String],
    flag: &str,
    known: impl Fn(&str) -> Result<&'static str, docket_domain::Problem>,
) -> Result<ValueMap, Failure> {
    let mut map = before.clone();
    if let Some(field) = field {
        field.trim().clone_into(&mut map.field);
    }
    for word in words {
        let (key, value) = pair(word, flag)?;
        let key = known(key)?;
        if value.is_empty() {
            map.values.remove(key);
        } else {
            map.values.insert(key.to_owned(), value.to_owned());
        }
    }
    Ok(map)
}

/// How issues are written after the flags; `None` when no flag speaks of it.
pub(super) fn template(before: Template, flags: &MappingFlags) -> Result<Option<Template>, Failure> {
    if flags.title_template.is_none() && flags.heading.is_none() && flags.body_template.is_none() {
        return Ok(None);
    }
    let body = match (&flags.body_template, flags.heading.as_deref().map(str::trim)) {
        (Some(file), _) => written_in(file)?,
        (None, Some("")) => String::new(),
        (None, Some(heading)) => format!("{heading}\n\n{}", docket_domain::template::BESIDE),
        (None, None) => before.body,
    };
    Ok(Some(Template { title: flags.title_template.clone().unwrap_or(before.title), body }))
}

/// The template in a file; `-` is standard input.
pub(super) fn written_in(file: &Path) -> Result<String, Failure> {
    text_in(file, "template", 1_000_000)
}

/// The text of a file of at most so many bytes; `-` is standard input. `what` it is, for people.
pub(super) fn text_in(file: &Path, what: &str, most: u64) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().take(most + 1).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(most + 1).read_to_string(&mut text))
    };
    read.map_err(|error| {
        Failure::usage(
            format!("The {what} cannot be read from {}: {error}.", file.display()),
            "Name a file of text, or - for standard input.",
        )
    })?;
    if text.len() as u64 > most {
        return Err(Failure::usage(
            format!("The {what} in {} is larger than {most} bytes.", file.display()),
            "Name the right file, or make it shorter.",
        ));
    }
    Ok(text)
}

/// What must not leave this computer after the flags; `None` when no flag speaks of it.
pub(super) fn guard(before: &Guard, flags: &MappingFlags) -> Result<Option<Guard>, Failure> {
    let silent = flags.guard_off.is_empty()
        && flags.guard_on.is_empty()
        && flags.guard_allow.is_empty()
        && flags.guard_disallow.is_empty()
        && flags.guard_pattern.is_empty();
    if silent {
        return Ok(None);
    }
    let mut guard = before.clone();
    guard.off.extend(&flags.guard_off);
    guard.off.retain(|class| !flags.guard_on.contains(class));
    guard.allowed.extend(flags.guard_allow.iter().cloned());
    for gone in &flags.guard_disallow {
        let before = guard.allowed.len();
        guard.allowed.retain(|entry| !entry.eq_ignore_ascii_case(gone.trim()));
        if guard.allowed.len() == before {
            return Err(Failure::usage(
                format!("«{gone}» is not among the allowed texts."),
                format!("Allowed are: {}.", guard.allowed.join(", ")),
            ));
        }
    }
    for word in &flags.guard_pattern {
        let (name, pattern) = pair(word, "--guard-pattern")?;
        guard.patterns.retain(|one| one.name != name);
        if !pattern.is_empty() {
            guard.patterns.push(OwnPattern { name: name.to_owned(), pattern: pattern.to_owned() });
        }
    }
    Ok(Some(guard))
}
