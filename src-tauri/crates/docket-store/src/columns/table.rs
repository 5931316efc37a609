//! The columns themselves: a few small numbers for each finding, and the values they stand for.

use std::collections::HashMap;
use std::sync::OnceLock;

use docket_domain::Problem;
use rusqlite::Row;

use super::bits::Bits;
use super::spelt::Spelt;
use super::titles::Titles;
use crate::access::Read;
use crate::fault::sql;

/// Values of a text column, capitals aside, each with its number.
#[derive(Debug, Default)]
pub(crate) struct Values {
    numbers: HashMap<String, u32>,
    /// As it was first met, and with small letters.
    spelt: Vec<(String, String)>,
    /// The number met last: neighbours are often alike.
    last: Option<(String, u32)>,
    ranks: OnceLock<Vec<u32>>,
}

impl Values {
    fn number(&mut self, text: &str) -> u32 {
        if let Some((known, number)) = &self.last
            && known == text
        {
            return *number;
        }
        let folded = text.to_ascii_lowercase();
        let next = self.spelt.len() as u32;
        let number = *self.numbers.entry(folded).or_insert_with_key(|folded| {
            self.spelt.push((text.to_owned(), folded.clone()));
            self.ranks = OnceLock::new();
            next
        });
        self.last = Some((text.to_owned(), number));
        number
    }

    pub fn len(&self) -> usize {
        self.spelt.len()
    }

    /// A value as people see it.
    pub fn text(&self, number: u32) -> &str {
        &self.spelt[number as usize].0
    }

    /// A value with small letters: by this it sorts.
    pub fn folded(&self, number: u32) -> &str {
        &self.spelt[number as usize].1
    }

    /// For each number, whether its value (with small letters) passes the test.
    pub fn which(&self, test: impl Fn(&str) -> bool) -> Vec<bool> {
        self.spelt.iter().map(|(_, folded)| test(folded)).collect()
    }

    /// For each number, its place in the order of the values.
    pub fn ranks(&self) -> &[u32] {
        self.ranks.get_or_init(|| ranked(self.len(), |number| self.folded(number)))
    }
}

/// A text column.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub values: Values,
    pub column: Vec<u32>,
}

/// A column of numbers of which there are few different ones: times, applications.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    known: HashMap<i64, u32>,
    pub values: Vec<i64>,
    pub column: Vec<u32>,
}

impl Numbers {
    fn number(&mut self, value: i64) -> u32 {
        if let Some(last) = self.column.last().filter(|last| self.values[**last as usize] == value) {
            return *last;
        }
        let next = self.values.len() as u32;
        *self.known.entry(value).or_insert_with(|| {
            self.values.push(value);
            next
        })
    }

    /// For each number, whether its value passes the test.
    pub fn which(&self, test: impl Fn(i64) -> bool) -> Vec<bool> {
        self.values.iter().map(|value| test(*value)).collect()
    }

    /// For each number, its place in the order of the values.
    pub fn ranks(&self) -> Vec<u32> {
        ranked(self.values.len(), |number| self.values[number as usize])
    }
}

/// For each of so many numbers, its place in the order of its key.
pub(super) fn ranked<K: Ord>(numbers: usize, key: impl Fn(u32) -> K) -> Vec<u32> {
    let mut order: Vec<u32> = (0..numbers as u32).collect();
    order.sort_unstable_by_key(|number| key(*number));
    let mut ranks = vec![0; order.len()];
    for (rank, number) in (0..).zip(order) {
        ranks[number as usize] = rank;
    }
    ranks
}

/// Where an id is among these, which are in order.
pub(super) fn place(ids: &[i64], id: i64) -> Option<usize> {
    // Usually none is missing in between.
    let guess = usize::try_from(id - ids.first()?).ok()?;
    if ids.get(guess) == Some(&id) { Some(guess) } else { ids.binary_search(&id).ok() }
}

/// What findings are filtered, counted and ordered by. Each has a place; places are in the order of ids.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    /// The state of the findings since which there are the same ones with the same texts.
    pub since: i64,
    pub ids: Vec<i64>,
    /// Not every place has a finding any more.
    pub there: Option<Bits>,
    pub severity: Vec<u8>,
    pub status: Texts,
    pub reason: Texts,
    pub kind: Texts,
    pub linked: Vec<bool>,
    pub proposal: Vec<bool>,
    pub application: Numbers,
    pub tool: Texts,
    pub branch: Texts,
    pub owner: Texts,
    pub rule: Texts,
    pub component: Texts,
    pub first: Numbers,
    pub last: Numbers,
    /// The weaknesses: the first of each finding, 0 for none.
    pub cwe: Texts,
    /// Further ones of the few that have several.
    pub more_cwe: HashMap<u32, Vec<u32>>,
    /// The CVE and other ids of each finding that name flaws: a list of them, each with [`END_OF_ID`].
    pub flaws: Spelt,
    pub flaw: Vec<u32>,
    /// What the next three columns stand for.
    pub spelt: Spelt,
    /// The file of the first place.
    pub path: Vec<u32>,
    /// By what the place sorts, before the line.
    pub spot: Vec<u32>,
    pub purl: Vec<u32>,
    pub line: Vec<u32>,
    pub titles: Titles,
}

/// Behind each id of a flaw; readers let no control character through.
pub(super) const END_OF_ID: char = '\u{1f}';

const SELECT: &str = "SELECT id, severity, status, ifnull(reason, ''), kind, issues > 0, proposals > 0, application, \
    tool, branch, owner, rule, component, first_seen, last_seen, path, spot, purl, line, \
    title FROM finding";

impl Columns {
    /// All findings of the database.
    pub fn load(read: &Read<'_>) -> Result<Self, Problem> {
        let mut columns = Self::default();
        columns.cwe.values.number("");
        let mut statement = read.conn.prepare(&format!("{SELECT} ORDER BY id")).map_err(sql)?;
        let mut rows = statement.query([]).map_err(sql)?;
        while let Some(row) = rows.next().map_err(sql)? {
            columns.push(row).map_err(sql)?;
        }
        let mut bits = Bits::none(columns.ids.len());
        (0..columns.ids.len()).for_each(|at| bits.insert(at));
        columns.there = Some(bits);
        let mut statement = read
            .conn
            .prepare("SELECT finding, value FROM identifier WHERE scheme = 'CWE' ORDER BY value")
            .map_err(sql)?;
        let mut rows = statement.query([]).map_err(sql)?;
        while let Some(row) = rows.next().map_err(sql)? {
            columns.weakness(row).map_err(sql)?;
        }
        columns.all_flaws(read)?;
        Ok(columns)
    }

    /// The ids of all flaws, which lie in the order of ids and not of findings.
    fn all_flaws(&mut self, read: &Read<'_>) -> Result<(), Problem> {
        let mut ids = Spelt::default();
        let mut pairs = Vec::new();
        for half in ["<", ">"] {
            let text = format!("SELECT finding, value FROM identifier WHERE scheme {half} 'CWE'");
            let mut statement = read.conn.prepare(&text).map_err(sql)?;
            let mut rows = statement.query([]).map_err(sql)?;
            while let Some(row) = rows.next().map_err(sql)? {
                let (finding, id) = (row.get(0).map_err(sql)?, row.get_ref(1).map_err(sql)?);
                let id = ids.number(id.as_str().map_err(Problem::internal)?);
                pairs.extend(self.place(finding).map(|at| (at as u32, id)));
            }
        }
        pairs.sort_unstable();
        let mut list = String::new();
        for of_one in pairs.chunk_by(|(one, _), (other, _)| one == other) {
            list.clear();
            for (_, id) in of_one {
                list.push_str(ids.text(*id));
                list.push(END_OF_ID);
            }
            self.flaw[of_one[0].0 as usize] = self.flaws.number(&list);
        }
        Ok(())
    }

    /// Reads these findings anew: changed, new, or gone.
    pub fn refresh(&mut self, read: &Read<'_>, ids: &[i64]) -> Result<(), Problem> {
        for some in ids.chunks(500) {
            let listed: Vec<String> = some.iter().map(ToString::to_string).collect();
            let listed = format!("[{}]", listed.join(","));
            for id in some {
                if let Some(at) = self.place(*id) {
                    self.set_there(at, false);
                    self.cwe.column[at] = 0;
                    self.more_cwe.remove(&(at as u32));
                    self.flaw[at] = 0;
                }
            }
            let condition = "IN (SELECT value FROM json_each(?1))";
            let text = format!("{SELECT} WHERE id {condition} ORDER BY id");
            let mut statement = read.conn.prepare_cached(&text).map_err(sql)?;
            let mut rows = statement.query([&listed]).map_err(sql)?;
            while let Some(row) = rows.next().map_err(sql)? {
                self.put(row).map_err(sql)?;
            }
            let text =
                format!("SELECT finding, value FROM identifier WHERE finding {condition} AND scheme = 'CWE'");
            let mut statement = read.conn.prepare_cached(&text).map_err(sql)?;
            let mut rows = statement.query([&listed]).map_err(sql)?;
            while let Some(row) = rows.next().map_err(sql)? {
                self.weakness(row).map_err(sql)?;
            }
            let text = format!(
                "SELECT finding, group_concat(value || char(31), '') FROM identifier WHERE finding {condition} \
                 AND scheme <> 'CWE' GROUP BY finding"
            );
            let mut statement = read.conn.prepare_cached(&text).map_err(sql)?;
            let mut rows = statement.query([&listed]).map_err(sql)?;
            while let Some(row) = rows.next().map_err(sql)? {
                if let Some(at) = self.place(row.get(0).map_err(sql)?) {
                    let list = row.get_ref(1).map_err(sql)?;
                    self.flaw[at] = self.flaws.number(list.as_str().map_err(Problem::internal)?);
                }
            }
        }
        Ok(())
    }

    /// Where a finding is.
    pub fn place(&self, id: i64) -> Option<usize> {
        place(&self.ids, id)
    }

    /// Whether there is a finding at this place.
    pub fn is_there(&self, at: usize) -> bool {
        self.there.as_ref().is_some_and(|there| there.has(at))
    }

    fn set_there(&mut self, at: usize, there: bool) {
        let len = self.ids.len();
        let bits = self.there.get_or_insert_with(|| Bits::none(len));
        bits.grow(len);
        if there { bits.insert(at) } else { bits.remove(at) }
    }

    /// A row at its place; new ones come last, as ids only grow.
    fn put(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let id: i64 = row.get(0)?;
        let at = match self.place(id) {
            Some(at) => {
                self.change(at, row)?;
                at
            }
            None if self.ids.last().is_some_and(|last| *last > id) => {
                return Err(rusqlite::Error::IntegralValueOutOfRange(0, id));
            }
            None => {
                self.push(row)?;
                self.ids.len() - 1
            }
        };
        self.set_there(at, true);
        Ok(())
    }

    fn push(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        self.ids.push(row.get(0)?);
        self.severity.push(0);
        self.linked.push(false);
        self.proposal.push(false);
        self.cwe.column.push(0);
        for column in [&mut self.flaw, &mut self.path, &mut self.spot, &mut self.purl, &mut self.line] {
            column.push(0);
        }
        for texts in self.texts() {
            let last = texts.column.last().copied().unwrap_or(0);
            texts.column.push(last);
        }
        for numbers in [&mut self.application, &mut self.first, &mut self.last] {
            let last = numbers.column.last().copied().unwrap_or(0);
            if numbers.values.is_empty() {
                numbers.values.push(i64::MIN);
            }
            numbers.column.push(last);
        }
        self.change(self.ids.len() - 1, row)
    }

    /// The text columns of a row, in the order of [`SELECT`].
    fn texts(&mut self) -> [&mut Texts; 8] {
        [
            &mut self.status,
            &mut self.reason,
            &mut self.kind,
            &mut self.tool,
            &mut self.branch,
            &mut self.owner,
            &mut self.rule,
            &mut self.component,
        ]
    }

    fn change(&mut self, at: usize, row: &Row<'_>) -> rusqlite::Result<()> {
        self.severity[at] = row.get(1)?;
        self.linked[at] = row.get(5)?;
        self.proposal[at] = row.get(6)?;
        for (texts, column) in self.texts().into_iter().zip([2, 3, 4, 8, 9, 10, 11, 12]) {
            texts.column[at] = texts.values.number(row.get_ref(column)?.as_str()?);
        }
        for (numbers, column) in [(&mut self.application, 7), (&mut self.first, 13), (&mut self.last, 14)] {
            numbers.column[at] = numbers.number(row.get(column)?);
        }
        let (path, spot) = (row.get_ref(15)?.as_str()?, row.get_ref(16)?.as_str()?);
        self.path[at] = self.spelt.number(path);
        self.spot[at] = if spot == path { self.path[at] } else { self.spelt.number(spot) };
        self.purl[at] = self.spelt.number(row.get_ref(17)?.as_str()?);
        self.line[at] = row.get(18)?;
        self.titles.note(at, row.get_ref(19)?.as_str()?);
        Ok(())
    }

    fn weakness(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let (Some(at), number) = (self.place(row.get(0)?), self.cwe.values.number(row.get_ref(1)?.as_str()?))
        else {
            return Ok(());
        };
        if self.cwe.column[at] == 0 {
            self.cwe.column[at] = number;
        } else {
            self.more_cwe.entry(at as u32).or_default().push(number);
        }
        Ok(())
    }

    /// All findings.
    pub fn all(&self) -> Bits {
        self.there.clone().unwrap_or_else(|| Bits::none(0))
    }
}
