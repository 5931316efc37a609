//! Signing in with a code: the code goes to the person, the tokens to the keychain.
//!
//! Nothing is opened here; the window and the command line offer the address.

use docket_domain::job::Progress;
use docket_domain::{Code, Connection, ConnectionId, Destination, Problem, Secret, SecretRef};
use docket_store as store;
use docket_tracker::device::{SignIn, TokenSet};
use docket_tracker::{CheckGoal, DeviceEndpoints};

use crate::connections::keychain_entry;
use crate::engine::{Engine, blocking};
use crate::events::{JobListener, JobRun};
use crate::tokens::Kept;

impl Engine {
    /// Signs a connection in with a code in the browser: tells the code as
    /// [`JobNews::Code`](docket_domain::job::JobNews::Code), waits for the person, keeps the
    /// tokens, and tests the connection (the result is its last test). Cancelling ends the wait
    /// and changes nothing.
    ///
    /// # Errors
    /// The connection signs in another way, the keychain cannot be used, the code ended or was
    /// refused, or the server cannot be used. What was kept before stays.
    pub async fn connection_sign_in(
        &self,
        id: ConnectionId,
        listener: JobListener,
    ) -> Result<Connection, Problem> {
        let connection = self.connection_show(id).await?;
        let at = self.device_of(&connection)?.ok_or_else(|| {
            Problem::bad_input(format!("«{}» does not sign in with a code.", connection.label))
                .hint("Edit the connection and choose that way of signing in, or enter its token there.")
        })?;
        let title = format!("Signing in to «{}»", connection.label);
        self.run_job("connection_sign_in", &title, listener, |run| async move {
            // Asked first: nobody should enter a code for tokens that cannot be kept.
            let secrets = self.secret_store();
            blocking(move || secrets.status()).await?;
            let tokens = self.ask_for_tokens(&connection, &at, &run).await?;
            let connection = self.keep_sign_in(&connection, Kept::new(tokens, &at)).await?;
            self.changed(&["Connections"]);
            let goal =
                CheckGoal { to: self.target_in(&connection).map(Destination::new), ..CheckGoal::default() };
            match self.check(&connection, goal, &run).await {
                Ok(_) => {}
                // Signed in it is; only the test was cut short.
                Err(problem) if problem.code == Code::Cancelled => {}
                Err(problem) => return Err(problem),
            }
            self.connection_show(id).await
        })
        .await
    }

    async fn ask_for_tokens(
        &self,
        connection: &Connection,
        at: &DeviceEndpoints,
        run: &JobRun,
    ) -> Result<TokenSet, Problem> {
        let mut ports = self.ports(connection, Secret::new("")).await?;
        ports.cancel = run.cancel.clone();
        let sign_in = SignIn::new(at, &connection.network, ports)?;
        let code = sign_in.begin().await?;
        run.code(&code);
        run.progress(Progress {
            text: format!("Signing in to «{}»", connection.label),
            waiting_for: Some("the code to be entered in the browser".to_owned()),
            waiting_until: Some(code.expires),
            ..Progress::default()
        });
        let tokens = sign_in.poll(&code).await;
        run.progress(Progress { text: format!("Testing «{}»", connection.label), ..Progress::default() });
        tokens
    }

    /// Keychain first, then the row: a row never names an entry that was not written.
    async fn keep_sign_in(&self, connection: &Connection, kept: Kept) -> Result<Connection, Problem> {
        // Nobody may be renewing the tokens that these ones replace.
        let lease = self.take_token_lease(connection).await?;
        let saved = self.keep_under_lease(connection, &kept).await;
        self.release_lease(lease).await;
        saved
    }

    async fn keep_under_lease(&self, connection: &Connection, kept: &Kept) -> Result<Connection, Problem> {
        let mut connection = connection.clone();
        let new = !matches!(connection.secret, SecretRef::Keychain { .. });
        if new {
            let entry = format!("{} token", keychain_entry(connection.created));
            connection.secret = SecretRef::Keychain { entry };
        }
        self.keep(&connection, kept).await?;
        let (id, auth, secret) = (connection.id, connection.auth.clone(), connection.secret.clone());
        let saved = self.write(move |tx| {
            let mut row = store::connections::show(tx, id)?;
            if row.auth != auth {
                return Err(Problem::new(
                    Code::Conflict,
                    "The connection was changed to another way of signing in meanwhile.",
                )
                .hint("Nothing was kept. Sign in again if it is to sign in with a code."));
            }
            row.secret = secret;
            store::connections::update(tx, &row)
        });
        match (saved.await, connection.secret) {
            (Err(problem), SecretRef::Keychain { entry }) => {
                self.forget_secret(entry).await;
                Err(problem)
            }
            (saved, _) => saved,
        }
    }
}
