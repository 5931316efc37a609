//! Reports as they come: compressed, in archives, in other encodings, cut and damaged on the way.
//! What must hold is the same; what was cut is never read as whole.
#![no_main]

use std::io::Write;

use docket_import::{Intake, from_bytes};
use docket_import_fuzz::{holds, mutate, parts, seeds};
use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use zip::write::SimpleFileOptions;

fuzz_target!(init: seeds::write_if_asked(), |case: &[u8]| {
    let (line, body) = parts(case);
    let mut words = line.split(' ');
    let (how, name) = (words.next().unwrap_or_default(), words.next().unwrap_or("report.json"));
    let packed = packed(how, body);
    let came = holds::holds(name, None, &packed);
    // Compressed files and archives carry their own ends.
    if matches!(how, "gzip" | "zip" | "fpr") && packed.len() > 8 {
        let cut = 4 + body.len().wrapping_mul(31) % (packed.len() - 4);
        let part = from_bytes(name, packed[..cut].to_vec()).and_then(|intake| judged(&intake));
        assert!(part.is_err(), "{how} cut at {cut} of {} was read: {part:?} of {came:?}", packed.len());
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::change(data, size, max_size, seed, fuzzer_mutate)
});

fn judged(intake: &Intake) -> Result<holds::Came, docket_domain::Problem> {
    holds::judged(intake, None)
}

fn gzip(body: &[u8], level: Compression) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), level);
    packer.write_all(body).and_then(|()| packer.finish()).unwrap_or_default()
}

/// An archive of the pieces of the body between lines of `--- name`.
fn zip(body: &[u8], first: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let (mut name, mut piece) = (first.to_owned(), Vec::new());
    let mut put = |name: &str, piece: &[u8]| {
        if archive.start_file(name, SimpleFileOptions::default()).is_ok() {
            let _ = archive.write_all(piece);
        }
    };
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(b"--- ").and_then(|next| std::str::from_utf8(next).ok()) {
            Some(next) => {
                put(&name, &piece);
                (name, piece) = (next.trim_end_matches('\n').to_owned(), Vec::new());
            }
            None => piece.extend(line),
        }
    }
    put(&name, &piece);
    archive.finish().map(std::io::Cursor::into_inner).unwrap_or_default()
}

fn utf16(body: &[u8], unit: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    let text = String::from_utf8_lossy(body);
    let mark = mark.then_some(0xFEFF);
    mark.into_iter().chain(text.encode_utf16()).flat_map(unit).collect()
}

fn packed(how: &str, body: &[u8]) -> Vec<u8> {
    match how {
        "gzip" => gzip(body, Compression::fast()),
        "stored" => gzip(body, Compression::none()),
        "members" => {
            let (one, two) = body.split_at(body.len() / 2);
            [gzip(one, Compression::fast()), gzip(two, Compression::fast())].concat()
        }
        "trailing" => [gzip(body, Compression::fast()), b"behind".to_vec()].concat(),
        "twice" => gzip(&gzip(body, Compression::fast()), Compression::fast()),
        "zip" => zip(body, "report.json"),
        "fpr" => zip(body, "audit.fvdl"),
        "mark" => [b"\xEF\xBB\xBF", body].concat(),
        "utf16le" => utf16(body, u16::to_le_bytes, true),
        "utf16be" => utf16(body, u16::to_be_bytes, true),
        "utf16le-bare" => utf16(body, u16::to_le_bytes, false),
        "gzip-utf16" => gzip(&utf16(body, u16::to_le_bytes, true), Compression::fast()),
        // The raw bytes of an archive or a compressed file, as the fuzzer bends them.
        _ => body.to_vec(),
    }
}
