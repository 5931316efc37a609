//! How long applying a plan takes under a tracker's limits: the walk is gone through in
//! thought, from what was used of the limits already.
//!
//! Deliberately absent: what nobody knows beforehand (an answer that takes long, a pause that
//! the tracker asks for, other people who use the account).

use std::collections::VecDeque;

use crate::plan::{Action, Step};
use crate::time::Timestamp;

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 3_600_000;

/// The pace at which one account may write. A zero means «no such limit».
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pace {
    /// Least time from the start of one write to the start of the next, milliseconds.
    pub spacing_ms: u64,
    /// How long the answer to a write takes; the next write waits for it.
    pub answer_ms: u64,
    /// Most new content in any minute.
    pub per_minute: u32,
    /// Most new content in any hour.
    pub per_hour: u32,
    /// Most comments in any minute, where they are counted by themselves.
    pub comments_per_minute: u32,
    /// Writes that creating one issue takes (without its comments); each counts as new content.
    pub writes_per_create: u32,
    /// Writes that changing one issue takes (without its comments).
    pub writes_per_update: u32,
    /// Issues that are changed in one request (without their comments).
    pub updates_at_once: u32,
    /// Most issues that are changed in any minute, where several are changed in one request.
    pub updates_per_minute: u32,
    /// Writes that the file of an issue takes, besides comments; zero: no files go along.
    pub file_writes: u32,
    /// Comments that the file of an issue takes.
    pub file_comments: u32,
}

/// Estimated time to bring `steps` to their end from `now` on, milliseconds, when the account
/// made new content at the times `used`. Final steps cost nothing.
pub fn estimate(steps: &[Step], pace: &Pace, used: &[Timestamp], now: Timestamp) -> u64 {
    let mut load = Load::default();
    for step in steps.iter().filter(|step| !step.state.is_final()) {
        let comments = step.draft.as_ref().map_or(0, |draft| draft.follow_ups.len() as u64);
        load.add(step.action, comments);
    }
    load.time(pace, used, now)
}

/// Estimated time to create so many issues without further comments, milliseconds.
pub fn estimate_creations(issues: u64, pace: &Pace, used: &[Timestamp], now: Timestamp) -> u64 {
    Load { creates: issues, ..Load::default() }.time(pace, used, now)
}

/// What is to be written, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Issues that are created.
    pub creates: u64,
    /// Issues that are changed.
    pub updates: u64,
    /// Comments.
    pub comments: u64,
}

impl Load {
    /// Adds a step with so many follow-up comments. Adopting only reads and links.
    pub fn add(&mut self, action: Action, comments: u64) {
        match action {
            _ if action.creates() => self.creates += 1,
            _ if action.changes() => self.updates += 1,
            _ => return,
        }
        self.comments += comments;
    }

    /// What is left when a step of this kind has ended.
    pub fn done(&mut self, action: Action, comments: u64) {
        match action {
            _ if action.creates() => self.creates = self.creates.saturating_sub(1),
            _ if action.changes() => self.updates = self.updates.saturating_sub(1),
            _ => return,
        }
        self.comments = self.comments.saturating_sub(comments);
    }

    /// How long it takes from `now` on, milliseconds.
    pub fn time(&self, pace: &Pace, used: &[Timestamp], now: Timestamp) -> u64 {
        let mut walk = Walk::after(pace, used, now);
        let together = pace.updates_at_once > 1;
        for _ in 0..self.creates {
            for _ in 0..pace.writes_per_create {
                walk.write(pace, Write::Content);
            }
        }
        if !together {
            for _ in 0..self.updates * u64::from(pace.writes_per_update) {
                walk.write(pace, Write::Plain);
            }
        }
        let issues = self.creates + self.updates;
        for _ in 0..issues * u64::from(pace.file_writes) {
            walk.write(pace, Write::Plain);
        }
        for _ in 0..self.comments + issues * u64::from(pace.file_comments) {
            walk.write(pace, Write::Comment);
        }
        walk.passed() + if together { time_together(self.updates, pace) } else { 0 }
    }
}

/// How long `updates` changes take that go many in one request.
fn time_together(updates: u64, pace: &Pace) -> u64 {
    let per_minute = u64::from(pace.updates_per_minute.max(1));
    let full_minutes = updates.saturating_sub(1) / per_minute;
    let rest = updates - full_minutes * per_minute;
    full_minutes * MINUTE_MS + rest.div_ceil(u64::from(pace.updates_at_once.max(1))) * each(pace)
}

/// From one write to the next where no limit holds it back.
fn each(pace: &Pace) -> u64 {
    pace.spacing_ms.max(pace.answer_ms)
}

/// What a write is counted against.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Write {
    Content,
    Comment,
    /// Nothing but the time it takes.
    Plain,
}

/// A walk through writes: each starts as early as the spacing and the windows allow. Time is
/// counted from an hour ago, so that what was used then fits in.
struct Walk {
    free: u64,
    minute: Window,
    hour: Window,
    comments: Window,
}

impl Walk {
    fn after(pace: &Pace, used: &[Timestamp], now: Timestamp) -> Self {
        let mut walk = Self {
            free: HOUR_MS,
            minute: Window::new(pace.per_minute, MINUTE_MS),
            hour: Window::new(pace.per_hour, HOUR_MS),
            comments: Window::new(pace.comments_per_minute, MINUTE_MS),
        };
        for at in used {
            let ago = u64::try_from(now.millis_since(*at)).unwrap_or(0);
            if let Some(at) = HOUR_MS.checked_sub(ago) {
                walk.minute.note(at);
                walk.hour.note(at);
            }
        }
        walk
    }

    fn write(&mut self, pace: &Pace, write: Write) {
        let apart = write == Write::Comment && pace.comments_per_minute > 0;
        let start = match write {
            Write::Plain => self.free,
            Write::Comment if apart => self.comments.earliest(self.free),
            Write::Content | Write::Comment => {
                self.minute.earliest(self.free).max(self.hour.earliest(self.free))
            }
        };
        // The tracker may have counted it as late as its answer came.
        let counted = start + pace.answer_ms;
        match write {
            Write::Plain => {}
            Write::Comment if apart => self.comments.note(counted),
            Write::Content | Write::Comment => {
                self.minute.note(counted);
                self.hour.note(counted);
            }
        }
        self.free = start + each(pace);
    }

    fn passed(&self) -> u64 {
        self.free - HOUR_MS
    }
}

/// The last `most` writes; one more may begin only when the oldest is `span` ago.
struct Window {
    most: usize,
    span: u64,
    times: VecDeque<u64>,
}

impl Window {
    fn new(most: u32, span: u64) -> Self {
        Self { most: most as usize, span, times: VecDeque::new() }
    }

    fn earliest(&self, wanted: u64) -> u64 {
        match self.times.front() {
            Some(oldest) if self.most > 0 && self.times.len() == self.most => wanted.max(oldest + self.span),
            _ => wanted,
        }
    }

    fn note(&mut self, at: u64) {
        if self.most == 0 {
            return;
        }
        if self.times.len() == self.most {
            self.times.pop_front();
        }
        self.times.push_back(at);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The pace that a hosted service bears: a second between writes, 80 a minute, 500 an hour.
    pub(in crate::planning) const HOSTED: Pace = Pace {
        spacing_ms: 1_000,
        answer_ms: 0,
        per_minute: 80,
        per_hour: 500,
        comments_per_minute: 0,
        writes_per_create: 1,
        writes_per_update: 1,
        updates_at_once: 1,
        updates_per_minute: 0,
        file_writes: 0,
        file_comments: 0,
    };
    const NOW: Timestamp = Timestamp(10 * HOUR_MS as i64);

    fn creating(issues: u64, pace: &Pace) -> u64 {
        estimate_creations(issues, pace, &[], NOW)
    }

    #[test]
    fn changes_that_go_together_take_as_many_requests_as_there_are_portions() {
        let pace = Pace { spacing_ms: 300, updates_at_once: 50, updates_per_minute: 1_200, ..HOSTED };
        assert_eq!(time_together(0, &pace), 0, "nothing to do takes no time");
        assert_eq!(time_together(51, &pace), 600, "two requests");
        assert_eq!(time_together(1_200, &pace), 24 * 300, "a full minute's worth goes at once");
        assert_eq!(time_together(1_201, &pace), 60_300, "the next one waits for the minute");
    }

    #[test]
    fn the_tightest_limit_decides() {
        let free = Pace { per_minute: 0, per_hour: 0, ..HOSTED };
        assert_eq!(creating(0, &free), 0, "nothing to do takes no time");
        assert_eq!(creating(10, &free), 10_000, "only the spacing counts");
        assert_eq!(creating(10, &Pace { answer_ms: 3_000, ..free }), 30_000, "an answer may take longer");
        let minute = Pace { spacing_ms: 100, per_minute: 60, ..free };
        assert_eq!(creating(60, &minute), 6_000, "a full minute's worth goes at once");
        assert_eq!(creating(61, &minute), 60_100, "the next one waits until the first is a minute old");
        let hours = creating(2_000, &HOSTED);
        assert!(hours > 3 * HOUR_MS, "2,000 writes at 500 an hour need more than three hours: {hours}");
        assert!(hours < 3 * HOUR_MS + 510_000, "and hardly more than that: {hours}");
    }

    // covers: X10
    #[test]
    fn what_was_used_within_the_hour_is_waited_for() {
        let used: Vec<Timestamp> = (0..500).map(|at| NOW.plus_millis(-1_800_000 + at * 1_000)).collect();
        let one = estimate_creations(1, &HOSTED, &used, NOW);
        assert_eq!(one, 1_801_000, "the hour is used up until its oldest issue is an hour old");
        assert_eq!(
            estimate_creations(1, &HOSTED, &used[..499], NOW),
            1_000,
            "one is left, so one goes at once"
        );
        assert_eq!(
            estimate_creations(1, &HOSTED, &used, NOW.plus_millis(1_800_000)),
            1_000,
            "what is an hour old counts no more"
        );
    }

    #[test]
    fn a_board_takes_its_share_and_comments_may_count_by_themselves() {
        let board = Pace { writes_per_create: 3, ..HOSTED };
        assert_eq!(creating(10, &board), 30_000, "each issue is three writes");
        assert!(creating(200, &board) > HOUR_MS, "600 writes are more than an hour's worth");
        let apart = Pace { comments_per_minute: 60, per_minute: 200, per_hour: 0, spacing_ms: 100, ..HOSTED };
        let load = Load { creates: 100, comments: 61, ..Load::default() };
        assert_eq!(
            load.time(&apart, &[], NOW),
            10_000 + 60_100,
            "100 issues at once, 60 comments, and the last a minute after the first"
        );
        let files = Pace { file_writes: 1, file_comments: 1, ..apart };
        assert_eq!(
            Load { creates: 61, ..Load::default() }.time(&files, &[], NOW),
            12_200 + 60_100,
            "the file of each issue is a write and a comment more"
        );
        let changes = Load { updates: 600, ..Load::default() };
        assert_eq!(changes.time(&HOSTED, &[], NOW), 600_000, "a change makes no new content");
    }
}
