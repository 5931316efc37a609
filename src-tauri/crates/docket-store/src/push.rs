//! What a push needs to know of a target: links and markers there, and what was seen of its
//! issues.

use std::collections::HashMap;

use docket_domain::group::GroupBy;
use docket_domain::member::{Candidate, manager_of, rule_words, vulnerability_of, weakness_of};
use docket_domain::planning::{Known, Linked};
use docket_domain::{
    ApplicationId, ConnectionId, FindingId, GroupKey, Identifier, IssueRef, IssueSeen, IssueState, Marker,
    Problem, Rule, Selection, Severity,
};
use rusqlite::Row;
use rusqlite::types::Value;

use crate::access::{Read, Tx, from_json, json, word, word_opt};
use crate::body_block::BODY;
use crate::filter::Filter;
use crate::marker_index;

/// Every link of findings to issues of a target, open or closed.
pub fn links_of_target(
    read: &Read<'_>,
    connection: ConnectionId,
    target: &str,
) -> Result<Vec<Linked>, Problem> {
    read.all(
        "SELECT l.finding, f.status, i.target, i.number, i.stable_id, i.url, i.state, i.marker, i.ours, \
         i.attached FROM issue i JOIN link l ON l.issue = i.id JOIN finding f ON f.id = l.finding \
         WHERE i.connection = ?1 AND i.target = ?2 ORDER BY i.id, l.finding",
        (connection.0, target),
        |row| {
            Ok(Linked {
                finding: FindingId(row.get("finding")?),
                issue: IssueRef {
                    target: row.get("target")?,
                    number: row.get("number")?,
                    stable_id: row.get("stable_id")?,
                    url: row.get("url")?,
                },
                state: from_json(row, "state")?,
                marker: Some(word(row, "marker")?),
                status: word(row, "status")?,
                ours: row.get("ours")?,
                attached: word_opt(row, "attached")?,
            })
        },
    )
}

/// Every marker seen in a target, with the lowest-numbered issue that carries it; an open
/// one goes before a closed one.
pub fn known_markers(
    read: &Read<'_>,
    connection: ConnectionId,
    target: &str,
) -> Result<Vec<(Marker, Known)>, Problem> {
    read.all(
        "SELECT t.marker, t.issue, t.state, coalesce(i.ours, 0) AS ours FROM target_marker t \
         LEFT JOIN issue i ON i.connection = t.connection AND i.target = t.target AND i.number = t.number \
         WHERE t.connection = ?1 AND t.target = ?2 \
         ORDER BY t.marker, json_extract(t.state, '$.type') <> 'open', length(t.number), t.number",
        (connection.0, target),
        |row| {
            Ok((
                word(row, "marker")?,
                Known {
                    issue: from_json(row, "issue")?,
                    state: from_json(row, "state")?,
                    ours: row.get("ours")?,
                },
            ))
        },
    )
    .map(|mut rows: Vec<(Marker, Known)>| {
        rows.dedup_by(|later, first| later.0 == first.0);
        rows
    })
}

/// Notes what was seen of a target's issues: the markers in their texts, and title and state
/// of those that Docket knows. A marker that stood in an issue and no longer does is forgotten.
pub fn note_seen(
    tx: &Tx<'_>,
    connection: ConnectionId,
    target: &str,
    issues: &[IssueSeen],
) -> Result<(), Problem> {
    for seen in issues {
        forget_markers(tx, connection, target, &seen.issue)?;
        tx.execute(
            "INSERT INTO target_issue (connection, target, number, title, issue, state, updated) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET title = excluded.title, \
             issue = excluded.issue, state = excluded.state, updated = excluded.updated",
            (
                connection.0,
                target,
                &seen.issue.number,
                &seen.title,
                json(&seen.issue)?,
                json(&seen.state)?,
                seen.updated.0,
            ),
        )?;
        for marker in Marker::find_all(&seen.body) {
            marker_index::note(tx, connection, target, &marker, &seen.issue, &seen.state)?;
        }
        let changed = tx.execute(
            "UPDATE issue SET title = ?4, state = ?5, seen = ?6, url = ?7, stable_id = coalesce(?8, stable_id), \
             ours = ours AND json_extract(?5, '$.type') = 'closed' WHERE connection = ?1 AND target = ?2 AND number = ?3",
            (
                connection.0,
                target,
                &seen.issue.number,
                &seen.title,
                json(&seen.state)?,
                tx.now().0,
                &seen.issue.url,
                &seen.issue.stable_id,
            ),
        )?;
        if changed > 0 {
            tx.touch_findings();
        }
    }
    Ok(())
}

/// Notes what has become of an issue that was asked for by its number. A deleted one carries
/// no markers any more; one that was moved or is hidden keeps them, so that it is not filed
/// again.
pub fn note_state(
    tx: &Tx<'_>,
    connection: ConnectionId,
    target: &str,
    issue: &IssueRef,
    state: &IssueState,
) -> Result<(), Problem> {
    if *state == IssueState::Deleted {
        forget_markers(tx, connection, target, issue)?;
    }
    let state = json(state)?;
    tx.execute(
        "UPDATE target_marker SET state = ?4, seen = ?5 WHERE connection = ?1 AND target = ?2 AND number = ?3",
        (connection.0, target, &issue.number, &state, tx.now().0),
    )?;
    tx.execute(
        "UPDATE target_issue SET state = ?4 WHERE connection = ?1 AND target = ?2 AND number = ?3",
        (connection.0, target, &issue.number, &state),
    )?;
    let changed = tx.execute(
        "UPDATE issue SET state = ?4, seen = ?5, ours = ours AND json_extract(?4, '$.type') = 'closed' \
         WHERE connection = ?1 AND target = ?2 AND number = ?3",
        (connection.0, target, &issue.number, &state, tx.now().0),
    )?;
    if changed > 0 {
        tx.touch_findings();
    }
    Ok(())
}

/// An issue of a target by its title, as it was last seen.
#[derive(Debug, Clone, PartialEq)]
pub struct TitledIssue {
    /// The issue.
    pub issue: IssueRef,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: IssueState,
}

/// Issues of a target whose titles have every one of `words` in them, in any case; open ones
/// first, then the latest changed. As far as the target was looked through.
pub fn titled(
    read: &Read<'_>,
    connection: ConnectionId,
    target: &str,
    words: &[&str],
    limit: u32,
) -> Result<Vec<TitledIssue>, Problem> {
    let mut text =
        "SELECT issue, title, state FROM target_issue WHERE connection = ? AND target = ?".to_owned();
    let mut params: Vec<Value> = vec![connection.0.into(), target.to_owned().into()];
    for word in words {
        text.push_str(" AND title LIKE ? ESCAPE '\\'");
        let escaped = word.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
        params.push(format!("%{escaped}%").into());
    }
    text.push_str(" ORDER BY json_extract(state, '$.type') <> 'open', updated DESC, number LIMIT ?");
    params.push(i64::from(limit).into());
    read.all(&text, rusqlite::params_from_iter(&params), |row| {
        Ok(TitledIssue {
            issue: from_json(row, "issue")?,
            title: row.get("title")?,
            state: from_json(row, "state")?,
        })
    })
}

/// Forgets that an issue carries markers (it is gone, or its text was changed).
pub fn forget_markers(
    tx: &Tx<'_>,
    connection: ConnectionId,
    target: &str,
    issue: &IssueRef,
) -> Result<(), Problem> {
    tx.execute(
        "DELETE FROM target_marker WHERE connection = ?1 AND target = ?2 AND number = ?3",
        (connection.0, target, &issue.number),
    )
    .map(drop)
}

/// Every finding of a selection, as light as planning allows, most severe first, with what
/// `by` groups by.
pub fn candidates(read: &Read<'_>, selection: &Selection, by: &GroupBy) -> Result<Vec<Candidate>, Problem> {
    let filter = crate::findings::filter(read, selection)?;
    let mut rules: HashMap<(String, String), Option<String>> = HashMap::new();
    let keys = by.effective_keys();
    // Read only where it is asked for: it lies in the large part of a finding.
    let fixed = if keys.contains(&GroupKey::FixedVersion) {
        format!(
            "(SELECT json_extract({BODY}, '$.component.fixed_version') FROM finding_body b WHERE b.finding = f.id)"
        )
    } else {
        "NULL".to_owned()
    };
    let (asked, mut params) = match by.asked() {
        Some(query) => {
            let asked = Filter::new(&crate::findings::parse(query)?, None, read.now());
            (format!("CASE WHEN {} THEN 1 ELSE 0 END", asked.text), asked.params)
        }
        None => ("NULL".to_owned(), Vec::new()),
    };
    let text = format!(
        "SELECT {asked} AS matches, f.id, f.identity, f.severity, f.status, f.title, f.rule, f.tool, f.application, \
         a.name, f.component, f.purl, f.owner, f.path, f.line, {fixed} AS fixed_version, m.sha256, m.file, \
         (SELECT group_concat(i.scheme || char(31) || i.value, char(30)) FROM identifier i \
         WHERE i.finding = f.id) AS identifiers FROM finding f JOIN application a ON a.id = f.application \
         LEFT JOIN import m ON m.id = f.first_import WHERE {} ORDER BY f.severity, f.id",
        filter.text
    );
    params.extend(filter.params);
    let mut out = read.all(&text, rusqlite::params_from_iter(&params), read_candidate)?;
    for candidate in &mut out {
        let (Some(tool), Some(rule)) = (&candidate.tool, &candidate.rule) else { continue };
        let key = (tool.clone(), rule.clone());
        if !rules.contains_key(&key) {
            let known: Option<Rule> =
                read.first("SELECT body FROM rule WHERE tool = ?1 AND id = ?2", (tool, rule), |row| {
                    from_json(row, "body")
                })?;
            rules.insert(key.clone(), known.as_ref().and_then(rule_words).map(str::to_owned));
        }
        candidate.rule_title = rules.get(&key).cloned().flatten();
    }
    Ok(out)
}

fn read_candidate(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    let filled = |column: &str| row.get::<_, String>(column).map(|text| (!text.is_empty()).then_some(text));
    let purl: String = row.get("purl")?;
    let line: u32 = row.get("line")?;
    let listed: Option<String> = row.get("identifiers")?;
    let identifiers: Vec<Identifier> = listed
        .iter()
        .flat_map(|list| list.split('\u{1e}'))
        .filter_map(|pair| pair.split_once('\u{1f}'))
        .map(|(scheme, value)| Identifier { scheme: scheme.to_owned(), value: value.to_owned() })
        .collect();
    Ok(Candidate {
        id: FindingId(row.get("id")?),
        identity: docket_domain::identity::hex(&row.get::<_, Vec<u8>>("identity")?),
        severity: Severity::from_rank(row.get("severity")?),
        status: word(row, "status")?,
        title: row.get("title")?,
        rule: filled("rule")?,
        rule_title: None,
        tool: filled("tool")?,
        application: ApplicationId(row.get("application")?),
        application_name: row.get("name")?,
        component: filled("component")?,
        component_version: version_of(&purl),
        fixed_version: row.get::<_, Option<String>>("fixed_version")?.filter(|text| !text.is_empty()),
        path: filled("path")?,
        line: (line > 0).then_some(line),
        cve: vulnerability_of(&identifiers).map(str::to_owned),
        cwe: weakness_of(&identifiers),
        package_manager: manager_of(&purl),
        owner: filled("owner")?,
        import: row.get::<_, Option<String>>("sha256")?.zip(row.get("file")?),
        matches: row.get("matches")?,
    })
}

/// The version in a package URL: what stands between `@` and the qualifiers.
fn version_of(purl: &str) -> Option<String> {
    let head = purl.split(['?', '#']).next()?;
    let (_, version) = head.rsplit_once('@')?;
    (!version.is_empty()).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::version_of;

    #[test]
    fn a_package_urls_version_ends_before_its_qualifiers() {
        assert_eq!(version_of("pkg:npm/lodash@4.17.20?x=1#p").as_deref(), Some("4.17.20"), "between @ and ?");
        assert_eq!(version_of("pkg:npm/lodash"), None, "none given");
    }
}
