//! Where the crash tests stop a process. Compiled to nothing without the feature
//! `crash-points`, which only the tests' own program switches on.

/// Stops here for ever when `DOCKET_STOP_AT` names this point (`name` or `name:N` for the
/// N-th time), after saying so on standard error, so that a test can kill the process at
/// exactly this place.
#[cfg(feature = "crash-points")]
pub(crate) fn pause_point(name: &str) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let Ok(wanted) = std::env::var("DOCKET_STOP_AT") else { return };
    let (point, nth) =
        wanted.split_once(':').map_or((wanted.as_str(), 1), |(p, n)| (p, n.parse().unwrap_or(1)));
    if point == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == nth {
        eprintln!("stopped at {name}");
        loop {
            std::thread::park();
        }
    }
}

/// Nothing.
#[cfg(not(feature = "crash-points"))]
#[inline]
pub(crate) fn pause_point(_name: &str) {}
