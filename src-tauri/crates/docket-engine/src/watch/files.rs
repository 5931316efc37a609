//! What a person does about one file of a watched folder.

use std::path::PathBuf;

use docket_domain::{Code, Import, Problem, WatchFileState, WatchId};
use docket_store as store;

use super::look::settle;
use crate::engine::{Engine, blocking};
use crate::events::JobListener;
use crate::imports::ImportOrder;

impl Engine {
    /// Tries a file again, although it did not change. True when it was known.
    pub async fn watch_retry(&self, id: WatchId, path: &str) -> Result<bool, Problem> {
        let path = path.to_owned();
        let known = self.write(move |tx| store::watch::forget(tx, id, &path)).await?;
        self.watch_changed();
        Ok(known)
    }

    /// Leaves open what a file's report did not name, or leaves out a report that seems to belong
    /// elsewhere, and asks no more.
    ///
    /// # Errors
    /// The file does not ask.
    pub async fn watch_leave_open(&self, id: WatchId, path: &str) -> Result<(), Problem> {
        let path = path.to_owned();
        self.write(move |tx| {
            let (mut file, sha256) = store::watch::file(tx, id, &path)?;
            if file.state != WatchFileState::Asks {
                return Err(nothing_asked());
            }
            file.state =
                if file.import.is_some() { WatchFileState::Imported } else { WatchFileState::Failed };
            store::watch::note(tx, id, &file, &sha256)
        })
        .await?;
        self.watch_changed();
        Ok(())
    }

    /// Closes what a file's report did not name, although that is nearly everything, or reads in
    /// a report that seems to belong elsewhere: the person was asked. The file is read once more.
    ///
    /// # Errors
    /// The file does not ask, is gone or changed meanwhile, or cannot be imported.
    pub async fn watch_close_anyway(
        &self,
        id: WatchId,
        path: &str,
        listener: JobListener,
    ) -> Result<Import, Problem> {
        let wanted = path.to_owned();
        let (watch, file, sha256) = self
            .read(move |r| {
                let (file, sha256) = store::watch::file(r, id, &wanted)?;
                Ok((store::watch::show(r, id)?, file, sha256))
            })
            .await?;
        if file.state != WatchFileState::Asks {
            return Err(nothing_asked());
        }
        let at = path.split('/').fold(PathBuf::from(&watch.folder), |at, part| at.join(part));
        let intake = blocking(move || docket_import::open(&at)).await?;
        if intake.sha256 != sha256 {
            return Err(Problem::new(Code::Conflict, "The file has changed since you were asked.")
                .hint("It is imported anew by itself; look at what it says then."));
        }
        let application = match file.import {
            Some(earlier) => self.read(move |r| Ok(store::imports::show(r, earlier)?.application)).await?,
            None => self.watch_application(&watch, &file).await?,
        };
        let order = ImportOrder {
            branch: file.branch.clone(),
            // Yes to one question is no yes to another one.
            close_anyway: file.import.is_some(),
            allow_mismatch: true,
            ..ImportOrder::new(application)
        };
        let import = self.import_intake(intake, order, listener).await?;
        let mut file = file;
        settle(&mut file, &import);
        file.at = self.now();
        self.write(move |tx| store::watch::note(tx, id, &file, &sha256)).await?;
        self.watch_changed();
        Ok(import)
    }
}

fn nothing_asked() -> Problem {
    Problem::new(Code::Conflict, "This file does not ask anything any more.")
}
