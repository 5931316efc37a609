//! Code spans and fences that their content cannot leave.

use crate::text::clean::{clean, one_line};

/// A code span around one line of text; nothing for an empty text.
pub fn code_span(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_code_span(&one_line(text), false, &mut out);
    out
}

/// Writes a code span for cleaned text. Inside a table a `|` is escaped, which tables undo.
pub(super) fn push_code_span(text: &str, in_table: bool, out: &mut String) {
    if text.is_empty() {
        return;
    }
    if out.ends_with('`') {
        // Two spans that touch would become one.
        out.push(' ');
    }
    let text = defuse(text);
    let delimiter = "`".repeat(longest_run(&text) + 1);
    let edge = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let pad = if edge { " " } else { "" };
    out.push_str(&delimiter);
    out.push_str(pad);
    if in_table {
        out.push_str(&text.replace('|', "\\|"));
    } else {
        out.push_str(&text);
    }
    out.push_str(pad);
    out.push_str(&delimiter);
}

/// A fenced code block. The fence is longer than any run of backticks in the text; unknown
/// languages are dropped, also those that trackers draw instead of show (`mermaid`, `math`).
pub fn fence(text: &str, language: Option<&str>) -> String {
    let text = defuse(&clean(text));
    let text = text.trim_end_matches('\n').trim_start_matches('\n');
    let ticks = "`".repeat((longest_run(text) + 1).max(3));
    let language = language.and_then(known_language).unwrap_or("");
    format!("{ticks}{language}\n{text}\n{ticks}")
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Inside code nothing can be escaped, so what would read as a marker or a fence of Docket's
/// managed section is pulled apart visibly.
fn defuse(text: &str) -> String {
    text.replace("<!--", "<!- -")
}

/// Languages that highlight and do nothing else, and endings of file names that mean them.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("bash", &["sh", "zsh", "shell", "console"]),
    ("bicep", &[]),
    ("c", &["h"]),
    ("clojure", &["clj"]),
    ("cmake", &[]),
    ("cpp", &["cc", "cxx", "hpp", "hh", "c++"]),
    ("csharp", &["cs", "c#"]),
    ("css", &[]),
    ("dart", &[]),
    ("diff", &["patch"]),
    ("dockerfile", &["docker", "containerfile"]),
    ("elixir", &["ex", "exs"]),
    ("erlang", &["erl"]),
    ("fsharp", &["fs"]),
    ("go", &["golang"]),
    ("graphql", &["gql"]),
    ("groovy", &["gradle"]),
    ("haskell", &["hs"]),
    ("hcl", &["tf", "terraform", "tfvars"]),
    ("html", &["htm"]),
    ("http", &[]),
    ("ini", &["cfg", "conf", "properties"]),
    ("java", &[]),
    ("javascript", &["js", "mjs", "cjs"]),
    ("json", &["json5", "jsonc"]),
    ("jsx", &[]),
    ("kotlin", &["kt", "kts"]),
    ("lua", &[]),
    ("makefile", &["mk", "make"]),
    ("objective-c", &["m", "mm", "objc"]),
    ("perl", &["pl", "pm"]),
    ("php", &[]),
    ("powershell", &["ps1", "psm1"]),
    ("proto", &["protobuf"]),
    ("python", &["py", "pyi"]),
    ("r", &[]),
    ("ruby", &["rb", "erb"]),
    ("rust", &["rs"]),
    ("scala", &["sc"]),
    ("scss", &["sass"]),
    ("solidity", &["sol"]),
    ("sql", &[]),
    ("swift", &[]),
    ("text", &["txt", "plaintext"]),
    ("toml", &[]),
    ("tsx", &[]),
    ("typescript", &["ts", "mts", "cts"]),
    ("vb", &["vbnet"]),
    ("vue", &[]),
    ("xml", &["xsd", "xsl", "svg", "csproj"]),
    ("yaml", &["yml"]),
];

fn known_language(info: &str) -> Option<&'static str> {
    let word = info.trim().split([' ', ',', '{', '\t']).next()?.to_ascii_lowercase();
    LANGUAGES.iter().find(|(name, others)| *name == word || others.contains(&word.as_str())).map(|(n, _)| *n)
}

/// The language of a file by its name.
pub fn language_of_path(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next()?;
    known_language(name.rsplit_once('.').map_or(name, |(_, ending)| ending))
}
