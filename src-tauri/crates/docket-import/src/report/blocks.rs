//! Reports in text: blocks of lines such as `Key: value`.

use std::io::{BufRead, BufReader, Read};

use docket_domain::{Problem, RawForm, Run, Warning};

use super::{Card, Out, PROGRESS_EVERY, end_of, end_without, not_such_a_report};
use crate::clean;
use crate::format::{Confidence, Format, Head, ReadOptions};
use crate::intake::{Input, io_problem};
use crate::sink::{RawText, Sink};

/// Longest line, bytes.
const LINE_BYTES: u64 = 1024 * 1024;
/// Most lines of one block.
const BLOCK_LINES: usize = 10_000;

/// Lines that belong together.
#[derive(Debug, Default)]
pub(crate) struct Block {
    lines: Vec<String>,
}

impl Block {
    /// Every line as it stands.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The value behind `key:`, clean, of the first line that has one.
    pub fn value(&self, key: &str) -> Option<String> {
        self.values(key).next()
    }

    /// Every value behind `key:`.
    pub fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = String> + 'a {
        self.lines.iter().filter_map(move |line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(key).then(|| clean::some_line(value))?
        })
    }
}

/// A format in blocks of lines.
pub(crate) trait BlockReport: Sync {
    /// What it is known by.
    fn card(&self) -> &'static Card;

    /// How sure it is that a file is its own.
    fn sniff(&self, head: &Head) -> Confidence;

    /// What every such report has at its beginning and this text has not, as the end of a sentence
    /// («it has no …»): a report without a block would say that all is well.
    fn lacks(&self, _head: &Head) -> Option<&'static str> {
        None
    }

    /// The run.
    fn run(&self, options: &ReadOptions) -> Run {
        self.card().run(options)
    }

    /// Whether a block begins with this line. An empty line ends a block where
    /// [`ends_at_blank`](Self::ends_at_blank) says so.
    fn begins(&self, line: &str) -> bool;

    /// Whether an empty line ends a block.
    fn ends_at_blank(&self) -> bool {
        true
    }

    /// Whether this can be the last line with anything in it, for tools that end with a line of
    /// its own: without it the report was cut off.
    fn can_end_with(&self, _line: &str) -> bool {
        true
    }

    /// Reads one block.
    ///
    /// # Errors
    /// Why it cannot be read, as the end of a sentence («it has no id»).
    fn block(&self, block: &Block, out: &mut Out) -> Result<(), String>;
}

/// Makes a format of a [`BlockReport`].
pub struct Reads<T>(pub(crate) T);

impl<T: BlockReport> Format for Reads<T> {
    told_by_card!();

    fn sniff(&self, head: &Head) -> Confidence {
        self.0.sniff(head)
    }

    fn parse(&self, input: &mut Input, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), Problem> {
        input.expect_passes(1);
        if let Some(lacks) = self.0.lacks(&input.head()?) {
            return Err(not_such_a_report(self.0.card().label, lacks));
        }
        let run = self.0.run(options);
        let end = run.completeness.clone();
        sink.run(run)?;
        let mut walk =
            Walk { report: &self.0, out: Out::default(), block: None, count: 0, lost: 0, raw: options.raw };
        let (mut text, mut has_end) = (input.text()?, true);
        {
            let mut text = BufReader::new(&mut text);
            let (mut bytes, mut number) = (Vec::new(), 0_u64);
            loop {
                bytes.clear();
                let read = (&mut text).take(LINE_BYTES).read_until(b'\n', &mut bytes).map_err(io_problem)?;
                if read == 0 {
                    break;
                }
                number += 1;
                let line = String::from_utf8_lossy(&bytes);
                let line = line.trim_end();
                if !line.is_empty() {
                    has_end = self.0.can_end_with(line);
                }
                walk.line(line, number, input, sink)?;
            }
            walk.close(input, sink)?;
        }
        if text.foreign > 0 {
            let message =
                format!("Bytes that are not UTF-8: {}; they were read as Windows-1252.", text.foreign);
            sink.warning(Warning { message, place: input.place(None, None, None) })?;
        }
        let end = if has_end { end } else { end_without(end, "its last line is missing") };
        sink.run_end(end_of(end, walk.lost + walk.out.cut))?;
        Ok(())
    }
}

struct Walk<'a, T> {
    report: &'a T,
    out: Out,
    /// The block that is being read, and its first line.
    block: Option<(Block, u64)>,
    count: usize,
    lost: u64,
    /// Whether records are wanted as the report has them.
    raw: bool,
}

impl<T: BlockReport> Walk<'_, T> {
    fn line(&mut self, line: &str, number: u64, input: &Input, sink: &mut dyn Sink) -> Result<(), Problem> {
        if self.report.begins(line) || (line.is_empty() && self.report.ends_at_blank()) {
            self.close(input, sink)?;
        }
        if self.report.begins(line) {
            self.block = Some((Block::default(), number));
        }
        if let Some((block, _)) = &mut self.block
            && block.lines.len() < BLOCK_LINES
        {
            block.lines.push(line.to_owned());
        }
        Ok(())
    }

    fn close(&mut self, input: &Input, sink: &mut dyn Sink) -> Result<(), Problem> {
        let Some((block, number)) = self.block.take() else { return Ok(()) };
        let place = input.place(Some(format!("block {}", self.count + 1)), Some(number), None);
        match self.report.block(&block, &mut self.out) {
            Ok(()) => {
                let text = if self.raw { block.lines.join("\n") } else { String::new() };
                let raw = RawText { form: RawForm::Text, bytes: text.as_bytes() };
                self.out.flush_of(self.raw.then_some(raw), &place, sink)?;
            }
            Err(why) => {
                self.lost += 1;
                self.out.lost(&why, place, sink)?;
            }
        }
        self.count += 1;
        if self.count.is_multiple_of(PROGRESS_EVERY) {
            let (done, total) = input.progress();
            sink.progress(done, total)?;
        }
        Ok(())
    }
}
