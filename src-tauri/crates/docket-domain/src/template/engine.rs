//! One template, run once: its own text, with a sign for every value that it prints.
//!
//! Nothing that a template prints is put in here. Each printed value becomes a *sign* (a number
//! between two characters that nobody types), and what stands for it is written later, where it
//! is known what surrounds it ([`super::skeleton`]). So no filter and no order of printing can
//! turn what a finding says into anything that acts.
//!
//! Invariant: a run ends. Steps, joined texts, the work of filters and the length of what comes
//! out are limited; what is too long is cut, everything else is a [`Fault`].
//!
//! Deliberately absent: other templates, macros, `range`, and the filter `safe`.

use std::borrow::Cow;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Object, ObjectRepr, Value, ValueKind};
use minijinja::{Error, ErrorKind, Output};

use super::context::Block;
use super::fault::Fault;
use super::filters::environment;
use super::limits::{self, longest_literal};

/// What begins and what ends a sign: of the planes for private use, so that text seldom has
/// them, and taken out of every value and template.
pub(crate) const OPEN: char = '\u{f0000}';
pub(crate) const CLOSE: char = '\u{f0001}';

/// Steps that one run may take.
const STEPS: u64 = 1_000_000;
/// Bytes that the literal text of a template may come to, captured or not.
const LITERAL: u64 = 200_000_000;
/// Characters printed and values looked at by filters in one run.
const WORK: u64 = 20_000_000;
/// Bytes of a text; what is longer than any tracker takes with all its comments is not run to
/// its end.
const OUTPUT: usize = 12_000_000;

/// What a template writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One line of plain text.
    Title,
    /// Markdown.
    Body,
}

/// What stands for a sign.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    /// One line of text.
    Line(String),
    /// One line of code.
    Code(String),
    /// Lines of code.
    Fence(String, Option<String>),
    /// Somebody else's Markdown.
    Markdown(String),
    /// A link, with what it is called.
    Link(String, Option<String>),
    /// A part that Docket writes.
    Block(Block),
}

/// What came out.
#[derive(Debug)]
pub(crate) struct Run {
    /// The template's own text with signs in it.
    pub text: String,
    /// What the signs stand for, by their number.
    pub tokens: Vec<Token>,
    /// It was longer than anything that could be sent.
    pub cut: bool,
}

/// A text without anything that reads as a sign.
pub(super) fn strip(text: &str) -> Cow<'_, str> {
    if text.contains([OPEN, CLOSE]) {
        Cow::Owned(text.replace([OPEN, CLOSE], ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// The signs and the text between them.
pub(crate) enum Bit<'t> {
    Text(&'t str),
    Sign(usize),
}

/// Takes a text with signs apart, with where each bit begins; a sign that was torn is nothing.
pub(crate) fn bits(text: &str) -> Vec<(usize, Bit<'_>)> {
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(open) = text[at..].find([OPEN, CLOSE]).map(|found| at + found) {
        if open > at {
            out.push((at, Bit::Text(&text[at..open])));
        }
        let rest = &text[open..];
        let number = rest.strip_prefix(OPEN).and_then(|rest| rest.split_once(CLOSE));
        if let Some((number, index)) = number.and_then(|(number, _)| Some((number, number.parse().ok()?))) {
            out.push((open, Bit::Sign(index)));
            at = open + OPEN.len_utf8() + number.len() + CLOSE.len_utf8();
        } else {
            at = open + rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    if at < text.len() {
        out.push((at, Bit::Text(&text[at..])));
    }
    out
}

/// Something that a filter of Docket's made of a value.
#[derive(Debug)]
pub(super) struct Written(pub Token);

impl Object for Written {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}

/// How much work is left.
#[derive(Debug, Clone)]
pub(super) struct Meter(Arc<AtomicU64>);

impl Meter {
    pub fn spend(&self, units: usize) -> Result<(), Error> {
        let before = self.0.fetch_add(units as u64 + 1, Ordering::Relaxed);
        if before > WORK { Err(Error::from(ErrorKind::OutOfFuel)) } else { Ok(()) }
    }
}

/// Prints values as signs.
struct Printer {
    form: Form,
    tokens: Arc<Mutex<Vec<Token>>>,
    meter: Meter,
}

impl Printer {
    fn print(&self, out: &mut Output<'_>, value: &Value) -> Result<(), Error> {
        if value.is_undefined() {
            return Err(Error::from(ErrorKind::UndefinedError));
        }
        if let Some(text) = value.as_str() {
            self.meter.spend(text.len())?;
            if value.is_safe() {
                // What a template caught of its own text: values in it are signs already.
                return out.write_str(text).map_err(Error::from);
            }
            for (_, bit) in bits(text) {
                match bit {
                    Bit::Text(text) => self.put(out, Token::Line(text.to_owned()))?,
                    Bit::Sign(index) => write!(out, "{OPEN}{index}{CLOSE}").map_err(Error::from)?,
                }
            }
            return Ok(());
        }
        if let Some(block) = value.downcast_object_ref::<Block>() {
            if self.form == Form::Title {
                return Err(Error::new(
                    ErrorKind::InvalidOperation,
                    "a title is one line, without parts of Docket's",
                ));
            }
            return self.put(out, Token::Block(*block));
        }
        if let Some(Written(token)) = value.downcast_object_ref::<Written>() {
            return self.put(out, token.clone());
        }
        match value.kind() {
            ValueKind::None => Ok(()),
            ValueKind::Number | ValueKind::Bool => self.put(out, Token::Line(value.to_string())),
            _ => Err(Error::new(
                ErrorKind::InvalidOperation,
                "this is no single value: name a part of it, go through it with «for», or write «| join(\", \")»",
            )),
        }
    }

    fn put(&self, out: &mut Output<'_>, token: Token) -> Result<(), Error> {
        if matches!(&token, Token::Line(text) if text.is_empty()) {
            return Ok(());
        }
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        write!(out, "{OPEN}{}{CLOSE}", tokens.len()).map_err(Error::from)?;
        tokens.push(token);
        Ok(())
    }
}

/// Takes what fits.
struct Bounded {
    text: Vec<u8>,
    cut: bool,
}

impl io::Write for &mut Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > OUTPUT {
            self.cut = true;
            return Err(io::Error::other("longer than anything that could be sent"));
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs a template.
///
/// # Errors
/// It is not written as a template is, names what does not exist, or takes too many steps.
pub(super) fn run(source: &str, form: Form, whole: &Value) -> Result<Run, Fault> {
    let source = strip(source);
    limits::check(&source)?;
    let tokens = Arc::new(Mutex::new(Vec::new()));
    let meter = Meter(Arc::new(AtomicU64::new(0)));
    let mut env = environment(&meter);
    env.set_fuel(Some((LITERAL / (longest_literal(&source) as u64 + 1)).min(STEPS)));
    let printer = Printer { form, tokens: Arc::clone(&tokens), meter };
    env.set_formatter(move |out, _, value| printer.print(out, value));
    let fault = |error: &Error| Fault::of(&source, error);
    let template = env.template_from_str(&source).map_err(|error| fault(&error))?;
    let mut bounded = Bounded { text: Vec::new(), cut: false };
    match template.render_captured_to(whole, &mut bounded) {
        Err(error) if !bounded.cut => return Err(fault(&error)),
        _ => {}
    }
    let tokens = std::mem::take(&mut *tokens.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Run { text: String::from_utf8_lossy(&bounded.text).into_owned(), tokens, cut: bounded.cut })
}

/// The names that a template takes from outside, as far as they can be seen without a run:
/// `finding.titel`.
pub(super) fn names(source: &str) -> Result<Vec<String>, Fault> {
    let source = strip(source);
    limits::check(&source)?;
    let env = environment(&Meter(Arc::new(AtomicU64::new(0))));
    let template = env.template_from_str(&source).map_err(|error| Fault::of(&source, &error))?;
    let mut names: Vec<String> = template.undeclared_variables(true).into_iter().collect();
    names.sort();
    Ok(names)
}
