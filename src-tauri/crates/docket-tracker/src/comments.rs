//! Comments that must not appear twice: each is looked for before it is written again.

use std::future::Future;
use std::time::Duration;

use docket_domain::{Code, IssueDraft, Marker, Timestamp};

use crate::error::{Outcome, TrackerError, WriteError};
use crate::http::Http;

/// How far back a comment of ours is looked for: clocks differ.
const LOOK_BACK_MS: i64 = 300_000;

/// An unknown outcome is looked up after these pauses before the comment counts as not written.
const LOOK_AGAIN: [Duration; 3] = [Duration::ZERO, Duration::from_millis(500), Duration::from_millis(1_500)];

/// The comments of one issue, at one vendor.
pub(crate) trait Comments: Sync {
    /// The connection that they are written through.
    fn http(&self) -> &Http;
    /// Sends one comment, once.
    fn write(&self, text: &str) -> impl Future<Output = Result<(), WriteError>> + Send;
    /// Texts of those changed at or after `since`; servers that cannot ask so give all.
    fn bodies(
        &self,
        since: Option<Timestamp>,
    ) -> impl Future<Output = Result<Vec<String>, TrackerError>> + Send;
    /// The line by which a follow-up comment is known again: hidden, where texts keep hidden lines.
    fn sign(&self, marker: &Marker, at: usize, of: usize) -> String {
        follow_up_line(marker, at, of)
    }
    /// The text of a comment holds `sign`, whatever the server made of it.
    fn holds(&self, body: &str, sign: &str) -> bool {
        same_text(body, sign)
    }
}

/// The hidden line by which a follow-up comment is known again. It is not a marker line:
/// only the issue itself carries that.
pub(crate) fn follow_up_line(marker: &Marker, at: usize, of: usize) -> String {
    format!("<!-- docket:v1 comment={at}/{of} of={marker} -->")
}

/// Writes the follow-up comments of a new issue. The issue is there: what is missing is a
/// sentence, not an error.
pub(crate) async fn follow_up(comments: &impl Comments, draft: &IssueDraft) -> Option<String> {
    let error = write_all(comments, draft).await.err()?;
    Some(format!(
        "Not all of the text was written: a follow-up comment failed. {}",
        error.error.problem.message
    ))
}

async fn write_all(comments: &impl Comments, draft: &IssueDraft) -> Result<(), WriteError> {
    for (at, text) in draft.follow_ups.iter().enumerate() {
        let line = comments.sign(&draft.marker, at + 1, draft.follow_ups.len());
        write_once(comments, &format!("{text}\n\n{line}"), &line).await?;
    }
    Ok(())
}

/// Writes those follow-up comments that the issue lacks; a sentence for each.
pub(crate) async fn complete(
    comments: &impl Comments,
    draft: &IssueDraft,
) -> Result<Vec<String>, WriteError> {
    if draft.follow_ups.is_empty() {
        return Ok(Vec::new());
    }
    let there = comments.bodies(None).await.map_err(WriteError::not_sent)?;
    let mut written = Vec::new();
    for (at, text) in draft.follow_ups.iter().enumerate() {
        let line = comments.sign(&draft.marker, at + 1, draft.follow_ups.len());
        if !there.iter().any(|body| comments.holds(body, &line)) {
            write_once(comments, &format!("{text}\n\n{line}"), &line).await?;
            written.push(format!("Comment {} of {} was added.", at + 1, draft.follow_ups.len()));
        }
    }
    Ok(written)
}

/// Writes a comment. After an unknown outcome it looks for `sign` in the comments, and writes
/// again (once) only when it is not there.
pub(crate) async fn write_once(comments: &impl Comments, text: &str, sign: &str) -> Result<(), WriteError> {
    let since = comments.http().ports.clock.now().plus_millis(-LOOK_BACK_MS);
    for last in [false, true] {
        match comments.write(text).await {
            Ok(()) => return Ok(()),
            Err(error) if error.outcome != Outcome::Unknown => return Err(error),
            Err(error) => match is_there(comments, sign, since).await {
                Ok(true) => return Ok(()),
                Ok(false) if !last => {}
                Ok(false) | Err(_) => return Err(error),
            },
        }
    }
    Ok(())
}

/// Whether a comment holds `sign`, after a while: the tracker may still be storing it. Looked for
/// among the latest, then among all: a clock here that runs ahead of the tracker's hides the
/// latest, and what is hidden would be written twice.
async fn is_there(comments: &impl Comments, sign: &str, since: Timestamp) -> Result<bool, TrackerError> {
    for pause in LOOK_AGAIN {
        comments.http().ports.sleeper.sleep(pause).await;
        for since in [Some(since), None] {
            if comments.bodies(since).await?.iter().any(|body| comments.holds(body, sign)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Writes the comment of an update unless the issue has it: an update that was interrupted is
/// made again, and its comment may have been the last thing that was stored.
///
/// The change itself is made by then. A comment that the tracker refuses for good (a locked
/// issue, a missing right) is therefore a sentence, not a failure of the whole.
pub(crate) async fn write_last(comments: &impl Comments, text: &str) -> Result<Option<String>, WriteError> {
    let there = match comments.bodies(None).await {
        Ok(there) => there,
        Err(error) if is_for_good(&error) => return Ok(Some(not_written(&error))),
        Err(error) => return Err(WriteError::unknown(error)),
    };
    if there.iter().any(|body| comments.holds(body, text)) {
        return Ok(None);
    }
    match write_once(comments, text, text).await {
        Ok(()) => Ok(None),
        Err(error) if error.outcome == Outcome::Refused => Ok(Some(not_written(&error.error))),
        // The comment was not sent, but what came before it was: the whole must be looked at again.
        Err(error) => Err(WriteError::unknown(error.error)),
    }
}

/// Asking again would be answered the same.
fn is_for_good(error: &TrackerError) -> bool {
    matches!(error.code(), Code::Forbidden | Code::TargetMissing | Code::Refused)
}

fn not_written(error: &TrackerError) -> String {
    format!("The change was made, but its comment was not written. {}", error.problem.message)
}

/// `body` holds `sign`, whatever the line ends became.
fn same_text(body: &str, sign: &str) -> bool {
    body.replace("\r\n", "\n").contains(&sign.replace("\r\n", "\n"))
}
