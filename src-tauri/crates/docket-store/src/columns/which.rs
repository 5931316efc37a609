//! Which findings a query matches: what the columns know is looked up there, the rest is asked of the
//! database once and remembered.

use std::sync::Arc;

use docket_domain::query::{Condition, Field, Pattern, Query, Term};
use docket_domain::{ApplicationId, Problem};
use rusqlite::params_from_iter;

use super::bits::Bits;
use super::table::{Columns, END_OF_ID, Texts};
use super::{Shelf, pattern};
use crate::access::Read;
use crate::fault::sql;
use crate::filter::{Filter, weakness};

/// What one look at the columns works with.
pub(crate) struct Look<'a> {
    pub read: &'a Read<'a>,
    pub shelf: &'a Shelf,
    pub columns: &'a Columns,
}

impl Look<'_> {
    /// The findings that a query matches within an application, or all.
    pub fn which(&self, query: &Query, application: Option<ApplicationId>) -> Result<Bits, Problem> {
        let mut bits = self.columns.all();
        if let Some(application) = application {
            let known = self.columns.application.which(|id| id == application.0);
            bits.and(&Bits::of(&self.columns.application.column, |n| known[n as usize]));
        }
        for term in &query.terms {
            let found = self.term(term)?;
            if term.negated { bits.and_not(&found) } else { bits.and(&found) }
        }
        Ok(bits)
    }

    /// What one term matches, its minus aside.
    fn term(&self, term: &Term) -> Result<Arc<Bits>, Problem> {
        let columns = self.columns;
        let words = |texts: &Texts, wanted: Vec<String>| {
            let known = texts.values.which(|value| wanted.iter().any(|wanted| wanted == value));
            Bits::of(&texts.column, |n| known[n as usize])
        };
        Ok(Arc::new(match &term.condition {
            Condition::Severity(values) => {
                Bits::of(&columns.severity, |rank| values.iter().any(|value| value.rank() == rank))
            }
            Condition::Status(v) => words(&columns.status, v.iter().map(ToString::to_string).collect()),
            Condition::Reason(v) => words(&columns.reason, v.iter().map(ToString::to_string).collect()),
            Condition::Kind(v) => words(&columns.kind, v.iter().map(ToString::to_string).collect()),
            Condition::Linked(yes) => Bits::of(&columns.linked, |is| is == *yes),
            Condition::Proposal(yes) => Bits::of(&columns.proposal, |is| is == *yes),
            Condition::Time(field, tests) => {
                let times = if *field == Field::First { &columns.first } else { &columns.last };
                let ranges: Vec<_> = tests.iter().map(|test| test.range(self.read.now())).collect();
                let known = times.which(|at| {
                    ranges.iter().any(|(from, to)| {
                        from.is_none_or(|from| at >= from.0) && to.is_none_or(|to| at < to.0)
                    })
                });
                Bits::of(&times.column, |n| known[n as usize])
            }
            Condition::Id(ids) => {
                let mut bits = Bits::none(columns.ids.len());
                ids.iter().filter_map(|id| columns.place(id.0)).for_each(|at| bits.insert(at));
                bits
            }
            Condition::Text(field, patterns) => {
                let mut bits = Bits::none(columns.ids.len());
                for pattern in patterns {
                    bits.or(&*self.text(*field, pattern)?);
                }
                bits
            }
            Condition::Free { text, phrase } => {
                let words = self.shelf.words(columns.since);
                match words.and_then(|words| words.find(text, *phrase)) {
                    Some(known) => return Ok(known),
                    None => return self.asked(term),
                }
            }
        }))
    }

    fn text(&self, field: Field, pattern: &Pattern) -> Result<Arc<Bits>, Problem> {
        let columns = self.columns;
        let texts = match field {
            Field::Tool => &columns.tool,
            Field::Rule => &columns.rule,
            Field::Branch => &columns.branch,
            Field::Owner => &columns.owner,
            Field::Component if pattern.0.starts_with("pkg:") => return Ok(Arc::new(self.packages(pattern))),
            Field::Component => &columns.component,
            Field::Path => return self.paths(pattern),
            Field::App => return self.applications(pattern),
            Field::Cwe => return Ok(self.weaknesses(pattern)),
            _ => return Ok(Arc::new(self.flaws(pattern))),
        };
        let wanted = pattern::Wanted::new(&pattern.0);
        let known = match field {
            Field::Owner => texts.values.which(|value| wanted.owns(value)),
            _ => texts.values.which(|value| wanted.fits(value)),
        };
        Ok(Arc::new(Bits::of(&texts.column, |n| known[n as usize])))
    }

    fn weaknesses(&self, pattern: &Pattern) -> Arc<Bits> {
        let cwe = &self.columns.cwe;
        let wanted = pattern::Wanted::new(&weakness(&pattern.0));
        // Number 0 is the empty value, that of findings without any.
        let known = cwe.values.which(|value| wanted.fits(value));
        let mut bits = Bits::of(&cwe.column, |n| known[n as usize] && (n > 0 || !wanted.is_wild()));
        for (at, more) in &self.columns.more_cwe {
            if more.iter().any(|n| known[*n as usize]) {
                bits.insert(*at as usize);
            }
        }
        Arc::new(bits)
    }

    /// By a CVE or another id that names a flaw.
    fn flaws(&self, pattern: &Pattern) -> Bits {
        let (flaws, column) = (&self.columns.flaws, &self.columns.flaw);
        if pattern.0.is_empty() {
            return Bits::of(column, |n| n == 0);
        }
        let exact = pattern.0.to_uppercase();
        let wanted = pattern::Wanted::new(&exact);
        let known = flaws.which(|list| {
            let mut ids = list.split_terminator(END_OF_ID);
            ids.any(|id| if wanted.is_wild() { wanted.fits(id) } else { id == exact })
        });
        Bits::of(column, |n| known[n as usize])
    }

    fn applications(&self, pattern: &Pattern) -> Result<Arc<Bits>, Problem> {
        let wanted = pattern::Wanted::new(&pattern.0);
        let names = self.read.all("SELECT id, name FROM application", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })?;
        let ids: Vec<i64> = names
            .into_iter()
            .filter(|(_, name)| wanted.fits(&name.to_ascii_lowercase()))
            .map(|(id, _)| id)
            .collect();
        let known = self.columns.application.which(|id| ids.contains(&id));
        Ok(Arc::new(Bits::of(&self.columns.application.column, |n| known[n as usize])))
    }

    /// Packages by their URL, with or without version, or by a name that looks like one.
    fn packages(&self, pattern: &Pattern) -> Bits {
        let columns = self.columns;
        let wanted = pattern::Wanted::new(&pattern.0);
        let known = columns.spelt.which(|purl| wanted.fits_package(purl));
        let mut bits = Bits::of(&columns.purl, |n| known[n as usize]);
        let named = columns.component.values.which(|name| wanted.fits(name));
        bits.or(&Bits::of(&columns.component.column, |n| named[n as usize]));
        bits
    }

    /// Findings one of whose places a path means. Without wildcards: this file, or everything below this
    /// folder.
    fn paths(&self, pattern: &Pattern) -> Result<Arc<Bits>, Problem> {
        let columns = self.columns;
        if pattern.0.is_empty() {
            return Ok(Arc::new(Bits::of(&columns.path, |n| n == 0)));
        }
        // There are nearly as many different ones as findings.
        self.once(format!("path\0{}", pattern.0), || self.paths_anew(pattern))
    }

    fn paths_anew(&self, pattern: &Pattern) -> Result<Bits, Problem> {
        let columns = self.columns;
        let known = if pattern.is_wild() {
            let wanted = pattern::Wanted::new(&pattern.0);
            columns.spelt.which(|path| wanted.fits(path))
        } else {
            let exact = pattern.0.trim_end_matches('/');
            let folder = format!("{exact}/");
            let below = |path: &str| {
                let head = path.as_bytes().get(..folder.len());
                head.is_some_and(|head| head.eq_ignore_ascii_case(folder.as_bytes()))
            };
            columns.spelt.which(|path| path == exact || below(path))
        };
        let mut bits = Bits::of(&columns.path, |n| known[n as usize]);
        bits.or(&self.yielded(&Filter::further_places(pattern))?);
        Ok(bits)
    }

    /// Asks the database about a term.
    fn asked(&self, term: &Term) -> Result<Arc<Bits>, Problem> {
        let positive = Query { terms: vec![Term { negated: false, condition: term.condition.clone() }] };
        let key = positive.to_string();
        let mut filter = Filter::new(&positive, None, self.read.now());
        filter.text = filter.select_ids();
        self.once(key, || self.yielded(&filter))
    }

    /// What was worked out already, since texts are as they are.
    fn once(&self, key: String, work: impl FnOnce() -> Result<Bits, Problem>) -> Result<Arc<Bits>, Problem> {
        let since = self.columns.since;
        if let Some(known) = self.shelf.known(since, &key) {
            return Ok(known);
        }
        let bits = Arc::new(work()?);
        self.shelf.note(since, key, &bits);
        Ok(bits)
    }

    /// The findings that a statement of the database yields.
    fn yielded(&self, filter: &Filter) -> Result<Bits, Problem> {
        let mut bits = Bits::none(self.columns.ids.len());
        let mut statement = self.read.conn.prepare_cached(&filter.text).map_err(sql)?;
        let mut rows = statement.query(params_from_iter(&filter.params)).map_err(sql)?;
        while let Some(row) = rows.next().map_err(sql)? {
            if let Some(at) = self.columns.place(row.get(0).map_err(sql)?) {
                bits.insert(at);
            }
        }
        Ok(bits)
    }
}
