//! Starting, watching, stopping and ending processes that work in a data folder.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use docket_domain::Problem;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::work;

/// The variable in which a worker finds the token. Only the worker has it.
pub const TOKEN: &str = "DOCKET_JOURNEY_TOKEN";

/// No worker needs longer; one that does hangs.
const LONGEST: Duration = Duration::from_mins(1);

/// How a worker came to its end.
#[derive(Debug)]
pub enum End {
    /// It did what it was told to.
    Done(Value),
    /// It said why it did not.
    Stopped(Problem),
    /// It said nothing: it was killed, or broke.
    Died(String),
}

/// What a worker is to do, and what is wrong with its computer.
#[derive(Debug)]
pub struct Order(Command);

impl Order {
    /// The program that works, and its words.
    pub fn new(program: &Path, words: &[String], token: &str) -> Self {
        let mut command = Command::new(program);
        command.args(words).env(TOKEN, token);
        let wrong = [work::STOP_AT, work::CLOCK, work::ROOM, work::LOOK_AGAIN, work::PATIENCE, "DOCKET_LOG"];
        for name in wrong {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command)
    }

    /// With this variable in its environment.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    /// Starts it.
    pub fn start(mut self) -> Worker {
        Worker::of(self.0.spawn().unwrap())
    }
}

/// A process that works. Killed when it is dropped.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    /// Whether it stopped at the place where it was to stop; nothing when it ended instead.
    stopped: mpsc::UnboundedReceiver<()>,
    is_stopped: bool,
    said: oneshot::Receiver<(String, String)>,
}

impl Worker {
    fn of(mut child: Child) -> Self {
        let (mut out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let ((stop, stopped), (say, said)) = (mpsc::unbounded_channel(), oneshot::channel());
        let errors = std::thread::spawn(move || {
            let mut lines = String::new();
            for line in BufReader::new(err).lines().map_while(Result::ok) {
                if line.starts_with("stopped at ") {
                    // Nobody may wait for it.
                    let _ = stop.send(());
                }
                lines.push_str(&line);
                lines.push('\n');
            }
            lines
        });
        std::thread::spawn(move || {
            let mut text = String::new();
            let _ = out.read_to_string(&mut text);
            let _ = say.send((text, errors.join().unwrap_or_default()));
        });
        Self { child, stopped, is_stopped: false, said }
    }

    /// Waits until it stopped where it was to stop. False when it came to its end instead.
    pub async fn stops(&mut self) -> bool {
        if self.is_stopped {
            return true;
        }
        let stopped = tokio::time::timeout(LONGEST, self.stopped.recv()).await;
        self.is_stopped = stopped.expect("a worker neither stopped nor ended").is_some();
        self.is_stopped
    }

    /// Whether it still does anything: it has neither ended nor stopped where it was to stop.
    pub fn works(&mut self) -> bool {
        self.is_stopped |= self.stopped.try_recv().is_ok();
        !self.is_stopped && matches!(self.child.try_wait(), Ok(None))
    }

    /// Ends it as `kill -9` does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub async fn ended(mut self) -> End {
        let until = tokio::time::Instant::now() + LONGEST;
        let status: ExitStatus = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(tokio::time::Instant::now() < until, "a worker did not end within {LONGEST:?}");
            tokio::time::sleep(Duration::from_millis(3)).await;
        };
        let (out, err) = (&mut self.said).await.unwrap_or_default();
        let Ok(said) = serde_json::from_str::<Value>(&out) else {
            return End::Died(format!("{status}: {out}{err}"));
        };
        match said.get("problem") {
            Some(problem) => End::Stopped(serde_json::from_value(problem.clone()).unwrap()),
            None => End::Done(said["ok"].clone()),
        }
    }

    /// Stops it between two instructions, as a computer does that falls asleep.
    #[cfg(unix)]
    pub fn sleep(&self) {
        self.signal(rustix::process::Signal::STOP);
    }

    /// Lets it go on.
    #[cfg(unix)]
    pub fn wake(&self) {
        self.signal(rustix::process::Signal::CONT);
    }

    #[cfg(unix)]
    fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal).unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
