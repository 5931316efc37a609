//! Queries in the work item query language.

use serde_json::{Value, json};

use super::{Call, ok};
use crate::azure::refuse;
use crate::azure::render::moment;
use crate::azure::wiql;
use crate::reply::Handled;

pub(super) fn run(call: &mut Call<'_>) -> Handled {
    let project = call.named_project()?.map(|p| call.world.projects[p].name.clone());
    let precise = call.flag("timePrecision");
    let query = wiql::read(call.body["query"].as_str().unwrap_or_default(), project.as_deref(), precise)?;
    let found = query.find(call.world, precise);
    if found.len() > call.query_limit {
        let message = format!(
            "VS402337: The number of work items returned exceeds the size limit of {}. Change your query to return fewer \
             items.",
            call.query_limit
        );
        return Err(refuse::wit(400, "WorkItemTrackingQueryResultSizeLimitExceededException", &message));
    }
    let top = call.number("$top").unwrap_or(usize::MAX);
    let items: Vec<Value> =
        found.into_iter().take(top).map(|i| json!({ "id": i.id, "url": call.base.item_url(i.id) })).collect();
    let field = |f: &crate::azure::fields::Field| {
        let url = format!("{}/_apis/wit/fields/{}", call.base.0, f.reference);
        json!({ "referenceName": f.reference, "name": f.name, "url": url })
    };
    let columns: Vec<Value> = query.columns.iter().map(|f| field(f)).collect();
    let sorting: Vec<Value> =
        query.order.iter().map(|(f, d)| json!({ "field": field(f), "descending": d })).collect();
    ok(json!({
        "queryType": "flat",
        "queryResultType": "workItem",
        "asOf": moment(call.now),
        "columns": columns,
        "sortColumns": sorting,
        "workItems": items,
    }))
}
