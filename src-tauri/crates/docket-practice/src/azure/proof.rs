//! The table and the corrections against the vendor's own documents and examples, and against what is carried out.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::contract::{Contract, Found};
use super::files::Brought;
use super::operations::{self, Answers, Kind, OPERATIONS, Operation, Told};
use super::render::Base;
use super::repairs::{How, REPAIRS, repaired};
use super::routes::{Call, carry_out};
use super::setup::{AzureFlavour, AzureSetup};
use super::sow::sow;
use super::vendor::{self, Paper, azure_contract_folder};
use super::version::Version;

/// The vendor's documents with their examples.
fn vendors() -> Option<PathBuf> {
    let folder = azure_contract_folder().filter(|f| f.join("examples").is_dir());
    if folder.is_none() {
        eprintln!(
            "SKIPPED LOUDLY: the vendor's documents are not in contracts/azure-devops of the shared folder, and nothing is \
             compared with them"
        );
    }
    folder
}

fn asked(method: &str, path: &str, modern: bool) -> Found {
    let (operation, params) = operations::find(method, path).unwrap_or_else(|| panic!("{method} {path}"));
    let version = if modern { (7, 2) } else { (7, 1) };
    Found { operation, params, modern, version }
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
    ("PATCH__wit_workitems__taskId_6.json", "PATCH", "/_apis/wit/workitems/299"),
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
fn the_vendors_own_examples_agree_with_its_corrected_documents() {
    let Some(folder) = vendors() else { return };
    let contract = Contract { vendor: Some(folder.clone()) };
    let mut seen = 0;
    for modern in [false, true] {
        for (file, method, path) in EXAMPLES {
            let text = std::fs::read_to_string(folder.join("examples").join(file)).unwrap();
            let example: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
            let found = asked(method, path, modern);
            let id = found.operation.id;
            let body = &example["responses"]["200"]["body"];
            if !body.is_null() && found.operation.answers == Answers::Json {
                // Without our check of keys: examples hold some that the documents lack.
                let paper = Paper::of(found.operation, modern).unwrap();
                let place = vendor::answer_place(found.operation);
                let validator = vendor::schemas(&folder, paper).unwrap().validator(&place).unwrap();
                let judged = validator.validate(body);
                assert!(judged.is_ok(), "{file} as the answer of {id} (7.2: {modern}): {judged:?}");
                seen += 1;
            }
            let sent = &example["parameters"]["body"];
            if sent.is_array() {
                let kind = Some(operations::JSON_PATCH);
                let problems = contract.check_request(&found, &[], kind, sent.to_string().as_bytes());
                assert!(problems.is_empty(), "{file} as a request of {id}: {problems:?}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 40, "the examples were really looked at: {seen}");
}

/// What the vendor says of a query parameter, as our table would.
fn kind_agrees(kind: Kind, said: &Value) -> bool {
    let choices = || said["enum"].as_array().map(|l| l.iter().filter_map(Value::as_str).collect::<Vec<_>>());
    match kind {
        Kind::Int => said["type"] == "integer",
        Kind::Ints => said["format"] == "array (int32)",
        Kind::Bool => said["type"] == "boolean",
        Kind::Choice(ours) => choices().is_some_and(|theirs| theirs == ours),
        Kind::Text => said["type"] == "string" && choices().is_none() && said["format"] != "array (int32)",
    }
}

fn compare(document: &Value, operation: &Operation, modern: bool) {
    let name = format!("{} (7.2: {modern})", operation.id);
    let told = vendor::told(document, operation).unwrap();
    assert_eq!(told["operationId"], operation.id, "the name of {name}");
    let mut theirs: BTreeMap<&str, &Value> = vendor::parameters(document, told)
        .filter(|p| p["in"] == "query" && p["name"] != "api-version")
        .filter_map(|p| Some((p["name"].as_str()?, p)))
        .collect();
    let required: Vec<&str> = theirs.iter().filter(|(_, p)| p["required"] == true).map(|(n, _)| *n).collect();
    assert_eq!(required, operation.required, "what {name} needs");
    // The document has this parameter in an operation of its own, whose path differs by the query only.
    let formats = format!("/{{organization}}{}?format={{format}}", operation.path);
    if operation.id == "Comments_Add Comment" {
        let other = &document["x-ms-paths"][formats]["post"];
        theirs.extend(
            vendor::parameters(document, other).filter(|p| p["name"] == "format").map(|p| ("format", p)),
        );
    }
    for (query, kind) in operation.query {
        let said = theirs.remove(query).unwrap_or_else(|| panic!("{name} has no '{query}'"));
        assert!(kind_agrees(*kind, said), "'{query}' of {name} is {kind:?} here and there {said}");
    }
    assert!(theirs.is_empty(), "{name} knows more: {:?}", theirs.keys());
    let body = vendor::parameters(document, told).any(|p| p["in"] == "body");
    let sends = body.then(|| told["consumes"][0].as_str().unwrap());
    assert_eq!(sends, operation.sends.map(|(kind, _)| kind), "what {name} takes");
    let statuses: Vec<&String> = told["responses"].as_object().unwrap().keys().collect();
    assert_eq!(statuses, ["200"], "what {name} answers");
    assert_eq!(
        told["responses"]["200"]["schema"].is_object(),
        operation.answers != Answers::Nothing,
        "whether {name} answers a body"
    );
    let scopes: Vec<&str> = told["security"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|s| s["oauth2"].as_array().into_iter().flatten().filter_map(Value::as_str))
        .collect();
    assert_eq!(scopes, operation.scopes, "the scopes of {name}");
    let preview = operation.preview || (modern && operation.told == Told::Tracking);
    assert_eq!(told["x-ms-preview"] == true, preview, "whether {name} is a preview");
}

#[test]
fn the_table_says_what_the_vendors_documents_say() {
    let Some(folder) = vendors() else { return };
    let read = |p: Paper| repaired(&std::fs::read_to_string(folder.join(p.file())).unwrap(), p).unwrap();
    let documents: BTreeMap<Paper, Value> = Paper::ALL.into_iter().map(|p| (p, read(p))).collect();
    let mut compared = 0;
    for modern in [false, true] {
        for operation in OPERATIONS {
            let Some(paper) = Paper::of(operation, modern) else { continue };
            compare(&documents[&paper], operation, modern);
            compared += 1;
        }
    }
    assert_eq!(compared, 60, "30 operations in two editions were compared");
    for operation in OPERATIONS.iter().filter(|o| matches!(o.told, Told::Nowhere(_))) {
        for (paper, document) in &documents {
            let there = vendor::told(document, operation);
            assert!(there.is_err(), "{} is in {paper:?} and need not be written by hand", operation.id);
        }
    }
}

#[test]
fn every_correction_is_an_error_once_the_vendor_has_made_it() {
    let Some(folder) = vendors() else { return };
    for paper in Paper::ALL {
        assert!(vendor::schemas(&folder, paper).is_ok(), "{paper:?} can be used as it is");
        let text = std::fs::read_to_string(folder.join(paper.file())).unwrap();
        let bare = text.strip_prefix('\u{feff}').unwrap();
        let told = repaired(bare, paper).unwrap_err();
        assert!(told.contains("'byte order mark' no longer applies"), "{paper:?}: {told}");
        let document: Value = serde_json::from_str(bare).unwrap();
        for repair in REPAIRS.iter().filter(|r| r.papers.contains(&paper)) {
            let How::Replace { places, becomes, .. } = &repair.how else { continue };
            for place in *places {
                let mut made = document.clone();
                *made.pointer_mut(place).unwrap() = serde_json::from_str(becomes).unwrap();
                let told = repaired(&format!("\u{feff}{made}"), paper).unwrap_err();
                let wanted = format!("'{}' no longer applies: {place}", repair.name);
                assert!(told.contains(&wanted), "{paper:?} says {wanted}: {told}");
            }
        }
        let mut made = repaired(&text, paper).unwrap();
        for operation in OPERATIONS.iter().filter(|o| Paper::of(o, paper == Paper::Tracking72) == Some(paper))
        {
            let path = format!("/{{organization}}{}", operation.path);
            let schema =
                &mut made["paths"][path][operation.method.to_lowercase()]["responses"]["200"]["schema"];
            if schema["type"] == "array" {
                *schema = json!({ "type": "object" });
            }
        }
        let told = vendor::ours(&made, paper).unwrap_err();
        assert!(told.contains("'bare arrays' no longer applies"), "{paper:?}: {told}");
    }
}

#[test]
fn what_is_hand_written_says_so() {
    let text = include_str!("../../contracts/azure-hand-written.json");
    let document: Value = serde_json::from_str(text).unwrap();
    assert_eq!(document["source"]["origin"], "hand-written", "the file says where it is from");
    for operation in OPERATIONS {
        let own = matches!(operation.told, Told::Nowhere(_));
        assert_eq!(operation.id.starts_with("hand-written: "), own, "{} says where it is from", operation.id);
        let answer = if let Told::Nowhere(shape) = operation.told { Some(shape) } else { None };
        for shape in answer.into_iter().chain(operation.sends.and_then(|(_, shape)| shape)) {
            assert!(document["definitions"][shape].is_object(), "{shape} of {} is described", operation.id);
        }
    }
}

#[test]
fn every_operation_of_the_table_is_carried_out() {
    let setup = AzureSetup::demo();
    let flavour = AzureFlavour::Services;
    // Answered before any operation is carried out.
    let apart = ["hand-written: Work Items_Batch", "hand-written: Resource Areas_Get"];
    for operation in OPERATIONS.iter().filter(|o| !apart.contains(&o.id)) {
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
            overlooks_markdown: false,
            brought: Brought::default(),
        };
        assert!(carry_out(operation.id, &mut call).is_some(), "{} is carried out", operation.id);
    }
}

#[test]
fn wrong_answers_of_our_own_are_found() {
    let found = asked("GET", "/_apis/wit/workitems/1", false);
    let judge = |vendor: Option<PathBuf>, cases: &[(u16, Value, &str)]| {
        let contract = Contract { vendor };
        for (status, body, word) in cases {
            let problems = contract.check_answer(&found, *status, Some(body));
            assert!(problems.iter().any(|p| p.contains(word)), "{status} {body} by '{word}': {problems:?}");
        }
        let right = json!({ "id": 1, "rev": 2, "fields": { "System.Title": "x", "Custom.Any": null } });
        let problems = contract.check_answer(&found, 200, Some(&right));
        assert_eq!(problems, Vec::<String>::new(), "and a right one is not");
        assert!(!contract.check_answer(&found, 200, None).is_empty(), "no body is one mistake");
    };
    judge(None, &[(404, json!({ "message": "gone" }), "typeKey"), (201, json!({ "id": 1 }), "no 201")]);
    let Some(folder) = vendors() else { return };
    judge(
        Some(folder),
        &[
            (200, json!({ "id": "one" }), "integer"),
            (200, json!({ "id": 1, "titel": "x" }), "titel"),
            (200, json!({ "id": 1, "relations": {} }), "array"),
            (404, json!({ "message": "gone" }), "typeKey"),
            (201, json!({ "id": 1 }), "no 201"),
        ],
    );
}
