//! The slices against the vendor's own examples, and against what is carried out.

use std::collections::HashMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::contract::{Contract, Edition};
use super::render::Base;
use super::routes::{Call, carry_out};
use super::setup::{AzureFlavour, AzureSetup};
use super::sow::sow;
use super::version::Version;

fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("DOCKET_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared"), PathBuf::from);
    let examples = folder.join("contracts/azure-devops/examples");
    if examples.is_dir() {
        return Some(examples);
    }
    eprintln!("SKIPPED LOUDLY: the vendor's examples are not at {}", examples.display());
    None
}

/// Examples of our operations, with the address that stands for each.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("POST__wit_workitems_create.json", "POST", "/p/_apis/wit/workitems/$Task"),
    ("GET__wit_WorkItems_id.json", "GET", "/p/_apis/wit/workitems/12"),
    ("GET__wit_WorkItems_ids-_ids_.json", "GET", "/_apis/wit/workitems"),
    ("GET__wit_WorkItems_ids-_ids___expand-all.json", "GET", "/_apis/wit/workitems"),
    ("GET__wit_WorkItems_ids-_ids__fields-_columns_.json", "GET", "/_apis/wit/workitems"),
    ("PATCH__wit_workitems__bug1Id_.json", "PATCH", "/_apis/wit/workitems/398"),
    ("PATCH__wit_workitems__bug1Id_2.json", "PATCH", "/_apis/wit/workitems/398"),
    ("PATCH__wit_workitems__taskId_.json", "PATCH", "/_apis/wit/workitems/299"),
    ("PATCH__wit_workitems__taskId_3.json", "PATCH", "/_apis/wit/workitems/299"),
    ("PATCH__wit_workitems__taskId_4.json", "PATCH", "/_apis/wit/workitems/299"),
    ("PATCH__wit_workitems__taskId_validate_only.json", "PATCH", "/_apis/wit/workitems/299"),
    ("DELETE__wit_workitems_id_.json", "DELETE", "/_apis/wit/workitems/299"),
    ("POST__wit_WorkItemsBatch_ids-_ids__fields-_columns_.json", "POST", "/_apis/wit/workitemsbatch"),
    ("POST__wit_workitems__taskId__comments_create.json", "POST", "/p/_apis/wit/workItems/299/comments"),
    ("GET__workitem_type_states.json", "GET", "/p/_apis/wit/workitemtypes/Bug/states"),
    ("GET__workItemType_fields.json", "GET", "/p/_apis/wit/workitemtypes/Bug/fields"),
    ("GET__workItemType_fields_expand.json", "GET", "/p/_apis/wit/workitemtypes/Bug/fields"),
    ("GET__wit_classificationNodes_areas__depth-2.json", "GET", "/p/_apis/wit/classificationnodes/Areas"),
    ("GET__wit_classificationNodes_areas__areaPath_.json", "GET", "/p/_apis/wit/classificationnodes/Areas/a"),
    ("GET__wit_fields.json", "GET", "/_apis/wit/fields"),
    ("GET__wit_fields__fieldName_.json", "GET", "/_apis/wit/fields/System.Title"),
];

#[test]
fn the_vendors_own_examples_agree_with_the_slices() {
    let Some(folder) = shared() else { return };
    let mut seen = 0;
    for edition in [Edition::V71, Edition::V72] {
        let contract = Contract::of(edition).unwrap();
        for (file, method, path) in EXAMPLES {
            let text = std::fs::read_to_string(folder.join(file)).unwrap();
            let example: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
            let (_, operation, _) = contract.find(method, path).unwrap_or_else(|| panic!("{method} {path}"));
            let body = &example["responses"]["200"]["body"];
            if !body.is_null() {
                let judged = contract.agrees(operation, 200, body);
                assert!(
                    judged.is_ok(),
                    "{file} as the answer of {} in {edition:?}: {judged:?}",
                    operation.id
                );
                seen += 1;
            }
            let sent = &example["parameters"]["body"];
            if sent.is_array() {
                let kind = Some("application/json-patch+json");
                let found = contract.check_request(operation, &[], kind, sent.to_string().as_bytes());
                assert!(found.is_empty(), "{file} as a request of {}: {found:?}", operation.id);
                seen += 1;
            }
        }
    }
    assert!(seen >= 40, "the examples were really looked at: {seen}");
}

#[test]
fn what_is_hand_written_says_so() {
    let text = include_str!("../../contracts/azure-hand-written.json");
    let document: Value = serde_json::from_str(text).unwrap();
    assert_eq!(document["source"][0]["origin"], "hand-written", "the file says where it is from");
    let mut ids: Vec<&str> =
        document["operations"].as_array().unwrap().iter().filter_map(|o| o["id"].as_str()).collect();
    ids.sort_unstable();
    assert_eq!(
        ids,
        [
            "hand-written: ConnectionData_Get",
            "hand-written: Resource Areas_Get",
            "hand-written: Work Items_Batch"
        ],
        "these three are in none of the vendor's documents"
    );
    for edition in [Edition::V71, Edition::V72] {
        let contract = Contract::of(edition).unwrap();
        for (method, path) in [("PATCH", "/_apis/wit/$batch"), ("GET", "/_apis/connectionData")] {
            assert!(contract.find(method, path).is_none(), "{path} is not the vendor's in {edition:?}");
        }
    }
}

#[test]
fn every_repair_is_told_with_its_reason() {
    for text in
        [include_str!("../../contracts/azure-7.1.json"), include_str!("../../contracts/azure-7.2.json")]
    {
        let document: Value = serde_json::from_str(text).unwrap();
        let repairs = document["repairs"].as_array().unwrap();
        let names: Vec<&str> = repairs.iter().filter_map(|r| r["name"].as_str()).collect();
        for name in ["byte order mark", "JsonPatchDocument", "value types", "bare arrays"] {
            assert!(names.contains(&name), "the repair '{name}' is told: {names:?}");
        }
        assert!(repairs.iter().all(|r| r["reason"].as_str().is_some_and(|t| t.len() > 20)), "each says why");
        let first = &document["definitions"]["JsonPatchDocument"];
        assert_eq!(first["type"], "array", "the repaired document is an array: {first}");
    }
}

#[test]
fn every_operation_of_the_slices_is_carried_out() {
    let setup = AzureSetup::demo();
    let flavour = AzureFlavour::Services;
    for edition in [Edition::V71, Edition::V72] {
        for operation in Contract::of(edition).unwrap().operations() {
            let (mut world, _) = sow(&setup).unwrap();
            let mut call = Call {
                world: &mut world,
                base: Base("http://127.0.0.1/contoso".to_owned()),
                flavour: &flavour,
                organisation: "contoso",
                params: HashMap::new(),
                query: Vec::new(),
                body: Value::Null,
                now: jiff::Timestamp::UNIX_EPOCH,
                who: 0,
                version: Version { number: (7, 1), preview: false },
                query_limit: 20_000,
                page: 100,
                missing_as_null: false,
            };
            assert!(carry_out(&operation.id, &mut call).is_some(), "{} is carried out", operation.id);
        }
    }
}

#[test]
fn wrong_answers_of_our_own_are_found() {
    let contract = Contract::of(Edition::V71).unwrap();
    let (_, operation, _) = contract.find("GET", "/_apis/wit/workitems/1").unwrap();
    for (status, body, word) in [
        (200, json!({ "id": "one" }), "integer"),
        (200, json!({ "id": 1, "titel": "x" }), "titel"),
        (200, json!({ "id": 1, "relations": {} }), "array"),
        (404, json!({ "message": "gone" }), "typeKey"),
        (201, json!({ "id": 1 }), "no 201"),
    ] {
        let found = contract.check_answer(operation, status, Some(&body));
        assert!(found.iter().any(|p| p.contains(word)), "{status} {body} is found by '{word}': {found:?}");
    }
    let right = json!({ "id": 1, "rev": 2, "fields": { "System.Title": "x", "Custom.Any": null } });
    assert_eq!(
        contract.check_answer(operation, 200, Some(&right)),
        Vec::<String>::new(),
        "and a right one is not"
    );
}
