//! `docket suggestions …`: an answer to what is suggested about one finding or many.

use docket_domain::Selection;
use serde_json::json;

use super::count;
use crate::args::SuggestionsArgs;
use crate::ask::confirm;
use crate::call::Call;
use crate::end::{End, Failure};
use crate::terminal::document;
use crate::watch::quietly;

pub(super) async fn run(call: &Call<'_>, args: SuggestionsArgs) -> Result<End, Failure> {
    let named = !args.ids.is_empty();
    let selection = match args.query {
        Some(query) => call.matching(&query, args.app.as_deref()).await?,
        None => Selection::Ids { ids: args.ids },
    };
    let about = call.engine.finding_count(selection.clone()).await?.suggested;
    if about > 0 {
        let what = if args.accept { "Take over" } else { "Turn down" };
        let question = format!("{what} what is suggested about {}?", count(about, "finding"));
        confirm(call.terminal, &question, args.yes || named).await?;
    }
    let answered = if about == 0 {
        0
    } else {
        quietly(call, |listener| call.engine.proposals_settle(selection, args.accept, listener)).await?
    };
    if call.terminal.json {
        document(&json!({ "suggested": about, "answered": answered }))?;
    } else if about == 0 {
        call.terminal.say("Nothing is suggested about these findings; nothing was changed.")?;
    } else {
        let done = if args.accept { "taken over" } else { "turned down" };
        let stale = about - answered.min(about);
        let rest =
            if stale > 0 { format!("; about {stale} it does not hold any more") } else { String::new() };
        call.terminal
            .say(&format!("What was suggested about {} is {done}{rest}.", count(answered, "finding")))?;
    }
    Ok(End::Done)
}
