//! The least time that the limits leave to a client that writes one request after the other and
//! knows the limits and what it has used of them.

use std::collections::VecDeque;

use docket_practice::AzureLimits;
use docket_practice::gitlab::GitLabLimits;

use crate::LATE;
use crate::server::Case;

/// At most so much in any window of so many milliseconds.
struct Window {
    most: u64,
    /// What the first request takes of it, which only looks, and what each write takes.
    costs: (u64, u64),
    span: i64,
    used: u64,
    times: VecDeque<(i64, u64)>,
}

impl Window {
    /// Counts writes only.
    fn of_writes(most: usize, span: i64) -> Self {
        Self::new(most as u64, (0, 1), span)
    }

    fn new(most: u64, costs: (u64, u64), span: i64) -> Self {
        Self { most, costs, span, used: 0, times: VecDeque::new() }
    }

    fn cost(&self, writes: bool) -> u64 {
        if writes { self.costs.1 } else { self.costs.0 }
    }

    /// When the next request may leave.
    fn earliest(&self, writes: bool, at: i64) -> i64 {
        let mut over = (self.used + self.cost(writes)).saturating_sub(self.most);
        let freed = self.times.iter().take_while(|(_, cost)| {
            let needed = over > 0;
            over = over.saturating_sub(*cost);
            needed
        });
        freed.last().map_or(at, |(used, _)| at.max(used + self.span))
    }

    fn note(&mut self, writes: bool, at: i64) {
        while let Some((_, cost)) = self.times.pop_front_if(|(used, _)| *used + self.span <= at) {
            self.used -= cost;
        }
        self.used += self.cost(writes);
        self.times.push_back((at, self.cost(writes)));
    }
}

/// The least time for so many issues, milliseconds by the fast clock: one look at what is there
/// already, without which nothing can be promised to be made once, and the writes.
pub fn time(case: &Case, issues: usize) -> i64 {
    let answer = (LATE.as_millis() as f64 * case.times) as i64;
    let github = docket_practice::Limits::default();
    let azure = AzureLimits::default();
    let thousandths = |units: f64| (units * 1000.0).round() as u64;
    let mut windows = match case.kind {
        "gitlab" => vec![Window::of_writes(GitLabLimits::default().issues_per_minute as usize, 60_000)],
        "azure-devops" => {
            let costs = (thousandths(azure.read), thousandths(azure.write));
            vec![Window::new(thousandths(azure.units), costs, 300_000)]
        }
        _ => vec![
            Window::of_writes(github.content_per_minute, 60_000),
            Window::of_writes(github.content_per_hour, 3_600_000),
        ],
    };
    let mut free = 0;
    let writes = std::iter::repeat_n(true, issues * case.writes);
    for writes in std::iter::once(false).chain(writes) {
        let start = windows.iter().fold(free, |at, window| window.earliest(writes, at));
        for window in &mut windows {
            window.note(writes, start);
        }
        free = start + answer;
    }
    free
}
