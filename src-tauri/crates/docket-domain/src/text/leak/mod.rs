//! What must not leave this computer inside an issue: credentials, names and addresses of
//! internal machines, people's names in paths, e-mail addresses, and whatever else a person
//! names in a pattern of their own.
//!
//! A [`Guard`] is what a person chose for a mapping, a [`Sieve`] the same made ready. The sieve
//! reads the text as people will see it: characters that nobody sees are taken out first, so that
//! they part no token.
//!
//! Invariants: what is found is replaced as a whole, also where two rules overlap; sifting twice
//! changes nothing more; what is counted and shown never reaches a log ([`Taken`] prints masked).
//!
//! Deliberately absent: a bare password in prose. What has neither shape nor context is not
//! found: the text is a person's to read.

mod guard;
mod hosts;
mod people;
mod random;
mod shapes;
mod span;
mod taken;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::problem::Problem;
use crate::text::clean::{clean, is_clean};
use guard::Glob;
use span::Span;

pub use guard::{Guard, OwnPattern};
pub use taken::{Leaks, Taken};

/// What stands in place of a credential.
pub const REDACTED: &str = "[redacted]";

words! {
    /// What kind of thing was found. Each can be switched off for a mapping. In order of weight:
    /// where two overlap, the first names the find.
    pub enum LeakClass {
        /// Tokens of known shape, private keys, passwords in assignments and addresses.
        Credential = "credential", "Tokens, keys and passwords";
        /// Values that look drawn at random, beside a word like «key» or «token».
        Random = "random", "Random-looking values";
        /// What the person's own patterns find.
        Own = "own", "Own patterns";
        /// E-mail addresses.
        Mail = "mail", "E-mail addresses";
        /// Names that only an internal network knows.
        Host = "host", "Internal host names";
        /// Addresses that only an internal network knows (RFC 1918, ULA, link-local, loopback).
        Address = "address", "Internal addresses";
        /// Names of users in the paths of their home folders.
        Home = "home", "User names in paths";
    }
}

words! {
    /// The part of an issue that something was found in.
    pub enum LeakPlace {
        /// The title.
        Title = "title", "Title";
        /// The mapping's heading.
        Heading = "heading", "Heading";
        /// A paragraph of the report.
        Text = "text", "Text";
        /// A name, a path, a version: one line.
        Line = "line", "Line";
        /// Lines of code.
        Snippet = "snippet", "Code";
        /// An address to read on.
        Link = "link", "Link";
        /// A file that goes with the issue.
        Attachment = "attachment", "Attachment";
    }
}

impl LeakClass {
    /// What stands in place of such a find.
    pub(crate) fn put(self) -> &'static str {
        match self {
            Self::Credential | Self::Random => REDACTED,
            Self::Host => "[internal-host]",
            Self::Address => "[internal-address]",
            Self::Mail => "[e-mail]",
            Self::Home => "~",
            Self::Own => "[removed]",
        }
    }
}

/// A [`Guard`] made ready: patterns compiled, entries read. Cheap to share.
pub struct Sieve {
    guard: Guard,
    allowed: Vec<Glob>,
    own: Vec<(String, Regex)>,
}

impl Sieve {
    /// Makes a guard ready.
    ///
    /// # Errors
    /// A pattern that is not one, with the place of the mistake; an entry that would let
    /// everything pass. `field` in the context names which ([`guard`]).
    pub fn new(guard: &Guard) -> Result<Self, Problem> {
        let guard = guard.tidied();
        let allowed = guard::globs(&guard.allowed)?;
        let own = guard::patterns(&guard.patterns)?;
        Ok(Self { guard, allowed, own })
    }

    /// Everything switched on, nothing allowed: what a new mapping has.
    pub fn usual() -> Arc<Self> {
        static USUAL: LazyLock<Arc<Sieve>> = LazyLock::new(|| {
            Arc::new(Sieve { guard: Guard::default(), allowed: Vec::new(), own: Vec::new() })
        });
        Arc::clone(&USUAL)
    }

    /// What it was made from.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    fn looks_for(&self, class: LeakClass) -> bool {
        !self.guard.off.contains(&class)
    }

    /// The text as it may leave. What was taken out is added to `leaks`, as found in `place`.
    /// Invisible characters are taken out too ([`clean`]).
    pub fn sift<'t>(&self, text: &'t str, place: LeakPlace, leaks: &mut Leaks) -> Cow<'t, str> {
        let text = if is_clean(text) { Cow::Borrowed(text) } else { Cow::Owned(clean(text)) };
        let spans = self.spans(&text);
        if spans.is_empty() {
            return text;
        }
        let (out, taken) = span::cut_out(&text, spans, place);
        for one in taken {
            leaks.add(one);
        }
        Cow::Owned(out)
    }

    /// Whether anything would be taken out of a text.
    pub fn finds(&self, text: &str) -> bool {
        !self.spans(text).is_empty()
    }

    fn spans(&self, text: &str) -> Vec<Span> {
        let mut spans = Vec::new();
        if self.looks_for(LeakClass::Credential) {
            shapes::find(text, &mut spans);
        }
        if self.looks_for(LeakClass::Random) {
            random::find(text, &mut spans);
        }
        if self.looks_for(LeakClass::Host) {
            hosts::find_names(text, &mut spans);
        }
        if self.looks_for(LeakClass::Address) {
            hosts::find_addresses(text, &mut spans);
        }
        if self.looks_for(LeakClass::Mail) {
            people::find_mail(text, &mut spans);
        }
        if self.looks_for(LeakClass::Home) {
            people::find_homes(text, &mut spans);
        }
        if self.looks_for(LeakClass::Own) {
            for (name, shape) in &self.own {
                let found = shape.find_iter(text).filter(|found| !found.is_empty());
                spans.extend(found.map(|found| Span::new(LeakClass::Own, name.clone(), found.range())));
            }
        }
        spans.retain(|span| !self.lets_pass(text, span));
        spans
    }

    /// Marks that were put in before are no find, and what a person allowed is none.
    fn lets_pass(&self, text: &str, span: &Span) -> bool {
        if span::is_mark(text, &span.cut) {
            return true;
        }
        let word = span::word_around(text, &span.name);
        self.allowed.iter().any(|glob| glob.fits(&text[span.name.clone()]) || glob.fits(word))
    }
}

impl fmt::Debug for Sieve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sieve").field(&self.guard).finish()
    }
}

impl PartialEq for Sieve {
    fn eq(&self, other: &Self) -> bool {
        self.guard == other.guard
    }
}

/// A text that is told to a person on this computer (an error, a log) without credentials.
pub fn without_credentials(text: &str) -> Cow<'_, str> {
    let mut spans = Vec::new();
    shapes::find(text, &mut spans);
    spans.retain(|span| !span::is_mark(text, &span.cut));
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(span::cut_out(text, spans, LeakPlace::Text).0)
}

#[cfg(test)]
mod tests;
