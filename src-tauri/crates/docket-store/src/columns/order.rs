//! A page of what a query matches, in an order.

use docket_domain::{Problem, Sort, SortKey};
use rusqlite::params_from_iter;

use super::bits::Bits;
use super::table::{Numbers, Texts};
use super::which::Look;
use crate::fault::sql;
use crate::findings::page::columns;

/// Looking at one more row of an index takes about so many nanoseconds; fetching one and putting
/// it in order, so many. Tests have few rows and want to see every way taken.
const STEP: usize = 250;
const FETCH: usize = if cfg!(test) { 100 } else { 3_000 };

/// Values with at most so many findings are put in order together.
const SMALL: usize = if cfg!(test) { 8 } else { 4_096 };

impl Look<'_> {
    /// Ids from `offset` on, at most `limit`.
    pub fn ordered(
        &self,
        among: &Bits,
        sort: Sort,
        offset: usize,
        limit: usize,
    ) -> Result<Vec<i64>, Problem> {
        let down = sort.descending;
        let columns = self.columns;
        let by = |column: &[u32], ranks: &[u32]| {
            self.by_rank(among, ranks.len(), |at| ranks[column[at] as usize], down, offset, limit)
        };
        let texts = |texts: &Texts| by(&texts.column, &texts.values.ranks());
        let numbers = |numbers: &Numbers| by(&numbers.column, &numbers.ranks());
        Ok(match sort.key {
            SortKey::Severity => {
                self.by_rank(among, 256, |at| u32::from(columns.severity[at]), down, offset, limit)
            }
            SortKey::Status => texts(&columns.status),
            SortKey::Tool => texts(&columns.tool),
            SortKey::Rule => texts(&columns.rule),
            SortKey::FirstSeen => numbers(&columns.first),
            SortKey::LastSeen => numbers(&columns.last),
            SortKey::Application => by(&columns.application.column, &self.names_ranked()?),
            SortKey::Title | SortKey::Place => self.by_index(among, sort, offset, limit)?,
        })
    }

    /// For each application's number, its place in the order of the names.
    fn names_ranked(&self) -> Result<Vec<u32>, Problem> {
        let ordered = self.read.all("SELECT id FROM application ORDER BY name, id", [], |row| row.get(0))?;
        let place = |id: &i64| ordered.iter().position(|one: &i64| one == id).unwrap_or(ordered.len()) as u32;
        // One more than there are: what is not named comes last.
        let mut ranks: Vec<u32> = self.columns.application.values.iter().map(place).collect();
        let room = ordered.len() + 1;
        ranks.resize(ranks.len().max(room), 0);
        Ok(ranks)
    }

    /// In the order of a rank, equal ones by id.
    fn by_rank(
        &self,
        among: &Bits,
        ranks: usize,
        rank: impl Fn(usize) -> u32,
        down: bool,
        offset: usize,
        limit: usize,
    ) -> Vec<i64> {
        let mut counts = vec![0_usize; ranks];
        among.each(|at| counts[rank(at) as usize] += 1);
        let mut order: Vec<u32> = (0..ranks as u32).filter(|rank| counts[*rank as usize] > 0).collect();
        if down {
            order.reverse();
        }
        let (mut skip, mut out): (usize, Vec<usize>) = (offset, Vec::new());
        let mut next = 0;
        while next < order.len() && out.len() < limit {
            let wanted = order[next];
            let count = counts[wanted as usize];
            if skip >= count {
                skip -= count;
                next += 1;
                continue;
            }
            let missing = limit - out.len();
            if count > SMALL {
                let these = places(among, down).filter(|at| rank(*at) == wanted);
                out.extend(these.skip(skip).take(missing));
                next += 1;
            } else {
                let (from, mut there) = (next, 0);
                while next < order.len() && counts[order[next] as usize] <= SMALL && there < skip + missing {
                    there += counts[order[next] as usize];
                    next += 1;
                }
                let (low, high) = (order[from].min(order[next - 1]), order[from].max(order[next - 1]));
                let mut ranked: Vec<(u32, usize)> = Vec::with_capacity(there);
                among.each(|at| {
                    let rank = rank(at);
                    if (low..=high).contains(&rank) {
                        ranked.push((rank, at));
                    }
                });
                ranked.sort_unstable();
                if down {
                    ranked.reverse();
                }
                out.extend(ranked.into_iter().map(|(_, at)| at).skip(skip).take(missing));
            }
            skip = 0;
        }
        out.into_iter().map(|at| self.columns.ids[at]).collect()
    }

    /// In an order that only the database's index knows: either the index is walked and each row
    /// looked up here, or the few rows are fetched and put in order.
    fn by_index(&self, among: &Bits, sort: Sort, offset: usize, limit: usize) -> Result<Vec<i64>, Problem> {
        let (all, there, wanted) = (self.columns.ids.len().max(1), among.len(), offset + limit);
        if there == 0 {
            return Ok(Vec::new());
        }
        let fetching = there * FETCH;
        // Where matches are spread evenly; where they are not, walking is given up in time.
        let walking = wanted.saturating_mul(all) / there * STEP;
        if wanted < there && walking < fetching {
            let steps = (2 * fetching / STEP).max(4 * walking / STEP).max(SMALL);
            if let Some(ids) = self.walk(among, sort, offset, limit, steps)? {
                return Ok(ids);
            }
        }
        self.fetch(among, sort, offset, limit)
    }

    fn walk(
        &self,
        among: &Bits,
        sort: Sort,
        offset: usize,
        limit: usize,
        steps: usize,
    ) -> Result<Option<Vec<i64>>, Problem> {
        let text = format!("SELECT f.id FROM finding f ORDER BY {}", spelt(sort));
        let mut statement = self.read.conn.prepare_cached(&text).map_err(sql)?;
        let mut rows = statement.query([]).map_err(sql)?;
        let (mut skip, mut left, mut out) = (offset, steps, Vec::with_capacity(limit));
        while let Some(row) = rows.next().map_err(sql)? {
            let id: i64 = row.get(0).map_err(sql)?;
            if self.columns.place(id).is_some_and(|at| among.has(at)) {
                if skip > 0 {
                    skip -= 1;
                } else {
                    out.push(id);
                }
                if out.len() == limit {
                    break;
                }
            }
            left -= 1;
            if left == 0 {
                return Ok(None);
            }
        }
        Ok(Some(out))
    }

    fn fetch(&self, among: &Bits, sort: Sort, offset: usize, limit: usize) -> Result<Vec<i64>, Problem> {
        let mut listed = String::with_capacity(among.len() * 8);
        among.each(|at| {
            listed.push(if listed.is_empty() { '[' } else { ',' });
            listed.push_str(&self.columns.ids[at].to_string());
        });
        listed.push(']');
        let text = format!(
            "SELECT f.id FROM json_each(?1) j CROSS JOIN finding f ON f.id = j.value ORDER BY {} LIMIT {limit} \
             OFFSET {offset}",
            spelt(sort)
        );
        self.read.all(&text, params_from_iter([listed]), |row| row.get(0))
    }
}

fn places(among: &Bits, down: bool) -> Box<dyn Iterator<Item = usize> + '_> {
    if down { Box::new(among.iter().rev()) } else { Box::new(among.iter()) }
}

/// The order as SQL.
fn spelt(sort: Sort) -> String {
    let direction = if sort.descending { " DESC" } else { "" };
    let all: Vec<String> =
        columns(sort.key).iter().chain(&["f.id"]).map(|c| format!("{c}{direction}")).collect();
    all.join(", ")
}
