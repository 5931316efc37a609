//! A page of what a query matches, in an order.

use std::cmp::Ordering;

use docket_domain::{Problem, Sort, SortKey};

use super::bits::Bits;
use super::table::Texts;
use super::which::Look;

/// Values with at most so many findings are put in order together.
const SMALL: usize = if cfg!(test) { 8 } else { 4_096 };

/// Where a page begins.
#[derive(Clone, Copy)]
pub(crate) enum Start {
    /// Behind so many.
    Offset(usize),
    /// Behind the finding with this id.
    After(i64),
}

/// By what a place in the columns sorts: a rank of which there are so many, and what decides between
/// equal ones.
struct Ranked<'a> {
    ranks: usize,
    rank: Box<dyn Fn(usize) -> u32 + 'a>,
    tie: Option<&'a [u32]>,
}

impl Ranked<'_> {
    fn tie(&self, at: usize) -> u32 {
        self.tie.map_or(0, |tie| tie[at])
    }
}

impl Look<'_> {
    /// Ids from a place in the order on, at most `limit`. None where only the database knows the order.
    pub fn ordered(
        &self,
        among: &Bits,
        sort: &[Sort],
        from: Start,
        limit: usize,
    ) -> Result<Option<Vec<i64>>, Problem> {
        let mut keys = Vec::with_capacity(sort.len());
        for one in sort {
            keys.push((self.ranked(one.key)?, one.descending));
        }
        match (keys.as_slice(), from) {
            ([(Some(ranked), down)], Start::Offset(offset)) => {
                Ok(Some(self.by_rank(among, ranked, *down, offset, limit)))
            }
            ([(None, down)], Start::Offset(offset)) => {
                let page = self.columns.titles.page(among, *down, offset, limit);
                Ok(page.map(|places| places.into_iter().map(|at| self.columns.ids[at]).collect()))
            }
            (keys, _) => {
                let keys: Option<Vec<_>> =
                    keys.iter().map(|(ranked, down)| ranked.as_ref().map(|r| (r, *down))).collect();
                Ok(keys.and_then(|keys| self.by_many(among, &keys, from, limit)))
            }
        }
    }

    /// By what findings sort; none for titles, of which only the order is known.
    fn ranked(&self, key: SortKey) -> Result<Option<Ranked<'_>>, Problem> {
        let columns = self.columns;
        Ok(match key {
            SortKey::Severity => {
                Some(Ranked { ranks: 256, rank: Box::new(|at| u32::from(columns.severity[at])), tie: None })
            }
            SortKey::Status => Some(by_texts(&columns.status)),
            SortKey::Tool => Some(by_texts(&columns.tool)),
            SortKey::Rule => Some(by_texts(&columns.rule)),
            SortKey::FirstSeen => Some(by_values(&columns.first.column, columns.first.ranks())),
            SortKey::LastSeen => Some(by_values(&columns.last.column, columns.last.ranks())),
            SortKey::Application => Some(by_values(&columns.application.column, self.names_ranked()?)),
            SortKey::Place => {
                let ranks = columns.spelt.ranks();
                Some(Ranked {
                    ranks: ranks.len(),
                    rank: Box::new(|at| ranks[columns.spot[at] as usize]),
                    tie: Some(&columns.line),
                })
            }
            SortKey::Title => None,
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

    /// In the order of a rank, equal ones by what decides between them and then by id.
    fn by_rank(&self, among: &Bits, by: &Ranked<'_>, down: bool, offset: usize, limit: usize) -> Vec<i64> {
        let rank = &by.rank;
        let mut counts = vec![0_usize; by.ranks];
        among.each(|at| counts[rank(at) as usize] += 1);
        let mut order: Vec<u32> = (0..by.ranks as u32).filter(|rank| counts[*rank as usize] > 0).collect();
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
            if count > SMALL && by.tie.is_none() {
                let these = places(among, down).filter(|at| rank(*at) == wanted);
                out.extend(these.skip(skip).take(missing));
                next += 1;
            } else {
                let (from, mut there) = (next, count);
                next += 1;
                while next < order.len() && counts[order[next] as usize] <= SMALL && there < skip + missing {
                    there += counts[order[next] as usize];
                    next += 1;
                }
                let (low, high) = (order[from].min(order[next - 1]), order[from].max(order[next - 1]));
                let mut ranked: Vec<(u32, u32, usize)> = Vec::with_capacity(there);
                among.each(|at| {
                    let rank = rank(at);
                    if (low..=high).contains(&rank) {
                        ranked.push((rank, by.tie(at), at));
                    }
                });
                ranked.sort_unstable();
                if down {
                    ranked.reverse();
                }
                out.extend(ranked.into_iter().map(|(.., at)| at).skip(skip).take(missing));
            }
            skip = 0;
        }
        out.into_iter().map(|at| self.columns.ids[at]).collect()
    }

    /// In the order of several ranks, or from behind a finding on; none if that is not there any more.
    fn by_many(
        &self,
        among: &Bits,
        keys: &[(&Ranked<'_>, bool)],
        from: Start,
        limit: usize,
    ) -> Option<Vec<i64>> {
        let last_down = keys.last().is_some_and(|(_, down)| *down);
        let turned = |order: Ordering, down: bool| if down { order.reverse() } else { order };
        let compare = |a: &usize, b: &usize| {
            let each = keys.iter().map(|(by, down)| {
                let order = (by.rank)(*a).cmp(&(by.rank)(*b)).then_with(|| by.tie(*a).cmp(&by.tie(*b)));
                turned(order, *down)
            });
            each.fold(Ordering::Equal, Ordering::then).then_with(|| turned(a.cmp(b), last_down))
        };
        let mut ordered: Vec<usize> = Vec::with_capacity(among.len());
        among.each(|at| ordered.push(at));
        let offset = match from {
            Start::Offset(offset) => offset,
            Start::After(id) => {
                let cursor = self.columns.place(id).filter(|at| self.columns.is_there(*at))?;
                ordered.retain(|at| compare(at, &cursor) == Ordering::Greater);
                0
            }
        };
        if offset >= ordered.len() {
            return Some(Vec::new());
        }
        if offset > 0 {
            ordered.select_nth_unstable_by(offset, compare);
            ordered.drain(..offset);
        }
        if limit < ordered.len() {
            ordered.select_nth_unstable_by(limit, compare);
            ordered.truncate(limit);
        }
        ordered.sort_unstable_by(compare);
        Some(ordered.into_iter().map(|at| self.columns.ids[at]).collect())
    }
}

fn by_texts(texts: &Texts) -> Ranked<'_> {
    let ranks = texts.values.ranks();
    Ranked { ranks: ranks.len(), rank: Box::new(|at| ranks[texts.column[at] as usize]), tie: None }
}

fn by_values(column: &[u32], ranks: Vec<u32>) -> Ranked<'_> {
    Ranked { ranks: ranks.len(), rank: Box::new(move |at| ranks[column[at] as usize]), tie: None }
}

fn places(among: &Bits, down: bool) -> Box<dyn Iterator<Item = usize> + '_> {
    if down { Box::new(among.iter().rev()) } else { Box::new(among.iter()) }
}
