//! A piece of the engine's work in a process of its own, which can be killed at a chosen place.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use docket_domain::Problem;
use serde_json::Value;

use crate::support::Desk;

/// The variable in which the child finds the token. Only the child has it.
pub const TOKEN_VARIABLE: &str = "DOCKET_JOURNEY_TOKEN";

/// Starts a child that logs everything that any part of it says.
pub fn start_logging(desk: &Desk, what: &str, more: &[&str], token: &str) -> Child {
    command(desk, what, more, token).env("DOCKET_LOG", "trace").spawn().unwrap()
}

/// Starts `docket-crash WHAT DIR …`; with `stop_at` it stops for ever at that place.
pub fn start(desk: &Desk, what: &str, more: &[&str], token: &str, stop_at: Option<&str>) -> Child {
    let mut command = command(desk, what, more, token);
    if let Some(place) = stop_at {
        command.env("DOCKET_STOP_AT", place);
    }
    command.spawn().unwrap()
}

fn command(desk: &Desk, what: &str, more: &[&str], token: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docket-crash"));
    command.arg(what).arg(desk.room.path()).args(more).env(TOKEN_VARIABLE, token);
    command.env_remove("DOCKET_STOP_AT").env_remove("DOCKET_LOG");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Waits until the child says that it has stopped.
pub async fn stopped(mut child: Child) -> Child {
    tokio::task::spawn_blocking(move || {
        let stderr = child.stderr.take().unwrap();
        for line in BufReader::new(stderr).lines() {
            if line.unwrap().starts_with("stopped at ") {
                return child;
            }
        }
        let mut said = String::new();
        child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        child.wait().unwrap();
        panic!("the child ended before it came to the place: {said}");
    })
    .await
    .unwrap()
}

/// Ends the child as `kill -9` does.
pub fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Waits for the child's end and reads what it says.
pub async fn ended(child: Child) -> Result<Value, Problem> {
    let out = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
    let said: Value = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|_| panic!("no document: {}", String::from_utf8_lossy(&out.stderr)));
    match said.get("problem") {
        Some(problem) => Err(serde_json::from_value(problem.clone()).unwrap()),
        None => Ok(said["ok"].clone()),
    }
}
