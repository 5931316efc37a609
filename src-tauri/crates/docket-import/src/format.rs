//! What a report format is, and how one is recognised.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use docket_domain::Problem;

use crate::generic_csv::dialect::Dialect;
use crate::intake::Input;
use crate::json::Outline;
use crate::sink::Sink;

/// How sure a format is that a file is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// It is not.
    No,
    /// It could be read, but nothing says that it was meant.
    Maybe,
    /// It has the shape.
    Likely,
    /// It says so itself.
    Certain,
}

/// The beginning of a report, decoded: what formats look at to recognise their own.
pub struct Head {
    /// The file's name without its folder, when there is one.
    pub name: Option<String>,
    /// Up to 64 KiB of text.
    pub text: String,
    /// True when the report goes on behind `text`.
    pub cut: bool,
    outline: OnceCell<Outline>,
    dialect: OnceCell<Dialect>,
}

impl Head {
    /// A head of this text.
    pub fn new(name: Option<String>, text: String, cut: bool) -> Self {
        Self { name, text, cut, outline: OnceCell::new(), dialect: OnceCell::new() }
    }

    /// The file name's ending, lower-case, without the dot.
    pub fn extension(&self) -> Option<String> {
        let (_, ending) = self.name.as_deref()?.rsplit_once('.')?;
        Some(ending.to_ascii_lowercase())
    }

    /// The top of the JSON value as far as the text goes: see [`Outline`].
    pub(crate) fn outline(&self) -> &Outline {
        self.outline.get_or_init(|| Outline::of(&self.text))
    }

    /// How the text separates its cells, if it is a table.
    pub(crate) fn dialect(&self) -> &Dialect {
        self.dialect.get_or_init(|| Dialect::of(&self.text, None))
    }
}

/// How a report is to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadOptions {
    /// For tables: which column holds which field (`title` → `Summary`). Wins over the guesses.
    pub columns: BTreeMap<String, String>,
    /// For tables: the separator, when guessing it is not wanted.
    pub separator: Option<char>,
    /// The tool's name for formats that do not carry one.
    pub tool: Option<String>,
    /// How many steps of code flows are kept for one finding.
    pub flow_steps: usize,
    /// Whether the sink wants to know the records that findings are made of, as the report had them.
    pub raw: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { columns: BTreeMap::new(), separator: None, tool: None, flow_steps: 400, raw: false }
    }
}

impl ReadOptions {
    /// Reads a column mapping as people type it: `title=Summary,severity=Risk`.
    pub fn columns_from(text: &str) -> Result<BTreeMap<String, String>, Problem> {
        let mut columns = BTreeMap::new();
        for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
            let Some((field, column)) = pair.split_once('=') else {
                return Err(Problem::bad_input(format!("«{}» is not a column mapping.", pair.trim()))
                    .hint("Write field=Column, several separated by commas: title=Summary,severity=Risk."));
            };
            columns.insert(field.trim().to_ascii_lowercase(), column.trim().to_owned());
        }
        Ok(columns)
    }
}

/// A report format.
pub trait Format: Sync {
    /// Stable id: in the database, on the command line.
    fn id(&self) -> &'static str;

    /// Its name for people.
    fn label(&self) -> &'static str;

    /// One sentence: what it is and who writes it.
    fn about(&self) -> &'static str;

    /// Usual endings of file names, without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// Which versions of it are read, for people.
    fn versions(&self) -> &'static str;

    /// A small report of it, with at least one finding.
    fn example(&self) -> &'static str;

    /// How sure the format is that this is its own.
    fn sniff(&self, head: &Head) -> Confidence;

    /// Reads the input into the sink. An error means that the file as a whole cannot be read;
    /// what the sink got until then is to be thrown away.
    fn parse(&self, input: &mut Input, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), Problem>;
}

/// One format that may fit, with how sure it is.
pub struct Guess {
    /// The format.
    pub format: &'static dyn Format,
    /// How sure it is.
    pub confidence: Confidence,
}

/// The formats that this may be, the surest first; empty when none fits.
pub fn detect(head: &Head) -> Vec<Guess> {
    let mut guesses: Vec<Guess> = crate::formats()
        .iter()
        .map(|format| Guess { format: *format, confidence: format.sniff(head) })
        .filter(|guess| guess.confidence > Confidence::No)
        .collect();
    guesses.sort_by_key(|guess| std::cmp::Reverse(guess.confidence));
    guesses
}
