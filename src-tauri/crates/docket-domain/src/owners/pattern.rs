//! One pattern of a `CODEOWNERS` file as globs.

use globset::{Glob, GlobBuilder};

/// The pattern at the front of a line, with its escapes, and what stands behind it.
pub(super) fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c.is_whitespace() => return (&line[..at], &line[at..]),
            _ => {}
        }
    }
    (line, "")
}

/// The globs that a pattern stands for: the file itself, and everything in the folder.
pub(super) fn globs(written: &str, gitlab: bool) -> Result<Vec<Glob>, String> {
    if !gitlab && written.contains(['[', ']']) {
        return Err(format!("«{written}» has a range of characters, which GitHub does not understand here."));
    }
    if !gitlab && written.starts_with("\\#") {
        return Err(format!("«{written}» begins with an escaped #, which GitHub does not understand here."));
    }
    let folder_only = written.ends_with('/');
    let core = written.trim_start_matches('/').trim_end_matches('/');
    if core.is_empty() {
        return Err(format!("«{written}» names no file."));
    }
    let anchored = written.starts_with('/') || (!gitlab && core.contains('/'));
    let base = if anchored || core.starts_with("**/") { core.to_owned() } else { format!("**/{core}") };
    let last = core.rsplit('/').next().unwrap_or(core);
    let mut spelt = Vec::new();
    if !folder_only {
        spelt.push(base.clone());
    }
    // «docs/*» are the files of docs, not what lies deeper; «docs/**» says «everything» itself.
    if folder_only || !matches!(last, "*" | "**") {
        spelt.push(format!("{base}/**"));
    }
    spelt.iter().map(|glob| glob_of(glob, written)).collect()
}

fn glob_of(spelt: &str, written: &str) -> Result<Glob, String> {
    // Braces mean nothing in these files.
    let literal = spelt.replace('{', "\\{").replace('}', "\\}");
    GlobBuilder::new(&literal)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map_err(|error| format!("«{written}» is no pattern: {}.", error.kind()))
}
