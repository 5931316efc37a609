//! Taking an import back: what it would do, and doing it.

use docket_domain::job::Progress;
use docket_domain::{ImportId, Problem, TakeBack};
use docket_store as store;

use crate::engine::{Engine, blocking};
use crate::events::JobListener;

impl Engine {
    /// What taking an import back would do, or why it cannot be taken back. Nothing is changed.
    ///
    /// # Errors
    /// The import does not exist, or the data folder cannot be read.
    pub async fn import_undo_look(&self, id: ImportId) -> Result<TakeBack, Problem> {
        self.read(move |r| store::take_back::look(r, id)).await
    }

    /// Takes an import back whole: afterwards everything is as if it had never been read, but for
    /// what people did since. With `keep_judged` findings that it found first and that were judged
    /// since, or are in issues, stay.
    ///
    /// # Errors
    /// `Code::Conflict`: a later import of the same scope builds on it, how things were is not known
    /// any more, or findings would have to stay and that was not said. Nothing is changed then, nor
    /// when a person cancels.
    pub async fn import_undo(
        &self,
        id: ImportId,
        keep_judged: bool,
        listener: JobListener,
    ) -> Result<TakeBack, Problem> {
        let file = self.read(move |r| store::imports::show(r, id)).await?.file;
        let title = format!("Taking back {file}");
        let text = title.clone();
        let done = self
            .run_job("import_undo", &title, listener, |run| async move {
                let store = self.0.store.clone();
                blocking(move || {
                    store.take_back(id, keep_judged, move |done, total| {
                        run.progress(Progress {
                            text: text.clone(),
                            done,
                            total: Some(total),
                            unit: "findings".to_owned(),
                            ..Progress::default()
                        });
                        crate::testing::pause_point("taking-back");
                        !run.is_cancelled()
                    })
                })
                .await
            })
            .await?;
        self.changed(&["Imports", "Findings", "Applications"]);
        Ok(done)
    }
}
