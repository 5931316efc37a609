//! Records as the report had them, on their way to the sink.
//!
//! A record that holds a leaked credential is never given out: its text *is* the credential. What a
//! dynamic test tells goes through [`mask::record`].

use std::borrow::Cow;
use std::ops::Range;

use docket_domain::{FindingKind, Found, RawForm};

use crate::mask;
use crate::sink::{RawText, Sink, Stop};

/// Which part of its record a finding was made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    #[default]
    Whole,
    /// A part of a tree, by its address.
    Tree(usize),
    /// So many bytes of its text.
    Span(Range<usize>),
}

/// What the sink was told last.
#[derive(Debug, Default)]
pub(crate) struct Telling {
    holds: Option<(Part, bool)>,
}

impl Telling {
    /// The next record begins: nothing of the one before is said again.
    pub fn forget(&mut self) {
        if let Some((part, _)) = &mut self.holds {
            // No part is known by this address.
            *part = Part::Tree(0);
        }
    }

    /// Tells what a finding is made of, unless the sink knows. `is_secret`: something in the whole
    /// of this record is a leaked credential.
    pub fn tell(
        &mut self,
        found: &Found,
        part: &Part,
        record: Option<RawText<'_>>,
        is_secret: bool,
        sink: &mut dyn Sink,
    ) -> Result<(), Stop> {
        // A part that was not found in the record's text is all of it.
        let part = if matches!(part, Part::Span(_)) { part } else { &Part::Whole };
        let bytes = record.and_then(|raw| {
            let is_whole = !matches!(part, Part::Span(_));
            let bytes = match part {
                Part::Span(span) => raw.bytes.get(span.clone())?,
                _ => raw.bytes,
            };
            let secret = found.kind == FindingKind::Secret || (is_whole && is_secret);
            (!secret).then_some((raw.form, bytes))
        });
        let Some((form, bytes)) = bytes else {
            return if self.holds.take().is_some() { sink.raw(None) } else { Ok(()) };
        };
        let web = found.kind == FindingKind::Web || !found.evidence.is_empty();
        if self.holds == Some((part.clone(), web)) {
            return Ok(());
        }
        self.holds = Some((part.clone(), web));
        give(form, bytes, web, sink)
    }
}

fn give(form: RawForm, bytes: &[u8], web: bool, sink: &mut dyn Sink) -> Result<(), Stop> {
    if !web {
        return sink.raw(Some(RawText { form, bytes }));
    }
    let text = String::from_utf8_lossy(bytes);
    let masked: Cow<'_, str> = mask::record(&text);
    sink.raw(Some(RawText { form, bytes: masked.as_bytes() }))
}

/// Tells what one finding is made of, for formats that make one of each record.
pub(crate) fn tell_one(
    found: &Found,
    form: RawForm,
    bytes: Option<&[u8]>,
    sink: &mut dyn Sink,
) -> Result<(), Stop> {
    let Some(bytes) = bytes else { return sink.raw(None) };
    if found.kind == FindingKind::Secret {
        return sink.raw(None);
    }
    give(form, bytes, found.kind == FindingKind::Web || !found.evidence.is_empty(), sink)
}
