//! Issues as Docket writes and reads them, whatever the tracker.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha256};

use crate::mapping::FieldValue;
use crate::problem::Problem;
use crate::time::Timestamp;

/// What the visible last line of Docket's part says before the key, and what introduces the key.
pub(crate) const PART_ENDS: &str = "docket-part-ends";
const KEY: &str = "docket-key-";

/// The hidden key by which Docket knows its own issue again: 32 lower-case hex digits that
/// depend on what the issue stands for and not on this computer's database, so that a
/// second laptop, or a rebuilt database, computes the same one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "ts", ts(type = "string"))]
pub struct Marker(String);

impl Marker {
    /// Derives a marker from parts; each part is hashed with its length, so that ("a","bc")
    /// and ("ab","c") differ. `docket marker 1` names the version of the recipe.
    pub fn derive(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"docket marker 1\0");
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let mut text = String::with_capacity(32);
        for byte in &hash.finalize()[..16] {
            fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}")).unwrap_or_default();
        }
        Self(text)
    }

    /// The hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The line that carries the marker in an issue's text: an HTML comment, invisible
    /// where Markdown is rendered.
    pub fn line(&self) -> String {
        format!("<!-- docket:v1 key={} -->", self.0)
    }

    /// The words that carry the marker where comments do not survive: part of the visible last
    /// line of Docket's part. Letters, digits, hyphens and one blank, so that no server encodes
    /// them anew.
    pub fn words(&self) -> String {
        format!("{PART_ENDS} {KEY}{}", self.0)
    }

    /// The label under which trackers without hidden text find Docket's issues: `docket-` and
    /// the first 12 digits.
    ///
    /// 48 bits only narrow a search down: among a million issues of one project the chance that
    /// any two share a tag is about one in 560, so whoever finds an issue by its tag must look
    /// for the whole marker in its text ([`Self::find_all`]), which alone decides.
    pub fn tag(&self) -> String {
        format!("docket-{}", &self.0[..12])
    }

    /// Every marker in an issue's text, in order, hidden ([`Self::line`]) or visible
    /// ([`Self::words`], whatever blanks a server put between the two).
    pub fn find_all(body: &str) -> Vec<Self> {
        const HEAD: &str = "<!-- docket:v1 key=";
        let hidden = body.match_indices(HEAD).filter_map(|(at, _)| {
            let rest = body.get(at + HEAD.len()..)?;
            Some((at, Self::leading(rest).filter(|_| rest.get(32..36) == Some(" -->"))?))
        });
        let visible = body.match_indices(KEY).filter_map(|(at, _)| {
            let before = body[..at].trim_end();
            let before = ["&nbsp;", "&#160;", "&#xA0;"]
                .iter()
                .find_map(|blank| before.strip_suffix(blank))
                .unwrap_or(before);
            let rest = &body[at + KEY.len()..];
            let whole = !rest.get(32..)?.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
            let closes = before.trim_end().ends_with(PART_ENDS);
            Some((at, Self::leading(rest).filter(|_| whole && closes)?))
        });
        let mut found: Vec<(usize, Self)> = hidden.chain(visible).collect();
        found.sort_by_key(|(at, _)| *at);
        found.into_iter().map(|(_, marker)| marker).collect()
    }

    /// The marker whose digits a text begins with.
    fn leading(text: &str) -> Option<Self> {
        text.get(..32)?.parse().ok()
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Marker {
    type Err = Problem;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::bad_input(format!("«{text}» is not a marker of 32 hex digits.")))
        }
    }
}

impl serde::Serialize for Marker {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Marker {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(|problem: Problem| serde::de::Error::custom(problem.message))
    }
}

wire! {
    /// An issue, named so that renames and transfers can be followed.
    #[derive(Eq)]
    pub struct IssueRef {
        /// Target in which it was last seen (`acme/shop`).
        pub target: String,
        /// Number within the target, as the tracker shows it (`12`).
        pub number: String,
        /// The tracker's own stable id of the issue (GitHub: node id).
        pub stable_id: Option<String>,
        /// Web address.
        pub url: String,
    }
}

impl IssueRef {
    /// `acme/shop#12`.
    pub fn short(&self) -> String {
        format!("{}#{}", self.target, self.number)
    }
}

words! {
    /// Why a tracker says an issue is closed.
    pub enum StateReason {
        /// Done.
        Completed = "completed", "completed";
        /// Will not be done.
        NotPlanned = "not_planned", "not planned";
        /// The same as another.
        Duplicate = "duplicate", "duplicate";
        /// Opened again.
        Reopened = "reopened", "reopened";
    }
}

wire! {
    /// What is known about an issue's life. `404` is «not visible», never «deleted».
    #[derive(Eq)]
    pub enum IssueState {
        /// Open.
        Open,
        /// Closed, perhaps with a reason.
        Closed { /// Why.
            reason: Option<StateReason> },
        /// Moved elsewhere.
        Moved { /// Where to, if the tracker says (`acme/new#3`).
            to: Option<String> },
        /// Deleted for certain.
        Deleted,
        /// Not there, or not visible to this account: the tracker does not say which.
        NotVisible,
    }
}

wire! {
    /// An issue to be created.
    #[derive(Eq)]
    pub struct IssueDraft {
        /// Title, within the tracker's limit.
        pub title: String,
        /// Text in the tracker's markup, within its limit, ending in the marker line. Empty: the
        /// text of an issue that is there is left alone.
        pub body: String,
        /// Comments that follow, for what did not fit into the body.
        pub follow_ups: Vec<String>,
        /// Labels by name.
        pub labels: Vec<String>,
        /// Login names.
        pub assignees: Vec<String>,
        /// Milestone by title.
        pub milestone: Option<String>,
        /// The marker in the body.
        pub marker: Marker,
        /// The severity, as the mapping's field and value.
        #[serde(default)]
        pub severity: Option<FieldValue>,
        /// The status, as the mapping's field and value.
        #[serde(default)]
        pub status: Option<FieldValue>,
        /// Why the issue is closed, for a step that closes it.
        #[serde(default)]
        pub reason: Option<StateReason>,
        /// Name of the file with its findings that goes with it ([`crate::render::file`]).
        #[serde(default)]
        pub file: Option<String>,
    }
}

/// A file that goes with an issue.
#[derive(Clone, PartialEq, Eq)]
pub struct IssueFile {
    /// The marker of the issue's text. An issue has one file of Docket's for it.
    pub marker: Marker,
    /// Its name: letters, digits, hyphens and a dot, other for every content.
    pub name: String,
    /// What is in it, JSON.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for IssueFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssueFile({}, {} bytes)", self.name, self.bytes.len())
    }
}

wire! {
    /// A change to an existing issue. Absent fields are left alone.
    #[derive(Default, Eq)]
    pub struct IssueChange {
        /// New title.
        pub title: Option<String>,
        /// New text (already merged with what people wrote).
        pub body: Option<String>,
        /// The text that `body` was made from. A tracker whose changes can be made to depend on
        /// what is there refuses this one when another text is there by now.
        #[serde(default)]
        pub body_from: Option<String>,
        /// Labels to add; others are kept.
        pub add_labels: Vec<String>,
        /// Labels to take away.
        pub remove_labels: Vec<String>,
        /// Open (`Some(true)`) or close.
        pub open: Option<bool>,
        /// Reason of a close or reopen.
        pub reason: Option<StateReason>,
        /// A comment to add.
        pub comment: Option<String>,
        /// The severity, as the mapping's field and value.
        #[serde(default)]
        pub severity: Option<FieldValue>,
        /// The status, as the mapping's field and value. Beside [`IssueChange::open`], which
        /// says whether the issue is to be open or closed.
        #[serde(default)]
        pub status: Option<FieldValue>,
    }
}

wire! {
    /// An issue as the tracker showed it.
    #[derive(Eq)]
    pub struct IssueSeen {
        /// Which one.
        pub issue: IssueRef,
        /// Title.
        pub title: String,
        /// Text.
        pub body: String,
        /// State.
        pub state: IssueState,
        /// Labels.
        pub labels: Vec<String>,
        /// Assignees' login names.
        pub assignees: Vec<String>,
        /// Milestone title.
        pub milestone: Option<String>,
        /// Further fields by the names that a mapping uses (`Priority`, `Status`), as far as
        /// they were asked for.
        #[serde(default)]
        pub fields: BTreeMap<String, String>,
        /// Last change.
        pub updated: Timestamp,
        /// Creation.
        pub created: Timestamp,
        /// Creator's login name.
        pub author: Option<String>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_found_again_and_only_whole_ones_count() {
        let marker = Marker::derive(&["a", "bc"]);
        assert_ne!(marker, Marker::derive(&["ab", "c"]), "parts must not run into each other");
        let body = format!(
            "hello\n{}\n<!-- docket:v1 key=123 --> <!-- docket:v1 key={}x-->",
            marker.line(),
            "0".repeat(32)
        );
        assert_eq!(Marker::find_all(&body), vec![marker], "cut or altered markers are nobody's");
    }

    #[test]
    fn a_visible_marker_is_found_whatever_a_server_made_of_its_line() {
        let marker = Marker::derive(&["a"]);
        let key = marker.as_str();
        for body in [
            format!("<p><em>stays ({}).</em></p>", marker.words()),
            format!("<DIV>docket-part-ends\r\n   docket-key-{key}</DIV>"),
            format!("docket-part-ends&nbsp;docket-key-{key}"),
            format!("docket-part-ends\u{a0}docket-key-{key}<br>"),
        ] {
            assert_eq!(Marker::find_all(&body), std::slice::from_ref(&marker), "in {body:?}");
        }
        for body in [
            format!("please search for docket-key-{key}"),
            format!("docket-part-ends docket-key-{key}0"),
            format!("docket-part-ends docket-key-{}", key.to_uppercase()),
            format!("docket-part-ends docket-key-{}", &key[..31]),
            format!("docket-{}", &key[..12]),
        ] {
            assert_eq!(Marker::find_all(&body), [], "words about a key are no marker: {body:?}");
        }
        let other = Marker::derive(&["b"]);
        assert_eq!(
            Marker::find_all(&format!("{} {}", other.words(), marker.line())),
            [other, marker],
            "both forms, in their order"
        );
    }

    #[test]
    fn a_tag_is_short_and_only_the_key_decides() {
        let marker = Marker::derive(&["a"]);
        assert_eq!(marker.tag(), format!("docket-{}", &marker.as_str()[..12]), "twelve digits of the key");
        assert_eq!(Marker::find_all(&marker.tag()), [], "a tag alone is no marker");
    }

    #[test]
    fn the_recipe_of_a_marker_is_pinned() {
        assert_eq!(
            Marker::derive(&["acme/shop", "rule", "sqli"]).as_str(),
            Marker::derive(&["acme/shop", "rule", "sqli"]).as_str(),
            "the same parts give the same marker"
        );
        assert_eq!(Marker::derive(&[]).as_str().len(), 32, "32 digits always");
    }
}
