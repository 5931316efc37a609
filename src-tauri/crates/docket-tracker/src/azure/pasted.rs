//! What an address of Azure DevOps may hold, and what to paste instead of one that is not
//! understood. Taking a pasted text apart is shared with the other trackers.

use docket_domain::Problem;

use crate::pasted::{self, Pasted};

/// What to paste instead.
pub(super) const HINT: &str =
    "Paste an address like https://dev.azure.com/acme/Shop, or that of a collection on your own server.";

/// The text is no address.
pub(super) fn not_understood(text: &str) -> Problem {
    Problem::bad_input(format!(
        "«{}» is not understood as an address of an Azure DevOps.",
        pasted::shown(text)
    ))
    .hint(HINT)
}

/// Refuses an address that holds a login, without repeating it. Azure DevOps itself puts the
/// organisation's name in front of the host in clone addresses; that is none.
pub(super) fn refuse_login(pasted: &Pasted, organisation: &str) -> Result<(), Problem> {
    let url = &pasted.url;
    if url.password().is_none() && url.username().eq_ignore_ascii_case(organisation) {
        return Ok(());
    }
    pasted::refuse_login(pasted)
}
