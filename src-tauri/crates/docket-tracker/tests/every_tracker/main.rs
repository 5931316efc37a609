//! What every tracker must do, whichever it is. The tests name none: they run over whatever is
//! registered, each against the practice server that its line in [`ground`] gives.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod access;
mod answers;
mod comments;
mod files;
mod ground;
mod lists;
mod long_lists;
#[path = "../support/mod.rs"]
mod support;
mod together;
mod writing;

use docket_domain::{Marker, Timestamp};

use ground::Ground;
use support::Bench;

/// Every marker in the target, read page by page as Docket does, and how many pages there were.
async fn markers(ground: &Ground, bench: &Bench, since: Option<Timestamp>) -> (Vec<Marker>, usize) {
    let (mut found, mut page, mut pages) = (Vec::new(), None, 0);
    loop {
        let answer = bench.tracker.changed_since(&ground.to, since, page.as_deref()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{}: page {pages}: {error:?}", ground.kind));
        pages += 1;
        for issue in &answer.issues {
            found.extend(Marker::find_all(&issue.body));
        }
        page = answer.next;
        if page.is_none() {
            return (found, pages);
        }
        assert!(pages < 100, "{}: the pages never end", ground.kind);
    }
}

fn clean(ground: &Ground) {
    assert_eq!(ground.violations(), Vec::<String>::new(), "every request kept to the vendor's contract");
}
