//! `docket connection sign-in`: the code to the person, the connection afterwards.

use docket_domain::Timestamp;
use docket_domain::job::JobNews;

use super::moment;
use crate::call::Call;
use crate::end::{End, Failure};
use crate::pick;
use crate::terminal::{complain, document, line};
use crate::watch::watched;

/// Whether the way of signing in (the kind's usual one unless given) is a code in the browser.
pub(super) fn signs_in_with_code(call: &Call<'_>, kind: &str, auth: Option<&str>) -> bool {
    let kinds = call.engine.connection_kinds();
    let Some(card) = kinds.into_iter().find(|card| card.id == kind) else { return false };
    let mut ways = card.auth.into_iter();
    let way = match auth {
        Some(id) => ways.find(|way| way.id == id),
        None => ways.next(),
    };
    way.is_some_and(|way| way.device)
}

/// Signs in and says who is signed in.
pub(super) async fn sign_in(call: &Call<'_>, name: &str) -> Result<End, Failure> {
    let one = pick::connection(&call.engine, name).await?;
    let saved = watched(
        call,
        |listener| call.engine.connection_sign_in(one.id, listener),
        async |news, teller: &_| {
            // Told also when people want quiet: without it nothing goes on.
            if let JobNews::Code { user_code, url, complete_url, expires } = news {
                teller.aside(|| complain(&code_words(&user_code, &url, complete_url.as_deref(), expires)));
            }
        },
    )
    .await?;
    if call.terminal.json {
        document(&saved)?;
        return Ok(End::Done);
    }
    let label = line(&saved.label);
    call.terminal.say(&format!("Connection {} «{label}» is signed in", saved.id))?;
    if let Some(test) = &saved.last_test {
        call.terminal.say(&line(&test.summary))?;
    }
    Ok(End::Done)
}

/// What a person must do to sign in.
fn code_words(user_code: &str, url: &str, complete_url: Option<&str>, expires: Timestamp) -> String {
    let mut words = format!(
        "Open {} in a browser and enter the code {} (until {}).",
        line(url),
        line(user_code),
        moment(expires)
    );
    if let Some(complete) = complete_url {
        words.push_str("\nOr open this, where the code is filled in: ");
        words.push_str(&line(complete));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_told_with_its_page_and_its_end_and_cannot_drive_the_terminal() {
        let at: Timestamp = "2026-11-21T10:15:30Z".parse().unwrap();
        let words = code_words(
            "AB\u{1b}[31mCD",
            "https://h.example/device",
            Some("https://h.example/device?c=1"),
            at,
        );
        assert!(words.contains("Open https://h.example/device in a browser"), "where: {words}");
        assert!(words.contains("ABCD") && !words.contains('\u{1b}'), "harmless, and whole: {words}");
        assert!(
            words.contains("2026-11-21 10:15Z") && words.contains("device?c=1"),
            "end and full address: {words}"
        );
    }
}
