//! The facts for `docket_domain::mismatch`: how much of a report is known where.
//!
//! Nothing of it costs anything in the usual case. Only where the report hardly knows the scope
//! that it is read into, or names another repository, are other scopes of the same tool looked at:
//! a few of them, with a sample of the report.

use std::collections::HashMap;

use docket_domain::identity::{Key, Stage, identify};
use docket_domain::mismatch::{Elsewhere, Facts, Share, is_strange, mismatch, repository_name};
use docket_domain::{Found, Mismatch, Problem};

use super::apply::Work;
use super::finish::RunWork;
use super::matching::{Matches, keys_in};
use super::record;
use crate::access::{Tx, from_body};
use crate::fault::sql;

/// Records that are looked up elsewhere.
const SAMPLE: i64 = 50;
/// A place that knows none of the first so many is not looked at any further.
const FIRST: u64 = 12;
/// Branches of the same application that are looked at, the newest.
const OWN: usize = 16;
/// Scopes of other applications that are looked at, the newest.
const OTHERS: usize = 48;
/// Earlier imports whose repository is looked at.
const EARLIER: u32 = 50;
/// Findings of a scope are counted up to here.
const COUNTED: u32 = 100;
/// Findings that look like a record and are compared with it.
const ALIKE: usize = 200;

/// Stages whose keys say that two records are about the same thing in the same place. The others
/// may agree by accident between applications.
const TELLING: [Stage; 7] = [
    Stage::Same,
    Stage::AllPartials,
    Stage::OnePartial,
    Stage::Subject,
    Stage::SubjectAnyVersion,
    Stage::Text,
    Stage::Message,
];

/// Whether this scope of the report seems to belong elsewhere.
pub(super) fn look(
    tx: &Tx<'_>,
    work: &Work<'_>,
    matches: &Matches,
    runs: &[RunWork],
) -> Result<Option<Mismatch>, Problem> {
    let mine = runs.iter().filter(|run| run.staged_scope == work.staged);
    let of = mine.map(|run| run.delta.records.saturating_sub(run.delta.repeated)).sum();
    let here = Share { known: matches.of_record.iter().flatten().count() as u64, of };
    let there = matches.old.len() as u64;
    let (repository, repositories) = repositories(tx, work)?;
    let named = repository.as_deref().and_then(repository_name);
    let renamed = named.is_some() && repositories.iter().any(|known| repository_name(known) != named);
    if !is_strange(here, there) && !renamed {
        return Ok(None);
    }
    let mut facts = Facts { here, there, repository, repositories, ..Facts::default() };
    gather(tx, work, matches, &mut facts)?;
    Ok(mismatch(&facts))
}

/// The repository that the report names for this scope, and those that earlier ones of the
/// application named.
fn repositories(tx: &Tx<'_>, work: &Work<'_>) -> Result<(Option<String>, Vec<String>), Problem> {
    let named = tx.first(
        "SELECT repository FROM staged.run WHERE scope = ?1 AND repository IS NOT NULL LIMIT 1",
        [work.staged],
        |row| row.get::<_, String>(0),
    )?;
    if named.is_none() {
        return Ok((None, Vec::new()));
    }
    let earlier = tx.all(
        "SELECT DISTINCT r.repository FROM import_run r WHERE r.repository IS NOT NULL AND r.import IN \
         (SELECT id FROM import WHERE application = ?1 AND state = 'done' AND id < ?2 ORDER BY id DESC LIMIT ?3)",
        (work.given.source.application.0, work.import.0, EARLIER),
        |row| row.get::<_, String>(0),
    )?;
    // The same repository in several spellings is one.
    let mut known: Vec<String> = Vec::new();
    for one in earlier {
        let name = repository_name(&one);
        if name.is_some() && known.iter().all(|other| repository_name(other) != name) {
            known.push(one);
        }
    }
    Ok((named, known))
}

fn gather(tx: &Tx<'_>, work: &Work<'_>, matches: &Matches, facts: &mut Facts) -> Result<(), Problem> {
    let application = work.given.source.application.0;
    facts.application = crate::applications::show(tx, work.given.source.application)?.name;
    let told = tx.first("SELECT tool, branch FROM scope WHERE id = ?1", [work.scope], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    (facts.tool, facts.branch) = told.unwrap_or_default();
    let scopes = tx.all(
        "SELECT s.id, s.application, a.name, s.branch FROM scope s JOIN application a ON a.id = s.application \
         WHERE s.tool = ?1 AND s.id <> ?2 ORDER BY s.id DESC",
        (&facts.tool, work.scope),
        |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?))
        },
    )?;
    // With nothing of the tool in the application there is nothing that could contradict.
    if facts.there == 0 && scopes.iter().all(|(_, of, ..)| *of != application) {
        return Ok(());
    }
    let sample = sample(tx, work, matches)?;
    for own in [true, false] {
        let places = scopes.iter().filter(|(_, of, ..)| (*of == application) == own);
        for (scope, _, name, branch) in places.take(if own { OWN } else { OTHERS }) {
            let place = Elsewhere {
                application: name.clone(),
                branch: branch.clone(),
                findings: tx.number(
                    "SELECT count(*) FROM (SELECT 1 FROM finding WHERE scope = ?1 LIMIT ?2)",
                    (scope, COUNTED),
                )? as u64,
                share: known(tx, *scope, &sample)?,
            };
            if own { facts.own.push(place) } else { facts.others.push(place) }
        }
    }
    Ok(())
}

/// A record that is looked up elsewhere.
struct Looked {
    found: Found,
    /// Its telling keys.
    keys: Vec<(u8, Key)>,
}

/// Some records of the scope, spread over the report.
fn sample(tx: &Tx<'_>, work: &Work<'_>, matches: &Matches) -> Result<Vec<Looked>, Problem> {
    let last = matches.of_record.len() as i64 - 1;
    let stride = (last / SAMPLE).max(1);
    let mut out = Vec::new();
    let mut next = 1;
    while next <= last && out.len() < SAMPLE as usize {
        // Another scope's records may lie in between; they are not walked through without end.
        let record = tx.first(
            "SELECT id, body FROM staged.record WHERE id >= ?1 AND id < ?1 + 2000 AND scope = ?2 AND absent = 0 \
             ORDER BY id LIMIT 1",
            (next, work.staged),
            |row| Ok((row.get::<_, i64>("id")?, from_body::<Found>(row, "body")?)),
        )?;
        let Some((id, found)) = record else {
            next += 2_000.max(stride);
            continue;
        };
        let keys = identify(&found).keys.into_iter().filter(|key| TELLING.contains(&key.stage));
        let keys = keys.map(|key| (key.stage.number(), key.key)).collect();
        out.push(Looked { found, keys });
        next = (next + stride).max(id + 1);
    }
    Ok(out)
}

/// By what records look alike: the same package, the same place, else the same rule.
#[derive(PartialEq, Eq, Hash)]
enum Likeness {
    Package(String),
    Place(String),
    Rule(String),
}

impl Likeness {
    fn of(found: &Found) -> Self {
        let component = found.component.as_ref().map(|component| component.name.as_str());
        match (component.filter(|name| !name.is_empty()), record::spot_of(found)) {
            (Some(name), _) => Self::Package(name.to_ascii_lowercase()),
            (None, Some(spot)) => Self::Place(spot),
            (None, None) => Self::Rule(found.rule.to_ascii_lowercase()),
        }
    }
}

/// How much of the sample a scope knows: of how many records one of the findings that look alike has
/// one of the keys.
fn known(tx: &Tx<'_>, scope: i64, sample: &[Looked]) -> Result<Share, Problem> {
    let mut wanted: HashMap<Likeness, Vec<usize>> = HashMap::new();
    for (at, looked) in sample.iter().enumerate() {
        wanted.entry(Likeness::of(&looked.found)).or_default().push(at);
    }
    // One walk over the scope for all of them.
    let mut alike: Vec<Vec<i64>> = vec![Vec::new(); sample.len()];
    let mut statement = tx
        .conn
        .prepare_cached("SELECT id, component, spot, rule FROM finding WHERE scope = ?1")
        .map_err(sql)?;
    let mut rows = statement.query([scope]).map_err(sql)?;
    while let Some(row) = rows.next().map_err(sql)? {
        let text = |column| row.get::<_, String>(column).map_err(sql);
        let each = [
            Likeness::Package(text(1)?.to_ascii_lowercase()),
            Likeness::Place(text(2)?),
            Likeness::Rule(text(3)?.to_ascii_lowercase()),
        ];
        for at in each.iter().filter_map(|likeness| wanted.get(likeness)).flatten() {
            if alike[*at].len() < ALIKE {
                alike[*at].push(row.get(0).map_err(sql)?);
            }
        }
    }
    let mut share = Share::default();
    for (looked, alike) in sample.iter().zip(alike) {
        share.of += 1;
        share.known += u64::from(knows(tx, looked, &alike)?);
        if share.of >= FIRST && share.known == 0 {
            break;
        }
    }
    Ok(share)
}

/// Whether one of these findings has one of the record's keys.
fn knows(tx: &Tx<'_>, looked: &Looked, alike: &[i64]) -> Result<bool, Problem> {
    for finding in alike {
        let text = "SELECT keys FROM finding_body WHERE finding = ?1";
        let keys = tx.first(text, [finding], |row| row.get::<_, Vec<u8>>(0))?.unwrap_or_default();
        if keys_in(&keys).any(|key| looked.keys.contains(&key)) {
            return Ok(true);
        }
    }
    Ok(false)
}
