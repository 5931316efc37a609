//! Writes the cases to begin with, made of the example of every format and of the small files of a
//! corpus. A target does so in place of fuzzing when `DOCKET_FUZZ_SEEDS=FOLDER` is set (a program
//! built with these flags links only with the fuzzer in it); `DOCKET_FUZZ_CORPUS` names the corpus.

use std::path::Path;
use std::{env, fs, io};

use crate::CASE_BYTES;

/// How a body is packed in the target `intake`.
const PACKINGS: &[&str] = &[
    "gzip",
    "stored",
    "members",
    "trailing",
    "twice",
    "zip",
    "fpr",
    "mark",
    "utf16le",
    "utf16be",
    "utf16le-bare",
    "gzip-utf16",
    "raw",
];

/// Writes them and ends the process, when that is asked for.
pub fn write_if_asked() {
    if let Some(folder) = env::var_os("DOCKET_FUZZ_SEEDS") {
        let outcome = write(Path::new(&folder), env::var_os("DOCKET_FUZZ_CORPUS").as_deref().map(Path::new));
        std::process::exit(outcome.map_or_else(
            |error| {
                eprintln!("{error}");
                1
            },
            |()| 0,
        ));
    }
}

/// FOLDER/report and FOLDER/intake hold the cases of the two targets.
fn write(folder: &Path, corpus: Option<&Path>) -> io::Result<()> {
    let (reports, intakes) = (folder.join("report"), folder.join("intake"));
    fs::create_dir_all(&reports)?;
    fs::create_dir_all(&intakes)?;
    for (at, format) in docket_import::formats().iter().enumerate() {
        let (id, example) = (format.id(), format.example());
        fs::write(reports.join(format!("example-{id}")), format!("{id}\n{example}"))?;
        let how = PACKINGS[at % PACKINGS.len()];
        let ending = format.extensions().first().unwrap_or(&"json");
        let body = if how == "zip" {
            format!("{example}\n--- b/second.{ending}\n{example}")
        } else {
            (*example).to_owned()
        };
        fs::write(intakes.join(format!("example-{id}")), format!("{how} report.{ending}\n{body}"))?;
    }
    if let Some(corpus) = corpus {
        let mut count = 0;
        for entry in fs::read_dir(corpus)?.flatten().filter(|entry| entry.path().is_dir()) {
            for file in fs::read_dir(entry.path())?.flatten().map(|file| file.path()) {
                let is_ours = file.file_name().is_some_and(|name| name == "ORACLE.json");
                if is_ours || fs::metadata(&file)?.len() as usize > CASE_BYTES {
                    continue;
                }
                count += 1;
                let bytes = fs::read(&file)?;
                let is_packed = bytes.starts_with(b"PK") || bytes.starts_with(b"\x1F\x8B");
                let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or("txt");
                if is_packed {
                    let case = [format!("raw report.{ending}\n").into_bytes(), bytes].concat();
                    fs::write(intakes.join(format!("corpus-{count}")), case)?;
                } else {
                    let id = recognised(&file).unwrap_or("?");
                    let case = [format!("{id}\n").into_bytes(), bytes].concat();
                    fs::write(reports.join(format!("corpus-{count}")), case)?;
                }
            }
        }
    }
    Ok(())
}

fn recognised(file: &Path) -> Option<&'static str> {
    let heads = docket_import::open(file).and_then(|intake| intake.heads(1)).ok()?;
    docket_import::detect(heads.first()?).first().map(|guess| guess.format.id())
}
