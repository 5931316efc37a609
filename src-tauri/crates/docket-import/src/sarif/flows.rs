//! Ways through the code: `codeFlows` (3.36–3.38).

use docket_domain::{Flow, Location};

use super::place::Places;
use crate::fields::{self, Notes};
use crate::json::Json;

/// Each thread flow as a way of its own; together they keep at most `limit` steps.
pub(super) fn of(result: &Json, places: &Places, limit: usize, notes: &mut Notes) -> Vec<Flow> {
    let mut flows = Vec::new();
    let mut room = limit;
    let mut left_out = false;
    for code_flow in fields::list(result, "codeFlows", notes) {
        for thread_flow in fields::list(code_flow, "threadFlows", notes) {
            let steps = fields::list(thread_flow, "locations", notes);
            left_out |= steps.len() > room;
            let kept: Vec<Location> =
                steps.iter().take(room).map(|step| step_location(step, places, notes)).collect();
            room -= kept.len();
            if !kept.is_empty() {
                let message = fields::rich(thread_flow.get("message"));
                let message = message.or_else(|| fields::rich(code_flow.get("message")));
                flows.push(Flow { message, steps: kept });
            }
        }
    }
    if left_out {
        notes.once("flows", format!("A result has more than {limit} code flow steps; the rest was left out, of further results too."));
    }
    flows
}

/// One step: its own location, or the shared one that it points to (3.38.2).
fn step_location(step: &Json, places: &Places, notes: &mut Notes) -> Location {
    let own = step.get("location");
    let shared = step.get("index").index().and_then(|index| places.flow_steps.get(index));
    match shared {
        Some(shared) if !own.is_map() => places.location(shared.get("location"), notes),
        _ => places.location(own, notes),
    }
}
