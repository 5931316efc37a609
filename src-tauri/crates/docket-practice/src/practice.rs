//! A running practice server: start, look inside, act as another person, stop.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use crate::contract::{Contract, Edition, graphql_schema};
use crate::core::Core;
use crate::faults::FaultPlan;
use crate::hidden::Hidden;
use crate::limits::Pace;
use crate::locked;
use crate::running::{Door, Running, StartError};
use crate::seed::TokenSeed;
use crate::setup::{Flavour, Setup};
use crate::sign_in::SignIn;
use crate::site::Front;
use crate::sow::{sow, sow_token};

/// A practice GitHub on loopback. Dropping it stops it at once; [`Practice::stop`] waits until it has stopped.
#[derive(Debug)]
pub struct Practice {
    pub(crate) core: Arc<Core>,
    tokens: Mutex<Vec<(String, Hidden)>>,
    running: Running,
}

impl Practice {
    /// Starts a server on 127.0.0.1. Needs a tokio runtime with IO and time.
    pub async fn start(setup: Setup) -> Result<Self, StartError> {
        let edition = match setup.flavour {
            Flavour::Cloud => Edition::Cloud2022,
            Flavour::Enterprise { .. } => Edition::Enterprise,
        };
        Contract::of(edition).map_err(StartError::Contract)?;
        graphql_schema(setup.flavour == Flavour::Cloud).map_err(StartError::Contract)?;
        let (world, tokens) = sow(&setup)?;
        let door = Door::open(setup.port, setup.tls, setup.clock.now()).await?;
        let core = Arc::new(Core {
            flavour: setup.flavour,
            cursor_pages: setup.cursor_pages,
            front: Front::new(setup.clock, door.origin(), setup.faults),
            world: Mutex::new(world),
            pace: Mutex::new(Pace::new(setup.limits, setup.time_scale)),
            sign_in: SignIn::new(setup.apps),
        });
        let running = door.admit_to(Arc::clone(&core));
        Ok(Self { core, tokens: Mutex::new(tokens), running })
    }

    /// The address that a person pastes, without a trailing slash: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.core.front.origin.clone()
    }

    /// The REST base: as [`Practice::url`] on github.com's layout, with `/api/v3` on Enterprise Server's.
    pub fn api_url(&self) -> String {
        match self.core.flavour {
            Flavour::Cloud => self.url(),
            Flavour::Enterprise { .. } => format!("{}/api/v3", self.core.front.origin),
        }
    }

    /// The GraphQL address.
    pub fn graphql_url(&self) -> String {
        match self.core.flavour {
            Flavour::Cloud => format!("{}/graphql", self.core.front.origin),
            Flavour::Enterprise { .. } => format!("{}/api/graphql", self.core.front.origin),
        }
    }

    /// The home page for a browser.
    pub fn web_url(&self) -> String {
        format!("{}/", self.core.front.origin)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// The first token's value; empty when the setup has none.
    pub fn token(&self) -> String {
        locked(&self.tokens).first().map(|(_, v)| v.reveal().to_owned()).unwrap_or_default()
    }

    /// The value of the token with this name.
    pub fn token_named(&self, name: &str) -> Option<String> {
        locked(&self.tokens).iter().find(|(n, _)| n == name).map(|(_, v)| v.reveal().to_owned())
    }

    /// Makes a further token and returns its value.
    pub fn add_token(&self, seed: &TokenSeed) -> Result<String, StartError> {
        let value = sow_token(&mut locked(&self.core.world), seed)?;
        let shown = value.reveal().to_owned();
        locked(&self.tokens).push((seed.name.clone(), value));
        Ok(shown)
    }

    /// The certificate of the authority that signed the server's, as PEM; `None` without TLS. For a self-signed
    /// certificate it is that certificate itself.
    pub fn ca_pem(&self) -> Option<&str> {
        self.running.ca_pem()
    }

    /// The plan of faults, which may be changed while the server runs.
    pub fn faults(&self) -> FaultPlan {
        self.core.front.faults.clone()
    }

    /// Stops accepting, ends open connections and waits until all is gone.
    pub async fn stop(mut self) {
        self.running.stop().await;
    }
}
