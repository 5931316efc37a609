//! The cases: a practice server of each vendor with the vendor's limits.

use docket_practice::gitlab::{GitLabSetup, PracticeGitLab};
use docket_practice::{
    AzureLimits, AzureSetup, BoardSeed, Fault, FaultPlan, Logged, Practice, PracticeAzure, Setup, matching,
};

use crate::LATE;
use crate::time::Fast;

/// What is measured.
pub struct Case {
    pub name: &'static str,
    pub kind: &'static str,
    pub target: &'static str,
    pub settings: &'static [(&'static str, &'static str)],
    /// Writes that count as new content, for each issue.
    pub writes: usize,
    pub issues: usize,
    /// How many times as fast the clock runs.
    pub times: f64,
}

pub const CASES: &[Case] = &[
    Case {
        name: "azure",
        kind: "azure-devops",
        target: "Büro & Lager",
        settings: &[("type", "Issue")],
        writes: 1,
        issues: 2_000,
        times: 1.0,
    },
    Case {
        name: "gitlab",
        kind: "gitlab",
        target: "acme/shop",
        settings: &[],
        writes: 1,
        issues: 2_000,
        times: 2.0,
    },
    Case {
        name: "board",
        kind: "github",
        target: "acme/shop",
        settings: &[("project", "2")],
        writes: 3,
        issues: 300,
        times: 8.0,
    },
    Case {
        name: "github",
        kind: "github",
        target: "acme/shop",
        settings: &[],
        writes: 1,
        issues: 2_000,
        times: 12.0,
    },
];

enum Server {
    GitHub(Practice),
    GitLab(PracticeGitLab),
    Azure(PracticeAzure),
}

/// A server that runs, with its limits and its latency.
pub struct Lab {
    pub time: Fast,
    pub url: String,
    pub token: String,
    server: Server,
}

impl Lab {
    fn new(time: Fast, url: String, token: String, faults: &FaultPlan, server: Server) -> Self {
        faults.always(matching("*", ""), Fault::Delay(LATE));
        Self { time, url, token, server }
    }

    pub fn log(&self) -> Vec<Logged> {
        match &self.server {
            Server::GitHub(server) => server.log(),
            Server::GitLab(server) => server.log(),
            Server::Azure(server) => server.log(),
        }
    }

    /// How often a limit was hit.
    pub fn refused(&self) -> usize {
        self.log().iter().filter(|asked| matches!(asked.status, Some(403 | 429))).count()
    }
}

impl Case {
    /// A fresh server.
    pub async fn start(&self, time: Fast) -> Lab {
        match self.kind {
            "gitlab" => {
                let setup = GitLabSetup::demo().clock(time.of_server());
                let server = PracticeGitLab::start(setup).await.unwrap();
                Lab::new(time, server.url(), server.token(), &server.faults(), Server::GitLab(server))
            }
            "azure-devops" => {
                let setup = AzureSetup::demo().limits(AzureLimits::default()).clock(time.of_server());
                let server = PracticeAzure::start(setup).await.unwrap();
                Lab::new(time, server.url(), server.token(), &server.faults(), Server::Azure(server))
            }
            _ => {
                let board = BoardSeed::new("acme", 2, "Findings")
                    .select("Priority", &["P0", "P1", "P2", "P3", "P4"])
                    .select("Status", &["Todo", "In Progress", "Done"]);
                let setup = Setup::demo().project(board).clock(time.of_server());
                let server = Practice::start(setup).await.unwrap();
                Lab::new(time, server.url(), server.token(), &server.faults(), Server::GitHub(server))
            }
        }
    }
}
