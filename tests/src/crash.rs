//! One piece of work in a process of its own, for the tests that kill it: apply a plan or
//! import a report in a data folder. For tests alone; never shipped.
//!
//! `docket-crash apply DIR PLAN` · `docket-crash import DIR APPLICATION REPORT`
//!
//! Prints one JSON document: `{"ok": …}` or `{"problem": …}`. `DOCKET_STOP_AT` names the
//! place at which it stops for ever (see the engine's crash points), `DOCKET_LOG` what it
//! logs. Secrets come from the environment only.

use std::path::Path;
use std::time::Duration;

use docket_domain::{ApplicationId, PlanId, Problem};
use docket_engine::imports::ImportOrder;
use docket_engine::{Engine, Options, nobody};
use serde_json::{Value, json};

async fn work(words: &[String]) -> Result<Value, Problem> {
    let (Some(what), Some(dir), Some(number)) = (words.first(), words.get(1), words.get(2)) else {
        return Err(Problem::bad_input("apply DIR PLAN, or import DIR APPLICATION REPORT"));
    };
    let number: i64 = number.parse().map_err(|_| Problem::bad_input("a row's number is needed"))?;
    let _log = std::env::var_os("DOCKET_LOG").map(|_| docket_engine::logging::to_file(Path::new(dir)));
    let options = Options::new(Path::new(dir)).with_look_again([10, 20, 40].map(Duration::from_millis));
    let engine = Engine::open(options).await?;
    let done = match (what.as_str(), words.get(3)) {
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (document, code) = match work(&words).await {
        Ok(done) => (json!({ "ok": done }), 0),
        Err(problem) => (json!({ "problem": problem }), 1),
    };
    #[expect(clippy::print_stdout, reason = "the document is this program's answer to the test")]
    {
        println!("{document}");
    }
    code.into()
}
