//! Long work, watched: its progress told, its news handed on, Ctrl-C obeyed.
//!
//! The first Ctrl-C asks the work to stop where it is safe; the second ends the process. At
//! any moment that loses nothing: what is done is on disk.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, OnceLock};

use docket_domain::job::{JobEvent, JobNews};
use docket_domain::{JobId, Problem};
use docket_engine::JobListener;
use tokio::sync::mpsc;

use crate::call::Call;
use crate::progress::Teller;
use crate::terminal::complain;

/// Runs `work` to its end. Stages and steps go to `news`.
pub(crate) async fn watched<T, F>(
    call: &Call<'_>,
    work: impl FnOnce(JobListener) -> F,
    mut news: impl AsyncFnMut(JobNews, &Teller),
) -> Result<T, Problem>
where
    F: Future<Output = Result<T, Problem>>,
{
    let teller = Arc::new(Teller::new(call.terminal));
    let job: Arc<OnceLock<JobId>> = Arc::default();
    let (tx, mut rx) = mpsc::unbounded_channel();
    let mut interrupts = Interrupts::listen();
    let mut work = pin!(work(listener(Arc::clone(&teller), Arc::clone(&job), tx)));
    let mut asked = false;
    let result = loop {
        tokio::select! {
            result = &mut work => break result,
            Some(one) = rx.recv() => news(one, &teller).await,
            () = interrupts.next() => {
                if asked {
                    std::process::exit(1);
                }
                asked = true;
                teller.aside(|| complain("Stopping at the next safe place. Ctrl-C again ends at once."));
                match job.get() {
                    Some(id) => drop(call.engine.job_cancel(*id)),
                    // Not begun: nothing to stop.
                    None => break Err(Problem::cancelled()),
                }
            }
        }
    };
    while let Ok(one) = rx.try_recv() {
        news(one, &teller).await;
    }
    result
}

/// For work without news.
pub(crate) async fn quietly<T, F>(call: &Call<'_>, work: impl FnOnce(JobListener) -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<T, Problem>>,
{
    watched(call, work, async |_: JobNews, _: &Teller| {}).await
}

fn listener(
    teller: Arc<Teller>,
    job: Arc<OnceLock<JobId>>,
    tx: mpsc::UnboundedSender<JobNews>,
) -> JobListener {
    Arc::new(move |event: JobEvent| match event.news {
        JobNews::Started => {
            job.get_or_init(|| event.job);
        }
        JobNews::Progress { progress } => teller.tell(&progress),
        // The receiver goes away only together with the work.
        news => drop(tx.send(news)),
    })
}

/// Ctrl-C, and on Unix also a polite request to end.
pub(crate) struct Interrupts {
    #[cfg(unix)]
    signals: Vec<tokio::signal::unix::Signal>,
    #[cfg(windows)]
    signals: Vec<tokio::signal::windows::CtrlC>,
}

impl Interrupts {
    /// From now on they no longer end the process by themselves. Where that cannot be had
    /// they still do.
    #[cfg(unix)]
    pub fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        Self { signals: kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect() }
    }

    /// From now on Ctrl-C no longer ends the process by itself.
    #[cfg(windows)]
    pub fn listen() -> Self {
        Self { signals: tokio::signal::windows::ctrl_c().into_iter().collect() }
    }

    /// The next one.
    pub async fn next(&mut self) {
        std::future::poll_fn(|context| {
            if self.signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready()) {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
    }
}
