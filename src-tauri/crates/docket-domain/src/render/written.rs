//! What a template wrote and the parts that Docket writes, together within the room there is.
//!
//! A person's own words come first; Docket's parts share what is left, in the order of what
//! they need: those of a fixed size, then texts and details, and the list takes the rest with
//! its comments. When a person's own words alone are too long, all of it goes on in comments.

use crate::member::Member;
use crate::plan::Group;
use crate::render::fill::{self, Piece};
use crate::render::ink::Ink;
use crate::render::{READABLE, RenderOptions, finding, group, pages};
use crate::template::{Block, Run};

/// What Docket's parts get at least, in characters, however long the rest is.
const LEAST: usize = 1_500;

/// What an issue is about.
pub(super) struct Subject<'a> {
    pub group: &'a Group,
    /// In the order in which they are written.
    pub members: &'a [&'a Member],
    pub total: usize,
}

impl<'a> Subject<'a> {
    /// The finding, when it is one.
    pub fn only(&self) -> Option<&'a Member> {
        match self.members {
            [only] if self.total == 1 => Some(only),
            _ => None,
        }
    }

    fn block(
        &self,
        ink: &mut Ink,
        block: Block,
        room: usize,
        options: &RenderOptions,
    ) -> (Option<String>, Vec<String>) {
        match self.only() {
            Some(only) => {
                let part = finding::block(ink, only, block, room.min(READABLE));
                (part.filter(|part| block == Block::Default || ink.length(part) <= room), Vec::new())
            }
            None => group::block(ink, self.group, self.members, self.total, block, room, options),
        }
    }
}

/// The text in at most `room` characters, and the comments that follow.
pub(super) fn body(
    ink: &mut Ink,
    subject: &Subject<'_>,
    run: Option<&Run>,
    room: usize,
    options: &RenderOptions,
) -> (String, Vec<String>) {
    let own = |ink: &mut Ink| {
        let (text, follow_ups) = subject.block(ink, Block::Default, room, options);
        (text.unwrap_or_default(), follow_ups)
    };
    let Some(run) = run else { return own(ink) };
    let pieces = fill::filled(ink, &run.text, &run.tokens);
    if pieces.is_empty() {
        ink.note("The template writes nothing here, so Docket's own form was used.".to_owned());
        return own(ink);
    }
    let (text, mut lists) = joined(ink, subject, &pieces, room, options);
    let text = pages::closed(&text);
    if !run.cut && ink.length(&text) <= room {
        return (text, lists);
    }
    // The list's comments come behind those of the text.
    let more = options.max_follow_ups.saturating_sub(lists.len());
    let comment = options.limits.comment_chars.saturating_sub(100);
    let mut pages = pages::paged(ink, &text, room, comment, more);
    if run.cut {
        ink.note("The template writes more than could ever be sent; its end is missing.".to_owned());
    }
    let first = pages.remove(0);
    pages.append(&mut lists);
    (first, pages)
}

/// The pieces with Docket's parts written, and the comments of its list.
fn joined(
    ink: &mut Ink,
    subject: &Subject<'_>,
    pieces: &[Piece],
    room: usize,
    options: &RenderOptions,
) -> (String, Vec<String>) {
    let own: usize =
        pieces.iter().map(|piece| if let Piece::Own(text) = piece { ink.length(text) + 2 } else { 2 }).sum();
    let mut left = room.saturating_sub(own);
    let mut written: Vec<Option<String>> = vec![None; pieces.len()];
    let mut follow_ups = Vec::new();
    let words = left.min(READABLE);
    let mut order: Vec<(usize, Block)> = pieces
        .iter()
        .enumerate()
        .filter_map(|(at, piece)| if let Piece::Block(block) = piece { Some((at, *block)) } else { None })
        .collect();
    order.sort_by_key(|(at, block)| (rank(*block), *at));
    let mut listed = false;
    for (at, block) in order {
        let list = matches!(block, Block::Default | Block::Checklist);
        if list && std::mem::replace(&mut listed, true) {
            ink.note("Docket's list stands in the issue once.".to_owned());
            continue;
        }
        let share = match block {
            Block::Default | Block::Checklist => left,
            Block::Summary | Block::Table => left.min(words),
            Block::Why | Block::Fix => words / 6,
            Block::Details => words / 4,
            Block::References => words / 10,
        };
        let (part, comments) = subject.block(ink, block, share.max(LEAST), options);
        let Some(part) = part else { continue };
        let length = ink.length(&part) + 2;
        if !list && length > left.max(LEAST) {
            ink.note("A part of Docket's was left out to fit the tracker's limit.".to_owned());
            continue;
        }
        left = left.saturating_sub(length);
        written[at] = Some(part);
        follow_ups.extend(comments);
    }
    let parts: Vec<String> = pieces
        .iter()
        .zip(written)
        .filter_map(|(piece, part)| match piece {
            Piece::Own(text) => Some(text.trim_matches('\n').to_owned()),
            Piece::Block(_) => part,
        })
        .filter(|part| !part.trim().is_empty())
        .collect();
    (parts.join("\n\n"), follow_ups)
}

/// Which parts are written first.
fn rank(block: Block) -> u8 {
    match block {
        Block::Summary | Block::Table => 0,
        Block::Why | Block::Fix => 1,
        Block::Details => 2,
        Block::References => 3,
        Block::Checklist => 4,
        Block::Default => 5,
    }
}
