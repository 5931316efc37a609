//! A group and its members → the issue that people read.
//!
//! Invariants, each held by a test:
//! * title, text and comments keep their limits, whatever comes in; a text is cut, with a
//!   note that says so, and never refused;
//! * cutting never leaves a fence, a table or a `<details>` open;
//! * no text of a finding gets in unneutralised ([`crate::text`]) or unguarded
//!   ([`crate::text::leak`]);
//! * Docket's part stands between the lines [`managed::BEGIN`] and [`managed::END`], and the
//!   marker is the last line;
//! * the same input gives the same text: no clock, no ids of this computer's database.

mod comments;
pub mod file;
pub(crate) mod fill;
mod finding;
mod group;
mod ink;
pub mod managed;
mod pages;
mod written;

pub use comments::{additions, departures, ended, reopened, taken_back};

use std::sync::Arc;

use crate::issue::Marker;
use crate::mapping::Template;
use crate::member::Member;
use crate::plan::Group;
use crate::template::{self, Fault, Whole};
use crate::text::leak::{Leaks, Sieve};
use crate::text::{self, Flavour};

pub(crate) use finding::{fix_text, place_name};
use ink::Ink;
use written::Subject;

/// How many members of a group are looked at when its issue is written. Of larger groups the
/// rest is only counted, so that nobody needs to load a hundred thousand findings.
pub const MEMBERS_SHOWN: usize = 2_000;

/// Of a text's limit, how many characters the words about a finding (why, how to fix it,
/// snippets) may take at most: trackers that bear a million must still be read.
const READABLE: usize = 60_000;

/// How long texts may be, in characters. Below 4,000 for a text the frame itself would hardly
/// fit; smaller numbers are treated as that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TextLimits {
    /// Title.
    pub title_chars: usize,
    /// Text of an issue.
    pub body_chars: usize,
    /// One comment.
    pub comment_chars: usize,
}

impl TextLimits {
    /// GitHub's, with a margin (it refuses above 256 and 65,536).
    pub const GITHUB: Self = Self { title_chars: 250, body_chars: 60_000, comment_chars: 60_000 };
    /// GitLab's, with a margin (it refuses above 255 and 1,048,576).
    pub const GITLAB: Self = Self { title_chars: 255, body_chars: 900_000, comment_chars: 900_000 };
    /// Azure DevOps's, with a margin (it refuses above 255 and 1,048,576).
    pub const AZURE: Self = Self { title_chars: 255, body_chars: 900_000, comment_chars: 150_000 };
    const LEAST: usize = 4_000;

    fn sane(self) -> Self {
        Self {
            title_chars: self.title_chars.max(20),
            body_chars: self.body_chars.max(Self::LEAST),
            comment_chars: self.comment_chars.max(Self::LEAST),
        }
    }
}

/// How an issue is written.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderOptions {
    /// The tracker's limits.
    pub limits: TextLimits,
    /// The group's marker.
    pub marker: Marker,
    /// How texts are marked up.
    pub flavour: Flavour,
    /// Docket's version, for the footer.
    pub version: String,
    /// How many comments may follow for places that do not fit into the text.
    pub max_follow_ups: usize,
    /// How people want it written ([`crate::template`]); empty: Docket's own form.
    pub template: Template,
    /// Where the issue goes (`acme/shop`), for templates that name it.
    pub target: String,
    /// What must not leave this computer.
    pub sieve: Arc<Sieve>,
}

impl RenderOptions {
    /// For GitHub, with up to three comments.
    pub fn github(marker: Marker, version: impl Into<String>) -> Self {
        Self {
            limits: TextLimits::GITHUB,
            marker,
            flavour: Flavour::GitHub, // tidy: a flavour of Markdown, not the tracker
            version: version.into(),
            max_follow_ups: 3,
            template: Template::default(),
            target: String::new(),
            sieve: Sieve::usual(),
        }
    }

    /// For GitLab, with up to three comments.
    pub fn gitlab(marker: Marker, version: impl Into<String>) -> Self {
        Self {
            limits: TextLimits::GITLAB,
            flavour: Flavour::GitLab, // tidy: a flavour of Markdown, not the tracker
            ..Self::github(marker, version)
        }
    }

    /// For the HTML fields of Azure DevOps, with up to three comments.
    pub fn azure(marker: Marker, version: impl Into<String>) -> Self {
        Self { limits: TextLimits::AZURE, flavour: Flavour::Html, ..Self::github(marker, version) }
    }
}

/// A written issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Title.
    pub title: String,
    /// Docket's section and the marker line.
    pub body: String,
    /// Comments that follow, in order.
    pub follow_ups: Vec<String>,
    /// What was cut or left out, for the person who reads the plan.
    pub warnings: Vec<String>,
    /// What is wrong with the template; Docket's own form stands in for that part of it.
    pub faults: Vec<Fault>,
    /// What was taken out because it must not leave this computer.
    pub leaks: Leaks,
}

/// Writes the issue of `group`. `members` holds at least the first [`MEMBERS_SHOWN`] of the
/// group's findings; what it lacks is counted from the group.
///
/// A template that fails is no reason not to write: the part that it is for has Docket's own
/// form then, and [`Rendered::faults`] says why.
pub fn render(group: &Group, members: &[Member], options: &RenderOptions) -> Rendered {
    let options = &RenderOptions { limits: options.limits.sane(), ..options.clone() };
    let mut ink = Ink::new(options.flavour, Arc::clone(&options.sieve));
    let mut shown: Vec<&Member> = members.iter().take(MEMBERS_SHOWN).collect();
    shown.sort_by(|a, b| order(a).cmp(&order(b)));
    let total = group.findings.len().max(members.len());
    let subject = Subject { group, members: &shown, total };
    let own_title = match subject.only() {
        Some(only) => finding::title(only),
        None => group.title.clone(),
    };
    let mut faults = Vec::new();
    let (mut title, mut run) = (None, None);
    if !options.template.is_empty() {
        let whole = Whole::new(group, &shown, total, own_title.clone(), &options.target);
        let written = template::run(&options.template, whole);
        faults = written.faults;
        title = written.title.map(|run| template::tidied(&fill::plain(&run.text, &run.tokens)));
        run = written.body;
    }
    let title = title.filter(|title| !title.is_empty()).unwrap_or(own_title);
    let title = text::title_for(options.flavour, &ink.title(&title), options.limits.title_chars);

    let frame = |section: &str| managed::frame_as(options.flavour, section, &options.marker);
    let footer = ink.footer(&options.version);
    let taken = frame(&ink.finish(format!("x\n\n{footer}"))).chars().count();
    let room = options.limits.body_chars.saturating_sub(taken);
    let (section, follow_ups) = written::body(&mut ink, &subject, run.as_ref(), room, options);
    let body = frame(&ink.finish(format!("{section}\n\n{footer}")));
    let follow_ups = follow_ups.into_iter().map(|comment| ink.finish(comment)).collect();
    for fault in &faults {
        ink.note(template::words_of(fault));
    }
    let (warnings, leaks) = ink.into_notes();
    Rendered { title, body, follow_ups, warnings, faults, leaks }
}

type Order<'a> = (bool, u8, Option<&'a str>, Option<u32>, &'a str, &'a str, i64);

/// Open findings first, most severe first, then along the files.
fn order(member: &Member) -> Order<'_> {
    let place = member.place.as_ref();
    (
        member.status != crate::assessment::Status::Active,
        member.severity.rank(),
        place.and_then(|p| p.path.as_deref()),
        place.and_then(|p| p.start_line),
        &member.title,
        &member.identity,
        member.id.0,
    )
}

#[cfg(test)]
pub(crate) mod tests;
