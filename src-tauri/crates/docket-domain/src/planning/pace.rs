//! How long applying a plan takes at least under a tracker's limits.

use std::collections::VecDeque;

use crate::plan::Step;

/// The pace at which one account may write. A zero means «no such limit».
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pace {
    /// Least time between two writes, milliseconds.
    pub spacing_ms: u64,
    /// Most writes in any minute.
    pub per_minute: u32,
    /// Most writes in any hour.
    pub per_hour: u32,
    /// Writes that creating one issue takes (without its comments).
    pub writes_per_create: u32,
    /// Writes that changing one issue takes (without its comments).
    pub writes_per_update: u32,
    /// Issues that are changed in one request (without their comments).
    pub updates_at_once: u32,
    /// Most issues that are changed in any minute, where several are changed in one request.
    pub updates_per_minute: u32,
    /// Writes that one comment takes.
    pub writes_per_comment: u32,
}

/// Estimated time to apply `steps`, milliseconds, from the first write to the last answer,
/// where an answer is counted like the spacing. Final steps cost nothing.
pub fn estimate(steps: &[Step], pace: &Pace) -> u64 {
    let open = || steps.iter().filter(|step| !step.state.is_final());
    let writes: u64 = open().map(|step| writes(step, pace)).sum();
    let together = match pace.updates_at_once {
        0 | 1 => 0,
        _ => open().filter(|step| step.action.changes()).count() as u64,
    };
    time_of(writes, pace) + time_together(together, pace)
}

/// How long `updates` changes take that go many in one request.
fn time_together(updates: u64, pace: &Pace) -> u64 {
    let per_minute = u64::from(pace.updates_per_minute.max(1));
    let full_minutes = updates.saturating_sub(1) / per_minute;
    let rest = updates - full_minutes * per_minute;
    full_minutes * 60_000 + rest.div_ceil(u64::from(pace.updates_at_once.max(1))) * pace.spacing_ms
}

fn writes(step: &Step, pace: &Pace) -> u64 {
    let comments = step.draft.as_ref().map_or(0, |draft| draft.follow_ups.len() as u64)
        * u64::from(pace.writes_per_comment);
    match step.action {
        action if action.creates() => u64::from(pace.writes_per_create) + comments,
        action if action.changes() && pace.updates_at_once > 1 => comments,
        action if action.changes() => u64::from(pace.writes_per_update) + comments,
        // Adopting only reads and links.
        _ => 0,
    }
}

/// When the `n`th write is over: each starts as early as the spacing and both windows allow.
fn time_of(n: u64, pace: &Pace) -> u64 {
    let mut minute = Window::new(pace.per_minute, 60_000);
    let mut hour = Window::new(pace.per_hour, 3_600_000);
    let (mut start, mut end) = (0, 0);
    for _ in 0..n {
        start = minute.earliest(start).max(hour.earliest(start));
        minute.note(start);
        hour.note(start);
        end = start + pace.spacing_ms;
        start = end;
    }
    end
}

/// The last `most` starts; one more may begin only when the oldest is `span` ago.
struct Window {
    most: usize,
    span: u64,
    starts: VecDeque<u64>,
}

impl Window {
    fn new(most: u32, span: u64) -> Self {
        Self { most: most as usize, span, starts: VecDeque::new() }
    }

    fn earliest(&self, wanted: u64) -> u64 {
        match self.starts.front() {
            Some(oldest) if self.most > 0 && self.starts.len() == self.most => wanted.max(oldest + self.span),
            _ => wanted,
        }
    }

    fn note(&mut self, start: u64) {
        if self.most == 0 {
            return;
        }
        if self.starts.len() == self.most {
            self.starts.pop_front();
        }
        self.starts.push_back(start);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The pace that a hosted service bears: 1.2 s between writes, 75 a minute, 480 an hour.
    pub(in crate::planning) const HOSTED: Pace = Pace {
        spacing_ms: 1_200,
        per_minute: 75,
        per_hour: 480,
        writes_per_create: 1,
        writes_per_update: 1,
        updates_at_once: 1,
        updates_per_minute: 0,
        writes_per_comment: 1,
    };

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
        let free = Pace { spacing_ms: 1_000, per_minute: 0, per_hour: 0, ..HOSTED };
        assert_eq!(time_of(0, &free), 0, "nothing to do takes no time");
        assert_eq!(time_of(10, &free), 10_000, "only the spacing counts");
        let minute = Pace { spacing_ms: 100, per_minute: 60, ..free };
        assert_eq!(time_of(60, &minute), 6_000, "a full minute's worth goes at once");
        assert_eq!(time_of(61, &minute), 60_100, "the next one waits until the first is a minute old");
        let hours = time_of(1_000, &HOSTED);
        assert!(hours > 2 * 3_600_000, "1,000 writes at 480 an hour need more than two hours: {hours}");
        assert!(hours < 2 * 3_600_000 + 200_000, "and hardly more than that: {hours}");
    }
}
