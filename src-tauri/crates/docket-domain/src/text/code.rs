//! Code spans and fences that their content cannot leave.

use std::borrow::Cow;

use crate::text::Flavour;
use crate::text::clean::{clean, one_line};

/// A code span around one line of text; nothing for an empty text.
pub fn code_span(flavour: Flavour, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_code_span(flavour, &one_line(text), false, &mut out);
    out
}

/// Writes a code span for cleaned text. Inside a table a `|` is escaped, which tables undo.
pub(super) fn push_code_span(flavour: Flavour, text: &str, in_table: bool, out: &mut String) {
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
    // A blank on one side only stays part of the code, and no colour has one.
    let unpainted = if !edge && flavour.dialect().orders && is_colour(&text) { " " } else { "" };
    out.push_str(&delimiter);
    out.push_str(pad);
    if in_table {
        out.push_str(&text.replace('|', "\\|"));
    } else {
        out.push_str(&text);
    }
    out.push_str(pad);
    out.push_str(unpainted);
    out.push_str(&delimiter);
}

/// `#1f2` or `rgb(0,0,0)`, which GitLab paints a sample of.
fn is_colour(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let hex =
        lower.strip_prefix('#').is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_hexdigit()));
    hex || ["rgb", "hsl"].iter().any(|name| lower.starts_with(name))
}

/// A fenced code block. The fence is longer than any run of backticks in the text; unknown
/// languages are dropped, also those that trackers draw instead of show (`mermaid`, `math`).
pub fn fence(flavour: Flavour, text: &str, language: Option<&str>) -> String {
    let text = defuse(&clean(text));
    let text = text.trim_end_matches('\n').trim_start_matches('\n');
    let text = if flavour.dialect().orders { without_orders(text) } else { Cow::Borrowed(text) };
    let ticks = "`".repeat((longest_run(&text) + 1).max(3));
    let language = language.and_then(known_language).unwrap_or("");
    format!("{ticks}{language}\n{text}\n{ticks}")
}

/// Older servers found orders by patterns and lost count of fences of different lengths, so a
/// line of code that could be an order is moved by a blank.
fn without_orders(text: &str) -> Cow<'_, str> {
    let is_order = |line: &str| {
        line.strip_prefix('/').is_some_and(|rest| {
            let word = rest.split(char::is_whitespace).next().unwrap_or("");
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
    };
    if !text.lines().any(is_order) {
        return Cow::Borrowed(text);
    }
    let moved = |line: &str| if is_order(line) { format!(" {line}") } else { line.to_owned() };
    Cow::Owned(text.split('\n').map(moved).collect::<Vec<_>>().join("\n"))
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
