//! A running practice GitLab: start, addresses, tokens, answering a device, stop.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use super::contract::issue_schema;
use super::lab::Lab;
use super::oauth::Devices;
use super::pace::Pace;
use super::setup::GitLabSetup;
use super::sow::{sow, sow_token};
use super::tokens::TokenSeed;
use crate::faults::FaultPlan;
use crate::hidden::Hidden;
use crate::locked;
use crate::look::NotThere;
use crate::model::digest;
use crate::running::{Door, Running, StartError};
use crate::site::Front;

/// A practice GitLab on loopback. Dropping it stops it at once; [`PracticeGitLab::stop`] waits until it has stopped.
#[derive(Debug)]
pub struct PracticeGitLab {
    pub(super) lab: Arc<Lab>,
    tokens: Mutex<Vec<(String, Hidden)>>,
    running: Running,
}

impl PracticeGitLab {
    /// Starts a server on 127.0.0.1. Needs a tokio runtime with IO and time.
    pub async fn start(setup: GitLabSetup) -> Result<Self, StartError> {
        issue_schema().map_err(StartError::Contract)?;
        super::graphql::schema().map_err(StartError::Contract)?;
        let now = setup.clock.now();
        let (world, tokens) = sow(&setup, now)?;
        let door = Door::open(setup.port, setup.tls, now).await?;
        let lab = Arc::new(Lab {
            front: Front::new(setup.clock, door.origin(), setup.faults),
            root: setup.root,
            version: setup.version,
            mangles_slashes: setup.mangles_slashes,
            client_ids: setup.client_ids,
            attachment_limit: setup.attachment_limit,
            room_for_files: setup.room_for_files,
            world: Mutex::new(world),
            pace: Mutex::new(Pace::new(setup.limits, setup.time_scale)),
            devices: Mutex::new(Devices::default()),
        });
        let running = door.admit_to(Arc::clone(&lab));
        Ok(Self { lab, tokens: Mutex::new(tokens), running })
    }

    /// The address that a person pastes, with the relative root and without a trailing slash.
    pub fn url(&self) -> String {
        format!("{}{}", self.lab.front.origin, self.lab.root)
    }

    /// The REST base: `…/api/v4`.
    pub fn api_url(&self) -> String {
        format!("{}/api/v4", self.url())
    }

    /// The GraphQL address.
    pub fn graphql_url(&self) -> String {
        format!("{}/api/graphql", self.url())
    }

    /// The home page for a browser.
    pub fn web_url(&self) -> String {
        format!("{}/", self.url())
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
        let value = sow_token(&mut locked(&self.lab.world), seed, self.lab.now())?;
        let shown = value.reveal().to_owned();
        locked(&self.tokens).push((seed.name.clone(), value));
        Ok(shown)
    }

    /// Ends the life of the token with this value, as time would. What renews it stays valid,
    /// unlike after [`Self::revoke`].
    pub fn expire(&self, token: &str) {
        let (digest, now) = (digest(token), self.lab.now());
        let mut world = locked(&self.lab.world);
        world.tokens.iter_mut().filter(|t| t.digest == digest).for_each(|t| t.expires_at = Some(now));
    }

    /// Revokes the token with this value.
    pub fn revoke(&self, token: &str) {
        let digest = digest(token);
        let mut world = locked(&self.lab.world);
        world.tokens.iter_mut().filter(|t| t.digest == digest).for_each(|t| t.revoked = true);
    }

    /// The authority's certificate as PEM; `None` without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.running.ca_pem()
    }

    /// The plan of faults, which may be changed while the server runs.
    pub fn faults(&self) -> FaultPlan {
        self.lab.front.faults.clone()
    }

    /// Answers a waiting device as a person would on the page: approves it as this user, or denies it.
    pub fn answer_device(&self, user_code: &str, username: &str, approve: bool) -> Result<(), NotThere> {
        let user = locked(&self.lab.world)
            .by_username(username)
            .map(|u| u.id)
            .ok_or_else(|| NotThere::new(format!("user '{username}'")))?;
        let now = self.lab.now().as_millisecond();
        let answered = locked(&self.lab.devices).decide(user_code, approve.then_some(user), now);
        if answered { Ok(()) } else { Err(NotThere::new("device that waits with this code".to_owned())) }
    }

    /// The codes of devices that wait for an answer.
    pub fn waiting_devices(&self) -> Vec<String> {
        let now = self.lab.now().as_millisecond();
        locked(&self.lab.devices).waiting(now)
    }

    /// Every access and refresh token that was given to a device so far, in that order by turns.
    pub fn given_tokens(&self) -> Vec<String> {
        locked(&self.lab.devices).given.clone()
    }

    /// Stops accepting, ends open connections and waits until all is gone.
    pub async fn stop(mut self) {
        self.running.stop().await;
    }
}
