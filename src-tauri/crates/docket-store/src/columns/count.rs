//! The counts at the side of the table, from the columns.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use docket_domain::page::SelectionCount;
use docket_domain::query::{Field, Query, facet_field};
use docket_domain::{ApplicationId, Facet, FacetValue, FindingId, Problem, Severity};
use rusqlite::types::Value;

use super::bits::Bits;
use super::table::Texts;
use super::which::Look;
use crate::findings::facets::{MOST, spell};

impl Look<'_> {
    /// Every facet's values with their counts, most frequent first; each without the query's own
    /// condition on it.
    pub fn facets(
        &self,
        query: &Query,
        application: Option<ApplicationId>,
    ) -> Result<Vec<FacetValue>, Problem> {
        let whole = self.which(query, application)?;
        let mut out = Vec::new();
        for facet in Facet::ALL {
            let others = query.without(facet_field(*facet));
            let values = if others == *query {
                self.facet(*facet, &whole)?
            } else {
                self.facet(*facet, &self.which(&others, application)?)?
            };
            out.extend(values.into_iter().map(|(value, count)| spell(*facet, value, count)));
        }
        Ok(out)
    }

    /// Values of a field that begin with `prefix`, in order; none for fields that are not held here.
    pub fn values(&self, field: Field, prefix: &str, limit: usize) -> Option<Vec<String>> {
        let columns = self.columns;
        let all = columns.all();
        let texts = match field {
            Field::Tool => &columns.tool,
            Field::Rule => &columns.rule,
            Field::Branch => &columns.branch,
            Field::Component => &columns.component,
            Field::Owner => &columns.owner,
            Field::Path => {
                let spelt = &columns.spelt;
                let counts = counted(&columns.path, &all, spelt.len(), |n| n as usize);
                let there = (0_u32..).zip(counts).filter(|(number, n)| *n > 0 && *number > 0);
                let shown: BTreeSet<&str> =
                    there.filter_map(|(number, _)| up_to_folder(spelt.text(number), prefix)).collect();
                return Some(shown.into_iter().take(limit).map(str::to_owned).collect());
            }
            _ => return None,
        };
        let values = &texts.values;
        let small = prefix.to_ascii_lowercase();
        let counts = counted(&texts.column, &all, values.len(), |n| n as usize);
        let there = (0_u32..).zip(counts).filter(|(_, n)| *n > 0).map(|(number, _)| number);
        let mut fitting: Vec<u32> = there
            .filter(|n| values.folded(*n).starts_with(&small) && !values.folded(*n).is_empty())
            .collect();
        fitting.sort_unstable_by_key(|number| values.folded(*number));
        Some(fitting.into_iter().take(limit).map(|number| values.text(number).to_owned()).collect())
    }

    /// What a query matches, but a few, in numbers.
    pub fn selection(
        &self,
        query: &Query,
        application: Option<ApplicationId>,
        except: &[FindingId],
    ) -> Result<SelectionCount, Problem> {
        let mut which = self.which(query, application)?;
        except.iter().filter_map(|id| self.columns.place(id.0)).for_each(|at| which.remove(at));
        let severities = counted(&self.columns.severity, &which, 256, usize::from);
        let linked = Bits::of(&self.columns.linked, |linked| linked);
        let mut suggested = Bits::of(&self.columns.proposal, |proposal| proposal);
        suggested.and(&which);
        let total = which.len() as u64;
        which.and(&linked);
        Ok(SelectionCount {
            total,
            severities: (0..=u8::MAX)
                .zip(severities)
                .filter(|(_, n)| *n > 0)
                .map(|(rank, n)| (Severity::from_rank(rank), n))
                .collect(),
            linked: which.len() as u64,
            suggested: suggested.len() as u64,
        })
    }

    /// What a query matches, but a few; none if that is more than `most`.
    pub fn few(
        &self,
        query: &Query,
        application: Option<ApplicationId>,
        except: &[FindingId],
        most: usize,
    ) -> Result<Option<Vec<FindingId>>, Problem> {
        let mut which = self.which(query, application)?;
        except.iter().filter_map(|id| self.columns.place(id.0)).for_each(|at| which.remove(at));
        Ok((which.len() <= most).then(|| which.iter().map(|at| FindingId(self.columns.ids[at])).collect()))
    }

    /// The values of a facet that there are among these findings.
    fn facet(&self, facet: Facet, among: &Bits) -> Result<Vec<(Value, u64)>, Problem> {
        let columns = self.columns;
        Ok(match facet {
            Facet::Severity => {
                let counts = counted(&columns.severity, among, 256, usize::from);
                let all = (0_i64..).zip(counts).filter(|(_, n)| *n > 0);
                most(all.map(|(rank, n)| (rank, Value::Integer(rank), n)).collect())
            }
            Facet::Linked => {
                let mut counts = [0, 0];
                among.each(|at| counts[usize::from(columns.linked[at])] += 1);
                let mut rows = vec![(Value::Integer(1), counts[1]), (Value::Integer(0), counts[0])];
                rows.retain(|row| row.1 > 0);
                rows.sort_by_key(|row| Reverse(row.1));
                rows
            }
            Facet::Application => {
                let numbers = &columns.application;
                let counts = counted(&numbers.column, among, numbers.values.len(), |n| n as usize);
                let names = self.read.all("SELECT id, name FROM application", [], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
                })?;
                let there = names.into_iter().filter_map(|(id, name)| {
                    let at = numbers.values.iter().position(|value| *value == id)?;
                    (counts[at] > 0).then(|| (name.to_ascii_lowercase(), Value::Text(name), counts[at]))
                });
                most(there.collect())
            }
            Facet::Cwe => {
                let mut counts =
                    counted(&columns.cwe.column, among, columns.cwe.values.len(), |n| n as usize);
                for (at, more) in &columns.more_cwe {
                    if among.has(*at as usize) {
                        for n in more {
                            counts[*n as usize] += 1;
                        }
                    }
                }
                // 0 stands for none.
                counts[0] = 0;
                Self::frequent(&columns.cwe, counts)
            }
            Facet::Status => Self::valued(&columns.status, among),
            Facet::Tool => Self::valued(&columns.tool, among),
            Facet::Rule => Self::valued(&columns.rule, among),
            Facet::Branch => Self::valued(&columns.branch, among),
            Facet::Component => Self::said(&columns.component, among),
            Facet::Owner => Self::said(&columns.owner, among),
        })
    }

    fn valued(texts: &Texts, among: &Bits) -> Vec<(Value, u64)> {
        Self::frequent(texts, counted(&texts.column, among, texts.values.len(), |n| n as usize))
    }

    /// The same but for those of which nothing is known.
    fn said(texts: &Texts, among: &Bits) -> Vec<(Value, u64)> {
        let mut counts = counted(&texts.column, among, texts.values.len(), |n| n as usize);
        for (number, count) in counts.iter_mut().enumerate() {
            if texts.values.folded(number as u32).is_empty() {
                *count = 0;
            }
        }
        Self::frequent(texts, counts)
    }

    fn frequent(texts: &Texts, counts: Vec<u64>) -> Vec<(Value, u64)> {
        // There may be as many different ones as findings: only the few that are shown are spelt out.
        let ranks = texts.values.ranks();
        let mut there: Vec<(u32, u64)> = (0_u32..).zip(counts).filter(|(_, n)| *n > 0).collect();
        let order = |(number, n): &(u32, u64)| (Reverse(*n), ranks[*number as usize]);
        if there.len() > MOST as usize {
            there.select_nth_unstable_by_key(MOST as usize, order);
            there.truncate(MOST as usize);
        }
        there.sort_unstable_by_key(order);
        let spelt = |(number, n)| (Value::Text(texts.values.text(number).to_owned()), n);
        there.into_iter().map(spelt).collect()
    }
}

/// A path that begins with `prefix`, up to its first folder behind that.
fn up_to_folder<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    let behind = path.strip_prefix(prefix)?;
    Some(behind.find('/').map_or(path, |at| &path[..=prefix.len() + at]))
}

/// How often each number is there.
fn counted<T: Copy>(column: &[T], among: &Bits, numbers: usize, index: impl Fn(T) -> usize) -> Vec<u64> {
    let mut counts = vec![0; numbers];
    among.each(|at| counts[index(column[at])] += 1);
    counts
}

/// The most frequent ones, equally frequent ones in their order.
fn most<K: Ord>(mut rows: Vec<(K, Value, u64)>) -> Vec<(Value, u64)> {
    rows.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    rows.truncate(MOST as usize);
    rows.into_iter().map(|(_, value, n)| (value, n)).collect()
}
