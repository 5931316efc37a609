//! Pages for a browser.
use crate::core::{Arrived, Core};
use crate::reply::Answer;

pub(crate) fn answer(_core: &Core, _arrived: &Arrived) -> Answer {
    Answer::html(404, "<!DOCTYPE html><title>Not found</title>".to_owned())
}
