//! The work item query language, as far as it is understood here: flat queries whose conditions are joined by AND.
//!
//! Known conditions are tags, id, dates, project, type, state and title. Anything else is refused as a mistake of the
//! client rather than answered wrongly.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::Date;

use super::fields::{self, Field};
use super::patch::mistake;
use super::refuse;
use super::world::{AzureWorld, Item};
use crate::reply::Answer;

/// A query that was read.
#[derive(Debug)]
pub(crate) struct Query {
    pub columns: Vec<&'static Field>,
    pub order: Vec<(&'static Field, bool)>,
    conditions: Vec<Condition>,
}

#[derive(Debug)]
struct Condition {
    field: &'static Field,
    test: Test,
}

#[derive(Debug)]
enum Test {
    Tag(String, bool),
    Number(String, i64),
    NumberIn(Vec<i64>),
    Moment(String, Timestamp),
    Text(String, String),
    TextIn(Vec<String>),
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Name(String),
    Quoted(String),
    Sign(String),
}

fn syntax(what: &str) -> Box<Answer> {
    let message = format!(
        "TF51006: The query statement is missing a clause or is not readable. The error is caused by «{what}»."
    );
    refuse::wit(400, "SyntaxException", &message)
}

fn tokens(text: &str) -> Result<Vec<Token>, Box<Answer>> {
    let mut out = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            c if c.is_whitespace() => {}
            '[' => {
                let name: String = chars.by_ref().map(|(_, c)| c).take_while(|c| *c != ']').collect();
                out.push(Token::Name(name));
            }
            '\'' | '"' => {
                let mut value = String::new();
                loop {
                    match chars.next() {
                        Some((_, q)) if q == c => {
                            if chars.next_if(|(_, n)| *n == c).is_none() {
                                break;
                            }
                            value.push(c);
                        }
                        Some((_, other)) => value.push(other),
                        None => return Err(syntax(&text[at..])),
                    }
                }
                out.push(Token::Quoted(value));
            }
            '<' | '>' | '=' | ',' | '(' | ')' => {
                let mut sign = c.to_string();
                if matches!(c, '<' | '>')
                    && let Some((_, next)) = chars.next_if(|(_, n)| matches!(n, '=' | '>'))
                {
                    sign.push(next);
                }
                out.push(Token::Sign(sign));
            }
            _ => {
                let mut word = c.to_string();
                while let Some((_, next)) =
                    chars.next_if(|(_, n)| n.is_alphanumeric() || matches!(n, '@' | '.' | '-' | '_' | ':'))
                {
                    word.push(next);
                }
                out.push(Token::Word(word));
            }
        }
    }
    Ok(out)
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn word(&mut self, wanted: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Word(w)) if w.eq_ignore_ascii_case(wanted));
        self.at += usize::from(is);
        is
    }

    fn sign(&mut self, wanted: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Sign(s)) if s == wanted);
        self.at += usize::from(is);
        is
    }

    fn field(&mut self) -> Result<&'static Field, Box<Answer>> {
        match self.next() {
            Some(Token::Name(n)) => fields::field(&n).ok_or_else(|| {
                let message = format!("TF51005: The query references a field that does not exist. The error is caused by «[{n}]».");
                refuse::wit(400, "SyntaxException", &message)
            }),
            other => Err(syntax(&format!("{other:?}"))),
        }
    }

    fn value(&mut self, project: Option<&str>) -> Result<String, Box<Answer>> {
        match self.next() {
            Some(Token::Quoted(v)) => Ok(v),
            Some(Token::Word(w)) if w.eq_ignore_ascii_case("@project") => {
                project.map(ToOwned::to_owned).ok_or_else(|| syntax("@project"))
            }
            Some(Token::Word(w)) => Ok(w),
            other => Err(syntax(&format!("{other:?}"))),
        }
    }
}

/// Reads a query. `precise` is the query parameter `timePrecision`.
pub(crate) fn read(text: &str, project: Option<&str>, precise: bool) -> Result<Query, Box<Answer>> {
    let mut r = Reader { tokens: tokens(text)?, at: 0 };
    if !r.word("SELECT") {
        return Err(syntax("SELECT"));
    }
    let mut columns = vec![r.field()?];
    while r.sign(",") {
        columns.push(r.field()?);
    }
    if !(r.word("FROM") && r.word("WorkItems")) {
        return Err(syntax("FROM"));
    }
    let mut conditions = Vec::new();
    if r.word("WHERE") {
        loop {
            conditions.push(condition(&mut r, project, precise)?);
            if !r.word("AND") {
                break;
            }
        }
    }
    let mut order = Vec::new();
    if r.word("ORDER") {
        if !r.word("BY") {
            return Err(syntax("ORDER"));
        }
        loop {
            let field = r.field()?;
            let descending = r.word("DESC");
            let _ascending = r.word("ASC");
            order.push((field, descending));
            if !r.sign(",") {
                break;
            }
        }
    }
    match r.next() {
        None => Ok(Query { columns, order, conditions }),
        Some(Token::Word(w)) if w.eq_ignore_ascii_case("OR") => {
            Err(mistake("body: the practice server's query language knows AND, not OR"))
        }
        Some(other) => Err(syntax(&format!("{other:?}"))),
    }
}

fn condition(r: &mut Reader, project: Option<&str>, precise: bool) -> Result<Condition, Box<Answer>> {
    let bracket = r.sign("(");
    let field = r.field()?;
    let not = r.word("NOT");
    let operator = match r.next() {
        Some(Token::Sign(s)) => s,
        Some(Token::Word(w)) => w.to_uppercase(),
        other => return Err(syntax(&format!("{other:?}"))),
    };
    let unknown = || {
        mistake(&format!(
            "body: the practice server's query language has no '{} {operator}'",
            field.reference
        ))
    };
    let number = |v: &str| v.parse::<i64>().map_err(|_| syntax(v));
    if not && field.reference != "System.Tags" {
        return Err(unknown());
    }
    let test = match (field.reference, operator.as_str()) {
        ("System.Tags", "CONTAINS") => Test::Tag(r.value(project)?, !not),
        ("System.Id", "IN") => {
            let list = list(r, project)?;
            Test::NumberIn(list.iter().map(|v| number(v)).collect::<Result<_, _>>()?)
        }
        ("System.Id", "=" | "<>" | ">" | ">=" | "<" | "<=") => {
            let value = r.value(project)?;
            Test::Number(operator.clone(), number(&value)?)
        }
        ("System.ChangedDate" | "System.CreatedDate", "=" | ">" | ">=" | "<" | "<=") => {
            Test::Moment(operator.clone(), moment(&r.value(project)?, precise, field)?)
        }
        ("System.TeamProject" | "System.WorkItemType" | "System.State", "=" | "<>")
        | ("System.Title", "=" | "CONTAINS") => Test::Text(operator.clone(), r.value(project)?),
        ("System.TeamProject" | "System.WorkItemType" | "System.State", "IN") => {
            Test::TextIn(list(r, project)?)
        }
        _ => return Err(unknown()),
    };
    if bracket && !r.sign(")") {
        return Err(syntax("("));
    }
    Ok(Condition { field, test })
}

fn list(r: &mut Reader, project: Option<&str>) -> Result<Vec<String>, Box<Answer>> {
    if !r.sign("(") {
        return Err(syntax("IN"));
    }
    let mut out = vec![r.value(project)?];
    while r.sign(",") {
        out.push(r.value(project)?);
    }
    if r.sign(")") { Ok(out) } else { Err(syntax("IN")) }
}

/// A day, or with `timePrecision` a moment.
fn moment(text: &str, precise: bool, field: &Field) -> Result<Timestamp, Box<Answer>> {
    if let Ok(day) = text.parse::<Date>()
        && !text.contains(['T', ':'])
    {
        return day.to_zoned(jiff::tz::TimeZone::UTC).map(|z| z.timestamp()).map_err(|_| syntax(text));
    }
    let Ok(at) = text.parse::<Timestamp>() else { return Err(syntax(text)) };
    if precise {
        return Ok(at);
    }
    let message = format!(
        "You cannot supply a time with the date when running a query using date precision. The error is caused by \
         «[{}] '{text}'».",
        field.reference
    );
    Err(refuse::wit(400, "SyntaxException", &message))
}

fn compares(operator: &str, order: Ordering) -> bool {
    match operator {
        "=" => order.is_eq(),
        "<>" => order.is_ne(),
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        "<" => order.is_lt(),
        _ => order.is_le(),
    }
}

impl Query {
    /// The items that agree, in the query's order, by id where it says none.
    pub fn find<'w>(&self, world: &'w AzureWorld, precise: bool) -> Vec<&'w Item> {
        let mut found: Vec<&Item> =
            world.live().filter(|i| self.conditions.iter().all(|c| c.holds(world, i, precise))).collect();
        found.sort_by_key(|i| i.id);
        for (field, descending) in self.order.iter().rev() {
            found.sort_by(|a, b| {
                let order =
                    rank(field, a, world).partial_cmp(&rank(field, b, world)).unwrap_or(Ordering::Equal);
                if *descending { order.reverse() } else { order }
            });
        }
        found
    }
}

/// Numbers and moments by their size, everything else by its text.
fn rank(field: &Field, item: &Item, world: &AzureWorld) -> (i64, String) {
    match field.reference {
        "System.Id" => (item.id as i64, String::new()),
        "System.ChangedDate" => (item.changed.1.as_millisecond(), String::new()),
        "System.CreatedDate" => (item.created.1.as_millisecond(), String::new()),
        other => (0, text(other, item, world).to_lowercase()),
    }
}

fn text(field: &str, item: &Item, world: &AzureWorld) -> String {
    match field {
        "System.TeamProject" => world.projects[item.project].name.clone(),
        "System.WorkItemType" => item.kind.clone(),
        other => item
            .fields
            .get(other)
            .map(|v| v.as_str().map_or_else(|| v.to_string(), ToOwned::to_owned))
            .unwrap_or_default(),
    }
}

impl Condition {
    fn holds(&self, world: &AzureWorld, item: &Item, precise: bool) -> bool {
        match &self.test {
            Test::Tag(tag, wanted) => item.tags.iter().any(|t| t.eq_ignore_ascii_case(tag)) == *wanted,
            Test::Number(operator, n) => compares(operator, (item.id as i64).cmp(n)),
            Test::NumberIn(list) => list.contains(&(item.id as i64)),
            Test::Moment(operator, at) => {
                let have = if self.field.reference == "System.ChangedDate" {
                    item.changed.1
                } else {
                    item.created.1
                };
                let day = |t: Timestamp| t.as_second().div_euclid(86_400);
                let order = if precise { have.cmp(at) } else { day(have).cmp(&day(*at)) };
                compares(operator, order)
            }
            Test::Text(operator, wanted) => {
                let have = text(self.field.reference, item, world).to_lowercase();
                let wanted = wanted.to_lowercase();
                match operator.as_str() {
                    "CONTAINS" => have.contains(&wanted),
                    "=" => have == wanted,
                    _ => have != wanted,
                }
            }
            Test::TextIn(list) => {
                let have = text(self.field.reference, item, world);
                list.iter().any(|w| w.eq_ignore_ascii_case(&have))
            }
        }
    }
}
