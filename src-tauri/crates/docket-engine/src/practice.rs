//! «Try it with practice data»: a practice tracker on loopback inside the application, a
//! sample report, and everything in between set up.
//!
//! The practice tracker lives in memory and ends with the process; beginning again starts a
//! new one and replaces the practice application, so that the two always fit together.

use docket_domain::check::CheckReport;
use docket_domain::job::Progress;
use docket_domain::{Application, Code, Connection, Import, Mapping, Network, Problem, Secret, SecretRef};
use docket_practice::{Practice, Setup};
use docket_store as store;
use docket_tracker::CheckGoal;
use tokio::sync::Mutex;

use crate::connections::{ConnectionForm, NewSecret};
use crate::engine::Engine;
use crate::events::{JobListener, JobRun};
use crate::imports::ImportOrder;
use crate::mappings::MappingForm;

/// The practice application's name.
pub const APPLICATION: &str = "Practice shop";
/// The practice connection's label.
pub const CONNECTION: &str = "Practice GitHub";
/// The practice target.
pub const TARGET: &str = "acme/shop";
const KIND: &str = "github"; // tidy: practice
const SAMPLE: &[u8] = include_bytes!("../samples/shop.sarif");
const ENTRY: &str = "practice";

/// Holds the running practice tracker.
#[derive(Default)]
pub(crate) struct PracticeRoom(Mutex<Option<Practice>>);

/// The practice journey, ready to be walked.
#[derive(Debug, Clone)]
pub struct PracticeReady {
    /// Web page of the practice tracker.
    pub url: String,
    /// Application with the sample findings.
    pub application: Application,
    /// Connection.
    pub connection: Connection,
    /// Mapping.
    pub mapping: Mapping,
    /// What the import did.
    pub import: Import,
    /// The connection test.
    pub check: CheckReport,
}

impl Engine {
    /// The practice tracker's web page while it runs.
    pub async fn practice_url(&self) -> Option<String> {
        self.0.practice.0.lock().await.as_ref().map(Practice::web_url)
    }

    /// Ends the practice tracker. Its issues are gone; what was imported stays.
    pub async fn practice_stop(&self) -> u64 {
        let running = self.0.practice.0.lock().await.take();
        let count = u64::from(running.is_some());
        if let Some(practice) = running {
            practice.stop().await;
        }
        self.changed(&["Practice"]);
        count
    }

    /// Starts a practice tracker and sets up everything up to the push.
    pub async fn practice_begin(&self, listener: JobListener) -> Result<PracticeReady, Problem> {
        self.run_job("practice_begin", "Setting up practice data", listener, |run| async move {
            self.set_up(&run).await
        })
        .await
    }

    async fn set_up(&self, run: &JobRun) -> Result<PracticeReady, Problem> {
        say(run, "Starting a practice GitHub on this computer", 0);
        let (url, token) = self.start_practice().await?;
        say(run, "Making room", 1);
        let application = self.fresh_application().await?;
        say(run, "Importing a sample report", 2);
        let order = ImportOrder::new(application.id);
        let import = self.import_bytes("shop.sarif", SAMPLE, order, run).await?;
        say(run, "Connecting", 3);
        let connection = self.practice_connection(&url, token).await?;
        // A newcomer reads P0 as the most urgent; whoever maps for real is asked.
        let severity = self.kind(KIND)?.card().defaults.severity.turned_round();
        let mapping = self
            .mapping_save(MappingForm {
                id: None,
                label: "Practice: acme/shop".to_owned(),
                connection: connection.id,
                target: TARGET.to_owned(),
                applications: vec![application.id],
                labels: vec!["security".to_owned()],
                severity_label: true,
                assignees: Vec::new(),
                milestone: None,
                severity: Some(severity),
                status: None,
                settings: None,
                template: None,
                guard: None,
                findings_file: None,
                active: true,
            })
            .await?;
        say(run, "Testing the connection", 4);
        let goal = CheckGoal {
            to: Some(mapping.destination()),
            labels: mapping.labels.clone(),
            ..CheckGoal::default()
        };
        let check = self.check(&connection, goal, run).await?;
        say(run, "Ready", 5);
        self.changed(crate::engine::ALL_TAGS);
        self.changed(&["Practice"]);
        let application = self.application_show(application.id).await?;
        let connection = self.connection_show(connection.id).await?;
        Ok(PracticeReady { url, application, connection, mapping, import, check })
    }

    async fn start_practice(&self) -> Result<(String, Secret), Problem> {
        let mut room = self.0.practice.0.lock().await;
        if let Some(old) = room.take() {
            old.stop().await;
        }
        let practice = Practice::start(Setup::demo()).await.map_err(|error| {
            Problem::new(Code::Internal, "The practice GitHub could not be started on this computer.")
                .hint("A firewall may forbid programs to listen on 127.0.0.1.")
                .because(error)
        })?;
        let answer = (practice.url(), Secret::new(practice.token()));
        *room = Some(practice);
        Ok(answer)
    }

    /// The practice application, empty. An earlier one belonged to a tracker that is gone.
    async fn fresh_application(&self) -> Result<Application, Problem> {
        self.write(|tx| {
            if let Some(old) = store::applications::find(tx, APPLICATION)? {
                store::applications::remove(tx, old.id)?;
            }
            if let Some(old) = store::connections::find(tx, CONNECTION)? {
                store::connections::remove(tx, old.id)?;
            }
            store::applications::add(tx, APPLICATION)
        })
        .await
    }

    async fn practice_connection(&self, url: &str, token: Secret) -> Result<Connection, Problem> {
        let form = ConnectionForm {
            id: None,
            label: CONNECTION.to_owned(),
            kind: KIND.to_owned(),
            location: url.to_owned(),
            auth: String::new(),
            username: None,
            secret: NewSecret::Keep,
            proxy_password: None,
            network: Network { proxy: docket_domain::ProxySetting::Direct, ..Network::default() },
            settings: [("pace".to_owned(), "practice".to_owned())].into(),
        };
        let mut connection = self.connection_save(form).await?;
        crate::secrets::SecretStore::put(&*self.0.session, ENTRY, &token)?;
        connection.secret = SecretRef::Session { entry: ENTRY.to_owned() };
        self.write(move |tx| store::connections::update(tx, &connection)).await
    }
}

fn say(run: &JobRun, text: &str, done: u64) {
    run.progress(Progress {
        text: text.to_owned(),
        done,
        total: Some(5),
        unit: "steps".to_owned(),
        ..Progress::default()
    });
    run.flush();
}
