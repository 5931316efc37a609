//! `docket imports` and `docket import-undo`: what was read, and taking it back.

use docket_domain::{Code, ImportState, Problem, TakeBack};
use docket_engine::Engine;
use serde_json::json;

use super::import::delta;
use super::{count, moment};
use crate::args::{ImportUndoArgs, ImportsArgs};
use crate::ask::confirm;
use crate::call::Call;
use crate::end::{End, Failure};
use crate::pick;
use crate::table::{Cell, gives, number, print, whole};
use crate::terminal::{document, line};
use crate::watch::quietly;

pub(super) async fn list(call: &Call<'_>, args: ImportsArgs) -> Result<End, Failure> {
    let application = match &args.app {
        Some(name) => Some(pick::application(&call.engine, name).await?.id),
        None => None,
    };
    let (imports, total) = call.engine.import_list(application, 0, args.limit).await?;
    if call.terminal.json {
        document(&json!({ "total": total, "imports": imports }))?;
        return Ok(End::Done);
    }
    let columns = [
        number("ID"),
        whole("BEGAN"),
        gives("REPORT"),
        gives("APPLICATION"),
        whole("STATE"),
        gives("WHAT IT CHANGED"),
    ];
    let rows: Vec<Vec<Cell>> = imports
        .iter()
        .map(|one| {
            let what = match (&one.problem, one.state) {
                (Some(problem), _) => problem.message.clone(),
                (None, ImportState::Done | ImportState::TakenBack) => delta(&one.delta),
                (None, _) => String::new(),
            };
            vec![
                one.id.to_string().into(),
                moment(one.started).into(),
                one.file.as_str().into(),
                one.application_name.as_str().into(),
                one.state.label().into(),
                what.into(),
            ]
        })
        .collect();
    print(call.terminal, &columns, &rows, "Nothing was imported yet: docket import PATH --app NAME")?;
    Ok(End::Done)
}

pub(super) async fn run(call: &Call<'_>, args: &ImportUndoArgs) -> Result<End, Failure> {
    let would = look(&call.engine, args).await?;
    if args.dry_run {
        return tell(call, &would, true);
    }
    if let Some(obstacle) = would.obstacle {
        return Err(obstacle.into());
    }
    if would.kept == 0 || args.keep_judged {
        let question = format!(
            "Take back import {} «{}» of «{}»: {}?",
            would.import.id,
            would.import.file,
            would.import.application_name,
            words(&would, true)
        );
        confirm(call.terminal, &question, args.yes).await?;
    }
    // What stands in the way, or would be lost, the engine says itself: it may have changed since.
    let done = quietly(call, |listener| call.engine.import_undo(args.import, args.keep_judged, listener))
        .await
        .map_err(named)?;
    tell(call, &done, false)
}

async fn look(engine: &Engine, args: &ImportUndoArgs) -> Result<TakeBack, Failure> {
    engine.import_undo_look(args.import).await.map_err(|problem| match problem.code {
        Code::NotFound => {
            let unknown = Problem::not_found(format!("There is no import {}.", args.import));
            unknown.hint("`docket imports` lists them.").into()
        }
        _ => problem.into(),
    })
}

/// Names the switch that lets it happen all the same.
fn named(problem: Problem) -> Problem {
    if problem.context.contains_key("kept") {
        return problem
            .hint("Add --keep-judged to take it back and keep those as they are. Nothing was changed.");
    }
    problem
}

fn tell(call: &Call<'_>, what: &TakeBack, dry_run: bool) -> Result<End, Failure> {
    let end = if what.obstacle.is_some() { End::Failed } else { End::Done };
    if call.terminal.json {
        document(&json!({ "undo": what, "dry_run": dry_run }))?;
        return Ok(end);
    }
    let (id, file) = (what.import.id, line(&what.import.file));
    if let Some(obstacle) = &what.obstacle {
        call.terminal
            .say(&format!("Import {id} «{file}» cannot be taken back. {}", line(&obstacle.message)))?;
        if let Some(hint) = &obstacle.hint {
            call.terminal.say(&line(hint))?;
        }
        return Ok(end);
    }
    let words = line(&words(what, dry_run));
    if dry_run {
        call.terminal.say(&format!("Import {id} «{file}»: {words} (only looked, nothing was changed)"))?;
        if what.kept > 0 {
            call.terminal.note("  without --keep-judged it would be refused");
        }
    } else {
        call.terminal.say(&format!("Import {id} «{file}» is taken back: {words}"))?;
    }
    Ok(end)
}

/// What it does, or would do.
fn words(what: &TakeBack, would: bool) -> String {
    let mut parts = Vec::new();
    let mut say = |n: u64, text: String| {
        if n > 0 {
            parts.push(text);
        }
    };
    let (go, remain) = if would { ("would go", "would stay") } else { ("are gone", "stay") };
    say(what.removed, format!("{} {go}", count(what.removed, "finding")));
    let mut why = Vec::new();
    if what.judged > 0 {
        why.push(format!("{} judged", what.judged));
    }
    if what.in_issues > 0 {
        why.push(format!("{} in issues", what.in_issues));
    }
    say(what.kept, format!("{} {remain} ({})", what.kept, why.join(", ")));
    say(what.restored, format!("{} as before", what.restored));
    say(what.opened, format!("{} open again", what.opened));
    say(what.closed, format!("{} closed again", what.closed));
    say(what.proposals, format!("{} less", count(what.proposals, "suggestion")));
    say(what.left_alone, format!("{} left alone, moved elsewhere since", what.left_alone));
    if parts.is_empty() { "no finding changes".to_owned() } else { parts.join(", ") }
}
