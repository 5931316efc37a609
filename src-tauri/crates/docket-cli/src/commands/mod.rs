//! What each command does: words in, one call of the engine, words out.

mod app;
mod assess;
mod choices;
mod connection;
mod finding;
mod findings;
mod group;
mod guard;
mod import;
mod import_undo;
mod lists;
pub(crate) mod manual;
mod mapping;
mod offered;
mod plan;
pub(crate) mod practice;
mod push;
mod report;
mod sign_in;
mod suggestions;
mod template;
mod watch;

use std::path::PathBuf;

use docket_domain::{Problem, Timestamp};
use docket_engine::{Engine, Options};

use crate::args::Command;
use crate::call::Call;
use crate::end::{End, Failure};
use crate::terminal::Terminal;

/// Opens the data folder and does what was asked.
pub(crate) async fn dispatch(dir: PathBuf, command: Command, terminal: &Terminal) -> Result<End, Failure> {
    if let Command::Practice(args) = command {
        return practice::run(&dir, terminal, args).await;
    }
    let engine = Engine::open(Options::new(&dir)).await?;
    let call = Call { engine, terminal };
    let result = Box::pin(one(&call, command)).await;
    call.engine.settled().await;
    result.map_err(|failure| logged(&call.engine, failure))
}

async fn one(call: &Call<'_>, command: Command) -> Result<End, Failure> {
    match command {
        Command::App(command) => app::run(call, command).await,
        Command::Import(args) => import::run(call, args).await,
        Command::Watch(command) => watch::run(call, command).await,
        Command::Imports(args) => import_undo::list(call, args).await,
        Command::ImportUndo(args) => import_undo::run(call, &args).await,
        Command::Formats { id } => lists::formats(call, id.as_deref()),
        Command::Findings(args) => findings::run(call, args).await,
        Command::Finding { id, raw: true } => finding::raw(call, id).await,
        Command::Finding { id, raw: false } => finding::run(call, id).await,
        Command::Assess(args) => assess::run(call, args).await,
        Command::Suggestions(args) => suggestions::run(call, args).await,
        Command::Connection(command) => connection::run(call, command).await,
        Command::Mapping(command) => mapping::run(call, command).await,
        Command::Group(args) => group::preview(call, args).await,
        Command::Template(command) => template::run(call, command).await,
        Command::Plan(args) => plan::make(call, args).await,
        Command::PlanAgain { plan } => plan::again(call, plan).await,
        Command::PlanName { plan, name } => plan::rename(call, plan, &name).await,
        Command::Plans => plan::list(call).await,
        Command::PlanShow(args) => plan::show(call, args).await,
        Command::Apply(args) => push::apply(call, &args).await,
        Command::Push(args) => push::push(call, args).await,
        Command::Retry(args) => push::retry(call, &args).await,
        Command::Undo(args) => push::undo(call, args).await,
        Command::Cancel { plan } => push::cancel(call, plan).await,
        Command::Jobs { limit } => lists::jobs(call, limit).await,
        Command::Issues { limit } => lists::issues(call, limit).await,
        Command::Status => lists::status(call).await,
        // Answered before an engine is opened.
        Command::Practice(_) | Command::Completions { .. } | Command::Man { .. } => {
            Err(Problem::internal("a command reached the engine that needs none").into())
        }
    }
}

/// Writes the cause into the log and gives the problem the number under which it stands there.
fn logged(engine: &Engine, failure: Failure) -> Failure {
    match failure {
        Failure::Told { mut problem, end, beside } => {
            let trace = format!("{:x}", engine.next_trace());
            tracing::warn!(trace, ?problem, "a command failed");
            problem.trace_id = Some(trace);
            Failure::Told { problem, end, beside }
        }
        gone @ Failure::NobodyReads => gone,
    }
}

/// A point in time as people read it: to the minute, in UTC.
fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    match text.get(..16) {
        Some(minute) => format!("{}Z", minute.replace('T', " ")),
        None => text,
    }
}

/// `1 finding`, `2 findings`.
fn count(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
