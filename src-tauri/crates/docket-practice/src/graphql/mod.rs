//! GraphQL: a query is checked against the vendor's schema, carried out over the world, and answered as the vendor
//! does — errors come with status 200 and a `type`.

mod connection;
mod filter;
mod mutations;
mod projects;
mod scene;
mod things;

use std::collections::HashMap;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::{GraphQLError, JsonMap};
use serde_json::{Value, json};

use crate::contract::graphql_schema;
use crate::core::Core;
use crate::locked;
use crate::reply::{Answer, refuse};
use crate::routes::Drops;
use crate::setup::Flavour;
use crate::site::Arrived;
use scene::{Scene, split_error};
use things::{Node, Thing};

pub(crate) fn answer(core: &Core, arrived: &Arrived, drops: Drops) -> Answer {
    core.front.name_operation(arrived.index, "graphql");
    execute(core, arrived, drops).unwrap_or_else(|refusal| *refusal)
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

fn execute(core: &Core, arrived: &Arrived, drops: Drops) -> Result<Answer, Box<Answer>> {
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
    let schema =
        graphql_schema(core.flavour == Flavour::Cloud).map_err(|e| core.own_fault(arrived, vec![e]))?;
    let asked = read(arrived).map_err(broken)?;
    if let Some(answer) = too_old(core, &asked.query) {
        return Ok(answer);
    }
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
    let mut world = locked(&core.world);
    let urls = core.urls(arrived);
    let mut done = HashMap::new();
    if operation.is_mutation() {
        let nothing = HashMap::new();
        let scene = Scene::new(&world, &caller, &urls, allowance, &nothing);
        let root = Node { thing: Thing::Mutation, scene: &scene };
        Execution::new(schema, &document)
            .operation(operation)
            .coerced_variable_values(&variables)
            .execute_sync(&root)
            .map_err(|e| core.own_fault(arrived, vec![format!("execution: {}", e.message())]))?;
        let asked = scene.asked.take();
        for one in asked {
            let change = {
                let nothing = HashMap::new();
                mutations::judge_one(&Scene::new(&world, &caller, &urls, allowance, &nothing), &one)
            };
            let made = change.and_then(|c| mutations::make(&mut world, c, drops.project_fields, core.now()));
            done.insert(one.key, made);
        }
    }
    let scene = Scene::new(&world, &caller, &urls, allowance, &done);
    let thing = if operation.is_mutation() { Thing::Mutation } else { Thing::Query };
    let root = Node { thing, scene: &scene };
    let done = Execution::new(schema, &document)
        .operation(operation)
        .coerced_variable_values(&variables)
        .enable_schema_introspection(true)
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

/// Enterprise Server before 3.9 has no projects of the new kind: its schema does not know the words.
fn too_old(core: &Core, query: &str) -> Option<Answer> {
    let Flavour::Enterprise { version } = &core.flavour else { return None };
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0_u32));
    let old = (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) < (3, 9);
    (old && query.contains("rojectV2")).then(|| {
        Answer::json(
            200,
            json!({ "errors": [{
            "path": ["query", "projectV2"],
            "extensions": { "code": "undefinedField", "typeName": "Organization", "fieldName": "projectV2" },
            "locations": [{ "line": 1, "column": 1 }],
            "message": "Field 'projectV2' doesn't exist on type 'Organization'",
        }] }),
        )
    })
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
