//! What was not JSON and was read all the same.

/// Things that are not JSON but were read all the same, with the line of the first of each.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Repairs {
    /// `NaN` and `Infinity`, read as absent.
    pub not_numbers: (u64, u64),
    /// Halves of surrogate pairs, read as U+FFFD.
    pub surrogates: (u64, u64),
    /// NUL characters, read as U+FFFD.
    pub nuls: (u64, u64),
    /// Raw control characters inside strings.
    pub controls: (u64, u64),
    /// Lines of a log behind the report, passed over.
    pub logs: (u64, u64),
}

impl Repairs {
    pub(super) fn note(slot: &mut (u64, u64), line: u64) {
        if slot.0 == 0 {
            slot.1 = line;
        }
        slot.0 += 1;
    }

    /// What two passes over the same text repaired together: what both saw counts once, raw
    /// control characters are seen only where texts are read, so each pass saw its own.
    pub(crate) fn merged(&self, other: &Self) -> Self {
        let more = |a: (u64, u64), b: (u64, u64)| if a.0 >= b.0 { a } else { b };
        let first = |a: (u64, u64), b: (u64, u64)| if a.0 == 0 { b } else { a };
        let both = |a: (u64, u64), b: (u64, u64)| (a.0 + b.0, first(a, b).1);
        Self {
            not_numbers: more(self.not_numbers, other.not_numbers),
            surrogates: more(self.surrogates, other.surrogates),
            nuls: more(self.nuls, other.nuls),
            controls: both(self.controls, other.controls),
            logs: more(self.logs, other.logs),
        }
    }

    /// One sentence for each kind, with the line of its first occurrence.
    pub(crate) fn sentences(&self) -> Vec<(String, u64)> {
        [
            (self.not_numbers, "NaN or Infinity, which JSON does not know; read as absent"),
            (self.surrogates, "half of a surrogate pair in a text; replaced by \u{FFFD}"),
            (self.nuls, "NUL character in a text; replaced by \u{FFFD}"),
            (self.controls, "control character in a text that JSON wants escaped; read as it is"),
            (self.logs, "text behind the report, as a log is; passed over"),
        ]
        .into_iter()
        .filter(|((count, _), _)| *count > 0)
        .map(|((count, line), what)| (format!("{count} × {what}."), line))
        .collect()
    }
}
