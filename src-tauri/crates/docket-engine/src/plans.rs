//! Plans: made from a selection, stored, shown, and given up.
//!
//! Order: the mapping is tested live, the target's marker index is brought up to date, the
//! pure [`planning::plan`] decides, then every issue is rendered and the plan is stored.
//! Nothing is written to the tracker here.

use std::collections::{BTreeMap, BTreeSet};

use docket_domain::job::Progress;
use docket_domain::member::Member;
use docket_domain::planning::{self, Known, Linked, Live, Pace, PlanInput, Planned};
use docket_domain::render::{MEMBERS_SHOWN, RenderOptions, TextLimits};
use docket_domain::text::Flavour;
use docket_domain::{
    Action, Code, Connection, FindingId, GroupKey, IssueRef, IssueState, Mapping, MappingId, Marker, Plan,
    PlanId, Problem, Selection, Step, Timestamp,
};
use docket_store as store;
use docket_store::plans::NewPlan;
use docket_tracker::{CheckGoal, Limits, Tracker};

use crate::engine::Engine;
use crate::events::{JobListener, JobRun};
use crate::trackers::Bar;

/// How far before the last scan the next one begins, so that clocks may differ.
const OVERLAP_MS: i64 = 120_000;

/// So many pages in a row whose issues were all listed before end the reading of a list: its
/// pages would go on for ever.
const STALE_PAGES: u32 = 20;

/// Issues that the tracker is asked about in one go.
const READ_AT_ONCE: usize = 200;

/// What a push writes into an issue's footer.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Everything that a push through one mapping works with.
pub(crate) struct Route {
    /// As far as the tracker can write it ([`MappingDefaults::writable`]).
    pub mapping: Mapping,
    pub connection: Connection,
    pub tracker: Box<dyn Tracker>,
    pub limits: Limits,
}

impl Engine {
    /// Opens the way from a mapping to its tracker.
    pub(crate) async fn route(&self, id: MappingId, run: &JobRun, bar: &Bar) -> Result<Route, Problem> {
        let mapping = self.read(move |r| store::mappings::show(r, id)).await?;
        let connection = self.connection_show(mapping.connection).await?;
        let tracker = self.connect(&connection, Some((run, bar))).await?;
        let mapping = self.kind(&connection.kind)?.card().defaults.writable(mapping);
        let limits = tracker.limits();
        Ok(Route { mapping, connection, tracker, limits })
    }

    /// Makes and stores a plan. Writes nothing to the tracker.
    ///
    /// # Errors
    /// The mapping is off or does not pass its live test (then nothing is planned at all),
    /// the selection is empty, the tracker cannot be reached, or a person cancels.
    pub async fn plan_make(
        &self,
        selection: Selection,
        mapping: MappingId,
        group_by: Vec<GroupKey>,
        listener: JobListener,
    ) -> Result<Plan, Problem> {
        self.small_enough(&selection).await?;
        self.run_job("plan_make", "Planning a push", listener, |run| async move {
            let bar = Bar::default();
            tell(&run, &bar, "Checking the mapping against the tracker", 0, None);
            let route = self.route(mapping, &run, &bar).await?;
            self.verified(&route, &run, "Nothing was planned").await?;
            self.refresh_markers(&route, &run, Some(&bar)).await?;
            self.draw_up(&route, selection, group_by, &run, &bar).await
        })
        .await
    }

    /// Refuses when the live test of the mapping fails; `consequence` begins the sentence.
    pub(crate) async fn verified(
        &self,
        route: &Route,
        run: &JobRun,
        consequence: &str,
    ) -> Result<(), Problem> {
        let report = self.check(&route.connection, goal_of(&route.mapping), run).await?;
        if report.ok {
            return Ok(());
        }
        let failed =
            report.stages.iter().find(|stage| stage.state == docket_domain::check::CheckState::Failed);
        let mut problem = Problem::new(
            failed.map_or(Code::Refused, |stage| code_of(&stage.id)),
            format!(
                "{consequence}: the mapping «{}» does not pass its test. {}",
                route.mapping.label, report.summary
            ),
        );
        if let Some(stage) = failed {
            problem = problem.with("stage", &stage.title);
            if let Some(evidence) = &stage.evidence {
                problem = problem.with("seen", evidence);
            }
            problem.hint.clone_from(&stage.next);
        }
        Err(problem)
    }

    /// Brings the index of Docket's markers in the target up to date. The first time every
    /// issue of the target is listed; afterwards only what changed.
    pub(crate) async fn refresh_markers(
        &self,
        route: &Route,
        run: &JobRun,
        bar: Option<&Bar>,
    ) -> Result<u64, Problem> {
        let (connection, target) = (route.connection.id, route.mapping.target.clone());
        let to = route.mapping.destination();
        let key = target.clone();
        let scan = self.read(move |r| store::marker_index::scan(r, connection, &key)).await?;
        let since = scan
            .and_then(|scan| scan.cursor)
            .and_then(|cursor| cursor.parse::<Timestamp>().ok())
            .map(|at| at.plus_millis(-OVERLAP_MS));
        let mut page: Option<String> = None;
        let mut next_cursor: Option<Timestamp> = None;
        let mut seen = 0_u64;
        let mut numbers: BTreeSet<String> = BTreeSet::new();
        let mut stale = 0;
        loop {
            if run.is_cancelled() {
                return Err(Problem::cancelled());
            }
            let answer = route.tracker.changed_since(&to, since, page.as_deref()).await?;
            next_cursor = next_cursor.or(answer.server_time);
            seen += answer.issues.len() as u64;
            if let Some(bar) = bar {
                tell(run, bar, "Reading the issues that are there already", seen, None);
            }
            let before = numbers.len();
            numbers.extend(answer.issues.iter().map(|issue| issue.issue.number.clone()));
            // A page without issues says nothing: it may have held other things (pull requests).
            if numbers.len() > before {
                stale = 0;
            } else if !answer.issues.is_empty() {
                stale += 1;
            }
            if stale > STALE_PAGES {
                return Err(Problem::new(
                    Code::TrackerTrouble,
                    format!("The list of issues of {target} repeats itself and never ends."),
                )
                .hint(
                    "Something between here and the tracker may answer every page alike. Nothing was sent.",
                ));
            }
            let (issues, key) = (answer.issues, target.clone());
            self.write(move |tx| store::push::note_seen(tx, connection, &key, &issues)).await?;
            page = answer.next;
            if page.is_none() {
                break;
            }
        }
        // Only a complete reading moves the cursor: an interrupted one is read again.
        let cursor = next_cursor.unwrap_or_else(|| self.now()).to_string();
        self.write(move |tx| store::marker_index::set_scan(tx, connection, &target, Some(&cursor))).await?;
        Ok(seen)
    }

    async fn draw_up(
        &self,
        route: &Route,
        selection: Selection,
        group_by: Vec<GroupKey>,
        run: &JobRun,
        bar: &Bar,
    ) -> Result<Plan, Problem> {
        let (mut planned, links, words) = self.decided(route, &selection, &group_by, run, bar).await?;
        self.render_steps(route, &mut planned.steps, &links, run, bar).await?;
        let estimate = planning::estimate(&planned.steps, &pace(route));
        let plan = NewPlan {
            mapping: route.mapping.id,
            group_by,
            selection: words,
            warnings: planned.warnings,
            estimate_ms: estimate,
        };
        let steps = planned.steps;
        let plan = self.write(move |tx| store::plans::insert(tx, &plan, &steps)).await?;
        self.changed(&["Plans"]);
        Ok(plan)
    }

    /// Decides, looks whether the issues that the decision rests on are still there, and
    /// decides again when one is not: a list of changes never names what was deleted or moved
    /// away.
    async fn decided(
        &self,
        route: &Route,
        selection: &Selection,
        group_by: &[GroupKey],
        run: &JobRun,
        bar: &Bar,
    ) -> Result<(Planned, Vec<Linked>, String), Problem> {
        let mut asked: BTreeSet<String> = BTreeSet::new();
        loop {
            tell(run, bar, "Grouping", 0, None);
            let decision = self.decide(route, selection, group_by).await?;
            let (planned, links, _) = &decision;
            // What people closed is in the list of changes when they reopen it.
            let states: BTreeMap<&str, &IssueState> = links
                .iter()
                .filter(|link| matches!(link.state, IssueState::Open | IssueState::NotVisible))
                .map(|link| (link.issue.number.as_str(), &link.state))
                .collect();
            let unsure: Vec<(IssueRef, IssueState)> = planned
                .steps
                .iter()
                .filter_map(|step| {
                    let issue = step.issue.as_ref()?;
                    let state = states.get(issue.number.as_str()).copied();
                    let state = state.or((step.action != Action::Skip).then_some(&IssueState::Open))?;
                    Some((issue.clone(), state.clone()))
                })
                .filter(|(issue, _)| asked.insert(issue.short()))
                .collect();
            if unsure.is_empty() || !self.look_at(route, unsure, run, bar).await? {
                return Ok(decision);
            }
        }
    }

    /// Asks the tracker what has become of issues, and notes it. True when any is in another
    /// state than was believed.
    async fn look_at(
        &self,
        route: &Route,
        believed: Vec<(IssueRef, IssueState)>,
        run: &JobRun,
        bar: &Bar,
    ) -> Result<bool, Problem> {
        let (issues, states): (Vec<IssueRef>, Vec<IssueState>) = believed.into_iter().unzip();
        let connection = route.connection.id;
        let total = issues.len() as u64;
        let mut changed = false;
        for (at, (some, states)) in issues.chunks(READ_AT_ONCE).zip(states.chunks(READ_AT_ONCE)).enumerate() {
            if run.is_cancelled() {
                return Err(Problem::cancelled());
            }
            let done = (at * READ_AT_ONCE) as u64;
            tell(run, bar, "Looking at the issues that the findings are in", done, Some(total));
            let reads = route.tracker.read(some).await?;
            changed |= reads.iter().zip(states).any(|((_, read), believed)| read.state != *believed);
            let target = route.mapping.target.clone();
            self.write(move |tx| {
                for (issue, read) in &reads {
                    store::push::note_state(tx, connection, &target, issue, &read.state)?;
                }
                Ok(())
            })
            .await?;
        }
        Ok(changed)
    }

    async fn decide(
        &self,
        route: &Route,
        selection: &Selection,
        group_by: &[GroupKey],
    ) -> Result<(Planned, Vec<Linked>, String), Problem> {
        let mapping = route.mapping.clone();
        let (keys, connection, target) = (group_by.to_vec(), route.connection.id, mapping.target.clone());
        let chosen = selection.clone();
        self.read(move |r| {
            let candidates = store::push::candidates(r, &chosen)?;
            if candidates.is_empty() {
                return Err(Problem::bad_input("No finding is selected.")
                    .hint("Select findings, or loosen the query, and plan again."));
            }
            in_mapping(&candidates, &mapping)?;
            let links = store::push::links_of_target(r, connection, &target)?;
            let known: BTreeMap<Marker, Known> =
                store::push::known_markers(r, connection, &target)?.into_iter().collect();
            let input = PlanInput {
                candidates: &candidates,
                keys: &keys,
                mapping: &mapping,
                links: &links,
                known: &known,
            };
            let planned = planning::plan(&input)?;
            Ok((planned, links, words(&chosen)))
        })
        .await
    }

    async fn render_steps(
        &self,
        route: &Route,
        steps: &mut [Step],
        links: &[Linked],
        run: &JobRun,
        bar: &Bar,
    ) -> Result<(), Problem> {
        let total = steps.iter().filter(|step| step.action != Action::Skip).count() as u64;
        let mut done = 0;
        for step in steps.iter_mut().filter(|step| step.action != Action::Skip) {
            if run.is_cancelled() {
                return Err(Problem::cancelled());
            }
            let members = self.members(&step.group.findings).await?;
            let live = match (&step.action, &step.issue) {
                (Action::Update | Action::Adopt, Some(issue)) => {
                    let read = route.tracker.read(std::slice::from_ref(issue)).await?;
                    read.into_iter().next().and_then(|(_, read)| read.seen).map(|seen| seen.body)
                }
                _ => None,
            };
            let options = render_options(&route.limits, &step.marker);
            let live = live.as_deref().map(|body| Live { body });
            planning::write_draft(step, &members, &route.mapping, &options, links, live);
            done += 1;
            tell(run, bar, "Writing the issues' texts", done, Some(total));
        }
        Ok(())
    }

    /// The first members of a group, with everything an issue says about them.
    pub(crate) async fn members(&self, findings: &[FindingId]) -> Result<Vec<Member>, Problem> {
        let ids: Vec<FindingId> = findings.iter().copied().take(MEMBERS_SHOWN).collect();
        self.read(move |r| {
            ids.iter().map(|id| store::findings::detail(r, *id).map(|detail| Member::of(&detail))).collect()
        })
        .await
    }

    /// Plans, newest first.
    pub async fn plan_list(&self) -> Result<Vec<Plan>, Problem> {
        self.read(|r| store::plans::list(r, 200)).await
    }

    /// One plan.
    pub async fn plan_show(&self, id: PlanId) -> Result<Plan, Problem> {
        self.read(move |r| store::plans::show(r, id)).await
    }

    /// Steps of a plan in order, and how many there are.
    pub async fn plan_steps(&self, id: PlanId, offset: u64, limit: u32) -> Result<(Vec<Step>, u64), Problem> {
        self.read(move |r| store::plans::steps(r, id, offset, limit.min(500))).await
    }

    /// Forgets a plan.
    ///
    /// # Errors
    /// It is being applied, or the outcome of one of its steps is unknown (the step is what
    /// leads to the issue).
    pub async fn plan_remove(&self, id: PlanId) -> Result<u64, Problem> {
        self.write(move |tx| store::plans::remove(tx, id)).await?;
        self.changed(&["Plans"]);
        Ok(1)
    }

    /// Puts failed steps back to be tried again with the next apply.
    pub async fn plan_retry(&self, id: PlanId) -> Result<u64, Problem> {
        let count = self.write(move |tx| store::plans::retry_failed(tx, id)).await?;
        self.changed(&["Plans"]);
        Ok(count)
    }
}

/// A selection in words, as the list of plans shows it.
fn words(selection: &Selection) -> String {
    match selection {
        Selection::Ids { ids } if ids.len() == 1 => "one finding".to_owned(),
        Selection::Ids { ids } => format!("{} findings", ids.len()),
        Selection::Matching { query, except, .. } => {
            let query = if query.trim().is_empty() { "all findings" } else { query.trim() };
            if except.is_empty() {
                query.to_owned()
            } else {
                format!("{query}, but {} left out", except.len())
            }
        }
    }
}

/// Findings of an application that the mapping does not name are not silently sent there.
fn in_mapping(candidates: &[docket_domain::member::Candidate], mapping: &Mapping) -> Result<(), Problem> {
    let strangers: BTreeSet<&str> = candidates
        .iter()
        .filter(|c| !mapping.applications.contains(&c.application))
        .map(|c| c.application_name.as_str())
        .collect();
    if strangers.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = strangers.into_iter().collect();
    Err(Problem::bad_input(format!(
        "The mapping «{}» is not for {}, and findings of it are selected.",
        mapping.label,
        names.join(", ")
    ))
    .hint("Add the application to the mapping, choose another mapping, or select fewer findings."))
}

/// The kind of problem that a failed stage of the doctor is, so that whoever shows it can tell a
/// dead token from a missing label.
fn code_of(stage: &str) -> Code {
    match stage {
        "name" | "tcp" => Code::Network,
        "tls" => Code::Tls,
        "proxy" => Code::Proxy,
        "server" => Code::TrackerTrouble,
        "credential" | "expiry" => Code::Unauthorized,
        "scopes" | "sso" => Code::Forbidden,
        "target" => Code::TargetMissing,
        _ => Code::Refused,
    }
}

/// What the doctor is asked about a mapping.
pub(crate) fn goal_of(mapping: &Mapping) -> CheckGoal {
    CheckGoal {
        to: Some(mapping.destination()),
        labels: mapping.labels.clone(),
        assignees: mapping.assignees.clone(),
        milestone: mapping.milestone.clone(),
        severity: mapping.severity.clone(),
        status: mapping.status.clone(),
        planned: None,
    }
}

pub(crate) fn pace(route: &Route) -> Pace {
    let limits = &route.limits;
    let writes = route.tracker.writes_per_issue(&route.mapping.destination());
    Pace {
        spacing_ms: limits.spacing_ms,
        per_minute: limits.content_per_minute,
        per_hour: limits.content_per_hour,
        writes_per_create: writes,
        writes_per_update: writes,
        writes_per_comment: 1,
    }
}

pub(crate) fn render_options(limits: &Limits, marker: &Marker) -> RenderOptions {
    RenderOptions {
        limits: TextLimits {
            title_chars: limits.title_chars,
            body_chars: limits.body_chars,
            comment_chars: limits.comment_chars,
        },
        marker: marker.clone(),
        flavour: match limits.markup {
            docket_tracker::Markup::GitHubMarkdown => Flavour::GitHub,
            docket_tracker::Markup::GitLabMarkdown => Flavour::GitLab,
            docket_tracker::Markup::Html => Flavour::Html,
        },
        version: VERSION.to_owned(),
        max_follow_ups: 10,
        heading: String::new(),
    }
}

pub(crate) fn tell(run: &JobRun, bar: &Bar, text: &str, done: u64, total: Option<u64>) {
    bar.tell(
        run,
        Progress { text: text.to_owned(), done, total, unit: "issues".to_owned(), ..Progress::default() },
    );
}
