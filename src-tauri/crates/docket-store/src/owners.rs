//! The `CODEOWNERS` rules of applications, and the owner that each finding has by them.
//!
//! Owners are worked out where they change (new rules, an import, a finding that moves to
//! another application) and kept in the finding's row, so that they can be filtered, counted
//! and grouped by like everything else.

use std::collections::HashMap;

use docket_domain::owners::LARGEST;
use docket_domain::{ApplicationId, Owners, Problem};

use crate::access::{Read, Tx};
use crate::fault::sql;

/// An application's rules as they were written; none when it has none.
pub fn text(read: &Read<'_>, application: ApplicationId) -> Result<Option<String>, Problem> {
    read.first("SELECT text FROM owner_rules WHERE application = ?1", [application.0], |row| row.get(0))
}

/// The files of an application's active findings, each with how many it has. Findings
/// without a file are under the empty path.
pub fn paths(read: &Read<'_>, application: ApplicationId) -> Result<Vec<(String, u64)>, Problem> {
    read.all(
        "SELECT f.path, count(*) FROM scope s JOIN finding f ON f.scope = s.id WHERE s.application = ?1 \
         AND f.status = 'active' GROUP BY f.path",
        [application.0],
        |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)),
    )
}

/// Gives an application new rules, or none with an empty text; how many findings have another
/// owner now.
///
/// # Errors
/// The application is gone, or the text is larger than [`LARGEST`].
pub fn set(tx: &Tx<'_>, application: ApplicationId, text: &str) -> Result<u64, Problem> {
    let findings = crate::applications::show(tx, application)?.findings;
    if text.len() > LARGEST {
        return Err(Problem::bad_input(format!(
            "The rules are larger than {} MB, which no tracker takes either.",
            LARGEST / 1024 / 1024
        ))
        .hint("Leave out what lies in other repositories; folders need one line each."));
    }
    if text.trim().is_empty() {
        tx.execute("DELETE FROM owner_rules WHERE application = ?1", [application.0])?;
    } else {
        tx.execute(
            "INSERT OR REPLACE INTO owner_rules (application, text, changed) VALUES (?1, ?2, ?3)",
            (application.0, text, tx.now().0),
        )?;
    }
    let listed = crate::applications::FINDINGS.replace("?1", &application.0.to_string());
    let changed = work_out(tx, &Owners::read(text).0, &listed, Some(findings))?;
    if changed > 0 {
        tx.touch_findings();
    }
    Ok(changed)
}

/// Works out the owners of the findings whose ids `listed` (a `SELECT`) yields, all of this
/// application.
pub(crate) fn bring_up_to_date(tx: &Tx<'_>, application: ApplicationId, listed: &str) -> Result<(), Problem> {
    let owners = text(tx, application)?.map(|text| Owners::read(&text).0).unwrap_or_default();
    work_out(tx, &owners, listed, None).map(drop)
}

/// Gives the findings whose ids `listed` yields the owners that they have by these rules; how many
/// have another one now. With their number, it is told how far it is.
fn work_out(tx: &Tx<'_>, owners: &Owners, listed: &str, of: Option<u64>) -> Result<u64, Problem> {
    const STRIDE: u64 = 5_000;
    let mut known: HashMap<String, String> = HashMap::new();
    let (mut changed, mut seen) = (0, 0);
    // Row by row: an import may have a million.
    let mut rows = tx
        .conn
        .prepare(&format!("SELECT id, path, owner FROM finding WHERE id IN ({listed}) ORDER BY id"))
        .map_err(sql)?;
    let mut rows = rows.query([]).map_err(sql)?;
    while let Some(row) = rows.next().map_err(sql)? {
        let (id, path, before) = (row.get::<_, i64>(0), row.get::<_, String>(1), row.get::<_, String>(2));
        let owner = known.entry(path.map_err(sql)?).or_insert_with_key(|path| owners.of(path));
        if *owner != before.map_err(sql)? {
            changed += tx
                .execute("UPDATE finding SET owner = ?2 WHERE id = ?1", (id.map_err(sql)?, owner.as_str()))?;
        }
        seen += 1;
        if let Some(total) = of.filter(|total| seen % STRIDE == 0 || seen == *total) {
            tx.tell(seen, total)?;
        }
    }
    Ok(changed)
}
