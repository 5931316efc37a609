//! The columns against the database itself: whatever is asked, both say the same, also while
//! findings change and others write.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};

use docket_domain::query::Field;
use docket_domain::{
    ApplicationId, Clock, Completeness, Component, FindingId, FindingKind, FindingPage, Found, Identifier,
    Location, PageStart, Reason, Run, Selection, Severity, Sort, SortKey, Status, Suppression,
    SuppressionStatus, Timestamp, Tool,
};

use super::*;
use crate::{FinishOptions, Source, Staging, Store, applications, findings, owners};

struct Still;
impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp(1_795_255_200_000)
    }
}

/// The same numbers each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }
}

const RULES: [&str; 7] = ["rule-1", "Rule-1", "RULE/two", "java.sql", "", "éclair", "a%b_c"];
const PATHS: [&str; 5] = ["src/a.py", "src/b/c.py", "lib/x.JS", "docs/read me.md", "src/a.py.orig"];

fn found(dice: &mut Dice, n: u64) -> Found {
    let mut found = Found::new(
        dice.one(&RULES).to_owned(),
        format!("{} in request {}", dice.one(&["Injection", "injection", "Overflow", "Weak key"]), n % 9),
    );
    found.severity = Severity::ALL[dice.below(6) as usize];
    found.description = format!("What was found, number {n}, near the token");
    if dice.below(4) == 0 {
        found.kind = FindingKind::Dependency;
        found.component = Some(Component {
            name: dice.one(&["openssl", "OpenSSL", "left-pad"]).to_owned(),
            version: Some(format!("1.{n}")),
            purl: Some(format!("pkg:npm/left-pad@1.{n}")),
            fixed_version: None,
        });
    } else {
        found.kind = FindingKind::Code;
        for _ in 0..=dice.below(2) {
            let mut location = Location::nowhere();
            location.path = Some(dice.one(&PATHS).to_owned());
            location.start_line = Some(n as u32);
            found.locations.push(location);
        }
    }
    for _ in 0..dice.below(3) {
        let value = dice.one(&["CWE-79", "CWE-89", "CWE-22"]).to_owned();
        found.identifiers.push(Identifier { scheme: "CWE".to_owned(), value });
    }
    if dice.below(5) == 0 {
        found.identifiers.push(Identifier { scheme: "CVE".to_owned(), value: format!("CVE-2024-{}", n % 7) });
        if dice.below(2) == 0 {
            let value = format!("GHSA-aaaa-bbbb-{}", n % 5);
            found.identifiers.push(Identifier { scheme: "GHSA".to_owned(), value });
        }
    }
    if dice.below(9) == 0 {
        found.suppressions.push(Suppression {
            status: SuppressionStatus::Accepted,
            kind: "external".to_owned(),
            justification: Some("not ours".to_owned()),
        });
    }
    found
}

static FILES: AtomicI64 = AtomicI64::new(0);

fn import(store: &Store, application: ApplicationId, tool: &str, records: std::ops::Range<u64>, seed: u64) {
    import_with(store, application, tool, records, seed, |_| {});
}

fn import_with(
    store: &Store,
    application: ApplicationId,
    tool: &str,
    records: std::ops::Range<u64>,
    seed: u64,
    change: impl Fn(&mut Found),
) {
    let source = Source {
        application,
        file: "report.sarif".to_owned(),
        bytes: 0,
        // Never the same file again.
        sha256: format!("{}", store.shared().clock.now().0 + FILES.fetch_add(1, Ordering::Relaxed)),
        format: "sarif".to_owned(),
        branch: None,
        reader: String::new(),
    };
    let mut staging = Staging::straight(store, source).unwrap();
    let run = Run {
        tool: Tool { name: tool.to_owned(), version: None, uri: None },
        branch: seed.is_multiple_of(2).then(|| "main".to_owned()),
        revision: None,
        repository: None,
        category: None,
        started: None,
        completeness: Completeness::Complete,
    };
    let run = staging.run(&run).unwrap();
    let mut dice = Dice(seed);
    for n in records {
        let mut found = found(&mut dice, n);
        change(&mut found);
        staging.found(run, &found).unwrap();
    }
    let options = FinishOptions { close_anyway: true, allow_mismatch: true, ..FinishOptions::default() };
    staging.finish(options, |_, _| true).unwrap();
}

fn open(folder: &Path) -> Store {
    Store::open(folder, Arc::new(Still)).unwrap()
}

/// Waits until the columns are at the state of the database, and the order of titles and frequent words
/// are known.
fn at_hand(store: &Store) {
    let begun = Instant::now();
    loop {
        let now = store.read(|read| {
            let known = read.look(|look| {
                let columns = look.columns;
                let words = columns.ids.len() < FROM || look.shelf.words(columns.since).is_some();
                Ok(words && columns.titles.page(&columns.all(), false, 0, 1).is_some())
            })?;
            Ok(known == Some(true))
        });
        let now = now.unwrap();
        if now {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "the columns are not brought up to date");
        std::thread::sleep(Duration::from_millis(2));
    }
}

const TERMS: [&str; 63] = [
    "severity:high",
    "severity:high,critical",
    "status:active",
    "-status:active",
    "status:closed,active",
    "reason:out_of_scope",
    "kind:dependency",
    "tool:semgrep",
    "tool:s*",
    "-tool:SEMGREP",
    "rule:rule-1",
    "rule:\"\"",
    "rule:*a*",
    "rule:a%b_c",
    "rule:?clair",
    "path:src/a.py",
    "path:src",
    "path:*.py",
    "-path:src/*",
    "path:\"\"",
    "path:SRC/A.PY",
    "path:SRC/",
    "path:src/?/*",
    "component:pkg:NPM/left-pad@1.7",
    "component:pkg:npm/*@1.1*",
    "component:pkg:npm/l*",
    "cwe:79",
    "cwe:79,089",
    "cwe:*",
    "cwe:?9",
    "-cwe:CWE-22",
    "cwe:\"\"",
    "cve:CVE-2024-3",
    "cve:CVE-2024-*",
    "component:openssl",
    "component:\"\"",
    "component:pkg:npm/left-pad",
    "component:open*",
    "app:shop",
    "app:*o*",
    "branch:main",
    "branch:\"\"",
    "owner:@acme/web",
    "owner:\"\"",
    "linked:no",
    "proposal:yes",
    "seen:<7d",
    "first:>2026-01-01",
    "injection",
    "\"weak key\"",
    "i",
    "req",
    "-TOKEN",
    "\"inject\"",
    "\"injection\"",
    "request/",
    "na",
    "was-found",
    "éclair",
    "9",
    "cve:\"\"",
    "-cve:*-3",
    "cve:ghsa-aaaa-bbbb-5,*4-1,*b-?",
];

/// Everything that is asked about a query, once from the columns and once from the database.
fn same(store: &Store, query: &str, application: Option<ApplicationId>, dice: &mut Dice) {
    let text = query.to_owned();
    // Others each time.
    let mut sorts: Vec<Sort> =
        SortKey::ALL.iter().map(|key| Sort { key: *key, descending: dice.below(2) == 0 }).collect();
    sorts.rotate_left(dice.below(9) as usize);
    sorts.truncate(4);
    let offset = dice.below(3) * dice.below(40);
    store
        .read(move |read| {
            let parsed = findings::parse(&text)?;
            let bare = Read { conn: read.conn, shared: read.shared, shelf: None, writes: false };
            assert!(read.look(|_| Ok(()))?.is_some(), "asked of the columns");
            let lower = |values: Vec<docket_domain::FacetValue>| -> Vec<_> {
                values.into_iter().map(|v| (v.facet, v.value.to_lowercase(), v.count)).collect()
            };
            assert_eq!(
                lower(findings::facets(read, &parsed, application)?),
                lower(findings::facets(&bare, &parsed, application)?),
                "facets of «{text}»"
            );
            let selection = Selection::Matching {
                query: text.clone(),
                application,
                except: vec![FindingId(3), FindingId(999_999)],
            };
            assert_eq!(
                findings::selection_count(read, &selection)?,
                findings::selection_count(&bare, &selection)?,
                "«{text}» in numbers"
            );
            let ids = (findings::ids(read, &selection)?, findings::ids(&bare, &selection)?);
            assert_eq!(ids.0, ids.1, "ids of «{text}»");
            for sort in sorts.iter().copied() {
                let start = PageStart::Offset { rows: offset };
                let page = |read: &Read<'_>| -> Result<FindingPage, Problem> {
                    findings::page(read, &parsed, application, &[sort], &start, 25)
                };
                assert_eq!(page(read)?, page(&bare)?, "«{text}» by {sort:?} from {offset}");
            }
            let mut several: Vec<Sort> = sorts.iter().copied().filter(|s| s.key != SortKey::Title).collect();
            several.truncate(2 + (offset % 2) as usize);
            for sort in [&several[..], &sorts[..1]] {
                let start = PageStart::Offset { rows: offset };
                let page = |read: &Read<'_>, start: &PageStart| {
                    findings::page(read, &parsed, application, sort, start, 25)
                };
                let (held, bare_page) = (page(read, &start)?, page(&bare, &start)?);
                assert_eq!(held, bare_page, "«{text}» by {sort:?} from {offset}");
                let Some(cursor) = held.next else { continue };
                let behind = PageStart::After { cursor };
                assert_eq!(
                    page(read, &behind)?,
                    page(&bare, &behind)?,
                    "«{text}» by {sort:?}, the next page"
                );
            }
            Ok(())
        })
        .unwrap();
}

/// What completion offers.
fn same_values(store: &Store) {
    for field in
        [Field::Tool, Field::Rule, Field::Branch, Field::Component, Field::Owner, Field::Path, Field::Cwe]
    {
        for prefix in ["", "s", "S", "src/", "rule-", "@a", "é", "no"] {
            let both = store.read(move |read| {
                let bare = Read { conn: read.conn, shared: read.shared, shelf: None, writes: false };
                let held = findings::values(read, field, prefix, 6)?;
                Ok((held, findings::values(&bare, field, prefix, 6)?))
            });
            let (held, bare) = both.unwrap();
            let small = |values: Vec<String>| -> Vec<String> {
                let capitals_count = field == Field::Path;
                values.into_iter().map(|v| if capitals_count { v } else { v.to_lowercase() }).collect()
            };
            assert_eq!(small(held), small(bare), "{field:?} that begin with «{prefix}»");
        }
    }
}

fn all_the_same(store: &Store, applications: &[ApplicationId], seed: u64) {
    at_hand(store);
    let mut dice = Dice(seed);
    same(store, "", None, &mut dice);
    for term in TERMS {
        same(store, term, None, &mut dice);
    }
    same_values(store);
    for _ in 0..20 {
        let query = format!("{} {}", dice.one(&TERMS), dice.one(&TERMS));
        let application = match dice.below(3) {
            0 => None,
            n => Some(applications[n as usize % applications.len()]),
        };
        same(store, &query, application, &mut dice);
    }
}

fn two_applications(store: &Store) -> Vec<ApplicationId> {
    let add = |name: &'static str| store.write(move |tx| applications::add(tx, name)).unwrap().id;
    let both = vec![add("Shop"), add("billing")];
    import(store, both[0], "Semgrep", 0..300, 1);
    import(store, both[1], "semgrep", 0..150, 2);
    import(store, both[0], "Trivy", 100..260, 3);
    both
}

// covers: X14
#[test]
fn columns_and_database_say_the_same_of_every_query_while_findings_change() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let both = two_applications(&store);
    store.keep_columns().unwrap();
    all_the_same(&store, &both, 7);

    let some =
        |query: &str| Selection::Matching { query: query.to_owned(), application: None, except: Vec::new() };
    let (high, sql, weak) = (some("severity:high"), some("rule:java.sql"), some("\"weak key\""));
    let loaded = store.shared().shelf.state();
    store
        .write(move |tx| {
            findings::assess(tx, &high, Status::Closed, Some(Reason::OutOfScope), Some("no"), None)?;
            findings::set_severity(tx, &sql, Some(Severity::Critical), None, None)
        })
        .unwrap();
    all_the_same(&store, &both, 8);
    assert_ne!(store.shared().shelf.state(), loaded, "the state moved with it");
    let shop = both[0];
    let rules = "*.py @acme/web @kim\n/lib/ @Acme/Web\n";
    store.write(move |tx| owners::set(tx, shop, rules)).unwrap();
    let billing = both[1];
    store.write(move |tx| findings::move_to(tx, &weak, billing, None)).unwrap();
    all_the_same(&store, &both, 9);

    import(&store, both[0], "Semgrep", 40..340, 1);
    all_the_same(&store, &both, 10);
    store.write(move |tx| applications::remove(tx, billing)).unwrap();
    all_the_same(&store, &both[..1], 13);
    let many = [some("severity:high,medium"), some("severity:critical,low,info,unknown")];
    let judge = move |tx: &crate::Tx<'_>| {
        for selection in &many {
            findings::assess(tx, selection, Status::RiskAccepted, None, None, None)?;
        }
        Ok(())
    };
    store.write(judge.clone()).unwrap();
    all_the_same(&store, &both[..1], 14);
    let since = |store: &Store| store.read(|read| read.look(|look| Ok(look.columns.since))).unwrap();
    let before = since(&store);
    store.write(judge).unwrap();
    all_the_same(&store, &both[..1], 15);
    assert_eq!(since(&store), before, "everything was read, and no text is another one");
    import(&store, both[0], "Third", 0..50, 12);
    all_the_same(&store, &both, 11);
    import_with(&store, both[0], "Third", 0..50, 12, |found| found.identifiers.clear());
    all_the_same(&store, &both, 12);
}

#[test]
fn what_is_taken_back_or_only_tried_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let both = two_applications(&store);
    store.keep_columns().unwrap();
    at_hand(&store);
    let failed: Result<u64, Problem> = store.write(|tx| {
        let all = Selection::Matching { query: String::new(), application: None, except: Vec::new() };
        assert!(tx.look(|_| Ok(()))?.is_some(), "columns serve until a finding is touched");
        findings::set_severity(tx, &all, Some(Severity::Low), None, None)?;
        // Within the transaction its own changes count.
        assert!(tx.look(|_| Ok(()))?.is_none(), "then no longer");
        let low = findings::page(
            tx,
            &findings::parse("severity:low")?,
            None,
            &[],
            &PageStart::Offset { rows: 0 },
            5,
        )?;
        assert_eq!(low.total, findings::count(tx, &findings::parse("")?, None)?, "its own changes are seen");
        Err(Problem::bad_input("no"))
    });
    assert!(failed.is_err());
    all_the_same(&store, &both, 3);
}

#[test]
fn judgements_leave_what_is_known_of_texts_and_new_texts_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let shop = store.write(|tx| applications::add(tx, "Shop")).unwrap().id;
    // Packages keep their findings, however these are worded.
    let package = |found: &mut Found| {
        found.kind = FindingKind::Dependency;
        found.identifiers.push(Identifier { scheme: "CVE".to_owned(), value: "CVE-2024-1".to_owned() });
        let number: String = found.description.chars().filter(char::is_ascii_digit).collect();
        let name = format!("package{number}");
        found.component = Some(Component { name, version: None, purl: None, fixed_version: None });
    };
    import_with(&store, shop, "Semgrep", 0..100, 1, package);
    store.keep_columns().unwrap();
    let numbers = |query: &'static str| {
        at_hand(&store);
        let mut dice = Dice(3);
        same(&store, query, None, &mut dice);
        let all = Selection::Matching { query: query.to_owned(), application: None, except: Vec::new() };
        store.read(move |read| findings::selection_count(read, &all)).unwrap().total
    };
    let held = || {
        at_hand(&store);
        let look = |look: &Look<'_>| {
            let since = look.columns.since;
            let asked = look.shelf.known(since, "was-found").is_some();
            let frequent = look.shelf.words(since).is_some_and(|words| words.find("token", false).is_some());
            Ok((since, asked, frequent))
        };
        store.read(move |read| read.look(look)).unwrap().unwrap()
    };
    assert_eq!((numbers("token"), numbers("was-found")), (100, 100));
    let before = held();
    assert!(before.1 && before.2, "{before:?}");

    let some =
        Selection::Matching { query: "severity:low".to_owned(), application: None, except: Vec::new() };
    store.write(move |tx| findings::assess(tx, &some, Status::RiskAccepted, None, None, None)).unwrap();
    assert_eq!(held(), before, "a judgement changes no text");

    let in_other_words = |found: &mut Found| {
        package(found);
        found.description = "It is beside the door".to_owned();
        found.identifiers.retain(|id| id.value.ends_with("-1"));
        if found.severity == Severity::High {
            let two = ["GHSA-aaaa-cccc-1", "CVE-2024-8"].map(str::to_owned);
            found.identifiers.extend(two.map(|value| Identifier { scheme: value[..4].to_owned(), value }));
        }
    };
    import_with(&store, shop, "Semgrep", 0..100, 1, in_other_words);
    assert_eq!((numbers("token"), numbers("tok"), numbers("was-found")), (0, 0, 0));
    assert_eq!((numbers("door"), numbers("do")), (100, 100));
    assert_eq!(
        (numbers("cve:ghsa-aaaa-cccc-1"), numbers("cve:*-8")),
        (numbers("severity:high"), numbers("cve:CVE-2024-8"))
    );
    assert_eq!((numbers("cve:CVE-2024-3"), numbers("cve:*-8") > 5), (0, true));
    let after = held();
    assert!(after.0 > before.0 && !after.2, "{after:?}");
}

#[test]
fn what_the_database_would_take_long_to_answer_waits_for_the_columns() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    two_applications(&store);
    let looked = |store: &Store| store.read(|read| read.look_patiently(|_| Ok(()))).unwrap().is_some();
    assert!(!looked(&store), "nobody wants columns");
    store.keep_columns().unwrap();
    assert!(looked(&store), "they are being read");
    for severity in [Severity::Low, Severity::High] {
        let one = Selection::Ids { ids: vec![FindingId(5)] };
        store.write(move |tx| findings::set_severity(tx, &one, Some(severity), None, None)).unwrap();
        assert!(looked(&store), "a change is on its way to them");
    }
}

#[test]
fn what_another_process_writes_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (store, other) = (open(folder.path()), open(folder.path()));
    let both = two_applications(&store);
    store.keep_columns().unwrap();
    all_the_same(&store, &both, 4);
    let low = Selection::Matching { query: "severity:low".to_owned(), application: None, except: Vec::new() };
    other.write(move |tx| findings::assess(tx, &low, Status::RiskAccepted, None, None, None)).unwrap();
    all_the_same(&store, &both, 5);
    let one = Selection::Ids { ids: vec![FindingId(5)] };
    let two = Selection::Ids { ids: vec![FindingId(6)] };
    other.write(move |tx| findings::set_severity(tx, &one, Some(Severity::Info), None, None)).unwrap();
    store.write(move |tx| findings::set_severity(tx, &two, Some(Severity::Info), None, None)).unwrap();
    all_the_same(&store, &both, 6);
}

#[test]
fn a_store_that_is_closed_leaves_no_keeper_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.keep_columns().unwrap();
    store.keep_columns().unwrap();
    let watched = Arc::downgrade(store.shared());
    drop(store);
    let begun = Instant::now();
    while watched.upgrade().is_some() {
        assert!(begun.elapsed() < Duration::from_secs(20), "something holds it for ever");
        std::thread::sleep(Duration::from_millis(5));
    }
}
