//! GraphQL: a query is checked against the vendor's schema, carried out over the world, and answered as the vendor
//! does — errors come with status 200 and a `type`.

mod connection;
mod filter;
mod scene;
mod things;

use std::cell::RefCell;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::{GraphQLError, JsonMap};
use serde_json::{Value, json};

use crate::contract::graphql_schema;
use crate::core::Core;
use crate::locked;
use crate::reply::{Answer, refuse};
use crate::site::Arrived;
use scene::{Scene, split_error};
use things::{Node, Thing};

pub(crate) fn answer(core: &Core, arrived: &Arrived) -> Answer {
    core.front.name_operation(arrived.index, "graphql");
    execute(core, arrived).unwrap_or_else(|refusal| *refusal)
}

/// A request's three known parts.
struct Asked {
    query: String,
    variables: JsonMap,
    operation: Option<String>,
}

fn read(arrived: &Arrived) -> Result<Asked, String> {
    let body: Value = serde_json::from_slice(&arrived.body).map_err(|e| format!("body: not JSON: {e}"))?;
    let map = body.as_object().ok_or("body: not an object")?;
    if let Some(key) = map.keys().find(|k| !matches!(k.as_str(), "query" | "variables" | "operationName")) {
        return Err(format!("body: there is no key '{key}'"));
    }
    let query = body["query"].as_str().ok_or("body: 'query' is missing")?.to_owned();
    let variables = match &body["variables"] {
        Value::Null => JsonMap::new(),
        given => serde_json::from_value(given.clone()).map_err(|e| format!("body: 'variables': {e}"))?,
    };
    Ok(Asked { query, variables, operation: body["operationName"].as_str().map(ToOwned::to_owned) })
}

fn execute(core: &Core, arrived: &Arrived) -> Result<Answer, Box<Answer>> {
    if arrived.method != "POST" {
        core.front.violate(arrived, 599, vec!["GraphQL is asked by POST only".to_owned()]);
        return Err(Box::new(Answer::not_found()));
    }
    if arrived.header("user-agent").is_none_or(str::is_empty) {
        return Err(refuse(403, "Request forbidden by administrative rules."));
    }
    let broken = |problem: String| {
        core.front.violate(arrived, 598, vec![problem.clone()]);
        refuse(598, &problem)
    };
    let schema = graphql_schema().map_err(|e| core.own_fault(arrived, vec![e]))?;
    let asked = read(arrived).map_err(broken)?;
    let document = ExecutableDocument::parse_and_validate(schema, &asked.query, "request.graphql")
        .map_err(|e| broken(format!("query: {}", e.errors.to_string().replace('\n', " "))))?;
    let operation = document
        .operations
        .get(asked.operation.as_deref())
        .map_err(|e| broken(format!("operationName: {}", e.message())))?;
    let variables = coerce_variable_values(schema, operation, &asked.variables)
        .map_err(|e| broken(format!("variables: {}", e.message())))?;
    let (caller, allowance) = core.admit(arrived, "graphql")?;
    if caller.account.is_none() {
        return Err(refuse(401, "This endpoint requires you to be authenticated."));
    }
    let world = locked(&core.world);
    let urls = core.urls(arrived);
    let scene = Scene { world: &world, caller: &caller, urls: &urls, allowance, beside: RefCell::default() };
    let root = Node { thing: Thing::Query, scene: &scene };
    let done = Execution::new(schema, &document)
        .operation(operation)
        .coerced_variable_values(&variables)
        .execute_sync(&root)
        .map_err(|e| core.own_fault(arrived, vec![format!("execution: {}", e.message())]))?;
    let mut own = Vec::new();
    let mut errors: Vec<Value> = done.errors.iter().map(|e| shaped(e, &mut own)).collect();
    for (path, text) in scene.beside.take() {
        if let Some((kind, message)) = split_error(&text) {
            errors.push(json!({ "type": kind, "path": path, "message": message }));
        }
    }
    drop(world);
    if !own.is_empty() {
        return Err(core.own_fault(arrived, own));
    }
    let mut body = json!({ "data": done.data });
    if !errors.is_empty() {
        body["errors"] = Value::Array(errors);
    }
    Ok(core.finish(arrived, Answer::json(200, body), "graphql", &caller, crate::core::OLD_VERSION))
}

/// The vendor's form of an error: `type` beside `message`. An error without a type is our own mistake.
fn shaped(error: &GraphQLError, own: &mut Vec<String>) -> Value {
    let Some((kind, message)) = split_error(&error.message) else {
        own.push(format!("{} at {:?}", error.message, error.path));
        return Value::Null;
    };
    let locations: Vec<Value> =
        error.locations.iter().map(|l| json!({ "line": l.line, "column": l.column })).collect();
    json!({ "type": kind, "path": error.path, "locations": locations, "message": message })
}
