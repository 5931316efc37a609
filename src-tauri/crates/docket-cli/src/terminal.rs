//! Where words go: results to standard output, the rest to standard error.
//!
//! Findings are hostile input: everything that came from outside passes through [`line`] or
//! [`block`] before a terminal sees it.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use docket_domain::text::leak;
use docket_domain::{Code, Problem, text};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::Global;
use crate::end::{End, Failure};

/// Columns of a terminal that does not tell.
const USUAL: usize = 80;

/// What this process writes to.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "five independent facts, each asked for by itself")]
pub(crate) struct Terminal {
    /// One JSON document, nothing else, on standard output.
    pub json: bool,
    /// Only errors on standard error.
    pub quiet: bool,
    /// Progress may be shown.
    pub progress: bool,
    /// Standard output shows colours.
    pub colour: bool,
    /// Columns of the terminal behind standard output; none: no terminal, nothing is cut.
    pub width: Option<usize>,
    /// Standard error is a terminal.
    pub lively: bool,
}

impl Terminal {
    /// As the options and the environment say.
    pub fn new(global: &Global) -> Self {
        let shown = io::stdout().is_terminal();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            json: global.json,
            quiet: global.quiet,
            progress: !global.quiet && !global.no_progress,
            colour: shown && !no_colour && !global.json,
            width: shown.then(|| terminal_size::terminal_size().map_or(USUAL, |(width, _)| width.0.into())),
            lively: io::stderr().is_terminal(),
        }
    }

    /// Nothing but text, nothing cut.
    #[cfg(test)]
    pub fn plain() -> Self {
        Self { json: false, quiet: false, progress: false, colour: false, width: None, lively: false }
    }

    /// Writes a line of result; with `--json` nothing, for there the document is the result.
    pub fn say(&self, line: &str) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")?;
        Ok(out.flush()?)
    }

    /// Writes a line beside the result, unless people want quiet.
    pub fn note(&self, line: &str) {
        if !self.quiet {
            complain(line);
        }
    }

    /// Says why it did not work.
    pub fn fail(&self, failure: Failure) -> End {
        let Failure::Told { problem, end, beside } = failure else { return End::Done };
        let mut words = format!("docket: {}", block(&problem.message));
        if let Some(hint) = &problem.hint {
            words.push_str("\n  ");
            words.push_str(&block(hint).replace('\n', "\n  "));
        }
        for (key, value) in shown_context(&problem) {
            words.extend(["\n  ", key, ": ", &line(value)]);
        }
        complain(&words);
        if self.json {
            let mut answer = Map::new();
            let error = serde_json::to_value(&problem).unwrap_or(Value::Null);
            answer.insert("error".to_owned(), error);
            answer.extend(beside.into_iter().map(|(key, value)| (key.to_owned(), value)));
            if document(&answer).is_err() {
                // The reader of standard output is gone; standard error has been told.
                return end;
            }
        }
        end
    }
}

/// The facts that help a person beside the message (places in a query do not).
fn shown_context(problem: &Problem) -> impl Iterator<Item = (&str, &str)> {
    let internal = problem.code == Code::Internal;
    let trace = problem.trace_id.as_deref().filter(|_| internal).map(|trace| ("in the log under", trace));
    problem
        .context
        .iter()
        .filter(|(key, _)| matches!(key.as_str(), "stage" | "seen" | "suggestion" | "entry"))
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .chain(trace)
}

/// Writes the one JSON document.
pub(crate) fn document(document: &impl Serialize) -> Result<(), Failure> {
    let mut out = output();
    serde_json::to_writer_pretty(&mut out, document)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// Standard output, buffered.
pub(crate) fn output() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// A line on standard error. When even that is closed there is nobody to tell.
pub(crate) fn complain(words: &str) {
    let mut err = io::stderr().lock();
    let _ = err.write_all(words.as_bytes()).and_then(|()| err.write_all(b"\n"));
}

/// Text from outside as one harmless line.
pub(crate) fn line(words: &str) -> String {
    text::one_line(words)
}

/// Text from outside as harmless lines.
pub(crate) fn block(words: &str) -> String {
    text::clean(words)
}

/// Words that may quote a secret which somebody typed where it does not belong.
pub(crate) fn without_secrets(words: &str) -> String {
    leak::without_credentials(words).into_owned()
}

/// How a word is marked where colours are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// As it is.
    Plain,
    /// Less important.
    Dim,
    /// A heading.
    Bold,
    /// Good.
    Green,
    /// Careful.
    Yellow,
    /// Bad.
    Red,
    /// Worst.
    BoldRed,
    /// Something else.
    Cyan,
}

impl Ink {
    /// The word in this ink.
    pub fn on(self, colour: bool, word: &str) -> String {
        let code = match self {
            _ if !colour => return word.to_owned(),
            Self::Plain => return word.to_owned(),
            Self::Dim => "2",
            Self::Bold => "1",
            Self::Green => "32",
            Self::Yellow => "33",
            Self::Red => "31",
            Self::BoldRed => "1;31",
            Self::Cyan => "36",
        };
        format!("\u{1b}[{code}m{word}\u{1b}[0m")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_cannot_drive_the_terminal() {
        assert_eq!(line("a\u{1b}[31mred\u{7}\nb"), "ared b", "no escapes, no bell, one line");
        assert!(!block("x\u{1b}]0;title\u{7}").contains('\u{1b}'), "no escape survives in a block");
    }

    #[test]
    fn a_token_in_the_wrong_place_is_not_repeated() {
        let token = format!("ghp_{}", "a1B2".repeat(9));
        assert!(
            !without_secrets(&format!("unexpected argument '{token}'")).contains(&token),
            "the token is taken out"
        );
    }
}
