//! Issues that findings are linked to.

use docket_domain::{IssueLink, Problem};
use docket_store as store;

use crate::engine::Engine;

impl Engine {
    /// A page of the linked issues, newest first, and how many there are.
    pub async fn issue_page(&self, offset: u64, limit: u32) -> Result<(Vec<IssueLink>, u64), Problem> {
        self.read(move |r| store::links::page(r, offset, limit.min(500))).await
    }
}
