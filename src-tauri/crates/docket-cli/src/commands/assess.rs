//! `docket assess …`: a decision about one finding or many.

use docket_domain::{Assessment, Selection};
use serde_json::json;

use super::count;
use crate::args::AssessArgs;
use crate::ask::confirm;
use crate::call::Call;
use crate::end::{End, Failure};
use crate::terminal::document;
use crate::watch::quietly;

pub(super) async fn run(call: &Call<'_>, args: AssessArgs) -> Result<End, Failure> {
    Assessment::check(args.status, args.reason)?;
    let named = !args.ids.is_empty();
    let selection = match args.query {
        Some(query) => call.matching(&query, args.app.as_deref()).await?,
        None => Selection::Ids { ids: args.ids },
    };
    let total = call.engine.finding_count(selection.clone()).await?.total;
    let label = args.status.label();
    if total > 0 {
        // Ids are named one by one; a query may match more than was thought.
        let question = format!("Set {} to «{label}»?", count(total, "finding"));
        confirm(call.terminal, &question, args.yes || named).await?;
    }
    let changed = if total == 0 {
        0
    } else {
        quietly(call, |listener| {
            call.engine.finding_assess(selection, args.status, args.reason, args.comment, listener)
        })
        .await?
    };
    if call.terminal.json {
        document(&json!({ "selected": total, "changed": changed }))?;
    } else if total == 0 {
        call.terminal.say("No finding matches; nothing was changed.")?;
    } else {
        let same = total - changed.min(total);
        let rest = if same > 0 { format!("; {same} had it already") } else { String::new() };
        call.terminal.say(&format!("{} set to «{label}»{rest}.", count(changed, "finding")))?;
    }
    Ok(End::Done)
}
