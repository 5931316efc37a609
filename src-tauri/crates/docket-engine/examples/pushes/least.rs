//! The least time that the limits leave to a client that writes one request after the other and
//! knows the limits and what it has used of them.

use std::collections::VecDeque;

use docket_practice::AzureLimits;
use docket_practice::gitlab::GitLabLimits;

use crate::LATE;
use crate::server::Case;

/// At most so many in any window of so many milliseconds.
struct Window {
    most: usize,
    span: i64,
    times: VecDeque<i64>,
}

impl Window {
    fn new(most: usize, span: i64) -> Self {
        Self { most, span, times: VecDeque::new() }
    }

    fn earliest(&self, at: i64) -> i64 {
        if self.times.len() < self.most { at } else { at.max(self.times[0] + self.span) }
    }

    fn note(&mut self, at: i64) {
        if self.times.len() == self.most {
            self.times.pop_front();
        }
        self.times.push_back(at);
    }
}

/// The least time for so many issues, milliseconds by the fast clock.
pub fn time(case: &Case, issues: usize) -> i64 {
    let answer = (LATE.as_millis() as f64 * case.times) as i64;
    let github = docket_practice::Limits::default();
    let azure = AzureLimits::default();
    let mut windows = match case.kind {
        "gitlab" => vec![Window::new(GitLabLimits::default().issues_per_minute as usize, 60_000)],
        "azure-devops" => vec![Window::new((azure.units / azure.write) as usize, 300_000)],
        _ => vec![
            Window::new(github.content_per_minute, 60_000),
            Window::new(github.content_per_hour, 3_600_000),
        ],
    };
    let mut free = 0;
    for _ in 0..issues * case.writes {
        let start = windows.iter().fold(free, |at, window| window.earliest(at));
        for window in &mut windows {
            window.note(start);
        }
        free = start + answer;
    }
    free
}
