//! Taking an import back whole (`docs/decisions/0007-taking-an-import-back.md`).
//!
//! While an import changes things, [`Notes`] keep how they were. [`look`] says what taking it back
//! would do, [`Store::take_back`] does it: in one transaction, so that it is done or not, whatever
//! happens. Only the latest import of each of its scopes can be taken back, so that the noted state is
//! the one before it. What people did since stays.
//!
//! Deliberately absent: taking back a taking back. The report can be read again.

mod layout;
mod notes;
mod obstacle;
mod pack;
mod removal;
mod restore;

use docket_domain::{Code, ImportId, ImportState, Problem, TakeBack};

pub use notes::KEPT;
pub(crate) use notes::Notes;

use crate::access::{Read, Tx};
use crate::imports;
use crate::store::{Store, transaction};

/// Where the rows that an import added stand.
#[derive(Debug, Clone, Copy)]
struct Added {
    import: i64,
    application: i64,
    finding: (i64, i64),
    event: (i64, i64),
    proposal: (i64, i64),
}

fn added(read: &Read<'_>, import: ImportId) -> Result<Option<Added>, Problem> {
    let text =
        "SELECT t.*, i.application FROM take_back t JOIN import i ON i.id = t.import WHERE t.import = ?1";
    read.first(text, [import.0], |row| {
        Ok(Added {
            import: import.0,
            application: row.get("application")?,
            finding: (row.get("finding_from")?, row.get("finding_to")?),
            event: (row.get("event_from")?, row.get("event_to")?),
            proposal: (row.get("proposal_from")?, row.get("proposal_to")?),
        })
    })
}

/// What taking an import back would do, or why it cannot be taken back. Nothing is changed.
pub fn look(read: &Read<'_>, id: ImportId) -> Result<TakeBack, Problem> {
    let import = imports::show(read, id)?;
    let obstacle = obstacle::find(read, &import)?;
    let mut out = TakeBack {
        removed: 0,
        kept: 0,
        judged: 0,
        in_issues: 0,
        restored: 0,
        opened: 0,
        closed: 0,
        proposals: 0,
        left_alone: 0,
        obstacle,
        import,
    };
    let Some(added) = added(read, id)?.filter(|_| out.obstacle.is_none()) else { return Ok(out) };
    let touched = removal::touched(read, &added)?;
    out.kept = touched.all;
    out.in_issues = touched.in_issues;
    out.judged = touched.all - touched.in_issues;
    out.removed = removal::born(read, &added)?.saturating_sub(out.kept);
    out.restored = out.import.delta.updated;
    out.opened = out.import.delta.gone;
    out.closed = out.import.delta.reopened;
    out.proposals = removal::proposals(read, &added)?;
    Ok(out)
}

impl Store {
    /// Takes an import back, in one transaction, and says what that did. With `keep_judged`
    /// findings that it found first and that people have judged since, or that are in an issue, stay.
    /// Blocks: from async code call it on a blocking thread. `progress` is told how many of how many
    /// findings are done, and cancels with `false`.
    ///
    /// # Errors
    /// [`Code::Conflict`]: it cannot be taken back (a later import of the same scope, too long ago,
    /// nothing stored), or findings would have to stay and `keep_judged` is not said. Nothing is
    /// changed then.
    pub fn take_back(
        &self,
        id: ImportId,
        keep_judged: bool,
        progress: impl FnMut(u64, u64) -> bool + Send + 'static,
    ) -> Result<TakeBack, Problem> {
        self.with_writer(move |conn, shared| {
            transaction(conn, shared, true, |tx| whole(tx, id, keep_judged, progress))
        })
    }
}

/// Tells how far it is and hears whether to go on.
struct Pace<P> {
    tell: P,
    done: u64,
    total: u64,
}

impl<P: FnMut(u64, u64) -> bool> Pace<P> {
    fn step(&mut self, by: u64) -> Result<(), Problem> {
        self.done = (self.done + by).min(self.total);
        if (self.tell)(self.done, self.total) { Ok(()) } else { Err(Problem::cancelled()) }
    }
}

fn whole(
    tx: &Tx<'_>,
    id: ImportId,
    keep_judged: bool,
    progress: impl FnMut(u64, u64) -> bool,
) -> Result<TakeBack, Problem> {
    let mut out = look(tx, id)?;
    if let Some(obstacle) = out.obstacle.take() {
        return Err(obstacle);
    }
    if out.kept > 0 && !keep_judged {
        return Err(would_lose(&out));
    }
    let added = added(tx, id)?.ok_or_else(|| Problem::internal("the notes of an import are gone"))?;
    let total = out.removed + out.restored + out.opened + out.closed;
    let mut pace = Pace { tell: progress, done: 0, total };
    pace.step(0)?;
    removal::remove_born(tx, &added, out.removed, &mut pace)?;
    let done = restore::restore(tx, &added, &mut pace)?;
    restore::sightings(tx, &added)?;
    removal::remove_told(tx, &added)?;
    restore::rules(tx, &added)?;
    removal::remove_scopes(tx, &added)?;
    notes::forget(tx, id.0)?;
    tx.execute("UPDATE import SET state = ?2 WHERE id = ?1", (id.0, ImportState::TakenBack.as_str()))?;
    tx.touch_findings();
    pace.step(total)?;
    Ok(TakeBack {
        import: imports::show(tx, id)?,
        restored: done.restored,
        opened: done.opened,
        closed: done.closed,
        left_alone: done.left_alone,
        ..out
    })
}

/// People's work is never lost unasked.
fn would_lose(out: &TakeBack) -> Problem {
    let all = out.kept + out.removed;
    let mut why = Vec::new();
    if out.judged > 0 {
        why.push(format!("{} judged by people", out.judged));
    }
    if out.in_issues > 0 {
        why.push(format!("{} in issues", out.in_issues));
    }
    Problem::new(
        Code::Conflict,
        format!(
            "Of the {all} findings that this import brought, {} since: {}.",
            were(out.kept),
            why.join(", ")
        ),
    )
    .hint("Take it back and keep those as they are, or leave it. Nothing was changed.")
    .with("kept", out.kept)
}

fn were(kept: u64) -> String {
    if kept == 1 { "1 was worked on".to_owned() } else { format!("{kept} were worked on") }
}
