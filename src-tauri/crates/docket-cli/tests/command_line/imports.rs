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
    put("b.sarif", &report());
    put("deeper/a.json", &report());
    put("README.md", b"# Reports\n");
    put("picture.png", &[0x89, b'P', b'N', b'G', 0, 0, 0, 0]);
    put("deeper/.git/c.sarif", &report());
    let all = desk.run(&["import", "reports", "--app", "shop", "--create-app", "--json"]).ends(0).document();
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
