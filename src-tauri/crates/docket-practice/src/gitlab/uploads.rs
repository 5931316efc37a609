//! Files that were uploaded to a project: how they are named and linked, and what tests see of them.
//!
//! The bytes stay in memory, within the bound of the setup. Nothing is ever deleted.

use hyper::body::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::model::{Id, Project, World};
use super::practice::PracticeGitLab;
use crate::locked;
use crate::text::percent_encoded;

/// Files that the vendor shows in a text: pictures, films, sounds.
const SHOWN: [&str; 18] = [
    "png", "jpg", "jpeg", "gif", "bmp", "tiff", "ico", "webp", "mp4", "m4v", "mov", "webm", "ogv", "mp3",
    "oga", "ogg", "spx", "wav",
];

/// A file as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    pub id: Id,
    /// 32 hexadecimal digits, which make its address unguessable.
    pub secret: String,
    pub name: String,
    pub bytes: Bytes,
    pub by: Id,
    pub at: Timestamp,
}

impl Upload {
    /// `/uploads/<secret>/<name>`, for texts of the project.
    fn url(&self) -> String {
        format!("/uploads/{}/{}", self.secret, self.name)
    }

    /// The vendor's answer to the upload.
    pub fn told(&self, root: &str, project: Id) -> Value {
        let (stem, ending) = self.name.rsplit_once('.').unwrap_or((&self.name, ""));
        let ending = ending.to_lowercase();
        let shown = SHOWN.contains(&ending.as_str()) && !stem.is_empty();
        let alt = if shown { stem } else { &self.name };
        let mark = if shown || ending == "svg" { "!" } else { "" };
        let name = percent_encoded(&self.name);
        json!({
            "id": self.id,
            "alt": alt,
            "url": self.url(),
            "full_path": format!("{root}/-/project/{project}/uploads/{}/{name}", self.secret),
            "markdown": format!("{mark}[{}]({})", alt.replace(']', "\\]"), self.url()),
        })
    }
}

/// The name under which a file is kept.
pub(super) fn cleaned(name: &str) -> String {
    let last = name.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '+');
    let clean: String = last.chars().map(|c| if kept(c) { c } else { '_' }).collect();
    if clean.is_empty() {
        return "unnamed".to_owned();
    }
    if clean.bytes().all(|b| b == b'.') { format!("_{clean}") } else { clean }
}

impl Project {
    pub fn upload(&self, secret: &str, name: &str) -> Option<&Upload> {
        self.uploads.iter().find(|u| u.secret == secret && u.name == name)
    }
}

impl World {
    /// How many bytes of files are kept.
    pub fn bytes_of_files(&self) -> usize {
        self.projects.iter().flat_map(|p| &p.uploads).map(|u| u.bytes.len()).sum()
    }
}

/// An uploaded file as it is stored, whether a text links to it or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadSnapshot {
    /// Id across the server.
    pub id: u64,
    /// The name after cleaning.
    pub name: String,
    /// The 32 hexadecimal digits in its address.
    pub secret: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// User name of who uploaded it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl UploadSnapshot {
    /// `/uploads/<secret>/<name>`: the address that a text of the project links to.
    pub fn url(&self) -> String {
        format!("/uploads/{}/{}", self.secret, self.name)
    }
}

impl PracticeGitLab {
    /// The files that were uploaded to a project, oldest first; empty if there is no such project.
    pub fn uploads(&self, full_path: &str) -> Vec<UploadSnapshot> {
        let world = locked(&self.lab.world);
        let found = world.project_at(full_path).map(|p| p.uploads.as_slice()).unwrap_or_default();
        let snapshot = |u: &Upload| UploadSnapshot {
            id: u.id,
            name: u.name.clone(),
            secret: u.secret.clone(),
            bytes: u.bytes.to_vec(),
            by: world.username(u.by).to_owned(),
            at: u.at,
        };
        found.iter().map(snapshot).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::cleaned;

    #[test]
    fn names_are_cleaned_as_the_vendor_does_it() {
        for (given, kept) in [
            ("finding.json", "finding.json"),
            ("a b&c (1).md", "a_b_c__1_.md"),
            ("C:\\x\\y z.txt", "y_z.txt"),
            ("../../etc/passwd", "passwd"),
            ("größe+日本_1-2.txt", "größe+日本_1-2.txt"),
            ("<script>.html", "_script_.html"),
            ("a\r\n\"b", "a___b"),
            ("..", "_.."),
            ("", "unnamed"),
            ("/", "unnamed"),
        ] {
            assert_eq!(cleaned(given), kept, "{given:?}");
        }
    }
}
