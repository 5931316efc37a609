//! What imports change: every case of the delta, through the real store.

mod common;

use common::{bench, code, report};
use docket_domain::{Delta, Status};

fn three() -> Vec<docket_domain::Found> {
    vec![
        code("sqli", "src/a.rs", 10, "query built from input"),
        code("sqli", "src/b.rs", 20, "query built from a header"),
        code("xss", "src/c.rs", 30, "output not escaped"),
    ]
}

#[test]
fn a_first_import_is_all_new_and_the_same_file_again_changes_nothing() {
    let bench = bench();
    let first = bench.import(&report("semgrep", three()));
    assert_eq!(first.delta, Delta { new: 3, records: 3, ..Delta::default() }, "nothing was known before");
    let again = bench.import(&report("semgrep", three()));
    assert_eq!(again.delta, Delta { unchanged: 3, records: 3, ..Delta::default() }, "nothing has changed");
    assert!(again.delta.is_empty(), "and it says so");
    assert_eq!(again.same_as, Some(first.id), "and names the import of the same bytes");
    let page = bench.page("");
    assert_eq!(page.total, 3, "still three findings");
    assert!(page.rows.iter().all(|r| r.status == Status::Active), "all active");
}
