//! Comments that Docket writes into issues that are there: what joined, left, ended or came back.

use std::sync::Arc;

use crate::assessment::Status;
use crate::member::Member;
use crate::render::ink::Ink;
use crate::render::{MEMBERS_SHOWN, RenderOptions, Rendered, group, order};

/// A comment that names findings which joined an existing issue.
pub fn additions(new: &[Member], total_new: usize, options: &RenderOptions) -> Rendered {
    let head = match total_new.max(new.len()) {
        1 => "1 finding joined this issue:".to_owned(),
        n => format!("{n} findings joined this issue:"),
    };
    listed(&head, new, total_new, options)
}

/// A comment that names findings which moved into another issue. `to` names that issue as it
/// stands in the text.
pub fn departures(gone: &[Member], total: usize, to: &str, options: &RenderOptions) -> Rendered {
    let head = match total.max(gone.len()) {
        1 => format!("1 finding goes on in {to}:"),
        n => format!("{n} findings go on in {to}:"),
    };
    listed(&head, gone, total, options)
}

/// A comment that says why an issue is closed: nothing active is left in it.
pub fn ended(members: &[Member], total: usize, options: &RenderOptions) -> Rendered {
    let count = |status: Status| members.iter().filter(|m| m.status == status).count();
    let kinds = [
        (Status::Closed, "closed"),
        (Status::FalsePositive, "false positive"),
        (Status::RiskAccepted, "accepted risk"),
    ];
    let parts: Vec<String> = kinds
        .iter()
        .map(|(status, word)| (count(*status), word))
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
    let head = match total.max(members.len()) {
        1 => format!("Closed by Docket: the finding is {}.", parts.join("").trim_start_matches("1 ")),
        n => format!("Closed by Docket: none of its {n} findings is active any more ({}).", parts.join(", ")),
    };
    bare(&head, options)
}

/// A comment that says why an issue is opened again.
pub fn reopened(members: &[Member], options: &RenderOptions) -> Rendered {
    let active: Vec<Member> = members.iter().filter(|m| m.status == Status::Active).cloned().collect();
    let head = match active.len() {
        1 => "Reopened by Docket: 1 finding is active again:".to_owned(),
        n => format!("Reopened by Docket: {n} findings are active again:"),
    };
    listed(&head, &active, active.len(), options)
}

/// A comment that says that a push was taken back.
pub fn taken_back(words: &str, options: &RenderOptions) -> Rendered {
    bare(words, options)
}

fn bare(head: &str, options: &RenderOptions) -> Rendered {
    let ink = Ink::new(options.flavour, Arc::clone(&options.sieve));
    let body = ink.finish(head.to_owned());
    let (warnings, leaks) = ink.into_notes();
    Rendered { title: String::new(), body, follow_ups: Vec::new(), warnings, faults: Vec::new(), leaks }
}

fn listed(head: &str, members: &[Member], total: usize, options: &RenderOptions) -> Rendered {
    let mut ink = Ink::new(options.flavour, Arc::clone(&options.sieve));
    let mut shown: Vec<&Member> = members.iter().take(MEMBERS_SHOWN).collect();
    shown.sort_by(|a, b| order(a).cmp(&order(b)));
    let room = options.limits.sane().comment_chars;
    let body = group::named(&mut ink, head, &shown, total.max(members.len()), room);
    let body = ink.finish(body);
    let (warnings, leaks) = ink.into_notes();
    Rendered { title: String::new(), body, follow_ups: Vec::new(), warnings, faults: Vec::new(), leaks }
}
