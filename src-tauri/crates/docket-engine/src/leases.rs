//! Rights that one work holds at a time, also across processes.
//!
//! A lease that is neither renewed nor given back ends by itself, so that a crash locks nobody
//! out.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use docket_domain::{Problem, Timestamp};
use docket_store as store;

use crate::engine::Engine;

/// A right, and the one work that asks for it.
#[derive(Clone)]
pub(crate) struct Lease {
    name: String,
    holder: String,
    /// It was not kept alive without a break, and nobody has asked about that yet.
    broken: Arc<AtomicBool>,
}

impl Lease {
    /// Whether it was begun, or not kept alive in time, since this was asked last. Then others may
    /// have written meanwhile: this computer slept, or its clock jumped.
    pub(crate) fn was_broken(&self) -> bool {
        self.broken.swap(false, Ordering::Relaxed)
    }
}

/// How many jobs of this process share a lease, by its name.
#[derive(Default)]
pub(crate) struct Shares(Mutex<HashMap<String, u32>>);

impl Shares {
    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<String, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more job shares it.
    pub fn enter(&self, lease: &Lease) {
        *self.map().entry(lease.name.clone()).or_insert(0) += 1;
    }

    /// One job less. True: it was the last one.
    pub fn leave(&self, lease: &Lease) -> bool {
        let mut map = self.map();
        let left = map.get(&lease.name).map_or(0, |count| count.saturating_sub(1));
        if left > 0 {
            map.insert(lease.name.clone(), left);
        } else {
            map.remove(&lease.name);
        }
        left == 0
    }
}

/// How long all of these are still held by this work from `now` on, milliseconds; zero when one is
/// not.
pub(crate) fn held_for(r: &store::Read<'_>, leases: &[Lease], now: Timestamp) -> Result<i64, Problem> {
    let mut left = i64::MAX;
    for lease in leases {
        let held = store::leases::holder(r, &lease.name)?.filter(|held| held.holder == lease.holder);
        left = left.min(held.map_or(0, |held| held.until.millis_since(now)));
    }
    Ok(left.max(0))
}

impl Engine {
    /// The right `name`, not held yet. `work` tells who asks from other work of this process.
    pub(crate) fn lease(&self, name: String, work: impl Display) -> Lease {
        let holder = format!("{}/{work}", self.0.store.holder());
        Lease { name, holder, broken: Arc::default() }
    }

    /// Takes or renews a lease for so many milliseconds. False when somebody else holds it.
    pub(crate) async fn hold_lease(&self, lease: &Lease, ttl_ms: i64) -> Result<bool, Problem> {
        let Lease { name, holder, .. } = lease.clone();
        let (held, kept) = self
            .write(move |tx| {
                // Renewed several times in its time: with half of it gone, nobody was awake.
                let before = store::leases::holder(tx, &name)?.filter(|before| before.holder == holder);
                let kept = before.is_some_and(|before| before.until.millis_since(tx.now()) >= ttl_ms / 2);
                Ok((store::leases::take(tx, &name, &holder, ttl_ms)?, kept))
            })
            .await?;
        if held && !kept {
            lease.broken.store(true, Ordering::Relaxed);
        }
        Ok(held)
    }

    /// Gives a lease back; failing to is only logged, for it ends by itself.
    pub(crate) async fn release_lease(&self, lease: Lease) {
        let Lease { name, holder, .. } = lease;
        if let Err(problem) = self.write(move |tx| store::leases::release(tx, &name, &holder)).await {
            tracing::warn!(?problem, "a lease could not be given back; it ends by itself");
        }
    }
}
