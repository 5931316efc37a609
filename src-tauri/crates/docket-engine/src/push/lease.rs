//! The right to write, held while a plan is applied.
//!
//! Two rights, both needed. Into one *target* only one plan is applied at a time: two might
//! file the same finding. Through one *account* only one process writes: its requests stand in
//! one line, in which the pushes of this process to other targets take turns.

use std::pin::pin;
use std::time::Duration;

use docket_domain::{Code, Connection, Problem};

use super::route::Route;
use crate::engine::Engine;
use crate::events::JobRun;
use crate::leases::Lease;

/// A lease that is not renewed for this long is nobody's.
const LEASE_MS: i64 = 60_000;

/// A lease is renewed this often, also while a step waits for the tracker's allowance.
const RENEW_EVERY: Duration = Duration::from_secs(15);

/// The right to apply a plan.
pub(super) struct PushRight {
    target: Lease,
    account: Lease,
}

impl PushRight {
    /// Whether the right to the target was begun, or not kept alive in time, since this was asked
    /// last ([`Lease::was_broken`]).
    pub(super) fn was_broken(&self) -> bool {
        self.target.was_broken()
    }

    /// What it consists of.
    pub(super) fn leases(&self) -> [Lease; 2] {
        [self.target.clone(), self.account.clone()]
    }
}

impl Engine {
    /// The right to write into a mapping's target. One job holds it, not one process: a second
    /// click on «Apply» is another job.
    pub(super) async fn take_push_right(&self, route: &Route, run: &JobRun) -> Result<PushRight, Problem> {
        let Route { connection, mapping, .. } = route;
        let server = self.server_of(connection);
        let target = mapping.target.to_lowercase();
        let right = PushRight {
            target: self.lease(format!("push {} {server} {target}", connection.kind), run.id),
            account: self.lease(format!("write {} {server}", connection.kind), "line"),
        };
        self.take_target(&right).await?;
        // Counted before it is taken: another job of this process may be giving it back.
        self.0.writing.enter(&right.account);
        let taken = self.take_account(&right).await;
        if let Err(problem) = taken {
            self.give_back(right).await;
            return Err(problem);
        }
        Ok(right)
    }

    /// The server, not the address as it was typed: two spellings are one account's pace.
    fn server_of(&self, connection: &Connection) -> String {
        let understood = self.connection_understand(&connection.kind, &connection.location);
        let server = understood.ok().and_then(|one| one.api.or(one.web));
        server.unwrap_or_else(|| connection.location.clone())
    }

    /// Makes sure that both are held, of which so much was left when it was looked at just now.
    /// Whoever was stopped for long finds here that somebody else has them by now. True: they had to
    /// be taken anew.
    pub(super) async fn sure_of_right(&self, right: &PushRight, held_ms: i64) -> Result<bool, Problem> {
        if held_ms > LEASE_MS / 2 {
            return Ok(false);
        }
        self.renew_push_right(right).await.map(|()| true)
    }

    /// Takes both for a while, or for a while longer.
    async fn renew_push_right(&self, right: &PushRight) -> Result<(), Problem> {
        self.take_target(right).await?;
        self.take_account(right).await
    }

    async fn take_target(&self, right: &PushRight) -> Result<(), Problem> {
        if self.hold_lease(&right.target, LEASE_MS).await? {
            return Ok(());
        }
        Err(Problem::new(Code::Busy, "Another push to the same place is under way.").hint(
            "Wait until it has finished, or pause it: two at once could write the same finding twice. \
             Pushes to other places may run beside it.",
        ))
    }

    async fn take_account(&self, right: &PushRight) -> Result<(), Problem> {
        if self.hold_lease(&right.account, LEASE_MS).await? {
            return Ok(());
        }
        Err(Problem::new(Code::Busy, "Another Docket is pushing through this account.").hint(
            "Wait until it has finished, or pause it; two writers at once would break the tracker's limits.",
        ))
    }

    /// Gives both back; the account only when no other job of this process needs it.
    pub(super) async fn give_back(&self, right: PushRight) {
        self.release_lease(right.target).await;
        if self.0.writing.leave(&right.account) {
            self.release_lease(right.account).await;
        }
    }

    /// Works while the right is kept alive: a step may wait an hour for its turn. When it is
    /// lost all the same, the work is asked to stop; a request on its way is waited for.
    pub(super) async fn while_right<T>(
        &self,
        right: &PushRight,
        run: &JobRun,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        let mut lost = None;
        let mut work = pin!(work);
        let result = loop {
            tokio::select! {
                result = &mut work => break result,
                () = tokio::time::sleep(RENEW_EVERY) => if let Err(problem) = self.renew_push_right(right).await {
                    run.cancel.cancel();
                    lost = Some(problem);
                },
            }
        };
        match lost {
            Some(problem) if result.is_ok() => Err(problem),
            _ => result,
        }
    }
}
