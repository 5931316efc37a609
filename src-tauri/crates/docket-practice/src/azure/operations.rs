//! The operations that the practice Azure DevOps has, as data: what a request of each may hold.
//!
//! The table is written by hand from the vendor's documents, which may not be kept in this repository; a test compares the
//! two where the documents are at hand. Operations of no document (`$batch`, `connectionData`, `resourceAreas`) say so in
//! their names. One table serves every version: what differs between 7.1 and 7.2 is only which operations are previews,
//! and on Services all of 7.2 is one. Shapes of answers are absent; they are the vendor's (`vendor`).

use std::collections::HashMap;

use crate::text::percent_decoded;

/// What a query parameter may be. Lists of texts and moments travel as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Ints,
    Bool,
    Text,
    Choice(&'static [&'static str]),
}

/// Which of the vendor's documents describes an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    Tracking,
    Core,
    /// In none; the answer has this shape in `azure-hand-written.json`.
    Nowhere(&'static str),
}

/// What an operation that went well answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    Nothing,
    Json,
    /// Bytes of no kind.
    File,
}

#[derive(Debug)]
pub(crate) struct Operation {
    /// The vendor's name.
    pub id: &'static str,
    pub method: &'static str,
    /// The path below the organisation.
    pub path: &'static str,
    /// Parts of the path that may be left out, in the order in which they may. The vendor's prose says so and its
    /// documents do not.
    pub optional: &'static [&'static str],
    pub query: &'static [(&'static str, Kind)],
    pub required: &'static [&'static str],
    /// The kind of content, and the body's shape in `azure-hand-written.json`; a file has none.
    pub sends: Option<(&'static str, Option<&'static str>)>,
    pub answers: Answers,
    /// The status of an answer that went well. The vendor's document says 200 everywhere.
    pub success: u16,
    pub scopes: &'static [&'static str],
    pub preview: bool,
    pub told: Told,
}

/// An operation with the values of its path parameters.
pub(crate) type Named = (&'static Operation, HashMap<String, String>);

use Kind::{Bool, Choice, Int, Ints, Text};

const JSON: &str = "application/json";
pub(crate) const JSON_PATCH: &str = "application/json-patch+json";
pub(crate) const OCTETS: &str = "application/octet-stream";
const PROJECT: &[&str] = &["project"];
const WORK: &[&str] = &["vso.work"];
const WORK_WRITE: &[&str] = &["vso.work_write"];

const EXPAND: (&str, Kind) = ("$expand", Choice(&["none", "relations", "fields", "links", "all"]));
const EXPAND_COMMENTS: (&str, Kind) =
    ("$expand", Choice(&["none", "reactions", "renderedText", "renderedTextOnly", "all"]));
const WRITE: &[(&str, Kind)] =
    &[("validateOnly", Bool), ("bypassRules", Bool), ("suppressNotifications", Bool), EXPAND];
const DEPTH: &[(&str, Kind)] = &[("$depth", Int)];
const TOP: (&str, Kind) = ("$top", Int);
const SKIP: (&str, Kind) = ("$skip", Int);

const fn read(id: &'static str, path: &'static str) -> Operation {
    Operation {
        id,
        method: "GET",
        path,
        optional: &[],
        query: &[],
        required: &[],
        sends: None,
        answers: Answers::Json,
        success: 200,
        scopes: WORK,
        preview: false,
        told: Told::Tracking,
    }
}

const fn write(method: &'static str, id: &'static str, path: &'static str) -> Operation {
    Operation { method, scopes: WORK_WRITE, ..read(id, path) }
}

const fn core(id: &'static str, path: &'static str, query: &'static [(&'static str, Kind)]) -> Operation {
    Operation { scopes: &["vso.profile", "vso.project"], told: Told::Core, query, ..read(id, path) }
}

/// In none of the vendor's documents.
const fn own(id: &'static str, path: &'static str, answer: &'static str) -> Operation {
    Operation { scopes: &[], told: Told::Nowhere(answer), ..read(id, path) }
}

impl Operation {
    const fn without(mut self, optional: &'static [&'static str]) -> Self {
        self.optional = optional;
        self
    }

    const fn query(mut self, query: &'static [(&'static str, Kind)]) -> Self {
        self.query = query;
        self
    }

    const fn needs(mut self, required: &'static [&'static str]) -> Self {
        self.required = required;
        self
    }

    const fn sends(mut self, kind: &'static str, shape: &'static str) -> Self {
        self.sends = Some((kind, Some(shape)));
        self
    }

    /// A read by POST.
    const fn posted(mut self) -> Self {
        self.method = "POST";
        self
    }

    const fn preview(mut self) -> Self {
        self.preview = true;
        self
    }

    /// Method and path as the vendor writes them.
    pub fn describe(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether a path below the organisation is this operation's, with how many literal parts and which values.
    fn fits(&self, parts: &[&str]) -> Option<(usize, HashMap<String, String>)> {
        (0..=self.optional.len()).find_map(|n| {
            let left_out = |s: &str| self.optional[..n].iter().any(|o| s == format!("{{{o}}}"));
            let form: Vec<&str> = self.path.split('/').skip(1).filter(|s| !left_out(s)).collect();
            fits(&form, parts)
        })
    }
}

pub(crate) static OPERATIONS: &[Operation] = &[
    own("hand-written: ConnectionData_Get", "/_apis/connectionData", "ConnectionData")
        .query(&[("connectOptions", Text), ("lastChangeId", Int), ("lastChangeId64", Int)])
        .preview(),
    Operation {
        method: "PATCH",
        scopes: WORK_WRITE,
        ..own("hand-written: Work Items_Batch", "/_apis/wit/$batch", "BatchAnswers")
            .query(&[("bypassRules", Bool), ("suppressNotifications", Bool)])
            .sends(JSON, "BatchRequests")
    },
    own("hand-written: Resource Areas_Get", "/_apis/resourceAreas/{areaId}", "ResourceArea")
        .query(&[("accountName", Text)])
        .needs(&["accountName"])
        .preview(),
    read("Work Item Types_List", "/{project}/_apis/wit/workitemtypes"),
    read("Work Item Types_Get", "/{project}/_apis/wit/workitemtypes/{type}"),
    read("Work Item Type States_List", "/{project}/_apis/wit/workitemtypes/{type}/states"),
    read("Work Item Types Field_List", "/{project}/_apis/wit/workitemtypes/{type}/fields")
        .query(&[("$expand", Choice(&["none", "allowedValues", "dependentFields", "all"]))]),
    read("Classification Nodes_Get Root Nodes", "/{project}/_apis/wit/classificationnodes").query(DEPTH),
    read("Classification Nodes_Get", "/{project}/_apis/wit/classificationnodes/{structureGroup}/{path}")
        .without(&["path"])
        .query(DEPTH),
    read("Tags_List", "/{project}/_apis/wit/tags"),
    read("Fields_List", "/{project}/_apis/wit/fields")
        .without(PROJECT)
        .query(&[("$expand", Choice(&["none", "extensionFields", "includeDeleted"]))]),
    read("Fields_Get", "/{project}/_apis/wit/fields/{fieldNameOrRefName}").without(PROJECT),
    read("Work Items_List", "/{project}/_apis/wit/workitems")
        .without(PROJECT)
        .query(&[
            ("ids", Ints),
            ("fields", Text),
            ("asOf", Text),
            EXPAND,
            ("errorPolicy", Choice(&["fail", "omit"])),
        ])
        .needs(&["ids"]),
    write("POST", "Work Items_Create", "/{project}/_apis/wit/workitems/${type}")
        .query(WRITE)
        .sends(JSON_PATCH, "PatchDocument"),
    read("Work Items_Get Work Item", "/{project}/_apis/wit/workitems/{id}").without(PROJECT).query(&[
        ("fields", Text),
        ("asOf", Text),
        EXPAND,
    ]),
    write("PATCH", "Work Items_Update", "/{project}/_apis/wit/workitems/{id}")
        .without(PROJECT)
        .query(WRITE)
        .sends(JSON_PATCH, "PatchDocument"),
    write("DELETE", "Work Items_Delete", "/{project}/_apis/wit/workitems/{id}")
        .without(PROJECT)
        .query(&[("destroy", Bool)]),
    read("Updates_List", "/{project}/_apis/wit/workItems/{id}/updates").without(PROJECT).query(&[TOP, SKIP]),
    read("Work Items_Get Work Items Batch", "/{project}/_apis/wit/workitemsbatch")
        .posted()
        .without(PROJECT)
        .sends(JSON, "ItemsAsked"),
    read("Wiql_Query By Wiql", "/{project}/{team}/_apis/wit/wiql")
        .posted()
        .without(&["team", "project"])
        .query(&[("timePrecision", Bool), TOP])
        .sends(JSON, "QueryAsked"),
    read("Recyclebin_Get Deleted Work Item Shallow References", "/{project}/_apis/wit/recyclebin")
        .without(PROJECT),
    read("Recyclebin_Get", "/{project}/_apis/wit/recyclebin/{id}").without(PROJECT),
    write("PATCH", "Recyclebin_Restore Work Item", "/{project}/_apis/wit/recyclebin/{id}")
        .without(PROJECT)
        .sends(JSON, "Restored"),
    read("Comments_Get Comments", "/{project}/_apis/wit/workItems/{workItemId}/comments")
        .query(&[
            TOP,
            ("continuationToken", Text),
            ("includeDeleted", Bool),
            EXPAND_COMMENTS,
            ("order", Choice(&["asc", "desc"])),
        ])
        .preview(),
    write("POST", "Comments_Add Comment", "/{project}/_apis/wit/workItems/{workItemId}/comments")
        .query(&[("format", Choice(&["markdown", "html"]))])
        .sends(JSON, "CommentWritten")
        .preview(),
    read("Comments_Get Comment", "/{project}/_apis/wit/workItems/{workItemId}/comments/{commentId}")
        .query(&[("includeDeleted", Bool), EXPAND_COMMENTS])
        .preview(),
    Operation {
        answers: Answers::Nothing,
        ..write(
            "DELETE",
            "Comments_Delete",
            "/{project}/_apis/wit/workItems/{workItemId}/comments/{commentId}",
        )
        .preview()
    },
    // The document says 200; the vendor's older reference shows 201, and so does the service.
    Operation {
        sends: Some((OCTETS, None)),
        success: 201,
        ..write("POST", "Attachments_Create", "/{project}/_apis/wit/attachments")
    }
    .without(PROJECT)
    .query(&[("fileName", Text), ("uploadType", Text), ("areaPath", Text)]),
    Operation { answers: Answers::File, ..read("Attachments_Get", "/{project}/_apis/wit/attachments/{id}") }
        .without(PROJECT)
        .query(&[("fileName", Text), ("download", Bool)]),
    core(
        "Projects_List",
        "/_apis/projects",
        &[
            (
                "stateFilter",
                Choice(&["deleting", "new", "wellFormed", "createPending", "all", "unchanged", "deleted"]),
            ),
            TOP,
            SKIP,
            ("continuationToken", Int),
            ("getDefaultTeamImageUrl", Bool),
        ],
    ),
    core(
        "Projects_Get",
        "/_apis/projects/{projectId}",
        &[("includeCapabilities", Bool), ("includeHistory", Bool)],
    ),
    core(
        "Teams_Get Teams",
        "/_apis/projects/{projectId}/teams",
        &[("$mine", Bool), TOP, SKIP, ("$expandIdentity", Bool)],
    ),
    core(
        "Teams_Get Team Members With Extended Properties",
        "/_apis/projects/{projectId}/teams/{teamId}/members",
        &[TOP, SKIP],
    ),
];

/// The operation for a method and a path below the organisation; more literal parts win.
pub(crate) fn find(method: &str, path: &str) -> Option<Named> {
    let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let mut best: Option<(usize, Named)> = None;
    for operation in OPERATIONS.iter().filter(|o| o.method.eq_ignore_ascii_case(method)) {
        if let Some((literals, values)) = operation.fits(&parts)
            && best.as_ref().is_none_or(|(n, _)| literals > *n)
        {
            best = Some((literals, (operation, values)));
        }
    }
    best.map(|(_, found)| found)
}

/// Literal parts are compared in any case, as the service does. The last part may stand for several when it is `{path}`.
fn fits(form: &[&str], parts: &[&str]) -> Option<(usize, HashMap<String, String>)> {
    let deep = form.last().is_some_and(|l| *l == "{path}");
    if parts.len() < form.len() || (parts.len() > form.len() && !deep) {
        return None;
    }
    let (mut literals, mut values) = (0, HashMap::new());
    for (i, segment) in form.iter().enumerate() {
        let Some((prefix, name)) = segment.split_once('{') else {
            if !segment.eq_ignore_ascii_case(&percent_decoded(parts[i])) {
                return None;
            }
            literals += 1;
            continue;
        };
        let name = name.strip_suffix('}')?;
        let raw = if deep && i + 1 == form.len() { parts[i..].join("/") } else { parts[i].to_owned() };
        let value = percent_decoded(&raw);
        let value = value.strip_prefix(prefix).filter(|v| !v.is_empty() && !v.starts_with('_'))?;
        // `$Bug` is a type and no id; the other way round the prefix decides.
        if prefix.is_empty() && value.starts_with('$') {
            return None;
        }
        literals += usize::from(!prefix.is_empty());
        values.insert(name.to_owned(), value.to_owned());
    }
    Some((literals, values))
}

/// Query values travel as text: they are read as the parameter's kind before they are judged.
pub(crate) fn query_problem(kind: Kind, name: &str, value: &str) -> Option<String> {
    let whole = |v: &str| v.trim().parse::<i64>().is_ok();
    let problem = match kind {
        Int if !whole(value) => "not a whole number".to_owned(),
        Ints if !value.split(',').all(whole) => "not a list of whole numbers".to_owned(),
        Bool if !matches!(value.to_lowercase().as_str(), "true" | "false") => {
            "neither true nor false".to_owned()
        }
        Choice(allowed) if !allowed.iter().any(|a| a.eq_ignore_ascii_case(value)) => {
            format!("not one of {}", allowed.join(", "))
        }
        _ => return None,
    };
    Some(format!("query: '{name}' is '{value}', {problem}"))
}
