//! The journey against an independent look-alike of GitHub (the npm package `emulate`),
//! which shares nothing with Docket or with its practice tracker.
//!
//! What it lacks against GitHub: GraphQL, scope headers, the look-up of one assignee. The
//! mapping here therefore names no assignee.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use docket_domain::{Action, GroupKey, PlanState};
use docket_engine::nobody;
use serde_json::Value;

use crate::support::*;

const TOKEN: &str = "ghp_witness_token";
const REPOSITORY: &str = "robin/shop";

/// The look-alike, ended when dropped.
struct Witness {
    process: Child,
    port: u16,
}

impl Drop for Witness {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Witness {
    /// Starts it on a free port, or says loudly why the journey is not made.
    fn start() -> Option<Self> {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("witness");
        let script = dir.join("node_modules/emulate/dist/index.js");
        if !script.exists() {
            eprintln!(
                "SKIPPED LOUDLY: tests/witness/node_modules is not there («npm ci» in tests/witness makes it), \
                 so the journey against the independent witness is not checked"
            );
            return None;
        }
        let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let started = Command::new("node")
            .arg(script)
            .args(["start", "--service", "github", "--port", &port.to_string(), "--seed"])
            .arg(dir.join("seed.json"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let process = match started {
            Ok(process) => process,
            Err(error) => {
                eprintln!("SKIPPED LOUDLY: node is not there ({error}), so the witness is not asked");
                return None;
            }
        };
        let witness = Self { process, port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "the witness does not come up");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(witness)
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// All issues, asked with the plainest of requests, not with Docket's client.
    fn issues(&self) -> Vec<Value> {
        let mut line = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            line,
            "GET /repos/{REPOSITORY}/issues?state=all&per_page=100 HTTP/1.0\r\nHost: 127.0.0.1\r\n\
             Authorization: token {TOKEN}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut text = String::new();
        line.read_to_string(&mut text).unwrap();
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }

    /// Four issues stand for the four rules, each once, with their labels.
    fn has_exactly(&self, groups: usize) {
        let issues = self.issues();
        let mut markers: Vec<String> =
            issues.iter().map(|issue| marker_in(issue["body"].as_str().unwrap())).collect();
        assert_eq!(markers.len(), groups, "one issue for each group");
        markers.sort();
        markers.dedup();
        assert_eq!(markers.len(), groups, "no group twice");
        for issue in &issues {
            let labels: Vec<&str> =
                issue["labels"].as_array().unwrap().iter().map(|l| l["name"].as_str().unwrap()).collect();
            assert!(labels.contains(&"security"), "{labels:?}");
        }
    }
}

// covers: S0.1
#[tokio::test]
async fn the_engine_s_journey_holds_before_an_independent_witness() {
    let Some(witness) = Witness::start() else { return };
    let desk = Desk::new().await;
    let application = desk.engine.application_add("Shop").await.unwrap();
    desk.import(application.id, report(&spots(&["sqli", "xss", "eval", "path"], 3))).await;
    let connection = desk.engine.connection_save(to_address(&witness.url(), TOKEN)).await.unwrap();
    let check =
        desk.engine.connection_test(connection.id, Some(REPOSITORY.to_owned()), nobody()).await.unwrap();
    assert!(check.ok, "{}", check.text);
    let mut form = to_shop(connection.id, application.id);
    form.target = REPOSITORY.to_owned();
    form.assignees = Vec::new();
    form.milestone = None;
    let mapping = desk.engine.mapping_save(form).await.unwrap();
    let plan = desk.plan(mapping.id, &[GroupKey::Rule]).await;
    assert_eq!((plan.counts.create, witness.issues().len()), (4, 0), "planned, nothing sent");
    assert_eq!(desk.apply(&plan).await.unwrap().state, PlanState::Done, "applied");
    witness.has_exactly(4);
    let again = desk.push(mapping.id, &[GroupKey::Rule]).await;
    assert_eq!(again.counts.skip, again.counts.steps, "{again:?}");

    desk.import(application.id, report(&spots(&["sqli", "xss", "eval", "path"], 4))).await;
    let more = desk.push(mapping.id, &[GroupKey::Rule]).await;
    assert_eq!((more.counts.update, more.state), (4, PlanState::Done), "newcomers join: {more:?}");
    witness.has_exactly(4);

    let other = Desk::new().await;
    let application = other.engine.application_add("Shop").await.unwrap();
    other.import(application.id, report(&spots(&["sqli", "xss", "eval", "path"], 4))).await;
    let connection = other.engine.connection_save(to_address(&witness.url(), TOKEN)).await.unwrap();
    let mut form = to_shop(connection.id, application.id);
    form.target = REPOSITORY.to_owned();
    form.assignees = Vec::new();
    form.milestone = None;
    let mapping = other.engine.mapping_save(form).await.unwrap();
    let plan = other.push(mapping.id, &[GroupKey::Rule]).await;
    assert_eq!(plan.counts.create, 0, "another laptop adopts: {plan:?}");
    assert!(other.steps(plan.id).await.iter().all(|step| step.action != Action::Create), "nothing new");
    witness.has_exactly(4);
}

/// The command line beside this test's own programs, or the one that `DOCKET_CLI` names.
fn command_line() -> Option<PathBuf> {
    let name = format!("docket{}", std::env::consts::EXE_SUFFIX);
    let beside = Path::new(env!("CARGO_BIN_EXE_docket-crash")).with_file_name(name);
    let path = std::env::var_os("DOCKET_CLI").map_or(beside, PathBuf::from);
    if path.exists() {
        return Some(path);
    }
    eprintln!(
        "SKIPPED LOUDLY: {} is not built («cargo build -p docket-cli», or name it with DOCKET_CLI), so the \
         command line's journey against the witness is not checked",
        path.display()
    );
    None
}

#[test]
fn the_command_line_s_journey_holds_before_an_independent_witness() {
    let Some(program) = command_line() else { return };
    let Some(witness) = Witness::start() else { return };
    let room = tempfile::tempdir().unwrap();
    let file = shared("corpus/sarif/secobserve__bandit.sarif", "the command line with a real report")
        .unwrap_or_else(sample);
    let url = witness.url();
    let run = |words: &[&str]| -> Value {
        let out = Command::new(&program)
            .args(["--json", "--data-dir"])
            .arg(room.path())
            .args(words)
            .env("DOCKET_WITNESS_TOKEN", TOKEN)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(out.stdout).unwrap();
        assert!(
            out.status.success(),
            "docket {words:?} ended with {}: {said} {}",
            out.status,
            String::from_utf8_lossy(&out.stderr)
        );
        assert!(!said.contains(TOKEN), "docket {words:?} shows the token");
        serde_json::from_str(&said)
            .unwrap_or_else(|error| panic!("docket {words:?}: one document: {error}: {said}"))
    };
    run(&["app", "add", "Shop"]);
    run(&["import", file.to_str().unwrap(), "--app", "Shop"]);
    run(&[
        "connection",
        "add",
        "github",
        "--label",
        "Witness",
        "--location",
        &url,
        "--secret-from-env",
        "DOCKET_WITNESS_TOKEN",
        "--proxy",
        "none",
        "--set",
        "pace=practice",
    ]);
    run(&["connection", "test", "Witness", "--target", REPOSITORY]);
    run(&[
        "mapping",
        "add",
        "--app",
        "Shop",
        "--connection",
        "Witness",
        "--target",
        REPOSITORY,
        "--labels",
        "security",
    ]);
    run(&["plan", "status:active", "--mapping", REPOSITORY, "--group-by", "rule"]);
    assert!(witness.issues().is_empty(), "a plan writes nothing");
    run(&["push", "status:active", "--mapping", REPOSITORY, "--group-by", "rule", "--yes"]);
    let pushed = witness.issues().len();
    assert!(pushed > 0, "issues were created");
    witness.has_exactly(pushed);
    run(&["push", "status:active", "--mapping", REPOSITORY, "--group-by", "rule", "--yes"]);
    witness.has_exactly(pushed);
}
