//! What can be made here on somebody's consent: nothing, because nothing that a mapping needs
//! is both missing and Docket's to make. Tags come into being with the work item that bears
//! them; states, fields and their values belong to the process, which administrators change.

use docket_domain::check::{Repair, RepairKind};
use docket_domain::{Code, Destination, Problem};

use super::api::Api;
use super::document::not_a_tag;
use super::write::NO_MILESTONES;
use crate::error::WriteError;

/// Makes what is missing; see [`crate::Tracker::repair`].
pub(super) fn repair(api: &Api, to: &Destination, repair: &Repair) -> Result<String, WriteError> {
    let refused = |message: String, hint: String| {
        Err(WriteError::refused(Problem::new(Code::BadInput, message).hint(hint)))
    };
    match repair.kind {
        RepairKind::Label => match not_a_tag(&repair.name) {
            None => Ok(format!(
                "Nothing had to be made: the tag «{}» comes into being with the first work item in {}.",
                repair.name, to.target
            )),
            Some(why) => refused(
                format!("«{}» cannot be a tag: {why}.", repair.name),
                "Choose another label in the mapping.".to_owned(),
            ),
        },
        RepairKind::Milestone => {
            refused(NO_MILESTONES.to_owned(), "Open the mapping and choose an iteration.".to_owned())
        }
        RepairKind::Option => refused(
            format!(
                "«{}» belongs to the process of {}, which only its administrators change.",
                repair.name, to.target
            ),
            process_steps(api).join(" "),
        ),
    }
}

/// How an administrator adds a value, a state or a field.
pub(super) fn process_steps(api: &Api) -> Vec<String> {
    vec![
        format!(
            "Open {}/_settings/process (an administrator of {} can).",
            api.address.base(),
            api.address.whose()
        ),
        "Choose the process of the project; make an inherited one first if it is one of Microsoft's own."
            .to_owned(),
        "Choose the work item type and change its states or fields.".to_owned(),
    ]
}
