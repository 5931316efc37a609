//! A query of the domain as a SQL condition on `finding f`.
//!
//! Everything that people typed travels as a bound parameter; wildcards become `LIKE`
//! patterns with their special characters escaped, free text becomes quoted FTS5 strings.

use docket_domain::query::{Condition, Field, Pattern, Query, Term};
use docket_domain::{ApplicationId, FindingId, Timestamp};
use rusqlite::types::Value;

/// A condition and its parameters, which are positional (`?`).
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Filter {
    pub(crate) text: String,
    pub(crate) params: Vec<Value>,
    /// Put before columns of few values, so that the index of the sort drives, not theirs:
    /// `+` hides a column from SQLite's planner.
    pub(crate) hide: &'static str,
    /// The column that drives; a single value of it may be looked up.
    pub(crate) lead: Option<&'static str>,
}

impl Filter {
    /// The condition for a query within an application. Never empty: `TRUE` at least.
    pub(crate) fn new(query: &Query, application: Option<ApplicationId>, now: Timestamp) -> Self {
        Self::default().fill(query, application, now)
    }

    /// The same for a list in the order of `lead`, whose rows come one by one from the
    /// index of that order and are looked at there.
    pub(crate) fn in_order(
        query: &Query,
        application: Option<ApplicationId>,
        now: Timestamp,
        lead: &'static str,
    ) -> Self {
        Self { hide: "+", lead: Some(lead), ..Self::default() }.fill(query, application, now)
    }

    fn fill(self, query: &Query, application: Option<ApplicationId>, now: Timestamp) -> Self {
        let mut filter = self;
        if let Some(application) = application {
            let column = filter.few("f.application", 1);
            filter.and(&format!("{column} = ?"));
            filter.params.push(Value::Integer(application.0));
        }
        for term in &query.terms {
            let condition = filter.term(term, now);
            filter.and(&condition);
        }
        if filter.text.is_empty() {
            filter.text.push_str("TRUE");
        }
        filter
    }

    /// The condition for exactly these findings.
    pub(crate) fn ids(ids: &[FindingId]) -> Self {
        let mut filter = Self::default();
        filter.text = filter.listed(ids);
        filter
    }

    /// The statement that yields the ids of what a query of one term matches. An id may come twice,
    /// and what is looked up beside the findings is not looked up in them once more.
    pub(crate) fn select_ids(&self) -> String {
        // Alternatives stand in parentheses of their own, so this is one look-up and nothing else.
        match self.text.strip_prefix("f.id IN (").and_then(|rest| rest.strip_suffix(')')) {
            Some(beside) => beside.to_owned(),
            None => format!("SELECT f.id FROM finding f WHERE {}", self.text),
        }
    }

    /// Adds a condition that has no parameters.
    pub(crate) fn and(&mut self, condition: &str) {
        if !self.text.is_empty() {
            self.text.push_str(" AND ");
        }
        self.text.push_str(condition);
    }

    /// Leaves these findings out.
    pub(crate) fn except(&mut self, ids: &[FindingId]) {
        if !ids.is_empty() {
            let listed = self.listed(ids);
            self.and(&format!("NOT ({listed})"));
        }
    }

    fn term(&mut self, term: &Term, now: Timestamp) -> String {
        let condition = match &term.condition {
            Condition::Severity(values) => {
                let ranks: Vec<String> = values.iter().map(|s| s.rank().to_string()).collect();
                let column = self.few("f.severity", values.len());
                format!("{column} IN ({})", ranks.join(","))
            }
            Condition::Status(values) => {
                let column = self.few("f.status", values.len());
                self.words(&column, values)
            }
            Condition::Reason(values) => self.words("ifnull(f.reason, '')", values),
            Condition::Kind(values) => self.words("f.kind", values),
            Condition::Text(field, patterns) => {
                self.any(patterns, |filter, pattern| filter.pattern(*field, pattern))
            }
            Condition::Linked(yes) => format!("f.issues {} 0", if *yes { ">" } else { "=" }),
            Condition::Proposal(yes) => format!("f.proposals {} 0", if *yes { ">" } else { "=" }),
            Condition::Time(field, tests) => {
                let column = if *field == Field::First { "f.first_seen" } else { "f.last_seen" };
                let column = self.few(column, 1);
                self.any(tests, |filter, test| match test.range(now) {
                    (Some(from), Some(to)) => {
                        filter.params.extend([Value::Integer(from.0), Value::Integer(to.0)]);
                        format!("({column} >= ? AND {column} < ?)")
                    }
                    (Some(from), None) => {
                        filter.params.push(Value::Integer(from.0));
                        format!("{column} >= ?")
                    }
                    (None, Some(to)) => {
                        filter.params.push(Value::Integer(to.0));
                        format!("{column} < ?")
                    }
                    (None, None) => "TRUE".to_owned(),
                })
            }
            Condition::Id(ids) => self.listed(ids),
            Condition::Free { text, phrase } => self.free(text, *phrase),
        };
        if term.negated { format!("NOT ({condition})") } else { condition }
    }

    /// A column of few values, hidden from the planner unless it leads with a single value.
    fn few(&self, column: &'static str, values: usize) -> String {
        let leads = self.lead == Some(column) && values == 1;
        format!("{}{column}", if leads { "" } else { self.hide })
    }

    fn any<T>(&mut self, values: &[T], mut one: impl FnMut(&mut Self, &T) -> String) -> String {
        let parts: Vec<String> = values.iter().map(|value| one(self, value)).collect();
        if let [only] = parts.as_slice() { only.clone() } else { format!("({})", parts.join(" OR ")) }
    }

    /// Any of these ids. They travel as one parameter: a statement's text has its limit.
    fn listed(&mut self, ids: &[FindingId]) -> String {
        let spelt: Vec<String> = ids.iter().map(|id| id.0.to_string()).collect();
        self.params.push(Value::Text(format!("[{}]", spelt.join(","))));
        "f.id IN (SELECT value FROM json_each(?))".to_owned()
    }

    fn words<T: std::fmt::Display>(&mut self, column: &str, values: &[T]) -> String {
        self.params.extend(values.iter().map(|v| Value::Text(v.to_string())));
        format!("{column} IN ({})", vec!["?"; values.len()].join(","))
    }

    fn bind(&mut self, text: impl Into<String>) {
        self.params.push(Value::Text(text.into()));
    }

    fn pattern(&mut self, field: Field, pattern: &Pattern) -> String {
        match field {
            Field::Tool => self.plain(&self.few("f.tool", 1), pattern),
            Field::Rule => self.plain("f.rule", pattern),
            Field::Branch => self.plain(&self.few("f.branch", 1), pattern),
            Field::Owner => self.owner(pattern),
            Field::App => {
                let inner = self.plain("a.name", pattern);
                let column = self.few("f.application", usize::MAX);
                format!("{column} IN (SELECT a.id FROM application a WHERE {inner})")
            }
            Field::Path => self.path(pattern),
            Field::Component => self.component(pattern),
            Field::Cwe => self.identifier("i.scheme = 'CWE'", &Pattern(weakness(&pattern.0))),
            _ => self.identifier("i.scheme <> 'CWE'", &Pattern(pattern.0.to_uppercase())),
        }
    }

    /// Equal (capitals do not matter), or like the wildcards say.
    fn plain(&mut self, column: &str, pattern: &Pattern) -> String {
        if pattern.is_wild() {
            self.bind(like(&pattern.0));
            format!("{column} LIKE ? ESCAPE '\\'")
        } else {
            self.bind(&pattern.0);
            format!("{column} = ? COLLATE NOCASE")
        }
    }

    /// Whoever owns the file, alone or with others.
    fn owner(&mut self, pattern: &Pattern) -> String {
        if pattern.0.is_empty() {
            return "f.owner = ''".to_owned();
        }
        let whole = self.plain("f.owner", pattern);
        if pattern.is_wild() {
            return format!("(f.owner <> '' AND {whole})");
        }
        self.bind(format!("% {} %", escaped(&pattern.0)));
        format!("(f.owner <> '' AND ({whole} OR ' ' || f.owner || ' ' LIKE ? ESCAPE '\\'))")
    }

    /// Any of the finding's places. Without wildcards: this file, or everything below this folder.
    fn path(&mut self, pattern: &Pattern) -> String {
        if pattern.0.is_empty() {
            return "f.path = ''".to_owned();
        }
        let first = self.one_path("f.path", pattern);
        let further = self.one_path("l.path", pattern);
        format!("({first} OR f.id IN (SELECT l.finding FROM location l WHERE {further}))")
    }

    fn one_path(&mut self, column: &str, pattern: &Pattern) -> String {
        if pattern.is_wild() {
            self.bind(like(&pattern.0));
            return format!("{column} LIKE ? ESCAPE '\\'");
        }
        let path = pattern.0.trim_end_matches('/');
        self.bind(path);
        self.bind(format!("{}/%", escaped(path)));
        format!("({column} = ? OR {column} LIKE ? ESCAPE '\\')")
    }

    /// The statement that yields the ids of findings one of whose places after the first a path means.
    pub(crate) fn further_places(pattern: &Pattern) -> Self {
        let mut filter = Self::default();
        let further = filter.one_path("l.path", pattern);
        filter.text = format!("SELECT l.finding FROM location l WHERE {further}");
        filter
    }

    /// The component's name, or its package URL with or without version.
    fn component(&mut self, pattern: &Pattern) -> String {
        if pattern.0.is_empty() {
            return "f.component = ''".to_owned();
        }
        let name = self.plain("f.component", pattern);
        if !pattern.0.starts_with("pkg:") {
            return name;
        }
        let exact = self.plain("f.purl", pattern);
        self.bind(format!("{}@%", if pattern.is_wild() { like(&pattern.0) } else { escaped(&pattern.0) }));
        format!("({name} OR {exact} OR f.purl LIKE ? ESCAPE '\\')")
    }

    fn identifier(&mut self, scheme: &str, pattern: &Pattern) -> String {
        if pattern.0.is_empty() {
            return format!("f.id NOT IN (SELECT i.finding FROM identifier i WHERE {scheme})");
        }
        let inner = if pattern.is_wild() {
            self.bind(like(&pattern.0));
            "i.value LIKE ? ESCAPE '\\'"
        } else {
            self.bind(&pattern.0);
            "i.value = ?"
        };
        format!("f.id IN (SELECT i.finding FROM identifier i WHERE {scheme} AND {inner})")
    }

    fn free(&mut self, text: &str, phrase: bool) -> String {
        if let Some(expression) = match_expression(text, phrase) {
            self.bind(expression);
            return "f.id IN (SELECT rowid FROM finding_text WHERE finding_text MATCH ?)".to_owned();
        }
        // Nothing in it that the index holds (only punctuation): look at the titles themselves.
        self.bind(format!("%{}%", escaped(text)));
        "f.title LIKE ? ESCAPE '\\'".to_owned()
    }
}

/// A CWE as identifiers spell it, however it was typed; empty for none.
pub(crate) fn weakness(typed: &str) -> String {
    let number = typed.trim().to_uppercase();
    let number = number.strip_prefix("CWE-").or(number.strip_prefix("CWE")).unwrap_or(&number);
    let number = number.trim_start_matches('0');
    if number.is_empty() { String::new() } else { format!("CWE-{number}") }
}

/// The FTS5 expression for free text: one quoted string, in which nothing is special. A
/// single word may go on (`inj` finds «injection»); a phrase is of whole words.
fn match_expression(text: &str, phrase: bool) -> Option<String> {
    if !text.chars().any(char::is_alphanumeric) {
        return None;
    }
    // A NUL would end the expression early.
    let quoted = text.replace('\0', " ").replace('"', "\"\"");
    Some(if phrase { format!("\"{quoted}\"") } else { format!("\"{quoted}\" *") })
}

/// `*` and `?` of the language as a `LIKE` pattern.
fn like(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        match c {
            '*' if out.ends_with('%') => {}
            '*' => out.push('%'),
            '?' => out.push('_'),
            c => push_escaped(&mut out, c),
        }
    }
    out
}

/// Text in which nothing is special to `LIKE … ESCAPE '\'`.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push_escaped(&mut out, c));
    out
}

fn push_escaped(out: &mut String, c: char) {
    if matches!(c, '%' | '_' | '\\') {
        out.push('\\');
    }
    out.push(c);
}
