//! Files: uploaded once, then attached to work items as relations of the kind `AttachedFile`.
//!
//! The bytes stay in memory, within the bound of the setup. An upload that no work item has stays as well.

use hyper::body::Bytes;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::patch::mistake;
use super::practice::PracticeAzure;
use super::refuse;
use super::render::moment;
use super::world::{AzureWorld, Item, Relation};
use crate::locked;
use crate::reply::Answer;
use crate::text::query_pairs;

/// How many files a work item may have.
const MOST: usize = 100;

const KIND: &str = "AttachedFile";

/// What stands in an address before a file's id.
const PLACE: &str = "/_apis/wit/attachments/";

/// What the service tells of an attached file beside `name` and `comment`. A client may send it back; it counts for nothing.
const TOLD: [&str; 6] =
    ["id", "authorizedDate", "resourceCreatedDate", "resourceModifiedDate", "resourceSize", "revisedDate"];

/// A file as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Attachment {
    pub id: String,
    /// As uploaded; empty when the upload named none.
    pub name: String,
    pub bytes: Bytes,
    pub by: usize,
    pub at: Timestamp,
}

/// The body of an upload, with what it is held against.
#[derive(Debug, Clone, Default)]
pub(crate) struct Brought {
    pub bytes: Bytes,
    /// It was larger than `most` and is gone.
    pub too_large: bool,
    /// The largest file that is taken, in bytes.
    pub most: usize,
    /// How many bytes of files are kept in all.
    pub room: usize,
}

impl Relation {
    pub fn is_file(&self) -> bool {
        self.rel.eq_ignore_ascii_case(KIND)
    }

    /// Whether the one cannot be added beside the other. A file is known by its address, whatever is said about it.
    pub fn is_same(&self, other: &Self) -> bool {
        self == other || (self.is_file() && other.is_file() && self.url == other.url)
    }
}

impl AzureWorld {
    pub fn attachment(&self, id: &str) -> Option<&Attachment> {
        self.attachments.iter().find(|a| a.id.eq_ignore_ascii_case(id))
    }

    /// How many bytes of files are kept.
    pub fn bytes_of_files(&self) -> usize {
        self.attachments.iter().map(|a| a.bytes.len()).sum()
    }
}

/// The id in the address of a file.
pub(crate) fn id_in(url: &str) -> Option<&str> {
    let at = url.to_ascii_lowercase().find(PLACE)?;
    let rest = &url[at + PLACE.len()..];
    rest.split(['?', '#']).next().filter(|id| !id.is_empty())
}

/// The relation as the service keeps it, made of the one that a document adds.
pub(crate) fn attached(world: &AzureWorld, asked: &Relation) -> Result<Relation, Box<Answer>> {
    let empty = Map::new();
    let given = asked.attributes.as_object().unwrap_or(&empty);
    let known = |key: &str| key == "name" || key == "comment" || TOLD.contains(&key);
    if let Some(unknown) = given.keys().find(|k| !known(k)) {
        return Err(mistake(&format!("body: an attached file has no attribute '{unknown}'")));
    }
    let found = id_in(&asked.url).and_then(|id| world.attachment(id)).ok_or_else(|| {
        let message = format!("The attachment at {} does not exist.", asked.url);
        refuse::wit(400, "WorkItemAttachmentNotFoundException", &message)
    })?;
    let (url, query) = asked.url.split_once('?').unwrap_or((&asked.url, ""));
    let named = query_pairs(query).into_iter().find(|(n, _)| n.eq_ignore_ascii_case("fileName"));
    let text = |key: &str| given.get(key).and_then(Value::as_str).filter(|v| !v.is_empty());
    let name = text("name").map(ToOwned::to_owned).or(named.map(|(_, v)| v)).unwrap_or(found.name.clone());
    let mut attributes = json!({
        "resourceCreatedDate": moment(found.at),
        "resourceModifiedDate": moment(found.at),
        "revisedDate": "9999-01-01T00:00:00Z",
        "resourceSize": found.bytes.len(),
        "name": name,
    });
    if let Some(comment) = text("comment") {
        attributes["comment"] = Value::from(comment);
    }
    Ok(Relation { rel: KIND.to_owned(), url: url.to_owned(), attributes })
}

/// Refuses one file too many.
pub(crate) fn count(item: &Item) -> Result<(), Box<Answer>> {
    if item.relations.iter().filter(|r| r.is_file()).count() <= MOST {
        return Ok(());
    }
    let message = format!("The work item cannot have more than {MOST} attachments.");
    Err(refuse::wit(400, "WorkItemAttachmentLimitExceededException", &message))
}

/// Numbers and dates the files that a revision adds.
pub(crate) fn settle(world: &mut AzureWorld, item: &mut Item, at: Timestamp) {
    for file in item.relations.iter_mut().filter(|r| r.is_file() && r.attributes.get("id").is_none()) {
        world.next_attached += 1;
        file.attributes["id"] = Value::from(world.next_attached);
        file.attributes["authorizedDate"] = Value::from(moment(at));
    }
}

/// `TF237082`.
pub(crate) fn too_large(name: &str, most: usize) -> Box<Answer> {
    let megabytes = most / (1024 * 1024);
    let message = format!(
        "TF237082: The file you are trying to upload ({name}) exceeds the supported file upload size ({megabytes} MB(s))."
    );
    refuse::wit(400, "WorkItemAttachmentExceedsMaxSizeException", &message)
}

/// A file of a work item as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentSnapshot {
    /// The upload's GUID.
    pub id: String,
    /// The name that the work item shows.
    pub name: String,
    /// What was said about it.
    pub comment: Option<String>,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// An upload as it is stored, whether a work item has it or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedFile {
    /// Its GUID.
    pub id: String,
    /// As uploaded; empty when the upload named none.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// UPN of who uploaded it.
    pub by: String,
    /// Ids of the work items that have it now, those in the recycle bin included.
    pub attached_to: Vec<u64>,
}

impl PracticeAzure {
    /// The files of a work item, in the order of its relations; empty if there is no such work item.
    pub fn attachments(&self, id: u64) -> Vec<AttachmentSnapshot> {
        let world = locked(&self.core.world);
        let Some(item) = world.item(id) else { return Vec::new() };
        let shown = |r: &Relation| {
            let found = id_in(&r.url).and_then(|id| world.attachment(id))?;
            let text = |key: &str| r.attributes[key].as_str().map(ToOwned::to_owned);
            Some(AttachmentSnapshot {
                id: found.id.clone(),
                name: text("name").unwrap_or_default(),
                comment: text("comment"),
                bytes: found.bytes.to_vec(),
            })
        };
        item.relations.iter().filter(|r| r.is_file()).filter_map(shown).collect()
    }

    /// Every uploaded file, oldest first.
    pub fn uploads(&self) -> Vec<UploadedFile> {
        let world = locked(&self.core.world);
        let has =
            |item: &Item, id: &str| item.relations.iter().any(|r| r.is_file() && id_in(&r.url) == Some(id));
        let shown = |a: &Attachment| UploadedFile {
            id: a.id.clone(),
            name: a.name.clone(),
            bytes: a.bytes.to_vec(),
            by: world.users[a.by].upn.clone(),
            attached_to: world.items.iter().filter(|i| has(i, &a.id)).map(|i| i.id).collect(),
        };
        world.attachments.iter().map(shown).collect()
    }
}
