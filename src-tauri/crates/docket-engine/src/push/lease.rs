//! The right to write through one account, held while a plan is applied, so that two writers
//! never share a tracker's limits.

use std::pin::pin;
use std::time::Duration;

use docket_domain::{Code, Connection, Problem};

use crate::engine::Engine;
use crate::events::JobRun;
use crate::leases::Lease;

/// A lease that is not renewed for this long is nobody's.
const LEASE_MS: i64 = 60_000;

/// A lease is renewed this often, also while a step waits for the tracker's allowance.
const RENEW_EVERY: Duration = Duration::from_secs(15);

impl Engine {
    /// The right to write through a connection's account. One job holds it, not one process:
    /// a second click on «Apply» is another job.
    pub(super) async fn take_push_lease(
        &self,
        connection: &Connection,
        run: &JobRun,
    ) -> Result<Lease, Problem> {
        // The server, not the address as it was typed: two spellings are one account's pace.
        let understood = self.connection_understand(&connection.kind, &connection.location);
        let server = understood.ok().and_then(|one| one.api.or(one.web));
        let server = server.unwrap_or_else(|| connection.location.clone());
        let lease = self.lease(format!("push {} {server}", connection.kind), run.id);
        self.renew_push_lease(&lease).await?;
        Ok(lease)
    }

    /// Takes the lease for a while, or for a while longer.
    pub(super) async fn renew_push_lease(&self, lease: &Lease) -> Result<(), Problem> {
        if self.hold_lease(lease, LEASE_MS).await? {
            return Ok(());
        }
        Err(Problem::new(Code::Busy, "Another push through this account is under way.").hint(
            "Wait until it has finished, or pause it; two writers at once would break the tracker's limits.",
        ))
    }

    /// Works while the lease is kept alive: a step may wait an hour for its turn. When the
    /// lease is lost all the same, the work is asked to stop; a request on its way is waited for.
    pub(super) async fn while_leased<T>(
        &self,
        lease: &Lease,
        run: &JobRun,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        let mut lost = None;
        let mut work = pin!(work);
        let result = loop {
            tokio::select! {
                result = &mut work => break result,
                () = tokio::time::sleep(RENEW_EVERY) => if let Err(problem) = self.renew_push_lease(lease).await {
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
