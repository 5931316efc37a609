//! The waist: what every tracker can do, in the words of the domain.

use async_trait::async_trait;
use docket_domain::check::{CheckReport, CheckStage, Repair};
use docket_domain::mapping::{Destination, ValueMap};
use docket_domain::{
    ChoiceList, ChoicePage, IssueChange, IssueDraft, IssueFile, IssueRef, IssueSeen, IssueState, Problem,
    Target, TargetFields, Timestamp, TrackerKindCard, Visibility,
};

use crate::error::{TrackerError, WriteError};
use crate::pace::Used;
use crate::ports::{ConnectSettings, Ports};
use docket_domain::connection::Understood;
use docket_domain::planning::Pace;

/// One kind of issue tracker: what it asks for, and how to connect to one.
pub trait TrackerKind: Sync {
    /// Everything a form needs.
    fn card(&self) -> TrackerKindCard;

    /// What a pasted address means, without asking any server.
    fn understand(&self, location: &str) -> Result<Understood, Problem>;

    /// A connection. Nothing is sent yet; settings that cannot work are refused here.
    fn connect(&self, settings: ConnectSettings, ports: Ports) -> Result<Box<dyn Tracker>, Problem>;

    /// How the vendor's tokens begin, where they say what they are. Whatever begins so is masked
    /// in every text that leaves, whoever's it is.
    fn token_heads(&self) -> &'static [&'static str] {
        &[]
    }

    /// How an answer of this product is recognised, for words like «that is a GitHub».
    fn marks(&self) -> Marks {
        Marks::default()
    }

    /// Where a person signs in with a code in the browser; nothing for kinds (or settings) that
    /// do not offer it. The generic part is [`crate::device`].
    fn device(&self, _settings: &ConnectSettings) -> Result<Option<DeviceEndpoints>, Problem> {
        Ok(None)
    }
}

/// What a product leaves in its answers. Any one of the marks is enough.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// Name of the product; empty when there are no marks.
    pub product: &'static str,
    /// Names of headers.
    pub headers: &'static [&'static str],
    /// Beginnings or parts of cookies, in small letters.
    pub cookies: &'static [&'static str],
    /// Parts of the text, in small letters.
    pub texts: &'static [&'static str],
}

/// One connection to an issue tracker. Cheap calls may be made from several tasks; writes
/// are put in line, one at a time, by the connection itself.
#[async_trait]
pub trait Tracker: Send + Sync {
    /// Tests the connection stage by stage, changing nothing. Each stage is reported when it
    /// begins ([`CheckState::Running`](docket_domain::check::CheckState::Running)) and again
    /// when it has ended; the whole report comes at the end.
    async fn check(&self, goal: &CheckGoal, report: &mut (dyn FnMut(CheckStage) + Send)) -> CheckReport;

    /// The account behind the credential.
    async fn who(&self) -> Result<Account, TrackerError>;

    /// Owners and targets that the credential reaches, a page at a time. `search` is part of
    /// a name (`owner/` lists one owner's); `page` is [`TargetPage::next`] of the page before.
    async fn targets(&self, search: &str, page: Option<&str>) -> Result<TargetPage, TrackerError>;

    /// What a target offers: labels, milestones, people, and the kind's own fields, as they are
    /// with what was chosen already ([`Destination::settings`]).
    async fn fields_of(&self, to: &Destination) -> Result<TargetFields, TrackerError>;

    /// One list of a target, a page at a time, for lists that [`Tracker::fields_of`] did not read
    /// to their end ([`TargetFields::longer`]). `search` is part of a value or of what people read;
    /// `page` is [`ChoicePage::next`] of the page before.
    async fn choices(
        &self,
        to: &Destination,
        list: &ChoiceList,
        search: &str,
        page: Option<&str>,
    ) -> Result<ChoicePage, TrackerError>;

    /// Creates an issue, and its follow-up comments. Never repeats the creation by itself:
    /// after [`Outcome::Unknown`](crate::Outcome::Unknown) look for the marker with
    /// [`Tracker::changed_since`] first. Once the issue exists the answer is `Ok`, even when
    /// something beside it failed; that is in [`Written::dropped`].
    async fn create(&self, to: &Destination, draft: &IssueDraft) -> Result<Written, WriteError>;

    /// Writes what `issue` lacks of `draft` beside title and text: follow-up comments, its place
    /// on a board, fields. For an issue that was found again after an interrupted
    /// [`Tracker::create`]; harmless otherwise.
    async fn complete(
        &self,
        to: &Destination,
        issue: &IssueRef,
        draft: &IssueDraft,
    ) -> Result<Vec<String>, WriteError>;

    /// Changes an issue; what [`IssueChange`] leaves out stays as it is, also other people's
    /// labels. The comment is written last.
    async fn update(
        &self,
        to: &Destination,
        issue: &IssueRef,
        change: &IssueChange,
    ) -> Result<Written, WriteError>;

    /// Changes several issues, each as [`Tracker::update`] does; an answer for each, in the order
    /// given. At most [`Limits::changes_at_once`] are given at a time. Where a vendor takes many
    /// changes in one request, this is what sends it: a lost answer leaves all of them
    /// [`Outcome::Unknown`](crate::Outcome::Unknown), so whatever goes into it must be harmless
    /// when it is made again. Once a failure holds for every further request
    /// ([`TrackerError::stops_all`]), the rest is not sent.
    async fn update_many(
        &self,
        to: &Destination,
        changes: &[(IssueRef, IssueChange)],
    ) -> Vec<Result<Written, WriteError>> {
        let mut answers = Vec::with_capacity(changes.len());
        for (issue, change) in changes {
            let answer = match answers.last() {
                Some(Err(last)) => match stopped(last) {
                    Some(stopped) => Err(stopped),
                    None => self.update(to, issue, change).await,
                },
                _ => self.update(to, issue, change).await,
            };
            answers.push(answer);
        }
        answers
    }

    /// Who can read what is written in a target, asked for anew: never from what is kept. What a
    /// server does not say counts as public, unless it is known to have no public targets.
    async fn audience(&self, to: &Destination) -> Result<Audience, TrackerError>;

    /// Puts a file to an issue, in place of the one that stands there for the same
    /// [`marker`](IssueFile::marker). One with this name stands there already: nothing is written,
    /// since a name is for one content. What else is told, a sentence.
    ///
    /// # Errors
    /// The tracker takes no files ([`Limits::files`]), refuses this one, or its answer is lost;
    /// then it is harmless to call this again.
    async fn put_file(
        &self,
        _to: &Destination,
        issue: &IssueRef,
        _file: &IssueFile,
    ) -> Result<Option<String>, WriteError> {
        Err(WriteError::refused(Problem::bad_input(format!("{} takes no files.", issue.short()))))
    }

    /// Makes what a mapping needs and the target lacks, after a person said yes; in words what
    /// was made. What exists already is left alone and said so.
    async fn repair(&self, to: &Destination, repair: &Repair) -> Result<String, WriteError>;

    /// What has become of these issues, in the order given. «Not found» is never «deleted».
    async fn read(&self, issues: &[IssueRef]) -> Result<Vec<(IssueRef, IssueRead)>, TrackerError>;

    /// Issues of a target, created or changed at or after `since`, oldest creation first, so
    /// that nothing is missed when something changes while pages are read. Looking for a
    /// marker after an unknown outcome is done with this, from a minute before the attempt.
    async fn changed_since(
        &self,
        to: &Destination,
        since: Option<Timestamp>,
        page: Option<&str>,
    ) -> Result<ChangedPage, TrackerError>;

    /// What the tracker bears, for estimates and for rendering.
    fn limits(&self) -> Limits;

    /// What the account has used of its allowances, as far as this process knows.
    fn used(&self) -> Used {
        Used::default()
    }

    /// How many writes an issue takes there, without its comments: a place on a board and the
    /// fields there are requests of their own.
    fn writes_per_issue(&self, _to: &Destination) -> u32 {
        1
    }
}

/// What becomes of a write behind one that failed: not sent, when it would fail as well.
pub(crate) fn stopped(before: &WriteError) -> Option<WriteError> {
    before.error.stops_all().then(|| WriteError::not_sent(before.error.clone()))
}

/// What a check looks at beyond the connection itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckGoal {
    /// Where issues are to be created.
    pub to: Option<Destination>,
    /// Labels that would be set.
    pub labels: Vec<String>,
    /// People who would be assigned.
    pub assignees: Vec<String>,
    /// Milestone by title.
    pub milestone: Option<String>,
    /// The severities' field and values; off: nothing is mapped.
    pub severity: ValueMap,
    /// The statuses' field and values.
    pub status: ValueMap,
    /// How many issues are meant to be written, for the estimate.
    pub planned: Option<u64>,
}

/// The account behind a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Login name.
    pub login: String,
    /// Full name, if shown.
    pub name: Option<String>,
    /// The tracker's stable id of it.
    pub stable_id: Option<String>,
    /// When the token ends, if the tracker says.
    pub token_ends: Option<Timestamp>,
}

/// Who owns targets: an organisation or a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Login name.
    pub login: String,
    /// An organisation rather than a person.
    pub organization: bool,
}

/// One page of owners and targets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetPage {
    /// Owners that the account belongs to; on the first page only.
    pub owners: Vec<Owner>,
    /// Targets.
    pub targets: Vec<Target>,
    /// Asks for the next page, if there is one.
    pub next: Option<String>,
    /// What is missing from the list and why, in words («2 organisations are hidden …»).
    pub hidden: Option<String>,
}

/// Who can read what is written in a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// By the target's own setting.
    pub visibility: Visibility,
    /// What a mapping's choices change about that, a sentence («The issues are confidential …»).
    pub note: Option<String>,
}

impl From<Visibility> for Audience {
    fn from(visibility: Visibility) -> Self {
        Self { visibility, note: None }
    }
}

/// An issue after it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The issue as the tracker shows it now.
    pub seen: IssueSeen,
    /// What was asked for and did not happen, one sentence each («The label «x» was dropped: …»).
    pub dropped: Vec<String>,
}

/// What reading an issue again yielded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueRead {
    /// Its state.
    pub state: IssueState,
    /// The issue, as far as it can be seen (for a moved one: at its new place).
    pub seen: Option<IssueSeen>,
}

/// One page of [`Tracker::changed_since`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedPage {
    /// Issues with their texts; no pull requests.
    pub issues: Vec<IssueSeen>,
    /// Asks for the next page, if there is one.
    pub next: Option<String>,
    /// The tracker's own clock when it answered: the cursor of the next run is the one of
    /// the *first* page.
    pub server_time: Option<Timestamp>,
}

/// How texts are marked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// GitHub's Markdown.
    GitHubMarkdown,
    /// GitLab's Markdown.
    GitLabMarkdown,
    /// HTML.
    Html,
}

/// What a tracker bears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Shortest time between two writes, milliseconds.
    pub spacing_ms: u64,
    /// Most new issues, with what is counted like them, within a minute; zero: no such limit.
    pub content_per_minute: u32,
    /// Most new issues, with what is counted like them, within an hour; zero: no such limit.
    pub content_per_hour: u32,
    /// Most new comments within a minute; zero: they are counted with the issues.
    pub comments_per_minute: u32,
    /// Longest title that Docket sends, characters.
    pub title_chars: usize,
    /// Longest text that Docket sends in an issue, characters (with a margin below what the
    /// tracker refuses).
    pub body_chars: usize,
    /// Longest text that Docket sends in a comment, characters.
    pub comment_chars: usize,
    /// Most labels on an issue.
    pub labels: usize,
    /// Longest label name, characters.
    pub label_chars: usize,
    /// Most assignees.
    pub assignees: usize,
    /// How many issues [`Tracker::update_many`] changes at a time; 1 where each change is a
    /// request of its own anyway.
    pub changes_at_once: usize,
    /// Most issues that may be changed within a minute, where several are changed at a time.
    pub changes_per_minute: u32,
    /// How texts are marked up.
    pub markup: Markup,
    /// What files issues take; none: they take no files.
    pub files: Option<FileLimits>,
}

/// What [`Tracker::put_file`] bears and takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileLimits {
    /// Largest file that Docket sends, bytes.
    pub bytes: usize,
    /// Writes for one file, besides comments.
    pub writes: u32,
    /// Comments for one file.
    pub comments: u32,
}

/// What an answer to a write is believed to take before the first one came, milliseconds.
const ANSWER_MS: u64 = 300;

impl Limits {
    /// The pace of a push where an issue takes `writes_per_issue` writes and an answer to a write
    /// comes after `answer_ms` milliseconds, as far as that is known; `with_files`: each issue also
    /// gets a file.
    pub fn pace(&self, writes_per_issue: u32, answer_ms: Option<u64>, with_files: bool) -> Pace {
        let files = self.files.filter(|_| with_files);
        Pace {
            file_writes: files.map_or(0, |files| files.writes),
            file_comments: files.map_or(0, |files| files.comments),
            spacing_ms: self.spacing_ms,
            answer_ms: answer_ms.unwrap_or(ANSWER_MS),
            per_minute: self.content_per_minute,
            per_hour: self.content_per_hour,
            comments_per_minute: self.comments_per_minute,
            writes_per_create: writes_per_issue,
            writes_per_update: writes_per_issue,
            updates_at_once: u32::try_from(self.changes_at_once).unwrap_or(u32::MAX),
            updates_per_minute: self.changes_per_minute,
        }
    }
}

/// Where a device signs in (RFC 8628).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceEndpoints {
    /// Gives device and user codes.
    pub code_url: String,
    /// Gives and renews tokens.
    pub token_url: String,
    /// The client id that a person registered.
    pub client_id: String,
    /// Scopes asked for.
    pub scope: String,
}
