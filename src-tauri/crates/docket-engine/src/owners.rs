//! Who owns which file of an application: shown, tried, set.

use docket_domain::owners::{LARGEST, ownership};
use docket_domain::{ApplicationId, Ownership, Problem};
use docket_store as store;

use crate::engine::Engine;
use crate::events::JobListener;
use crate::many::Many;

impl Engine {
    /// An application's rules, and what they come to on its active findings.
    pub async fn owners_show(&self, application: ApplicationId) -> Result<Ownership, Problem> {
        self.read(move |r| {
            store::applications::show(r, application)?;
            let text = store::owners::text(r, application)?.unwrap_or_default();
            Ok(ownership(text, store::owners::paths(r, application)?))
        })
        .await
    }

    /// What other rules would come to. Changes nothing.
    ///
    /// # Errors
    /// The text is larger than [`LARGEST`], or the application is gone.
    pub async fn owners_try(&self, application: ApplicationId, text: String) -> Result<Ownership, Problem> {
        if text.len() > LARGEST {
            return Err(Problem::bad_input("The rules are larger than 3 MB, which no tracker takes either."));
        }
        self.read(move |r| {
            store::applications::show(r, application)?;
            Ok(ownership(text, store::owners::paths(r, application)?))
        })
        .await
    }

    /// Gives an application new rules, or none with an empty text; how many findings have another
    /// owner now. For very many it is a job, see [`Engine::change_many`].
    pub async fn owners_save(
        &self,
        application: ApplicationId,
        text: String,
        listener: JobListener,
    ) -> Result<u64, Problem> {
        let one = self.application_show(application).await?;
        let many = Many {
            kind: "owners_save",
            title: format!("Working out who owns the findings of «{}»", one.name),
            size: one.findings,
        };
        let changed =
            self.change_many(many, listener, move |tx| store::owners::set(tx, application, &text)).await?;
        self.changed(&["Applications", "Findings"]);
        Ok(changed)
    }
}
