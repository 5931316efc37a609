//! What every command works with.

use docket_domain::{ApplicationId, Selection};
use docket_engine::Engine;

use crate::args::RowsFormat;
use crate::end::Failure;
use crate::pick;
use crate::terminal::Terminal;

/// One call of the command line: an engine, and somewhere to write.
pub(crate) struct Call<'t> {
    /// The opened data folder.
    pub engine: Engine,
    /// Where words go.
    pub terminal: &'t Terminal,
}

impl Call<'_> {
    /// The application that `--app` names, if it is given.
    pub async fn application(&self, wanted: Option<&str>) -> Result<Option<ApplicationId>, Failure> {
        match wanted {
            Some(wanted) => Ok(Some(pick::application(&self.engine, wanted).await?.id)),
            None => Ok(None),
        }
    }

    /// Everything that a query matches, in one application or all.
    pub async fn matching(&self, query: &str, app: Option<&str>) -> Result<Selection, Failure> {
        let application = self.application(app).await?;
        Ok(Selection::Matching { query: query.to_owned(), application, except: Vec::new() })
    }

    /// `--json` is one document of its own; another format beside it cannot be meant.
    pub fn one_way_to_write(&self, format: RowsFormat) -> Result<(), Failure> {
        if self.terminal.json && format != RowsFormat::Json {
            return Err(Failure::usage(
                "--json and another --format contradict each other.",
                "Leave one of them out.",
            ));
        }
        Ok(())
    }
}
