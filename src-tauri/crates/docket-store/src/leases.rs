//! Exclusive work across processes: one writer per tracker account, one import per application.
//!
//! A lease is held until a time and renewed while the work goes on. Whoever stops renewing
//! loses it then; a holder whose process ended loses it when the next store opens, or when
//! the lease is wanted by somebody else after its time.

use std::collections::BTreeSet;

use docket_domain::{Problem, Timestamp};

use crate::access::{Read, Tx};

/// Who holds a lease, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The holder's name.
    pub holder: String,
    /// When it ends unless renewed.
    pub until: Timestamp,
}

/// Who holds `name` now, if anybody.
pub fn holder(read: &Read<'_>, name: &str) -> Result<Option<Lease>, Problem> {
    read.first(
        "SELECT holder, until FROM lease WHERE name = ?1 AND until > ?2",
        (name, read.now().0),
        |row| Ok(Lease { holder: row.get(0)?, until: Timestamp(row.get(1)?) }),
    )
}

/// Takes `name` for `ttl_ms` milliseconds when it is free, lapsed, or held by `holder`
/// already. False when somebody else has it.
pub fn take(tx: &Tx<'_>, name: &str, holder: &str, ttl_ms: i64) -> Result<bool, Problem> {
    let now = tx.now();
    let changed = tx.execute(
        "INSERT INTO lease VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET holder = ?2, until = ?3 \
         WHERE lease.holder = ?2 OR lease.until <= ?4",
        (name, holder, now.plus_millis(ttl_ms).0, now.0),
    )?;
    Ok(changed > 0)
}

/// Renews for another `ttl_ms`. False when it was lost meanwhile: stop the work.
pub fn renew(tx: &Tx<'_>, name: &str, holder: &str, ttl_ms: i64) -> Result<bool, Problem> {
    let until = tx.now().plus_millis(ttl_ms).0;
    Ok(tx.execute("UPDATE lease SET until = ?3 WHERE name = ?1 AND holder = ?2", (name, holder, until))? > 0)
}

/// Gives it back; nothing happens when it is not held by `holder`.
pub fn release(tx: &Tx<'_>, name: &str, holder: &str) -> Result<(), Problem> {
    tx.execute("DELETE FROM lease WHERE name = ?1 AND holder = ?2", (name, holder)).map(drop)
}

/// Frees what is held in the name of stores that are gone. A holder's name may have a
/// suffix behind a `/`, to tell apart several works of one store.
pub(crate) fn release_dead(tx: &Tx<'_>, living: &BTreeSet<String>) -> Result<(), Problem> {
    let held = tx.all("SELECT name, holder FROM lease", [], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    for (name, holder) in held {
        let store = holder.split('/').next().unwrap_or(&holder);
        let is_ours = store.len() == 16 && store.bytes().all(|b| b.is_ascii_hexdigit());
        if is_ours && !living.contains(store) {
            release(tx, &name, &holder)?;
        }
    }
    Ok(())
}
