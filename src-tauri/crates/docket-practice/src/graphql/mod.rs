//! GraphQL: queries are checked against the vendor's schema and answered from the world.
use crate::core::{Arrived, Core};
use crate::reply::Answer;

pub(crate) fn answer(core: &Core, arrived: &Arrived) -> Answer {
    core.violate(arrived, 599, vec!["GraphQL is not answered yet".to_owned()]);
    Answer::not_found()
}
