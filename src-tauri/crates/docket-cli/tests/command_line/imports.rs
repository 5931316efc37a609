//! Reports from files, folders and standard input.

use std::io::Write;
use std::path::Path;

use crate::bench::{Desk, fixture};

fn report() -> Vec<u8> {
    std::fs::read(fixture("shop.sarif")).unwrap()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn the_same_report_from_a_file_packed_or_piped_is_the_same() {
    let desk = Desk::new();
    desk.run(&["app", "add", "shop"]).ends(0);
    let first = desk.run(&["import", &fixture("shop.sarif"), "--app", "shop"]).ends(0);
    assert!(first.out.contains("6 new"), "all are new: {}", first.out);
    let piped = desk.run_with_input(&["import", "-", "--app", "shop"], &report()).ends(0);
    assert!(piped.out.contains("nothing changed"), "a re-import says that nothing changed: {}", piped.out);
    let gz = desk.room.path().join("shop.sarif.gz");
    std::fs::write(&gz, packed(&report())).unwrap();
    let packed = desk.run(&["import", "shop.sarif.gz", "--app", "shop"]).ends(0);
    assert!(packed.out.contains("nothing changed"), "packed or not: {}", packed.out);
    assert_eq!(desk.json(&["findings"])["total"], 6, "and six findings are there");
}

#[test]
fn a_folder_is_read_in_order_and_other_files_are_left_alone() {
    let desk = Desk::new();
    let folder = desk.room.path().join("reports");
    std::fs::create_dir_all(folder.join("deeper/.git")).unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    put(".hidden.sarif", &report());
    put("b.sarif", &report());
    put("deeper/a.json", &report());
    put("README.md", b"# Reports\n");
    put("picture.png", &[0x89, b'P', b'N', b'G', 0, 0, 0, 0]);
    put("deeper/.git/c.sarif", &report());
    let said = desk.run(&["import", "reports", "--app", "shop", "--create-app", "--json"]).ends(0);
    assert!(said.err.contains("2 hidden files left alone"), "hidden ones are counted: {}", said.err);
    let all = said.document();
    let files: Vec<&str> =
        all["imports"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["b.sarif", "a.json"], "in the order of their paths, hidden folders left out");
    assert_eq!(all["skipped"].as_array().unwrap().len(), 2, "what is no report is named: {all:#}");
    assert_eq!(all["failed"], serde_json::json!([]), "and is no failure");
}

#[test]
fn a_broken_report_among_good_ones_is_partly_done() {
    let desk = Desk::new();
    let folder = desk.room.path().join("reports");
    std::fs::create_dir(&folder).unwrap();
    let whole = report();
    std::fs::write(folder.join("1-cut.sarif"), &whole[..whole.len() / 2]).unwrap();
    std::fs::write(folder.join("2-empty.sarif"), b"").unwrap();
    std::fs::write(folder.join("3-whole.sarif"), &whole).unwrap();
    let said = desk.run(&["import", "reports", "--app", "shop", "--create-app", "--json"]).ends(3);
    let all = said.document();
    assert_eq!(all["imports"].as_array().unwrap().len(), 1, "the good one is in");
    let failed = all["failed"].as_array().unwrap();
    assert_eq!(failed.len(), 2, "the cut one and the empty one failed: {all:#}");
    assert!(failed.iter().all(|one| one["error"]["code"] == "report"), "each with its reason");
    assert!(said.err.contains("1-cut.sarif"), "and told by name: {}", said.err);
    assert_eq!(desk.json(&["findings"])["total"], 6, "nothing of the broken ones is stored");
}

#[test]
fn a_dry_run_stores_nothing() {
    let desk = Desk::new();
    desk.run(&["app", "add", "shop"]).ends(0);
    let said = desk.run(&["import", &fixture("shop.sarif"), "--app", "shop", "--dry-run"]).ends(0);
    assert!(
        said.out.contains("6 new") && said.out.contains("nothing was stored"),
        "says what would be: {}",
        said.out
    );
    assert_eq!(desk.json(&["findings"])["total"], 0, "nothing is stored");
    assert_eq!(desk.json(&["status"])["counts"]["imports"], 0, "no import either");
}

#[test]
fn a_dry_run_on_an_application_that_is_not_there_adds_none() {
    let desk = Desk::new();
    let file = fixture("shop.sarif");
    let said = desk.run(&["import", &file, "--app", "shop", "--create-app", "--dry-run"]).ends(0);
    assert!(
        said.out.contains("6 new") && said.out.contains("would be added"),
        "says what would be: {}",
        said.out
    );
    assert_eq!(desk.json(&["app", "list"]), serde_json::json!([]), "the application is not added");
    assert_eq!(desk.json(&["status"])["counts"]["imports"], 0, "and nothing is stored");
}

#[cfg(unix)]
#[test]
fn nothing_outside_of_a_folder_is_imported_through_it() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    let folder = desk.room.path().join("reports");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("a.sarif"), report()).unwrap();
    std::fs::write(desk.room.path().join("outside.sarif"), report()).unwrap();
    symlink(desk.room.path().join("outside.sarif"), folder.join("b.sarif")).unwrap();
    symlink(desk.room.path(), folder.join("circle")).unwrap();
    let said = desk.run(&["import", "reports", "--app", "shop", "--create-app", "--json"]).ends(0);
    assert_eq!(said.document()["imports"].as_array().unwrap().len(), 1, "only the file that lies there");
    assert!(
        said.err.contains("b.sarif") && said.err.contains("circle") && said.err.contains("not followed"),
        "the links are named: {}",
        said.err
    );
}

#[test]
fn a_zip_of_reports_is_one_import_and_its_other_files_are_said() {
    let desk = Desk::new();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in [("scans/a.sarif", report()), ("README.md", b"# Reports".to_vec())] {
        zip.start_file(name, options).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    std::fs::write(desk.room.path().join("all.zip"), &bytes).unwrap();
    let all = desk.json(&["import", "all.zip", "--app", "shop", "--create-app"]);
    assert_eq!(all["imports"].as_array().unwrap().len(), 1, "one archive, one import: {all:#}");
    assert_eq!(all["imports"][0]["warnings"][0]["place"]["file"], "README.md", "what is no report is named");
    let piped = desk.run_with_input(&["import", "-", "--app", "shop"], &bytes).ends(0);
    assert!(piped.out.contains("nothing changed"), "an archive may be piped too: {}", piped.out);
    assert_eq!(desk.json(&["findings"])["total"], 6, "and its findings are there once");
}

#[test]
fn a_table_needs_only_its_columns_named() {
    let desk = Desk::new();
    let csv = "Summary;Risk;File\nOpen redirect;High;src/login.py\nVerbose errors;Low;src/app.py\n";
    std::fs::write(desk.room.path().join("pentest.csv"), csv).unwrap();
    let columns = "title=Summary,severity=Risk,path=File";
    desk.run(&[
        "import",
        "pentest.csv",
        "--app",
        "shop",
        "--create-app",
        "--columns",
        columns,
        "--branch",
        "main",
    ])
    .ends(0);
    let all = desk.json(&["findings", "--sort", "severity"]);
    assert_eq!(all["rows"][0]["title"], "Open redirect", "the title's column was taken: {all:#}");
    assert_eq!(all["rows"][0]["severity"], "high", "and the severity's");
    assert_eq!(all["rows"][0]["branch"], "main", "and the given branch");
}

#[test]
fn what_is_wrong_with_an_import_is_said_once_and_clearly() {
    let desk = Desk::new();
    let unknown = desk.run(&["import", &fixture("shop.sarif"), "--app", "shop"]).ends(1);
    assert!(unknown.err.contains("--create-app"), "the way out is named: {}", unknown.err);
    desk.run(&["app", "add", "shop"]).ends(0);
    let near = desk.run(&["import", &fixture("shop.sarif"), "--app", "shpo"]).ends(1);
    assert!(near.err.contains("Did you mean shop?"), "the near name is offered: {}", near.err);
    let absent = desk.run(&["import", "absent.sarif", "--app", "shop"]).ends(1);
    assert!(absent.err.contains("absent.sarif"), "the file is named: {}", absent.err);
    let format =
        desk.run(&["import", &fixture("shop.sarif"), "--app", "shop", "--format", "nonsense"]).ends(2);
    assert!(format.err.contains("sarif"), "the known formats are named: {}", format.err);
    assert!(Path::new(&desk.data()).is_dir(), "the data folder was made");
}

/// A SARIF report with findings `from..to` of a made-up code base.
fn scan(of: &str, numbers: std::ops::Range<u32>) -> Vec<u8> {
    let results: Vec<_> = numbers
        .map(|n| {
            serde_json::json!({
                "ruleId": format!("rule-{}", n % 5), "message": { "text": format!("{of} trouble {}", letters(n)) },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": format!("{of}/{}.rs", letters(n)) }, "region": { "startLine": n + 1 } } }]
            })
        })
        .collect();
    let run = serde_json::json!({ "tool": { "driver": { "name": "Scanner" } }, "results": results });
    serde_json::to_vec(&serde_json::json!({ "version": "2.1.0", "runs": [run] })).unwrap()
}

fn letters(n: u32) -> String {
    [n / 26, n % 26].iter().map(|n| char::from(b'a' + *n as u8)).collect()
}

fn put(desk: &Desk, name: &str, report: &[u8]) {
    std::fs::write(desk.room.path().join(name), report).unwrap();
}

// covers: X11
#[test]
fn an_import_is_taken_back_by_its_number() {
    let desk = Desk::new();
    put(&desk, "first.sarif", &scan("shop", 0..12));
    put(&desk, "second.sarif", &scan("shop", 3..15));
    desk.run(&["import", "first.sarif", "--app", "shop", "--create-app"]).ends(0);
    let before = desk.json(&["findings"]);
    desk.run(&["import", "second.sarif", "--app", "shop"]).ends(0);
    let listed = desk.run(&["imports"]).ends(0).out;
    assert!(
        listed.contains("second.sarif") && listed.contains("3 new"),
        "the list tells the numbers: {listed}"
    );

    let early = desk.run(&["import-undo", "1", "--yes"]).ends(1);
    assert!(early.err.contains("Import 2 («second.sarif»)"), "the later one comes first: {}", early.err);
    let looked = desk.run(&["import-undo", "2", "--dry-run"]).ends(0);
    assert!(
        looked.out.contains("3 findings would go") && looked.out.contains("3 open again"),
        "it says what it would do: {}",
        looked.out
    );
    let unasked = desk.run(&["import-undo", "2"]).ends(2);
    assert!(unasked.err.contains("--yes"), "nobody can be asked here: {}", unasked.err);
    let done = desk.json(&["import-undo", "2", "--yes"]);
    assert_eq!(done["undo"]["removed"], 3, "with --json in numbers: {done:#}");
    assert_eq!(done["undo"]["import"]["state"], "taken_back", "and the import's new state");
    assert_eq!(desk.json(&["findings"]), before, "everything is as before");
    let unknown = desk.run(&["import-undo", "99", "--yes"]).ends(1);
    assert!(unknown.err.contains("docket imports"), "where the numbers are: {}", unknown.err);
}

// covers: X11
#[test]
fn what_was_judged_stays_only_on_request() {
    let desk = Desk::new();
    put(&desk, "first.sarif", &scan("shop", 0..3));
    desk.run(&["import", "first.sarif", "--app", "shop", "--create-app"]).ends(0);
    desk.run(&["assess", "--id", "1", "--status", "false-positive", "--comment", "a test"]).ends(0);
    let refused = desk.run(&["import-undo", "1", "--yes", "--json"]).ends(1);
    assert_eq!(refused.document()["error"]["code"], "conflict", "a person's work would be lost");
    assert!(refused.err.contains("--keep-judged"), "the way out is named: {}", refused.err);
    assert_eq!(desk.json(&["findings"])["total"], 3, "nothing was changed");
    let done = desk.run(&["import-undo", "1", "--yes", "--keep-judged"]).ends(0);
    assert!(done.out.contains("2 findings are gone, 1 stay (1 judged)"), "in words: {}", done.out);
    assert_eq!(desk.json(&["findings"])["total"], 1, "the one that was judged is there");
}

// covers: X11
#[test]
fn closing_nearly_everything_wants_its_own_switch() {
    let desk = Desk::new();
    put(&desk, "full.sarif", &scan("shop", 0..20));
    put(&desk, "empty.sarif", &scan("shop", 0..0));
    desk.run(&["import", "full.sarif", "--app", "shop", "--create-app"]).ends(0);
    let held = desk.run(&["import", "empty.sarif", "--app", "shop"]).ends(3);
    assert!(
        held.err.contains("nothing was closed") && held.err.contains("--allow-mass-close"),
        "it refuses and names the switch: {}",
        held.err
    );
    assert_eq!(desk.json(&["findings", "status:active"])["total"], 20, "all are open");
    desk.run(&["import", "empty.sarif", "--app", "shop", "--close-anyway", "--dry-run"]).ends(0);
    desk.run(&["import", "empty.sarif", "--app", "shop", "--allow-mass-close"]).ends(0);
    assert_eq!(desk.json(&["findings", "status:active"])["total"], 0, "with it they are closed");
}

// covers: X11
#[test]
fn the_report_of_another_application_wants_its_own_switch() {
    let desk = Desk::new();
    for app in ["shop", "payments"] {
        put(&desk, &format!("{app}.sarif"), &scan(app, 0..30));
        desk.run(&["import", &format!("{app}.sarif"), "--app", app, "--create-app"]).ends(0);
    }
    let refused = desk.run(&["import", "payments.sarif", "--app", "shop", "--json"]).ends(1);
    assert_eq!(refused.document()["error"]["code"], "mismatch", "scripts can tell it: {}", refused.out);
    assert!(
        refused.err.contains("«payments»") && refused.err.contains("--allow-mismatch"),
        "what was seen, and the switch: {}",
        refused.err
    );
    let tried = desk.run(&["import", "payments.sarif", "--app", "shop", "--dry-run"]).ends(0);
    assert!(tried.err.contains("another application"), "trying says it too: {}", tried.err);
    assert_eq!(desk.json(&["imports"])["total"], 2, "and nothing was stored, not even an attempt");

    std::fs::create_dir(desk.room.path().join("reports")).unwrap();
    put(&desk, "reports/a.sarif", &scan("payments", 0..30));
    put(&desk, "reports/b.sarif", &scan("shop", 0..30));
    let some = desk.run(&["import", "reports", "--app", "shop", "--json"]).ends(3).document();
    assert_eq!(
        some["failed"][0]["error"]["code"], "mismatch",
        "of a folder only that one is left out: {some:#}"
    );
    assert_eq!(some["imports"].as_array().unwrap().len(), 1, "the other is read");
    // Closing what is there is another question, with a switch of its own.
    desk.run(&["import", "payments.sarif", "--app", "shop", "--allow-mismatch"]).ends(3);
    assert_eq!(
        desk.json(&["findings", "--app", "shop", "status:active"])["total"],
        60,
        "with it they come in"
    );
}
