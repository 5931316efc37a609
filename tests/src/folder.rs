//! A data folder, as one computer has it: one application, one connection, one mapping, and work
//! that is done there by processes of its own.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use docket_domain::{
    ApplicationId, ConnectionId, FindingRow, Import, MappingId, Network, PageStart, Plan, PlanId,
    ProxySetting, Step,
};
use docket_engine::connections::{ConnectionForm, NewSecret};
use docket_engine::imports::ImportOrder;
use docket_engine::mappings::MappingForm;
use docket_engine::secrets::Memory;
use docket_engine::{Engine, Options, nobody};
use serde_json::json;
use tempfile::TempDir;

use crate::ground::Ground;
use crate::worker::{Order, TOKEN};

/// An answer that has not begun by then is given up, milliseconds.
const READ_TIMEOUT_MS: u32 = 1_200;

/// What a folder is about.
struct Desk {
    engine: Engine,
    connection: ConnectionId,
    application: ApplicationId,
    mapping: MappingId,
}

/// A data folder.
pub struct Folder {
    desk: Option<Desk>,
    room: TempDir,
    program: PathBuf,
}

impl Folder {
    /// A fresh one that pushes to `ground` and lets `program` do the work.
    pub async fn fresh(ground: &Ground, program: &Path) -> Self {
        let room = tempfile::tempdir().unwrap();
        let desk = Some(set_up(room.path(), ground).await);
        Self { desk, room, program: program.to_owned() }
    }

    fn desk(&self) -> &Desk {
        self.desk.as_ref().unwrap()
    }

    /// An engine of this process on the folder, to look at what is stored there.
    pub fn engine(&self) -> &Engine {
        &self.desk().engine
    }

    /// Imports the report with `each` findings in each of `groups` groups.
    pub async fn import(&self, groups: usize, each: usize) -> Import {
        let (name, order) = ("report.sarif", ImportOrder::new(self.desk().application));
        self.engine().import_reader(name, Cursor::new(report(groups, each)), order, nobody()).await.unwrap()
    }

    /// The database is lost, with everything beside it; only what the person enters again is there.
    pub async fn lose(&mut self, ground: &Ground) {
        let Desk { engine, .. } = self.desk.take().unwrap();
        engine.settled().await;
        drop(engine);
        // Another place: the old store's threads let their files go a moment later, and would take
        // a new database's log of the same name with them.
        self.room = tempfile::tempdir().unwrap();
        self.desk = Some(set_up(self.room.path(), ground).await);
    }

    /// The order to plan a push of everything, by rule.
    pub fn to_plan(&self, ground: &Ground) -> Order {
        self.order(ground, "plan", self.desk().mapping.0, &[])
    }

    /// The order to apply a plan.
    pub fn to_apply(&self, ground: &Ground, plan: PlanId) -> Order {
        self.order(ground, "apply", plan.0, &[])
    }

    /// The order to import something into an application of its own: a long write.
    pub async fn to_import(&self, ground: &Ground) -> Order {
        let other = match self.engine().application_add("Another").await {
            Ok(application) => application.id,
            Err(_) => self.desk().application,
        };
        let path = self.room.path().join("another.sarif");
        std::fs::write(&path, report(2, 2)).unwrap();
        self.order(ground, "import", other.0, &[path.display().to_string()])
    }

    fn order(&self, ground: &Ground, what: &str, row: i64, more: &[String]) -> Order {
        let mut words = vec![what.to_owned(), self.room.path().display().to_string(), row.to_string()];
        words.extend_from_slice(more);
        Order::new(&self.program, &words, &ground.token())
    }

    /// How long an answer is waited for; nothing: as long as usual.
    pub async fn waits_for_answers(&self, ground: &Ground, time: Option<Duration>) {
        let timeout = time.map_or(READ_TIMEOUT_MS, |time| time.as_millis() as u32);
        let form = connection(ground, Some(self.desk().connection), timeout);
        self.engine().connection_save(form).await.unwrap();
    }

    /// A plan as it is stored.
    pub async fn plan(&self, id: PlanId) -> Plan {
        self.engine().plan_show(id).await.unwrap()
    }

    /// A plan's steps.
    pub async fn steps(&self, id: PlanId) -> Vec<Step> {
        self.engine().plan_steps(id, 0, 500).await.unwrap().0
    }

    /// All findings.
    pub async fn rows(&self) -> Vec<FindingRow> {
        let start = PageStart::Offset { rows: 0 };
        self.engine().finding_page("", None, Vec::new(), start, 500).await.unwrap().rows
    }

    /// The file by which workers' clocks are wrong.
    pub fn clock(&self) -> PathBuf {
        self.room.path().join("clock")
    }

    /// Puts the clock so far ahead (or back) of the computer's, for workers that look at the file.
    pub fn put_clock(&self, millis: i64) {
        // In one go: a worker that reads it meanwhile reads the old or the new.
        let fresh = self.room.path().join("clock.new");
        std::fs::write(&fresh, millis.to_string()).unwrap();
        std::fs::rename(&fresh, self.clock()).unwrap();
    }
}

async fn set_up(dir: &Path, ground: &Ground) -> Desk {
    // The token is only with the workers, so this process needs no keychain.
    let options = Options::new(dir).with_secrets(Arc::new(Memory::default()));
    let engine = Engine::open(options).await.unwrap();
    let application = engine.application_add("Shop").await.unwrap().id;
    let connection = engine.connection_save(connection(ground, None, READ_TIMEOUT_MS)).await.unwrap();
    let mapping = MappingForm {
        id: None,
        label: String::new(),
        connection: connection.id,
        target: ground.kind.target().to_owned(),
        applications: vec![application],
        labels: vec!["security".to_owned()],
        severity_label: true,
        assignees: Vec::new(),
        milestone: None,
        severity: None,
        status: None,
        settings: ground.kind.settings(),
        template: None,
        guard: None,
        findings_file: Some(ground.files),
        active: true,
    };
    let mapping = engine.mapping_save(mapping).await.unwrap().id;
    Desk { engine, connection: connection.id, application, mapping }
}

fn connection(ground: &Ground, id: Option<ConnectionId>, timeout: u32) -> ConnectionForm {
    ConnectionForm {
        id,
        label: String::new(),
        kind: ground.kind.id().to_owned(),
        location: ground.url(),
        auth: "pat".to_owned(),
        username: None,
        secret: NewSecret::FromEnv(TOKEN.to_owned()),
        proxy_password: None,
        network: Network {
            proxy: ProxySetting::Direct,
            connect_timeout_ms: 2_000,
            read_timeout_ms: timeout,
            ..Network::default()
        },
        settings: [("pace".to_owned(), "practice".to_owned())].into(),
    }
}

/// The rule of a group, a word that stands in no other text.
pub fn rule(group: usize) -> String {
    format!("rule-{group:03}-of-the-run")
}

/// The file of a group's member.
pub fn file(group: usize, member: usize) -> String {
    format!("src/part-{group:03}/file-{member:03}.py")
}

fn report(groups: usize, each: usize) -> Vec<u8> {
    let results: Vec<_> = (0..groups)
        .flat_map(|group| (0..each).map(move |member| (rule(group), file(group, member))))
        .map(|(rule, file)| {
            json!({
                "ruleId": rule,
                "level": "error",
                "message": { "text": format!("{rule} in {file}") },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": file },
                    "region": { "startLine": 7, "snippet": { "text": format!("call({file:?})") } }
                }}]
            })
        })
        .collect();
    let run = json!({ "tool": { "driver": { "name": "Drawn from a seed" } }, "results": results });
    json!({ "version": "2.1.0", "runs": [run] }).to_string().into_bytes()
}
