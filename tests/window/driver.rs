//! A person's hands and eyes: presses, types, waits until something is seen, takes pictures.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failure here is the test's failure")]

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

/// How long something may take to appear. Generous: two busy cores, a debug build.
const PATIENCE: Duration = Duration::from_secs(40);

/// The built program, or nothing when this machine cannot show a window; says so loudly.
pub fn loudly_absent() -> Option<PathBuf> {
    let program = std::env::var_os("DOCKET_DESKTOP").map(PathBuf::from);
    let display = std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some();
    match program {
        Some(program) if display && program.exists() => Some(program),
        _ => {
            eprintln!(
                "SKIPPED LOUDLY: no display, or DOCKET_DESKTOP does not name the built program; \
                 the real window is not tested. `make test` does both."
            );
            None
        }
    }
}

/// A file of the shared material, or nothing when it is not here; says so loudly.
pub fn shared(what: &str) -> Option<PathBuf> {
    let dir = std::env::var_os("DOCKET_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let path = dir.join(what);
    if path.exists() {
        return Some(path.canonicalize().unwrap());
    }
    eprintln!("SKIPPED LOUDLY: ../shared/{what} is not there, so an analyst's own report is not pushed");
    None
}

/// Fails when `secret` stands in any file below `dir`.
pub fn nowhere_in(dir: &Path, secret: &str) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            nowhere_in(&path, secret);
        } else if let Ok(bytes) = std::fs::read(&path) {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "the token stands in {}", path.display());
        }
    }
}

/// The open window.
pub struct Window {
    client: Client,
    driver: Child,
    data: PathBuf,
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        end_programs(&self.data);
    }
}

impl Window {
    /// Starts the program on `data` under `WebKitWebDriver`.
    pub async fn open(program: &Path, data: &Path) -> Self {
        Self::open_with(program, data, &[]).await
    }

    /// As `open`, with reports handed over as «Open with Docket» does.
    pub async fn open_with(program: &Path, data: &Path, reports: &[&Path]) -> Self {
        let mut words = vec![PathBuf::from("--data-dir"), data.to_path_buf()];
        words.extend(reports.iter().map(|report| report.to_path_buf()));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("WebKitWebDriver")
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            // Tauri lets itself be driven only when it is told so.
            .envs([("TAURI_AUTOMATION", "true"), ("TAURI_WEBVIEW_AUTOMATION", "true")])
            .stdout(Stdio::null())
            .spawn()
            .expect("Debian's webkit2gtk-driver is installed by make test");
        let wanted = json!({
            "webkitgtk:browserOptions": {
                "binary": program,
                "args": words,
            }
        });
        let Value::Object(wanted) = wanted else { unreachable!("an object literal") };
        let begun = Instant::now();
        let client = loop {
            let mut builder = ClientBuilder::new(legacy::connect::HttpConnector::new());
            match builder.capabilities(wanted.clone()).connect(&format!("http://127.0.0.1:{port}")).await {
                Ok(client) => break client,
                Err(error) => {
                    assert!(begun.elapsed() < PATIENCE, "the window did not open: {error}");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        };
        Self { client, driver, data: data.to_path_buf() }
    }

    /// Waits until something is there and visible.
    pub async fn see(&self, path: &str) -> fantoccini::elements::Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(path)).await {
            Ok(element) => element,
            Err(error) => {
                self.picture("failure").await;
                let asked = self.client.execute("return document.body.innerText", vec![]);
                let text = tokio::time::timeout(Duration::from_secs(10), asked).await;
                let text = text.map(Result::unwrap_or_default).unwrap_or_default();
                panic!(
                    "never seen: {path} ({error}); the window shows:\n{}",
                    text.as_str().unwrap_or_default()
                );
            }
        }
    }

    /// Presses what is there.
    pub async fn press(&self, path: &str) {
        let begun = Instant::now();
        loop {
            let element = self.see(path).await;
            match element.click().await {
                Ok(()) => return,
                Err(error) => assert!(begun.elapsed() < PATIENCE, "could not be pressed: {path}: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Writes into the field of this label.
    pub async fn fill(&self, label: &str, text: &str) {
        let path = format!("//input[@id=//label[starts-with(normalize-space(),'{label}')]/@for]");
        let field = self.see(&path).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Opens the list of the field of this label and takes the entry that begins so.
    pub async fn choose(&self, label: &str, entry: &str) {
        let field = format!("//input[@id=//label[starts-with(normalize-space(),'{label}')]/@for]");
        let option = format!("//*[@role='option'][starts-with(normalize-space(),'{entry}')]");
        // The application in view is chosen beforehand, and a chosen one is not offered again.
        let chosen =
            format!("//section[starts-with(@aria-label,'Settings of')]//span[normalize-space()='{entry}']");
        let there = self.client.wait().at_most(PATIENCE / 20).for_element(Locator::XPath(&chosen)).await;
        if there.is_ok() {
            return;
        }
        for _ in 0..4 {
            // Pressing an open list closes it, as when the page was drawn anew meanwhile.
            self.press(&field).await;
            let shown = self.client.wait().at_most(PATIENCE / 8).for_element(Locator::XPath(&option)).await;
            if shown.is_ok() {
                break;
            }
        }
        self.press(&option).await;
    }

    /// Presses keys as the window's key map names them: `p`, `ctrl+a`, `ctrl+enter`.
    pub async fn type_keys(&self, chord: &str) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        let (mods, key) = chord.rsplit_once('+').map_or((None, chord), |(mods, key)| (Some(mods), key));
        let value = match key {
            "enter" => Key::Enter.into(),
            "escape" => Key::Escape.into(),
            other => other.chars().next().unwrap(),
        };
        if mods == Some("ctrl") {
            actions = actions.then(KeyAction::Down { value: Key::Control.into() });
        }
        actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        if mods == Some("ctrl") {
            actions = actions.then(KeyAction::Up { value: Key::Control.into() });
        }
        self.client.perform_actions(actions).await.unwrap();
    }

    /// Goes to a page of the window.
    pub async fn go(&self, page: &str) {
        self.client.execute("location.hash = '#/' + arguments[0]", vec![json!(page)]).await.unwrap();
    }

    /// Asks the system for a dark look, as the settings page does.
    pub async fn dark(&self) {
        self.go("settings").await;
        self.press("//*[@role='radiogroup' or @role='group']//label[normalize-space()='Dark'] | //button[normalize-space()='Dark']").await;
        self.go("findings").await;
        self.see("//*[@role='row']").await;
    }

    /// Speaks the window's own wire.
    pub async fn rpc(&self, name: &str, request: &str) -> Value {
        let script = "const [name, request, done] = arguments; \
            window.__TAURI_INTERNALS__.invoke('rpc', { name, request: JSON.parse(request) }).then(done, (e) => done({ problem: e }));";
        self.client.execute_async(script, vec![json!(name), json!(request)]).await.unwrap()
    }

    /// Whether the whole of what `selector` names is inside the window.
    pub async fn holds(&self, selector: &str) -> bool {
        let script = "const box = document.querySelector(arguments[0]).getBoundingClientRect(); \
            return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;";
        self.client.execute(script, vec![json!(selector)]).await.unwrap().as_bool().unwrap_or_default()
    }

    /// The number before `words` in what is seen there.
    pub async fn number_before(&self, path: &str, words: &str) -> usize {
        let element = self.see(path).await;
        let text = element.prop("textContent").await.unwrap().unwrap_or_default();
        let before = text.split(words).next().unwrap_or_default().trim_end();
        let digits = before.rsplit(|c: char| !c.is_ascii_digit() && c != ',').next().unwrap_or_default();
        digits.replace(',', "").parse().unwrap_or_else(|_| panic!("no number before «{words}» in «{text}»"))
    }

    /// Titles of the issues on the practice tracker, read over its own web page.
    pub async fn practice_issues(&self) -> Vec<String> {
        let status = self.rpc("practice_status", "{}").await;
        let url = status["url"].as_str().unwrap_or_else(|| panic!("the practice tracker runs: {status}"));
        titles(&get(&format!("{}/acme/shop/issues", url.trim_end_matches('/'))).await)
    }

    /// Keeps a picture of the display, as a person sees it. (WebKit's own screenshot command
    /// does not answer on a virtual display.)
    pub async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("DOCKET_SCREENSHOTS").map(PathBuf::from) else { return };
        // Let transitions end, so that the picture shows what a person sees.
        tokio::time::sleep(Duration::from_millis(400)).await;
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{name}.png"));
        let taken = Command::new("import").args(["-window", "root"]).arg(&file).status();
        assert!(
            taken.is_ok_and(|status| status.success()),
            "ImageMagick's `import` keeps the pictures; make test installs it"
        );
    }

    /// Closes the window.
    pub async fn close(self) {
        let client = self.client.clone();
        let _ = client.close().await;
    }
}

/// Ends the programs that run on a data folder, in order. Now and then the driver closes the page
/// and leaves an empty window behind; the next test's program would only call that one.
fn end_programs(data: &Path) {
    for (signal, patience) in [(None, 3_000), (Some("-TERM"), 3_000), (Some("-KILL"), 10_000)] {
        if let Some(signal) = signal {
            for id in programs(data) {
                let _ = Command::new("kill").args([signal, &id]).status();
            }
        }
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(patience) {
            if programs(data).is_empty() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// The ids of the processes whose command line names the data folder.
fn programs(data: &Path) -> Vec<String> {
    let named = data.to_string_lossy().into_owned();
    let Ok(all) = std::fs::read_dir("/proc") else { return Vec::new() };
    all.flatten()
        .filter(|entry| {
            std::fs::read(entry.path().join("cmdline"))
                .is_ok_and(|line| line.split(|byte| *byte == 0).any(|word| word == named.as_bytes()))
        })
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

/// A page of the practice tracker, as any browser would fetch it.
async fn get(url: &str) -> String {
    let client = legacy::Client::builder(TokioExecutor::new()).build_http::<Body>();
    let answer = client.get(url.parse().unwrap()).await.unwrap();
    assert!(answer.status().is_success(), "{url} is a page: {}", answer.status());
    let page = to_bytes(Body::new(answer.into_body()), usize::MAX).await.unwrap();
    String::from_utf8(page.to_vec()).unwrap()
}

/// The titles in the practice tracker's list of open issues.
fn titles(page: &str) -> Vec<String> {
    page.split("<li><a class=\"strong\" href=\"/acme/shop/issues/")
        .skip(1)
        .filter_map(|item| Some(item.split_once('>')?.1.split_once("</a>")?.0.to_owned()))
        .collect()
}
