//! Reports that are web pages: what lies between two marks is a record. A page is never shown or
//! run, only cut into pieces of text.

use std::io::{BufRead, BufReader, Read};

use docket_domain::{Problem, RawForm, Run, Warning};

use super::{Card, Out, PROGRESS_EVERY, end_of, end_without};
use crate::format::{Confidence, Format, Head, ReadOptions};
use crate::intake::{Input, io_problem};
use crate::sink::{RawText, Sink};

/// How much text one record, or what comes before the first one, may have.
const PIECE_BYTES: usize = 16 * 1024 * 1024;

/// What a page that was cut off does not have.
pub(crate) const PAGE_LACKS: &str = "the page has no end (</html>)";

/// Whether a page ends in this text.
pub(crate) fn ends_page(text: &str) -> bool {
    text.match_indices("</")
        .any(|(at, _)| text[at..].get(..6).is_some_and(|tag| tag.eq_ignore_ascii_case("</html")))
}

/// A format that is a web page.
pub(crate) trait PageReport: Sync {
    /// What is known before the first record.
    type Cover;

    /// What it is known by.
    fn card(&self) -> &'static Card;

    /// How sure it is that a page is its own.
    fn sniff(&self, head: &Head) -> Confidence;

    /// What stands in the first tag of each record.
    fn mark(&self) -> &'static str;

    /// What stands before the first record.
    fn cover(&self, page: &str) -> Self::Cover;

    /// The run.
    ///
    /// # Errors
    /// The page as a whole is no such report: see [`super::not_such_a_report`].
    fn run(&self, cover: &Self::Cover, options: &ReadOptions) -> Result<Run, Problem>;

    /// Reads one record.
    ///
    /// # Errors
    /// Why it cannot be read, as the end of a sentence («it has no title»).
    fn record(&self, cover: &Self::Cover, piece: &str, out: &mut Out) -> Result<(), String>;
}

/// Makes a format of a [`PageReport`].
pub struct Reads<T>(pub(crate) T);

impl<T: PageReport> Format for Reads<T> {
    told_by_card!();

    fn sniff(&self, head: &Head) -> Confidence {
        self.0.sniff(head)
    }

    fn parse(&self, input: &mut Input, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), Problem> {
        input.expect_passes(1);
        let mut pieces = Pieces {
            text: BufReader::new(input.text()?),
            line: 0,
            mark: self.0.mark(),
            rest: None,
            has_end: false,
        };
        let first = pieces.next()?;
        let cover = self.0.cover(&first.text);
        let run = self.0.run(&cover, options)?;
        let end = run.completeness.clone();
        sink.run(run)?;
        let (mut out, mut lost, mut count) = (Out::default(), 0, 0_usize);
        let mut is_last = first.is_last;
        while !is_last {
            let piece = pieces.next()?;
            is_last = piece.is_last;
            count += 1;
            if count.is_multiple_of(PROGRESS_EVERY) {
                let (done, total) = input.progress();
                sink.progress(done, total)?;
            }
            let place = input.place(Some(format!("issue {count}")), Some(piece.line), None);
            let read = if piece.is_long {
                Err("it is longer than 16 MB".to_owned())
            } else {
                self.0.record(&cover, &piece.text, &mut out)
            };
            match read {
                Ok(()) => {
                    let raw = RawText { form: RawForm::Text, bytes: piece.text.as_bytes() };
                    out.flush_of(options.raw.then_some(raw), &place, sink)?;
                }
                Err(why) => {
                    lost += 1;
                    out.lost(&why, place, sink)?;
                }
            }
        }
        let foreign = pieces.text.get_ref().foreign;
        if foreign > 0 {
            let message = format!("Bytes that are not UTF-8: {foreign}; they were read as Windows-1252.");
            sink.warning(Warning { message, place: input.place(None, None, None) })?;
        }
        let end = if pieces.has_end { end } else { end_without(end, PAGE_LACKS) };
        sink.run_end(end_of(end, lost + out.cut))?;
        Ok(())
    }
}

/// What lies between two marks.
struct Piece {
    text: String,
    /// Where it begins.
    line: u64,
    is_long: bool,
    is_last: bool,
}

struct Pieces<R> {
    text: BufReader<R>,
    line: u64,
    mark: &'static str,
    /// What stands behind the mark in the line that was read last.
    rest: Option<String>,
    /// The page's end was seen.
    has_end: bool,
}

impl<R: Read> Pieces<R> {
    /// What stands behind the last mark in its line, else the next line; none at the end.
    fn line(&mut self) -> Result<Option<String>, Problem> {
        if let Some(rest) = self.rest.take() {
            return Ok(Some(rest));
        }
        let mut bytes = Vec::new();
        let limit = PIECE_BYTES as u64;
        let read = (&mut self.text).take(limit).read_until(b'\n', &mut bytes).map_err(io_problem)?;
        if read == 0 {
            return Ok(None);
        }
        self.line += u64::from(bytes.ends_with(b"\n"));
        let line = String::from_utf8_lossy(&bytes).into_owned();
        self.has_end |= ends_page(&line);
        Ok(Some(line))
    }

    /// What comes until the next tag with the mark, that tag left out.
    fn next(&mut self) -> Result<Piece, Problem> {
        let mut piece = Piece { text: String::new(), line: self.line.max(1), is_long: false, is_last: false };
        while let Some(line) = self.line()? {
            let (before, behind) = match line.split_once(self.mark) {
                Some((before, behind)) => {
                    (before.rsplit_once('<').map_or("", |(text, _)| text), Some(behind))
                }
                None => (line.as_str(), None),
            };
            if piece.text.len() + before.len() > PIECE_BYTES {
                piece.is_long = true;
            } else {
                piece.text.push_str(before);
            }
            if let Some(behind) = behind {
                self.rest = Some(behind.split_once('>').map_or("", |(_, text)| text).to_owned());
                return Ok(piece);
            }
        }
        piece.is_last = true;
        Ok(piece)
    }
}
