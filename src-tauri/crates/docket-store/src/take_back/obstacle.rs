//! Why an import cannot be taken back.

use docket_domain::{Code, Import, ImportState, Problem};

use super::notes::KEPT;
use crate::access::Read;

/// What stands in the way; none when nothing does.
pub(super) fn find(read: &Read<'_>, import: &Import) -> Result<Option<Problem>, Problem> {
    let problem = |message: &str| Some(Problem::new(Code::Conflict, message));
    match import.state {
        ImportState::Done => {}
        ImportState::TakenBack => return Ok(problem("This import was taken back already.")),
        ImportState::Running => return Ok(problem("This import is still being read.")),
        ImportState::Failed | ImportState::Cancelled => {
            return Ok(problem("Nothing of this import was stored, so there is nothing to take back."));
        }
    }
    if let Some(later) = later(read, import)? {
        return Ok(Some(later));
    }
    if read.number("SELECT count(*) FROM take_back WHERE import = ?1", [import.id.0])? == 0 {
        return Ok(Some(
            Problem::new(
                Code::Conflict,
                format!(
                    "How things were before this import is not known any more: that is kept for the last {KEPT} \
                     imports of the same tool, branch and category."
                ),
            )
            .hint("Import the right report: what it does not name is closed."),
        ));
    }
    Ok(None)
}

/// Later imports of one of the same scopes, which build on this one.
fn later(read: &Read<'_>, import: &Import) -> Result<Option<Problem>, Problem> {
    let later = read.all(
        "SELECT DISTINCT i.id, i.file FROM import_run m JOIN import_run o ON o.import > m.import AND o.tool = m.tool \
         AND o.branch = m.branch AND ifnull(o.category, '') = ifnull(m.category, '') JOIN import i ON i.id = o.import \
         WHERE m.import = ?1 AND i.application = ?2 AND i.state = 'done' ORDER BY i.id DESC",
        [import.id.0, import.application.0],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)),
    )?;
    let Some((first, file)) = later.first() else { return Ok(None) };
    let more = match later.len() - 1 {
        0 => String::new(),
        1 => " and one more before that".to_owned(),
        n => format!(" and {n} more before that"),
    };
    Ok(Some(
        Problem::new(
            Code::Conflict,
            format!("Import {first} («{file}»){more} read the same later and builds on this one."),
        )
        .hint(format!("Take back import {first} first."))
        .with("import", first),
    ))
}
