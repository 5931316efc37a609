//! Handlers of the queries and commands: requests taken apart, answers put together.
//! No rule lives here.

use std::path::Path;

use docket_domain::page::SelectionCount;
use docket_domain::query;
use docket_domain::template;
use docket_domain::{Code, Destination, Problem, Secret};
use docket_engine::Engine;
use docket_engine::connections::{ConnectionForm, NewSecret};
use docket_engine::grouping::PreviewLine;
use docket_engine::mappings::MappingForm;
use docket_engine::templates::Try;

use crate::request::names::*;
pub(crate) use crate::watch::{
    import_gather, import_recognise, watch_add, watch_files, watch_leave_open, watch_list, watch_pause,
    watch_remove, watch_retry, watch_try,
};

type Answer<T> = Result<T, Problem>;

pub(crate) fn changed(count: u64) -> Changed {
    Changed { count }
}

pub(crate) async fn app_status(engine: &Engine, _: Nothing) -> Answer<AppStatus> {
    let counts = engine.counts().await?;
    let keychain = engine.keychain().await;
    let connections = engine.connection_list().await?;
    let fresh = counts.imports == 0 && counts.connections == 0 && counts.findings == 0;
    Ok(AppStatus {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        data_dir: engine.data_dir().display().to_string(),
        log_file: engine.log_folder().display().to_string(),
        keychain: KeychainStatus {
            ok: keychain.problem.is_none(),
            name: keychain.name.to_owned(),
            problem: keychain.problem,
        },
        counts: Counts {
            findings: counts.findings,
            plans: counts.plans,
            issues: counts.issues,
            imports: counts.imports,
            connections: counts.connections,
            proposals: counts.proposals,
        },
        jobs: engine.jobs_running(),
        connections: connections
            .into_iter()
            .map(|c| ConnectionHealth {
                id: c.id,
                label: c.label,
                ok: c.last_test.as_ref().map(|test| test.ok),
                words: c.last_test.map_or_else(|| "not tested yet".to_owned(), |test| test.summary),
            })
            .collect(),
        fresh,
    })
}

pub(crate) async fn settings_show(engine: &Engine, _: Nothing) -> Answer<Settings> {
    Ok(Settings { author: engine.settings().await?.author })
}

pub(crate) async fn settings_save(engine: &Engine, r: SettingsSave) -> Answer<Settings> {
    let kept = engine.settings_save(docket_engine::Settings { author: r.settings.author }).await?;
    Ok(Settings { author: kept.author })
}

pub(crate) async fn application_list(engine: &Engine, _: Nothing) -> Answer<ApplicationList> {
    Ok(ApplicationList { applications: engine.application_list().await? })
}

pub(crate) async fn application_add(engine: &Engine, r: ApplicationAdd) -> Answer<Application> {
    engine.application_add(&r.name).await
}

pub(crate) async fn application_rename(engine: &Engine, r: ApplicationRename) -> Answer<Application> {
    engine.application_rename(r.id, &r.name).await
}

pub(crate) async fn owners_show(engine: &Engine, r: ApplicationOf) -> Answer<Ownership> {
    engine.owners_show(r.id).await
}

pub(crate) async fn owners_try(engine: &Engine, r: OwnersText) -> Answer<Ownership> {
    engine.owners_try(r.id, r.text).await
}

pub(crate) async fn finding_page(engine: &Engine, r: FindingPageRequest) -> Answer<FindingPage> {
    engine.finding_page(&r.query, r.application, r.sort, r.start, r.limit.clamp(1, 500)).await
}

pub(crate) async fn finding_facets(engine: &Engine, r: FindingQuery) -> Answer<FacetList> {
    Ok(FacetList { values: engine.finding_facets(&r.query, r.application).await? })
}

pub(crate) async fn finding_detail(engine: &Engine, r: FindingOf) -> Answer<FindingDetail> {
    engine.finding_detail(r.id).await
}

pub(crate) async fn finding_raw(engine: &Engine, r: FindingOf) -> Answer<FindingRaw> {
    Ok(FindingRaw { record: engine.finding_raw(r.id).await? })
}

pub(crate) async fn finding_count(engine: &Engine, r: SelectionOf) -> Answer<SelectionCount> {
    engine.finding_count(r.selection).await
}

pub(crate) async fn finding_copy(engine: &Engine, r: FindingCopy) -> Answer<Copied> {
    let copied = engine.finding_copy(r.selection, r.format.parse()?).await?;
    Ok(Copied { text: copied.text, count: copied.count, left_out: copied.left_out })
}

pub(crate) async fn proposal_settle(engine: &Engine, r: ProposalSettle) -> Answer<Changed> {
    engine.proposal_settle(r.id, r.accept, r.comment).await.map(changed)
}

pub(crate) async fn query_check(engine: &Engine, r: QueryCheckRequest) -> Answer<QueryCheck> {
    let text = r.text.as_str();
    let at = |byte: usize| query::utf16(text, byte);
    let problem = query::parse(text).err().map(|mistake| QueryProblem {
        from: at(mistake.from),
        to: at(mistake.to),
        message: mistake.message,
    });
    let completions = engine.query_complete(text, query::from_utf16(text, r.caret)).await?;
    Ok(QueryCheck {
        problem,
        completions: completions
            .into_iter()
            .map(|c| Completion {
                insert: c.insert,
                label: c.label,
                note: c.note,
                from: at(c.from),
                to: at(c.to),
            })
            .collect(),
        terms: query::spans(text)
            .into_iter()
            .map(|span| QueryTerm {
                from: at(span.from),
                to: at(span.to),
                field: span.field,
                negated: span.negated,
            })
            .collect(),
    })
}

pub(crate) async fn query_toggle(engine: &Engine, r: QueryToggle) -> Answer<QueryText> {
    engine.query_toggle(&r.text, r.facet, &r.value).map(|text| QueryText { text })
}

pub(crate) async fn format_list(engine: &Engine, _: Nothing) -> Answer<FormatList> {
    let formats = engine
        .format_list()
        .iter()
        .map(|f| FormatCard {
            id: f.id().to_owned(),
            label: f.label().to_owned(),
            about: f.about().to_owned(),
            versions: f.versions().to_owned(),
            extensions: f.extensions().iter().map(|&ending| ending.to_owned()).collect(),
        })
        .collect();
    Ok(FormatList { formats })
}

pub(crate) async fn import_list(engine: &Engine, r: ImportListRequest) -> Answer<ImportList> {
    let (imports, total) = engine.import_list(r.application, r.offset, r.limit).await?;
    Ok(ImportList { imports, total })
}

pub(crate) async fn import_detail(engine: &Engine, r: ImportOf) -> Answer<ImportDetail> {
    let (import, warnings) = engine.import_detail(r.id).await?;
    Ok(ImportDetail { import, warnings })
}

pub(crate) async fn import_undo_look(engine: &Engine, r: ImportOf) -> Answer<TakeBack> {
    engine.import_undo_look(r.id).await
}

pub(crate) async fn connection_kinds(engine: &Engine, _: Nothing) -> Answer<KindList> {
    Ok(KindList { kinds: engine.connection_kinds() })
}

pub(crate) async fn connection_list(engine: &Engine, _: Nothing) -> Answer<ConnectionList> {
    Ok(ConnectionList { connections: engine.connection_list().await? })
}

pub(crate) async fn connection_understand(engine: &Engine, r: ConnectionUnderstand) -> Answer<Understood> {
    engine.connection_understand(&r.kind, &r.location)
}

pub(crate) async fn connection_save(engine: &Engine, r: ConnectionSave) -> Answer<Connection> {
    let entered =
        |secret: Option<Entered>| secret.map(|Entered(secret)| secret).filter(|s: &Secret| !s.is_empty());
    engine
        .connection_save(ConnectionForm {
            id: r.id,
            label: r.label,
            kind: r.kind,
            location: r.location,
            auth: r.auth,
            username: r.username,
            secret: entered(r.secret).map_or(NewSecret::Keep, NewSecret::Entered),
            proxy_password: entered(r.proxy_password),
            network: r.network,
            settings: r.settings,
        })
        .await
}

pub(crate) async fn connection_remove(engine: &Engine, r: ConnectionOf) -> Answer<Changed> {
    engine.connection_remove(r.id).await.map(changed)
}

pub(crate) async fn connection_targets(engine: &Engine, r: ConnectionTargets) -> Answer<TargetPage> {
    let page = engine.connection_targets_typed(r.connection, &r.search, r.page.as_deref()).await?;
    Ok(TargetPage { targets: page.targets, next: page.next, hidden: page.hidden })
}

pub(crate) async fn connection_fields(engine: &Engine, r: ConnectionFields) -> Answer<TargetFields> {
    let to = Destination { target: r.target, stable_id: None, settings: r.settings };
    engine.connection_fields(r.connection, &to).await
}

pub(crate) async fn connection_choices(engine: &Engine, r: ConnectionChoices) -> Answer<ChoicePage> {
    let to = Destination { target: r.target, stable_id: None, settings: r.settings };
    engine.connection_choices_typed(r.connection, &to, &r.list, &r.search, r.page.as_deref()).await
}

pub(crate) async fn connection_exchanges(engine: &Engine, r: ConnectionExchanges) -> Answer<ExchangeList> {
    Ok(exchange_list(engine.connection_exchanges(r.connection, r.limit).await?))
}

pub(crate) async fn step_exchanges(engine: &Engine, r: StepOf) -> Answer<ExchangeList> {
    Ok(exchange_list(engine.step_exchanges(r.id, r.step).await?))
}

fn exchange_list(exchanges: Vec<docket_engine::Exchange>) -> ExchangeList {
    let exchanges = exchanges.into_iter().map(|e| Exchange {
        at: e.at,
        method: e.method,
        url: e.url,
        status: e.status,
        ms: e.ms,
        request: e.request,
        response: e.response,
        headers: e.headers,
        error: e.error,
    });
    ExchangeList { exchanges: exchanges.collect() }
}

pub(crate) async fn mapping_list(engine: &Engine, _: Nothing) -> Answer<MappingList> {
    Ok(MappingList { mappings: engine.mapping_list().await? })
}

pub(crate) async fn mapping_save(engine: &Engine, r: MappingSave) -> Answer<Mapping> {
    engine
        .mapping_save(MappingForm {
            id: r.id,
            label: r.label,
            connection: r.connection,
            target: r.target,
            applications: r.applications,
            labels: r.labels,
            severity_label: r.severity_label,
            assignees: r.assignees,
            milestone: r.milestone,
            severity: r.severity,
            status: r.status,
            settings: r.settings,
            template: r.template,
            guard: r.guard,
            findings_file: r.findings_file,
            active: r.active,
        })
        .await
}

pub(crate) async fn template_try(engine: &Engine, r: TemplateTry) -> Answer<TemplateTried> {
    let tried = engine
        .template_try(Try {
            template: r.template,
            connection: r.connection,
            target: r.target,
            application: r.application,
            group_by: r.group_by,
            skip: r.skip,
            guard: r.guard.unwrap_or_default(),
        })
        .await?;
    Ok(TemplateTried {
        faults: tried.faults,
        issue: tried.issue.map(|issue| TemplateIssue {
            of: issue.of,
            at: issue.at,
            findings: issue.findings,
            severity: issue.severity,
            title: issue.title,
            body: issue.body,
            follow_ups: issue.follow_ups,
            warnings: issue.warnings,
            flavour: issue.flavour,
            limit: issue.limit,
        }),
    })
}

pub(crate) async fn template_names(_: &Engine, _: Nothing) -> Answer<TemplateNames> {
    let named = |name: String, says: &str| TemplateName { name, says: says.to_owned() };
    let tables = template::reference().into_iter().filter(|(of, _)| !of.contains('['));
    Ok(TemplateNames {
        names: tables
            .flat_map(|(of, names)| {
                names.into_iter().map(move |(name, says)| match of {
                    "" => named(name.to_owned(), says),
                    of => named(format!("{of}.{name}"), says),
                })
            })
            .collect(),
        filters: template::filters().iter().map(|(name, says)| named((*name).to_owned(), says)).collect(),
    })
}

pub(crate) async fn guard_try(engine: &Engine, r: GuardTry) -> Answer<GuardTried> {
    let (text, taken) = engine.guard_try(&r.guard, &r.text)?;
    Ok(GuardTried { text, taken })
}

pub(crate) async fn mapping_remove(engine: &Engine, r: MappingOf) -> Answer<Changed> {
    engine.mapping_remove(r.id).await.map(changed)
}

pub(crate) async fn group_preview(engine: &Engine, r: GroupPreviewRequest) -> Answer<GroupPreview> {
    let preview = engine.group_preview(r.selection, r.group_by, r.mapping).await?;
    Ok(GroupPreview {
        findings: preview.findings,
        groups: preview.groups,
        new: preview.new,
        linked: preview.linked,
        left_out: preview.left_out,
        warnings: preview.warnings,
        first: preview.first.into_iter().map(group_line).collect(),
    })
}

fn group_line(line: PreviewLine) -> GroupLine {
    let members = line.members.into_iter().map(|m| MemberLine {
        id: m.id,
        severity: m.severity,
        title: m.title,
        place: m.place,
    });
    GroupLine {
        name: line.name,
        title: line.title,
        action: line.action,
        issue: line.issue,
        count: line.count,
        severity: line.severity,
        members: members.collect(),
    }
}

pub(crate) async fn plan_difference(engine: &Engine, r: StepOf) -> Answer<Difference> {
    engine.plan_difference(r.id, r.step).await
}

pub(crate) async fn plan_rename(engine: &Engine, r: PlanRename) -> Answer<Plan> {
    engine.plan_rename(r.id, &r.name).await
}

pub(crate) async fn issue_find(engine: &Engine, r: IssueFind) -> Answer<IssueSeen> {
    engine.issue_find(r.mapping, &r.text).await
}

pub(crate) async fn plan_list(engine: &Engine, _: Nothing) -> Answer<PlanList> {
    Ok(PlanList { plans: engine.plan_list().await? })
}

pub(crate) async fn plan_show(engine: &Engine, r: PlanOf) -> Answer<Plan> {
    engine.plan_show(r.id).await
}

pub(crate) async fn plan_steps(engine: &Engine, r: PlanSteps) -> Answer<StepPage> {
    let (steps, total) = engine.plan_steps_only(r.id, r.only, r.offset, r.limit).await?;
    let views = engine.step_members(steps).await?;
    Ok(StepPage {
        steps: views
            .into_iter()
            .map(|(step, members)| StepView {
                step,
                members: members
                    .into_iter()
                    .map(|row| MemberLine {
                        id: row.id,
                        severity: row.severity,
                        title: row.title,
                        place: row.place,
                    })
                    .collect(),
            })
            .collect(),
        total,
    })
}

pub(crate) async fn plan_step_guard(engine: &Engine, r: PlanStepOf) -> Answer<StepGuard> {
    Ok(StepGuard { taken: engine.plan_step_guard(r.id, r.index).await? })
}

pub(crate) async fn plan_export(engine: &Engine, r: PlanExport) -> Answer<Changed> {
    engine.plan_export_file(r.id, r.format.parse()?, Path::new(&r.path)).await.map(changed)
}

pub(crate) async fn plan_remove(engine: &Engine, r: PlanOf) -> Answer<Changed> {
    engine.plan_remove(r.id).await.map(changed)
}

pub(crate) async fn plan_pause(engine: &Engine, r: PlanOf) -> Answer<Changed> {
    engine.plan_pause(r.id).await.map(changed)
}

pub(crate) async fn plan_cancel(engine: &Engine, r: PlanOf) -> Answer<Changed> {
    engine.plan_cancel(r.id).await.map(changed)
}

pub(crate) async fn plan_retry(engine: &Engine, r: PlanOf) -> Answer<Changed> {
    engine.plan_retry(r.id).await.map(changed)
}

pub(crate) async fn issue_page(engine: &Engine, r: IssuePageRequest) -> Answer<IssuePage> {
    let (issues, total) = engine.issue_page_of(&r.search, r.offset, r.limit).await?;
    Ok(IssuePage { issues, total })
}

pub(crate) async fn job_list(engine: &Engine, _: Nothing) -> Answer<JobList> {
    Ok(JobList { jobs: engine.job_list(100).await? })
}

pub(crate) async fn job_cancel(engine: &Engine, r: JobOf) -> Answer<Changed> {
    match engine.job_cancel(r.id) {
        0 => Err(Problem::new(Code::NotFound, "This job no longer runs here.")),
        count => Ok(changed(count)),
    }
}

pub(crate) async fn practice_status(engine: &Engine, _: Nothing) -> Answer<PracticeStatus> {
    Ok(PracticeStatus { url: engine.practice_url().await })
}

pub(crate) async fn practice_stop(engine: &Engine, _: Nothing) -> Answer<Changed> {
    Ok(changed(engine.practice_stop().await))
}
