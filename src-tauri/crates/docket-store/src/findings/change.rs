//! Judging findings: whole selections in one transaction, counted by SQL, some thousands at a time so
//! that whoever listens hears how far it is.

use docket_domain::{ApplicationId, Assessment, Problem, Reason, Selection, Severity, Status, StatusSource};
use rusqlite::types::Value;
use rusqlite::{named_params, params_from_iter};

use super::select;
use crate::access::Tx;

/// Picked findings that are changed between two looks at whether to go on.
const STRIDE: i64 = 5_000;

/// The first and the last id of some picked findings.
pub(crate) type Stretch = (i64, i64);

/// Sets status and reason of every selected finding. Findings that have both already are
/// left alone unless a comment is given. A waiting proposal for the same status is settled
/// with it. Returns how many changed.
pub fn assess(
    tx: &Tx<'_>,
    selection: &Selection,
    status: Status,
    reason: Option<Reason>,
    comment: Option<&str>,
    author: Option<&str>,
) -> Result<u64, Problem> {
    Assessment::check(status, reason)?;
    let comment = comment.map(str::trim).filter(|c| !c.is_empty());
    collect(tx, selection)?;
    if comment.is_none() {
        tx.execute(
            "DELETE FROM picked WHERE id IN (SELECT f.id FROM finding f JOIN decision d ON d.id = f.decision \
             WHERE d.status = ?1 AND d.reason IS ?2)",
            (status.as_str(), reason.map(Reason::as_str)),
        )?;
    }
    let decision = decide(tx, status, reason, comment, StatusSource::Person, author)?;
    let text = words(status, reason, comment);
    let changed = in_stretches(tx, |stretch| {
        let changed = apply(tx, decision, status, reason, stretch)?;
        tell(tx, decision, &text, author, stretch)?;
        Ok(changed)
    })?;
    settle_proposals(tx, status, author)?;
    done(tx)?;
    Ok(changed)
}

/// Records a decision that findings can then rest on.
pub(crate) fn decide(
    tx: &Tx<'_>,
    status: Status,
    reason: Option<Reason>,
    comment: Option<&str>,
    source: StatusSource,
    author: Option<&str>,
) -> Result<i64, Problem> {
    tx.insert(
        "INSERT INTO decision (status, reason, comment, source, author, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (status.as_str(), reason.map(Reason::as_str), comment, source.as_str(), author, tx.now().0),
    )
}

/// Does `change` to one stretch of the picked findings after the other; the sum of what it answers.
pub(crate) fn in_stretches(
    tx: &Tx<'_>,
    mut change: impl FnMut(Stretch) -> Result<u64, Problem>,
) -> Result<u64, Problem> {
    let total = tx.number("SELECT count(*) FROM picked", [])? as u64;
    let (mut done, mut changed, mut behind) = (0, 0, i64::MIN);
    tx.tell(done, total)?;
    while done < total {
        let text = "SELECT min(id), max(id), count(*) FROM \
            (SELECT id FROM picked WHERE id > ?1 ORDER BY id LIMIT ?2)";
        let next =
            tx.first(text, (behind, STRIDE), |row| Ok(((row.get(0)?, row.get(1)?), row.get::<_, i64>(2)?)))?;
        let Some((stretch, count)) = next else { break };
        changed += change(stretch)?;
        behind = stretch.1;
        done += count as u64;
        tx.tell(done, total)?;
    }
    Ok(changed)
}

/// Makes the picked findings of a stretch rest on a decision. The status in force follows
/// `docket_domain::assessment::effective`.
pub(crate) fn apply(
    tx: &Tx<'_>,
    decision: i64,
    status: Status,
    reason: Option<Reason>,
    (first, last): Stretch,
) -> Result<u64, Problem> {
    let mut changed = 0;
    for present in [true, false] {
        let (status, reason) = docket_domain::assessment::effective(present, Some((status, reason)));
        changed += tx.execute(
            "UPDATE finding SET decision = ?1, status = ?2, reason = ?3 \
             WHERE present = ?4 AND id IN (SELECT id FROM picked WHERE id BETWEEN ?5 AND ?6)",
            (decision, status.as_str(), reason.map(Reason::as_str), present, first, last),
        )?;
    }
    Ok(changed)
}

fn tell(
    tx: &Tx<'_>,
    decision: i64,
    text: &str,
    author: Option<&str>,
    (first, last): Stretch,
) -> Result<(), Problem> {
    tx.execute(
        "INSERT INTO event (finding, at, event, text, source, author, decision) \
         SELECT id, :at, 'assessed', :text, :source, :author, :decision FROM picked \
         WHERE id BETWEEN :first AND :last",
        named_params! {
            ":at": tx.now().0, ":text": text, ":source": StatusSource::Person.as_str(),
            ":author": author, ":decision": decision, ":first": first, ":last": last,
        },
    )
    .map(drop)
}

pub(crate) fn words(status: Status, reason: Option<Reason>, comment: Option<&str>) -> String {
    let mut text = status.label().to_owned();
    if let Some(reason) = reason {
        text.push_str(" · ");
        text.push_str(reason.label());
    }
    if let Some(comment) = comment {
        text.push_str(": ");
        text.push_str(comment);
    }
    text
}

/// A person's own judgement answers a proposal that asks for the same.
fn settle_proposals(tx: &Tx<'_>, status: Status, author: Option<&str>) -> Result<(), Problem> {
    let settled = tx.execute(
        "UPDATE proposal SET state = 'accepted', settled = ?2, author = ?3 WHERE state = 'open' AND status = ?1 \
         AND finding IN (SELECT p.id FROM picked p JOIN finding f ON f.id = p.id WHERE f.proposals > 0)",
        (status.as_str(), tx.now().0, author),
    )?;
    if settled > 0 {
        tx.execute(
            "UPDATE finding SET proposals = (SELECT count(*) FROM proposal q WHERE q.finding = finding.id \
             AND q.state = 'open') WHERE proposals > 0 AND id IN (SELECT id FROM picked)",
            [],
        )?;
    }
    Ok(())
}

/// Sets the severity of every selected finding by hand, or with `None` gives the report's
/// back. The report's own stays stored and shown. Returns how many changed.
pub fn set_severity(
    tx: &Tx<'_>,
    selection: &Selection,
    severity: Option<Severity>,
    comment: Option<&str>,
    author: Option<&str>,
) -> Result<u64, Problem> {
    let own = severity.map(Severity::rank);
    collect(tx, selection)?;
    tx.execute(
        "DELETE FROM picked WHERE id IN (SELECT id FROM finding WHERE own_severity IS ?1 \
         AND id IN (SELECT id FROM picked))",
        [own],
    )?;
    let mut text = match severity {
        Some(severity) => format!("Severity set to {}", severity.label()),
        None => "Severity as the report says".to_owned(),
    };
    if let Some(comment) = comment.map(str::trim).filter(|c| !c.is_empty()) {
        text.push_str(": ");
        text.push_str(comment);
    }
    let changed = in_stretches(tx, |stretch| {
        note(tx, "severity", &text, author, stretch)?;
        tx.execute(
            "UPDATE finding SET own_severity = ?1, severity = coalesce(?1, report_severity) \
             WHERE id IN (SELECT id FROM picked WHERE id BETWEEN ?2 AND ?3)",
            (own, stretch.0, stretch.1),
        )
    })?;
    done(tx)?;
    Ok(changed)
}

/// Adds a comment to every selected finding. Returns how many.
pub fn comment(tx: &Tx<'_>, selection: &Selection, text: &str, author: Option<&str>) -> Result<u64, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::bad_input("The comment is empty."));
    }
    collect(tx, selection)?;
    let noted = in_stretches(tx, |stretch| note(tx, "comment", text, author, stretch))?;
    done(tx)?;
    Ok(noted)
}

fn note(
    tx: &Tx<'_>,
    event: &str,
    text: &str,
    author: Option<&str>,
    (first, last): Stretch,
) -> Result<u64, Problem> {
    tx.execute(
        "INSERT INTO event (finding, at, event, text, source, author) SELECT id, ?1, ?2, ?3, 'person', ?4 \
         FROM picked WHERE id BETWEEN ?5 AND ?6",
        (tx.now().0, event, text, author, first, last),
    )
}

/// Moves every selected finding to another application. A finding whose twin is there
/// already (the same identity in the same tool, branch and category) stays where it is.
/// Returns how many moved.
pub fn move_to(
    tx: &Tx<'_>,
    selection: &Selection,
    application: ApplicationId,
    author: Option<&str>,
) -> Result<u64, Problem> {
    let target = crate::applications::show(tx, application)?;
    collect(tx, selection)?;
    tx.execute(
        "DELETE FROM picked WHERE id IN (SELECT id FROM finding WHERE application = ?1 AND id IN (SELECT id FROM picked))",
        [application.0],
    )?;
    tx.execute(
        "INSERT OR IGNORE INTO scope (application, tool, branch, category) SELECT DISTINCT ?1, s.tool, s.branch, \
         s.category FROM scope s WHERE s.id IN (SELECT f.scope FROM finding f JOIN picked p ON p.id = f.id)",
        [application.0],
    )?;
    tx.conn
        .execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS destination (old INTEGER PRIMARY KEY, new INTEGER); DELETE FROM destination;",
        )
        .map_err(crate::fault::sql)?;
    tx.execute(
        "INSERT INTO destination SELECT o.id, n.id FROM scope o JOIN scope n ON n.application = ?1 AND n.tool = o.tool \
         AND n.branch = o.branch AND n.category = o.category \
         WHERE o.id IN (SELECT f.scope FROM finding f JOIN picked p ON p.id = f.id)",
        [application.0],
    )?;
    tx.execute(
        "DELETE FROM picked WHERE id IN (SELECT f.id FROM finding f JOIN picked p ON p.id = f.id \
         JOIN destination d ON d.old = f.scope JOIN finding t ON t.identity = f.identity AND t.scope = d.new)",
        [],
    )?;
    let text = format!("Moved to {}", target.name);
    let moved = in_stretches(tx, |stretch| {
        note(tx, "moved", &text, author, stretch)?;
        tx.execute(
            "UPDATE finding SET application = ?1, scope = (SELECT new FROM destination WHERE old = scope) \
             WHERE id IN (SELECT id FROM picked WHERE id BETWEEN ?2 AND ?3)",
            (application.0, stretch.0, stretch.1),
        )
    })?;
    crate::owners::bring_up_to_date(tx, application, "SELECT id FROM picked")?;
    done(tx)?;
    Ok(moved)
}

/// Puts the selected ids into the temporary table `picked`; how many.
pub(crate) fn collect(tx: &Tx<'_>, selection: &Selection) -> Result<u64, Problem> {
    let filter = select::filter(tx, selection)?;
    picked(tx, &format!("SELECT f.id FROM finding f WHERE {}", filter.text), &filter.params)
}

/// Puts the ids that a statement yields into `picked`; how many.
pub(crate) fn picked(tx: &Tx<'_>, ids: &str, params: &[Value]) -> Result<u64, Problem> {
    tx.conn
        .execute_batch("CREATE TEMP TABLE IF NOT EXISTS picked (id INTEGER PRIMARY KEY); DELETE FROM picked;")
        .map_err(crate::fault::sql)?;
    tx.execute(&format!("INSERT INTO picked {ids}"), params_from_iter(params))
}

pub(crate) fn done(tx: &Tx<'_>) -> Result<(), Problem> {
    tx.touch_findings();
    tx.execute("DELETE FROM picked", []).map(drop)
}
