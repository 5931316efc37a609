//! New findings that another tool had found before are suggested as its duplicates
//! ([`docket_domain::twin`]), and when what a duplicate was one of goes, that is said.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use docket_domain::identity::{Key, hex};
use docket_domain::twin::{Traits, why};
use docket_domain::{FindingId, ImportId, Problem, Reason, Status};
use rusqlite::Row;

use crate::access::{Read, Tx, word};
use crate::proposals::{self, NewProposal};

/// Suggestions that an import made, by the scope of the finding.
pub(super) type Suggested = BTreeMap<i64, u64>;

/// A scope of the application.
struct Scope {
    id: i64,
    tool: String,
    branch: String,
}

/// What of a finding's row is compared.
struct Sight {
    id: i64,
    traits: OwnTraits,
}

struct OwnTraits {
    kind: docket_domain::FindingKind,
    path: String,
    line: u32,
    place: String,
}

impl OwnTraits {
    fn borrow(&self) -> Traits<'_> {
        Traits { kind: self.kind, path: &self.path, line: self.line, place: &self.place }
    }
}

fn sight(row: &Row<'_>) -> rusqlite::Result<Sight> {
    let traits = OwnTraits {
        kind: word(row, "kind")?,
        path: row.get("path")?,
        line: row.get("line")?,
        place: row.get::<_, Option<String>>("place")?.unwrap_or_default(),
    };
    Ok(Sight { id: row.get("id")?, traits })
}

/// Suggests what `import` found first in `scopes` (in their order) and other tools had found before, in
/// the same application and branch.
pub(super) fn suggest(tx: &Tx<'_>, import: ImportId, scopes: &[i64]) -> Result<Suggested, Problem> {
    let mut suggested = Suggested::new();
    for (at, scope) in scopes.iter().enumerate() {
        let Some(mine) = scope_of(tx, *scope)? else { continue };
        // What this very report says later is not what was there before.
        let later: HashSet<i64> = scopes[at..].iter().copied().collect();
        let others = others(tx, &mine)?;
        if others.is_empty() {
            continue;
        }
        let born = Born::gather(tx, mine.id, import)?;
        let matches = born.matches(tx, import, &others, &later)?;
        for (finding, other) in matches {
            let made = open(tx, finding, other)?;
            *suggested.entry(mine.id).or_default() += u64::from(made);
        }
    }
    Ok(suggested)
}

fn scope_of(read: &Read<'_>, id: i64) -> Result<Option<Scope>, Problem> {
    read.first("SELECT id, tool, branch FROM scope WHERE id = ?1", [id], |row| {
        Ok(Scope { id: row.get(0)?, tool: row.get(1)?, branch: row.get(2)? })
    })
}

/// Scopes of other tools beside this one.
fn others(read: &Read<'_>, mine: &Scope) -> Result<Vec<i64>, Problem> {
    read.all(
        "SELECT o.id FROM scope o JOIN scope m ON m.application = o.application AND m.branch = o.branch \
         WHERE m.id = ?1 AND o.tool <> ?2 COLLATE NOCASE AND o.branch = ?3 ORDER BY o.id",
        (mine.id, &mine.tool, &mine.branch),
        |row| row.get(0),
    )
}

/// The names that one finding shares with others at its spot, hashed: wherever the file lies, and in
/// the same file.
struct Names {
    anywhere: u64,
    here: u64,
}

fn names(read: &Read<'_>, sight: &Sight, spot: &str) -> Result<Vec<Names>, Problem> {
    let ids = identifiers(read, sight.id)?;
    let ids: Vec<(&str, &str)> =
        ids.iter().map(|(scheme, value)| (scheme.as_str(), value.as_str())).collect();
    let path = sight.traits.path.as_str();
    let names = sight.traits.borrow().names(&ids);
    let hashed = |name: &str| {
        let name = name.to_ascii_uppercase();
        Names { anywhere: hash(&(spot, &name)), here: hash(&(spot, &name, path)) }
    };
    Ok(names.into_iter().map(hashed).collect())
}

fn identifiers(read: &Read<'_>, finding: i64) -> Result<Vec<(String, String)>, Problem> {
    read.all("SELECT scheme, value FROM identifier WHERE finding = ?1 ORDER BY 1, 2", [finding], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// The same on every computer, since it is the same program: it only chooses whom to compare.
fn hash(of: &impl Hash) -> u64 {
    let mut state = DefaultHasher::new();
    of.hash(&mut state);
    state.finish()
}

/// What a report found first in one scope.
struct Born {
    /// The findings by id, with their names.
    findings: Vec<(i64, Vec<Names>)>,
    spots: HashSet<u64>,
    /// The oldest of other tools' findings with these names.
    first: HashMap<u64, i64>,
}

/// Nobody yet.
const NOBODY: i64 = i64::MAX;

impl Born {
    fn gather(read: &Read<'_>, scope: i64, import: ImportId) -> Result<Self, Problem> {
        let mut born = Self { findings: Vec::new(), spots: HashSet::new(), first: HashMap::new() };
        let text = "SELECT id, kind, path, line, place FROM finding WHERE scope = ?1 AND present = 1 \
            AND first_import = ?2";
        let mut statement = read.conn.prepare_cached(text).map_err(crate::fault::sql)?;
        let mut rows = statement.query((scope, import.0)).map_err(crate::fault::sql)?;
        while let Some(row) = rows.next().map_err(crate::fault::sql)? {
            let sight = sight(row).map_err(crate::fault::sql)?;
            let Some(spot) = sight.traits.borrow().spot() else { continue };
            let names = names(read, &sight, &spot)?;
            if names.is_empty() {
                continue;
            }
            born.spots.insert(hash(&spot));
            for name in &names {
                born.first.insert(name.anywhere, NOBODY);
                born.first.insert(name.here, NOBODY);
            }
            born.findings.push((sight.id, names));
        }
        born.findings.sort_unstable_by_key(|(id, _)| *id);
        Ok(born)
    }

    /// Each finding with the one that it may be a duplicate of: in the same file rather than elsewhere,
    /// the oldest of several.
    fn matches(
        mut self,
        read: &Read<'_>,
        import: ImportId,
        others: &[i64],
        later: &HashSet<i64>,
    ) -> Result<Vec<(i64, i64)>, Problem> {
        if self.findings.is_empty() {
            return Ok(Vec::new());
        }
        for scope in others {
            self.meet(read, *scope, later.contains(scope).then_some(import))?;
        }
        let known = |name: u64| self.first.get(&name).copied().filter(|other| *other != NOBODY);
        let best = |names: &[Names]| {
            let here = names.iter().filter_map(|name| known(name.here)).min();
            here.or_else(|| names.iter().filter_map(|name| known(name.anywhere)).min())
        };
        Ok(self.findings.iter().filter_map(|(id, names)| Some((*id, best(names)?))).collect())
    }

    /// Looks at another tool's findings, but those that the report itself (`but_of`) found first.
    fn meet(&mut self, read: &Read<'_>, scope: i64, but_of: Option<ImportId>) -> Result<(), Problem> {
        // What is closed is over, or a duplicate itself.
        let text = "SELECT id, kind, path, line, place FROM finding WHERE scope = ?1 AND present = 1 \
            AND status <> 'closed' AND first_import IS NOT ?2";
        let mut statement = read.conn.prepare_cached(text).map_err(crate::fault::sql)?;
        let mut rows = statement.query((scope, but_of.map(|import| import.0))).map_err(crate::fault::sql)?;
        while let Some(row) = rows.next().map_err(crate::fault::sql)? {
            let sight = sight(row).map_err(crate::fault::sql)?;
            let Some(spot) = sight.traits.borrow().spot() else { continue };
            if !self.spots.contains(&hash(&spot)) {
                continue;
            }
            for name in names(read, &sight, &spot)? {
                for key in [name.anywhere, name.here] {
                    if let Some(first) = self.first.get_mut(&key) {
                        *first = (*first).min(sight.id);
                    }
                }
            }
        }
        Ok(())
    }
}

/// A finding that a suggestion names.
struct Other {
    tool: String,
    place: String,
    identity: Key,
}

fn other_of(read: &Read<'_>, id: i64) -> Result<Option<Other>, Problem> {
    read.first("SELECT tool, place, identity FROM finding WHERE id = ?1", [id], |row| {
        Ok(Other {
            tool: row.get(0)?,
            place: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
            identity: row.get(2)?,
        })
    })
}

fn open(tx: &Tx<'_>, finding: i64, other: i64) -> Result<bool, Problem> {
    let Some(twin) = other_of(tx, other)? else { return Ok(false) };
    let kind = tx.first("SELECT kind FROM finding WHERE id = ?1", [finding], |row| word(row, "kind"))?;
    let (mine, theirs) = (identifiers(tx, finding)?, identifiers(tx, other)?);
    let mine: Vec<(&str, &str)> =
        mine.iter().map(|(scheme, value)| (scheme.as_str(), value.as_str())).collect();
    let shared = kind.and_then(|kind| {
        let names = Traits { kind, path: "", line: 0, place: "" }.names(&mine);
        names.into_iter().find(|name| theirs.iter().any(|(_, value)| value.eq_ignore_ascii_case(name)))
    });
    proposals::open(
        tx,
        &NewProposal {
            finding: FindingId(finding),
            status: Status::Closed,
            reason: Some(Reason::Duplicate),
            why: why(&twin.tool, shared.unwrap_or_default(), &twin.place),
            suppression: None,
            origin: format!("twin\0{}", hex(&twin.identity)),
            other: Some(FindingId(other)),
        },
    )
}

/// `gone` is not found any more: whoever was closed as its duplicate and is still found is suggested to
/// be active again. How many are.
pub(crate) fn bereave(tx: &Tx<'_>, gone: i64) -> Result<u64, Problem> {
    let closed = tx.all(
        "SELECT f.id FROM proposal q JOIN finding f ON f.id = q.finding WHERE q.other = ?1 AND q.state = 'accepted' \
         AND f.present = 1 AND f.status = 'closed' AND f.reason = 'duplicate' ORDER BY f.id",
        [gone],
        |row| row.get::<_, i64>(0),
    )?;
    if closed.is_empty() {
        return Ok(0);
    }
    let Some(twin) = other_of(tx, gone)? else { return Ok(0) };
    let mut made = 0;
    for finding in closed {
        let new = NewProposal {
            finding: FindingId(finding),
            status: Status::Active,
            reason: None,
            why: format!("{} does not report it any more, of which this was a duplicate", twin.tool),
            suppression: None,
            origin: format!("twin gone\0{}", hex(&twin.identity)),
            other: Some(FindingId(gone)),
        };
        made += u64::from(proposals::open(tx, &new)?);
    }
    Ok(made)
}
