//! The desktop shell: builds the engine, shows one window, carries the wire.
//!
//! Invariant: no rule of the product lives here. The window speaks through two commands,
//! `rpc` and `job`; what they can do is the contract of `docket-api`.

mod arguments;
mod wire;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use arguments::Arguments;
use docket_api::Router;
use docket_domain::Problem;
use docket_engine::{Engine, EventSink, Options};
use tauri::{AppHandle, Emitter, Manager, WebviewUrl, WebviewWindowBuilder};

/// What the commands work on: the router, or the reason why there is none (a newer data
/// folder, say), which the window then shows instead of its pages.
struct Shell {
    router: Result<Arc<Router>, Problem>,
}

/// Tells the window which cached answers are stale.
struct ToWindow(AppHandle);

impl EventSink for ToWindow {
    fn changed(&self, tags: &[&str]) {
        if let Err(error) = self.0.emit("docket://changed", tags) {
            tracing::warn!(%error, "the window could not be told about a change");
        }
    }
}

/// Runs the desktop application until its window is closed.
pub fn run() -> ExitCode {
    let folder = std::env::current_dir().unwrap_or_default();
    let arguments = match Arguments::parse(std::env::args_os().skip(1), &folder) {
        Ok(arguments) => arguments,
        Err(words) => {
            eprintln!("{words}");
            return ExitCode::from(2);
        }
    };
    let data_dir = docket_engine::data_dir(arguments.data_dir.as_deref());
    let log = data_dir.as_ref().ok().map(|dir| docket_engine::logging::to_file(dir));

    let built = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, words, folder| {
            show(app);
            let words = words.into_iter().skip(1).map(Into::into);
            match Arguments::parse(words, Path::new(&folder)) {
                Ok(asked) => offer(app, &asked.reports),
                Err(words) => tracing::warn!(%words, "a second start was not understood"),
            }
        }))
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .invoke_handler(tauri::generate_handler![wire::rpc, wire::job])
        .setup(move |app| {
            let router = data_dir.and_then(|dir| open(app.handle(), &dir));
            if let Err(problem) = &router {
                tracing::error!(?problem, "the data folder could not be opened");
            }
            if let Ok(router) = &router {
                watch(Arc::clone(router));
            }
            app.manage(Shell { router });
            WebviewWindowBuilder::new(app, "main", first_page(&arguments.reports))
                .title("Docket")
                .inner_size(1440.0, 900.0)
                .min_inner_size(760.0, 520.0)
                .build()?;
            Ok(())
        })
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            eprintln!("Docket's window could not be opened: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = app.run_return(|_app, _event| {
        // macOS hands over files as events, not as words on the command line.
        #[cfg(target_os = "macos")]
        if let tauri::RunEvent::Opened { urls } = _event {
            let reports: Vec<PathBuf> = urls.iter().filter_map(|url| url.to_file_path().ok()).collect();
            offer(_app, &reports);
        }
    });
    drop(log);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

fn open(app: &AppHandle, dir: &Path) -> Result<Arc<Router>, Problem> {
    let events: Arc<dyn EventSink> = Arc::new(ToWindow(app.clone()));
    let engine = tauri::async_runtime::block_on(Engine::open(Options::new(dir).with_events(events)))?;
    Ok(Arc::new(Router::new(engine)))
}

/// Notices what another process (the command line) writes into the same data folder.
fn watch(router: Arc<Router>) {
    tauri::async_runtime::spawn(async move {
        // New reports in watched folders; where none is watched this does nothing.
        router.engine().watch_begin();
        let mut pulse = tokio::time::interval(Duration::from_secs(2));
        loop {
            pulse.tick().await;
            router.engine().notice_other_writers().await;
        }
    });
}

/// The page that the window begins with: the import form when reports were handed over.
fn first_page(reports: &[PathBuf]) -> WebviewUrl {
    if reports.is_empty() {
        return WebviewUrl::default();
    }
    let mut page = String::from("index.html#/imports?new=1");
    for report in reports {
        page.push_str("&file=");
        page.extend(form_urlencoded::byte_serialize(report.to_string_lossy().as_bytes()));
    }
    WebviewUrl::App(page.into())
}

/// Offers reports to the running window, as if they had been dropped on it.
fn offer(app: &AppHandle, reports: &[PathBuf]) {
    if reports.is_empty() {
        return;
    }
    if let Err(error) = app.emit("docket://open", reports) {
        tracing::warn!(%error, "the window could not be told about a report to open");
    }
}

/// Brings the window of the running instance to the front.
fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main") {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}
