//! What the frame shows: counts, health, where things lie. And the few settings.

use std::path::PathBuf;

use docket_domain::Problem;
use docket_store as store;
use serde::{Deserialize, Serialize};

use crate::engine::{Engine, blocking};
use crate::logging;

/// Settings of the product (looks are kept by the window).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Name written beside assessments.
    pub author: String,
}

/// Whether the keychain can be used.
#[derive(Debug, Clone)]
pub struct KeychainState {
    /// What people call it.
    pub name: &'static str,
    /// Why not, with the remedy.
    pub problem: Option<Problem>,
}

const SETTINGS: &str = "settings";

impl Engine {
    /// Whether the keychain can be used now.
    pub async fn keychain(&self) -> KeychainState {
        let secrets = self.secret_store();
        let name = secrets.name();
        let problem = blocking(move || secrets.status()).await.err();
        KeychainState { name, problem }
    }

    /// Counts for the rail.
    pub async fn counts(&self) -> Result<store::counts::Counts, Problem> {
        self.read(store::counts::counts).await
    }

    /// The folder of the log files.
    pub fn log_folder(&self) -> PathBuf {
        logging::folder(self.data_dir())
    }

    /// The settings; the author is the operating system's user until set.
    pub async fn settings(&self) -> Result<Settings, Problem> {
        let kept: Option<Settings> = self.read(|r| store::settings::get(r, SETTINGS)).await?;
        Ok(kept.unwrap_or_else(|| Settings { author: system_user() }))
    }

    /// Keeps the settings.
    pub async fn settings_save(&self, settings: Settings) -> Result<Settings, Problem> {
        let author = settings.author.trim().to_owned();
        if author.chars().count() > 100 {
            return Err(Problem::bad_input("The name is longer than 100 characters.").with("field", "author"));
        }
        let settings = Settings { author };
        let row = settings.clone();
        self.write(move |tx| store::settings::set(tx, SETTINGS, &row)).await?;
        self.changed(&["Settings"]);
        Ok(settings)
    }

    /// The name written beside what a person does.
    pub(crate) async fn author(&self) -> Result<Option<String>, Problem> {
        Ok(Some(self.settings().await?.author).filter(|author| !author.is_empty()))
    }
}

fn system_user() -> String {
    ["USER", "USERNAME", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok()).unwrap_or_default()
}
