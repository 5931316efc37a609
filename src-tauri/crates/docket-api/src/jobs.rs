//! Handlers of the jobs.

use std::path::PathBuf;

use docket_domain::Problem;
use docket_domain::check::CheckReport;
use docket_engine::imports::ImportOrder;
use docket_engine::{Consent, Engine, JobListener};

use crate::handle::changed;
use crate::request::names::*;
pub(crate) use crate::watch::{import_look, watch_close_anyway};

type Answer<T> = Result<T, Problem>;

pub(crate) async fn import_run(engine: &Engine, r: ImportRun, listener: JobListener) -> Answer<Import> {
    let mut order = ImportOrder::new(r.application);
    order.format = r.format;
    order.branch = r.branch;
    order.dry_run = r.dry_run;
    order.close_anyway = r.close_anyway;
    order.allow_mismatch = r.allow_mismatch;
    order.columns = r.columns;
    engine.import_file(&PathBuf::from(r.path), order, listener).await
}

pub(crate) async fn import_undo(engine: &Engine, r: ImportUndo, listener: JobListener) -> Answer<TakeBack> {
    engine.import_undo(r.id, r.keep_judged, listener).await
}

pub(crate) async fn connection_test(
    engine: &Engine,
    r: ConnectionTest,
    listener: JobListener,
) -> Answer<CheckReport> {
    let id = r.id.ok_or_else(|| Problem::bad_input("Save the connection before testing it."))?;
    engine.connection_test(id, r.target, listener).await
}

pub(crate) async fn connection_sign_in(
    engine: &Engine,
    r: ConnectionOf,
    listener: JobListener,
) -> Answer<Connection> {
    engine.connection_sign_in(r.id, listener).await
}

pub(crate) async fn mapping_verify(
    engine: &Engine,
    r: MappingOf,
    listener: JobListener,
) -> Answer<CheckReport> {
    engine.mapping_verify(r.id, listener).await
}

pub(crate) async fn mapping_repair(
    engine: &Engine,
    r: MappingRepair,
    listener: JobListener,
) -> Answer<MappingRepaired> {
    let repaired = engine.mapping_repair(r.id, r.repairs, listener).await?;
    Ok(MappingRepaired { done: repaired.done, failed: repaired.failed, report: repaired.report })
}

pub(crate) async fn plan_make(engine: &Engine, r: PlanMake, listener: JobListener) -> Answer<Plan> {
    engine.plan_make(r.selection, r.mapping, r.group_by, listener).await
}

pub(crate) async fn plan_apply(engine: &Engine, r: PlanApply, listener: JobListener) -> Answer<Plan> {
    engine.plan_apply_agreed(r.id, Consent { public: r.public }, listener).await
}

pub(crate) async fn practice_begin(
    engine: &Engine,
    _: Nothing,
    listener: JobListener,
) -> Answer<PracticeReady> {
    let ready = engine.practice_begin(listener).await?;
    Ok(PracticeReady {
        url: ready.url,
        application: ready.application,
        connection: ready.connection,
        mapping: ready.mapping,
        import: ready.import,
        check: ready.check,
    })
}

pub(crate) async fn plan_undo(engine: &Engine, r: PlanUndo, listener: JobListener) -> Answer<Plan> {
    engine.plan_undo(r.id, r.steps, listener).await
}

pub(crate) async fn plan_again(engine: &Engine, r: PlanOf, listener: JobListener) -> Answer<Plan> {
    engine.plan_again(r.id, listener).await
}

pub(crate) async fn issue_search(
    engine: &Engine,
    r: IssueFind,
    listener: JobListener,
) -> Answer<IssueMatches> {
    let found = engine.issue_search(r.mapping, &r.text, listener).await?;
    let issues =
        found.into_iter().map(|one| IssueMatch { issue: one.issue, title: one.title, state: one.state });
    Ok(IssueMatches { issues: issues.collect() })
}

// The following are done at once for few findings; for very many they have progress and can be cancelled.

pub(crate) async fn application_remove(
    engine: &Engine,
    r: ApplicationOf,
    listener: JobListener,
) -> Answer<Changed> {
    engine.application_remove(r.id, listener).await.map(changed)
}

pub(crate) async fn owners_save(engine: &Engine, r: OwnersText, listener: JobListener) -> Answer<Changed> {
    engine.owners_save(r.id, r.text, listener).await.map(changed)
}

pub(crate) async fn finding_assess(
    engine: &Engine,
    r: FindingAssess,
    listener: JobListener,
) -> Answer<Changed> {
    engine.finding_assess(r.selection, r.status, r.reason, r.comment, listener).await.map(changed)
}

pub(crate) async fn finding_set_severity(
    engine: &Engine,
    r: FindingSetSeverity,
    listener: JobListener,
) -> Answer<Changed> {
    engine.finding_set_severity(r.selection, r.severity, r.comment, listener).await.map(changed)
}

pub(crate) async fn finding_comment(
    engine: &Engine,
    r: FindingComment,
    listener: JobListener,
) -> Answer<Changed> {
    engine.finding_comment(r.selection, r.text, listener).await.map(changed)
}

pub(crate) async fn finding_move(engine: &Engine, r: FindingMove, listener: JobListener) -> Answer<Changed> {
    engine.finding_move(r.selection, r.application, listener).await.map(changed)
}

pub(crate) async fn proposals_settle(
    engine: &Engine,
    r: ProposalsSettle,
    listener: JobListener,
) -> Answer<Changed> {
    engine.proposals_settle(r.selection, r.accept, listener).await.map(changed)
}
