//! The order of titles. Titles themselves are not held, there are nearly as many as findings; only in
//! which order they come is.

use docket_domain::Problem;

use super::bits::Bits;
use super::table::Columns;
use crate::access::Read;
use crate::fault::sql;

/// Putting one title in its place takes so many looks at others; putting all in order, one each. Tests
/// want to see both.
const LOOKS: usize = if cfg!(test) { 2 } else { 20 };

/// Places in the order of their titles (capitals do not matter), equal ones by id.
#[derive(Debug, Default)]
pub(crate) struct Titles {
    /// None: not known.
    order: Option<Vec<u32>>,
    /// Tells whether a title is another one.
    hashes: Vec<u32>,
    /// What has another title than the order knows.
    changed: Vec<u32>,
}

/// FNV-1a: whether it is the same title again, not who says so.
fn hash(title: &str) -> u32 {
    title.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// As the database orders them.
fn compare(one: &str, other: &str) -> std::cmp::Ordering {
    let small = |byte: u8| byte.to_ascii_lowercase();
    one.bytes().map(small).cmp(other.bytes().map(small))
}

impl Titles {
    /// The finding at this place (the next one, or one that was there) has this title.
    pub fn note(&mut self, at: usize, title: &str) {
        let hash = hash(title);
        let known = self.hashes.get(at).copied();
        if known.is_none() {
            self.hashes.resize(at + 1, 0);
        }
        self.hashes[at] = hash;
        if known != Some(hash) && self.order.is_some() {
            self.changed.push(at as u32);
        }
    }

    /// Places among these from an offset on, at most `limit`; none while the order is not known.
    pub fn page(&self, among: &Bits, down: bool, offset: usize, limit: usize) -> Option<Vec<usize>> {
        let order = self.order.as_ref().filter(|_| self.changed.is_empty())?;
        let page = |places: &mut dyn Iterator<Item = &u32>| {
            let there = places.map(|at| *at as usize).filter(|at| among.has(*at));
            there.skip(offset).take(limit).collect()
        };
        Some(if down { page(&mut order.iter().rev()) } else { page(&mut order.iter()) })
    }

    /// From now on the order is this.
    pub fn are_in(&mut self, order: Vec<u32>) {
        self.changed.clear();
        self.order = Some(order);
    }
}

impl Columns {
    /// The order with what has another title now in its place; none if there is nothing to do, or if that
    /// takes longer than putting all of them in order.
    pub fn titles_placed(&self, read: &Read<'_>) -> Result<Option<Vec<u32>>, Problem> {
        let Titles { order: Some(order), changed, .. } = &self.titles else { return Ok(None) };
        if changed.is_empty() || changed.len() * LOOKS > order.len() {
            return Ok(None);
        }
        let mut moved = Bits::none(self.ids.len());
        for at in changed {
            moved.insert(*at as usize);
        }
        let stays = |at: &u32| !moved.has(*at as usize) && self.is_there(*at as usize);
        let rest: Vec<u32> = order.iter().copied().filter(stays).collect();

        let mut titles = Vec::with_capacity(changed.len());
        for at in moved.iter().filter(|at| self.is_there(*at)) {
            titles.push((self.title(read, at as u32)?, at as u32));
        }
        titles.sort_by(|(one, a), (other, b)| compare(one, other).then(a.cmp(b)));
        let (mut out, mut from) = (Vec::with_capacity(self.ids.len()), 0);
        for (title, at) in titles {
            let (mut low, mut high) = (from, rest.len());
            while low < high {
                let middle = low.midpoint(high);
                let other = rest[middle];
                let before = compare(&self.title(read, other)?, &title).then(other.cmp(&at)).is_lt();
                if before { low = middle + 1 } else { high = middle }
            }
            out.extend_from_slice(&rest[from..low]);
            out.push(at);
            from = low;
        }
        out.extend_from_slice(&rest[from..]);
        Ok(Some(out))
    }

    fn title(&self, read: &Read<'_>, at: u32) -> Result<String, Problem> {
        let title = "SELECT title FROM finding WHERE id = ?1";
        read.first(title, [self.ids[at as usize]], |row| row.get(0)).map(Option::unwrap_or_default)
    }

    /// The order of all titles, which takes the database about as long as reading all findings; none if
    /// it is known.
    pub fn titles_in_order(&self, read: &Read<'_>) -> Result<Option<Vec<u32>>, Problem> {
        if self.titles.order.is_some() && self.titles.changed.is_empty() {
            return Ok(None);
        }
        let text = "SELECT id FROM finding ORDER BY title COLLATE NOCASE, id";
        let mut order = Vec::with_capacity(self.ids.len());
        let mut statement = read.conn.prepare(text).map_err(sql)?;
        let mut rows = statement.query([]).map_err(sql)?;
        while let Some(row) = rows.next().map_err(sql)? {
            order.extend(self.place(row.get(0).map_err(sql)?).map(|at| at as u32));
        }
        Ok(Some(order))
    }
}
