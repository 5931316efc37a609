//! What a vendor refuses of an issue whatever else is in it, found out before anything is sent.

use docket_domain::{Code, IssueDraft, Problem};

/// What a vendor takes in a text.
#[derive(Clone, Copy)]
pub(crate) enum Most {
    /// Characters.
    Chars(usize),
    /// Bytes.
    Bytes(usize),
}

/// Room for the line by which a comment is known again.
const LINE: usize = 200;

/// Refuses what the vendor would refuse, before anything is sent: a draft without a title, with
/// one of more than `title` characters, or with a longer text than `most`.
pub(crate) fn fits(draft: &IssueDraft, vendor: &str, title: usize, most: Most) -> Result<(), Problem> {
    let too_long = |what: &str, is: usize, unit: &str, most: usize| {
        Problem::new(Code::Refused, format!("The {what} has {is} {unit}; {vendor} takes {most}."))
            .hint("Shorten it, or group fewer findings into one issue.")
    };
    if draft.title.trim().is_empty() {
        return Err(Problem::new(Code::Refused, "The issue has no title.").hint("Give it one."));
    }
    let chars = draft.title.chars().count();
    if chars > title {
        return Err(too_long("title", chars, "characters", title));
    }
    for text in std::iter::once(&draft.body).chain(&draft.follow_ups) {
        let (is, unit, most) = match most {
            Most::Chars(most) => (text.chars().count(), "characters", most - LINE),
            Most::Bytes(most) => (text.len(), "bytes", most - LINE),
        };
        if is > most {
            return Err(too_long("text", is, unit, most));
        }
    }
    Ok(())
}
