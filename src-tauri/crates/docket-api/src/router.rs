//! From a command's name and JSON to its handler and back.

use docket_domain::Problem;
use docket_engine::{Engine, JobListener, nobody};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::request::names::*;
use crate::{handle, jobs};

/// Answers the commands of the contract from one engine.
#[derive(Clone)]
pub struct Router {
    engine: Engine,
}

impl Router {
    /// A router over `engine`, for a window that asks about findings again and again.
    pub fn new(engine: Engine) -> Self {
        engine.keep_findings_at_hand();
        Self { engine }
    }

    /// The engine behind it.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Answers a query or command.
    pub async fn rpc(&self, name: &str, request: Value) -> Result<Value, Problem> {
        let answer = Box::pin(self.route(name, request, None)).await;
        self.logged(name, answer)
    }

    /// Runs a job; its events go to `listener` in order.
    pub async fn job(&self, name: &str, request: Value, listener: JobListener) -> Result<Value, Problem> {
        let answer = Box::pin(self.route(name, request, Some(listener))).await;
        self.logged(name, answer)
    }

    /// Causes are logged here, once, under the id that the problem carries to the window.
    fn logged(&self, name: &str, answer: Result<Value, Problem>) -> Result<Value, Problem> {
        answer.map_err(|mut problem| {
            let trace = format!("{:x}", self.engine.next_trace());
            tracing::warn!(trace, command = name, ?problem, "a command failed");
            problem.trace_id = Some(trace);
            problem
        })
    }
}

/// Reads a request.
fn read<T: DeserializeOwned>(name: &str, request: Value) -> Result<T, Problem> {
    serde_json::from_value(request).map_err(|error| {
        Problem::bad_input(format!("The request «{name}» is not of the expected form: {error}."))
    })
}

/// Writes an answer.
fn write<T: Serialize>(answer: T) -> Result<Value, Problem> {
    serde_json::to_value(answer).map_err(Problem::internal)
}

macro_rules! answer {
    (query, $name:ident, $request:ident, $router:ident, $value:ident, $listener:ident) => {{
        let _ = $listener;
        write(handle::$name(&$router.engine, read::<$request>(stringify!($name), $value)?).await?)
    }};
    (command, $name:ident, $request:ident, $router:ident, $value:ident, $listener:ident) => {
        answer!(query, $name, $request, $router, $value, $listener)
    };
    (job, $name:ident, $request:ident, $router:ident, $value:ident, $listener:ident) => {{
        let listener = $listener.unwrap_or_else(nobody);
        write(jobs::$name(&$router.engine, read::<$request>(stringify!($name), $value)?, listener).await?)
    }};
}

macro_rules! routes {
    ($($kind:ident $name:ident($request:ident) -> $response:ident [$($tag:ident),*];)+) => {
        impl Router {
            async fn route(&self, name: &str, value: Value, listener: Option<JobListener>) -> Result<Value, Problem> {
                match name {
                    $(stringify!($name) => answer!($kind, $name, $request, self, value, listener),)+
                    _ => Err(Problem::bad_input(format!("There is no command «{name}»."))),
                }
            }
        }
        /// Proves at compile time that every handler answers with the contract's type.
        mod shapes {
            use super::*;
            $(const _: () = { fn assert_answer<T: Serialize + ts_rs::TS>() {} let _ = assert_answer::<$response>; };)+
        }
    };
}

crate::with_contract!(routes);
