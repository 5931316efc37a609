//! The two commands that carry the wire.

use std::sync::Arc;

use docket_api::Router;
use docket_domain::Problem;
use docket_domain::job::JobEvent;
use serde_json::Value;
use tauri::State;
use tauri::ipc::Channel;

use crate::Shell;

fn router(shell: &State<'_, Shell>) -> Result<Arc<Router>, Problem> {
    shell.router.clone()
}

/// Answers one query or command of the contract.
#[tauri::command]
pub async fn rpc(shell: State<'_, Shell>, name: String, request: Value) -> Result<Value, Problem> {
    router(&shell)?.rpc(&name, request).await
}

/// Runs one job of the contract; its events arrive on `events` in order.
#[tauri::command]
pub async fn job(
    shell: State<'_, Shell>,
    name: String,
    request: Value,
    events: Channel<JobEvent>,
) -> Result<Value, Problem> {
    let listener = Arc::new(move |event: JobEvent| {
        if let Err(error) = events.send(event) {
            tracing::debug!(%error, "the window no longer listens to a job");
        }
    });
    router(&shell)?.job(&name, request, listener).await
}
