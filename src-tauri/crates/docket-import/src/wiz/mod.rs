//! Wiz: its table of issues, its table of vulnerability findings, and the JSON of `wizcli`.

mod cli;
mod table;

pub(crate) use cli::WIZ_CLI;
pub(crate) use table::{WIZ_ISSUES, WIZ_VULNERABILITIES};

use docket_domain::{Found, Presence, SuppressionStatus};

use crate::make;

/// The state of an issue or finding, in Wiz's words.
fn judge(found: &mut Found, status: Option<&str>, reason: Option<String>, note: Option<String>) {
    match status.unwrap_or_default().to_ascii_uppercase().replace(' ', "_").as_str() {
        "RESOLVED" => found.presence = Presence::Absent,
        "REJECTED" | "IGNORED" => {
            let kind = reason.map(|reason| reason.replace('_', " ").to_lowercase());
            let kind = kind.unwrap_or_else(|| "rejected".to_owned());
            make::suppressed(found, SuppressionStatus::Accepted, &kind, note);
        }
        _ => {}
    }
}
