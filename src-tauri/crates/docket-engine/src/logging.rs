//! The log: a file a day in the data folder, kept for a week. It holds causes under their
//! trace ids, never secrets and never what a finding says.

use std::path::{Path, PathBuf};

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The folder of the log files.
pub fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("logs")
}

/// Keep this until the process ends: dropping it writes what is still in memory.
pub struct Log {
    _guard: Option<WorkerGuard>,
}

/// Logs to the data folder's `logs/docket.<day>.log`; `DOCKET_LOG` sets the filter
/// (`info` when absent). When the folder cannot be written the program goes on without.
pub fn to_file(data_dir: &Path) -> Log {
    let filter = EnvFilter::try_from_env("DOCKET_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,hyper=warn,reqwest=warn"));
    // The appender complains on standard error about a folder that is not there yet.
    if std::fs::create_dir_all(folder(data_dir)).is_err() {
        return Log { _guard: None };
    }
    let appender = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("docket")
        .filename_suffix("log")
        .max_log_files(7)
        .build(folder(data_dir));
    let Ok(appender) = appender else { return Log { _guard: None } };
    let (writer, guard) = tracing_appender::non_blocking(appender);
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false).with_target(true);
    if tracing_subscriber::registry().with(filter).with(layer).try_init().is_err() {
        tracing::debug!("logging was set up before");
    }
    Log { _guard: Some(guard) }
}
