//! What the journeys share: a data folder with an engine on it, a practice tracker, reports
//! made to measure.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use docket_domain::group::GroupBy;
use docket_domain::job::{JobEvent, JobNews};
use docket_domain::{
    Application, ApplicationId, Clock, Connection, ConnectionId, FindingDetail, FindingRow, GroupKey, Import,
    Mapping, MappingId, Network, PageStart, Plan, PlanId, Problem, ProxySetting, Secret, Selection, Step,
};
use docket_engine::connections::{ConnectionForm, NewSecret};
use docket_engine::imports::ImportOrder;
use docket_engine::mappings::MappingForm;
use docket_engine::secrets::Memory;
use docket_engine::{Engine, JobListener, Options, nobody};
use docket_practice::{IssueSnapshot, Limits, Practice, Setup};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The practice target.
pub const TARGET: &str = "acme/shop";
/// The beginning of Docket's marker line.
pub const MARKER: &str = "<!-- docket:v1 key=";

/// A folder of the shared material, or `None` after a loud line that names what is not checked.
pub fn shared(what: &str, unchecked: &str) -> Option<PathBuf> {
    let dir = std::env::var_os("DOCKET_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..").join("shared"),
        PathBuf::from,
    );
    let path = dir.join(what);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED LOUDLY: ../shared/{what} is not there, so {unchecked} is not checked");
    None
}

/// The sample report that comes with Docket.
pub fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates/docket-engine/samples/shop.sarif")
}

/// The practice world with limits so wide that no test waits for them.
pub fn world() -> Setup {
    let many = 1_000_000;
    Setup::demo().limits(Limits {
        primary_per_hour: 1_000_000,
        content_per_minute: many,
        content_per_hour: many,
        points_per_minute: many,
        graphql_points_per_minute: many,
        ..Limits::default()
    })
}

/// A practice tracker with the demo world.
pub async fn practice() -> Practice {
    Practice::start(world()).await.unwrap()
}

/// Everything that was sent kept to the vendor's contract.
pub fn clean(practice: &Practice) {
    let violations = practice.violations();
    assert!(violations.is_empty(), "the vendor's contract was broken: {violations:?}");
}

/// The issues of the target that carry a marker of Docket's.
pub fn ours(practice: &Practice) -> Vec<IssueSnapshot> {
    practice.issues_containing(TARGET, MARKER)
}

/// The marker in an issue's text.
pub fn marker_in(body: &str) -> String {
    let at = body.find(MARKER).expect("the text carries a marker") + MARKER.len();
    body[at..at + 32].to_owned()
}

/// How many requests so far asked for a change. GraphQL questions are posted, but ask for none.
pub fn writes(practice: &Practice) -> usize {
    practice.log().iter().filter(|asked| asked.is_write() && !asked.path.ends_with("/graphql")).count()
}

/// No two of Docket's issues stand for the same group.
pub fn each_once(practice: &Practice) {
    let mut markers: Vec<String> = ours(practice).iter().map(|issue| marker_in(&issue.body)).collect();
    let all = markers.len();
    markers.sort();
    markers.dedup();
    assert_eq!(markers.len(), all, "two issues stand for the same group");
}

/// An engine on a data folder, with secrets in memory.
pub struct Desk {
    pub engine: Engine,
    pub secrets: Arc<Memory>,
    pub room: TempDir,
}

/// A short wait before an unknown outcome is looked up again: practice stores at once.
pub fn quick(options: Options) -> Options {
    options.with_look_again([10, 20, 40].map(Duration::from_millis))
}

impl Desk {
    /// A fresh data folder.
    pub async fn new() -> Self {
        Self::with(|options| options).await
    }

    /// A fresh data folder whose engine is built with something special.
    pub async fn with(special: impl FnOnce(Options) -> Options) -> Self {
        let room = tempfile::tempdir().unwrap();
        let secrets = Arc::new(Memory::default());
        let options = quick(Options::new(room.path()).with_secrets(Arc::clone(&secrets) as _));
        let engine = Engine::open(special(options)).await.unwrap();
        Self { engine, secrets, room }
    }

    /// A fresh data folder with an application and the practice tracker connected and mapped.
    pub async fn connected(practice: &Practice) -> (Self, Application, Mapping) {
        Self::new().await.connect_to(practice).await
    }

    /// Adds the application «Shop» and connects and maps it to the practice tracker.
    pub async fn connect_to(self, practice: &Practice) -> (Self, Application, Mapping) {
        let application = self.engine.application_add("Shop").await.unwrap();
        let connection = self.engine.connection_save(to_practice(practice)).await.unwrap();
        let mapping = self.engine.mapping_save(to_shop(connection.id, application.id)).await.unwrap();
        (self, application, mapping)
    }

    /// The same data folder in a second engine, as a second process would have it.
    pub async fn beside(&self) -> Engine {
        let options = Options::new(self.room.path()).with_secrets(Arc::clone(&self.secrets) as _);
        Engine::open(quick(options)).await.unwrap()
    }

    /// Imports a report; it must be read.
    pub async fn import(&self, into: ApplicationId, report: Vec<u8>) -> Import {
        self.try_import(into, "report.sarif", report).await.unwrap()
    }

    /// Imports a report.
    pub async fn try_import(
        &self,
        into: ApplicationId,
        name: &str,
        report: Vec<u8>,
    ) -> Result<Import, Problem> {
        self.engine.import_reader(name, Cursor::new(report), ImportOrder::new(into), nobody()).await
    }

    /// Plans everything.
    pub async fn plan(&self, mapping: MappingId, keys: &[GroupKey]) -> Plan {
        self.try_plan(mapping, keys).await.unwrap()
    }

    /// Plans everything.
    /// Plans everything, arranged by a person.
    pub async fn arranged(&self, mapping: MappingId, by: GroupBy) -> Plan {
        self.engine.plan_make(everything(), mapping, by, nobody()).await.unwrap()
    }

    pub async fn try_plan(&self, mapping: MappingId, keys: &[GroupKey]) -> Result<Plan, Problem> {
        self.engine.plan_make(everything(), mapping, keys.to_vec(), nobody()).await
    }

    /// Applies a plan.
    pub async fn apply(&self, plan: &Plan) -> Result<Plan, Problem> {
        self.engine.plan_apply(plan.id, nobody()).await
    }

    /// Plans and applies everything.
    pub async fn push(&self, mapping: MappingId, keys: &[GroupKey]) -> Plan {
        let plan = self.plan(mapping, keys).await;
        self.apply(&plan).await.unwrap()
    }

    /// A plan's steps.
    pub async fn steps(&self, plan: PlanId) -> Vec<Step> {
        self.engine.plan_steps(plan, 0, 500).await.unwrap().0
    }

    /// All rows that a query matches.
    pub async fn rows(&self, query: &str) -> Vec<FindingRow> {
        let start = PageStart::Offset { rows: 0 };
        self.engine.finding_page(query, None, Vec::new(), start, 500).await.unwrap().rows
    }

    /// One finding in full.
    pub async fn detail(&self, row: &FindingRow) -> FindingDetail {
        self.engine.finding_detail(row.id).await.unwrap()
    }
}

/// Every finding.
pub fn everything() -> Selection {
    matching("")
}

/// Every finding that a query matches.
pub fn matching(query: &str) -> Selection {
    Selection::Matching { query: query.to_owned(), application: None, except: Vec::new() }
}

/// The form for a practice tracker, with its token entered.
pub fn to_practice(practice: &Practice) -> ConnectionForm {
    to_address(&practice.url(), &practice.token())
}

/// The form for a tracker at a loopback address.
pub fn to_address(url: &str, token: &str) -> ConnectionForm {
    ConnectionForm {
        id: None,
        label: String::new(),
        kind: "github".to_owned(),
        location: url.to_owned(),
        auth: "pat".to_owned(),
        username: None,
        secret: NewSecret::Entered(Secret::new(token)),
        proxy_password: None,
        network: Network {
            proxy: ProxySetting::Direct,
            connect_timeout_ms: 2_000,
            read_timeout_ms: 5_000,
            ..Network::default()
        },
        settings: [("pace".to_owned(), "practice".to_owned())].into(),
    }
}

/// A saved connection as a form again, with nothing entered.
pub fn form_of(connection: Connection) -> ConnectionForm {
    ConnectionForm {
        id: Some(connection.id),
        label: connection.label,
        kind: connection.kind,
        location: connection.location,
        auth: connection.auth,
        username: connection.username,
        secret: NewSecret::Keep,
        proxy_password: None,
        network: connection.network,
        settings: connection.settings,
    }
}

/// The form of a mapping to the practice target.
pub fn to_shop(connection: ConnectionId, application: ApplicationId) -> MappingForm {
    MappingForm {
        id: None,
        label: String::new(),
        connection,
        target: TARGET.to_owned(),
        applications: vec![application],
        labels: vec!["security, triage".to_owned()],
        severity_label: true,
        assignees: vec!["sam".to_owned()],
        milestone: Some("2.0".to_owned()),
        severity: None,
        status: None,
        settings: None,
        template: None,
        guard: None,
        findings_file: None,
        active: true,
    }
}

/// A finding of a report made to measure.
#[derive(Clone, Debug)]
pub struct Spot {
    pub rule: String,
    pub path: String,
    pub line: u32,
    pub message: String,
}

/// A finding of `rule` in a file of its own.
pub fn spot(rule: &str, path: &str) -> Spot {
    Spot { rule: rule.to_owned(), path: path.to_owned(), line: 7, message: format!("{rule} in {path}") }
}

/// `count` findings for each of the rules.
pub fn spots(rules: &[&str], count: usize) -> Vec<Spot> {
    rules.iter().flat_map(|rule| (0..count).map(move |n| spot(rule, &format!("src/{rule}/{n}.py")))).collect()
}

/// A SARIF log as a value, to be bent further.
pub fn sarif(spots: &[Spot]) -> Value {
    let results: Vec<Value> = spots
        .iter()
        .map(|spot| {
            json!({
                "ruleId": spot.rule,
                "level": "error",
                "message": { "text": spot.message },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": spot.path },
                    "region": { "startLine": spot.line, "snippet": { "text": format!("call({:?})", spot.path) } }
                }}]
            })
        })
        .collect();
    json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": "Made to measure" } }, "results": results }] })
}

/// A report with these findings.
pub fn report(spots: &[Spot]) -> Vec<u8> {
    sarif(spots).to_string().into_bytes()
}

/// A listener that does something at each step of a plan.
pub fn at_each_step(act: impl Fn(u32) + Send + Sync + 'static) -> JobListener {
    Arc::new(move |event: JobEvent| {
        if let JobNews::Step { index } = event.news {
            act(index);
        }
    })
}

/// A listener that keeps all it hears.
pub fn keeping() -> (JobListener, Arc<Mutex<Vec<JobEvent>>>) {
    let heard: Arc<Mutex<Vec<JobEvent>>> = Arc::default();
    let ear = Arc::clone(&heard);
    (Arc::new(move |event| ear.lock().unwrap().push(event)), heard)
}

/// The computer's clock, wrong by a fixed amount.
pub struct WrongBy(pub i64);

impl Clock for WrongBy {
    fn now(&self) -> docket_domain::Timestamp {
        docket_domain::time::SystemClock.now().plus_millis(self.0)
    }
}
