//! A running practice Azure DevOps: start, look inside, act as another person, stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::contract::{Contract, hand_written};
use super::core::AzureCore;
use super::entra::Decision;
use super::look::AzureRefused;
use super::pace::Pace;
use super::seed::PatSeed;
use super::setup::{AzureSetup, Vendor};
use super::sow::{Values, sow, sow_token};
use super::vendor::{azure_contract_folder, missing};
use crate::faults::FaultPlan;
use crate::locked;
use crate::log::{Logged, Violation};
use crate::model::digest;
use crate::running::{Door, Running, StartError};
use crate::site::Front;

/// A practice Azure DevOps on loopback. Dropping it stops it at once; [`PracticeAzure::stop`] waits until it has stopped.
#[derive(Debug)]
pub struct PracticeAzure {
    pub(super) core: Arc<AzureCore>,
    tokens: Mutex<Values>,
    running: Running,
}

impl PracticeAzure {
    /// Starts a server on 127.0.0.1. Needs a tokio runtime with IO and time.
    pub async fn start(setup: AzureSetup) -> Result<Self, StartError> {
        hand_written().map_err(StartError::Contract)?;
        let vendor = vendors_folder(&setup.vendor)?;
        let (world, tokens) = sow(&setup)?;
        let door = Door::open(setup.port, setup.tls, setup.clock.now()).await?;
        let attachment_limit = setup.largest_attachment();
        let core = Arc::new(AzureCore {
            front: Front::new(setup.clock, door.origin(), setup.faults),
            contract: Contract { vendor },
            flavour: setup.flavour,
            organisation: setup.organisation,
            refused: setup.refused,
            at_root: setup.at_root,
            missing_as_null: setup.missing_as_null,
            overlooks_markdown: setup.overlooks_markdown,
            query_limit: setup.query_limit,
            page: setup.page,
            attachment_limit,
            room_for_files: setup.room_for_files,
            world: Mutex::new(world),
            pace: Mutex::new(Pace::new(setup.limits, setup.time_scale)),
            entra: Mutex::default(),
        });
        let running = door.admit_to(Arc::clone(&core));
        Ok(Self { core, tokens: Mutex::new(tokens), running })
    }

    /// The address that a person pastes, without a trailing slash: `http://127.0.0.1:PORT/contoso`, or
    /// `http://127.0.0.1:PORT/tfs/contoso` on a Server.
    pub fn url(&self) -> String {
        format!("{}{}", self.core.front.origin, self.core.prefix())
    }

    /// Where the whole service answers (`/_apis/resourceAreas/…`), and the identity service below
    /// `/{tenant}/oauth2/v2.0`.
    pub fn service_url(&self) -> String {
        self.core.front.origin.clone()
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
    pub fn add_token(&self, seed: &PatSeed) -> Result<String, StartError> {
        let value = sow_token(&mut locked(&self.core.world), seed)?;
        let shown = value.reveal().to_owned();
        locked(&self.tokens).push((seed.name.clone(), value));
        Ok(shown)
    }

    /// Revokes the token with this value.
    pub fn revoke(&self, token: &str) {
        let digest = digest(token);
        let mut world = locked(&self.core.world);
        world.tokens.iter_mut().filter(|t| t.digest == digest).for_each(|t| t.revoked = true);
    }

    /// The certificate of the authority that signed the server's, as PEM; `None` without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.running.ca_pem()
    }

    /// The plan of faults, which may be changed while the server runs.
    pub fn faults(&self) -> FaultPlan {
        self.core.front.faults.clone()
    }

    /// Every request so far, in the order of arrival.
    pub fn log(&self) -> Vec<Logged> {
        locked(&self.core.front.log).clone()
    }

    /// How often one operation was asked for, by the vendor's name, for example `Work Items_Create`.
    pub fn count(&self, operation: &str) -> usize {
        locked(&self.core.front.log).iter().filter(|l| l.operation.as_deref() == Some(operation)).count()
    }

    /// Whether bodies and answers are held against the vendor's own documents too. Without them requests are judged by
    /// hand-written rules only, and answers by their status and by the shape of errors.
    pub fn contract_checked(&self) -> bool {
        self.core.contract.vendor.is_some()
    }

    /// Every disagreement with the contract so far. Tests assert that it is empty.
    pub fn violations(&self) -> Vec<Violation> {
        locked(&self.core.front.violations).clone()
    }

    /// Codes of sign-ins that wait for a person.
    pub fn open_device_codes(&self) -> Vec<String> {
        locked(&self.core.entra).open_codes()
    }

    /// Approves a sign-in as this person, as the page `/devicelogin` does.
    pub fn approve_device(&self, user_code: &str, upn: &str) -> Result<(), AzureRefused> {
        let user = locked(&self.core.world).user(upn);
        let user = user.ok_or_else(|| AzureRefused::new(&format!("There is no person '{upn}'.")))?;
        self.decide(user_code, Decision::Approved(user))
    }

    /// Denies a sign-in.
    pub fn deny_device(&self, user_code: &str) -> Result<(), AzureRefused> {
        self.decide(user_code, Decision::Declined)
    }

    /// Lets the tenant's policy refuse a sign-in.
    pub fn block_device(&self, user_code: &str) -> Result<(), AzureRefused> {
        self.decide(user_code, Decision::Blocked)
    }

    /// Every access and refresh token that was given after a sign-in with a code, by turns.
    pub fn given_tokens(&self) -> Vec<String> {
        locked(&self.core.entra).given()
    }

    /// Ends the life of the token with this value, as time would; what renews it stays good.
    pub fn expire(&self, token: &str) {
        let (digest, now) = (digest(token), self.core.front.clock.now());
        let mut world = locked(&self.core.world);
        world.tokens.iter_mut().filter(|t| t.digest == digest).for_each(|t| t.expires = Some(now));
    }

    fn decide(&self, user_code: &str, decision: Decision) -> Result<(), AzureRefused> {
        let done = locked(&self.core.entra).decide(user_code, decision);
        if done { Ok(()) } else { Err(AzureRefused::new("There is no open sign-in with this code.")) }
    }

    /// Stops accepting, ends open connections and waits until all is gone.
    pub async fn stop(mut self) {
        self.running.stop().await;
    }
}

fn vendors_folder(vendor: &Vendor) -> Result<Option<PathBuf>, StartError> {
    match vendor {
        Vendor::WhereFound => Ok(azure_contract_folder()),
        Vendor::At(folder) => match missing(folder) {
            None => Ok(Some(folder.clone())),
            Some(file) => Err(StartError::VendorsDocument(file)),
        },
        Vendor::Nowhere => Ok(None),
    }
}
