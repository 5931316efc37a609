//! One row in normal form.

use csv::ByteRecord;
use docket_domain::{
    Component, Endpoint, Evidence, FindingKind, Found, Location, Presence, Reference, Severity,
    SeveritySource, Suppression, SuppressionStatus,
};

use super::columns::{Columns, Field};
use crate::clean;
use crate::cvss;
use crate::evidence;
use crate::exploit;
use crate::fields::Notes;
use crate::identifiers::Identifiers;
use crate::make;
use crate::path;
use crate::words;

/// Reads one row; an error says why it cannot be read.
pub(super) fn found(columns: &Columns, row: &ByteRecord, notes: &mut Notes) -> Result<Found, String> {
    let description = columns.text(row, Field::Description).unwrap_or_default();
    let rule = columns.line(row, Field::Rule).unwrap_or_default();
    let title = columns
        .text(row, Field::Title)
        .map(|title| clean::title(&title))
        .or_else(|| Some(clean::title(clean::first_sentence(&description))).filter(|title| !title.is_empty()))
        .or_else(|| Some(clean::title(&rule)).filter(|title| !title.is_empty()))
        .ok_or("it has no title")?;
    let mut found = Found::new(rule, title);
    found.description =
        make::described([("", Some(description)), ("Impact", columns.text(row, Field::Impact))]);
    evidence::text(&mut found, "Steps to reproduce", columns.text(row, Field::Steps));
    evidence::exchange(&mut found, columns.text(row, Field::Request), columns.text(row, Field::Response));
    let payload = columns.text(row, Field::Payload);
    evidence::add(&mut found, Evidence { payload, ..Evidence::empty() });
    evidence::text(&mut found, "Evidence", columns.text(row, Field::Evidence));
    add_scores(&mut found, columns, row);
    rate(&mut found, columns, row, notes);
    found.locations.extend(location(columns, row, notes));
    found.component = component(columns, row);
    found.endpoint = endpoint(columns, row);
    let mut identifiers = Identifiers::default();
    identifiers.scan(&columns.all(row, Field::Identifiers));
    for field in [Field::Rule, Field::Title] {
        identifiers.scan(&columns.text(row, field).unwrap_or_default());
    }
    for part in columns.all(row, Field::Cwe).split([',', ';', '|', '\n']) {
        weaknesses(&mut identifiers, part);
    }
    found.identifiers = identifiers.into_vec();
    exploitation(&mut found, columns, row);
    found.remediation = columns.text(row, Field::Remediation);
    found.references = references(&columns.all(row, Field::References));
    found.tags = list(&columns.text(row, Field::Tags).unwrap_or_default());
    if let Some(print) = columns.line(row, Field::Fingerprint) {
        found.fingerprints.insert("id".to_owned(), print);
    }
    if let Some(issue) = columns.line(row, Field::Issue).filter(|issue| path::is_web(issue)) {
        found.tracked_in.push(path::without_login(&issue));
    }
    found.kind = kind(&found, columns.line(row, Field::Kind).as_deref(), notes);
    judge(&mut found, columns, row);
    Ok(found)
}

/// One weakness, or several numbers with blanks between.
fn weaknesses(identifiers: &mut Identifiers, part: &str) {
    if part.split_whitespace().all(|word| word.bytes().all(|b| b.is_ascii_digit())) {
        part.split_whitespace().for_each(|number| identifiers.cwe(number));
    } else {
        identifiers.cwe(part);
    }
}

fn add_scores(found: &mut Found, columns: &Columns, row: &ByteRecord) {
    for (field, score, version) in
        [(Field::Cvss, Field::Score, "3.1"), (Field::CvssV4, Field::ScoreV4, "4.0")]
    {
        let text = columns.text(row, field);
        let vector = text.as_deref().map(|text| text.trim_matches('"')).and_then(cvss::of_vector);
        // A column «CVSS» may hold the score itself.
        let number = |text: Option<String>| text.and_then(|text| text.replace(',', ".").parse::<f64>().ok());
        let score = number(columns.text(row, score)).or_else(|| number(text));
        let version = vector.as_ref().map_or_else(|| version.to_owned(), |vector| vector.version.clone());
        if let Some(vector) = vector {
            cvss::add_vector(&mut found.cvss, vector);
        }
        if let Some(score) = score {
            cvss::add_score(&mut found.cvss, &version, score);
        }
    }
    cvss::fill_scores(&mut found.cvss);
}

/// The chance of exploitation, and that it happens.
fn exploitation(found: &mut Found, columns: &Columns, row: &ByteRecord) {
    let number = |field| columns.text(row, field).and_then(|text| text.replace(',', ".").parse::<f64>().ok());
    let date = columns.line(row, Field::EpssDate);
    exploit::epss(found, number(Field::Epss), number(Field::EpssPercentile), date);
    let (added, due) = (columns.line(row, Field::KevDate), columns.line(row, Field::KevDue));
    let ransomware = columns.flag(row, Field::Ransomware);
    if columns.flag(row, Field::KnownExploited) || ransomware || added.is_some() || due.is_some() {
        exploit::exploited(found, None, added, due, ransomware);
    }
}

fn rate(found: &mut Found, columns: &Columns, row: &ByteRecord, notes: &mut Notes) {
    let raw = columns.line(row, Field::Severity);
    let known = raw.as_deref().and_then(words::severity_or_score);
    if let Some((severity, source)) = known {
        found.severity = severity;
        found.severity_source = source;
    } else if let Some(score) = cvss::leading_score(&found.cvss) {
        found.severity = Severity::from_score(score);
        found.severity_source = SeveritySource::Score;
        found.severity_raw = Some(score.to_string());
    } else if let Some(raw) = &raw {
        let message = format!(
            "«{}» is no severity that Docket knows; such rows are shown as unknown.",
            clean::title(raw)
        );
        notes.once("severity", message);
    }
    found.severity_raw = raw.or(found.severity_raw.take());
}

fn location(columns: &Columns, row: &ByteRecord, notes: &mut Notes) -> Option<Location> {
    let spelt = columns.line(row, Field::Path);
    let logical = columns.line(row, Field::Logical);
    if spelt.is_none() && logical.is_none() {
        return None;
    }
    let mut place = Location { logical, ..Location::nowhere() };
    place.start_line = ordinal(columns, row, Field::Line, notes);
    place.end_line = ordinal(columns, row, Field::EndLine, notes)
        .filter(|end| place.start_line.is_some_and(|s| s <= *end));
    place.start_column = ordinal(columns, row, Field::Column, notes);
    if let Some(spelt) = spelt {
        let (file, line) = match path_and_line(&spelt) {
            Some((file, line)) if place.start_line.is_none() => (file, Some(line)),
            _ => (spelt.as_str(), None),
        };
        place.start_line = place.start_line.or(line);
        let path = path::of_file_uri(file).map_or_else(
            || if path::scheme(file).is_some() { path::without_login(file) } else { path::normal(file) },
            |path| path::normal(&path),
        );
        place.uri = (path != spelt).then(|| spelt.clone());
        place.path = Some(path).filter(|path| !path.is_empty());
    }
    Some(place)
}

/// `src/a.c:12` as its two parts.
fn path_and_line(text: &str) -> Option<(&str, u32)> {
    let (file, line) = text.rsplit_once(':')?;
    let line = line.parse().ok().filter(|line| *line > 0)?;
    (file.len() > 1 && path::scheme(text).is_none()).then_some((file, line))
}

fn ordinal(columns: &Columns, row: &ByteRecord, field: Field, notes: &mut Notes) -> Option<u32> {
    let text = columns.line(row, field)?;
    let number = text.parse::<u32>().ok().or_else(|| text.strip_suffix(".0")?.parse().ok());
    if number.is_none() {
        notes.add(format!("«{}» is no line or column number; it was left out.", clean::title(&text)));
    }
    // 0 is how tables say that there is none.
    number.filter(|number| *number > 0)
}

fn component(columns: &Columns, row: &ByteRecord) -> Option<Component> {
    let purl = columns.line(row, Field::Purl).filter(|purl| purl.starts_with("pkg:"));
    Some(Component {
        name: columns.line(row, Field::Component).or_else(|| purl.clone())?,
        version: columns.line(row, Field::Version),
        fixed_version: columns.line(row, Field::FixedVersion),
        purl,
    })
}

fn endpoint(columns: &Columns, row: &ByteRecord) -> Option<Endpoint> {
    let url = columns.line(row, Field::Url).map(|url| path::without_login(&url));
    let given = columns.line(row, Field::Host);
    if url.is_none() && given.is_none() {
        return None;
    }
    let from_url = url.as_deref().and_then(|url| {
        // `example.com/x` and `127.0.0.1:80` are addresses too.
        path::host_and_port(url).or_else(|| path::host_and_port(&format!("http://{url}")))
    });
    let (host, port) = from_url.map_or((None, None), |(host, port)| (Some(host), port));
    Some(Endpoint {
        method: columns.line(row, Field::Method).map(|method| method.to_ascii_uppercase()),
        host: given.or(host),
        port: columns.line(row, Field::Port).and_then(|port| port.parse().ok()).or(port),
        parameter: columns.line(row, Field::Parameter),
        url,
    })
}

fn kind(found: &Found, said: Option<&str>, notes: &mut Notes) -> FindingKind {
    if let Some(said) = said {
        match said.parse() {
            Ok(kind) => return kind,
            Err(_) => notes
                .once("kind", format!("«{}» is no kind of finding; it was left out.", clean::title(said))),
        }
    }
    let is_web = found.endpoint.as_ref().is_some_and(|endpoint| endpoint.url.is_some());
    if found.component.is_some() {
        FindingKind::Dependency
    } else if is_web {
        FindingKind::Web
    } else if found.endpoint.is_some() {
        FindingKind::Host
    } else if found.locations.iter().any(|place| place.start_line.is_some()) {
        FindingKind::Code
    } else {
        FindingKind::Other
    }
}

fn list(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for part in text.split([',', ';', '|', '\n']) {
        if let Some(part) = clean::some_line(part)
            && !out.contains(&part)
        {
            out.push(part);
        }
    }
    out
}

fn references(text: &str) -> Vec<Reference> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '|' | '<' | '>'))
        .map(|part| part.trim_end_matches([',', ';']))
        .filter(|part| path::is_web(part))
        .map(|url| Reference { label: None, url: path::without_login(url) })
        .collect()
}

/// What was decided about the finding where the table comes from: proposals, never silent drops.
fn judge(found: &mut Found, columns: &Columns, row: &ByteRecord) {
    let justification = columns.text(row, Field::Justification);
    let mut propose = |kind: &str| {
        found.suppressions.push(Suppression {
            status: SuppressionStatus::Accepted,
            kind: kind.to_owned(),
            justification: justification.clone(),
        });
    };
    for (field, kind) in [
        (Field::FalsePositive, "false positive"),
        (Field::RiskAccepted, "risk accepted"),
        (Field::Duplicate, "duplicate"),
        (Field::OutOfScope, "out of scope"),
    ] {
        if columns.flag(row, field) {
            propose(kind);
        }
    }
    let status =
        columns.line(row, Field::Status).unwrap_or_default().to_ascii_lowercase().replace(['_', '-'], " ");
    match status.as_str() {
        "false positive" | "fp" => propose("false positive"),
        "risk accepted" | "accepted" | "accepted risk" | "wontfix" | "won't fix" | "wont fix" => {
            propose("risk accepted");
        }
        "ignored" | "suppressed" | "dismissed" | "not affected" | "out of scope" | "duplicate" => {
            propose(&status);
        }
        "closed" | "fixed" | "resolved" | "mitigated" | "done" | "remediated" => {
            found.presence = Presence::Absent;
        }
        _ => {}
    }
    if columns.flag(row, Field::Mitigated) {
        found.presence = Presence::Absent;
    }
}
