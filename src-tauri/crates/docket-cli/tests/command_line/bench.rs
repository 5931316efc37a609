//! What the tests are built from: a data folder with the program beside it, and a practice
//! GitHub.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use docket_practice::{Practice, Setup};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The variable that holds the token in these tests.
pub const TOKEN: &str = "DOCKET_TEST_TOKEN";

/// What the program said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }
}

impl Said {
    /// Standard output, when it ended with `code`.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "the exit code; out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// The one JSON document on standard output.
    #[track_caller]
    pub fn document(&self) -> Value {
        let mut documents = serde_json::Deserializer::from_str(&self.out).into_iter::<Value>();
        let first = documents.next().unwrap_or_else(|| panic!("no document; err: {}", self.err));
        let first = first.unwrap_or_else(|e| panic!("not JSON ({e}): {}", self.out));
        assert!(documents.next().is_none(), "exactly one document, nothing behind it: {}", self.out);
        first
    }
}

/// A data folder of its own.
pub struct Desk {
    pub room: TempDir,
    pub token: String,
}

impl Desk {
    pub fn new() -> Self {
        Self { room: tempfile::tempdir().unwrap(), token: String::new() }
    }

    /// With a practice GitHub, a connection `acme` and a mapping `acme/shop`; the report is read.
    pub fn ready(setup: Setup) -> (Self, Tracker) {
        let tracker = Tracker::start(setup);
        let mut desk = Self::new();
        desk.token = tracker.practice.token();
        desk.run(&["app", "add", "shop"]).ends(0);
        desk.run(&["import", &fixture("shop.sarif"), "--app", "shop"]).ends(0);
        desk.connect(&tracker, "acme");
        desk.run(&["mapping", "add", "--app", "shop", "--connection", "acme", "--target", "acme/shop"])
            .ends(0);
        (desk, tracker)
    }

    pub fn connect(&self, tracker: &Tracker, label: &str) {
        let url = format!("{}/acme/shop", tracker.practice.url());
        let from = ["--secret-from-env", TOKEN, "--set", "pace=practice", "--proxy", "none"];
        let args =
            [&["connection", "add", "github", "--label", label, "--location", &url], &from[..]].concat();
        self.run(&args).ends(0);
    }

    pub fn data(&self) -> PathBuf {
        self.room.path().join("data")
    }

    /// The program, not yet started. Nothing of the surroundings reaches it.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docket"));
        for name in
            ["NO_COLOR", "DOCKET_LOG", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
        {
            command.env_remove(name);
        }
        command
            .args(args)
            .env("DOCKET_DATA_DIR", self.data())
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env("DOCKET_LOG", "debug")
            .current_dir(self.room.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if !self.token.is_empty() {
            command.env(TOKEN, &self.token);
        }
        command
    }

    pub fn run(&self, args: &[&str]) -> Said {
        self.command(args).output().unwrap().into()
    }

    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args).spawn().unwrap()
    }

    pub fn run_with_input(&self, args: &[&str], input: &[u8]) -> Said {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        // A program that refuses before it reads closes the pipe; what it says is what counts.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap().into()
    }

    /// The document of a command that works.
    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        let args = [args, &["--json"]].concat();
        self.run(&args).ends(0).document()
    }

    /// Every byte of every file under the data folder that holds `needle`.
    pub fn files_with(&self, needle: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        search(&self.data(), needle.as_bytes(), &mut found);
        found
    }
}

fn search(folder: &Path, needle: &[u8], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            search(&path, needle, found);
        } else if std::fs::read(&path).unwrap().windows(needle.len()).any(|bytes| bytes == needle) {
            found.push(path);
        }
    }
}

/// The path of a file beside these tests.
pub fn fixture(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name).display().to_string()
}

/// A practice GitHub that answers while a test waits for the program.
pub struct Tracker {
    pub practice: Practice,
    _runtime: Runtime,
}

impl Tracker {
    pub fn start(setup: Setup) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let practice = runtime.block_on(Practice::start(setup)).unwrap();
        Self { practice, _runtime: runtime }
    }

    /// Issues that the program created.
    pub fn created(&self) -> Vec<docket_practice::IssueSnapshot> {
        self.practice
            .issues("acme/shop")
            .into_iter()
            .filter(|issue| issue.body.contains("docket:v1 key="))
            .collect()
    }

    /// Requests that would change something.
    pub fn writes(&self) -> usize {
        self.practice.log().iter().filter(|one| one.is_write()).count()
    }

    /// Every request kept the vendor's contract.
    #[track_caller]
    pub fn is_content(&self) {
        assert!(
            self.practice.violations().is_empty(),
            "the contract is kept: {:#?}",
            self.practice.violations()
        );
    }
}

/// Waits until something holds; what is waited for happens in another process.
#[track_caller]
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_mins(1);
    while !holds() {
        assert!(Instant::now() < end, "waited a minute for: {what}");
        std::thread::sleep(Duration::from_millis(15));
    }
}
