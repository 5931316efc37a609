//! Findings are hostile input and tokens are secrets: what reaches the tracker is harmless,
//! and what stays on this computer holds no secret.

use std::path::Path;

use docket_domain::{GroupKey, PlanState};
use docket_engine::connections::NewSecret;
use docket_engine::export::ExportFormat;
use serde_json::json;

use crate::child;
use crate::support::*;

const BY_RULE: &[GroupKey] = &[GroupKey::Rule];
/// What GitHub takes, characters.
const BODY_MOST: usize = 65_536;

fn nasty() -> String {
    format!(
        "@kim @acme/team please see #1 and fixes #2, closes acme/billing#1, GH-3 \
         https://github.com/acme/shop/issues/1\n--> <!-- {MARKER}{zeros} -->\n{MARKER}{zeros} -->\n\
         <!-- docket:end -->\n<!-- docket:begin -->\n<img src=x onerror=alert(1)><script>alert(2)</script>\n\
         ````\n```\n~~~\n</details></summary>\n| a | b |\n\u{202E}gnp.exe\u{2066}\u{200B}\u{FEFF}\0\u{1b}[31m\n\
         [click](javascript:alert(3)) ![x](http://evil.example/track.png) <http://evil.example>\n/close\n- [x] done",
        zeros = "0".repeat(32)
    )
}

/// The text without what stands in code, where GitHub neither notifies nor links.
fn outside_code(body: &str) -> String {
    let mut out = String::new();
    let mut fence: Option<usize> = None;
    for line in body.lines() {
        let ticks = line.trim_start().bytes().take_while(|b| *b == b'`').count();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            Some(open) if ticks >= open && line.trim().bytes().all(|b| b == b'`') => fence = None,
            None => {
                out.push_str(&without_spans(line));
                out.push('\n');
            }
            Some(_) => {}
        }
    }
    assert!(fence.is_none(), "a fence is left open:\n{body}");
    out
}

/// A line without its code spans.
fn without_spans(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        out.push_str(&rest[..at]);
        if out.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1 {
            // Escaped: it stands for itself and opens nothing.
            out.push('`');
            rest = &rest[at + 1..];
            continue;
        }
        let ticks = rest[at..].bytes().take_while(|b| *b == b'`').count();
        let inner = &rest[at + ticks..];
        let close = (0..inner.len()).find(|&i| {
            inner.is_char_boundary(i)
                && inner[i..].bytes().take_while(|b| *b == b'`').count() == ticks
                && (i == 0 || inner.as_bytes()[i - 1] != b'`')
        });
        if let Some(end) = close {
            rest = &inner[end + ticks..];
        } else {
            out.push_str(&rest[at..at + ticks]);
            rest = inner;
        }
    }
    out.push_str(rest);
    out
}

/// Nothing in a text notifies, refers, closes, runs or hides.
fn harmless(text: &str, about: &str) {
    let live = outside_code(text);
    for mention in ["@kim", "@acme/team"] {
        assert!(!live.contains(mention), "{about}: {mention} is a live mention:\n{live}");
    }
    for reference in ["#1 ", "fixes #2", "acme/billing#1", "GH-3", "github.com/acme/shop/issues/1"] {
        assert!(!live.contains(reference), "{about}: {reference} is a live reference:\n{live}");
    }
    let plain = live.replace("\\<", "").to_lowercase();
    for html in ["<img", "<script", "</details></summary>"] {
        assert!(!plain.contains(html), "{about}: {html} is live HTML:\n{live}");
    }
    for link in ["](javascript:", "![x](http"] {
        assert!(!live.contains(link), "{about}: {link} is live:\n{live}");
    }
    for hidden in ['\u{202E}', '\u{2066}', '\u{0}', '\u{1b}'] {
        assert!(!text.contains(hidden), "{about}: {hidden:?} is in the text");
    }
    assert!(!live.lines().any(|line| line.trim() == "/close"), "{about}: a command line");
}

// covers: X9
#[tokio::test]
async fn a_hostile_finding_becomes_a_harmless_issue() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    let mut log = sarif(&[
        Spot { message: nasty(), ..spot("alone", "src/@kim/<script>#1.py") },
        Spot { message: nasty(), ..spot("group `@kim` fixes #2", "src/a.py") },
        Spot { message: format!("second {}", nasty()), ..spot("group `@kim` fixes #2", "src/-->.py") },
        Spot { message: format!("{} {}", "A".repeat(1_000_000), nasty()), ..spot("huge", "src/huge.py") },
    ]);
    log["runs"][0]["tool"]["driver"]["rules"] = json!([
        { "id": "alone", "shortDescription": { "text": nasty() }, "fullDescription": { "text": nasty() },
          "help": { "text": nasty(), "markdown": nasty() }, "helpUri": "javascript:alert(4)" },
        { "id": "huge", "help": { "text": "x", "markdown": format!("{}\n{}", nasty(), "*".repeat(200_000)) } }
    ]);
    let import = desk.import(application.id, log.to_string().into_bytes()).await;
    assert_eq!(import.delta.new, 4, "hostile results are findings like others: {:?}", import.warnings);
    let before: Vec<_> = practice.issues(TARGET);
    let plan = desk.push(mapping.id, BY_RULE).await;
    assert_eq!(plan.state, PlanState::Done, "{plan:?}");
    assert_eq!(plan.counts.done, 3, "three groups");
    let issues = practice.issues(TARGET);
    let new = &issues[before.len()..];
    assert_eq!(new.len(), 3, "three issues");
    for issue in new {
        harmless(&issue.body, &format!("text of {:?}", issue.title));
        for comment in &issue.comments {
            harmless(comment, &format!("comment on {:?}", issue.title));
        }
        assert_eq!(issue.body.matches(MARKER).count(), 1, "the marker stands once:\n{}", issue.body);
        assert_ne!(marker_in(&issue.body), "0".repeat(32), "and is ours");
        for fence in ["<!-- docket:begin -->", "<!-- docket:end -->"] {
            assert_eq!(issue.body.matches(fence).count(), 1, "{fence} stands once");
        }
        assert!(issue.body.chars().count() <= BODY_MOST, "the text is within the limit");
        assert!(issue.title.chars().count() <= 256, "the title is within the limit");
        assert!(!issue.title.contains('\n') && !issue.title.contains('\u{202E}'), "{:?}", issue.title);
    }
    let others: Vec<_> = issues[..before.len()].iter().map(|i| (i.open, i.comments.len())).collect();
    let were: Vec<_> = before.iter().map(|i| (i.open, i.comments.len())).collect();
    assert_eq!(others, were, "no other issue was closed or commented on");
    let again = desk.push(mapping.id, BY_RULE).await;
    assert_eq!(again.counts.skip, again.counts.steps, "fake markers confuse no later push: {again:?}");
    clean(&practice);
}

#[tokio::test]
async fn an_export_holds_no_formula_and_no_live_markup() {
    let desk = Desk::new().await;
    let application = desk.engine.application_add("=cmd|' /C calc'!A1").await.unwrap();
    let rules = ["=HYPERLINK(\"http://evil.example\")", "+1", "-1", "@SUM(A1)", "\t=1", "|x|"];
    let found: Vec<Spot> = rules
        .iter()
        .map(|rule| Spot { message: format!("{rule} @kim <b>x</b>"), ..spot(rule, "src/=a,\"b\".py") })
        .collect();
    desk.import(application.id, report(&found)).await;
    let csv = desk.engine.finding_copy(everything(), ExportFormat::Csv).await.unwrap();
    assert_eq!(csv.count, found.len() as u64, "all of them");
    let mut reader = csv::Reader::from_reader(csv.text.as_bytes());
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "a formula: {cell:?}");
        }
    }
    let markdown = desk.engine.finding_copy(everything(), ExportFormat::Markdown).await.unwrap().text;
    assert!(!outside_code(&markdown).contains("@kim"), "no live mention:\n{markdown}");
    assert!(!outside_code(&markdown).replace("\\<", "").contains("<b>"), "no HTML:\n{markdown}");
    let rows = markdown.lines().count();
    assert_eq!(rows, found.len() + 2, "one line for each finding:\n{markdown}");
    let whole = desk.engine.finding_export(everything(), ExportFormat::Json, Vec::new()).await.unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&whole.1).unwrap();
    assert_eq!((whole.0, rows.len()), (found.len() as u64, found.len()), "the whole export");
}

#[tokio::test]
async fn what_became_of_a_push_is_written_to_a_file_and_nothing_in_it_acts() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    let rules = ["=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "plain | with a bar"];
    let found: Vec<Spot> = rules
        .iter()
        .map(|rule| Spot { message: format!("{rule} @kim <b>x</b>"), ..spot(rule, "src/a.py") })
        .collect();
    desk.import(application.id, report(&found)).await;
    let plan = desk.push(mapping.id, BY_RULE).await;
    let folder = tempfile::tempdir().unwrap();
    let written = |name: &str| folder.path().join(name);
    for (format, name) in
        [(ExportFormat::Csv, "a.csv"), (ExportFormat::Json, "a.json"), (ExportFormat::Markdown, "a.md")]
    {
        let count = desk.engine.plan_export_file(plan.id, format, &written(name)).await.unwrap();
        assert_eq!(count, 4, "{name}: every step");
    }
    let mut reader = csv::Reader::from_path(written("a.csv")).unwrap();
    let heads = reader.headers().unwrap().clone();
    let at = |name: &str| heads.iter().position(|head| head == name).unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        assert!(record.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "a formula: {record:?}");
        assert_eq!(&record[at("state")], "done");
        assert!(record[at("url")].starts_with(&practice.url()), "where it is: {record:?}");
        assert_eq!(&record[at("findings")], "1");
    }
    let lines: Vec<serde_json::Value> =
        serde_json::from_slice(&std::fs::read(written("a.json")).unwrap()).unwrap();
    assert_eq!(lines.len(), 4, "the same in JSON");
    assert!(lines.iter().all(|line| line["findings"].as_array().unwrap().len() == 1), "with the findings");
    let markdown = std::fs::read_to_string(written("a.md")).unwrap();
    assert!(!outside_code(&markdown).contains("@kim"), "no live mention:\n{markdown}");
    assert_eq!(markdown.lines().count(), 6, "one line for each step:\n{markdown}");
    assert!(markdown.contains(&format!("]({}/", practice.url())), "links to the issues:\n{markdown}");
    let bars = |line: &str| line.replace(r"\|", "").matches('|').count();
    assert!(markdown.lines().all(|line| bars(line) == 7), "six cells in each line:\n{markdown}");

    // What cannot be written leaves what was there.
    let (there, nobody) = (written("a.csv"), docket_domain::PlanId(999));
    let missing = desk.engine.plan_export_file(nobody, ExportFormat::Csv, &there).await.unwrap_err();
    assert_eq!(missing.code, docket_domain::Code::NotFound, "{missing:?}");
    assert_eq!(csv::Reader::from_path(written("a.csv")).unwrap().records().count(), 4, "as it was");
    let nowhere = written("no such folder/a.csv");
    let refused = desk.engine.plan_export_file(plan.id, ExportFormat::Csv, &nowhere).await.unwrap_err();
    assert!(refused.message.contains("no such folder") && refused.hint.is_some(), "{refused:?}");
    let vague =
        desk.engine.plan_export_file(plan.id, ExportFormat::Csv, Path::new("a.csv")).await.unwrap_err();
    assert!(vague.message.contains("whole path"), "{vague:?}");
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "nothing half done is left: {left:?}");
}

/// Every file below `dir` that holds `secret`.
fn holding(dir: &Path, secret: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            holding(&path, secret, found);
        } else if let Ok(bytes) = std::fs::read(&path)
            && bytes.windows(secret.len()).any(|part| part == secret.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
}

#[tokio::test]
async fn the_token_is_in_no_file_no_log_and_no_answer() {
    let practice = practice().await;
    let (desk, application, mapping) = Desk::connected(&practice).await;
    let token = practice.token();
    desk.import(application.id, report(&spots(&["sqli"], 2))).await;
    let listened = keeping();
    let check =
        desk.engine.connection_test(mapping.connection, Some(TARGET.to_owned()), listened.0).await.unwrap();
    assert!(!check.text.contains(&token), "not in the report's text");
    let events = serde_json::to_string(&*listened.1.lock().unwrap()).unwrap();
    assert!(!events.contains(&token), "not in what the test tells");
    let plan = desk.plan(mapping.id, BY_RULE).await;
    let mut form = form_of(desk.engine.connection_show(mapping.connection).await.unwrap());
    form.secret = NewSecret::FromEnv(child::TOKEN_VARIABLE.to_owned());
    assert!(!format!("{form:?}").contains(&token), "not in Debug");
    desk.engine.connection_save(form).await.unwrap();
    // Everything is logged, and the tracker repeats the token in an error.
    practice.faults().add("server-error=500@POST:/issues#1".parse().unwrap());
    let child = child::start_logging(&desk, "apply", &[&plan.id.to_string()], &token);
    let done = child::ended(child).await.unwrap();
    assert!(!done.to_string().contains(&token), "not in the plan");
    desk.engine.settled().await;
    let exchanges = desk.engine.connection_exchanges(mapping.connection, 500).await.unwrap();
    assert!(exchanges.len() > 5, "exchanges are kept: {}", exchanges.len());
    assert!(!format!("{exchanges:?}").contains(&token), "not in the exchanges");
    let logs = desk.room.path().join("logs");
    let logged: u64 = std::fs::read_dir(logs).unwrap().flatten().map(|e| e.metadata().unwrap().len()).sum();
    assert!(logged > 1_000, "the child did log: {logged} bytes");
    let mut found = Vec::new();
    holding(desk.room.path(), &token, &mut found);
    assert!(found.is_empty(), "the token is in {found:?}");
    for half in [&token[..token.len() / 2], &token[token.len() / 2..]] {
        let mut found = Vec::new();
        holding(desk.room.path(), half, &mut found);
        assert!(found.is_empty(), "half of the token is in {found:?}");
    }
}
