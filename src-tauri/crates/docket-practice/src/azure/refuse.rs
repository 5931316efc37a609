//! The vendor's error shapes.

use serde_json::{Value, json};

use crate::reply::Answer;

const WIT: &str = "Microsoft.TeamFoundation.WorkItemTracking.Server";

fn body(message: &str, key: &str, space: &str, event: u32) -> Value {
    json!({
        "$id": "1",
        "innerException": null,
        "message": message,
        "typeName": format!("{space}.{key}, {space}"),
        "typeKey": key,
        "errorCode": 0,
        "eventId": event,
    })
}

/// An error of work item tracking.
pub(crate) fn wit(status: u16, key: &str, message: &str) -> Box<Answer> {
    Box::new(Answer::json(status, body(message, key, WIT, 3200)))
}

/// An error of the platform below it.
pub(crate) fn platform(status: u16, key: &str, message: &str) -> Box<Answer> {
    Box::new(Answer::json(status, body(message, key, "Microsoft.VisualStudio.Services.WebApi", 3000)))
}

/// One broken rule of a work item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub field: String,
    pub flags: String,
    pub message: String,
}

impl Broken {
    /// `TF401320: Rule Error for field …`, with codes such as `Required, InvalidEmpty`.
    pub fn rule(field: &str, name: &str, codes: &str) -> Self {
        let message = format!("TF401320: Rule Error for field {name}. Error code: {codes}.");
        Self { field: field.to_owned(), flags: camel(codes), message }
    }

    /// The refusal of a value that a list does not hold.
    pub fn unlisted(field: &str, name: &str, value: &str) -> Self {
        Self {
            field: field.to_owned(),
            flags: "required, hasValues, limitedToValues, invalidListValue".to_owned(),
            message: format!(
                "The field '{name}' contains the value '{value}' that is not in the list of supported values"
            ),
        }
    }
}

fn camel(codes: &str) -> String {
    let lower = |c: &str| {
        let mut chars = c.chars();
        chars.next().map_or_else(String::new, |f| f.to_lowercase().chain(chars).collect())
    };
    codes.split(", ").map(lower).collect::<Vec<_>>().join(", ")
}

/// 400 `RuleValidationException`, naming every field that broke a rule.
pub(crate) fn rules(broken: &[Broken]) -> Box<Answer> {
    let first = broken.first().map_or("", |b| b.message.as_str());
    let message = match broken.len() {
        0 | 1 => first.to_owned(),
        n => format!(
            "{first} {} additional errors occurred during validation of the work item. Please correct all errors and \
             try again.",
            n - 1
        ),
    };
    let errors: Vec<Value> = broken
        .iter()
        .map(|b| {
            json!({
                "fieldReferenceName": b.field,
                "fieldStatusFlags": b.flags,
                "errorMessage": b.message,
                "fieldStatusCode": 524_289,
                "ruleValidationErrors": null,
            })
        })
        .collect();
    let mut shape = body(&message, "RuleValidationException", WIT, 3200);
    shape["customProperties"] = json!({
        "FieldReferenceName": null,
        "FieldStatusFlags": "none",
        "ErrorMessage": message,
        "FieldStatusCode": 0,
        "RuleValidationErrors": errors,
    });
    Box::new(Answer::json(400, shape))
}

pub(crate) fn no_item(id: u64) -> Box<Answer> {
    let message =
        format!("TF401232: Work item {id} does not exist, or you do not have permissions to read it.");
    wit(404, "WorkItemUnauthorizedAccessException", &message)
}

pub(crate) fn no_project(name: &str) -> Box<Answer> {
    let message = format!(
        "TF200016: The following project does not exist: {name}. Verify that the name of the project is correct and that \
         the project exists on the specified Azure DevOps Server."
    );
    let space = "Microsoft.TeamFoundation.Core.WebApi";
    Box::new(Answer::json(404, body(&message, "ProjectDoesNotExistWithNameException", space, 3000)))
}

pub(crate) fn no_kind(kind: &str, project: &str) -> Box<Answer> {
    let message = format!(
        "VS402323: Work item type {kind} does not exist in project {project} or you do not have permission to access it."
    );
    wit(404, "WorkItemTypeNotFoundException", &message)
}

pub(crate) fn no_area_right() -> Box<Answer> {
    let message = "TF237111: The current user does not have permissions to save work items under the specified area path.";
    wit(403, "WorkItemUnauthorizedUpdateException", message)
}

/// A page as the service shows it in front of a sign-in.
pub(crate) fn page(status: u16, title: &str, text: &str) -> Answer {
    Answer::html(
        status,
        format!(
            "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
        ),
    )
}
