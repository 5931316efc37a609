//! Progress on standard error: one line that renews itself on a terminal, a plain line now
//! and then elsewhere.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use docket_domain::job::Progress;
use docket_domain::time::SystemClock;
use docket_domain::{Clock, Timestamp};
use indicatif::{ProgressBar, ProgressStyle};

use crate::terminal::{Terminal, complain, line};

/// Without a terminal a line comes at most this often, unless it says something new.
const SELDOM: Duration = Duration::from_secs(10);

/// Tells progress.
pub(crate) struct Teller(Shown);

enum Shown {
    Nothing,
    Line(ProgressBar),
    NowAndThen(Mutex<Last>),
}

#[derive(Default)]
struct Last {
    /// When the last line was written; none until the work has taken a while.
    at: Option<Instant>,
    waiting: Option<String>,
}

impl Teller {
    /// As the options say.
    pub fn new(terminal: &Terminal) -> Self {
        if !terminal.progress {
            return Self(Shown::Nothing);
        }
        if !terminal.lively {
            let last = Last { at: Some(Instant::now()), waiting: None };
            return Self(Shown::NowAndThen(Mutex::new(last)));
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(Shown::Line(bar))
    }

    /// Something was done.
    pub fn tell(&self, progress: &Progress) {
        match &self.0 {
            Shown::Nothing => {}
            Shown::Line(bar) => bar.set_message(words(progress, SystemClock.now())),
            Shown::NowAndThen(last) => {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                let waits_anew = progress.waiting_for.is_some() && last.waiting != progress.waiting_for;
                if waits_anew || last.at.is_none_or(|at| at.elapsed() >= SELDOM) {
                    last.at = Some(Instant::now());
                    complain(&words(progress, SystemClock.now()));
                }
                last.waiting.clone_from(&progress.waiting_for);
            }
        }
    }

    /// Writes something else meanwhile, without the line getting in its way.
    pub fn aside<R>(&self, write: impl FnOnce() -> R) -> R {
        match &self.0 {
            Shown::Line(bar) => bar.suspend(write),
            _ => write(),
        }
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        if let Shown::Line(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// Progress in words.
fn words(progress: &Progress, now: Timestamp) -> String {
    let mut parts = vec![line(&progress.text)];
    let bytes = progress.unit == "bytes";
    let amount = |n: u64| if bytes { size(n) } else { n.to_string() };
    match progress.total {
        Some(total) if bytes => parts.push(format!("{} of {}", amount(progress.done), amount(total))),
        Some(total) => parts.push(format!("{} of {total} {}", progress.done, progress.unit)),
        None if progress.done > 0 && bytes => parts.push(amount(progress.done)),
        None if progress.done > 0 => parts.push(format!("{} {}", progress.done, progress.unit)),
        None => {}
    }
    if let Some(waiting) = &progress.waiting_for {
        let left = progress.waiting_until.map(|until| until.millis_since(now)).filter(|left| *left > 0);
        match left {
            Some(left) => parts.push(format!("waiting {}: {}", span(left as u64), line(waiting))),
            None => parts.push(format!("waiting: {}", line(waiting))),
        }
    } else if let Some(rate) = progress.rate.filter(|rate| *rate >= 0.05) {
        parts.push(if bytes { format!("{}/s", size(rate as u64)) } else { each_second(rate) });
    }
    if let Some(left) = progress.remaining_ms {
        // What waits tells its sentence last: a narrow terminal cuts it.
        let at = parts.len() - usize::from(progress.waiting_for.is_some());
        parts.insert(at, format!("about {} left", span(left.max(1_000))));
    }
    parts.join(" · ")
}

/// How many a second, with tenths only where they tell something.
fn each_second(rate: f64) -> String {
    if rate < 10.0 { format!("{rate:.1}/s") } else { format!("{rate:.0}/s") }
}

/// `12.3 MB`.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        n if n >= 1_000_000_000 => format!("{:.2} GB", n as f64 / 1e9),
        n if n >= 1_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        n if n >= 1_000 => format!("{:.0} kB", n as f64 / 1e3),
        n => format!("{n} bytes"),
    }
}

/// How long something is going to take.
pub(crate) fn estimate(ms: u64) -> String {
    if ms < 2_000 { "a moment".to_owned() } else { format!("about {}", span(ms)) }
}

/// `3 min`, as exact as an estimate deserves.
fn span(ms: u64) -> String {
    match ms.div_ceil(1000) {
        s if s >= 2 * 3600 => format!("{} h {} min", s / 3600, s % 3600 / 60),
        s if s >= 120 => format!("{} min", s.div_ceil(60)),
        s => format!("{s} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_says_rate_rest_and_what_it_waits_for() {
        let now = Timestamp(1_000_000);
        let mut progress = Progress {
            text: "Pushing to acme/shop".into(),
            done: 3,
            total: Some(9),
            unit: "issues".into(),
            rate: Some(1.0),
            remaining_ms: Some(6_000),
            ..Progress::default()
        };
        assert_eq!(words(&progress, now), "Pushing to acme/shop · 3 of 9 issues · 1.0/s · about 6 s left");
        progress.waiting_for = Some("the tracker's limit".into());
        progress.waiting_until = Some(now.plus_millis(180_000));
        assert_eq!(
            words(&progress, now),
            "Pushing to acme/shop · 3 of 9 issues · about 6 s left · waiting 3 min: the tracker's limit",
            "while it waits the rate means nothing"
        );
    }

    #[test]
    fn spans_and_sizes_are_rough() {
        assert_eq!(
            [span(900), span(119_000), span(121_000), span(7_260_000)],
            ["1 s", "119 s", "3 min", "2 h 1 min"]
        );
        assert_eq!([size(7), size(1_500), size(2_340_000)], ["7 bytes", "2 kB", "2.3 MB"]);
    }
}
