//! What the fuzzing targets share: how a case is written, what must hold, and a mutator that knows
//! JSON, XML, lines, and the words of each format.
//!
//! A case is a line of words and a body. For the target `report` the line is the id of a format
//! (anything else: recognise it); for `intake` it says how the body is packed.

#[path = "../../tests/common/holds.rs"]
pub mod holds;
pub mod mutate;
pub mod seeds;
pub mod spans;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// The longest case, bytes.
pub const CASE_BYTES: usize = 64 * 1024;

/// The line and the body of a case.
pub fn parts(case: &[u8]) -> (&str, &[u8]) {
    let end = case.iter().take(64).position(|byte| *byte == b'\n');
    let Some(end) = end else { return ("", case) };
    match std::str::from_utf8(&case[..end]) {
        Ok(line) => (line, &case[end + 1..]),
        Err(_) => ("", case),
    }
}

/// The name of the file that a case stands for.
pub fn name_of(id: &str) -> String {
    let format = docket_import::by_id(id);
    let ending = format.and_then(|format| format.extensions().first()).unwrap_or(&"txt");
    format!("report.{ending}")
}
