//! One piece of work in a process of its own: make a plan, apply one, import a report in a data
//! folder.
//!
//! `plan DIR MAPPING` · `apply DIR PLAN` · `import DIR APPLICATION REPORT`
//!
//! Prints one JSON document: `{"ok": …}` or `{"problem": …}`. What goes wrong inside the process
//! comes from its environment: [`STOP_AT`], [`CLOCK`], [`ROOM`]; `DOCKET_LOG` names what it logs.
//! Secrets come from there only.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use docket_domain::time::SystemClock;
use docket_domain::{ApplicationId, Clock, GroupKey, MappingId, PlanId, Problem, Selection, Timestamp};
use docket_engine::imports::ImportOrder;
use docket_engine::{Engine, Options, nobody};
use serde_json::{Value, json};

/// The place at which the process stops for ever (see the engine's crash points).
pub const STOP_AT: &str = "DOCKET_STOP_AT";
/// A file with the milliseconds by which the computer's clock is wrong; it may change meanwhile.
pub const CLOCK: &str = "DOCKET_TEST_CLOCK";
/// No file may grow beyond so many bytes: the disk is full. On Unix only.
pub const ROOM: &str = "DOCKET_TEST_ROOM";
/// Pauses before an unknown outcome is looked up again, milliseconds, three with commas.
pub const LOOK_AGAIN: &str = "DOCKET_TEST_LOOK_AGAIN";
/// How long a write waits for another process that is writing, milliseconds.
pub const PATIENCE: &str = "DOCKET_TEST_PATIENCE";

/// Does what `words` say; the whole program.
pub fn main(words: &[String]) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (document, code) = match runtime.block_on(work(words)) {
        Ok(done) => (json!({ "ok": done }), 0),
        Err(problem) => (json!({ "problem": problem }), 1),
    };
    #[expect(clippy::print_stdout, reason = "the document is this program's answer to the test")]
    {
        println!("{document}");
    }
    code.into()
}

async fn work(words: &[String]) -> Result<Value, Problem> {
    let (Some(what), Some(dir), Some(number)) = (words.first(), words.get(1), words.get(2)) else {
        return Err(Problem::bad_input("plan DIR MAPPING, apply DIR PLAN, or import DIR APPLICATION REPORT"));
    };
    let number: i64 = number.parse().map_err(|_| Problem::bad_input("a row's number is needed"))?;
    let dir = Path::new(dir);
    let _log = std::env::var_os("DOCKET_LOG").map(|_| docket_engine::logging::to_file(dir));
    end_with_the_test()?;
    confine()?;
    let engine = Engine::open(options(dir)).await?;
    let done = match (what.as_str(), words.get(3)) {
        ("plan", None) => {
            let everything =
                Selection::Matching { query: String::new(), application: None, except: Vec::new() };
            json!(engine.plan_make(everything, MappingId(number), vec![GroupKey::Rule], nobody()).await?)
        }
        ("apply", None) => json!(engine.plan_apply(PlanId(number), nobody()).await?),
        ("import", Some(report)) => {
            let order = ImportOrder::new(ApplicationId(number));
            json!(engine.import_file(Path::new(report), order, nobody()).await?)
        }
        _ => return Err(Problem::bad_input(format!("«{what}» is nothing that this program does"))),
    };
    engine.settled().await;
    Ok(done)
}

/// Quick where practice is, and as wrong as the environment asks for.
fn options(dir: &Path) -> Options {
    let pauses = std::env::var(LOOK_AGAIN).ok().and_then(|text| {
        let each: Vec<u64> = text.split(',').filter_map(|ms| ms.parse().ok()).collect();
        <[u64; 3]>::try_from(each).ok()
    });
    let mut options =
        Options::new(dir).with_look_again(pauses.unwrap_or([10, 20, 40]).map(Duration::from_millis));
    if let Some(file) = std::env::var_os(CLOCK) {
        options = options.with_clock(Arc::new(Moved(file.into())));
    }
    if let Some(millis) = std::env::var(PATIENCE).ok().and_then(|text| text.parse().ok()) {
        options = options.with_patience(Duration::from_millis(millis));
    }
    options
}

/// The computer's clock, wrong by what a file says at this moment.
struct Moved(PathBuf);

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        let by = std::fs::read_to_string(&self.0).ok().and_then(|text| text.trim().parse().ok());
        SystemClock.now().plus_millis(by.unwrap_or(0))
    }
}

/// A test that is killed leaves nobody behind who waits to be killed.
#[cfg(target_os = "linux")]
fn end_with_the_test() -> Result<(), Problem> {
    let kill = Some(rustix::process::Signal::KILL);
    rustix::process::set_parent_process_death_signal(kill).map_err(Problem::internal)
}

/// Who starts a worker kills it when it drops it.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "as its counterpart on Linux")]
fn end_with_the_test() -> Result<(), Problem> {
    Ok(())
}

/// Takes away the room that the environment says.
#[cfg(unix)]
fn confine() -> Result<(), Problem> {
    use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};

    let Some(most) = std::env::var(ROOM).ok().and_then(|text| text.parse().ok()) else { return Ok(()) };
    // Listened to, so that writing beyond it is an error, as on a full disk, and not the end.
    let beyond = tokio::signal::unix::SignalKind::from_raw(Signal::XFSZ.as_raw());
    drop(tokio::signal::unix::signal(beyond).map_err(Problem::internal)?);
    let maximum = getrlimit(Resource::Fsize).maximum;
    setrlimit(Resource::Fsize, Rlimit { current: Some(most), maximum }).map_err(Problem::internal)
}

/// There is no such limit here.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as its counterpart on Unix")]
fn confine() -> Result<(), Problem> {
    Ok(())
}
