//! Questions to the person, and secrets from them.

use std::io::{self, IsTerminal, Read, Write};

use docket_domain::{Code, Problem, Secret};

use crate::end::Failure;
use crate::terminal::{Terminal, complain};
use crate::watch::Interrupts;

/// Asks before something that cannot be taken back. `yes` answers beforehand.
///
/// # Errors
/// The answer is no, or nobody can be asked (wrong usage: `--yes` is missing).
pub(crate) async fn confirm(terminal: &Terminal, question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !can_ask(terminal) {
        return Err(Failure::usage(
            format!("{question} Nobody can be asked here."),
            "Add --yes when you mean it.",
        ));
    }
    let mut err = io::stderr().lock();
    write!(err, "{question} [y/N] ")?;
    err.flush()?;
    drop(err);
    // Work before the question may have taken Ctrl-C over; it must end the question too.
    let mut interrupts = Interrupts::listen();
    let answer = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).map(|_| answer)
    });
    let answer = tokio::select! {
        answer = answer => answer.map_err(Problem::internal)??,
        () = interrupts.next() => {
            complain("");
            String::new()
        }
    };
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        Ok(())
    } else {
        Err(Problem::new(Code::Cancelled, "Nothing was done.").into())
    }
}

/// Whether there is a person to ask.
pub(crate) fn can_ask(terminal: &Terminal) -> bool {
    !terminal.json && terminal.lively && io::stdin().is_terminal()
}

/// The most that is read as a secret; more is a file gone astray.
const LONGEST: u64 = 64 * 1024;

/// A secret from standard input: without echo from a terminal, else everything up to its end.
pub(crate) fn secret(what: &str) -> Result<Secret, Failure> {
    let secret = if io::stdin().is_terminal() {
        Secret::new(rpassword::prompt_password(format!("{what} (not shown while you type): "))?)
    } else {
        let mut text = String::new();
        let read = io::stdin().lock().take(LONGEST + 1).read_to_string(&mut text);
        read.map_err(|_| wrong(what, "is not text"))?;
        if text.len() as u64 > LONGEST {
            return Err(wrong(what, "is far longer than any secret"));
        }
        Secret::new(text)
    };
    if secret.is_empty() {
        return Err(wrong(what, "is empty"));
    }
    if secret.expose().contains(char::is_control) {
        return Err(wrong(what, "has more than one line"));
    }
    Ok(secret)
}

fn wrong(what: &str, how: &str) -> Failure {
    Failure::usage(
        format!("{what} from standard input {how}."),
        "Give it like this: docket connection add … --secret-stdin < file-with-the-token",
    )
}
